//! A worker: documents in on standard input, their extracts out on standard output, page by page, until the input ends.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};

use super::fault::FaultAt;
use super::limits::{Limits, WorkerLimits};
use super::ocr::{Ocr, OcrWhen};
use super::pages::PageExtract;
use super::{Extract, Extractor, Watch, frames, locked};
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
    /// A document; so many bytes of it follow.
    Document { label: String, format: Format, bytes: u64 },
    /// So many pages may be worked on at a time from now on.
    Threads(usize),
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// A page is made, of so many.
    Page { of: usize, page: Box<PageExtract> },
    /// The document is done. The lines of its pages were in the messages before.
    Done(Box<Result<Extract, Failure>>),
    /// It panicked, and the worker goes on.
    Panicked(String),
}

/// Works until standard input ends, and says with which exit code the process should end.
pub fn serve() -> u8 {
    let mut input = io::stdin().lock();
    let Ok(orders) = frames::read::<Orders>(&mut input) else { return 2 };
    drop(input);
    limit_memory(&orders.limits.worker);
    // Without threads of its own the worker does one page after the other.
    let _ = ThreadPoolBuilder::new().num_threads(orders.threads).build_global();
    let permits = Arc::new(Permits::default());
    let (documents, waiting) = mpsc::channel();
    let granted = permits.clone();
    thread::spawn(move || listen(&documents, &granted));
    let extractor = Extractor { ocr: Ocr::new(orders.when, &orders.folder), limits: orders.limits };
    for Document { label, format, bytes } in waiting {
        let fault = orders.faults.iter().find(|fault| fault.label == label);
        let told = Told { permits: &permits, fault, made: Mutex::new(0) };
        let done = catch(|| {
            told.strike(0);
            extractor.extract(format, &bytes, &told)
        });
        drop(bytes);
        let answer = match done {
            Ok(mut result) => {
                if let Ok(extract) = &mut result {
                    extract.pages.iter_mut().for_each(|page| page.lines.clear());
                }
                Answer::Done(Box::new(result))
            }
            Err(what) => Answer::Panicked(what),
        };
        if send(&answer).is_err() {
            break;
        }
    }
    0
}

struct Document {
    label: String,
    format: Format,
    bytes: Vec<u8>,
}

/// Takes requests in, also while a document is worked on. When nobody is left to answer to, the worker ends at once.
fn listen(documents: &Sender<Document>, permits: &Permits) {
    let mut input = io::stdin().lock();
    while let Ok(request) = frames::read::<Request>(&mut input) {
        match request {
            Request::Threads(threads) => permits.grant(threads),
            Request::Document { label, format, bytes } => {
                // Room for all of it at once: a growing one is held twice while it moves.
                let mut content = Vec::new();
                if content.try_reserve_exact(usize::try_from(bytes).unwrap_or(usize::MAX)).is_err() {
                    break;
                }
                let whole = (&mut input).take(bytes).read_to_end(&mut content);
                if !whole.is_ok_and(|count| count as u64 == bytes) {
                    break;
                }
                if documents.send(Document { label, format, bytes: content }).is_err() {
                    break;
                }
            }
        }
    }
    std::process::exit(0);
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

fn send(answer: &Answer) -> io::Result<()> {
    let mut frame = Vec::new();
    frames::write(&mut frame, answer)?;
    let mut out = io::stdout().lock();
    out.write_all(&frame)?;
    out.flush()
}

/// Sends each page as it is made, so many at a time as are allowed.
struct Told<'a> {
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
        let _ = send(&answer);
        let made = {
            let mut made = locked(&self.made);
            *made += 1;
            *made
        };
        self.strike(made);
        let Answer::Page { page, .. } = answer else { unreachable!("it was made a page above") };
        *page
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

/// How many pages may be worked on at a time: set from outside, also meanwhile.
struct Permits {
    /// Allowed, and taken.
    state: Mutex<(usize, usize)>,
    freed: Condvar,
}

impl Default for Permits {
    fn default() -> Self {
        Self { state: Mutex::new((1, 0)), freed: Condvar::new() }
    }
}

impl Permits {
    fn grant(&self, allowed: usize) {
        locked(&self.state).0 = allowed.max(1);
        self.freed.notify_all();
    }

    /// Waits for one. It is given back when the result is dropped.
    fn take(&self) -> Permit<'_> {
        let state = locked(&self.state);
        let waits = |(allowed, taken): &mut (usize, usize)| taken >= allowed;
        let mut state = self.freed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        state.1 += 1;
        Permit(self)
    }
}

struct Permit<'a>(&'a Permits);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).1 -= 1;
        self.0.freed.notify_one();
    }
}
