//! Where a page has ink: its blobs, and how large its print is by them. Costs a hundredth of what recognition costs, and
//! says what the network must be asked about.

use super::plane::{Histogram, PAPER_PERCENT, Plane};

/// The blobs of ink on a page.
#[derive(Debug)]
pub(super) struct Ink {
    /// Pixels of the page to one of the mask that the blobs were found in.
    pub(super) step: f32,
    pub(super) blobs: Vec<Blob>,
    /// The size of most of its characters, in pixels of the page; `None` where nothing looks like print.
    pub(super) em: Option<f32>,
}

/// Ink that hangs together, in pixels of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Blob {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
    /// The share of its box that is ink.
    pub(super) fill: f32,
}

impl Blob {
    pub(super) fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    pub(super) fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    pub(super) fn size(&self) -> f32 {
        self.width().max(self.height())
    }
}

/// The longer side of the mask.
const MASK_SIDE: usize = 2400;

/// The paper's shade is measured in squares of this side, pixels of the mask.
const PAPER_SQUARE: usize = 48;

/// What is this much darker than the paper is ink, as a share of the paper's shade.
const INK_SHARE: f32 = 0.28;

/// Print is at least this large, pixels of the mask.
const LEAST_PRINT: f32 = 5.0;

/// Print is at most this share of the longer side.
const MOST_PRINT: f32 = 0.08;

/// A speck is smaller than this, pixels of the mask.
const SPECK: u32 = 4;

impl Ink {
    pub(super) fn of(page: &Plane) -> Self {
        let longer = page.width.max(page.height);
        let step = longer.div_ceil(MASK_SIDE).max(1);
        let small;
        let shades = if step == 1 {
            page
        } else {
            small = page.resized((page.width / step).max(1), (page.height / step).max(1));
            &small
        };
        let mask = mask(shades);
        let step = page.width as f32 / shades.width as f32;
        let blobs = blobs(&mask, shades.width, step);
        let em = em(&blobs, LEAST_PRINT * step, MOST_PRINT * longer as f32);
        Self { step, blobs, em }
    }
}

/// Which pixels are ink: those clearly darker than the paper around them.
fn mask(shades: &Plane) -> Vec<bool> {
    let (across, down) = (shades.width.div_ceil(PAPER_SQUARE), shades.height.div_ceil(PAPER_SQUARE));
    let mut paper = Vec::with_capacity(across * down);
    for square_y in 0..down {
        for square_x in 0..across {
            let rows = square_y * PAPER_SQUARE..((square_y + 1) * PAPER_SQUARE).min(shades.height);
            let columns = square_x * PAPER_SQUARE..((square_x + 1) * PAPER_SQUARE).min(shades.width);
            let square = rows.flat_map(|y| &shades.row(y)[columns.clone()]);
            paper.push(Histogram::of(square).brightest(PAPER_PERCENT));
        }
    }
    // A square that is all picture or border takes the paper of the page.
    let mut sorted = paper.clone();
    sorted.sort_unstable();
    let usual = f32::from(sorted[sorted.len() / 2]);
    let limits: Vec<u8> =
        paper.iter().map(|&own| (f32::from(own).max(usual * 0.6) * (1.0 - INK_SHARE)) as u8).collect();
    let mut mask = Vec::with_capacity(shades.shades.len());
    for y in 0..shades.height {
        let limits = &limits[y / PAPER_SQUARE * across..];
        for (square, own) in shades.row(y).chunks(PAPER_SQUARE).enumerate() {
            mask.extend(own.iter().map(|shade| *shade < limits[square]));
        }
    }
    mask
}

/// A stretch of ink in one row.
struct Run {
    from: u32,
    to: u32,
    blob: u32,
}

/// A blob in the making, in pixels of the mask.
#[derive(Clone, Copy)]
struct Box4 {
    x0: u32,
    y0: u32,
    x1: u32,
    y1: u32,
    area: u32,
}

