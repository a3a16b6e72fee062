//! A worker: documents in on standard input, their extracts out on standard output, page by page, until the input ends.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};

use super::fault::FaultAt;
use super::limits::{Limits, WorkerLimits};
use super::ocr::{Ocr, OcrWhen};
use super::pages::PageExtract;
use super::permits::Permits;
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
    let permits = Arc::new(Permits::new(1));
    let voice = Voice::new();
    let (documents, waiting) = mpsc::channel();
    let granted = permits.clone();
    thread::spawn(move || listen(&documents, &granted));
    let extractor = Extractor { ocr: Ocr::new(orders.when, &orders.folder), limits: orders.limits };
    for Document { label, format, bytes } in waiting {
        let fault = orders.faults.iter().find(|fault| fault.label == label);
        let told = Told { voice: &voice, permits: &permits, fault, made: Mutex::new(0) };
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
        if voice.say(&answer).is_err() {
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

/// Where answers go.
struct Voice(Mutex<Box<dyn Write + Send>>);

impl Voice {
    /// Standard output, without the buffer that Rust puts before it, which would break a message at its last line end.
    fn new() -> Self {
        #[cfg(unix)]
        if let Ok(out) = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned() {
            return Self(Mutex::new(Box::new(std::fs::File::from(out))));
        }
        Self(Mutex::new(Box::new(io::stdout())))
    }

    fn say(&self, answer: &Answer) -> io::Result<()> {
        let mut frame = Vec::new();
        frames::write(&mut frame, answer)?;
        let mut out = locked(&self.0);
        out.write_all(&frame)?;
        out.flush()
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
