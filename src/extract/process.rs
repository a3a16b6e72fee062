//! A worker as its run sees it: a process that is told of documents, heard, and ended.
//!
//! What it says goes into a pipe, which wakes nobody and which outlives it. When there is something to hear, it rings on
//! standard error.

use std::ffi::OsString;
use std::io::{self, IoSlice, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::limits::WorkerLimits;
use super::pipe::{is_readable, never_wait, widen};
use super::worker::{BELL, DONE, Orders};
use super::{frames, locked};
use crate::model::Code;

/// So much of what a worker says on standard error is kept: its last words.
const LAST_WORDS: usize = 4096;

/// So many bytes of what a worker says are read at once.
const BUFFER: usize = 1 << 18;

/// The program that is started as a worker: one that calls [`serve`](super::serve).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerProgram {
    /// The program.
    pub path: PathBuf,
    /// What it is told.
    pub args: Vec<OsString>,
}

/// A process that works on one document after the other.
pub(super) struct Worker {
    child: Child,
    ears: Arc<Mutex<ChildStdin>>,
    /// Bytes that can be told it without waiting for it to listen.
    room: usize,
    voice: ChildStdout,
    bell: ChildStderr,
    last_words: Vec<u8>,
    /// Where what it says is read into.
    buffer: Vec<u8>,
    /// Documents given to it.
    pub(super) served: u32,
}

/// How it stands with what a worker says.
pub(super) enum Heard {
    /// There may be more.
    Some,
    /// It is done with its document.
    All,
    /// There will never be more.
    Last,
}

