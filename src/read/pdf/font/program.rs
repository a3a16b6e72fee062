//! Embedded font programs, as far as they say which characters their glyphs are.
//!
//! What stands in `/FontFile`, `/FontFile2` and `/FontFile3` is told by its first bytes; the keys are often wrong.

use ttf_parser::{GlyphId, cff, post};

use super::super::objects::Objects;
use super::glyph_names::characters;
use super::sfnt::{Maps, Outlines, cff_ordering, table};
use super::text::{Strings, better, oddity, one};
use super::{Text, encodings};

/// A font program.
pub(super) enum Program<'a> {
    /// PostScript, with its encoding in clear text.
    Type1(&'a [u8]),
    /// A bare table of outlines with names.
    Cff(Box<cff::Table<'a>>, &'a [u8]),
    /// A folder of tables: TrueType and OpenType.
    Sfnt(Sfnt<'a>),
}

/// The tables that say something.
pub(super) struct Sfnt<'a> {
    maps: Maps<'a>,
    names: Option<post::Table<'a>>,
    cff: Option<Box<cff::Table<'a>>>,
    outlines: Option<Outlines<'a>>,
}

/// The keys of a descriptor that a program may stand under.
const KEYS: [&[u8]; 3] = [b"FontFile", b"FontFile2", b"FontFile3"];

/// Glyphs whose names are asked for. Fonts with more have numbers in place of names.
const MOST_NAMED: u16 = 8192;

/// The decoded program of the font that `descriptor` describes.
pub(super) fn embedded(objects: &Objects, descriptor: &lopdf::Dictionary) -> Option<Vec<u8>> {
    let stream = KEYS.iter().find_map(|key| objects.stream(descriptor, key))?;
    Some(objects.decoded(stream).bytes).filter(|bytes| !bytes.is_empty())
}

/// Whether the font that `descriptor` describes comes with a program.
pub(super) fn is_embedded(objects: &Objects, descriptor: &lopdf::Dictionary) -> bool {
    KEYS.iter().any(|key| objects.dict(descriptor, key).is_some())
}

impl<'a> Program<'a> {
    /// The program in `bytes`.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..4)? {
            [0, 1, 0, 0] | b"OTTO" | b"true" | b"ttcf" => Some(Self::Sfnt(Sfnt::read(bytes))),
            [1, _, _, 1..=4] => Some(Self::Cff(Box::new(cff::Table::parse(bytes)?), bytes)),
            _ => memchr::memmem::find(bytes, b"/Encoding").map(|_| Self::Type1(bytes)),
        }
    }

    /// The character collection of a font whose glyphs have numbers, such as `GB1`.
    pub(super) fn ordering(&self) -> Option<&'a [u8]> {
        match self {
            Self::Cff(_, bytes) => cff_ordering(bytes),
            _ => None,
        }
    }

    /// What each glyph shows, by the number that PDF knows it under where nothing maps numbers to glyphs.
    pub(super) fn texts_by_cid(&self, strings: &mut Strings) -> Vec<Text> {
        match self {
            Self::Type1(_) => Vec::new(),
            Self::Cff(table, _) => named_glyphs(table, strings),
            Self::Sfnt(sfnt) => {
                let by_glyph = sfnt.texts_by_glyph(strings);
                let Some(table) = sfnt.cff.as_ref().filter(|table| table.glyph_cid(GlyphId(0)).is_some()) else {
                    return by_glyph;
                };
                let mut by_cid = Vec::new();
                for (glyph, &text) in by_glyph.iter().enumerate().take(usize::from(MOST_NAMED)) {
                    if let Some(cid) = table.glyph_cid(GlyphId(glyph as u16)) {
                        put(&mut by_cid, cid, text);
                    }
                }
                by_cid
            }
        }
    }

    /// What each glyph shows, by its number in the program.
    pub(super) fn texts_by_glyph(&self, strings: &mut Strings) -> Vec<Text> {
        match self {
            Self::Sfnt(sfnt) => sfnt.texts_by_glyph(strings),
            _ => self.texts_by_cid(strings),
        }
    }

    /// What each code of one byte shows by the program's own encoding; none where it says nothing of the code.
    pub(super) fn built_in(&self, strings: &mut Strings) -> [Option<Text>; 256] {
        let mut texts = [None; 256];
        match self {
            Self::Type1(bytes) => type1_encoding(bytes, &mut texts, strings),
            Self::Cff(table, _) => cff_encoding(table, &mut texts, strings),
            Self::Sfnt(sfnt) => match &sfnt.cff {
                Some(table) if sfnt.maps.is_empty() => cff_encoding(table, &mut texts, strings),
                _ => {
                    let by_glyph = sfnt.texts_by_glyph(strings);
                    for (code, glyph) in sfnt.maps.by_byte().into_iter().enumerate() {
                        let text = by_glyph.get(usize::from(glyph)).copied();
                        texts[code] = text.filter(|&text| glyph != 0 && text != Text::Unknown);
                    }
                }
            },
        }
        texts
    }

    /// The number of the glyph that the program has under `name`.
    pub(super) fn glyph_named(&self, name: &str) -> Option<u16> {
        let Self::Sfnt(sfnt) = self else { return None };
        let names = sfnt.names.as_ref()?;
        names.glyph_index_by_name(name).map(|glyph| glyph.0)
    }
}

