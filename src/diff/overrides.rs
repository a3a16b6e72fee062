//! Remarks about overrides → what people have decided in one run, by item, line and document.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Change;
use crate::dataset::{Cell, Sheet};

/// Code of the remarks.
const OVERRIDDEN: &str = "overridden";

/// What the rules of the remarks begin with.
const RULE: &str = "override-";

/// What was decided about one document.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    /// Names of what was decided, by the id of the item.
    items: BTreeMap<String, BTreeSet<String>>,
    /// The same by the number of the line.
    lines: BTreeMap<i64, BTreeSet<String>>,
    /// The same for the whole document.
    document: BTreeSet<String>,
}

impl Overrides {
    /// What the diagnostics of a document say of it.
    pub(super) fn of(diagnostics: &Sheet) -> Self {
        let mut found = Self::default();
        let [Some(code), Some(rule), Some(item), Some(line)] =
            ["code", "rule", "item_id", "line"].map(|name| diagnostics.column(name))
        else {
            return found;
        };
        for row in 0..diagnostics.len() {
            if diagnostics.cell(row, code).text() != Some(OVERRIDDEN) {
                continue;
            }
            let rule = diagnostics.cell(row, rule);
            let Some(what) = rule.text().and_then(|rule| rule.strip_prefix(RULE)) else { continue };
            if let Some(item) = diagnostics.cell(row, item).text() {
                found.items.entry(item.to_owned()).or_default().insert(what.to_owned());
            }
            match diagnostics.cell(row, line).int() {
                Some(line) => found.lines.entry(line).or_default().insert(what.to_owned()),
                None => found.document.insert(what.to_owned()),
            };
        }
        found
    }

    /// Rules of what was decided about an item.
    pub(super) fn of_item(&self, item_id: &str) -> BTreeSet<String> {
        self.items.get(item_id).into_iter().flatten().map(|what| format!("{RULE}{what}")).collect()
    }

    /// The rule by which one of the columns of an item, or of the document itself, was decided.
    pub(super) fn of_columns(&self, item_id: Option<&str>, columns: &[&str]) -> Option<Cell> {
        let of_item = item_id.and_then(|id| self.items.get(id)).into_iter().flatten();
        let mut all = of_item.clone().chain(&self.document);
        let names = |what: &str| columns.iter().any(|column| *column == what.replace('-', "_"));
        let decided = all.find(|what| names(what.as_str()));
        // A flag says that something was decided, or that something was accepted.
        let flagged = || of_item.clone().next().filter(|_| columns == ["flags"]);
        decided.or_else(flagged).map(|what| Cell::Text(format!("{RULE}{what}")))
    }

    /// The rule by which the role of a line was decided.
    pub(super) fn of_role(&self, line: i64) -> Option<Cell> {
        let decided = self.lines.get(&line).is_some_and(|whats| whats.contains("role"));
        decided.then(|| Cell::Text(format!("{RULE}role")))
    }
}

/// A rule of one run or the other, where people have decided in at least one of them; else `rule`.
pub(super) fn or_rule(decided: Change<Option<Cell>>, rule: Option<Change<Cell>>) -> Option<Change<Cell>> {
    if decided.old.is_none() && decided.new.is_none() {
        return rule;
    }
    let rule = rule.unwrap_or(Change { old: Cell::Null, new: Cell::Null });
    Some(Change { old: decided.old.unwrap_or(rule.old), new: decided.new.unwrap_or(rule.new) })
}
