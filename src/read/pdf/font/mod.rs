//! Fonts: the bytes of a shown string → characters and widths.
//!
//! A font is loaded once and asked for every string of a document, so everything that can be known of a code is put
//! into a table when the font is loaded: `simple` does it for codes of one byte, `composite` for the others. Evidence is
//! taken in this order, the first that says something better than a private character stands:
//!
//! 1. `/ToUnicode` (`cmap`);
//! 2. the encoding, by glyph names (`encodings`, `glyph_names`) or by a predefined CMap (`predefined`);
//! 3. the embedded program (`program`, `sfnt`).
//!
//! Where none does, the text is [`Text::Unknown`]: nothing is guessed.

mod cmap;
mod composite;
mod encodings;
mod face;
mod glyph_names;
mod metrics;
mod predefined;
mod program;
mod sfnt;
mod simple;
mod table;
mod text;
mod widths;

use lopdf::Dictionary;

use self::composite::Mixed;
use self::predefined::{Old, shared_string};
use self::table::{Behind, Entry, Table};
use self::text::Strings;
use super::objects::{Objects, as_dict};
use crate::model::Face;

/// A font as far as reading needs it.
pub(super) struct Font {
    /// Its name and weight.
    pub(super) face: Face,
    /// Set from top to bottom.
    pub(super) vertical: bool,
    codes: Codes,
    strings: Strings,
}

/// What the bytes of a string are.
enum Codes {
    /// Each byte is a code.
    Bytes(Box<[Entry; 256]>),
    /// The same, but two bytes may be a character of GBK.
    GbkBytes(Box<[Entry; 256]>),
    /// Two bytes are a code.
    Pairs(Table, Behind),
    /// Codes of different lengths.
    Mixed(Box<Mixed>),
}

/// What one code of a shown string stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// The character.
    pub(super) text: Text,
    /// How far it moves the pen, in ems (in units of text space for Type 3 fonts, with their matrix applied). In a
    /// vertical font the pen moves down.
    pub(super) width: f32,
    /// The code is the single byte 32, to which word spacing applies.
    pub(super) word_space: bool,
}

/// The text of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// The font does not say.
    Unknown,
    /// A character.
    One(char),
    /// Several characters: [`Font::string`] of this number.
    Several(u32),
}

impl Font {
    /// The font that `dict` describes. Never fails: what is missing is replaced by the standard's defaults.
    pub(super) fn load(objects: &Objects, dict: &Dictionary) -> Self {
        let none = Dictionary::new();
        let composite = objects.name(dict, b"Subtype") == Some(b"Type0");
        let first = objects.array(dict, b"DescendantFonts").next().and_then(as_dict);
        let descendant = first.or_else(|| objects.dict(dict, b"DescendantFonts"));
        let inner = if composite { descendant.unwrap_or(&none) } else { dict };
        let descriptor = objects.dict(inner, b"FontDescriptor").unwrap_or(&none);
        let face = face::of(objects, dict, inner, descriptor);
        let mut strings = Strings::default();
        let (codes, vertical) = if composite {
            composite::load(objects, dict, inner, descriptor, &mut strings)
        } else {
            (simple::load(objects, dict, descriptor, &face, &mut strings), false)
        };
        Self { face, vertical, codes, strings }
    }

    /// Calls `show` for each code in `bytes`. Bytes left over at the end are no code.
    #[inline]
    pub(super) fn each(&self, bytes: &[u8], mut show: impl FnMut(Shown)) {
        match &self.codes {
            Codes::Bytes(entries) => {
                for &byte in bytes {
                    show(shown(entries[usize::from(byte)], byte == b' '));
                }
            }
            Codes::Pairs(table, behind) => {
                for pair in bytes.chunks_exact(2) {
                    let code = u16::from_be_bytes([pair[0], pair[1]]);
                    let mut entry = table.get(code);
                    if entry.text == Text::Unknown {
                        entry.text = behind.text(code.into(), 2);
                    }
                    show(shown(entry, false));
                }
            }
            Codes::Mixed(mixed) => {
                let mut rest = bytes;
                while let Some((entry, length)) = mixed.first(rest) {
                    show(shown(entry, length == 1 && rest[0] == b' '));
                    rest = &rest[length..];
                }
            }
            Codes::GbkBytes(entries) => {
                let mut rest = bytes;
                while let Some((&byte, after)) = rest.split_first() {
                    let first = entries[usize::from(byte)];
                    rest = after;
                    let Some((&second, after)) =
                        after.split_first().filter(|(second, _)| byte > 0x80 && **second >= 0x40)
                    else {
                        show(shown(first, byte == b' '));
                        continue;
                    };
                    let text = Old::Gb.text(u32::from(byte) << 8 | u32::from(second), 2);
                    show(shown(Entry { text, width: first.width + entries[usize::from(second)].width }, false));
                    rest = after;
                }
            }
        }
    }

    /// Whether its tables say more than is read: some codes may have lost their characters.
    pub(super) fn is_cut(&self) -> bool {
        self.strings.cut
    }

    /// The characters of [`Text::Several`].
    pub(super) fn string(&self, number: u32) -> &str {
        shared_string(number).unwrap_or_else(|| self.strings.get(number))
    }
}

#[inline]
fn shown(entry: Entry, word_space: bool) -> Shown {
    Shown { text: entry.text, width: entry.width, word_space }
}

#[cfg(test)]
mod tests;
