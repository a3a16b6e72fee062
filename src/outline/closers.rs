//! Lines that close: contributor lines under items, bylines under headlines, the colophon under the issue.

use super::{CLOSERS, OPENERS, Outline, after, before, leaves_bracket_open, may_start, tail_of};
use crate::layout::Grid;
use crate::model::{Mark, Role, TextLine};
use crate::rules::{Kind, LineMatches, Place, Profile};

/// A colophon line goes on over at most this many lines.
const COLOPHON_TAIL: usize = 3;

/// A contributor at the end of a line begins at most this many characters before it.
const TAIL: usize = 61;

/// Marks lines that say who gets, edits and prints the issue.
pub(super) fn mark_colophon(lines: &mut [TextLine], matches: &[LineMatches], profile: &Profile) {
    for at in 0..lines.len() {
        if lines[at].role == Role::Other && profile.first(matches[at], Kind::Colophon).is_some() {
            lines[at].role = Role::Colophon;
        }
    }
    // Addresses run over line ends. Below the last item only: further up, what follows may be an item.
    let Some(first) = last_block(lines, matches, profile) else { return };
    let mut since = 0;
    for line in &mut lines[first..] {
        match line.role {
            Role::Colophon => since = 0,
            Role::Other if since < COLOPHON_TAIL => {
                since += 1;
                line.role = Role::Colophon;
            }
            _ => {}
        }
    }
}

/// The first colophon line below everything that closes an item or opens a part.
fn last_block(lines: &[TextLine], matches: &[LineMatches], profile: &Profile) -> Option<usize> {
    let part = (0..lines.len()).rev().find(|&at| {
        lines[at].role == Role::Other
            && (super::closes(matches[at], profile)
                || profile.first(matches[at], Kind::Section).is_some()
                || matches!(lines[at].mark, Mark::Heading(_))
                || super::ends_sentence(&lines[at].text))
    });
    (part.map_or(0, |at| at + 1)..lines.len()).find(|&at| lines[at].role == Role::Colophon)
}

/// Marks contributor lines that stand on lines of their own, over up to three lines.
pub(super) fn mark_contributors(lines: &mut [TextLine], outline: &Outline, profile: &Profile) {
    let mut at = 0;
    while at < lines.len() {
        at += claimed(lines, at, outline, profile).max(1);
    }
}

/// How many lines from `at` are one contributor line; marks them.
fn claimed(lines: &mut [TextLine], at: usize, outline: &Outline, profile: &Profile) -> usize {
    if lines[at].role != Role::Other {
        return 0;
    }
    let bracketed = lines[at].text.starts_with(OPENERS);
    if !bracketed && !may_start(lines, at, outline, profile) {
        return 0;
    }
    if super::closes(outline.matches[at], profile) {
        lines[at].role = Role::Contributor;
        return 1;
    }
    if !leaves_bracket_open(&lines[at].text) {
        return 0;
    }
    let mut text = lines[at].text.clone();
    let mut run = vec![at];
    while let Some(next) = after(lines, run[run.len() - 1]).filter(|_| run.len() < 3) {
        if lines[next].role != Role::Other {
            return 0;
        }
        run.push(next);
        text.push_str(&lines[next].text);
        if super::closes(profile.line_matches(&text), profile) {
            let end = run[run.len() - 1];
            for line in run {
                lines[line].role = Role::Contributor;
            }
            return end + 1 - at;
        }
    }
    0
}

/// Marks lines under a headline that say when or where, such as the day of a speech.
pub(super) fn mark_under_headlines(lines: &mut [TextLine], outline: &Outline, profile: &Profile) {
    for at in 0..lines.len() {
        if lines[at].role == Role::Other && profile.first(outline.matches[at], Kind::UnderHeadline).is_some() {
            let above = before(lines, at).map(|above| (lines[above].role, above));
            // The byline between them is not told yet.
            let headed = |above: usize| before(lines, above).is_some_and(|it| lines[it].role == Role::Headline);
            if above.is_some_and(|(role, above)| {
                matches!(role, Role::Headline | Role::Kicker)
                    || (matches!(role, Role::Contributor | Role::Other) && headed(above))
                    || (role == Role::Other && reads_as_headline(lines, above, outline, profile))
            }) {
                lines[at].role = Role::Kicker;
            }
        }
    }
}

