//! What a run leaves for the next one: which files it read and what they were, and what it wrote, so that what has not
//! changed is not done again.
//!
//! A file that lies on disk as it did (length, times, inode) is not read again to know that its bytes are the same,
//! unless it had changed so shortly before that the clock might not tell a later change.
//!
//! Files are held as they are written, some hundred bytes each, and those of the run under way on disk.

use std::cmp::Ordering;
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

const MARK: sealed::Mark = *b"jbledg\x00\x02";

/// File systems tell times apart that are further from each other than this.
const COARSEST_CLOCK: Duration = Duration::from_secs(2);

/// What the run before knew.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// What holds for all files.
    pub(super) whole: Whole,
    /// The files in byte order of their labels.
    pub(super) files: Entries,
}

/// What a run knows but for its files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Whole {
    /// All that the dataset depends on but the files: the program, rules, options, networks.
    pub(super) asked: String,
    /// The networks that were asked for.
    pub(super) networks: Option<Networks>,
    /// The files of the dataset, and how they lay on disk.
    pub(super) written: Vec<(String, Stamp)>,
    /// For the summary.
    pub(super) examples: Examples,
    /// Bytes of all files.
    pub(super) bytes: u64,
    /// How many of the files a limit or a fault of a worker cut.
    pub(super) cut: u64,
}

/// Files of a run in byte order of their labels, each a value only while it is looked at.
#[derive(Debug, Default)]
pub(super) struct Entries {
    written: Vec<u8>,
    /// Where each begins.
    starts: Vec<usize>,
}

/// The ledger of the run under way.
pub(super) struct Pen {
    file: io::Result<sealed::Pending>,
    comparison: Comparison,
}

/// How the files of a run, as they come, differ from those of the run before.
#[derive(Debug, Default)]
struct Comparison {
    /// Of the run before, the first that no file was compared with.
    next: usize,
    changes: Changes,
    /// Bytes of files whose labels are not those of the other run.
    gone: Vec<Option<[u8; 32]>>,
    new: Vec<Option<[u8; 32]>>,
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
        let Trace { sha256, stamp, key, .. } = trace;
        let lost = found.finding.failure().cloned();
        let stamp = stamp.filter(|stamp| stamp.is_old(now));
        Self { label: found.label.clone(), sha256, stamp, key, lost }
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
        sealed::read(&path(out), MARK).and_then(Self::of_bytes).unwrap_or_default()
    }

    /// The files, then what holds for all of them, then how many the files are.
    fn of_bytes(mut written: Vec<u8>) -> Option<Self> {
        let (rest, count) = written.split_last_chunk()?;
        let (mut starts, mut at) = (Vec::new(), 0);
        for _ in 0..u64::from_le_bytes(*count) {
            starts.push(at);
            let (_, behind) = postcard::take_from_bytes::<Entry>(rest.get(at..)?).ok()?;
            at = rest.len() - behind.len();
        }
        let whole = postcard::from_bytes(rest.get(at..)?).ok()?;
        written.truncate(at);
        written.shrink_to_fit();
        starts.shrink_to_fit();
        Some(Self { whole, files: Entries { written, starts } })
    }

    /// The SHA-256 of the file of this label, if it lies as it did.
    pub(super) fn sha256(&self, label: &str, stamp: &Stamp) -> Option<[u8; 32]> {
        let entry = self.files.labelled(label)?;
        entry.sha256.filter(|_| entry.stamp.as_ref() == Some(stamp))
    }

    /// Keys of the extracts that the last run into `out` made use of.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.files.iter().filter_map(|entry| entry.key)
    }
}

impl Entries {
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    fn get(&self, at: usize) -> Option<Entry> {
        // All of them could be read when the ledger was.
        let written = self.written.get(*self.starts.get(at)?..)?;
        postcard::take_from_bytes(written).ok().map(|(entry, _)| entry)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        (0..self.len()).map_while(|at| self.get(at))
    }

    fn labelled(&self, label: &str) -> Option<Entry> {
        let (mut first, mut end) = (0, self.len());
        while first < end {
            let middle = usize::midpoint(first, end);
            let entry = self.get(middle)?;
            match entry.label.as_str().cmp(label) {
                Ordering::Less => first = middle + 1,
                Ordering::Equal => return Some(entry),
                Ordering::Greater => end = middle,
            }
        }
        None
    }
}

impl Pen {
    /// Starts a ledger for the run after this one into `out`.
    pub(super) fn new(out: &Path, pending: &Path) -> Self {
        Self { file: sealed::Pending::create(path(out), pending, MARK), comparison: Comparison::default() }
    }

    /// Notes the next file by label. What goes wrong is told at the end.
    pub(super) fn add(&mut self, before: &Entries, entry: &Entry) {
        self.comparison.add(before, entry);
        self.write(postcard::to_allocvec(entry));
    }

