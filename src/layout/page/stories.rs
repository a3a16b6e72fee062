//! A page of columns with headlines → its stories, each one's text together.
//!
//! A part of the page is cut in two where white goes through it, along the lines or across, and the halves again; or its
//! headline is taken out first, if text stands beside it; or a story is taken out of its lower edge. All ways to do so are
//! weighed by how the text goes on in the order they give (a line at the left edge continues an open one, a paragraph
//! begins below a headline) and by how headlines stand over their text; the lightest is taken. Frames and pictures bend
//! the text around them: a frame is a page of its own, and both come behind the story they stand in.

use std::collections::HashMap;

use super::across::HEADLINE;
use super::boxes::{frames, holds};
use super::columns::{Block, Leaf, What};
use super::frame::Area;
use super::rulings::Rulings;
use super::units::{self, Begin, End, Kind, Measure, Unit};
use crate::model::Part;

/// Most units of a page that is weighed.
const MOST_UNITS: usize = Set::ROOM;

/// Most units looked at on one page.
const MOST_LOOKS: usize = 4_000_000;

/// Frames in frames.
const DEEPEST: u32 = 3;

/// How far units may overlap, in ems: recognised boxes are uneven, and marks hang out of their column.
const OVERLAP_EM: f32 = 0.8;
const OVERLAP_LINES_EM: f32 = 0.3;

/// What each oddity weighs.
const FLUSH_AFTER_END: f32 = 2.0;
const BREAK_IN_SENTENCE: f32 = 1.5;
const FLUSH_AFTER_HEADLINE: f32 = 1.5;
const HEADLINE_IN_SENTENCE: f32 = 1.0;
const HEADLINE_WITHOUT_TEXT: f32 = 0.8;
const WITHOUT_HEADLINE: f32 = 0.5;
const OTHER_COLUMN: f32 = 1.5;
const HOLE: f32 = 0.4;
const NOT_NEXT: f32 = 1.0;
const ACROSS_RULING: f32 = 0.7;
const OFF_CENTRE: f32 = 1.0;
const ABOVE_HEADLINE: f32 = 0.9;
const UNDER_WHITE: f32 = 1.0;
const UNDER_OTHER_HEADLINE: f32 = 2.5;
const CUT: f32 = 0.05;
const GUTTER: f32 = 0.03;
const HEADLINE_FIRST: f32 = 0.1;
const TAKEN_OUT: f32 = 0.3;
const TANGLED: f32 = 3.0;

/// The leaves of a page of columns with headlines in reading order; `None` where nothing tells.
pub(super) fn leaves(blocks: &[Block], rulings: &Rulings, em: f32, closes: &dyn Fn(u32) -> bool) -> Option<Vec<Leaf>> {
    blocks.iter().any(|block| block.size >= HEADLINE * em).then_some(())?;
    let measure = Measure::new(blocks, em, rulings, closes);
    part(blocks.to_vec(), rulings, &measure, DEEPEST)
}

/// A part of the page that is a page of its own, or stands by itself.
struct Float {
    area: Area,
    leaves: Vec<Leaf>,
}

/// Text that goes on behind a heading in a story begins further above it, in ems.
const SUBHEAD_EM: f32 = 4.0;

/// A heading in a story is smaller than this, in ems, or than this share of the headline.
const SUBHEAD_SIZE: f32 = 1.35;
const LESSER: f32 = 0.7;

/// The leaves of a page, or of what a frame holds.
fn part(mut blocks: Vec<Block>, rulings: &Rulings, measure: &Measure, depth: u32) -> Option<Vec<Leaf>> {
    let mut floats = Vec::new();
    if depth > 0 {
        for frame in frames(&blocks, rulings, measure.em) {
            let inside = |block: &Block| holds(&frame, &block.area);
            let (held, rest): (Vec<Block>, Vec<Block>) = blocks.into_iter().partition(inside);
            blocks = rest;
            if held.iter().any(|block| block.size > 0.0) {
                floats.push(Float { area: frame, leaves: part(held, rulings, measure, depth - 1)? });
            }
        }
    }
    let mut units = units::units(&blocks, measure);
    if depth == DEEPEST && floats.is_empty() && !is_in_stories(&units, measure.em) {
        return None;
    }
    let pictures = units.extract_if(.., |unit| unit.kind == Kind::Picture);
    let small = |unit: Unit| {
        let (u0, u1) = (unit.area.u0, unit.area.u1);
        Float { area: unit.area, leaves: vec![Leaf { blocks: unit.blocks, u0, u1, part: Part::Caption }] }
    };
    floats.extend(pictures.map(small));
    if units.len() > MOST_UNITS {
        return None;
    }
    let order = Weigher::new(&units, &floats, rulings, measure).order()?;
    Some(written(units, floats, &order, measure.em))
}

