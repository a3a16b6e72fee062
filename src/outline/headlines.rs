//! Headlines found by the issue's own contents list: each entry is looked for in the text, word for word first.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::contents::{bare, is_bare};
use super::{HeadlineRun, after, before};
use crate::model::{Code, Diagnostic, Origin, Role, TextLine, TocEntry};
use crate::repair::{self, Wording};
use crate::rules::{LineMatches, Profile};

/// A headline is printed over at most this many lines: in a narrow column they are short.
const MOST_LINES: usize = 8;

/// An entry and a headline that share at least this part of their pairs of characters are one, worded differently.
pub(crate) const ALIKE: f64 = 0.72;

/// A line of a headline is no wider than this, in ems.
const LONGEST_LINE_EM: f32 = 48.0;

/// Fewer characters than this are no headline of their own.
const SHORTEST: usize = 4;

/// A headline has no more characters.
const LONGEST: usize = 120;

/// Words with fewer characters are another headline if one differs.
const MISREAD: usize = 6;

/// Two characters may be misread in words with so many.
const LONG: usize = 24;

/// At most this many lines are compared with entries that are left over.
const MOST_COMPARED: usize = 1000;

/// The words of recognised lines that may be headlines: a line, or a few lines together.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// By their number of characters: words, and the line they start on.
    words: BTreeMap<usize, Vec<(String, usize)>>,
}

