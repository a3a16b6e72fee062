//! The characters read in lines → glyphs with their places on the page, in points.

use super::detect::Slant;
use super::lines::Line;
use super::recognise::{INK_OF_HAN, Read};
use crate::model::{Confidence, Glyph};

/// A line with what was read in it.
#[derive(Debug, Clone)]
pub(super) struct ReadLine {
    pub(super) line: Line,
    pub(super) reads: Vec<Read>,
}

impl ReadLine {
    /// How high its ink is, pixels.
    pub(super) fn thick(&self) -> f32 {
        if self.line.vertical { self.line.u1 - self.line.u0 } else { self.line.v1 - self.line.v0 }
    }
}

/// From pixels in the directions of a page to points, upright about the middle of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Points {
    u: f32,
    v: f32,
    across: f32,
    down: f32,
}

impl Points {
    /// For a page of `width` by `height` pixels that is `width_pt` by `height_pt` points large.
    pub(super) fn new(slant: Slant, (width, height): (f32, f32), (width_pt, height_pt): (f32, f32)) -> Self {
        let (middle_u, middle_v) = slant.along(width / 2.0, height / 2.0);
        let (across, down) = (width_pt / width, height_pt / height);
        Self { u: middle_u - width / 2.0, v: middle_v - height / 2.0, across, down }
    }

    pub(super) fn x(&self, u: f32) -> f32 {
        (u - self.u) * self.across
    }

    pub(super) fn y(&self, v: f32) -> f32 {
        (v - self.v) * self.down
    }
}

/// Digits and capitals are as high, in ems.
const INK_OF_DIGITS: f32 = 0.72;

/// The baseline is below the middle of a cell, in ems.
const BASELINE_EM: f32 = 0.38;

/// A gap between cells that is less, in ems, is none: the network's places are not finer.
const NO_GAP_EM: f32 = 0.4;

/// The same between a Han character and a letter or digit: many printers part them a little.
const NO_GAP_BESIDE_WORD_EM: f32 = 0.6;

/// The same between two letters or digits.
const NO_GAP_IN_WORD_EM: f32 = 1.2;

/// Sizes of lines that differ by less are one size.
const ONE_SIZE: f32 = 1.09;

/// A size that was measured may be wrong by less, and ink is as high as other ink if it differs by less, as shares.
const MEASURED_BADLY: f32 = 1.25;
const ONE_INK: f32 = 0.05;

/// Lines that begin or end in one place do so in a column: characters do not reach to the edges of their cells alike, and
/// pictures are uneven. Places that differ by less are one, in ems, if so many lines have them.
const ONE_PLACE_EM: f32 = 0.3;
const SHARED_BY: usize = 3;

/// The glyphs of each line; those of a line that is `fat` have the second face of the page.
pub(super) fn glyphs(lines: &[ReadLine], fat: &[bool], points: Points) -> Vec<Vec<Glyph>> {
    let sizes = sizes(lines);
    let mut cells: Vec<Vec<Cell>> = lines.iter().zip(&sizes).map(|(line, em)| cells(line, *em)).collect();
    straighten(lines, &mut cells, &sizes);
    let of_line = |(at, cells): (usize, Vec<Cell>)| {
        let glyph_of = if lines[at].line.vertical { down } else { across };
        let face = u16::from(fat[at]);
        let glyph = |cell: &Cell| Glyph { face, ..glyph_of(&lines[at], cell, sizes[at], points) };
        cells.iter().map(glyph).collect()
    };
    cells.into_iter().enumerate().map(of_line).collect()
}

