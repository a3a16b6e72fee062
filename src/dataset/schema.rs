//! The one schema: which tables there are, and what each says of its columns in Arrow's terms.
//!
//! A [`TableSpec`] is read off the table's own list of columns, so it cannot differ from what is written.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::column::Table;
use super::diagnostics::Diagnostics;
use super::documents::Documents;
use super::items::Items;
use super::lines::Lines;

/// Version of the names, types and meanings of the columns. It goes up when one of them changes.
pub const SCHEMA_VERSION: &str = "1";

/// Key of [`SCHEMA_VERSION`] in the metadata of every Parquet file.
pub(super) const VERSION_KEY: &str = "jianbao.schema_version";

/// Every table, in the order of the contract.
pub fn tables() -> [TableSpec; 4] {
    [TableSpec::of::<Items>(), TableSpec::of::<Documents>(), TableSpec::of::<Lines>(), TableSpec::of::<Diagnostics>()]
}

/// A table as its users see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Stem of its files: `items` is `items.parquet` and `items.jsonl`.
    pub name: &'static str,
    /// What one row stands for.
    pub one_row_per: &'static str,
    /// Whether it is also written as JSON lines.
    pub jsonl: bool,
    /// Columns its rows are sorted by: ascending, byte order for text, null first.
    pub sorted_by: &'static [&'static str],
    /// Its columns in order.
    pub columns: Vec<ColumnSpec>,
}

/// A column as its users see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Name, the same in every format.
    pub name: &'static str,
    /// Type.
    pub column_type: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
    /// What a value means, with unit and range.
    pub meaning: &'static str,
    /// Whether Parquet stores each distinct value once.
    pub(super) dictionary: bool,
}

/// The types there are. All of them read the same in every common reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    String,
    /// Signed, 32 bits.
    Int32,
    /// Signed, 64 bits.
    Int64,
    /// IEEE 754 single.
    Float32,
    /// A day of the proleptic Gregorian calendar.
    Date32,
    /// True or false.
    Bool,
    /// Texts in order; never null, and none of them null.
    StringList,
}

impl ColumnType {
    /// The word written in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Float32 => "float32",
            Self::Date32 => "date32",
            Self::Bool => "bool",
            Self::StringList => "list<string>",
        }
    }

    /// The type in Arrow. A list's entries are called `element`, as the Parquet format wants it.
    fn arrow(self) -> DataType {
        match self {
            Self::String => DataType::Utf8,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Float32 => DataType::Float32,
            Self::Date32 => DataType::Date32,
            Self::Bool => DataType::Boolean,
            Self::StringList => DataType::List(list_element()),
        }
    }
}

/// The field of a list's entries.
pub(super) fn list_element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, false))
}

impl fmt::Display for ColumnSpec {
    /// The type as the contract writes it: `string`, or `string?` where it may be null.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.column_type.as_str())?;
        if self.nullable { f.write_str("?") } else { Ok(()) }
    }
}

impl TableSpec {
    /// The table `T` as its users see it.
    pub(super) fn of<T: Table>() -> Self {
        Self {
            name: T::NAME,
            one_row_per: T::ONE_ROW_PER,
            jsonl: T::JSONL,
            sorted_by: T::SORTED_BY,
            columns: T::COLUMNS.iter().map(super::column::Column::spec).collect(),
        }
    }

    /// The Arrow schema: every field with its meaning under `description`, the schema with its version.
    pub fn arrow(&self) -> SchemaRef {
        let fields: Vec<Field> = self.columns.iter().map(ColumnSpec::arrow).collect();
        // One key each: Arrow keeps metadata in hash maps, and the order of two would differ from run to run.
        Arc::new(Schema::new_with_metadata(fields, HashMap::from([(VERSION_KEY.into(), SCHEMA_VERSION.into())])))
    }
}

impl ColumnSpec {
    /// Whether its values count as long text, which decides where a batch ends: texts that differ in nearly every row, and
    /// lists.
    pub(super) fn is_long(&self) -> bool {
        self.column_type == ColumnType::StringList || self.column_type == ColumnType::String && !self.dictionary
    }

    fn arrow(&self) -> Field {
        Field::new(self.name, self.column_type.arrow(), self.nullable)
            .with_metadata(HashMap::from([("description".into(), self.meaning.into())]))
    }
}
