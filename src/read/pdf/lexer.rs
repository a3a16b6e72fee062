//! The bytes of a content stream → tokens, without copying what need not be.

/// A token. Strings lie in the lexer's own buffer until [`Lexer::forget_strings`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(f32),
    /// Without its slash, `#` escapes not resolved.
    Name(&'a [u8]),
    String(Span),
    ArrayStart,
    ArrayEnd,
    DictStart,
    DictEnd,
    /// An operator, or `true`, `false`, `null`.
    Word(&'a [u8]),
}

/// Where a string lies in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: usize,
    end: usize,
}

/// Reads tokens. Whatever the bytes are, each call moves on, so a stream has at most as many tokens as bytes.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    strings: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Regular,
    Space,
    Delimiter,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Regular; 256];
    let mut at = 0;
    while at < 256 {
        classes[at] = match at as u8 {
            0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' => Class::Space,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' => Class::Delimiter,
            _ => Class::Regular,
        };
        at += 1;
    }
    classes
};

fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, strings: Vec::with_capacity(256) }
    }

    /// The bytes of a string token.
    pub(super) fn string(&self, span: Span) -> &[u8] {
        &self.strings[span.start..span.end]
    }

    /// Frees the strings of the operands that were used up.
    pub(super) fn forget_strings(&mut self) {
        self.strings.clear();
    }

    /// The next token; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                _ if class(byte) == Class::Space => self.at += 1,
                b'0'..=b'9' | b'+' | b'-' | b'.' => return Some(self.number()),
                b'%' => self.skip_while(|byte| !matches!(byte, b'\n' | b'\r')),
                b'/' => {
                    self.at += 1;
                    return Some(Token::Name(self.regular()));
                }
                b'(' => return Some(self.literal()),
                b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                    self.at += 2;
                    return Some(Token::DictStart);
                }
                b'<' => return Some(self.hex()),
                b'>' if self.bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    return Some(Token::DictEnd);
                }
                b'[' => {
                    self.at += 1;
                    return Some(Token::ArrayStart);
                }
                b']' => {
                    self.at += 1;
                    return Some(Token::ArrayEnd);
                }
                b'>' | b'{' | b'}' | b')' => self.at += 1,
                _ => return Some(Token::Word(self.regular())),
            }
        }
    }

    fn skip_while(&mut self, goes_on: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|byte| goes_on(*byte)) {
            self.at += 1;
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        self.skip_while(|byte| class(byte) == Class::Regular);
        &self.bytes[start..self.at]
    }

    /// A number, read as viewers read them: signs in a row, a second sign inside and trailing junk do no harm.
    fn number(&mut self) -> Token<'a> {
        let start = self.at;
        let mut negative = false;
        let mut whole = 0.0f64;
        let mut at = self.at;
        while let Some(sign @ (b'-' | b'+')) = self.bytes.get(at) {
            negative |= *sign == b'-';
            at += 1;
        }
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(at) {
            whole = whole * 10.0 + f64::from(digit - b'0');
            at += 1;
        }
        if self.bytes.get(at) == Some(&b'.') {
            at += 1;
            let mut place = 0.1;
            while let Some(digit @ (b'0'..=b'9' | b'-')) = self.bytes.get(at) {
                if *digit != b'-' {
                    whole += f64::from(digit - b'0') * place;
                    place *= 0.1;
                }
                at += 1;
            }
        }
        self.at = at;
        // An operator right behind the number is one of its own; anything else is junk.
        self.skip_while(|byte| {
            class(byte) == Class::Regular && !byte.is_ascii_alphabetic() && !matches!(byte, b'\'' | b'"')
        });
        self.at = self.at.max(start + 1);
        Token::Number(if negative { -whole } else { whole } as f32)
    }

    /// `(…)`, with its escapes resolved.
    fn literal(&mut self) -> Token<'a> {
        self.at += 1;
        let start = self.strings.len();
        let mut depth = 1u32;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape();
                    continue;
                }
                b'\r' => {
                    self.at += usize::from(self.bytes.get(self.at) == Some(&b'\n'));
                    self.strings.push(b'\n');
                    continue;
                }
                _ => {}
            }
            self.strings.push(byte);
        }
        Token::String(Span { start, end: self.strings.len() })
    }

    fn escape(&mut self) {
        let Some(&byte) = self.bytes.get(self.at) else { return };
        self.at += 1;
        let meant = match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.bytes.get(self.at) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                (value & 0xff) as u8
            }
            b'\r' => {
                self.at += usize::from(self.bytes.get(self.at) == Some(&b'\n'));
                return;
            }
            b'\n' => return,
            other => other,
        };
        self.strings.push(meant);
    }

    /// `<…>`; what is no hex digit is skipped, a missing last digit is 0.
    fn hex(&mut self) -> Token<'a> {
        self.at += 1;
        let start = self.strings.len();
        let mut high = None;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex_digit(byte) else { continue };
            match high.take() {
                None => high = Some(digit << 4),
                Some(high) => self.strings.push(high | digit),
            }
        }
        self.strings.extend(high);
        Token::String(Span { start, end: self.strings.len() })
    }

    /// Goes behind the data of an inline image, whose `ID` was just read: to the first `EI` with white space around it
    /// that is not followed by more binary data.
    pub(super) fn skip_inline_image(&mut self) {
        const LOOK_AHEAD: usize = 12;
        let is_space = |at: usize| self.bytes.get(at).is_none_or(|byte| class(*byte) == Class::Space);
        let mut from = self.at + 1;
        while let Some(found) = self.bytes.get(from..).and_then(|rest| memchr::memmem::find(rest, b"EI")) {
            let (at, after) = (from + found, from + found + 2);
            let ahead = &self.bytes[after..self.bytes.len().min(after + LOOK_AHEAD)];
            let is_text = ahead.iter().all(|byte| (b' '..0x7f).contains(byte) || class(*byte) == Class::Space);
            if at > 0 && is_space(at - 1) && is_space(after) && is_text {
                self.at = after;
                return;
            }
            from = after;
        }
        self.at = self.bytes.len();
    }
}

