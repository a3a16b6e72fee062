//! Lines of one document in two runs → which belong together, joins that changed and other values that did.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::fields::{Columns, Groups};
use super::mirror::in_order;
use super::outcome::{Change, FieldChange, Join, JoinGroup, LineCounts, Shared, Spot};
use super::overrides::Overrides;
use super::which::Selection;
use crate::dataset::{Cell, Sheet};

const TABLE: &str = "lines";

/// Columns that say which item a line belongs to; what became of items is told once, with the items.
const OF_ITEMS: [&str; 2] = ["item_id", "paragraph"];

/// Joins by what they were and became.
#[derive(Debug, Default)]
pub(super) struct Joins(BTreeMap<Kinds, Vec<Change<Join>>>);

/// Kinds of a join in both runs.
type Kinds = Change<Option<String>>;

impl Joins {
    fn add(&mut self, join: Change<Join>, kinds: Kinds) {
        self.0.entry(kinds).or_default().push(join);
    }

    /// Joins in which text goes on in both runs first, then those with most changes.
    pub(super) fn ranked(self) -> Vec<JoinGroup> {
        let group = |(Change { old, new }, mut joins): (Kinds, Vec<Change<Join>>)| {
            joins.sort_by(|one, two| key(one).cmp(&key(two)));
            JoinGroup { old, new, count: joins.len() as u64, joins }
        };
        let mut groups: Vec<JoinGroup> = self.0.into_iter().map(group).collect();
        let rank = |group: &JoinGroup| (group.old.is_none() || group.new.is_none(), std::cmp::Reverse(group.count));
        groups.sort_by(|one, two| {
            rank(one).cmp(&rank(two)).then_with(|| (&one.old, &one.new).cmp(&(&two.old, &two.new)))
        });
        groups
    }
}

fn key(join: &Change<Join>) -> (&str, i64, &str, i64) {
    (&join.old.source, join.old.line, &join.new.source, join.new.line)
}

/// The lines of a document in one run.
pub(super) struct Side<'s> {
    pub(super) source: &'s Shared<str>,
    pub(super) sheet: &'s Sheet,
    pub(super) overrides: &'s Overrides,
}

/// Compares the lines of a document in two runs.
pub(super) fn compare(
    old: &Side,
    new: &Side,
    selection: &Selection,
    joins: &mut Joins,
    groups: &mut Groups,
    counts: &mut LineCounts,
) {
    let pairs = pairs(old.sheet, new.sheet);
    if selection.wants_all(TABLE) {
        counts.removed += (old.sheet.len() - pairs.len()) as u64;
        counts.added += (new.sheet.len() - pairs.len()) as u64;
    }
    let columns = Columns::shared(TABLE, old.sheet, new.sheet, true, selection);
    for (one, other) in pairs {
        let (olds, news) = (columns.of_old(old.sheet, one), columns.of_new(new.sheet, other));
        if olds == news {
            continue;
        }
        let mut changes = columns.changes(&olds, &news);
        if let Some(change) = changes.iter().find(|change| change.field == "join") {
            let kinds = Change { old: change.old.text().map(str::to_owned), new: change.new.text().map(str::to_owned) };
            joins.add(Change { old: join(old, one), new: join(new, other) }, kinds);
            // Rule and score are told with the join.
            changes.retain(|change| !change.field.starts_with("join"));
        }
        changes.retain(|change: &FieldChange| !OF_ITEMS.contains(&change.field.as_str()));
        if !changes.is_empty() {
            let decided = |columns: &[&str]| {
                let of = |side: &Side, row| {
                    int(side.sheet, row, "line")
                        .filter(|_| columns == ["role"])
                        .and_then(|it| side.overrides.of_role(it))
                };
                Change { old: of(old, one), new: of(new, other) }
            };
            let place = Change { old: spot(old, one), new: spot(new, other) };
            groups.add(TABLE, &changes, |_| None, decided, &place);
        }
    }
}

/// Rows of `old` that `new` does not have, and rows of `new` that `old` does not have.
pub fn unpaired_lines(old: &Sheet, new: &Sheet) -> (Vec<usize>, Vec<usize>) {
    let (olds, news): (BTreeSet<usize>, BTreeSet<usize>) = pairs(old, new).into_iter().unzip();
    let left = |sheet: &Sheet, paired: &BTreeSet<usize>| (0..sheet.len()).filter(|row| !paired.contains(row)).collect();
    (left(old, &olds), left(new, &news))
}

fn spot(side: &Side, row: usize) -> Spot {
    Spot::Line { source: side.source.clone(), line: int(side.sheet, row, "line").unwrap_or_default() }
}

fn join(side: &Side, row: usize) -> Join {
    let sheet = side.sheet;
    let around = |row: Option<usize>| row.filter(|row| *row < sheet.len()).and_then(|row| text(sheet, row, "text"));
    Join {
        source: side.source.clone(),
        page: int(sheet, row, "page"),
        line: int(sheet, row, "line").unwrap_or_default(),
        item_id: text(sheet, row, "item_id"),
        rule: text(sheet, row, "join_rule"),
        score: sheet.column("join_score").map_or(Cell::Null, |column| sheet.cell(row, column)),
        lines: [row.checked_sub(1), Some(row), Some(row + 1)].map(|row| around(row).unwrap_or_default()),
    }
}

fn text(sheet: &Sheet, row: usize, column: &str) -> Option<String> {
    sheet.cell(row, sheet.column(column)?).text().map(str::to_owned)
}

fn int(sheet: &Sheet, row: usize, column: &str) -> Option<i64> {
    sheet.cell(row, sheet.column(column)?).int()
}

/// Lines that belong together: those with the same characters in the same order, and between them one for one.
fn pairs(old: &Sheet, new: &Sheet) -> Vec<(usize, usize)> {
    let read = |sheet: &Sheet| -> Vec<String> {
        (0..sheet.len()).map(|row| text(sheet, row, "text_raw").unwrap_or_default()).collect()
    };
    let (olds, news) = (read(old), read(new));
    if olds == news {
        return (0..olds.len()).map(|row| (row, row)).collect();
    }
    in_order(olds.as_slice(), news.as_slice(), |olds, news| {
        let mut pairs = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, olds, news) {
            // Lines that were replaced by as many others are the same lines, read or printed otherwise.
            let replaced = matches!(op, DiffOp::Replace { old_len, new_len, .. } if old_len == new_len);
            if replaced || matches!(op, DiffOp::Equal { .. }) {
                pairs.extend(op.old_range().zip(op.new_range()));
            }
        }
        pairs
    })
}
