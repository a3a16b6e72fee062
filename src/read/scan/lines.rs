//! What the network sees and where the ink is → lines: each box brought to its ink, with the bullets, dashes and marks at
//! its ends that the network passes over, and candidates for what it did not see at all.

use super::detect::{Seen, Slant};
use super::ink::{Blob, Ink};

/// A line to be read, in the directions of [`Slant`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    /// Its ink.
    pub(super) u0: f32,
    pub(super) v0: f32,
    pub(super) u1: f32,
    pub(super) v1: f32,
    /// How large its characters are at most, pixels: its ink may be less high, as that of a dash.
    pub(super) em: f32,
    /// Runs from top to bottom.
    pub(super) vertical: bool,
    /// The network did not see it.
    pub(super) doubtful: bool,
}

impl Line {
    pub(super) fn length(&self) -> f32 {
        if self.vertical { self.v1 - self.v0 } else { self.u1 - self.u0 }
    }
}

/// A blob in the directions of the page.
#[derive(Debug, Clone, Copy)]
struct Spot {
    u0: f32,
    v0: f32,
    u1: f32,
    v1: f32,
}

impl Spot {
    fn of(blob: &Blob, slant: Slant) -> Self {
        let (u, v) = slant.along((blob.x0 + blob.x1) / 2.0, (blob.y0 + blob.y1) / 2.0);
        let (wide, tall) = (blob.width() / 2.0, blob.height() / 2.0);
        Self { u0: u - wide, v0: v - tall, u1: u + wide, v1: v + tall }
    }

    fn u(&self) -> f32 {
        (self.u0 + self.u1) / 2.0
    }

    fn v(&self) -> f32 {
        (self.v0 + self.v1) / 2.0
    }

    fn wide(&self) -> f32 {
        self.u1 - self.u0
    }

    fn tall(&self) -> f32 {
        self.v1 - self.v0
    }

    fn size(&self) -> f32 {
        self.wide().max(self.tall())
    }

    /// A rule, and not a dash or a stroke.
    fn is_rule(&self, em: f32) -> bool {
        let (long, thin) = (self.size(), self.wide().min(self.tall()));
        long > 3.0 * em && thin < 0.3 * em
    }
}

/// A box is vertical if it is so many times as tall as wide, and longer than one character.
const VERTICAL: f32 = 1.6;

/// Boxes that are less apart touch, as a share of their height.
const TOUCH: f32 = 0.1;

/// Boxes of large print that are less apart are parted by a blank.
const BLANK: f32 = 0.22;

/// A box is one of large print if it is higher, in ems of the running text.
const LARGE_EM: f32 = 2.0;

/// The ink behind the end of a line belongs to it if it is not farther off, in ems.
const REACH_EM: f32 = 1.3;

/// All that is taken up so at one end is not longer, in ems.
const MOST_TAKEN_UP_EM: f32 = 3.0;

/// Smaller ink is a speck when it stands alone, in ems.
const SPECK_EM: f32 = 0.16;

/// What the network passed over is asked about if it is as large, in ems.
const CANDIDATE_EM: f32 = 0.35;

/// So many candidates of a page are asked about at most, the largest first.
const MOST_CANDIDATES: usize = 24;

/// The lines of a page of `width` by `height` pixels with characters of about `em`.
pub(super) fn lines(seen: &[Seen], slant: Slant, ink: &Ink, em: f32, width: f32, height: f32) -> Vec<Line> {
    let mut boxes = joined(seen, em);
    boxes.sort_by(|a, b| a.v0.total_cmp(&b.v0).then(a.u0.total_cmp(&b.u0)));
    let spots: Vec<Spot> = ink.blobs.iter().map(|blob| Spot::of(blob, slant)).collect();
    let buckets = Buckets::new(&boxes, em);
    let mut lines: Vec<Option<Line>> = vec![None; boxes.len()];
    let mut free: Vec<Spot> = Vec::new();
    for spot in &spots {
        match buckets.holding(&boxes, spot) {
            Some(index) => take_up(&mut lines[index], &boxes[index], spot, em),
            None => free.push(*spot),
        }
    }
    let mut lines: Vec<Line> =
        lines.into_iter().zip(&boxes).map(|(line, own)| line.unwrap_or_else(|| as_seen(own, em))).collect();
    free.retain(|spot| !spot.is_rule(em) && spot.size() >= SPECK_EM * em);
    reach_out(&mut lines, &mut free);
    lines.extend(candidates(free, em, ink.step, width, height));
    lines
}

fn is_vertical(own: &Seen, em: f32) -> bool {
    own.height() > VERTICAL * own.width() && own.height() > 1.8 * em
}

