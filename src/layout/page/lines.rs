//! The pieces of a leaf → rows: what stands on one baseline and belongs together.

use super::rulings::Rulings;
use super::runs::{Piece, SMALL};

/// One line: a range of the pieces in order.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) pieces: Vec<Piece>,
    /// A row of a table.
    pub(super) in_table: bool,
}

/// Pieces stand on one baseline if it differs by less, in ems of the larger type.
const BASELINE_EM: f32 = 0.28;

/// Pieces of one line stand nearer, in ems of the smaller type, if nothing else makes them a row.
const GAP_EM: f32 = 1.6;

/// A row across a wide gap is set in one size.
const ONE_SIZE: f32 = 1.25;

/// A row across a wide gap stands on the same baseline to this, in ems.
const SAME_BASELINE_EM: f32 = 0.15;

/// Rows and columns that make a table, at least.
const TABLE_ROWS: usize = 3;
const TABLE_COLUMNS: usize = 3;

/// The rows made of `pieces`, from the upper one down.
pub(super) fn rows(mut pieces: Vec<Piece>, rulings: Option<&Rulings>) -> Vec<Row> {
    pieces.sort_by(|a, b| a.v.total_cmp(&b.v));
    let mut rows: Vec<Row> = Vec::with_capacity(pieces.len());
    let mut start = 0;
    while start < pieces.len() {
        let first = pieces[start];
        let mut end = start + 1;
        while end < pieces.len() && pieces[end].v - first.v < BASELINE_EM * pieces[end].size.max(first.size) {
            end += 1;
        }
        let band = &mut pieces[start..end];
        band.sort_by(|a, b| a.u0.total_cmp(&b.u0));
        let opened = rows.len();
        for piece in band {
            match rows[opened..].last_mut().and_then(|row| Some((row.pieces.last().copied()?, row))) {
                Some((last, row)) if is_one_row(&last, piece, rulings) => row.pieces.push(*piece),
                _ => rows.push(Row { pieces: vec![*piece], in_table: false }),
            }
        }
        start = end;
    }
    large_first(&mut rows);
    mark_tables(&mut rows);
    rows
}

/// How many rows up large type is held against.
const BESIDE: usize = 8;

/// Large type stands before the small lines at its right, whose baselines are higher: the name of a paper before number
/// and date.
fn large_first(rows: &mut [Row]) {
    for index in 1..rows.len() {
        let large = rows[index].pieces[0];
        let is_beside = |row: &Row| {
            let small = row.pieces[0];
            large.size > ONE_SIZE * small.size && large.u1 <= small.u0 && small.v > large.area().v0
        };
        let above = rows[..index].iter().rev().take(BESIDE);
        let count = above.take_while(|row| is_beside(row)).count();
        rows[index - count..=index].rotate_right(1);
    }
}

fn is_one_row(left: &Piece, right: &Piece, rulings: Option<&Rulings>) -> bool {
    let (small, large) = (left.size.min(right.size), left.size.max(right.size));
    let offset = (left.v - right.v).abs();
    let near = right.u0 - left.u1 < GAP_EM * small && (offset < BASELINE_EM * small || small < SMALL * large);
    let level = large <= ONE_SIZE * small && offset < SAME_BASELINE_EM * small;
    (near || level) && !rulings.is_some_and(|rulings| rulings.parts(left.u1, right.u0, left.v))
}

/// Three rows or more whose cells begin, or end, in the same places are a table though no ruling says so.
fn mark_tables(rows: &mut [Row]) {
    let mut start = 0;
    while start < rows.len() {
        let mut end = start + 1;
        if rows[start].pieces.len() >= TABLE_COLUMNS {
            while end < rows.len() && aligned(&rows[end - 1].pieces, &rows[end].pieces) >= TABLE_COLUMNS {
                end += 1;
            }
        }
        if end - start >= TABLE_ROWS {
            for row in &mut rows[start..end] {
                row.in_table = true;
            }
        }
        start = end;
    }
}

/// How many cells of two rows stand below each other.
fn aligned(above: &[Piece], below: &[Piece]) -> usize {
    let (mut count, mut next) = (0, 0);
    for cell in below {
        let near = |a: f32, b: f32| (a - b).abs() < 0.5 * cell.size;
        while above.get(next).is_some_and(|it| it.u1 < cell.u0 - cell.size) {
            next += 1;
        }
        let beside = above
            .get(next)
            .is_some_and(|it| near(it.u0, cell.u0) || near(it.u1, cell.u1) || near(it.u0 + it.u1, cell.u0 + cell.u1));
        if beside {
            count += 1;
            next += 1;
        }
    }
    count
}