/// Brings the ends of lines that stand below each other to the edges they share.
fn straighten(lines: &[ReadLine], cells: &mut [Vec<Cell>], sizes: &[f32]) {
    let em = most_common(sizes);
    let is_one = |least: f32, other: f32| other - least <= ONE_PLACE_EM * em;
    let of_line = |at: &usize| !lines[*at].line.vertical && !cells[*at].is_empty() && sizes[*at] < ONE_SIZE * em;
    let across: Vec<usize> = (0..lines.len()).filter(of_line).collect();
    let begins: Vec<f32> = across.iter().map(|at| lines[*at].line.u0 + cells[*at][0].from).collect();
    let ends: Vec<f32> = across.iter().map(|at| lines[*at].line.u0 + cells[*at][cells[*at].len() - 1].to).collect();
    let (begins, ends) = (evened(&begins, is_one, SHARED_BY), evened(&ends, is_one, SHARED_BY));
    for ((at, begin), end) in across.into_iter().zip(begins).zip(ends) {
        let u0 = lines[at].line.u0;
        if let Some(first) = cells[at].first_mut().filter(|first| begin - u0 < first.to) {
            first.from = begin - u0;
        }
        if let Some(last) = cells[at].last_mut().filter(|last| end - u0 > last.from) {
            last.to = end - u0;
        }
    }
}

/// The size of each line, those that are nearly one made one. A short line is measured badly by the distance of its
/// characters: if it seems larger than most, its ink must be higher than theirs, and if smaller, less high.
fn sizes(lines: &[ReadLine]) -> Vec<f32> {
    let sizes: Vec<f32> = lines.iter().map(em_of).collect();
    let mut sizes = evened(&sizes, |least, other| other <= least * ONE_SIZE, 1);
    let common = most_common(&sizes);
    let is_common = lines.iter().zip(&sizes).filter(|(_, size)| **size == common);
    let mut inks: Vec<f32> = is_common.map(|(line, _)| line.thick()).collect();
    inks.sort_by(f32::total_cmp);
    let Some(usual) = inks.get(inks.len() / 2) else { return sizes };
    for (line, size) in lines.iter().zip(&mut sizes) {
        let near = (*size / common).max(common / *size) < MEASURED_BADLY;
        let ink = line.thick() / usual;
        let differs = if *size > common { ink > 1.0 + ONE_INK } else { ink < 1.0 - ONE_INK };
        if near && !differs && line.reads.iter().any(|read| is_han(read.c)) {
            *size = common;
        }
    }
    sizes
}

/// The value that most of the lines have.
fn most_common(sizes: &[f32]) -> f32 {
    let mut sorted = sizes.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.chunk_by(|a, b| a == b).max_by_key(|group| group.len()).map_or(0.0, |group| group[0])
}

fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
        || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '―' | '●' | '○' | '■' | '□' | '★' | '☆' | '◆' | '◇')
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Prints in the left half of its cell.
fn closes(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '）'
            | '》'
            | '〉'
            | '」'
            | '』'
            | '】'
            | '〕'
            | '］'
            | '”'
            | '’'
    )
}

/// Prints in the right half of its cell.
fn opens(c: char) -> bool {
    matches!(c, '（' | '《' | '〈' | '「' | '『' | '【' | '〔' | '［' | '“' | '‘')
}

/// The size of a line's characters, pixels: by the distance of its Han characters, which is the more exact measure,
/// unless they are set apart.
fn em_of(line: &ReadLine) -> f32 {
    let (em, thick) = (line.line.em, line.thick());
    if !line.reads.iter().any(|read| is_han(read.c)) {
        let digits = line.reads.iter().any(|read| read.c.is_ascii_alphanumeric());
        return if digits { (thick / INK_OF_DIGITS).min(em * 1.3) } else { em };
    }
    let by_ink = thick / INK_OF_HAN;
    let pairs = line.reads.windows(2).filter(|pair| is_han(pair[0].c) && is_han(pair[1].c));
    let mut pitches: Vec<f32> = pairs.map(|pair| pair[1].at - pair[0].at).collect();
    pitches.sort_by(f32::total_cmp);
    // The network's places are coarse, so a single distance says little; of many the mean is exact. What is set apart, or
    // stands behind a character that was not read, is left out.
    let kept = &pitches[pitches.len() / 10..pitches.len() - pitches.len() / 10];
    let pitch = kept.iter().sum::<f32>() / kept.len().max(1) as f32;
    if pitches.len() >= 4 && (0.8..1.12).contains(&(pitch / by_ink)) { pitch } else { by_ink }
}

