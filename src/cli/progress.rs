//! How a run is watched: a bar on a terminal, a line now and then otherwise, or not at all.

use std::cell::{Cell, OnceCell};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::style::{BAD, DOUBTFUL};
use crate::dataset::{Counts, DocumentCounts};
use crate::model::{Document, Status};
use crate::pipeline::{Live, Progress, Working};

const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// A document that a worker has been on for longer is named.
const LONG: Duration = Duration::from_secs(10);

/// So many workers are shown under the bar.
const ROWS: usize = 8;

/// Says nothing.
pub(super) struct Silent;

impl Progress for Silent {
    fn started(&self, _: u64, _: u64, _: Live) {}
    fn written(&self, _: &Document, _: &Counts) {}
    fn passed_over(&self, _: u64) {}
    fn waiting(&self) {}
    fn finishing(&self) {}
}

/// A bar over the bytes, on a terminal, and a row for each worker.
pub(super) struct Bar {
    bar: ProgressBar,
    files: Arc<AtomicU64>,
    so_far: Cell<DocumentCounts>,
    live: OnceCell<Live>,
    verbose: bool,
}

impl Bar {
    pub(super) fn new(verbose: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self { bar, files: Arc::default(), so_far: Cell::default(), live: OnceCell::new(), verbose }
    }
}

impl Progress for Bar {
    fn started(&self, files: u64, bytes: u64, live: Live) {
        self.files.store(files, Ordering::Relaxed);
        let rows_of = self.live.get_or_init(|| live).clone();
        let rows = rows_of.clone();
        let template = "{bar:24.cyan} {bytes} of {total_bytes}, {bytes_per_sec}, {left}, {msg}{workers}";
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        // Asked whenever the bar is drawn, so that a worker that says nothing is seen too.
        let workers = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            for working in rows.working().iter().take(ROWS) {
                let _ = write!(out, "\n  {}", on(working));
            }
        };
        let (live, all) = (rows_of.clone(), self.files.clone());
        let left = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = match last(&live, all.load(Ordering::Relaxed)) {
                Some(last) => out.write_str(&last),
                None => write!(out, "{:#} left", HumanDuration(state.eta())),
            };
        };
        self.bar.set_style(style.with_key("workers", workers).with_key("left", left));
        self.bar.set_length(bytes);
        self.bar.set_message(format!("0 of {} documents", HumanCount(files)));
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn written(&self, document: &Document, so_far: &Counts) {
        self.so_far.set(so_far.documents);
        self.waiting();
        if self.verbose {
            self.bar.suspend(|| remark(document));
        }
    }

    fn passed_over(&self, bytes: u64) {
        self.files.fetch_sub(1, Ordering::Relaxed);
        self.bar.dec_length(bytes);
    }

    fn waiting(&self) {
        self.bar.set_position(self.live.get().map_or(0, Live::bytes));
        self.bar.set_message(documents(self.so_far.get(), self.files.load(Ordering::Relaxed), self.live.get()));
    }

    fn finishing(&self) {
        self.bar.set_message("writing the files");
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line every few seconds, where standard error is not a terminal.
pub(super) struct Lines {
    total: Cell<(u64, u64)>,
    so_far: Cell<DocumentCounts>,
    live: OnceCell<Live>,
    start: Instant,
    last: Cell<Instant>,
    verbose: bool,
}

impl Lines {
    pub(super) fn new(verbose: bool) -> Self {
        let now = now();
        let (total, so_far) = (Cell::new((0, 0)), Cell::default());
        Self { total, so_far, live: OnceCell::new(), start: now, last: Cell::new(now), verbose }
    }
}

impl Progress for Lines {
    fn started(&self, files: u64, bytes: u64, live: Live) {
        self.total.set((files, bytes));
        self.live.get_or_init(|| live);
    }

    fn written(&self, document: &Document, so_far: &Counts) {
        if self.verbose {
            remark(document);
        }
        self.so_far.set(so_far.documents);
        self.waiting();
    }

    fn passed_over(&self, bytes: u64) {
        let (files, all) = self.total.get();
        self.total.set((files.saturating_sub(1), all.saturating_sub(bytes)));
    }

    fn waiting(&self) {
        let now = now();
        if now - self.last.get() < BETWEEN_LINES {
            return;
        }
        self.last.set(now);
        let ((files, bytes), done) = (self.total.get(), self.live.get().map_or(0, Live::bytes));
        let rate = done as f64 / (now - self.start).as_secs_f64();
        let left = match self.live.get().and_then(|live| last(live, files)) {
            Some(last) => format!(", {last}"),
            None if done == 0 => String::new(),
            None => format!(", {:.0} s left", bytes.saturating_sub(done) as f64 / rate.max(1.0)),
        };
        say(format_args!(
            "{}, {} of {}, {}/s{left}",
            documents(self.so_far.get(), files, self.live.get()),
            HumanBytes(done),
            HumanBytes(bytes),
            HumanBytes(rate as u64)
        ));
        let working = self.live.get().map(Live::working).unwrap_or_default();
        for working in working.iter().filter(|working| now - working.since >= LONG) {
            say(format_args!("  {}", on(working)));
        }
    }

    fn finishing(&self) {}
}

/// What a worker is on, and for how long.
fn on(working: &Working) -> String {
    let (made, of) = working.pages;
    let pages = if of > 0 { format!(", {made} of {of} pages") } else { String::new() };
    format!("{} for {} s{pages}", working.label, (now() - working.since).as_secs())
}

#[expect(clippy::disallowed_methods, reason = "progress is for the person who waits; no result depends on it")]
fn now() -> Instant {
    Instant::now()
}

/// What there is left to wait for once all documents that are not done are being worked on: how long these take is not told
/// by their bytes.
fn last(live: &Live, files: u64) -> Option<String> {
    let left = files.saturating_sub(live.done());
    let is_last = left > 0 && left <= live.working().len() as u64;
    is_last.then(|| format!("waiting for the last {left}"))
}

fn documents(so_far: DocumentCounts, files: u64, live: Option<&Live>) -> String {
    let mut said = format!("{} of {} documents", HumanCount(so_far.found), HumanCount(files));
    let (reused, ahead) = live.map_or((0, 0), |live| (live.reused(), live.ahead(so_far.found)));
    for (count, word) in [(so_far.failed, "failed"), (reused, "reused"), (ahead, "ahead")] {
        if count > 0 {
            said.push_str(&format!(", {} {word}", HumanCount(count)));
        }
    }
    said
}

/// Names a document that is not clean.
fn remark(document: &Document) {
    let source = &document.source.path;
    let word = document.status.as_str();
    match &document.status {
        Status::Ok => {}
        Status::Partial(failure) | Status::Failed(failure) => {
            say(format_args!("{BAD}{word}{BAD:#} {source}: {}: {}", failure.code, failure.message));
        }
        Status::Duplicate(first) => {
            say(format_args!("{DOUBTFUL}{word}{DOUBTFUL:#} {source}: has the bytes of {first}"));
        }
    }
}

fn say(line: std::fmt::Arguments<'_>) {
    // A run does not stop because nobody watches it.
    let _: io::Result<()> = writeln!(anstream::stderr().lock(), "{line}");
}
