//! What is read of whole files, by encoding and by damage.

use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;

use super::*;

const BULLETIN: &str =
    "重庆党史工作\n第 12 期\n\n\u{3000}\u{3000}1月24日，县委党史研究室组织召开座谈会，安排全年工作。";
const TRADITIONAL: &str = "工作簡報\n\u{3000}\u{3000}本市檔案館近日舉辦「城市記憶」展覽，展出照片三百餘幅。";

/// Encoding, codes of the diagnostics and lines (`|` between lines, `¶` between pages) of the file, or the error's code.
#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let found = match read(bytes) {
        Ok(file) => {
            let codes: Vec<&str> = file.diagnostics.iter().map(|d| d.code.as_str()).collect();
            format!("{} {codes:?} {}", file.encoding, lines(&file)).replace("[] ", "")
        }
        Err(error) => error.code().to_owned(),
    };
    assert_eq!(found, expected);
}

fn lines(file: &TextFile) -> String {
    let page = |page: &Page| page.lines.iter().map(|line| line.raw.as_str()).collect::<Vec<_>>().join("|");
    file.pages.iter().map(page).collect::<Vec<_>>().join("¶")
}

/// The file says `text` in `encoding`, and nothing is remarked.
#[track_caller]
fn check_text(bytes: &[u8], encoding: &str, text: &str) {
    let lines: Vec<&str> = text.split('\n').filter(|line| !line.is_empty()).collect();
    check(bytes, &format!("{encoding} {}", lines.join("|")));
}

