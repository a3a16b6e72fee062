//! How a run is watched: a bar on a terminal, a line now and then otherwise, or not at all.

use std::cell::{Cell, OnceCell};
use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style;
use crate::model::{Document, Status};
use crate::pipeline::{Progress, Tally};

const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Says nothing.
pub(super) struct Silent;

impl Progress for Silent {
    fn started(&self, _: u64, _: u64) {}
    fn written(&self, _: &Document, _: &Tally) {}
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

    fn written(&self, document: &Document, tally: &Tally) {
        self.bar.set_position(tally.bytes);
        self.bar.set_message(documents(tally, self.files.get()));
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
    start: Instant,
    last: Cell<Instant>,
    verbose: bool,
}

impl Lines {
    pub(super) fn new(verbose: bool) -> Self {
        let now = now();
        Self { total: OnceCell::new(), start: now, last: Cell::new(now), verbose }
    }
}

impl Progress for Lines {
    fn started(&self, files: u64, bytes: u64) {
        self.total.get_or_init(|| (files, bytes));
    }

    fn written(&self, document: &Document, tally: &Tally) {
        if self.verbose {
            remark(document);
        }
        let now = now();
        if now - self.last.get() < BETWEEN_LINES {
            return;
        }
        self.last.set(now);
        let &(files, bytes) = self.total.get().unwrap_or(&(0, 0));
        let rate = tally.bytes as f64 / (now - self.start).as_secs_f64();
        let left = bytes.saturating_sub(tally.bytes) as f64 / rate.max(1.0);
        say(format_args!(
            "{}, {} of {}, {}/s, {left:.0} s left",
            documents(tally, files),
            HumanBytes(tally.bytes),
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

fn documents(tally: &Tally, files: u64) -> String {
    let done = format!("{} of {} documents", HumanCount(tally.files), HumanCount(files));
    match tally.failed {
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
            say(format_args!(
                "{}{word}{} {source}: {}: {}",
                style::BAD,
                style::BAD.render_reset(),
                failure.code,
                failure.message
            ));
        }
        Status::Duplicate(first) => {
            say(format_args!(
                "{}{word}{} {source}: has the bytes of {first}",
                style::DOUBTFUL,
                style::DOUBTFUL.render_reset()
            ));
        }
    }
}

fn say(line: std::fmt::Arguments<'_>) {
    // A run does not stop because nobody watches it.
    let _: io::Result<()> = writeln!(anstream::stderr().lock(), "{line}");
}