/// Whether stories stand beside each other: a headline stands over several columns and beside or below text or other
/// headlines, or runs down. Elsewhere the columns are read one after the other, and headlines with them.
fn is_in_stories(units: &[Unit], em: f32) -> bool {
    let columns = || units.iter().filter(|unit| unit.is_column());
    let heads = || units.iter().filter(|unit| unit.kind == Kind::Head);
    heads().any(|head| {
        let area = head.area;
        let below = columns()
            .filter(|unit| unit.area.v0 > area.v0 - em && unit.area.u0 < area.u1 - em && unit.area.u1 > area.u0 + em);
        let ends = below
            .fold((f32::INFINITY, f32::NEG_INFINITY), |all, unit| (all.0.min(unit.area.u1), all.1.max(unit.area.u0)));
        let level = |unit: &Unit| unit.area.v0 < area.v1 && unit.area.v1 > area.v0;
        let beside = |unit: &&Unit| level(unit) && (unit.area.u0 > area.u1 || unit.area.u1 < area.u0);
        let across = ends.1 > ends.0 - OVERLAP_EM * em
            && (columns().any(|unit| unit.area.v1 < area.v0 + em)
                || columns().any(|unit| beside(&unit))
                || heads().any(|unit| beside(&unit)));
        across || matches!(head.blocks[0].what, What::Inset(_))
    })
}

/// A set of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Set([u64; 4]);

impl Set {
    const ROOM: usize = 256;

    fn of(units: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::default();
        for unit in units {
            set.0[unit / 64] |= 1 << (unit % 64);
        }
        set
    }

    fn with(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        self
    }

    fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(place, mut word)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                word &= word.wrapping_sub(1);
                (bit < 64).then_some(place * 64 + bit)
            })
        })
    }
}

/// The best order of a set of units.
#[derive(Debug, Clone, Copy)]
struct Best {
    /// Of the steps and stories in it that nothing can change.
    weight: f32,
    /// The part that comes first; empty if the set is one unit, or in no order.
    first_part: Set,
    first: usize,
    last: usize,
    /// Text before the first headline.
    before: Set,
    /// The last headline, and the text behind it.
    headline: Option<usize>,
    behind: Set,
}

struct Weigher<'a> {
    units: &'a [Unit],
    rulings: &'a Rulings,
    em: f32,
    leading: f32,
    /// First lines are indented.
    indents: bool,
    /// The unit right above each one.
    above: Vec<Option<usize>>,
    /// The same, if it is a headline near by.
    over: Vec<Option<usize>>,
    /// From where to where white is above each unit.
    white: Vec<(f32, f32)>,
    known: HashMap<Set, Best>,
    looks: usize,
}

