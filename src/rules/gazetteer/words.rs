//! What stands right before and after a bare name: the rules of `not_places.tsv` that have a `~`.

use std::collections::HashMap;

use super::table::Word;

/// What a neighbour says of a bare name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Neighbour {
    /// It belongs to another name (长阳镇).
    Not,
    /// It is the place (酉阳乡村, 赴石柱).
    Place,
}

/// The `~` rules, longest first.
#[derive(Debug)]
pub(super) struct Affixes {
    after: Vec<(String, Neighbour)>,
    before: Vec<(String, Neighbour)>,
    simplified: HashMap<char, char>,
}

/// Characters of text looked at, and the longest a rule may be.
pub(super) const REACH: usize = 8;

impl Affixes {
    pub(super) fn new(words: &[Word], pairs: &[(char, char)]) -> Affixes {
        let rules = |affix: fn(&str) -> Option<&str>| {
            let mut rules: Vec<(String, Neighbour)> = words
                .iter()
                .filter_map(|word| Some((affix(word.text)?.to_owned(), word.place)))
                .map(|(affix, place)| (affix, if place { Neighbour::Place } else { Neighbour::Not }))
                .collect();
            rules.sort_by_key(|(affix, _)| std::cmp::Reverse(affix.len()));
            rules
        };
        let after = rules(|text| text.strip_prefix('~'));
        let before = rules(|text| text.strip_suffix('~'));
        Affixes { after, before, simplified: pairs.iter().copied().collect() }
    }

    /// What the text behind a bare name says of it.
    pub(super) fn after(&self, text: &str) -> Option<Neighbour> {
        let text: String = text.chars().take(REACH).map(|c| self.simplify(c)).collect();
        self.after.iter().find(|(affix, _)| text.starts_with(affix)).map(|&(_, says)| says)
    }

    /// What the text in front of a bare name says of it.
    pub(super) fn before(&self, text: &str) -> Option<Neighbour> {
        let from = text.char_indices().rev().take(REACH).last().map_or(0, |(from, _)| from);
        let text: String = text[from..].chars().map(|c| self.simplify(c)).collect();
        self.before.iter().find(|(affix, _)| text.ends_with(affix)).map(|&(_, says)| says)
    }

    fn simplify(&self, character: char) -> char {
        self.simplified.get(&character).copied().unwrap_or(character)
    }
}
