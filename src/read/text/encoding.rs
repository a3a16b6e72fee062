//! Bytes → characters and the name of their encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030};

use super::ReadError;

/// The characters of `bytes`, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ReadError> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[bom..]);
        return Ok(Decoded { encoding: encoding.name(), text, undecodable: 0 });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { encoding: "UTF-8", text: Cow::Borrowed(text), undecodable: 0 });
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Decoded { encoding: GB18030.name(), text, undecodable: 0 }),
        None => Err(ReadError::Undecodable),
    }
}

/// Decoded bytes.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// Encoding, as the WHATWG names it.
    pub(super) encoding: &'static str,
    /// The characters.
    pub(super) text: Cow<'a, str>,
    /// Byte sequences read as U+FFFD because they are no text in `encoding`.
    pub(super) undecodable: usize,
}
