//! Rows of two runs that belong together → the values that differ, and which changes go together: one rule that decides
//! otherwise is one change, however many values and items it touches.

use std::collections::BTreeMap;

use super::outcome::{Change, FieldChange, FieldGroup, Spot};
use super::overrides::or_rule;
use super::text;
use super::which::Selection;
use crate::dataset::{Cell, Sheet};

/// Columns that say where a row is from and not what is in it.
const IDENTITY: [&str; 9] =
    ["doc_id", "source", "item_id", "ordinal", "content_hash", "sha256", "bytes", "duplicate_of", "line"];
/// Columns that count lines and pages of the source. Where the source has other bytes, they say nothing.
const POSITION: [&str; 4] = ["page_first", "page_last", "line_first", "line_last"];
/// Columns of long text, which are compared character by character.
pub(super) const LONG: [&str; 3] = ["headline", "kicker", "body"];

/// Columns that change together: the first that changed stands for them. The last column names the rule.
struct Family {
    table: &'static str,
    columns: &'static [&'static str],
    rule: &'static str,
}

const FAMILIES: [Family; 4] = [
    Family {
        table: "items",
        columns: &["district", "district_code", "districts", "district_basis"],
        rule: "district_basis",
    },
    Family {
        table: "items",
        columns: &["date", "date_end", "date_text", "date_precision", "date_basis"],
        rule: "date_basis",
    },
    Family {
        table: "items",
        columns: &["contributors", "contributor_text", "contributor_kind"],
        rule: "contributor_kind",
    },
    Family { table: "documents", columns: &["status", "error_code", "error"], rule: "error_code" },
];

/// The columns two sheets share, and that are to be compared.
pub(super) struct Columns {
    /// Name, place in the old sheet, place in the new one.
    columns: Vec<(String, usize, usize)>,
}

impl Columns {
    pub(super) fn shared(table: &str, old: &Sheet, new: &Sheet, same_bytes: bool, selection: &Selection) -> Self {
        let columns = old.columns().enumerate().filter_map(|(at, name)| {
            let compared =
                !IDENTITY.contains(&name) && (same_bytes || !POSITION.contains(&name)) && selection.wants(table, name);
            Some((name.to_owned(), at, new.column(name)?)).filter(|_| compared)
        });
        Self { columns: columns.collect() }
    }

    /// The values of an old row.
    pub(super) fn of_old(&self, sheet: &Sheet, row: usize) -> Vec<Cell> {
        self.columns.iter().map(|(_, at, _)| sheet.cell(row, *at)).collect()
    }

    /// The values of a new row.
    pub(super) fn of_new(&self, sheet: &Sheet, row: usize) -> Vec<Cell> {
        self.columns.iter().map(|(_, _, at)| sheet.cell(row, *at)).collect()
    }

    /// The values of two rows that differ, in the order of the columns.
    pub(super) fn changes(&self, old: &[Cell], new: &[Cell]) -> Vec<FieldChange> {
        let differing = self.columns.iter().zip(old.iter().zip(new)).filter(|(_, (old, new))| old != new);
        differing
            .map(|((field, ..), (old, new))| {
                let long = LONG.contains(&field.as_str());
                let text = old.text().zip(new.text()).filter(|_| long);
                FieldChange {
                    field: field.clone(),
                    old: old.clone(),
                    new: new.clone(),
                    text: text.and_then(|(old, new)| text::compare(old, new)),
                }
            })
            .collect()
    }
}

/// What two changes of one group have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    table: &'static str,
    field: String,
    values: Option<Change<Cell>>,
    rule: Option<Change<Cell>>,
}

/// Changes by what they have in common.
#[derive(Debug, Default)]
pub(super) struct Groups(BTreeMap<Key, (Vec<String>, Vec<Change<Spot>>)>);

impl Groups {
    /// Adds the changes of one row. `rule` gives the values of a column in both runs, `decided` the rules by which people
    /// have decided one of some columns.
    pub(super) fn add(
        &mut self,
        table: &'static str,
        changes: &[FieldChange],
        rule: impl Fn(&str) -> Option<Change<Cell>>,
        decided: impl Fn(&[&str]) -> Change<Option<Cell>>,
        place: &Change<Spot>,
    ) {
        let mut told: Vec<&str> = Vec::new();
        for change in changes {
            if told.contains(&change.field.as_str()) || change.text.is_some() {
                continue;
            }
            let of = |family: &&Family| family.table == table && family.columns.contains(&change.field.as_str());
            let family = FAMILIES.iter().find(of);
            let member = |name: &str| family.is_some_and(|family| family.columns.contains(&name));
            let with = changes.iter().map(|it| it.field.as_str()).filter(|it| *it != change.field && member(it));
            let with: Vec<&str> = with.collect();
            let by_rule = family.and_then(|family| rule(family.rule)).filter(|_| change.field != family_rule(family));
            let key = Key {
                table,
                field: change.field.clone(),
                values: (!measured(table, change)).then(|| Change { old: change.old.clone(), new: change.new.clone() }),
                rule: or_rule(decided(family.map_or(&[change.field.as_str()], |family| family.columns)), by_rule),
            };
            let (columns, places) = self.0.entry(key).or_default();
            columns.extend(
                with.iter()
                    .filter(|it| !columns.iter().any(|known| known == *it))
                    .map(|it| (*it).to_owned())
                    .collect::<Vec<_>>(),
            );
            places.push(place.clone());
            told.extend(with);
        }
    }

    /// The groups, those with most places first.
    pub(super) fn ranked(self) -> Vec<FieldGroup> {
        let mut groups: Vec<(Key, Vec<String>, Vec<Change<Spot>>)> =
            self.0.into_iter().map(|(key, (with, places))| (key, with, places)).collect();
        groups.sort_by(|(one, _, first), (two, _, second)| second.len().cmp(&first.len()).then_with(|| one.cmp(two)));
        groups
            .into_iter()
            .map(|(Key { table, field, values, rule }, mut with, mut places)| {
                with.sort_unstable();
                places.sort_unstable();
                FieldGroup { table, field, values, rule, with, count: places.len() as u64, places }
            })
            .collect()
    }
}

fn family_rule(family: Option<&Family>) -> &'static str {
    family.map_or("", |family| family.rule)
}

/// Whether the values of a change say nothing to others: what was measured or counted differs everywhere when one thing
/// changes, and so does what a line says.
fn measured(table: &str, change: &FieldChange) -> bool {
    let float = |cell: &Cell| matches!(cell, Cell::Float(_));
    let name = change.field.as_str();
    float(&change.old)
        || float(&change.new)
        || name.starts_with("chars_")
        || POSITION.contains(&name)
        || table == "documents" && name == "items"
        || table == "lines" && name.starts_with("text")
}
