//! ALTO of all versions → [`Sheet`]s.
//!
//! The text is `String`, `SP` and the printed `HYP`, never what a file says the words of two lines make together.
//! Blocks are read in the order of `ReadingOrder`, then as written, with the margins around the print space: schemas put
//! the foot of the page before its text.

use super::markup::{Tag, number};
use super::order::Order;
use super::sheet::{Area, Line, Sheet, Unit, Way, share};
use super::{Parser, text_until};
use std::collections::BTreeMap;

/// An open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Page,
    /// A part of the page, with its rank in reading order.
    Space,
    Block,
    Line,
    String,
    Group,
    Unit,
    Software,
    Other,
}

/// A word that is being read.
#[derive(Debug, Default)]
struct Word {
    content: String,
    area: Option<Area>,
    confidence: Option<f32>,
    /// One for each character, where given.
    each: Vec<f32>,
    glyphs: Vec<(String, Option<Area>, Option<f32>)>,
}

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Alto {
    open: Vec<Element>,
    unit: Option<String>,
    software: Option<String>,
    /// Sizes of type, in points.
    styles: BTreeMap<String, f32>,
    order: Order,
    /// Places of the open blocks.
    places: Vec<u32>,
    rank: u32,
    /// Ways and sizes of the open blocks.
    ways: Vec<Option<Way>>,
    sizes: Vec<Option<f32>>,
    sheet: Option<Sheet>,
    line: Option<Line>,
    word: Word,
    done: Option<Sheet>,
}

fn area_of(tag: &Tag) -> Option<Area> {
    let (x, y) = (tag.number("HPOS")?, tag.number("VPOS")?);
    let (width, height) = (tag.number("WIDTH")?, tag.number("HEIGHT")?);
    Area::new(x, y, x + width.max(0.0), y + height.max(0.0))
}

fn way_of(tag: &Tag) -> Option<Way> {
    match tag.get("BASEDIRECTION")?.as_str() {
        "ttb" => Some(Way::Down),
        "btt" => Some(Way::Upwards),
        _ => Some(Way::Across),
    }
}

impl Alto {
    fn unit(&self) -> Unit {
        match self.unit.as_deref().map(str::trim) {
            Some("mm10") => Unit::Points(72.0 / 254.0),
            Some("inch1200") => Unit::Points(72.0 / 1200.0),
            _ => Unit::Pixels,
        }
    }

    fn size_of(&self, tag: &Tag) -> Option<f32> {
        let styles = tag.get("STYLEREFS")?;
        styles.split_whitespace().find_map(|style| self.styles.get(style).copied())
    }

    fn block(&mut self, tag: &Tag) {
        let around = self.places.last().copied();
        self.places.push(self.order.place(tag.get("ID")).or(around).unwrap_or(u32::MAX));
        self.ways.push(way_of(tag).or(self.ways.last().copied().flatten()));
        self.sizes.push(self.size_of(tag).or(self.sizes.last().copied().flatten()));
    }

    fn string(&mut self, tag: &Tag) {
        let each = tag.get("CC").unwrap_or_default();
        // One digit a character, with or without blanks between: 0 is sure.
        let each = each.chars().filter_map(|c| c.to_digit(10)).map(|doubt| 1.0 - doubt as f32 / 9.0).collect();
        self.word = Word {
            content: tag.get("CONTENT").unwrap_or_default(),
            area: area_of(tag),
            confidence: tag.number("WC").map(share),
            each,
            glyphs: Vec::new(),
        };
        if let Some(line) = &mut self.line
            && line.size.is_none()
        {
            line.size = tag
                .get("STYLEREFS")
                .and_then(|styles| styles.split_whitespace().find_map(|style| self.styles.get(style).copied()));
        }
    }

    fn end_string(&mut self) {
        let word = std::mem::take(&mut self.word);
        let Some(line) = &mut self.line else { return };
        let glyphs: String = word.glyphs.iter().map(|glyph| glyph.0.as_str()).collect();
        if glyphs == word.content.trim() && word.glyphs.iter().all(|glyph| glyph.1.is_some()) {
            for (content, area, confidence) in word.glyphs {
                line.word(&content, area, |_| confidence.or(word.confidence));
            }
        } else {
            let each = if word.each.len() == word.content.trim().chars().count() { word.each } else { Vec::new() };
            line.word(&word.content, word.area, |order| each.get(order).copied().or(word.confidence));
        }
    }
}

