//! A dataset on disk → its documents in order, each with its rows of all four tables, whatever columns they have. Holds one
//! document and one batch of each table at a time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::cell::Cell;
use super::file::Held;
use super::{DatasetError, RunRecord};
use crate::read::catch;

/// Rows read at a time.
const BATCH: usize = 4096;

/// The column that all tables are sorted by first.
const SOURCE: &str = "source";

const NAMES: [&str; 4] = ["documents", "items", "lines", "diagnostics"];

/// A dataset that is read document by document.
pub struct Sheets {
    tables: [Table; 4],
}

/// A document with its rows.
#[derive(Debug, Clone)]
pub struct DocumentSheets {
    /// Path of the source file.
    pub source: String,
    /// Its one row of `documents`.
    pub document: Sheet,
    /// Its items.
    pub items: Sheet,
    /// Its lines.
    pub lines: Sheet,
    /// Its diagnostics.
    pub diagnostics: Sheet,
}

/// Rows of one table that belong to one document.
#[derive(Debug, Clone)]
pub struct Sheet(RecordBatch);

/// Which source files a dataset was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Path.
    pub source: String,
    /// SHA-256 of its bytes, 64 hex digits; empty if it could not be read.
    pub sha256: String,
    /// `ok`, `partial`, `failed` or `duplicate`.
    pub status: String,
}

impl Sheets {
    /// Opens the dataset in `dir`, of which `record` is the run.
    ///
    /// # Errors
    /// If it has no Parquet files, or these are not those that the run wrote.
    pub fn open(dir: &Path, record: &RunRecord) -> Result<Self, DatasetError> {
        let [documents, items, lines, diagnostics] = NAMES.map(|name| -> Result<Table, DatasetError> {
            let file = format!("{name}.parquet");
            let listed = record.files.iter().find(|listed| listed.name == file);
            let listed = listed.ok_or_else(|| DatasetError::NoTables { dir: dir.to_owned() })?;
            let path = dir.join(&file);
            match listed.held(dir, &AtomicBool::new(false)) {
                Ok(Held::Whole) => Table::open(path, &[]),
                Ok(_) => Err(DatasetError::Altered { path }),
                Err(source) => Err(DatasetError::NoDataset { path, source }),
            }
        });
        Ok(Self { tables: [documents?, items?, lines?, diagnostics?] })
    }

    /// All columns, as `items.district`.
    pub fn columns(&self) -> impl Iterator<Item = String> {
        NAMES
            .iter()
            .zip(&self.tables)
            .flat_map(|(name, table)| table.schema.fields().iter().map(move |field| format!("{name}.{}", field.name())))
    }

    /// The source files of the dataset in `dir`, in order.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn sources(dir: &Path) -> Result<Vec<SourceState>, DatasetError> {
        let path = dir.join("documents.parquet");
        let mut table = Table::open(path, &["sha256", "status"])?;
        let mut states: Vec<SourceState> = Vec::new();
        while let Some(source) = table.head()? {
            let rows = table.take(&source)?;
            let text = |name| rows.column(name).and_then(|column| rows.cell(0, column).text().map(str::to_owned));
            let (Some(sha256), Some(status)) = (text("sha256"), text("status")) else {
                return Err(table.damaged("it has no columns sha256 and status".to_owned()));
            };
            states.push(SourceState { source, sha256, status });
        }
        Ok(states)
    }

    /// The content hashes of the items of some documents of the dataset in `dir`, sorted.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn content_hashes(dir: &Path, sources: &BTreeSet<&str>) -> Result<BTreeMap<String, Vec<String>>, DatasetError> {
        let mut table = Table::open(dir.join("items.parquet"), &["content_hash"])?;
        let mut found = BTreeMap::new();
        while let Some(source) = table.head()? {
            let rows = table.take(&source)?;
            if let Some(column) = rows.column("content_hash").filter(|_| sources.contains(source.as_str())) {
                let hash = |row| rows.cell(row, column).text().map(str::to_owned);
                let mut hashes: Vec<String> = (0..rows.len()).filter_map(hash).collect();
                hashes.sort_unstable();
                found.insert(source, hashes);
            }
        }
        Ok(found)
    }

    /// The next document; `None` behind the last one.
    ///
    /// # Errors
    /// If the dataset cannot be read, or its tables do not fit each other.
    pub fn next_document(&mut self) -> Result<Option<DocumentSheets>, DatasetError> {
        let [documents, items, lines, diagnostics] = &mut self.tables;
        let Some(source) = documents.head()? else {
            for table in [items, lines, diagnostics] {
                if let Some(source) = table.head()? {
                    return Err(table.damaged(format!("it has rows of {source}, which is no document")));
                }
            }
            return Ok(None);
        };
        let document = documents.take(&source)?;
        if document.len() != 1 {
            return Err(documents.damaged(format!("the document {source} is in it twice")));
        }
        let (items, lines) = (items.take(&source)?, lines.take(&source)?);
        Ok(Some(DocumentSheets { document, items, lines, diagnostics: diagnostics.take(&source)?, source }))
    }
}

