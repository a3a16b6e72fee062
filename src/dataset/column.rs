//! A column: its name, type and meaning, and the function that reads its value from a row. Everything the dataset says
//! about a column is said here, once.

use jiff::civil::Date;

use super::prepared::Prepared;
use super::schema::{ColumnSpec, ColumnType};

/// A table of the dataset.
pub(super) trait Table: Sized + 'static {
    /// What one row borrows from a prepared document.
    type Row<'p>: Copy;
    /// Stem of its files.
    const NAME: &'static str;
    /// What one row stands for.
    const ONE_ROW_PER: &'static str;
    /// Whether it is also written as JSON lines.
    const JSONL: bool;
    /// Columns its rows are sorted by, ascending, null first.
    const SORTED_BY: &'static [&'static str];
    /// Its columns in order.
    const COLUMNS: &'static [Column<Self>];

    /// The rows of one document, in order.
    fn rows<'p>(prepared: &'p Prepared<'p>) -> impl Iterator<Item = Self::Row<'p>>;
}

/// One column of the table `T`.
pub(super) struct Column<T: Table> {
    pub(super) name: &'static str,
    pub(super) nullable: bool,
    pub(super) meaning: &'static str,
    pub(super) cell: Cell<T>,
}

/// A column that is never null.
pub(super) const fn required<T: Table>(name: &'static str, cell: Cell<T>, meaning: &'static str) -> Column<T> {
    Column { name, nullable: false, meaning, cell }
}

/// A column that may be null.
pub(super) const fn optional<T: Table>(name: &'static str, cell: Cell<T>, meaning: &'static str) -> Column<T> {
    Column { name, nullable: true, meaning, cell }
}

/// Reads a plain value from a row.
pub(super) type Read<T, V> = for<'r, 'p> fn(&'r <T as Table>::Row<'p>) -> Option<V>;
/// Reads a text from a row.
pub(super) type ReadText<T> = for<'r, 'p> fn(&'r <T as Table>::Row<'p>) -> Option<&'r str>;
/// Reads texts in order from a row.
pub(super) type ReadList<T> = for<'r, 'p> fn(&'r <T as Table>::Row<'p>) -> Vec<&'r str>;

/// Type of a column and how its value is read. Integers are read as `i64` and checked against their type when stored.
pub(super) enum Cell<T: Table> {
    /// `string`, one of few values in many rows: stored once, in a dictionary.
    Word(ReadText<T>),
    /// `string`, different in nearly every row.
    Text(ReadText<T>),
    /// `int32`.
    Int(Read<T, i64>),
    /// `int64`.
    Long(Read<T, i64>),
    /// `float32`.
    Float(Read<T, f32>),
    /// `date32`.
    Date(Read<T, Date>),
    /// `bool`.
    Bool(Read<T, bool>),
    /// `list<string>`, empty where there is nothing.
    List(ReadList<T>),
}

impl<T: Table> Clone for Cell<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Table> Copy for Cell<T> {}

impl<T: Table> Column<T> {
    /// Bytes of the value in `row` if it is a long text; see [`ColumnSpec::is_long`].
    pub(super) fn text_bytes(&self, row: &T::Row<'_>) -> usize {
        match self.cell {
            Cell::Text(read) => read(row).map_or(0, str::len),
            Cell::List(read) => read(row).into_iter().map(str::len).sum(),
            _ => 0,
        }
    }

    /// Bytes of the value in `row` if it is a text of any kind.
    pub(super) fn any_text_bytes(&self, row: &T::Row<'_>) -> usize {
        match self.cell {
            Cell::Word(read) => read(row).map_or(0, str::len),
            _ => self.text_bytes(row),
        }
    }

    /// What the schema says of this column.
    pub(super) fn spec(&self) -> ColumnSpec {
        let (column_type, dictionary) = match self.cell {
            Cell::Word(_) => (ColumnType::String, true),
            Cell::Text(_) => (ColumnType::String, false),
            Cell::Int(_) => (ColumnType::Int32, true),
            Cell::Long(_) => (ColumnType::Int64, false),
            Cell::Float(_) => (ColumnType::Float32, false),
            Cell::Date(_) => (ColumnType::Date32, true),
            Cell::Bool(_) => (ColumnType::Bool, false),
            Cell::List(_) => (ColumnType::StringList, true),
        };
        ColumnSpec { name: self.name, column_type, nullable: self.nullable, meaning: self.meaning, dictionary }
    }
}

/// A number of things as a column value.
pub(super) fn count(things: usize) -> Option<i64> {
    Some(i64::try_from(things).unwrap_or(i64::MAX))
}
