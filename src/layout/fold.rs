//! The characters of a raw line → the characters it prints ([`Printed`]), and the width they take.
//!
//! Marks without a shape go, radicals become ideographs and hyphens hyphens, blanks are put right; nothing else changes, so ①, ㎡ and
//! full-width letters stay. Full-width letters and digits are to blanks what ASCII ones are: the same in a wider shape.

use serde::{Deserialize, Serialize};
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
    let mut width = 0;
    for (at, c) in line.char_indices() {
        if needs_work(c) {
            let text = rebuilt(line, at);
            return Printed { width_em: width_em(&text), text, indent_em };
        }
        width += halves(c);
    }
    Printed { text: line.to_owned(), indent_em, width_em: width as f32 / 2.0 }
}

/// Whether `c` may print other than it stands.
fn needs_work(c: char) -> bool {
    match c {
        '!'..='~' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}' | '、'..='〟' | '—'..='…' => false,
        _ => c.is_whitespace() || is_shapeless(c) || shape(c, true).is_some(),
    }
}

/// What a line prints.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Printed {
    /// The printed characters, without blanks at the ends. Empty if the line holds only marks without a shape.
    pub text: String,
    /// Blank before the first of them, in ems.
    pub indent_em: f32,
    /// Width of `text` in Chinese print, in ems; see [`width_em`].
    pub width_em: f32,
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
        '\u{4e00}'..='\u{9fff}' | '、'..='】' | '！'..='～' | '“' | '”' | '—' | '…' => 2,
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

/// What `c` is printed as, if text layers of PDF files name its glyph by another character than print shows: a font draws
/// a radical and its ideograph, both kinds of hyphen, or both kinds of ellipsis of a Chinese line, with one glyph.
fn shape(c: char, has_han: bool) -> Option<char> {
    match c {
        NO_BREAK_HYPHEN => Some('-'),
        RAISED_ELLIPSIS => has_han.then_some('…'),
        _ => radicals::ideograph(c),
    }
}

const NO_BREAK_HYPHEN: char = '\u{2011}';
const RAISED_ELLIPSIS: char = '\u{22ef}';

fn has_han(line: &str) -> bool {
    line.chars().any(|c| kind(radicals::ideograph(c).unwrap_or(c)) == Kind::Han)
}

/// `line` with its blanks put right and its characters folded; the bytes before `first` need no change.
fn rebuilt(line: &str, first: usize) -> String {
    let (clean, rest) = line.split_at(first);
    let mut text = String::with_capacity(line.len());
    text.push_str(clean);
    let has_han = has_han(line);
    let mut blank = false;
    for c in rest.chars() {
        if c.is_whitespace() {
            blank = true;
        } else if !is_shapeless(c) {
            let c = shape(c, has_han).unwrap_or(c);
            if std::mem::take(&mut blank)
                && text.chars().next_back().is_some_and(|before| blank_stays(before, c, has_han))
            {
                text.push(' ');
            }
            text.push(c);
        }
    }
    text
}

/// How many pairs of Han characters in `text` stand side by side, and how many have a blank between.
pub fn pairs_of_han(text: &str) -> (usize, usize) {
    let is_han = |c: char| kind(c) == Kind::Han;
    let side_by_side = text.chars().zip(text.chars().skip(1)).filter(|(a, b)| is_han(*a) && is_han(*b)).count();
    let third = text.chars().zip(text.chars().skip(1)).zip(text.chars().skip(2));
    let parted = third.filter(|((a, blank), b)| is_han(*a) && blank.is_whitespace() && is_han(*b)).count();
    (side_by_side, parted)
}

/// `raw` without the blanks between Han characters.
pub fn closed(raw: &str) -> String {
    let mut closed = String::with_capacity(raw.len());
    let is_han = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Han);
    let mut rest = raw;
    while !rest.is_empty() {
        let (print, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        closed.push_str(print);
        let (blanks, after) = after.split_at(after.find(|c: char| !c.is_whitespace()).unwrap_or(after.len()));
        if !(is_han(closed.chars().next_back()) && is_han(after.chars().next())) {
            closed.push_str(blanks);
        }
        rest = after;
    }
    closed
}