impl<'a> Sfnt<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        let table = |tag: &[u8; 4]| table(bytes, tag);
        Self {
            maps: Maps::read(table(b"cmap").unwrap_or_default()),
            names: table(b"post").and_then(post::Table::parse),
            cff: table(b"CFF ").and_then(cff::Table::parse).map(Box::new),
            outlines: Outlines::read(bytes),
        }
    }

    /// From the tables of Unicode characters; where those say nothing, from the glyphs' names.
    fn texts_by_glyph(&self, strings: &mut Strings) -> Vec<Text> {
        let mut nearest: Vec<char> = Vec::new();
        self.maps.each_unicode(|character, glyph| {
            let glyph = usize::from(glyph);
            if glyph >= nearest.len() {
                nearest.resize(glyph + 1, '\0');
            }
            let known = nearest[glyph];
            if known == '\0' || (oddity(character), character) < (oddity(known), known) {
                nearest[glyph] = character;
            }
        });
        let mut texts: Vec<Text> = nearest.into_iter().map(one).collect();
        let by_name = match (&self.names, &self.cff) {
            (Some(table), _) if table.names().next().is_some() || texts.is_empty() => post_names(table, strings),
            (_, Some(table)) => named_glyphs(table, strings),
            _ => Vec::new(),
        };
        for (glyph, &text) in by_name.iter().enumerate() {
            if text != Text::Unknown {
                let known = texts.get(glyph).copied().unwrap_or(Text::Unknown);
                put(&mut texts, glyph as u16, better(known, text));
            }
        }
        // What prints nothing is a blank, though nobody says so.
        for glyph in self.outlines.iter().flat_map(Outlines::blanks) {
            if texts.get(usize::from(glyph)).copied().unwrap_or(Text::Unknown) == Text::Unknown {
                put(&mut texts, glyph, one(' '));
            }
        }
        texts
    }
}

fn put(texts: &mut Vec<Text>, number: u16, text: Text) {
    let number = usize::from(number);
    if number >= texts.len() {
        texts.resize(number + 1, Text::Unknown);
    }
    texts[number] = text;
}

/// What a glyph of this name shows.
pub(super) fn named(name: &str, strings: &mut Strings) -> Text {
    characters(name).map_or(Text::Unknown, |characters| strings.text(characters.chars()))
}

fn named_glyphs(table: &cff::Table, strings: &mut Strings) -> Vec<Text> {
    let glyphs = 0..table.number_of_glyphs().min(MOST_NAMED);
    glyphs.map(|glyph| table.glyph_name(GlyphId(glyph)).map_or(Text::Unknown, |name| named(name, strings))).collect()
}

fn post_names(table: &post::Table, strings: &mut Strings) -> Vec<Text> {
    // The table looks its own names up from the start each time.
    (0..MOST_NAMED).map_while(|glyph| table.glyph_name(GlyphId(glyph))).map(|name| named(name, strings)).collect()
}

fn cff_encoding(table: &cff::Table, texts: &mut [Option<Text>; 256], strings: &mut Strings) {
    for (code, text) in (0..=255).zip(texts) {
        if let Some(name) =
            table.glyph_index(code).filter(|glyph| glyph.0 != 0).and_then(|glyph| table.glyph_name(glyph))
        {
            *text = Some(named(name, strings));
        }
    }
}

