//! A [`Sheet`] → a [`GlyphPage`]: units to points, a way and a type size for each line, a place for each character.
//!
//! Points: `mm10` and `inch1200` are what they say, pixels are counted at the resolution the file gives. Where it gives
//! none it is 300 to the inch, unless the page would be longer than [`LONGEST`] or shorter than [`SHORTEST`]: then it is
//! taken for a sheet of A4. Nothing later depends on it but the numbers written.
//!
//! Type sizes: the boxes of recognisers hold ink, so their height says little. A long line of Han characters tells its type
//! size by its width; the others are as large, compared with those, as their boxes are high.

use super::sheet::{Area, Letter, Line, Sheet, Unit, Way};
use crate::model::{Glyph, GlyphPage, PageClass};

/// Pixels an inch, as offices scan.
const USUAL_DPI: f32 = 300.0;

/// Longer sides of pages between which the usual resolution is believed, in points: half of A5, and A1.
const SHORTEST: f32 = 300.0;
const LONGEST: f32 = 2400.0;

/// The longer side of A4 in points.
const A4: f32 = 841.9;

/// The page of this number.
pub(super) fn page(mut sheet: Sheet, number: u32) -> GlyphPage {
    sheet.order();
    let bounds = sheet.lines.iter().filter_map(area_of).reduce(Area::with);
    let (right, bottom) = bounds.map_or((0.0, 0.0), |bounds| (bounds.x1, bounds.y1));
    let (width, height) = match (sheet.width > 0.0, sheet.height > 0.0) {
        (true, true) => (sheet.width, sheet.height),
        _ => (sheet.width.max(right), sheet.height.max(bottom)),
    };
    let points = points(sheet.unit, width.max(height));
    let mut setter = Setter { is_spaced: sheet.is_spaced, ..Setter::default() };
    let strips: Vec<Strip> = sheet.lines.iter().map(|line| setter.strip(line, points)).collect();
    let sizes = sizes(&strips, &sheet.lines);
    for ((line, strip), size) in sheet.lines.iter().zip(&strips).zip(sizes) {
        setter.set(line, strip, size, points);
    }
    let class = if setter.glyphs.is_empty() { PageClass::Empty } else { PageClass::Recognised };
    GlyphPage {
        number,
        width: width * points,
        height: height * points,
        glyphs: setter.glyphs,
        line_starts: if sheet.is_loose { Vec::new() } else { setter.starts },
        faces: Vec::new(),
        images: Vec::new(),
        rulings: Vec::new(),
        class,
    }
}

/// How many points a unit is, on a page that is `long` units long.
fn points(unit: Unit, long: f32) -> f32 {
    match unit {
        Unit::Points(points) => points,
        Unit::Pixels => {
            let usual = 72.0 / USUAL_DPI;
            if long <= 0.0 || (SHORTEST..=LONGEST).contains(&(long * usual)) { usual } else { A4 / long }
        }
    }
}

/// The box of a line, or that around its words.
fn area_of(line: &Line) -> Option<Area> {
    line.area.or_else(|| line.letters.iter().filter_map(|letter| letter.area).reduce(Area::with))
}

/// A line in the frame of its way, in points: from where to where it is read, and how far it reaches to both sides.
#[derive(Debug, Clone, Copy)]
struct Strip {
    way: Way,
    u0: f32,
    u1: f32,
    middle: f32,
    height: f32,
    /// Width of its characters, if it were set solid, in ems. A blank between Han characters takes none: most of them are
    /// the recogniser's.
    ems: f32,
    /// Most of it is in Han characters and their marks.
    is_han: bool,
}

/// Whether a character takes the room of a Han character.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff01}'..='\u{ff60}' | '\u{20000}'.. | '“' | '”' | '‘' | '’' | '—' | '…')
}

fn em_of(letter: &Letter) -> f32 {
    if is_wide(letter.c) { 1.0 } else { 0.5 }
}

fn solid_em(letters: &[Letter]) -> f32 {
    let wide = |at: usize| letters.get(at).is_some_and(|letter| is_wide(letter.c));
    let is_parting = |at: usize| letters[at].is_blank() && wide(at.wrapping_sub(1)) && wide(at + 1);
    (0..letters.len()).filter(|at| !is_parting(*at)).map(|at| em_of(&letters[at])).sum()
}

/// Where a box begins and ends along a way.
fn along(way: Way, area: &Area) -> (f32, f32) {
    match way {
        Way::Across => (area.x0, area.x1),
        Way::Down | Way::Clockwise => (area.y0, area.y1),
        Way::Upwards => (-area.y1, -area.y0),
        Way::UpsideDown => (-area.x1, -area.x0),
    }
}

