//! How thick the strokes of lines are → which lines are printed fat beside the others of their page.

use super::detect::Slant;
use super::place::{ReadLine, is_han};
use super::plane::{Histogram, Plane};

/// Strokes so many times as thick as those of most print are fat. Measured: at 300 and 200 dpi lines in a regular face
/// have up to 1.2 times the usual strokes, rarely 1.3, and lines in a bold one 1.55 times and more.
const FAT: f32 = 1.35;

/// Lines with fewer Han characters are not judged: the strokes of digits and marks are no measure.
const LEAST_HAN: usize = 3;

/// The shades of ink and paper in a line: so many of its pixels in a hundred are darker.
const INK_PERCENT: u64 = 4;
const PAPER_PERCENT: u64 = 80;

/// Ink is so much darker than paper at least, shades.
const LEAST_CONTRAST: u8 = 24;

/// Which of the lines of a page are printed fat.
pub(super) fn fat(lines: &[ReadLine], page: &Plane, slant: Slant) -> Vec<bool> {
    let strokes: Vec<Option<f32>> = lines.iter().map(|line| stroke(line, page, slant)).collect();
    let usual = usual(lines.iter().zip(&strokes).filter_map(|(line, own)| Some(((*own)?, line.reads.len()))));
    strokes.iter().map(|own| own.is_some_and(|own| own > FAT * usual)).collect()
}

/// The stroke of most characters, of lines with their strokes and lengths: the middle one.
fn usual(strokes: impl Iterator<Item = (f32, usize)>) -> f32 {
    let mut strokes: Vec<(f32, usize)> = strokes.collect();
    strokes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = strokes.iter().map(|it| it.1).sum::<usize>() / 2;
    let mut sum = 0;
    let middle = strokes.iter().find(|it| {
        sum += it.1;
        sum > half
    });
    middle.map_or(f32::MAX, |it| it.0)
}

/// How thick the strokes of a line are, as a share of its height: its ink over half its outline.
fn stroke(line: &ReadLine, page: &Plane, slant: Slant) -> Option<f32> {
    if line.reads.iter().filter(|read| is_han(read.c)).count() < LEAST_HAN {
        return None;
    }
    let own = line.line;
    let (width, height) = ((own.u1 - own.u0) as usize, (own.v1 - own.v0) as usize);
    if width == 0 || height == 0 {
        return None;
    }
    let shade = |x: usize, y: usize| {
        let (x, y) = slant.back(own.u0 + x as f32 + 0.5, own.v0 + y as f32 + 0.5);
        page.row((y.max(0.0) as usize).min(page.height - 1))[(x.max(0.0) as usize).min(page.width - 1)]
    };
    let shades: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| shade(x, y)).collect();
    let shades_of = Histogram::of(&shades);
    let (ink, paper) = (shades_of.darkest(INK_PERCENT), shades_of.darkest(PAPER_PERCENT));
    if paper < ink.saturating_add(LEAST_CONTRAST) {
        return None;
    }
    let limit = ink + (paper - ink) / 2;
    let dark: Vec<bool> = shades.iter().map(|shade| *shade < limit).collect();
    let area = dark.iter().filter(|dark| **dark).count();
    let across: usize = dark.chunks(width).map(|row| row.windows(2).filter(|pair| pair[0] != pair[1]).count()).sum();
    let down = dark.iter().zip(&dark[width..]).filter(|(above, below)| above != below).count();
    (across + down > 0).then(|| 2.0 * area as f32 / (across + down) as f32 / line.thick())
}

#[cfg(test)]
mod tests {
    use super::super::lines::Line;
    use super::super::recognise::Read;
    use super::*;

    /// A page of lines of upright strokes of so many pixels, one every eight.
    fn page(strokes: &[usize]) -> (Plane, Vec<ReadLine>) {
        let (width, height) = (400, 40 * strokes.len());
        let mut shades = vec![230u8; width * height];
        let mut lines = Vec::new();
        for (place, stroke) in strokes.iter().enumerate() {
            let top = 40 * place + 10;
            for y in top..top + 20 {
                for x in (20..380).filter(|x| x % 8 < *stroke) {
                    shades[y * width + x] = 30;
                }
            }
            let (v0, v1) = (top as f32, top as f32 + 20.0);
            let line = Line { u0: 20.0, v0, u1: 380.0, v1, em: 20.0, vertical: false, doubtful: false };
            let reads = (0..18).map(|at| Read { c: '党', confidence: 1.0, at: 20.0 * at as f32 }).collect();
            lines.push(ReadLine { line, reads });
        }
        (Plane::new(width, height, shades).unwrap(), lines)
    }

    #[test]
    fn lines_of_thicker_strokes_than_most_are_fat() {
        let (page, lines) = page(&[2, 2, 4, 2]);
        assert_eq!(fat(&lines, &page, Slant::new(0.0)), [false, false, true, false]);
    }

    #[test]
    fn where_all_lines_are_alike_none_is_fat() {
        let (page, lines) = page(&[4, 4, 4]);
        assert_eq!(fat(&lines, &page, Slant::new(0.0)), [false; 3]);
    }

    #[test]
    fn lines_without_han_characters_are_not_judged() {
        let (page, mut lines) = page(&[2, 2, 4]);
        for read in &mut lines[2].reads {
            read.c = '1';
        }
        assert_eq!(fat(&lines, &page, Slant::new(0.0)), [false; 3]);
    }
}
