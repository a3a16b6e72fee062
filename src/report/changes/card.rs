//! The items of a document in two runs, and what became of them → cards in the order of the new run: what an item was on one
//! side, what it is on the other.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::marked::{self, Row, Text};
use super::pages::{Pages, of_item};
use super::said;
use crate::dataset::Sheet;
use crate::diff::{FieldChange, ItemChange, ItemClass, ItemRef, Shared, TextClass};

/// What became of an item.
#[derive(Serialize)]
pub(super) struct Card {
    /// Class of the change, or `same`.
    class: &'static str,
    moved: bool,
    /// Its place on the page.
    id: String,
    old: Vec<Head>,
    new: Vec<Head>,
    fields: Vec<Value>,
    texts: Vec<Block>,
    by_hand: ByHand,
}

/// Rules of what people have decided in one run alone.
#[derive(Default, Serialize)]
pub(super) struct ByHand {
    old: Vec<String>,
    new: Vec<String>,
}

impl ByHand {
    pub(super) fn of(change: &ItemChange) -> Self {
        let owned = |rules: Vec<&str>| rules.into_iter().map(str::to_owned).collect();
        let rules = change.by_hand();
        Self { old: owned(rules.old), new: owned(rules.new) }
    }
}

/// An item of one run.
#[derive(Serialize)]
struct Head {
    ordinal: i64,
    title: String,
    /// Its place in the report.
    href: Option<String>,
    /// The document it stands in, if that is another one.
    elsewhere: Option<(String, Option<String>)>,
}

/// A value that differs; nothing where there is none.
#[derive(Serialize)]
pub(super) struct Value {
    pub(super) field: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

/// A long text that differs.
#[derive(Serialize)]
struct Block {
    field: &'static str,
    /// `punctuation` or `white_space`, if it differs in nothing else.
    only: Option<&'static str>,
    rows: Vec<Row>,
}

/// The items of one document in one run.
pub(super) struct Side<'s> {
    pub(super) source: &'s str,
    pub(super) sheet: &'s Sheet,
}

/// The cards of a document.
pub(super) fn cards(old: Option<&Side>, new: Option<&Side>, changes: &[&ItemChange], pages: &Pages) -> Vec<Card> {
    let (old_places, new_places) = (old.map(places).unwrap_or_default(), new.map(places).unwrap_or_default());
    let here = |side: Option<&Side>, items: &[Shared<ItemRef>]| -> Vec<i64> {
        let of_side = items.iter().filter(|item| side.is_some_and(|side| side.source == &*item.source));
        of_side.map(|item| item.ordinal).collect()
    };
    let told: Vec<(Vec<i64>, Vec<i64>)> =
        changes.iter().map(|change| (here(old, &change.old), here(new, &change.new))).collect();
    let rest = |places: &BTreeMap<i64, usize>, told: BTreeSet<i64>| -> Vec<i64> {
        places.keys().copied().filter(|ordinal| !told.contains(ordinal)).collect()
    };
    // Items that are the same are in the same order in both.
    let same_old = rest(&old_places, told.iter().flat_map(|(old, _)| old).copied().collect());
    let same_new = rest(&new_places, told.iter().flat_map(|(_, new)| new).copied().collect());
    let mut became: BTreeMap<i64, i64> = same_old.iter().copied().zip(same_new.iter().copied()).collect();
    became.extend(told.iter().filter_map(|(old, new)| Some((*old.first()?, *new.first()?))));
    let mut cards: Vec<((i64, i64), Card)> = Vec::new();
    for ordinal in &same_new {
        let head = |side: &Side| {
            let title = new_places.get(ordinal).map(|row| title(side.sheet, *row)).unwrap_or_default();
            Head {
                ordinal: *ordinal,
                title,
                href: pages.document(side.source).map(|it| link(it, *ordinal)),
                elsewhere: None,
            }
        };
        let head = new.map(head).into_iter().collect();
        let id = format!("n{ordinal}");
        let card = Card {
            class: "same",
            moved: false,
            id,
            old: vec![],
            new: head,
            fields: vec![],
            texts: vec![],
            by_hand: ByHand::default(),
        };
        cards.push(((*ordinal, -1), card));
    }
    for (change, (olds, news)) in changes.iter().zip(&told) {
        // An item that is gone stands behind the one that stood before it.
        let place = match (news.first(), olds.first()) {
            (Some(new), _) => (*new, -1),
            (None, Some(old)) => (became.range(..old).next_back().map_or(0, |(_, new)| *new), *old),
            (None, None) => (i64::MAX, 0),
        };
        let id = if news.is_empty() {
            olds.first().map_or_else(|| of_item(change), |old| format!("o{old}"))
        } else {
            of_item(change)
        };
        // Of an item that one run alone has, the headline stands above the text already.
        let with_headlines = matches!(change.class, ItemClass::Split | ItemClass::Merged);
        let text = |side: Option<&Side>, places: &BTreeMap<i64, usize>, ordinals: &[i64]| {
            let rows = ordinals.iter().filter_map(|ordinal| Some((side?, *places.get(ordinal)?)));
            let texts: Vec<[Option<String>; 2]> =
                rows.map(|(side, row)| ["headline", "body"].map(|column| cell(side.sheet, row, column))).collect();
            let texts = texts.iter().map(|[headline, body]| {
                (headline.as_deref().filter(|_| with_headlines), body.as_deref().unwrap_or_default())
            });
            Text::of(texts)
        };
        let (before, after) = (text(old, &old_places, olds), text(new, &new_places, news));
        cards.push((
            place,
            Card {
                class: change.class.as_str(),
                moved: change.moved,
                id,
                old: change.old.iter().map(|item| head(item, old, pages, true)).collect(),
                new: change.new.iter().map(|item| head(item, new, pages, false)).collect(),
                fields: change.fields.iter().filter(|it| it.text.is_none()).map(value).collect(),
                texts: texts(change, &before, &after),
                by_hand: ByHand::of(change),
            },
        ));
    }
    cards.sort_by_key(|(place, _)| *place);
    cards.into_iter().map(|(_, card)| card).collect()
}

