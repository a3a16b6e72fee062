//! Fonts: the bytes of a shown string → characters and widths.

use lopdf::Dictionary;

use super::objects::Objects;
use crate::model::Face;

/// A font as far as reading needs it.
pub(super) struct Font {
    /// Its name and weight.
    pub(super) face: Face,
    /// Set from top to bottom.
    pub(super) vertical: bool,
}

/// What one code of a shown string stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// The character.
    pub(super) text: Text,
    /// How far it moves the pen, in ems (in units of text space for Type 3 fonts, with their matrix applied).
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
        let _ = (objects, dict);
        Self { face: Face { name: String::new(), bold: false }, vertical: false }
    }

    /// Calls `show` for each code in `bytes`.
    #[inline]
    pub(super) fn each(&self, bytes: &[u8], mut show: impl FnMut(Shown)) {
        for &byte in bytes {
            show(Shown { text: Text::One(byte as char), width: 0.5, word_space: byte == b' ' });
        }
    }

    /// The characters of [`Text::Several`].
    pub(super) fn string(&self, number: u32) -> &str {
        let _ = number;
        ""
    }
}
