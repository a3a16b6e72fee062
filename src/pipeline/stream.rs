//! Documents as they come, many at a time, in the order they came: for those who do not know all of them at the beginning
//! and take them as they are made. What may be ahead is bounded, as in a run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::intake::{self, GroupWhen};
use super::reader::DocumentReader;
use super::run::{BYTES_AHEAD, DOCUMENTS_AHEAD_PER_JOB, RunError};
use crate::extract::{Extractor, WorkerProgram, WorkersError};
use crate::model::Document;
use crate::rules::RuleSet;

/// Something to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The file at `path`, called `label`.
    File {
        /// Where it is.
        path: PathBuf,
        /// What it is called in the dataset.
        label: String,
    },
    /// A file that is in memory.
    Bytes {
        /// What it is called in the dataset; without it, by its bytes.
        label: Option<String>,
        /// What it holds.
        bytes: Vec<u8>,
    },
}

/// What the next document of a stream is.
pub enum Next {
    /// It is made; with what it was made with, as the column `run` of [`NestedRows`](crate::dataset::NestedRows) has it.
    Made(Box<Document>, String),
    /// It is not yet made.
    NotYet,
    /// None is being read.
    Nothing,
}

type Made = Result<(Document, String), RunError>;

/// Documents that are being read. When it is dropped, nobody waits for what is still in work.
pub struct Stream {
    reader: Arc<DocumentReader>,
    cancel: Arc<AtomicBool>,
    pool: ThreadPool,
    sender: Sender<(u64, Made)>,
    made: Receiver<(u64, Made)>,
    /// Those made before their turn.
    early: BTreeMap<u64, Made>,
    /// Bytes of those that are not handed over, by number.
    ahead: BTreeMap<u64, u64>,
    given: u64,
    handed_over: u64,
    most: usize,
}

impl Stream {
    /// Reads `jobs` documents at a time under `rules` with `extractor`, PDF files and pictures in processes of their own
    /// that run `workers`, if there is one.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn new(
        with: (Arc<RuleSet>, Arc<Extractor>),
        workers: Option<WorkerProgram>,
        jobs: usize,
    ) -> Result<Self, RunError> {
        let cancel = Arc::new(AtomicBool::new(false));
        let workers = workers.map(|program| (program, jobs, Vec::new()));
        let reader = Arc::new(DocumentReader::new(with, workers, cancel.clone()));
        let pool = ThreadPoolBuilder::new().num_threads(reader.threads(jobs)).build()?;
        let (sender, made) = mpsc::channel();
        Ok(Self {
            reader,
            cancel,
            pool,
            sender,
            made,
            early: BTreeMap::new(),
            ahead: BTreeMap::new(),
            given: 0,
            handed_over: 0,
            most: jobs * DOCUMENTS_AHEAD_PER_JOB,
        })
    }

    /// Whether another document should be given to be read before the next one is taken.
    pub fn has_room(&self) -> bool {
        self.ahead.len() < self.most && self.ahead.values().sum::<u64>() < BYTES_AHEAD
    }

    /// Has `wanted` read behind all those given before.
    pub fn give(&mut self, wanted: Wanted) {
        let bytes = match &wanted {
            Wanted::File { path, .. } => path.metadata().map_or(0, |meta| meta.len()),
            Wanted::Bytes { bytes, .. } => bytes.len() as u64,
        };
        self.ahead.insert(self.given, bytes);
        let (reader, cancel) = (self.reader.clone(), self.cancel.clone());
        let (sender, number) = (self.sender.clone(), self.given);
        self.pool.spawn_fifo(move || {
            if !cancel.load(Ordering::Relaxed) {
                // Nobody listens any more if the stream is gone.
                let _ = sender.send((number, make(&reader, wanted)));
            }
        });
        self.given += 1;
    }

    /// The next document, if it is made within `patience`.
    ///
    /// # Errors
    /// If there is no worker to be had, or it was cancelled. What is wrong with a document makes a failed one.
    pub fn next(&mut self, patience: Duration) -> Result<Next, RunError> {
        if self.handed_over == self.given {
            return Ok(Next::Nothing);
        }
        while !self.early.contains_key(&self.handed_over) {
            match self.made.recv_timeout(patience) {
                Ok((number, made)) => drop(self.early.insert(number, made)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(Next::NotYet),
            }
        }
        let Some(made) = self.early.remove(&self.handed_over) else { return Ok(Next::NotYet) };
        self.ahead.remove(&self.handed_over);
        self.handed_over += 1;
        made.map(|(document, run)| Next::Made(Box::new(document), run))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
    }
}

fn make(reader: &DocumentReader, wanted: Wanted) -> Made {
    let read = match wanted {
        Wanted::File { path, label } => reader.read(&intake::file(&path, label)),
        Wanted::Bytes { label: Some(label), bytes } => reader.read_bytes(&label, Arc::new(bytes)),
        Wanted::Bytes { label: None, bytes } => reader.read_nameless(Arc::new(bytes)),
    };
    let (document, networks) = read.map_err(|error| match error {
        WorkersError::Cancelled => RunError::Cancelled,
        error => RunError::Workers(error),
    })?;
    // Each file is a document of its own.
    let run = reader.made_with(GroupWhen::Never, networks.as_ref()).text()?;
    Ok((document, run))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;

    #[test]
    fn documents_come_in_the_order_they_were_given_and_a_bad_one_is_one_of_them() {
        let with = (Arc::new(RuleSet::builtin()), Arc::new(Extractor::without_ocr()));
        let mut stream = Stream::new(with, None, 2).unwrap();
        let mut labels = Vec::new();
        let mut wanted = (0..50).map(|number| match number {
            7 => Wanted::File { path: PathBuf::from("nowhere.txt"), label: "07.txt".to_owned() },
            _ => Wanted::Bytes { label: Some(format!("{number:02}.txt")), bytes: b"x".repeat(50 - number) },
        });
        loop {
            while stream.has_room()
                && let Some(wanted) = wanted.next()
            {
                stream.give(wanted);
            }
            match stream.next(Duration::from_secs(9)).unwrap() {
                Next::Made(document, run) => {
                    assert!(run.contains("\"group\":\"never\""));
                    assert_eq!(matches!(document.status, Status::Failed(_)), document.source.path == "07.txt");
                    labels.push(document.source.path);
                }
                Next::NotYet => panic!("it takes too long"),
                Next::Nothing => break,
            }
        }
        assert_eq!(labels, (0..50).map(|number| format!("{number:02}.txt")).collect::<Vec<_>>());
    }
}
