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

/// The table `T` being written. Dropped unfinished, it leaves no file. Without a file to write it has no thread.
pub(super) struct Lane<T: Table> {
    buffer: Buffer<T>,
    sender: Option<SyncSender<Message>>,
    encoder: Option<JoinHandle<Result<Vec<SealedFile>, DatasetError>>>,
}

enum Message {
    Batch(RecordBatch),
    /// Nothing more to come. A channel that closes without it means the run was given up.
    Finish,
}

impl<T: Table> Lane<T> {
    /// Opens the files of the table in `dir`.
    pub(super) fn open(dir: &Path, formats: Formats) -> Result<Self, DatasetError> {
        let files = Files::create(&TableSpec::of::<T>(), dir, formats)?;
        if files.parquet.is_none() && files.jsonl.is_none() {
            return Ok(Self { buffer: Buffer::new(), sender: None, encoder: None });
        }
        let (sender, receiver) = sync_channel(BATCHES_IN_FLIGHT);
        let encoder = thread::Builder::new()
            .name(format!("write {}", T::NAME))
            .spawn(move || files.encode(&receiver))
            .map_err(|source| DatasetError::Folder { dir: dir.to_owned(), source })?;
        Ok(Self { buffer: Buffer::new(), sender: Some(sender), encoder: Some(encoder) })
    }

    /// Adds the rows of a document. After an error the lane is of no more use.
    pub(super) fn write(&mut self, prepared: &Prepared<'_>) -> Result<(), DatasetError> {
        let Self { buffer, sender: Some(sender), .. } = self else { return Ok(()) };
        let mut stopped = false;
        buffer.push(T::rows(prepared), |batch| stopped |= sender.send(Message::Batch(batch)).is_err())?;
        // The thread only stops early because of an error, which it hands over at its end.
        if stopped { self.join().map(drop) } else { Ok(()) }
    }

    /// Sends what is left and tells the thread to finish; does not wait for it, so that all lanes finish at once.
    pub(super) fn close(&mut self) -> Result<(), DatasetError> {
        let Some(sender) = self.sender.take() else { return Ok(()) };
        let rest = self.buffer.rest()?.map(Message::Batch);
        // If the thread has stopped, `join` says why.
        let _ = rest.into_iter().chain([Message::Finish]).try_for_each(|message| sender.send(message));
        Ok(())
    }

    /// Waits for the thread and its files.
    pub(super) fn join(&mut self) -> Result<Vec<SealedFile>, DatasetError> {
        self.sender = None;
        match self.encoder.take().map(JoinHandle::join) {
            Some(Ok(files)) => files,
            Some(Err(payload)) => panic::resume_unwind(payload),
            None => Ok(Vec::new()),
        }
    }
}

impl<T: Table> Drop for Lane<T> {
    /// The temporary files are gone when this returns.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(encoder) = self.encoder.take() {
            drop(encoder.join());
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
            parquet: formats.parquet.then(|| ParquetFile::create(table, file("parquet")?)).transpose()?,
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
