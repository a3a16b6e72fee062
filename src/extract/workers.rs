//! Documents → extracts, each in a process of its own that may hang, crash or take all memory without harm to the run.
//!
//! A worker is leased for one document and kept for the next. While it works, its time and its resident memory are
//! looked at; one that goes beyond a limit is killed, and the pages it had made are kept.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::fault::FaultAt;
use super::frames::{self, FrameError};
use super::limits::WorkerLimits;
use super::pages::PageExtract;
use super::permits::Permits;
use super::worker::{Answer, Orders, Request};
use super::{Extract, Extractor, internal_error, locked};
use crate::model::{Code, Failure, Format, PageClass};

/// How often a worker is looked at.
const TICK: Duration = Duration::from_millis(50);

/// A run that did not look at its workers for longer was stopped, by Ctrl-Z or with the machine.
const STOPPED: Duration = Duration::from_secs(5);

/// So much of what a worker says on standard error is kept: its last words.
const LAST_WORDS: usize = 4096;

/// Bytes that a pipe to or from a worker holds: the most that Linux gives to everybody.
#[cfg(target_os = "linux")]
const PIPE: usize = 1 << 20;

/// A worker that has used less than this share of its time was waiting, not computing.
const IDLE: f64 = 0.02;

/// The program that is started as a worker: one that calls [`serve`](super::serve).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerProgram {
    /// The program.
    pub path: PathBuf,
    /// What it is told.
    pub args: Vec<OsString>,
}

/// Workers of one run, started when they are needed.
pub struct Workers {
    program: WorkerProgram,
    orders: Orders,
    idle: Mutex<Vec<Worker>>,
    /// As many as there may be.
    leases: Permits,
    board: Mutex<BTreeMap<u32, Working>>,
}

/// What a worker is on.
#[derive(Debug, Clone)]
pub struct Working {
    /// Label of the document.
    pub label: String,
    /// When it began.
    pub since: Instant,
    /// Pages made, and of how many; 0 if that is not known yet.
    pub pages: (usize, usize),
}

/// What a worker made of a document.
#[derive(Debug)]
pub struct Extracted {
    /// What its bytes are, whatever it is called.
    pub format: Format,
    /// Its extract, or why there is none.
    pub result: Result<Extract, Failure>,
    /// A limit or a fault of the worker ended it: another time it may end otherwise.
    pub cut: bool,
}

/// Why a document could not be given to a worker.
#[derive(Debug, thiserror::Error)]
pub enum WorkersError {
    /// The run was asked to stop.
    #[error("interrupted")]
    Cancelled,
    /// No process could be started.
    #[error("cannot start a worker process ({0}); ask for fewer with --jobs, or do without with --no-workers")]
    Start(io::Error),
}

impl WorkersError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "interrupted",
            Self::Start(_) => "no-workers",
        }
    }
}

impl Workers {
    /// At most `threads` workers that run `program` and do what `extractor` would, on so many threads in all.
    pub fn new(program: WorkerProgram, extractor: &Extractor, threads: usize, faults: Vec<FaultAt>) -> Self {
        let (when, folder) = (extractor.ocr.when(), extractor.ocr.folder().to_owned());
        let orders = Orders { when, folder, limits: extractor.limits, threads, faults };
        Self { program, orders, idle: Mutex::default(), leases: Permits::new(threads), board: Mutex::default() }
    }

    /// What the workers are on just now, the longest first.
    pub fn working(&self) -> Vec<Working> {
        let mut working: Vec<Working> = locked(&self.board).values().cloned().collect();
        working.sort_by_key(|working| working.since);
        working
    }

