#![no_main]
//! The input is the table from codes to glyphs.

use wrapped::{CATALOG, PAGE, TREE};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let font = "<</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding 6 0 R/DescendantFonts[<</Type/Font/Subtype\
                /CIDFontType0/BaseFont/STSong/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]>>";
    let content: &[u8] = b"BT /F1 16 Tf 72 700 Td <00010002B5B3CAB74E00FFFF> Tj ET";
    let cmap = ("/Type/CMap/CMapName/A/UseCMap 6 0 R", Some(data));
    wrapped::read(&wrapped::file(&[CATALOG, TREE, PAGE, ("", Some(content)), (font, None), cmap]));
});
