//! The base encodings of PDF: what the codes of a simple font mean where the font itself says nothing.

use super::glyph_names::find;

const ENCODINGS: &str = include_str!("data/encodings.txt");

/// A character for each code; U+0000 where there is none.
pub(super) type Encoding = [char; 256];

/// The base encoding of this name (`WinAnsiEncoding` …).
pub(super) fn named(name: &[u8]) -> Option<Encoding> {
    let listed = find(ENCODINGS, std::str::from_utf8(name).ok()?)?;
    let mut encoding = ['\0'; 256];
    for (code, character) in encoding.iter_mut().skip(32).zip(listed.chars()) {
        if character != char::REPLACEMENT_CHARACTER {
            *code = character;
        }
    }
    Some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_base_encodings_are_built_in() {
        for (name, code, character) in [
            ("StandardEncoding", 0x27, '’'),
            ("WinAnsiEncoding", 0x80, '€'),
            ("WinAnsiEncoding", 0xFF, 'ÿ'),
            ("MacRomanEncoding", 0x8A, 'ä'),
            ("MacExpertEncoding", 0x57, 'ﬁ'),
            ("SymbolEncoding", 0x61, 'α'),
            ("ZapfDingbatsEncoding", 0x21, '✁'),
            ("StandardEncoding", 0x80, '\0'),
            ("StandardEncoding", 0x1F, '\0'),
        ] {
            assert_eq!(named(name.as_bytes()).unwrap()[code], character, "{name}");
        }
        assert!(named(b"IdentityEncoding").is_none());
    }
}