impl<'a> Weigher<'a> {
    fn new(units: &'a [Unit], floats: &[Float], rulings: &'a Rulings, measure: &Measure) -> Self {
        let em = measure.em;
        let count = |begin: Begin| units.iter().filter(|unit| unit.begin == begin).count();
        let indents = count(Begin::Indented) * 6 > count(Begin::Flush);
        let top = units.iter().fold(f32::INFINITY, |top, unit| top.min(unit.area.v0));
        let mut nearest_above = vec![None; units.len()];
        let mut over = vec![None; units.len()];
        let mut white = vec![(0.0, 0.0); units.len()];
        for (at, unit) in units.iter().enumerate() {
            let above = |area: &Area| {
                let shared = area.u1.min(unit.area.u1) - area.u0.max(unit.area.u0);
                shared > em.min(0.5 * (area.u1 - area.u0)) && area.v1 < unit.area.v0 + 0.5 * em
            };
            let nearest = (0..units.len())
                .filter(|&it| it != at && above(&units[it].area))
                .max_by(|&a, &b| units[a].area.v1.total_cmp(&units[b].area.v1));
            nearest_above[at] = nearest;
            let end = nearest.map_or(top, |it| units[it].area.v1);
            let float = floats.iter().filter(|it| above(&it.area)).map(|it| it.area.v1).fold(top, f32::max);
            white[at] = (end.max(float), unit.area.v0);
            let is_head = |it: &usize| units[*it].kind == Kind::Head;
            over[at] = nearest.filter(is_head).filter(|&it| {
                let between = floats.iter().filter(|float| above(&float.area) && float.area.v0 > end - em);
                let room = between.fold(unit.area.v0 - end, |room, float| room - (float.area.v1 - float.area.v0));
                room < 3.0 * em && !measure.parted(&units[it].area, &unit.area)
            });
        }
        Self {
            units,
            rulings,
            em,
            indents,
            above: nearest_above,
            over,
            white,
            leading: measure.leading,
            known: HashMap::new(),
            looks: 0,
        }
    }

    /// The order of all units; `None` if it takes too long.
    fn order(mut self) -> Option<Vec<usize>> {
        if self.units.is_empty() {
            return Some(Vec::new());
        }
        let all = Set::of(0..self.units.len());
        self.best(all);
        let mut order = Vec::with_capacity(self.units.len());
        self.walk(all, &mut order);
        (self.looks < MOST_LOOKS).then_some(order)
    }

    fn walk(&self, set: Set, order: &mut Vec<usize>) {
        match self.known.get(&set) {
            Some(best) if !best.first_part.is_empty() => {
                self.walk(best.first_part, order);
                self.walk(without(set, best.first_part), order);
            }
            _ => order.extend(self.by_place(set)),
        }
    }

    /// Units as they stand from the top down, if nothing better is known.
    fn by_place(&self, set: Set) -> Vec<usize> {
        let mut order: Vec<usize> = set.iter().collect();
        let place = |at: &usize| self.units[*at].area;
        order.sort_by(|a, b| place(a).v0.total_cmp(&place(b).v0).then(place(a).u0.total_cmp(&place(b).u0)));
        order
    }

    fn best(&mut self, set: Set) -> Best {
        if let Some(best) = self.known.get(&set) {
            return *best;
        }
        let order = self.by_place(set);
        let mut best = self.alone(order[0]);
        for &at in &order[1..] {
            best = self.joined(best, self.alone(at), TANGLED);
        }
        best.first_part = Set::default();
        if order.len() > 1 {
            self.looks += order.len() * 4;
            let mut least = self.total(&best) + if order.len() > 1 { TANGLED } else { 0.0 };
            for (first, weight) in self.parts(&order) {
                if self.looks > MOST_LOOKS {
                    break;
                }
                let (a, b) = (self.best(first), self.best(without(set, first)));
                let joined = Best { first_part: first, ..self.joined(a, b, weight) };
                let total = self.total(&joined);
                if total < least {
                    (best, least) = (joined, total);
                }
            }
        }
        self.known.insert(set, best);
        best
    }

