//! Arrow batches in, one column after the other out: what is between lies on disk, in a file without a name.
//!
//! An encoder of Parquet holds a quarter of a megabyte beside its data, and a table has up to thirty columns. So a row group
//! is put aside as it comes, and encoded column by column when it is complete.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

/// Rows of a table that wait to be encoded.
pub(super) struct Spill {
    schema: SchemaRef,
    file: BufWriter<File>,
    /// For each batch where the pieces of its columns begin, one behind the other.
    starts: Vec<Vec<u64>>,
    end: u64,
    rows: usize,
    bytes: usize,
}

impl Spill {
    /// Puts rows of `schema` aside in the folder `dir`.
    ///
    /// # Errors
    /// If there can be no file.
    pub(super) fn new(dir: &Path, schema: SchemaRef) -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile_in(dir)?);
        Ok(Self { schema, file, starts: Vec::new(), end: 0, rows: 0, bytes: 0 })
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// How long their values are, which depends on the values alone.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Puts a batch aside.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let mut starts = Vec::with_capacity(batch.num_columns());
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            starts.push(self.end);
            let piece = piece(field, array)?;
            self.file.write_all(&piece)?;
            self.end += piece.len() as u64;
            self.bytes += length(array);
        }
        self.rows += batch.num_rows();
        self.starts.push(starts);
        Ok(())
    }

    /// The values of one column, piece by piece. Nothing may be put aside meanwhile.
    pub(super) fn column(&mut self, at: usize) -> impl Iterator<Item = Result<ArrayRef, ArrowError>> {
        let Self { file, starts, .. } = self;
        let flushed = file.flush().err();
        let failed = flushed.map(|error| Err(error.into()));
        let pieces = starts.iter().filter_map(move |starts| starts.get(at).copied());
        let file = file.get_ref();
        failed.into_iter().chain(pieces.map(move |start| read(file, start)))
    }

    /// Begins anew.
    ///
    /// # Errors
    /// If the file cannot be emptied.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.get_ref().set_len(0)?;
        self.starts.clear();
        (self.end, self.rows, self.bytes) = (0, 0, 0);
        Ok(())
    }
}

/// A column of a batch as bytes that say themselves what they are.
fn piece(field: &FieldRef, array: &ArrayRef) -> Result<Vec<u8>, ArrowError> {
    // Without metadata, which is long and said elsewhere.
    let field = field.as_ref().clone().with_metadata(HashMap::new());
    let schema: SchemaRef = Arc::new(Schema::new(vec![field]));
    let batch = RecordBatch::try_new(schema.clone(), vec![array.clone()])?;
    let mut writer = StreamWriter::try_new(Vec::new(), &schema)?;
    writer.write(&batch)?;
    writer.into_inner()
}

fn read(file: &File, start: u64) -> Result<ArrayRef, ArrowError> {
    let mut file = BufReader::new(file);
    file.seek(SeekFrom::Start(start))?;
    let batch = StreamReader::try_new(file, None)?.next().transpose()?;
    let array = batch.and_then(|batch| batch.columns().first().cloned());
    array.ok_or_else(|| ArrowError::IpcError("a piece of a column is gone".to_owned()))
}

/// How long the values of a column are, about.
fn length(array: &ArrayRef) -> usize {
    const OF_ANY_VALUE: usize = 4;
    let text = |offsets: &[i32]| match offsets {
        [first, .., last] => usize::try_from(last - first).unwrap_or(0),
        _ => 0,
    };
    let of_values = match array.data_type() {
        DataType::Utf8 => text(array.as_string::<i32>().value_offsets()),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let entries = text(lists.value_offsets());
            let first = usize::try_from(lists.value_offsets().first().copied().unwrap_or(0)).unwrap_or(0);
            entries * OF_ANY_VALUE + length(&lists.values().slice(first, entries))
        }
        _ => 0,
    };
    of_values + array.len() * OF_ANY_VALUE
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, ListBuilder, StringArray, StringBuilder};
    use arrow::compute::concat_batches;

    use super::*;

    fn batch(first: i32) -> RecordBatch {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in 0..10 {
            (0..row % 3).for_each(|entry| lists.values().append_value(format!("{first}-{entry}")));
            lists.append(true);
        }
        let texts: StringArray = (0..10).map(|row| (row % 4 > 0).then(|| "文".repeat(row))).collect();
        let numbers: Int32Array = (first..first + 10).map(|number| (number % 3 > 0).then_some(number)).collect();
        let columns: [(&str, ArrayRef); 3] =
            [("texts", Arc::new(texts)), ("numbers", Arc::new(numbers)), ("lists", Arc::new(lists.finish()))];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
    }

    fn column(spill: &mut Spill, at: usize) -> Vec<ArrayRef> {
        spill.column(at).collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn what_was_put_aside_comes_back_column_by_column_and_nothing_of_it_the_next_time() {
        let desk = tempfile::tempdir().unwrap();
        let (first, second) = (batch(0), batch(10).slice(3, 5));
        let mut spill = Spill::new(desk.path(), first.schema()).unwrap();
        for _ in 0..2 {
            spill.push(&first).unwrap();
            spill.push(&second).unwrap();
            assert_eq!(spill.rows(), 15);
            for at in [2, 0, 1] {
                assert_eq!(column(&mut spill, at), [first.column(at).clone(), second.column(at).clone()]);
            }
            spill.clear().unwrap();
            assert_eq!((spill.rows(), spill.bytes()), (0, 0));
            assert!(column(&mut spill, 0).is_empty());
        }
        assert_eq!(std::fs::read_dir(desk.path()).unwrap().count(), 0, "the file has no name");
    }

    #[test]
    fn the_length_is_that_of_the_values_however_they_came() {
        let desk = tempfile::tempdir().unwrap();
        let (first, second) = (batch(0), batch(10));
        let length = |batches: &[RecordBatch]| {
            let mut spill = Spill::new(desk.path(), first.schema()).unwrap();
            batches.iter().for_each(|batch| spill.push(batch).unwrap());
            spill.bytes()
        };
        let whole = concat_batches(&first.schema(), [&first, &second]).unwrap();
        let expected = length(&[first.clone(), second.clone()]);
        assert_eq!(length(std::slice::from_ref(&whole)), expected);
        assert_eq!(length(&[whole.slice(0, 7), whole.slice(7, 13)]), expected);
    }
}
