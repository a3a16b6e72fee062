//! Which columns are compared.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::dataset::tables;

/// Columns that are compared: all, or those named, less those left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Compares these alone, unless there are none.
    pub only: BTreeSet<Column>,
    /// Passes over these.
    pub without: BTreeSet<Column>,
}

/// A column of a table, or all of one table; written `district`, `documents.title`, `lines`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    table: &'static str,
    column: Option<&'static str>,
}

/// A text that names no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no column {0}; name one of items as `jianbao schema` has it, of another table as lines.role, or a table"
)]
pub struct NoColumn(String);

impl FromStr for Column {
    type Err = NoColumn;

    fn from_str(text: &str) -> Result<Self, NoColumn> {
        let (table, column) = text.split_once('.').unwrap_or(("items", text));
        for known in tables() {
            if known.name == text {
                return Ok(Self { table: known.name, column: None });
            }
            if known.name == table
                && let Some(found) = known.columns.iter().find(|it| it.name == column)
            {
                return Ok(Self { table: known.name, column: Some(found.name) });
            }
        }
        Err(NoColumn(text.to_owned()))
    }
}

impl Selection {
    /// Whether the column `column` of `table` is compared.
    pub(super) fn wants(&self, table: &str, column: &str) -> bool {
        let names = |set: &BTreeSet<Column>| {
            set.iter().any(|it| it.table == table && it.column.is_none_or(|named| named == column))
        };
        (self.only.is_empty() || names(&self.only)) && !names(&self.without)
    }

    /// Whether anything of `table` is compared.
    pub(super) fn wants_any(&self, table: &str) -> bool {
        let whole = self.without.iter().any(|it| it.table == table && it.column.is_none());
        !whole && (self.only.is_empty() || self.only.iter().any(|it| it.table == table))
    }

    /// Whether all of `table` is compared.
    pub(super) fn wants_all(&self, table: &str) -> bool {
        let names = |set: &BTreeSet<Column>| set.iter().any(|it| it.table == table && it.column.is_none());
        (self.only.is_empty() || names(&self.only)) && !names(&self.without)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_the_schema_has_them() {
        let select = |only: &[&str], without: &[&str]| {
            let set = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
            Selection { only: set(only), without: set(without) }
        };
        let all = select(&[], &["lines", "body"]);
        assert!(all.wants("items", "district") && all.wants("documents", "title"));
        assert!(!all.wants("items", "body") && !all.wants("lines", "role") && !all.wants_all("lines"));
        let some = select(&["district", "lines.role"], &[]);
        assert!(some.wants("items", "district") && some.wants("lines", "role"));
        assert!(!some.wants("items", "date") && !some.wants("lines", "text") && !some.wants_all("diagnostics"));
        assert!("distrikt".parse::<Column>().is_err() && "lines.distrikt".parse::<Column>().is_err());
    }
}
