//! A worker: documents in on standard input, their extracts out on standard output, page by page, until the input ends.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};

use super::fault::FaultAt;
use super::limits::{Limits, WorkerLimits};
use super::ocr::{Ocr, OcrWhen};
use super::pages::PageExtract;
use super::permits::Permits;
use super::{Extract, Extractor, Watch, frames, locked, pipe};
use crate::model::{Failure, Format};
use crate::read::catch;

/// The first message: how to extract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Orders {
    pub(super) when: OcrWhen,
    pub(super) folder: PathBuf,
    pub(super) limits: Limits,
    /// The most threads a document may ever have.
    pub(super) threads: usize,
    pub(super) faults: Vec<FaultAt>,
}

/// The messages after that.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Request {
    /// A document; so many bytes of it follow, and so many of its pages may be worked on at a time.
    Document { label: String, format: Format, bytes: u64, threads: usize },
    /// So many pages may be worked on at a time from now on.
    Threads(usize),
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// A page is made, of so many.
    Page { of: usize, page: Box<PageExtract> },
    /// There will be no more of the document.
    End(Ended),
}

impl Answer {
    /// What the message of an end begins with.
    pub(super) const END: u8 = 1;
}

/// How a worker ended a document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ended {
    /// It is done. The lines of its pages were in the messages before.
    Done(Box<Result<Extract, Failure>>),
    /// It panicked, and the worker goes on.
    Panicked(String),
}

/// What a worker writes on standard error when there is something to hear: pages ...
pub(super) const BELL: u8 = 0x07;

/// ... or the end of a document.
pub(super) const DONE: u8 = 0x04;

/// The room of a document of so many bytes is kept for the next one.
const KEPT: usize = 4 << 20;

/// How often a worker listens while it works.
const TICK: Duration = Duration::from_millis(100);

/// Works until standard input ends, and says with which exit code the process should end.
pub fn serve() -> u8 {
    let (Ok(mut input), Ok(output)) = (pipe::unbuffered(&io::stdin()), pipe::unbuffered(&io::stdout())) else {
        return 2;
    };
    let Ok(orders) = frames::read::<Orders>(&mut input) else { return 2 };
    limit_memory(&orders.limits.worker);
    // Without threads of its own the worker does one page after the other.
    let _ = ThreadPoolBuilder::new().num_threads(orders.threads).build_global();
    let permits = Arc::new(Permits::new(1));
    let ears = Arc::new(Ears { inbox: Mutex::new(Inbox { input, next: None }), permits: permits.clone() });
    let meanwhile = ears.clone();
    thread::spawn(move || meanwhile.listen());
    let voice = Voice::new(output);
    let extractor = Extractor { ocr: Ocr::new(orders.when, &orders.folder), limits: orders.limits };
    let mut bytes = Vec::new();
    while let Some((label, format)) = ears.document(&mut bytes) {
        let fault = orders.faults.iter().find(|fault| fault.label == label);
        let told = Told { voice: &voice, permits: &permits, fault, made: Mutex::new(0) };
        let done = catch(|| {
            told.strike(0);
            extractor.extract(format, &bytes, &told)
        });
        if bytes.capacity() > KEPT {
            bytes = Vec::new();
        }
        let end = match done {
            Ok(mut result) => {
                if let Ok(extract) = &mut result {
                    extract.pages.iter_mut().for_each(|page| page.lines.clear());
                }
                Ended::Done(Box::new(result))
            }
            Err(what) => Ended::Panicked(what),
        };
        if voice.say(&Answer::End(end)).is_err() {
            break;
        }
    }
    0
}

/// Where requests come from.
struct Ears {
    inbox: Mutex<Inbox>,
    permits: Arc<Permits>,
}

struct Inbox {
    input: File,
    /// A document that was told of before the last one was quite done; its bytes are still to be read.
    next: Option<Request>,
}

