#![no_main]
//! The input is an embedded font; its first byte says of which kind.

use wrapped::{CATALOG, PAGE, TREE};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    let (key, entries) =
        [("FontFile", ""), ("FontFile2", ""), ("FontFile3", "/Subtype/Type1C"), ("FontFile3", "/Subtype/OpenType")]
            [usize::from(kind % 4)];
    let descriptor = format!("/FontDescriptor<</Type/FontDescriptor/FontName/S/Flags 4/{key} 6 0 R>>");
    let font = if kind & 4 == 0 {
        format!("<</Type/Font/Subtype/Type1/BaseFont/S/FirstChar 0/LastChar 0/Widths[500]{descriptor}>>")
    } else {
        format!(
            "<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2\
             /BaseFont/S/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>{descriptor}>>]>>"
        )
    };
    let content: &[u8] = b"BT /F1 16 Tf 72 700 Td <0001000200030041006100FF> Tj ET";
    wrapped::read(&wrapped::file(&[CATALOG, TREE, PAGE, ("", Some(content)), (&font, None), (entries, Some(data))]));
});
