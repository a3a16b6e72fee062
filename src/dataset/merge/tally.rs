//! Rows of all tables → the counts of `run.json`.

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int32Type;

use crate::dataset::{Counts, DatasetError};

impl Counts {
    /// Adds what rows of `table` say.
    pub(super) fn add_rows(&mut self, table: &'static str, rows: &RecordBatch) -> Result<(), DatasetError> {
        let sum = |column| Ok::<i64, DatasetError>(ints(table, rows, column)?.iter().copied().map(i64::from).sum());
        let count = rows.num_rows() as u64;
        match table {
            "items" => self.items += count,
            "lines" => self.lines += count,
            "diagnostics" => {
                for code in texts(table, rows, "code")?.as_string::<i32>().iter().flatten() {
                    *self.diagnostics.entry(code.to_owned()).or_default() += 1;
                }
            }
            _ => {
                for status in texts(table, rows, "status")?.as_string::<i32>().iter().flatten() {
                    self.documents.found += 1;
                    *match status {
                        "ok" => &mut self.documents.ok,
                        "partial" => &mut self.documents.partial,
                        "failed" => &mut self.documents.failed,
                        _ => &mut self.documents.duplicate,
                    } += 1;
                }
                self.toc_entries += u64::try_from(sum("toc_entries")?).unwrap_or(0);
                let unmatched = rows.column_by_name("toc_unmatched").and_then(|column| column.as_list_opt::<i32>());
                let ends = unmatched.map(|lists| lists.value_offsets()).unwrap_or_default();
                let length = ends.last().zip(ends.first()).map_or(0, |(end, start)| end - start);
                self.toc_unmatched += u64::try_from(length).unwrap_or(0);
                self.chars.total += sum("chars_total")?;
                self.chars.items += sum("chars_items")?;
                self.chars.structure += sum("chars_structure")?;
                self.chars.furniture += sum("chars_furniture")?;
                self.chars.unassigned += sum("chars_unassigned")?;
            }
        }
        Ok(())
    }
}

fn texts<'r>(table: &'static str, rows: &'r RecordBatch, column: &'static str) -> Result<&'r ArrayRef, DatasetError> {
    let found = rows.column_by_name(column).filter(|column| column.as_string_opt::<i32>().is_some());
    found.ok_or(DatasetError::NoColumn { file: table, column })
}

fn ints<'r>(table: &'static str, rows: &'r RecordBatch, column: &'static str) -> Result<&'r [i32], DatasetError> {
    let found = rows.column_by_name(column).and_then(|column| column.as_primitive_opt::<Int32Type>());
    found.map(|column| column.values().as_ref()).ok_or(DatasetError::NoColumn { file: table, column })
}