    fn write(&mut self, bytes: postcard::Result<Vec<u8>>) {
        if let Ok(file) = &mut self.file
            && let Err(error) = bytes.map_err(io::Error::other).and_then(|bytes| file.write(&bytes))
        {
            self.file = Err(error);
        }
    }

    /// How the files differ from those of the run before; `None` if there was none. Leaves all of it for the next run.
    pub(super) fn finish(mut self, before: &Entries, whole: &Whole) -> (Option<Changes>, io::Result<()>) {
        let count = self.comparison.files();
        let changes = std::mem::take(&mut self.comparison).finish(before);
        self.write(postcard::to_allocvec(whole));
        self.write(Ok(count.to_le_bytes().to_vec()));
        (changes, self.file.and_then(sealed::Pending::persist))
    }
}

impl Comparison {
    fn add(&mut self, before: &Entries, entry: &Entry) {
        while let Some(earlier) = before.get(self.next) {
            match earlier.label.cmp(&entry.label) {
                Ordering::Less => self.gone.push(earlier.sha256),
                Ordering::Equal if earlier.sha256 == entry.sha256 => self.changes.unchanged += 1,
                Ordering::Equal => self.changes.changed += 1,
                Ordering::Greater => break,
            }
            self.next += 1;
            if earlier.label == entry.label {
                return;
            }
        }
        // Where there was no run before, nobody asks how many are new.
        if before.len() > 0 {
            self.new.push(entry.sha256);
        }
        self.changes.new += 1;
    }

    /// How many files have come.
    fn files(&self) -> u64 {
        self.changes.unchanged + self.changes.changed + self.changes.new
    }

    fn finish(mut self, before: &Entries) -> Option<Changes> {
        if before.len() == 0 {
            return None;
        }
        self.gone.extend((self.next..before.len()).filter_map(|at| Some(before.get(at)?.sha256)));
        self.gone.sort_unstable();
        self.new.sort_unstable();
        let mut new = self.new.into_iter().flatten().peekable();
        for gone in self.gone {
            while new.next_if(|new| Some(*new) < gone).is_some() {}
            match new.next_if(|new| Some(*new) == gone) {
                Some(_) => self.changes.moved += 1,
                None => self.changes.gone += 1,
            }
        }
        self.changes.new -= self.changes.moved;
        Some(self.changes)
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
        let sha256 = content.map(|byte| [byte; 32]);
        Entry { label: label.to_owned(), sha256, stamp: None, key: None, lost: None }
    }

    fn leave(out: &Path, before: &Entries, files: &[Entry]) -> Option<Changes> {
        let mut pen = Pen::new(out, out);
        files.iter().for_each(|entry| pen.add(before, entry));
        let whole = Whole { asked: "all".to_owned(), ..Whole::default() };
        let (changes, kept) = pen.finish(before, &whole);
        kept.unwrap();
        changes
    }

    #[test]
    fn files_are_told_apart_by_content() {
        let desk = tempfile::tempdir().unwrap();
        let files = [entry("a", Some(1)), entry("b", Some(2)), entry("c", Some(3)), entry("d", Some(4))];
        assert_eq!(leave(desk.path(), &Entries::default(), &files), None);
        let before = Ledger::read(desk.path()).files;
        let now =
            [entry("a", Some(1)), entry("b", Some(9)), entry("e", Some(3)), entry("f", Some(3)), entry("g", None)];
        let expected = Changes { new: 2, unchanged: 1, changed: 1, moved: 1, gone: 1 };
        assert_eq!(leave(desk.path(), &before, &now), Some(expected));
        // Of two files with the same bytes one may move and one be new; a file that was lost moves nowhere.
        let before = Ledger::read(desk.path()).files;
        let now = [entry("0", Some(3)), entry("g", Some(3)), entry("h", None)];
        let expected = Changes { new: 1, unchanged: 0, changed: 1, moved: 1, gone: 3 };
        assert_eq!(leave(desk.path(), &before, &now), Some(expected));
    }

    #[test]
    fn a_ledger_says_of_each_file_what_was_noted() {
        let desk = tempfile::tempdir().unwrap();
        let files: Vec<Entry> = (0..100).map(|number| entry(&format!("{number:03}"), Some(number))).collect();
        leave(desk.path(), &Entries::default(), &files);
        let ledger = Ledger::read(desk.path());
        assert_eq!((ledger.files.len(), ledger.files.iter().count()), (100, 100));
        assert!(files.iter().all(|file| ledger.files.labelled(&file.label).unwrap().sha256 == file.sha256));
        assert!(["", "0500", "zzz"].iter().all(|label| ledger.files.labelled(label).is_none()));
    }

    #[test]
    fn a_damaged_ledger_is_none() {
        let desk = tempfile::tempdir().unwrap();
        leave(desk.path(), &Entries::default(), &[]);
        assert_eq!(Ledger::read(desk.path()).whole.asked, "all");
        let mut bytes = fs::read(path(desk.path())).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(path(desk.path()), bytes).unwrap();
        assert_eq!(Ledger::read(desk.path()).whole.asked, "");
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
