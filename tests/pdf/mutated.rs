//! Thousands of damaged copies of the files: any of them gets a document, none a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jianbao::model::Status;

use crate::{bytes_of, folder, process, truth};

/// Copies of each file.
const COPIES: u64 = 60;

/// What means something in a PDF file, and numbers it does not expect.
#[rustfmt::skip]
const TOKENS: &[&[u8]] = &[
    b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"/", b"%", b" 0 R", b"endobj", b"endstream", b"stream\n",
    b"obj", b"xref", b"trailer", b"startxref", b"null", b"true", b"-1", b"0", b"65535", b"2147483647", b"-2147483648",
    b"99999999999999999999", b"4294967296", b"0.0000001", b"1e10", b"nan", b"--1", b"BT", b"ET", b"Tj", b"TJ", b"Tf",
    b"Do", b"q", b"Q", b"cm", b"BI", b"ID", b"EI", b"BDC", b"EMC", b"Tm", b"Td", b"'", b"\"", b"/Filter",
    b"/FlateDecode", b"/LZWDecode", b"/ASCII85Decode", b"/Length", b"/Kids", b"/Parent", b"/Contents", b"/Resources",
    b"/Font", b"/ToUnicode", b"/Encoding", b"/DescendantFonts", b"/W", b"/W2", b"/Widths", b"/FirstChar", b"/Encrypt",
    b"/MediaBox", b"/Rotate 90", b"/Identity-V", b"/Predictor 15", b"/Columns 0", b"beginbfrange", b"beginbfchar",
    b"begincidrange", b"endcmap", b"usecmap", b"\x00", b"\xff\xff", b"\xfe\xff", b"\r", b"\n",
];

/// A small generator of numbers (xorshift), the same sequence for the same seed.
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        let mut numbers = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        numbers.below(2);
        numbers
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if end == 0 { 0 } else { (self.0 >> 11) as usize % end }
    }
}

#[test]
fn damaged_files_get_an_answer() {
    let mut misses = Vec::new();
    let mut copies = 0;
    for (place, name) in truth::all(&folder()).keys().enumerate() {
        let whole = bytes_of(name);
        for copy in 0..COPIES {
            let mut numbers = Numbers::new(place as u64 * 1_000 + copy + 1);
            let mut bytes = whole.clone();
            for _ in 0..1 + numbers.below(4) {
                damage(&mut bytes, &mut numbers);
            }
            copies += 1;
            match catch_unwind(AssertUnwindSafe(|| process(&bytes))) {
                Err(_) => misses.push(format!("{name}, copy {copy}: a panic")),
                Ok(document) => {
                    let chars = &document.chars;
                    if chars.total != chars.items + chars.structure + chars.furniture + chars.unassigned {
                        misses.push(format!("{name}, copy {copy}: {chars:?} do not add up"));
                    }
                    if let Status::Failed(failure) = &document.status
                        && (failure.code.is_empty() || failure.message.is_empty() || !document.lines.is_empty())
                    {
                        misses.push(format!("{name}, copy {copy}: failed with {failure:?} and lines"));
                    }
                }
            }
        }
    }
    assert!(copies > 2_000);
    assert!(misses.is_empty(), "{} of {copies}\n{}", misses.len(), misses.join("\n"));
}

fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(bytes.len());
    let some = |numbers: &mut Numbers, most: usize| (at + 1 + numbers.below(most)).min(bytes.len());
    match numbers.below(7) {
        _ if bytes.is_empty() => bytes.push(numbers.below(256) as u8),
        0 => bytes[at] ^= 1 << numbers.below(8),
        1 => bytes[at] = numbers.below(256) as u8,
        2 => {
            let end = some(numbers, 40);
            bytes.drain(at..end);
        }
        3 => {
            let end = some(numbers, 200);
            let again = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len());
            bytes.splice(to..to, again);
        }
        4 => {
            let token = TOKENS[numbers.below(TOKENS.len())];
            bytes.splice(at..at, token.iter().copied());
        }
        5 => {
            let token = TOKENS[numbers.below(TOKENS.len())];
            let end = (at + token.len()).min(bytes.len());
            bytes.splice(at..end, token.iter().copied());
        }
        // Rarely, since little is left to read then.
        _ if numbers.below(4) == 0 => bytes.truncate(at),
        _ => replace_number(bytes, at, numbers),
    }
}

/// Puts another number in the place of the first one behind `at`.
fn replace_number(bytes: &mut Vec<u8>, at: usize, numbers: &mut Numbers) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|step| at + step) else { return };
    let end = bytes[start..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |step| start + step);
    let number: &[u8] =
        [&b"0"[..], b"1", b"2", b"3", b"-1", b"255", b"65536", b"2147483648", b"99999999999"][numbers.below(9)];
    bytes.splice(start..end, number.iter().copied());
}
