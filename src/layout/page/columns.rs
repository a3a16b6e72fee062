//! The blocks of a page → leaves in reading order: stretches of one column.
//!
//! A page is cut again and again along the tallest gutter in it. What stands above the gutter's upper end, such as a
//! headline over both columns, comes first, then the left side, the right side, and what stands below. A headline closes
//! the gutters of its own story, so the tallest gutters are those between stories.

use super::across::{self, HEADLINE};
use super::cuts::{self, Plan};
use super::frame::Area;
use super::rulings::Rulings;
use super::stories;
use crate::model::Part;

/// What stands in a place of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    /// A piece of a line, by index.
    Piece(u32),
    /// Lines of another way, set into the page, by index.
    Inset(u32),
    /// A table, by index.
    Table(u32),
    /// A picture.
    Picture,
    /// A ruling along the lines.
    Beam,
}

/// Something that takes room on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) area: Area,
    pub(super) what: What,
    /// Type size; 0 if it is no text.
    pub(super) size: f32,
    /// Characters in it.
    pub(super) count: u32,
}

impl Block {
    pub(super) fn middle_v(&self) -> f32 {
        (self.area.v0 + self.area.v1) / 2.0
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.what, What::Piece(_))
    }
}

/// A stretch of one column.
#[derive(Debug)]
pub(super) struct Leaf {
    /// What stands in it, by `v`.
    pub(super) blocks: Vec<Block>,
    /// Where the column begins and ends, as far as the page tells.
    pub(super) u0: f32,
    pub(super) u1: f32,
    /// What part of a story it is.
    pub(super) part: Part,
}

/// The white between two columns.
#[derive(Debug, Clone, Copy)]
struct Gutter {
    /// Where the column behind it begins.
    at: f32,
    /// Its ends.
    from: f32,
    to: f32,
}

/// Pages of more blocks than this are no print.
const MOST_BLOCKS: usize = 20_000;

/// Blocks looked at for gutters before the rest of a page is taken as one column.
const MOST_LOOKS: usize = 20_000_000;

/// Rows of running heads and masthead at the head of a page.
const MOST_HEADS: usize = 2;

/// How often a page can be cut into parts of parts.
const DEEPEST: u32 = 16;

/// Most places looked at for a gutter in one part of a page.
const MOST_PLACES: usize = 40;

/// Lines that two columns have beside each other at least, if nothing else speaks for them.
const FEWEST_LINES: u32 = 3;

/// Narrowest gutter, in ems; a ruling in it makes do with less.
const GUTTER_EM: f32 = 0.8;

/// Narrowest column, in ems: below are hanging numbers and page numbers.
pub(super) const COLUMN_EM: f32 = 5.0;

/// Characters in a line of a column on average, at least: below are cells of a table.
const COLUMN_CHARS: u32 = 6;

/// The leaves of a page in reading order.
/// `closes` says whether a piece ends as a sentence does; `middle` is that of the paper.
pub(super) fn leaves(
    mut blocks: Vec<Block>,
    middle: f32,
    rulings: &Rulings,
    closes: &dyn Fn(u32) -> bool,
) -> Vec<Leaf> {
    let mut bounds = (f32::INFINITY, f32::NEG_INFINITY);
    for block in blocks.iter().filter(|block| block.size > 0.0) {
        bounds = (bounds.0.min(block.area.u0), bounds.1.max(block.area.u1));
    }
    blocks.sort_by(|a, b| a.area.v0.total_cmp(&b.area.v0));
    let mut cutter = Cutter { rulings, known: Vec::new(), leaves: Vec::new(), looks: 0 };
    if blocks.len() <= MOST_BLOCKS {
        let em = running_size(&blocks);
        let tail = blocks.split_off(blocks.len() - across::folio(&blocks, em));
        for place in 0..=MOST_HEADS {
            let masthead = across::masthead(&blocks, middle, em);
            let head =
                if masthead == 0 && place < MOST_HEADS { across::running_head(&blocks, bounds, em) } else { masthead };
            let rest = blocks.split_off(head);
            cutter.leaf(std::mem::replace(&mut blocks, rest), bounds);
            if head == 0 || masthead > 0 {
                break;
            }
        }
        cutter.learn(&blocks);
        let in_columns = !cutter.known.is_empty() || have_neighbours(&blocks, em);
        match in_columns.then(|| stories::leaves(&blocks, rulings, em, closes)).flatten() {
            Some(leaves) => cutter.leaves.extend(leaves),
            None => match cuts::plan(&blocks, &cutter.known, middle, em, closes) {
                Some(plan) => cutter.follow(plan),
                None => cutter.cut(blocks, bounds, 0),
            },
        }
        cutter.leaf(tail, bounds);
    } else {
        cutter.leaf(blocks, bounds);
    }
    cutter.leaves
}