/// The blobs of a mask, specks left out, from top to bottom by their first pixel.
fn blobs(mask: &[bool], width: usize, step: f32) -> Vec<Blob> {
    let mut parents: Vec<u32> = Vec::new();
    let mut boxes: Vec<Box4> = Vec::new();
    let (mut above, mut own): (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    for (y, row) in mask.chunks(width).enumerate() {
        own.clear();
        let mut x = 0;
        let mut candidate = 0;
        while let Some(start) = row[x..].iter().position(|ink| *ink) {
            let from = x + start;
            let to = row[from..].iter().position(|ink| !*ink).map_or(width, |length| from + length);
            let mut blob = None;
            while above.get(candidate).is_some_and(|run| (run.to as usize) < from) {
                candidate += 1;
            }
            for run in above[candidate..].iter().take_while(|run| run.from as usize <= to) {
                let other = root(&mut parents, run.blob);
                match blob {
                    None => blob = Some(other),
                    Some(first) if first != other => {
                        let (keep, drop) = (first.min(other), first.max(other));
                        parents[drop as usize] = keep;
                        let gone = boxes[drop as usize];
                        let kept = &mut boxes[keep as usize];
                        kept.x0 = kept.x0.min(gone.x0);
                        kept.y0 = kept.y0.min(gone.y0);
                        kept.x1 = kept.x1.max(gone.x1);
                        kept.y1 = kept.y1.max(gone.y1);
                        kept.area += gone.area;
                        blob = Some(keep);
                    }
                    Some(_) => {}
                }
            }
            let blob = blob.unwrap_or_else(|| {
                parents.push(parents.len() as u32);
                boxes.push(Box4 { x0: from as u32, y0: y as u32, x1: to as u32, y1: y as u32 + 1, area: 0 });
                parents.len() as u32 - 1
            });
            let kept = &mut boxes[blob as usize];
            kept.x0 = kept.x0.min(from as u32);
            kept.x1 = kept.x1.max(to as u32);
            kept.y1 = y as u32 + 1;
            kept.area += (to - from) as u32;
            own.push(Run { from: from as u32, to: to as u32, blob });
            x = to;
        }
        std::mem::swap(&mut above, &mut own);
    }
    let is_root = |index: &usize| parents[*index] == *index as u32 && boxes[*index].area >= SPECK;
    let scaled = |index: usize| {
        let own = boxes[index];
        let cells = (own.x1 - own.x0) as f32 * (own.y1 - own.y0) as f32;
        Blob {
            x0: own.x0 as f32 * step,
            y0: own.y0 as f32 * step,
            x1: own.x1 as f32 * step,
            y1: own.y1 as f32 * step,
            fill: own.area as f32 / cells,
        }
    };
    (0..boxes.len()).filter(is_root).map(scaled).collect()
}

fn root(parents: &mut [u32], mut blob: u32) -> u32 {
    while parents[blob as usize] != blob {
        parents[blob as usize] = parents[parents[blob as usize] as usize];
        blob = parents[blob as usize];
    }
    blob
}

/// The size of most print: of blobs by the room they take, the middle one. Strokes of a character may part, but the
/// larger part of most reaches nearly over its cell.
fn em(blobs: &[Blob], least: f32, most: f32) -> Option<f32> {
    const PART_OF_CELL: f32 = 0.85;
    let is_print = |blob: &&Blob| {
        let (size, other) = (blob.size(), blob.width().min(blob.height()));
        size >= least && size <= most && other * 4.0 >= size
    };
    let mut sizes: Vec<(f32, f32)> =
        blobs.iter().filter(is_print).map(|blob| (blob.size(), blob.width() * blob.height())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half: f32 = sizes.iter().map(|size| size.1).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    let middle = sizes.iter().find(|size| {
        sum += size.1;
        sum >= half
    });
    middle.map(|size| size.0 / PART_OF_CELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: &[&str]) -> Plane {
        let shades = rows.iter().flat_map(|row| row.bytes().map(|c| if c == b'#' { 20 } else { 230 })).collect();
        Plane::new(rows[0].len(), rows.len(), shades).unwrap()
    }

    #[test]
    fn arms_that_meet_below_are_one_blob() {
        let ink = Ink::of(&page(&["#..#....", "#..#..##", "####..##"]));
        let boxes: Vec<_> = ink.blobs.iter().map(|b| (b.x0, b.y0, b.x1, b.y1)).collect();
        assert_eq!(boxes, [(0.0, 0.0, 4.0, 3.0), (6.0, 1.0, 8.0, 3.0)]);
        assert_eq!(ink.blobs[1].fill, 1.0);
    }

    #[test]
    fn corners_hold_blobs_together() {
        assert_eq!(Ink::of(&page(&["##..", "##..", "..##", "..##", "...."])).blobs.len(), 1);
    }

    #[test]
    fn specks_are_no_ink_and_white_paper_has_no_print() {
        let ink = Ink::of(&page(&["....#...", "........", "##......"]));
        assert!(ink.blobs.is_empty());
        assert_eq!(ink.em, None);
    }

    #[test]
    fn ink_is_darker_than_the_paper_around_it() {
        let mut shades = vec![200u8; 100 * 50];
        for row in shades.chunks_mut(100) {
            row[..48].fill(150);
        }
        for y in 10..30 {
            shades[y * 100 + 10..y * 100 + 30].fill(100);
            shades[y * 100 + 60..y * 100 + 80].fill(120);
        }
        assert_eq!(Ink::of(&Plane::new(100, 50, shades).unwrap()).blobs.len(), 2);
    }
}
