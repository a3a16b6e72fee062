//! A glyph → the way it runs and its cell in the frame of that way, where lines run along `u` and follow each other
//! along `v`. All that comes later (lines, columns, measures) is the same for every way.

use serde::{Deserialize, Serialize};

use crate::model::{Glyph, Rect};

/// Which way a line runs on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Way {
    /// From left to right.
    Across,
    /// From top to bottom with upright characters, the next line to the left.
    Down,
    /// From top to bottom, turned to the right.
    Clockwise,
    /// From bottom to top, turned to the left.
    Upwards,
    /// From right to left, standing on its head.
    UpsideDown,
    /// On a slant.
    Oblique,
}

/// Number of ways.
pub(super) const WAYS: usize = 6;

/// A glyph's place in the frame of its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Where it begins along the line.
    pub(super) u: f32,
    /// Its baseline, or the middle of a line from top to bottom.
    pub(super) v: f32,
    /// How far it reaches along the line.
    pub(super) length: f32,
}

/// How far a character reaches above its baseline, in ems.
pub(super) const ASCENT_EM: f32 = 0.88;

/// How far the middle of upright letters lies above their baseline, in ems.
const MIDDLE_EM: f32 = 0.38;

/// A baseline that rises by less than this share of its length is level: pages were scanned a little askew.
const LEVEL: f32 = 0.15;

/// Places are held to this many points, so that no sum of them is infinite.
const FARTHEST: f32 = 1.0e6;

fn held(value: f32) -> f32 {
    if value.is_finite() { value.clamp(-FARTHEST, FARTHEST) } else { 0.0 }
}

/// The type size to reckon with: a size that is no size counts as one point.
pub(super) fn size(glyph: &Glyph) -> f32 {
    if glyph.size > 0.01 && glyph.size < FARTHEST { glyph.size } else { 1.0 }
}

/// The way a glyph runs by itself; upright ones may yet be stacked (see [`stacks`]).
pub(super) fn way(glyph: &Glyph) -> Way {
    let (dx, dy) = (glyph.dx, glyph.dy);
    if dy == 0.0 && dx > 0.0 && !glyph.vertical {
        return Way::Across;
    }
    let (along, across) = (dx.abs(), dy.abs());
    if across <= LEVEL * along {
        if dx >= 0.0 { Way::Across } else { Way::UpsideDown }
    } else if along <= LEVEL * across {
        match (dy > 0.0, glyph.vertical) {
            (true, true) => Way::Down,
            (true, false) => Way::Clockwise,
            (false, _) => Way::Upwards,
        }
    } else if along.is_finite() && across.is_finite() {
        Way::Oblique
    } else {
        Way::Across
    }
}

/// The cell of a glyph in the frame of `way`.
pub(super) fn cell(glyph: &Glyph, way: Way) -> Cell {
    let (x, y, dx, dy) = (held(glyph.x), held(glyph.y), held(glyph.dx), held(glyph.dy));
    match way {
        Way::Across => Cell { u: x, v: y, length: dx.abs() },
        Way::UpsideDown => Cell { u: -x, v: -y, length: dx.abs() },
        Way::Clockwise => Cell { u: y, v: -x, length: dy.abs() },
        Way::Upwards => Cell { u: -y, v: x, length: dy.abs() },
        Way::Down if glyph.vertical => Cell { u: y, v: -x, length: dy.abs() },
        Way::Down if dy > dx => Cell { u: y, v: -(x + MIDDLE_EM * size(glyph)), length: dy },
        Way::Down => Cell { u: y - ASCENT_EM * size(glyph), v: -(x + dx / 2.0), length: size(glyph) },
        Way::Oblique => {
            let length = dx.hypot(dy).max(f32::MIN_POSITIVE);
            let (ex, ey) = (dx / length, dy / length);
            Cell { u: x * ex + y * ey, v: y * ex - x * ey, length }
        }
    }
}

/// How far a line of this type size reaches to both sides of `v`.
pub(super) fn reach(way: Way, size: f32) -> (f32, f32) {
    match way {
        Way::Down => (size * 0.5, size * 0.5),
        _ => (size * ASCENT_EM, size * (1.0 - ASCENT_EM)),
    }
}

/// A box of the frame of a way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Area {
    pub(super) u0: f32,
    pub(super) u1: f32,
    pub(super) v0: f32,
    pub(super) v1: f32,
}

