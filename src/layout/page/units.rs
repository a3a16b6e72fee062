//! The blocks of a page of columns → units: headlines with all that belongs to them, stretches of columns, pictures with
//! their captions. No cut between stories goes through a unit.

use super::across::HEADLINE;
use super::columns::{Block, What};
use super::frame::Area;
use super::rulings::{Ruling, Rulings};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A headline with its kickers and byline.
    Head,
    /// Running text, or whatever else is read line by line.
    Text,
    /// A picture with its caption: text flows around it.
    Picture,
}

/// How a stretch of text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// With a paragraph.
    Indented,
    /// At the left edge, as a line that goes on.
    Flush,
    Unknown,
}

/// How a stretch of text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// In the middle of a sentence.
    Open,
    /// With a sentence, at the end of a full line.
    Full,
    /// Before the right edge.
    Short,
}

/// What is read in one go.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) kind: Kind,
    pub(super) area: Area,
    /// From the top down.
    pub(super) blocks: Vec<Block>,
    /// The edges of its column.
    pub(super) column: (f32, f32),
    pub(super) begin: Begin,
    pub(super) end: End,
    /// Largest type in it.
    pub(super) size: f32,
    rows: Vec<Line>,
}

/// A line of a unit.
#[derive(Debug, Clone, Copy)]
struct Line {
    area: Area,
    /// The last of its blocks in `Unit::blocks`.
    block: Block,
}

/// How the print of a page is measured.
#[derive(Clone, Copy)]
pub(super) struct Measure<'a> {
    /// Size of the running text.
    pub(super) em: f32,
    /// Usual distance of its baselines.
    pub(super) leading: f32,
    pub(super) beams: &'a [Ruling],
    /// Whether a piece ends as sentences do.
    pub(super) closes: &'a dyn Fn(u32) -> bool,
}

/// A line further below the one above is set apart from it, in usual distances.
const APART: f32 = 1.28;

/// Lines on one baseline differ by less, in ems.
const LEVEL_EM: f32 = 0.3;

/// How far a line may stick out of its column, in ems: marks hang, recognised boxes are uneven.
const STICKS_OUT_EM: f32 = 1.2;

/// The widest indent of a first line, in ems.
const INDENT_EM: f32 = 3.2;

/// Lines of a kicker, a byline or a caption, at most.
const FEW_LINES: usize = 2;

/// Small lines on one side of a headline, at most.
const PASSES: usize = 3;

/// Lines that show how wide a column is, as far as it goes.
const LATEST_LINES: usize = 4;

/// Lines from which the edges of a column are taken, at least.
const COLUMN_LINES: usize = 3;

impl<'a> Measure<'a> {
    pub(super) fn new(blocks: &[Block], em: f32, rulings: &'a Rulings, closes: &'a dyn Fn(u32) -> bool) -> Self {
        /// Blocks looked at for the line above one.
        const ABOVE: usize = 60;
        let lines: Vec<&Block> = blocks.iter().filter(|it| it.is_text() && it.size < HEADLINE * em).collect();
        let mut distances: Vec<f32> = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            let over = |it: &&&Block| it.area.u0 < line.area.u1 && it.area.u1 > line.area.u0;
            let above = lines[at.saturating_sub(ABOVE)..at].iter().rev().filter(over);
            let nearest = above.map(|it| line.area.v1 - it.area.v1).filter(|it| *it > 0.9 * em).min_by(f32::total_cmp);
            distances.extend(nearest.filter(|it| *it < 2.5 * em));
        }
        distances.sort_unstable_by(f32::total_cmp);
        // Most lines stand below another of their column.
        let leading = distances.get(distances.len() / 2).copied().unwrap_or(1.5 * em);
        Self { em, leading, beams: &rulings.beams, closes }
    }

    fn is_large(&self, block: &Block) -> bool {
        block.size >= HEADLINE * self.em
    }

    /// Whether a ruling stands between two lines.
    pub(super) fn parted(&self, above: &Area, below: &Area) -> bool {
        let middle = (below.u0.max(above.u0) + below.u1.min(above.u1)) / 2.0;
        let first = self.beams.partition_point(|beam| beam.at < above.v1 - 0.3 * self.em);
        let between = self.beams[first..].iter().take_while(|beam| beam.at < below.v0 + 0.3 * self.em);
        between.into_iter().any(|beam| beam.from <= middle && middle <= beam.to && beam.to - beam.from > 4.0 * self.em)
    }
}

