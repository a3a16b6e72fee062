//! A comparison → the page of all differences: the verdict, what the runs read and were made with, and what changed, the most
//! frequent first. Every number leads to its list.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::Serialize;

use super::card::ByHand;
use super::marked::visible;
use super::page::{JoinCard, join_card};
use super::pages::{Pages, of_item, of_spot};
use super::runs::{Count, Made, coverage, made};
use crate::dataset::Cell;
use crate::diff::{
    Change, Decided, Diff, FieldGroup, ItemChange, ItemClass, ItemRef, JoinGroup, Kind, Reading, Shared, Spot,
    TextClass, TextGroup,
};

/// What is shown: a comparison, what both datasets are called, and how many entries of a list.
pub(in super::super) struct Shown<'d> {
    pub(in super::super) diff: &'d Diff,
    pub(in super::super) names: &'d [String; 2],
    /// Entries of every list; `None` for as many as a page that leads to lists needs.
    pub(in super::super) limit: Option<usize>,
}

/// Where numbers and entries lead.
pub(in super::super) enum Links<'p> {
    /// To the list and the pages of a report.
    Pages(&'p Pages),
    /// To the parts of the page itself: there are no others.
    Sections,
}

/// How many entries stand on the page: changes, pairs of values of one, places of a pair.
#[derive(Clone, Copy)]
struct Limits {
    groups: usize,
    pairs: usize,
    places: usize,
}

#[derive(Serialize)]
pub(in super::super) struct View<'d> {
    root: &'static str,
    active: &'static str,
    /// Whether the page stands alone.
    alone: bool,
    same: bool,
    equal_files: bool,
    old_name: &'d str,
    new_name: &'d str,
    figures: Vec<Number>,
    same_sources: u64,
    same_items: u64,
    sources: Vec<List<Path<'d>>>,
    settings: Vec<Made<'d>>,
    coverage: Vec<Count>,
    lost: List<Lost<'d>>,
    regained: List<Lost<'d>>,
    items: Vec<List<Item<'d>>>,
    values: Vec<Values<'d>>,
    joins: Vec<List<JoinCard<'d>>>,
    ends: Vec<List<()>>,
    texts: Vec<Texts<'d>>,
    remarks: Vec<Remarks<'d>>,
    /// The changes that links ask the list for, in words.
    #[serde(skip)]
    pub(in super::super) names: BTreeMap<String, String>,
}

/// A number that leads to its list.
#[derive(Serialize)]
struct Number {
    word: String,
    count: u64,
    href: String,
}

/// A list of which the first entries stand here.
#[derive(Serialize)]
struct List<T> {
    word: String,
    /// A second word, if it tells what became of what.
    to: Option<String>,
    count: u64,
    entries: Vec<T>,
    more: usize,
    href: String,
}

#[derive(Serialize)]
struct Path<'d> {
    old: Option<&'d str>,
    new: Option<&'d str>,
    href: Option<String>,
}

#[derive(Serialize)]
struct Lost<'d> {
    old: &'d Reading,
    new: &'d Reading,
    href: Option<String>,
}

#[derive(Serialize)]
struct Item<'d> {
    old: Vec<&'d ItemRef>,
    new: Vec<&'d ItemRef>,
    by_hand: ByHand,
    href: Option<String>,
}

/// Changes of the values of a table.
#[derive(Serialize)]
struct Values<'d> {
    table: &'d str,
    /// Its place on the page.
    id: &'d str,
    changes: Vec<Line<'d>>,
    more: usize,
    href: String,
    /// Columns that were measured: every value is another.
    measured: Vec<Number>,
}

/// A change that one rule may have made: one line.
#[derive(Serialize)]
struct Line<'d> {
    field: &'d str,
    old: Side,
    new: Side,
    rule: Option<(Option<String>, Option<String>)>,
    with: Vec<&'d str>,
    count: u64,
    href: String,
    pairs: Vec<Pair>,
    more: usize,
}

