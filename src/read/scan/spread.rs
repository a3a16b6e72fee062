//! A picture of two pages side by side is known by its fold: white that no line crosses, wider than any gutter.

use super::place::ReadLine;

/// A spread is wider than high by more.
const WIDE: f32 = 1.15;

/// The fold lies in this part of the width.
const MIDDLE: (f32, f32) = (0.42, 0.58);

/// The white at the fold is at least so wide, in ems of the page's print.
const FOLD_EM: f32 = 3.0;

/// Each page has at least so many lines.
const LEAST_LINES: usize = 3;

/// The numbers of the lines of each page, pages in reading order: one page, or the two of a spread.
pub(super) fn parts(lines: &[ReadLine], (width, height): (f32, f32), em: f32) -> Vec<Vec<usize>> {
    let whole = vec![(0..lines.len()).collect()];
    if width < WIDE * height {
        return whole;
    }
    let Some(fold) = fold(lines, width, em) else {
        return whole;
    };
    let (left, right): (Vec<usize>, Vec<usize>) = (0..lines.len()).partition(|at| lines[*at].line.u1 < fold);
    if left.len() < LEAST_LINES || right.len() < LEAST_LINES {
        return whole;
    }
    // Where lines run down, books are read from the right.
    let down = lines.iter().filter(|line| line.line.vertical).count();
    if down * 2 > lines.len() { vec![right, left] } else { vec![left, right] }
}

/// The middle of the widest white around the middle of the page that no line crosses.
fn fold(lines: &[ReadLine], width: f32, em: f32) -> Option<f32> {
    let mut ends: Vec<(f32, f32)> = lines.iter().map(|line| (line.line.u0, line.line.u1)).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reached = 0.0f32;
    let mut widest: Option<(f32, f32)> = None;
    for (from, to) in ends {
        let (white, middle) = (from - reached, (from + reached) / 2.0);
        let is_fold = reached > 0.0 && MIDDLE.0 * width < middle && middle < MIDDLE.1 * width && white >= FOLD_EM * em;
        if is_fold && widest.is_none_or(|(most, _)| white > most) {
            widest = Some((white, middle));
        }
        reached = reached.max(to);
    }
    widest.map(|(_, middle)| middle)
}

#[cfg(test)]
mod tests {
    use super::super::lines::Line;
    use super::*;

    fn line(u0: f32, u1: f32, v0: f32) -> ReadLine {
        let line = Line { u0, v0, u1, v1: v0 + 20.0, em: 20.0, vertical: false, doubtful: false };
        ReadLine { line, reads: Vec::new() }
    }

    fn pages(fold: f32) -> Vec<ReadLine> {
        let row = |row: i32| {
            let v = 100.0 + 40.0 * row as f32;
            [line(100.0, 500.0 - fold / 2.0, v), line(500.0 + fold / 2.0, 900.0, v)]
        };
        (0..4).flat_map(row).collect()
    }

    #[test]
    fn two_pages_are_read_one_after_the_other() {
        assert_eq!(parts(&pages(120.0), (1000.0, 700.0), 20.0), [[0, 2, 4, 6], [1, 3, 5, 7]]);
    }

    #[test]
    fn columns_are_no_pages() {
        assert_eq!(parts(&pages(30.0), (1000.0, 700.0), 20.0).len(), 1);
        assert_eq!(parts(&pages(120.0), (1000.0, 1400.0), 20.0).len(), 1);
    }

    #[test]
    fn a_headline_over_both_halves_holds_them_together() {
        let mut lines = pages(120.0);
        lines.push(line(300.0, 700.0, 40.0));
        assert_eq!(parts(&lines, (1000.0, 700.0), 20.0).len(), 1);
    }
}
