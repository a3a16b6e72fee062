//! A dataset on disk → its documents in order, each with the rows of all four tables. Holds one document and one batch of
//! rows of each table at a time.

use std::path::Path;

use jiff::civil::Date;

use super::DatasetError;
use super::stored::{DOCUMENTS, Rows};
use crate::model::Rect;

/// Declares a row with the columns it is read from: `name: kind`, where the kind is a method of [`Rows`].
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$meaning:meta])* $column:ident: $kind:ident -> $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name { $($(#[$meaning])* pub $column: $type,)* }

        impl $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];

            fn read(rows: &Rows) -> Result<Self, DatasetError> {
                Ok(Self { $($column: rows.$kind(stringify!($column))?.into(),)* })
            }
        }
    };
}

row! {
    /// A row of `documents`. `jianbao schema` says what the columns mean, as for the other tables.
    DocumentRow {
        /// Name of the document.
        source: value -> String,
        /// Hash of the source.
        sha256: value -> String,
        /// What the file was taken for.
        format: value -> String,
        /// Name of the publication.
        publication: optional -> Option<String>,
        /// Who makes it.
        publisher: optional -> Option<String>,
        /// Number of the issue.
        issue_no: int -> Option<i32>,
        /// Running number of the issue.
        issue_total: int -> Option<i32>,
        /// Day of the issue.
        issue_date: date -> Option<Date>,
        /// The file's own title.
        title: optional -> Option<String>,
        /// Profile that matched.
        profile: optional -> Option<String>,
        /// Pages.
        pages: int -> Option<i32>,
        /// Pages that were recognised.
        pages_ocr: int -> Option<i32>,
        /// Entries of the contents list.
        toc_entries: int -> Option<i32>,
        /// Those without an item.
        toc_unmatched: list -> Vec<String>,
        /// All characters.
        chars_total: int -> Option<i32>,
        /// Characters in items.
        chars_items: int -> Option<i32>,
        /// Characters in known parts of the issue.
        chars_structure: int -> Option<i32>,
        /// Characters of furniture.
        chars_furniture: int -> Option<i32>,
        /// Characters in nothing.
        chars_unassigned: int -> Option<i32>,
        /// How the reading went.
        status: value -> String,
        /// What went wrong.
        error_code: optional -> Option<String>,
        /// The same in a sentence.
        error: optional -> Option<String>,
        /// The document with the same bytes.
        duplicate_of: optional -> Option<String>,
        /// `595.28x841.89` of each page.
        page_sizes: list -> Vec<String>,
    }
}

row! {
    /// A row of `items`.
    ItemRow {
        /// Document it is in.
        source: value -> String,
        /// Id.
        item_id: value -> String,
        /// Hash of headline and body.
        content_hash: value -> String,
        /// Position in the document.
        ordinal: int -> Option<i32>,
        /// Section.
        section: optional -> Option<String>,
        /// Kind of item.
        kind: value -> String,
        /// Headline.
        headline: optional -> Option<String>,
        /// Line above or below it.
        kicker: optional -> Option<String>,
        /// Paragraphs.
        body: value -> String,
        /// First day.
        date: date -> Option<Date>,
        /// Last day.
        date_end: date -> Option<Date>,
        /// Date as printed.
        date_text: optional -> Option<String>,
        /// How exact it is.
        date_precision: optional -> Option<String>,
        /// Where its year is from.
        date_basis: optional -> Option<String>,
        /// Who sent it in.
        contributors: list -> Vec<String>,
        /// Which kind of line says so.
        contributor_kind: optional -> Option<String>,
        /// That line.
        contributor_text: optional -> Option<String>,
        /// District.
        district: optional -> Option<String>,
        /// Its code.
        district_code: optional -> Option<String>,
        /// What decided it.
        district_basis: optional -> Option<String>,
        /// All districts named.
        districts: list -> Vec<String>,
        /// First page.
        page_first: int -> Option<i32>,
        /// Last page.
        page_last: int -> Option<i32>,
        /// First line.
        line_first: int -> Option<i32>,
        /// Last line.
        line_last: int -> Option<i32>,
        /// Whether the contents list names it.
        in_toc: bool -> Option<bool>,
        /// Where its characters are from.
        text_source: value -> String,
        /// Confidence of recognition.
        ocr_confidence: float -> Option<f32>,
        /// Codes of its diagnostics.
        flags: list -> Vec<String>,
    }
}

