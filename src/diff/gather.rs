//! Pairs of documents in, one after the other; the outcome out. Keeps what differs and nothing else.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::align::{self, Alignment, Content, Pair};
use super::fields::{Columns, Groups, LONG};
use super::lines::{self, Joins};
use super::outcome::{
    Change, ItemChange, ItemClass, ItemRef, Items, LineCounts, Reading, Remark, RemarkGroup, Shared, Spot, TextGroup,
    TextPlace,
};
use super::overrides::Overrides;
use super::pairs::Met;
use super::text::TextClass;
use super::which::Selection;
use crate::dataset::{Cell, DocumentSheets, Sheet};

/// Characters of a body that stand for a headline where there is none.
const TITLE: usize = 24;

/// What was found so far.
pub(super) struct Gathered<'s> {
    selection: &'s Selection,
    pub(super) items: Items,
    pub(super) fields: Groups,
    pub(super) joins: Joins,
    pub(super) lines: LineCounts,
    texts: BTreeMap<(TextClass, String, String), Vec<TextPlace>>,
    remarks: BTreeMap<String, (Vec<Remark>, Vec<Remark>)>,
    pub(super) lost: Vec<Change<Reading>>,
    pub(super) regained: Vec<Change<Reading>>,
}

/// An item of one run with its row.
struct Item<'s> {
    sheet: &'s Sheet,
    row: usize,
    item: Shared<ItemRef>,
    values: Vec<Cell>,
}

impl<'s> Gathered<'s> {
    pub(super) fn new(selection: &'s Selection) -> Self {
        Self {
            selection,
            items: Items::default(),
            fields: Groups::default(),
            joins: Joins::default(),
            lines: LineCounts::default(),
            texts: BTreeMap::new(),
            remarks: BTreeMap::new(),
            lost: Vec::new(),
            regained: Vec::new(),
        }
    }

    /// Adds what became of a document.
    pub(super) fn add(&mut self, met: &Met) {
        match met {
            Met::Both { old, new, same_bytes } => self.compare(old, new, *same_bytes),
            Met::Gone(old) => self.alone(old, ItemClass::Removed),
            Met::New(new) => self.alone(new, ItemClass::Added),
        }
    }

    /// The document is in one run only.
    fn alone(&mut self, document: &DocumentSheets, class: ItemClass) {
        let source = Shared::from(document.source.as_str());
        for row in 0..document.items.len() {
            self.single(class, item_ref(&document.items, row, &source));
        }
    }

    fn single(&mut self, class: ItemClass, item: Shared<ItemRef>) {
        let (old, new) = if class == ItemClass::Removed { (vec![item], vec![]) } else { (vec![], vec![item]) };
        self.items.changes.push(ItemChange { class, moved: false, old, new, fields: Vec::new(), overrides: None });
    }

    fn compare(&mut self, old: &DocumentSheets, new: &DocumentSheets, same_bytes: bool) {
        let sources = Change { old: Shared::from(old.source.as_str()), new: Shared::from(new.source.as_str()) };
        // Of a document that was moved or edited, the rows name another source.
        let names = ["source", "doc_id", "item_id"];
        // Looked for only where something differs: most documents are the same.
        let overrides =
            LazyCell::new(|| Change { old: Overrides::of(&old.diagnostics), new: Overrides::of(&new.diagnostics) });
        let except = if same_bytes { &names[..1] } else { &names[..] };
        if !old.document.equals(&new.document, except) {
            self.compare_documents(old, new, same_bytes, (&sources, &overrides));
        }
        if old.items.equals(&new.items, except) {
            self.items.same += old.items.len() as u64;
        } else {
            let from = self.items.changes.len();
            self.compare_items(&old.items, &new.items, same_bytes, (&sources, &overrides));
            for change in &mut self.items.changes[from..] {
                change.overrides = decided(change, &overrides);
            }
        }
        if self.selection.wants_any("lines") && !old.lines.equals(&new.lines, except) {
            let old = lines::Side { source: &sources.old, sheet: &old.lines, overrides: &overrides.old };
            let new = lines::Side { source: &sources.new, sheet: &new.lines, overrides: &overrides.new };
            lines::compare(&old, &new, self.selection, &mut self.joins, &mut self.fields, &mut self.lines);
        }
        if self.selection.wants_all("diagnostics") && !old.diagnostics.equals(&new.diagnostics, except) {
            self.compare_remarks(&old.diagnostics, &new.diagnostics, same_bytes, &sources);
        }
    }

