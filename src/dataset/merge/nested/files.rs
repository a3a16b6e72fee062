//! Files of rows: which they are, what they were made with, and their rows batch by batch as the schema has them.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, RecordBatch};
use arrow::datatypes::{Field, Fields};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use walkdir::WalkDir;

use super::alike;
use crate::dataset::documents::Documents;
use crate::dataset::merge::MergeError;
use crate::dataset::nested::{RUN, inner, nested_schema};
use crate::dataset::sheets::guarded;
use crate::dataset::{DatasetError, TableSpec};

/// Documents read at a time. Few, since one may have thousands of lines.
const BATCH: usize = 16;

/// More different texts than rows of one run have.
const MOST_RUNS: usize = 1024;

/// A file whose columns are those of such rows, in whatever order and types.
pub(super) struct RowFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
}

/// Some documents with their rows, as the tables have them.
pub(super) struct Documented {
    /// All columns as the schema of such rows has them.
    pub(super) whole: RecordBatch,
    /// Rows of `documents`, one each.
    pub(super) documents: RecordBatch,
    /// Rows of the tables that lie in those of `documents`.
    pub(super) inner: Vec<Inner>,
}

/// Rows of a table, and where those of each document end.
pub(super) struct Inner {
    pub(super) rows: RecordBatch,
    pub(super) ends: Vec<usize>,
}

impl Inner {
    /// The rows of document `at`.
    pub(super) fn of(&self, at: usize) -> RecordBatch {
        self.rows.slice(self.ends[at], self.ends[at + 1] - self.ends[at])
    }
}

/// The Parquet files in `dir` and below it, or the one that it is. What is hidden or begins with `_` is how engines mark
/// what is no data, and passed over.
pub(super) fn find(dir: &Path) -> Result<Vec<PathBuf>, MergeError> {
    let is_data = |name: &std::ffi::OsStr| {
        !name.as_encoded_bytes().starts_with(b".") && !name.as_encoded_bytes().starts_with(b"_")
    };
    let (mut paths, mut others) = (Vec::new(), Vec::new());
    let walk = WalkDir::new(dir).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || is_data(entry.file_name())) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(dir).to_owned();
            MergeError::Lost { path, source: error.into() }
        })?;
        if entry.file_type().is_dir() {
            continue;
        }
        let is_parquet = entry.path().extension().is_some_and(|extension| extension == "parquet");
        if is_parquet { &mut paths } else { &mut others }.push(entry.into_path());
    }
    match others.pop() {
        Some(path) if !paths.is_empty() => Err(MergeError::NotRows { path, what: "it is no Parquet file".to_owned() }),
        _ => Ok(paths),
    }
}

/// What the rows of all `files` say they were made with, each text once.
pub(super) fn runs(files: &[RowFile]) -> Result<BTreeSet<String>, MergeError> {
    let mut runs = BTreeSet::new();
    let field = Arc::new(Field::new(RUN, arrow::datatypes::DataType::Utf8, false));
    for file in files {
        let mut reader = file.reader(&[RUN], 4096)?;
        while let Some(batch) = guarded(|| reader.next().transpose()).map_err(|what| file.damaged(what))? {
            let column = batch.column_by_name(RUN).ok_or_else(|| file.not_rows("it has no column run".to_owned()))?;
            let texts = alike::alike(column, &field).map_err(|what| file.not_rows(what))?;
            for text in texts.as_string::<i32>().iter().flatten() {
                if !runs.contains(text) {
                    runs.insert(text.to_owned());
                }
            }
            if runs.len() > MOST_RUNS {
                return Err(file.not_rows("its rows are of too many runs".to_owned()));
            }
        }
    }
    Ok(runs)
}

impl RowFile {
    /// Reads what the end of the file says of it.
    pub(super) fn open(path: PathBuf) -> Result<Self, MergeError> {
        let file = File::open(&path).map_err(|source| MergeError::Lost { path: path.clone(), source })?;
        let metadata = guarded(|| ArrowReaderMetadata::load(&file, Default::default()));
        let metadata = metadata.map_err(|what| MergeError::NotRows { path: path.clone(), what })?;
        let opened = Self { path, metadata };
        for field in nested_schema().fields() {
            if opened.metadata.schema().field_with_name(field.name()).is_err() {
                return Err(opened.not_rows(format!("it has no column {}", field.name())));
            }
        }
        Ok(opened)
    }

