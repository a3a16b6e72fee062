//! A bag that is being written: a folder beside its place, under a name that starts with `.bag-`, which gets its own
//! name when all of it is safe on disk. Dropped before, it leaves nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use walkdir::WalkDir;

use super::BagError;
use crate::model::hex;

const MANIFEST: &str = "manifest-sha256.txt";

/// Files that are waited for at a time. Disks write many small files together as fast as one.
const SYNCING: usize = 16;

/// A bag that is being written.
pub(super) struct Folder<'c> {
    dest: PathBuf,
    parent: PathBuf,
    staging: TempDir,
    manifest: Tag,
    /// Files of the payload, and their bytes.
    pub(super) files: u64,
    pub(super) bytes: u64,
    piece: Vec<u8>,
    cancel: &'c AtomicBool,
}

/// A file that was copied: what it is.
pub(super) struct Copied {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Why a file was not copied.
pub(super) enum NotCopied {
    /// It cannot be read.
    Unread(io::Error),
    /// It is not what was expected.
    Other,
    /// There is no bag to copy it to.
    Bag(BagError),
}

impl<'c> Folder<'c> {
    /// Starts the bag that is to be `dest`.
    pub(super) fn create(dest: &Path, cancel: &'c AtomicBool) -> Result<Self, BagError> {
        let empty = match fs::read_dir(dest) {
            Ok(mut entries) => entries.next().is_none(),
            Err(_) => dest.symlink_metadata().is_err(),
        };
        if !empty {
            return Err(BagError::Occupied { dest: dest.to_owned() });
        }
        let parent = dest.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")).to_owned();
        let write = |source| BagError::Write { dest: dest.to_owned(), source };
        fs::create_dir_all(&parent).map_err(write)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".bag-").suffix(".tmp");
        // Temporary folders are private by default; this one becomes a folder for everyone, less the user's umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let staging = builder.tempdir_in(&parent).map_err(write)?;
        let manifest = Tag::create(staging.path(), MANIFEST).map_err(write)?;
        let piece = vec![0; 1 << 18];
        Ok(Self { dest: dest.to_owned(), parent, staging, manifest, files: 0, bytes: 0, piece, cancel })
    }

