//! Which of some rules can match a text, told without running their expressions.

use std::sync::OnceLock;

use regex_syntax::hir::Hir;

use super::edges::Edges;
use super::needles::Needles;
use super::profile::Rule;

/// What is known of the expressions of some rules, found out when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Sieve(OnceLock<(Edges, Needles)>);

impl Sieve {
    /// Indices of those of `rules`, at most 128 and always the same, that can match `text`, ascending.
    pub(super) fn on(&self, rules: &[Rule], text: &str) -> impl Iterator<Item = usize> {
        let (edges, needles) = self.0.get_or_init(|| {
            let expressions = parsed(rules.iter().map(|rule| rule.pattern.source()));
            (Edges::of(&expressions), Needles::of(&expressions))
        });
        bits(needles.among(edges.on(text), text))
    }
}

/// Expressions as they are built; `None` for one that cannot be parsed.
pub(super) fn parsed<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Vec<Option<Hir>> {
    patterns.into_iter().map(|pattern| regex_syntax::parse(pattern).ok()).collect()
}

/// Indices of the bits that are set, ascending.
pub(super) fn bits(mut mask: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let index = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(index)
    })
}
