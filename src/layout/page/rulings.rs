//! The rulings of a page in the frame of its main way: bars stand across the lines, beams run along them.

use super::frame::{Area, Way};
use crate::model::Rect;

/// A straight line on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ruling {
    /// Where it stands: `u` of a bar, `v` of a beam.
    pub(super) at: f32,
    /// From where, along the other axis.
    pub(super) from: f32,
    /// To where.
    pub(super) to: f32,
}

/// The rulings of a page.
#[derive(Debug, Default)]
pub(super) struct Rulings {
    /// Across the lines, by place.
    pub(super) bars: Vec<Ruling>,
    /// Along the lines, by place.
    pub(super) beams: Vec<Ruling>,
}

/// A ruling is no thicker than this, in points.
const THICKEST: f32 = 4.0;

/// Shorter ones are dashes and underlines of a character, in points.
const SHORTEST: f32 = 8.0;

/// Pieces of one ruling are this near each other, in points.
const NEAR: f32 = 2.0;

/// A page with more is a drawing, whose lines say nothing about its text.
const MOST: usize = 600;

impl Rulings {
    /// The rulings of a page, in the frame of `way`.
    pub(super) fn new(rects: &[Rect], way: Way) -> Self {
        let mut rulings = Self::default();
        for rect in rects {
            let area = Area::of(rect, way);
            let (along, across) = (area.u1 - area.u0, area.v1 - area.v0);
            if along <= THICKEST && across >= SHORTEST {
                rulings.bars.push(Ruling { at: (area.u0 + area.u1) / 2.0, from: area.v0, to: area.v1 });
            } else if across <= THICKEST && along >= SHORTEST {
                rulings.beams.push(Ruling { at: (area.v0 + area.v1) / 2.0, from: area.u0, to: area.u1 });
            }
        }
        for list in [&mut rulings.bars, &mut rulings.beams] {
            merge(list);
            if list.len() > MOST {
                list.clear();
            }
        }
        rulings
    }

    /// Whether a bar stands between `u0` and `u1` beside a line at `v`.
    pub(super) fn parts(&self, u0: f32, u1: f32, v: f32) -> bool {
        let first = self.bars.partition_point(|bar| bar.at < u0);
        self.bars[first..].iter().take_while(|bar| bar.at <= u1).any(|bar| bar.from <= v && v <= bar.to)
    }
}

/// Pieces that continue each other become one.
fn merge(list: &mut Vec<Ruling>) {
    list.sort_unstable_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)).then(a.to.total_cmp(&b.to)));
    // A bar may be drawn as a thin box or a stroke, so pieces differ by its thickness; those of one place come together.
    let mut start = 0;
    for index in 1..list.len() {
        if list[index].at - list[start].at <= NEAR {
            list[index].at = list[start].at;
        } else {
            start = index;
        }
    }
    list.sort_unstable_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    list.dedup_by(|next, kept| {
        let joined = next.at == kept.at && next.from <= kept.to + NEAR;
        if joined {
            kept.to = kept.to.max(next.to);
        }
        joined
    });
}
