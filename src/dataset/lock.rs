//! A folder that one run at a time writes to.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::DatasetError;
use super::file::is_temporary;

/// The right to write to an output folder. It ends with its last copy, and with the process, however that ends.
#[derive(Debug, Clone)]
pub struct Lock {
    dir: PathBuf,
    _file: Arc<File>,
}

impl Lock {
    /// Takes the folder `dir`, which is made if it is not there, and takes away what an interrupted run was writing.
    ///
    /// # Errors
    /// If the folder cannot be made or written to, or another process has it.
    pub fn take(dir: &Path) -> Result<Self, DatasetError> {
        let failed = |source| DatasetError::Folder { dir: dir.to_owned(), source };
        let hidden = dir.join(".cache");
        fs::create_dir_all(&hidden).map_err(failed)?;
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(hidden.join("lock"));
        let file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DatasetError::Locked { dir: dir.to_owned() }),
            // Some network folders have no locks; they are written to all the same.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        for entry in fs::read_dir(dir).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if is_temporary(&entry.file_name()) {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(Self { dir: dir.to_owned(), _file: Arc::new(file) })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}
