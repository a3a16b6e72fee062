//! A compiled profile: its own rules and those it inherits, grouped by what they find.
//!
//! Rules about whole lines are asked of each line, if its ends and its words allow it; rules about places inside a text are
//! used one by one.

use std::collections::BTreeMap;

use super::sieve::{Sieve, bits};
use super::{Kind, Pattern, Place, Style};
use crate::model::ContributorKind;

/// A compiled rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable id.
    pub id: String,
    /// What it finds.
    pub kind: Kind,
    /// Its expression.
    pub pattern: Pattern,
    /// Where a contributor rule looks.
    pub place: Option<Place>,
    /// What a contributor rule finds.
    pub by: Option<ContributorKind>,
    /// How much a recognise rule counts.
    pub weight: f32,
    /// What a repair rule puts for the characters it captures.
    pub printed: BTreeMap<String, String>,
    /// What a line nearby must match for a repair rule to hold.
    pub beside: Option<Pattern>,
}

/// A compiled profile.
#[derive(Debug)]
pub struct Profile {
    /// Stable id.
    pub id: String,
    /// What a person calls the family.
    pub title: String,
    /// Six-digit code of the province whose short names are meant; empty if none.
    pub home_province: String,
    /// How its pieces are set.
    pub style: Style,
    recognise: Vec<Rule>,
    recognise_sieve: Sieve,
    line_rules: Vec<Rule>,
    line_sieve: Sieve,
    span_rules: Vec<Rule>,
    tails: Vec<Rule>,
    tail_sieve: Sieve,
}

/// Which line rules match one line. Rules of the profile itself come before those it inherits.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineMatches {
    bits: u128,
}

impl Profile {
    /// A profile has fewer line rules than this.
    pub(super) const MOST_LINE_RULES: usize = 128;

    /// `rules` in order of precedence. `None` if there are more line rules than [`Self::MOST_LINE_RULES`].
    pub(super) fn new(
        id: String,
        title: String,
        home_province: String,
        style: Style,
        rules: Vec<Rule>,
    ) -> Option<Self> {
        let (mut recognise, mut line_rules, mut span_rules) = (Vec::new(), Vec::new(), Vec::new());
        let mut tails = Vec::new();
        for rule in rules {
            match rule {
                Rule { kind: Kind::Recognise, .. } => recognise.push(rule),
                Rule { place: Some(Place::Tail), .. } => tails.push(rule),
                _ if is_line_rule(&rule) => line_rules.push(rule),
                _ => span_rules.push(rule),
            }
        }
        span_rules.sort_by_key(masthead_rank);
        let fits = line_rules.len().max(tails.len()).max(recognise.len()) < Self::MOST_LINE_RULES;
        fits.then(|| Self {
            id,
            title,
            home_province,
            style,
            recognise_sieve: Sieve::default(),
            recognise,
            line_rules,
            line_sieve: Sieve::default(),
            span_rules,
            tail_sieve: Sieve::default(),
            tails,
        })
    }

    /// Every line rule that matches `text`. Cheap where none can, which its first and last characters and
    /// the words in it mostly tell.
    pub fn line_matches(&self, text: &str) -> LineMatches {
        let matching =
            self.line_sieve.on(&self.line_rules, text).filter(|&index| self.line_rules[index].pattern.is_match(text));
        LineMatches { bits: matching.fold(0, |bits, index| bits | 1 << index) }
    }

    /// The first line rule of `kind` among `matches`.
    pub fn first(&self, matches: LineMatches, kind: Kind) -> Option<&Rule> {
        self.all(matches, kind).next()
    }

    /// Every line rule of `kind` among `matches`.
    pub fn all(&self, matches: LineMatches, kind: Kind) -> impl Iterator<Item = &Rule> {
        bits(matches.bits).map(|index| &self.line_rules[index]).filter(move |rule| rule.kind == kind)
    }

    /// Every rule of `kind` that looks inside a text.
    pub fn spans(&self, kind: Kind) -> impl Iterator<Item = &Rule> {
        self.span_rules.iter().filter(move |rule| rule.kind == kind)
    }

    /// The contributor rules that may find something at the end of `text`.
    pub fn tails(&self, text: &str) -> impl Iterator<Item = &Rule> {
        self.tail_sieve.on(&self.tails, text).map(|index| &self.tails[index])
    }

    /// Whether a rule of `kind` that looks inside a text finds something in `text`.
    pub fn finds(&self, kind: Kind, text: &str) -> bool {
        self.spans(kind).any(|rule| rule.pattern.is_match(text))
    }

    /// Weight of the recognise rules that match one of `lines`; each counts once.
    pub(super) fn recognised<'a>(&self, lines: impl Iterator<Item = &'a str> + Clone) -> f32 {
        let mut open = (1u128 << self.recognise.len()) - 1;
        let mut weight = 0.0;
        for line in lines {
            for index in self.recognise_sieve.on(&self.recognise, line) {
                if open >> index & 1 == 1 && self.recognise[index].pattern.is_match(line) {
                    open &= !(1 << index);
                    weight += self.recognise[index].weight;
                }
            }
        }
        weight
    }
}

impl LineMatches {
    /// Whether no rule matches.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }
}

/// The order in which the parts of a masthead are taken out of a line: what is known by its form first, the name of the
/// publication, which is known by its words alone, last. Other rules keep their order.
fn masthead_rank(rule: &Rule) -> usize {
    if rule.kind != Kind::MastheadPart {
        return 0;
    }
    let has = |name: &str| rule.pattern.source().contains(&format!("(?P<{name}>"));
    match () {
        () if has("date") => 1,
        () if has("number") || has("total") => 2,
        () if has("publisher") => 3,
        () if has("publication") => 5,
        () => 4,
    }
}

fn is_line_rule(rule: &Rule) -> bool {
    match rule.kind {
        Kind::BriefSection | Kind::NotByline | Kind::ColumnLabel => false,
        Kind::MastheadPart
        | Kind::NameNoise
        | Kind::EventDate
        | Kind::NotEvent
        | Kind::PlaceBefore
        | Kind::Repair
        | Kind::Recognise => false,
        Kind::Contributor => rule.place != Some(Place::Lead),
        _ => true,
    }
}
