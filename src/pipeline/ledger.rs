//! What a run leaves for the next one: which files it read and what they were, and what it wrote, so that what has not
//! changed is not done again.
//!
//! A file that lies on disk as it did (length, times, inode) is not read again to know that its bytes are the same,
//! unless it had changed so shortly before that the clock might not tell a later change.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::content;
use super::examples::Examples;
use super::intake::{Finding, Found};
use super::jobs::Trace;
use crate::extract::{Key, Networks, sealed};
use crate::model::Failure;

const MARK: sealed::Mark = *b"jbledg\x00\x01";

/// File systems tell times apart that are further from each other than this.
const COARSEST_CLOCK: Duration = Duration::from_secs(2);

/// What the run before knew.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// All that the dataset depends on but the files: the program, rules, options, networks.
    pub(super) asked: String,
    /// The files in byte order of their labels.
    pub(super) files: Vec<Entry>,
    /// The networks that were asked for.
    pub(super) networks: Option<Networks>,
    /// The files of the dataset, and how they lay on disk.
    pub(super) written: Vec<(String, Stamp)>,
    /// For the summary.
    pub(super) examples: Examples,
    /// Bytes of all files.
    pub(super) bytes: u64,
}

/// A file of the run before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) label: String,
    /// SHA-256 of its bytes, if it could be read.
    pub(super) sha256: Option<[u8; 32]>,
    /// How it lay on disk, if that says something.
    pub(super) stamp: Option<Stamp>,
    /// Under what its extract is kept.
    pub(super) key: Option<Key>,
    /// A limit of a worker cut it.
    pub(super) cut: bool,
    /// Why it was not read, as far as that was known before it was opened.
    pub(super) lost: Option<Failure>,
}

/// How a file lies on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) length: u64,
    /// Nanoseconds since 1970.
    modified: u128,
    /// The same, of any change to its entry; no program can set it back.
    changed: u128,
    /// Device and number on it.
    place: (u64, u64),
}

/// How the files of a run differ from those of the run before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Not there before, with bytes that were not either.
    pub new: u64,
    /// As before.
    pub unchanged: u64,
    /// Other bytes than before.
    pub changed: u64,
    /// The bytes of a file that is gone.
    pub moved: u64,
    /// Not there any more, and not moved.
    pub gone: u64,
}

impl Entry {
    pub(super) fn new(found: &Found, trace: Trace, now: SystemTime) -> Self {
        let Trace { sha256, stamp, key, cut } = trace;
        let lost = found.finding.failure().cloned();
        let stamp = stamp.filter(|stamp| stamp.is_old(now));
        Self { label: found.label.clone(), sha256, stamp, key, cut, lost }
    }

    /// Whether the file found under its label has the bytes it had.
    pub(super) fn holds(&self, found: &Found, cancel: &AtomicBool) -> bool {
        if matches!(found.finding, Finding::Lost(_)) {
            return true;
        }
        let stamp = Stamp::of(&found.path);
        if stamp.is_some() && stamp == self.stamp {
            return true;
        }
        self.sha256.is_some()
            && content::of(found, 0, cancel).ok().map(|content| content::identity(found, &content.sha256))
                == self.sha256
    }
}

impl Stamp {
    /// How the file lies on disk now; `None` if it is no regular file or cannot be reached.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok().filter(Metadata::is_file)?;
        let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        #[cfg(unix)]
        let (changed, place) = {
            use std::os::unix::fs::MetadataExt;
            let nanoseconds = i128::from(meta.ctime()) * 1_000_000_000 + i128::from(meta.ctime_nsec());
            (u128::try_from(nanoseconds).ok()?, (meta.dev(), meta.ino()))
        };
        #[cfg(not(unix))]
        let (changed, place) = (modified, (0, 0));
        Some(Self { length: meta.len(), modified, changed, place })
    }

    /// A change after this stamp was taken would have another one.
    fn is_old(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(COARSEST_CLOCK).as_nanos();
        self.modified.max(self.changed) < now
    }
}

impl Ledger {
    /// What the last run into `out` left. Nothing where there was none, or its ledger is damaged.
    pub(super) fn read(out: &Path) -> Self {
        let body = sealed::read(&path(out), MARK);
        body.and_then(|body| postcard::from_bytes(&body).ok()).unwrap_or_default()
    }

