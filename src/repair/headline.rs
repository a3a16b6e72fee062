//! A headline beside the contents entry it answers: two readings of one print. Where they differ, the better one is kept:
//! the one that is certain, that pairs its marks, or whose words stand elsewhere in the document.

use super::set;
use crate::model::{Diagnostic, Origin, Role, TextLine};

/// The name of the repair in remarks.
const RULE: &str = "repair-headline-by-contents";

/// Headlines and entries are no longer than this many characters.
const LONGEST: usize = 160;

/// One character in this many may differ; more is another wording.
const DIFFERENCE: usize = 6;

/// A reading is better by confidence if it is so much surer.
const SURER: f32 = 0.05;

/// Marks that open, and those that close them.
const PAIRS: [(char, char); 5] = [('“', '”'), ('《', '》'), ('（', '）'), ('‘', '’'), ('【', '】')];

/// How an entry of the contents list words a headline.
#[derive(Debug, Clone, Copy)]
pub struct Wording<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where its characters come from.
    pub origin: Origin,
    /// How sure the recogniser was of them.
    pub confidence: Option<f32>,
}

/// A character of the headline and where it stands.
struct Place {
    c: char,
    line: usize,
    at: usize,
}

/// A stretch where the readings differ: characters `from..to` of the headline, and what the entry has for them.
struct Difference {
    from: usize,
    to: usize,
    entry_from: usize,
    entry_to: usize,
}

/// Puts the headline on `run`, indices of lines, as `entry` has it wherever that is the better reading. A remark for each
/// line that changed. Lines that were not recognised stay.
pub fn headline(lines: &mut [TextLine], run: &[usize], entry: Wording) -> Vec<Diagnostic> {
    if run.iter().any(|&at| lines[at].origin != Origin::Recognized) {
        return Vec::new();
    }
    let places: Vec<Place> = run
        .iter()
        .flat_map(|&line| lines[line].text.char_indices().map(move |(at, c)| Place { c, line, at }))
        .filter(|place| !place.c.is_whitespace())
        .collect();
    let read: Vec<char> = places.iter().map(|place| place.c).collect();
    let entered: Vec<char> = entry.text.chars().filter(|c| !c.is_whitespace()).collect();
    if read == entered || read.len().max(entered.len()) > LONGEST {
        return Vec::new();
    }
    let differences = differences(&read, &entered);
    let different: usize = differences.iter().map(|it| (it.to - it.from).max(it.entry_to - it.entry_from)).sum();
    if different > (read.len() / DIFFERENCE).max(1) {
        return Vec::new();
    }
    let surer = surer(lines, run, entry.confidence);
    let taken: Vec<&Difference> = differences
        .iter()
        .filter(|it| entry.origin != Origin::Recognized || is_better(lines, run, &read, &entered, it, surer))
        .collect();
    let mut texts: Vec<(usize, String)> = run.iter().map(|&line| (line, lines[line].text.clone())).collect();
    for it in taken.iter().rev() {
        let put: String = entered[it.entry_from..it.entry_to].iter().collect();
        // All on one line, or the print broke the line there and nobody can say where the characters go.
        let own = &places[it.from..it.to];
        let (line, start, end) = match (own.first(), own.last()) {
            (Some(first), Some(last)) if first.line == last.line => (first.line, first.at, last.at + last.c.len_utf8()),
            (Some(_), Some(_)) => continue,
            _ => match (places.get(it.from), it.from.checked_sub(1).and_then(|before| places.get(before))) {
                (Some(next), _) => (next.line, next.at, next.at),
                (None, Some(last)) => (last.line, last.at + last.c.len_utf8(), last.at + last.c.len_utf8()),
                (None, None) => continue,
            },
        };
        if let Some((_, text)) = texts.iter_mut().find(|(it, _)| *it == line) {
            text.replace_range(start..end, &put);
        }
    }
    let changed = texts.into_iter().filter(|(line, text)| lines[*line].text != *text).collect::<Vec<_>>();
    changed.into_iter().map(|(line, text)| set(&mut lines[line], &text, RULE)).collect()
}

/// Whether the entry was recognised with more confidence than the headline.
fn surer(lines: &[TextLine], run: &[usize], entry: Option<f32>) -> bool {
    let own = run.iter().filter_map(|&at| lines[at].confidence).min_by(f32::total_cmp);
    entry.zip(own).is_some_and(|(entry, own)| entry >= own + SURER)
}

/// Whether the entry has the better reading where it differs.
fn is_better(lines: &[TextLine], run: &[usize], read: &[char], entered: &[char], it: &Difference, surer: bool) -> bool {
    let (own, other) = (&read[it.from..it.to], &entered[it.entry_from..it.entry_to]);
    let is_mark = |c: &char| !c.is_alphanumeric();
    if !other.is_empty() && other.iter().all(|c| *c == '—') && own.iter().all(|c| "—一-－".contains(*c)) {
        return true;
    }
    if own.iter().chain(other).all(is_mark) {
        let mended: Vec<char> = read[..it.from].iter().chain(other).chain(&read[it.to..]).copied().collect();
        return unpaired(&mended) < unpaired(read);
    }
    let before = it.from.checked_sub(1).map(|at| read[at]);
    let after = read.get(it.to).copied();
    // A recogniser loses characters and makes none up.
    if other.is_empty() {
        return false;
    }
    let (seen, seen_other) = (elsewhere(lines, run, before, own, after), elsewhere(lines, run, before, other, after));
    if own.is_empty() {
        return seen_other > 0 || surer;
    }
    // Other lines may be misread as well.
    seen_other > 2 * seen || (seen <= 2 * seen_other && surer)
}

