//! Fonts made of dictionaries, and what their strings show.

use lopdf::{Document, Object, Stream, dictionary};

use super::*;
use crate::read::pdf::limits::Limits;

/// A file of the objects that a test adds.
struct File(Objects);

impl File {
    fn new() -> Self {
        Self(Objects { document: Document::new(), limits: Limits::default(), without_pictures: false })
    }

    fn stream(&mut self, content: &[u8]) -> Object {
        Object::Reference(self.0.document.add_object(Stream::new(Dictionary::new(), content.to_vec())))
    }

    fn load(&self, dict: &Dictionary) -> Font {
        Font::load(&self.0, dict)
    }
}

fn text(font: &Font, bytes: &[u8]) -> String {
    let mut text = String::new();
    font.each(bytes, |shown| match shown.text {
        Text::Unknown => text.push('?'),
        Text::One(character) => text.push(character),
        Text::Several(number) => text.push_str(font.string(number)),
    });
    text
}

fn widths(font: &Font, bytes: &[u8]) -> Vec<f32> {
    let mut widths = Vec::new();
    font.each(bytes, |shown| widths.push((shown.width * 1000.0).round()));
    widths
}

fn name(name: &str) -> Object {
    Object::Name(name.into())
}

fn composite(encoding: Object, ordering: &str, more: Dictionary) -> Dictionary {
    let mut descendant = dictionary! {
        "Subtype" => "CIDFontType2",
        "BaseFont" => "SimSun",
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal(ordering),
        },
    };
    descendant.extend(&more);
    dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "SimSun-GBK-EUC-H", "Encoding" => encoding,
        "DescendantFonts" => vec![Object::Dictionary(descendant)],
    }
}

#[test]
fn names_of_glyphs_replace_those_of_the_base_encoding() {
    let file = File::new();
    let differences: Vec<Object> = vec![
        66.into(),
        name("uni4E2D"),
        name("f_i"),
        name("nonsense"),
        300.into(),
        name("A"),
        (-1).into(),
        name("B"),
        name("C"),
    ];
    let font = file.load(&dictionary! {
        "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => dictionary! { "BaseEncoding" => "MacRomanEncoding", "Differences" => differences },
    });
    assert_eq!(text(&font, b"AB\x43\x44\x8A\0"), "A中fi?äC");
    assert_eq!(widths(&font, b"A "), [667.0, 278.0]);
    assert_eq!(font.face, Face { name: "Helvetica".to_owned(), bold: false });
}

#[test]
fn symbols_and_dingbats_have_their_own_encodings() {
    let file = File::new();
    for (base, shown, width) in
        [("Symbol", "αβ", 631.0), ("ZapfDingbats", "❁❂", 789.0), ("Wingdings", "\u{F061}\u{F062}", 556.0)]
    {
        let font = file.load(&dictionary! { "Subtype" => "Type1", "BaseFont" => base });
        assert_eq!(text(&font, b"ab"), shown);
        assert_eq!(widths(&font, b"a"), [width], "{base}");
    }
}

#[test]
fn a_useless_entry_leaves_the_code_to_the_encoding() {
    let mut file = File::new();
    let table = file
        .stream(b"beginbfchar <41> <0000> <42> <FFFD> <43> <E001> <44> <00660069> <0045> <58> <80> <E002> endbfchar");
    let font = file.load(&dictionary! { "Subtype" => "Type1", "BaseFont" => "Foo", "Encoding" => "WinAnsiEncoding", "ToUnicode" => table.clone() });
    assert_eq!(text(&font, b"ABCDEF\x80"), "ABCfiXF€");
    // The default of all fonts is no evidence against the file.
    let font = file.load(&dictionary! { "Subtype" => "Type1", "BaseFont" => "Foo", "ToUnicode" => table });
    assert_eq!(text(&font, b"ABC\x80"), "AB\u{E001}\u{E002}");
}

