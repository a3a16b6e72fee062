//! A column as any engine may have written it → the same values in the type that the schema has. Engines differ in how
//! they hold a value and not in what it is: long texts, dictionaries, wider numbers, other names for a list's entries. A
//! value that does not fit is an error, never another value.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, new_null_array};
use arrow::compute::{CastOptions, cast, cast_with_options, kernels::cmp::not_distinct};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};

/// The values of `column` as `field` has them, or what is wrong with them.
pub(super) fn alike(column: &ArrayRef, field: &FieldRef) -> Result<ArrayRef, String> {
    let array = typed(column, field)?;
    if !field.is_nullable() && array.null_count() > 0 {
        return Err(format!("a value is missing in the column {}", field.name()));
    }
    Ok(array)
}

/// The columns of a table by name, in order; others are passed over.
pub(super) fn columns<'c>(
    fields: &Fields,
    found: impl Fn(&str) -> Option<&'c ArrayRef>,
) -> Result<Vec<ArrayRef>, String> {
    let column = |field: &FieldRef| {
        let column = found(field.name()).ok_or_else(|| format!("it has no column {}", field.name()))?;
        alike(column, field)
    };
    fields.iter().map(column).collect()
}

fn typed(column: &ArrayRef, field: &FieldRef) -> Result<ArrayRef, String> {
    let (from, to) = (column.data_type(), field.data_type());
    if from == to {
        return Ok(column.clone());
    }
    let other = || format!("the column {} holds {from}, and should hold {to}", field.name());
    match (from, to) {
        // All that an engine saw of the column was missing.
        (DataType::Null, _) => Ok(new_null_array(to, column.len())),
        (DataType::Dictionary(_, values), _) => typed(&cast(column, values).map_err(|_| other())?, field),
        (_, DataType::List(element)) => {
            let (DataType::List(own)
            | DataType::LargeList(own)
            | DataType::ListView(own)
            | DataType::LargeListView(own)
            | DataType::FixedSizeList(own, _)) = from
            else {
                return Err(other());
            };
            let list = cast(column, &DataType::List(own.clone())).map_err(|_| other())?;
            let list = list.as_list_opt::<i32>().ok_or_else(other)?;
            let named = Arc::new(Field::new(field.name(), element.data_type().clone(), element.is_nullable()));
            let values = alike(list.values(), &named)?;
            let list = ListArray::try_new(element.clone(), list.offsets().clone(), values, list.nulls().cloned());
            list.map(|list| Arc::new(list) as ArrayRef).map_err(|error| error.to_string())
        }
        (DataType::Struct(_), DataType::Struct(fields)) => {
            let found = column.as_struct_opt().ok_or_else(other)?;
            let columns = columns(fields, |name| found.column_by_name(name))
                .map_err(|what| format!("in the column {}, {what}", field.name()))?;
            let made = StructArray::try_new(fields.clone(), columns, found.nulls().cloned());
            made.map(|made| Arc::new(made) as ArrayRef).map_err(|error| error.to_string())
        }
        _ if fits(from, to) => exact(column, to).ok_or_else(other),
        _ => Err(other()),
    }
}

/// Whether a value of `to` can have been written as `from`.
fn fits(from: &DataType, to: &DataType) -> bool {
    match to {
        DataType::Utf8 => matches!(from, DataType::LargeUtf8 | DataType::Utf8View),
        DataType::Int32 | DataType::Int64 => from.is_integer() || from.is_floating(),
        DataType::Float32 => from.is_floating(),
        DataType::Date32 => matches!(from, DataType::Date64 | DataType::Timestamp(..)),
        _ => false,
    }
}

/// The values as `to`, if they are the same seen from both sides.
fn exact(column: &ArrayRef, to: &DataType) -> Option<ArrayRef> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let made = cast_with_options(column, to, &strict).ok()?;
    if matches!(to, DataType::Utf8) {
        return Some(made);
    }
    let back = cast_with_options(&made, column.data_type(), &strict).ok()?;
    let same = not_distinct(&back, column).ok()?;
    (same.true_count() == column.len()).then_some(made)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array, LargeStringArray};

    use super::*;

    #[test]
    fn a_value_that_does_not_fit_is_an_error_and_not_another_value() {
        let field = |to: DataType| Arc::new(Field::new("x", to, true));
        let whole: ArrayRef = Arc::new(Float64Array::from(vec![Some(3.0), None]));
        let made = alike(&whole, &field(DataType::Int32)).unwrap();
        assert_eq!((made.data_type(), made.null_count()), (&DataType::Int32, 1));
        let half: ArrayRef = Arc::new(Float64Array::from(vec![3.5]));
        assert!(alike(&half, &field(DataType::Int32)).is_err());
        assert!(alike(&half, &field(DataType::Float32)).is_ok());
        let third: ArrayRef = Arc::new(Float64Array::from(vec![1.0 / 3.0]));
        assert!(alike(&third, &field(DataType::Float32)).is_err());
        let long: ArrayRef = Arc::new(Int64Array::from(vec![1 << 40]));
        assert!(alike(&long, &field(DataType::Int32)).is_err());
        let text: ArrayRef = Arc::new(LargeStringArray::from(vec!["3"]));
        assert!(alike(&text, &field(DataType::Int32)).is_err());
        assert!(alike(&text, &field(DataType::Utf8)).is_ok());
    }

    #[test]
    fn what_must_be_there_must_be_there() {
        let gone = new_null_array(&DataType::Null, 2);
        let field = |nullable| Arc::new(Field::new("x", DataType::Utf8, nullable));
        assert!(alike(&gone, &field(true)).is_ok());
        let said = alike(&gone, &field(false)).unwrap_err();
        assert_eq!(said, "a value is missing in the column x");
    }
}
