//! Bytes of a markup file → its characters and the name of their encoding.
//!
//! A byte order mark decides, then how `<` is written, then what the file says of itself in its first bytes. What is no
//! UTF-8 though it should be is GB18030 if that leaves no doubt: programs write one and declare the other.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes in which a file says which encoding it has.
const HEAD: usize = 1024;

/// The characters of a file.
#[derive(Debug)]
pub(super) struct Characters<'a> {
    pub(super) encoding: &'static str,
    pub(super) text: Cow<'a, str>,
    /// The file says, or should say, that it is in another encoding.
    pub(super) is_guess: bool,
    /// Some bytes are no text and stand as U+FFFD.
    pub(super) is_damaged: bool,
}

/// The characters of `bytes`, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Characters<'_> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, bom)) => (encoding, &bytes[bom..]),
        None => (declared(bytes), bytes),
    };
    let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
    if is_damaged && encoding == UTF_8 {
        let (other, is_wrong) = GB18030.decode_without_bom_handling(bytes);
        if !is_wrong {
            return Characters { encoding: GB18030.name(), text: other, is_guess: true, is_damaged: false };
        }
    }
    Characters { encoding: encoding.name(), text, is_guess: false, is_damaged }
}

/// The encoding that the first bytes tell; UTF-8 where they do not.
fn declared(bytes: &[u8]) -> &'static Encoding {
    if bytes.starts_with(b"<\0") {
        return UTF_16LE;
    }
    if bytes.starts_with(b"\0<") {
        return UTF_16BE;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let said = ["encoding", "charset"].iter().find_map(|word| {
        let (_, rest) = head.split_once(word)?;
        let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).unwrap_or(rest.len());
        Encoding::for_label(&rest.as_bytes()[..end])
    });
    match said {
        Some(encoding) if encoding == GBK => GB18030,
        // A file whose declaration can be read byte by byte is in none of these.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        Some(encoding) => encoding,
        None => UTF_8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_what_mark_or_declaration_say() {
        let text = "<?xml version='1.0'?><a>党史</a>";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [b"\xfe\xff".to_vec(), text.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat();
        let declared = "<?xml version='1.0' encoding='GB2312'?><a>党史</a>";
        let meta = "<html><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gbk\"><p>党史";
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (utf16, "UTF-16LE"),
            (marked, "UTF-16BE"),
            (gbk(declared), "gb18030"),
            (gbk(meta), "gb18030"),
            (gbk(text), "gb18030"),
        ] {
            let read = decode(&bytes);
            assert_eq!((read.encoding, read.text.contains("党史"), read.is_damaged), (encoding, true, false));
        }
        assert!(decode(b"<a>\xff\xff\xff</a>").is_damaged);
    }
}
