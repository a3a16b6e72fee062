//! How a run is watched: a bar on a terminal, a line now and then otherwise, or not at all.

use std::cell::{Cell, OnceCell};
use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::{BAD, DOUBTFUL};
use crate::dataset::Counts;
use crate::model::{Document, Status};
use crate::pipeline::Progress;

const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Says nothing.
pub(super) struct Silent;

impl Progress for Silent {
    fn started(&self, _: u64, _: u64) {}
    fn written(&self, _: &Document, _: &Counts) {}
    fn finishing(&self) {}
}

/// A bar over the bytes, on a terminal.
pub(super) struct Bar {
    bar: ProgressBar,
    files: Cell<u64>,
    verbose: bool,
}

impl Bar {
    pub(super) fn new(verbose: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = "{bar:24.cyan} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left, {msg}";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is well formed"));
        Self { bar, files: Cell::new(0), verbose }
    }
}

impl Progress for Bar {
    fn started(&self, files: u64, bytes: u64) {
        self.files.set(files);
        self.bar.set_length(bytes);
        self.bar.set_message(format!("0 of {} documents", HumanCount(files)));
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn written(&self, document: &Document, so_far: &Counts) {
        self.bar.inc(document.source.bytes);
        self.bar.set_message(documents(so_far, self.files.get()));
        if self.verbose {
            self.bar.suspend(|| remark(document));
        }
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
    total: OnceCell<(u64, u64)>,
    done: Cell<u64>,
    start: Instant,
    last: Cell<Instant>,
    verbose: bool,
}

impl Lines {
    pub(super) fn new(verbose: bool) -> Self {
        let now = now();
        Self { total: OnceCell::new(), done: Cell::new(0), start: now, last: Cell::new(now), verbose }
    }
}

impl Progress for Lines {
    fn started(&self, files: u64, bytes: u64) {
        self.total.get_or_init(|| (files, bytes));
    }

    fn written(&self, document: &Document, so_far: &Counts) {
        if self.verbose {
            remark(document);
        }
        let done = self.done.get() + document.source.bytes;
        self.done.set(done);
        let now = now();
        if now - self.last.get() < BETWEEN_LINES {
            return;
        }
        self.last.set(now);
        let &(files, bytes) = self.total.get().unwrap_or(&(0, 0));
        let rate = done as f64 / (now - self.start).as_secs_f64();
        let left = bytes.saturating_sub(done) as f64 / rate.max(1.0);
        say(format_args!(
            "{}, {} of {}, {}/s, {left:.0} s left",
            documents(so_far, files),
            HumanBytes(done),
            HumanBytes(bytes),
            HumanBytes(rate as u64)
        ));
    }

    fn finishing(&self) {}
}

#[expect(clippy::disallowed_methods, reason = "progress is for the person who waits; no result depends on it")]
fn now() -> Instant {
    Instant::now()
}

fn documents(so_far: &Counts, files: u64) -> String {
    let done = format!("{} of {} documents", HumanCount(so_far.documents.found), HumanCount(files));
    match so_far.documents.failed {
        0 => done,
        failed => format!("{done}, {} failed", HumanCount(failed)),
    }
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
