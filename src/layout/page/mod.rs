//! The glyphs of pages → [`TextLine`](crate::model::TextLine)s in reading order.
//!
//! [`page_lines`] works on one page: glyphs in the [`frame`] of their way, [`runs`] of them, [`tables`], the [`units`] and
//! [`stories`] of newspapers or the [`columns`] of other pages in reading order, [`lines`] in each, the [`text`] of each line. [`printed_lines`] then [`measure`]s the
//! lines of all pages against each other.

mod across;
mod boxes;
mod columns;
mod cuts;
mod frame;
mod insets;
mod lines;
mod measure;
mod rulings;
mod runs;
mod stories;
mod tables;
mod text;
mod units;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use columns::{Block, Leaf, What};
use frame::{Area, Way};
use lines::Row;
pub use measure::printed_lines;
use rulings::Rulings;
use runs::{Piece, Run};

use super::fold::{self, Printed};
use crate::model::{Glyph, GlyphPage, Part, Rect};

/// The printed lines of one page in reading order, as far as the page alone can tell.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PageLines {
    number: u32,
    lines: Vec<PageLine>,
}

/// One line as its page shows it.
#[derive(Debug, Serialize, Deserialize)]
struct PageLine {
    raw: String,
    printed: Printed,
    way: Way,
    /// The box of its print in the frame of its way.
    area: Area,
    bbox: Option<Rect>,
    v: f32,
    size: f32,
    /// Glyphs that print something.
    count: u32,
    fat: bool,
    /// Name of the face of most glyphs, hashed.
    face: u64,
    in_table: bool,
    confidence: Option<f32>,
    /// Its leaf on the page, and where the column begins and ends as far as the page tells.
    leaf: u32,
    column: (f32, f32),
    part: Part,
}

/// Some programs that recognise text put a blank between words, which Chinese print never has: where one pair of Han
/// characters in ten is parted, no blank between them is meant.
fn close_words(lines: &mut [PageLine]) {
    let pairs = lines.iter().map(|line| fold::pairs_of_han(&line.printed.text));
    let (closed, parted) = pairs.fold((0, 0), |all, it| (all.0 + it.0, all.1 + it.1));
    if parted * 9 > closed {
        for line in lines {
            line.printed = fold::printed(&fold::closed(&line.raw));
        }
    }
}

/// The lines of one page. Pure; pages can be worked on in parallel.
pub fn page_lines(page: &GlyphPage) -> PageLines {
    let glyphs = page.glyphs.as_slice();
    let stacks = frame::stacks(glyphs);
    let main = stacks.main();
    let rulings = Rulings::new(&page.rulings, main);
    let mut runs = runs::runs(glyphs, &page.line_starts, &stacks, &rulings, main);
    let invisible = glyphs.iter().filter(|glyph| glyph.invisible).count();
    let mut writer = Writer::new(page);
    let is_ordered = !page.line_starts.is_empty();
    if is_ordered || invisible * 5 > glyphs.len() * 4 {
        // A recognised page: whoever wrote its lines down, or laid the text over the picture, put them in reading order.
        let blocks = if is_ordered {
            runs::in_given_lines(&mut runs, &page.line_starts)
        } else {
            runs::in_stream_order(&mut runs)
        };
        for pieces in blocks {
            let column = extent(&pieces);
            for piece in pieces {
                writer.write(&Row { pieces: vec![piece], in_table: false }, &runs, column);
            }
            writer.leaf += 1;
        }
        close_words(&mut writer.page.lines);
        return writer.page;
    }
    let mut pieces = runs::pieces(&mut runs, &rulings, main);
    let tables = tables::tables(&mut pieces, &rulings, |piece| piece.way == main);
    let upright = |way: Way| matches!(way, Way::Across | Way::Down);
    let foreign = |piece: &Piece| piece.way != main && upright(piece.way) && upright(main);
    let insets = insets::insets(pieces.iter().copied().filter(foreign).collect());
    let mut blocks = Vec::with_capacity(pieces.len() + page.images.len());
    for (index, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.way == main) {
        let what = What::Piece(index as u32);
        blocks.push(Block { area: piece.area(), what, size: piece.size, count: piece.count });
    }
    for (index, table) in tables.iter().enumerate() {
        blocks.push(Block { area: table.area, what: What::Table(index as u32), size: table.size, count: 0 });
    }
    for (index, inset) in insets.iter().enumerate() {
        let area = inset.area_in(main);
        blocks.push(Block { area, what: What::Inset(index as u32), size: inset.size, count: inset.count });
    }
    let marks = no_text(page, &rulings, main, &pieces);
    blocks.extend(marks.into_iter().map(|(area, what)| Block { area, what, size: 0.0, count: 0 }));
    let closes = |piece: u32| pieces.get(piece as usize).is_some_and(|piece| text::closes(piece, &runs, glyphs));
    for leaf in columns::leaves(blocks, middle(page, main), &rulings, &closes) {
        writer.leaf(leaf, &pieces, &tables, &insets, &runs, &rulings);
    }
    // What is turned on the page, such as notes at its side, comes after the rest, way by way.
    for way in [Way::Across, Way::Down, Way::Clockwise, Way::Upwards, Way::UpsideDown, Way::Oblique] {
        if way != main && !(upright(way) && upright(main)) {
            let turned: Vec<Piece> = pieces.iter().copied().filter(|piece| piece.way == way).collect();
            writer.part = Part::Unknown;
            writer.block(turned, &runs);
        }
    }
    writer.page
}