    fn compare_documents(
        &mut self,
        old: &DocumentSheets,
        new: &DocumentSheets,
        same_bytes: bool,
        (sources, overrides): (&Change<Shared<str>>, &Change<Overrides>),
    ) {
        let readings = Change { old: reading(old, &sources.old), new: reading(new, &sources.new) };
        let (mut before, mut after) = (worth(&readings.old), worth(&readings.new));
        if !same_bytes {
            // A source that says less is no loss.
            (before.1, after.1) = (0, 0);
        }
        if before > after {
            self.lost.push(readings);
        } else if before < after {
            self.regained.push(readings);
        }
        let columns = Columns::shared("documents", &old.document, &new.document, same_bytes, self.selection);
        let (olds, news) = (columns.of_old(&old.document, 0), columns.of_new(&new.document, 0));
        let changes = columns.changes(&olds, &news);
        let place = Change {
            old: Spot::Document { source: sources.old.clone() },
            new: Spot::Document { source: sources.new.clone() },
        };
        let rule = |name: &str| both(&old.document, 0, &new.document, 0, name);
        let decided = |columns: &[&str]| Change {
            old: overrides.old.of_columns(None, columns),
            new: overrides.new.of_columns(None, columns),
        };
        self.fields.add("documents", &changes, rule, decided, &place);
    }

    fn compare_items(
        &mut self,
        old: &Sheet,
        new: &Sheet,
        same_bytes: bool,
        (sources, overrides): (&Change<Shared<str>>, &Change<Overrides>),
    ) {
        let columns = Columns::shared("items", old, new, same_bytes, self.selection);
        let olds = items(old, &sources.old, |row| columns.of_old(old, row));
        let news = items(new, &sources.new, |row| columns.of_new(new, row));
        let contents = |items: &[Item]| items.iter().map(Item::content).collect::<Vec<_>>();
        let Alignment { pairs, splits, merges, removed, added } = align::align(&contents(&olds), &contents(&news));
        for Pair { old, new, moved } in pairs {
            self.pair(&columns, &olds[old], &news[new], moved, overrides);
        }
        let refs = |items: &[Item], places: &[usize]| places.iter().map(|&at| items[at].item.clone()).collect();
        for (whole, parts) in splits {
            let (old, new) = (refs(&olds, &[whole]), refs(&news, &parts));
            self.items.changes.push(ItemChange {
                class: ItemClass::Split,
                moved: false,
                old,
                new,
                fields: Vec::new(),
                overrides: None,
            });
        }
        for (parts, whole) in merges {
            let (old, new) = (refs(&olds, &parts), refs(&news, &[whole]));
            self.items.changes.push(ItemChange {
                class: ItemClass::Merged,
                moved: false,
                old,
                new,
                fields: Vec::new(),
                overrides: None,
            });
        }
        removed.into_iter().for_each(|at| self.single(ItemClass::Removed, olds[at].item.clone()));
        added.into_iter().for_each(|at| self.single(ItemClass::Added, news[at].item.clone()));
    }

    fn pair(&mut self, columns: &Columns, old: &Item, new: &Item, moved: bool, overrides: &Change<Overrides>) {
        let fields = columns.changes(&old.values, &new.values);
        if fields.is_empty() && !moved {
            self.items.same += 1;
            return;
        }
        let item = Change { old: old.item.clone(), new: new.item.clone() };
        let place = Change { old: Spot::Item(item.old.clone()), new: Spot::Item(item.new.clone()) };
        let rule = |name: &str| both(old.sheet, old.row, new.sheet, new.row, name);
        let decided = |columns: &[&str]| Change {
            old: overrides.old.of_columns(Some(&item.old.item_id), columns),
            new: overrides.new.of_columns(Some(&item.new.item_id), columns),
        };
        self.fields.add("items", &fields, rule, decided, &place);
        for change in &fields {
            for hunk in change.text.iter().flat_map(|text| &text.hunks) {
                let key = (hunk.class, hunk.old.clone(), hunk.new.clone());
                let (before, after) = (hunk.before.clone(), hunk.after.clone());
                let place = TextPlace { field: change.field.clone(), before, after, item: item.clone() };
                self.texts.entry(key).or_default().push(place);
            }
        }
        let class = if fields.is_empty() { ItemClass::Moved } else { ItemClass::Edited };
        self.items.changes.push(ItemChange {
            class,
            moved,
            old: vec![item.old],
            new: vec![item.new],
            fields,
            overrides: None,
        });
    }

