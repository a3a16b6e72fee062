//! Files that appear whole or not at all: written beside their place under a name that starts with `.jianbao-`, hashed on
//! the way, and renamed once all of them are safe on disk. A file that is dropped before leaves nothing behind.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

use super::DatasetError;
use crate::model::hex;

const PREFIX: &str = ".jianbao-";
const SUFFIX: &str = ".tmp";

/// Whether a file of this name is one that was being written.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

/// One finished file of the dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Name in the output folder.
    #[serde(skip)]
    pub name: String,
    /// Number of rows.
    pub rows: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, 64 hex digits.
    pub sha256: String,
}

/// What came of holding a file against what is listed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// It is the file that was written.
    Whole,
    /// It has another length or other bytes.
    Altered,
    /// It was asked to stop.
    Cancelled,
}

impl DataFile {
    /// Whether `dir` has a file of this name and length. Its bytes are not looked at.
    ///
    /// # Errors
    /// If it has not.
    pub fn is_there(&self, dir: &Path) -> Result<(), DatasetError> {
        let path = dir.join(&self.name);
        match path.metadata() {
            Ok(found) if found.len() == self.bytes => Ok(()),
            Ok(_) => Err(DatasetError::Altered { path }),
            Err(source) => Err(DatasetError::NoDataset { path, source }),
        }
    }

    /// Whether the file of this name in `dir` is this one, until `cancel` is raised.
    pub(super) fn held(&self, dir: &Path, cancel: &AtomicBool) -> io::Result<Held> {
        let mut piece = vec![0; 1 << 18];
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        let mut file = File::open(dir.join(&self.name))?;
        loop {
            if cancel.load(Ordering::Relaxed) {
                return Ok(Held::Cancelled);
            }
            let length = file.read(&mut piece)?;
            if length == 0 {
                break;
            }
            hash.update(&piece[..length]);
            bytes += length as u64;
        }
        let whole = bytes == self.bytes && hex(&hash.finalize()) == self.sha256;
        Ok(if whole { Held::Whole } else { Held::Altered })
    }
}

/// A file that is being written.
pub(super) struct PendingFile {
    name: String,
    temporary: NamedTempFile,
    hasher: Sha256,
    bytes: u64,
}

/// A file that is whole and safe on disk, still under its temporary name.
pub(super) struct SealedFile {
    /// What will be known of it.
    pub(super) file: DataFile,
    temporary: TempPath,
}

impl PendingFile {
    /// Opens a temporary file in `dir` that is to become `name`.
    pub(super) fn create(dir: &Path, name: String) -> Result<Self, DatasetError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        // Temporary files are private by default; these become files for everyone, less the user's umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary =
            builder.tempfile_in(dir).map_err(|source| DatasetError::Folder { dir: dir.to_owned(), source })?;
        Ok(Self { name, temporary, hasher: Sha256::new(), bytes: 0 })
    }

    /// Name the file is to have.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Waits until the bytes are safe on disk.
    pub(super) fn seal(self, rows: u64) -> Result<SealedFile, DatasetError> {
        let synced = self.temporary.as_file().sync_all();
        synced.map_err(|source| DatasetError::File { file: self.name.clone(), source })?;
        let file = DataFile { name: self.name, rows, bytes: self.bytes, sha256: hex(&self.hasher.finalize()) };
        Ok(SealedFile { file, temporary: self.temporary.into_temp_path() })
    }
}

impl Write for PendingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.temporary.as_file_mut().write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.as_file_mut().flush()
    }
}

/// Gives the files their names in `dir`, in the order they come, and waits until the folder is safe on disk.
pub(super) fn publish(dir: &Path, files: Vec<SealedFile>) -> Result<(), DatasetError> {
    for SealedFile { file, temporary } in files {
        temporary
            .persist(dir.join(&file.name))
            .map_err(|error| DatasetError::File { file: file.name, source: error.error })?;
    }
    // Windows has no handle for a folder; there the rename is as safe as it gets.
    #[cfg(unix)]
    std::fs::File::open(dir)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| DatasetError::Folder { dir: dir.to_owned(), source })?;
    Ok(())
}
