//! A page as a recogniser's file has it: lines of letters with boxes in units of its own.

use crate::model::Confidence;

/// A box in the units of the file, y down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
}

impl Area {
    /// The box with these edges, whichever comes first.
    pub(super) fn new(x0: f32, y0: f32, x1: f32, y1: f32) -> Option<Self> {
        let is_number = [x0, y0, x1, y1].iter().all(|edge| edge.abs() < 1.0e6);
        is_number.then(|| Self { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) })
    }

    /// The smallest box that holds both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The box around points: x and y by turns.
    pub(super) fn around(numbers: impl IntoIterator<Item = f32>) -> Option<Self> {
        let mut numbers = numbers.into_iter();
        let mut area: Option<Self> = None;
        while let (Some(x), Some(y)) = (numbers.next(), numbers.next()) {
            let point = Self::new(x, y, x, y)?;
            area = Some(area.map_or(point, |area| area.with(point)));
        }
        area
    }

    pub(super) fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    pub(super) fn height(&self) -> f32 {
        self.y1 - self.y0
    }
}

/// Which way a line is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Across,
    /// From top to bottom with upright characters.
    Down,
    /// From top to bottom, turned to the right.
    Clockwise,
    /// From bottom to top, turned to the left.
    Upwards,
    UpsideDown,
}

/// A character of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub(super) c: char,
    /// The box it stands in, which it may share.
    pub(super) area: Option<Area>,
    /// Its number among those that share the box, and how many they are.
    pub(super) part: (u32, u32),
    pub(super) confidence: Option<Confidence>,
}

impl Letter {
    /// Blanks have no box of their own.
    pub(super) fn is_blank(&self) -> bool {
        self.c.is_whitespace()
    }
}

/// A line as the file has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    pub(super) area: Option<Area>,
    pub(super) letters: Vec<Letter>,
    /// Which way it is read, where the file says so.
    pub(super) way: Option<Way>,
    /// Type size in points, where the file says so.
    pub(super) size: Option<f32>,
    /// Its place in the reading order of the page; lines of one place are read as they come.
    pub(super) place: (u32, u32),
}

impl Line {
    /// Adds the characters of a word, which share its box.
    pub(super) fn word(&mut self, text: &str, area: Option<Area>, confidence: impl Fn(usize) -> Option<f32>) {
        let text = text.trim();
        let count = text.chars().count() as u32;
        let letters = text.chars().enumerate().map(|(order, c)| Letter {
            c,
            area: area.filter(|_| !c.is_whitespace()),
            part: (order as u32, count),
            confidence: confidence(order).map(Confidence::new).filter(|_| !c.is_whitespace()),
        });
        self.letters.extend(letters);
    }

    /// Adds a blank, unless one is there, or nothing it could stand behind.
    pub(super) fn blank(&mut self) {
        if self.letters.last().is_some_and(|last| !last.is_blank()) {
            self.letters.push(Letter { c: ' ', area: None, part: (0, 1), confidence: None });
        }
    }

    pub(super) fn has_text(&self) -> bool {
        self.letters.iter().any(|letter| !letter.is_blank())
    }
}

/// What a number of the file measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    /// So many points.
    Points(f32),
    /// Pixels of a picture whose resolution is not known.
    Pixels,
}

/// A page as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) unit: Unit,
    pub(super) lines: Vec<Line>,
    /// The file says where words end, so that the distance of two boxes says nothing.
    pub(super) is_spaced: bool,
    /// Some words are in no line: which lines there are must be found.
    pub(super) is_loose: bool,
    /// More characters than a page may have; the rest was left out.
    pub(super) is_cut: bool,
    letters: usize,
}

/// Most characters of one page.
pub(super) const PAGE_LETTERS: usize = 500_000;

impl Sheet {
    pub(super) fn new(width: Option<f32>, height: Option<f32>, unit: Unit) -> Self {
        Self {
            width: width.unwrap_or(0.0).max(0.0),
            height: height.unwrap_or(0.0).max(0.0),
            unit,
            lines: Vec::new(),
            is_spaced: false,
            is_loose: false,
            is_cut: false,
            letters: 0,
        }
    }

    /// Adds a line, if it has text and there is room for it.
    pub(super) fn push(&mut self, line: Line) {
        if !line.has_text() {
            return;
        }
        if self.letters + line.letters.len() > PAGE_LETTERS {
            self.is_cut = true;
            return;
        }
        self.letters += line.letters.len();
        self.lines.push(line);
    }

    /// The lines in reading order.
    pub(super) fn order(&mut self) {
        self.lines.sort_by_key(|line| line.place);
    }
}

/// How sure a recogniser was, as a share; some write it of a hundred.
pub(super) fn share(number: f32) -> f32 {
    if number > 1.0 { number / 100.0 } else { number }
}