/// The long texts of an item that differ: those that changed, or all there is where items came, went, or were cut.
fn texts(change: &ItemChange, before: &Text, after: &Text) -> Vec<Block> {
    let whole = |rows| vec![Block { field: "text", only: None, rows }];
    match change.class {
        ItemClass::Removed => whole(marked::alone(before, true)),
        ItemClass::Added => whole(marked::alone(after, false)),
        ItemClass::Split | ItemClass::Merged => whole(marked::both(before, after)),
        ItemClass::Moved | ItemClass::Edited => change.fields.iter().filter_map(block).collect(),
    }
}

fn block(change: &FieldChange) -> Option<Block> {
    let text = change.text.as_ref()?;
    let field = ["headline", "kicker", "body"].into_iter().find(|name| *name == change.field)?;
    let only = (text.class != TextClass::Words).then(|| text.class.as_str());
    Some(Block { field, only, rows: marked::rows(change.old.text()?, &text.hunks) })
}

/// A value that differs.
pub(super) fn value(change: &FieldChange) -> Value {
    Value { field: change.field.clone(), old: said(&change.old), new: said(&change.new) }
}

fn head(item: &ItemRef, side: Option<&Side>, pages: &Pages, is_old: bool) -> Head {
    let document = if is_old { None } else { pages.document(&item.source) };
    let is_here = side.is_some_and(|side| side.source == &*item.source);
    let elsewhere = (!is_here).then(|| {
        let (old, new) = if is_old { (Some(&*item.source), None) } else { (None, Some(&*item.source)) };
        let place = format!("{}{}", if is_old { "o" } else { "n" }, item.ordinal);
        (item.source.to_string(), pages.at(old, new, &place).map(|href| format!("../{href}")))
    });
    Head {
        ordinal: item.ordinal,
        title: item.title.clone(),
        href: document.map(|number| link(number, item.ordinal)),
        elsewhere,
    }
}

/// An item on its document's page of the report.
fn link(document: u64, ordinal: i64) -> String {
    format!("../{}#i{ordinal}", super::super::document::file(document))
}

fn title(sheet: &Sheet, row: usize) -> String {
    let body = || cell(sheet, row, "body").unwrap_or_default().chars().take(24).collect();
    cell(sheet, row, "headline").unwrap_or_else(body)
}

/// Rows by the numbers of their items.
fn places(side: &Side) -> BTreeMap<i64, usize> {
    let ordinal = |row| side.sheet.cell(row, side.sheet.column("ordinal")?).int();
    (0..side.sheet.len()).filter_map(|row| Some((ordinal(row)?, row))).collect()
}

fn cell(sheet: &Sheet, row: usize, column: &str) -> Option<String> {
    sheet.cell(row, sheet.column(column)?).text().map(str::to_owned)
}
