//! Lines recognised from a picture → the same lines as printed, where the words around or other lines of the document say
//! what a recogniser has misread; a remark for each repair. Lines of other origins are not touched, `raw` of none is.
//!
//! What is misread is told by the `repair` rules of the profile (`rules/recognised.toml`). Quotation marks are paired over
//! line ends by [`quotes`]; [`mod@headline`] holds a headline against the contents entry it answers.

mod headline;
mod quotes;

pub use headline::{Wording, headline};

use crate::layout::fold;
use crate::model::{Code, Diagnostic, Origin, Role, TextLine};
use crate::rules::{Kind, Profile, Rule};

/// What a repair rule asks of lines nearby may stand this many lines above or below.
const BESIDE: usize = 6;

/// One repair may make room for another; after this many rounds the line is left as it is.
const ROUNDS: usize = 4;

/// A line longer than this many bytes is left as read.
const LONGEST_LINE: usize = 4096;

/// Characters shown on each side of a repair.
const AROUND: usize = 3;

/// Puts what was recognised as it is printed; a remark for each line and rule.
pub fn repair(lines: &mut [TextLine], profile: &Profile) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if !lines.iter().any(is_open) {
        return diagnostics;
    }
    let rules: Vec<&Rule> = profile.spans(Kind::Repair).collect();
    for at in 0..lines.len() {
        if !is_open(&lines[at]) {
            continue;
        }
        for _ in 0..ROUNDS {
            let mut changed = false;
            for rule in &rules {
                let Some(text) = rule.repaired(&lines[at].text).filter(|_| holds_beside(lines, at, rule)) else {
                    continue;
                };
                diagnostics.push(set(&mut lines[at], &text, &rule.id));
                changed = true;
            }
            if !changed {
                break;
            }
        }
    }
    quotes::pair(lines, &mut diagnostics);
    diagnostics
}

/// Whether the line may be repaired.
fn is_open(line: &TextLine) -> bool {
    line.origin == Origin::Recognized && line.role == Role::Other && (1..=LONGEST_LINE).contains(&line.text.len())
}

/// Whether a line nearby matches what the rule asks of one.
fn holds_beside(lines: &[TextLine], at: usize, rule: &Rule) -> bool {
    let Some(beside) = &rule.beside else { return true };
    let near = at.saturating_sub(BESIDE)..(at + BESIDE + 1).min(lines.len());
    near.into_iter().any(|it| it != at && beside.is_match(&lines[it].text))
}

/// Gives the line its text as printed, the blanks put right by it; the remark that it was repaired.
fn set(line: &mut TextLine, text: &str, rule: &str) -> Diagnostic {
    let printed = fold::printed(text);
    let message = difference(&line.text, &printed.text);
    line.width_em = printed.width_em;
    line.text = printed.text;
    Diagnostic {
        code: Code::OcrRepair,
        page: None,
        line: Some(line.number),
        item: None,
        message,
        rule: Some(rule.to_owned()),
    }
}

/// What differs between two wordings, with a few characters around: `第1O期 → 第10期`.
fn difference(read: &str, printed: &str) -> String {
    let (before, after): (Vec<char>, Vec<char>) = (read.chars().collect(), printed.chars().collect());
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let cut = |text: &[char]| -> String {
        let end = (text.len() - tail + AROUND).min(text.len());
        text[head.saturating_sub(AROUND)..end].iter().collect()
    };
    format!("{} → {}", cut(&before), cut(&after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{difference, repair};
    use crate::layout::text_lines;
    use crate::model::{Origin, Page, ReadLine, TextLine};
    use crate::rules::RuleSet;

    /// Lines as a recogniser reads them.
    pub(super) fn recognised(read: &[&str]) -> Vec<TextLine> {
        let lines = read.iter().map(|raw| ReadLine { raw: (*raw).to_owned(), blank_before: 0 }).collect();
        let mut lines = text_lines(vec![Page { number: None, lines }]);
        for line in &mut lines {
            line.origin = Origin::Recognized;
            line.confidence = Some(0.99);
        }
        lines
    }

    fn repaired(lines: &mut [TextLine]) -> Vec<String> {
        let rules = RuleSet::builtin();
        let profile = rules.recognise(std::iter::empty());
        repair(lines, profile).into_iter().map(|it| format!("{} {}", it.rule.unwrap_or_default(), it.message)).collect()
    }

    #[test]
    fn a_repair_is_said_and_the_line_as_read_stays() {
        let mut lines = recognised(&["第1O期"]);
        assert_eq!(repaired(&mut lines), ["repair-issue-number 第1O期 → 第10期"]);
        assert_eq!((lines[0].text.as_str(), lines[0].raw.as_str(), lines[0].width_em), ("第10期", "第1O期", 3.0));
    }

    #[test]
    fn only_recognised_lines_are_repaired() {
        for origin in [Origin::Decoded, Origin::Embedded] {
            let mut lines = recognised(&["第1O期", "会议,要"]);
            for line in &mut lines {
                line.origin = origin;
            }
            let before = lines.clone();
            assert!(repaired(&mut lines).is_empty());
            assert_eq!(lines, before);
        }
    }

    #[test]
    fn one_repair_makes_room_for_another() {
        let mut lines = recognised(&["频道(CCTV-10)(21:10)播出", "会上, (一)传达,学习,讨论"]);
        repaired(&mut lines);
        assert_eq!(lines[0].text, "频道（CCTV-10）（21:10）播出");
        assert_eq!(lines[1].text, "会上，（一）传达，学习，讨论");
    }

    #[test]
    fn a_bullet_is_that_of_its_siblings() {
        let mut lines = recognised(&["●某县开展宣讲", "@某区举办展览", "·某市召开会议"]);
        repaired(&mut lines);
        assert_eq!(lines[1].text, "●某区举办展览");
        assert_eq!(lines[2].text, "●某市召开会议");
        let mut alone = recognised(&["·某区举办展览"]);
        assert!(repaired(&mut alone).is_empty());
    }

    #[test]
    fn what_changes_is_said_and_nothing_is_lost() {
        let rules = RuleSet::builtin();
        let profile = rules.recognise(std::iter::empty());
        let line = r#"[第期年月日供稿党史会一O0l1()（）\[\]〔〕【】《》—,;:."“”●@· \-]{0,24}"#;
        proptest!(|(read in prop::collection::vec(line, 1..6))| {
            let read: Vec<&str> = read.iter().map(String::as_str).collect();
            let mut lines = recognised(&read);
            let before = lines.clone();
            let said = repair(&mut lines, profile);
            for (line, before) in lines.iter().zip(&before) {
                prop_assert_eq!(&line.raw, &before.raw);
                let changed = line.text != before.text;
                prop_assert!(!changed || said.iter().any(|it| it.line == Some(line.number)));
                // Marks are made of marks, a lost bracket is put back, two signs for one bullet are one.
                let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
                prop_assert!(count(&line.text) + 1 >= count(&before.text), "{} → {}", before.text, line.text);
            }
        });
    }

    #[test]
    fn a_remark_shows_what_differs() {
        assert_eq!(difference("会议,要", "会议，要"), "会议,要 → 会议，要");
        assert_eq!(difference("甲乙丙丁戊", "甲乙丙丁戊）"), "丙丁戊 → 丙丁戊）");
    }
}
