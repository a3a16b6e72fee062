//! The county-level division an item is about: contributor, headline, place, body, the first that names exactly one.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::{Contribution, ContributorKind, District, DistrictBasis};
use crate::outline::tail_of;
use crate::rules::{Gazetteer, Kind, Level, Mention, Profile};

/// A division mentioned in the body counts from this many mentions on.
const BODY_MENTIONS: usize = 2;

/// Characters before a place that may say the event took place there.
const PLACE_WORDS: usize = 8;

/// Everything the gazetteer is asked with.
pub(super) struct Places<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) profile: &'a Profile,
    pub(super) issued: Option<Date>,
}

/// What an item says of places.
pub(super) struct Found {
    pub(super) district: Option<District>,
    pub(super) districts: Vec<String>,
}

/// Official name and code of the county-level division that `name` is a name of, on the day the issue was printed.
pub fn division(
    name: &str,
    gazetteer: &Gazetteer,
    profile: &Profile,
    issued: Option<Date>,
) -> Option<(String, Option<String>)> {
    let found = only(&Places { gazetteer, profile, issued }.counties(name), DistrictBasis::Override)?;
    Some((found.name, found.code))
}

impl Places<'_> {
    /// The division of an item, and all county-level names in it: headline first, then body, then contributor.
    pub(super) fn find(
        &self,
        headline: Option<&str>,
        paragraphs: &[String],
        contribution: Option<&Contribution>,
    ) -> Found {
        let names: Vec<&str> = contribution.map(offices).unwrap_or_default();
        let in_names: Vec<Mention> = names.iter().flat_map(|name| self.counties(name)).collect();
        let in_headline = headline.map(|text| self.counties(text)).unwrap_or_default();
        let in_body: Vec<Vec<Mention>> = paragraphs.iter().map(|text| self.mentions(text)).collect();
        let at_place: Vec<Mention> = match (paragraphs.first(), in_body.first()) {
            (Some(text), Some(mentions)) => self.at_place(text, mentions),
            _ => Vec::new(),
        };
        let body: Vec<Mention> = in_body.into_iter().flatten().filter(is_county).collect();

        let mut districts: Vec<String> = Vec::new();
        for mention in in_headline.iter().chain(&body).chain(&in_names) {
            if !districts.contains(&mention.place.name) {
                districts.push(mention.place.name.clone());
            }
        }
        let district = only(&in_names, DistrictBasis::Contributor)
            .or_else(|| only(&in_headline, DistrictBasis::Headline))
            .or_else(|| only(&at_place, DistrictBasis::Place))
            .or_else(|| most(&body));
        Found { district, districts }
    }

    fn mentions(&self, text: &str) -> Vec<Mention<'_>> {
        self.gazetteer.mentions(text, &self.profile.home_province, self.issued)
    }

    fn counties(&self, text: &str) -> Vec<Mention<'_>> {
        let mut mentions = self.mentions(text);
        mentions.retain(is_county);
        mentions
    }

    /// The county-level mentions right after 在, 于, 赴, 到 or 前往, the names of higher divisions between them left aside.
    fn at_place<'m>(&self, text: &str, mentions: &[Mention<'m>]) -> Vec<Mention<'m>> {
        let mut found = Vec::new();
        let mut start_of_name = None;
        for mention in mentions {
            let start = match start_of_name {
                Some((start, end)) if end == mention.start => start,
                _ => mention.start,
            };
            start_of_name = Some((start, mention.end));
            let before = tail_of(&text[..start], PLACE_WORDS);
            let named = self.profile.spans(Kind::PlaceBefore).any(|rule| rule.pattern.is_match(before));
            // 到綦江区、江津区: what 到 goes before are both.
            let listed = found.last().is_some_and(|last: &Mention| {
                matches!(text.get(last.end..start), Some("、" | "和" | "与" | "及" | "，"))
            });
            if is_county(mention) && (named || listed) {
                found.push(*mention);
            }
        }
        found
    }
}

/// The names of offices among the contributors: a person's name is no place, nor is that of a newspaper.
fn offices(contribution: &Contribution) -> Vec<&str> {
    let is_office = |name: &&String| name.chars().count() > 4 && !name.starts_with(['《', '“', '〈']);
    match contribution.kind {
        ContributorKind::Contributed | ContributorKind::Byline => {
            contribution.names.iter().filter(is_office).map(String::as_str).collect()
        }
        ContributorKind::Source => Vec::new(),
    }
}

fn is_county(mention: &Mention) -> bool {
    mention.place.level == Level::County
}

fn district(mention: &Mention, basis: DistrictBasis) -> District {
    District { name: mention.place.name.clone(), code: mention.place.code.clone(), basis }
}

/// The one division that `mentions` name, if they name exactly one.
fn only(mentions: &[Mention], basis: DistrictBasis) -> Option<District> {
    let first = mentions.first()?;
    mentions
        .iter()
        .all(|mention| mention.place.name == first.place.name && mention.place.code == first.place.code)
        .then(|| district(first, basis))
}

/// The division that most of the body's mentions name: at least two, and three in five.
fn most(mentions: &[Mention]) -> Option<District> {
    let mut counts: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    for mention in mentions {
        *counts.entry((&mention.place.name, mention.place.code.as_deref())).or_default() += 1;
    }
    let (&(name, _), &count) = counts.iter().max_by_key(|(_, count)| **count)?;
    let enough = count >= BODY_MENTIONS && count * 5 >= mentions.len() * 3;
    let mention = mentions.iter().find(|mention| mention.place.name == name)?;
    enough.then(|| district(mention, DistrictBasis::Body))
}
