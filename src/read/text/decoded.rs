//! Bytes in a known encoding → [`Decoded`] characters, with the damage counted.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding};

use super::{ReadError, junk};

/// Decoded bytes.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// Encoding, as the WHATWG names it.
    pub(super) encoding: &'static str,
    /// The characters.
    pub(super) text: Cow<'a, str>,
    /// What is no text in `encoding`.
    pub(super) damage: Option<Damage>,
    /// What the encoding may be instead, where the evidence is close.
    pub(super) instead: Option<&'static str>,
}

/// Byte sequences that were read as U+FFFD.
#[derive(Debug, Clone, Copy)]
pub(super) struct Damage {
    /// How many.
    pub(super) count: usize,
    /// Where in the decoded text the first one stands, in bytes.
    pub(super) first: usize,
}

/// `bytes` in `encoding`, each sequence that does not fit as one U+FFFD. An error if what comes out is no text, or if
/// more than one character in fifty is damaged; a single one is let pass in text of three characters or more.
pub(super) fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Decoded<'a>, ReadError> {
    let (text, damage) = match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => (text, None),
        None => {
            let (text, damage) = decode_part(encoding, bytes, true);
            (Cow::Owned(text), damage)
        }
    };
    if junk::is_mostly_control(text.as_bytes()) {
        return Err(ReadError::ControlCharacters);
    }
    if let Some(Damage { count, .. }) = damage {
        let characters = text.chars().count();
        if count > characters / 50 && !(count == 1 && characters > 2) {
            return Err(ReadError::Damaged { encoding: encoding.name(), count });
        }
    }
    Ok(Decoded { encoding: encoding.name(), text, damage, instead: None })
}

/// Bytes that are decoded at a time where some do not fit.
const PIECE: usize = 4096;

/// `bytes` in `encoding`; a sequence cut off at the end is damage only where that is the `last` of them.
pub(super) fn decode_part(encoding: &'static Encoding, bytes: &[u8], last: bool) -> (String, Option<Damage>) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len());
    let mut damage: Option<Damage> = None;
    // A small piece at a time: the decoder touches all the room it is given at each call, and stops at each damage.
    let mut piece = String::with_capacity(PIECE);
    let mut rest = bytes;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut piece, last);
        text.push_str(&piece);
        piece.clear();
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return (text, damage),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                damage.get_or_insert(Damage { count: 0, first: text.len() }).count += 1;
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}
