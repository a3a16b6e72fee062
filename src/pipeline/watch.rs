//! Files as they arrive: waits until some of them have changed and none of these grows any more.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::intake::{Input, Intake};
use super::label;
use super::ledger::Stamp;

/// A file that has not changed for so long is whole.
const SETTLED: Duration = Duration::from_secs(2);

const TICK: Duration = Duration::from_millis(200);

/// The inputs of a run, watched for changes.
pub struct Watch {
    events: Receiver<notify::Result<Event>>,
    /// Dropped, it says nothing more.
    _watcher: RecommendedWatcher,
    out: PathBuf,
    /// Files that have changed: how they lay on disk when last looked at, and since when.
    changing: BTreeMap<PathBuf, (Option<Stamp>, Instant)>,
    /// Something has changed since the last run.
    is_due: bool,
}

/// Why the inputs cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch {path} ({reason}); run without --watch now and then instead")]
pub struct WatchError {
    path: String,
    reason: String,
}

impl Watch {
    /// Watches `inputs`; what lies in the folder `out` is none of them.
    ///
    /// # Errors
    /// If the system cannot watch one of them.
    pub fn new(inputs: &[Input], out: &Path) -> Result<Self, WatchError> {
        let (sender, events) = mpsc::channel();
        let failed = |path: &Path, error: notify::Error| {
            let reason = match error.kind {
                notify::ErrorKind::MaxFilesWatch => "the system watches no more folders".to_owned(),
                notify::ErrorKind::Io(error) => super::reason(&error),
                _ => error.to_string(),
            };
            WatchError { path: label::display(path), reason }
        };
        let mut watcher = notify::recommended_watcher(move |event| {
            // Nobody listens any more once the watch is over.
            let _ = sender.send(event);
        })
        .map_err(|error| failed(Path::new("the inputs"), error))?;
        for input in inputs {
            let (Input::Named(path) | Input::Listed(path)) = input;
            // A file may be replaced by another of its name, which its folder tells.
            let (watched, mode) = match path.parent() {
                _ if path.is_dir() => (path.as_path(), RecursiveMode::Recursive),
                Some(folder) if folder.as_os_str().is_empty() => (Path::new("."), RecursiveMode::NonRecursive),
                Some(folder) => (folder, RecursiveMode::NonRecursive),
                None => (path.as_path(), RecursiveMode::NonRecursive),
            };
            watcher.watch(watched, mode).map_err(|error| failed(watched, error))?;
        }
        let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
        Ok(Self { events, _watcher: watcher, out, changing: BTreeMap::new(), is_due: false })
    }

    /// Takes the files out of `intake` that are still growing, and says how many.
    pub fn leave_growing(&mut self, intake: &mut Intake) -> usize {
        self.look();
        let now = now();
        let before = intake.files.len();
        intake.files.retain(|found| {
            let mut grows = false;
            for own in found.paths() {
                let path = std::path::absolute(own).unwrap_or_else(|_| own.to_owned());
                if self.changing.contains_key(&path) || is_young(own) {
                    self.changing.entry(path).or_insert((Stamp::of(own), now));
                    grows = true;
                }
            }
            !grows
        });
        self.is_due = false;
        before - intake.files.len()
    }

    /// Waits until something has changed, at least until `earliest`; then until all that has changed is whole, at most for
    /// `patience` more. `false` if `cancel` was raised meanwhile.
    pub fn wait(&mut self, earliest: Instant, patience: Duration, cancel: &AtomicBool) -> bool {
        let mut due: Option<Instant> = None;
        loop {
            if cancel.load(Ordering::Relaxed) {
                return false;
            }
            self.look();
            let now = now();
            let is_new = self.is_due || !self.changing.is_empty();
            if is_new && now >= earliest {
                let since = *due.get_or_insert(now);
                if self.changing.is_empty() || (self.is_due && now - since >= patience) {
                    return true;
                }
            }
            match self.events.recv_timeout(TICK) {
                Ok(event) => self.hear(event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(TICK),
            }
        }
    }

    /// Has the next wait end though nothing changes.
    pub fn again(&mut self) {
        self.is_due = true;
    }

    /// Takes in what has been said, and lets go of the files that have settled.
    fn look(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.hear(event);
        }
        let now = now();
        let before = self.changing.len();
        self.changing.retain(|path, (stamp, since)| {
            let current = Stamp::of(path);
            if current != *stamp {
                (*stamp, *since) = (current, now);
            }
            now - *since < SETTLED
        });
        self.is_due |= self.changing.len() < before;
    }

    fn hear(&mut self, event: notify::Result<Event>) {
        // Where events were lost, the next run looks at all files anyway.
        let Ok(event) = event else {
            self.is_due = true;
            return;
        };
        self.is_due |= event.need_rescan();
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        let now = now();
        for path in event.paths {
            let path = std::path::absolute(&path).unwrap_or(path);
            if !path.starts_with(&self.out) {
                let stamp = Stamp::of(&path);
                self.changing.insert(path, (stamp, now));
            }
        }
    }
}

/// Changed so shortly before that it may still be being written.
#[expect(clippy::disallowed_methods, reason = "a file that is read too early is read again")]
fn is_young(path: &Path) -> bool {
    let modified = path.metadata().and_then(|meta| meta.modified()).ok();
    modified.and_then(|then| SystemTime::now().duration_since(then).ok()).is_some_and(|age| age < SETTLED)
}

#[expect(clippy::disallowed_methods, reason = "when a run begins changes no result")]
fn now() -> Instant {
    Instant::now()
}
