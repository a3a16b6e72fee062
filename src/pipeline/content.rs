//! A file of a run → its bytes and their SHA-256. The pictures that are one document become a [`Bundle`]; their SHA-256 is
//! that of their bytes one after the other, as `cat` puts them.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::intake::{Finding, Found, PageFile};
use super::patience::{self, PATIENCE};
use super::{failure, label};
use crate::read::picture::Bundle;

/// A file that is there, as far as it had to be read.
pub(crate) struct Content {
    pub(crate) sha256: [u8; 32],
    pub(crate) length: u64,
    /// `None` if they were not needed: too many, or known from the run before.
    pub(crate) bytes: Option<Arc<Vec<u8>>>,
}

/// Reads and hashes what was found. What goes beyond `limit` is hashed in passing, never held.
pub(crate) fn of(found: &Found, limit: u64, cancel: &AtomicBool) -> io::Result<Content> {
    match &found.finding {
        Finding::Pages(pages) => of_pages(pages, limit, cancel),
        _ => of_file(&found.path, limit, cancel),
    }
}

/// What tells a source from all others, its SHA-256 being known: of pictures that are one document, what each is called
/// and how long it is, too.
pub(super) fn identity(found: &Found, sha256: &[u8; 32]) -> [u8; 32] {
    let Finding::Pages(pages) = &found.finding else { return *sha256 };
    let mut hash = Sha256::new_with_prefix(sha256);
    for page in pages {
        let name = page.path.file_name().map(|name| name.as_encoded_bytes()).unwrap_or_default();
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(page.bytes.to_le_bytes());
        hash.update([u8::from(page.lost.is_some())]);
    }
    hash.finalize().into()
}

fn of_file(path: &Path, limit: u64, cancel: &AtomicBool) -> io::Result<Content> {
    let mut hash = Sha256::new();
    let (bytes, length) = read(path, limit, &mut hash, cancel)?;
    Ok(Content { bytes: bytes.map(Arc::new), length, sha256: hash.finalize().into() })
}

/// Reads and hashes the pictures of one document. Those that cannot be read are in the bundle by name, with the reason.
///
/// # Errors
/// If none of them can be read.
pub(crate) fn of_pages(pages: &[PageFile], limit: u64, cancel: &AtomicBool) -> io::Result<Content> {
    let mut hash = Sha256::new();
    let (mut length, mut lost) = (0, Vec::new());
    let expected: u64 = pages.iter().map(|page| page.bytes).sum();
    let mut bundle = (expected <= limit).then(|| Bundle::with_capacity(usize::try_from(expected).unwrap_or(0)));
    for page in pages {
        let name = page.path.file_name().map(label::escape).unwrap_or_default();
        let left = if bundle.is_some() { limit - length } else { 0 };
        let read = match &page.lost {
            Some(failure) => Err(io::Error::other(failure.message.clone())),
            None => read(&page.path, left, &mut hash, cancel),
        };
        if cancel.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match (read, &mut bundle) {
            (Ok((Some(bytes), more)), Some(bundle)) => {
                length += more;
                bundle.add(&name, Ok(&bytes));
            }
            (Ok((_, more)), _) => {
                length += more;
                bundle = None;
            }
            (Err(error), bundle) => {
                if let Some(bundle) = bundle {
                    bundle.add(&name, Err(&failure::reason(&error)));
                }
                lost.push(error);
            }
        }
    }
    if lost.len() == pages.len() {
        return Err(lost.into_iter().next().unwrap_or_else(|| io::ErrorKind::NotFound.into()));
    }
    Ok(Content { bytes: bundle.map(|bundle| Arc::new(bundle.into_bytes())), length, sha256: hash.finalize().into() })
}

fn read(path: &Path, limit: u64, hash: &mut Sha256, cancel: &AtomicBool) -> io::Result<(Option<Vec<u8>>, u64)> {
    patience::read(path, limit, hash, (PATIENCE, cancel))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn page(path: &Path, bytes: u64) -> PageFile {
        PageFile { path: path.to_owned(), bytes, lost: None }
    }

    #[test]
    fn a_file_over_the_limit_is_hashed_but_not_held() {
        let desk = tempfile::tempdir().unwrap();
        let path = desk.path().join("x");
        fs::write(&path, [b'x'; 100_000]).unwrap();
        let cancel = AtomicBool::new(false);
        let whole = of_file(&path, 100_000, &cancel).unwrap();
        let over = of_file(&path, 99_999, &cancel).unwrap();
        assert_eq!(whole.bytes.map(|bytes| bytes.len()), Some(100_000));
        assert_eq!((over.bytes, over.length), (None, 100_000));
        assert_eq!(whole.sha256, over.sha256);
    }

    #[test]
    fn pages_are_hashed_as_one_file_and_the_limit_is_for_all_of_them() {
        let desk = tempfile::tempdir().unwrap();
        let (one, two, both) = (desk.path().join("1"), desk.path().join("2"), desk.path().join("both"));
        fs::write(&one, [b'x'; 100]).unwrap();
        fs::write(&two, [b'y'; 50]).unwrap();
        fs::write(&both, [[b'x'; 100].as_slice(), &[b'y'; 50]].concat()).unwrap();
        let cancel = AtomicBool::new(false);
        let together = of_file(&both, 150, &cancel).unwrap();
        // What was measured at intake may not hold any more.
        for measured in [50, 0] {
            let pages = [page(&one, 100), page(&two, measured)];
            let held = of_pages(&pages, 150, &cancel).unwrap();
            assert_eq!((held.sha256, held.length), (together.sha256, 150));
            assert!(held.bytes.is_some());
            let over = of_pages(&pages, 149, &cancel).unwrap();
            assert_eq!((over.sha256, over.length, over.bytes), (together.sha256, 150, None));
        }
    }

    #[test]
    fn pages_that_are_gone_are_said_unless_all_are() {
        let desk = tempfile::tempdir().unwrap();
        let (one, gone) = (desk.path().join("1"), desk.path().join("2"));
        fs::write(&one, "x").unwrap();
        let cancel = AtomicBool::new(false);
        let content = of_pages(&[page(&one, 1), page(&gone, 1)], 9, &cancel).unwrap();
        assert_eq!(content.length, 1);
        assert!(of_pages(&[page(&gone, 1), page(&gone, 1)], 9, &cancel).is_err());
    }
}
