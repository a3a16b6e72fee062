//! Section names, captions and numbered headings inside items.

use std::collections::BTreeMap;

use super::{Outline, before, may_start};
use crate::model::{ContributorKind, Mark, Role, TextLine};
use crate::rules::{Kind, LineMatches, Profile, Style};

/// A section name runs over at most this many lines.
const MOST_LINES: usize = 3;

/// Finds names of sections whose brackets close on a later line: the first line then matches as the whole name does, and
/// the others are marked as parts of it.
pub(super) fn join_wrapped(
    lines: &mut [TextLine],
    matches: &mut [LineMatches],
    profile: &Profile,
) -> BTreeMap<usize, String> {
    let mut wrapped = BTreeMap::new();
    for at in 0..lines.len() {
        if !lines[at].text.starts_with(['【', '〖']) || lines[at].text.contains(['】', '〗']) {
            continue;
        }
        let mut text = lines[at].text.clone();
        let mut own = vec![at];
        for next in at + 1..lines.len().min(at + MOST_LINES + 2) {
            if profile.first(matches[next], Kind::PageNumber).is_some() {
                continue;
            }
            text.push_str(&lines[next].text);
            own.push(next);
            if own.len() > MOST_LINES || text.contains(['】', '〗']) {
                break;
            }
        }
        let whole = profile.line_matches(&text);
        let Some(rule) = profile.first(whole, Kind::Section) else { continue };
        let name = rule.pattern.captures(&text).and_then(|it| it.name("name")).map_or(text.as_str(), |it| it.as_str());
        for &line in &own {
            wrapped.insert(line, name.trim().to_owned());
            matches[line] = LineMatches::default();
        }
        matches[at] = whole;
        for &line in &own[1..] {
            lines[line].role = Role::Section;
        }
    }
    wrapped
}

/// Marks section names. A bare name counts only where nothing before it is cut off.
pub(super) fn mark(lines: &mut [TextLine], outline: &Outline, profile: &Profile) {
    let from_toc: Vec<&str> = outline.toc.iter().flatten().filter_map(|entry| entry.section.as_deref()).collect();
    for at in 0..lines.len() {
        if lines[at].role != Role::Other {
            continue;
        }
        // 【…供稿】 is who sent it in, in the brackets of a section.
        if profile
            .all(outline.matches[at], Kind::Contributor)
            .any(|rule| rule.by == Some(ContributorKind::Contributed) && lines[at].text.contains('供'))
        {
            continue;
        }
        if from_toc.contains(&lines[at].text.as_str()) && may_start(lines, at, outline, profile) {
            lines[at].role = Role::Section;
            continue;
        }
        let listed = profile.first(outline.matches[at], Kind::ListedSection);
        let Some(rule) = profile.first(outline.matches[at], Kind::Section).or(listed) else { continue };
        let name = rule.pattern.captures(&lines[at].text).and_then(|it| it.name("name"));
        let name = outline.wrapped.get(&at).map(String::as_str).or(name.map(|name| name.as_str()));
        let in_toc = name.is_some_and(|name| from_toc.contains(&name));
        if rule.kind == Kind::ListedSection && !in_toc {
            continue;
        }
        let bracketed = lines[at].text.starts_with(['【', '〖', '［', '[', '『']);
        let marked = bracketed || in_toc || matches!(lines[at].mark, Mark::Heading(_));
        if marked || may_start(lines, at, outline, profile) {
            lines[at].role = Role::Section;
        }
    }
}

/// The section name printed on a section line.
pub(crate) fn name_of(text: &str, outline: &Outline, at: usize, profile: &Profile) -> String {
    if let Some(name) = outline.wrapped.get(&at) {
        return name.clone();
    }
    let matches = outline.matches[at];
    let rule = profile.first(matches, Kind::Section).or_else(|| profile.first(matches, Kind::ListedSection));
    let found = rule.and_then(|rule| rule.pattern.captures(text)).and_then(|found| found.name("name"));
    found.map_or(text, |name| name.as_str()).trim().to_owned()
}

/// Marks captions, with the lines they go on over.
pub(super) fn mark_captions(lines: &mut [TextLine], outline: &Outline, profile: &Profile) {
    for at in 0..lines.len() {
        if lines[at].role != Role::Other {
            continue;
        }
        let is_caption = profile.first(outline.matches[at], Kind::Caption).is_some();
        if is_caption && may_start(lines, at, outline, profile) {
            lines[at].role = Role::Caption;
            continue;
        }
        let goes_on = before(lines, at).filter(|&before| lines[before].role == Role::Caption).is_some_and(|before| {
            let caption = &lines[before];
            !caption.text.ends_with(['。', '）', ')', '！'])
                && lines[at].blank_before == caption.blank_before
                && outline.grid.is_some_and(|grid| grid.free_em(caption) <= 1.5)
        });
        if goes_on {
            lines[at].role = Role::Caption;
        }
    }
}

/// Marks numbered headings inside items, on lines of their own.
pub(super) fn mark_subheads(lines: &mut [TextLine], outline: &Outline, profile: &Profile) {
    for at in 0..lines.len() {
        let is_subhead = lines[at].role == Role::Other && profile.first(outline.matches[at], Kind::Subhead).is_some();
        let short = outline.grid.is_none_or(|grid| grid.free_em(&lines[at]) >= 3.0);
        if is_subhead && short && may_start(lines, at, outline, profile) && !opens_item(lines, at, profile) {
            lines[at].role = Role::Subhead;
        }
    }
}

/// Where a bulletin's item must start, a numbered line is its headline.
fn opens_item(lines: &[TextLine], at: usize, profile: &Profile) -> bool {
    profile.style == Style::Bulletin
        && before(lines, at)
            .is_none_or(|before| matches!(lines[before].role, Role::Contributor | Role::Section | Role::Toc))
}
