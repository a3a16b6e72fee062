//! The bytes of a source → [`Extract`]: its pages laid out in lines, before any rule looks at them. It is what costs:
//! fonts, pictures, recognition. So it is what is done in [`Workers`], processes of their own that a bad file can take
//! down alone, and what is kept in the [`Cache`].
//!
//! [`Extractor`] does it in this process. [`Reading`] is made of an extract, or of a file of text, and goes to the stages.

mod cache;
mod extractor;
mod fault;
mod frames;
mod limits;
mod ocr;
mod pages;
mod permits;
mod pipe;
mod process;
mod reading;
pub(crate) mod sealed;
mod worker;
mod workers;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::model::{Diagnostic, Failure, Format};
use crate::read::pdf;

pub use cache::{Cache, CacheError, Key};
pub(crate) use extractor::format_of;
pub use extractor::{Extractor, Unwatched, Watch, page_picture, page_pictures};
pub use fault::{Fault, FaultAt};
pub use limits::{FileBytes, Limit, Limits, WorkerLimits};
pub use ocr::{Network, Ocr, OcrWhen};
pub use pages::PageExtract;
pub use process::WorkerProgram;
pub use reading::Reading;
pub use worker::serve;
pub use workers::{Extracted, Workers, WorkersError, Working};

/// What was extracted of a PDF file, or of one of pictures or recognised pages.
#[derive(Debug, Serialize, Deserialize)]
pub struct Extract {
    /// What the source is.
    pub format: Format,
    /// Its pages, in order.
    pub pages: Vec<PageExtract>,
    /// What a PDF file says of itself.
    pub info: pdf::Info,
    /// Why some of it was not read.
    pub lost: Option<Failure>,
    /// Remarks on pages and limits.
    pub diagnostics: Vec<Diagnostic>,
    /// Name and SHA-256 of the networks, empty if they were not there; `None` if no page needed them.
    pub networks: Option<Networks>,
}

/// Name and SHA-256 of networks; empty if they cannot be used.
pub type Networks = Vec<(String, String)>;

/// The program panicked over a document, and said `what`.
pub(crate) fn internal_error(what: &str) -> String {
    format!("the program met a case it was not made for ({what}); report it with this file")
}

/// What `mutex` guards, though another thread panicked with it: no half-made state is ever left in one.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pages of a file of recognised pages.
struct Recognised {
    encoding: &'static str,
    extract: Extract,
}
