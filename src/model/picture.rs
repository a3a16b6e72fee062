//! The picture of a page: what recognition reads.

/// A page as a picture in shades of grey, upright as its file shows it, rows from top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width in pixels, at least 1.
    pub width: usize,
    /// Height in pixels, at least 1.
    pub height: usize,
    /// `width * height` shades, 0 black to 255 white; where the picture is transparent, white.
    pub grey: Vec<u8>,
    /// The red light of each pixel, as long as `grey`, where the page has red print: red ink is white in it, so that
    /// text under a stamp can be read.
    pub red: Option<Vec<u8>>,
    /// Pixels an inch across and down, as the file says; `None` where it does not.
    pub dpi: Option<(f32, f32)>,
}
