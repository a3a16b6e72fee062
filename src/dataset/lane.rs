//! One table on its way to its files: rows are gathered where the documents come in, encoded and hashed on a thread of
//! the table's own. Batches arrive in order and their bounds do not depend on time, so the thread changes no byte.

use std::panic;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use arrow::array::RecordBatch;

use super::DatasetError;
use super::batch::Buffer;
use super::column::Table;
use super::file::{PendingFile, SealedFile};
use super::jsonl_file::JsonlFile;
use super::parquet_file::ParquetFile;
use super::prepared::Prepared;
use super::schema::TableSpec;
use super::writer::Formats;

/// Batches that may wait for the thread; more would only cost memory.
const BATCHES_IN_FLIGHT: usize = 2;

/// The table `T` being written. Dropped unfinished, it leaves no file.
pub(super) struct Lane<T: Table> {
    buffer: Buffer<T>,
    encoder: Encoder,
}

impl<T: Table> Lane<T> {
    /// Opens the files of the table in `dir`.
    pub(super) fn open(dir: &Path, formats: Formats) -> Result<Self, DatasetError> {
        Ok(Self { buffer: Buffer::new(), encoder: Encoder::open(&TableSpec::of::<T>(), dir, formats)? })
    }

    /// Adds the rows of a document. After an error the lane is of no more use.
    pub(super) fn write(&mut self, prepared: &Prepared<'_>) -> Result<(), DatasetError> {
        if self.encoder.sender.is_none() {
            return Ok(());
        }
        self.buffer.push(T::rows(prepared), |batch| self.encoder.send(batch))
    }

    /// Sends what is left and tells the thread to finish; does not wait for it, so that all lanes finish at once.
    pub(super) fn close(&mut self) -> Result<(), DatasetError> {
        self.encoder.close(self.buffer.rest()?)
    }

    /// Waits for the thread and its files.
    pub(super) fn join(&mut self) -> Result<Vec<SealedFile>, DatasetError> {
        self.encoder.join()
    }
}

/// The thread of a table that encodes and hashes its batches. Dropped unfinished, it leaves no file. Without a file to
/// write there is no thread.
pub(super) struct Encoder {
    sender: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<Result<Vec<SealedFile>, DatasetError>>>,
}

enum Message {
    Batch(RecordBatch),
    /// Nothing more to come. A channel that closes without it means the run was given up.
    Finish,
}

impl Encoder {
    /// Opens the files of `table` in `dir`.
    pub(super) fn open(table: &TableSpec, dir: &Path, formats: Formats) -> Result<Self, DatasetError> {
        let files = Files::create(table, dir, formats)?;
        if files.parquet.is_none() && files.jsonl.is_none() {
            return Ok(Self { sender: None, thread: None });
        }
        let (sender, receiver) = sync_channel(BATCHES_IN_FLIGHT);
        let thread = thread::Builder::new()
            .name(format!("write {}", table.name))
            .spawn(move || files.encode(&receiver))
            .map_err(|source| DatasetError::Folder { dir: dir.to_owned(), source })?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    /// Hands a batch on. After an error the encoder is of no more use.
    pub(super) fn send(&mut self, batch: RecordBatch) -> Result<(), DatasetError> {
        let stopped = self.sender.as_ref().is_some_and(|sender| sender.send(Message::Batch(batch)).is_err());
        // The thread only stops early because of an error, which it hands over at its end.
        if stopped { self.join().map(drop) } else { Ok(()) }
    }

    /// Sends the `rest` and tells the thread to finish; does not wait for it.
    pub(super) fn close(&mut self, rest: Option<RecordBatch>) -> Result<(), DatasetError> {
        rest.map_or(Ok(()), |batch| self.send(batch))?;
        if let Some(sender) = self.sender.take() {
            // If the thread has stopped, `join` says why.
            let _ = sender.send(Message::Finish);
        }
        Ok(())
    }

    /// Waits for the thread and its files.
    pub(super) fn join(&mut self) -> Result<Vec<SealedFile>, DatasetError> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(files)) => files,
            Some(Err(payload)) => panic::resume_unwind(payload),
            None => Ok(Vec::new()),
        }
    }
}

impl Drop for Encoder {
    /// The temporary files are gone when this returns.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The files of one table.
struct Files {
    parquet: Option<ParquetFile>,
    jsonl: Option<JsonlFile>,
}

impl Files {
    fn create(table: &TableSpec, dir: &Path, formats: Formats) -> Result<Self, DatasetError> {
        let file = |ending: &str| PendingFile::create(dir, format!("{}.{ending}", table.name));
        Ok(Self {
            parquet: formats.parquet.then(|| ParquetFile::create(table, file("parquet")?, dir)).transpose()?,
            jsonl: (formats.jsonl && table.jsonl).then(|| Ok(JsonlFile::create(table, file("jsonl")?))).transpose()?,
        })
    }

    fn encode(mut self, messages: &Receiver<Message>) -> Result<Vec<SealedFile>, DatasetError> {
        for message in messages {
            match message {
                Message::Batch(batch) => self.write(&batch)?,
                Message::Finish => return self.seal(),
            }
        }
        Ok(Vec::new())
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        self.parquet.as_mut().map_or(Ok(()), |file| file.write(batch))?;
        self.jsonl.as_mut().map_or(Ok(()), |file| file.write(batch))
    }

    fn seal(self) -> Result<Vec<SealedFile>, DatasetError> {
        let parquet = self.parquet.map(ParquetFile::seal);
        let jsonl = self.jsonl.map(JsonlFile::seal);
        parquet.into_iter().chain(jsonl).collect()
    }
}