    /// Where a file of the payload lies for now.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.staging.path().join("data").join(name)
    }

    /// Copies the file `from` into the payload if it is `expected`. It is not yet in the manifest.
    pub(super) fn copy(
        &mut self,
        from: &Path,
        name: &str,
        expected: impl FnOnce(&Copied) -> bool,
    ) -> Result<Copied, NotCopied> {
        let mut source = File::open(from).map_err(NotCopied::Unread)?;
        let to = self.place(name);
        let dest = self.dest.clone();
        let write = |source| NotCopied::Bag(BagError::Write { dest: dest.clone(), source });
        to.parent().map_or(Ok(()), fs::create_dir_all).map_err(write)?;
        let mut file = File::create_new(&to).map_err(write)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let unread = loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(NotCopied::Bag(BagError::Cancelled));
            }
            match source.read(&mut self.piece) {
                Ok(0) => break None,
                Ok(length) => {
                    hash.update(&self.piece[..length]);
                    bytes += length as u64;
                    file.write_all(&self.piece[..length]).map_err(write)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
        };
        let copied = Copied { bytes, sha256: hex(&hash.finalize()) };
        if unread.is_some() || !expected(&copied) {
            fs::remove_file(&to).map_err(write)?;
            return Err(unread.map_or(NotCopied::Other, NotCopied::Unread));
        }
        self.files += 1;
        self.bytes += bytes;
        Ok(copied)
    }

    /// Gives a file to `take`, piece by piece; `false` if it cannot be read.
    pub(super) fn each_piece(&mut self, from: &Path, mut take: impl FnMut(&[u8])) -> Result<bool, BagError> {
        // Opening a pipe would wait for somebody to write.
        let is_file = from.metadata().is_ok_and(|meta| meta.is_file());
        let Some(mut source) = is_file.then(|| File::open(from).ok()).flatten() else { return Ok(false) };
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(BagError::Cancelled);
            }
            match source.read(&mut self.piece) {
                Ok(0) => return Ok(true),
                Ok(length) => take(&self.piece[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Ok(false),
            }
        }
    }

    /// Lists a file of the payload. Files are listed in byte order of their names.
    pub(super) fn list(&mut self, name: &str, sha256: &str) -> Result<(), BagError> {
        let line = format!("{sha256}  data/{}\n", encoded(name));
        self.manifest.write(line.as_bytes()).map_err(|source| BagError::Write { dest: self.dest.clone(), source })
    }

    /// Writes the files that say what the bag is, with `info` in `bag-info.txt`, and gives the bag its name.
    pub(super) fn publish(self, info: &str) -> Result<(), BagError> {
        let Self { dest, parent, staging, manifest, .. } = self;
        let finish = || -> io::Result<()> {
            let folder = staging.path();
            // A bag has a payload folder even where nothing is in it.
            fs::create_dir_all(folder.join("data"))?;
            let mut tags = String::new();
            for (name, text) in
                [("bag-info.txt", info), ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")]
            {
                let mut tag = Tag::create(folder, name)?;
                tag.write(text.as_bytes())?;
                tags += &format!("{}  {name}\n", tag.seal()?);
            }
            tags += &format!("{}  {MANIFEST}\n", manifest.seal()?);
            let mut tag = Tag::create(folder, "tagmanifest-sha256.txt")?;
            tag.write(tags.as_bytes())?;
            tag.seal()?;
            sync_all(folder)?;
            if dest.symlink_metadata().is_ok() {
                // Nothing is lost: a folder that has got something in the meantime stays.
                fs::remove_dir(&dest)?;
            }
            fs::rename(folder, &dest)?;
            sync(&parent)
        };
        finish().map_err(|source| BagError::Write { dest: dest.clone(), source })?;
        // It has its own name now: there is nothing to clean up.
        let _ = staging.keep();
        Ok(())
    }
}

/// Waits until the entries of a folder are safe on disk.
fn sync(folder: &Path) -> io::Result<()> {
    // Windows has no handle for a folder; there the rename is as safe as it gets.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Waits until a folder and all below it is safe on disk.
fn sync_all(folder: &Path) -> io::Result<()> {
    let entries = Mutex::new(WalkDir::new(folder).into_iter());
    let next = || entries.lock().unwrap_or_else(PoisonError::into_inner).next().transpose();
    let work = || -> io::Result<()> {
        while let Some(entry) = next()? {
            if entry.file_type().is_dir() {
                sync(entry.path())?;
            } else {
                File::options().append(true).open(entry.path())?.sync_all()?;
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let waiting = (0..SYNCING).map(|_| thread::Builder::new().spawn_scoped(scope, work));
        let waiting = waiting.collect::<io::Result<Vec<_>>>()?;
        waiting.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
    })
}

/// A name as manifests write it: only what would break a line, and the sign of that, is encoded.
fn encoded(name: &str) -> String {
    name.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A file that says something of the bag.
struct Tag {
    file: BufWriter<File>,
    hash: Sha256,
}

impl Tag {
    fn create(folder: &Path, name: &str) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(File::create_new(folder.join(name))?), hash: Sha256::new() })
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.hash.update(text);
        self.file.write_all(text)
    }

    /// Completes it, and says its SHA-256.
    fn seal(mut self) -> io::Result<String> {
        self.file.flush()?;
        Ok(hex(&self.hash.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn only_what_would_break_a_line_is_encoded() {
        assert_eq!(encoded("sources/第1期 100%\r\n\\x0a.txt"), "sources/第1期 100%25%0D%0A\\x0a.txt");
    }
}