    /// The ways to take the first part of a set: the part, and what it weighs. `order` comes by upper edges.
    fn parts(&self, order: &[usize]) -> Vec<(Set, f32)> {
        let mut parts: Vec<(Set, f32)> = Vec::new();
        let area = |at: usize| self.units[at].area;
        // Across: white goes through from left to right.
        let mut end = f32::NEG_INFINITY;
        for (count, &at) in order.iter().enumerate() {
            if count > 0 && area(at).v0 > end - OVERLAP_LINES_EM * self.em {
                parts.push((Set::of(order[..count].iter().copied()), CUT));
            }
            end = end.max(area(at).v1);
        }
        // Along: from top to bottom.
        let mut by_u = order.to_vec();
        by_u.sort_by(|a, b| area(*a).u0.total_cmp(&area(*b).u0));
        let mut end = f32::NEG_INFINITY;
        for (count, &at) in by_u.iter().enumerate() {
            if count > 0 && area(at).u0 > end - OVERLAP_EM * self.em {
                parts.push((Set::of(by_u[..count].iter().copied()), GUTTER));
            }
            end = end.max(area(at).u1);
        }
        let all = Set::of(order.iter().copied());
        let heads = || order.iter().copied().filter(|&at| self.units[at].kind == Kind::Head);
        if let Some(head) = heads().find(|&head| self.stands_in_text(head, order)) {
            parts.push((Set::of([head]), HEADLINE_FIRST));
        }
        for head in heads() {
            // A story in the lower edge: its headline, and all below the columns right under it.
            let cut_off = |at: &usize| self.units[*at].kind == Kind::Text && self.units[*at].end == End::Open;
            if self.above[head].filter(cut_off).is_none_or(|at| !order.contains(&at)) {
                continue;
            }
            let under = order.iter().filter(|&&it| self.over[it] == Some(head)).map(|&it| area(it));
            let own = under.fold(area(head), Area::with);
            let story = Set::of(order.iter().copied().filter(|&it| {
                let middle = (area(it).u0 + area(it).u1) / 2.0;
                area(it).v0 > own.v0 - 0.1 * self.em && own.u0 < middle && middle < own.u1
            }));
            let rest = without(all, story);
            if !rest.is_empty() {
                parts.push((rest, TAKEN_OUT));
            }
        }
        parts
    }

    /// Whether a headline at the upper edge has a column at its left that begins beside it.
    fn stands_in_text(&self, head: usize, order: &[usize]) -> bool {
        let (area, em) = (self.units[head].area, self.em);
        let is_beside = |at: &&usize| {
            let unit = &self.units[**at];
            unit.kind == Kind::Text
                && unit.begin != Begin::Flush
                && unit.area.u1 < area.u0 + em
                && unit.area.v0 < area.v1
                && unit.area.v1 > area.v1
                && self.over[**at].is_none_or(|over| !order.contains(&over))
        };
        area.v0 < self.units[order[0]].area.v0 + 1.5 * em && order.iter().any(|at| is_beside(&at))
    }

    fn alone(&self, at: usize) -> Best {
        let set = Set::of([at]);
        let none = Set::default();
        let is_head = self.units[at].kind == Kind::Head;
        let (before, headline) = if is_head { (none, Some(at)) } else { (set, None) };
        Best { weight: 0.0, first_part: none, first: at, last: at, before, headline, behind: none }
    }

    fn joined(&self, a: Best, b: Best, weight: f32) -> Best {
        let mut weight = weight + a.weight + b.weight + self.step(a.last, b.first);
        let (mut before, mut headline, mut behind) = (a.before, a.headline, a.behind.with(b.before));
        if a.headline.is_none() {
            (before, behind) = (a.before.with(b.before), Set::default());
        }
        if b.headline.is_some() {
            if let Some(head) = a.headline {
                weight += self.story(head, behind);
            }
            (headline, behind) = (b.headline, b.behind);
        }
        Best { weight, first_part: Set::default(), first: a.first, last: b.last, before, headline, behind }
    }

    /// The weight of an order if nothing came before it or behind.
    fn total(&self, best: &Best) -> f32 {
        // Text that begins with a paragraph should have a headline; other text may go on from elsewhere.
        let first = &self.units[best.first];
        let headless = self.indents && first.kind == Kind::Text && first.begin == Begin::Indented;
        let start = if headless { WITHOUT_HEADLINE } else { 0.0 };
        best.weight + start + best.headline.map_or(0.0, |head| self.story(head, best.behind))
    }

    /// What it weighs that the second unit follows the first.
    fn step(&self, a: usize, b: usize) -> f32 {
        let (above, below) = (&self.units[a], &self.units[b]);
        match (above.kind, below.kind) {
            (Kind::Head, Kind::Head) => 0.0,
            (Kind::Head, _) => {
                if self.indents && below.begin == Begin::Flush {
                    FLUSH_AFTER_HEADLINE
                } else {
                    0.0
                }
            }
            (_, Kind::Head) => match above.end {
                End::Open => HEADLINE_IN_SENTENCE,
                _ => 0.0,
            },
            _ => {
                let sense = match (above.end, below.begin) {
                    _ if !self.indents => 0.0,
                    (End::Short, Begin::Flush) => FLUSH_AFTER_END,
                    (End::Open, Begin::Indented | Begin::Unknown) => BREAK_IN_SENTENCE,
                    _ => 0.0,
                };
                sense + self.move_weight(above, b)
            }
        }
    }

