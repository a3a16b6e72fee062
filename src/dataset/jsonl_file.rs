//! Arrow batches → one file of JSON lines: an object a row, the columns of the batch in their order, `null` written out,
//! dates as `YYYY-MM-DD`, no escaping of non-ASCII. Knows no table: what Parquet holds, this writes.

use std::io::Write;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float32Array, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray,
};
use arrow::error::ArrowError;

use super::DatasetError;
use super::date::day;
use super::file::{PendingFile, SealedFile};
use super::schema::TableSpec;

/// Rows are written to the file when they have so many bytes.
const PIECE: usize = 256 << 10;

/// A file of JSON lines that is being written.
pub(super) struct JsonlFile {
    table: &'static str,
    file: PendingFile,
    text: Vec<u8>,
    rows: u64,
}

impl JsonlFile {
    /// Starts the file of `table`.
    pub(super) fn create(table: &TableSpec, file: PendingFile) -> Self {
        Self { table: table.name, file, text: Vec::new(), rows: 0 }
    }

    /// Appends the rows of `batch`.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        let rows = Rows::of(batch).map_err(|source| DatasetError::Rows { table: self.table, source })?;
        for row in 0..batch.num_rows() {
            rows.write(&mut self.text, row);
            if self.text.len() >= PIECE {
                self.flush()?;
            }
        }
        self.rows += batch.num_rows() as u64;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), DatasetError> {
        let written = self.file.write_all(&self.text);
        self.text.clear();
        self.text.shrink_to(PIECE);
        written.map_err(|source| DatasetError::File { file: self.file.name().to_owned(), source })
    }

    /// Waits until the file is safe on disk.
    pub(super) fn seal(self) -> Result<SealedFile, DatasetError> {
        self.file.seal(self.rows)
    }
}

/// The columns of a batch, each with what stands before its values.
struct Rows<'a>(Vec<(Vec<u8>, Values<'a>)>);

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, ArrowError> {
        let schema = batch.schema();
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let mut key = vec![if columns.is_empty() { b'{' } else { b',' }];
            write_text(&mut key, field.name());
            key.push(b':');
            columns.push((key, Values::of(array)?));
        }
        Ok(Self(columns))
    }

    fn write(&self, out: &mut Vec<u8>, row: usize) {
        for (key, values) in &self.0 {
            out.extend_from_slice(key);
            values.write(out, row);
        }
        out.extend_from_slice(b"}\n");
    }
}

/// A column whose type is known.
enum Values<'a> {
    Text(&'a StringArray),
    Int(&'a Int32Array),
    Long(&'a Int64Array),
    Float(&'a Float32Array),
    Date(&'a Date32Array),
    Bool(&'a BooleanArray),
    /// The entries of all lists, and where each row's begin and end.
    List(&'a ListArray, &'a StringArray),
}

impl<'a> Values<'a> {
    fn of(array: &'a ArrayRef) -> Result<Self, ArrowError> {
        let any = array.as_any();
        let entries =
            any.downcast_ref().and_then(|lists: &ListArray| Some((lists, lists.values().as_any().downcast_ref()?)));
        None.or_else(|| any.downcast_ref().map(Self::Text))
            .or_else(|| any.downcast_ref().map(Self::Int))
            .or_else(|| any.downcast_ref().map(Self::Long))
            .or_else(|| any.downcast_ref().map(Self::Float))
            .or_else(|| any.downcast_ref().map(Self::Date))
            .or_else(|| any.downcast_ref().map(Self::Bool))
            .or_else(|| entries.map(|(lists, texts)| Self::List(lists, texts)))
            .ok_or_else(|| ArrowError::NotYetImplemented(format!("JSON lines of {}", array.data_type())))
    }

    fn write(&self, out: &mut Vec<u8>, row: usize) {
        match self {
            Self::Text(array) if array.is_valid(row) => write_text(out, array.value(row)),
            Self::Int(array) if array.is_valid(row) => write_plain(out, array.value(row)),
            Self::Long(array) if array.is_valid(row) => write_plain(out, array.value(row)),
            Self::Float(array) if array.is_valid(row) => write_float(out, array.value(row)),
            Self::Date(array) if array.is_valid(row) => match day(array.value(row)) {
                Some(date) => write_plain(out, format_args!("\"{date}\"")),
                None => out.extend_from_slice(b"null"),
            },
            Self::Bool(array) if array.is_valid(row) => write_plain(out, array.value(row)),
            Self::List(lists, texts) if lists.is_valid(row) => write_list(out, lists, texts, row),
            _ => out.extend_from_slice(b"null"),
        }
    }
}

fn write_plain(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to a vector cannot fail.
    let _ = write!(out, "{value}");
}

/// The shortest digits that read back as the same number, always with a point or an exponent; JSON has no word for the rest.
fn write_float(out: &mut Vec<u8>, value: f32) {
    if value.is_finite() { write_plain(out, format_args!("{value:?}")) } else { out.extend_from_slice(b"null") }
}

fn write_list(out: &mut Vec<u8>, lists: &ListArray, texts: &StringArray, row: usize) {
    let offsets = lists.value_offsets();
    out.push(b'[');
    for entry in offsets[row]..offsets[row + 1] {
        if entry > offsets[row] {
            out.push(b',');
        }
        // Offsets into an array are never negative.
        write_text(out, texts.value(entry as usize));
    }
    out.push(b']');
}

/// A string with only `"`, `\` and control characters escaped. Most texts have none and are copied whole.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = position_to_escape(rest) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => write_plain(out, format_args!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Blocks are tested without a branch per byte, which the compiler turns into vector instructions.
fn position_to_escape(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let clean =
        bytes.chunks(BLOCK).take_while(|block| !block.iter().fold(false, |any, &byte| any | escaped(byte))).count();
    let start = (clean * BLOCK).min(bytes.len());
    bytes[start..].iter().position(|&byte| escaped(byte)).map(|at| start + at)
}

fn escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::{write_float, write_text};

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn only_quotes_backslashes_and_controls_are_escaped() {
        let cases = [
            ("", r#""""#),
            ("党史", r#""党史""#),
            ("a\"b\\c/", r#""a\"b\\c/""#),
            ("\n\r\t\u{1}\u{1f}\u{7f}\u{2028}", "\"\\n\\r\\t\\u0001\\u001f\u{7f}\u{2028}\""),
        ];
        for (text, expected) in cases {
            assert_eq!(written(|out| write_text(out, text)), expected);
        }
    }

    #[test]
    fn an_escape_is_found_wherever_it_stands() {
        for length in 0..100 {
            let text = format!("{}\n{}", "a".repeat(length), "b".repeat(length));
            let expected = format!("\"{}\\n{}\"", "a".repeat(length), "b".repeat(length));
            assert_eq!(written(|out| write_text(out, &text)), expected);
        }
    }

    #[test]
    fn floats_have_the_fewest_digits_that_read_back() {
        let cases =
            [(0.1, "0.1"), (1.0, "1.0"), (-0.5, "-0.5"), (1.0 / 3.0, "0.33333334"), (1e-7, "1e-7"), (f32::NAN, "null")];
        for (value, expected) in cases {
            assert_eq!(written(|out| write_float(out, value)), expected);
        }
    }
}