/// Which way a line is read: as the file says, or as its words follow each other, or as its box is long.
fn way_of(line: &Line, area: &Area, is_han: bool) -> Way {
    let tall = area.height() > 1.5 * area.width();
    let mut words = line.letters.iter().filter_map(|letter| letter.area);
    let (first, last) = (words.next(), words.next_back());
    let step =
        |first: Area, last: Area| (last.x0 + last.x1 - first.x0 - first.x1, last.y0 + last.y1 - first.y0 - first.y1);
    let (dx, dy) = first.zip(last).map_or((0.0, 0.0), |(first, last)| step(first, last));
    let several = line.letters.iter().filter(|letter| !letter.is_blank()).take(2).count() > 1;
    let way = match line.way {
        Some(way) => way,
        None if !several || !tall || dy.abs() < dx.abs() => Way::Across,
        None if dy < 0.0 => Way::Upwards,
        None => Way::Clockwise,
    };
    // Han characters that follow each other downwards stand upright.
    if way == Way::Clockwise && is_han { Way::Down } else { way }
}

/// The size of each line in points.
fn sizes(strips: &[Strip], lines: &[Line]) -> Vec<f32> {
    /// Lines that tell their size by their width have more.
    const LONG_EM: f32 = 8.0;
    /// Sizes that differ by less are one.
    const SAME: f32 = 0.12;
    let pitch = |strip: &Strip| {
        let pitch = (strip.u1 - strip.u0) / strip.ems;
        (strip.is_han && strip.ems >= LONG_EM && pitch > 0.0 && strip.height > 0.0).then_some(pitch)
    };
    let mut ratios: Vec<f32> = strips.iter().filter_map(|strip| Some(strip.height / pitch(strip)?)).collect();
    let ratio = middle(&mut ratios).unwrap_or(1.0).clamp(0.7, 2.0);
    let by_height: Vec<f32> = strips.iter().map(|strip| strip.height / ratio).collect();
    let sizes: Vec<f32> = strips
        .iter()
        .zip(&by_height)
        .map(|(strip, by_height)| match pitch(strip) {
            Some(pitch) if (0.8..1.25).contains(&(pitch / by_height)) => pitch,
            _ => *by_height,
        })
        .collect();
    let mut letters: Vec<f32> =
        strips.iter().zip(&sizes).flat_map(|(strip, size)| std::iter::repeat_n(*size, strip.ems as usize)).collect();
    let usual = middle(&mut letters).unwrap_or(0.0);
    let settled = |(line, size): (&Line, f32)| match line.size {
        // What recognisers say of type sizes is a guess, too.
        Some(said) if (0.7..1.4).contains(&(said / size)) => said,
        _ if (size - usual).abs() < SAME * usual => usual,
        // The box of 一 is flat.
        _ => size.max(0.5 * usual).max(1.0),
    };
    lines.iter().zip(sizes).map(settled).collect()
}

/// The value in the middle.
fn middle(values: &mut [f32]) -> Option<f32> {
    let half = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(half, f32::total_cmp).1)
}

/// Puts down the characters of a page line by line.
#[derive(Default)]
struct Setter {
    is_spaced: bool,
    glyphs: Vec<Glyph>,
    starts: Vec<u32>,
    /// The box of the line before, in points.
    last: Option<Area>,
    cells: Vec<(f32, f32)>,
}

impl Setter {
    /// A line in the frame of its way.
    fn strip(&mut self, line: &Line, points: f32) -> Strip {
        let letters = || line.letters.iter().filter(|letter| !letter.is_blank());
        let ems = solid_em(&line.letters);
        let is_han = letters().filter(|letter| is_wide(letter.c)).count() * 5 >= letters().count() * 3;
        let area = match area_of(line) {
            Some(Area { x0, y0, x1, y1 }) => {
                Area { x0: x0 * points, y0: y0 * points, x1: x1 * points, y1: y1 * points }
            }
            // A line without a place stands below the one before.
            None => {
                let last = self.last.unwrap_or(Area { x0: 0.0, y0: 0.0, x1: 0.0, y1: 0.0 });
                let size = if last.height() > 0.0 { last.height().min(last.width()).max(1.0) } else { 12.0 };
                Area { x0: last.x0, y0: last.y1 + size, x1: last.x0 + ems * size, y1: last.y1 + 2.0 * size }
            }
        };
        self.last = Some(area);
        let way = way_of(line, &area, is_han);
        let (u0, u1) = along(way, &area);
        let (middle, height) = match way {
            Way::Across | Way::UpsideDown => ((area.y0 + area.y1) / 2.0, area.height()),
            Way::Down | Way::Clockwise | Way::Upwards => ((area.x0 + area.x1) / 2.0, area.width()),
        };
        Strip { way, u0, u1, middle, height, ems, is_han }
    }