impl Sheet {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.0.num_rows()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.schema_ref().fields().iter().map(|field| field.name().as_str())
    }

    /// Place of the column of this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns().position(|column| column == name)
    }

    /// A value.
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        // Types were looked at when the table was opened.
        Cell::of(self.0.column(column), row).unwrap_or(Cell::Null)
    }

    /// All values of a row.
    pub fn row(&self, row: usize) -> Vec<Cell> {
        (0..self.0.num_columns()).map(|column| self.cell(row, column)).collect()
    }

    /// Whether both have the same columns and the same values in them, those of `except` aside.
    pub fn equals(&self, other: &Self, except: &[&str]) -> bool {
        self.len() == other.len()
            && self.0.num_columns() == other.0.num_columns()
            && self.columns().zip(other.columns()).enumerate().all(|(at, (mine, others))| {
                mine == others && (except.contains(&mine) || self.0.column(at) == other.0.column(at))
            })
    }
}

/// A table that is read document by document.
struct Table {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    schema: SchemaRef,
    batch: RecordBatch,
    row: usize,
}

impl Table {
    /// Opens a table with the columns named, or with all if none is.
    fn open(path: PathBuf, columns: &[&str]) -> Result<Self, DatasetError> {
        let file = File::open(&path).map_err(|source| DatasetError::NoDataset { path: path.clone(), source })?;
        let damaged = |what: String| DatasetError::Damaged { path: path.clone(), what };
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file)).map_err(damaged)?;
        let mask = match columns {
            [] => ProjectionMask::all(),
            _ => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied().chain([SOURCE])),
        };
        let reader = guarded(|| builder.with_projection(mask).with_batch_size(BATCH).build()).map_err(damaged)?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        if let Some(odd) = schema.fields().iter().find(|field| !Cell::has(field.data_type())) {
            return Err(damaged(format!("its column {} has a type that no dataset has", odd.name())));
        }
        if !schema.field_with_name(SOURCE).is_ok_and(|field| *field.data_type() == arrow::datatypes::DataType::Utf8) {
            return Err(damaged(format!("it has no column {SOURCE}")));
        }
        let batch = RecordBatch::new_empty(schema.clone());
        Ok(Self { path, reader, schema, batch, row: 0 })
    }

    /// The document of the current row; `None` behind the last one.
    fn head(&mut self) -> Result<Option<String>, DatasetError> {
        while self.row >= self.batch.num_rows() {
            let batch = guarded(|| self.reader.next().transpose()).map_err(|what| self.damaged(what))?;
            let Some(batch) = batch else { return Ok(None) };
            self.batch = batch;
            self.row = 0;
        }
        Ok(self.source(self.row).map(str::to_owned))
    }

    /// The rows of the document `source`, of which those before have been taken.
    fn take(&mut self, source: &str) -> Result<Sheet, DatasetError> {
        let mut slices = Vec::new();
        while let Some(head) = self.head()? {
            match head.as_str().cmp(source) {
                Ordering::Greater => break,
                Ordering::Less => return Err(self.damaged(format!("its rows of {head} are out of order"))),
                Ordering::Equal => {}
            }
            let start = self.row;
            while self.row < self.batch.num_rows() && self.source(self.row) == Some(source) {
                self.row += 1;
            }
            slices.push(self.batch.slice(start, self.row - start));
        }
        let whole = match slices.as_slice() {
            [one] => Ok(one.clone()),
            several => concat_batches(&self.schema, several),
        };
        whole.map(Sheet).map_err(|error| self.damaged(error.to_string()))
    }

    fn source(&self, row: usize) -> Option<&str> {
        Some(self.batch.column_by_name(SOURCE)?.as_string_opt::<i32>()?.value(row))
    }

    fn damaged(&self, what: String) -> DatasetError {
        DatasetError::Damaged { path: self.path.clone(), what }
    }
}

/// What a decoder gives, or in words why it gives nothing. It panics at some damage.
pub(super) fn guarded<T, E: Display>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    catch(decode)?.map_err(|error| error.to_string())
}