    /// Leaves it for the next run into `out`.
    pub(super) fn write(&self, out: &Path) -> io::Result<()> {
        let body = postcard::to_allocvec(self).map_err(io::Error::other)?;
        sealed::write(&path(out), &folder(out), MARK, &body)
    }

    /// The SHA-256 of the file of this label, if it lies as it did.
    pub(super) fn sha256(&self, label: &str, stamp: &Stamp) -> Option<[u8; 32]> {
        let entry = self.entry(label)?;
        entry.sha256.filter(|_| entry.stamp.as_ref() == Some(stamp))
    }

    fn entry(&self, label: &str) -> Option<&Entry> {
        let at = self.files.binary_search_by(|entry| entry.label.as_str().cmp(label)).ok()?;
        self.files.get(at)
    }

    /// Keys of the extracts that the last run into `out` made use of.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.files.iter().filter_map(|entry| entry.key)
    }

    /// How `now` differs from the run before; `None` if there was none.
    pub(super) fn changes(&self, now: &[Entry]) -> Option<Changes> {
        if self.files.is_empty() {
            return None;
        }
        let mut changes = Changes::default();
        let labels: Vec<&str> = now.iter().map(|entry| entry.label.as_str()).collect();
        let is_there = |label: &str| labels.binary_search(&label).is_ok();
        let gone = self.files.iter().filter(|entry| !is_there(&entry.label));
        let mut left: Vec<Option<[u8; 32]>> = gone.map(|entry| entry.sha256).collect();
        left.sort_unstable();
        let mut taken = vec![false; left.len()];
        for entry in now {
            match self.entry(&entry.label) {
                Some(before) if before.sha256 == entry.sha256 => changes.unchanged += 1,
                Some(_) => changes.changed += 1,
                None => {
                    let first = left.partition_point(|sha256| *sha256 < entry.sha256);
                    let same = (first..left.len()).take_while(|at| left[*at] == entry.sha256);
                    match same.into_iter().find(|at| !taken[*at] && entry.sha256.is_some()) {
                        Some(at) => {
                            taken[at] = true;
                            changes.moved += 1;
                        }
                        None => changes.new += 1,
                    }
                }
            }
        }
        changes.gone = taken.iter().filter(|taken| !**taken).count() as u64;
        Some(changes)
    }
}

/// The folder of what is kept between runs into `out`.
pub(super) fn folder(out: &Path) -> PathBuf {
    out.join(".cache")
}

fn path(out: &Path) -> PathBuf {
    folder(out).join("ledger")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn entry(label: &str, content: Option<u8>) -> Entry {
        let (stamp, key, cut, lost) = (None, None, false, None);
        Entry { label: label.to_owned(), sha256: content.map(|byte| [byte; 32]), stamp, key, cut, lost }
    }

    #[test]
    fn files_are_told_apart_by_content() {
        let before = Ledger {
            files: vec![entry("a", Some(1)), entry("b", Some(2)), entry("c", Some(3)), entry("d", Some(4))],
            ..Ledger::default()
        };
        let now =
            [entry("a", Some(1)), entry("b", Some(9)), entry("e", Some(3)), entry("f", Some(3)), entry("g", None)];
        let expected = Changes { new: 2, unchanged: 1, changed: 1, moved: 1, gone: 1 };
        assert_eq!(before.changes(&now), Some(expected));
        assert_eq!(Ledger::default().changes(&now), None);
    }

    #[test]
    fn a_damaged_ledger_is_none() {
        let desk = tempfile::tempdir().unwrap();
        let ledger = Ledger { asked: "all".to_owned(), ..Ledger::default() };
        ledger.write(desk.path()).unwrap();
        assert_eq!(Ledger::read(desk.path()).asked, "all");
        let mut bytes = fs::read(path(desk.path())).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(path(desk.path()), bytes).unwrap();
        assert_eq!(Ledger::read(desk.path()).asked, "");
    }

    #[test]
    fn a_file_that_has_just_changed_is_not_known_by_its_stamp() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"x").unwrap();
        let stamp = Stamp::of(file.path()).unwrap();
        let changed = UNIX_EPOCH + Duration::from_nanos(u64::try_from(stamp.changed).unwrap());
        assert!(!stamp.is_old(changed + Duration::from_secs(1)));
        assert!(stamp.is_old(changed + Duration::from_secs(3)));
        file.write_all(b"y").unwrap();
        assert_ne!(Stamp::of(file.path()).unwrap(), stamp);
    }
}