impl Worker {
    /// Starts one, and gives it its orders.
    pub(super) fn start(program: &WorkerProgram, orders: &Orders) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        command.args(&program.args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C goes to all processes of a group; a worker ends when the run that started it does.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (Some(ears), Some(voice), Some(bell)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let room = widen(&ears) / 2;
        widen(&voice);
        let ears = Arc::new(Mutex::new(ears));
        let worker =
            Self { child, ears, room, voice, bell, last_words: Vec::new(), buffer: vec![0; BUFFER], served: 0 };
        never_wait(&worker.voice)?;
        never_wait(&worker.bell)?;
        worker.tell(orders, None);
        Ok(worker)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it `message`, and `bytes` behind it. If it is gone, what it says ends, and that is where it is noticed.
    pub(super) fn tell(&self, message: &impl Serialize, bytes: Option<&Arc<Vec<u8>>>) {
        let mut head = Vec::new();
        if frames::write(&mut head, message).is_err() {
            return;
        }
        let bytes = bytes.cloned().unwrap_or_default();
        let length = head.len() + bytes.len();
        let tell = move |ears: &Mutex<ChildStdin>| {
            let _ = write_both(&mut *locked(ears), &head, &bytes);
        };
        if length <= self.room {
            tell(&self.ears);
        } else {
            // One that does not listen must be waited for where nobody else waits.
            let ears = self.ears.clone();
            thread::spawn(move || tell(&ears));
        }
    }

    /// Whether it has taken in all that it was told.
    pub(super) fn is_listening(&self) -> bool {
        self.ears.try_lock().is_ok()
    }

    /// Waits for the bell, but no longer than `most`, and puts all that was said at the end of `said`.
    pub(super) fn hear(&mut self, said: &mut Vec<u8>, most: Duration) -> Heard {
        if !is_readable(&self.bell, most) {
            return if read_on(&mut self.voice, &mut self.buffer, said) { Heard::Some } else { Heard::Last };
        }
        let before = self.last_words.len();
        let mut is_open = read_on(&mut self.bell, &mut self.buffer, &mut self.last_words);
        let rung = self.last_words[before..].contains(&DONE);
        self.last_words.retain(|byte| ![BELL, DONE].contains(byte));
        let surplus = self.last_words.len().saturating_sub(LAST_WORDS);
        self.last_words.drain(..surplus);
        is_open &= read_on(&mut self.voice, &mut self.buffer, said);
        match (rung, is_open) {
            (true, _) => Heard::All,
            (false, true) => Heard::Some,
            (false, false) => Heard::Last,
        }
    }

    /// Ends it, and puts what it had said at the end of `said`.
    pub(super) fn kill(&mut self, said: &mut Vec<u8>) {
        // It may have ended by itself meanwhile.
        let _ = self.child.kill();
        let _ = self.child.wait();
        read_on(&mut self.voice, &mut self.buffer, said);
    }

    /// Why it ended without being told to.
    pub(super) fn cause_of_death(&mut self, limits: &WorkerLimits) -> (Code, String) {
        // Its output may be closed and it go on; nobody would know.
        let status = self.ended_soon();
        let mut words = std::mem::take(&mut self.last_words);
        read_on(&mut self.bell, &mut self.buffer, &mut words);
        let said = String::from_utf8_lossy(&words);
        if said.contains("has overflowed its stack") {
            return (
                Code::WorkerStackOverflow,
                "the document is nested so deep that the worker ran out of stack".into(),
            );
        }
        if let Some((_, rest)) = said.split_once("memory allocation of ") {
            let asked: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let message = format!(
                "the worker asked for {asked} bytes at once, and its address space may have {} in all ({} of resident \
                 memory); give it more with --limit memory=N",
                limits.memory.saturating_add(WorkerLimits::RESERVE),
                limits.memory
            );
            return (Code::LimitMemory, message);
        }
        let Some(status) = status else {
            return (Code::WorkerGarbled, "the worker closed its output and went on".to_owned());
        };
        match signal(status) {
            Some(6) => (Code::WorkerAborted, "the worker gave up on the document".to_owned()),
            Some(9) => {
                let message = "the worker was killed from outside, perhaps since the machine ran out of memory";
                (Code::WorkerKilled, message.to_owned())
            }
            Some(signal) => (Code::WorkerCrashed, format!("the worker was stopped by signal {signal}")),
            None => {
                let code = status.code().unwrap_or(0);
                (Code::WorkerExited, format!("the worker ended with exit code {code} before it was done"))
            }
        }
    }

    fn ended_soon(&mut self) -> Option<ExitStatus> {
        for _ in 0..100 {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Bytes of it that are in memory now; `None` where the system does not tell.
    pub(super) fn resident(&self) -> Option<u64> {
        #[cfg(target_os = "linux")]
        {
            let pages = std::fs::read_to_string(format!("/proc/{}/statm", self.id())).ok()?;
            let resident: u64 = pages.split(' ').nth(1)?.parse().ok()?;
            Some(resident * rustix::param::page_size() as u64)
        }
        #[cfg(not(target_os = "linux"))]
        None
    }

    /// Processor time it has used; `None` where the system does not tell.
    pub(super) fn cpu_time(&self) -> Option<Duration> {
        /// Linux counts in hundredths of a second for all programs.
        const TICKS_PER_SECOND: u64 = 100;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).ok()?;
        // The name of the program, in brackets, may hold anything.
        let (_, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_whitespace().skip(11);
        let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill(&mut Vec::new());
    }
}

/// Writes one behind the other, in one piece as far as there is room, so that whoever reads is woken once.
fn write_both(out: &mut impl Write, head: &[u8], tail: &[u8]) -> io::Result<()> {
    let written = out.write_vectored(&[IoSlice::new(head), IoSlice::new(tail)])?;
    out.write_all(&head[written.min(head.len())..])?;
    out.write_all(&tail[written.saturating_sub(head.len())..])?;
    out.flush()
}

/// Reads all that is there, and says whether more may come.
fn read_on(pipe: &mut impl Read, buffer: &mut [u8], said: &mut Vec<u8>) -> bool {
    loop {
        match pipe.read(buffer) {
            Ok(0) => return false,
            Ok(count) => {
                said.extend_from_slice(&buffer[..count]);
                if count < buffer.len() {
                    return true;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        }
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}
