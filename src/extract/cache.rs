//! Extracts kept between runs: a file each, named by what it was made of, with a checksum.
//!
//! A name is the SHA-256 of the source's content, the kind it was taken for, what the extractor is and how it was asked.
//! An extract that recognition had a part in says with which networks, and is of use only while these are there.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::workers::Extracted;
use super::{Extract, Extractor, sealed};
use crate::model::{Failure, Format, hex};

/// The files of the program that an extract depends on, hashed when it was built: the same for two versions that extract
/// alike.
const EXTRACTOR: &str = env!("JIANBAO_EXTRACTOR");

const MARK: sealed::Mark = *b"jianbao\x01";

/// Extracts kept in a folder.
pub struct Cache {
    dir: PathBuf,
}

/// What an extract is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key([u8; 32]);

/// Why an extract could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to the cache {} ({source})", .dir.display())]
pub struct CacheError {
    /// Its folder.
    pub dir: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// An extract that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is made of.
    pub key: Key,
    /// Length of its file.
    pub bytes: u64,
}

/// What a file of the cache says.
type Kept = (Format, Result<Extract, Failure>);

impl Key {
    /// That of a source whose SHA-256 is `content`, taken for `format`, extracted as `extractor` does.
    pub fn new(content: &[u8; 32], format: Format, extractor: &Extractor) -> Self {
        let limits = (extractor.limits.pdf, extractor.limits.picture);
        Self::of(&(EXTRACTOR, content, format.as_str(), extractor.ocr.when().as_str(), limits))
    }

    /// That of the same source where it ran into a limit of the worker: with other limits it may not.
    fn cut(self, extractor: &Extractor) -> Self {
        Self::of(&(self.0, extractor.limits.worker))
    }

    fn of(parts: &impl serde::Serialize) -> Self {
        // Parts this plain can always be written.
        let parts = postcard::to_allocvec(parts).unwrap_or_default();
        Self(Sha256::digest(parts).into())
    }

    fn parse(digits: &str) -> Option<Self> {
        let digit = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = digit(at)?;
        }
        (digits.len() == 64).then_some(Self(bytes))
    }

    /// 64 hex digits.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

impl Cache {
    /// Extracts kept in the folder `dir`, which is made when the first is.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Whether an extract of this key was kept, cut or not. It may turn out not to be sound.
    pub fn has(&self, key: Key, extractor: &Extractor) -> bool {
        self.path(key).exists() || self.path(key.cut(extractor)).exists()
    }

    /// The extract of this key, if it is there and sound, and the key it is kept under. One that was cut by a limit is
    /// taken with `cut` only.
    pub fn get(&self, key: Key, extractor: &Extractor, cut: bool) -> Option<(Extracted, Key)> {
        let read = |key, cut| {
            let (format, result) = self.read(key, extractor)?;
            Some((Extracted { format, result, cut }, key))
        };
        read(key, false).or_else(|| cut.then(|| read(key.cut(extractor), true)).flatten())
    }

    fn read(&self, key: Key, extractor: &Extractor) -> Option<Kept> {
        let body = sealed::read(&self.path(key), MARK)?;
        let mut plain = Vec::new();
        zstd::Decoder::new(body.as_slice()).and_then(|mut decoder| decoder.read_to_end(&mut plain)).ok()?;
        let (format, result): Kept = postcard::from_bytes(&plain).ok()?;
        let networks = result.as_ref().ok().and_then(|extract| extract.networks.as_deref());
        networks.is_none_or(|networks| networks == extractor.ocr.present()).then_some((format, result))
    }

    /// Keeps an extract, and says under what key. A run that is killed meanwhile leaves nothing under its name.
    ///
    /// # Errors
    /// If it cannot be written; what was there before is as it was.
    pub fn put(&self, key: Key, extractor: &Extractor, extracted: &Extracted) -> Result<Key, CacheError> {
        let key = if extracted.cut { key.cut(extractor) } else { key };
        let written = self.write(key, &(extracted.format, &extracted.result));
        written.map(|()| key).map_err(|source| CacheError { dir: self.dir.clone(), source })
    }

    fn write(&self, key: Key, kept: &(Format, &Result<Extract, Failure>)) -> io::Result<()> {
        let plain = postcard::to_allocvec(kept).map_err(io::Error::other)?;
        let body = zstd::encode_all(plain.as_slice(), 1)?;
        sealed::write(&self.path(key), &self.pending(), MARK, &body)
    }

    /// Takes away what an interrupted run was writing. No other run may be writing.
    pub fn sweep(&self) {
        // What cannot be taken away now is in nobody's way.
        let _ = fs::remove_dir_all(self.pending());
    }

    /// All extracts that are kept, by key.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let groups = match fs::read_dir(self.extracts()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(entries),
            groups => groups?,
        };
        for group in groups {
            for file in fs::read_dir(group?.path())? {
                let file = file?;
                let name = file.path();
                let digits = name.iter().rev().take(2).collect::<Vec<_>>().into_iter().rev();
                let digits: String = digits.map(|part| part.to_string_lossy()).collect();
                if let Some(key) = Key::parse(&digits) {
                    entries.push(Entry { key, bytes: file.metadata()?.len() });
                }
            }
        }
        entries.sort_unstable_by_key(|entry| entry.key);
        Ok(entries)
    }

    /// Takes an extract away.
    ///
    /// # Errors
    /// If it is there and cannot be removed.
    pub fn remove(&self, key: Key) -> io::Result<()> {
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    fn extracts(&self) -> PathBuf {
        self.dir.join("extracts")
    }

    /// The folder of what is being written; swept by the next run.
    pub fn pending(&self) -> PathBuf {
        self.dir.join("pending")
    }

    fn path(&self, key: Key) -> PathBuf {
        let name = key.hex();
        let (group, rest) = name.split_at(2);
        self.extracts().join(group).join(rest)
    }
}
