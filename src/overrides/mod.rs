//! What people have decided about single documents: TOML files in, decisions on lines, fields and remarks out.
//!
//! Rules say what holds for all documents; an override says what holds for one place of one. It is found by the SHA-256
//! of the source and by a line with its text, so that it lasts through other rules, other names and other recognition;
//! where the text is not there, it is reported and not applied.

mod apply;
mod file;
mod words;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::model::hex;
pub use words::{Maybe, PartialDate, Start, Word, Written};

pub use apply::Placed;
pub use file::{Change, Fields, Override, OverrideFile};

/// An override file that cannot be used: which, where, what was found and what was expected, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct OverrideError {
    message: String,
    refused: Option<(PathBuf, io::Error)>,
}

impl OverrideError {
    fn new(message: String) -> Self {
        Self { message, refused: None }
    }

    /// `message` about the file or folder `path`, of which the system said `error`.
    fn of_file(message: String, path: &Path, error: io::Error) -> Self {
        Self { message, refused: Some((path.to_owned(), error)) }
    }

    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        "overrides"
    }

    /// The file or folder that the system refused, and what it said, if that is what went wrong.
    pub fn refused(&self) -> Option<(&Path, &io::Error)> {
        self.refused.as_ref().map(|(path, error)| (&**path, error))
    }
}

/// All overrides in force.
#[derive(Debug, Default)]
pub struct Overrides {
    /// Name and content of the file, by the SHA-256 of its source.
    files: BTreeMap<String, (String, OverrideFile)>,
    hashes: Vec<(String, String)>,
}

/// The folder of overrides, where none is named.
const FOLDER: &str = "overrides";

impl Overrides {
    /// Where overrides are kept: in `named`, else beside the folder of `rules`, else where the program works.
    pub fn folder(named: Option<&Path>, rules: Option<&Path>) -> PathBuf {
        let beside = rules.and_then(Path::parent).map(|parent| parent.join(FOLDER));
        named.map(Path::to_owned).or(beside).unwrap_or_else(|| PathBuf::from(FOLDER))
    }

    /// The overrides in [`folder`](Self::folder). One that nobody has named need not be there.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn find(named: Option<&Path>, rules: Option<&Path>) -> Result<Self, OverrideError> {
        let folder = Self::folder(named, rules);
        if named.is_none() && !folder.is_dir() { Ok(Self::default()) } else { Self::load(&folder) }
    }

    /// The `*.toml` files of `folder` and of the folders in it. Hidden ones are passed over.
    ///
    /// # Errors
    /// If a file cannot be read or is not as an override file must be, or two are about one source.
    pub fn load(folder: &Path) -> Result<Self, OverrideError> {
        let mut overrides = Self::default();
        for path in toml_files(folder)? {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let place = path.display().to_string();
            let text = std::fs::read_to_string(&path).map_err(|error| {
                OverrideError::of_file(format!("{place}: cannot read: {error}; expected UTF-8 text"), &path, error)
            })?;
            let file = OverrideFile::parse(&place, &text)?;
            overrides.hashes.push((name.clone(), hex(&Sha256::digest(text.as_bytes()))));
            let sha256 = file.sha256.clone();
            if let Some((other, _)) = overrides.files.insert(sha256, (name.clone(), file)) {
                return Err(OverrideError::new(format!(
                    "{place}: key `sha256` names a source that {other} is about; expected one file for each source"
                )));
            }
        }
        Ok(overrides)
    }

    /// File name and SHA-256 (hex) of every file, sorted by name.
    pub fn hashes(&self) -> &[(String, String)] {
        &self.hashes
    }

    /// What was decided about the source with this SHA-256 (hex), with the name of the file.
    pub fn of(&self, sha256: &str) -> Option<(&str, &OverrideFile)> {
        self.files.get(sha256).map(|(name, file)| (name.as_str(), file))
    }
}

/// The override files of `folder`, by name.
fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, OverrideError> {
    let mut found = Vec::new();
    let is_hidden =
        |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|it| !is_hidden(it)) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_owned();
            let said =
                |why: &str| format!("{}: cannot read overrides: {why}; give a folder of *.toml files", path.display());
            match error.into_io_error() {
                Some(error) => OverrideError::of_file(said(&error.to_string()), &path, error),
                None => OverrideError::new(said("a link leads back to it")),
            }
        })?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|it| it == "toml") {
            found.push(entry.into_path());
        }
    }
    found.sort();
    Ok(found)
}
