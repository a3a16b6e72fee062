//! One file at a time → its [`Document`], with nothing remembered between two: no folder, no cache, no clock. What a run
//! does with each of its files ([`Jobs`](super::jobs::Jobs)), and what engines that share work out call.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sha2::{Digest, Sha256};

use super::content;
use super::failure;
use super::intake::{self, Finding, Found, GroupWhen};
use super::run::document_options;
use crate::dataset::MadeWith;
use crate::extract::{
    Extract, Extracted, Extractor, FaultAt, Networks, Reading, Unwatched, WorkerProgram, Workers, WorkersError,
    format_of,
};
use crate::model::{Document, Failure, Format, Source, hex};
use crate::read::catch;
use crate::read::recognised;
use crate::rules::RuleSet;

/// How a document is made of what was read.
pub(super) type Process = fn(Source, Reading, &RuleSet) -> Document;

/// Reads files one by one; may be called from many threads at a time.
pub struct DocumentReader {
    pub(super) rules: Arc<RuleSet>,
    pub(super) extractor: Arc<Extractor>,
    /// Processes that extract; without them it is done in this one.
    pub(super) workers: Option<Workers>,
    pub(super) cancel: Arc<AtomicBool>,
    pub(super) process: Process,
}

impl DocumentReader {
    /// One that works under `rules` with `extractor`. PDF files and pictures are read by `workers`: a program, so
    /// many documents at a time and with these faults; without one they are read in this process, which has
    /// no limits of time and memory.
    pub fn new(
        (rules, extractor): (Arc<RuleSet>, Arc<Extractor>),
        workers: Option<(WorkerProgram, usize, Vec<FaultAt>)>,
        cancel: Arc<AtomicBool>,
    ) -> Self {
        let workers = workers.map(|(program, jobs, faults)| Workers::new(program, &extractor, jobs, faults));
        Self { rules, extractor, workers, cancel, process: super::process::document }
    }

    /// The document that `found` is, and the networks it was read with if it asked for any.
    ///
    /// # Errors
    /// If there is no worker to be had, or it was cancelled. What is wrong with a file makes a failed document.
    pub fn read(&self, found: &Found) -> Result<(Document, Option<Networks>), WorkersError> {
        let mut source = source_of(found);
        if let Finding::Lost(failure) = &found.finding {
            return Ok((Document::failed(source, failure.clone()), None));
        }
        let content = match content::of(found, self.limit(found.format), &self.cancel) {
            Ok(content) => content,
            Err(error) => return Ok((Document::failed(source, failure::unreadable_file(&error)), None)),
        };
        source.bytes = content.length;
        source.sha256 = hex(&content.sha256);
        match (self.refusal(found, content.length), content.bytes) {
            (None, Some(bytes)) => self.make(source, &bytes),
            (refusal, _) => {
                let refusal = refusal.unwrap_or_else(|| failure::too_large(content.length, self.limit(found.format)));
                Ok((Document::failed(source, refusal), None))
            }
        }
    }