fn overlap(a: &Area, b: &Area) -> f32 {
    a.u1.min(b.u1) - a.u0.max(b.u0)
}

fn width(area: &Area) -> f32 {
    area.u1 - area.u0
}

impl Unit {
    fn new(kind: Kind, block: Block) -> Self {
        let area = block.area;
        let rows = vec![Line { area, block }];
        let (column, size) = ((area.u0, area.u1), block.size);
        Self { kind, area, blocks: vec![block], column, begin: Begin::Unknown, end: End::Short, size, rows }
    }

    /// Whether it is a stretch of a column beyond doubt.
    pub(super) fn is_column(&self) -> bool {
        self.kind == Kind::Text && self.rows.len() >= COLUMN_LINES
    }

    fn last(&self) -> &Line {
        &self.rows[self.rows.len() - 1]
    }

    /// Adds a block, to the last line if it stands beside it.
    fn push(&mut self, block: Block, beside: bool) {
        self.area = self.area.with(block.area);
        self.size = self.size.max(block.size);
        self.blocks.push(block);
        match self.rows.last_mut() {
            Some(row) if beside => {
                let right = if block.area.u1 > row.area.u1 { block } else { row.block };
                *row = Line { area: row.area.with(block.area), block: right };
            }
            _ => self.rows.push(Line { area: block.area, block }),
        }
    }

    /// Takes in what stands above or below it.
    fn absorb(&mut self, other: Self) {
        self.area = self.area.with(other.area);
        self.size = self.size.max(other.size);
        self.blocks.extend(other.blocks);
        self.rows.extend(other.rows);
        self.blocks.sort_by(|a, b| a.area.v1.total_cmp(&b.area.v1));
        self.rows.sort_by(|a, b| a.area.v1.total_cmp(&b.area.v1));
    }

    fn empty() -> Self {
        let area = Area { u0: 0.0, u1: 0.0, v0: 0.0, v1: 0.0 };
        let (begin, end) = (Begin::Unknown, End::Short);
        Self { kind: Kind::Text, area, blocks: vec![], column: (0.0, 0.0), begin, end, size: 0.0, rows: vec![] }
    }

    /// Keeps what ends above `v` and gives the rest.
    fn split_off(&mut self, v: f32) -> Self {
        let mut parts = [Self::empty(), Self::empty()];
        let (blocks, rows) = (std::mem::take(&mut self.blocks), std::mem::take(&mut self.rows));
        for block in blocks {
            parts[usize::from(block.area.v1 > v)].blocks.push(block);
        }
        for row in rows {
            parts[usize::from(row.area.v1 > v)].rows.push(row);
        }
        for part in &mut parts {
            let areas = part.rows.iter().map(|row| row.area);
            part.area = areas.reduce(Area::with).unwrap_or(part.area);
            part.column = (part.area.u0, part.area.u1);
            (part.kind, part.size) = (self.kind, self.size);
        }
        let [above, below] = parts;
        *self = above;
        below
    }

    /// Where its lines begin, but for first ones.
    fn left(&self, em: f32) -> f32 {
        let least = self.rows.iter().fold(f32::INFINITY, |least, row| least.min(row.area.u0));
        // The mean of the lines at the edge: recognised ones are uneven.
        let near = self.rows.iter().map(|row| row.area.u0).filter(|u0| *u0 < least + 0.5 * em);
        let (sum, count) = near.fold((0.0, 0.0), |all, u0| (all.0 + u0, all.1 + 1.0));
        sum / f32::max(count, 1.0)
    }

