//! Arrow batches → one Parquet file, as the contract describes it: zstd, dictionaries for words, statistics per page, the
//! sort order and the schema version in the footer. Memory holds one row group, already encoded.

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::DatasetError;
use super::file::{PendingFile, SealedFile};
use super::schema::{SCHEMA_VERSION, TableSpec, VERSION_KEY};

/// Most rows in a row group.
const GROUP_ROWS: usize = 122_880;
/// Most bytes in a row group, as encoded. What is not yet written is held in memory.
const GROUP_BYTES: usize = 4 << 20;
/// Most rows and, as encoded, bytes in a page. A page is held as it is until it is full, one for each of a hundred columns.
const PAGE_ROWS: usize = 4096;
const PAGE_BYTES: usize = 128 << 10;
/// Higher levels cost more time than they save space.
const ZSTD_LEVEL: i32 = 1;

/// A Parquet file that is being written.
pub(super) struct ParquetFile {
    name: String,
    writer: ArrowWriter<PendingFile>,
    rows: u64,
}

impl ParquetFile {
    /// Starts the file of `table`.
    pub(super) fn create(table: &TableSpec, file: PendingFile) -> Result<Self, DatasetError> {
        let name = file.name().to_owned();
        let writer =
            properties(table).and_then(|properties| ArrowWriter::try_new(file, table.arrow(), Some(properties)));
        match writer {
            Ok(writer) => Ok(Self { name, writer, rows: 0 }),
            Err(source) => Err(DatasetError::Parquet { file: name, source }),
        }
    }

    /// Appends the rows of `batch`.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        self.rows += batch.num_rows() as u64;
        self.writer.write(batch).map_err(|source| failure(&self.name, source))
    }

    /// Writes the footer and waits until the file is safe on disk.
    pub(super) fn seal(self) -> Result<SealedFile, DatasetError> {
        let file = self.writer.into_inner().map_err(|source| failure(&self.name, source))?;
        file.seal(self.rows)
    }
}

fn properties(table: &TableSpec) -> Result<WriterProperties, ParquetError> {
    let version = KeyValue::new(VERSION_KEY.to_owned(), SCHEMA_VERSION.to_owned());
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("jianbao version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_max_row_group_bytes(Some(GROUP_BYTES))
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
    match source {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(source) => DatasetError::File { file, source: *source },
            Err(cause) => DatasetError::Parquet { file, source: ParquetError::External(cause) },
        },
        source => DatasetError::Parquet { file, source },
    }
}
