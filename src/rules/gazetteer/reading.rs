//! Surfaces in a text → the places meant.
//!
//! The longest surface from the left is read; if it names nothing here, the next shorter one that begins it is, then
//! the search goes on behind its first character. A surface is read by these rules, the first that applies:
//!
//! 1. Right behind its prefecture or province (宁波市江北区, 浙江江北区) it is the one that lies there, wherever that is.
//! 2. A doubtful one (解放区, 长寿: a common word in `not_places.tsv`) is otherwise a place only if it is bare, of the
//!    home province, and stands in a list of places (长寿、涪陵) or behind a journey (赴长寿).
//! 3. A name with its rank is the home province's, if that ever had it: then the one in force on the day, or none.
//! 4. A name with its rank that one place in the whole country has is that place. Of two characters (和县, as in 市和县)
//!    it needs rule 1, and zones (万盛经开区) are read at home only.
//! 5. A bare name is the home province's, unless a neighbour says that it belongs to another name (江北机场, 长寿湖).
//!    A bare province or prefecture from elsewhere is no mention, but counts for rule 1.
//!
//! "On the day": the row in force, or the successor of one that has ended (綦江县 in 2024 is 綦江区). A place that was
//! merged or split has no successor, and its old name no reading; but where the day is not known, that place is meant.

use jiff::civil::Date;

use super::trie::Hit;
use super::words::Neighbour;
use super::{Gazetteer, Level, Mention, Place, Surface};

pub(super) fn mentions<'g>(gazetteer: &'g Gazetteer, text: &str, home: &str, on: Option<Date>) -> Vec<Mention<'g>> {
    let mut reader = Reader { gazetteer, text, home, on, found: Vec::new(), before: None };
    let mut at = 0;
    while let Some(hit) = gazetteer.trie.find(text, at) {
        at = reader.read(hit);
    }
    reader.found
}

struct Reader<'g, 't> {
    gazetteer: &'g Gazetteer,
    text: &'t str,
    home: &'t str,
    on: Option<Date>,
    found: Vec<Mention<'g>>,
    /// The place read last, mentioned or not, and where its name ends.
    before: Option<(&'g Place, usize)>,
}

/// What a surface turned out to be.
enum Read<'g> {
    Mention(&'g Place),
    /// Known, but too little to be a mention (a bare 浙江 away from home): it may still explain the next name.
    Context(&'g Place),
}

/// The marks between the names of a list.
const LIST_MARKS: [&str; 5] = ["、", "和", "与", "與", "及"];

impl<'g> Reader<'g, '_> {
    /// Reads the surfaces that begin where the longest one does, and returns where to go on.
    fn read(&mut self, longest: Hit) -> usize {
        let Hit { start, end, surface } = longest;
        if self.gazetteer.surfaces[surface].readings.is_empty() {
            // A word that is no place. Its last character, never its first, may begin one: 长江北 + 北碚.
            return self.text[start..end].char_indices().next_back().map_or(end, |(last, _)| start + last);
        }
        let mut next = Some(surface);
        while let Some(surface) = next {
            let end = start + self.gazetteer.surfaces[surface].len;
            if let Some(read) = self.meaning(start, end, surface) {
                let (Read::Mention(place) | Read::Context(place)) = read;
                self.before = Some((place, end));
                if let Read::Mention(place) = read {
                    self.found.push(Mention { start, end, place });
                }
                return end;
            }
            next = self.gazetteer.surfaces[surface].shorter;
        }
        start + self.text[start..].chars().next().map_or(1, char::len_utf8)
    }

    fn meaning(&self, start: usize, end: usize, id: usize) -> Option<Read<'g>> {
        let surface = &self.gazetteer.surfaces[id];
        let context =
            self.before.filter(|&(_, behind)| self.text[behind..start].trim().is_empty()).map(|(place, _)| place);
        if let Some(read) = context.and_then(|context| self.under(context, end, surface)) {
            return Some(read);
        }
        if surface.doubtful {
            let is_place = self.in_list(start, end) || self.is_destination(start);
            return self.bare(start, end, surface, context).filter(|_| is_place);
        }
        self.ranked(surface).map(Read::Mention).or_else(|| self.bare(start, end, surface, context))
    }

