//! A printed character where it stands.

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

use super::Rect;

/// One printed character of a source with geometry, in the frame of [`geometry`](super::Rect): 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The character; `None` where the source does not say which one the shape is. Never guessed.
    pub c: Option<char>,
    /// Where it is set, in points: the point on the baseline where it begins, or, if `vertical`, the middle of its
    /// cell's upper edge.
    pub x: f32,
    /// See `x`.
    pub y: f32,
    /// From there to where it ends, in points; `(+, 0)` is print from left to right, `(0, +)` from top to bottom.
    pub dx: f32,
    /// See `dx`.
    pub dy: f32,
    /// Type size in points, as displayed.
    pub size: f32,
    /// Index of its face in [`GlyphPage::faces`].
    pub face: u16,
    /// Set in a font for vertical writing.
    pub vertical: bool,
    /// Not painted: the text layer under or over a picture of the page.
    pub invisible: bool,
    /// Filled and stroked, which makes it bold.
    pub stroked: bool,
    /// How sure the recogniser was; `None` for a character that was not recognised.
    pub confidence: Option<Confidence>,
}

/// How sure a recogniser was of a character, in steps of 1/255 above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(NonZeroU8);

impl Confidence {
    /// The step nearest to `share`, which is taken into 0..=1.
    pub fn new(share: f32) -> Self {
        Self(NonZeroU8::new((share.clamp(0.0, 1.0) * 255.0).round() as u8).unwrap_or(NonZeroU8::MIN))
    }

    /// As a share, 0..=1.
    pub fn share(self) -> f32 {
        f32::from(self.0.get()) / 255.0
    }
}

/// How far a Han character reaches above the baseline, in ems.
const ASCENT_EM: f32 = 0.88;

/// How far it reaches below.
const DESCENT_EM: f32 = 0.12;

impl Glyph {
    /// The part of its place that the character number `order` of `count` has, where several share it.
    pub fn part(&self, order: usize, count: usize) -> Self {
        let (dx, dy, order) = (self.dx / count as f32, self.dy / count as f32, order as f32);
        Self { x: self.x + dx * order, y: self.y + dy * order, dx, dy, ..*self }
    }

    /// The cell it stands in.
    pub fn rect(&self) -> Option<Rect> {
        let length = self.dx.hypot(self.dy);
        let (end_x, end_y) = (self.x + self.dx, self.y + self.dy);
        // Unit vector across the line, from the baseline to the top of the letters.
        let (up_x, up_y) = if length > 0.0 { (self.dy / length, -self.dx / length) } else { (0.0, -1.0) };
        let (above, below) = if self.vertical {
            (self.size / 2.0, self.size / 2.0)
        } else {
            (self.size * ASCENT_EM, self.size * DESCENT_EM)
        };
        let xs = [self.x + up_x * above, self.x - up_x * below, end_x + up_x * above, end_x - up_x * below];
        let ys = [self.y + up_y * above, self.y - up_y * below, end_y + up_y * above, end_y - up_y * below];
        let least = |edges: [f32; 4]| edges.into_iter().fold(f32::INFINITY, f32::min);
        let most = |edges: [f32; 4]| edges.into_iter().fold(f32::NEG_INFINITY, f32::max);
        Rect::new(least(xs), least(ys), most(xs), most(ys))
    }
}

/// A page as its printed characters.
#[derive(Debug, Clone, PartialEq)]
pub struct GlyphPage {
    /// 1-based page number.
    pub number: u32,
    /// Width as displayed, points.
    pub width: f32,
    /// Height as displayed, points.
    pub height: f32,
    /// The characters, in the order in which the source paints them.
    pub glyphs: Vec<Glyph>,
    /// The glyphs that lines begin with, ascending from 0, where the source says which glyphs make a line and in which
    /// order lines are read; else empty.
    pub line_starts: Vec<u32>,
    /// The faces they are set in.
    pub faces: Vec<Face>,
    /// Pictures on the page.
    pub images: Vec<Rect>,
    /// Straight lines and thin boxes drawn on the page: rules between columns, the grid of a table.
    pub rulings: Vec<Rect>,
    /// What the page is made of.
    pub class: PageClass,
}

/// A typeface at one weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Its name as the source gives it, without subset tag.
    pub name: String,
    /// Bold by its name or description.
    pub bold: bool,
}

/// What a page is made of, as far as its text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PageClass {
    /// Painted characters.
    Text,
    /// Characters that are not painted, over a picture of the page: somebody recognised it before.
    HiddenText,
    /// Characters that another program recognised, in a file of its own.
    Recognised,
    /// No character, and a picture.
    ImageOnly,
    /// No character and no picture.
    Empty,
    /// Too many of its characters are unknown or no text.
    Garbled,
    /// Behind the limit of what is read of one file.
    Unread,
}

impl PageClass {
    /// The word written in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::HiddenText => "hidden_text",
            Self::Recognised => "recognised",
            Self::ImageOnly => "image_only",
            Self::Empty => "empty",
            Self::Garbled => "garbled",
            Self::Unread => "unread",
        }
    }

    /// Whether a program recognised its characters in a picture.
    pub fn is_recognised(self) -> bool {
        matches!(self, Self::HiddenText | Self::Recognised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAN: Glyph = Glyph {
        c: Some('党'),
        x: 100.0,
        y: 200.0,
        dx: 10.0,
        dy: 0.0,
        size: 10.0,
        face: 0,
        vertical: false,
        invisible: false,
        stroked: false,
        confidence: None,
    };

    fn edges(glyph: Glyph) -> [f32; 4] {
        let rect = glyph.rect().unwrap();
        [rect.x0(), rect.top(), rect.x1(), rect.bottom()]
    }

    #[test]
    fn confidence_takes_no_room() {
        assert_eq!(size_of::<Glyph>(), 32);
        assert_eq!(Confidence::new(1.7).share(), 1.0);
        assert_eq!(Confidence::new(0.5).share(), 128.0 / 255.0);
    }

    #[test]
    fn a_cell_stands_on_its_baseline() {
        assert_eq!(edges(HAN), [100.0, 191.2, 110.0, 201.2]);
    }

    #[test]
    fn vertical_cells_hang_from_the_middle_of_their_upper_edge() {
        assert_eq!(edges(Glyph { dx: 0.0, dy: 10.0, vertical: true, ..HAN }), [95.0, 200.0, 105.0, 210.0]);
    }

    #[test]
    fn turned_letters_stand_on_a_turned_baseline() {
        assert_eq!(edges(Glyph { dx: 0.0, dy: 10.0, ..HAN }), [98.8, 200.0, 108.8, 210.0]);
    }
}
