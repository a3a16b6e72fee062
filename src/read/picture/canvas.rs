//! Rows of pixels in, from the top → the grey plane of a page, and its red plane where there is red print.

use super::error::{PictureError, PictureLimits, damaged};
use crate::model::Picture;

/// This share of clearly red pixels is red print: one small stamp on a page.
const RED_SHARE: f64 = 0.0005;

/// Red stands this far above green and blue in red print.
const RED_EXCESS: u8 = 60;

/// A picture may lack this share of its rows at the foot: files often claim a few more than they have.
const MISSING_SHARE: f64 = 0.02;

/// A picture under construction.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    grey: Vec<u8>,
    /// The red plane, from the first coloured row on.
    red: Option<Vec<u8>>,
    reds: usize,
}

/// The planes of a picture; the red one wherever there was colour.
#[derive(Debug, Clone)]
pub(crate) struct Planes {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) grey: Vec<u8>,
    pub(crate) red: Option<Vec<u8>>,
    /// How many pixels are clearly red.
    pub(crate) reds: usize,
}

/// Both sides of a picture, if it is not empty and within `limits`.
pub(crate) fn checked_size(width: u64, height: u64, limits: &PictureLimits) -> Result<(usize, usize), PictureError> {
    if width == 0 || height == 0 {
        return Err(damaged("it has no pixels"));
    }
    match width.checked_mul(height) {
        Some(pixels) if pixels <= limits.pixels as u64 => Ok((width as usize, height as usize)),
        _ => Err(PictureError::LimitPixels { width, height, limit: limits.pixels }),
    }
}

impl Canvas {
    /// An empty canvas of that size.
    ///
    /// # Errors
    /// If it is larger than `limits` allow.
    pub(crate) fn new(width: u64, height: u64, limits: &PictureLimits) -> Result<Self, PictureError> {
        let (width, height) = checked_size(width, height, limits)?;
        Ok(Self { width, height, grey: Vec::with_capacity(width * height), red: None, reds: 0 })
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Rows that are still to come.
    pub(crate) fn rows_left(&self) -> usize {
        self.height - self.grey.len() / self.width
    }

    /// The next row, one byte a pixel. Rows beyond the last are dropped.
    pub(crate) fn grey_row(&mut self, row: &[u8]) {
        if self.rows_left() == 0 || row.len() < self.width {
            return;
        }
        self.grey.extend_from_slice(&row[..self.width]);
        if let Some(red) = &mut self.red {
            red.extend_from_slice(&row[..self.width]);
        }
    }

    /// The next row, three bytes a pixel: red, green, blue.
    pub(crate) fn rgb_row(&mut self, row: &[u8]) {
        if self.rows_left() == 0 || row.len() < self.width * 3 {
            return;
        }
        let (pixels, _) = row[..self.width * 3].as_chunks::<3>();
        let red = self.red.get_or_insert_with(|| {
            let mut red = Vec::with_capacity(self.width * self.height);
            red.extend_from_slice(&self.grey);
            red
        });
        self.grey.extend(pixels.iter().map(|&rgb| luminance(rgb)));
        red.extend(pixels.iter().map(|rgb| rgb[0]));
        self.reds += pixels.iter().map(|&rgb| usize::from(is_red(rgb))).sum::<usize>();
    }

    /// The picture. A few rows that never came are white.
    ///
    /// # Errors
    /// If more than a few are missing.
    pub(crate) fn finish(mut self) -> Result<Planes, PictureError> {
        let missing = self.rows_left();
        if missing as f64 > (self.height as f64 * MISSING_SHARE).max(1.0) || missing == self.height {
            return Err(damaged(format!("it breaks off behind row {} of {}", self.height - missing, self.height)));
        }
        self.grey.resize(self.width * self.height, 255);
        if let Some(red) = &mut self.red {
            red.resize(self.width * self.height, 255);
        }
        let Self { width, height, grey, red, reds } = self;
        Ok(Planes { width, height, grey, red, reds })
    }
}

/// How bright a colour is.
pub(crate) fn luminance([red, green, blue]: [u8; 3]) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue) + 128) >> 8) as u8
}

/// Whether a colour is clearly red.
pub(crate) fn is_red([red, green, blue]: [u8; 3]) -> bool {
    red.saturating_sub(green.max(blue)) >= RED_EXCESS
}

impl Planes {
    /// The planes as a picture: without the red one where there is no red print.
    pub(crate) fn into_picture(self, dpi: Option<(f32, f32)>) -> Picture {
        let Self { width, height, grey, red, reds } = self;
        let has_red = reds > 0 && reds as f64 >= grey.len() as f64 * RED_SHARE;
        Picture { width, height, grey, red: red.filter(|_| has_red), dpi }
    }

