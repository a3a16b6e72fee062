//! Bytes → characters and the name of their encoding.
//!
//! A byte order mark decides; else strict UTF-8 does; else the encoding in which the bytes read most like Chinese
//! (`plausible`); else, for other languages, the detector of chardetng. Few bytes that do not fit are read as U+FFFD;
//! where they are many, the encoding is wrong or the file is no text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::decoded::{Decoded, decode_as, decode_part};
use super::{ReadError, junk, plausible};

/// The characters of `bytes`, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ReadError> {
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(ReadError::Utf32);
    }
    if let Some((encoding, rest)) = after_bom(bytes) {
        return decode_as(encoding, rest);
    }
    // What std::str::from_utf8 does, in a fraction of the time.
    match UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) if !junk::is_mostly_control(bytes) && !is_double_byte_in_disguise(&text) => {
            Ok(Decoded { encoding: UTF_8.name(), text, damage: None, instead: None })
        }
        utf8 => guess(bytes, utf8.is_some()),
    }
}

/// The characters of `bytes` where neither a mark nor strict UTF-8 decides.
fn guess(bytes: &[u8], is_utf8: bool) -> Result<Decoded<'_>, ReadError> {
    let ranking = ranking(bytes);
    let [best, next, ..] = &ranking;
    let is_ahead = best.evidence - next.evidence >= CLEAR;
    let is_convincing = best.evidence >= CONVINCING;
    let encoding = if is_convincing || (is_ahead && best.evidence > FAINT) {
        best.encoding
    } else if is_utf8 {
        UTF_8
    } else {
        detected(bytes, &ranking)?
    };
    let mut decoded = decode_as(encoding, bytes)?;
    let is_disguise = is_utf8 && (encoding == GB18030 || encoding == BIG5);
    if is_disguise {
        decoded.instead = Some(UTF_8.name());
    } else if encoding != UTF_8 && !(is_ahead && is_convincing) {
        decoded.instead = ranking.iter().map(|c| c.encoding.name()).find(|&name| name != encoding.name());
    }
    Ok(decoded)
}

/// Evidence from which a text counts as Chinese: running text of ten characters or more has 0.7 to 0.9, a list of rare
/// names 0.4, bytes in the wrong encoding −1 to 0.2.
const CONVINCING: f32 = 0.35;

/// Evidence that will do where nothing else comes near: short names in rare characters.
const FAINT: f32 = 0.1;

/// Lead of the best encoding over the next below which a person should look.
const CLEAR: f32 = 0.2;

/// Bytes that are looked at to choose an encoding, from the first that is not ASCII.
const SAMPLE: usize = 2048;

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

/// The encoding of text that does not read like Chinese, as chardetng sees it. Encodings that make characters of nearly
/// any bytes are not believed for its word alone: a Chinese one only for short text, or for characters that are rare but
/// not absurd; a one-byte one only where most of the text is ASCII.
fn detected(bytes: &[u8], ranking: &[Candidate]) -> Result<&'static Encoding, ReadError> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let sample = &bytes[..bytes.len().min(32 * SAMPLE)];
    detector.feed(sample, sample.len() == bytes.len());
    let encoding = match detector.guess(Some(b"cn"), Utf8Detection::Deny) {
        encoding if encoding == GBK => GB18030,
        encoding => encoding,
    };
    let ascii = bytes.iter().filter(|b| b.is_ascii_graphic()).count();
    let high = bytes.iter().filter(|b| !b.is_ascii()).count();
    let is_absurd = ranking.iter().any(|candidate| candidate.encoding == encoding && candidate.evidence < 0.0);
    if (is_absurd && high > 64) || (encoding.is_single_byte() && ascii < 2 * high) {
        return Err(ReadError::UnknownEncoding);
    }
    Ok(encoding)
}
