//! A compiled profile: its own rules and those it inherits, grouped by what they find.
//!
//! Rules about whole lines are matched in one pass over the line; rules about places inside a text are used one by one.

use regex::{Regex, RegexSet};

use super::{Kind, Place, Style};
use crate::model::ContributorKind;

/// A compiled rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable id.
    pub id: String,
    /// What it finds.
    pub kind: Kind,
    /// Its expression.
    pub pattern: Regex,
    /// Where a contributor rule looks.
    pub place: Option<Place>,
    /// What a contributor rule finds.
    pub by: Option<ContributorKind>,
    /// How much a recognise rule counts.
    pub weight: f32,
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
    pub(super) recognise: Vec<Rule>,
    line_rules: Vec<Rule>,
    line_set: RegexSet,
    span_rules: Vec<Rule>,
}

/// Which line rules match one line. Rules of the profile itself come before those it inherits.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineMatches {
    bits: u128,
}

impl Profile {
    /// Most line rules a profile may have.
    pub(super) const MOST_LINE_RULES: usize = 128;

    /// `rules` in order of precedence. `None` if there are more line rules than [`Self::MOST_LINE_RULES`] or they are
    /// too large to be matched together.
    pub(super) fn new(
        id: String,
        title: String,
        home_province: String,
        style: Style,
        rules: Vec<Rule>,
    ) -> Option<Self> {
        let (mut recognise, mut line_rules, mut span_rules) = (Vec::new(), Vec::new(), Vec::new());
        for rule in rules {
            match rule {
                Rule { kind: Kind::Recognise, .. } => recognise.push(rule),
                _ if is_line_rule(&rule) => line_rules.push(rule),
                _ => span_rules.push(rule),
            }
        }
        let line_set = regex::RegexSetBuilder::new(line_rules.iter().map(|rule| rule.pattern.as_str()))
            .size_limit(64 << 20)
            .dfa_size_limit(64 << 20)
            .build()
            .ok()?;
        (line_rules.len() <= Self::MOST_LINE_RULES).then_some(Self {
            id,
            title,
            home_province,
            style,
            recognise,
            line_rules,
            line_set,
            span_rules,
        })
    }

    /// Every line rule that matches `text`.
    pub fn line_matches(&self, text: &str) -> LineMatches {
        let mut bits = 0;
        for index in self.line_set.matches(text) {
            bits |= 1u128 << index;
        }
        LineMatches { bits }
    }

    /// The first line rule of `kind` among `matches`.
    pub fn first(&self, matches: LineMatches, kind: Kind) -> Option<&Rule> {
        self.all(matches, kind).next()
    }

    /// Every line rule of `kind` among `matches`.
    pub fn all(&self, matches: LineMatches, kind: Kind) -> impl Iterator<Item = &Rule> {
        let mut bits = matches.bits;
        std::iter::from_fn(move || {
            let index = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
            bits &= bits - 1;
            Some(&self.line_rules[index])
        })
        .filter(move |rule| rule.kind == kind)
    }

    /// Every rule of `kind` that looks inside a text.
    pub fn spans(&self, kind: Kind) -> impl Iterator<Item = &Rule> {
        self.span_rules.iter().filter(move |rule| rule.kind == kind)
    }

    /// Weight of the recognise rules that match one of `lines`; each counts once.
    pub(super) fn recognised<'a>(&self, lines: impl Iterator<Item = &'a str> + Clone) -> f32 {
        let found = |rule: &&Rule| lines.clone().any(|line| rule.pattern.is_match(line));
        self.recognise.iter().filter(found).map(|rule| rule.weight).sum()
    }
}

impl LineMatches {
    /// Whether no rule matches.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }
}

fn is_line_rule(rule: &Rule) -> bool {
    match rule.kind {
        Kind::NameNoise | Kind::EventDate | Kind::NotEvent | Kind::PlaceBefore | Kind::Recognise => false,
        Kind::Contributor => !matches!(rule.place, Some(Place::Tail | Place::Lead)),
        _ => true,
    }
}
