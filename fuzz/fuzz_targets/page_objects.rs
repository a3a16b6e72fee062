#![no_main]
//! The input is a font and its encodings as objects: dictionaries with anything in them.

use wrapped::{CATALOG, PAGE, TREE};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split("endobj");
    let font = parts.next().unwrap_or_default().to_owned();
    let other = parts.next().unwrap_or_default().to_owned();
    let content: &[u8] = b"BT /F1 16 Tf 72 700 Td <0001B5B34E2D0041> Tj (AB) Tj ET /X1 Do";
    wrapped::read(&wrapped::file(&[CATALOG, TREE, PAGE, ("", Some(content)), (&font, None), (&other, None)]));
});
