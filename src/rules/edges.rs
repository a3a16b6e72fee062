//! Which rules can match a line at all, by its first and last character: most lines of running text then need no
//! expression to be run. Derived from the expressions themselves, so a rule cannot be left out by mistake.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};

/// For each rule, what a line it matches may begin and end with, as masks over character ranges.
#[derive(Debug)]
pub(super) struct Edges {
    first: Masks,
    last: Masks,
}

impl Edges {
    /// The edges of up to 128 `expressions`. One that could not be parsed, or is not bound to both ends of the line, may match
    /// anything there.
    pub(super) fn of(expressions: &[Option<Hir>]) -> Self {
        let sets = |side: Side| {
            let edge = |hir: &Option<Hir>| hir.as_ref().map_or_else(everything, |hir| edge(hir, side).bound());
            Masks::of(&expressions.iter().map(edge).collect::<Vec<_>>())
        };
        Self { first: sets(Side::First), last: sets(Side::Last) }
    }

    /// The patterns that may match `line`, a bit each; none for an empty line.
    pub(super) fn on(&self, line: &str) -> u128 {
        let ends = line.chars().next().zip(line.chars().next_back());
        ends.map_or(0, |(first, last)| self.candidates(first, last))
    }

    fn candidates(&self, first: char, last: char) -> u128 {
        self.first.at(first) & self.last.at(last)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

/// What stands at one end of whatever an expression matches.
struct Edge {
    chars: ClassUnicode,
    /// The expression may match without taking up a character, so its neighbour's edge counts as well.
    may_be_empty: bool,
    /// It starts (or ends) where the line does.
    anchored: bool,
}

impl Edge {
    /// The characters a line may have there: any, if the expression does not hold on to the end of the line or may match
    /// none of its characters.
    fn bound(self) -> ClassUnicode {
        if self.anchored && !self.may_be_empty { self.chars } else { everything() }
    }
}

fn everything() -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)])
}

fn edge(hir: &Hir, side: Side) -> Edge {
    let empty = |anchored| Edge { chars: ClassUnicode::empty(), may_be_empty: true, anchored };
    match hir.kind() {
        HirKind::Empty => empty(false),
        HirKind::Look(look) => empty(matches!((look, side), (Look::Start, Side::First) | (Look::End, Side::Last))),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            let c = if side == Side::First { text.chars().next() } else { text.chars().next_back() };
            let chars = c.map_or_else(everything, |c| ClassUnicode::new([ClassUnicodeRange::new(c, c)]));
            Edge { chars, may_be_empty: false, anchored: false }
        }
        HirKind::Class(Class::Unicode(class)) => Edge { chars: class.clone(), may_be_empty: false, anchored: false },
        HirKind::Class(Class::Bytes(_)) => Edge { chars: everything(), may_be_empty: false, anchored: false },
        HirKind::Repetition(repetition) => {
            let inner = edge(&repetition.sub, side);
            Edge {
                may_be_empty: inner.may_be_empty || repetition.min == 0,
                anchored: inner.anchored && repetition.min > 0,
                ..inner
            }
        }
        HirKind::Capture(capture) => edge(&capture.sub, side),
        HirKind::Concat(parts) => {
            let mut whole = empty(false);
            let ordered: Box<dyn Iterator<Item = &Hir>> =
                if side == Side::First { Box::new(parts.iter()) } else { Box::new(parts.iter().rev()) };
            for part in ordered {
                let next = edge(part, side);
                // An anchor holds as long as nothing stands outside of it.
                whole.anchored |= next.anchored && whole.chars.ranges().is_empty();
                whole.chars.union(&next.chars);
                if !next.may_be_empty {
                    whole.may_be_empty = false;
                    break;
                }
            }
            whole
        }
        HirKind::Alternation(branches) => {
            let mut whole = Edge { chars: ClassUnicode::empty(), may_be_empty: false, anchored: true };
            for branch in branches.iter().map(|branch| edge(branch, side)) {
                whole.anchored &= branch.anchored;
                whole.may_be_empty |= branch.may_be_empty;
                whole.chars.union(&branch.chars);
            }
            whole
        }
    }
}

/// One mask a range of characters.
#[derive(Debug)]
struct Masks {
    starts: Vec<char>,
    masks: Vec<u128>,
}

impl Masks {
    fn of(sets: &[ClassUnicode]) -> Self {
        let mut starts = vec!['\0'];
        for range in sets.iter().flat_map(ClassUnicode::ranges) {
            starts.push(range.start());
            starts.extend(char::from_u32(range.end() as u32 + 1).or(if range.end() < '\u{e000}' {
                Some('\u{e000}')
            } else {
                None
            }));
        }
        starts.sort_unstable();
        starts.dedup();
        let holds =
            |set: &ClassUnicode, c: char| set.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c));
        let mask = |c: &char| {
            sets.iter().enumerate().filter(|(_, set)| holds(set, *c)).fold(0, |mask, (bit, _)| mask | 1u128 << bit)
        };
        Self { masks: starts.iter().map(mask).collect(), starts }
    }

    fn at(&self, c: char) -> u128 {
        self.masks[self.starts.partition_point(|start| *start <= c) - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::super::sieve::parsed;
    use super::Edges;

    #[track_caller]
    fn check(pattern: &str, first: char, last: char, may_match: bool) {
        let edges = Edges::of(&parsed([pattern]));
        assert_eq!(edges.candidates(first, last) != 0, may_match, "{pattern} on {first}…{last}");
    }

    #[test]
    fn a_bound_expression_is_held_by_both_ends() {
        check("^（.*供稿）$", '（', '）', true);
        check("^（.*供稿）$", '会', '）', false);
        check("^（.*供稿）$", '（', '会', false);
    }

    #[test]
    fn what_may_be_missing_lets_its_neighbour_through() {
        check("^（?供稿）?$", '供', '稿', true);
        check("^（?供稿）?$", '（', '）', true);
        check("^（?供稿）?$", '会', '稿', false);
    }

    #[test]
    fn an_unbound_end_may_be_anything() {
        check("^近日", '近', '会', true);
        check("^近日", '会', '会', false);
        check("短波", '会', '会', true);
        check("^近日|短波$", '会', '波', true);
        check("^近日|^日前", '会', '波', false);
    }

    #[test]
    fn an_expression_that_may_match_nothing_is_always_tried() {
        check("^(?:近日)?", '会', '会', true);
        check("^(?:近日)?$", '会', '会', true);
    }
}
