//! TOML and TSV files → compiled [`RuleSet`]. What differs between publications lives in those files, not in Rust.
//!
//! A *profile* is one TOML file: how to recognise a family of publications and how its lines are told apart. A profile
//! may extend another. The same files are compiled in as the default.

mod edges;
mod file;
mod gazetteer;
mod needles;
pub(crate) mod numerals;
mod pattern;
mod profile;
mod repair;
mod set;
mod sieve;

use std::io;
use std::path::{Path, PathBuf};

pub use file::{Kind, Place, Style};
pub use gazetteer::{Gazetteer, GazetteerError, Level, Mention, Place as Division};
pub use pattern::Pattern;
pub use profile::{LineMatches, Profile, Rule};
pub use set::{RuleInfo, RuleSet};

/// A rules file that cannot be used: file, line, key, what was found and what was expected, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    message: String,
    refused: Option<(PathBuf, io::Error)>,
}

impl RuleError {
    fn new(message: String) -> Self {
        Self { message, refused: None }
    }

    /// `message` about the file or folder `path`, of which the system said `error`.
    fn of_file(message: String, path: &Path, error: io::Error) -> Self {
        Self { message, refused: Some((path.to_owned(), error)) }
    }

    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        "rules"
    }

    /// The file or folder that the system refused, and what it said, if that is what went wrong.
    pub fn refused(&self) -> Option<(&Path, &io::Error)> {
        self.refused.as_ref().map(|(path, error)| (&**path, error))
    }
}
