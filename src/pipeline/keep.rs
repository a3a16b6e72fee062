//! What runs into a folder have kept, and taking it away.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::ledger::{self, Ledger};
use crate::dataset::{DatasetError, Lock};
use crate::extract::Cache;

/// Extracts that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// How many.
    pub extracts: u64,
    /// Their files together.
    pub bytes: u64,
}

impl Kept {
    fn add(&mut self, bytes: u64) {
        self.extracts += 1;
        self.bytes += bytes;
    }
}

/// All extracts that are kept in the output folder `out`, and those that the last run made use of.
///
/// # Errors
/// If the folder cannot be listed.
pub fn kept(out: &Path) -> io::Result<(Kept, Kept)> {
    let ledger = Ledger::read(out);
    let used: BTreeSet<_> = ledger.keys().collect();
    let (mut all, mut of_last) = (Kept::default(), Kept::default());
    for entry in Cache::new(ledger::folder(out)).entries()? {
        all.add(entry.bytes);
        if used.contains(&entry.key) {
            of_last.add(entry.bytes);
        }
    }
    Ok((all, of_last))
}

/// Takes away the extracts in the output folder `out` that the last run made no use of, or all.
///
/// # Errors
/// If another run is writing to the folder, or an extract cannot be removed.
pub fn prune(out: &Path, all: bool) -> Result<Kept, DatasetError> {
    let lock = Lock::take(out)?;
    let failed = |source| DatasetError::Folder { dir: out.to_owned(), source };
    let ledger = Ledger::read(lock.dir());
    let used: BTreeSet<_> = ledger.keys().collect();
    let cache = Cache::new(ledger::folder(out));
    cache.sweep();
    let mut removed = Kept::default();
    for entry in cache.entries().map_err(failed)? {
        if all || !used.contains(&entry.key) {
            cache.remove(entry.key).map_err(failed)?;
            removed.add(entry.bytes);
        }
    }
    Ok(removed)
}
