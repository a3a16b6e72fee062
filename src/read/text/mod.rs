//! The bytes of a text file → [`TextFile`]: its [`Page`]s of lines, character for character.
//!
//! [`encoding`] finds out what the bytes say, [`lines`] where lines and pages end. White space decides only which lines
//! are blank: every other character of the decoded text stands in exactly one line. Folding is the next stage's work.

mod encoding;
mod lines;

use thiserror::Error;

use crate::model::{Diagnostic, Page};

/// The pages of lines in the text file `bytes`. Pure, and linear in the length of `bytes`.
pub fn read(bytes: &[u8]) -> Result<TextFile, ReadError> {
    let decoded = encoding::decode(bytes)?;
    let pages = lines::pages(&decoded.text);
    if pages.iter().all(|page| page.lines.is_empty()) {
        return Err(ReadError::Empty);
    }
    Ok(TextFile { encoding: decoded.encoding, pages, undecodable: decoded.undecodable, diagnostics: Vec::new() })
}

/// What a text file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Encoding, as the WHATWG names it.
    pub encoding: &'static str,
    /// Its pages: one without a number unless form feeds divide it.
    pub pages: Vec<Page>,
    /// Byte sequences that are no text in `encoding`; each is read as U+FFFD. The file is partial if there are any.
    pub undecodable: usize,
    /// Remarks on bytes and encoding.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a file cannot be read as text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// No byte, or nothing but white space.
    #[error("the file is empty: it holds no character but white space; leave it out or export it again")]
    Empty,
    /// The bytes are text in no encoding that is known here.
    #[error("the bytes are not text in UTF-8, UTF-16, GB18030 or Big5; save the file as UTF-8")]
    Undecodable,
}

impl ReadError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::Undecodable => "undecodable",
        }
    }
}
