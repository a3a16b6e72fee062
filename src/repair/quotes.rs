//! Straight quotation marks between Han characters → those that open and close, paired over line ends.

use super::{is_open, set};
use crate::model::{Diagnostic, TextLine};

/// The name of the repair in remarks.
const RULE: &str = "repair-straight-quotes";

/// A quotation is no longer than this many characters.
const LONGEST: usize = 200;

/// What follows a mark that closes.
const CLOSING: &str = "，。、；：！？）》〉】";

/// What stands before a mark that opens, and never inside a quotation's end.
const OPENING: &str = "，、；：（《";

/// A straight mark that opened a quotation.
struct Opened {
    line: usize,
    at: usize,
    chars: usize,
    /// It stands beside a character of Chinese print.
    beside: bool,
}

/// Pairs the straight marks of recognised lines. A mark closes where a quotation is open, unless
/// its neighbours say otherwise. What finds no partner stays as read.
pub(super) fn pair(lines: &mut [TextLine], diagnostics: &mut Vec<Diagnostic>) {
    let mut found: Vec<(usize, usize, char)> = Vec::new();
    let mut opened: Option<Opened> = None;
    let mut chars = 0;
    for (number, line) in lines.iter().enumerate() {
        if !is_open(line) {
            opened = None;
            continue;
        }
        let mut before = None;
        for (at, c) in line.text.char_indices() {
            chars += 1;
            match c {
                // The line is in the hands of a reader that knows the two apart.
                '“' | '”' => opened = None,
                '"' => {
                    let after = line.text[at + 1..].chars().next();
                    let may_open = !after.is_some_and(|c| CLOSING.contains(c));
                    let must_open = may_open && before.is_some_and(|c| OPENING.contains(c));
                    let beside = is_chinese(before) || is_chinese(after);
                    match opened.take().filter(|open| chars - open.chars <= LONGEST) {
                        Some(open) if !must_open && (beside || open.beside) => {
                            found.extend([(open.line, open.at, '“'), (number, at, '”')]);
                        }
                        _ if may_open => opened = Some(Opened { line: number, at, chars, beside }),
                        _ => {}
                    }
                }
                _ => {}
            }
            before = Some(c);
        }
    }
    found.sort_unstable();
    for marks in found.chunk_by(|a, b| a.0 == b.0) {
        let line = &mut lines[marks[0].0];
        let mut text = line.text.clone();
        for &(_, at, mark) in marks.iter().rev() {
            text.replace_range(at..at + 1, mark.encode_utf8(&mut [0; 4]));
        }
        diagnostics.push(set(line, &text, RULE));
    }
}

/// Whether the character is Han or a mark of Chinese print.
fn is_chinese(c: Option<char>) -> bool {
    c.is_some_and(|c| matches!(c, '\u{3001}'..='\u{3011}' | '\u{3400}'..='\u{9fff}' | '\u{ff01}'..='\u{ff1f}' | '…'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::recognised;
    use super::pair;

    #[track_caller]
    fn check(read: &[&str], printed: &[&str]) {
        let mut lines = recognised(read);
        pair(&mut lines, &mut Vec::new());
        assert_eq!(lines.into_iter().map(|line| line.text).collect::<Vec<_>>(), printed);
    }

    #[test]
    fn marks_pair_inside_a_line_and_over_its_end() {
        check(&["开展\"四史\"学习和\"读原著\"活动"], &["开展“四史”学习和“读原著”活动"]);
        check(&["某室", "\"1+5+N\"机制"], &["某室", "“1+5+N”机制"]);
        check(&["报纸。\"有字的纸。\"父亲说"], &["报纸。“有字的纸。”父亲说"]);
        check(&["会议指出:要\"把红色资源", "利用好\"。会后"], &["会议指出:要“把红色资源", "利用好”。会后"]);
    }

    #[test]
    fn a_mark_without_a_partner_stays() {
        check(&["打造刘伯承故里\"。"], &["打造刘伯承故里\"。"]);
        check(&["5\"的管子"], &["5\"的管子"]);
    }

    #[test]
    fn marks_of_latin_text_stay() {
        check(&["the \"red\" rock"], &["the \"red\" rock"]);
    }
}
