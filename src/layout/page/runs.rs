//! The glyphs of a page → runs in the order of painting → pieces: stretches of a line without a wide gap.

use super::frame::{self, Area, Cell, Stacks, Way};
use super::rulings::Rulings;
use crate::model::Glyph;

/// Glyphs painted one behind the other on one baseline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) way: Way,
    /// Where its print begins and ends; white space at its ends is left out.
    pub(super) u0: f32,
    pub(super) u1: f32,
    /// Where it ends with its white space.
    pen: f32,
    pub(super) v: f32,
    pub(super) size: f32,
    /// Its glyphs, from and up to.
    pub(super) from: u32,
    pub(super) to: u32,
    /// It prints something.
    inked: bool,
    /// The next run of its piece.
    pub(super) next: Option<u32>,
}

/// A stretch of a line: runs beside each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) way: Way,
    pub(super) u0: f32,
    pub(super) u1: f32,
    pen: f32,
    pub(super) v: f32,
    pub(super) size: f32,
    /// Glyphs in it.
    pub(super) count: u32,
    /// Glyphs of the run that gives baseline and size.
    longest: u32,
    /// First and last run of its chain, which is in no order.
    pub(super) head: u32,
    tail: u32,
}

impl Piece {
    /// The box it prints in.
    pub(super) fn area(&self) -> Area {
        let (above, below) = frame::reach(self.way, self.size);
        Area { u0: self.u0, u1: self.u1, v0: self.v - above, v1: self.v + below }
    }
}

/// How far a glyph may stand from the end of the run, back and forth, in ems.
const STEP_EM: std::ops::Range<f32> = -0.3..0.8;

/// A wider gap between two long stretches may be a gutter, in ems; stretches of this length are long.
const GUTTER_EM: f32 = 0.55;
const LONG_EM: f32 = 5.0;

/// Baselines of one run differ by less, in ems.
const LEVEL_EM: f32 = 0.3;

/// Sizes of one run differ by less.
const SIZE_CHANGE: f32 = 0.35;

/// A gap that a ruling may stand in, in ems.
const BAR_GAP_EM: f32 = 0.15;

/// Baselines of one line differ by less, in ems of the larger type.
const BASELINE_EM: f32 = 0.28;

/// Raised and lowered small type stands off by less.
const RAISED_EM: f32 = 0.5;

/// Type below this share of its neighbour's is small.
pub(super) const SMALL: f32 = 0.8;

/// The runs of a page, in the order of painting; a new one begins at each of `starts`.
pub(super) fn runs(glyphs: &[Glyph], starts: &[u32], stacks: &Stacks, rulings: &Rulings, main: Way) -> Vec<Run> {
    let mut starts = starts.iter().peekable();
    let mut runs: Vec<Run> = Vec::with_capacity(glyphs.len() / 12 + 1);
    let mut stack = 0;
    for (index, glyph) in glyphs.iter().enumerate() {
        let way = stacks.way(index, glyphs, &mut stack);
        let Cell { u, v, length } = frame::cell(glyph, way);
        let size = frame::size(glyph);
        let inked = !glyph.c.is_some_and(char::is_whitespace);
        let end = u + length;
        let opens = starts.next_if(|start| **start as usize == index).is_some();
        if let Some(run) = runs.last_mut().filter(|_| !opens) {
            let gap = u - run.pen;
            let parted =
                || gap > BAR_GAP_EM * size && way == main && !rulings.bars.is_empty() && rulings.parts(run.pen, u, v);
            if run.way == way
                && STEP_EM.contains(&(gap / size))
                && (run.v - v).abs() < LEVEL_EM * size
                && (run.size - size).abs() < SIZE_CHANGE * run.size.max(size)
                && (gap < GUTTER_EM * size || run.u1 - run.u0 < LONG_EM * size)
                && !parted()
            {
                run.pen = end;
                run.to = index as u32 + 1;
                if inked {
                    if !run.inked {
                        (run.u0, run.size, run.inked) = (u, size, true);
                    }
                    run.u1 = end;
                }
                continue;
            }
        }
        let (from, to) = (index as u32, index as u32 + 1);
        runs.push(Run { way, u0: u, u1: end, pen: end, v, size, from, to, inked, next: None });
    }
    runs
}