#[test]
fn widths_of_simple_fonts_start_at_the_first_character() {
    let file = File::new();
    let font = file.load(&dictionary! {
        "Subtype" => "TrueType", "FirstChar" => 65, "Widths" => vec![Object::Integer(500), Object::Real(250.5)],
        "FontDescriptor" => dictionary! { "MissingWidth" => 100, "StemV" => 150 },
    });
    assert_eq!(widths(&font, b"ABC"), [500.0, 251.0, 100.0]);
    assert!(font.face.bold);
    let type3 = file.load(&dictionary! {
        "Subtype" => "Type3", "FirstChar" => -1, "Widths" => vec![7.into(), 8.into(), 9.into()],
        "FontMatrix" => vec![0.05.into(), 0.into(), 0.into(), 0.05.into(), 0.into(), 0.into()],
        "Encoding" => dictionary! { "Differences" => vec![0.into(), name("a0"), name("a1"), 2.into(), name(".notdef"), 65.into(), name("a65")] },
    });
    assert_eq!(widths(&type3, &[0, 1, 2]), [400.0, 450.0, 0.0]);
    assert_eq!(text(&type3, b"A"), "A");
}

#[test]
fn pairs_of_bytes_in_a_chinese_font_are_gbk() {
    let file = File::new();
    let chinese = dictionary! { "Subtype" => "TrueType", "BaseFont" => Object::Name(b"\xCB\xCE\xCC\xE5".to_vec()), "Encoding" => "WinAnsiEncoding" };
    let font = file.load(&chinese);
    assert_eq!(text(&font, b"A\xD6\xD0\xCE\xC4 1\xD6"), "A中文 1Ö");
    assert_eq!(font.face.name, "宋体");
    let latin = dictionary! { "Subtype" => "TrueType", "BaseFont" => "Arial", "Encoding" => "WinAnsiEncoding" };
    assert_eq!(text(&file.load(&latin), b"\xD6\xD0"), "ÖÐ");
}

#[test]
fn predefined_cmaps_give_characters_and_widths() {
    let file = File::new();
    let widths_of_latin =
        dictionary! { "W" => vec![814.into(), 939.into(), 500.into(), 7716.into(), vec![Object::Integer(250)].into()] };
    let font = file.load(&composite(name("GBK-EUC-H"), "GB1", widths_of_latin));
    assert_eq!(text(&font, b"1\xD6\xD0 \xCE\xC4\xA6\xE0\xD6"), "1中 文（");
    assert_eq!(widths(&font, b"1\xD6\xD0 "), [500.0, 1000.0, 250.0]);
    assert_eq!(font.face.name, "SimSun");
    let narrow = dictionary! { "W" => vec![4559.into(), vec![Object::Integer(900)].into()], "DW" => 990 };
    let font = file.load(&composite(name("UniGB-UCS2-V"), "GB1", narrow.clone()));
    assert!(font.vertical);
    assert_eq!(text(&font, &[0x4E, 0x2D, 0xFE, 0x35]), "中（");
    assert_eq!(widths(&font, &[0x4E, 0x2D]), [1000.0]);
    let font = file.load(&composite(name("GBK-EUC-H"), "GB1", narrow));
    assert_eq!(widths(&font, b"\xD6\xD0\xCE\xC4A"), [900.0, 990.0, 990.0]);
}

#[test]
fn numbers_of_a_collection_are_known() {
    let file = File::new();
    let font = file.load(&composite(name("Identity-H"), "GB1", Dictionary::new()));
    assert_eq!(text(&font, &[0x11, 0xCF, 0, 34, 0]), "中A");
    let font =
        file.load(&composite(name("Identity-V"), "Identity", dictionary! { "DW2" => vec![800.into(), (-900).into()] }));
    assert_eq!(text(&font, &[0x11, 0xCF]), "?");
    assert_eq!(widths(&font, &[0x11, 0xCF]), [900.0]);
    let mut named = composite(name("Identity-H"), "Identity", Dictionary::new());
    named.set("ToUnicode", name("Identity-H"));
    assert_eq!(text(&file.load(&named), &[0x4E, 0x2D]), "中");
}

#[test]
fn embedded_cmaps_build_on_predefined_ones() {
    let mut file = File::new();
    let cmap = file.stream(
        b"/GBK-EUC-H usecmap 1 begincodespacerange <00> <80> endcodespacerange\n\
          1 begincidrange <A1A1> <A1A2> 34 endcidrange",
    );
    let font = file.load(&composite(cmap, "GB1", Dictionary::new()));
    assert_eq!(text(&font, b"\xA1\xA1\xA1\xA2\xD6\xD0"), "AB中");
    let long = file.stream(
        b"3 begincodespacerange <00> <7F> <8000> <8FFF> <90000000> <90FFFFFF> endcodespacerange\n\
          3 begincidchar <41> 34 <8001> 35 <90000001> 36 endcidchar",
    );
    let font = file.load(&composite(long, "GB1", Dictionary::new()));
    assert_eq!(text(&font, b"A\x80\x01\x90\0\0\x01B\x90"), "ABC?");
}

