//! Documents of several datasets with the same bytes: the first by source has its rows, the others become its duplicates,
//! as in one run. Two passes over `documents`; what grows is 17 bytes a document, and the sources of those that have others.

use std::collections::{BTreeMap, HashMap};

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;

use super::MergeError;
use super::part::Part;
use super::rows::in_order;
use crate::dataset::batch::Buffer;
use crate::dataset::column::Table as _;
use crate::dataset::documents::Documents;
use crate::dataset::prepared::Prepared;
use crate::dataset::{DatasetError, TableSpec};
use crate::model::{Document, Failure, Format, Source};

/// Which documents are duplicates of which.
#[derive(Default)]
pub(super) struct Equal {
    /// Source of each duplicate, and of the document it is one of.
    first_of: BTreeMap<String, String>,
}

impl Equal {
    /// Looks for documents of `parts` with the same bytes.
    pub(super) fn find(parts: &[Part]) -> Result<Self, MergeError> {
        let table = TableSpec::of::<Documents>();
        let mut met: HashMap<u128, bool> = HashMap::new();
        in_order(&table, parts, |_, rows| {
            let claims = Claims::of(rows)?;
            for half in (0..rows.num_rows()).filter_map(|row| claims.half(row)) {
                met.entry(half).and_modify(|again| *again = true).or_insert(false);
            }
            Ok(())
        })?;
        let mut firsts: HashMap<u128, String> = HashMap::new();
        let mut first_of = BTreeMap::new();
        in_order(&table, parts, |_, rows| {
            let claims = Claims::of(rows)?;
            for row in 0..rows.num_rows() {
                let Some(half) = claims.half(row).filter(|half| met.get(half) == Some(&true)) else { continue };
                let source = claims.sources.value(row).to_owned();
                match firsts.get(&half) {
                    Some(first) => drop(first_of.insert(source, first.clone())),
                    None => drop(firsts.insert(half, source)),
                }
            }
            Ok(())
        })?;
        Ok(Self { first_of })
    }

    /// Rows of the table `table` as they are once duplicates have none but one of `documents`; handed to `take` in order.
    pub(super) fn apply(
        &self,
        table: &TableSpec,
        rows: &RecordBatch,
        mut take: impl FnMut(&RecordBatch) -> Result<(), MergeError>,
    ) -> Result<(), MergeError> {
        let sources = texts(table.name, rows, "source")?;
        let mut start = 0;
        for row in 0..rows.num_rows() {
            let Some(first) = self.first_of.get(sources.value(row)) else { continue };
            if start < row {
                take(&rows.slice(start, row - start))?;
            }
            start = row + 1;
            if table.name == Documents::NAME {
                take(&duplicate(rows, row, first)?)?;
            }
        }
        if start < rows.num_rows() { take(&rows.slice(start, rows.num_rows() - start)) } else { Ok(()) }
    }
}

/// What says of rows of `documents` whether they can be duplicates.
struct Claims<'r> {
    sources: &'r StringArray,
    hashes: &'r StringArray,
    statuses: &'r StringArray,
    codes: &'r StringArray,
    lengths: &'r [i64],
}

impl<'r> Claims<'r> {
    fn of(rows: &'r RecordBatch) -> Result<Self, MergeError> {
        let text = |column| texts(Documents::NAME, rows, column);
        Ok(Self {
            sources: text("source")?,
            hashes: text("sha256")?,
            statuses: text("status")?,
            codes: text("error_code")?,
            lengths: lengths(rows)?,
        })
    }

    /// Half the SHA-256 of the bytes in `row`. Empty files have nothing in common, and those that nobody looked into have
    /// no bytes that are known.
    fn half(&self, row: usize) -> Option<u128> {
        let unopened = self.statuses.value(row) == "failed"
            && self.codes.is_valid(row)
            && Failure::UNOPENED.contains(&self.codes.value(row));
        if unopened || self.lengths[row] == 0 {
            return None;
        }
        u128::from_str_radix(self.hashes.value(row).get(..32)?, 16).ok()
    }
}

/// The row of a document that is a duplicate of `first`.
fn duplicate(rows: &RecordBatch, row: usize, first: &str) -> Result<RecordBatch, MergeError> {
    let text = |column| texts(Documents::NAME, rows, column).map(|texts| texts.value(row).to_owned());
    let path = text("source")?;
    // A run has not looked into it.
    let format = Format::named(&path).or(Format::of_word(&text("format")?)).unwrap_or(Format::Text);
    let bytes = u64::try_from(lengths(rows)?[row]).unwrap_or(0);
    let document = Document::duplicate(Source { path, sha256: text("sha256")?, bytes, format }, first.to_owned());
    let mut buffer = Buffer::<Documents>::new();
    buffer.add(&Prepared::of(&document)?)?;
    Ok(buffer.take()?)
}

fn lengths(rows: &RecordBatch) -> Result<&[i64], DatasetError> {
    let column = rows.column_by_name("bytes").and_then(|column| column.as_primitive_opt::<Int64Type>());
    let missing = DatasetError::NoColumn { file: "documents.parquet", column: "bytes" };
    column.map(|column| column.values().as_ref()).ok_or(missing)
}

fn texts<'r>(
    table: &'static str,
    rows: &'r RecordBatch,
    column: &'static str,
) -> Result<&'r StringArray, DatasetError> {
    let found = rows.column_by_name(column).and_then(|column| column.as_string_opt());
    found.ok_or(DatasetError::NoColumn { file: table, column })
}
