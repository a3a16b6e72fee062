//! Programs that map codes: the content of `/ToUnicode` streams and of embedded CMaps.
//!
//! Real ones are full of junk, so this reads the operators it knows wherever they stand and passes over the rest.

use super::super::lexer::hex_digit;

/// A code as written: its value and in how many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) value: u32,
    pub(super) bytes: u8,
}

/// One thing that such a program says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// Codes of this length lie between `low` and `high`, byte by byte.
    Codespace { low: Code, high: Code },
    /// The codes from `low` to `high` stand for these characters, in UTF-16; the last unit counts up with the code.
    Text { low: Code, high: u32, units: &'a [u16] },
    /// The codes from `low` to `high` are the glyphs from `cid` on.
    Cid { low: Code, high: u32, cid: u32 },
    /// All else is as in the CMap of this name.
    Base(&'a [u8]),
    /// Text runs from top to bottom.
    Vertical,
}

/// Codes that one range may span.
const MOST_IN_RANGE: u32 = 0x1_0000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    None,
    Codespace,
    TextChar,
    TextRange,
    CidChar,
    CidRange,
}

/// Calls `item` for each thing that `program` says, until `most` codes were mapped; whether it maps more.
pub(super) fn read(program: &[u8], most: usize, mut item: impl FnMut(Item)) -> bool {
    let mut reader = Reader { bytes: program, at: 0, string: Vec::new() };
    let mut section = Section::None;
    let mut left = most;
    // Codes read of the entry at hand; where an array stands, how many of its elements are done.
    let mut codes: [Code; 2] = [Code { value: 0, bytes: 0 }; 2];
    let mut count = 0;
    let mut in_array: Option<u32> = None;
    let mut units: Vec<u16> = Vec::new();
    let mut name: &[u8] = &[];
    let mut wmode = false;
    while let Some(token) = reader.next() {
        let is_wmode = std::mem::take(&mut wmode);
        match (token, section) {
            (Token::Word(word), _) => {
                section = match word {
                    b"begincodespacerange" => Section::Codespace,
                    b"beginbfchar" => Section::TextChar,
                    b"beginbfrange" => Section::TextRange,
                    b"begincidchar" => Section::CidChar,
                    b"begincidrange" => Section::CidRange,
                    b"usecmap" => {
                        item(Item::Base(name));
                        section
                    }
                    _ if word.starts_with(b"end") || word.starts_with(b"begin") => Section::None,
                    _ => continue,
                };
                (count, in_array) = (0, None);
            }
            (Token::Name(found), _) => {
                name = found;
                wmode = found == b"WMode";
            }
            (Token::Number(1), Section::None) if is_wmode => item(Item::Vertical),
            (_, Section::None) => {}
            (Token::Open, Section::TextRange) if count == 2 => in_array = Some(0),
            (Token::Close, Section::TextRange) => (count, in_array) = (0, None),
            (Token::String, Section::TextRange) if count == 2 => {
                utf16(&reader.string, &mut units);
                let [low, high] = codes;
                let (low, high) = match &mut in_array {
                    None => {
                        count = 0;
                        (low, high.value)
                    }
                    Some(done) => {
                        let value = low.value.saturating_add(*done);
                        *done += 1;
                        (Code { value, ..low }, value)
                    }
                };
                if high <= codes[1].value && spend(low, high, &mut left) {
                    item(Item::Text { low, high, units: &units });
                }
            }
            (Token::String, Section::TextChar) if count == 1 => {
                utf16(&reader.string, &mut units);
                count = 0;
                if spend(codes[0], codes[0].value, &mut left) {
                    item(Item::Text { low: codes[0], high: codes[0].value, units: &units });
                }
            }
            (Token::String, _) => {
                codes[count.min(1)] = code(&reader.string);
                count += 1;
                if section == Section::Codespace && count == 2 {
                    count = 0;
                    item(Item::Codespace { low: codes[0], high: codes[1] });
                }
            }
            (Token::Number(cid), Section::CidChar | Section::CidRange) => {
                let high = if section == Section::CidChar { codes[0].value } else { codes[1].value };
                let whole = count == if section == Section::CidChar { 1 } else { 2 };
                count = 0;
                if whole && spend(codes[0], high, &mut left) {
                    item(Item::Cid { low: codes[0], high, cid });
                }
            }
            _ => {}
        }
        if left == 0 {
            return true;
        }
    }
    false
}

/// Takes the codes of a range off what is `left`; false if there is nothing sound in it, or too much.
fn spend(low: Code, high: u32, left: &mut usize) -> bool {
    let Some(span) = high.checked_sub(low.value).filter(|&span| span < MOST_IN_RANGE) else {
        *left = left.saturating_sub(1);
        return false;
    };
    let codes = span as usize + 1;
    let enough = codes <= *left;
    *left = left.saturating_sub(codes);
    enough
}

fn code(string: &[u8]) -> Code {
    let tail = &string[string.len().saturating_sub(4)..];
    Code { value: tail.iter().fold(0, |value, &byte| value << 8 | u32::from(byte)), bytes: tail.len() as u8 }
}

