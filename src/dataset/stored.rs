//! A dataset on disk → its documents in order, each with its lines. Holds one document and one batch of rows at a time.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Date32Type, Float32Type, Int32Type};
use jiff::civil::Date;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::DatasetError;
use super::date::day;
use crate::model::Rect;

/// A document as the dataset has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredDocument {
    pub(super) source: String,
    /// Width and height of its pages, points.
    pub(super) page_sizes: Vec<(f32, f32)>,
    pub(super) lines: Vec<StoredLine>,
}

/// A line as the dataset has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredLine {
    pub(super) page: u32,
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) role: String,
    pub(super) item_id: Option<String>,
    pub(super) paragraph: Option<i32>,
    pub(super) bbox: Option<Rect>,
    pub(super) size_pt: Option<f32>,
    pub(super) confidence: Option<f32>,
}

pub(super) const DOCUMENTS: &str = "documents.parquet";
const LINES: &str = "lines.parquet";

/// Rows read at a time.
const BATCH: usize = 4096;

/// The documents of a dataset, in order.
pub(super) struct Stored {
    documents: Rows,
    lines: Rows,
}

impl Stored {
    /// Opens the dataset in the folder `dir`.
    pub(super) fn open(dir: &Path) -> Result<Self, DatasetError> {
        let lines = [
            "source",
            "page",
            "line",
            "text",
            "role",
            "item_id",
            "paragraph",
            "x0",
            "top",
            "x1",
            "bottom",
            "size_pt",
            "confidence",
        ];
        Ok(Self {
            documents: Rows::open(dir, DOCUMENTS, &["source", "page_sizes"])?,
            lines: Rows::open(dir, LINES, &lines)?,
        })
    }

    /// The next document; `None` behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<StoredDocument>, DatasetError> {
        if !self.documents.fill()? {
            return Ok(None);
        }
        let row = self.documents.row;
        let source = self.documents.value("source")?.to_owned();
        let column = "page_sizes";
        let sizes = self.documents.column(column)?;
        let no_column = DatasetError::NoColumn { file: DOCUMENTS, column };
        let sizes = sizes.as_list_opt::<i32>().map(|sizes| sizes.value(row));
        let Some(sizes) = sizes.as_ref().and_then(|sizes| sizes.as_string_opt::<i32>()) else { return Err(no_column) };
        let size = |text: &str| {
            let (width, height) = text.split_once('x')?;
            Some((width.parse().ok()?, height.parse().ok()?))
        };
        let page_sizes: Option<Vec<(f32, f32)>> = sizes.iter().map(|text| size(text?)).collect();
        let page_sizes = page_sizes.ok_or(no_column)?;
        self.documents.row += 1;
        let mut lines = Vec::new();
        while self.lines.fill()? && self.lines.value("source")? == source {
            lines.extend(self.line()?);
            self.lines.row += 1;
        }
        Ok(Some(StoredDocument { source, page_sizes, lines }))
    }

    /// The line of the current row; `None` if it stands on no page.
    fn line(&self) -> Result<Option<StoredLine>, DatasetError> {
        let rows = &self.lines;
        let text = |name| rows.value(name).map(str::to_owned);
        let Some(page) = rows.int("page")?.and_then(|page| u32::try_from(page).ok()) else { return Ok(None) };
        let edges = [rows.float("x0")?, rows.float("top")?, rows.float("x1")?, rows.float("bottom")?];
        let bbox = match edges {
            [Some(x0), Some(top), Some(x1), Some(bottom)] => Rect::new(x0, top, x1, bottom),
            _ => None,
        };
        let item_id = rows.text("item_id")?;
        Ok(Some(StoredLine {
            page,
            number: rows.int("line")?.and_then(|line| u32::try_from(line).ok()).unwrap_or(0),
            text: text("text")?,
            role: text("role")?,
            item_id: item_id.is_valid(rows.row).then(|| item_id.value(rows.row).to_owned()),
            paragraph: rows.int("paragraph")?,
            bbox,
            size_pt: rows.float("size_pt")?,
            confidence: rows.float("confidence")?,
        }))
    }
}

/// The rows of one file, batch by batch.
pub(super) struct Rows {
    file: &'static str,
    reader: ParquetRecordBatchReader,
    batch: RecordBatch,
    pub(super) row: usize,
}

