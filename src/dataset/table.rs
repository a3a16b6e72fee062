//! A table of a dataset on disk → its rows as Arrow batches. Holds one batch at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::DatasetError;
use super::sheets::guarded;

/// Rows of a batch.
const BATCH: usize = 8192;

/// The rows of a table, batch by batch. A damaged file is an error of the batch in which the damage is met, the last one.
pub struct TableBatches {
    schema: SchemaRef,
    rows: u64,
    reader: Option<ParquetRecordBatchReader>,
}

impl TableBatches {
    /// Opens the table `name` of the dataset in the folder `dir`, which must have been written as Parquet.
    ///
    /// # Errors
    /// If there is no such file, or it is none of Parquet.
    pub fn open(dir: &Path, name: &str) -> Result<Self, DatasetError> {
        let path: PathBuf = dir.join(format!("{name}.parquet"));
        let file = File::open(&path).map_err(|source| DatasetError::NoDataset { path: path.clone(), source })?;
        let opened = guarded(|| {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH);
            let rows = builder.metadata().file_metadata().num_rows();
            builder.build().map(|reader| (rows, reader))
        });
        let (rows, reader) = opened.map_err(|what| DatasetError::Damaged { path, what })?;
        Ok(Self { schema: reader.schema(), rows: u64::try_from(rows).unwrap_or(0), reader: Some(reader) })
    }

    /// How many rows the table has.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

impl Iterator for TableBatches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let reader = self.reader.as_mut()?;
        let next = guarded(|| reader.next().transpose()).map_err(ArrowError::ParquetError).transpose();
        if !matches!(next, Some(Ok(_))) {
            self.reader = None;
        }
        next
    }
}

impl RecordBatchReader for TableBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
