//! Why a report could not be written, as one sentence each.

use std::io;
use std::path::PathBuf;

use crate::dataset::DatasetError;

/// Why a report could not be written. An earlier one is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The folder holds something that is no report.
    #[error("{} holds something else than a report; choose a folder that is empty or not there with --to", dir.display())]
    Occupied {
        /// The folder.
        dir: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}; check the free space and the rights of the folder", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A page cannot be made: a fault of the program.
    #[error("cannot make {page}: {source}")]
    Template {
        /// The page.
        page: String,
        /// What is wrong.
        source: minijinja::Error,
    },
    /// It was interrupted.
    #[error("interrupted; an earlier report is as it was")]
    Cancelled,
}
