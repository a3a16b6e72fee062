//! What a comparison found. Serialised as it stands it is the JSON that `jianbao diff` prints: keys in this order, lists in
//! an order of their own, the same bytes for the same two datasets.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::text::{TextChange, TextClass};
use crate::dataset::{Cell, Counts};

/// How two datasets differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// Whether anything differs that was to be compared; what the runs were made with does not count.
    pub same: bool,
    /// Whether the data files have equal bytes, so that no row was looked at.
    pub equal_files: bool,
    /// How many differences there are of each kind; kinds without any are left out.
    pub counts: BTreeMap<Kind, u64>,
    /// Source files.
    pub sources: Sources,
    /// What the runs were made with, where it differs.
    pub settings: Vec<Setting>,
    /// What was read.
    pub coverage: Coverage,
    /// Items.
    pub items: Items,
    /// Values that changed, those that changed most often first.
    pub fields: Vec<FieldGroup>,
    /// Joins that changed, by what they were and became.
    pub joins: Vec<JoinGroup>,
    /// Characters that changed in long texts, those that changed most often first.
    pub text: Vec<TextGroup>,
    /// Printed lines that only one of the runs read, in documents that both have.
    pub lines: LineCounts,
    /// Remarks that only one of the runs made, by code.
    pub remarks: Vec<RemarkGroup>,
}

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Source files that are new, gone, moved or have other bytes.
    Sources,
    /// Versions, rules, options and models.
    Settings,
    /// Documents of which less was read.
    Lost,
    /// Documents of which more was read.
    Regained,
    /// Items that are new.
    Added,
    /// Items that are gone.
    Removed,
    /// Items with other values.
    Edited,
    /// Items that stand elsewhere.
    Moved,
    /// Items cut into several.
    Split,
    /// Items that became one.
    Merged,
    /// Values of the table `documents`.
    Documents,
    /// Values of the table `lines`, and lines that only one run has.
    Lines,
    /// Joins of lines.
    Joins,
    /// Diagnostics.
    Remarks,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Self; 14] = [
        Self::Sources,
        Self::Settings,
        Self::Lost,
        Self::Regained,
        Self::Added,
        Self::Removed,
        Self::Edited,
        Self::Moved,
        Self::Split,
        Self::Merged,
        Self::Documents,
        Self::Lines,
        Self::Joins,
        Self::Remarks,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Settings => "settings",
            Self::Lost => "lost",
            Self::Regained => "regained",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Edited => "edited",
            Self::Moved => "moved",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Documents => "documents",
            Self::Lines => "lines",
            Self::Joins => "joins",
            Self::Remarks => "remarks",
        }
    }
}

/// What many places refer to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared<T: ?Sized>(Arc<T>);

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize + ?Sized> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl From<&str> for Shared<str> {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(value))
    }
}

/// A value as it was and as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change<T> {
    /// In the old run.
    pub old: T,
    /// In the new run.
    pub new: T,
}

/// Source files of both runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sources {
    /// How many have the same path and bytes.
    pub same: u64,
    /// Paths with other bytes.
    pub changed: Vec<String>,
    /// The same bytes under another path.
    pub moved: Vec<Change<String>>,
    /// Other bytes under another path, with half of the items or more.
    pub renamed: Vec<Change<String>>,
    /// Paths that only the old run has.
    pub gone: Vec<String>,
    /// Paths that only the new run has.
    pub new: Vec<String>,
}

/// Something the runs were made with that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// `version`, `schema`, `rules`, `options`, `models`, `skipped` or `columns`.
    pub what: &'static str,
    /// Name of the file, the option …
    pub name: String,
    /// What it was; null if there was none.
    pub old: Value,
    /// What it is; null if there is none.
    pub new: Value,
}

/// What was read, in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Counts of the old run.
    pub old: Counts,
    /// Counts of the new run.
    pub new: Counts,
    /// Documents of which less was read, new failures first, then by characters lost.
    pub lost: Vec<Change<Reading>>,
    /// Documents of which more was read.
    pub regained: Vec<Change<Reading>>,
}

/// How the reading of a document went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Path of the source file.
    pub source: Shared<str>,
    /// `ok`, `partial`, `failed` or `duplicate`.
    pub status: String,
    /// Code of what went wrong.
    pub error_code: Option<String>,
    /// What went wrong, in one sentence.
    pub error: Option<String>,
    /// Non-space characters read.
    pub chars: i64,
    /// Items found.
    pub items: u64,
}

/// Items of both runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Items {
    /// How many are the same.
    pub same: u64,
    /// Those that are not, in the order of their documents.
    pub changes: Vec<ItemChange>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemClass {
    /// It has other values.
    Edited,
    /// It has the same values and stands elsewhere.
    Moved,
    /// It was cut into several.
    Split,
    /// Several became one.
    Merged,
    /// Only the new run has it.
    Added,
    /// Only the old run has it.
    Removed,
}