    /// Where most of its longer lines end.
    fn right(&self, em: f32) -> f32 {
        let mut ends: Vec<f32> = self.rows.iter().map(|row| row.area.u1).collect();
        ends.sort_unstable_by(f32::total_cmp);
        let fullest = ends.chunk_by(|a, b| b - a < 0.3 * em).rev().max_by_key(|group| group.len());
        let fullest = fullest.filter(|group| group.len() * 4 > self.rows.len() && self.rows.len() > FEW_LINES);
        fullest.and_then(|group| group.get(group.len() / 2)).or(ends.last()).copied().unwrap_or(self.area.u1)
    }

    /// It is closed by a mark that ends a sentence.
    fn is_closed(&self, measure: &Measure) -> bool {
        closes(&self.last().block, measure)
    }
}

fn closes(block: &Block, measure: &Measure) -> bool {
    matches!(block.what, What::Piece(index) if (measure.closes)(index))
}

/// The units of a page; `blocks` come by their upper edge. Rulings are in none.
pub(super) fn units(blocks: &[Block], measure: &Measure) -> Vec<Unit> {
    let mut units = stacks(blocks, measure);
    split_outliers(&mut units, measure);
    // A byline may stand below a second headline, and a second kicker above the first.
    for _ in 0..PASSES {
        with_small_print(&mut units, measure);
    }
    find_edges(&mut units, measure);
    units
}

/// Lines below each other, and pictures by themselves.
fn stacks(blocks: &[Block], measure: &Measure) -> Vec<Unit> {
    let em = measure.em;
    let mut units: Vec<Unit> = Vec::new();
    let mut texts: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block.what {
            What::Beam => {}
            What::Picture => units.push(Unit::new(Kind::Picture, *block)),
            What::Piece(_) => texts.push(*block),
            What::Inset(_) if measure.is_large(block) => units.push(Unit::new(Kind::Head, *block)),
            What::Inset(_) | What::Table(_) => units.push(Unit::new(Kind::Text, *block)),
        }
    }
    texts.sort_by(|a, b| a.area.v1.total_cmp(&b.area.v1).then(a.area.u0.total_cmp(&b.area.u0)));
    // Units that may go on.
    let mut open: Vec<usize> = Vec::new();
    let mut above: Vec<Option<usize>> = Vec::new();
    let mut start = 0;
    while start < texts.len() {
        let first = texts[start].area;
        let end = start + texts[start..].partition_point(|it| it.area.v1 - first.v1 < LEVEL_EM * em);
        let row = &texts[start..end];
        open.retain(|&at| first.v0 - units[at].area.v1 < 2.0 * units[at].size.max(em));
        above.clear();
        above.extend(row.iter().map(|block| goes_on(block, &mut units, &mut open, measure)));
        let before = units.len();
        for (place, block) in row.iter().enumerate() {
            let beside = |at: usize| above[..place].contains(&Some(at));
            // A line over several columns is of none of them.
            let alone = |at: usize| {
                let below = row.iter().filter(|it| overlap(&units[at].area, &it.area) > em).count();
                below < 2 || units[at].kind == Kind::Text && units[at].rows.len() > FEW_LINES + usize::from(beside(at))
            };
            match above[place].filter(|at| alone(*at)) {
                Some(at) => {
                    let beside = beside(at);
                    units[at].push(*block, beside);
                }
                None => {
                    let kind = if measure.is_large(block) { Kind::Head } else { Kind::Text };
                    units.push(Unit::new(kind, *block));
                }
            }
        }
        open.extend(before..units.len());
        start = end;
    }
    units.retain(|unit| !unit.blocks.is_empty());
    units
}

