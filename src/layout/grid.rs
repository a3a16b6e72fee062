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
    /// Lines are set against a right edge, or show where paragraphs begin: what they leave free is measured. Elsewhere,
    /// as in text, it is counted in characters.
    pub measured: bool,
    /// Whether some lines stand further below the one above than most do, by less than a line: paragraphs set apart.
    pub gaps_vary: bool,
    /// Whether some lines stand out by size or face, so that a headline would.
    pub has_contrast: bool,
}

/// A line at least this many usual distances below the one above is set apart from it.
pub const GAP: f32 = 1.2;

/// A line at least this much larger than the running text is set larger on purpose.
pub const LARGER: f32 = 1.08;

/// Narrowest and widest column that counts as set in lines, in ems. Narrower is a list, wider a paragraph per line.
const COLUMN_EM: std::ops::RangeInclusive<f32> = 8.0..=62.0;

/// How far below the full length a line of running text may stay, in ems: a first line by its indent of two, others by the
/// character or two that 避头尾 takes to the next line.
const SHORTFALL_EM: f32 = 3.0;

/// How far above it a line may be, in ems: a mark that hangs, and blanks beside letters that print narrower than counted.
const LONGER_EM: f32 = 1.25;

impl Grid {
    /// The grid of `lines`, or `None` where they were not set in lines of one length: where each line is a paragraph.
    pub fn measure(lines: &[TextLine]) -> Option<Self> {
        let text: Vec<&TextLine> = lines.iter().filter(|line| is_text(line)).collect();
        if let Some(grid) = Self::measured(&text) {
            return Some(grid);
        }
        let mut widths: Vec<f32> =
            text.iter().map(|line| line.width_em).filter(|width| *width >= *COLUMN_EM.start()).collect();
        widths.sort_by(f32::total_cmp);
        let (full_em, support) = densest(&widths)?;
        let longer = widths.iter().filter(|width| **width > full_em + LONGER_EM).count();
        let set_in_lines = COLUMN_EM.contains(&full_em)
            && support >= 2
            && support * 5 >= widths.len() * 2
            && longer * 5 <= widths.len();
        if !set_in_lines {
            return None;
        }
        let (usual_blanks, blanks_vary) = blanks(&text);
        Some(Self {
            full_em,
            indent_kept: keeps_indent(&text, full_em),
            usual_blanks,
            blanks_vary,
            measured: false,
            gaps_vary: false,
            has_contrast: false,
        })
    }

    /// The grid of lines that show how they stand, if that says where paragraphs begin or lines are full.
    fn measured(text: &[&TextLine]) -> Option<Self> {
        let mut columns: Vec<f32> = text.iter().filter_map(|line| Some(line.placement?.column_em)).collect();
        columns.sort_by(f32::total_cmp);
        let full_em = *columns.get(columns.len() / 2)?;
        let (usual_blanks, blanks_vary) = blanks(text);
        let placed = || text.iter().filter_map(|line| line.placement);
        let apart = placed().filter(|it| (GAP..1.9).contains(&it.leading)).count();
        let close = placed().filter(|it| (0.5..GAP).contains(&it.leading)).count();
        let gaps_vary = apart >= 2 && apart * 50 >= text.len() && close > apart;
        let indent_kept = keeps_placed_indent(text);
        if !(indent_kept || gaps_vary || has_even_edge(text)) {
            return None;
        }
        let stands_out = placed().filter(|it| it.scale >= LARGER || it.stands_out).count();
        Some(Self {
            full_em,
            indent_kept,
            usual_blanks,
            blanks_vary,
            measured: true,
            gaps_vary,
            has_contrast: stands_out >= 1 && stands_out * 4 <= text.len(),
        })
    }

    /// Room that `line` leaves free, in ems. A line far in from the left is centred or set to the right: what is free on
    /// its left counts too.
    pub fn free_em(&self, line: &TextLine) -> f32 {
        match line.placement {
            Some(placement) if self.measured && line.indent_em > 3.5 => placement.room_em + line.indent_em,
            Some(placement) if self.measured => placement.room_em,
            _ => self.full_em - line.width_em,
        }
    }