impl Area {
    /// The smallest box that holds both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            u0: self.u0.min(other.u0),
            u1: self.u1.max(other.u1),
            v0: self.v0.min(other.v0),
            v1: self.v1.max(other.v1),
        }
    }

    /// The box of a page as one of the frame of `way`; a page on the slant has none of its own.
    pub(super) fn of(rect: &Rect, way: Way) -> Self {
        let (x0, x1, y0, y1) = (held(rect.x0()), held(rect.x1()), held(rect.top()), held(rect.bottom()));
        let (u0, u1, v0, v1) = match way {
            Way::Across | Way::Oblique => (x0, x1, y0, y1),
            Way::UpsideDown => (-x1, -x0, -y1, -y0),
            Way::Down | Way::Clockwise => (y0, y1, -x1, -x0),
            Way::Upwards => (-y1, -y0, x0, x1),
        };
        Self { u0, u1, v0, v1 }
    }

    /// The box on the page; `None` for one on the slant.
    pub(super) fn rect(self, way: Way) -> Option<Rect> {
        let Self { u0, u1, v0, v1 } = self;
        match way {
            Way::Across => Rect::new(u0, v0, u1, v1),
            Way::UpsideDown => Rect::new(-u1, -v1, -u0, -v0),
            Way::Down | Way::Clockwise => Rect::new(-v1, u0, -v0, u1),
            Way::Upwards => Rect::new(v0, -u1, v1, -u0),
            Way::Oblique => None,
        }
    }
}

/// Which glyphs of a page stand one below the other though their font is for horizontal writing, and how many glyphs run
/// each way.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    /// Ranges of glyphs that run down, ascending.
    down: Vec<(u32, u32)>,
    /// On a page of vertical writing a glyph that stands alone runs down, too.
    all: bool,
    /// Glyphs by way.
    counts: [usize; WAYS],
}

/// Fewest glyphs of a stack: three characters below each other may be the ends of three lines.
const STACK: usize = 4;

/// How far the middles of a stack's characters may lie apart, in ems.
const ASKEW_EM: f32 = 0.15;

/// How far its characters may overlap, and how far they may stand apart, in ems.
const STACK_STEP_EM: std::ops::Range<f32> = -0.35..0.5;

/// Upright glyphs that are painted one below the other, as browsers set vertical writing, with the turned letters and
/// digits between them.
pub(super) fn stacks(glyphs: &[Glyph]) -> Stacks {
    let mut stacks = Stacks::default();
    let mut start = 0;
    while start < glyphs.len() {
        let mut end = start + 1;
        while end < glyphs.len() && follows_below(&glyphs[end - 1], &glyphs[end]) {
            end += 1;
        }
        let stack = &glyphs[start..end];
        let upright = stack.iter().filter(|glyph| way(glyph) == Way::Across).count();
        if stack.len() >= STACK && upright * 2 > stack.len() {
            stacks.down.push((start as u32, end as u32));
            stacks.counts[Way::Down as usize] += stack.len();
        } else {
            for glyph in stack {
                stacks.counts[way(glyph) as usize] += 1;
            }
        }
        start = end;
    }
    stacks.all = stacks.counts[Way::Down as usize] * 3 > glyphs.len();
    stacks
}

/// Whether no glyph painted before or after it stands beside it.
fn stands_alone(index: usize, glyphs: &[Glyph]) -> bool {
    let beside = |left: &Glyph, right: &Glyph| {
        let em = size(left).max(size(right));
        (left.y - right.y).abs() < ASKEW_EM * em && STACK_STEP_EM.contains(&((right.x - left.x - left.dx) / em))
    };
    let glyph = &glyphs[index];
    let before = index.checked_sub(1).is_some_and(|before| beside(&glyphs[before], glyph));
    !before && !glyphs.get(index + 1).is_some_and(|after| beside(glyph, after))
}

fn follows_below(above: &Glyph, below: &Glyph) -> bool {
    // Nearly all pairs of a page stand side by side and end here.
    if below.y <= above.y || above.vertical || below.vertical {
        return false;
    }
    let stackable = |glyph: &Glyph| matches!(way(glyph), Way::Across | Way::Clockwise);
    if !stackable(above) || !stackable(below) {
        return false;
    }
    let (upper, lower) = (cell(above, Way::Down), cell(below, Way::Down));
    let em = size(above).max(size(below));
    (upper.v - lower.v).abs() < ASKEW_EM * em
        && STACK_STEP_EM.contains(&((lower.u - upper.u - upper.length) / em))
        && size(above).min(size(below)) > 0.7 * em
}

impl Stacks {
    /// The way most glyphs of the page run.
    pub(super) fn main(&self) -> Way {
        const ALL: [Way; WAYS] = [Way::Across, Way::Down, Way::Clockwise, Way::Upwards, Way::UpsideDown, Way::Oblique];
        // Of equals the first: `max_by_key` would take the last.
        ALL.into_iter().rev().max_by_key(|way| self.counts[*way as usize]).unwrap_or(Way::Across)
    }

    /// The way the glyph of this index runs; `next` is the place in the list of stacks, moved on as indices ascend.
    pub(super) fn way(&self, index: usize, glyphs: &[Glyph], next: &mut usize) -> Way {
        let glyph = &glyphs[index];
        let alone = way(glyph);
        while self.down.get(*next).is_some_and(|stack| stack.1 as usize <= index) {
            *next += 1;
        }
        let stacked = self.down.get(*next).is_some_and(|stack| stack.0 as usize <= index);
        match alone {
            _ if stacked => Way::Down,
            Way::Clockwise if self.all => Way::Down,
            Way::Across if self.all && glyph.dx > 0.8 * size(glyph) && stands_alone(index, glyphs) => Way::Down,
            _ => alone,
        }
    }
}