/// The value all pairs have on one side, or how many there are.
#[derive(Serialize)]
struct Side {
    count: usize,
    value: Option<String>,
}

#[derive(Serialize)]
struct Pair {
    old: Option<String>,
    new: Option<String>,
    count: u64,
    href: String,
    places: Vec<Place>,
    more: usize,
}

#[derive(Serialize)]
struct Place {
    name: String,
    source: String,
    href: Option<String>,
}

/// Places of long texts that differ in one kind of characters.
#[derive(Serialize)]
struct Texts<'d> {
    class: &'static str,
    count: u64,
    href: String,
    groups: Vec<Text<'d>>,
    more: usize,
}

#[derive(Serialize)]
struct Text<'d> {
    old: String,
    new: String,
    count: u64,
    href: String,
    places: Vec<TextPlace<'d>>,
    more: usize,
}

#[derive(Serialize)]
struct TextPlace<'d> {
    before: String,
    after: String,
    field: &'d str,
    place: Place,
}

#[derive(Serialize)]
struct Remarks<'d> {
    code: &'d str,
    gone: u64,
    gone_href: String,
    new: u64,
    new_href: String,
}

/// The name of a pair of values in links.
pub(super) fn pair_id(group: usize) -> String {
    format!("v{group}")
}

/// The name of a change of several pairs in links: that of its first pair, which no other change has.
pub(super) fn decided_id(change: &Decided) -> String {
    format!("d{}", change.pairs.first().map_or(0, |(at, _)| *at))
}

/// The name of the lines that one run alone has.
pub(super) fn line_id(is_new: bool) -> &'static str {
    if is_new { "ln" } else { "lg" }
}

/// Characters of a value that are shown on a line.
const WIDTH: usize = 60;

struct Pen<'d, 'l> {
    diff: &'d Diff,
    links: &'l Links<'l>,
    limits: Limits,
    names: RefCell<BTreeMap<String, String>>,
}

/// What the page of all differences shows.
pub(in super::super) fn view<'d>(shown: &Shown<'d>, links: &Links) -> View<'d> {
    let Shown { diff, names: [old, new], limit } = *shown;
    let limits = match limit {
        Some(most) => Limits { groups: most, pairs: most, places: most },
        None => Limits { groups: 40, pairs: 12, places: 5 },
    };
    let pen = Pen { diff, links, limits, names: RefCell::default() };
    let counts = diff.counts.iter().filter(|(kind, _)| **kind != Kind::Settings);
    let figures = counts.map(|(kind, count)| pen.number(word(*kind), *count, word(*kind))).collect();
    let joins = diff.joins.iter().enumerate();
    let (told, ends): (Vec<_>, Vec<_>) = joins.partition(|(_, group)| group.old.is_some() && group.new.is_some());
    View {
        root: "",
        active: "changes",
        alone: matches!(links, Links::Sections),
        same: diff.same,
        equal_files: diff.equal_files,
        old_name: old,
        new_name: new,
        figures,
        same_sources: diff.sources.same,
        same_items: diff.items.same,
        sources: pen.sources(),
        settings: diff.settings.iter().map(made).collect(),
        coverage: coverage(diff),
        lost: pen.readings("lost", &diff.coverage.lost),
        regained: pen.readings("regained", &diff.coverage.regained),
        items: pen.items(),
        values: ["items", "documents", "lines"].into_iter().filter_map(|table| pen.values(table)).collect(),
        joins: told.into_iter().map(|(at, group)| pen.joins(at, group)).collect(),
        ends: ends.into_iter().map(|(at, group)| pen.ends(at, group)).collect(),
        texts: pen.texts(),
        remarks: pen.remarks(),
        names: pen.names.into_inner(),
    }
}

/// The word of a kind of differences, which the list knows it by too.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Documents => "document_values",
        Kind::Lines => "line_values",
        other => other.as_str(),
    }
}

