//! Furniture of the page: folios, running heads, rows of ornament. Marked, never removed.
//!
//! Lines that show where they stand are furniture only in the outer rows of their page; of others, their order must tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Role, TextLine};
use crate::rules::{Kind, LineMatches, Profile};

/// A line that stands at the head or foot of at least this many pages is a running head.
const REPEATS: usize = 3;

/// A short one that is the outermost row of its pages and stands at one height needs only this many.
const REPEATS_AT_EDGE: usize = 2;

/// Wider lines than this are long, in ems.
const SHORT_EM: f32 = 20.0;

/// Folios and running heads are among so many rows at the head or foot of a page.
const OUTER_ROWS: usize = 3;

/// Heights that differ by less are one, in points.
const SAME_HEIGHT: f32 = 6.0;

/// Marks folios, ornaments and running heads among `lines`; `matches` holds what the rules say of each line.
///
/// A bare number between two lines of which neither is a page's end may be text (a number of its own line); it counts as
/// a folio all the same where nothing shows its place, except in the masthead, which is read before this is asked.
pub fn mark_furniture(lines: &mut [TextLine], matches: &[LineMatches], profile: &Profile) {
    let edges = edges(lines);
    for ((line, matched), edge) in lines.iter_mut().zip(matches).zip(&edges) {
        if line.role != Role::Other {
            continue;
        }
        let may_be_folio = line.bbox.is_none() || edge.is_some();
        if may_be_folio && profile.first(*matched, Kind::PageNumber).is_some() {
            line.role = Role::PageNumber;
        } else if line.text.is_empty()
            || [Kind::Ornament, Kind::Navigation].iter().any(|kind| profile.first(*matched, *kind).is_some())
        {
            line.role = Role::RunningHead;
        }
    }
    mark_running_heads(lines);
    mark_returning(lines, &edges);
    move_page_starts(lines);
}

/// At which end of its page a line stands, how many rows from it, and at which height.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Edge {
    foot: bool,
    row: usize,
    height: f32,
}

/// The end of the page each line stands at, for those that show where they stand and are in its outer rows.
fn edges(lines: &[TextLine]) -> Vec<Option<Edge>> {
    let mut edges = vec![None; lines.len()];
    let mut first = 0;
    for page in lines.chunk_by(|a, b| a.page == b.page) {
        let mut placed: Vec<(usize, f32, f32)> = page
            .iter()
            .enumerate()
            .filter(|(_, line)| line.placement.is_some_and(|it| !it.vertical))
            .filter_map(|(index, line)| Some((first + index, line.bbox?.top(), line.bbox?.bottom())))
            .collect();
        // From the foot first: on a page of few rows the head has the last word.
        placed.sort_by(|a, b| b.2.total_cmp(&a.2));
        mark_rows(placed.iter().map(|it| (it.0, -it.2, -it.1)), true, &mut edges);
        placed.sort_by(|a, b| a.1.total_cmp(&b.1));
        mark_rows(placed.iter().copied(), false, &mut edges);
        first += page.len();
    }
    edges
}

/// Marks the outer rows among lines with their near and far edges, which come by their near edge.
fn mark_rows(lines: impl Iterator<Item = (usize, f32, f32)>, foot: bool, edges: &mut [Option<Edge>]) {
    let (mut row, mut row_end) = (0, f32::NEG_INFINITY);
    for (index, near, far) in lines {
        if near > row_end - 0.3 * (far - near) {
            row += usize::from(row_end > f32::NEG_INFINITY);
            row_end = far;
        }
        if row >= OUTER_ROWS {
            return;
        }
        row_end = row_end.max(far);
        edges[index] = Some(Edge { foot, row, height: near });
    }
}

/// Lines in the outer rows that return on other pages at the same height, the same but for their digits: running heads,
/// and what browsers print around a page.
fn mark_returning(lines: &mut [TextLine], edges: &[Option<Edge>]) {
    let mut seen: BTreeMap<String, Vec<(usize, Edge)>> = BTreeMap::new();
    for (index, (line, edge)) in lines.iter().zip(edges).enumerate() {
        let Some(edge) = edge else { continue };
        if line.role == Role::Other && !line.text.ends_with('。') {
            seen.entry(without_digits(&line.text)).or_default().push((index, *edge));
        }
    }
    let pages = lines.iter().filter_map(|line| line.page).collect::<BTreeSet<_>>().len();
    for mut places in seen.into_values() {
        places.sort_by(|a, b| a.1.foot.cmp(&b.1.foot).then(a.1.height.total_cmp(&b.1.height)));
        let at_one_height =
            |a: &(usize, Edge), b: &(usize, Edge)| a.1.foot == b.1.foot && b.1.height - a.1.height < SAME_HEIGHT;
        for group in places.chunk_by(at_one_height) {
            let on: BTreeSet<Option<u32>> = group.iter().map(|it| lines[it.0].page).collect();
            let outermost = group.iter().all(|it| it.1.row == 0);
            let short = group.iter().all(|it| lines[it.0].width_em <= SHORT_EM);
            let fewest = if outermost && (short || on.len() == pages) { REPEATS_AT_EDGE } else { REPEATS };
            if on.len() >= fewest {
                for (index, _) in group {
                    lines[*index].role = Role::RunningHead;
                }
            }
        }
    }
}

/// The first line of text on a page, not the running head above it, is where the page starts.
fn move_page_starts(lines: &mut [TextLine]) {
    for page in lines.chunk_by_mut(|a, b| a.page == b.page) {
        let first_text = page.iter().position(|line| !line.role.is_furniture());
        let Some(first) = first_text.filter(|first| *first > 0 && page[*first].bbox.is_some()) else {
            continue;
        };
        for line in &mut page[..first] {
            line.page_start = false;
        }
        let line = &mut page[first];
        line.page_start = true;
        line.blank_before = 0;
        if let Some(placement) = &mut line.placement {
            placement.leading = 0.0;
        }
    }
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit() && !('０'..='９').contains(c) && *c != ' ').collect()
}

/// A short line that comes again and again beside folios or page starts, the same but for its digits.
fn mark_running_heads(lines: &mut [TextLine]) {
    let at_edge: Vec<usize> =
        (0..lines.len()).filter(|&at| lines[at].role == Role::Other && is_at_page_edge(lines, at)).collect();
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &at in &at_edge {
        let text = &lines[at].text;
        if lines[at].bbox.is_none() && lines[at].width_em <= 30.0 && !text.ends_with(['。', '）', ')', '】']) {
            seen.entry(without_digits(text)).or_default().push(at);
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