impl Parser for Alto {
    fn open(&mut self, tag: &Tag) {
        let element = match tag.name() {
            "Page" => {
                self.sheet = Some(Sheet::new(tag.number("WIDTH"), tag.number("HEIGHT"), self.unit()));
                self.rank = 2;
                Element::Page
            }
            name @ ("TopMargin" | "LeftMargin" | "PrintSpace" | "RightMargin" | "BottomMargin") => {
                self.rank = match name {
                    "TopMargin" => 0,
                    "LeftMargin" => 1,
                    "PrintSpace" => 2,
                    "RightMargin" => 3,
                    _ => 4,
                };
                Element::Space
            }
            "TextBlock" | "ComposedBlock" => {
                self.block(tag);
                Element::Block
            }
            "TextLine" => {
                let place = self.order.place(tag.get("ID")).or(self.places.last().copied()).unwrap_or(u32::MAX);
                self.line = Some(Line {
                    area: area_of(tag),
                    way: way_of(tag).or(self.ways.last().copied().flatten()),
                    size: self.size_of(tag).or(self.sizes.last().copied().flatten()),
                    place: (place, self.rank),
                    ..Line::default()
                });
                Element::Line
            }
            "String" => {
                self.string(tag);
                Element::String
            }
            "Glyph" if self.open.last() == Some(&Element::String) => {
                let content = tag.get("CONTENT").unwrap_or_default();
                self.word.glyphs.push((content, area_of(tag), tag.number("GC").map(share)));
                Element::Other
            }
            "SP" => {
                if let Some(line) = &mut self.line {
                    line.blank();
                }
                if let Some(sheet) = &mut self.sheet {
                    sheet.is_spaced = true;
                }
                Element::Other
            }
            "HYP" => {
                let content = tag.get("CONTENT").unwrap_or_default().replace('\u{ad}', "-");
                let is_there = |line: &Line| line.letters.last().is_some_and(|last| content.starts_with(last.c));
                if let Some(line) = self.line.as_mut().filter(|line| !is_there(line)) {
                    line.word(&content, area_of(tag), |_| None);
                }
                Element::Other
            }
            "TextStyle" => {
                if let (Some(id), Some(size)) = (tag.get("ID"), tag.number("FONTSIZE")) {
                    self.styles.insert(id, size);
                }
                Element::Other
            }
            "OrderedGroup" | "UnorderedGroup" => {
                self.order.open(0, tag.get("REF"));
                Element::Group
            }
            "ElementRef" => {
                let blocks = tag.get("REF").unwrap_or_default();
                self.order.refer(0, blocks.split_whitespace().map(str::to_owned));
                Element::Other
            }
            "MeasurementUnit" => Element::Unit,
            "softwareName" | "softwareVersion" => Element::Software,
            _ => Element::Other,
        };
        self.open.push(element);
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Element::Page) => self.done = self.sheet.take(),
            Some(Element::Space) => self.rank = 2,
            Some(Element::Block) => {
                self.places.pop();
                self.ways.pop();
                self.sizes.pop();
            }
            Some(Element::Line) => {
                if let (Some(line), Some(sheet)) = (self.line.take(), &mut self.sheet) {
                    sheet.push(line);
                }
            }
            Some(Element::String) => self.end_string(),
            Some(Element::Group) => self.order.close(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some(Element::Unit) => text_until(&mut self.unit, text),
            Some(Element::Software) if self.sheet.is_none() => text_until(&mut self.software, text),
            _ => {}
        }
    }

    fn done(&mut self) -> Option<Sheet> {
        self.done.take()
    }

    fn unfinished(&mut self) -> Option<Sheet> {
        if let (Some(line), Some(sheet)) = (self.line.take(), &mut self.sheet) {
            sheet.push(line);
        }
        self.sheet.take()
    }

    fn producer(&self) -> Option<&str> {
        self.software.as_deref()
    }
}

/// The numbers of a list of points, however it is written: `1,2 3,4` or `1 2 3 4`.
pub(super) fn numbers(points: &str) -> impl Iterator<Item = f32> {
    points.split([' ', ',', '\t', '\n', '\r']).filter(|it| !it.is_empty()).map_while(number)
}