/// Pictures and rulings between the text. A picture that text is printed on is the paper.
fn no_text(page: &GlyphPage, rulings: &Rulings, main: Way, pieces: &[Piece]) -> Vec<(Area, What)> {
    const MOST_PICTURES: usize = 64;
    const MOST_PRINTED_ON: usize = 3;
    let mut marks = Vec::new();
    for rect in page.images.iter().take(MOST_PICTURES) {
        let area = Area::of(rect, main);
        let on_it = |piece: &&Piece| {
            let middle = (piece.u0 + piece.u1) / 2.0;
            piece.way == main && area.u0 < middle && middle < area.u1 && area.v0 < piece.v && piece.v < area.v1
        };
        if pieces.iter().filter(on_it).take(MOST_PRINTED_ON + 1).count() <= MOST_PRINTED_ON {
            marks.push((area, What::Picture));
        }
    }
    for beam in &rulings.beams {
        marks.push((Area { u0: beam.from, u1: beam.to, v0: beam.at - 0.5, v1: beam.at + 0.5 }, What::Beam));
    }
    marks
}

/// Where the middle of the paper is, along the lines.
fn middle(page: &GlyphPage, main: Way) -> f32 {
    let paper = Rect::new(0.0, 0.0, page.width, page.height).map(|paper| Area::of(&paper, main));
    paper.map_or(f32::NAN, |paper| (paper.u0 + paper.u1) / 2.0)
}

/// From where to where the pieces print.
fn extent(pieces: &[Piece]) -> (f32, f32) {
    let ends = |ends: (f32, f32), piece: &Piece| (ends.0.min(piece.u0), ends.1.max(piece.u1));
    pieces.iter().fold((f32::INFINITY, f32::NEG_INFINITY), ends)
}

/// Puts down the lines of a page one by one.
struct Writer<'a> {
    glyphs: &'a [Glyph],
    bold: Vec<bool>,
    names: Vec<u64>,
    scratch: text::Scratch,
    leaf: u32,
    part: Part,
    page: PageLines,
}

impl<'a> Writer<'a> {
    fn new(page: &'a GlyphPage) -> Self {
        Self {
            glyphs: &page.glyphs,
            bold: page.faces.iter().map(|face| face.bold).collect(),
            names: page.faces.iter().map(|face| hashed(&face.name)).collect(),
            scratch: text::Scratch::default(),
            leaf: 0,
            part: Part::Unknown,
            page: PageLines { number: page.number, lines: Vec::new() },
        }
    }

