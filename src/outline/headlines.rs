//! Headlines found by the issue's own contents list: each entry is looked for in the text, word for word first.

use std::collections::HashMap;

use super::contents::bare;
use super::{HeadlineRun, after, before};
use crate::model::{Code, Diagnostic, Role, TextLine, TocEntry};
use crate::rules::{LineMatches, Profile};

/// A headline is printed over at most this many lines.
const MOST_LINES: usize = 4;

/// An entry and a headline that share at least this part of their pairs of characters are one, worded differently.
const ALIKE: f64 = 0.72;

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
    let longest = keys.iter().map(String::len).max().unwrap_or(0);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match run_at(lines, at, longest, |key| open.get(key).is_some_and(|left| !left.is_empty())) {
            Some((run, key)) => {
                let entry = open.get_mut(key.as_str()).and_then(Vec::pop);
                at = run[run.len() - 1] + 1;
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
            let printed = run.iter().map(|&line| lines[line].text.as_str()).collect::<Vec<_>>().join(" ");
            diagnostics.push(Diagnostic {
                code: Code::TocWordingDiffers,
                line: Some(lines[run[0]].number),
                item: None,
                message: format!("the contents list says “{}”, the headline “{printed}”", entries[entry].text),
                rule: None,
            });
            claim(lines, &mut runs, run, Some(entry));
        }
    }
    runs
}

fn claim(lines: &mut [TextLine], runs: &mut Vec<HeadlineRun>, run: Vec<usize>, entry: Option<usize>) {
    for &line in &run {
        lines[line].role = Role::Headline;
    }
    runs.push(HeadlineRun { lines: run, entry });
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
    for at in 0..lines.len() {
        let starts = lines[at].role == Role::Other && starts_item(lines, at, matches, profile);
        if !starts {
            continue;
        }
        let mut run = Vec::new();
        let mut text = String::new();
        let mut next = Some(at);
        while let Some(line) = next.filter(|_| run.len() < 3) {
            if lines[line].role != Role::Other
                || lines[line].text.ends_with(['。', '，', '；'])
                || lines[line].width_em > 48.0
            {
                break;
            }
            run.push(line);
            text.push_str(&bare(&lines[line].text));
            let alike = likeness(&wanted, &pairs(&text));
            if alike >= ALIKE && best.as_ref().is_none_or(|(most, _)| alike > *most) {
                best = Some((alike, run.clone()));
            }
            next = after(lines, line);
        }
    }
    best.map(|(_, run)| run)
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

/// Twice the pairs that both have over the pairs of both (Dice), 0..=1.
fn likeness(a: &[(char, char)], b: &[(char, char)]) -> f64 {
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
    use super::{likeness, pairs};

    #[test]
    fn likeness_counts_shared_pairs() {
        assert_eq!(likeness(&pairs("党史工作"), &pairs("党史工作")), 1.0);
        assert_eq!(likeness(&pairs("党史工作"), &pairs("会议召开")), 0.0);
        assert_eq!(likeness(&pairs("党史工"), &pairs("党史书")), 0.5);
    }
}
