//! The dataset as its readers meet it: files written from documents made by hand, read back and compared with values
//! written by hand.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on stops; a skipped one says so")]

mod contract;
mod files;
mod merged;
mod samples;
mod values;