/// The unit that a line continues. Parts of a line that was read in two become one where the next line stands below both.
fn goes_on(block: &Block, units: &mut [Unit], open: &mut Vec<usize>, measure: &Measure) -> Option<usize> {
    let mut found: Option<usize> = None;
    for &at in open.iter() {
        if is_below(block, &units[at], measure) {
            let more = |best: usize| overlap(&units[at].area, &block.area) > overlap(&units[best].area, &block.area);
            found = Some(found.filter(|best| !more(*best)).unwrap_or(at));
        }
    }
    let best = found?;
    let holds = |unit: &Unit| unit.area.u0 > block.area.u0 - measure.em && unit.area.u1 < block.area.u1 + measure.em;
    let level = |a: &Unit, b: &Unit| (a.area.v1 - b.area.v1).abs() < LEVEL_EM * measure.em;
    if units[best].kind == Kind::Text && units[best].rows.len() == 1 && holds(&units[best]) {
        for place in (0..open.len()).rev() {
            let at = open[place];
            let part = &units[at];
            let is_part = at != best && part.kind == Kind::Text && part.rows.len() == 1;
            if is_part && holds(part) && level(part, &units[best]) {
                let part = std::mem::take(&mut units[at].blocks);
                open.remove(place);
                for block in part {
                    units[best].push(block, true);
                }
            }
        }
    }
    Some(best)
}

/// Whether a line stands right below a unit, as the next of its lines.
fn is_below(block: &Block, unit: &Unit, measure: &Measure) -> bool {
    let em = measure.em;
    let (last, area) = (unit.last().area, &block.area);
    let (small, large) = (block.size.min(unit.size), block.size.max(unit.size));
    let over = overlap(&unit.area, area);
    if over <= 0.0 || !matches!(unit.rows[0].block.what, What::Piece(_)) || measure.parted(&last, area) {
        return false;
    }
    match (unit.kind, measure.is_large(block)) {
        (Kind::Head, true) => {
            (-0.4 * small..0.8 * small.max(0.6 * large)).contains(&(area.v0 - last.v1))
                && over > 0.5 * width(&unit.area).min(width(area))
        }
        (Kind::Text, false) => {
            let far = APART * measure.leading * (block.size / em).max(0.85);
            let latest = unit.rows.iter().rev().take(LATEST_LINES).map(|row| row.area);
            let column = latest.reduce(Area::with).unwrap_or(last);
            let inside = area.u0 > column.u0 - STICKS_OUT_EM * em && area.u1 < column.u1 + STICKS_OUT_EM * em;
            let young = unit.rows.len() <= FEW_LINES && (area.u0 - unit.area.u0).abs() < INDENT_EM * em;
            large < 1.2 * small && (LEVEL_EM * em..far).contains(&(area.v1 - last.v1)) && (inside || young)
        }
        _ => false,
    }
}

/// Parts first lines from a stretch that are not of it: those that stand over more than its column, and below a headline
/// short ones that end no sentence.
fn split_outliers(units: &mut Vec<Unit>, measure: &Measure) {
    let em = measure.em;
    let far = STICKS_OUT_EM * em + 0.3 * em;
    let heads: Vec<Area> = units.iter().filter(|unit| unit.kind == Kind::Head).map(|unit| unit.area).collect();
    for at in 0..units.len() {
        let unit = &units[at];
        if unit.kind != Kind::Text || unit.rows.len() < COLUMN_LINES {
            continue;
        }
        let below_head = |line: &Area| {
            heads.iter().any(|head| overlap(head, line) > 0.0 && (-0.4 * em..1.2 * em).contains(&(line.v0 - head.v1)))
        };
        let edges = |rows: &[Line]| {
            rows.iter()
                .fold((f32::INFINITY, f32::NEG_INFINITY), |all, it| (all.0.min(it.area.u0), all.1.max(it.area.u1)))
        };
        let (left, right) = edges(&unit.rows[1..]);
        let first = unit.rows[0].area;
        let (indent, room) = ((first.u0 - left) / em, (right - first.u1) / em);
        let is_short = room > STICKS_OUT_EM || indent > INDENT_EM || (0.8..1.3).contains(&indent);
        let is_byline = is_short && !closes(&unit.rows[0].block, measure) && below_head(&first);
        if first.u0 < left - far || first.u1 > right + far || is_byline {
            let cut = first.v1 + 0.1 * measure.em;
            let rest = units[at].split_off(cut);
            units.push(rest);
        }
    }
}