/// A line with no ink of its own: fat print that hangs together with a frame, or pale print.
fn as_seen(own: &Seen, em: f32) -> Line {
    let vertical = is_vertical(own, em);
    let thick = if vertical { own.width() } else { own.height() };
    // What was given back is more than the ink.
    let less = thick * 0.12;
    let (u0, v0, u1, v1) = (own.u0 + less, own.v0 + less, own.u1 - less, own.v1 - less);
    Line { u0, v0, u1, v1, em: thick * 0.76, vertical, doubtful: false }
}

/// Adds a spot of ink to the line of the box it lies in.
fn take_up(line: &mut Option<Line>, own: &Seen, spot: &Spot, em: f32) {
    let vertical = is_vertical(own, em);
    let (thick, reach) = if vertical { (own.width(), own.height()) } else { (own.height(), own.width()) };
    let (spot_thick, spot_long) = if vertical { (spot.wide(), spot.tall()) } else { (spot.tall(), spot.wide()) };
    // Frames, rules and stamps are no print of this line.
    if spot_thick > 1.25 * thick || spot_long > reach.max(1.25 * thick) || spot.is_rule(thick) {
        return;
    }
    // Ink that reaches beyond the box belongs to a neighbour too.
    let (u0, u1) = (spot.u0.max(own.u0), spot.u1.min(own.u1));
    let (v0, v1) = (spot.v0.max(own.v0), spot.v1.min(own.v1));
    *line = Some(match *line {
        None => Line { u0, v0, u1, v1, em: thick * 0.76, vertical, doubtful: false },
        Some(line) => {
            Line { u0: line.u0.min(u0), v0: line.v0.min(v0), u1: line.u1.max(u1), v1: line.v1.max(v1), ..line }
        }
    });
}

/// Boxes in one row that touch are one line; those of large print also where a blank parts them, in which the network,
/// asked at the size of the running text, sees a gap.
fn joined(seen: &[Seen], em: f32) -> Vec<Seen> {
    let mut boxes: Vec<Seen> = seen.to_vec();
    boxes.sort_by(|a, b| a.u0.total_cmp(&b.u0).then(a.v0.total_cmp(&b.v0)));
    let mut at = 0;
    while at < boxes.len() {
        let own = boxes[at];
        let goes_on = |other: &Seen| {
            let (least, most) = (own.height().min(other.height()), own.height().max(other.height()));
            let overlap = own.v1.min(other.v1) - own.v0.max(other.v0);
            let blank = if least > LARGE_EM * em { BLANK } else { TOUCH };
            overlap > 0.6 * least && most < 1.5 * least && other.u0 - own.u1 < blank * least && other.u0 >= own.u0
        };
        let flat = |seen: &Seen| seen.height() < VERTICAL * seen.width();
        let next = boxes.iter().enumerate().skip(at + 1).find(|(_, other)| flat(&own) && flat(other) && goes_on(other));
        match next.map(|(index, _)| index) {
            Some(index) => {
                let other = boxes.remove(index);
                boxes[at] = Seen {
                    u0: own.u0.min(other.u0),
                    v0: own.v0.min(other.v0),
                    u1: own.u1.max(other.u1),
                    v1: own.v1.max(other.v1),
                };
            }
            None => at += 1,
        }
    }
    boxes
}

/// Boxes by the stretches of the page they reach over.
struct Buckets {
    step: f32,
    first: f32,
    rows: Vec<Vec<u32>>,
}

impl Buckets {
    fn new(boxes: &[Seen], em: f32) -> Self {
        let first = boxes.iter().map(|own| own.v0).fold(f32::INFINITY, f32::min);
        let last = boxes.iter().map(|own| own.v1).fold(f32::NEG_INFINITY, f32::max);
        let step = em.max((last - first) / 4096.0).max(1.0);
        let mut buckets = Self { step, first, rows: Vec::new() };
        for (index, own) in boxes.iter().enumerate() {
            let (from, to) = (buckets.row(own.v0), buckets.row(own.v1));
            if buckets.rows.len() <= to {
                buckets.rows.resize(to + 1, Vec::new());
            }
            for row in &mut buckets.rows[from..=to] {
                row.push(index as u32);
            }
        }
        buckets
    }

    fn row(&self, v: f32) -> usize {
        ((v - self.first) / self.step).max(0.0) as usize
    }

    /// The box that the middle of a spot lies in; of several the smallest.
    fn holding(&self, boxes: &[Seen], spot: &Spot) -> Option<usize> {
        let (u, v) = (spot.u(), spot.v());
        let own = self.rows.get(self.row(v))?.iter().map(|index| *index as usize);
        let holds = |index: &usize| {
            let it = &boxes[*index];
            it.u0 <= u && u <= it.u1 && it.v0 <= v && v <= it.v1
        };
        let room = |index: &usize| boxes[*index].width() * boxes[*index].height();
        own.filter(holds).min_by(|a, b| room(a).total_cmp(&room(b)))
    }
}

