//! A page of columns read one after the other, with headlines in them → the cuts that part its stories.
//!
//! Headlines and gutters say where a page may be cut; which cuts are right is told by how the text goes on, line by line.
//! All ways of cutting the page in two, and the halves again, are weighed by how often the reading order they give breaks
//! this, and the lightest is taken. Pages whose stories stand beside each other are read by `stories`.

use std::collections::HashMap;

use super::across::HEADLINE;
use super::columns::{Block, COLUMN_EM, What};
use super::frame::Area;

/// Most headlines and gutters of a page that is weighed.
const MOST_CUTS: usize = 120;
const MOST_GUTTERS: usize = 10;

/// Lines that begin in one place where a column begins, at least.
const FEWEST_LINES: usize = 3;

/// Lines of a column that shows alone how wide its neighbour is.
const MANY_LINES: usize = 10;

/// How far the first line of a paragraph may begin from the edge of its column, in ems.
const FIRST_LINE_EM: f32 = 2.6;

/// Most blocks that stand, by their upper edges, between a kicker and its neighbours.
const NEIGHBOURS: usize = 40;

/// How far beside its headline a kicker may stand, in ems.
const FARTHEST_EM: f32 = 80.0;

/// Most blocks looked at on one page.
const MOST_LOOKS: usize = 30_000_000;

/// How far a line of one column may reach into the gutter, in ems: the blank half of a bracket hangs out.
const OVERHANG_EM: f32 = 0.8;

/// What each oddity weighs.
const FLUSH_AFTER_END: f32 = 2.0;
const FLUSH_AFTER_HEADLINE: f32 = 1.5;
const TEXT_AFTER_SIGNATURE: f32 = 1.5;
const HEADLINE_AFTER_FULL_LINE: f32 = 0.4;
const HEADLINE_WITHOUT_TEXT: f32 = 1.0;
const HOLE: f32 = 0.6;
const OFF_CENTRE: f32 = 1.6;
const SIDE_BY_SIDE: f32 = 3.0;
const ACROSS_BEAM: f32 = 0.5;
const UNDER_WHITE: f32 = 1.0;
const GUTTER: f32 = 0.05;
const CUT: f32 = 0.12;

/// How a part of the page is read.
#[derive(Debug)]
pub(super) enum Plan {
    /// As one stretch. It may stand in several columns, as a headline does.
    Whole(Vec<Block>, (f32, f32)),
    /// One part behind the other.
    Parts(Box<Plan>, Box<Plan>),
}

/// A part of the page: from gutter to gutter and from cut to cut.
type Region = (u8, u8, u8, u8);

#[derive(Debug, Clone, Copy)]
enum Choice {
    Whole,
    Gutter(u8),
    Cut(u8),
}

#[derive(Debug, Clone, Copy)]
struct Best {
    weight: f32,
    choice: Choice,
    /// First and last line in reading order.
    ends: Option<(usize, usize)>,
}

struct Weigher<'a> {
    blocks: &'a [Block],
    em: f32,
    /// Where columns begin, with the edges of the page around.
    gutters: Vec<f32>,
    /// Heights where the page may be cut, with its edges around.
    cuts: Vec<f32>,
    /// Left and right edge of each column.
    columns: Vec<(f32, f32)>,
    /// Which blocks are headlines or their kickers.
    heads: Vec<bool>,
    /// Which lines end as a sentence or a signature does.
    closed: Vec<bool>,
    /// Which lines are of a list: they begin at the edge below one that is not full.
    listed: Vec<bool>,
    /// First lines of paragraphs are indented.
    indents: bool,
    known: HashMap<Region, Best>,
    looks: usize,
}

/// How the page is cut into stories; `None` where nothing tells. `closes` says whether a piece ends as a sentence does,
/// `paper` is the middle of the paper.
pub(super) fn plan(
    blocks: &[Block],
    gutters: &[f32],
    paper: f32,
    em: f32,
    closes: &dyn Fn(u32) -> bool,
) -> Option<Plan> {
    let edges = edges(blocks, gutters, paper, em);
    if edges.len() < 3 || edges.len() > MOST_GUTTERS {
        return None;
    }
    let closed: Vec<bool> = blocks.iter().map(|block| matches!(block.what, What::Piece(at) if closes(at))).collect();
    let heads = heads(blocks, &closed, em);
    let cuts = cuts(blocks, &heads, &edges, em);
    if cuts.len() < 3 || cuts.len() > MOST_CUTS {
        return None;
    }
    let mut weigher = Weigher {
        blocks,
        em,
        heads,
        closed,
        listed: Vec::new(),
        columns: vec![(f32::INFINITY, f32::NEG_INFINITY); edges.len() - 1],
        gutters: edges,
        cuts,
        indents: false,
        known: HashMap::new(),
        looks: 0,
    };
    weigher.measure();
    let whole = (0, (weigher.gutters.len() - 1) as u8, 0, (weigher.cuts.len() - 1) as u8);
    weigher.best(whole);
    (weigher.looks < MOST_LOOKS).then(|| weigher.plan(whole))
}

