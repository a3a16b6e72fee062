//! A comparison → one table of changes as Parquet, for those who count them: a row for each value, join, item, source and
//! setting that differs.

use std::io::Write;
use std::iter;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::outcome::{Diff, ItemChange, ItemClass, ItemRef, Join, Shared, Spot};

/// Rows in a batch.
const BATCH: usize = 8192;

/// Why a table of changes could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The rows do not fit together.
    #[error("cannot make the table of changes: {0}")]
    Rows(#[from] ArrowError),
    /// The file cannot be written.
    #[error("cannot write the table of changes: {0}")]
    Parquet(#[from] ParquetError),
}

/// A row. Every column may be null but `kind`.
#[derive(Debug, Default)]
struct Row {
    kind: &'static str,
    table: Option<&'static str>,
    field: Option<String>,
    old: Option<String>,
    new: Option<String>,
    old_rule: Option<String>,
    new_rule: Option<String>,
    text_class: Option<&'static str>,
    old_source: Option<String>,
    new_source: Option<String>,
    old_item: Option<String>,
    new_item: Option<String>,
    old_line: Option<i64>,
    new_line: Option<i64>,
}

/// Writes the table of what `diff` found to `out`.
///
/// # Errors
/// If `out` takes no more.
pub fn write_parquet(diff: &Diff, out: impl Write + Send) -> Result<(), TableError> {
    let properties = WriterProperties::builder()
        .set_created_by(concat!("jianbao version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .build();
    let mut writer = ArrowWriter::try_new(out, batch(&[])?.schema(), Some(properties))?;
    for batch in batches(diff) {
        writer.write(&batch?)?;
    }
    writer.close()?;
    Ok(())
}

/// The table of what `diff` found, in Arrow; a batch without rows if nothing differs.
pub fn batches(diff: &Diff) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    let mut rows = rows(diff);
    let mut is_first = true;
    iter::from_fn(move || {
        let some: Vec<Row> = rows.by_ref().take(BATCH).collect();
        let is_wanted = !some.is_empty() || is_first;
        is_first = false;
        is_wanted.then(|| batch(&some))
    })
}

fn batch(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let texts =
        |value: fn(&Row) -> Option<&str>| -> ArrayRef { Arc::new(rows.iter().map(value).collect::<StringArray>()) };
    let numbers =
        |value: fn(&Row) -> Option<i64>| -> ArrayRef { Arc::new(rows.iter().map(value).collect::<Int64Array>()) };
    RecordBatch::try_from_iter_with_nullable([
        ("kind", texts(|row| Some(row.kind)), false),
        ("table", texts(|row| row.table), true),
        ("field", texts(|row| row.field.as_deref()), true),
        ("old", texts(|row| row.old.as_deref()), true),
        ("new", texts(|row| row.new.as_deref()), true),
        ("old_rule", texts(|row| row.old_rule.as_deref()), true),
        ("new_rule", texts(|row| row.new_rule.as_deref()), true),
        ("text_class", texts(|row| row.text_class), true),
        ("old_source", texts(|row| row.old_source.as_deref()), true),
        ("new_source", texts(|row| row.new_source.as_deref()), true),
        ("old_item", texts(|row| row.old_item.as_deref()), true),
        ("new_item", texts(|row| row.new_item.as_deref()), true),
        ("old_line", numbers(|row| row.old_line), true),
        ("new_line", numbers(|row| row.new_line), true),
    ])
}

fn rows(diff: &Diff) -> impl Iterator<Item = Row> {
    settings(diff)
        .chain(sources(diff))
        .chain(readings(diff))
        .chain(items(diff))
        .chain(fields(diff))
        .chain(joins(diff))
        .chain(remarks(diff))
}

fn settings(diff: &Diff) -> impl Iterator<Item = Row> {
    let text =
        |value: &serde_json::Value| (!value.is_null()).then(|| value.as_str().map_or(value.to_string(), str::to_owned));
    diff.settings.iter().map(move |it| Row {
        kind: "settings",
        field: Some(format!("{}.{}", it.what, it.name)),
        old: text(&it.old),
        new: text(&it.new),
        ..Row::default()
    })
}

fn sources(diff: &Diff) -> impl Iterator<Item = Row> {
    let row = |field: &str, old: Option<&String>, new: Option<&String>| Row {
        kind: "sources",
        field: Some(field.to_owned()),
        old_source: old.cloned(),
        new_source: new.cloned(),
        ..Row::default()
    };
    let sources = &diff.sources;
    let changed = sources.changed.iter().map(move |path| row("changed", Some(path), Some(path)));
    let moved = sources.moved.iter().map(move |it| row("moved", Some(&it.old), Some(&it.new)));
    let renamed = sources.renamed.iter().map(move |it| row("renamed", Some(&it.old), Some(&it.new)));
    let gone = sources.gone.iter().map(move |path| row("gone", Some(path), None));
    changed
        .chain(moved)
        .chain(renamed)
        .chain(gone)
        .chain(sources.new.iter().map(move |path| row("new", None, Some(path))))
}

fn readings(diff: &Diff) -> impl Iterator<Item = Row> {
    let lost = diff.coverage.lost.iter().map(|it| ("lost", it));
    lost.chain(diff.coverage.regained.iter().map(|it| ("regained", it))).map(|(kind, it)| Row {
        kind,
        field: Some("chars".to_owned()),
        old: Some(it.old.chars.to_string()),
        new: Some(it.new.chars.to_string()),
        old_rule: it.old.error_code.clone(),
        new_rule: it.new.error_code.clone(),
        old_source: Some(it.old.source.to_string()),
        new_source: Some(it.new.source.to_string()),
        ..Row::default()
    })
}

/// A row for each value of an edited item, one for any other item.
fn items(diff: &Diff) -> impl Iterator<Item = Row> {
    diff.items.changes.iter().flat_map(|change| {
        let values = change.fields.iter().map(|value| Row {
            field: Some(value.field.clone()),
            old: value.old.stored(),
            new: value.new.stored(),
            text_class: value.text.as_ref().map(|text| text.class.as_str()),
            ..of_items(change)
        });
        values.chain(change.fields.is_empty().then(|| of_items(change))).collect::<Vec<_>>()
    })
}

fn of_items(change: &ItemChange) -> Row {
    let ids = |items: &[Shared<ItemRef>]| -> Option<String> {
        let ids: Vec<&str> = items.iter().map(|item| item.item_id.as_str()).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    };
    let source = |items: &[Shared<ItemRef>]| items.first().map(|item| item.source.to_string());
    let rules = |rules: &[String]| (!rules.is_empty()).then(|| rules.join(" "));
    let overrides = change.overrides.as_ref();
    Row {
        kind: change.class.as_str(),
        table: Some("items"),
        old_source: source(&change.old),
        new_source: source(&change.new),
        old_item: ids(&change.old),
        new_item: ids(&change.new),
        old_rule: overrides.and_then(|it| rules(&it.old)),
        new_rule: overrides.and_then(|it| rules(&it.new)),
        old_line: change.old.first().and_then(|item| item.line),
        new_line: change.new.first().and_then(|item| item.line),
        ..Row::default()
    }
}

impl ItemClass {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Moved => "moved",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// Values of the other tables.
fn fields(diff: &Diff) -> impl Iterator<Item = Row> {
    diff.fields.iter().filter(|group| group.table != "items").flat_map(|group| {
        group.places.iter().map(move |place| Row {
            kind: group.table,
            table: Some(group.table),
            field: Some(group.field.clone()),
            old: group.values.as_ref().and_then(|it| it.old.stored()),
            new: group.values.as_ref().and_then(|it| it.new.stored()),
            old_rule: group.rule.as_ref().and_then(|it| it.old.stored()),
            new_rule: group.rule.as_ref().and_then(|it| it.new.stored()),
            old_source: Some(place.old.source().to_owned()),
            new_source: Some(place.new.source().to_owned()),
            old_line: place.old.line(),
            new_line: place.new.line(),
            ..Row::default()
        })
    })
}

impl Spot {
    /// Path of the source file.
    pub fn source(&self) -> &str {
        match self {
            Self::Item(item) => &item.source,
            Self::Line { source, .. } | Self::Document { source } => source,
        }
    }

    /// Number of its line, or of its first one.
    pub fn line(&self) -> Option<i64> {
        match self {
            Self::Item(item) => item.line,
            Self::Line { line, .. } => Some(*line),
            Self::Document { .. } => None,
        }
    }
}

fn joins(diff: &Diff) -> impl Iterator<Item = Row> {
    let row = |join: &Join| (Some(join.source.to_string()), join.item_id.clone(), Some(join.line), join.rule.clone());
    diff.joins.iter().flat_map(move |group| {
        group.joins.iter().map(move |it| {
            let (old_source, old_item, old_line, old_rule) = row(&it.old);
            let (new_source, new_item, new_line, new_rule) = row(&it.new);
            let (old, new) = (group.old.clone(), group.new.clone());
            let (table, field) = (Some("lines"), Some("join".to_owned()));
            let text_class = None;
            Row {
                kind: "joins",
                table,
                field,
                old,
                new,
                old_rule,
                new_rule,
                text_class,
                old_source,
                new_source,
                old_item,
                new_item,
                old_line,
                new_line,
            }
        })
    })
}

fn remarks(diff: &Diff) -> impl Iterator<Item = Row> {
    diff.remarks.iter().flat_map(|group| {
        let row = |code: &str| Row {
            kind: "remarks",
            table: Some("diagnostics"),
            field: Some(code.to_owned()),
            ..Row::default()
        };
        let gone = group.gone.iter().map(move |it| Row {
            old: Some(it.message.clone()),
            old_source: Some(it.source.to_string()),
            old_line: it.line,
            ..row(&group.code)
        });
        gone.chain(group.new.iter().map(move |it| Row {
            new: Some(it.message.clone()),
            new_source: Some(it.source.to_string()),
            new_line: it.line,
            ..row(&group.code)
        }))
    })
}
