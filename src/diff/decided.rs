//! Values that changed → changes that one rule may have made: of one column, decided by the same rules, and with or without
//! a value alike.

use std::collections::BTreeMap;

use super::outcome::{Change, Diff, FieldGroup};
use crate::dataset::Cell;

/// A change of values that is one line for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided<'d> {
    /// The pairs of values, those that are most frequent first, each with its place in [`Diff::fields`].
    pub pairs: Vec<(usize, &'d FieldGroup)>,
    /// How many rows it touches.
    pub count: u64,
}

impl Diff {
    /// The changes of a table's values, those that touch most rows first; values that were measured are none of them.
    pub fn decided(&self, table: &str) -> Vec<Decided<'_>> {
        let mut changes: Vec<Decided> = Vec::new();
        let mut places = BTreeMap::new();
        for (at, group) in self.fields.iter().enumerate() {
            let Some(values) = group.values.as_ref().filter(|_| group.table == table) else { continue };
            let empty = (values.old.is_empty(), values.new.is_empty());
            // Without a rule, and with a value in both runs, nothing says that two changes are one.
            let alone = (group.rule.is_none() && empty == (false, false)).then_some(at);
            let place = *places.entry((&group.field, &group.rule, empty, alone)).or_insert(changes.len());
            if place == changes.len() {
                changes.push(Decided { pairs: Vec::new(), count: 0 });
            }
            changes[place].pairs.push((at, group));
            changes[place].count += group.count;
        }
        changes.sort_by_key(|change| std::cmp::Reverse(change.count));
        changes
    }
}

impl<'d> Decided<'d> {
    /// The pair of values that is most frequent; it has what all pairs have in common.
    pub fn first(&self) -> Option<&'d FieldGroup> {
        self.pairs.first().map(|(_, group)| *group)
    }

    /// The different values of one side.
    pub fn values(&self, side: fn(&Change<Cell>) -> &Cell) -> Vec<&'d Cell> {
        let mut values: Vec<&Cell> =
            self.pairs.iter().filter_map(|(_, group)| group.values.as_ref().map(side)).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// Columns that changed with it.
    pub fn with(&self) -> Vec<&'d str> {
        let mut with: Vec<&str> = self.pairs.iter().flat_map(|(_, group)| &group.with).map(String::as_str).collect();
        with.sort_unstable();
        with.dedup();
        with
    }
}