struct Cutter<'a> {
    rulings: &'a Rulings,
    /// Gutters that stand somewhere on the page beyond doubt: beside them two lines are columns enough.
    known: Vec<f32>,
    leaves: Vec<Leaf>,
    looks: usize,
}

impl Cutter<'_> {
    fn leaf(&mut self, blocks: Vec<Block>, (u0, u1): (f32, f32)) {
        if blocks.iter().any(|block| block.size > 0.0) {
            self.leaves.push(Leaf { blocks, u0, u1, part: Part::Unknown });
        }
    }

    /// Finds the gutters of the whole page.
    fn learn(&mut self, blocks: &[Block]) {
        let em = running_size(blocks);
        let mut known = Vec::new();
        for place in places(blocks, self.rulings, em) {
            if !self.gutters_at(blocks, place, em).is_empty() {
                known.push(place);
            }
        }
        self.known = known;
    }

    /// Cuts the page as planned, and what is left whole as its gutters say.
    fn follow(&mut self, plan: Plan) {
        match plan {
            Plan::Whole(blocks, bounds) => self.cut(blocks, bounds, 0),
            Plan::Parts(first, second) => {
                self.follow(*first);
                self.follow(*second);
            }
        }
    }

    /// Cuts `blocks`, which come by their upper edge.
    fn cut(&mut self, blocks: Vec<Block>, bounds: (f32, f32), depth: u32) {
        let em = running_size(&blocks);
        if let Some(at) = across::story_break(&blocks, em).filter(|_| depth < DEEPEST) {
            let (above, below) = blocks.into_iter().partition(|block| block.middle_v() < at);
            self.cut(above, bounds, depth + 1);
            return self.cut(below, bounds, depth + 1);
        }
        let tallest = if depth < DEEPEST && blocks.len() > 2 { self.tallest(&blocks, em) } else { None };
        let Some(gutter) = tallest else {
            return self.leaf(blocks, bounds);
        };
        let total = blocks.len();
        let mut parts: [Vec<Block>; 4] = Default::default();
        for block in blocks {
            let part = match block.middle_v() {
                v if v < gutter.from => 0,
                v if v > gutter.to => 3,
                _ if (block.area.u0 + block.area.u1) / 2.0 < gutter.at => 1,
                _ => 2,
            };
            parts[part].push(block);
        }
        if parts.iter().any(|part| part.len() == total) {
            let [above, left, right, below] = parts;
            let whole = [above, left, right, below].into_iter().flatten().collect();
            return self.leaf(whole, bounds);
        }
        across::hoist_insets(&mut parts, em);
        let [above, left, right, below] = parts;
        let end = left.iter().filter(|block| block.size > 0.0).map(|block| block.area.u1);
        let left_end = end.fold(f32::NEG_INFINITY, f32::max);
        for (part, bounds) in
            [(above, bounds), (left, (bounds.0, left_end)), (right, (gutter.at, bounds.1)), (below, bounds)]
        {
            if !part.is_empty() {
                self.cut(part, bounds, depth + 1);
            }
        }
    }

    fn tallest(&mut self, blocks: &[Block], em: f32) -> Option<Gutter> {
        let mut best: Option<Gutter> = None;
        for place in places(blocks, self.rulings, em) {
            for gutter in self.gutters_at(blocks, place, em) {
                if best.is_none_or(|best| gutter.to - gutter.from > best.to - best.from + em) {
                    best = Some(gutter);
                }
            }
        }
        best
    }

    /// The gutters whose right edge is at `at`, top down.
    fn gutters_at(&mut self, blocks: &[Block], at: f32, em: f32) -> Vec<Gutter> {
        let strip = (at - 0.3 * em, at - 0.05 * em);
        let mut gutters = Vec::new();
        let mut from = f32::NEG_INFINITY;
        // Blocks come by their upper edge: the strip is free from the lowest edge so far to the next block in it.
        for index in 0..=blocks.len() {
            let (top, bottom) = match blocks.get(index) {
                Some(block) => {
                    let slack = if block.what == What::Beam { 0.5 * em } else { 0.0 };
                    let beside = block.area.u0 + slack >= strip.1 || block.area.u1 - slack <= strip.0;
                    if beside && !self.spans(blocks, block, at, em) {
                        continue;
                    }
                    (block.area.v0, block.area.v1)
                }
                None => (f32::INFINITY, f32::INFINITY),
            };
            if top - from > em && self.looks < MOST_LOOKS {
                self.looks += blocks.len();
                gutters.extend(self.gutter(blocks, at, (from, top), em));
            }
            from = from.max(bottom);
        }
        gutters
    }

    /// Whether `block` is a headline that spans the gutter at `at` though it does not reach it.
    fn spans(&mut self, blocks: &[Block], block: &Block, at: f32, em: f32) -> bool {
        if !block.is_text() || block.size < HEADLINE * em || self.looks > MOST_LOOKS {
            return false;
        }
        self.looks += blocks.len();
        let middle = block.middle_v();
        let mut beside = self.rulings.bars.iter().filter(|bar| bar.at > at - 3.0 * em && bar.at < at + 0.3 * em);
        !beside.any(|bar| bar.from <= middle && middle <= bar.to) && across::spans(blocks, block, at, em)
    }

    /// The gutter at `at` in the free stretch of the page, if columns stand on both sides.
    fn gutter(&self, blocks: &[Block], at: f32, free: (f32, f32), em: f32) -> Option<Gutter> {
        let within = |block: &&Block| (free.0..=free.1).contains(&block.middle_v());
        let (mut from, mut left, mut right, mut common);
        from = free.0;
        loop {
            (left, right) = (Side::default(), Side::default());
            let taking_room = |block: &&Block| block.what != What::Beam && block.middle_v() > from;
            for block in blocks.iter().filter(within).filter(taking_room) {
                if block.area.u1 <= at { left.span(block) } else { right.span(block) }
            }
            common = (left.top.max(right.top), left.bottom.min(right.bottom));
            let alone = (left.top.min(right.top), common.0);
            let next = across::trimmed(blocks, at, alone, (from, free.1), em);
            if next <= from || common.0 >= common.1 {
                break;
            }
            from = next;
        }
        from = from.max(left.top.min(right.top));
        let to = free.1.min(left.bottom.max(right.bottom));
        if common.1 - common.0.max(from) < 0.5 * em {
            return None;
        }
        for block in blocks.iter().filter(within).filter(|block| block.is_text()) {
            let middle = block.middle_v();
            if middle < common.0.max(from) || middle > common.1 {
                continue;
            }
            let side = if block.area.u1 <= at { &mut left } else { &mut right };
            side.lines += 1;
            side.chars += block.count;
            side.start = side.start.min(block.area.u0);
            side.end = side.end.max(block.area.u1);
        }
        let extent = common.1 - common.0;
        let barred = self.rulings.bars.iter().any(|bar| {
            bar.at < at + 0.3 * em
                && bar.at > at - 3.0 * em
                && bar.to.min(common.1) - bar.from.max(common.0) > 0.5 * extent
        });
        let known = self.known.iter().any(|known| (known - at).abs() < 0.6 * em);
        let fewest = if barred || known { 1 } else { FEWEST_LINES };
        let wide = |side: &Side| side.end - side.start >= COLUMN_EM * em && side.lines >= fewest;
        let texty = |side: &Side| side.chars >= COLUMN_CHARS * side.lines;
        if !wide(&left) || !wide(&right) || !(barred || texty(&left) && texty(&right)) {
            return None;
        }
        if !barred && !known && !is_set_in_columns(blocks, at, (common.0.max(from), common.1), &left, &right, em) {
            return None;
        }
        Some(Gutter { at, from, to })
    }
}

