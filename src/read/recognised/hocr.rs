//! hOCR → [`Sheet`]s.
//!
//! The text of a line is the text of its element, white space as blanks; words and characters lend it their places.
//! Text outside a line stands in the box of the element around it.

use super::Parser;
use super::markup::{Tag, number};
use super::sheet::{Area, Letter, Line, Sheet, Unit, Way, share};

/// What the `title` of an element says of it.
#[derive(Debug, Default)]
struct Properties {
    bbox: Option<Area>,
    confidence: Option<f32>,
    /// Boxes and confidences of its characters.
    boxes: Vec<Area>,
    each: Vec<f32>,
    angle: Option<f32>,
    dpi: Option<f32>,
}

impl Properties {
    fn of(title: &str) -> Self {
        let mut properties = Self::default();
        for property in title.split(';') {
            let mut words = property.split_whitespace();
            let name = words.next().unwrap_or_default();
            let numbers: Vec<f32> = words.map_while(number).collect();
            let quads = || numbers.chunks_exact(4).filter_map(|it| Area::new(it[0], it[1], it[2], it[3]));
            let first = numbers.first().copied();
            match name {
                "bbox" => properties.bbox = quads().next(),
                // An older name for the boxes of characters; one box is that of a character alone.
                "x_bboxes" | "bboxes" => properties.boxes = quads().collect(),
                "x_wconf" => properties.confidence = first.map(|it| it / 100.0),
                // Of a hundred, or of one: programs differ.
                "x_conf" => properties.confidence = first.map(share),
                "x_confs" => properties.each = numbers.iter().map(|it| share(*it)).collect(),
                "textangle" => properties.angle = first,
                "scan_res" => properties.dpi = first.filter(|dpi| (10.0..10_000.0).contains(dpi)),
                _ => {}
            }
        }
        if let (None, [only]) = (properties.bbox, properties.boxes.as_slice()) {
            properties.bbox = Some(*only);
        }
        properties
    }

    fn way(&self) -> Option<Way> {
        match self.angle?.rem_euclid(360.0).round() as u32 {
            46..=134 => Some(Way::Upwards),
            135..=225 => Some(Way::UpsideDown),
            226..=314 => Some(Way::Clockwise),
            _ => None,
        }
    }
}

/// What an element of HTML is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Page,
    Line,
    Word,
    Character,
    Other,
}

impl Element {
    fn of(classes: &str) -> Self {
        let mut kinds = classes.split_whitespace().map(|class| match class {
            "ocr_page" => Self::Page,
            "ocr_line" | "ocrx_line" | "ocr_header" | "ocr_footer" | "ocr_caption" | "ocr_textfloat" => Self::Line,
            "ocrx_word" | "ocr_word" => Self::Word,
            "ocrx_cinfo" | "ocr_cinfo" => Self::Character,
            _ => Self::Other,
        });
        kinds.find(|kind| *kind != Self::Other).unwrap_or(Self::Other)
    }
}

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Hocr {
    /// The open elements with their boxes.
    open: Vec<(Element, Option<Area>)>,
    system: Option<String>,
    sheet: Option<Sheet>,
    /// The open line, and how many elements are open around its end.
    line: Option<(Line, usize)>,
    /// The open word: what it says of itself, and its first letter.
    word: Option<(Properties, usize)>,
    character: Option<(Properties, usize)>,
    done: Option<Sheet>,
}

impl Hocr {
    fn end_line(&mut self) {
        if let (Some((line, _)), Some(sheet)) = (self.line.take(), &mut self.sheet) {
            sheet.push(line);
        }
        self.word = None;
        self.character = None;
    }

    /// Gives the letters of an element, from `first` on, the box and confidence it has.
    fn lend(&mut self, properties: &Properties, first: usize, is_word: bool) {
        let Some((line, _)) = &mut self.line else { return };
        let first = first.min(line.letters.len());
        let letters = &mut line.letters[first..];
        let count = letters.iter().filter(|letter| !letter.is_blank()).count();
        let single = (properties.boxes.len() == count).then_some(&properties.boxes);
        let each = (properties.each.len() == count).then_some(&properties.each);
        let printed: Vec<&mut Letter> = letters.iter_mut().filter(|letter| !letter.is_blank()).collect();
        for (order, letter) in printed.into_iter().enumerate() {
            let own = letter.area.is_some() && is_word;
            match single {
                Some(single) => (letter.area, letter.part) = (Some(single[order]), (0, 1)),
                None if own => {}
                None => (letter.area, letter.part) = (properties.bbox, (order as u32, count as u32)),
            }
            let sure = each.map(|each| each[order]).or(properties.confidence);
            if letter.confidence.is_none() {
                letter.confidence = sure.map(crate::model::Confidence::new);
            }
        }
    }