/// UTF-16, big end first; an odd byte stands alone at the start (`<20>` for a space).
fn utf16(string: &[u8], units: &mut Vec<u16>) {
    units.clear();
    let (first, pairs) = string.split_at(string.len() % 2);
    units.extend(first.iter().map(|&byte| u16::from(byte)));
    units.extend(pairs.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])));
}

enum Token<'a> {
    Word(&'a [u8]),
    Name(&'a [u8]),
    Number(u32),
    /// The bytes are in [`Reader::string`].
    String,
    Open,
    Close,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    string: Vec<u8>,
}

/// Bytes of a string that are kept.
const MOST_IN_STRING: usize = 512;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'<' if self.bytes.get(self.at) == Some(&b'<') => self.at += 1,
                b'<' => {
                    self.hex();
                    return Some(Token::String);
                }
                b'[' => return Some(Token::Open),
                b']' => return Some(Token::Close),
                b'/' => return Some(Token::Name(self.regular())),
                b'(' => self.skip_literal(),
                b'%' => self.skip_line(),
                b'-' | b'+' | b'0'..=b'9' => {
                    let digits = self.regular();
                    let value = digits.iter().take_while(|digit| digit.is_ascii_digit());
                    let first = u32::from(byte.saturating_sub(b'0').min(9)) * u32::from(byte.is_ascii_digit());
                    let value =
                        value.fold(first, |n, digit| n.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
                    return Some(Token::Number(if byte == b'-' { 0 } else { value }));
                }
                _ if is_regular(byte) => {
                    self.at -= 1;
                    return Some(Token::Word(self.regular()));
                }
                _ => {}
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// What stands up to `>`; anything that is no digit is passed over, a missing last digit is 0.
    fn hex(&mut self) {
        self.string.clear();
        let mut high: Option<u8> = None;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex_digit(byte) else { continue };
            match high.take() {
                None => high = Some(digit),
                Some(high) if self.string.len() < MOST_IN_STRING => self.string.push(high << 4 | digit),
                Some(_) => {}
            }
        }
        if let Some(high) = high {
            self.string.push(high << 4);
        }
    }

    fn skip_literal(&mut self) {
        let mut depth = 1;
        while depth > 0
            && let Some(&byte) = self.bytes.get(self.at)
        {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }
}

fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        b'\0'
            | b'\t'
            | b'\n'
            | b'\x0C'
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(program: &str) -> Vec<String> {
        let mut said = Vec::new();
        read(program.as_bytes(), 1000, |item| {
            said.push(match item {
                Item::Codespace { low, high } => format!("space {} {:X}-{:X}", low.bytes, low.value, high.value),
                Item::Text { low, high, units } => {
                    format!("{} {:X}-{high:X} {}", low.bytes, low.value, String::from_utf16_lossy(units))
                }
                Item::Cid { low, high, cid } => format!("{} {:X}-{high:X} = {cid}", low.bytes, low.value),
                Item::Base(name) => format!("base {}", String::from_utf8_lossy(name)),
                Item::Vertical => "vertical".to_owned(),
            });
        });
        said
    }

    #[test]
    fn what_a_program_says_is_read_in_order() {
        let program = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /GBK-EUC-H usecmap % <00>\n\
            /WMode 1 def 1 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange\n\
            2 beginbfchar <01><4E2D> <0002> <D83DDE00> endbfchar\n\
            3 beginbfrange <10> <12> <0041> <20> <21> [<00660069> <0042>] endbfrange\n\
            1 begincidrange <A1A1> <A1A3> 100 endcidrange 1 begincidchar <20> 1 endcidchar";
        assert_eq!(
            said(program),
            [
                "base GBK-EUC-H",
                "vertical",
                "space 1 0-80",
                "space 2 8140-FEFE",
                "1 1-1 中",
                "2 2-2 😀",
                "1 10-12 A",
                "1 20-20 fi",
                "1 21-21 B",
                "2 A1A1-A1A3 = 100",
                "1 20-20 = 1",
            ]
        );
    }

    #[test]
    fn junk_is_passed_over() {
        assert_eq!(said("1 beginbfchar <0 0 zz 4 1> <41> (lost \\) <01>) endbfchar"), ["2 41-41 A"]);
        assert_eq!(said("beginbfrange <05> <01> <0041> <01> <01> <0042> endbfrange"), ["1 1-1 B"]);
        assert_eq!(said("beginbfrange <01> <02> [<41> <42> <43>] <03> <03> <44>"), ["1 1-1 A", "1 2-2 B", "1 3-3 D"]);
        assert_eq!(said("beginbfchar <01"), Vec::<String>::new());
        assert_eq!(said("beginbfchar <> <> <02> <41> <"), ["0 0-0 ", "1 2-2 A"]);
        assert_eq!(said("begincidrange <00> -5 7 <00> <01> 99999999999999 endcidrange"), ["1 0-1 = 4294967295"]);
    }

    #[test]
    fn many_full_ranges_end_at_the_limit() {
        let program = format!("beginbfrange {}", "<0000> <FFFF> <0000> ".repeat(20_000));
        let mut codes = 0;
        read(program.as_bytes(), 400_000, |item| {
            if let Item::Text { low, high, .. } = item {
                codes += high - low.value + 1;
            }
        });
        assert_eq!(codes, 6 * 0x1_0000);
    }
}