/// Marks names that stand alone on the line under a headline.
///
/// The first line of a two-line headline is often an office's name, so the line above must be a headline and the line
/// below running text.
pub(super) fn mark_bylines(lines: &mut [TextLine], outline: &Outline, profile: &Profile) {
    for at in 0..lines.len() {
        let named = lines[at].role == Role::Other
            && profile.all(outline.matches[at], Kind::Contributor).any(|rule| rule.place == Some(Place::UnderHeadline))
            && !profile.finds(Kind::NotByline, &lines[at].text)
            // As long as a full line it is one of the text.
            && outline.grid.is_none_or(|grid| grid.free_em(&lines[at]) > 2.5);
        if !named {
            continue;
        }
        let Some(above) = before(lines, at) else { continue };
        let below = after(lines, at);
        let under = match lines[above].role {
            Role::Headline | Role::Kicker => true,
            Role::Other => reads_as_headline(lines, above, outline, profile),
            _ => false,
        };
        let text_below = below.is_some_and(|below| match lines[below].role {
            Role::Kicker => true,
            Role::Other => reads_as_text(lines, below, outline, profile),
            _ => false,
        });
        // A signature: running text ends above it, and a part of the issue or the issue itself below, perhaps with a date
        // between.
        let is_part =
            |below: Option<usize>| below.is_none_or(|below| !matches!(lines[below].role, Role::Other | Role::Body));
        let dated = below.filter(|&below| {
            let is_date =
                profile.first(outline.matches[below], Kind::Masthead).is_some() && lines[below].width_em <= 12.0;
            lines[below].role == Role::Other && is_date && is_part(after(lines, below))
        });
        let part_below = dated.is_some() || is_part(below);
        let signed = lines[above].role == Role::Other && super::ends_sentence(&lines[above].text) && part_below;
        if (under && text_below) || signed {
            lines[at].role = Role::Contributor;
        }
        if let Some(date) = dated.filter(|_| signed) {
            lines[date].role = Role::Contributor;
        }
    }
}

/// Whether each line of running text ends in its contributor, which may have begun on the line before.
pub(super) fn closing(lines: &[TextLine], grid: Option<&Grid>, profile: &Profile) -> Vec<bool> {
    let mut closing = vec![false; lines.len()];
    let mut above: Option<usize> = None;
    for at in (0..lines.len()).filter(|&at| lines[at].role == Role::Other) {
        let text = &lines[at].text;
        let bracketed = text.ends_with(CLOSERS);
        // A full line that ends in a word goes on; what closes an item is followed by nothing.
        let goes_on = !bracketed && grid.is_some_and(|grid| grid.free_em(&lines[at]) < 0.75);
        closing[at] = !goes_on && has_tail(text, profile);
        if let Some(above) = above.filter(|_| bracketed && !closing[at] && !text.contains(OPENERS)) {
            closing[at] = has_tail(&format!("{}{}", tail_of(&lines[above].text, TAIL), tail_of(text, TAIL)), profile);
        }
        above = Some(at);
    }
    closing
}

fn has_tail(text: &str, profile: &Profile) -> bool {
    profile.tails(text).any(|rule| rule.pattern.is_match(tail_of(text, TAIL)))
}

/// Whether an unclaimed line may be a headline: nothing before it is cut off, and it ends no clause.
fn reads_as_headline(lines: &[TextLine], at: usize, outline: &Outline, profile: &Profile) -> bool {
    let line = &lines[at];
    let starts = may_start(lines, at, outline, profile)
        // The line above may be the headline's own first line.
        || before(lines, at).is_some_and(|before| lines[before].role == Role::Other && lines[before].width_em < 26.0 && !super::ends_sentence(&lines[before].text));
    starts
        && line.width_em <= 36.0
        && line.width_em >= 4.0
        && !super::ends_sentence(&line.text)
        && [Kind::NotHeadline, Kind::BodyStart].iter().all(|kind| profile.first(outline.matches[at], *kind).is_none())
}

/// Whether a line reads as the start of running text.
fn reads_as_text(lines: &[TextLine], at: usize, outline: &Outline, profile: &Profile) -> bool {
    let line = &lines[at];
    profile.first(outline.matches[at], Kind::BodyStart).is_some()
        || line.text.contains(['，', '。'])
        || outline.grid.map_or(line.width_em > 34.0, |grid| grid.free_em(line) <= 3.5)
}