fn gb(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn big5(text: &str) -> Vec<u8> {
    BIG5.encode(text).0.into_owned()
}

fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn utf16be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn every_encoding_is_read_without_a_mark() {
    check_text(BULLETIN.as_bytes(), "UTF-8", BULLETIN);
    check_text(b"CCTV 10", "UTF-8", "CCTV 10");
    check_text(&gb(BULLETIN), "gb18030", BULLETIN);
    check_text(&gb(TRADITIONAL), "gb18030", TRADITIONAL);
    check_text(&big5(TRADITIONAL), "Big5", TRADITIONAL);
    check_text(&utf16le(BULLETIN), "UTF-16LE", BULLETIN);
    check_text(&utf16be(BULLETIN), "UTF-16BE", BULLETIN);
    check_text(&utf16le("plain\nlines"), "UTF-16LE", "plain\nlines");
}

#[test]
fn a_byte_order_mark_decides() {
    check_text(&[b"\xef\xbb\xbf", BULLETIN.as_bytes()].concat(), "UTF-8", BULLETIN);
    check_text(&[b"\xff\xfe".as_slice(), &utf16le(BULLETIN)].concat(), "UTF-16LE", BULLETIN);
    check_text(&[b"\xfe\xff".as_slice(), &utf16be(BULLETIN)].concat(), "UTF-16BE", BULLETIN);
    check_text(&[b"\x84\x31\x95\x33".as_slice(), &gb(BULLETIN)].concat(), "gb18030", BULLETIN);
    check(b"\xff\xfe\0\0\x4e\0\0\0", "unsupported-encoding");
    check(b"\0\0\xfe\xff\0\0\x4e\0", "unsupported-encoding");
}

#[test]
fn short_text_is_told_by_its_characters() {
    for text in [
        "酉阳县召开党史工作会",
        "红岩精神 永放光芒",
        "2020年12月10日",
        "（璧山区委党史研究室供稿）",
        "编：市委办",
        "第12期",
    ] {
        check_text(&gb(text), "gb18030", text);
    }
    for text in ["工作簡報第十二期", "二〇二〇年十二月十日", "（檔案館供稿）", "本市舉辦記憶展覽"]
    {
        check_text(&big5(text), "Big5", text);
    }
    for text in ["酉阳县召开党史工作会", "（璧山区委党史研究室供稿）"] {
        check_text(&utf16le(text), "UTF-16LE", text);
        check_text(&utf16be(text), "UTF-16BE", text);
    }
}

#[test]
fn four_byte_characters_of_gb18030_are_read() {
    let text = "生僻字㐀和𠀀，见于人名。";
    check_text(&gb(text), "gb18030", text);
}

#[test]
fn gb2312_bytes_that_are_valid_utf8_are_a_guess() {
    check(&gb("么没么没"), r#"gb18030 ["encoding-guessed"] 么没么没"#);
    check_text("Привет, naïveté".as_bytes(), "UTF-8", "Привет, naïveté");
}

#[test]
fn other_languages_are_a_guess() {
    check(
        b"Caf\xe9 au lait, na\xefve et r\xe9sum\xe9",
        r#"windows-1252 ["encoding-guessed"] Café au lait, naïve et résumé"#,
    );
}

#[test]
fn a_mark_inside_the_text_stays() {
    check_text("一\n\u{feff}二\u{feff}".as_bytes(), "UTF-8", "一\n\u{feff}二\u{feff}");
}

#[test]
fn few_damaged_bytes_are_replaced_and_remarked() {
    let cut = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
    check(&cut("会议召开".as_bytes()), r#"UTF-8 ["undecodable-bytes"] 会议召�"#);
    check(&cut(&gb("会议组织召开")), r#"gb18030 ["undecodable-bytes"] 会议组织召�"#);
    check(&cut(&utf16le("会议\n组织召开")), r#"UTF-16LE ["undecodable-bytes"] 会议|组织召�"#);
    check("会议\n组\u{fffd}织召开".as_bytes(), "UTF-8 会议|组\u{fffd}织召开");
    check(
        &[&gb("会议组织"), b"\xff".as_slice(), &gb("召开")].concat(),
        r#"gb18030 ["undecodable-bytes"] 会议组织�召开"#,
    );
}

#[test]
fn damage_is_counted_and_its_first_line_named() {
    let text = "第一行。\n\n第二行。\n第三行。\n".repeat(20).into_bytes();
    let damaged = [&text[..], b"\xff\n\xff", &text].concat();
    let file = read(&damaged).expect("two of 500 characters are few");
    let remark = &file.diagnostics[0];
    assert_eq!((file.undecodable, remark.code, remark.line), (2, Code::UndecodableBytes, Some(61)));
}

#[test]
fn much_damage_is_an_error() {
    check(&[BULLETIN.as_bytes(), &gb(BULLETIN)].concat(), "undecodable");
    check(&b"\x80\xff".repeat(100), "undecodable");
}

#[test]
fn nothing_but_white_space_is_empty() {
    for bytes in [b"".as_slice(), b"\xef\xbb\xbf", b"\xff\xfe", b" \r\n\t\x0c\n", "\u{3000}\n\u{a0}".as_bytes()] {
        check(bytes, "empty-file");
    }
    check(&utf16le("\n \n"), "empty-file");
}

#[test]
fn formats_are_named() {
    for (bytes, sentence) in [
        (b"%PDF-1.7\n1 0 obj".as_slice(), "this is a PDF, not text; name it .pdf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "this is a JPEG image, not text; "),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "this is an Office document (.doc, .xls, .wps), not text; "),
        (b"PK\x03\x04\x14\0", "this is a ZIP archive or an Office document (.docx, .xlsx, .ofd), not text; "),
        (b"\x7fELF\x02\x01", "this is a program (ELF), not text; "),
    ] {
        let error = read(bytes).expect_err("a format that is not text");
        assert_eq!(error.code(), "binary-file");
        assert!(error.to_string().starts_with(sentence), "{error}");
    }
}

#[test]
fn control_characters_are_kept_until_they_are_many() {
    check(
        "会议\u{1}召开\0，安排全年工作，研究部署党史学习教育，听取各部门汇报。\u{1a}".as_bytes(),
        "UTF-8 会议\u{1}召开\0，安排全年工作，研究部署党史学习教育，听取各部门汇报。\u{1a}",
    );
    check(&(0..=255).collect::<Vec<u8>>(), "binary-file");
    check(b"a\x01b\x02c\x03", "binary-file");
}

#[test]
fn old_line_ends_are_line_ends() {
    check(&gb("会议\r组织\r召开"), "gb18030 会议|组织|召开");
    check("会议\r\n组织\n召开\r座谈\u{c}第二页".as_bytes(), "UTF-8 会议|组织|召开|座谈¶第二页");
}

fn printed_bytes(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #[test]
    fn reading_is_total(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_character_of_utf8_is_lost(text in r"[一-龥，。a-z0-9 \n\r\f\u{3000}\u{200B}\u{2028}]{1,60}") {
        match read(text.as_bytes()) {
            Ok(file) => {
                let found: String = file.pages.iter().flat_map(|page| &page.lines).map(|line| line.raw.as_str()).collect();
                prop_assert_eq!(printed_bytes(&found), printed_bytes(&text));
            }
            Err(error) => prop_assert!(error == ReadError::Empty && text.trim().is_empty(), "{}", error),
        }
    }

    #[test]
    fn gb18030_and_utf16_say_the_same_as_utf8(text in r"(工作|会议|组织|召开|我们|发展|[一-龥]|，|。|[0-9]|\n){30,60}") {
        let text = format!("县委党史研究室组织召开会议。{text}");
        let pages = read(text.as_bytes()).expect("UTF-8").pages;
        prop_assert_eq!(&read(&gb(&text)).expect("GB18030").pages, &pages);
        prop_assert_eq!(&read(&utf16le(&text)).expect("UTF-16LE").pages, &pages);
        prop_assert_eq!(&read(&utf16be(&text)).expect("UTF-16BE").pages, &pages);
    }
}
