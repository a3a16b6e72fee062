//! Documents in any order → pieces of the four tables, each sorted by source, in a folder that is taken away at the end.
//! A document that comes again as it was is taken once.

use std::collections::HashMap;
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{AsArray, RecordBatch};
use arrow::row::{RowConverter, SortField};
use sha2::{Digest, Sha256};

use super::Nested;
use super::files::Documented;
use crate::dataset::documents::Documents;
use crate::dataset::file::publish;
use crate::dataset::lane::Encoder;
use crate::dataset::merge::MergeError;
use crate::dataset::merge::rows::Gather;
use crate::dataset::nested::{RUN, inner};
use crate::dataset::{DatasetError, Formats, TableSpec};

/// Bytes of rows in memory before a piece is written.
const PIECE_BYTES: usize = 128 << 20;

/// The folder of the pieces, and what is known of the documents in them.
pub(in crate::dataset::merge) struct Pieces {
    dir: PathBuf,
    written: usize,
    /// For each source, by hash, what its row says, by hash.
    seen: HashMap<u128, u128>,
}

/// The rows of the piece that is being gathered.
#[derive(Default)]
struct Pending {
    rows: Vec<(String, Arc<Documented>, usize)>,
    bytes: usize,
}

impl Pieces {
    /// A place for pieces in the output folder `out`, which is this process's.
    pub(in crate::dataset::merge) fn within(out: &Path) -> Result<Self, MergeError> {
        let dir = out.join(".cache").join("merge");
        // A killed program may have left some.
        let _ = fs::remove_dir_all(&dir);
        let made = fs::create_dir_all(&dir).map_err(|source| DatasetError::Folder { dir: dir.clone(), source });
        made.map(|()| Self { dir, written: 0, seen: HashMap::new() }).map_err(MergeError::from)
    }

    /// Writes the documents of `nested` as pieces, and says where these are.
    pub(in crate::dataset::merge) fn of(
        &mut self,
        nested: &Nested,
        cancel: &AtomicBool,
    ) -> Result<Vec<PathBuf>, MergeError> {
        let (mut pieces, mut pending) = (Vec::new(), Pending::default());
        for file in &nested.files {
            file.read(|some| {
                if cancel.load(Ordering::Relaxed) {
                    return Err(MergeError::Cancelled);
                }
                self.add(some, &nested.dir, &mut pending)?;
                if pending.bytes >= PIECE_BYTES {
                    pieces.push(self.write(mem::take(&mut pending))?);
                }
                Ok(())
            })?;
        }
        pieces.push(self.write(pending)?);
        Ok(pieces)
    }

    fn add(&mut self, some: Documented, dir: &Path, pending: &mut Pending) -> Result<(), MergeError> {
        let prints = prints(&some.whole).map_err(|what| MergeError::NotRows { path: dir.to_owned(), what })?;
        let some = Arc::new(some);
        let before = pending.rows.len();
        let Some(sources) = some.whole.column_by_name("source").and_then(|column| column.as_string_opt::<i32>()) else {
            return Ok(());
        };
        for (at, (source, print)) in sources.iter().flatten().zip(prints).enumerate() {
            match self.seen.insert(half(Sha256::digest(source).as_slice()), print) {
                None => pending.rows.push((source.to_owned(), some.clone(), at)),
                Some(known) if known == print => {}
                Some(_) => {
                    return Err(MergeError::OtherRow { source_path: source.to_owned(), dir: dir.to_owned() });
                }
            }
        }
        if pending.rows.len() > before {
            pending.bytes += some.whole.get_array_memory_size();
        }
        Ok(())
    }

    fn write(&mut self, mut pending: Pending) -> Result<PathBuf, MergeError> {
        self.written += 1;
        let dir = self.dir.join(self.written.to_string());
        fs::create_dir(&dir).map_err(|source| DatasetError::Folder { dir: dir.clone(), source })?;
        pending.rows.sort_unstable_by(|(one, ..), (two, ..)| one.cmp(two));
        write_table(&TableSpec::of::<Documents>(), &dir, &pending.rows, |some, at| some.documents.slice(at, 1))?;
        for (index, table) in inner().iter().enumerate() {
            write_table(table, &dir, &pending.rows, |some, at| some.inner[index].of(at))?;
        }
        Ok(dir)
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn write_table(
    table: &TableSpec,
    dir: &Path,
    documents: &[(String, Arc<Documented>, usize)],
    rows_of: impl Fn(&Documented, usize) -> RecordBatch,
) -> Result<(), DatasetError> {
    let mut encoder = Encoder::open(table, dir, Formats { parquet: true, jsonl: false })?;
    let mut gather = Gather::new(table);
    for (_, some, at) in documents {
        gather.push(&rows_of(some, *at), |batch| encoder.send(batch))?;
    }
    encoder.close(gather.rest()?)?;
    publish(dir, encoder.join()?)
}

/// A hash of each row but for what it was made with, which says nothing of the document.
fn prints(whole: &RecordBatch) -> Result<Vec<u128>, String> {
    let schema = whole.schema();
    let of_document = || schema.fields().iter().zip(whole.columns()).filter(|(field, _)| field.name() != RUN);
    let fields = of_document().map(|(field, _)| SortField::new(field.data_type().clone())).collect();
    let columns: Vec<_> = of_document().map(|(_, column)| column.clone()).collect();
    let converter = RowConverter::new(fields).map_err(|error| error.to_string())?;
    let rows = converter.convert_columns(&columns).map_err(|error| error.to_string())?;
    Ok(rows.iter().map(|row| half(Sha256::digest(row.data()).as_slice())).collect())
}

/// The first half of a SHA-256.
fn half(hash: &[u8]) -> u128 {
    hash.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}
