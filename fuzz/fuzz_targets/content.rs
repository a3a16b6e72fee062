#![no_main]
//! The input is the content of the page, and of the form it may paint.

use wrapped::{CATALOG, PAGE, TREE};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let font = "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[<</Type/Font/Subtype\
                /CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]>>";
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X1 6 0 R>>/Font<</F1 5 0 R>>>>";
    wrapped::read(&wrapped::file(&[CATALOG, TREE, PAGE, ("", Some(data)), (font, None), (form, Some(data))]));
});
