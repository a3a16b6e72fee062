//! One value of a dataset as it was stored.

use std::cmp::Ordering;
use std::fmt;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float32Type, Int32Type, Int64Type};
use serde::Serialize;

use super::date;

/// A value of a column. Days are text: 2021-01-26.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that was measured.
    Float(Measure),
    /// Text, or a day.
    Text(String),
    /// Texts in order.
    List(Vec<String>),
}

/// A number that was measured; ordered as IEEE 754 has it.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct Measure(pub f32);

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Measure {}

impl PartialOrd for Measure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Measure {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Cell {
    /// The value in row `row` of `column`; `None` if its type is none of this dataset's.
    pub fn of(column: &ArrayRef, row: usize) -> Option<Self> {
        if column.is_null(row) {
            return Some(Self::Null);
        }
        Some(match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string_opt::<i32>()?.value(row).to_owned()),
            DataType::Int32 => Self::Int(column.as_primitive_opt::<Int32Type>()?.value(row).into()),
            DataType::Int64 => Self::Int(column.as_primitive_opt::<Int64Type>()?.value(row)),
            DataType::Float32 => Self::Float(Measure(column.as_primitive_opt::<Float32Type>()?.value(row))),
            DataType::Date32 => {
                let days = column.as_primitive_opt::<Date32Type>()?.value(row);
                Self::Text(date::day(days).map_or_else(|| days.to_string(), |day| day.to_string()))
            }
            DataType::Boolean => Self::Bool(column.as_boolean_opt()?.value(row)),
            DataType::List(_) => {
                let texts = column.as_list_opt::<i32>()?.value(row);
                Self::List(texts.as_string_opt::<i32>()?.iter().map(|it| it.unwrap_or_default().to_owned()).collect())
            }
            _ => return None,
        })
    }

    /// Whether [`of`](Self::of) knows columns of this type.
    pub(super) fn has(data_type: &DataType) -> bool {
        match data_type {
            DataType::List(element) => *element.data_type() == DataType::Utf8,
            DataType::Utf8 | DataType::Int32 | DataType::Int64 | DataType::Float32 => true,
            other => matches!(other, DataType::Date32 | DataType::Boolean),
        }
    }

    /// As text; `None` if there is no value.
    pub fn stored(&self) -> Option<String> {
        match self {
            Self::Null => None,
            value => Some(value.to_string()),
        }
    }

    /// Whether it is no value, or a list of none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Null) || matches!(self, Self::List(texts) if texts.is_empty())
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl fmt::Display for Cell {
    /// For a person: lists with 、, no value as `null`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(Measure(number)) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(texts) if texts.is_empty() => f.write_str("none"),
            Self::List(texts) => f.write_str(&texts.join("、")),
        }
    }
}
