//! Marked content: text that stands for the glyphs between two marks (`/ActualText`), and layers that are off.

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::model::Glyph;

/// The open marks of one content stream.
#[derive(Default)]
pub(super) struct Marks {
    depth: u32,
    replaced: Option<Replaced>,
    hidden_from: Option<u32>,
}

/// Glyphs from `start` on are to be replaced by `text` where the mark of this depth ends.
struct Replaced {
    depth: u32,
    start: usize,
    text: String,
}

impl Marks {
    /// Whether what is painted now belongs to a layer that is off.
    pub(super) fn hides(&self) -> bool {
        self.hidden_from.is_some()
    }

    /// Whether glyphs painted now are going to be replaced: then unknown ones do not matter.
    pub(super) fn replaces(&self) -> bool {
        self.replaced.is_some()
    }

    pub(super) fn begin(&mut self, actual_text: Option<&[u8]>, hidden: bool, painted: usize) {
        self.depth += 1;
        if hidden && self.hidden_from.is_none() {
            self.hidden_from = Some(self.depth);
        }
        // The outermost text stands for all that is inside.
        if let (None, Some(bytes)) = (&self.replaced, actual_text) {
            self.replaced = Some(Replaced { depth: self.depth, start: painted, text: text_string(bytes) });
        }
    }

    pub(super) fn end(&mut self, glyphs: &mut Vec<Glyph>) {
        if let Some(replaced) = self.replaced.take_if(|it| it.depth == self.depth) {
            replace(glyphs, replaced.start, &replaced.text);
        }
        if self.hidden_from == Some(self.depth) {
            self.hidden_from = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

/// Puts the characters of `text` in the places of the glyphs from `start` on: one for one where the numbers agree, else
/// spread evenly, so that each line of several keeps its share.
fn replace(glyphs: &mut Vec<Glyph>, start: usize, text: &str) {
    let painted = glyphs.split_off(start.min(glyphs.len()));
    let chars: Vec<char> = text.chars().filter(|c| !c.is_control() && *c != '\u{ad}').collect();
    if painted.is_empty() {
        return;
    }
    let (have, want) = (painted.len(), chars.len());
    for (place, &c) in chars.iter().enumerate() {
        let (from, to) = (place * have / want, ((place + 1) * have / want).max(place * have / want + 1));
        let first = painted[from];
        if want <= have {
            let last = painted[(to - 1).min(have - 1)];
            // Several glyphs of one line become one character as wide as they are.
            let on_one_line = (last.y - first.y).abs() < 0.3 * first.size || first.dx.abs() < first.dy.abs();
            let (dx, dy) = if on_one_line {
                (last.x + last.dx - first.x, last.y + last.dy - first.y)
            } else {
                (first.dx, first.dy)
            };
            glyphs.push(Glyph { c: Some(c), dx, dy, ..first });
        } else {
            // Several characters share the place of one glyph: these are the first and the one behind the last.
            let (begin, end) = ((from * want).div_ceil(have), ((from + 1) * want).div_ceil(have));
            glyphs.push(Glyph { c: Some(c), ..first.part(place - begin, end - begin) });
        }
    }
}

/// A text string of a PDF file: UTF-16 or UTF-8 with their marks, else PDFDocEncoding; GBK where it can only be that.
pub(super) fn text_string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => doc_encoded(bytes),
    };
    // Language marks: an escape, the codes, an escape.
    if text.contains('\u{1b}') { text.split('\u{1b}').step_by(2).collect() } else { text }
}

fn doc_encoded(bytes: &[u8]) -> String {
    if bytes.is_ascii() {
        return bytes.iter().map(|byte| char::from(*byte)).collect();
    }
    // Programs that know no better write the bytes of the system's own encoding.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let (text, _, damaged) = encoding_rs::GBK.decode(bytes);
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    if !damaged && han * 3 >= text.chars().filter(|c| !c.is_ascii()).count() * 2 && han > 0 {
        return text.into_owned();
    }
    bytes.iter().map(|byte| pdf_doc(*byte)).collect()
}

/// PDFDocEncoding (ISO 32000-1, annex D): Latin-1 but for two rows.
fn pdf_doc(byte: u8) -> char {
    const LOW: [char; 8] = ['\u{2d8}', '\u{2c7}', '\u{2c6}', '\u{2d9}', '\u{2dd}', '\u{2db}', '\u{2da}', '\u{2dc}'];
    const HIGH: [char; 33] = [
        '\u{2022}', '\u{2020}', '\u{2021}', '\u{2026}', '\u{2014}', '\u{2013}', '\u{192}', '\u{2044}', '\u{2039}',
        '\u{203a}', '\u{2212}', '\u{2030}', '\u{201e}', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{201a}',
        '\u{2122}', '\u{fb01}', '\u{fb02}', '\u{141}', '\u{152}', '\u{160}', '\u{178}', '\u{17d}', '\u{131}',
        '\u{142}', '\u{153}', '\u{161}', '\u{17e}', '\u{fffd}', '\u{20ac}',
    ];
    match byte {
        0x18..=0x1f => LOW[usize::from(byte - 0x18)],
        0x80..=0xa0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(c: char, x: f32, dx: f32) -> Glyph {
        Glyph {
            c: Some(c),
            x,
            y: 0.0,
            dx,
            dy: 0.0,
            size: 10.0,
            face: 0,
            vertical: false,
            invisible: false,
            stroked: false,
            confidence: None,
        }
    }

    fn placed(glyphs: &[Glyph]) -> Vec<(Option<char>, f32, f32)> {
        glyphs.iter().map(|glyph| (glyph.c, glyph.x, glyph.dx)).collect()
    }

    #[test]
    fn text_takes_the_places_of_glyphs() {
        let mut glyphs = vec![glyph('a', 0.0, 10.0), glyph('口', 10.0, 10.0), glyph('口', 20.0, 10.0)];
        replace(&mut glyphs, 1, "党史");
        assert_eq!(placed(&glyphs), [(Some('a'), 0.0, 10.0), (Some('党'), 10.0, 10.0), (Some('史'), 20.0, 10.0)]);
    }

    #[test]
    fn a_ligature_is_divided_and_parts_are_united() {
        let mut glyphs = vec![glyph('?', 0.0, 12.0)];
        replace(&mut glyphs, 0, "fi");
        assert_eq!(placed(&glyphs), [(Some('f'), 0.0, 6.0), (Some('i'), 6.0, 6.0)]);
        let mut glyphs = vec![glyph('日', 0.0, 5.0), glyph('月', 5.0, 5.0)];
        replace(&mut glyphs, 0, "明");
        assert_eq!(placed(&glyphs), [(Some('明'), 0.0, 10.0)]);
    }

    #[test]
    fn empty_text_takes_glyphs_away() {
        let mut glyphs = vec![glyph('-', 0.0, 5.0)];
        replace(&mut glyphs, 0, "\u{ad}");
        assert!(glyphs.is_empty());
    }

    #[test]
    fn text_strings_say_their_encoding_or_show_it() {
        assert_eq!(text_string(b"\xfe\xff\x51\x5a"), "党");
        assert_eq!(text_string(b"\xb5\xb3\xca\xb7\xb9\xa4\xd7\xf7"), "党史工作");
        assert_eq!(text_string(b"caf\xe9 \x84"), "café —");
        assert_eq!(text_string("党".as_bytes()), "党");
    }
}
