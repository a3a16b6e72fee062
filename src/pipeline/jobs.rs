//! What is done with one file: read it, name it by its SHA-256, extract it or take what was kept of it, and make a document
//! of that. Whatever happens, the result is one row: a file that cannot be read, is too large or makes the program panic
//! is a failed document.
//!
//! A *claim* is a file's right to its bytes: of several files with the same bytes the first by label has it, the others
//! are duplicates. Claims are made on any thread in any order; once all earlier files are done a claim is final.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use super::content::{self, Content};
use super::failure;
use super::in_order::Work;
use super::intake::{Finding, Found};
use super::ledger::{Ledger, Stamp};
use super::reader::{DocumentReader, is_dear, source_of};
use crate::dataset::Shard;
use crate::extract::{Cache, CacheError, Extract, Extracted, Key, Networks, WorkersError, format_of, locked};
use crate::model::{Document, Failure, Format, Source, hex};

/// What all jobs of a run share.
pub(super) struct Jobs {
    pub(super) files: Vec<Found>,
    pub(super) reader: DocumentReader,
    /// The shard whose files are read; all of them if there is none.
    pub(super) shard: Option<Shard>,
    pub(super) cache: Cache,
    /// What the run before knew of the files.
    pub(super) before: Ledger,
    /// What was kept is not used.
    pub(super) fresh: bool,
    /// What a limit cut is tried again.
    pub(super) retry: bool,
    pub(super) claims: Claims,
    pub(super) effort: Effort,
}

/// How much was done anew, and how much was at hand.
#[derive(Default)]
pub(super) struct Effort {
    pub(super) extracted: AtomicU64,
    pub(super) reused: AtomicU64,
    /// Files that have had their turn.
    done: AtomicU64,
    /// Bytes of the files that cost nothing more, or little: those, and those extracted before their turn.
    bytes: AtomicU64,
    /// Extracted before their turn, and not yet written.
    ahead: Mutex<BTreeSet<usize>>,
    /// The networks that were asked for.
    networks: Mutex<Option<Networks>>,
    cache_error: Mutex<Option<CacheError>>,
}

impl Effort {
    /// How many documents wait to be written after the first `written`: extracted, or made.
    pub(super) fn ahead(&self, written: u64) -> u64 {
        let done = self.done.load(Ordering::Relaxed);
        done.saturating_sub(written) + locked(&self.ahead).len() as u64
    }

    /// Bytes of the files that are done but for being written.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The networks that were asked for; empty if they were not there.
    pub(super) fn networks(&self) -> Option<Networks> {
        locked(&self.networks).clone()
    }

    /// Why extracts could not be kept.
    pub(super) fn cache_error(&self) -> Option<String> {
        locked(&self.cache_error).as_ref().map(ToString::to_string)
    }
}

/// What became of one file.
pub(super) enum Outcome {
    /// A document, unless an earlier file turns out to have the same bytes.
    Document(Box<Document>, Option<Claim>, Trace),
    /// An earlier file has the same bytes.
    Copy(Source, Claim, Trace),
    /// It is in another shard.
    Elsewhere(Trace),
    /// There is nobody to do the work.
    Stopped(WorkersError),
}

/// What the next run may know of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Trace {
    /// SHA-256 of its bytes, if it could be read; of pictures that are one document, their identity.
    pub(super) sha256: Option<[u8; 32]>,
    /// How it lay on disk when it was opened.
    pub(super) stamp: Option<Stamp>,
    /// Under what its extract is kept.
    pub(super) key: Option<Key>,
    /// A limit of a worker cut it.
    pub(super) cut: bool,
}

impl Work for Jobs {
    type Output = Outcome;

    fn work(&self, index: usize) -> Outcome {
        let is_ahead = locked(&self.effort.ahead).remove(&index);
        let outcome = self.turn(index, is_ahead).unwrap_or_else(Outcome::Stopped);
        if !matches!(outcome, Outcome::Elsewhere(_)) {
            self.effort.done.fetch_add(1, Ordering::Relaxed);
            if !is_ahead {
                self.effort.bytes.fetch_add(self.files[index].bytes, Ordering::Relaxed);
            }
        }
        outcome
    }

