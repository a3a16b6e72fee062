//! Tables with rulings: what stands in the cells of a grid, read row by row.

use super::frame::Area;
use super::lines::{self, Row};
use super::rulings::{Ruling, Rulings};
use super::runs::Piece;

/// A grid of rulings with what it holds.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) area: Area,
    /// Its rows of text in reading order.
    pub(super) rows: Vec<Row>,
    /// Type size of most of it.
    pub(super) size: f32,
}

/// Rulings that miss each other by this much meet all the same, in points.
const MISS: f32 = 3.0;

/// Beams nearer to each other are a double line.
const DOUBLE: f32 = 4.0;

/// More lines than this in a cell on average are columns of text with rulings between.
const LINES_IN_CELL: usize = 5;

/// The tables of a page. Their pieces are taken out of `pieces`.
pub(super) fn tables(pieces: &mut Vec<Piece>, rulings: &Rulings, is_main: impl Fn(&Piece) -> bool) -> Vec<Table> {
    let mut tables = Vec::new();
    for grid in grids(rulings) {
        let inside = |piece: &Piece| {
            let (u, v) = ((piece.u0 + piece.u1) / 2.0, middle(piece));
            is_main(piece) && grid.area.u0 <= u && u <= grid.area.u1 && grid.area.v0 <= v && v <= grid.area.v1
        };
        let held: Vec<Piece> = pieces.iter().copied().filter(|piece| inside(piece)).collect();
        let mut bands: Vec<Vec<Vec<Piece>>> = vec![Vec::new(); grid.beams.len().saturating_sub(1)];
        let mut cells = 0;
        for (band, edges) in bands.iter_mut().zip(grid.beams.windows(2)) {
            let at = (edges[0] + edges[1]) / 2.0;
            let bars: Vec<f32> = distinct(
                rulings.bars.iter().filter(|bar| grid.holds(bar) && bar.from <= at && at <= bar.to).map(|bar| bar.at),
            );
            band.resize(bars.len() + 1, Vec::new());
            for piece in held.iter().filter(|piece| edges[0] <= middle(piece) && middle(piece) < edges[1]) {
                let column = bars.partition_point(|bar| *bar < (piece.u0 + piece.u1) / 2.0);
                band[column].push(*piece);
            }
            cells += band.iter().filter(|cell| !cell.is_empty()).count();
        }
        let placed: usize = bands.iter().flatten().map(Vec::len).sum();
        let across = bands.iter().filter(|band| band.iter().filter(|cell| !cell.is_empty()).count() > 1).count();
        if placed != held.len() || held.len() > cells * LINES_IN_CELL || across < 2 {
            continue;
        }
        let size = held.iter().max_by_key(|piece| piece.count).map_or(0.0, |piece| piece.size);
        pieces.retain(|piece| !inside(piece));
        let rows = bands.into_iter().flat_map(rows_of).collect();
        tables.push(Table { area: grid.area, rows, size });
    }
    tables
}

fn middle(piece: &Piece) -> f32 {
    let area = piece.area();
    (area.v0 + area.v1) / 2.0
}

/// A row of cells: one line if each cell holds one, else cell by cell.
fn rows_of(band: Vec<Vec<Piece>>) -> Vec<Row> {
    let cells: Vec<Vec<Row>> = band.into_iter().map(|cell| lines::rows(cell, None)).collect();
    let mut rows: Vec<Row> = if cells.iter().all(|cell| cell.len() <= 1) {
        let pieces: Vec<Piece> = cells.into_iter().flatten().flat_map(|row| row.pieces).collect();
        vec![Row { pieces, in_table: true }]
    } else {
        cells.into_iter().flatten().collect()
    };
    rows.retain(|row| !row.pieces.is_empty());
    for row in &mut rows {
        row.in_table = true;
    }
    rows
}

/// Rulings that meet.
#[derive(Debug)]
struct Grid {
    area: Area,
    /// Where its beams are, top down.
    beams: Vec<f32>,
}

impl Grid {
    fn holds(&self, bar: &Ruling) -> bool {
        let Area { u0, u1, v0, v1 } = self.area;
        bar.at >= u0 - MISS && bar.at <= u1 + MISS && bar.from >= v0 - MISS && bar.to <= v1 + MISS
    }
}

/// The sets of rulings that meet, with three beams and one bar at least.
fn grids(rulings: &Rulings) -> Vec<Grid> {
    let (beams, bars) = (&rulings.beams, &rulings.bars);
    if beams.len() < 3 || bars.is_empty() {
        return Vec::new();
    }
    // Each ruling points to another of its set, the first to itself; bars come behind beams.
    let mut parent: Vec<usize> = (0..beams.len() + bars.len()).collect();
    for (index, bar) in bars.iter().enumerate() {
        let first = beams.partition_point(|beam| beam.at < bar.from - MISS);
        for (offset, beam) in beams[first..].iter().enumerate().take_while(|(_, beam)| beam.at <= bar.to + MISS) {
            if beam.from - MISS <= bar.at && bar.at <= beam.to + MISS {
                let (a, b) = (root(&mut parent, first + offset), root(&mut parent, beams.len() + index));
                parent[a.max(b)] = a.min(b);
            }
        }
    }
    let mut grids = Vec::new();
    let roots: Vec<usize> = (0..parent.len()).map(|index| root(&mut parent, index)).collect();
    for set in 0..beams.len() {
        if roots[set] != set {
            continue;
        }
        let own = || beams.iter().enumerate().filter(|(index, _)| roots[*index] == set).map(|(_, beam)| beam);
        let heights = distinct(own().map(|beam| beam.at));
        let bar = bars.iter().enumerate().find(|(index, _)| roots[beams.len() + index] == set);
        if heights.len() < 3 || bar.is_none() {
            continue;
        }
        let (mut u0, mut u1) = (f32::INFINITY, f32::NEG_INFINITY);
        for beam in own() {
            (u0, u1) = (u0.min(beam.from), u1.max(beam.to));
        }
        let (v0, v1) = (heights[0], heights[heights.len() - 1]);
        grids.push(Grid { area: Area { u0, u1, v0, v1 }, beams: heights });
    }
    grids
}

fn root(parent: &mut [usize], index: usize) -> usize {
    let mut at = index;
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Ascending places, those of double lines once.
fn distinct(places: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut places: Vec<f32> = places.collect();
    places.sort_unstable_by(f32::total_cmp);
    places.dedup_by(|next, kept| *next - *kept < DOUBLE);
    places
}
