//! Arrow batches → one Parquet file, as the contract describes it: zstd, dictionaries for words, statistics per page, the
//! sort order and the schema version in the footer. Memory holds one column of a row group, already encoded.

use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::DatasetError;
use super::file::{PendingFile, SealedFile};
use super::schema::{SCHEMA_VERSION, TableSpec, VERSION_KEY};
use super::spill::Spill;

/// Most rows in a row group.
const GROUP_ROWS: usize = 122_880;
/// Bytes of values in a row group, before they are encoded, beyond which it is complete.
const GROUP_BYTES: usize = 32 << 20;
/// Most rows and, as encoded, bytes in a page. A page is held as it is until it is full.
const PAGE_ROWS: usize = 4096;
const PAGE_BYTES: usize = 128 << 10;
/// Higher levels cost more time than they save space.
const ZSTD_LEVEL: i32 = 1;

/// A Parquet file that is being written.
pub(super) struct ParquetFile {
    name: String,
    schema: SchemaRef,
    writer: SerializedFileWriter<PendingFile>,
    /// What makes the encoder of each column: one at a time, since the program has a hundred columns.
    encoders: Vec<ArrowRowGroupWriterFactory>,
    /// The row group that is not complete.
    group: Spill,
    groups: usize,
    rows: u64,
}

impl ParquetFile {
    /// Starts the file of `table`. Rows are put aside in the folder `dir`.
    pub(super) fn create(table: &TableSpec, file: PendingFile, dir: &Path) -> Result<Self, DatasetError> {
        let (name, schema) = (file.name().to_owned(), table.arrow());
        let group =
            Spill::new(dir, schema.clone()).map_err(|source| DatasetError::Folder { dir: dir.to_owned(), source })?;
        let writer = properties(table).and_then(|properties| {
            let encoders = schema.fields().iter().map(|field| encoder(field, &properties)).collect::<Result<_, _>>()?;
            let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))?;
            Ok((writer.into_serialized_writer()?.0, encoders))
        });
        match writer {
            Ok((writer, encoders)) => Ok(Self { name, schema, writer, encoders, group, groups: 0, rows: 0 }),
            Err(source) => Err(failure(&name, source)),
        }
    }

    /// Appends the rows of `batch`.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        self.rows += batch.num_rows() as u64;
        self.append(batch).map_err(|source| failure(&self.name, source))
    }

    /// Writes the footer and waits until the file is safe on disk.
    pub(super) fn seal(mut self) -> Result<SealedFile, DatasetError> {
        let sealed = self.end_group().and_then(|()| self.writer.into_inner());
        let file = sealed.map_err(|source| failure(&self.name, source))?;
        file.seal(self.rows)
    }

    fn append(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        let mut start = 0;
        while start < batch.num_rows() {
            let rows = (batch.num_rows() - start).min(GROUP_ROWS - self.group.rows());
            self.group.push(&batch.slice(start, rows))?;
            start += rows;
            if self.group.rows() == GROUP_ROWS || self.group.bytes() >= GROUP_BYTES {
                self.end_group()?;
            }
        }
        Ok(())
    }

    /// Encodes the rows that were put aside, column by column.
    fn end_group(&mut self) -> Result<(), ParquetError> {
        if self.group.rows() == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for (at, encoders) in self.encoders.iter().enumerate() {
            // Every column has exactly one leaf.
            for mut encoder in encoders.create_column_writers(self.groups)? {
                for array in self.group.column(at) {
                    for leaf in compute_leaves(self.schema.field(at), &array?)? {
                        encoder.write(&leaf)?;
                    }
                }
                encoder.close()?.append_to_row_group(&mut group)?;
            }
        }
        group.close()?;
        self.groups += 1;
        self.group.clear()?;
        Ok(())
    }
}

/// What makes encoders of one column.
fn encoder(field: &FieldRef, properties: &WriterProperties) -> Result<ArrowRowGroupWriterFactory, ParquetError> {
    let schema = Arc::new(Schema::new(vec![field.clone()]));
    let writer = ArrowWriter::try_new(io::sink(), schema, Some(properties.clone()))?;
    writer.into_serialized_writer().map(|(_, encoders)| encoders)
}

fn properties(table: &TableSpec) -> Result<WriterProperties, ParquetError> {
    let version = KeyValue::new(VERSION_KEY.to_owned(), SCHEMA_VERSION.to_owned());
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("jianbao version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(sorting_columns(table)))
        .set_key_value_metadata(Some(vec![version]));
    for column in table.columns.iter().filter(|column| !column.dictionary) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name), false);
    }
    Ok(properties.build())
}

/// Positions of the sort columns. Every column has exactly one leaf, so the position in the table is the position in Parquet.
fn sorting_columns(table: &TableSpec) -> Vec<SortingColumn> {
    (0..)
        .zip(&table.columns)
        .filter(|(_, column)| table.sorted_by.contains(&column.name))
        .map(|(column_idx, _)| SortingColumn { column_idx, descending: false, nulls_first: true })
        .collect()
}

/// A failed write reaches us wrapped by the encoder; the user is told of the disk, not of the encoder.
fn failure(file: &str, source: ParquetError) -> DatasetError {
    let file = file.to_owned();
    let cause = match source {
        ParquetError::External(cause) => cause,
        source => return DatasetError::Parquet { file, source },
    };
    let cause = match cause.downcast::<ArrowError>() {
        Ok(cause) => match *cause {
            ArrowError::IoError(_, source) => return DatasetError::File { file, source },
            other => return DatasetError::Parquet { file, source: ParquetError::External(Box::new(other)) },
        },
        Err(cause) => cause,
    };
    match cause.downcast::<io::Error>() {
        Ok(source) => DatasetError::File { file, source: *source },
        Err(cause) => DatasetError::Parquet { file, source: ParquetError::External(cause) },
    }
}