row! {
    /// A row of `lines`.
    LineRow {
        /// Document it is in.
        source: value -> String,
        /// Page.
        page: int -> Option<i32>,
        /// Number in the document.
        line: int -> Option<i32>,
        /// Characters as read.
        text_raw: value -> String,
        /// Printed characters.
        text: value -> String,
        /// What it is.
        role: value -> String,
        /// Item it belongs to.
        item_id: optional -> Option<String>,
        /// Left edge.
        x0: float -> Option<f32>,
        /// Upper edge.
        top: float -> Option<f32>,
        /// Right edge.
        x1: float -> Option<f32>,
        /// Lower edge.
        bottom: float -> Option<f32>,
        /// How the text goes on.
        join: optional -> Option<String>,
        /// What decided that.
        join_rule: optional -> Option<String>,
        /// Probability of that.
        join_score: float -> Option<f32>,
    }
}

row! {
    /// A row of `diagnostics`.
    DiagnosticRow {
        /// Document it is about.
        source: value -> String,
        /// Page.
        page: int -> Option<i32>,
        /// Line.
        line: int -> Option<i32>,
        /// Item it touches.
        item_id: optional -> Option<String>,
        /// Code.
        code: value -> String,
        /// How much it matters.
        severity: value -> String,
        /// Sentence.
        message: value -> String,
    }
}

impl LineRow {
    /// Where the line stands; `None` for text sources.
    pub fn bbox(&self) -> Option<Rect> {
        Rect::new(self.x0?, self.top?, self.x1?, self.bottom?)
    }
}

impl DocumentRow {
    /// Width and height of each page in points. What cannot be read of them is a sheet of A4.
    pub fn sizes(&self) -> Vec<(f32, f32)> {
        let size = |text: &String| {
            let (width, height) = text.split_once('x')?;
            let usable = |edge: &str| edge.parse().ok().filter(|edge: &f32| edge.is_finite() && *edge > 0.0);
            Some((usable(width)?, usable(height)?))
        };
        self.page_sizes.iter().map(|text| size(text).unwrap_or((595.28, 841.89))).collect()
    }
}

/// A document with all that the dataset says of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WholeDocument {
    /// Itself.
    pub document: DocumentRow,
    /// Its items, in order.
    pub items: Vec<ItemRow>,
    /// Its lines, in order.
    pub lines: Vec<LineRow>,
    /// Remarks about it.
    pub diagnostics: Vec<DiagnosticRow>,
}

/// The documents of a dataset, in order.
pub struct Reader {
    documents: Rows,
    items: Rows,
    lines: Rows,
    diagnostics: Rows,
}

impl Reader {
    /// Opens the dataset in the folder `dir`. It must have been written as Parquet.
    ///
    /// # Errors
    /// If a table is missing or is none of this version.
    pub fn open(dir: &Path) -> Result<Self, DatasetError> {
        Ok(Self {
            documents: Rows::open(dir, DOCUMENTS, DocumentRow::COLUMNS)?,
            items: Rows::open(dir, "items.parquet", ItemRow::COLUMNS)?,
            lines: Rows::open(dir, "lines.parquet", LineRow::COLUMNS)?,
            diagnostics: Rows::open(dir, "diagnostics.parquet", DiagnosticRow::COLUMNS)?,
        })
    }

    /// The next document; `None` behind the last one.
    ///
    /// # Errors
    /// If a table cannot be read on.
    pub fn next_document(&mut self) -> Result<Option<WholeDocument>, DatasetError> {
        if !self.documents.fill()? {
            return Ok(None);
        }
        let document = DocumentRow::read(&self.documents)?;
        self.documents.row += 1;
        let source = document.source.as_str();
        let items = rows_of(source, &mut self.items, ItemRow::read)?;
        let lines = rows_of(source, &mut self.lines, LineRow::read)?;
        let diagnostics = rows_of(source, &mut self.diagnostics, DiagnosticRow::read)?;
        Ok(Some(WholeDocument { document, items, lines, diagnostics }))
    }
}

/// The rows of a document that come next in a table.
fn rows_of<T>(
    source: &str,
    rows: &mut Rows,
    read: fn(&Rows) -> Result<T, DatasetError>,
) -> Result<Vec<T>, DatasetError> {
    let mut found = Vec::new();
    while rows.fill()? && rows.value("source")? == source {
        found.push(read(rows)?);
        rows.row += 1;
    }
    Ok(found)
}
