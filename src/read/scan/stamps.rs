//! Shades of grey and the red plane in, shades out in which the red ink of stamps and marks over black print is gone.
//! Red print that stands by itself, such as a masthead, stays.

use super::plane::{Histogram, PAPER_PERCENT};

/// A page has so many cells along its longer side: five or more to a character.
const CELLS: usize = 400;

/// A cell is at least so many pixels wide, or it would have one ink alone.
const LEAST_SIDE: usize = 4;

/// A pixel so much lighter in red light than in all light is red ink.
const RED: u8 = 40;

/// A pixel darker in red light than this share of the paper is black ink.
const BLACK: f32 = 0.55;

/// A cell has an ink that covers this share of it.
const COVERED: f32 = 0.12;

/// Red ink lies over black print where so many of its cells have both, ...
const MIXED_CELLS: usize = 6;

/// ... which is at least this share of them.
const MIXED_SHARE: f32 = 0.02;

/// Red ink is still a little dark in red light; its difference is taken so many times.
const WASHED: f32 = 1.3;

/// Takes the red ink that lies over black print out of `grey`, a plane `width` pixels wide.
pub(super) fn lift(grey: &mut [u8], red: &[u8], width: usize) {
    if width == 0 || grey.is_empty() || grey.len() != red.len() {
        return;
    }
    let side = width.max(grey.len() / width).div_ceil(CELLS).max(LEAST_SIDE);
    let paper = Histogram::of(red).brightest(PAPER_PERCENT);
    let cells = Cells::of(grey, red, (width, side), paper);
    for blob in cells.blobs() {
        let mixed = blob.iter().filter(|cell| cells.black[**cell]).count();
        if mixed < MIXED_CELLS || (mixed as f32) < MIXED_SHARE * blob.len() as f32 {
            continue;
        }
        for (x0, x1, y) in blob.iter().flat_map(|cell| cells.rows(*cell)) {
            let row = y * width;
            for (shade, light) in grey[row + x0..row + x1].iter_mut().zip(&red[row + x0..row + x1]) {
                let more = WASHED * f32::from(light.saturating_sub(*shade));
                *shade = (f32::from(*shade) + more).min(f32::from(paper.max(*shade))) as u8;
            }
        }
    }
}

/// The page in squares, each with the inks it has.
struct Cells {
    across: usize,
    side: usize,
    /// Width and height of the page, pixels.
    size: (usize, usize),
    red: Vec<bool>,
    black: Vec<bool>,
}

impl Cells {
    fn of(grey: &[u8], red: &[u8], (width, side): (usize, usize), paper: u8) -> Self {
        let height = grey.len() / width;
        let (across, down) = (width.div_ceil(side), height.div_ceil(side));
        let black = (f32::from(paper) * BLACK) as u8;
        let mut counts = vec![(0u32, 0u32); across * down];
        for (y, (own, light)) in grey.chunks_exact(width).zip(red.chunks_exact(width)).enumerate() {
            let row = &mut counts[y / side * across..][..across];
            for ((count, own), light) in row.iter_mut().zip(own.chunks(side)).zip(light.chunks(side)) {
                for (shade, light) in own.iter().zip(light) {
                    count.0 += u32::from(light.saturating_sub(*shade) >= RED);
                    count.1 += u32::from(*light < black);
                }
            }
        }
        let least = COVERED * (side * side) as f32;
        let has = |count: u32| count as f32 >= least;
        Self {
            across,
            side,
            size: (width, height),
            red: counts.iter().map(|count| has(count.0)).collect(),
            black: counts.iter().map(|count| has(count.1)).collect(),
        }
    }

    /// The cells with red ink that hang together.
    fn blobs(&self) -> Vec<Vec<usize>> {
        let mut free = self.red.clone();
        let mut blobs = Vec::new();
        for first in 0..free.len() {
            if !std::mem::take(&mut free[first]) {
                continue;
            }
            let mut blob = vec![first];
            let mut next = 0;
            while let Some(&cell) = blob.get(next) {
                next += 1;
                let (x, y) = (cell % self.across, cell / self.across);
                for near_y in y.saturating_sub(1)..=y + 1 {
                    for near_x in x.saturating_sub(1)..=(x + 1).min(self.across - 1) {
                        let near = near_y * self.across + near_x;
                        if free.get_mut(near).is_some_and(std::mem::take) {
                            blob.push(near);
                        }
                    }
                }
            }
            blobs.push(blob);
        }
        blobs
    }

    /// The stretches of pixels of a cell and a half around it, where its ink thins out: from, to and row.
    fn rows(&self, cell: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let (x, y) = (cell % self.across * self.side, cell / self.across * self.side);
        let (width, height) = self.size;
        let half = self.side.div_ceil(2);
        let (x0, x1) = (x.saturating_sub(half), (x + self.side + half).min(width));
        (y.saturating_sub(half)..(y + self.side + half).min(height)).map(move |y| (x0, x1, y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 400 by 400 pixels with a row of black strokes, and a red bar across it or below it.
    fn page(bar: std::ops::Range<usize>) -> (Vec<u8>, Vec<u8>) {
        let (mut grey, mut red) = (vec![240u8; 400 * 400], vec![240u8; 400 * 400]);
        for y in bar {
            grey[y * 400 + 100..y * 400 + 300].fill(90);
            red[y * 400 + 100..y * 400 + 300].fill(210);
        }
        for y in 100..140 {
            for x in (50..350).step_by(8) {
                grey[y * 400 + x..y * 400 + x + 4].fill(20);
                red[y * 400 + x..y * 400 + x + 4].fill(30);
            }
        }
        (grey, red)
    }

    #[test]
    fn red_ink_over_black_print_is_taken_away() {
        let (mut grey, red) = page(110..130);
        lift(&mut grey, &red, 400);
        assert_eq!(grey[120 * 400 + 207], 240);
        assert!(grey[120 * 400 + 203] < 40);
    }

    #[test]
    fn red_print_by_itself_stays() {
        let (mut grey, red) = page(200..220);
        let before = grey.clone();
        lift(&mut grey, &red, 400);
        assert_eq!(grey, before);
    }

    #[test]
    fn planes_of_any_size_are_taken() {
        for (count, width) in [(0, 0), (1, 1), (7, 7), (7, 1), (12, 5)] {
            lift(&mut vec![90; count], &vec![210; count], width);
        }
        lift(&mut [1, 2], &[1], 1);
    }
}