impl Rows {
    pub(super) fn open(dir: &Path, file: &'static str, columns: &[&str]) -> Result<Self, DatasetError> {
        let path = dir.join(file);
        let handle = File::open(&path).map_err(|source| DatasetError::NoDataset { path, source })?;
        let unreadable = |source| DatasetError::Unreadable { file, source };
        let builder = ParquetRecordBatchReaderBuilder::try_new(handle).map_err(unreadable)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        let reader = builder.with_projection(mask).with_batch_size(BATCH).build().map_err(unreadable)?;
        let batch = RecordBatch::new_empty(std::sync::Arc::new(arrow::datatypes::Schema::empty()));
        Ok(Self { file, reader, batch, row: 0 })
    }

    /// Whether there is a current row; reads on where the batch is used up.
    pub(super) fn fill(&mut self) -> Result<bool, DatasetError> {
        while self.row >= self.batch.num_rows() {
            let Some(batch) = self.reader.next() else { return Ok(false) };
            self.batch = batch.map_err(|source| DatasetError::Unreadable { file: self.file, source: source.into() })?;
            self.row = 0;
        }
        Ok(true)
    }

    fn column(&self, column: &'static str) -> Result<&ArrayRef, DatasetError> {
        self.batch.column_by_name(column).ok_or(DatasetError::NoColumn { file: self.file, column })
    }

    fn text(&self, column: &'static str) -> Result<&StringArray, DatasetError> {
        let found = self.column(column)?.as_string_opt::<i32>();
        found.ok_or(DatasetError::NoColumn { file: self.file, column })
    }

    /// The text of the current row.
    pub(super) fn value(&self, column: &'static str) -> Result<&str, DatasetError> {
        Ok(self.text(column)?.value(self.row))
    }

    /// The text of the current row; `None` if it is null.
    pub(super) fn optional(&self, column: &'static str) -> Result<Option<String>, DatasetError> {
        let text = self.text(column)?;
        Ok(text.is_valid(self.row).then(|| text.value(self.row).to_owned()))
    }

    /// The texts of the current row.
    pub(super) fn list(&self, column: &'static str) -> Result<Vec<String>, DatasetError> {
        let no_column = DatasetError::NoColumn { file: self.file, column };
        let Some(lists) = self.column(column)?.as_list_opt::<i32>() else { return Err(no_column) };
        let list = lists.value(self.row);
        let texts = list.as_string_opt::<i32>().ok_or(no_column)?;
        Ok(texts.iter().flatten().map(str::to_owned).collect())
    }

    /// The day of the current row; `None` if it is null, or no day that a calendar has.
    pub(super) fn date(&self, column: &'static str) -> Result<Option<Date>, DatasetError> {
        let found = self.column(column)?.as_primitive_opt::<Date32Type>();
        let found = found.ok_or(DatasetError::NoColumn { file: self.file, column })?;
        let days = found.is_valid(self.row).then(|| found.value(self.row));
        Ok(days.and_then(day))
    }

    /// Yes or no in the current row; `None` if it is null.
    pub(super) fn bool(&self, column: &'static str) -> Result<Option<bool>, DatasetError> {
        let found = self.column(column)?.as_boolean_opt();
        let found = found.ok_or(DatasetError::NoColumn { file: self.file, column })?;
        Ok(found.is_valid(self.row).then(|| found.value(self.row)))
    }

    /// The number of the current row; `None` if it is null.
    pub(super) fn int(&self, column: &'static str) -> Result<Option<i32>, DatasetError> {
        let found = self.column(column)?.as_primitive_opt::<Int32Type>();
        let found = found.ok_or(DatasetError::NoColumn { file: self.file, column })?;
        Ok(found.is_valid(self.row).then(|| found.value(self.row)))
    }

    /// The number of the current row; `None` if it is null.
    pub(super) fn float(&self, column: &'static str) -> Result<Option<f32>, DatasetError> {
        let found = self.column(column)?.as_primitive_opt::<Float32Type>();
        let found = found.ok_or(DatasetError::NoColumn { file: self.file, column })?;
        Ok(found.is_valid(self.row).then(|| found.value(self.row)))
    }
}