    /// The number of white lines between lines of a document without a grid, and whether it varies.
    pub fn blanks_of(lines: &[TextLine]) -> (u32, bool) {
        blanks(&lines.iter().filter(|line| is_text(line)).collect::<Vec<_>>())
    }
}

/// Whether first lines still stand two cells in. A centred headline may be as far in by chance, and leaves as much free
/// on its other side; so may a contributor line set to the right, and ends in a bracket. The first line of a paragraph of
/// several lines does neither.
fn keeps_indent(text: &[&TextLine], full_em: f32) -> bool {
    let indented = text.iter().filter(|line| (1.5..=3.0).contains(&line.indent_em));
    let (count, long) = indented.fold((0, 0), |(count, long), line| {
        let reaches_end = line.indent_em + line.width_em > full_em - 1.5 && !line.text.ends_with(['）', ')']);
        (count + 1, long + usize::from(reaches_end))
    });
    count >= 2 && count * 40 >= text.len() && (long > 0 || count * 4 >= text.len())
}

/// Whether lines that are nearly full end at one edge, whatever they hold: then they were stretched to it.
fn has_even_edge(text: &[&TextLine]) -> bool {
    let rooms = || text.iter().filter_map(|line| Some(line.placement?.room_em)).filter(|room| *room < 1.6);
    let (near, even) = (rooms().count(), rooms().filter(|room| room.abs() < 0.15).count());
    near >= 3 && even * 10 >= near * 9
}

/// Whether first lines stand about two cells in, as far as lines that reach the end of their column show: then a
/// paragraph of several lines begins. Print without indents has hardly any.
fn keeps_placed_indent(text: &[&TextLine]) -> bool {
    let placed = || text.iter().filter(|line| line.placement.is_some_and(|it| !it.centred && !it.in_table));
    let indented = |line: &&&TextLine| (1.2..=3.2).contains(&line.indent_em);
    let full = |line: &&&TextLine| line.placement.is_some_and(|it| it.room_em < 2.0);
    let (count, long) = (placed().filter(indented).count(), placed().filter(indented).filter(full).count());
    let flush = placed().filter(|line| line.indent_em.abs() < 0.6).count();
    count >= 2 && count * 40 >= text.len() && (long > 0 || count * 4 >= text.len()) && flush > 0
}

fn is_text(line: &TextLine) -> bool {
    matches!(line.role, Role::Other | Role::Body)
}

/// The length that explains most lines, and how many it explains: full lines, those that fall short by a character or
/// two, and first lines. Lines that are longer speak against it.
fn densest(sorted: &[f32]) -> Option<(f32, usize)> {
    let up_to = |width: f32| sorted.partition_point(|it| *it <= width);
    let below = |width: f32| sorted.partition_point(|it| *it < width);
    let mut best: Option<(f32, f32)> = None;
    let mut last = f32::NEG_INFINITY;
    for &full in sorted {
        if full == last {
            continue;
        }
        last = full;
        let exact = up_to(full + 0.25) - below(full - 0.75);
        let hanging = up_to(full + LONGER_EM) - up_to(full + 0.25);
        let short = below(full - 0.75) - below(full - SHORTFALL_EM);
        let longer = sorted.len() - up_to(full + LONGER_EM);
        let weight = exact as f32 + 0.6 * hanging as f32 + 0.6 * short as f32 - 2.0 * longer as f32;
        if best.is_none_or(|(_, most)| weight > most) {
            best = Some((full, weight));
        }
    }
    let (full, _) = best?;
    Some((full, up_to(full + LONGER_EM) - below(full - SHORTFALL_EM)))
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
        let mut widths = vec![26.0, 28.0, 28.0, 27.5, 28.0, 27.0, 26.0, 12.0, 28.0];
        widths.sort_by(f32::total_cmp);
        assert_eq!(densest(&widths).map(|it| it.0), Some(28.0));
    }

    #[test]
    fn no_lines_have_no_grid() {
        assert_eq!(Grid::measure(&[]), None);
    }
}
