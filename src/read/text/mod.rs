//! The bytes of a text file → [`TextFile`]: its [`Page`]s of lines, character for character.
//!
//! `encoding` finds out what the bytes say and `decoded` says it in characters; `lines` sees where lines and pages end,
//! `junk` whether it is text at all. White space decides only which lines are blank: every other character of the decoded
//! text stands in exactly one line. Folding is the next stage's work.

mod decoded;
mod encoding;
mod junk;
mod lines;
mod plausible;

use thiserror::Error;

use crate::model::{Code, Diagnostic, Page};

/// The pages of lines in the text file `bytes`. Pure, and linear in the length of `bytes`.
pub fn read(bytes: &[u8]) -> Result<TextFile, ReadError> {
    if let Some(error) = junk::known_format(bytes) {
        return Err(error);
    }
    let decoded = match encoding::decode(bytes) {
        Err(ReadError::Damaged { .. } | ReadError::UnknownEncoding) if junk::is_mostly_control(bytes) => {
            return Err(ReadError::ControlCharacters);
        }
        decoded => decoded?,
    };
    let pages = lines::pages(&decoded.text);
    if pages.is_empty() {
        return Err(ReadError::Empty);
    }
    let diagnostics = remarks(&decoded);
    let undecodable = decoded.damage.map_or(0, |damage| damage.count);
    Ok(TextFile { encoding: decoded.encoding, pages, undecodable, diagnostics })
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
    #[error("the file holds nothing but white space; leave it out, or export it again")]
    Empty,
    /// The bytes begin like those of a well-known format.
    #[error("this is {looks_like}, not text; {advice}")]
    Binary {
        /// The format, with its article.
        looks_like: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Too many control characters for text of any kind.
    #[error("more than one character in twenty is a control character, so this is no text; leave it out")]
    ControlCharacters,
    /// A byte order mark of UTF-32.
    #[error("the file is in UTF-32, which is not read; save it as UTF-8")]
    Utf32,
    /// Too many byte sequences do not fit the encoding that fits best.
    #[error(
        "{count} byte sequences are not text in {encoding}, which fits best; the file is damaged, or mixes encodings"
    )]
    Damaged {
        /// The encoding.
        encoding: &'static str,
        /// How many sequences.
        count: usize,
    },
    /// The bytes read like text in no encoding.
    #[error("the bytes are not text in UTF-8, UTF-16, GB18030, Big5 or another known encoding; save the file as UTF-8")]
    UnknownEncoding,
}

impl ReadError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::Binary { .. } | Self::ControlCharacters => "binary-file",
            Self::Utf32 => "unsupported-encoding",
            Self::Damaged { .. } | Self::UnknownEncoding => "undecodable",
        }
    }
}

/// What a person should know about how the bytes were decoded.
fn remarks(decoded: &decoded::Decoded<'_>) -> Vec<Diagnostic> {
    let encoding = decoded.encoding;
    let remark = |code, line, message| Diagnostic { code, page: None, line, item: None, message, rule: None };
    let guessed = decoded.instead.map(|instead| {
        let message =
            format!("read as {encoding}, but may be {instead}; if the text looks wrong, save the file as UTF-8");
        remark(Code::EncodingGuessed, None, message)
    });
    let damaged = decoded.damage.map(|damage| {
        let message =
            format!("{} byte sequences are not text in {encoding} and stand as U+FFFD; get a whole copy", damage.count);
        remark(Code::UndecodableBytes, Some(lines::number_at(&decoded.text, damage.first)), message)
    });
    guessed.into_iter().chain(damaged).collect()
}

#[cfg(test)]
mod tests;