    fn prepare(&self, index: usize) {
        let found = &self.files[index];
        if !is_dear(found.format) || found.finding.failure().is_some() || locked(&self.effort.cache_error).is_some() {
            return;
        }
        // Whatever goes wrong here goes wrong again when its turn has come, and is told then.
        let stamp = Stamp::of(&found.path);
        let Ok(content) = self.content(found, stamp.as_ref()) else { return };
        if self.is_elsewhere(&content.sha256) {
            return;
        }
        let key = Key::new(&content::identity(found, &content.sha256), found.format, &self.reader.extractor);
        if (!self.fresh && self.cache.has(key, &self.reader.extractor))
            || content.length > self.reader.limit(found.format)
        {
            return;
        }
        let Ok(bytes) = self.bytes_of(found, content) else { return };
        let source = source_of(found);
        if let Ok(extracted) = self.extract_anew(&source, format_of(&source, &bytes), &bytes)
            && self.keep(key, &extracted).is_some()
        {
            locked(&self.effort.ahead).insert(index);
            self.effort.bytes.fetch_add(found.bytes, Ordering::Relaxed);
        }
    }
}

impl Jobs {
    fn turn(&self, index: usize, is_ahead: bool) -> Result<Outcome, WorkersError> {
        let found = &self.files[index];
        let mut source = source_of(found);
        if let Finding::Lost(failure) = &found.finding {
            return Ok(self.lost(source, failure.clone()));
        }
        let stamp = Stamp::of(&found.path);
        let content = match self.content(found, stamp.as_ref()) {
            Ok(content) => content,
            Err(error) => return Ok(self.lost(source, failure::unreadable_file(&error))),
        };
        source.bytes = content.length;
        source.sha256 = hex(&content.sha256);
        let trace = Trace { sha256: Some(content::identity(found, &content.sha256)), stamp, ..Trace::default() };
        if self.is_elsewhere(&content.sha256) {
            return Ok(Outcome::Elsewhere(trace));
        }
        if let Some(failure) = self.reader.refusal(found, content.length) {
            return Ok(failed(source, failure, trace));
        }
        // Empty files have nothing in common: each is a lost document of its own.
        let claim = (content.length > 0).then(|| self.claims.make(content.sha256, index));
        match claim {
            Some(claim) if claim.owner < index => Ok(Outcome::Copy(source, claim, trace)),
            _ => {
                let (document, trace) = self.document(found, is_ahead, (source, content, trace))?;
                Ok(Outcome::Document(Box::new(document), claim, trace))
            }
        }
    }

    /// A file without a hash is in the shard of its label.
    fn lost(&self, source: Source, failure: Failure) -> Outcome {
        let label = Sha256::digest(source.path.as_bytes()).into();
        if self.is_elsewhere(&label) {
            Outcome::Elsewhere(Trace::default())
        } else {
            failed(source, failure, Trace::default())
        }
    }

    fn is_elsewhere(&self, sha256: &[u8; 32]) -> bool {
        self.shard.is_some_and(|shard| !shard.holds(sha256))
    }

    /// The file by its SHA-256, and its bytes where they had to be read for that. They need not be if the file lies as it
    /// did in the run before.
    fn content(&self, found: &Found, stamp: Option<&Stamp>) -> io::Result<Content> {
        let known = (!self.fresh).then(|| self.before.sha256(&found.label, stamp?)).flatten();
        if let Some((sha256, stamp)) = known.zip(stamp) {
            return Ok(Content { sha256, length: stamp.length, bytes: None });
        }
        let limit = if found.finding.failure().is_none() { self.reader.limit(found.format) } else { 0 };
        content::of(found, limit, &self.reader.cancel)
    }

