//! The pictures a page paints, each with what it is painted from and what else had been painted before.

use lopdf::{ObjectId, Stream};

use super::matrix::Matrix;
use super::state::State;
use crate::model::Rect;

/// The pictures of a page, in the order in which it paints them.
#[derive(Default)]
pub(super) struct Placed<'a> {
    pub(super) list: Vec<Place<'a>>,
    /// Paths and shadings painted so far.
    pub(super) drawn: usize,
    /// Bytes of visible text painted so far.
    pub(super) written: usize,
    /// Some pictures are not in the list: they lie inside the content, or are too many.
    pub(super) is_cut: bool,
}

/// One picture.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) stream: &'a Stream,
    pub(super) id: Option<ObjectId>,
    /// From the unit square, whose upper edge is the picture's, to the page as displayed.
    pub(super) frame: Matrix,
    /// What a mask is painted with; `None` for a pattern.
    pub(super) ink: Option<[u8; 3]>,
    pub(super) clip: Option<Rect>,
    pub(super) is_opaque: bool,
    /// [`Placed::drawn`] and [`Placed::written`] before it.
    pub(super) drawn: usize,
    pub(super) written: usize,
}

/// A page cut into more strips than this is no scan.
const MOST: usize = 4096;

impl<'a> Placed<'a> {
    pub(super) fn push(&mut self, stream: &'a Stream, id: Option<ObjectId>, state: &State) {
        if self.list.len() == MOST {
            self.is_cut = true;
            return;
        }
        let State { frame, ink, clip, is_opaque, .. } = *state;
        let (drawn, written) = (self.drawn, self.written);
        self.list.push(Place { stream, id, frame, ink, clip, is_opaque, drawn, written });
    }

    /// A picture inside the content.
    pub(super) fn push_inline(&mut self) {
        self.is_cut = true;
    }

    /// A path was painted.
    pub(super) fn draw(&mut self, paths: usize) {
        self.drawn += paths;
    }

    /// Text was painted.
    pub(super) fn write(&mut self, bytes: usize) {
        self.written += bytes;
    }
}
