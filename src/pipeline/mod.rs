//! One document through all stages, and many documents through that.
//!
//! [`process()`] makes one [`Document`](crate::model::Document) from bytes. [`intake`] finds the files, [`run()`] takes
//! them through it on all cores and writes the dataset in order. Prints nothing: who wants to watch passes a
//! [`Progress`].

mod examples;
mod failure;
mod in_order;
pub mod intake;
pub mod label;
mod ocr;
mod pages;
mod process;
mod reading;
mod run;
mod workers;

pub use crate::read::scan::ModelsError;
pub use examples::{Examples, Trouble};
pub(crate) use failure::reason;
pub use ocr::{Network, Ocr, OcrWhen};
pub use process::process;
pub use reading::{page_picture, read_lines};
pub use run::{MaxBytes, Options, Progress, Report, RunError, run};