/// Where columns begin, with the edges of the page around: where several lines of running text begin, but for first
/// lines.
fn edges(blocks: &[Block], gutters: &[f32], paper: f32, em: f32) -> Vec<f32> {
    let lines = blocks.iter().filter(|block| block.is_text() && block.size < HEADLINE * em);
    let wide: Vec<&Block> = lines.filter(|block| block.area.u1 - block.area.u0 > COLUMN_EM * em).collect();
    let mut starts: Vec<f32> = wide.iter().map(|block| block.area.u0).collect();
    starts.sort_unstable_by(f32::total_cmp);
    let facing = facing(&wide, paper, em);
    let mut edges = vec![f32::NEG_INFINITY];
    // Where columns begin that were found so far, and on how many lines.
    let mut found: Vec<(f32, usize)> = Vec::new();
    for group in starts.chunk_by(|a, b| b - a < 0.1 * em) {
        let near = found.last().is_some_and(|(at, count)| group[0] - at < 3.5 * em && group.len() < count * 4);
        let crosses = |block: &&&Block| reaches_over(block, group[0], em);
        if group.len() < FEWEST_LINES || near || wide.iter().filter(crosses).count() > group.len() * 4 {
            continue;
        }
        let faces = found.len() == 1 && facing.is_some_and(|at| (at - group[0]).abs() < 0.3 * em);
        let even = found.len() > 1 && (group[0] - found[found.len() - 1].0 - found[1].0 + found[0].0).abs() < 0.3 * em;
        // The first column begins with the page.
        if !found.is_empty() && (faces || even || gutters.iter().any(|gutter| (gutter - group[0]).abs() < 0.6 * em)) {
            edges.push(group[0]);
        }
        found.push((group[0], group.len()));
    }
    edges.extend(last_edge(blocks, &found, facing, em));
    edges.push(f32::INFINITY);
    edges
}

/// Whether a block reaches over what begins at `at`, further than a mark hangs out.
fn reaches_over(block: &Block, at: f32, em: f32) -> bool {
    block.area.u0 < at - OVERHANG_EM * em && block.area.u1 > at + OVERHANG_EM * em
}

/// Where the second of two columns begins by the first: as far from the middle of the paper as that ends.
fn facing(wide: &[&Block], paper: f32, em: f32) -> Option<f32> {
    let ends = wide.iter().map(|block| block.area.u1).filter(|end| *end < paper - 0.3 * em);
    let mut ends: Vec<f32> = ends.collect();
    ends.sort_unstable_by(f32::total_cmp);
    // Where full lines end; a mark may hang out.
    let full = ends.chunk_by(|a, b| b - a < 0.1 * em).max_by_key(|group| group.len())?;
    Some(2.0 * paper - full.last()?)
}

/// Where a last column begins that has too few lines to show it: as far from the one before as that from its own, or, of
/// two columns, where it is `facing` the first one.
fn last_edge(blocks: &[Block], found: &[(f32, usize)], facing: Option<f32>, em: f32) -> Option<f32> {
    let steps: Vec<f32> = found.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let last = found.last()?;
    let (next, reach) = match steps.first() {
        Some(first) => {
            let even = steps.iter().all(|step| (step - first).abs() < 0.3 * em);
            (last.0 + even.then_some(first)?, *first)
        }
        None if last.1 < MANY_LINES => return None,
        None => (facing?, FIRST_LINE_EM * em),
    };
    let begins = |block: &&Block| (next - 0.2 * em..next + reach).contains(&block.area.u0);
    let text = || blocks.iter().filter(|block| block.is_text());
    let is_running = |block: &&Block| block.size < HEADLINE * em;
    let is_crossed = text().filter(is_running).any(|block| reaches_over(block, next, em));
    (!is_crossed && text().any(|block| begins(&block))).then_some(next)
}

