//! What can go wrong while a dataset is written or read again, as one sentence each.

use std::io;
use std::path::{Path, PathBuf};

use arrow::error::ArrowError;
use parquet::errors::ParquetError;

/// Why a dataset could not be written or read. Files of an earlier run are as they were.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The output folder cannot be made or written to.
    #[error("cannot write to the output folder {}: {source}; choose a folder you may write to", dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process writes to the output folder.
    #[error("another run is writing to {}; wait for it, or choose another output folder", dir.display())]
    Locked {
        /// The folder.
        dir: PathBuf,
    },
    /// A data file cannot be written.
    #[error("cannot write {file}: {source}; check the free space and the rights of the output folder")]
    File {
        /// Name of the file in the output folder.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// Rows cannot be encoded as Parquet.
    #[error("cannot encode {file}: {source}")]
    Parquet {
        /// Name of the file in the output folder.
        file: String,
        /// What the encoder said.
        source: ParquetError,
    },
    /// There is no `run.json`, or it cannot be read.
    #[error("cannot read {}: {source}; name a folder that jianbao ingest has written to the end", path.display())]
    NoRun {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file called `run.json` is not what a run writes.
    #[error("{} is not what jianbao ingest writes: {source}; run it again", path.display())]
    NotARun {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: serde_json::Error,
    },
    /// A file of a dataset cannot be opened.
    #[error("cannot read {}: {source}; name a folder that jianbao ingest has written with Parquet files", path.display())]
    NoDataset {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of a dataset is no Parquet file, or a damaged one.
    #[error("cannot read {file}: {source}; write the dataset again")]
    Unreadable {
        /// Name of the file in the dataset.
        file: &'static str,
        /// What the decoder said.
        source: ParquetError,
    },
    /// A file of a dataset lacks a column, or has it with another type.
    #[error("{file} has no column {column} of the type it should have; write the dataset again with this version")]
    NoColumn {
        /// Name of the file in the dataset.
        file: &'static str,
        /// The column.
        column: &'static str,
    },
    /// Only Parquet has all tables.
    #[error(
        "{} has no Parquet files, and JSON lines lack the table lines; make it again with --format parquet,jsonl", dir.display()
    )]
    NoTables {
        /// The folder.
        dir: PathBuf,
    },
    /// A data file is not the one that the run wrote.
    #[error("{} is not the file that its run.json lists (other length or SHA-256); make that dataset again", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
    },
    /// A data file is as the run wrote it and still no table.
    #[error("{} is damaged: {what}; make that dataset again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A document is called what no file can be called.
    #[error("the document {source_path} leads out of the folder it would be written to; write the dataset again")]
    Astray {
        /// Path of the document.
        source_path: String,
    },
    /// Rows do not fit the schema: a required value is missing.
    #[error("rows of the table {table} do not fit its schema: {source}")]
    Rows {
        /// The table.
        table: &'static str,
        /// What Arrow said.
        source: ArrowError,
    },
    /// `run.json` cannot be made.
    #[error("cannot write run.json: {source}")]
    RunJson {
        /// What the serialiser said.
        source: serde_json::Error,
    },
    /// Documents were not handed over in strictly ascending order of their path.
    #[error(
        "document {source_path} came after {previous}; documents must be written once each, in byte order of their paths"
    )]
    OutOfOrder {
        /// Path of the document that came too late.
        source_path: String,
        /// Path of the document before it.
        previous: String,
    },
    /// A document before could not be written, so the dataset cannot be finished.
    #[error("the dataset in {} was not finished because an earlier document could not be written", dir.display())]
    GivenUp {
        /// The output folder.
        dir: PathBuf,
    },
    /// Items or lines of a document are not numbered 1, 2, 3 …
    #[error("{what} {found} of {source_path} stands where number {expected} is due")]
    Misnumbered {
        /// Path of the document.
        source_path: String,
        /// `item` or `line`.
        what: &'static str,
        /// Number that was due.
        expected: u32,
        /// Number that was found.
        found: u32,
    },
    /// A row holds more text than Arrow can address.
    #[error("a row of the table {table} holds {bytes} bytes of text; at most 1 GiB can be written")]
    RowTooLarge {
        /// The table.
        table: &'static str,
        /// Bytes of its long texts.
        bytes: usize,
    },
    /// A number is too large for its column.
    #[error("{value} is too large for the column {column} of the table {table}")]
    TooLarge {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The number.
        value: i64,
    },
}

impl DatasetError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "unwritable-folder",
            Self::Locked { .. } => "locked",
            Self::File { .. } | Self::Parquet { .. } | Self::RunJson { .. } => "unwritable-file",
            Self::NoRun { .. } => "no-run",
            Self::NotARun { .. } => "not-a-run",
            Self::NoDataset { .. } => "no-dataset",
            Self::NoTables { .. } => "no-tables",
            Self::NoColumn { .. } => "no-column",
            Self::Altered { .. } => "altered",
            Self::Damaged { .. } | Self::Unreadable { .. } => "damaged",
            Self::Astray { .. } => "astray",
            Self::Rows { .. } | Self::RowTooLarge { .. } | Self::TooLarge { .. } => "too-large",
            Self::OutOfOrder { .. } | Self::Misnumbered { .. } => "out-of-order",
            Self::GivenUp { .. } => "given-up",
        }
    }

    /// The file or folder that the system refused, and what it said, if that is what went wrong.
    pub fn refused(&self) -> Option<(&Path, &io::Error)> {
        match self {
            Self::Folder { dir: path, source } | Self::NoRun { path, source } | Self::NoDataset { path, source } => {
                Some((path, source))
            }
            Self::File { file, source } => Some((Path::new(file), source)),
            _ => None,
        }
    }
}