    fn set(&mut self, line: &Line, strip: &Strip, size: f32, points: f32) {
        self.starts.push(self.glyphs.len() as u32);
        if !self.cells_of_words(line, strip, size, points) {
            self.cells_of_line(line, strip);
        }
        // How far the baseline lies off the middle of the letters.
        const OFF: f32 = 0.38;
        for (letter, (u0, u1)) in line.letters.iter().zip(&self.cells) {
            let length = u1 - u0;
            let (x, y, dx, dy) = match strip.way {
                Way::Across => (*u0, strip.middle + OFF * size, length, 0.0),
                Way::Down => (strip.middle, *u0, 0.0, length),
                Way::Clockwise => (strip.middle - OFF * size, *u0, 0.0, length),
                Way::Upwards => (strip.middle + OFF * size, -u0, 0.0, -length),
                Way::UpsideDown => (-u0, strip.middle - OFF * size, -length, 0.0),
            };
            self.glyphs.push(Glyph {
                c: Some(letter.c),
                x,
                y,
                dx,
                dy,
                size,
                face: 0,
                vertical: strip.way == Way::Down,
                invisible: false,
                stroked: false,
                confidence: letter.confidence,
            });
        }
    }

    /// The cells of letters whose words have boxes one behind the other; `false` if they have not.
    fn cells_of_words(&mut self, line: &Line, strip: &Strip, size: f32, points: f32) -> bool {
        /// How far a box may begin before the one before it, in ems.
        const BACK_EM: f32 = 0.5;
        /// At the ends of a line a mark takes a cell though its ink does not.
        const OPENING: &str = "“‘（《「『【〔";
        const CLOSING: &str = "，。、；：！？”’）》」』】";
        self.cells.clear();
        let (mut end, mut before) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
        for letter in &line.letters {
            if letter.is_blank() {
                let at = end.max(strip.u0);
                self.cells.push((at, at));
                continue;
            }
            let Some(area) = letter.area else { return false };
            let (from, to) = along(strip.way, &area);
            let step = (to - from) * points / letter.part.1 as f32;
            let start = from * points + step * letter.part.0 as f32;
            if start < before - BACK_EM * size {
                return false;
            }
            before = start;
            let start = start.max(end);
            end = (from * points + step * (letter.part.0 + 1) as f32).max(start + 0.01 * size);
            self.cells.push((start, end));
        }
        // Where the file says which words are parted, all others touch.
        for at in 1..self.cells.len() {
            let (start, letter) = (self.cells[at].0, &line.letters[at]);
            if self.is_spaced && !letter.is_blank() && !line.letters[at - 1].is_blank() {
                self.cells[at - 1].1 = start;
            }
            if !letter.is_blank() && line.letters[at - 1].is_blank() {
                let parted = self.cells[..at].iter().rposition(|cell| cell.1 > cell.0).map_or(0, |last| last + 1);
                let (from, count) = (self.cells[parted].0, (at - parted) as f32);
                for (order, cell) in self.cells[parted..at].iter_mut().enumerate() {
                    let step = (start - from) / count;
                    *cell = (from + step * order as f32, from + step * (order + 1) as f32);
                }
            }
        }
        let is_narrow = |letter: &Letter, cell: &(f32, f32)| letter.part.1 == 1 && cell.1 - cell.0 < 0.7 * size;
        if let (Some(last), Some(cell)) = (line.letters.last(), self.cells.last_mut())
            && CLOSING.contains(last.c)
            && is_narrow(last, cell)
        {
            cell.1 = cell.0 + size;
        }
        if let (Some(first), Some(cell)) = (line.letters.first(), self.cells.first_mut())
            && OPENING.contains(first.c)
            && is_narrow(first, cell)
        {
            cell.0 = cell.1 - size;
        }
        true
    }

    /// The cells of letters that share the box of their line by their widths.
    fn cells_of_line(&mut self, line: &Line, strip: &Strip) {
        self.cells.clear();
        let em = (strip.u1 - strip.u0) / line.letters.iter().map(em_of).sum::<f32>().max(0.5);
        let mut u = strip.u0;
        for letter in &line.letters {
            let end = u + em * em_of(letter);
            self.cells.push((u, end));
            u = end;
        }
    }
}