    /// Extracts one document, once a worker is free. One that dies over it is replaced, and if it had worked on others before, the
    /// document is tried once more.
    ///
    /// # Errors
    /// If no worker can be started, or `cancel` is raised. What is wrong with the document is in the result.
    pub fn extract(
        &self,
        (label, format): (&str, Format),
        bytes: &Arc<Vec<u8>>,
        cancel: &AtomicBool,
    ) -> Result<Extracted, WorkersError> {
        let _lease = self.leases.take();
        let mut again = true;
        loop {
            let idle = locked(&self.idle).pop();
            let mut worker = idle.map_or_else(|| Worker::start(&self.program, &self.orders), Ok)?;
            let was_fresh = worker.served == 0;
            worker.served += 1;
            let end = self.watch(&mut worker, (label, format), bytes, cancel)?;
            locked(&self.board).remove(&worker.id());
            match end {
                End::Done(result) => {
                    // What a worker keeps after a large document must not be counted for the next one.
                    if resident(worker.id()).is_none_or(|bytes| bytes < self.orders.limits.worker.memory / 2) {
                        locked(&self.idle).push(worker);
                    }
                    return Ok(Extracted { format, result, cut: false });
                }
                End::Cut { code, message, pages, of } if code == Code::InternalError => {
                    locked(&self.idle).push(worker);
                    let result = saved(format, pages, of, code, message);
                    return Ok(Extracted { format, result, cut: true });
                }
                End::Cut { code, .. } if again && is_fault(code) && (!was_fresh || code == Code::WorkerKilled) => {
                    again = false;
                }
                End::Cut { code, message, pages, of } => {
                    let result = saved(format, pages, of, code, message);
                    return Ok(Extracted { format, result, cut: true });
                }
            }
        }
    }

