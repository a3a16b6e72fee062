//! Documents → extracts, each in a process of its own that may hang, crash or take all memory without harm to the run.
//!
//! A worker is leased for one document and kept for the next. While it works, its time and its resident memory are
//! looked at; one that goes beyond a limit is killed, and the pages it had made are kept.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::fault::FaultAt;
use super::frames::{self, FrameError};
use super::pages::PageExtract;
use super::permits::Permits;
use super::process::{Heard, Worker, WorkerProgram};
use super::worker::{Answer, Ended, Orders, Request};
use super::{Extract, Extractor, internal_error, locked};
use crate::model::{Code, Failure, Format, PageClass};

/// How often a worker is looked at.
const TICK: Duration = Duration::from_millis(50);

/// A run that did not look at its workers for longer was stopped, by Ctrl-Z or with the machine.
const STOPPED: Duration = Duration::from_secs(5);

/// A worker that has used less than this share of its time was waiting, not computing.
const IDLE: f64 = 0.02;

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
        let lease = self.leases.take();
        let mut again = true;
        loop {
            let idle = locked(&self.idle).pop();
            let start = || Worker::start(&self.program, &self.orders).map_err(WorkersError::Start);
            let mut worker = idle.map_or_else(start, Ok)?;
            let was_fresh = worker.served == 0;
            worker.served += 1;
            let mut said = Said::default();
            let end = self.watch(&mut worker, (label, format), bytes, cancel, &mut said);
            locked(&self.board).remove(&worker.id());
            let cut = match end? {
                End::Done => {
                    // What a worker keeps after a large document must not be counted for the next one.
                    if worker.resident().is_none_or(|bytes| bytes < self.orders.limits.worker.memory / 2) {
                        locked(&self.idle).push(worker);
                    }
                    // The next document need not wait until this one is understood.
                    drop(lease);
                    match said.understand().and(said.end.take().ok_or(FrameError::Closed)) {
                        Ok(Ended::Done(result)) => {
                            let result = result.map(|extract| whole(extract, said.pages));
                            return Ok(Extracted { format, result, cut: false });
                        }
                        Ok(Ended::Panicked(what)) => (Code::InternalError, internal_error(&what)),
                        Err(error) => garbled(&error),
                    }
                }
                End::Cut((code, _)) if again && is_fault(code) && (!was_fresh || code == Code::WorkerKilled) => {
                    again = false;
                    continue;
                }
                End::Cut(cause) => {
                    worker.kill(&mut said.bytes);
                    // Whatever else it said, these pages are good.
                    let _ = said.understand();
                    cause
                }
            };
            return Ok(Extracted { format, result: saved(format, said, cut), cut: true });
        }
    }

    /// Gives the document to the worker and follows it to the end, with all that is said meanwhile.
    fn watch(
        &self,
        worker: &mut Worker,
        (label, format): (&str, Format),
        bytes: &Arc<Vec<u8>>,
        cancel: &AtomicBool,
        said: &mut Said,
    ) -> Result<End, WorkersError> {
        let limits = self.orders.limits.worker;
        let mut threads = self.share();
        let request = Request::Document { label: label.to_owned(), format, bytes: bytes.len() as u64, threads };
        worker.tell(&request, Some(bytes));
        let mut begun = now();
        let (mut last, mut looked, mut made) = (begun, begun, 0);
        // CPU time at the first look since the last page.
        let mut worked = None;
        let working = Working { label: label.to_owned(), since: begun, pages: (0, 0) };
        locked(&self.board).insert(worker.id(), working);
        loop {
            match worker.hear(&mut said.bytes, TICK) {
                Heard::All if said.is_ended() => return Ok(End::Done),
                Heard::Last => return Ok(End::Cut(worker.cause_of_death(&limits))),
                // The mark of an end may have been in its last words.
                Heard::All | Heard::Some => {
                    if let Err(error) = said.understand() {
                        return Ok(End::Cut(garbled(&error)));
                    }
                }
            }
            if cancel.load(Ordering::Relaxed) {
                return Err(WorkersError::Cancelled);
            }
            // If nobody looked for so long, the whole run was stopped meanwhile, and the worker with it.
            let lapse = looked.elapsed();
            looked = now();
            if lapse > STOPPED {
                begun += lapse;
                last += lapse;
            }
            if said.pages.len() > made {
                (made, last, worked) = (said.pages.len(), now(), None);
                if let Some(working) = locked(&self.board).get_mut(&worker.id()) {
                    working.pages = (made, said.of);
                }
            }
            let worked = *worked.get_or_insert_with(|| worker.cpu_time());
            let silent = last.elapsed();
            let over = if begun.elapsed().as_secs() >= limits.document_seconds {
                Some((
                    Code::LimitDocumentSeconds,
                    over_time("the document", limits.document_seconds, "document-seconds"),
                ))
            } else if silent.as_secs() >= limits.page_seconds {
                let used = worker.cpu_time().zip(worked).map(|(now, then)| now.saturating_sub(then));
                Some(if used.is_some_and(|used| used.as_secs_f64() < IDLE * silent.as_secs_f64()) {
                    let message = format!("the worker did nothing for {} seconds and was stopped", limits.page_seconds);
                    (Code::WorkerHung, message)
                } else {
                    (Code::LimitPageSeconds, over_time("a page", limits.page_seconds, "page-seconds"))
                })
            } else {
                worker.resident().filter(|bytes| *bytes > limits.memory).map(|bytes| {
                    let message = format!(
                        "the document took {bytes} bytes of resident memory and {} are allowed; give it more with \
                         --limit memory=N",
                        limits.memory
                    );
                    (Code::LimitMemory, message)
                })
            };
            if let Some(cause) = over {
                return Ok(End::Cut(cause));
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
    /// Its end has been said.
    Done,
    /// By a limit or a fault.
    Cut(Cause),
}

/// A limit or a fault, and what is to be said of it.
type Cause = (Code, String);

/// What a worker said of a document.
#[derive(Default)]
struct Said {
    /// What is not understood yet, from `at` on.
    bytes: Vec<u8>,
    at: usize,
    /// The pages that are made, and of how many.
    pages: Vec<PageExtract>,
    of: usize,
    end: Option<Ended>,
}

impl Said {
    /// Whether the end is among it, which is seen without understanding the rest.
    fn is_ended(&self) -> bool {
        self.end.is_some() || frames::has(&self.bytes, self.at, Answer::END)
    }

    /// Understands what was said in whole messages.
    fn understand(&mut self) -> Result<(), FrameError> {
        while let Some(answer) = frames::take(&self.bytes, &mut self.at)? {
            match answer {
                Answer::Page { of, page } => {
                    self.pages.push(*page);
                    self.of = of;
                }
                Answer::End(end) => self.end = Some(end),
            }
        }
        self.bytes.drain(..self.at);
        self.at = 0;
        Ok(())
    }
}

fn garbled(how: &FrameError) -> Cause {
    (Code::WorkerGarbled, format!("the worker answered with something else than an extract: {how}"))
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
fn saved(format: Format, Said { pages, of, .. }: Said, (code, message): Cause) -> Result<Extract, Failure> {
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

#[expect(clippy::disallowed_methods, reason = "limits of time change no document that keeps to them")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_seen_only_when_it_is_whole() {
        let page = Answer::Page { of: 1, page: Box::new(PageExtract::empty(1, PageClass::Text, (0.0, 0.0))) };
        let mut said = Said::default();
        frames::write(&mut said.bytes, &page).unwrap();
        assert!(!said.is_ended());
        frames::write(&mut said.bytes, &Answer::End(Ended::Panicked("党史".to_owned()))).unwrap();
        let last = said.bytes.pop().unwrap();
        assert!(!said.is_ended());
        said.bytes.push(last);
        assert!(said.is_ended());
        said.understand().unwrap();
        assert_eq!((said.pages.len(), said.of, said.bytes.len()), (1, 1, 0));
        assert!(said.is_ended() && matches!(said.end, Some(Ended::Panicked(what)) if what == "党史"));
    }
}