impl Ears {
    /// Waits for the next document and puts what it is made of into `content`; there is none when nobody is left to answer to.
    fn document(&self, content: &mut Vec<u8>) -> Option<(String, Format)> {
        let mut inbox = locked(&self.inbox);
        loop {
            let request = inbox.next.take().map_or_else(|| frames::read(&mut inbox.input), Ok);
            match request.ok()? {
                Request::Threads(threads) => self.permits.grant(threads),
                Request::Document { label, format, bytes, threads } => {
                    self.permits.grant(threads);
                    let length = usize::try_from(bytes).ok()?;
                    content.truncate(length);
                    // Room for all of it at once: a growing one is held twice while it moves.
                    content.try_reserve_exact(length - content.len()).ok()?;
                    content.resize(length, 0);
                    inbox.input.read_exact(content).ok()?;
                    return Some((label, format));
                }
            }
        }
    }

    /// Listens now and then while a document is worked on. When nobody is left to answer to, the worker ends at once.
    fn listen(&self) {
        loop {
            thread::sleep(TICK);
            // Whoever waits for a document listens better.
            let Ok(mut inbox) = self.inbox.try_lock() else { continue };
            while inbox.next.is_none() && pipe::is_readable(&inbox.input, Duration::ZERO) {
                match frames::read(&mut inbox.input) {
                    Ok(Request::Threads(threads)) => self.permits.grant(threads),
                    Ok(document) => inbox.next = Some(document),
                    Err(_) => std::process::exit(0),
                }
            }
        }
    }
}

/// Keeps a burst from taking the machine before anyone has looked at how much memory is resident.
fn limit_memory(limits: &WorkerLimits) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let most = limits.memory.saturating_add(WorkerLimits::RESERVE);
        let Rlimit { current, maximum } = getrlimit(Resource::As);
        if current.is_none_or(|current| current > most) {
            // Where the system does not have this limit, the other one stays.
            let _ = setrlimit(Resource::As, Rlimit { current: Some(most), maximum });
        }
        // A worker that crashes is told about in a row, not in a file of gigabytes.
        let Rlimit { maximum, .. } = getrlimit(Resource::Core);
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum });
    }
    #[cfg(not(unix))]
    let _ = limits;
}

/// Where answers go.
struct Voice(Mutex<Out>);

struct Out {
    pipe: File,
    /// Bytes that may be said before it rings: half of what the pipe holds, so that the other half is there while it is emptied.
    room: usize,
    /// Bytes said since it rang.
    unheard: usize,
}

impl Voice {
    fn new(pipe: File) -> Self {
        /// What the smallest pipe holds.
        const SMALLEST: usize = 4096;
        let room = pipe::widen(&pipe).max(SMALLEST) / 2;
        Self(Mutex::new(Out { pipe, room, unheard: 0 }))
    }

    /// Says it. Nobody is woken to hear a page, until there are so many that the next one would not find room.
    fn say(&self, answer: &Answer) -> io::Result<()> {
        let mut frame = Vec::new();
        frames::write(&mut frame, answer)?;
        let mut out = locked(&self.0);
        for piece in frame.chunks(out.room) {
            if out.unheard + piece.len() > out.room {
                out.ring(BELL)?;
            }
            out.pipe.write_all(piece)?;
            out.unheard += piece.len();
        }
        if matches!(answer, Answer::End(_)) { out.ring(DONE) } else { Ok(()) }
    }
}

impl Out {
    fn ring(&mut self, what: u8) -> io::Result<()> {
        self.unheard = 0;
        io::stderr().write_all(&[what])
    }
}

/// Sends each page as it is made, so many at a time as are allowed.
struct Told<'a> {
    voice: &'a Voice,
    permits: &'a Permits,
    fault: Option<&'a FaultAt>,
    made: Mutex<u32>,
}

impl Watch for Told<'_> {
    fn page(&self, of: usize, make: &mut dyn FnMut() -> PageExtract) -> PageExtract {
        let permit = self.permits.take();
        let page = Box::new(make());
        drop(permit);
        let answer = Answer::Page { of, page };
        // If nobody hears it, the input has ended too, and with it the worker.
        let _ = self.voice.say(&answer);
        let made = {
            let mut made = locked(&self.made);
            *made += 1;
            *made
        };
        self.strike(made);
        let Answer::Page { page, .. } = answer else { unreachable!("it was made a page above") };
        *page
    }

    fn together(&self) -> bool {
        self.permits.allowed() > 1
    }
}

impl Told<'_> {
    /// Has the fault that is due after so many pages.
    fn strike(&self, made: u32) {
        if let Some(fault) = self.fault.filter(|fault| fault.pages == made) {
            fault.fault.happen();
        }
    }
}
