//! Why datasets cannot be merged, as one sentence each.

use std::io;
use std::path::{Path, PathBuf};

use crate::dataset::shard::Shard;
use crate::dataset::{DatasetError, SCHEMA_VERSION};

/// Why datasets were not merged. The output folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// It was asked to stop.
    #[error("interrupted; the output folder is as it was before")]
    Cancelled,
    /// A dataset cannot be read, or the merged one cannot be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// No dataset was given.
    #[error("there is nothing to merge; name the folders of the shards")]
    Nothing,
    /// The same folder stands twice in the list.
    #[error("{} is listed twice; list each folder once", dir.display())]
    ListedTwice {
        /// The folder.
        dir: PathBuf,
    },
    /// The merged dataset would be written over one of its parts.
    #[error("{} is both input and output; choose another output folder with --out", dir.display())]
    OutputIsInput {
        /// The folder.
        dir: PathBuf,
    },
    /// A dataset was made by another version of this program, which may have decided otherwise.
    #[error(
        "{} was made by jianbao {version} with schema version {schema_version}, and this is jianbao {} with schema version {SCHEMA_VERSION}; \
         make it again with this version, or merge with that one",
        dir.display(),
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The folder.
        dir: PathBuf,
        /// Version of the program.
        version: String,
        /// Version of the schema.
        schema_version: String,
    },
    /// Two datasets were made with other rules, models or options.
    #[error("{} and {} were made with other {what} ({which}); make both with the same", dir.display(), other.display())]
    Unlike {
        /// A folder.
        dir: PathBuf,
        /// Another folder.
        other: PathBuf,
        /// What differs: rules, models or options.
        what: &'static str,
        /// The first of these that differs, by name.
        which: String,
    },
    /// Only Parquet has all tables.
    #[error(
        "{} has no Parquet files, and JSON lines lack the table lines; make it again with --format parquet,jsonl", dir.display()
    )]
    NoParquet {
        /// The folder.
        dir: PathBuf,
    },
    /// `run.json` lists other files than a run writes.
    #[error("run.json in {} lists other data files than a run writes; make that dataset again", dir.display())]
    OddFiles {
        /// The folder.
        dir: PathBuf,
    },
    /// An option says something that is no shard.
    #[error("run.json in {} names the shard {shard}, which there cannot be; make that dataset again", dir.display())]
    OddShard {
        /// The folder.
        dir: PathBuf,
        /// What stands there.
        shard: String,
    },
    /// Two datasets are not shards of the same number, or one is no shard.
    #[error("{} is {} and {} is {}; merge the shards of one number alone", dir.display(), said(*shard), other.display(), said(*other_shard))]
    OtherSharding {
        /// A folder.
        dir: PathBuf,
        /// Its shard.
        shard: Option<Shard>,
        /// Another folder.
        other: PathBuf,
        /// Its shard.
        other_shard: Option<Shard>,
    },
    /// Two datasets are the same shard.
    #[error("{} and {} are both shard {shard}; name one of them", dir.display(), other.display())]
    SameShard {
        /// A folder.
        dir: PathBuf,
        /// Another folder.
        other: PathBuf,
        /// The shard.
        shard: Shard,
    },
    /// A shard was not given.
    #[error("shard {shard} is missing; name the folders of all {}", shard.count())]
    MissingShard {
        /// The first that is missing.
        shard: Shard,
    },
    /// The runs of two shards did not find the same files.
    #[error(
        "{} and {} were not made from the same files: {found} and {other_found} were found, or other kinds left out; make the shards again \
         from one state of the input",
        dir.display(),
        other.display()
    )]
    OtherInput {
        /// A folder.
        dir: PathBuf,
        /// Files its run found, read or not.
        found: u64,
        /// Another folder.
        other: PathBuf,
        /// Files its run found.
        other_found: u64,
    },
    /// Some files are in no shard, or in two.
    #[error(
        "{found} files were found and the shards hold {held}; a file could be read by one run and not by another, so make the shards again"
    )]
    Uneven {
        /// Files that each run found.
        found: u64,
        /// Documents in all shards.
        held: u64,
    },
    /// Two datasets have the same document.
    #[error(
        "the document {source_path} is in {} and in {}; make the shards again from one state of the input", dir.display(), other.display()
    )]
    SameDocument {
        /// Path of the document.
        source_path: String,
        /// A folder.
        dir: PathBuf,
        /// Another folder.
        other: PathBuf,
    },
    /// Two datasets have documents with the same bytes, of which one should be a duplicate.
    #[error(
        "the bytes of the document {source_path} in {} are those of another document in {}; only shards of one run, made with \
         --shard, can be merged",
        dir.display(),
        other.display()
    )]
    SameBytes {
        /// Path of a document.
        source_path: String,
        /// Its folder.
        dir: PathBuf,
        /// The folder of the other.
        other: PathBuf,
    },
    /// Rows of one folder were made in different ways.
    #[error("the rows in {} were made with different {what} ({which}); make all of them with the same", dir.display())]
    MixedRows {
        /// The folder.
        dir: PathBuf,
        /// What differs: rules, models or options.
        what: &'static str,
        /// The first of these that differs, by name.
        which: String,
    },
    /// A file is no Parquet file with one row a document.
    #[error("{} does not hold documents with all their rows: {what}; take it away or make it again", path.display())]
    NotRows {
        /// The file, or the folder.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A document is in a folder of rows twice, and not the same.
    #[error("the document {source_path} is in {} twice, with different rows; take one of them away", dir.display())]
    OtherRow {
        /// Path of the document.
        source_path: String,
        /// The folder.
        dir: PathBuf,
    },
    /// A data file cannot be opened or read.
    #[error("cannot read {}: {source}; make that dataset again", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl MergeError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "interrupted",
            Self::Dataset(error) => error.code(),
            Self::Nothing => "nothing-to-merge",
            Self::ListedTwice { .. } => "listed-twice",
            Self::OutputIsInput { .. } => "output-is-input",
            Self::OtherVersion { .. } => "other-version",
            Self::Unlike { .. } | Self::MixedRows { .. } => "made-otherwise",
            Self::NoParquet { .. } => "no-tables",
            Self::OddFiles { .. } | Self::OddShard { .. } => "not-a-run",
            Self::OtherSharding { .. } | Self::SameShard { .. } | Self::MissingShard { .. } => "other-shards",
            Self::OtherInput { .. } | Self::Uneven { .. } => "other-input",
            Self::SameDocument { .. } | Self::SameBytes { .. } | Self::OtherRow { .. } => "same-document",
            Self::NotRows { .. } => "not-rows",
            Self::Lost { .. } => "no-dataset",
        }
    }

    /// The file or folder that the system refused, and what it said, if that is what went wrong.
    pub fn refused(&self) -> Option<(&Path, &io::Error)> {
        match self {
            Self::Dataset(error) => error.refused(),
            Self::Lost { path, source } => Some((path, source)),
            _ => None,
        }
    }
}

fn said(shard: Option<Shard>) -> String {
    shard.map_or("no shard".to_owned(), |shard| format!("shard {shard}"))
}