/// What stands on one side of a gutter.
#[derive(Debug)]
struct Side {
    top: f32,
    bottom: f32,
    start: f32,
    end: f32,
    lines: u32,
    chars: u32,
}

impl Default for Side {
    fn default() -> Self {
        let (most, least) = (f32::INFINITY, f32::NEG_INFINITY);
        Self { top: most, bottom: least, start: most, end: least, lines: 0, chars: 0 }
    }
}

impl Side {
    fn span(&mut self, block: &Block) {
        self.top = self.top.min(block.area.v0);
        self.bottom = self.bottom.max(block.area.v1);
    }
}

/// Lines of running text that stand beside other lines as a column, at least, and how wide they are, in ems.
const MANY_LINES: u32 = 12;
const RUNNING_EM: f32 = 14.0;

/// Whether lines beside each other are columns and not the cells of rows: either their baselines differ, or lines on both
/// sides are full.
fn is_set_in_columns(blocks: &[Block], at: f32, (from, to): (f32, f32), left: &Side, right: &Side, em: f32) -> bool {
    let (mut intruders, mut left_full, mut right_full, mut starts, mut level) = (0, 0, 0, 0, 0);
    let mut baselines: Vec<f32> = Vec::new();
    let lines = || {
        let within = |block: &&Block| block.is_text() && (from..=to).contains(&block.middle_v());
        blocks.iter().filter(within)
    };
    for block in lines().filter(|block| block.area.u1 <= at) {
        intruders += u32::from(block.area.u1 > at - GUTTER_EM * em);
        left_full += u32::from(block.area.u1 > left.end - 1.3 * em);
        baselines.push(block.area.v1);
    }
    let right_end = lines()
        .filter(|block| block.area.u1 > at && block.area.u0 < at + 2.6 * em)
        .fold(right.start, |end, block| end.max(block.area.u1));
    for block in lines().filter(|block| block.area.u1 > at && block.area.u0 < at + 2.6 * em) {
        starts += 1;
        right_full += u32::from(block.area.u1 > right_end - 1.3 * em);
        let next = baselines.partition_point(|baseline| *baseline < block.area.v1 - 0.1 * em);
        level += u32::from(baselines.get(next).is_some_and(|baseline| *baseline < block.area.v1 + 0.1 * em));
    }
    // A mark that hangs over the edge of a column may stand in the gutter.
    let clear = intruders * 6 <= starts;
    let full = left_full * 5 >= starts * 2 && right_full * 10 >= starts * 3;
    // Running text beside a contents list, whose lines are short.
    let wide = right_end - right.start >= RUNNING_EM * em && left.chars >= COLUMN_CHARS * left.lines;
    let running = starts >= MANY_LINES && left.lines * 2 >= starts && right_full * 10 >= starts * 7 && wide;
    clear && starts > 0 && (full || running || level * 2 < starts)
}

