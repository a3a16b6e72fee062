//! Lines set into a page that runs the other way: headlines from top to bottom on a page of horizontal print, and the
//! reverse.

use super::frame::{Area, Way};
use super::runs::Piece;

/// Lines of another way that stand together.
#[derive(Debug)]
pub(super) struct Inset {
    pub(super) pieces: Vec<Piece>,
    /// Its box in the frame of its own way.
    area: Area,
    way: Way,
    /// Largest type size in it.
    pub(super) size: f32,
    /// Characters in it.
    pub(super) count: u32,
}

/// Lines of one inset stand nearer to each other, in ems of the larger type.
const NEAR_EM: f32 = 1.2;

/// With more pieces than this the page is no print, and they are one inset.
const MOST: usize = 400;

impl Inset {
    /// Its box in the frame of an upright page that runs `main`.
    pub(super) fn area_in(&self, main: Way) -> Area {
        self.area.rect(self.way).map_or(self.area, |rect| Area::of(&rect, main))
    }
}

/// The insets made of `pieces`.
pub(super) fn insets(pieces: Vec<Piece>) -> Vec<Inset> {
    let whole = pieces.len() > MOST;
    let mut insets: Vec<Inset> = Vec::new();
    for piece in pieces {
        let mut area = piece.area();
        let mut inset = Inset { pieces: vec![piece], area, way: piece.way, size: piece.size, count: piece.count };
        // All that the new piece touches becomes one.
        let mut index = 0;
        while index < insets.len() {
            let near = NEAR_EM * insets[index].size.max(inset.size);
            let other = insets[index].area;
            let touches = other.u0 - near < area.u1
                && area.u0 - near < other.u1
                && other.v0 - near < area.v1
                && area.v0 - near < other.v1;
            if whole || touches {
                let mut united = insets.swap_remove(index);
                united.pieces.append(&mut inset.pieces);
                united.size = united.size.max(inset.size);
                united.count += inset.count;
                united.area = united.area.with(inset.area);
                area = united.area;
                inset = united;
                index = 0;
            } else {
                index += 1;
            }
        }
        insets.push(inset);
    }
    insets
}
