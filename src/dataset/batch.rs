//! Rows of a table, gathered column by column into Arrow batches of bounded size.
//!
//! Where a batch ends depends on the rows alone, so the files do not depend on how the work was shared out.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float32Builder, Int32Builder, Int64Builder, ListBuilder, RecordBatch,
    StringBuilder,
};
use arrow::datatypes::SchemaRef;
use jiff::civil::Date;

use super::DatasetError;
use super::column::{Cell, Column, Read, ReadList, ReadText, Table};
use super::date::days;
use super::prepared::Prepared;
use super::schema::{TableSpec, list_element};

/// A batch is handed on when it has this many rows …
const BATCH_ROWS: usize = 8192;
/// … or this many bytes of long text, whichever comes first. Small enough to stay in the processor's cache.
const BATCH_TEXT_BYTES: usize = 256 << 10;
/// Arrow counts the bytes of a text column in an `i32`; a row beyond this is an error, not a panic.
pub(super) const MAX_TEXT_BYTES: usize = 1 << 30;

/// How full the batch that is being gathered is. The one place that says where batches end.
#[derive(Default)]
pub(super) struct Fill {
    rows: usize,
    text_bytes: usize,
}

impl Fill {
    /// Counts a row of `table` with so many bytes of long text, and says whether the batch ends behind it.
    pub(super) fn ends_behind(&mut self, table: &'static str, bytes: usize) -> Result<bool, DatasetError> {
        if bytes > MAX_TEXT_BYTES {
            return Err(DatasetError::RowTooLarge { table, bytes });
        }
        self.rows += 1;
        self.text_bytes += bytes;
        let full = self.rows >= BATCH_ROWS || self.text_bytes >= BATCH_TEXT_BYTES;
        if full {
            *self = Self::default();
        }
        Ok(full)
    }

    /// Whether no row was counted since a batch ended.
    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// The rows of one table that are not yet handed on.
pub(super) struct Buffer<T: Table> {
    schema: SchemaRef,
    fillers: Vec<Filler<T>>,
    fill: Fill,
}

impl<T: Table> Buffer<T> {
    /// An empty buffer.
    pub(super) fn new() -> Self {
        let fillers = T::COLUMNS.iter().map(Filler::new).collect();
        Self { schema: TableSpec::of::<T>().arrow(), fillers, fill: Fill::default() }
    }

    /// Adds `rows` and hands every full batch to `emit`.
    pub(super) fn push<'p>(
        &mut self,
        rows: impl Iterator<Item = T::Row<'p>>,
        mut emit: impl FnMut(RecordBatch) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        let mut pending = Vec::new();
        for row in rows {
            pending.push(row);
            let bytes = T::COLUMNS.iter().map(|column| column.text_bytes(&row)).sum();
            if self.fill.ends_behind(T::NAME, bytes)? {
                self.append(&pending)?;
                pending.clear();
                emit(self.take()?)?;
            }
        }
        self.append(&pending)
    }

    /// Adds the rows of a document to the batch, however full it is, and says how many they are.
    pub(super) fn add(&mut self, prepared: &Prepared<'_>) -> Result<usize, DatasetError> {
        let rows: Vec<T::Row<'_>> = T::rows(prepared).collect();
        self.append(&rows)?;
        Ok(rows.len())
    }

    /// The rows gathered since the last batch; `None` if there are none.
    pub(super) fn rest(&mut self) -> Result<Option<RecordBatch>, DatasetError> {
        if self.fill.is_empty() { Ok(None) } else { self.take().map(Some) }
    }

    fn append(&mut self, rows: &[T::Row<'_>]) -> Result<(), DatasetError> {
        self.fillers.iter_mut().try_for_each(|filler| filler.append(rows))
    }

    /// The rows gathered since the last batch, be there any or none.
    pub(super) fn take(&mut self) -> Result<RecordBatch, DatasetError> {
        self.fill = Fill::default();
        let columns = self.fillers.iter_mut().map(Filler::finish).collect();
        RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(|source| DatasetError::Rows { table: T::NAME, source })
    }
}

/// How a column is read from a row, and the values read so far.
enum Filler<T: Table> {
    Text(ReadText<T>, StringBuilder),
    Int(&'static str, Read<T, i64>, Int32Builder),
    Long(Read<T, i64>, Int64Builder),
    Float(Read<T, f32>, Float32Builder),
    Date(Read<T, Date>, Date32Builder),
    Bool(Read<T, bool>, BooleanBuilder),
    List(ReadList<T>, ListBuilder<StringBuilder>),
}

impl<T: Table> Filler<T> {
    fn new(column: &Column<T>) -> Self {
        match column.cell {
            Cell::Word(read) | Cell::Text(read) => Self::Text(read, StringBuilder::new()),
            Cell::Int(read) => Self::Int(column.name, read, Int32Builder::new()),
            Cell::Long(read) => Self::Long(read, Int64Builder::new()),
            Cell::Float(read) => Self::Float(read, Float32Builder::new()),
            Cell::Date(read) => Self::Date(read, Date32Builder::new()),
            Cell::Bool(read) => Self::Bool(read, BooleanBuilder::new()),
            Cell::List(read) => Self::List(read, ListBuilder::new(StringBuilder::new()).with_field(list_element())),
        }
    }

    fn append(&mut self, rows: &[T::Row<'_>]) -> Result<(), DatasetError> {
        match self {
            Self::Text(read, values) => rows.iter().for_each(|row| values.append_option(read(row))),
            Self::Int(name, read, values) => {
                for row in rows {
                    values.append_option(read(row).map(|value| int32::<T>(name, value)).transpose()?);
                }
            }
            Self::Long(read, values) => rows.iter().for_each(|row| values.append_option(read(row))),
            Self::Float(read, values) => rows.iter().for_each(|row| values.append_option(read(row))),
            Self::Date(read, values) => rows.iter().for_each(|row| values.append_option(read(row).map(days))),
            Self::Bool(read, values) => rows.iter().for_each(|row| values.append_option(read(row))),
            Self::List(read, values) => {
                for row in rows {
                    read(row).into_iter().for_each(|text| values.values().append_value(text));
                    values.append(true);
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(_, values) => Arc::new(values.finish()),
            Self::Int(_, _, values) => Arc::new(values.finish()),
            Self::Long(_, values) => Arc::new(values.finish()),
            Self::Float(_, values) => Arc::new(values.finish()),
            Self::Date(_, values) => Arc::new(values.finish()),
            Self::Bool(_, values) => Arc::new(values.finish()),
            Self::List(_, values) => Arc::new(values.finish()),
        }
    }
}

fn int32<T: Table>(column: &'static str, value: i64) -> Result<i32, DatasetError> {
    i32::try_from(value).map_err(|_| DatasetError::TooLarge { table: T::NAME, column, value })
}
