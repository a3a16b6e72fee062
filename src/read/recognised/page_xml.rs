//! PAGE XML of all versions → [`Sheet`]s.
//!
//! The text of a line is its own, for that is what people correct; where its words say the same, they lend it their
//! places. A region without lines gives the lines of its text. Regions are read in the order of `ReadingOrder`, then as
//! written.

use super::alto::numbers;
use super::markup::Tag;
use super::order::Order;
use super::sheet::{Area, Line, Sheet, Unit, Way, share};
use super::{Parser, text_until};

/// An open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Page,
    /// A region, line, word or glyph.
    Part,
    Coords,
    Equivalent,
    Unicode,
    Group,
    Creator,
    Other,
}

/// What a part is, from large to small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Region,
    Line,
    Word,
    Glyph,
}

/// One of the texts a part may have.
#[derive(Debug, Default)]
struct Equivalent {
    index: Option<f32>,
    confidence: Option<f32>,
    text: String,
}

impl Equivalent {
    /// The first by its index is meant, else the surest, else the first.
    fn is_better(&self, other: &Self) -> bool {
        match (self.index, other.index) {
            (Some(own), Some(other)) => own < other,
            (own, Some(_)) => own.is_some(),
            (Some(_), None) => true,
            (None, None) => self.confidence.unwrap_or(0.0) > other.confidence.unwrap_or(0.0),
        }
    }
}

/// A part that is being read.
#[derive(Debug)]
struct Part {
    level: Level,
    /// Its outline: x and y by turns.
    points: Vec<f32>,
    text: Option<Equivalent>,
    /// The words of a line, the glyphs of a word.
    inner: Vec<Inner>,
    way: Option<Way>,
    place: u32,
    has_lines: bool,
}

/// A word or glyph that was read.
#[derive(Debug)]
struct Inner {
    text: String,
    area: Option<Area>,
    confidence: Option<f32>,
    /// The glyphs of a word, if they make it.
    inner: Vec<Inner>,
}

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct PageXml {
    open: Vec<Element>,
    parts: Vec<Part>,
    equivalent: Equivalent,
    order: Order,
    creator: Option<String>,
    sheet: Option<Sheet>,
    done: Option<Sheet>,
}

