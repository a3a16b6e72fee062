//! The graphics state as far as text and pictures need it, and the place where text goes on.

use super::matrix::Matrix;
use crate::model::Rect;

/// The graphics state, as far as text and pictures need it.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) frame: Matrix,
    pub(super) font: Option<u16>,
    pub(super) size: f32,
    pub(super) char_space: f32,
    pub(super) word_space: f32,
    /// Horizontal scale, 1 for 100 %.
    pub(super) stretch: f32,
    pub(super) leading: f32,
    pub(super) rise: f32,
    pub(super) mode: u8,
    /// The colour that fills; `None` where it is a pattern.
    pub(super) ink: Option<[u8; 3]>,
    /// Colours are amounts of ink.
    pub(super) is_tint: bool,
    /// What lies outside is not painted; `None` for everything.
    pub(super) clip: Option<Rect>,
    /// What is painted covers what was there, by no other rule.
    pub(super) is_opaque: bool,
}

impl State {
    pub(super) fn new(frame: Matrix) -> Self {
        Self {
            frame,
            font: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            ink: Some([0; 3]),
            is_tint: false,
            clip: None,
            is_opaque: true,
        }
    }
}

/// Where text goes on: the matrix of the text, and that of its line.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) text: Matrix,
    pub(super) line: Matrix,
}

impl Pen {
    pub(super) const START: Self = Self { text: Matrix::IDENTITY, line: Matrix::IDENTITY };

    pub(super) fn next_line(&mut self, x: f32, y: f32) {
        self.line = Matrix::shift(x, y).then(&self.line);
        self.text = self.line;
    }

    #[inline]
    pub(super) fn advance(&mut self, x: f32, y: f32) {
        let (dx, dy) = self.text.distance(x, y);
        self.text.0[4] += dx;
        self.text.0[5] += dy;
    }
}