    /// The planes turned.
    pub(crate) fn turned(self, turn: Turn) -> Self {
        if turn == Turn::NONE {
            return self;
        }
        let size = (self.width, self.height);
        let grey = turn.plane(self.grey, size);
        let red = self.red.map(|red| turn.plane(red, size));
        let (width, height) = turn.size(size);
        Self { width, height, grey, red, reds: self.reds }
    }
}

/// One of the eight ways to lay a sheet on a desk: first its axes are swapped (mirrored in the falling diagonal), then
/// it is mirrored left to right, then top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Turn {
    pub(crate) swap: bool,
    pub(crate) flip_x: bool,
    pub(crate) flip_y: bool,
}

impl Turn {
    pub(crate) const NONE: Self = Self { swap: false, flip_x: false, flip_y: false };

    /// The turn that makes a picture upright whose `Orientation` (TIFF, EXIF) is `value`; 0 and unknown ones are 1.
    pub(crate) fn of_orientation(value: u64) -> Self {
        let (swap, flip_x, flip_y) = match value {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { swap, flip_x, flip_y }
    }

    /// A pair for both axes behind the turn.
    pub(crate) fn size<T>(self, (x, y): (T, T)) -> (T, T) {
        if self.swap { (y, x) } else { (x, y) }
    }

    fn plane(self, mut plane: Vec<u8>, (width, height): (usize, usize)) -> Vec<u8> {
        let mut width = width;
        if self.swap {
            plane = transposed(&plane, (width, height));
            width = height;
        }
        match (self.flip_x, self.flip_y) {
            (true, true) => plane.reverse(),
            (true, false) => plane.chunks_exact_mut(width).for_each(<[u8]>::reverse),
            (false, true) => {
                let rows = plane.len() / width;
                for row in 0..rows / 2 {
                    let (above, below) = plane.split_at_mut((rows - 1 - row) * width);
                    above[row * width..(row + 1) * width].swap_with_slice(&mut below[..width]);
                }
            }
            (false, false) => {}
        }
        plane
    }
}

/// Rows become columns. Done in squares, so that both sides stay in the cache.
fn transposed(plane: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    const SIDE: usize = 32;
    let mut turned = vec![0; plane.len()];
    for top in (0..height).step_by(SIDE) {
        for left in (0..width).step_by(SIDE) {
            for x in left..(left + SIDE).min(width) {
                let column = &mut turned[x * height..(x + 1) * height];
                for y in top..(top + SIDE).min(height) {
                    column[y] = plane[y * width + x];
                }
            }
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of a picture of two rows and three columns behind the turn of an orientation.
    fn turned(orientation: u64) -> (usize, String) {
        let planes = Planes { width: 3, height: 2, grey: b"abcdef".to_vec(), red: None, reds: 0 };
        let turned = planes.turned(Turn::of_orientation(orientation));
        (turned.width, String::from_utf8(turned.grey).unwrap())
    }

    #[test]
    fn each_orientation_is_made_upright() {
        let words: Vec<(usize, String)> = (1..=8).map(turned).collect();
        let wanted = ["abcdef", "cbafed", "fedcba", "defabc", "adbecf", "daebfc", "fcebda", "cfbead"];
        assert_eq!(words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>(), wanted);
        assert_eq!(words.iter().map(|(width, _)| *width).collect::<Vec<_>>(), [3, 3, 3, 3, 2, 2, 2, 2]);
    }

    #[test]
    fn the_red_plane_stays_where_there_is_red_print() {
        let limits = PictureLimits::default();
        let picture = |colour: [u8; 3]| {
            let mut canvas = Canvas::new(2, 2, &limits).unwrap();
            canvas.grey_row(&[0, 255]);
            canvas.rgb_row(&[colour, [255; 3]].concat());
            canvas.finish().unwrap().into_picture(None)
        };
        assert_eq!(picture([10, 10, 200]).red, None);
        let stamped = picture([220, 40, 50]);
        assert_eq!(stamped.red, Some(vec![0, 255, 220, 255]));
        assert_eq!(stamped.grey, [0, 255, 95, 255]);
    }

    #[test]
    fn half_a_picture_is_damaged() {
        let mut canvas = Canvas::new(1, 200, &PictureLimits::default()).unwrap();
        (0..100).for_each(|_| canvas.grey_row(&[0]));
        assert!(canvas.finish().is_err());
    }
}