/// Whether a blank between these two is printed, in a line that has Han characters or none.
fn blank_stays(before: char, after: char, has_han: bool) -> bool {
    let is_mark = |kind| kind == Kind::Mark || (kind == Kind::SharedMark && has_han);
    match (kind(before), kind(after)) {
        (Kind::Han, Kind::Latin) | (Kind::Latin, Kind::Han) => false,
        (before, after) => !is_mark(before) && !is_mark(after),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A Han character.
    Han,
    /// A letter or digit, ASCII or full-width, or a percent sign.
    Latin,
    /// Full-width punctuation, which brings its own blank.
    Mark,
    /// A mark that Chinese and Latin print share; in a Latin line the blank beside it is meant.
    SharedMark,
    /// Anything else: bullets, ASCII marks, other scripts. The blank beside it is kept.
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' | '%' => Kind::Latin,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' => Kind::Latin,
        '\u{2e80}'..='\u{2fd5}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Kind::Han,
        '〇' | '々' => Kind::Han,
        '、'..='〃' | '〈'..='】' | '〔'..='〟' | '！'..='｠' => Kind::Mark,
        '“' | '”' | '‘' | '’' | '—' | '…' | '·' => Kind::SharedMark,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(raw: &str, text: &str) {
        assert_eq!(printed(raw).text, text, "{raw:?}");
    }

    #[track_caller]
    fn check_indent(raw: &str, indent_em: f32) {
        let found = printed(raw);
        assert_eq!((found.text.as_str(), found.indent_em), ("正文", indent_em), "{raw:?}");
    }

    #[test]
    fn a_hyphen_that_does_not_break_prints_as_a_hyphen() {
        check("频道（CCTV\u{2011}10）", "频道（CCTV-10）");
    }

    #[test]
    fn a_raised_ellipsis_is_one_of_the_chinese_line_or_of_mathematics() {
        check("那个冬天\u{22ef}\u{22ef}”", "那个冬天……”");
        check("x + y + \u{22ef} + z", "x + y + \u{22ef} + z");
    }

    #[test]
    fn blanks_between_words_are_counted_and_closed() {
        assert_eq!(super::pairs_of_han("党 史 工作，2020 年"), (1, 2));
        assert_eq!(super::closed("党 史  工作 CCTV 10 年"), "党史工作 CCTV 10 年");
    }

    #[test]
    fn a_line_without_blanks_or_marks_is_itself() {
        check("近日，县委召开“七一”座谈会。", "近日，县委召开“七一”座谈会。");
        check("", "");
    }

    #[test]
    fn blanks_between_han_and_latin_go() {
        check("2020 年 12 月 10 日", "2020年12月10日");
        check("培训 100 余人，A 股，第\u{a0}12\u{3000}期", "培训100余人，A股，第12期");
        check("增长 5% 以上", "增长5%以上");
        check("２０２０ 年第 Ａ 期", "２０２０年第Ａ期");
    }

    #[test]
    fn blanks_beside_full_width_punctuation_go() {
        check("会议召开。 文/记者 王某", "会议召开。文/记者 王某");
        check("传达 《通知》 精神， CCTV 报道（ 2020 ）", "传达《通知》精神，CCTV报道（2020）");
        check("“红岩” 2020 年 — 卡尔 · 马克思", "“红岩”2020年—卡尔·马克思");
    }

    #[test]
    fn meant_blanks_are_one_space() {
        check("红岩精神 \u{3000}永放光芒", "红岩精神 永放光芒");
        check("CCTV\t10 Don’t say “no” ever", "CCTV 10 Don’t say “no” ever");
        check("2020 12", "2020 12");
        check("● 贯彻 ……\u{2003}3", "● 贯彻……3");
        check("- 条目 #1", "- 条目 #1");
        check("二〇二〇 年", "二〇二〇 年");
    }

    #[test]
    fn shapeless_characters_go() {
        check("\u{feff}会\u{200b}议\u{ad}召\u{1}开\u{200e}\u{1a}", "会议召开");
        check("会议 \u{200b} 召开", "会议 召开");
        check("2020\u{200b} 年", "2020年");
        check("葛\u{e0100}城", "葛\u{e0100}城");
        check("\u{200b}\u{feff}", "");
    }

    #[test]
    fn radicals_are_folded_and_nothing_else() {
        check("⼀⽇⻓江，⽤⼾ ⼈⼤", "一日长江，用户 人大");
        check("12 ⽉", "12月");
        check("①㎡Ａ１％﹑ﬁ㈠", "①㎡Ａ１％﹑ﬁ㈠");
    }

    #[test]
    fn the_blank_at_the_start_is_the_indent() {
        check_indent("正文", 0.0);
        check_indent("\u{3000}\u{3000}正文\u{3000} ", 2.0);
        check_indent("    正文", 2.0);
        check_indent("\t正文", 2.0);
        check_indent(" \u{a0}\u{2003}正文", 2.0);
        check_indent("\u{feff}\u{3000}\u{200b}\u{2002}正文", 1.5);
    }

    #[test]
    fn width_is_that_of_chinese_print() {
        for (text, em) in [
            ("", 0.0),
            ("县委召开会议，", 7.0),
            ("“七一”——……·", 9.0),
            ("●○■▲℃①㎡Ａ１（）《》", 13.0),
            ("CCTV 10", 3.5),
            ("2020年12月", 5.0),
            ("㐀𠀀〇", 3.0),
            ("e\u{301}\u{200b}\u{feff}", 0.5),
            ("⸺", 2.0),
        ] {
            assert_eq!(width_em(text), em, "{text}");
        }
    }

    #[test]
    fn shortcuts_say_what_the_tables_say() {
        for c in ('、'..='〟').chain('！'..='～').chain('—'..='…') {
            assert!(!c.is_whitespace() && !is_shapeless(c) && shape(c, true).is_none(), "{c}");
        }
        for c in ('、'..='】').chain('！'..='～').chain(['“', '”', '—', '…']) {
            assert_eq!((halves(c), c.width_cjk()), (2, Some(2)), "{c}");
        }
    }

    proptest! {
        #[test]
        fn only_blanks_marks_and_radicals_change(raw in r"([一-十⼀-⿕a-z0-9，。“” \t\u{3000}\u{200B}\u{AD}\x01●]|\PC){0,40}") {
            let shapes = |text: &str| -> String {
                let has_han = has_han(text);
                let seen = text.chars().filter(|&c| !c.is_whitespace() && !is_shapeless(c));
                seen.map(|c| shape(c, has_han).unwrap_or(c)).collect()
            };
            let text = printed(&raw).text;
            prop_assert_eq!(shapes(&text), shapes(&raw));
            prop_assert_eq!(&printed(&text).text, &text, "printing is done once");
            prop_assert_eq!(printed(&raw).width_em, width_em(&text));
            prop_assert!(!text.contains("  ") && text.trim() == text);
        }
    }
}