    /// Gives the document to the worker and follows it to the end.
    fn watch(
        &self,
        worker: &mut Worker,
        (label, format): (&str, Format),
        bytes: &Arc<Vec<u8>>,
        cancel: &AtomicBool,
    ) -> Result<End, WorkersError> {
        let id = worker.id();
        let limits = self.orders.limits.worker;
        let mut threads = self.share();
        worker.tell(&Request::Threads(threads), None);
        worker.tell(&Request::Document { label: label.to_owned(), format, bytes: bytes.len() as u64 }, Some(bytes));
        let mut begun = now();
        let (mut last, mut looked, mut made) = (begun, begun, 0);
        // CPU time at the first look since the last page.
        let mut worked = None;
        let working = Working { label: label.to_owned(), since: begun, pages: (0, 0) };
        locked(&self.board).insert(id, working);
        loop {
            match worker.ends.recv_timeout(TICK) {
                Ok(Ok(Answered::Done(result))) => {
                    let (pages, _) = worker.pages();
                    return Ok(End::Done(result.map(|extract| whole(extract, pages))));
                }
                Ok(Ok(Answered::Panicked(what))) => {
                    return Ok(worker.cut(Code::InternalError, internal_error(&what)));
                }
                Ok(Err(FrameError::Garbled(how))) => {
                    worker.kill();
                    let message = format!("the worker answered with something else than an extract: {how}");
                    return Ok(worker.cut(Code::WorkerGarbled, message));
                }
                Ok(Err(FrameError::Closed)) | Err(RecvTimeoutError::Disconnected) => {
                    let (code, message) = worker.cause_of_death(&limits);
                    return Ok(worker.cut(code, message));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if cancel.load(Ordering::Relaxed) {
                worker.kill();
                locked(&self.board).remove(&id);
                return Err(WorkersError::Cancelled);
            }
            // If nobody looked for so long, the whole run was stopped meanwhile, and the worker with it.
            let lapse = looked.elapsed();
            looked = now();
            if lapse > STOPPED {
                begun += lapse;
                last += lapse;
            }
            let (so_far, of) = worker.progress();
            if so_far > made {
                (made, last, worked) = (so_far, now(), None);
                if let Some(working) = locked(&self.board).get_mut(&id) {
                    working.pages = (made, of);
                }
            }
            let worked = *worked.get_or_insert_with(|| cpu_time(id));
            let silent = last.elapsed();
            let over = if begun.elapsed().as_secs() >= limits.document_seconds {
                Some((
                    Code::LimitDocumentSeconds,
                    over_time("the document", limits.document_seconds, "document-seconds"),
                ))
            } else if silent.as_secs() >= limits.page_seconds {
                let used = cpu_time(id).zip(worked).map(|(now, then)| now.saturating_sub(then));
                Some(if used.is_some_and(|used| used.as_secs_f64() < IDLE * silent.as_secs_f64()) {
                    let message = format!("the worker did nothing for {} seconds and was stopped", limits.page_seconds);
                    (Code::WorkerHung, message)
                } else {
                    (Code::LimitPageSeconds, over_time("a page", limits.page_seconds, "page-seconds"))
                })
            } else {
                resident(id).filter(|bytes| *bytes > limits.memory).map(|bytes| {
                    let message = format!(
                        "the document took {bytes} bytes of resident memory and {} are allowed; give it more with \
                         --limit memory=N",
                        limits.memory
                    );
                    (Code::LimitMemory, message)
                })
            };
            if let Some((code, message)) = over {
                worker.kill();
                return Ok(worker.cut(code, message));
            }
            if self.share() != threads && worker.is_listening() {
                threads = self.share();
                worker.tell(&Request::Threads(threads), None);
            }
        }
    }

    /// How many threads each busy worker may use.
    fn share(&self) -> usize {
        (self.orders.threads / self.leases.taken().max(1)).max(1)
    }
}

/// How the work on a document ended.
enum End {
    Done(Result<Extract, Failure>),
    /// By a limit or a fault, with the pages that were made, of so many.
    Cut {
        code: Code,
        message: String,
        pages: Vec<PageExtract>,
        of: usize,
    },
}

/// What may be the fault of what the worker did before, and not of the document.
fn is_fault(code: Code) -> bool {
    !matches!(code, Code::LimitDocumentSeconds | Code::LimitPageSeconds | Code::WorkerHung)
}

fn over_time(what: &str, granted: u64, name: &str) -> String {
    format!("{what} was not done in the {granted} seconds it is allowed; give it more with --limit {name}=N")
}

/// The extract with the lines of its pages, which came before it.
fn whole(mut extract: Extract, pages: Vec<PageExtract>) -> Extract {
    let mut lines: BTreeMap<u32, _> = pages.into_iter().map(|page| (page.number, page.lines)).collect();
    for page in &mut extract.pages {
        page.lines = lines.remove(&page.number).unwrap_or_default();
    }
    extract
}

/// What was made before the end, with a gap for each page that was not.
fn saved(format: Format, pages: Vec<PageExtract>, of: usize, code: Code, message: String) -> Result<Extract, Failure> {
    if pages.is_empty() {
        return Err(Failure::new(code.as_str(), message));
    }
    let made = pages.len();
    let mut by_number: BTreeMap<u32, PageExtract> = pages.into_iter().map(|page| (page.number, page)).collect();
    let last = by_number.last_key_value().map_or(0, |(number, _)| *number).max(of as u32);
    let page = |number| {
        by_number.remove(&number).unwrap_or_else(|| PageExtract {
            unread: Some(code),
            ..PageExtract::empty(number, PageClass::Unread, (0.0, 0.0))
        })
    };
    let mut extract = Extract::new(format, (1..=last).map(page).collect());
    extract.lose(code, format!("{made} of {last} pages were read, and then: {message}"));
    Ok(extract)
}

/// The pages of the document a worker is on, and how many there will be.
type Made = (Vec<PageExtract>, usize);

/// What ends the work on a document.
enum Answered {
    Done(Box<Result<Extract, Failure>>),
    Panicked(String),
}

/// One process, and the two threads that listen to it.
struct Worker {
    child: Child,
    ears: Arc<Mutex<ChildStdin>>,
    /// Bytes that can be told it without waiting for it to listen.
    room: usize,
    /// How its work on each document ended; nobody is woken for a page.
    ends: Receiver<Result<Answered, FrameError>>,
    made: Arc<Mutex<Made>>,
    last_words: Arc<Mutex<Vec<u8>>>,
    /// Documents given to it.
    served: u32,
}

impl Worker {
    fn start(program: &WorkerProgram, orders: &Orders) -> Result<Self, WorkersError> {
        let mut command = Command::new(&program.path);
        command.args(&program.args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C goes to all processes of a group; a worker ends when the run that started it does.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(WorkersError::Start)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let Some(stdin) = stdin else { return Err(WorkersError::Start(io::ErrorKind::BrokenPipe.into())) };
        widen(stdout.as_ref());
        let room = widen(Some(&stdin)) / 2;
        let (end, ends) = mpsc::channel();
        let made = Arc::new(Mutex::new(Made::default()));
        let heard_of = made.clone();
        let last_words = Arc::new(Mutex::new(Vec::new()));
        let heard = last_words.clone();
        thread::spawn(move || {
            let Some(stdout) = stdout else { return };
            let mut stdout = io::BufReader::with_capacity(1 << 16, stdout);
            loop {
                let answered = match frames::read(&mut stdout) {
                    Ok(Answer::Page { of, page }) => {
                        let mut made = locked(&heard_of);
                        made.0.push(*page);
                        made.1 = of;
                        continue;
                    }
                    Ok(Answer::Done(result)) => Ok(Answered::Done(result)),
                    Ok(Answer::Panicked(what)) => Ok(Answered::Panicked(what)),
                    Err(error) => Err(error),
                };
                let is_last = answered.is_err();
                if end.send(answered).is_err() || is_last {
                    return;
                }
            }
        });
        thread::spawn(move || {
            let Some(mut stderr) = stderr else { return };
            let mut piece = [0; 1024];
            while let Ok(count @ 1..) = stderr.read(&mut piece) {
                let mut words = locked(&heard);
                words.extend_from_slice(&piece[..count]);
                let surplus = words.len().saturating_sub(LAST_WORDS);
                words.drain(..surplus);
            }
        });
        let worker = Self { child, ears: Arc::new(Mutex::new(stdin)), room, ends, made, last_words, served: 0 };
        worker.tell(orders, None);
        Ok(worker)
    }

    fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it `message`, and `bytes` behind it. If it is gone, its answers end, and that is where it is noticed.
    fn tell(&self, message: &impl Serialize, bytes: Option<&Arc<Vec<u8>>>) {
        let mut head = Vec::new();
        if frames::write(&mut head, message).is_err() {
            return;
        }
        let bytes = bytes.cloned().unwrap_or_default();
        let length = head.len() + bytes.len();
        let tell = move |ears: &Mutex<ChildStdin>| {
            let mut ears = locked(ears);
            let _ = ears.write_all(&head).and_then(|()| ears.write_all(&bytes)).and_then(|()| ears.flush());
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
    fn is_listening(&self) -> bool {
        self.ears.try_lock().is_ok()
    }

    /// Takes the pages that are made, and of how many.
    fn pages(&self) -> Made {
        std::mem::take(&mut *locked(&self.made))
    }

    /// How many pages are made, and of how many.
    fn progress(&self) -> (usize, usize) {
        let made = locked(&self.made);
        (made.0.len(), made.1)
    }

    /// The end of a document for this reason, with the pages that were made.
    fn cut(&self, code: Code, message: String) -> End {
        let (pages, of) = self.pages();
        End::Cut { code, message, pages, of }
    }

    fn kill(&mut self) {
        // It may have ended by itself meanwhile.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // What it said before is on its way.
        while let Ok(Ok(_)) = self.ends.recv_timeout(TICK) {}
    }

    /// Why it ended without being told to.
    fn cause_of_death(&mut self, limits: &WorkerLimits) -> (Code, String) {
        // Its output may be closed and it go on; nobody would know.
        let status = self.ended_soon();
        self.kill();
        // The thread that hears its last words may be a moment behind.
        let mut said = String::new();
        for _ in 0..10 {
            said = String::from_utf8_lossy(&locked(&self.last_words)).into_owned();
            if !said.is_empty() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
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
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Lets a pipe hold a whole document of the usual size, so that neither side waits for the other to take it in, and says
/// how many bytes it holds; 0 where the system does not tell.
#[cfg(target_os = "linux")]
fn widen(pipe: Option<&impl std::os::fd::AsFd>) -> usize {
    use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};
    // Whoever may not have so much keeps what there is.
    pipe.and_then(|pipe| fcntl_setpipe_size(pipe, PIPE).or_else(|_| fcntl_getpipe_size(pipe)).ok()).unwrap_or(0)
}

#[cfg(not(target_os = "linux"))]
fn widen<T>(_: Option<&T>) -> usize {
    0
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// Bytes of the process that are in memory now; `None` where the system does not tell.
fn resident(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Processor time the process has used; `None` where the system does not tell.
fn cpu_time(id: u32) -> Option<Duration> {
    /// Linux counts in hundredths of a second for all programs.
    const TICKS_PER_SECOND: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program, in brackets, may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

#[expect(clippy::disallowed_methods, reason = "limits of time change no document that keeps to them")]
fn now() -> Instant {
    Instant::now()
}
