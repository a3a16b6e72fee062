//! The characters of a raw line → the characters it prints ([`Printed`]), and the width they take.
//!
//! Marks without a shape go, radicals become ideographs, blanks are put right; nothing else changes, so ①, ㎡ and
//! full-width letters stay. White space is the only thing a printed line may have less of than a reader sees.

use unicode_width::UnicodeWidthChar;

use super::radicals;

/// What the line `raw` prints. The blank at both ends is taken off; inside, a run of white space
///
/// - goes between a Han character and an ASCII or full-width letter, digit or `%` (`2020 年` → `2020年`),
/// - goes beside full-width punctuation,
/// - becomes one U+0020 everywhere else (`红岩精神 永放光芒`, `CCTV 10`).
pub fn printed(raw: &str) -> Printed {
    let (indent_em, rest) = indent(raw);
    let line = rest.trim_end_matches(|c: char| c.is_whitespace() || is_shapeless(c));
    match line.find(|c: char| c.is_whitespace() || is_shapeless(c) || radicals::ideograph(c).is_some()) {
        None => Printed { text: line.to_owned(), indent_em },
        Some(first) => Printed { text: rebuilt(line, first), indent_em },
    }
}

/// What a line prints.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Printed {
    /// The printed characters, without blanks at the ends. Empty if the line holds only marks without a shape.
    pub text: String,
    /// Blank before the first of them, in ems.
    pub indent_em: f32,
}

/// Width of `text` in Chinese print, in ems: ASCII takes ½, Han characters, full-width forms and everything else that a
/// Chinese font sets in a cell (`“”—…·●℃①`) take 1, combining and shapeless characters none.
pub fn width_em(text: &str) -> f32 {
    let halves: usize = text.chars().map(halves).sum();
    halves as f32 / 2.0
}

fn halves(c: char) -> usize {
    match c {
        ' '..='~' => 1,
        '\u{4e00}'..='\u{9fff}' => 2,
        '\u{2e3a}' => 4,
        '\u{2e3b}' => 6,
        _ if is_shapeless(c) => 0,
        _ => c.width_cjk().unwrap_or(0),
    }
}

/// The blank at the start of `raw` in ems, and what follows it.
fn indent(raw: &str) -> (f32, &str) {
    let mut em = 0.0;
    for (at, c) in raw.char_indices() {
        if c.is_whitespace() {
            em += blank_em(c);
        } else if !is_shapeless(c) {
            return (em, &raw[at..]);
        }
    }
    (em, "")
}

/// Width of a white space character in ems; a tab counts as two.
fn blank_em(c: char) -> f32 {
    match c {
        '\u{3000}' | '\u{2001}' | '\u{2003}' => 1.0,
        '\t' => 2.0,
        '\u{2004}' => 1.0 / 3.0,
        '\u{2005}' | '\u{2008}' | '\u{205f}' => 0.25,
        '\u{2006}' => 1.0 / 6.0,
        '\u{2009}' | '\u{202f}' => 0.2,
        '\u{200a}' => 0.1,
        _ => 0.5,
    }
}

/// Whether `c` prints nothing: control characters that are no white space, soft hyphen, zero-width and direction marks.
/// Variation selectors are not among them: they choose a shape.
fn is_shapeless(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => true,
        _ => c.is_control() && !c.is_whitespace(),
    }
}

/// `line` with its blanks put right and its characters folded; the bytes before `first` need no change.
fn rebuilt(line: &str, first: usize) -> String {
    let (clean, rest) = line.split_at(first);
    let mut text = String::with_capacity(line.len());
    text.push_str(clean);
    let mut blank = false;
    for c in rest.chars() {
        if c.is_whitespace() {
            blank = true;
        } else if !is_shapeless(c) {
            let c = radicals::ideograph(c).unwrap_or(c);
            if std::mem::take(&mut blank) && text.chars().next_back().is_some_and(|before| blank_stays(before, c)) {
                text.push(' ');
            }
            text.push(c);
        }
    }
    text
}

/// Whether a blank between these two is printed.
fn blank_stays(before: char, after: char) -> bool {
    let kinds = (kind(before), kind(after));
    !matches!(kinds, (Kind::Mark, _) | (_, Kind::Mark) | (Kind::Han, Kind::Latin) | (Kind::Latin, Kind::Han))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A Han character.
    Han,
    /// A letter or digit, ASCII or full-width, or a percent sign.
    Latin,
    /// Full-width punctuation, which brings its own blank.
    Mark,
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' | '%' => Kind::Latin,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' => Kind::Latin,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Kind::Han
        }
        '〇' | '々' => Kind::Han,
        '、'..='〃' | '〈'..='】' | '〔'..='〟' | '！'..='｠' => Kind::Mark,
        '“' | '”' | '‘' | '’' | '—' | '…' | '·' => Kind::Mark,
        _ => Kind::Other,
    }
}
