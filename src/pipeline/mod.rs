//! One document through all stages, and many documents through that.
//!
//! [`process()`] makes one [`Document`](crate::model::Document) from bytes. [`intake`] finds the files, [`run()`] takes
//! them through it on all cores and writes the dataset in order. Prints nothing: who wants to watch passes a
//! [`Progress`].

pub(crate) mod content;
mod defaults;
mod examples;
mod failure;
mod groups;
mod in_order;
pub mod intake;
mod jobs;
mod keep;
pub mod label;
mod ledger;
mod patience;
mod process;
mod reader;
mod run;
mod stream;
mod watch;

pub use crate::extract::{
    Extractor, Fault, FaultAt, Limit, Limits, Network, Networks, Ocr, OcrWhen, Reading, WorkerProgram, WorkersError,
    Working, page_picture, page_pictures, serve,
};
pub use crate::read::scan::ModelsError;
pub use defaults::{cores, models_folder};
pub use examples::{Examples, Trouble};
pub(crate) use failure::reason;
pub use keep::{Kept, kept, prune};
pub use ledger::Changes;
pub use process::process;
pub use reader::DocumentReader;
pub use run::{Live, Options, Progress, Report, RunError, run};
pub use stream::{Next, Stream, Wanted};
pub use watch::{Watch, WatchError};
