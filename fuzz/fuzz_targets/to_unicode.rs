#![no_main]
//! The input is the table from codes to characters.

use wrapped::{CATALOG, PAGE, TREE};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let font = "<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</Type/Font\
                /Subtype/CIDFontType2/BaseFont/S/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>";
    let content: &[u8] = b"BT /F1 16 Tf 72 700 Td <00010002000300410061FFFF> Tj ET";
    wrapped::read(&wrapped::file(&[CATALOG, TREE, PAGE, ("", Some(content)), (font, None), ("", Some(data))]));
});