/// `/Encoding StandardEncoding def`, or `dup 65 /A put` again and again, or an array of names.
fn type1_encoding(bytes: &[u8], texts: &mut [Option<Text>; 256], strings: &mut Strings) {
    let clear = &bytes[..memchr::memmem::find(bytes, b"eexec").unwrap_or(bytes.len())];
    let Some(start) = memchr::memmem::find(clear, b"/Encoding") else { return };
    let mut words = words(&clear[start + b"/Encoding".len()..]);
    let mut in_array = None;
    let mut code: Option<usize> = None;
    // 256 entries of four words and what stands around them.
    for _ in 0..4096 {
        let Some(word) = words.next() else { return };
        match word {
            b"StandardEncoding" => {
                for (text, character) in texts.iter_mut().zip(encodings::named(word).into_iter().flatten()) {
                    *text = Some(one(character));
                }
                return;
            }
            b"def" | b"readonly" => return,
            b"[" => in_array = Some(0),
            [b'/', name @ ..] => {
                let place = in_array.or(code.take());
                in_array = in_array.map(|place| place + 1);
                if let Some(text) = place.and_then(|place| texts.get_mut(place)) {
                    *text = Some(std::str::from_utf8(name).map_or(Text::Unknown, |name| named(name, strings)));
                }
            }
            _ => code = number(word),
        }
    }
}

/// `65`, `8#101` or `16#41`.
fn number(word: &[u8]) -> Option<usize> {
    let word = std::str::from_utf8(word).ok()?;
    match word.split_once('#') {
        Some((base, digits)) => {
            let base = base.parse().ok().filter(|base| (2..=36).contains(base))?;
            usize::from_str_radix(digits, base).ok()
        }
        None => word.parse().ok(),
    }
}

/// The words of a PostScript program; comments left out, a name keeps its slash.
fn words(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_mark = |byte: u8| matches!(byte, b'[' | b']' | b'{' | b'}' | b'(' | b')' | b'/' | b'%');
    std::iter::from_fn(move || {
        loop {
            let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
            bytes = &bytes[start..];
            if bytes[0] != b'%' {
                break;
            }
            bytes = &bytes[memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len())..];
        }
        let is_end = |&byte: &u8| byte.is_ascii_whitespace() || is_mark(byte);
        let length = 1 + bytes[1..].iter().position(is_end).unwrap_or(bytes.len() - 1);
        let length = if is_mark(bytes[0]) && bytes[0] != b'/' { 1 } else { length };
        let (word, rest) = bytes.split_at(length);
        bytes = rest;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in(program: &str) -> String {
        let mut strings = Strings::default();
        let texts = Program::read(program.as_bytes()).unwrap().built_in(&mut strings);
        let shown = texts.iter().enumerate().filter_map(|(code, text)| match text {
            Some(Text::One(character)) => Some(format!("{code}{character}")),
            _ => None,
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_encoding_of_a_type_1_program_is_read() {
        assert_eq!(
            built_in(
                "%!PS-AdobeFont-1.0: CMR10\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n\
                 dup 11 /alpha put dup 8#102/B put % dup 1 /C put\ndup 300 /D put readonly def dup 5 /E put eexec"
            ),
            "11α 66B"
        );
        assert_eq!(built_in("%!FontType1\n/Encoding [/A/B /.notdef /uni4E2D] def"), "0A 1B 3中");
        assert!(built_in("%!FontType1\n/Encoding StandardEncoding def").contains("39’ 40("));
        assert_eq!(built_in("%!FontType1\n/Encoding"), "");
    }

    #[test]
    fn what_is_cut_off_is_no_program() {
        for bytes in [
            b"".as_slice(),
            b"\0\x01\0\0",
            b"OTTO\xFF\xFF",
            b"\x01\0\x04\x01",
            b"ttcf\0\0\0\0\xFF\xFF\xFF\xFF",
            b"junk",
        ] {
            if let Some(program) = Program::read(bytes) {
                let mut strings = Strings::default();
                assert!(program.texts_by_cid(&mut strings).is_empty());
                assert_eq!(program.built_in(&mut strings), [None; 256]);
            }
        }
    }
}