/// The pieces of a page by way and baseline, whatever the order of painting.
pub(super) fn pieces(runs: &mut [Run], rulings: &Rulings, main: Way) -> Vec<Piece> {
    let mut order: Vec<u32> = (0..runs.len() as u32).collect();
    let run_of = |runs: &[Run], index: u32| runs[index as usize];
    order.sort_unstable_by(|&a, &b| {
        let (left, right) = (run_of(runs, a), run_of(runs, b));
        left.way.cmp(&right.way).then(left.v.total_cmp(&right.v)).then(a.cmp(&b))
    });
    let mut pieces: Vec<Piece> = Vec::with_capacity(runs.len());
    let mut start = 0;
    while start < order.len() {
        let first = run_of(runs, order[start]);
        let mut end = start + 1;
        while end < order.len() {
            let run = run_of(runs, order[end]);
            if run.way != first.way || run.v - first.v >= BASELINE_EM * run.size.max(first.size) {
                break;
            }
            end += 1;
        }
        let band = &mut order[start..end];
        band.sort_unstable_by(|&a, &b| run_of(runs, a).u0.total_cmp(&run_of(runs, b).u0).then(a.cmp(&b)));
        let opened = pieces.len();
        for &index in band.iter() {
            let run = run_of(runs, index);
            match pieces[opened..].last_mut() {
                Some(piece) if joins(piece, &run, rulings, main) => append(piece, runs, index),
                _ => pieces.push(piece_of(&run, index)),
            }
        }
        start = end;
    }
    pieces.retain(|piece| piece.count > 0);
    absorb_small(&mut pieces, runs);
    pieces
}

/// The piece that begins with `run`; one without print has no glyphs yet.
fn piece_of(run: &Run, index: u32) -> Piece {
    let count = if run.inked { run.to - run.from } else { 0 };
    Piece {
        way: run.way,
        u0: run.u0,
        u1: run.u1,
        pen: run.pen,
        v: run.v,
        size: run.size,
        count,
        longest: count,
        head: index,
        tail: index,
    }
}

/// Whether the piece goes on with `run`, which begins behind its beginning.
fn joins(piece: &Piece, run: &Run, rulings: &Rulings, main: Way) -> bool {
    let em = piece.size.min(run.size);
    let gap = run.u0 - piece.u1;
    // White space of its own bridges a gap only if it fills it: a blank at the end of a line stands in the gutter, too.
    let bridged = run.u0 - piece.pen <= BAR_GAP_EM * em;
    let between_long = gap > GUTTER_EM * em && (piece.u1 - piece.u0).min(run.u1 - run.u0) > LONG_EM * em;
    (gap < STEP_EM.end * em && !between_long || bridged)
        && !(gap > BAR_GAP_EM * em && run.way == main && rulings.parts(piece.u1, run.u0, run.v))
}

/// Puts the run of this index behind the piece.
fn append(piece: &mut Piece, runs: &mut [Run], index: u32) {
    let run = runs[index as usize];
    runs[piece.tail as usize].next = Some(index);
    piece.tail = index;
    piece.pen = piece.pen.max(run.pen);
    if !run.inked {
        return;
    }
    let count = run.to - run.from;
    if piece.count == 0 {
        (piece.u0, piece.u1) = (run.u0, run.u1);
    }
    piece.u1 = piece.u1.max(run.u1);
    piece.count += count;
    if count > piece.longest {
        (piece.longest, piece.v, piece.size) = (count, run.v, run.size);
    }
}

/// Puts the second piece into the first.
fn unite(first: &mut Piece, second: &Piece, runs: &mut [Run]) {
    runs[first.tail as usize].next = Some(second.head);
    first.tail = second.tail;
    first.u0 = first.u0.min(second.u0);
    first.u1 = first.u1.max(second.u1);
    first.pen = first.pen.max(second.pen);
    first.count += second.count;
}