    fn document(
        &self,
        found: &Found,
        is_ahead: bool,
        (source, content, mut trace): (Source, Content, Trace),
    ) -> Result<(Document, Trace), WorkersError> {
        let key = Key::new(&content::identity(found, &content.sha256), found.format, &self.reader.extractor);
        let known = if content.bytes.is_none() && is_dear(found.format) { self.kept(key, is_ahead) } else { None };
        let (extracted, key) = match known {
            Some(known) => known,
            None => {
                let bytes = match self.bytes_of(found, content) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        // Another time it may be readable, so that nothing is known of it.
                        return Ok((Document::failed(source, failure::unreadable_file(&error)), Trace::default()));
                    }
                };
                let format = format_of(&source, &bytes);
                if !is_dear(format) {
                    return Ok((self.reader.light(source, format, &bytes), trace));
                }
                match self.kept(key, is_ahead) {
                    Some(kept) => kept,
                    None => {
                        let extracted = self.extract_anew(&source, format, &bytes)?;
                        let key = self.keep(key, &extracted);
                        (extracted, key)
                    }
                }
            }
        };
        let Extracted { format, result, cut } = extracted;
        (trace.key, trace.cut) = (key, cut);
        if let Ok(extract) = &result {
            self.note(extract);
        }
        Ok((self.reader.document(source, format, result), trace))
    }

    /// The bytes of a file whose SHA-256 is known.
    fn bytes_of(&self, found: &Found, content: Content) -> io::Result<Arc<Vec<u8>>> {
        if let Some(bytes) = content.bytes {
            return Ok(bytes);
        }
        let now = content::of(found, self.reader.limit(found.format), &self.reader.cancel)?;
        let bytes = now.bytes.filter(|_| now.sha256 == content.sha256);
        bytes.ok_or_else(|| io::Error::other("it changes while it is read"))
    }

    /// What was kept of an extract, and under what key.
    fn kept(&self, key: Key, is_ahead: bool) -> Option<(Extracted, Option<Key>)> {
        if self.fresh && !is_ahead {
            return None;
        }
        let (extracted, key) = self.cache.get(key, &self.reader.extractor, is_ahead || !self.retry)?;
        if !is_ahead {
            self.effort.reused.fetch_add(1, Ordering::Relaxed);
        }
        Some((extracted, Some(key)))
    }

    /// Keeps an extract, and says under what key if that went well. A run goes on without.
    fn keep(&self, key: Key, extracted: &Extracted) -> Option<Key> {
        self.cache
            .put(key, &self.reader.extractor, extracted)
            .map_err(|error| {
                locked(&self.effort.cache_error).get_or_insert(error);
            })
            .ok()
    }

    fn extract_anew(&self, source: &Source, format: Format, bytes: &Arc<Vec<u8>>) -> Result<Extracted, WorkersError> {
        let extracted = self.reader.extract(source, format, bytes)?;
        self.effort.extracted.fetch_add(1, Ordering::Relaxed);
        Ok(extracted)
    }

    fn note(&self, extract: &Extract) {
        if let Some(networks) = &extract.networks {
            let mut known = locked(&self.effort.networks);
            if known.as_ref().is_none_or(Vec::is_empty) {
                *known = Some(networks.clone());
            }
        }
    }
}

fn failed(source: Source, failure: Failure, trace: Trace) -> Outcome {
    Outcome::Document(Box::new(Document::failed(source, failure)), None, trace)
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
        let mut claims = locked(&self.0);
        let owner = claims.entry(sha256).or_insert(index);
        *owner = index.min(*owner);
        Claim { sha256, owner: *owner }
    }

    /// The first of all files with these bytes. Final once all files before the claiming one are done.
    pub(super) fn owner(&self, claim: Claim) -> usize {
        let claims = locked(&self.0);
        claims.get(&claim.sha256).copied().unwrap_or(claim.owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_by_number_owns_the_bytes_whoever_came_first() {
        let claims = Claims::default();
        let late = claims.make([1; 32], 9);
        let early = claims.make([1; 32], 2);
        assert_eq!((claims.owner(late), claims.owner(early)), (2, 2));
        assert_eq!(claims.owner(claims.make([2; 32], 5)), 5);
    }
}