    /// The document that a file called `label` with these bytes is.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_bytes(&self, label: &str, bytes: Arc<Vec<u8>>) -> Result<(Document, Option<Networks>), WorkersError> {
        let named = Format::named(label).or_else(|| recognised::format_of(&bytes));
        let length = bytes.len() as u64;
        let source = Source {
            path: label.to_owned(),
            sha256: hex(&Sha256::digest(&*bytes)),
            bytes: length,
            format: named.unwrap_or(Format::Text),
        };
        let limit = self.limit(source.format);
        let refusal = if named.is_none() {
            Some(failure::unsupported_format(&intake::kind_of(Path::new(label))))
        } else {
            (length > limit).then(|| failure::too_large(length, limit))
        };
        match refusal {
            Some(failure) => Ok((Document::failed(source, failure), None)),
            None => self.make(source, &bytes),
        }
    }

    /// The document that these bytes are, which have no name: it is called by the first half of their SHA-256, and is text
    /// unless they begin as something else does.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_nameless(&self, bytes: Arc<Vec<u8>>) -> Result<(Document, Option<Networks>), WorkersError> {
        let sha256 = hex(&Sha256::digest(&*bytes));
        let (path, length) = (sha256[..32].to_owned(), bytes.len() as u64);
        let mut source = Source { path, sha256, bytes: length, format: Format::Text };
        source.format = format_of(&source, &bytes);
        let limit = self.limit(source.format);
        if length > limit {
            return Ok((Document::failed(source, failure::too_large(length, limit)), None));
        }
        self.make(source, &bytes)
    }

    /// A document that could not be fetched, for this reason.
    pub fn unreadable(&self, label: &str, reason: &str) -> Document {
        let source = Source {
            path: label.to_owned(),
            sha256: String::new(),
            bytes: 0,
            format: Format::named(label).unwrap_or(Format::Text),
        };
        Document::failed(source, failure::unreadable_file(&std::io::Error::other(reason)))
    }

    /// What documents are made with that were read with `networks`, with pictures taken together as `group` says.
    pub fn made_with(&self, group: GroupWhen, networks: Option<&Networks>) -> MadeWith {
        let networks = networks.map(Vec::as_slice).unwrap_or_default();
        MadeWith::new(self.rules.hashes(), networks, document_options(&self.extractor, group))
    }

    /// On how many threads documents are made for `jobs` at a time. With workers one more: it has the next document ready
    /// when a worker is done with its last.
    pub(super) fn threads(&self, jobs: usize) -> usize {
        jobs + usize::from(self.workers.is_some())
    }

    pub(super) fn limit(&self, format: Format) -> u64 {
        self.extractor.limits.file_bytes.of(format)
    }

    /// Why a file of so many bytes is not looked into, if it is not.
    pub(super) fn refusal(&self, found: &Found, length: u64) -> Option<Failure> {
        let limit = self.limit(found.format);
        let over = || (length > limit).then(|| failure::too_large(length, limit));
        found.finding.failure().cloned().or_else(over)
    }

    fn make(&self, source: Source, bytes: &Arc<Vec<u8>>) -> Result<(Document, Option<Networks>), WorkersError> {
        let format = format_of(&source, bytes);
        if !is_dear(format) {
            return Ok((self.light(source, format, bytes), None));
        }
        let extracted = self.extract(&source, format, bytes)?;
        let networks = extracted.result.as_ref().ok().and_then(|extract| extract.networks.clone());
        Ok((self.document(source, extracted.format, extracted.result), networks))
    }

    /// The document of `bytes` that cost little.
    pub(super) fn light(&self, source: Source, format: Format, bytes: &[u8]) -> Document {
        self.guarded(&source, || match Reading::of_light(format, bytes) {
            Ok(reading) => (self.process)(source.clone(), reading, &self.rules),
            Err(failure) => Document::failed(Source { format, ..source.clone() }, failure),
        })
    }

    /// The document of what was extracted.
    pub(super) fn document(&self, source: Source, format: Format, result: Result<Extract, Failure>) -> Document {
        match result {
            Ok(extract) => {
                self.guarded(&source, || (self.process)(source.clone(), Reading::from(extract), &self.rules))
            }
            Err(failure) => Document::failed(Source { format, ..source }, failure),
        }
    }

    /// What is extracted of `bytes` that cost more.
    pub(super) fn extract(
        &self,
        source: &Source,
        format: Format,
        bytes: &Arc<Vec<u8>>,
    ) -> Result<Extracted, WorkersError> {
        match &self.workers {
            Some(workers) => workers.extract((&source.path, format), bytes, &self.cancel),
            None => {
                let result = catch(|| self.extractor.extract(format, bytes, &Unwatched));
                let cut = result.is_err();
                let result = result.unwrap_or_else(|what| Err(failure::internal_error(&what)));
                Ok(Extracted { format, result, cut })
            }
        }
    }

    fn guarded(&self, source: &Source, make: impl FnOnce() -> Document) -> Document {
        catch(make).unwrap_or_else(|what| Document::failed(source.clone(), failure::internal_error(&what)))
    }
}

/// Whether files of this format go through workers and the cache.
pub(super) fn is_dear(format: Format) -> bool {
    matches!(format, Format::Pdf | Format::Image)
}

/// A file of which nothing but its name and length is known.
pub(super) fn source_of(found: &Found) -> Source {
    Source { path: found.label.clone(), sha256: String::new(), bytes: found.bytes, format: found.format }
}