/// Takes up the free ink at the ends of lines: bullets, dashes, marks.
fn reach_out(lines: &mut [Line], free: &mut Vec<Spot>) {
    free.sort_by(|a, b| a.v().total_cmp(&b.v()).then(a.u0.total_cmp(&b.u0)));
    let mut taken = vec![false; free.len()];
    for index in 0..lines.len() {
        let line = lines[index];
        if line.vertical {
            continue;
        }
        let em = line.em.max(line.v1 - line.v0);
        let middle = (line.v0 + line.v1) / 2.0;
        let from = free.partition_point(|spot| spot.v() < middle - 0.6 * em);
        let to = free.partition_point(|spot| spot.v() <= middle + 0.6 * em);
        let mut near: Vec<usize> = (from..to).filter(|at| !taken[*at] && free[*at].size() <= 1.4 * em).collect();
        near.retain(|at| free[*at].v0 > middle - 0.75 * em && free[*at].v1 < middle + 0.75 * em);
        // No further than the neighbours in the row.
        let beside = |other: &Line| other.v0 < line.v1 - 0.3 * em && other.v1 > line.v0 + 0.3 * em;
        let others = || lines.iter().enumerate().filter(|(at, other)| *at != index && beside(other));
        let left_end = others().map(|(_, other)| other.u1).filter(|u| *u <= line.u0).fold(f32::MIN, f32::max);
        let right_end = others().map(|(_, other)| other.u0).filter(|u| *u >= line.u1).fold(f32::MAX, f32::min);
        let mut grown = line;
        near.sort_by(|a, b| free[*b].u1.total_cmp(&free[*a].u1));
        for &at in &near {
            let spot = &free[at];
            let fits = spot.u() < grown.u0 && grown.u0 - spot.u1 <= REACH_EM * em;
            if fits && line.u0 - spot.u0 <= MOST_TAKEN_UP_EM * em && spot.u0 > left_end + 0.3 * em {
                grown.u0 = grown.u0.min(spot.u0);
                taken[at] = true;
            }
        }
        near.sort_by(|a, b| free[*a].u0.total_cmp(&free[*b].u0));
        for &at in &near {
            let spot = &free[at];
            let fits = spot.u() > grown.u1 && spot.u0 - grown.u1 <= REACH_EM * em;
            if fits && spot.u1 - line.u1 <= MOST_TAKEN_UP_EM * em && spot.u1 < right_end - 0.3 * em {
                grown.u1 = grown.u1.max(spot.u1);
                taken[at] = true;
            }
        }
        lines[index] = grown;
    }
    let mut at = 0;
    free.retain(|_| {
        at += 1;
        !taken[at - 1]
    });
}

/// What looks like a line of its own in the ink that no line took.
fn candidates(free: Vec<Spot>, em: f32, step: f32, width: f32, height: f32) -> Vec<Line> {
    let edge = 0.012 * width.max(height);
    let inside = |spot: &Spot| {
        spot.u0 > edge - 0.1 * width && spot.v0 > edge - 0.1 * height && spot.u1 < 1.1 * width && spot.v1 < 1.1 * height
    };
    let fits = |spot: &Spot| spot.size() <= 2.5 * em && spot.size() >= 4.0 * step && inside(spot);
    let mut spots: Vec<Spot> = free.into_iter().filter(fits).collect();
    spots.sort_by(|a, b| a.v().total_cmp(&b.v()).then(a.u0.total_cmp(&b.u0)));
    let mut groups: Vec<Spot> = Vec::new();
    for spot in spots {
        let near = |group: &&mut Spot| {
            let gap = (spot.u0 - group.u1).max(group.u0 - spot.u1);
            gap < 0.8 * em
                && spot.v0 < group.v1
                && spot.v1 > group.v0
                && spot.v1.max(group.v1) - spot.v0.min(group.v0) < 1.6 * em
        };
        match groups.iter_mut().rev().take(64).find(near) {
            Some(group) => {
                *group = Spot {
                    u0: group.u0.min(spot.u0),
                    v0: group.v0.min(spot.v0),
                    u1: group.u1.max(spot.u1),
                    v1: group.v1.max(spot.v1),
                };
            }
            None => groups.push(spot),
        }
    }
    groups.retain(|group| group.size() >= CANDIDATE_EM * em && group.tall() <= 2.0 * em);
    groups.sort_by(|a, b| b.wide().total_cmp(&a.wide()));
    groups.truncate(MOST_CANDIDATES);
    groups
        .into_iter()
        .map(|Spot { u0, v0, u1, v1 }| Line { u0, v0, u1, v1, em, vertical: false, doubtful: true })
        .collect()
}