impl<'d> Pen<'d, '_> {
    /// A link to the list of a kind.
    fn list(&self, kind: &str) -> String {
        match self.links {
            Links::Pages(_) => format!("differences.html#what={kind}"),
            Links::Sections => format!("#{kind}"),
        }
    }

    /// A link to the list of one change, which is called `name` there.
    fn group(&self, kind: &str, id: &str, name: impl FnOnce() -> String) -> String {
        match self.links {
            Links::Pages(_) => {
                self.names.borrow_mut().entry(id.to_owned()).or_insert_with(name);
                format!("differences.html#what={kind}&group={id}")
            }
            Links::Sections => format!("#{kind}"),
        }
    }

    fn at(&self, old: Option<&str>, new: Option<&str>, place: &str) -> Option<String> {
        match self.links {
            Links::Pages(pages) => pages.at(old, new, place),
            Links::Sections => None,
        }
    }

    fn number(&self, word: &str, count: u64, kind: &str) -> Number {
        Number { word: word.to_owned(), count, href: self.list(kind) }
    }

    fn first<T, E>(&self, word: &str, all: &[T], entry: impl FnMut(&T) -> E) -> List<E> {
        List {
            word: word.to_owned(),
            to: None,
            count: all.len() as u64,
            entries: all.iter().take(self.limits.groups).map(entry).collect(),
            more: all.len().saturating_sub(self.limits.groups),
            href: self.list(word),
        }
    }

    fn sources(&self) -> Vec<List<Path<'d>>> {
        let sources = &self.diff.sources;
        let document = |new: Option<&str>| match (self.links, new) {
            (Links::Pages(pages), Some(new)) => pages.document(new).map(super::super::document::file),
            _ => None,
        };
        let path = |old: Option<&'d str>, new: Option<&'d str>| {
            let href = self.at(old, new, "").or_else(|| document(new));
            Path { old, new, href }
        };
        let same = |name: &&'d str| path(Some(name), Some(name));
        let texts = |names: &'d [String]| names.iter().map(String::as_str).collect::<Vec<_>>();
        let pairs =
            |pairs: &'d [Change<String>]| pairs.iter().map(|it| (it.old.as_str(), it.new.as_str())).collect::<Vec<_>>();
        let both = |(old, new): &(&'d str, &'d str)| path(Some(old), Some(new));
        let lists = vec![
            self.first("file_gone", &texts(&sources.gone), |name| path(Some(name), None)),
            self.first("file_new", &texts(&sources.new), |name| path(None, Some(name))),
            self.first("file_changed", &texts(&sources.changed), same),
            self.first("file_renamed", &pairs(&sources.renamed), both),
            self.first("file_moved", &pairs(&sources.moved), both),
        ];
        lists.into_iter().filter(|list| list.count > 0).collect()
    }

    fn readings(&self, word: &str, readings: &'d [Change<Reading>]) -> List<Lost<'d>> {
        let readings: Vec<&'d Change<Reading>> = readings.iter().collect();
        self.first(word, &readings, |it| Lost {
            old: &it.old,
            new: &it.new,
            href: self.at(Some(&it.old.source), Some(&it.new.source), ""),
        })
    }

    fn items(&self) -> Vec<List<Item<'d>>> {
        let lists = ItemClass::TOLD.into_iter().map(|class| {
            // Of what was edited the number of moved ones is counted too, as the list has it.
            let of_class = |it: &&'d ItemChange| it.class == class || (class == ItemClass::Moved && it.moved);
            let changes: Vec<&'d ItemChange> = self.diff.items.changes.iter().filter(of_class).collect();
            let refs = |items: &'d [Shared<ItemRef>]| items.iter().map(|item| &**item).collect();
            let source = |items: &'d [Shared<ItemRef>]| items.first().map(|item| &*item.source);
            self.first(class.as_str(), &changes, |change| Item {
                old: refs(&change.old),
                new: refs(&change.new),
                by_hand: ByHand::of(change),
                href: self.at(source(&change.old), source(&change.new), &of_item(change)),
            })
        });
        lists.filter(|list| list.count > 0).collect()
    }

    fn values(&self, table: &'static str) -> Option<Values<'d>> {
        let kind = match table {
            "items" => "edited",
            "documents" => "document_values",
            _ => "line_values",
        };
        let decided = self.diff.decided(table);
        let changes = decided.iter().take(self.limits.groups).map(|change| self.line(kind, change));
        let measured = self.diff.fields.iter().enumerate();
        let measured = measured.filter(|(_, group)| group.table == table && group.values.is_none());
        let mut measured: Vec<Number> = measured
            .map(|(at, group)| Number {
                word: group.field.clone(),
                count: group.count,
                href: self.group(kind, &pair_id(at), || group.field.clone()),
            })
            .collect();
        if table == "lines" {
            let lines = [("line_gone", self.diff.lines.removed, false), ("line_new", self.diff.lines.added, true)];
            measured.extend(lines.into_iter().filter(|(_, count, _)| *count > 0).map(|(word, count, is_new)| Number {
                word: word.to_owned(),
                count,
                href: self.group(kind, line_id(is_new), || word.to_owned()),
            }));
        }
        let changes: Vec<Line> = changes.collect();
        (!changes.is_empty() || !measured.is_empty()).then(|| Values {
            table,
            id: if table == "items" { "values" } else { kind },
            more: decided.len() - changes.len(),
            changes,
            href: self.list(kind),
            measured,
        })
    }

    fn line(&self, kind: &str, change: &Decided<'d>) -> Line<'d> {
        let first = change.first();
        let side = |side: fn(&Change<Cell>) -> &Cell| {
            let values = change.values(side);
            let value = values.first().filter(|_| values.len() == 1).and_then(|cell| said(cell));
            Side { count: values.len(), value }
        };
        let (old, new) = (side(|it| &it.old), side(|it| &it.new));
        let rule = first.and_then(|group| group.rule.as_ref()).map(|it| (said(&it.old), said(&it.new)));
        let field = first.map_or("", |group| group.field.as_str());
        let name = || {
            let side =
                |side: &Side| side.value.clone().unwrap_or_else(|| if side.count > 1 { "…" } else { "∅" }.to_owned());
            format!("{field}: {} → {}", side(&old), side(&new))
        };
        let href = self.group(kind, &decided_id(change), name);
        let pairs = change.pairs.iter().take(self.limits.pairs);
        Line {
            field,
            rule,
            with: change.with(),
            count: change.count,
            href,
            pairs: pairs.map(|(at, group)| self.pair(kind, *at, group)).collect(),
            more: change.pairs.len().saturating_sub(self.limits.pairs),
            old,
            new,
        }
    }

    fn pair(&self, kind: &str, at: usize, group: &'d FieldGroup) -> Pair {
        let values = group.values.as_ref();
        let (old, new) = (values.and_then(|it| said(&it.old)), values.and_then(|it| said(&it.new)));
        let place = |place: &Change<Spot>| {
            let href = self.at(Some(place.old.source()), Some(place.new.source()), &of_spot(&place.new));
            match &place.new {
                Spot::Item(item) => self.place(item, href),
                Spot::Line { source, line } => {
                    Place { name: format!("{}:{line}", &**source), source: String::new(), href }
                }
                Spot::Document { source } => Place { name: source.to_string(), source: String::new(), href },
            }
        };
        let name = |value: &Option<String>| value.clone().unwrap_or_else(|| "∅".to_owned());
        Pair {
            count: group.count,
            href: self.group(kind, &pair_id(at), || format!("{}: {} → {}", group.field, name(&old), name(&new))),
            places: group.places.iter().take(self.limits.places).map(place).collect(),
            more: group.places.len().saturating_sub(self.limits.places),
            old,
            new,
        }
    }

    fn place(&self, item: &ItemRef, href: Option<String>) -> Place {
        Place { name: item.title.clone(), source: format!("{} {}", &*item.source, item.ordinal), href }
    }

    fn joins(&self, at: usize, group: &'d JoinGroup) -> List<JoinCard<'d>> {
        let kinds = [group.old.as_deref(), group.new.as_deref()];
        let card = |join: &'d Change<crate::diff::Join>| {
            let (old, new) = (&*join.old.source, &*join.new.source);
            (join, self.at(Some(old), Some(new), &format!("J{}", join.new.line)))
        };
        let cards = group.joins.iter().take(self.limits.groups).map(card);
        let [old, new] = kinds.map(|kind| kind.unwrap_or("end").to_owned());
        List {
            href: self.group("joins", &format!("j{at}"), || format!("{old} → {new}")),
            word: old,
            to: Some(new),
            count: group.count,
            entries: cards.map(|(join, href)| join_card(join, kinds, href)).collect(),
            more: group.joins.len().saturating_sub(self.limits.groups),
        }
    }

    /// Joins of which one is the end of a headline or item: told by their number.
    fn ends(&self, at: usize, group: &JoinGroup) -> List<()> {
        let [old, new] = [&group.old, &group.new].map(|kind| kind.as_deref().unwrap_or("end").to_owned());
        let href = self.group("joins", &format!("j{at}"), || format!("{old} → {new}"));
        List { word: old, to: Some(new), count: group.count, entries: Vec::new(), more: 0, href }
    }

    fn texts(&self) -> Vec<Texts<'d>> {
        let classes = [TextClass::Words, TextClass::Punctuation, TextClass::WhiteSpace];
        let texts = classes.into_iter().map(|class| {
            let groups: Vec<(usize, &'d TextGroup)> =
                self.diff.text.iter().enumerate().filter(|(_, group)| group.class == class).collect();
            Texts {
                class: class.as_str(),
                count: groups.iter().map(|(_, group)| group.count).sum(),
                href: match self.links {
                    Links::Pages(_) => format!("differences.html#text={}", class.as_str()),
                    Links::Sections => "#text".to_owned(),
                },
                more: groups.len().saturating_sub(self.limits.groups),
                groups: groups.into_iter().take(self.limits.groups).map(|(at, group)| self.text(at, group)).collect(),
            }
        });
        texts.filter(|it| it.count > 0).collect()
    }

    fn text(&self, at: usize, group: &'d TextGroup) -> Text<'d> {
        let place = |it: &'d crate::diff::TextPlace| TextPlace {
            before: it.before.clone(),
            after: it.after.clone(),
            field: &it.field,
            place: self.place(
                &it.item.new,
                self.at(Some(&it.item.old.source), Some(&it.item.new.source), &format!("n{}", it.item.new.ordinal)),
            ),
        };
        let [old, new] = [&group.old, &group.new].map(|text| shorten(&visible(text)));
        Text {
            count: group.count,
            href: self.group("edited", &format!("t{at}"), || format!("{old} → {new}")),
            places: group.places.iter().take(self.limits.places).map(place).collect(),
            more: group.places.len().saturating_sub(self.limits.places),
            old,
            new,
        }
    }

    fn remarks(&self) -> Vec<Remarks<'d>> {
        let groups = self.diff.remarks.iter().enumerate();
        let remarks = groups.map(|(at, group)| Remarks {
            code: &group.code,
            gone: group.gone.len() as u64,
            gone_href: self.group("remarks", &format!("r{at}g"), || format!("{} ∅", group.code)),
            new: group.new.len() as u64,
            new_href: self.group("remarks", &format!("r{at}n"), || format!("{} +", group.code)),
        });
        remarks.collect()
    }
}

/// A value, or its beginning.
fn said(cell: &Cell) -> Option<String> {
    super::said(cell).map(|text| shorten(&text))
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
