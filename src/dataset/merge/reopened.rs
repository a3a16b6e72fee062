//! A file that is opened for each piece that is read of it, so that any number of files can be read side by side: the
//! system lets a program have some hundred files open.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file that is open only while it is read.
pub(super) struct Reopened {
    path: PathBuf,
    length: u64,
}

impl Reopened {
    /// The file at `path`.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let length = File::open(path)?.metadata()?.len();
        Ok(Self { path: path.to_owned(), length })
    }

    fn from(&self, start: u64) -> io::Result<File> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }
}

impl Length for Reopened {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Reopened {
    type T = File;

    fn get_read(&self, start: u64) -> Result<File> {
        Ok(self.from(start)?)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = Vec::new();
        let read = self.from(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if read < length {
            return Err(ParquetError::EOF(format!("{read} of {length} bytes are there")));
        }
        Ok(bytes.into())
    }
}
