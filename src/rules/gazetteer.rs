//! Place names in running text → the division meant, by home province and date.
//!
//! In go the tables of `rules/gazetteer/` (built in as part of the rules); out comes a [`Gazetteer`], which finds every province,
//! prefecture, county and functional zone a text names ([`Gazetteer::mentions`]). It does not choose an item's district.
//!
//! A *surface* is a printed form of a name. A *bare* one is the beginning of the full name (酉阳, 江北); all others
//! (酉阳县, 江北区, 万盛经开区) carry their rank. How a surface is read is in `reading.rs`.

mod reading;
mod table;
mod trie;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::civil::Date;

pub use table::GazetteerError;
use table::Tables;
use trie::Trie;
use words::Affixes;

/// One division for as long as it kept one name and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// GB/T 2260, six digits. None for a zone, and where the code could not be verified.
    pub code: Option<String>,
    /// The official name.
    pub name: String,
    /// What kind of division it is.
    pub level: Level,
    /// Code of its province (of itself, for a province).
    pub province: String,
    /// Code of the prefecture or province right above it; empty for a province.
    pub parent: String,
    /// First day in force; None if it began before the tables do.
    pub from: Option<Date>,
    /// First day no longer in force; None if it still is.
    pub to: Option<Date>,
    /// Code of the division that is this place under a new name.
    pub successor: Option<String>,
}

impl Place {
    /// Whether it is in force on the day; without a day, whether it still is.
    #[must_use]
    pub fn in_force(&self, on: Option<Date>) -> bool {
        match on {
            Some(day) => self.from.is_none_or(|from| from <= day) && !self.ended(on),
            None => self.to.is_none(),
        }
    }

    /// Whether it has ended by the day; without a day, whether it has ended at all.
    fn ended(&self, on: Option<Date>) -> bool {
        self.to.is_some_and(|to| on.is_none_or(|day| to <= day))
    }
}

/// The rank of a division, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 省, 自治区, 直辖市, 特别行政区.
    Province,
    /// 地级市, 地区, 自治州, 盟.
    Prefecture,
    /// 市辖区, 县级市, 县, 自治县, 旗.
    County,
    /// A functional zone (经开区, 新区) that is no division and has no code.
    Zone,
}

/// A place named in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention<'g> {
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// The division meant, in force on the day asked for.
    pub place: &'g Place,
}

/// The tables, compiled.
#[derive(Debug)]
pub struct Gazetteer {
    places: Vec<Place>,
    by_code: HashMap<String, Vec<usize>>,
    surfaces: Vec<Surface>,
    /// Finds the index of a surface.
    trie: Trie,
    affixes: Affixes,
}

#[derive(Debug, Default)]
struct Surface {
    /// What it can name; empty for a word that is no place.
    readings: Vec<Reading>,
    /// In the list of words: a name only where its neighbours make it one.
    doubtful: bool,
    /// Two characters (和县, 城区), too little to be sure of far from home.
    two_characters: bool,
    /// The longest surface that begins this one and names something.
    shorter: Option<usize>,
    /// Bytes.
    len: usize,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    place: usize,
    bare: bool,
}

impl Gazetteer {
    /// Compiles tables given as (file name, text). The header row tells a table's kind, so their order does not matter.
    ///
    /// # Errors
    /// The first cell, header or pair of rows that is wrong, with file, line and what was expected.
    pub fn parse(sources: &[(&str, &str)]) -> Result<Gazetteer, GazetteerError> {
        let Tables { rows, words, pairs } = table::read(sources)?;
        let mut index: HashMap<&str, usize> = HashMap::with_capacity(3 * rows.len());
        let mut patterns: Vec<&str> = Vec::with_capacity(3 * rows.len());
        let mut surfaces: Vec<Surface> = Vec::with_capacity(3 * rows.len());
        let mut surface = |text| {
            *index.entry(text).or_insert_with(|| {
                patterns.push(text);
                surfaces.push(Surface { len: text.len(), ..Surface::default() });
                surfaces.len() - 1
            })
        };
        let mut readings: Vec<(usize, Reading)> = Vec::with_capacity(3 * rows.len());
        for (place, row) in rows.iter().enumerate() {
            readings.push((surface(&row.place.name), Reading { place, bare: false }));
            for short in &row.shorts {
                let bare = row.place.name.starts_with(short);
                readings.push((surface(short), Reading { place, bare }));
            }
        }
        let doubtful: Vec<usize> =
            words.iter().filter(|word| !word.text.contains('~')).map(|word| surface(word.text)).collect();
        for (id, reading) in readings {
            surfaces[id].readings.push(reading);
        }
        for id in doubtful {
            surfaces[id].doubtful = true;
        }
        for (id, text) in patterns.iter().enumerate() {
            surfaces[id].two_characters = text.chars().count() == 2;
            let beginnings = text.char_indices().rev().map(|(end, _)| &text[..end]);
            let mut shorter = beginnings.filter_map(|beginning| index.get(beginning).copied());
            surfaces[id].shorter = shorter.find(|&shorter| !surfaces[shorter].readings.is_empty());
        }
        let trie = Trie::new(&patterns, &pairs);
        let affixes = Affixes::new(&words, &pairs);
        let mut by_code: HashMap<String, Vec<usize>> = HashMap::with_capacity(rows.len());
        for (id, row) in rows.iter().enumerate() {
            if let Some(code) = &row.place.code {
                by_code.entry(code.clone()).or_default().push(id);
            }
        }
        let places = rows.into_iter().map(|row| row.place).collect();
        Ok(Gazetteer { places, by_code, surfaces, trie, affixes })
    }

    /// Every row of the tables, ended ones and zones too, in the order read.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The division that has the code on the day (without a day: now).
    #[must_use]
    pub fn place(&self, code: &str, on: Option<Date>) -> Option<&Place> {
        let rows = self.by_code.get(code)?;
        rows.iter().map(|&id| &self.places[id]).find(|place| place.in_force(on))
    }

    /// The places a text names, in order and without overlap, as their names are read in the home province (a code
    /// such as `500000`) on the day; without a day, by the names in force now. Characters may be traditional.
    #[must_use]
    pub fn mentions<'g>(&'g self, text: &str, home: &str, on: Option<Date>) -> Vec<Mention<'g>> {
        reading::mentions(self, text, home, on)
    }
}