/// How many of the document's other lines have the characters with the same neighbour on either side.
fn elsewhere(lines: &[TextLine], run: &[usize], before: Option<char>, own: &[char], after: Option<char>) -> usize {
    let words = |chars: &mut dyn Iterator<Item = char>| -> Option<String> {
        let text: String = chars.collect();
        (text.chars().count() > 1).then_some(text)
    };
    let wanted: Vec<String> = if own.is_empty() {
        words(&mut before.into_iter().chain(after)).into_iter().collect()
    } else {
        let left = words(&mut before.into_iter().chain(own.iter().copied()));
        left.into_iter().chain(words(&mut own.iter().copied().chain(after))).collect()
    };
    let others = lines.iter().enumerate().filter(|(at, line)| line.role != Role::Toc && !run.contains(at));
    others.filter(|(_, line)| wanted.iter().any(|words| line.text.contains(words))).count()
}

/// How many marks of a text have no partner.
fn unpaired(text: &[char]) -> usize {
    let count = |c: char| text.iter().filter(|it| **it == c).count();
    PAIRS.iter().map(|(open, close)| count(*open).abs_diff(count(*close))).sum()
}

/// Where two readings differ, by the alignment with the fewest changes.
fn differences(read: &[char], entered: &[char]) -> Vec<Difference> {
    let width = entered.len() + 1;
    let mut cost = vec![0usize; (read.len() + 1) * width];
    for i in 0..=read.len() {
        for j in 0..width {
            cost[i * width + j] = match (i, j) {
                (0, j) => j,
                (i, 0) => i,
                _ => {
                    let change = usize::from(read[i - 1] != entered[j - 1]);
                    (cost[(i - 1) * width + j - 1] + change)
                        .min(cost[(i - 1) * width + j] + 1)
                        .min(cost[i * width + j - 1] + 1)
                }
            };
        }
    }
    let (mut i, mut j) = (read.len(), entered.len());
    let mut found: Vec<Difference> = Vec::new();
    while i > 0 || j > 0 {
        let here = cost[i * width + j];
        let (to, entry_to) = (i, j);
        if i > 0 && j > 0 && cost[(i - 1) * width + j - 1] + usize::from(read[i - 1] != entered[j - 1]) == here {
            (i, j) = (i - 1, j - 1);
            if read[i] == entered[j] {
                continue;
            }
        } else if i > 0 && cost[(i - 1) * width + j] + 1 == here {
            i -= 1;
        } else {
            j -= 1;
        }
        match found.last_mut().filter(|last| last.from == to && last.entry_from == entry_to) {
            Some(last) => (last.from, last.entry_from) = (i, j),
            None => found.push(Difference { from: i, to, entry_from: j, entry_to }),
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::recognised;
    use super::{Wording, headline};
    use crate::model::Origin;

    /// The headline on the first `of` lines beside `entry`; the other lines are the document's text.
    #[track_caller]
    fn check(read: &[&str], of: usize, entry: &str, expected: &[&str]) {
        let mut lines = recognised(read);
        let run: Vec<usize> = (0..of).collect();
        let wording = Wording { text: entry, origin: Origin::Recognized, confidence: Some(0.99) };
        headline(&mut lines, &run, wording);
        assert_eq!(lines[..of].iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(lines[0].raw, read[0], "the line as read stays");
    }

    #[test]
    fn words_of_the_text_decide() {
        check(&["壁山区委开展宣讲", "近日，璧山区委"], 1, "璧山区委开展宣讲", &["璧山区委开展宣讲"]);
        check(&["璧山区委开展宣讲", "近日，璧山区委"], 1, "壁山区委开展宣讲", &["璧山区委开展宣讲"]);
        check(&["赴四川省华市考察", "在华蓥市"], 1, "赴四川省华蓥市考察", &["赴四川省华蓥市考察"]);
    }

    #[test]
    fn what_nothing_tells_stays() {
        check(&["甲区委开展宣讲", "近日"], 1, "申区委开展宣讲", &["甲区委开展宣讲"]);
    }

    #[test]
    fn marks_are_paired() {
        check(&["某县打造", "四史”宣讲品牌"], 2, "某县打造“四史”宣讲品牌", &["某县打造", "“四史”宣讲品牌"]);
        check(&["“四史”宣讲"], 1, "四史”宣讲", &["“四史”宣讲"]);
    }

    #[test]
    fn half_a_dash_is_a_dash() {
        check(&["《破晓—一重庆解放密档》首播"], 1, "《破晓——重庆解放密档》首播", &["《破晓——重庆解放密档》首播"]);
    }

    #[test]
    fn another_wording_is_no_misreading() {
        check(&["某县召开党史工作会", "工作推进会"], 1, "某县召开工作推进会", &["某县召开党史工作会"]);
    }

    #[test]
    fn a_certain_entry_is_believed() {
        let mut lines = recognised(&["甲区委开展宣讲"]);
        let wording = Wording { text: "申区委开展宣讲", origin: Origin::Embedded, confidence: None };
        assert_eq!(headline(&mut lines, &[0], wording).len(), 1);
        assert_eq!(lines[0].text, "申区委开展宣讲");
        lines[0].origin = Origin::Embedded;
        assert!(headline(&mut lines, &[0], Wording { text: "由区委开展宣讲", ..wording }).is_empty());
    }
}