    fn compare_remarks(&mut self, old: &Sheet, new: &Sheet, same_bytes: bool, sources: &Change<Shared<str>>) {
        let mut counts: BTreeMap<(String, Remark), (usize, usize)> = BTreeMap::new();
        // Where the bytes differ, so do the numbers of lines.
        let key = |(code, remark): (String, Remark), source: &Shared<str>| {
            let line = remark.line.filter(|_| same_bytes);
            (code, Remark { line, source: source.clone(), ..remark })
        };
        for row in 0..old.len() {
            counts.entry(key(remark(old, row, &sources.old), &sources.old)).or_default().0 += 1;
        }
        for row in 0..new.len() {
            counts.entry(key(remark(new, row, &sources.new), &sources.old)).or_default().1 += 1;
        }
        let mut told = BTreeMap::new();
        for (key, (before, after)) in counts {
            told.insert(key, (before.saturating_sub(after), after.saturating_sub(before)));
        }
        let mut tell = |sheet: &Sheet, source: &Shared<str>, of_old: bool| {
            for row in 0..sheet.len() {
                let (code, said) = remark(sheet, row, source);
                let Some(left) = told.get_mut(&key((code.clone(), said.clone()), &sources.old)) else { continue };
                let left = if of_old { &mut left.0 } else { &mut left.1 };
                if *left > 0 {
                    *left -= 1;
                    let (gone, new) = self.remarks.entry(code).or_default();
                    if of_old { gone.push(said) } else { new.push(said) }
                }
            }
        };
        tell(old, &sources.old, true);
        tell(new, &sources.new, false);
    }

    /// Finds the items that went to another document: gone from one and new in the other, with equal content.
    pub(super) fn reunite(&mut self) {
        let mut places: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, change) in self.items.changes.iter().enumerate() {
            match change.class {
                ItemClass::Removed => places.entry(change.old[0].content_hash.clone()).or_default().0.push(at),
                ItemClass::Added => places.entry(change.new[0].content_hash.clone()).or_default().1.push(at),
                _ => {}
            }
        }
        let changes = &mut self.items.changes;
        let mut gone = vec![false; changes.len()];
        for (mut removed, mut added) in places.into_values() {
            removed.sort_by(|&one, &two| changes[one].old.cmp(&changes[two].old));
            added.sort_by(|&one, &two| changes[one].new.cmp(&changes[two].new));
            for (one, other) in removed.into_iter().zip(added) {
                changes[one].new = std::mem::take(&mut changes[other].new);
                changes[one].class = ItemClass::Moved;
                changes[one].moved = true;
                gone[other] = true;
            }
        }
        let mut gone = gone.into_iter();
        changes.retain(|_| !gone.next().unwrap_or(false));
        let first = |change: &ItemChange| {
            let of = |items: &[Shared<ItemRef>]| items.first().map(|item| (item.source.clone(), item.ordinal));
            // The lesser of both, so that the order is that of the mirror.
            let (old, new) = (of(&change.old), of(&change.new));
            (old.clone().into_iter().chain(new).min(), change.class, old)
        };
        changes.sort_by_cached_key(first);
    }

    pub(super) fn texts(&mut self) -> Vec<TextGroup> {
        let groups = std::mem::take(&mut self.texts).into_iter().map(|((class, old, new), mut places)| {
            places.sort_unstable();
            TextGroup { class, old, new, count: places.len() as u64, places }
        });
        let mut groups: Vec<TextGroup> = groups.collect();
        groups.sort_by(|one, two| {
            let rank = |it: &TextGroup| (it.class, std::cmp::Reverse(it.count));
            rank(one).cmp(&rank(two)).then_with(|| (&one.old, &one.new).cmp(&(&two.old, &two.new)))
        });
        groups
    }

    pub(super) fn remarks(&mut self) -> Vec<RemarkGroup> {
        let sorted = |mut remarks: Vec<Remark>| {
            remarks.sort_unstable();
            remarks
        };
        let groups = std::mem::take(&mut self.remarks).into_iter();
        groups.map(|(code, (gone, new))| RemarkGroup { code, gone: sorted(gone), new: sorted(new) }).collect()
    }
}