/// Which blocks are headlines, and which are kickers: small lines above one, set off from what is above. What is `closed`
/// ends the story above.
fn heads(blocks: &[Block], closed: &[bool], em: f32) -> Vec<bool> {
    let is_large = |block: &Block| block.size >= HEADLINE * em;
    let mut heads: Vec<bool> = blocks.iter().map(is_large).collect();
    for (at, kicker) in
        blocks.iter().enumerate().filter(|(at, block)| block.is_text() && !is_large(block) && !closed[*at])
    {
        let over = |block: &Block, slack: f32| {
            block.area.u0 < kicker.area.u1 + slack && block.area.u1 > kicker.area.u0 - slack && block.size > 0.0
        };
        let (from, to) = (at.saturating_sub(NEIGHBOURS), blocks.len().min(at + NEIGHBOURS));
        let is_headline = |block: &Block| {
            is_large(block) && (-0.3 * em..1.2 * block.size).contains(&(block.area.v0 - kicker.area.v1))
        };
        if !blocks[at + 1..to].iter().any(|it| is_headline(it) && over(it, FARTHEST_EM * em)) {
            continue;
        }
        let text_near = |block: &Block| {
            let (above, below) = (kicker.area.v0 - block.area.v1, block.area.v0 - kicker.area.v1);
            above.max(below) > -0.3 * em && above.max(below) < 0.9 * em && !(is_large(block) && above < below)
        };
        heads[at] = !blocks[from..to].iter().any(|it| over(it, 0.0) && text_near(it));
    }
    heads
}

/// Heights above and below headlines and what stands across gutters.
fn cuts(blocks: &[Block], heads: &[bool], edges: &[f32], em: f32) -> Vec<f32> {
    let mut cuts: Vec<f32> = vec![f32::NEG_INFINITY, f32::INFINITY];
    for (block, is_head) in blocks.iter().zip(heads) {
        if *is_head || block.size > 0.0 && edges.iter().any(|at| reaches_over(block, *at, em)) {
            cuts.extend([block.area.v0 - 0.05 * em, block.area.v1 + 0.05 * em]);
        }
    }
    cuts.sort_unstable_by(f32::total_cmp);
    cuts.dedup_by(|next, kept| *next - *kept < 0.15 * em);
    cuts
}

