//! What one worker does with one file: read it, name it by its SHA-256, and turn it into a document. Whatever happens,
//! the result is one row: a file that cannot be read, is too large or makes the program panic is a failed document.
//!
//! A *claim* is a file's right to its bytes: of several files with the same bytes the first by label has it, the others
//! are duplicates. Claims are made by workers in any order; once all earlier files are done a claim is final.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::failure;
use super::intake::{Finding, Found};
use super::ocr::Ocr;
use super::run::MaxBytes;
use crate::model::{Document, Failure, Source, hex};
use crate::read::catch;
use crate::rules::RuleSet;

/// How one document is made from bytes.
pub(super) type Process = fn(Source, &[u8], &RuleSet, &Ocr) -> Document;

/// What all workers share.
pub(super) struct Workers {
    pub(super) files: Vec<Found>,
    pub(super) rules: Arc<RuleSet>,
    pub(super) ocr: Arc<Ocr>,
    /// Files longer than this are hashed but not read.
    pub(super) max_bytes: MaxBytes,
    pub(super) cancel: Arc<AtomicBool>,
    pub(super) process: Process,
    pub(super) claims: Claims,
}

/// What became of one file.
pub(super) enum Outcome {
    /// A document, unless an earlier file turns out to have the same bytes.
    Document(Box<Document>, Option<Claim>),
    /// An earlier file has the same bytes.
    Copy(Source, Claim),
}

impl Workers {
    /// Reads and processes file number `index`.
    pub(super) fn work(&self, index: usize) -> Outcome {
        let found = &self.files[index];
        let mut source =
            Source { path: found.label.clone(), sha256: String::new(), bytes: found.bytes, format: found.format };
        let (limit, refused) = match &found.finding {
            Finding::Lost(failure) => return failed(source, failure.clone()),
            Finding::Unsupported(failure) => (0, Some(failure)),
            Finding::Readable => (self.max_bytes.of(found.format), None),
        };
        let content = match read(&found.path, limit, &self.cancel) {
            Ok(content) => content,
            Err(error) => {
                return failed(source, failure::unreadable_file(&error));
            }
        };
        source.bytes = content.length;
        source.sha256 = hex(&content.sha256);
        if let Some(failure) = refused {
            return failed(source, failure.clone());
        }
        let Some(bytes) = content.bytes else {
            return failed(source, failure::too_large(content.length, limit));
        };
        // Empty files have nothing in common: each is a lost document of its own.
        let claim = (!bytes.is_empty()).then(|| self.claims.make(content.sha256, index));
        match claim {
            Some(claim) if claim.owner < index => Outcome::Copy(source, claim),
            _ => Outcome::Document(Box::new(self.document(source, &bytes)), claim),
        }
    }

    fn document(&self, source: Source, bytes: &[u8]) -> Document {
        catch(|| (self.process)(source.clone(), bytes, &self.rules, &self.ocr))
            .unwrap_or_else(|what| Document::failed(source, failure::internal_error(&what)))
    }
}

fn failed(source: Source, failure: Failure) -> Outcome {
    Outcome::Document(Box::new(Document::failed(source, failure)), None)
}

/// Who has which bytes: for each SHA-256 the smallest number of a file that has it. 40 bytes a file.
#[derive(Default)]
pub(super) struct Claims(Mutex<HashMap<[u8; 32], usize>>);

/// A file's claim to its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    sha256: [u8; 32],
    /// The first file known so far to have these bytes.
    owner: usize,
}

impl Claims {
    fn make(&self, sha256: [u8; 32], index: usize) -> Claim {
        let mut claims = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = claims.entry(sha256).or_insert(index);
        *owner = index.min(*owner);
        Claim { sha256, owner: *owner }
    }

    /// The first of all files with these bytes. Final once all files before the claiming one are done.
    pub(super) fn owner(&self, claim: Claim) -> usize {
        let claims = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        claims.get(&claim.sha256).copied().unwrap_or(claim.owner)
    }
}

struct Content {
    /// `None` if there are more than the limit.
    bytes: Option<Vec<u8>>,
    length: u64,
    sha256: [u8; 32],
}

/// Reads and hashes a file. What goes beyond `limit` is hashed in passing, never held.
fn read(path: &Path, limit: u64, cancel: &AtomicBool) -> io::Result<Content> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut hash = Sha256::new();
    let mut bytes = Vec::new();
    if length <= limit {
        bytes.reserve_exact(usize::try_from(length).unwrap_or(0) + 1);
        // The file may have grown since it was measured.
        (&mut file).take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        hash.update(&bytes);
        if bytes.len() as u64 <= limit {
            return Ok(Content { length: bytes.len() as u64, bytes: Some(bytes), sha256: hash.finalize().into() });
        }
    }
    let mut length = bytes.len() as u64;
    bytes = vec![0; 1 << 16];
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match file.read(&mut bytes) {
            Ok(0) => return Ok(Content { bytes: None, length, sha256: hash.finalize().into() }),
            Ok(count) => {
                hash.update(&bytes[..count]);
                length += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_over_the_limit_is_hashed_but_not_held() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[b'x'; 100_000]).unwrap();
        let cancel = AtomicBool::new(false);
        let whole = read(file.path(), 100_000, &cancel).unwrap();
        let over = read(file.path(), 99_999, &cancel).unwrap();
        assert_eq!(whole.bytes.map(|bytes| bytes.len()), Some(100_000));
        assert_eq!((over.bytes, over.length), (None, 100_000));
        assert_eq!(whole.sha256, over.sha256);
    }

    #[test]
    fn the_first_file_by_number_owns_the_bytes_whoever_came_first() {
        let claims = Claims::default();
        let late = claims.make([1; 32], 9);
        let early = claims.make([1; 32], 2);
        assert_eq!((claims.owner(late), claims.owner(early)), (2, 2));
        assert_eq!(claims.owner(claims.make([2; 32], 5)), 5);
    }
}