    /// Text outside any line, or a word: a line of its own, in the box around it.
    fn open_line(&mut self, area: Option<Area>, depth: usize) {
        self.end_line();
        self.line = Some((Line { area, ..Line::default() }, depth));
    }
}

impl Parser for Hocr {
    fn open(&mut self, tag: &Tag) {
        let element = Element::of(&tag.get("class").unwrap_or_default());
        let properties = Properties::of(&tag.get("title").unwrap_or_default());
        let depth = self.open.len();
        self.open.push((element, properties.bbox));
        match element {
            Element::Page => {
                self.end_line();
                self.done = self.sheet.take();
                let (width, height) = properties.bbox.map(|bbox| (bbox.x1, bbox.y1)).unzip();
                let unit = properties.dpi.map_or(Unit::Pixels, |dpi| Unit::Points(72.0 / dpi));
                let mut sheet = Sheet::new(width, height, unit);
                sheet.is_spaced = true;
                self.sheet = Some(sheet);
            }
            Element::Line if self.sheet.is_some() => {
                self.open_line(properties.bbox, depth);
                if let Some((line, _)) = &mut self.line {
                    line.way = properties.way();
                }
            }
            Element::Word if self.sheet.is_some() => {
                if self.line.is_none() {
                    self.open_line(properties.bbox, depth);
                    if let Some(sheet) = &mut self.sheet {
                        sheet.is_loose = true;
                    }
                }
                let first = self.line.as_ref().map_or(0, |(line, _)| line.letters.len());
                self.word = Some((properties, first));
            }
            Element::Character if self.word.is_some() => {
                let first = self.line.as_ref().map_or(0, |(line, _)| line.letters.len());
                self.character = Some((properties, first));
            }
            Element::Other if tag.get("name").is_some_and(|name| name == "ocr-system") => {
                self.system = tag.get("content");
            }
            _ => {
                if tag.name().eq_ignore_ascii_case("br")
                    && let Some((line, _)) = &mut self.line
                {
                    line.blank();
                }
            }
        }
    }

    fn close(&mut self) {
        let Some((element, _)) = self.open.pop() else { return };
        match element {
            Element::Character => {
                if let Some((properties, first)) = self.character.take() {
                    self.lend(&properties, first, false);
                }
            }
            Element::Word => {
                if let Some((properties, first)) = self.word.take() {
                    self.lend(&properties, first, true);
                }
            }
            _ => {}
        }
        if self.line.as_ref().is_some_and(|(_, depth)| *depth >= self.open.len()) {
            self.end_line();
        }
        if element == Element::Page {
            self.done = self.sheet.take();
        }
    }

    fn text(&mut self, text: &str) {
        // White space between the characters of a word is that of the markup.
        let is_between = self.word.is_some() && self.character.is_none() && text.trim().is_empty();
        if self.sheet.is_none() || is_between {
            return;
        }
        if self.line.is_none() {
            if text.trim().is_empty() {
                return;
            }
            let around = self.open.iter().rposition(|(element, area)| *element != Element::Page && area.is_some());
            let area = around.and_then(|at| self.open[at].1);
            self.open_line(area, self.open.len().saturating_sub(1));
        }
        let Some((line, _)) = &mut self.line else { return };
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{3000}' {
                line.blank();
            } else {
                line.letters.push(Letter { c, area: None, part: (0, 1), confidence: None });
            }
        }
    }

    fn done(&mut self) -> Option<Sheet> {
        self.done.take()
    }

    fn unfinished(&mut self) -> Option<Sheet> {
        self.end_line();
        self.sheet.take()
    }

    fn producer(&self) -> Option<&str> {
        self.system.as_deref()
    }
}
