//! A file → its bytes, read on a thread of its own: one that never comes, since the share it lies on has gone away or the
//! system holds it back, is given up, and with it that thread.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// A file of which nothing comes for so long does not come.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How often the reader is looked at. It is heard at once when it is done.
const TICK: Duration = Duration::from_millis(50);

/// What is read between two looks at whether anybody still waits.
const PIECE: u64 = 1 << 20;

/// The bytes of a file if they are not more than its limit, how many they are, and the hash they were added to.
type Contents = (Option<Vec<u8>>, u64, Sha256);

/// A thread that reads files for another, one after the other.
struct Reader {
    errands: Sender<Errand>,
    done: Receiver<io::Result<Contents>>,
}

struct Errand {
    path: PathBuf,
    limit: u64,
    hash: Sha256,
    pulse: Arc<Pulse>,
}

/// What the one who waits and the one who reads know of each other.
#[derive(Default)]
struct Pulse {
    bytes: AtomicU64,
    abandoned: AtomicBool,
}

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// The bytes of the file at `path` if they are not more than `limit`, and how many they are. All of them are added to `hash`.
///
/// # Errors
/// If it cannot be read, nothing of it comes for as long as `patience`, or `cancel` is raised. The hash is then as it was.
pub(super) fn read(
    path: &Path,
    limit: u64,
    hash: &mut Sha256,
    (patience, cancel): (Duration, &AtomicBool),
) -> io::Result<(Option<Vec<u8>>, u64)> {
    let reader = match READER.take() {
        Some(reader) => reader,
        None => Reader::start()?,
    };
    let pulse = Arc::new(Pulse::default());
    let errand = Errand { path: path.to_owned(), limit, hash: hash.clone(), pulse: pulse.clone() };
    reader.errands.send(errand).map_err(io::Error::other)?;
    let (mut seen, mut waited) = (0, Duration::ZERO);
    loop {
        match reader.done.recv_timeout(TICK) {
            Ok(read) => {
                READER.set(Some(reader));
                let (bytes, length, hashed) = read?;
                *hash = hashed;
                return Ok((bytes, length));
            }
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("its reader is gone")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let bytes = pulse.bytes.load(Ordering::Relaxed);
        waited = if bytes == seen { waited + TICK } else { Duration::ZERO };
        seen = bytes;
        let given_up = if cancel.load(Ordering::Relaxed) {
            io::ErrorKind::Interrupted.into()
        } else if waited >= patience {
            let seconds = patience.as_secs();
            io::Error::new(io::ErrorKind::TimedOut, format!("nothing of it came for {seconds} seconds"))
        } else {
            continue;
        };
        pulse.abandoned.store(true, Ordering::Relaxed);
        return Err(given_up);
    }
}

impl Reader {
    fn start() -> io::Result<Self> {
        let (errands, inbox) = mpsc::channel::<Errand>();
        let (outbox, done) = mpsc::channel();
        thread::Builder::new().name("read".to_owned()).spawn(move || {
            // Until nobody sends errands, or nobody waits for this one.
            while let Ok(errand) = inbox.recv() {
                if outbox.send(errand.run()).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { errands, done })
    }
}

impl Errand {
    fn run(mut self) -> io::Result<Contents> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        let mut bytes = Vec::new();
        if length <= self.limit {
            bytes.reserve_exact(usize::try_from(length).unwrap_or(0) + 1);
            // The file may have grown since it was measured.
            while bytes.len() as u64 <= self.limit {
                let most = PIECE.min((self.limit - bytes.len() as u64).saturating_add(1));
                if (&mut file).take(most).read_to_end(&mut bytes)? == 0 {
                    self.hash.update(&bytes);
                    let length = bytes.len() as u64;
                    return Ok((Some(bytes), length, self.hash));
                }
                self.beat(bytes.len())?;
            }
            self.hash.update(&bytes);
        }
        let mut length = bytes.len() as u64;
        bytes = vec![0; 1 << 16];
        loop {
            match file.read(&mut bytes) {
                Ok(0) => return Ok((None, length, self.hash)),
                Ok(count) => {
                    self.hash.update(&bytes[..count]);
                    length += count as u64;
                    self.beat(count)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn beat(&self, bytes: usize) -> io::Result<()> {
        self.pulse.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        if self.pulse.abandoned.load(Ordering::Relaxed) { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    static QUIET: AtomicBool = AtomicBool::new(false);

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    #[test]
    fn a_file_up_to_the_limit_is_held_and_a_longer_one_is_hashed_alone() {
        let desk = tempfile::tempdir().unwrap();
        let path = desk.path().join("x");
        for length in [0, 1, 1000, PIECE as usize, PIECE as usize + 1] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            fs::write(&path, &bytes).unwrap();
            for limit in [0, length.saturating_sub(1), length, length + 1] {
                let mut hash = Sha256::new();
                let read = read(&path, limit as u64, &mut hash, (PATIENCE, &QUIET)).unwrap();
                assert_eq!(read, ((length <= limit).then(|| bytes.clone()), length as u64), "{length} {limit}");
                assert_eq!(<[u8; 32]>::from(hash.finalize()), sha256(&bytes));
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_never_comes_is_given_up_and_the_next_one_is_read() {
        let desk = tempfile::tempdir().unwrap();
        let (pipe, file) = (desk.path().join("pipe"), desk.path().join("file"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        fs::write(&file, "x").unwrap();
        let mut hash = Sha256::new();
        let error = read(&pipe, 9, &mut hash, (Duration::from_millis(200), &QUIET)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(read(&file, 9, &mut hash, (PATIENCE, &QUIET)).unwrap(), (Some(b"x".to_vec()), 1));
        assert_eq!(<[u8; 32]>::from(hash.finalize()), sha256(b"x"));
    }

    #[cfg(unix)]
    #[test]
    fn a_raised_flag_ends_the_wait_for_a_file() {
        let desk = tempfile::tempdir().unwrap();
        let pipe = desk.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = read(&pipe, 9, &mut Sha256::new(), (PATIENCE, &AtomicBool::new(true))).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
    }
}