/// Whether several wide lines stand beside each other.
fn have_neighbours(blocks: &[Block], em: f32) -> bool {
    /// Narrower ones are cells of a table.
    const WIDE_EM: f32 = 9.0;
    let wide =
        |block: &Block| block.is_text() && block.size < HEADLINE * em && block.area.u1 - block.area.u0 > WIDE_EM * em;
    let beside =
        |a: &Block, b: &Block| b.area.v0 < a.area.v1 - 0.5 * em && (a.area.u1 < b.area.u0 || b.area.u1 < a.area.u0);
    let pairs = blocks.windows(2).filter(|pair| wide(&pair[0]) && wide(&pair[1]) && beside(&pair[0], &pair[1]));
    pairs.count() >= FEWEST_LINES as usize
}

/// Places where a column may begin: where several lines begin, and behind bars.
fn places(blocks: &[Block], rulings: &Rulings, em: f32) -> Vec<f32> {
    let mut starts: Vec<f32> = blocks.iter().filter(|block| block.is_text()).map(|block| block.area.u0).collect();
    starts.sort_unstable_by(f32::total_cmp);
    let mut places: Vec<(u32, f32)> = Vec::new();
    let mut previous = f32::NEG_INFINITY;
    // The leftmost lines begin the page.
    let edge = starts.first().map_or(0.0, |first| first + COLUMN_EM * em);
    for start in starts.into_iter().filter(|start| *start > edge) {
        match places.last_mut() {
            Some((count, first)) if start - previous < 0.2 * em && start - *first < em => *count += 1,
            _ => places.push((1, start)),
        }
        previous = start;
    }
    places.sort_by_key(|place| std::cmp::Reverse(place.0));
    places.truncate(MOST_PLACES);
    let mut places: Vec<f32> = places.into_iter().map(|(_, place)| place).collect();
    let bars = rulings.bars.iter().filter(|bar| bar.to - bar.from > 2.0 * em);
    places.extend(bars.take(MOST_PLACES).map(|bar| bar.at + 0.2 * em));
    places.sort_unstable_by(f32::total_cmp);
    places
}

/// The type size that most characters have.
fn running_size(blocks: &[Block]) -> f32 {
    let mut sizes: Vec<(f32, u32)> =
        blocks.iter().filter(|block| block.is_text()).map(|block| (block.size, block.count)).collect();
    let total: u64 = sizes.iter().map(|size| u64::from(size.1)).sum();
    sizes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut seen = 0;
    for (size, count) in sizes {
        seen += u64::from(count);
        if seen * 2 >= total {
            return size.max(0.1);
        }
    }
    10.0
}