    /// Rule 1.
    fn under(&self, context: &Place, end: usize, surface: &Surface) -> Option<Read<'g>> {
        let lies_there = |place: &Place| {
            let above = context.code.as_deref().filter(|_| context.level < place.level);
            above == Some(&place.parent) || !surface.doubtful && above == Some(&place.province)
        };
        if let Some(place) = self.pick(surface, false, lies_there) {
            return Some(Read::Mention(place));
        }
        let place = self.pick(surface, true, lies_there)?;
        if place.province != self.home {
            return Some(Read::Context(place));
        }
        let is_other = self.gazetteer.affixes.after(&self.text[end..]) == Some(Neighbour::Not);
        (!is_other).then_some(Read::Mention(place))
    }

    /// Rules 3 and 4.
    fn ranked(&self, surface: &Surface) -> Option<&'g Place> {
        let is_home = |place: &Place| place.province == self.home;
        let mut ranked = surface.readings.iter().filter(|reading| !reading.bare);
        if ranked.any(|reading| is_home(&self.gazetteer.places[reading.place])) {
            return self.pick(surface, false, is_home);
        }
        self.pick(surface, false, |place| place.level != Level::Zone && !surface.two_characters)
    }

    /// Rule 5.
    fn bare(&self, start: usize, end: usize, surface: &Surface, context: Option<&Place>) -> Option<Read<'g>> {
        if let Some(place) = self.pick(surface, true, |place| place.province == self.home) {
            let affixes = &self.gazetteer.affixes;
            // What stands in front is a place then, not half of another word.
            let before = if context.is_some() { None } else { affixes.before(&self.text[..start]) };
            if before != Some(Neighbour::Not) && affixes.after(&self.text[end..]) != Some(Neighbour::Not) {
                return Some(Read::Mention(place));
            }
        }
        self.pick(surface, true, |place| place.level < Level::County).map(Read::Context)
    }

    /// The one place that the readings give; of several ranks, the highest (吉林 is the province).
    fn pick(&self, surface: &Surface, bare: bool, fits: impl Fn(&Place) -> bool) -> Option<&'g Place> {
        let mut picked: Option<&'g Place> = None;
        let mut several = false;
        for reading in surface.readings.iter().filter(|reading| reading.bare == bare) {
            let Some(place) = self.on_the_day(reading.place).filter(|place| fits(place)) else {
                continue;
            };
            match picked {
                Some(best) if std::ptr::eq(best, place) || best.level < place.level => {}
                Some(best) if best.level == place.level => several = true,
                _ => (picked, several) = (Some(place), false),
            }
        }
        picked.filter(|_| !several)
    }

    fn on_the_day(&self, id: usize) -> Option<&'g Place> {
        let place = &self.gazetteer.places[id];
        if place.in_force(self.on) {
            return Some(place);
        }
        if let Some(successor) = place.successor.as_ref().filter(|_| place.ended(self.on)) {
            return self.gazetteer.place(successor, self.on);
        }
        // Where no day is known the name may well be from when it was in force.
        (self.on.is_none() && place.code.is_some()).then_some(place)
    }

    /// Whether a place of the home province stands on the other side of a list mark.
    fn in_list(&self, start: usize, end: usize) -> bool {
        let behind_place = self
            .found
            .last()
            .is_some_and(|last| last.place.province == self.home && LIST_MARKS.contains(&&self.text[last.end..start]));
        behind_place
            || LIST_MARKS.iter().any(|mark| self.text[end..].starts_with(mark) && self.home_at(end + mark.len()))
    }

    fn home_at(&self, at: usize) -> bool {
        self.gazetteer.trie.at(self.text, at).is_some_and(|hit| {
            let surface = &self.gazetteer.surfaces[hit.surface];
            let here = |place: &Place| place.province == self.home && place.level >= Level::County;
            let named = [false, true].into_iter().any(|bare| self.pick(surface, bare, here).is_some());
            named && !surface.doubtful
        })
    }

    fn is_destination(&self, start: usize) -> bool {
        self.gazetteer.affixes.before(&self.text[..start]) == Some(Neighbour::Place)
    }
}
