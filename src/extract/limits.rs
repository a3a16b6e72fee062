//! How much of a source is read, and how long and with how much memory: what an odd file of a few bytes can ask for has no
//! end. Every limit has a name, and what goes beyond it has the code `limit-<name>`.

use serde::{Deserialize, Serialize};

use crate::model::Format;
use crate::read::pdf;
use crate::read::picture::PictureLimits;

/// All limits. Each is far above what real bulletins need; what goes beyond is left out and said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Of files, by their length.
    pub file_bytes: FileBytes,
    /// Of PDF files.
    pub pdf: pdf::Limits,
    /// Of pictures.
    pub picture: PictureLimits,
    /// Of the processes that extract.
    pub worker: WorkerLimits,
}

/// The longest files that are read, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBytes {
    /// Of text files and files of recognised pages.
    pub text: u64,
    /// Of PDF files, which hold pictures too.
    pub pdf: u64,
    /// Of files that are pictures of pages, perhaps of hundreds.
    pub image: u64,
}

impl Default for FileBytes {
    /// 64 MiB of text, some 20 million characters, more than any bulletin; 512 MiB of PDF or pictures, some 500 scanned
    /// pages.
    fn default() -> Self {
        Self { text: 64 << 20, pdf: 512 << 20, image: 512 << 20 }
    }
}

impl FileBytes {
    /// The limit for files of `format`.
    pub fn of(self, format: Format) -> u64 {
        match format {
            Format::Text | Format::Markdown | Format::Alto | Format::PageXml | Format::Hocr => self.text,
            Format::Pdf => self.pdf,
            Format::Image => self.image,
        }
    }
}

/// What a process may take for one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WorkerLimits {
    /// Seconds of wall-clock time for the whole document.
    pub document_seconds: u64,
    /// Seconds of wall-clock time from one page to the next.
    pub page_seconds: u64,
    /// Bytes of resident memory, as the system counts them for the process. Its address space may be larger by
    /// [`WorkerLimits::RESERVE`].
    pub memory: u64,
}

impl WorkerLimits {
    /// What a process may map beyond its resident memory: the program itself, stacks, what the allocator keeps.
    pub const RESERVE: u64 = 6 << 30;
}

impl Default for WorkerLimits {
    /// An hour a document, five minutes a page (a newspaper page takes some seconds), 2 GiB.
    fn default() -> Self {
        Self { document_seconds: 3600, page_seconds: 300, memory: 2 << 30 }
    }
}

/// A limit by its name.
pub struct Limit {
    /// Its name; what goes beyond it has the code `limit-<name>`.
    pub name: &'static str,
    /// What it bounds.
    pub meaning: &'static str,
    get: fn(&mut Limits) -> Vec<&mut dyn Number>,
}

/// A number of any width that a limit may be.
trait Number {
    fn get(&self) -> u64;
    fn set(&mut self, value: u64);
}

impl Number for u64 {
    fn get(&self) -> u64 {
        *self
    }

    fn set(&mut self, value: u64) {
        *self = value;
    }
}

impl Number for usize {
    fn get(&self) -> u64 {
        *self as u64
    }

    fn set(&mut self, value: u64) {
        *self = Self::try_from(value).unwrap_or(Self::MAX);
    }
}

macro_rules! limits {
    ($($name:literal, $($field:ident).+ $(and $($other:ident).+)*, $meaning:literal;)*) => {
        &[$(Limit {
            name: $name,
            meaning: $meaning,
            get: |limits| vec![&mut limits.$($field).+ $(, &mut limits.$($other).+)*],
        }),*]
    };
}

impl std::fmt::Debug for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Limit {
    /// All of them.
    pub const ALL: &[Self] = limits! {
        "file-bytes", file_bytes.text and file_bytes.pdf and file_bytes.image,
            "bytes of a file (64 MiB of text, 512 MiB of PDF or pictures)";
        "pages", pdf.pages and picture.pages, "pages of a file";
        "pixels", picture.pixels, "pixels of the picture of a page";
        "picture-bytes", picture.bytes, "bytes a picture decodes to";
        "stream-bytes", pdf.stream_bytes, "bytes a stream of a PDF file decodes to";
        "page-bytes", pdf.page_bytes, "bytes the content of a page of PDF decodes to";
        "document-bytes", pdf.document_bytes, "the same for all pages of a file";
        "document-operators", pdf.document_operators, "operators of all pages of a PDF file";
        "operators", pdf.page_operators, "operators of a page of PDF";
        "glyphs", pdf.page_glyphs, "characters a page of PDF paints";
        "to-unicode", pdf.to_unicode_entries, "characters a font of a PDF file lists";
        "form-depth", pdf.form_depth, "forms inside forms of a PDF file";
        "document-seconds", worker.document_seconds, "seconds for a document";
        "page-seconds", worker.page_seconds, "seconds from one page to the next";
        "memory", worker.memory, "bytes of resident memory of a worker";
    };

    /// The limit of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|limit| limit.name == name)
    }

    /// The limit and the value that `text` says: `pages=500`, `memory=4G`.
    ///
    /// # Errors
    /// If there is no such limit, or no whole number of at least 1 stands behind it, perhaps with K, M or G for powers of
    /// 1024; in one sentence.
    pub fn parse(text: &str) -> Result<(&'static Self, u64), String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=N")?;
        let limit = Self::named(name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|limit| limit.name).collect();
            format!("there is no limit called {name}; they are {}", names.join(", "))
        })?;
        let (digits, unit) = match value.find(|c: char| !c.is_ascii_digit()) {
            Some(at) => value.split_at(at),
            None => (value, ""),
        };
        let shift = match unit {
            "" => 0,
            "K" => 10,
            "M" => 20,
            "G" => 30,
            _ => return Err("expected a whole number, perhaps with K, M or G for powers of 1024".to_owned()),
        };
        let number: u64 = digits.parse().map_err(|_| "expected a whole number".to_owned())?;
        match number.checked_mul(1 << shift).filter(|value| *value > 0) {
            Some(value) => Ok((limit, value)),
            None => Err("expected a whole number from 1 to 2^64".to_owned()),
        }
    }

    /// Its value; where it bounds several things, that of the first.
    pub fn of(&self, mut limits: Limits) -> u64 {
        (self.get)(&mut limits).first().map_or(0, |number| number.get())
    }

    /// Sets it, for all that it bounds.
    pub fn set(&self, limits: &mut Limits, value: u64) {
        for number in (self.get)(limits) {
            number.set(value);
        }
    }
}

impl Limits {
    /// Names and values of the limits that are not as they usually are.
    pub fn changed(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let (own, usual) = (*self, Self::default());
        let value = move |limit: &Limit| (limit.name, limit.of(own));
        Limit::ALL.iter().filter(move |limit| limit.of(own) != limit.of(usual)).map(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Code;

    #[test]
    fn a_limit_is_set_by_name_for_all_that_it_bounds() {
        let mut limits = Limits::default();
        Limit::named("pages").unwrap().set(&mut limits, 7);
        assert_eq!((limits.pdf.pages, limits.picture.pages), (7, 7));
        assert_eq!(limits.changed().collect::<Vec<_>>(), [("pages", 7)]);
    }

    #[test]
    fn every_code_of_a_limit_has_its_limit() {
        let codes = Code::ALL.iter().filter_map(|code| code.as_str().strip_prefix("limit-"));
        let without: Vec<&str> = codes.filter(|name| Limit::named(name).is_none()).collect();
        assert!(without.is_empty(), "{without:?}");
    }
}