/// How many neighbours in height a small piece is held against.
const NEIGHBOURS: usize = 24;

/// Raised figures and the like go into the line they touch. `pieces` come by way and rising baseline, nearly.
fn absorb_small(pieces: &mut Vec<Piece>, runs: &mut [Run]) {
    for small in 0..pieces.len() {
        let it = pieces[small];
        if it.u1 - it.u0 > 5.0 * it.size {
            continue;
        }
        let around = small.saturating_sub(NEIGHBOURS)..(small + NEIGHBOURS).min(pieces.len());
        let host = around.filter(|&at| at != small).find(|&at| {
            let host = &pieces[at];
            let em = host.size;
            let touches = it.u0 - host.u1 < 0.3 * em && host.u0 - it.u1 < 0.3 * em;
            host.count > 0
                && host.way == it.way
                && it.size < SMALL * em
                && touches
                && (it.v - host.v).abs() < RAISED_EM * em
        });
        if let Some(host) = host {
            let mut united = pieces[host];
            unite(&mut united, &it, runs);
            pieces[host] = united;
            pieces[small].count = 0;
        }
    }
    pieces.retain(|piece| piece.count > 0);
}

/// How far the baseline of a recognised line may wander from word to word, in ems.
const WANDERING_EM: f32 = 0.8;

/// The lines of a recognised page as its text layer gives them, by blocks: a new one begins where the text goes back up.
pub(super) fn in_stream_order(runs: &mut [Run]) -> Vec<Vec<Piece>> {
    let mut blocks: Vec<Vec<Piece>> = Vec::new();
    let mut last: Option<Run> = None;
    for index in 0..runs.len() {
        let run = runs[index];
        let goes_on = last.is_some_and(|last| {
            last.way == run.way && (run.v - last.v).abs() < WANDERING_EM * run.size && run.u0 >= last.u1 - run.size
        });
        let goes_down = last.is_some_and(|last| last.way == run.way && run.v > last.v - 2.0 * run.size);
        match blocks.last_mut() {
            Some(block) if goes_down => match block.last_mut() {
                Some(piece) if goes_on => append(piece, runs, index as u32),
                _ => block.push(piece_of(&run, index as u32)),
            },
            _ => blocks.push(vec![piece_of(&run, index as u32)]),
        }
        last = Some(run);
    }
    for block in &mut blocks {
        block.retain(|piece| piece.count > 0);
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// How far a line may stand beside the lines before it and still be in their block, in ems.
const BESIDE_EM: f32 = 2.0;

/// The lines that begin with the glyphs `starts`, by blocks: a new one begins where the text goes back up or on beside.
pub(super) fn in_given_lines(runs: &mut [Run], starts: &[u32]) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Piece> = Vec::with_capacity(starts.len());
    let mut starts = starts.iter().peekable();
    for index in 0..runs.len() {
        let run = runs[index];
        let opens = starts.next_if(|start| **start == run.from).is_some();
        match lines.last_mut() {
            Some(line) if !opens => append(line, runs, index as u32),
            _ => lines.push(piece_of(&run, index as u32)),
        }
    }
    let mut blocks: Vec<Vec<Piece>> = Vec::new();
    let (mut u0, mut u1) = (0.0f32, 0.0f32);
    for line in lines.into_iter().filter(|line| line.count > 0) {
        let step = BESIDE_EM * line.size;
        let goes_on = |last: &Piece| {
            let above = line.way == last.way && line.v > last.v - 0.5 * line.size;
            above && line.u0 < u1 + step && line.u1 > u0 - step
        };
        match blocks.last_mut() {
            Some(block) if block.last().is_some_and(goes_on) => {
                (u0, u1) = (u0.min(line.u0), u1.max(line.u1));
                block.push(line);
            }
            _ => {
                (u0, u1) = (line.u0, line.u1);
                blocks.push(vec![line]);
            }
        }
    }
    blocks
}