impl Weigher<'_> {
    /// Whether a block is a headline or the kicker above one.
    fn is_head(&self, at: usize) -> bool {
        self.heads[at]
    }

    /// Finds the edges of the columns, and whether first lines are indented.
    fn measure(&mut self) {
        let lines = || self.blocks.iter().filter(|block| block.is_text() && block.size < HEADLINE * self.em);
        let mut own: Vec<Vec<Area>> = vec![Vec::new(); self.columns.len()];
        for block in lines() {
            let column = self.column_of((block.area.u0 + block.area.u1) / 2.0);
            if column == self.column_of(block.area.u0) && column == self.column_of(block.area.u1 - 0.1) {
                own[column].push(block.area);
            }
        }
        for (column, areas) in own.iter().enumerate() {
            let mut ends: Vec<f32> = areas.iter().map(|area| area.u1).collect();
            ends.sort_unstable_by(f32::total_cmp);
            let fullest = ends.chunk_by(|a, b| b - a < 0.2 * self.em).max_by_key(|group| group.len());
            let left = match self.gutters[column] {
                at if at.is_finite() => at,
                _ => self.left_edge(areas),
            };
            let right = fullest.and_then(|group| group.last()).copied();
            self.columns[column] = (left, right.unwrap_or(left));
        }
        let all = lines().count();
        let indented = (0..self.blocks.len()).filter(|&at| self.blocks[at].is_text() && self.is_indented(at)).count();
        self.indents = indented * 20 > all;
        self.listed = (0..self.blocks.len()).map(|at| self.is_listed(at)).collect();
    }

    fn is_listed(&self, at: usize) -> bool {
        let own = &self.blocks[at];
        let above = |other: &usize| {
            let it = &self.blocks[*other];
            let gap = own.area.v0 - it.area.v1;
            let over = it.area.u0 < own.area.u1 && it.area.u1 > own.area.u0;
            let is_line = it.is_text() && !self.is_head(*other);
            is_line && over && (-self.em..1.5 * self.em).contains(&gap)
        };
        let is_line = own.is_text() && !self.is_head(at) && self.margins(at).0 < 0.8;
        let last = (at.saturating_sub(NEIGHBOURS)..at).rev().find(above);
        is_line && last.is_some_and(|above| self.margins(above).0 < 0.8 && !self.is_full(above))
    }

    /// Where the lines of a column begin: a mark may hang out to the left, but not on many of them.
    fn left_edge(&self, areas: &[Area]) -> f32 {
        const HANGING: usize = 20;
        let mut starts: Vec<f32> = areas.iter().map(|area| area.u0).collect();
        starts.sort_unstable_by(f32::total_cmp);
        let shared = starts.chunk_by(|a, b| b - a < 0.2 * self.em).find(|group| group.len() * HANGING >= starts.len());
        shared.and_then(|group| group.first()).copied().unwrap_or(f32::INFINITY)
    }

    fn column_of(&self, u: f32) -> usize {
        self.gutters.partition_point(|gutter| *gutter <= u + 0.05 * self.em).clamp(1, self.columns.len()) - 1
    }

    /// How far a line begins from the left edge of its column and ends from the right one, in ems.
    fn margins(&self, at: usize) -> (f32, f32) {
        let area = self.blocks[at].area;
        let (first, last) = (self.column_of(area.u0), self.column_of((area.u0 + area.u1) / 2.0));
        let last = last.max(self.column_of(area.u1 - self.em));
        ((area.u0 - self.columns[first].0) / self.em, (self.columns[last].1 - area.u1) / self.em)
    }

    fn is_indented(&self, at: usize) -> bool {
        (1.2..3.2).contains(&self.margins(at).0)
    }

    fn is_full(&self, at: usize) -> bool {
        let (left, right) = self.margins(at);
        left < 2.6 && right < 1.4
    }

    fn is_signature(&self, at: usize) -> bool {
        let (left, right) = self.margins(at);
        left >= 3.2 && right < 2.6 && left > right + 1.5
    }

    /// What it weighs that line `b` follows line `a`.
    fn step(&self, a: usize, b: usize) -> f32 {
        let (above, below) = (&self.blocks[a], &self.blocks[b]);
        if !above.is_text() || !below.is_text() {
            return 0.0;
        }
        let over = above.area.u0 < below.area.u1 && above.area.u1 > below.area.u0;
        let gap = below.area.v0 - above.area.v1;
        let hole = if over && gap > 2.2 * self.em { HOLE } else { 0.0 };
        match (self.is_head(a), self.is_head(b)) {
            // Lines right below each other are in order, whatever they are.
            (false, false) if over && (-self.em..1.5 * self.em).contains(&gap) => 0.0,
            (true, true) if over && gap > -self.em => 0.0,
            (true, true) => HEADLINE_WITHOUT_TEXT,
            (false, true) => {
                if self.is_full(a) && !self.closed[a] {
                    HEADLINE_AFTER_FULL_LINE
                } else {
                    0.0
                }
            }
            (true, false) => {
                let flush = self.margins(b).0 < 0.8;
                hole + if gap < -self.em { HEADLINE_WITHOUT_TEXT } else { 0.0 }
                    + if self.indents && flush { FLUSH_AFTER_HEADLINE } else { 0.0 }
            }
            (false, false) if self.margins(b).0 < 0.8 => {
                let ended = !self.is_full(a) && !self.listed[a];
                hole + if self.indents && ended { FLUSH_AFTER_END } else { 0.0 }
            }
            (false, false) if self.is_signature(a) && !self.is_signature(b) => hole + TEXT_AFTER_SIGNATURE,
            (false, false) => hole,
        }
    }

    /// The blocks of a region, by their upper edge.
    fn held(&mut self, region: Region) -> Vec<usize> {
        self.looks += self.blocks.len();
        let (u0, u1) = (self.gutters[usize::from(region.0)], self.gutters[usize::from(region.1)]);
        let (v0, v1) = (self.cuts[usize::from(region.2)], self.cuts[usize::from(region.3)]);
        let inside = |block: &Block| {
            let (u, v) = ((block.area.u0 + block.area.u1) / 2.0, block.middle_v());
            u0 <= u && u < u1 && v0 <= v && v < v1
        };
        (0..self.blocks.len()).filter(|&at| inside(&self.blocks[at])).collect()
    }

    /// From where to where the columns of a region print.
    fn bounds(&self, region: Region) -> (f32, f32) {
        let columns = &self.columns[usize::from(region.0)..usize::from(region.1)];
        columns.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |all, it| (all.0.min(it.0), all.1.max(it.1)))
    }

    fn best(&mut self, region: Region) -> Best {
        if let Some(best) = self.known.get(&region) {
            return *best;
        }
        let held = self.held(region);
        let mut best = self.whole(region, &held);
        let (first, last, top, bottom) = region;
        if held.len() > 1 && self.looks < MOST_LOOKS {
            for gutter in first + 1..last {
                let Some(weight) = self.gutter_weight(&held, self.gutters[usize::from(gutter)]) else { continue };
                let (left, right) = (self.best((first, gutter, top, bottom)), self.best((gutter, last, top, bottom)));
                let weight = weight + self.white_beside(left, right);
                self.take(&mut best, weight, left, right, Choice::Gutter(gutter));
            }
            for cut in top + 1..bottom {
                let at = self.cuts[usize::from(cut)];
                let inside = |at: &&usize| self.blocks[**at].size > 0.0;
                let above = held.iter().filter(inside).filter(|it| self.blocks[**it].middle_v() < at).count();
                let through = |it: &usize| {
                    let area = self.blocks[*it].area;
                    area.v0 < at - 0.25 * self.em && area.v1 > at + 0.25 * self.em
                };
                // Another cut with the same blocks above it would say the same.
                if above == 0 || above == held.iter().filter(inside).count() || held.iter().any(through) {
                    continue;
                }
                let (upper, lower) = (self.best((first, last, top, cut)), self.best((first, last, cut, bottom)));
                self.take(&mut best, CUT, upper, lower, Choice::Cut(cut));
            }
        }
        self.known.insert(region, best);
        best
    }

    fn take(&self, best: &mut Best, weight: f32, first: Best, second: Best, choice: Choice) {
        let (step, ends) = match (first.ends, second.ends) {
            (Some(a), Some(b)) => (self.step(a.1, b.0), Some((a.0, b.1))),
            (a, b) => (0.0, a.or(b)),
        };
        let weight = weight + step + first.weight + second.weight;
        if weight < best.weight {
            *best = Best { weight, choice, ends };
        }
    }

    /// What it weighs that white is at the head of the left part and a headline beside it: it should stand over both.
    fn white_beside(&self, left: Best, right: Best) -> f32 {
        match (left.ends, right.ends) {
            (Some((text, _)), Some((headline, _))) if !self.is_head(text) && self.is_head(headline) => {
                let white = self.blocks[text].area.v0 - self.blocks[headline].area.v0;
                if white > 0.8 * self.em { UNDER_WHITE } else { 0.0 }
            }
            _ => 0.0,
        }
    }

    /// What a cut along a gutter weighs; `None` if text stands in it.
    fn gutter_weight(&self, held: &[usize], at: f32) -> Option<f32> {
        let mut weight = GUTTER;
        for &it in held {
            let block = &self.blocks[it];
            if reaches_over(block, at, self.em) {
                match block.what {
                    What::Beam if self.is_between(held, block.area.v0) => weight += ACROSS_BEAM,
                    What::Beam => {}
                    _ => return None,
                }
            }
        }
        Some(weight)
    }

    /// Whether text stands both above and below `v`.
    fn is_between(&self, held: &[usize], v: f32) -> bool {
        let mut middles = held.iter().map(|&at| &self.blocks[at]).filter(|block| block.size > 0.0).map(Block::middle_v);
        let above = middles.clone().any(|middle| middle < v);
        above && middles.any(|middle| middle > v)
    }

    /// A region as one stretch.
    fn whole(&self, region: Region, held: &[usize]) -> Best {
        let (u0, u1) = self.bounds(region);
        let mut weight = 0.0;
        let mut ends: Option<(usize, usize)> = None;
        for &at in held.iter().filter(|&&at| self.blocks[at].size > 0.0) {
            let area = self.blocks[at].area;
            if self.is_head(at) && self.blocks[at].is_text() {
                let (left, right) = (area.u0 - u0, u1 - area.u1);
                if (left - right).abs() > 2.4 * self.em && left.abs() > 0.8 * self.em {
                    weight += OFF_CENTRE;
                }
            }
            let Some((first, last)) = ends else {
                ends = Some((at, at));
                continue;
            };
            let before = self.blocks[last].area;
            let beside = before.v1 - area.v0 > 0.5 * (before.v1 - before.v0).min(area.v1 - area.v0);
            if beside {
                weight += if self.blocks[at].is_text() && self.blocks[last].is_text() { SIDE_BY_SIDE } else { 0.0 };
            } else {
                weight += self.step(last, at);
            }
            ends = Some((first, at));
        }
        Best { weight, choice: Choice::Whole, ends }
    }

    fn plan(&mut self, region: Region) -> Plan {
        let (first, last, top, bottom) = region;
        let halves = match self.best(region).choice {
            Choice::Whole => {
                let blocks = self.held(region).into_iter().map(|at| self.blocks[at]).collect();
                return Plan::Whole(blocks, self.bounds(region));
            }
            Choice::Gutter(gutter) => [(first, gutter, top, bottom), (gutter, last, top, bottom)],
            Choice::Cut(cut) => [(first, last, top, cut), (first, last, cut, bottom)],
        };
        let [a, b] = halves.map(|half| Box::new(self.plan(half)));
        Plan::Parts(a, b)
    }
}
