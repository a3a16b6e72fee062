//! The grid of a page: how many characters a full line holds, and how far a paragraph's first line is indented.
//!
//! Measured on each document; the national layout for official papers (GB/T 9704: 28 characters a line, 2 of indent) is
//! what most are near, and real issues have 27.

use crate::model::{Role, TextLine};

/// The grid that a document was set in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Ems that a full line holds.
    pub full_em: f32,
    /// The print's first-line indent survived, as blanks or as geometry.
    pub indent_kept: bool,
    /// Lines of white space between two lines of one paragraph.
    pub usual_blanks: u32,
    /// Whether the number of those lines differs in the document, and so may say something.
    pub blanks_vary: bool,
}

/// Narrowest and widest column that counts as set in lines, in ems. Narrower is a list, wider a paragraph per line.
const COLUMN_EM: std::ops::RangeInclusive<f32> = 8.0..=62.0;

/// How far below the full length a wrapped line may stay, in ems: 避头尾 takes one or two characters to the next line, and a
/// run of letters or digits may take some more.
const SHORTFALL_EM: f32 = 2.5;

impl Grid {
    /// The grid of `lines`, or `None` where they were not set in lines of one length: where each line is a paragraph.
    pub fn measure(lines: &[TextLine]) -> Option<Self> {
        let text: Vec<&TextLine> = lines.iter().filter(|line| is_text(line)).collect();
        let mut widths: Vec<f32> = text.iter().map(|line| line.width_em).filter(|width| *width >= *COLUMN_EM.start()).collect();
        widths.sort_by(f32::total_cmp);
        let (full_em, support) = densest(&widths)?;
        let longer = widths.iter().filter(|width| **width > full_em + 2.5).count();
        let set_in_lines = COLUMN_EM.contains(&full_em) && support >= 2 && support * 5 >= widths.len() * 2 && longer * 5 <= widths.len();
        if !set_in_lines {
            return None;
        }
        let indented = text.iter().filter(|line| (1.5..=3.0).contains(&line.indent_em)).count();
        let (usual_blanks, blanks_vary) = blanks(&text);
        Some(Self { full_em, indent_kept: indented >= 2 && indented * 40 >= text.len(), usual_blanks, blanks_vary })
    }

    /// The number of white lines between lines of a document without a grid, and whether it varies.
    pub fn blanks_of(lines: &[TextLine]) -> (u32, bool) {
        blanks(&lines.iter().filter(|line| is_text(line)).collect::<Vec<_>>())
    }
}

fn is_text(line: &TextLine) -> bool {
    matches!(line.role, Role::Other | Role::Body)
}

/// The length that most lines have, within what a wrap may fall short, and how many have it. Of two that are equally
/// common the longer.
fn densest(sorted: &[f32]) -> Option<(f32, usize)> {
    let mut best: Option<(f32, usize)> = None;
    let mut low = 0;
    for (at, width) in sorted.iter().enumerate() {
        while sorted[low] < width - 0.75 {
            low += 1;
        }
        let count = at + 1 - low;
        if best.is_none_or(|(_, most)| count >= most) {
            best = Some((*width, count));
        }
    }
    // The window holds lines that fall short by up to ¾ em; those that fall short by more speak for the grid as well.
    let (width, _) = best?;
    let support = sorted.iter().filter(|it| (width - SHORTFALL_EM..=width + 1.25).contains(*it)).count();
    Some((width, support))
}

/// The usual number of white lines before a line, and whether enough lines differ from it to say something.
fn blanks(text: &[&TextLine]) -> (u32, bool) {
    let mut counts = [0usize; 3];
    for line in text.iter().filter(|line| !line.page_start) {
        counts[line.blank_before.min(2) as usize] += 1;
    }
    let total: usize = counts.iter().sum();
    let usual = (0..3).rev().max_by_key(|blank| counts[*blank]).unwrap_or(0);
    let others = total - counts[usual];
    (usual as u32, others >= 2 && others * 50 >= total)
}

#[cfg(test)]
mod tests {
    use super::{Grid, densest};

    #[test]
    fn the_mode_of_long_lines_is_the_full_length() {
        let mut widths = vec![26.0, 28.0, 28.0, 27.5, 28.0, 27.0, 26.0, 12.0, 3.0];
        widths.sort_by(f32::total_cmp);
        assert_eq!(densest(&widths).map(|it| it.0), Some(28.0));
    }

    #[test]
    fn no_lines_have_no_grid() {
        assert_eq!(Grid::measure(&[]), None);
    }
}