    /// What the way from a stretch of text to the next one weighs.
    fn move_weight(&self, a: &Unit, to: usize) -> f32 {
        let (b, em) = (&self.units[to], self.em);
        let width = |unit: &Unit| unit.column.1 - unit.column.0;
        let other = if (width(a) - width(b)).abs() > 1.6 * em { OTHER_COLUMN } else { 0.0 };
        let over = a.area.u1.min(b.area.u1) - a.area.u0.max(b.area.u0) > em;
        let next = if over {
            let (from, to) = self.white[to];
            match b.area.v0 - a.area.v1 {
                gap if gap < -em => NOT_NEXT,
                gap if gap.min(to - from) > 1.5 * self.leading - em => HOLE,
                _ => 0.0,
            }
        } else if b.area.u0 < a.area.u0 || b.area.u0 - a.area.u1 > 6.0 * em || b.area.v0 > a.area.v1 {
            NOT_NEXT
        } else {
            0.0
        };
        // A ruling below which one of them stands, and the other one above.
        let middles = [(a.area.u0 + a.area.u1) / 2.0, (b.area.u0 + b.area.u1) / 2.0];
        let (low, high) = if a.area.v0 > b.area.v0 { (a, b) } else { (b, a) };
        let between = self.rulings.beams.iter().any(|beam| {
            beam.at < low.area.v0 + 0.3 * em
                && beam.at > high.area.v0 + em
                && middles.iter().all(|u| beam.from < *u && *u < beam.to)
        });
        other + next + if between { ACROSS_RULING } else { 0.0 }
    }

    /// What it weighs that this text, and no other, is the headline's.
    fn story(&self, head: usize, text: Set) -> f32 {
        let em = self.em;
        let own = &self.units[head];
        if text.is_empty() {
            return HEADLINE_WITHOUT_TEXT;
        }
        let mut weight = 0.0;
        let mut under: Option<Area> = None;
        let mut is_above = false;
        let is_vertical = matches!(own.blocks[0].what, What::Inset(_));
        for at in text.iter() {
            let unit = &self.units[at];
            match self.over[at] {
                Some(other) if other != head => weight += UNDER_OTHER_HEADLINE,
                _ => {}
            }
            is_above |= unit.area.v0 < own.area.v0 - 1.2 * em && !is_vertical;
            let (from, to) = self.white[at];
            let beside = unit.area.v0 < own.area.v0 + 1.2 * em || self.over[at] == Some(head);
            if !beside && to - from > 2.2 * em && !(from - em < own.area.v0 && own.area.v1 < to + em) {
                weight += UNDER_WHITE;
            }
            if (-0.5 * em..3.0 * em).contains(&(unit.area.v0 - own.area.v1)) {
                let area = Area { u0: unit.column.0, u1: unit.column.1, ..unit.area };
                under = Some(under.map_or(area, |all| all.with(area)));
            }
        }
        if is_above {
            weight += ABOVE_HEADLINE;
        }
        match under {
            Some(under) if !is_vertical => {
                let (left, right) = (own.area.u0 - under.u0, under.u1 - own.area.u1);
                let off = (left - right).abs() > 2.4 * em && left.abs() > 0.9 * em;
                weight + if off { OFF_CENTRE } else { 0.0 }
            }
            _ => weight,
        }
    }
}

fn without(set: Set, other: Set) -> Set {
    let mut rest = set;
    for (word, other) in rest.0.iter_mut().zip(other.0) {
        *word &= !other;
    }
    rest
}

