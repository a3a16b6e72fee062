//! Tables from codes of two bytes to what they show.

use super::Text;
use super::predefined::{Collection, Predefined};
use super::text::{one, upright};

/// What a code shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    pub(super) text: Text,
    /// In ems.
    pub(super) width: f32,
}

/// An entry for each code of two bytes; only pages of 256 codes in which something was set take room.
#[derive(Debug)]
pub(super) struct Table {
    pages: Vec<Option<Box<[Entry; 256]>>>,
    missing: Entry,
}

impl Table {
    /// A table without entries; codes are `width` wide.
    pub(super) fn new(width: f32) -> Self {
        Self { pages: Vec::new(), missing: Entry { text: Text::Unknown, width } }
    }

    /// The entry of `code`.
    #[inline]
    pub(super) fn get(&self, code: u16) -> Entry {
        match self.pages.get(usize::from(code >> 8)) {
            Some(Some(page)) => page[usize::from(code & 0xFF)],
            _ => self.missing,
        }
    }

    /// The entry of `code`, to be set.
    pub(super) fn slot(&mut self, code: u16) -> &mut Entry {
        let page = usize::from(code >> 8);
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || None);
        }
        let missing = self.missing;
        &mut self.pages[page].get_or_insert_with(|| Box::new([missing; 256]))[usize::from(code & 0xFF)]
    }

    /// Each entry on a page that something was set on, with its code.
    pub(super) fn entries(&mut self) -> impl Iterator<Item = (u16, &mut Entry)> {
        self.pages.iter_mut().enumerate().filter_map(|(number, page)| Some((number, page.as_mut()?))).flat_map(
            |(number, page)| page.iter_mut().enumerate().map(move |(at, entry)| ((number << 8 | at) as u16, entry)),
        )
    }
}

/// What stands behind a table: the meaning of codes that the font itself says nothing about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Behind {
    meaning: Meaning,
    vertical: bool,
}

/// What codes mean.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    /// Nothing that is known.
    None,
    /// The code is the number of a glyph in a collection.
    Cids(Collection),
    /// As in a predefined CMap.
    Predefined(Predefined),
    /// The CIDs of codes, in a collection.
    Mapped(&'static [u16], Collection),
    /// The code is the character.
    Unicode,
}

impl Behind {
    /// Codes mean this, in a vertical font or another.
    pub(super) fn new(meaning: Meaning, vertical: bool) -> Self {
        Self { meaning, vertical }
    }

    /// Codes mean something else.
    pub(super) fn set(&mut self, meaning: Meaning) {
        self.meaning = meaning;
    }

    /// What `code` of so many bytes shows.
    #[inline]
    pub(super) fn text(&self, code: u32, bytes: u8) -> Text {
        let text = match self.meaning {
            Meaning::None => Text::Unknown,
            Meaning::Cids(collection) => collection.text(code),
            Meaning::Predefined(predefined) => predefined.text(code, bytes),
            Meaning::Mapped(cids, collection) => match cids.get(code as usize) {
                None | Some(0) => Text::Unknown,
                Some(&cid) => collection.text(cid.into()),
            },
            Meaning::Unicode => char::from_u32(code).map_or(Text::Unknown, one),
        };
        if self.vertical { upright(text) } else { text }
    }
}