    /// The lines of a leaf, with the tables and insets in it where their upper edges are.
    fn leaf(
        &mut self,
        leaf: Leaf,
        pieces: &[Piece],
        tables: &[tables::Table],
        insets: &[insets::Inset],
        runs: &[Run],
        rulings: &Rulings,
    ) {
        let column = (leaf.u0, leaf.u1);
        self.part = leaf.part;
        let mut own = Vec::with_capacity(leaf.blocks.len());
        let mut set_in: Vec<&Block> = Vec::new();
        for block in &leaf.blocks {
            match block.what {
                What::Piece(index) => own.push(pieces[index as usize]),
                What::Table(_) | What::Inset(_) => set_in.push(block),
                What::Picture | What::Beam => {}
            }
        }
        set_in.sort_by(|a, b| a.area.v0.total_cmp(&b.area.v0));
        let mut set_in = set_in.into_iter().peekable();
        let top = own.iter().fold(f32::INFINITY, |top, piece| top.min(piece.u0));
        let vertical = own.first().is_some_and(|piece| piece.way == Way::Down);
        // A headline across the upper ends of vertical lines comes before all of them.
        let heads =
            |block: &Block| vertical && matches!(block.what, What::Inset(_)) && block.area.u1 < top + block.size;
        let rows = lines::rows(own, Some(rulings));
        for row in rows.iter().map(Some).chain([None]) {
            let v = row.map_or(f32::INFINITY, |row| row.pieces[0].v);
            while let Some(block) = set_in.next_if(|block| block.area.v0 < v || heads(block)) {
                match block.what {
                    What::Table(index) => {
                        let table = &tables[index as usize];
                        for row in &table.rows {
                            self.write(row, runs, (table.area.u0, table.area.u1));
                        }
                    }
                    What::Inset(index) => self.block(insets[index as usize].pieces.clone(), runs),
                    _ => {}
                }
            }
            if let Some(row) = row {
                self.write(row, runs, column);
            }
        }
        self.leaf += 1;
    }

    /// The lines of pieces that run another way than the page.
    fn block(&mut self, pieces: Vec<Piece>, runs: &[Run]) {
        let blocks = pieces.iter().enumerate().map(|(index, piece)| {
            let what = What::Piece(index as u32);
            Block { area: piece.area(), what, size: piece.size, count: piece.count }
        });
        let none = Rulings::default();
        // They are the part of the story that they are set into.
        let part = self.part;
        for leaf in columns::leaves(blocks.collect(), f32::NAN, &none, &|_| false) {
            self.leaf += 1;
            self.leaf(Leaf { part, ..leaf }, &pieces, &[], &[], runs, &none);
        }
    }

    fn write(&mut self, row: &Row, runs: &[Run], column: (f32, f32)) {
        let bold = |face: u16| self.bold.get(usize::from(face)).copied().unwrap_or(false);
        let composed = text::compose(&row.pieces, runs, self.glyphs, bold, row.in_table, &mut self.scratch);
        let Some(longest) = row.pieces.iter().max_by_key(|piece| piece.count) else {
            return;
        };
        if composed.count == 0 {
            return;
        }
        let mut area = row.pieces.iter().skip(1).fold(row.pieces[0].area(), |area, piece| area.with(piece.area()));
        (area.u0, area.u1) = (composed.u0, composed.u1);
        self.page.lines.push(PageLine {
            printed: fold::printed(&composed.raw),
            raw: composed.raw,
            way: longest.way,
            area,
            bbox: area.rect(longest.way).or_else(|| text::bbox(&row.pieces, runs, self.glyphs)),
            v: longest.v,
            size: longest.size,
            count: composed.count,
            fat: composed.fat,
            face: self.names.get(usize::from(composed.face)).copied().unwrap_or(0),
            in_table: row.in_table,
            confidence: composed.confidence,
            leaf: self.leaf,
            column,
            part: self.part,
        });
    }
}

/// FNV-1a: the same on every machine.
fn hashed(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
