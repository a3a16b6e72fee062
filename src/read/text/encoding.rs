//! Bytes → characters and the name of their encoding.
//!
//! A byte order mark decides; else strict UTF-8 does; else the encoding in which the bytes read most like Chinese
//! ([`plausible`]); else, for other languages, the detector of chardetng. Few bytes that do not fit are read as U+FFFD;
//! where they are many, the encoding is wrong or the file is no text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::{ReadError, plausible};

/// The characters of `bytes`, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ReadError> {
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(ReadError::Utf32);
    }
    if let Some((encoding, rest)) = after_bom(bytes) {
        return decode_as(encoding, rest).checked();
    }
    let utf8 = std::str::from_utf8(bytes).ok();
    if let Some(text) = utf8
        && memchr::memchr(0, bytes).is_none()
        && !is_double_byte_in_disguise(text)
    {
        return Ok(Decoded { encoding: UTF_8.name(), text: Cow::Borrowed(text), damage: None, instead: None });
    }
    let [best, next, ..] = ranking(bytes);
    if best.evidence >= CONVINCING {
        let close = best.evidence - next.evidence < CLEAR || (utf8.is_some() && best.encoding == GB18030);
        let instead = if utf8.is_some() { UTF_8 } else { next.encoding };
        let decoded = decode_as(best.encoding, bytes).checked()?;
        Ok(Decoded { instead: close.then(|| instead.name()), ..decoded })
    } else if utf8.is_some() {
        decode_as(UTF_8, bytes).checked()
    } else {
        let encoding = detected(bytes)?;
        let decoded = decode_as(encoding, bytes).checked()?;
        let instead = if best.encoding == encoding { next.encoding } else { best.encoding };
        Ok(Decoded { instead: Some(instead.name()), ..decoded })
    }
}

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
    /// Where in the decoded text the first one stands.
    pub(super) first: usize,
}

/// Mean evidence from which a text counts as Chinese: real text has 0.7 to 0.9, a list of rare names 0.4, bytes in the
/// wrong encoding −1 to 0.2 (measured on windows of 10 to 40 characters).
const CONVINCING: f32 = 0.35;

/// Lead of the best encoding over the next below which a person should look.
const CLEAR: f32 = 0.2;

/// Bytes that are looked at to choose an encoding, from the first that is not ASCII.
const SAMPLE: usize = 4096;

/// The encoding that the byte order mark of `bytes` tells, and the bytes after the mark.
fn after_bom(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    match bytes.strip_prefix(b"\x84\x31\x95\x33") {
        Some(rest) => Some((GB18030, rest)),
        None => Encoding::for_bom(bytes).map(|(encoding, bom)| (encoding, &bytes[bom..])),
    }
}

/// Whether valid UTF-8 is more likely GB 2312: all of it in pairs of bytes that read as Chinese, as `谢谢` may be.
fn is_double_byte_in_disguise(text: &str) -> bool {
    if text.is_ascii() || text.bytes().any(|b| b >= 0xe0) {
        return false;
    }
    let pairs = text.chars().filter(|c| !c.is_ascii()).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    pairs > letters.max(1) && candidate(GB18030, text.as_bytes()).evidence > 0.6
}

/// What the bytes may be, the best first.
fn ranking(bytes: &[u8]) -> [Candidate; 5] {
    let mut candidates = [UTF_8, GB18030, BIG5, UTF_16LE, UTF_16BE].map(|encoding| candidate(encoding, bytes));
    candidates.sort_by(|a, b| b.evidence.total_cmp(&a.evidence));
    candidates
}

/// An encoding, and how much the bytes read like Chinese in it.
struct Candidate {
    encoding: &'static Encoding,
    evidence: f32,
}

fn candidate(encoding: &'static Encoding, bytes: &[u8]) -> Candidate {
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let start = if is_wide { 0 } else { Encoding::ascii_valid_up_to(bytes) };
    let sample = &bytes[start..bytes.len().min(start + SAMPLE)];
    let (text, damage) = decode_part(encoding, sample, false);
    let damaged = damage.map_or(0, |damage| damage.count);
    let evidence =
        if encoding == UTF_8 { plausible::utf8(&text, damaged) } else { plausible::chinese(&text, damaged, is_wide) };
    Candidate { encoding, evidence }
}

/// The encoding of text that does not read like Chinese, as chardetng sees it. One-byte encodings make letters of any
/// bytes: they are believed only where most of the text is ASCII.
fn detected(bytes: &[u8]) -> Result<&'static Encoding, ReadError> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let sample = &bytes[..bytes.len().min(16 * SAMPLE)];
    detector.feed(sample, sample.len() == bytes.len());
    let encoding = match detector.guess(None, Utf8Detection::Deny) {
        encoding if encoding == GBK => GB18030,
        encoding => encoding,
    };
    let ascii = bytes.iter().filter(|b| b.is_ascii_graphic()).count();
    let high = bytes.iter().filter(|b| !b.is_ascii()).count();
    if encoding.is_single_byte() && ascii < 2 * high {
        return Err(ReadError::UnknownEncoding);
    }
    Ok(encoding)
}

impl Decoded<'_> {
    /// An error if more than one in fifty characters is damaged, but for a single one in a short text.
    fn checked(self) -> Result<Self, ReadError> {
        let Some(damage) = self.damage else { return Ok(self) };
        let characters = self.text.chars().count();
        if damage.count <= characters / 50 || (damage.count == 1 && characters > 2) {
            Ok(self)
        } else {
            Err(ReadError::Damaged { encoding: self.encoding, count: damage.count })
        }
    }
}

/// `bytes` in `encoding`, each sequence that does not fit as one U+FFFD.
fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Decoded { encoding: encoding.name(), text, damage: None, instead: None };
    }
    let (text, damage) = decode_part(encoding, bytes, true);
    Decoded { encoding: encoding.name(), text: Cow::Owned(text), damage, instead: None }
}

/// `bytes` in `encoding`; a sequence cut off at the end is damage only where that is the `last` of them.
fn decode_part(encoding: &'static Encoding, bytes: &[u8], last: bool) -> (String, Option<Damage>) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut damage: Option<Damage> = None;
    let mut rest = bytes;
    loop {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len()));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, last);
        rest = &rest[read..];
        match result {
            encoding_rs::DecoderResult::InputEmpty => return (text, damage),
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => {
                damage.get_or_insert(Damage { count: 0, first: text.len() }).count += 1;
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}