/// Kickers, bylines and captions go to the headlines and pictures that they belong to.
fn with_small_print(units: &mut Vec<Unit>, measure: &Measure) {
    let em = measure.em;
    let mut host: Vec<Option<usize>> = vec![None; units.len()];
    for at in 0..units.len() {
        let small = &units[at];
        let is_small = small.kind == Kind::Text && small.rows.len() <= FEW_LINES && !small.is_closed(measure);
        if !is_small || !matches!(small.blocks[0].what, What::Piece(_)) {
            continue;
        }
        let mut best: Option<(f32, usize)> = None;
        for (place, unit) in units.iter().enumerate().filter(|(_, unit)| unit.kind != Kind::Text) {
            let over = overlap(&small.area, &unit.area);
            let (above, below) = (unit.area.v0 - small.area.v1, small.area.v0 - unit.area.v1);
            let gap = above.max(below);
            let most = match unit.kind {
                Kind::Head if above > below => 0.8 * unit.size,
                Kind::Head => 1.2 * em,
                _ if above > below => f32::NEG_INFINITY,
                _ => 1.6 * em,
            };
            let near = gap > -0.4 * em && gap < most && over > 0.5 * width(&small.area).min(width(&unit.area));
            if near && best.is_none_or(|best| gap < best.0) {
                best = Some((gap, place));
            }
        }
        let Some((gap, place)) = best else { continue };
        // Text that stands as near to it on the other side, or begins a paragraph, is what it belongs to.
        let is_nearer = |other: &Unit| {
            let (above, below) = (small.area.v0 - other.area.v1, other.area.v0 - small.area.v1);
            let away = if units[place].area.v0 > small.area.v0 { above } else { below };
            other.kind == Kind::Text
                && overlap(&small.area, &other.area) > 0.0
                && away > -0.4 * em
                && away < (0.9 * em).min(gap)
                && (other.column.0 - small.area.u0).abs() < INDENT_EM * em
        };
        if !units.iter().enumerate().any(|(other, unit)| other != at && is_nearer(unit)) {
            host[at] = Some(place);
        }
    }
    for at in 0..units.len() {
        if let Some(place) = host[at] {
            let small = std::mem::replace(&mut units[at], Unit::empty());
            units[place].absorb(small);
        }
    }
    units.retain(|unit| !unit.blocks.is_empty());
}

/// Finds the column of each stretch, and how it begins and ends.
fn find_edges(units: &mut [Unit], measure: &Measure) {
    let em = measure.em;
    let wide: Vec<(Area, (f32, f32))> = units
        .iter()
        .filter(|unit| unit.kind == Kind::Text && unit.rows.len() >= COLUMN_LINES)
        .map(|unit| (unit.area, (unit.left(em), unit.right(em))))
        .collect();
    for unit in units.iter_mut() {
        if unit.kind != Kind::Text {
            unit.column = (unit.area.u0, unit.area.u1);
            continue;
        }
        unit.column = (unit.left(em), unit.right(em));
        // A stretch of few lines may be all short or all indented: another above or below it shows the column.
        if unit.rows.len() <= COLUMN_LINES {
            let area = unit.area;
            let around = wide.iter().filter(|(_, (left, right))| {
                (-0.3 * em..INDENT_EM * em).contains(&(area.u0 - left)) && area.u1 < right + STICKS_OUT_EM * em
            });
            let distance = |other: &Area| (other.v0 - area.v1).max(area.v0 - other.v1);
            if let Some((_, column)) = around.min_by(|a, b| distance(&a.0).total_cmp(&distance(&b.0))) {
                unit.column = *column;
            }
        }
        let (first, last) = (unit.rows[0].area, unit.last().area);
        let indent = (first.u0 - unit.column.0) / em;
        unit.begin = match indent {
            it if it < 0.8 => Begin::Flush,
            it if (1.2..INDENT_EM).contains(&it) => Begin::Indented,
            _ => Begin::Unknown,
        };
        unit.end = match unit.column.1 - last.u1 {
            _ if !matches!(unit.last().block.what, What::Piece(_)) => End::Short,
            room if room > 1.6 * em => End::Short,
            _ if unit.is_closed(measure) => End::Full,
            _ => End::Open,
        };
    }
}