/// What people have decided about the items of a change, where it is not the same in both runs.
fn decided(change: &ItemChange, overrides: &Change<Overrides>) -> Option<Change<Vec<String>>> {
    let all = |overrides: &Overrides, items: &[Shared<ItemRef>]| -> Vec<String> {
        let rules = items.iter().flat_map(|item| overrides.of_item(&item.item_id));
        rules.collect::<BTreeSet<_>>().into_iter().collect()
    };
    let (old, new) = (all(&overrides.old, &change.old), all(&overrides.new, &change.new));
    (old != new).then_some(Change { old, new })
}

impl Item<'_> {
    fn content(&self) -> Content {
        let text = |column| cell(self.sheet, self.row, column).text().unwrap_or_default().to_owned();
        Content {
            hash: self.item.content_hash.clone(),
            headline: text("headline"),
            body: text("body"),
            rest: self.values.clone(),
        }
    }
}

fn items<'s>(sheet: &'s Sheet, source: &Shared<str>, values: impl Fn(usize) -> Vec<Cell>) -> Vec<Item<'s>> {
    (0..sheet.len()).map(|row| Item { sheet, row, item: item_ref(sheet, row, source), values: values(row) }).collect()
}

fn cell(sheet: &Sheet, row: usize, column: &str) -> Cell {
    sheet.column(column).map_or(Cell::Null, |column| sheet.cell(row, column))
}

fn both(old: &Sheet, row: usize, new: &Sheet, other: usize, column: &str) -> Option<Change<Cell>> {
    Some(Change { old: old.cell(row, old.column(column)?), new: new.cell(other, new.column(column)?) })
}

fn item_ref(sheet: &Sheet, row: usize, source: &Shared<str>) -> Shared<ItemRef> {
    let text = |column| cell(sheet, row, column).text().unwrap_or_default().to_owned();
    let [headline, _, body] = LONG.map(text);
    let chars = headline.chars().chain(body.chars()).filter(|c| !c.is_whitespace()).count();
    let title = if headline.is_empty() {
        let start: String = body.chars().take(TITLE).map(|c| if c == '\n' { ' ' } else { c }).collect();
        if body.chars().nth(TITLE).is_some() { start + "…" } else { start }
    } else {
        headline
    };
    Shared::from(ItemRef {
        source: source.clone(),
        ordinal: cell(sheet, row, "ordinal").int().unwrap_or_default(),
        item_id: text("item_id"),
        title,
        line: cell(sheet, row, "line_first").int(),
        chars,
        content_hash: text("content_hash"),
    })
}

fn remark(sheet: &Sheet, row: usize, source: &Shared<str>) -> (String, Remark) {
    let text = |column| cell(sheet, row, column).text().unwrap_or_default().to_owned();
    let line = cell(sheet, row, "line").int();
    (text("code"), Remark { source: source.clone(), line, message: text("message") })
}

fn reading(document: &DocumentSheets, source: &Shared<str>) -> Reading {
    let text = |column| cell(&document.document, 0, column).text().map(str::to_owned);
    Reading {
        source: source.clone(),
        status: text("status").unwrap_or_default(),
        error_code: text("error_code"),
        error: text("error"),
        chars: cell(&document.document, 0, "chars_total").int().unwrap_or_default(),
        items: document.items.len() as u64,
    }
}

/// How much was read of a document: by its status, then by its characters. Of a duplicate nothing needs to be.
fn worth(reading: &Reading) -> (u8, i64) {
    match reading.status.as_str() {
        "failed" => (0, 0),
        "partial" => (1, reading.chars),
        "duplicate" => (2, i64::MAX),
        _ => (2, reading.chars),
    }
}
