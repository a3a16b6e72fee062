//! Headlines of newspaper pages that show their stories: what stands in the head of a story is its headline, what is printed
//! smaller there its kickers and its byline.

use super::{HeadlineRun, Outline};
use crate::model::{Part, Role, TextLine};
use crate::rules::{Kind, LineMatches, Profile, Style};

/// Lines of a head whose type is smaller by more are kickers.
const SIZES_APART: f32 = 1.15;

/// Marks headlines, kickers, bylines, headings inside stories and words at pictures.
pub(super) fn mark(lines: &mut [TextLine], outline: &mut Outline, profile: &Profile) {
    if profile.style != Style::Newspaper {
        return;
    }
    let mut at = 0;
    while at < lines.len() {
        let part = part_of(&lines[at]);
        let end = end_of_part(lines, at);
        match part {
            Part::Head => outline.headlines.extend(head(lines, at..end, &outline.matches, profile)),
            Part::Subhead => set(lines, at..end, Role::Subhead),
            Part::Caption => set(lines, at..end, Role::Caption),
            Part::Unknown | Part::Text => {}
        }
        at = end;
    }
}

fn part_of(line: &TextLine) -> Part {
    line.placement.map_or(Part::Unknown, |it| it.part)
}

/// The line behind the last one of the part that stands at `at`, in the same column.
fn end_of_part(lines: &[TextLine], at: usize) -> usize {
    let column = |line: &TextLine| line.placement.map(|it| it.column);
    let same = |line: &&TextLine| {
        part_of(line) == part_of(&lines[at]) && line.page == lines[at].page && column(line) == column(&lines[at])
    };
    at + lines[at..].iter().take_while(same).count()
}

fn set(lines: &mut [TextLine], range: std::ops::Range<usize>, role: Role) {
    for line in lines[range].iter_mut().filter(|line| line.role == Role::Other) {
        line.role = role;
    }
}

/// The largest type of `own` lines, as a share of the usual; 0 where the source does not show it.
pub(crate) fn scale_of(lines: &[TextLine], own: &[usize]) -> f32 {
    own.iter().filter_map(|&line| lines[line].placement).map(|it| it.scale).fold(0.0, f32::max)
}

/// The places of the first and the last of `own` lines in their largest type; what is smaller by more than `apart` is not.
pub(crate) fn largest(lines: &[TextLine], own: &[usize], apart: f32) -> Option<(usize, usize)> {
    let most = scale_of(lines, own) / apart;
    let is_large = |line: &usize| lines[*line].placement.is_none_or(|it| it.scale > most);
    own.iter().position(is_large).zip(own.iter().rposition(is_large))
}

/// The headline among the lines of a head; `None` if rules have claimed them all.
fn head(
    lines: &mut [TextLine],
    range: std::ops::Range<usize>,
    matches: &[LineMatches],
    profile: &Profile,
) -> Option<HeadlineRun> {
    // The name of the paper is the largest print of its front page, wherever the page begins.
    for at in range.clone().filter(|&at| profile.first(matches[at], Kind::Masthead).is_some()) {
        lines[at].role = Role::Masthead;
    }
    let own: Vec<usize> = range.filter(|&at| lines[at].role == Role::Other).collect();
    let (first, last) = largest(lines, &own, SIZES_APART)?;
    let mut run = HeadlineRun::new(own[first..=last].to_vec(), None);
    run.opens = true;
    for &at in own[..first].iter().chain(&own[last + 1..]) {
        if profile.first(matches[at], Kind::Contributor).is_some() && at > own[last] {
            lines[at].role = Role::Contributor;
        } else {
            lines[at].role = Role::Kicker;
            run.kickers.push(at);
        }
    }
    for &at in &run.lines {
        lines[at].role = Role::Headline;
    }
    Some(run)
}