/// An item that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// What became of it.
    pub class: ItemClass,
    /// Whether it stands elsewhere: among the items of its document, or in another one.
    pub moved: bool,
    /// The items of the old run: one; several if they became one; none if it was added.
    pub old: Vec<Shared<ItemRef>>,
    /// The items of the new run: one; several if it was cut; none if it was removed.
    pub new: Vec<Shared<ItemRef>>,
    /// Its values that differ, in the order of the columns.
    pub fields: Vec<FieldChange>,
    /// Rules of what people have decided about the items, where it is not the same in both runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Change<Vec<String>>>,
}

impl ItemClass {
    /// All of them, what is gone or new first.
    pub const TOLD: [Self; 6] = [Self::Removed, Self::Added, Self::Split, Self::Merged, Self::Moved, Self::Edited];
}

impl ItemChange {
    /// Rules of what people have decided about the items in one run and not in the other.
    pub fn by_hand(&self) -> Change<Vec<&str>> {
        let Some(Change { old, new }) = &self.overrides else { return Change { old: Vec::new(), new: Vec::new() } };
        Change { old: alone(old, new), new: alone(new, old) }
    }
}

fn alone<'r>(these: &'r [String], those: &[String]) -> Vec<&'r str> {
    these.iter().filter(|it| !those.contains(it)).map(String::as_str).collect()
}

/// An item of one run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ItemRef {
    /// Path of the source file.
    pub source: Shared<str>,
    /// Position in its document, from 1.
    pub ordinal: i64,
    /// Id of the item.
    pub item_id: String,
    /// Headline, or how the body begins.
    pub title: String,
    /// First line in the table `lines`.
    pub line: Option<i64>,
    /// Characters of headline and body without white space.
    pub chars: usize,
    #[serde(skip)]
    pub(super) content_hash: String,
}

/// A value of an item that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Name of the column.
    pub field: String,
    /// What it was.
    pub old: Cell,
    /// What it is.
    pub new: Cell,
    /// Where it differs, if it is a long text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<TextChange>,
}

/// A value that changed into another, at one place or at many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldGroup {
    /// Name of the table.
    pub table: &'static str,
    /// Name of the column.
    pub field: String,
    /// Both values; none where they were measured, and each is another.
    #[serde(flatten)]
    pub values: Option<Change<Cell>>,
    /// The rules that decided the values, where the table names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Change<Cell>>,
    /// Columns that changed with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// How often.
    pub count: u64,
    /// Where.
    pub places: Vec<Change<Spot>>,
}

/// A row of one run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Spot {
    /// An item.
    Item(Shared<ItemRef>),
    /// A line of a document.
    Line {
        /// Path of the source file.
        source: Shared<str>,
        /// Number of the line.
        line: i64,
    },
    /// A document.
    Document {
        /// Path of the source file.
        source: Shared<str>,
    },
}

/// Joins that were of one kind and became another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JoinGroup {
    /// `direct`, `space` or `break`; null where nothing of the same piece followed.
    pub old: Option<String>,
    /// The same in the new run.
    pub new: Option<String>,
    /// How many.
    pub count: u64,
    /// Which.
    pub joins: Vec<Change<Join>>,
}

/// How one line goes on, in one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Join {
    /// Path of the source file.
    pub source: Shared<str>,
    /// Page of the line.
    pub page: Option<i64>,
    /// Number of the line.
    pub line: i64,
    /// Item of the line.
    pub item_id: Option<String>,
    /// Evidence that decided.
    pub rule: Option<String>,
    /// Probability, 0 to 1.
    pub score: Cell,
    /// The line before, the line, and the line behind; empty where there is none.
    pub lines: [String; 3],
}

/// Characters that were replaced by others in long texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextGroup {
    /// In what kind of characters.
    pub class: TextClass,
    /// Characters of the old texts; empty if nothing stood there.
    pub old: String,
    /// Characters of the new texts; empty if nothing stands there.
    pub new: String,
    /// How often.
    pub count: u64,
    /// Where.
    pub places: Vec<TextPlace>,
}

/// A place in a long text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TextPlace {
    /// Name of the column of `items`.
    pub field: String,
    /// What stands before it.
    pub before: String,
    /// What stands behind it.
    pub after: String,
    /// The item in both runs.
    pub item: Change<Shared<ItemRef>>,
}

/// Lines that only one of the runs has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LineCounts {
    /// Only the new run has them.
    pub added: u64,
    /// Only the old run has them.
    pub removed: u64,
}

/// Remarks with one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemarkGroup {
    /// The code.
    pub code: String,
    /// Those that only the old run made.
    pub gone: Vec<Remark>,
    /// Those that only the new run made.
    pub new: Vec<Remark>,
}

/// A remark of one run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Remark {
    /// Path of the source file.
    pub source: Shared<str>,
    /// Number of the line.
    pub line: Option<i64>,
    /// What it says.
    pub message: String,
}
