//! Furniture of the page: folios, running heads, rows of ornament. Marked, never removed.

use std::collections::BTreeMap;

use crate::model::{Role, TextLine};
use crate::rules::{Kind, LineMatches, Profile};

/// A line that stands at the head or foot of at least this many pages is a running head.
const REPEATS: usize = 3;

/// Marks folios, ornaments and running heads among `lines`; `matches` holds what the rules say of each line.
///
/// A bare number between two lines of which neither is a page's end may be text (a number of its own line); it counts as
/// a folio all the same, except in the masthead, which is read before this is asked.
pub fn mark_furniture(lines: &mut [TextLine], matches: &[LineMatches], profile: &Profile) {
    for (line, matched) in lines.iter_mut().zip(matches) {
        if line.role != Role::Other {
            continue;
        }
        if profile.first(*matched, Kind::PageNumber).is_some() {
            line.role = Role::PageNumber;
        } else if line.text.is_empty() || profile.first(*matched, Kind::Ornament).is_some() {
            line.role = Role::RunningHead;
        }
    }
    mark_running_heads(lines);
}

/// A short line that comes again and again beside folios or page starts, the same but for its digits.
fn mark_running_heads(lines: &mut [TextLine]) {
    let at_edge: Vec<usize> =
        (0..lines.len()).filter(|&at| lines[at].role == Role::Other && is_at_page_edge(lines, at)).collect();
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &at in &at_edge {
        let text = &lines[at].text;
        if lines[at].width_em <= 30.0 && !text.ends_with(['。', '）', ')', '】']) {
            let key = text.chars().filter(|c| !c.is_ascii_digit() && *c != ' ').collect();
            seen.entry(key).or_default().push(at);
        }
    }
    for at in seen.into_values().filter(|places| places.len() >= REPEATS).flatten() {
        lines[at].role = Role::RunningHead;
    }
}

/// Whether the line is the first or last of a page, or beside a folio.
fn is_at_page_edge(lines: &[TextLine], at: usize) -> bool {
    let line = &lines[at];
    let before = at.checked_sub(1).map(|before| &lines[before]);
    let after = lines.get(at + 1);
    line.page_start
        || before.is_some_and(|it| it.role == Role::PageNumber || it.page != line.page)
        || after.is_some_and(|it| it.role == Role::PageNumber || it.page != line.page || it.page_start)
}