/// Values that are nearly one are made one, the mean of their group: first the value that most have. `is_one` says of a
/// value and a greater one whether they are; groups of less than `least` stay as they are.
fn evened(values: &[f32], is_one: impl Fn(f32, f32) -> bool, least: usize) -> Vec<f32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
    let mut evened = values.to_vec();
    let mut parts = vec![order.as_slice()];
    while let Some(part) = parts.pop() {
        let end = |from: usize| part.partition_point(|at| is_one(values[part[from]], values[*at]));
        let largest = (0..part.len()).rev().max_by_key(|from| end(*from) - from);
        let Some(from) = largest else { continue };
        let to = end(from);
        if to - from < least {
            continue;
        }
        let mean = part[from..to].iter().map(|at| values[*at]).sum::<f32>() / (to - from) as f32;
        for &at in &part[from..to] {
            evened[at] = mean;
        }
        parts.extend([&part[..from], &part[to..]]);
    }
    evened
}

/// A cell along its line, pixels from the beginning of the ink.
struct Cell {
    read: Read,
    from: f32,
    to: f32,
}

fn cells(line: &ReadLine, em: f32) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::with_capacity(line.reads.len());
    for (place, &read) in line.reads.iter().enumerate() {
        if read.c == ' ' {
            let is_word = |read: Option<&Read>| read.is_some_and(|read| read.c.is_ascii_alphanumeric());
            let behind = place.checked_sub(1).and_then(|at| line.reads.get(at));
            if !(is_word(behind) && is_word(line.reads.get(place + 1))) {
                continue;
            }
        }
        let half = if is_wide(read.c) { em / 2.0 } else { em / 4.0 };
        let middle = match read.c {
            c if closes(c) => read.at + 0.25 * em,
            c if opens(c) => read.at - 0.25 * em,
            _ => read.at,
        };
        cells.push(Cell { read, from: middle - half, to: middle + half });
    }
    // The ink says more exactly where a line begins and ends.
    let length = line.line.length();
    if let Some(first) = cells.first_mut() {
        let from = if opens(first.read.c) { -0.5 * em } else { -0.03 * em };
        if (first.from - from).abs() < 0.7 * em {
            first.from = from;
        }
    }
    if let Some(last) = cells.last_mut() {
        let to = if closes(last.read.c) { length + 0.5 * em } else { length + 0.03 * em };
        if (last.to - to).abs() < 0.7 * em && to > last.from {
            last.to = to;
        }
    }
    for at in 1..cells.len() {
        let (end, begin) = (cells[at - 1].to, cells[at].from);
        let is_word = |cell: &Cell| cell.read.c.is_ascii_graphic();
        // Between letters and digits the network says itself where a blank is.
        let most = match (is_word(&cells[at - 1]), is_word(&cells[at])) {
            (true, true) => NO_GAP_IN_WORD_EM,
            (false, false) => NO_GAP_EM,
            _ => NO_GAP_BESIDE_WORD_EM,
        };
        if begin - end < most * em {
            // A mark that was read at the edge of its cell does not take its neighbour's room.
            let middle =
                ((end + begin) / 2.0).clamp(cells[at - 1].read.at, cells[at].read.at.max(cells[at - 1].read.at));
            (cells[at - 1].to, cells[at].from) = (middle, middle);
        }
    }
    cells
}

fn glyph(read: &Read, em: f32, points: Points) -> Glyph {
    Glyph {
        c: Some(read.c),
        x: 0.0,
        y: 0.0,
        dx: 0.0,
        dy: 0.0,
        size: em * points.down,
        face: 0,
        vertical: false,
        invisible: false,
        stroked: false,
        confidence: Some(Confidence::new(read.confidence)),
    }
}

