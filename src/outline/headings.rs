//! Markdown headings: which level names sections, which items, which parts of an item.

use super::{HeadlineRun, Outline, after};
use crate::model::{Mark, Role, TextLine};
use crate::rules::{Kind, Profile};

/// Gives every Markdown heading that is not yet known its role.
///
/// Where the contents list answers some, their level is that of items. Elsewhere a level whose headings stand right above
/// other headings names sections, and the first level that does not is that of items.
pub(super) fn mark(lines: &mut [TextLine], outline: &mut Outline, profile: &Profile) {
    let headings: Vec<(usize, u8)> = (0..lines.len())
        .filter_map(|at| match lines[at].mark {
            Mark::Heading(level) if matches!(lines[at].role, Role::Other | Role::Headline | Role::Section) => {
                Some((at, level))
            }
            _ => None,
        })
        .collect();
    if headings.is_empty() {
        return;
    }
    let item_level = item_level(lines, &headings, outline);
    let mut last = None;
    for &(at, level) in headings.iter().filter(|(at, _)| lines[*at].role == Role::Other).collect::<Vec<_>>() {
        // A bulletin prints its numbered parts as headings too.
        let numbered = profile.first(outline.matches[at], Kind::Subhead).is_some();
        lines[at].role = if level > item_level || (numbered && outline.toc.is_some()) {
            Role::Subhead
        } else if level < item_level {
            Role::Section
        } else {
            Role::Headline
        };
        if lines[at].role == Role::Headline {
            match last.and_then(|last| outline.headlines.get_mut(last)).filter(|run| continues(lines, run, at)) {
                Some(run) => run.lines.push(at),
                None => {
                    last = Some(outline.headlines.len());
                    outline.headlines.push(HeadlineRun::new(vec![at], None));
                }
            }
        }
    }
}

/// Whether the heading at `at` is the second line of the headline `run`: right below it at the same level.
fn continues(lines: &[TextLine], run: &HeadlineRun, at: usize) -> bool {
    let last = run.lines[run.lines.len() - 1];
    run.entry.is_none() && after(lines, last) == Some(at) && lines[last].mark == lines[at].mark
}

fn item_level(lines: &[TextLine], headings: &[(usize, u8)], outline: &Outline) -> u8 {
    let answered =
        outline.headlines.iter().filter(|run| run.entry.is_some()).find_map(|run| match lines[run.lines[0]].mark {
            Mark::Heading(level) => Some(level),
            _ => None,
        });
    if let Some(level) = answered {
        return level;
    }
    let deepest = headings.iter().map(|(_, level)| *level).max().unwrap_or(6);
    (1..deepest)
        .find(|level| {
            let own: Vec<usize> = headings
                .iter()
                .filter(|(at, it)| it == level && lines[*at].role != Role::Section)
                .map(|(at, _)| *at)
                .collect();
            let above_heading = own.iter().filter(|&&at| is_above_deeper(lines, at, *level)).count();
            !own.is_empty() && above_heading * 2 < own.len()
        })
        .unwrap_or(deepest)
}

/// Whether a deeper heading stands right below the heading at `at`.
fn is_above_deeper(lines: &[TextLine], at: usize, level: u8) -> bool {
    after(lines, at).is_some_and(|next| matches!(lines[next].mark, Mark::Heading(deeper) if deeper > level))
}
