//! Files that are kept between runs and may be torn by the end of one: a mark, the SHA-256 of what follows, and that.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// What kind of file it is, with the version of its form.
pub(crate) type Mark = [u8; 8];

const HASH: usize = 32;

/// What the file `path` holds; `None` if it is not there, is of another kind or is damaged.
pub(crate) fn read(path: &Path, mark: Mark) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let mut head = [0; size_of::<Mark>() + HASH];
    file.read_exact(&mut head).ok()?;
    let mut body = Vec::new();
    file.read_to_end(&mut body).ok()?;
    let (its_mark, hash) = head.split_at(size_of::<Mark>());
    (its_mark == mark && Sha256::digest(&body)[..] == *hash).then_some(body)
}

/// Writes `body` to the file `path`, by way of a temporary file in the folder `pending`; both folders are made if they are
/// not there.
///
/// # Errors
/// If it cannot be written; what was there before is as it was.
pub(crate) fn write(path: &Path, pending: &Path, mark: Mark, body: &[u8]) -> io::Result<()> {
    let mut file = Pending::create(path.to_owned(), pending, mark)?;
    file.write(body)?;
    file.persist()
}

/// A file that is being written piece by piece. Dropped, it leaves nothing behind.
pub(crate) struct Pending {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    hash: Sha256,
}

impl Pending {
    /// Starts what is to become the file `path`, in the folder `pending`, which is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn create(path: PathBuf, pending: &Path, mark: Mark) -> io::Result<Self> {
        fs::create_dir_all(pending)?;
        let mut file = BufWriter::new(NamedTempFile::new_in(pending)?);
        file.write_all(&mark)?;
        file.write_all(&[0; HASH])?;
        Ok(Self { path, file, hash: Sha256::new() })
    }

    /// Adds to what it holds.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.file.write_all(bytes)
    }

    /// Gives it its name. A torn file is told by its hash, so nobody waits for the disk here.
    ///
    /// # Errors
    /// If it cannot be written; what was there before is as it was.
    pub(crate) fn persist(self) -> io::Result<()> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(size_of::<Mark>() as u64))?;
        file.write_all(&self.hash.finalize())?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}