fn across(line: &ReadLine, cell: &Cell, em: f32, points: Points) -> Glyph {
    let Line { u0, v0, v1, .. } = line.line;
    let has_han = line.reads.iter().any(|read| is_wide(read.c));
    let baseline = if has_han { (v0 + v1) / 2.0 + BASELINE_EM * em } else { v1 };
    Glyph {
        x: points.x(u0 + cell.from),
        y: points.y(baseline),
        dx: (cell.to - cell.from).max(0.05 * em) * points.across,
        ..glyph(&cell.read, em, points)
    }
}

fn down(line: &ReadLine, cell: &Cell, em: f32, points: Points) -> Glyph {
    let Line { u0, u1, v0, .. } = line.line;
    Glyph {
        x: points.x((u0 + u1) / 2.0),
        y: points.y(v0 + cell.from),
        dy: (cell.to - cell.from).max(0.05 * em) * points.down,
        vertical: true,
        ..glyph(&cell.read, em, points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, pitch: f32) -> ReadLine {
        let read = |(place, c)| Read { c, confidence: 0.9, at: (place as f32 + 0.5) * pitch };
        let reads: Vec<Read> = text.chars().enumerate().map(read).collect();
        let line = Line {
            u0: 100.0,
            v0: 200.0,
            u1: 100.0 + pitch * reads.len() as f32,
            v1: 200.0 + 0.93 * 20.0,
            em: 20.0,
            vertical: false,
            doubtful: false,
        };
        ReadLine { line, reads }
    }

    fn points() -> Points {
        Points::new(Slant::new(0.0), (1000.0, 1000.0), (1000.0, 1000.0))
    }

    #[test]
    fn cells_of_han_touch_and_are_as_wide_as_high() {
        let glyphs = glyphs(&[line("重庆党史工作", 20.0)], &[false], points());
        for (place, glyph) in glyphs[0].iter().enumerate() {
            assert!((glyph.x - (100.0 + 20.0 * place as f32)).abs() < 1.0, "{glyph:?}");
            assert!((glyph.dx - 20.0).abs() < 1.7 && (glyph.size - 20.0).abs() < 0.1, "{glyph:?}");
        }
    }

    #[test]
    fn a_closing_mark_at_the_end_has_its_whole_cell() {
        let mut line = line("党史工作。", 20.0);
        (line.reads[4].at, line.line.u1) = (86.0, 190.0);
        let last = *glyphs(&[line], &[true], points())[0].last().unwrap();
        assert!((last.x + last.dx - 200.0).abs() < 1.0, "{last:?}");
    }

    #[test]
    fn a_short_line_with_ink_as_high_as_that_of_others_has_their_size() {
        let mut lines = vec![line("重庆党史工作", 20.0); 3];
        lines.push(line("重庆党史工作", 23.2));
        assert!(sizes(&lines).iter().all(|size| (size - 20.0).abs() < 0.01));
        lines[3].line.v1 += 3.0;
        assert!(sizes(&lines)[3] > 23.0);
    }

    #[test]
    fn lines_that_begin_below_each_other_begin_in_one_place() {
        let mut lines = vec![line("重庆党史工作", 20.0); 4];
        for (place, line) in lines.iter_mut().enumerate() {
            let off = [0.0, 2.0, 4.0, 20.0][place];
            (line.line.u0, line.line.u1) = (line.line.u0 + off, line.line.u1 + off);
        }
        let glyphs = glyphs(&lines, &[false; 4], points());
        let begins: Vec<f32> = glyphs.iter().map(|line| line[0].x).collect();
        assert!(begins[..3].iter().all(|x| (x - begins[0]).abs() < 0.01), "{begins:?}");
        assert!(begins[3] - begins[0] > 15.0, "{begins:?}");
    }

    #[test]
    fn sizes_that_differ_a_little_are_one() {
        let is_one = |least: f32, other: f32| other <= least * ONE_SIZE;
        assert_eq!(evened(&[20.0, 30.0, 21.0, 20.5], is_one, 1), [20.5, 30.0, 20.5, 20.5]);
        assert_eq!(evened(&[20.0, 30.0, 21.0], is_one, 3), [20.0, 30.0, 21.0]);
    }
}