fn way_of(tag: &Tag) -> Option<Way> {
    let direction = tag.get("readingDirection").or_else(|| tag.get("primaryReadingDirection"));
    match direction.as_deref() {
        Some("top-to-bottom") => Some(Way::Down),
        Some("bottom-to-top") => Some(Way::Upwards),
        Some(_) => Some(Way::Across),
        None => match tag.get("textLineOrder").as_deref() {
            // Lines that follow each other sideways run from top to bottom.
            Some("right-to-left" | "left-to-right") => Some(Way::Down),
            _ => None,
        },
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

impl PageXml {
    fn part(&mut self, level: Level, tag: &Tag) {
        let around = self.parts.last();
        let place = self.order.place(tag.get("id")).or(around.map(|part| part.place)).unwrap_or(u32::MAX);
        let way = way_of(tag).or(around.and_then(|part| part.way));
        let (points, inner) = (Vec::new(), Vec::new());
        self.parts.push(Part { level, points, text: None, inner, way, place, has_lines: false });
    }

    fn end_part(&mut self) {
        let Some(part) = self.parts.pop() else { return };
        let area = Area::around(part.points.iter().copied());
        let own = part.text.filter(|text| !text.text.trim().is_empty());
        match part.level {
            Level::Glyph | Level::Word => {
                let glyphs: String = part.inner.iter().map(|glyph| glyph.text.as_str()).collect();
                let confidence = own.as_ref().and_then(|own| own.confidence);
                let text = own.map_or_else(|| glyphs.clone(), |own| own.text.trim().to_owned());
                let inner = if text == glyphs { part.inner } else { Vec::new() };
                if let Some(around) = self.parts.last_mut().filter(|around| around.level < part.level) {
                    around.inner.push(Inner { text, area, confidence, inner });
                }
            }
            Level::Line => {
                let mut line = Line { area, way: part.way, place: (part.place, 0), ..Line::default() };
                let words: Vec<&str> = part.inner.iter().map(|word| word.text.as_str()).collect();
                let said = own.as_ref().map_or_else(|| words.join(" "), |own| own.text.clone());
                if squeezed(&said) == squeezed(&words.concat()) {
                    for word in &part.inner {
                        if word.inner.is_empty() {
                            line.word(&squeezed(&word.text), word.area, |_| word.confidence);
                        }
                        for glyph in &word.inner {
                            let sure = glyph.confidence.or(word.confidence);
                            line.word(&squeezed(&glyph.text), glyph.area, |_| sure);
                        }
                    }
                    line = spaced(line, &said);
                } else {
                    let confidence = own.and_then(|own| own.confidence);
                    line.word(&said.split_whitespace().collect::<Vec<_>>().join(" "), None, |_| confidence);
                }
                for around in &mut self.parts {
                    around.has_lines = true;
                }
                if let Some(sheet) = &mut self.sheet {
                    sheet.push(line);
                }
            }
            Level::Region => {
                if let (Some(own), Some(sheet), false) = (own, &mut self.sheet, part.has_lines) {
                    for line in rows(&own, area, part.way, part.place) {
                        sheet.push(line);
                    }
                }
            }
        }
    }
}

/// The line with the blanks that `said` has.
fn spaced(line: Line, said: &str) -> Line {
    let mut letters = line.letters.iter();
    let mut spaced = Line { letters: Vec::with_capacity(line.letters.len()), ..line.clone() };
    for c in said.trim().chars() {
        if c.is_whitespace() {
            spaced.blank();
        } else if let Some(letter) = letters.next() {
            spaced.letters.push(*letter);
        }
    }
    spaced
}

/// The lines of a region that has only text, each with its share of the region's box.
fn rows(own: &Equivalent, area: Option<Area>, way: Option<Way>, place: u32) -> Vec<Line> {
    let rows: Vec<&str> = own.text.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    let count = rows.len() as f32;
    let row = |(order, text): (usize, &&str)| {
        let area = area.map(|area| {
            let (order, width, height) = (order as f32, area.width() / count, area.height() / count);
            if way == Some(Way::Down) {
                let x1 = area.x1 - width * order;
                Area { x0: x1 - width, x1, ..area }
            } else {
                let y0 = area.y0 + height * order;
                Area { y0, y1: y0 + height, ..area }
            }
        });
        let mut line = Line { area, way, place: (place, 0), ..Line::default() };
        line.word(text, None, |_| own.confidence);
        line
    };
    rows.iter().enumerate().map(row).collect()
}

impl Parser for PageXml {
    fn open(&mut self, tag: &Tag) {
        let index = || tag.number("index").unwrap_or(0.0).max(0.0) as u32;
        let element = match tag.name() {
            "Page" => {
                let mut sheet = Sheet::new(tag.number("imageWidth"), tag.number("imageHeight"), Unit::Pixels);
                sheet.is_spaced = true;
                self.sheet = Some(sheet);
                self.order = Order::default();
                Element::Page
            }
            "TextLine" => {
                self.part(Level::Line, tag);
                Element::Part
            }
            "Word" => {
                self.part(Level::Word, tag);
                Element::Part
            }
            "Glyph" => {
                self.part(Level::Glyph, tag);
                Element::Part
            }
            "Coords" => {
                if let (Some(part), Some(points)) = (self.parts.last_mut(), tag.get("points")) {
                    part.points.extend(numbers(&points));
                }
                Element::Coords
            }
            // As the first versions have it.
            "Point" if self.open.last() == Some(&Element::Coords) => {
                if let (Some(part), Some(x), Some(y)) = (self.parts.last_mut(), tag.number("x"), tag.number("y")) {
                    part.points.extend([x, y]);
                }
                Element::Other
            }
            "TextEquiv" => {
                let (index, confidence) = (tag.number("index"), tag.number("conf").map(share));
                self.equivalent = Equivalent { index, confidence, text: String::new() };
                Element::Equivalent
            }
            "Unicode" if self.open.last() == Some(&Element::Equivalent) => Element::Unicode,
            "RegionRef" | "RegionRefIndexed" => {
                self.order.refer(index(), tag.get("regionRef"));
                Element::Other
            }
            "OrderedGroup" | "OrderedGroupIndexed" | "UnorderedGroup" | "UnorderedGroupIndexed" => {
                self.order.open(index(), tag.get("regionRef"));
                Element::Group
            }
            "Creator" => Element::Creator,
            name if name.ends_with("Region") => {
                self.part(Level::Region, tag);
                Element::Part
            }
            _ => Element::Other,
        };
        self.open.push(element);
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Element::Page) => self.done = self.sheet.take(),
            Some(Element::Part) => self.end_part(),
            Some(Element::Group) => self.order.close(),
            Some(Element::Equivalent) => {
                let new = std::mem::take(&mut self.equivalent);
                if let Some(part) = self.parts.last_mut()
                    && part.text.as_ref().is_none_or(|old| new.is_better(old))
                {
                    part.text = Some(new);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some(Element::Unicode) => self.equivalent.text.push_str(text),
            Some(Element::Creator) => text_until(&mut self.creator, text),
            _ => {}
        }
    }

    fn done(&mut self) -> Option<Sheet> {
        self.done.take()
    }

    fn unfinished(&mut self) -> Option<Sheet> {
        while !self.parts.is_empty() {
            self.end_part();
        }
        self.sheet.take()
    }

    fn producer(&self) -> Option<&str> {
        self.creator.as_deref()
    }
}
