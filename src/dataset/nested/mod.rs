//! Documents with all their rows in one: the form in which engines that share work out among machines hand documents
//! about. One row a document: the columns of `documents`, then `items`, `lines` and `diagnostics` as lists of structs with
//! exactly the columns of those tables, then [`RUN`], which says what they were made with.
//!
//! `documents` counts its items in a column `items`; here the list itself stands in that name, and its length is the count.
//! [`merge`](super::merge()) makes a dataset of files with such rows.

mod made_with;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, RecordBatch, StringBuilder, StructArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

pub use made_with::MadeWith;

use super::batch::{Buffer, MAX_TEXT_BYTES};
use super::column::Table;
use super::diagnostics::Diagnostics;
use super::documents::Documents;
use super::items::Items;
use super::lines::Lines;
use super::prepared::Prepared;
use super::{DatasetError, TableSpec};
use crate::model::Document;

/// The last column: a [`MadeWith`] as text.
pub const RUN: &str = "run";

const RUN_MEANING: &str = "What the row was made with, as JSON: version of the program and of the schema, rules and models with their \
     SHA-256, options. It is a column since engines drop the metadata of a schema.";

/// The tables whose rows lie in their document's, in order.
pub(super) fn inner() -> [TableSpec; 3] {
    [TableSpec::of::<Items>(), TableSpec::of::<Lines>(), TableSpec::of::<Diagnostics>()]
}

/// The schema of such rows, made of those of the tables.
pub fn nested_schema() -> SchemaRef {
    let documents = TableSpec::of::<Documents>().arrow();
    let inner = inner();
    let own = documents.fields().iter().filter(|field| inner.iter().all(|table| table.name != field.name()));
    let lists = inner.iter().map(|table| Arc::new(Field::new(table.name, list_of(table), false)));
    let meaning = HashMap::from([("description".to_owned(), RUN_MEANING.to_owned())]);
    let run = Field::new(RUN, DataType::Utf8, false).with_metadata(meaning);
    let fields: Fields = own.cloned().chain(lists).chain([Arc::new(run)]).collect();
    Arc::new(Schema::new_with_metadata(fields, documents.metadata().clone()))
}

fn list_of(table: &TableSpec) -> DataType {
    DataType::List(element(table))
}

fn element(table: &TableSpec) -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Struct(table.arrow().fields().clone()), false))
}

/// The rows of one document, by table.
///
/// # Errors
/// If it is numbered wrongly, or a value is too large for its column.
pub fn rows_of(document: &Document) -> Result<[(&'static str, RecordBatch); 4], DatasetError> {
    let prepared = Prepared::of(document)?;
    Ok([
        rows_in::<Items>(&prepared)?,
        rows_in::<Documents>(&prepared)?,
        rows_in::<Lines>(&prepared)?,
        rows_in::<Diagnostics>(&prepared)?,
    ])
}

fn rows_in<T: Table>(prepared: &Prepared<'_>) -> Result<(&'static str, RecordBatch), DatasetError> {
    let mut buffer = Buffer::<T>::new();
    buffer.add(prepared)?;
    Ok((T::NAME, buffer.take()?))
}

/// Documents on their way into one batch of such rows.
pub struct NestedRows {
    documents: Buffer<Documents>,
    items: List<Items>,
    lines: List<Lines>,
    diagnostics: List<Diagnostics>,
    runs: StringBuilder,
    rows: usize,
    text_bytes: usize,
}

/// Rows of a table, and where those of each document end.
struct List<T: Table> {
    rows: Buffer<T>,
    ends: Vec<i32>,
}

impl Default for NestedRows {
    fn default() -> Self {
        Self::new()
    }
}

impl NestedRows {
    /// No document yet.
    pub fn new() -> Self {
        Self {
            documents: Buffer::new(),
            items: List::new(),
            lines: List::new(),
            diagnostics: List::new(),
            runs: StringBuilder::new(),
            rows: 0,
            text_bytes: 0,
        }
    }

    /// Adds a document made with `run`, which is a [`MadeWith`] as text.
    ///
    /// # Errors
    /// If it is numbered wrongly, or holds more text than there is room for in a batch; see
    /// [`text_bytes`](Self::text_bytes). After an error these rows are of no more use.
    pub fn push(&mut self, document: &Document, run: &str) -> Result<(), DatasetError> {
        let prepared = Prepared::of(document)?;
        let bytes = bytes_of::<Documents>(&prepared)
            + bytes_of::<Items>(&prepared)
            + bytes_of::<Lines>(&prepared)
            + bytes_of::<Diagnostics>(&prepared)
            + run.len();
        if self.text_bytes + bytes > MAX_TEXT_BYTES {
            return Err(DatasetError::RowTooLarge { table: Documents::NAME, bytes: self.text_bytes + bytes });
        }
        self.text_bytes += bytes;
        self.documents.add(&prepared)?;
        self.items.add(&prepared)?;
        self.lines.add(&prepared)?;
        self.diagnostics.add(&prepared)?;
        self.runs.append_value(run);
        self.rows += 1;
        Ok(())
    }

    /// Documents added since the last batch.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of all texts added since the last batch. There is room for 1 GiB; who has many documents ends a batch much
    /// earlier.
    pub fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    /// The documents added since the last batch as one.
    ///
    /// # Errors
    /// If a value that must be there is missing.
    pub fn take(&mut self) -> Result<RecordBatch, DatasetError> {
        (self.rows, self.text_bytes) = (0, 0);
        let documents = self.documents.take()?;
        let lists = [self.items.take()?, self.lines.take()?, self.diagnostics.take()?];
        let schema = nested_schema();
        let own = schema.fields().iter().filter_map(|field| {
            let is_list = matches!(field.data_type(), DataType::List(element) if element.data_type().is_nested());
            documents.column_by_name(field.name()).filter(|_| !is_list).cloned()
        });
        let columns: Vec<ArrayRef> = own.chain(lists).chain([Arc::new(self.runs.finish()) as ArrayRef]).collect();
        RecordBatch::try_new(schema, columns).map_err(|source| DatasetError::Rows { table: Documents::NAME, source })
    }
}

fn bytes_of<T: Table>(prepared: &Prepared<'_>) -> usize {
    T::rows(prepared).map(|row| T::COLUMNS.iter().map(|column| column.any_text_bytes(&row)).sum::<usize>()).sum()
}

impl<T: Table> List<T> {
    fn new() -> Self {
        Self { rows: Buffer::new(), ends: vec![0] }
    }

    fn add(&mut self, prepared: &Prepared<'_>) -> Result<(), DatasetError> {
        let count = self.rows.add(prepared)?;
        let end = i64::from(self.ends.last().copied().unwrap_or(0)) + i64::try_from(count).unwrap_or(i64::MAX);
        let too_many = DatasetError::TooLarge { table: T::NAME, column: "items", value: end };
        self.ends.push(i32::try_from(end).map_err(|_| too_many)?);
        Ok(())
    }

    fn take(&mut self) -> Result<ArrayRef, DatasetError> {
        let rows = self.rows.take()?;
        let ends = OffsetBuffer::new(ScalarBuffer::from(std::mem::replace(&mut self.ends, vec![0])));
        let list = ListArray::try_new(element(&TableSpec::of::<T>()), ends, Arc::new(StructArray::from(rows)), None);
        list.map(|list| Arc::new(list) as ArrayRef).map_err(|source| DatasetError::Rows { table: T::NAME, source })
    }
}
