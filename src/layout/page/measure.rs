//! The lines of all pages → [`TextLine`]s: columns numbered, indents, room and leading measured against the document's
//! running text.

use super::frame::Way;
use super::{PageLine, PageLines};
use crate::model::{Mark, Placement, TextLine};

/// The lines of a document from those of its pages, in order: numbered from 1, indents, leading and size measured
/// against the whole document.
pub fn printed_lines(pages: Vec<PageLines>) -> Vec<TextLine> {
    let running = Running::of(&pages);
    let (columns, column_of) = columns(&pages, running.size);
    let leadings = leadings(&pages, &column_of, columns.len(), running.size);
    let mut lines: Vec<TextLine> = Vec::with_capacity(column_of.len());
    for page in pages {
        let centred = centred(&page.lines, &column_of[lines.len()..], &columns, running.size);
        let mut above: Option<(Way, f32)> = None;
        for (index, line) in page.lines.into_iter().enumerate() {
            let at = column_of[lines.len()];
            let column = &columns[at];
            let usual = leadings[at];
            let leading = match above {
                Some((way, v)) if way == line.way && line.v - v > 0.3 * line.size => (line.v - v) / usual,
                _ => 0.0,
            };
            above = Some((line.way, line.v));
            lines.push(TextLine {
                number: lines.len() as u32 + 1,
                page: Some(page.number),
                indent_em: ((line.area.u0 - column.left) / line.size).max(0.0),
                width_em: line.printed.width_em,
                blank_before: (leading.round() - 1.0).clamp(0.0, 100.0) as u32,
                page_start: index == 0,
                mark: if starts_with_symbol(&line.printed.text) { Mark::Bullet } else { Mark::None },
                bbox: line.bbox,
                size_pt: Some(line.size),
                placement: Some(Placement {
                    column: column.number,
                    column_em: (column.right - column.left) / line.size,
                    room_em: (column.right - line.area.u1) / line.size,
                    leading,
                    scale: line.size / running.size,
                    stands_out: line.fat || running.face.is_some_and(|face| face != line.face),
                    centred: centred[index],
                    vertical: line.way == Way::Down,
                    in_table: line.in_table,
                    part: line.part,
                }),
                confidence: line.confidence,
                raw: line.raw,
                text: line.printed.text,
                ..TextLine::default()
            });
        }
    }
    lines
}

/// Whether a line starts with a character of a font of symbols: word processors set the bullets of lists in them, and
/// their characters are private.
fn starts_with_symbol(text: &str) -> bool {
    matches!(text.chars().next(), Some('\u{f020}'..='\u{f0ff}')) && text.chars().nth(1).is_some()
}

/// What most characters of a document are set in.
struct Running {
    size: f32,
    /// `None` if no face has most of them: then a face says nothing.
    face: Option<u64>,
}

/// Steps of a point that sizes are counted in.
const SIZE_STEPS: f32 = 4.0;

impl Running {
    fn of(pages: &[PageLines]) -> Self {
        let lines = || pages.iter().flat_map(|page| &page.lines);
        let total: u64 = lines().map(|line| u64::from(line.count)).sum();
        let sizes = lines().map(|line| ((line.size * SIZE_STEPS).round() as u64, line.count));
        let faces = lines().map(|line| (line.face, line.count));
        let size = most_common(sizes).map_or(10.0, |(step, _)| (step as f32 / SIZE_STEPS).max(0.25));
        Self { size, face: most_common(faces).filter(|(_, count)| count * 5 >= total * 3).map(|(face, _)| face) }
    }
}

/// The value of greatest weight, the smallest of equals.
fn most_common(weighed: impl Iterator<Item = (u64, u32)>) -> Option<(u64, u64)> {
    let mut weighed: Vec<(u64, u32)> = weighed.collect();
    weighed.sort_unstable();
    let groups = weighed.chunk_by(|a, b| a.0 == b.0);
    let sums = groups.map(|group| (group[0].0, group.iter().map(|it| u64::from(it.1)).sum::<u64>()));
    sums.rev().max_by_key(|sum| sum.1)
}

/// A column of the document.
#[derive(Debug, Clone)]
struct Column {
    way: Way,
    left: f32,
    right: f32,
    /// 1-based, by first use.
    number: u32,
}

/// Lines of one leaf behind each other.
struct Stretch {
    first: usize,
    end: usize,
    way: Way,
    left: f32,
    right: f32,
    /// Enough full lines show its edges.
    firm: bool,
}

/// Edges nearer than this are one, in ems of the running text.
const EDGE_EM: f32 = 0.6;

/// The columns of a document, and which one each line stands in.
fn columns(pages: &[PageLines], em: f32) -> (Vec<Column>, Vec<usize>) {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut first = 0;
    for page in pages {
        for lines in page.lines.chunk_by(|a, b| a.leaf == b.leaf && a.way == b.way && a.column == b.column) {
            stretches.push(stretch(lines, first, em));
            first += lines.len();
        }
    }
    let mut order: Vec<usize> = (0..stretches.len()).collect();
    order.sort_by_key(|&at| (!stretches[at].firm, std::cmp::Reverse(stretches[at].end - stretches[at].first)));
    let mut columns: Vec<Column> = Vec::new();
    let mut column_of = vec![0; first];
    for at in order {
        let it = &stretches[at];
        let off = |column: &Column| (column.left - it.left).abs().max((column.right - it.right).abs());
        let holds = |column: &Column| column.left < it.left + em && column.right > it.right - em;
        let same_way = || columns.iter().enumerate().filter(|(_, column)| column.way == it.way);
        let most = if it.firm { EDGE_EM * em } else { 1.5 * em };
        let nearest = same_way().min_by(|a, b| off(a.1).total_cmp(&off(b.1))).filter(|(_, it)| off(it) < most);
        let width = |column: &Column| column.right - column.left;
        let around = || {
            let holding = same_way().filter(|(_, column)| !it.firm && holds(column));
            holding.min_by(|a, b| width(a.1).total_cmp(&width(b.1)))
        };
        // A page of first lines and few others.
        let indented = || {
            let is_indented = |column: &Column| {
                (-EDGE_EM * em..3.5 * em).contains(&(it.left - column.left)) && (column.right - it.right).abs() < em
            };
            same_way().find(|(_, column)| is_indented(column))
        };
        let found = nearest.or_else(indented).or_else(around).map(|(index, _)| index).unwrap_or_else(|| {
            columns.push(Column { way: it.way, left: it.left, right: it.right, number: 0 });
            columns.len() - 1
        });
        column_of[it.first..it.end].fill(found);
    }
    let mut number = 0;
    for &at in &column_of {
        if columns[at].number == 0 {
            number += 1;
            columns[at].number = number;
        }
    }
    (columns, column_of)
}