/// The value of a hex digit.
pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token};

    fn words(bytes: &[u8]) -> Vec<String> {
        let mut lexer = Lexer::new(bytes);
        let mut words = Vec::new();
        while let Some(token) = lexer.next() {
            words.push(match token {
                Token::Number(number) => number.to_string(),
                Token::Name(name) => format!("/{}", String::from_utf8_lossy(name)),
                Token::String(span) => format!("({})", String::from_utf8_lossy(lexer.string(span))),
                Token::ArrayStart => "[".to_owned(),
                Token::ArrayEnd => "]".to_owned(),
                Token::DictStart => "<<".to_owned(),
                Token::DictEnd => ">>".to_owned(),
                Token::Word(word) => String::from_utf8_lossy(word).into_owned(),
            });
        }
        words
    }

    #[test]
    fn operands_and_operators() {
        assert_eq!(
            words(b"BT/F1 16 Tf[(a)-20.5<62 6>]TJ"),
            ["BT", "/F1", "16", "Tf", "[", "(a)", "-20.5", "(b`)", "]", "TJ"]
        );
        assert_eq!(words(b"/Span<</MCID 0>>BDC % remark\nEMC"), ["/Span", "<<", "/MCID", "0", ">>", "BDC", "EMC"]);
    }

    #[test]
    fn escapes_and_nested_brackets() {
        assert_eq!(words(br"(a\(b(c)\101\\\n)"), ["(a(b(c)A\\\n)"]);
        assert_eq!(words(b"(a\\\r\nb\rc)"), ["(ab\nc)"]);
    }

    #[test]
    fn numbers_as_viewers_read_them() {
        assert_eq!(words(b"--5 .5 -.25 12.3-4 7Td 0.0.1"), ["-5", "0.5", "-0.25", "12.34", "7", "Td", "0"]);
    }

    #[test]
    fn what_never_ends_ends_with_the_stream() {
        assert_eq!(words(b"(open"), ["(open)"]);
        assert_eq!(words(b"<4"), ["(@)"]);
        assert_eq!(words(b"}>){"), Vec::<String>::new());
    }

    #[test]
    fn image_data_is_skipped_to_its_end() {
        let mut lexer = Lexer::new(b"ID \x00EI \xff\xff EI Q (text) Tj");
        lexer.next();
        lexer.skip_inline_image();
        assert_eq!(lexer.next(), Some(Token::Word(b"Q")));
    }
}