#[test]
fn an_identity_font_is_read_by_its_own_table() {
    let mut file = File::new();
    // One table, `cmap`, with 丁 at glyph 1, ⼀ and 一 at glyph 2, 一 again from the private area.
    let groups: [[u32; 3]; 4] = [[0x2F00, 0x2F00, 2], [0x4E00, 0x4E00, 2], [0x4E01, 0x4E01, 1], [0xE000, 0xE000, 2]];
    let mut cmap = vec![0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 4];
    cmap.extend(groups.as_flattened().iter().flat_map(|number| number.to_be_bytes()));
    let mut program = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    program.extend(b"cmap\0\0\0\0\0\0\0\x1C");
    program.extend((cmap.len() as u32).to_be_bytes());
    program.extend(cmap);
    for (cut, expected) in [(0, "丁一?"), (12, "丁一?"), (30, "?⼀?"), (program.len(), "???")] {
        let embedded = file.stream(&program[..program.len() - cut]);
        let descriptor = dictionary! { "FontDescriptor" => dictionary! { "FontFile2" => embedded } };
        let shown = text(&file.load(&composite(name("Identity-H"), "Identity", descriptor)), &[0, 1, 0, 2, 0, 3]);
        assert_eq!(shown, expected, "{cut}");
    }
    let embedded = file.stream(&program);
    let map = file.stream(&[0, 0, 0, 2, 0, 1, 0]);
    let descriptor = dictionary! { "FontDescriptor" => dictionary! { "FontFile2" => embedded }, "CIDToGIDMap" => map };
    let mut font = composite(name("Identity-H"), "Identity", descriptor);
    assert_eq!(text(&file.load(&font), &[0, 1, 0, 2, 0, 3]), "一丁?");
    // The table of the file counts more, where it says something.
    font.set("ToUnicode", file.stream(b"beginbfchar <0001> <4E2D> <0002> <0000> <0003> <E005> endbfchar"));
    assert_eq!(text(&file.load(&font), &[0, 1, 0, 2, 0, 3]), "中丁\u{E005}");
}

#[test]
fn hostile_fonts_load_at_once() {
    let mut file = File::new();
    let wide: Vec<Object> = [0, 65535, 7].repeat(100_000).into_iter().map(Object::Integer).collect();
    let table = file.stream(format!("beginbfrange {}", "<0000> <FFFF> <0000> ".repeat(20_000)).as_bytes());
    let mut font = composite(name("Identity-H"), "Identity", dictionary! { "W" => wide });
    font.set("ToUnicode", table);
    assert_eq!(text(&file.load(&font), &[0x4E, 0x2D]), "中");
    for numbers in [
        vec![1.into()],
        vec![(-5).into(), 9.into(), 1.into()],
        vec![9e9.into(), vec![Object::Integer(1)].into()],
        vec![Object::Null; 7],
    ] {
        for encoding in [name("Identity-V"), name("GBK-EUC-H"), name("Nonsense"), Object::Null] {
            let more = dictionary! { "W" => numbers.clone(), "W2" => numbers.clone(), "DW2" => numbers.clone() };
            widths(&file.load(&composite(encoding, "GB1", more)), b"\x81\x30\x81\x30A\xFF");
        }
    }
    let wide_map = file.stream(b"1 begincodespacerange <> <FFFFFFFFFF> endcodespacerange begincidrange <00000000> <FFFFFFFF> 1 <0000> <FFFF> 4294967295");
    text(&file.load(&composite(wide_map, "GB1", Dictionary::new())), b"\0\0\0\0\xFF\xFF");
    // A font that is its own descendant.
    let id = file.0.document.new_object_id();
    let own = dictionary! { "Subtype" => "Type0", "DescendantFonts" => vec![Object::Reference(id)] };
    file.0.document.objects.insert(id, Object::Dictionary(own.clone()));
    text(&file.load(&own), b"AB");
    file.load(&Dictionary::new());
}

#[test]
fn fonts_are_shared_by_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Font>();
}
