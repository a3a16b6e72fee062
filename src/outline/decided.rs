//! Lines of which a person has decided what they are: no rule claims them for anything else.

use super::contents::bare;
use super::{HeadlineRun, Outline};
use crate::model::{Role, TextLine};
use crate::rules::LineMatches;

/// Before any rule is asked: gives the lines their roles, so that nothing else claims them. Lines that a role has to be
/// read from keep what the rules say of them; those of masthead and contents get theirs when these have been read.
pub(super) fn before(lines: &mut [TextLine], matches: &mut [LineMatches]) {
    for (line, matched) in lines.iter_mut().zip(matches) {
        let Some(role) = line.decided.role else { continue };
        if !matches!(role, Role::Contributor | Role::Section | Role::Masthead | Role::Toc) {
            *matched = LineMatches::default();
        }
        if !matches!(role, Role::Masthead | Role::Toc) {
            line.role = role;
        }
    }
}

/// After all rules were asked: nothing has changed what was decided, and headlines are known as such.
pub(super) fn after(lines: &mut [TextLine], outline: &mut Outline) {
    for run in &mut outline.headlines {
        run.lines.retain(|&at| lines[at].decided.role.is_none_or(|role| role == Role::Headline));
        run.kickers.retain(|&at| lines[at].decided.role.is_none_or(|role| role == Role::Kicker));
    }
    outline.headlines.retain(|run| !run.lines.is_empty());
    for line in lines.iter_mut() {
        line.role = line.decided.role.unwrap_or(line.role);
    }
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let is_known = || outline.headlines.iter().any(|run| run.lines.contains(&at));
        if line.decided.role != Some(Role::Headline) || is_known() {
            open = open.filter(|_| line.role.is_furniture());
            continue;
        }
        match open.filter(|_| line.decided.starts_item != Some(true)) {
            Some(run) => outline.headlines[run].lines.push(at),
            None => {
                open = Some(outline.headlines.len());
                outline.headlines.push(HeadlineRun::new(vec![at], None));
            }
        }
    }
    answer(lines, outline);
}

/// The contents entries that headlines answer word for word, of those that none answers yet.
fn answer(lines: &[TextLine], outline: &mut Outline) {
    let Some(entries) = &outline.toc else { return };
    let mut left: Vec<bool> = vec![true; entries.len()];
    for entry in outline.headlines.iter().filter_map(|run| run.entry) {
        left[entry] = false;
    }
    for run in outline.headlines.iter_mut().filter(|run| run.entry.is_none()) {
        if !run.lines.iter().any(|&at| lines[at].decided.role.is_some()) {
            continue;
        }
        let words: String = run.lines.iter().map(|&at| bare(&lines[at].text)).collect();
        let found = (0..entries.len()).find(|&entry| left[entry] && bare(&entries[entry].text) == words);
        if let Some(entry) = found {
            left[entry] = false;
            run.entry = Some(entry);
        }
    }
}