    /// Hands its documents to `take`, some at a time.
    pub(super) fn read(&self, mut take: impl FnMut(Documented) -> Result<(), MergeError>) -> Result<(), MergeError> {
        let schema = nested_schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let mut reader = self.reader(&names, BATCH)?;
        while let Some(batch) = guarded(|| reader.next().transpose()).map_err(|what| self.damaged(what))? {
            take(Documented::of(&batch).map_err(|what| self.not_rows(what))?)?;
        }
        Ok(())
    }

    fn reader(&self, columns: &[&str], batch: usize) -> Result<ParquetRecordBatchReader, MergeError> {
        let file = File::open(&self.path).map_err(|source| MergeError::Lost { path: self.path.clone(), source })?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let roots = builder.parquet_schema().root_schema().get_fields().iter().enumerate();
        let wanted: Vec<usize> =
            roots.filter(|(_, root)| columns.contains(&root.name())).map(|(index, _)| index).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        guarded(|| builder.with_projection(mask).with_batch_size(batch).build()).map_err(|what| self.damaged(what))
    }

    fn damaged(&self, what: String) -> MergeError {
        DatasetError::Damaged { path: self.path.clone(), what }.into()
    }

    fn not_rows(&self, what: String) -> MergeError {
        MergeError::NotRows { path: self.path.clone(), what }
    }
}

impl Documented {
    fn of(batch: &RecordBatch) -> Result<Self, String> {
        let schema = nested_schema();
        let columns = alike::columns(schema.fields(), |name| batch.column_by_name(name))?;
        let whole = RecordBatch::try_new(schema, columns).map_err(|error| error.to_string())?;
        let inner = inner().iter().map(|table| Inner::in_column(&whole, table)).collect::<Result<Vec<_>, _>>()?;
        let documents = documents(&whole, &inner)?;
        let made = Self { whole, documents, inner };
        made.sources_agree()?;
        Ok(made)
    }

    /// The order of the merged tables rests on it.
    fn sources_agree(&self) -> Result<(), String> {
        let outer = sources(&self.documents).ok_or("it has no column source")?;
        for Inner { rows, ends } in &self.inner {
            let inner = sources(rows).ok_or("its lists have no column source")?;
            for (at, source) in outer.iter().flatten().enumerate() {
                if (ends[at]..ends[at + 1]).any(|row| inner.value(row) != source) {
                    return Err(format!("the document {source} has rows of another"));
                }
            }
        }
        Ok(())
    }
}

fn sources(rows: &RecordBatch) -> Option<&arrow::array::StringArray> {
    rows.column_by_name("source")?.as_string_opt()
}

/// Rows of `documents`: the columns of its name, and the lengths of the lists that stand in place of a count.
fn documents(whole: &RecordBatch, inner: &[Inner]) -> Result<RecordBatch, String> {
    let schema = TableSpec::of::<Documents>().arrow();
    let tables = self::inner();
    let column = |field: &arrow::datatypes::FieldRef| -> Result<ArrayRef, String> {
        match tables.iter().zip(inner).find(|(table, _)| table.name == field.name()) {
            Some((_, Inner { ends, .. })) => {
                let counts = ends.windows(2).map(|pair| i32::try_from(pair[1] - pair[0]).unwrap_or(i32::MAX));
                Ok(Arc::new(Int32Array::from_iter_values(counts)))
            }
            None => {
                whole.column_by_name(field.name()).cloned().ok_or_else(|| format!("it has no column {}", field.name()))
            }
        }
    };
    let columns: Vec<ArrayRef> = schema.fields().iter().map(column).collect::<Result<_, _>>()?;
    RecordBatch::try_new(schema, columns).map_err(|error| error.to_string())
}

impl Inner {
    fn in_column(whole: &RecordBatch, table: &TableSpec) -> Result<Self, String> {
        let missing = || format!("it has no lists of {}", table.name);
        let list =
            whole.column_by_name(table.name).and_then(|column| column.as_list_opt::<i32>()).ok_or_else(missing)?;
        let ends = list.value_offsets().iter().map(|&end| usize::try_from(end).unwrap_or(0)).collect();
        let rows = list.values().as_struct_opt().ok_or_else(missing)?;
        let fields: &Fields = rows.fields();
        debug_assert_eq!(fields, table.arrow().fields());
        let rows = RecordBatch::try_new(table.arrow(), rows.columns().to_vec()).map_err(|error| error.to_string())?;
        Ok(Self { rows, ends })
    }
}
