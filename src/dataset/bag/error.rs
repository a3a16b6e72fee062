//! Why a bag cannot be written, as one sentence each.

use std::io;
use std::path::PathBuf;

use crate::dataset::DatasetError;

/// Why there is no bag. The folder it was to be is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BagError {
    /// It was asked to stop.
    #[error("interrupted; no bag was written")]
    Cancelled,
    /// The dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// There is something where the bag is to be.
    #[error("{} is not an empty folder; name one that does not exist", dest.display())]
    Occupied {
        /// Where the bag is to be.
        dest: PathBuf,
    },
    /// The bag cannot be written.
    #[error("cannot write the bag {}: {source}; check the free space and the rights of the folder it is in", dest.display())]
    Write {
        /// Where the bag is to be.
        dest: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the dataset cannot be read.
    #[error("cannot read {}: {source}; make the dataset again", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the dataset is not the one that the run wrote.
    #[error("{} is not the file that its run.json lists (other length or SHA-256); make the dataset again", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
    },
    /// `run.json` lists what no run writes.
    #[error("run.json in {} lists the file {name}, which no run writes; make the dataset again", dir.display())]
    OddFile {
        /// The folder of the dataset.
        dir: PathBuf,
        /// The name.
        name: String,
    },
    /// Rows of the table documents cannot be understood.
    #[error("the table documents cannot be read: {source}; make the dataset again")]
    Documents {
        /// What the decoder said.
        source: io::Error,
    },
    /// Sources are not there as they were read.
    #[error(
        "{count} of {of} sources are not as they were read: {}; name all inputs of the run with --sources, restore the files, or leave \
         them out with --allow-missing",
        some(first, *count)
    )]
    Sources {
        /// How many.
        count: u64,
        /// Of how many.
        of: u64,
        /// The first of them, with what is wrong.
        first: Vec<String>,
    },
}

/// The first of a long list, and how many more there are.
fn some(first: &[String], count: u64) -> String {
    match count.saturating_sub(first.len() as u64) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