impl Runs {
    /// Those of `lines`; none if nothing was recognised.
    pub(super) fn of_recognised(lines: &[TextLine]) -> Self {
        let may_head = |line: &TextLine| {
            line.origin == Origin::Recognized
                && line.role == Role::Other
                && line.width_em <= LONGEST_LINE_EM
                && !line.text.ends_with(['。', '，', '；'])
        };
        let mut runs = Self::default();
        for at in 0..lines.len() {
            let mut key = String::new();
            for line in lines[at..].iter().take(MOST_LINES).take_while(|line| may_head(line)) {
                key.push_str(&bare(&line.text));
                let count = key.chars().count();
                if (SHORTEST..=LONGEST).contains(&count) {
                    runs.words.entry(count).or_default().push((key.clone(), at));
                }
            }
        }
        runs
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether these words stand on lines of their own below line `at`, a misread character aside.
    pub(super) fn stands_below(&self, at: usize, key: &str) -> bool {
        let count = key.chars().count();
        if !(SHORTEST..=LONGEST).contains(&count) {
            return false;
        }
        let near = self.words.range(count.saturating_sub(1)..=count + 1).flat_map(|(_, words)| words);
        near.into_iter().any(|(words, start)| *start > at && is_misread(key, words))
    }
}

/// Marks the headlines that answer `entries`.
pub(super) fn match_entries(
    lines: &mut [TextLine],
    entries: &[TocEntry],
    matches: &[LineMatches],
    profile: &Profile,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<HeadlineRun> {
    let keys: Vec<String> = entries.iter().map(|entry| bare(&entry.text)).collect();
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    for (entry, key) in keys.iter().enumerate().rev() {
        open.entry(key).or_default().push(entry);
    }
    let firsts: HashSet<char> = keys.iter().filter_map(|key| key.chars().next()).collect();
    let longest = keys.iter().map(String::len).max().unwrap_or(0);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !lines[at].text.chars().find(|c| is_bare(*c)).is_some_and(|first| firsts.contains(&first)) {
            at += 1;
            continue;
        }
        match run_at(lines, at, longest, |key| open.get(key).is_some_and(|left| !left.is_empty())) {
            Some((run, key)) => {
                let entry = open.get_mut(key.as_str()).and_then(Vec::pop);
                at = run[run.len() - 1] + 1;
                if let Some(entry) = entry {
                    diagnostics.extend(mend(lines, &run, &entries[entry]));
                }
                claim(lines, &mut runs, run, entry);
            }
            None => at += 1,
        }
    }
    for (entry, key) in keys.iter().enumerate() {
        let found = runs.iter().any(|run| run.entry == Some(entry));
        if found || key.chars().count() < 4 {
            continue;
        }
        if let Some(run) = most_alike(lines, key, matches, profile) {
            diagnostics.extend(mend(lines, &run, &entries[entry]));
            let printed = run.iter().map(|&line| lines[line].text.as_str()).collect::<Vec<_>>().join(" ");
            if bare(&printed) != *key {
                diagnostics.push(reworded(&entries[entry], &printed, lines[run[0]].number));
            }
            claim(lines, &mut runs, run, Some(entry));
        }
    }
    runs
}

/// The remark that an entry and the headline on `line` are worded differently.
pub(crate) fn reworded(entry: &TocEntry, printed: &str, line: u32) -> Diagnostic {
    Diagnostic {
        code: Code::TocWordingDiffers,
        page: None,
        line: Some(line),
        item: None,
        message: format!("the contents list says “{}”, the headline “{printed}”", entry.text),
        rule: None,
    }
}

/// How much of their wording two texts share, 0..=1: twice the pairs of neighbouring characters that both have over the
/// pairs of both (Dice), marks and blanks left out.
pub(crate) fn likeness(a: &str, b: &str) -> f64 {
    shared(&pairs(&bare(a)), &pairs(&bare(b)))
}

/// Repairs the headline on `run` by the entry that it answers.
fn mend(lines: &mut [TextLine], run: &[usize], entry: &TocEntry) -> Vec<Diagnostic> {
    let Some(listed) = lines.get(entry.line as usize - 1) else { return Vec::new() };
    let (origin, confidence) = (listed.origin, listed.confidence);
    repair::headline(lines, run, Wording { text: &entry.text, origin, confidence })
}

fn claim(lines: &mut [TextLine], runs: &mut Vec<HeadlineRun>, run: Vec<usize>, entry: Option<usize>) {
    for &line in &run {
        lines[line].role = Role::Headline;
    }
    runs.push(HeadlineRun::new(run, entry));
}

/// The run of lines from `at` whose words together are wanted.
fn run_at(
    lines: &[TextLine],
    at: usize,
    longest: usize,
    wanted: impl Fn(&str) -> bool,
) -> Option<(Vec<usize>, String)> {
    let mut run = Vec::new();
    let mut key = String::new();
    let mut next = Some(at);
    while let Some(line) = next.filter(|_| run.len() < MOST_LINES) {
        if lines[line].role != Role::Other || key.len() + lines[line].text.len() > longest * 2 + 64 {
            break;
        }
        run.push(line);
        key.push_str(&bare(&lines[line].text));
        if key.len() > longest {
            break;
        }
        if !key.is_empty() && wanted(&key) {
            return Some((run, key));
        }
        next = after(lines, line);
    }
    None
}

/// The run of lines, where an item may start, that is most like `key`.
fn most_alike(lines: &[TextLine], key: &str, matches: &[LineMatches], profile: &Profile) -> Option<Vec<usize>> {
    let wanted = pairs(key);
    let mut best: Option<(f64, Vec<usize>)> = None;
    let starts =
        (0..lines.len()).filter(|&at| lines[at].role == Role::Other && starts_item(lines, at, matches, profile));
    for at in starts.take(MOST_COMPARED) {
        let mut run = Vec::new();
        let mut text = String::new();
        let mut next = Some(at);
        while let Some(line) = next.filter(|_| run.len() < MOST_LINES) {
            if lines[line].role != Role::Other
                || lines[line].text.ends_with(['。', '，', '；'])
                || lines[line].width_em > LONGEST_LINE_EM
            {
                break;
            }
            run.push(line);
            text.push_str(&bare(&lines[line].text));
            let mut alike = shared(&wanted, &pairs(&text));
            // One misread character spoils two pairs: short headlines then share too few.
            if alike < ALIKE && alike > 0.0 && lines[at].origin == Origin::Recognized && is_misread(key, &text) {
                alike = ALIKE;
            }
            if alike >= ALIKE && best.as_ref().is_none_or(|(most, _)| alike > *most) {
                best = Some((alike, run.clone()));
            }
            next = after(lines, line);
        }
    }
    best.map(|(_, run)| run)
}

/// Whether two texts are the same, or differ in one place as by a misreading: a character, or two in a long text.
fn is_misread(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (least, most) = (a.len().min(b.len()), a.len().max(b.len()));
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take(least - head).take_while(|(a, b)| a == b).count();
    most >= MISREAD && most - head - tail <= 1 + most / LONG || a == b
}

/// Whether an item may start here: something closes or a part of the issue ends right above.
fn starts_item(lines: &[TextLine], at: usize, matches: &[LineMatches], profile: &Profile) -> bool {
    let Some(before) = before(lines, at) else { return true };
    lines[before].role != Role::Other
        || super::closes(matches[before], profile)
        || profile.first(matches[before], crate::rules::Kind::Section).is_some()
        || lines[at].mark != crate::model::Mark::None
}

/// The pairs of neighbouring characters, sorted.
fn pairs(text: &str) -> Vec<(char, char)> {
    let mut pairs: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
    pairs.sort_unstable();
    pairs
}

fn shared(a: &[(char, char)], b: &[(char, char)]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    if a.is_empty() || b.is_empty() { 0.0 } else { 2.0 * both as f64 / (a.len() + b.len()) as f64 }
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn likeness_counts_shared_pairs() {
        assert_eq!(likeness("党史工作", "党史 工作"), 1.0);
        assert_eq!(likeness("党史工作", "会议召开"), 0.0);
        assert_eq!(likeness("党史工", "党史书"), 0.5);
    }
}
