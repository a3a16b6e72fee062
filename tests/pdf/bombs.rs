//! Files of a few bytes that ask for hours or gigabytes: each gets its answer, and the answer says what was left out.
//!
//! `just bombs` writes them out and measures the program on each; here only the answers are looked at, with a bound on
//! time that is there to catch what never ends.

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jianbao::model::{Document, Status};

use crate::process;
use crate::skeleton::{Skeleton, deflate, deflate_repeated};

/// A file that asks for too much.
struct Bomb {
    name: &'static str,
    make: fn() -> Vec<u8>,
    /// One of these codes must be among the diagnostics or be the reason of failure; empty where nothing is left out.
    codes: &'static [&'static str],
    /// How many pages the document has, where that is certain.
    pages: Option<u32>,
    /// What must have been read, white space aside.
    text: Option<&'static str>,
    /// Only for the program as shipped: without optimisation it takes too long.
    heavy: bool,
}

const PLAIN: Bomb = Bomb { name: "", make: Vec::new, codes: &[], pages: Some(1), text: None, heavy: false };

#[rustfmt::skip]
const BOMBS: &[Bomb] = &[
    Bomb { name: "content_1gb", make: content_1gb, codes: &["limit-stream-bytes", "limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "content_flate_twice", make: content_flate_twice, codes: &["limit-stream-bytes", "limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "contents_200_times", make: || contents(200, 200 << 20), codes: &["limit-stream-bytes", "limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "contents_200_times_within_stream", make: || contents(200, 8 << 20), codes: &["limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "document_bytes", make: document_bytes, codes: &["limit-document-bytes", "limit-document-operators"], pages: Some(100), heavy: true, ..PLAIN },
    Bomb { name: "forms_14_deep", make: || forms(14), codes: &["limit-form-depth", "limit-operators", "limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "forms_10_deep", make: || forms(10), codes: &["limit-operators", "limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "form_in_itself", make: form_in_itself, codes: &["limit-form-depth"], text: Some("AA"), ..PLAIN },
    Bomb { name: "forms_in_each_other", make: forms_in_each_other, codes: &["limit-form-depth", "limit-operators", "limit-page-bytes"], heavy: true, ..PLAIN },
    Bomb { name: "type3_in_itself", make: type3_in_itself, text: Some("A"), ..PLAIN },
    Bomb { name: "object_stream_1gb", make: object_stream_1gb, codes: &["damaged-pdf", "limit-stream-bytes"], pages: None, heavy: true, ..PLAIN },
    Bomb { name: "object_stream_n_lie", make: object_stream_n_lie, codes: &["empty-page"], ..PLAIN },
    Bomb { name: "to_unicode_ranges", make: to_unicode_ranges, codes: &["limit-to-unicode"], ..PLAIN },
    Bomb { name: "to_unicode_entries", make: to_unicode_entries, codes: &["limit-to-unicode"], heavy: true, ..PLAIN },
    Bomb { name: "to_unicode_many_fonts", make: to_unicode_many_fonts, heavy: true, ..PLAIN },
    Bomb { name: "deep_array_in_object", make: deep_array_in_object, text: Some("A"), ..PLAIN },
    Bomb { name: "deep_array_in_content", make: deep_array_in_content, ..PLAIN },
    Bomb { name: "deep_dictionary_in_content", make: deep_dictionary_in_content, ..PLAIN },
    Bomb { name: "page_tree_loop", make: page_tree_loop, text: Some("A"), ..PLAIN },
    Bomb { name: "parent_loop", make: parent_loop, text: Some("A"), ..PLAIN },
    Bomb { name: "count_lie", make: count_lie, text: Some("A"), ..PLAIN },
    Bomb { name: "pages_30000", make: pages_30000, codes: &["limit-pages"], pages: None, heavy: true, ..PLAIN },
    Bomb { name: "widths_wide", make: widths_wide, text: Some("中"), ..PLAIN },
    Bomb { name: "widths_many", make: widths_many, text: Some("中"), ..PLAIN },
    Bomb { name: "cmap_loop", make: cmap_loop, ..PLAIN },
    Bomb { name: "cmap_ranges", make: cmap_ranges, ..PLAIN },
    Bomb { name: "inline_image_without_end", make: inline_image_without_end, text: Some("A"), ..PLAIN },
    Bomb { name: "numbers_beyond_reason", make: numbers_beyond_reason, ..PLAIN },
    Bomb { name: "operators_6_million", make: operators_6_million, codes: &["limit-operators"], heavy: true, ..PLAIN },
    Bomb { name: "states_saved", make: states_saved, heavy: true, ..PLAIN },
    Bomb { name: "marks_opened", make: marks_opened, heavy: true, ..PLAIN },
    Bomb { name: "operands", make: operands, heavy: true, ..PLAIN },
    Bomb { name: "string_without_end", make: string_without_end, heavy: true, ..PLAIN },
    Bomb { name: "glyphs_1_million_on_a_point", make: || glyphs(1_000_000, false), codes: &["limit-glyphs"], heavy: true, ..PLAIN },
    Bomb { name: "glyphs_490000_on_a_point", make: || glyphs(490_000, false), heavy: true, ..PLAIN },
    Bomb { name: "glyphs_490000_everywhere", make: || glyphs(490_000, true), heavy: true, ..PLAIN },
    Bomb { name: "rulings_everywhere", make: rulings_everywhere, heavy: true, ..PLAIN },
    Bomb { name: "xref_lie", make: xref_lie, text: Some("A"), ..PLAIN },
    Bomb { name: "xref_stream_lie", make: xref_stream_lie, text: Some("A"), ..PLAIN },
    Bomb { name: "predictor_lie", make: predictor_lie, ..PLAIN },
    Bomb { name: "annotations_20000", make: annotations_20000, heavy: true, ..PLAIN },
];

/// Beyond this an answer is not late but not coming.
const NEVER: Duration = Duration::from_secs(120);

#[test]
fn bombs_get_an_answer_that_names_them() {
    let mut misses = Vec::new();
    for bomb in BOMBS.iter().filter(|bomb| !bomb.heavy) {
        misses.extend(misses_of(bomb).into_iter().map(|miss| format!("{}: {miss}", bomb.name)));
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// For an optimised build: `cargo test --release --test pdf -- --ignored heavy`.
#[test]
#[ignore = "takes minutes without optimisation; `just bombs` runs it with"]
fn heavy_bombs_get_an_answer_that_names_them() {
    let mut misses = Vec::new();
    for bomb in BOMBS.iter().filter(|bomb| bomb.heavy) {
        misses.extend(misses_of(bomb).into_iter().map(|miss| format!("{}: {miss}", bomb.name)));
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Writes every bomb where `just bombs` finds it.
#[test]
#[ignore = "writes files for `just bombs`"]
fn write_bombs() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bombs");
    fs::create_dir_all(&folder).expect("the folder can be made");
    for bomb in BOMBS {
        let file = folder.join(format!("{}.pdf", bomb.name));
        fs::write(file, (bomb.make)()).expect("the file can be written");
    }
}

fn misses_of(bomb: &Bomb) -> Vec<String> {
    let bytes = (bomb.make)();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(Box::new(process(&bytes))));
    let Ok(document) = receiver.recv_timeout(NEVER) else { return vec!["no answer, or a panic".to_owned()] };
    let mut misses = Vec::new();
    let codes = codes_of(&document);
    if !bomb.codes.is_empty() && !codes.iter().any(|code| bomb.codes.contains(code)) {
        misses.push(format!("says {codes:?}, none of {:?}", bomb.codes));
    }
    if bomb.pages.is_some() && bomb.pages != document.pages {
        misses.push(format!("{:?} pages, not {:?}", document.pages, bomb.pages));
    }
    if let Some(wanted) = bomb.text {
        let text: String = document.lines.iter().flat_map(|line| line.text.split_whitespace()).collect();
        if text != wanted {
            misses.push(format!("reads {text:?}, not {wanted:?}"));
        }
    }
    misses
}

fn codes_of(document: &Document) -> Vec<&str> {
    let mut codes: Vec<&str> = document.diagnostics.iter().map(|it| it.code.as_str()).collect();
    if let Status::Partial(failure) | Status::Failed(failure) = &document.status {
        codes.push(&failure.code);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

const HELVETICA: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
const SHOW_A: &[u8] = b"BT /F1 16 Tf 72 700 Td (A) Tj ET\n";

/// A page with Helvetica as `/F1`, whose content is the object behind, 4.
fn one_page() -> Skeleton {
    Skeleton::page(&format!("/Contents 4 0 R/Resources<</Font<</F1{HELVETICA}>>>>"))
}

fn with_content(content: &[u8]) -> Vec<u8> {
    let mut file = one_page();
    file.deflated("", content);
    file.finished()
}

/// A page that prints 中 in a composite font, object 5, with `entries` in its descendant and `more` objects from 6 on.
fn with_cid_font(font: &str, descendant: &str, more: &[&[u8]]) -> Vec<u8> {
    let mut file = Skeleton::page("/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>");
    file.stream("", b"BT /F1 16 Tf 72 700 Td <4E2D> Tj ET");
    file.object(&format!(
        "<</Type/Font/Subtype/Type0/BaseFont/STSong{font}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0\
         /BaseFont/STSong/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>{descendant}>>]>>"
    ));
    for object in more {
        file.object_bytes(object);
    }
    file.finished()
}

fn content_1gb() -> Vec<u8> {
    let mut file = one_page();
    file.stream("/Filter/FlateDecode", &deflate_repeated(&b"BT ET\n".repeat(1 << 14), (1 << 30) / (6 << 14)));
    file.finished()
}

fn content_flate_twice() -> Vec<u8> {
    let once = deflate_repeated(&b"BT ET\n".repeat(1 << 14), (1 << 30) / (6 << 14));
    let mut file = one_page();
    file.stream("/Filter[/FlateDecode/FlateDecode]", &deflate(&once));
    file.finished()
}

fn contents(times: usize, size: usize) -> Vec<u8> {
    let parts = "4 0 R ".repeat(times);
    let mut file = Skeleton::page(&format!("/Contents[{parts}]/Resources<</Font<</F1{HELVETICA}>>>>"));
    file.stream("/Filter/FlateDecode", &deflate_repeated(&[b' '; 1 << 16], size >> 16));
    file.finished()
}

fn document_bytes() -> Vec<u8> {
    let kids: String = (0..100).map(|page| format!("{} 0 R ", page + 4)).collect();
    let mut file = Skeleton::new(&kids, 100);
    file.stream("/Filter/FlateDecode", &deflate_repeated(&[b' '; 1 << 16], 60 << 4));
    for _ in 0..100 {
        file.object("<</Type/Page/Parent 2 0 R/Contents 3 0 R>>");
    }
    file.finished()
}

/// Forms `levels` deep, each of which paints the next one ten times.
fn forms(levels: u32) -> Vec<u8> {
    let mut file = Skeleton::page("/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>");
    file.stream("", b"/X Do");
    for level in 0..levels {
        let next = file.next() + 1;
        let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>");
        let content: &[u8] =
            if level + 1 == levels { b"q Q" } else { b"/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do" };
        file.stream(&entries, content);
    }
    file.finished()
}

fn form_in_itself() -> Vec<u8> {
    let fonts = format!("/Font<</F1{HELVETICA}>>");
    let mut file = Skeleton::page(&format!("/Contents 4 0 R/Resources<<{fonts}/XObject<</X 5 0 R>>>>"));
    file.stream("", b"BT /F1 16 Tf 72 700 Td (A) Tj ET /X Do BT /F1 16 Tf 72 500 Td (A) Tj ET");
    let entries = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>";
    file.stream(entries, b"/X Do");
    file.finished()
}

fn forms_in_each_other() -> Vec<u8> {
    let mut file = Skeleton::page("/Contents 4 0 R/Resources<</XObject<</X 5 0 R/Y 6 0 R>>>>");
    file.stream("", b"/X Do /Y Do");
    let entries = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R/Y 6 0 R>>>>";
    file.stream(entries, b"/Y Do /X Do /Y Do /X Do /Y Do");
    file.stream(entries, b"/X Do /Y Do /X Do /Y Do /X Do");
    file.finished()
}

fn type3_in_itself() -> Vec<u8> {
    let mut file = Skeleton::page("/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>");
    file.stream("", SHOW_A);
    file.object(
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[1]\
         /Encoding<</Differences[65/A]>>/CharProcs<</A 6 0 R>>/Resources<</Font<</F1 5 0 R>>>>>>",
    );
    file.stream("", b"1 0 d0 BT /F1 1 Tf (AAAAAAAAAA) Tj ET");
    file.finished()
}

fn object_stream_1gb() -> Vec<u8> {
    let mut file = Skeleton::new("9 0 R", 1);
    let filling = deflate_repeated(&[b' '; 1 << 16], 1 << 14);
    file.stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &filling);
    file.finished()
}

fn object_stream_n_lie() -> Vec<u8> {
    let mut file = Skeleton::new("9 0 R", 1);
    file.stream("/Type/ObjStm/N 2000000000/First 4", b"9 0 <</Type/Page>>");
    file.finished()
}

fn to_unicode(ranges: &str) -> Vec<u8> {
    format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
         1 begincodespacerange <0000> <FFFF> endcodespacerange\n{ranges}endcmap end end"
    )
    .into_bytes()
}

fn to_unicode_ranges() -> Vec<u8> {
    let table = to_unicode(&format!("20000 beginbfrange\n{}endbfrange\n", "<0000> <FFFF> <0000>\n".repeat(20_000)));
    let mut stream = format!("<</Length {}>>\nstream\n", table.len()).into_bytes();
    stream.extend_from_slice(&table);
    stream.extend_from_slice(b"\nendstream");
    with_cid_font("/Encoding/Identity-H/ToUnicode 6 0 R", "", &[&stream])
}

/// Half a million single entries, the last of which names the code that is shown.
fn to_unicode_entries() -> Vec<u8> {
    let mut entries: String = (0..500_000).map(|code| format!("<{code:08X}> <4E2D>\n")).collect();
    entries.push_str("<4E2D> <4E2D>\n");
    let mut file = Skeleton::page("/Contents 4 0 R/Resources<</Font<</F1 6 0 R>>>>");
    file.stream("", b"BT /F1 16 Tf 72 700 Td <4E2D> Tj ET");
    file.deflated("", &to_unicode(&format!("500001 beginbfchar\n{entries}endbfchar\n")));
    file.object(
        "<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[<</Type/Font\
         /Subtype/CIDFontType2/BaseFont/S/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>",
    );
    file.finished()
}

/// Each of 2,000 fonts has a table that is just within the limit of one font.
fn to_unicode_many_fonts() -> Vec<u8> {
    let fonts: String = (0..2_000).map(|font| format!("/F{font} {} 0 R", font + 6)).collect();
    let mut file = Skeleton::page(&format!("/Contents 4 0 R/Resources<</Font<<{fonts}>>>>"));
    let shown: String = (0..2_000).map(|font| format!("BT /F{font} 9 Tf 72 700 Td <4E2D> Tj ET\n")).collect();
    file.deflated("", shown.as_bytes());
    let table = to_unicode(&format!("6 beginbfrange\n{}endbfrange\n", "<0000> <FFFF> <0000>\n".repeat(6)));
    file.deflated("", &table);
    for _ in 0..2_000 {
        file.object(
            "<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[<</Type/Font\
             /Subtype/CIDFontType2/BaseFont/S/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>",
        );
    }
    file.finished()
}

fn deep_array_in_object() -> Vec<u8> {
    let mut file = one_page();
    file.stream("", SHOW_A);
    file.object(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    file.object(&"<</A".repeat(100_000));
    file.finished()
}

fn deep_array_in_content() -> Vec<u8> {
    let mut content = SHOW_A.to_vec();
    content.extend_from_slice(&b"[".repeat(100_000));
    content.extend_from_slice(&b"]".repeat(100_000));
    content.extend_from_slice(b" TJ\n");
    with_content(&content)
}

fn deep_dictionary_in_content() -> Vec<u8> {
    let mut content = SHOW_A.to_vec();
    content.extend_from_slice(b"/Span ");
    content.extend_from_slice(&b"<</A ".repeat(100_000));
    content.extend_from_slice(b"BDC ");
    content.extend_from_slice(SHOW_A);
    with_content(&content)
}

fn page_tree_loop() -> Vec<u8> {
    let mut file = Skeleton::new("3 0 R 2 0 R 2 0 R", 3);
    file.object(&format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1{HELVETICA}>>>>>>"));
    file.stream("", SHOW_A);
    file.finished()
}

/// Neither page nor tree has resources or a box, and the tree is its own parent.
fn parent_loop() -> Vec<u8> {
    let mut file = Skeleton::new("3 0 R", 1);
    file.object(&format!("<</Type/Page/Parent 5 0 R/Contents 4 0 R/Resources<</Font<</F1{HELVETICA}>>>>>>"));
    file.stream("", SHOW_A);
    file.object("<</Type/Pages/Parent 5 0 R/Kids[3 0 R]/Count 1>>");
    file.finished()
}

fn count_lie() -> Vec<u8> {
    let mut file = Skeleton::new("3 0 R", 10_000_000);
    file.object(&format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1{HELVETICA}>>>>>>"));
    file.stream("", SHOW_A);
    file.finished()
}

fn pages_30000() -> Vec<u8> {
    let kids: String = (0..30_000).map(|page| format!("{} 0 R ", page + 4)).collect();
    let mut file = Skeleton::new(&kids, 30_000);
    file.stream("", SHOW_A);
    for _ in 0..30_000 {
        file.object(&format!("<</Type/Page/Parent 2 0 R/Contents 3 0 R/Resources<</Font<</F1{HELVETICA}>>>>>>"));
    }
    file.finished()
}

fn widths_wide() -> Vec<u8> {
    with_cid_font("/Encoding/UniGB-UCS2-H", "/DW 1000/W[0 2147483647 1000 0 4294967295 1000 -5 -1 1000]", &[])
}

fn widths_many() -> Vec<u8> {
    with_cid_font("/Encoding/UniGB-UCS2-H", &format!("/DW 1000/W[{}]", "0 65535 1000 ".repeat(100_000)), &[])
}

fn cmap_loop() -> Vec<u8> {
    let cmap = |next: u32| {
        let text = "/A usecmap 1 begincodespacerange <0000> <FFFF> endcodespacerange";
        format!("<</Type/CMap/CMapName/A/UseCMap {next} 0 R/Length {}>>\nstream\n{text}\nendstream", text.len())
    };
    with_cid_font("/Encoding 6 0 R", "", &[cmap(7).as_bytes(), cmap(6).as_bytes()])
}

fn cmap_ranges() -> Vec<u8> {
    let ranges = "<00000000> <FFFFFFFF> 0\n".repeat(20_000);
    let text = format!(
        "/CMapName /A def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n20000 begincidrange\n{ranges}endcidrange\n"
    );
    let stream = format!("<</Type/CMap/CMapName/A/Length {}>>\nstream\n{text}\nendstream", text.len());
    with_cid_font("/Encoding 6 0 R", "", &[stream.as_bytes()])
}

fn inline_image_without_end() -> Vec<u8> {
    let mut content = SHOW_A.to_vec();
    content.extend_from_slice(b"BI /W 99999999 /H 99999999 /BPC 8 /CS /G ID ");
    content.extend_from_slice(&b"E I ".repeat(1 << 20));
    with_content(&content)
}

fn numbers_beyond_reason() -> Vec<u8> {
    let huge = "9".repeat(60);
    let fonts = format!("/Resources<</Font<</F1{HELVETICA}>>>>");
    let most = format!("{:.1}", f32::MAX);
    let boxes = format!("/MediaBox[-{most} -{most} {most} {most}]/CropBox[-{most} 5 {most} 5]/UserUnit {most}");
    let mut file = Skeleton::page(&format!("/Contents 4 0 R{fonts}{boxes}/Rotate 2147483647"));
    let mut content = String::new();
    for number in [&huge, "nan", "inf", "1e308", "-.", "--5", "0.00000000000000000001", "1.2.3"] {
        for operators in ["Td (A) Tj", "Tc (A) Tj", "Tz (A) Tj", "TL T* (A) Tj", "Ts (A) Tj", "Tw (A A) Tj"] {
            content.push_str(&format!("BT /F1 16 Tf {number} {number} {operators} ET\n"));
        }
        content.push_str(&format!(
            "BT /F1 {number} Tf (A) Tj ET q {number} 0 0 {number} 0 0 cm BT /F1 9 Tf (A) Tj ET Q\n"
        ));
        content.push_str(&format!("BT /F1 9 Tf 1 0 0 1 {number} {number} Tm [(A) {number} (A)] TJ ET\n"));
        content.push_str(&format!("{number} {number} {number} {number} re f 0 0 m {number} {number} l S\n"));
    }
    file.stream("", content.as_bytes());
    file.finished()
}

fn operators_6_million() -> Vec<u8> {
    with_content(&b"q Q ".repeat(3_000_000))
}

fn states_saved() -> Vec<u8> {
    with_content(&b"q ".repeat(4_900_000))
}

fn marks_opened() -> Vec<u8> {
    with_content(&b"/P BMC /Span <</ActualText(A)>> BDC ".repeat(1_500_000))
}

fn operands() -> Vec<u8> {
    with_content(&b"1 ".repeat(20_000_000))
}

fn string_without_end() -> Vec<u8> {
    let mut content = SHOW_A.to_vec();
    content.extend_from_slice(b"BT /F1 9 Tf (");
    content.extend_from_slice(&b"\\(a(".repeat(10_000_000));
    with_content(&content)
}

/// `count` letters, all on one point or each on its own.
fn glyphs(count: u32, spread: bool) -> Vec<u8> {
    let mut content = b"BT /F1 4 Tf 0 Tz 72 700 Td ".to_vec();
    if spread {
        content.extend_from_slice(b"100 Tz ");
        // Steps of a linear congruence: all over the page, the same each time.
        let mut state: u32 = 1;
        for _ in 0..count {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = ((state >> 8) % 595, (state >> 20) % 842);
            content.extend_from_slice(format!("1 0 0 1 {x} {y} Tm(A)Tj ").as_bytes());
        }
    } else {
        content.push(b'(');
        content.extend(std::iter::repeat_n(b'A', count as usize));
        content.extend_from_slice(b") Tj");
    }
    content.extend_from_slice(b" ET");
    with_content(&content)
}

fn rulings_everywhere() -> Vec<u8> {
    let mut content = Vec::new();
    let mut state: u32 = 7;
    for _ in 0..400_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (x, y) = ((state >> 8) % 595, (state >> 20) % 842);
        content.extend_from_slice(format!("{x} {y} m {x} {} l S {x} {y} 200 .5 re f\n", y + 100).as_bytes());
    }
    content.extend_from_slice(SHOW_A);
    with_content(&content)
}

fn xref_lie() -> Vec<u8> {
    let file = with_content(SHOW_A);
    let text = b"xref\n0 5\n";
    let at = file.windows(text.len()).position(|it| it == text).expect("there is a table");
    [&file[..at], b"xref\n0 4294967295\n", &file[at + text.len()..]].concat()
}

fn xref_stream_lie() -> Vec<u8> {
    let mut file = one_page();
    file.stream("", SHOW_A);
    file.stream("/Type/XRef/Root 1 0 R/Size 2147483647/W[0 0 0]/Index[0 2147483647 0 2147483647]", b"");
    let mut bytes = file.finished();
    let at = bytes.windows(9).rposition(|it| it == b"5 0 obj\n<").expect("the stream is there");
    let table = bytes.windows(5).rposition(|it| it == b"xref\n").expect("there is a table");
    bytes.truncate(table);
    bytes.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
    bytes
}

fn predictor_lie() -> Vec<u8> {
    let mut file = one_page();
    let parms = "/DecodeParms<</Predictor 12/Columns 2147483647/Colors 2147483647/BitsPerComponent 2147483647>>";
    file.deflated(parms, SHOW_A);
    file.finished()
}

fn annotations_20000() -> Vec<u8> {
    let annots = "6 0 R ".repeat(20_000);
    let mut file = Skeleton::page(&format!("/Contents 4 0 R/Resources<</Font<</F1{HELVETICA}>>>>/Annots[{annots}]"));
    file.stream("", SHOW_A);
    let form = format!("/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</Font<</F1{HELVETICA}>>>>");
    file.deflated(&form, &b"BT /F1 9 Tf 2 2 Td (B) Tj ET q Q q Q\n".repeat(10_000));
    file.object("<</Type/Annot/Subtype/FreeText/Rect[72 300 171 399]/AP<</N 5 0 R>>>>");
    file.finished()
}
