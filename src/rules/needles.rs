//! Which rules can match a text at all, by the words that every match of theirs must hold: one search for the words of all
//! rules takes less time than one of the expressions. Derived from the expressions, as the [edges](super::edges) are.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A rule with more words than this is always tried.
const MOST: usize = 256;

/// Letters of the Latin alphabet and digits stand in too many texts to tell anything; a word is at least as long as one Han
/// character.
const SHORTEST: usize = 3;

/// For up to 128 rules, the words of which a text must hold one.
#[derive(Debug)]
pub(super) struct Needles {
    words: Option<AhoCorasick>,
    /// The rules that each word is of.
    rules: Vec<u128>,
    /// Rules without words.
    always: u128,
}

impl Needles {
    /// The words of `expressions`. One that could not be parsed may match anything.
    pub(super) fn of(expressions: &[Option<Hir>]) -> Self {
        let (mut words, mut always) = (BTreeMap::<String, u128>::new(), 0);
        for (rule, expression) in expressions.iter().enumerate() {
            match expression.as_ref().and_then(required) {
                Some(needed) => {
                    for word in needed {
                        *words.entry(word).or_default() |= 1 << rule;
                    }
                }
                None => always |= 1 << rule,
            }
        }
        match AhoCorasick::new(words.keys()) {
            Ok(searcher) => Self { words: Some(searcher), rules: words.into_values().collect(), always },
            Err(_) => Self { words: None, rules: Vec::new(), always: u128::MAX },
        }
    }

    /// Those of `candidates` that `text` has a word of, or that have none.
    pub(super) fn among(&self, candidates: u128, text: &str) -> u128 {
        let mut found = candidates & self.always;
        if found == candidates {
            return found;
        }
        for word in self.words.iter().flat_map(|words| words.find_overlapping_iter(text)) {
            found |= candidates & self.rules[word.pattern().as_usize()];
            if found == candidates {
                break;
            }
        }
        found
    }
}

/// Words of which every text that `hir` matches holds at least one; `None` if there are no such words, or too many.
fn required(hir: &Hir) -> Option<BTreeSet<String>> {
    let words = match hir.kind() {
        HirKind::Literal(literal) => BTreeSet::from([String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.ranges().iter().map(|range| range.len()).sum();
            if count == 0 || count > MOST {
                return None;
            }
            let chars = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            chars.map(String::from).collect()
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub)?,
        HirKind::Capture(capture) => required(&capture.sub)?,
        HirKind::Concat(parts) => parts.iter().filter_map(required).max_by_key(telling)?,
        HirKind::Alternation(branches) => {
            let all: Option<Vec<_>> = branches.iter().map(required).collect();
            all?.into_iter().flatten().collect()
        }
        _ => return None,
    };
    (words.len() <= MOST && words.iter().all(|word| word.len() >= SHORTEST)).then_some(words)
}

/// How much it tells that a text holds one of `words`: the longer and the fewer.
fn telling(words: &BTreeSet<String>) -> (usize, std::cmp::Reverse<usize>) {
    (words.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(words.len()))
}

#[cfg(test)]
mod tests {
    use super::super::sieve::parsed;
    use super::Needles;

    #[track_caller]
    fn check(pattern: &str, text: &str, may_match: bool) {
        let needles = Needles::of(&parsed([pattern]));
        assert_eq!(needles.among(1, text) != 0, may_match, "{pattern} on {text}");
    }

    #[test]
    fn a_text_without_the_words_cannot_match() {
        check("^（[^）]{2,9}供稿）$", "（某县史志办供稿）", true);
        check("^（[^）]{2,9}供稿）$", "（某县史志办供图）", false);
        check("[备備]案", "备案", true);
        check("(?:主任|书记)[ 　]+(?:张|李)", "书记 张三", true);
        check("(?:主任|书记)[ 　]+(?:张|李)", "局长 张三", false);
    }

    #[test]
    fn what_may_be_missing_is_not_asked_for() {
        check("(?:供稿)?", "会议", true);
        check("(?:供稿|[0-9]+)", "会议", true);
        check("(?:供稿)*会议", "会议", true);
        check("(?:供稿)*会议", "供稿", false);
        check("(?:供稿){2}", "供稿", true);
    }

    #[test]
    fn words_that_tell_nothing_are_not_asked_for() {
        check("^[0-9]{4}$", "会议", true);
        check(r"\p{Han}{2,4}", "2024", true);
        check("(?i)icp", "ICP", true);
    }

    #[test]
    fn of_several_rules_each_is_told_by_its_own_words() {
        let needles = Needles::of(&parsed(["会议", "供稿", "[0-9]+", "学习会议"]));
        assert_eq!(needles.among(0b1111, "召开会议"), 0b0101);
        assert_eq!(needles.among(0b1110, "学习会议供稿"), 0b1110);
    }
}
