//! stub, being written
use crate::model::{Diagnostic, Page};

/// What a text file says.
pub struct TextFile {
    /// Encoding, as the WHATWG names it.
    pub encoding: &'static str,
    /// Its pages: one without a number unless form feeds divide it.
    pub pages: Vec<Page>,
    /// Remarks on bytes and encoding.
    pub diagnostics: Vec<Diagnostic>,
}