/// What part of a story the unit at this place of the order is. A heading inside a story stands in one of its columns: the
/// text behind it goes on in columns that begin above it. So may the text of a story that begins in the middle of a column,
/// but its headline is larger.
fn part_of(units: &[Unit], order: &[usize], place: usize, em: f32) -> Part {
    let unit = &units[order[place]];
    if unit.kind != Kind::Head {
        return Part::Text;
    }
    let above_it = order[..place].iter().rev().map(|&at| &units[at]).find(|it| it.kind == Kind::Head);
    let is_small = unit.size < SUBHEAD_SIZE * em || above_it.is_some_and(|head| unit.size < LESSER * head.size);
    let texts = order[place + 1..].iter().map(|&at| &units[at]).take_while(|it| it.kind == Kind::Text);
    let above = |text: &Unit| text.area.v0 < unit.area.v0 - SUBHEAD_EM * em && text.area.u0 > unit.area.u1 - em;
    let vertical = matches!(unit.blocks[0].what, What::Inset(_));
    if !vertical && is_small && texts.into_iter().any(above) { Part::Subhead } else { Part::Head }
}

/// The leaves of the units in this order, each float behind the story that it stands in.
fn written(units: Vec<Unit>, floats: Vec<Float>, order: &[usize], em: f32) -> Vec<Leaf> {
    // Where each story begins.
    let is_first = |place: usize| place == 0 || units[order[place]].kind == Kind::Head;
    let story_of: Vec<usize> = (0..order.len())
        .scan(0, |story, place| {
            *story += usize::from(place > 0 && is_first(place));
            Some(*story)
        })
        .collect();
    let parts: Vec<Part> = (0..order.len()).map(|place| part_of(&units, order, place, em)).collect();
    let mut behind: Vec<(usize, Float)> = Vec::new();
    for float in floats {
        let distance = |at: usize| {
            let area = &units[at].area;
            let (u, v) = (
                (area.u0 - float.area.u1).max(float.area.u0 - area.u1).max(0.0),
                (area.v0 - float.area.v1).max(float.area.v0 - area.v1).max(0.0),
            );
            // What is above comes before what is beside or below.
            u + v + if area.v0 > float.area.v0 { 0.5 * em } else { 0.0 }
        };
        let nearest = (0..order.len()).min_by(|a, b| distance(order[*a]).total_cmp(&distance(order[*b])));
        behind.push((nearest.map_or(0, |place| story_of[place]), float));
    }
    behind.sort_by(|a, b| {
        a.0.cmp(&b.0).then(a.1.area.v0.total_cmp(&b.1.area.v0)).then(a.1.area.u0.total_cmp(&b.1.area.u0))
    });
    let mut behind = behind.into_iter().peekable();
    let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    let mut leaves: Vec<Leaf> = Vec::new();
    let mut last: Option<(usize, (f32, f32))> = None;
    for (place, &at) in order.iter().enumerate() {
        while let Some((_, float)) = behind.next_if(|it| it.0 < story_of[place]) {
            leaves.extend(float.leaves);
            last = None;
        }
        // The columns right below a headline are its own.
        let bounds = match units[at].as_ref() {
            Some(unit) if unit.kind == Kind::Head => {
                let text = order[place + 1..].iter().zip(&story_of[place + 1..]);
                let own = text.take_while(|it| *it.1 == story_of[place]).filter_map(|it| units[*it.0].as_ref());
                let under = own.filter(|it| it.area.v0 > unit.area.v1 - 0.5 * em);
                under.fold((unit.area.u0, unit.area.u1), |all, it| (all.0.min(it.column.0), all.1.max(it.column.1)))
            }
            Some(unit) => unit.column,
            None => continue,
        };
        let Some(unit) = units[at].take() else { continue };
        let goes_on = last.is_some_and(|(story, column)| {
            unit.kind == Kind::Text
                && story == story_of[place]
                && (column.0 - bounds.0).abs() < em
                && (column.1 - bounds.1).abs() < em
        });
        match leaves.last_mut() {
            Some(leaf) if goes_on => leaf.blocks.extend(unit.blocks),
            _ => leaves.push(Leaf { blocks: unit.blocks, u0: bounds.0, u1: bounds.1, part: parts[place] }),
        }
        last = (unit.kind == Kind::Text).then_some((story_of[place], bounds));
    }
    leaves.extend(behind.flat_map(|(_, float)| float.leaves));
    leaves
}
