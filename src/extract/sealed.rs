//! Files that are kept between runs and may be torn by the end of one: a mark, the SHA-256 of what follows, and that.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

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
/// not there. A torn file is told by its hash, so nobody waits for the disk here.
///
/// # Errors
/// If it cannot be written; what was there before is as it was.
pub(crate) fn write(path: &Path, pending: &Path, mark: Mark, body: &[u8]) -> io::Result<()> {
    fs::create_dir_all(pending)?;
    let mut file = tempfile::NamedTempFile::new_in(pending)?;
    file.write_all(&mark)?;
    file.write_all(&Sha256::digest(body))?;
    file.write_all(body)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}