/// The edges that the lines of a leaf share. A first line begins further in, a last one ends before; so the left edge is
/// the first that several lines share, the right one that most long lines do.
fn stretch(lines: &[PageLine], first: usize, em: f32) -> Stretch {
    let bounds = lines[0].column;
    let mut stretch =
        Stretch { first, end: first + lines.len(), way: lines[0].way, left: bounds.0, right: bounds.1, firm: false };
    let half = (bounds.1 - bounds.0) / 2.0;
    let long = || lines.iter().filter(|line| line.area.u1 - line.area.u0 >= half && !line.in_table);
    let mut rights: Vec<f32> = long().map(|line| line.area.u1).collect();
    if rights.len() < 3 {
        return stretch;
    }
    // Short paragraphs have more first lines than others that are long, and the last ones are not indented either.
    let mut lefts: Vec<f32> = lines.iter().filter(|line| !line.in_table).map(|line| line.area.u0).collect();
    lefts.sort_unstable_by(f32::total_cmp);
    rights.sort_unstable_by(f32::total_cmp);
    let fewest = (rights.len() / 5).max(2);
    let left = lefts.windows(fewest).find(|window| window[fewest - 1] - window[0] < EDGE_EM * em).map(|it| it[0]);
    let right = densest(&rights, EDGE_EM * em).filter(|(_, count)| count * 4 >= rights.len() && *count >= 2);
    if let (Some(left), Some((right, _))) = (left, right) {
        (stretch.left, stretch.right, stretch.firm) = (left, right, true);
    }
    stretch
}

/// The end of the window of this width that holds most of the ascending `values`, the last of equals, and how many.
fn densest(values: &[f32], width: f32) -> Option<(f32, usize)> {
    let mut start = 0;
    let counts = (0..values.len()).map(|end| {
        while values[end] - values[start] > width {
            start += 1;
        }
        (values[end], end + 1 - start)
    });
    counts.max_by_key(|(_, count)| *count)
}

/// The usual distance of baselines in each column, points: that of its running text, else of the document's.
fn leadings(pages: &[PageLines], column_of: &[usize], columns: usize, em: f32) -> Vec<f32> {
    let mut distances: Vec<(usize, f32)> = Vec::new();
    let mut first = 0;
    for page in pages {
        for (at, pair) in page.lines.windows(2).enumerate() {
            let runs = |line: &PageLine| (line.size - em).abs() < 0.1 * em;
            let distance = pair[1].v - pair[0].v;
            if runs(&pair[0])
                && runs(&pair[1])
                && pair[0].leaf == pair[1].leaf
                && (0.8 * em..4.0 * em).contains(&distance)
            {
                distances.push((column_of[first + at + 1], distance));
            }
        }
        first += page.lines.len();
    }
    distances.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut all: Vec<f32> = distances.iter().map(|it| it.1).collect();
    all.sort_unstable_by(f32::total_cmp);
    let usual = |values: &[f32]| densest(values, 0.06 * em).map(|(distance, _)| distance);
    let mut leadings = vec![usual(&all).unwrap_or(1.5 * em); columns];
    for group in distances.chunk_by(|a, b| a.0 == b.0) {
        // Two lines may be a headline; three distances that agree are a leading.
        let own: Vec<f32> = group.iter().map(|it| it.1).collect();
        if let Some((distance, _)) = densest(&own, 0.06 * em).filter(|(_, count)| *count >= 3) {
            leadings[group[0].0] = distance;
        }
    }
    leadings
}

/// Which lines of a page are centred: as far from the left edge as from the right and from both; or, above running size,
/// nearly full beside a line of its headline that is.
fn centred(lines: &[PageLine], column_of: &[usize], columns: &[Column], em: f32) -> Vec<bool> {
    let margins = |index: usize| {
        let (line, column) = (&lines[index], &columns[column_of[index]]);
        ((line.area.u0 - column.left) / line.size, (column.right - line.area.u1) / line.size)
    };
    let even = |index: usize| (margins(index).0 - margins(index).1).abs() < 1.0;
    let mut centred: Vec<bool> =
        (0..lines.len()).map(|index| even(index) && margins(index).0 > 1.5 && margins(index).1 > 1.5).collect();
    for index in 0..lines.len() {
        let beside = |other: usize| {
            centred.get(other).copied().unwrap_or(false) && (lines[other].size - lines[index].size).abs() < 0.05 * em
        };
        if even(index) && lines[index].size > 1.1 * em && (beside(index + 1) || beside(index.wrapping_sub(1))) {
            centred[index] = true;
        }
    }
    centred
}
