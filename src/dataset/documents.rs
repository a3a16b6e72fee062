//! The table `documents`: one row for each source file, good or bad.

use std::ops::Deref;

use super::column::Cell::{Date, Int, List, Long, Text, Word};
use super::column::{Column, Table, count, optional, required};
use super::prepared::Prepared;
use crate::model::{Document, Failure, Status, TocEntry};

/// The table.
pub(super) struct Documents;

#[derive(Clone, Copy)]
pub(super) struct Row<'p>(&'p Prepared<'p>);

impl Deref for Row<'_> {
    type Target = Document;

    fn deref(&self) -> &Document {
        self.0.document
    }
}

impl Table for Documents {
    type Row<'p> = Row<'p>;
    const NAME: &'static str = "documents";
    const ONE_ROW_PER: &'static str = "source file, good or bad";
    const JSONL: bool = true;
    const SORTED_BY: &'static [&'static str] = &["source"];
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn rows<'p>(prepared: &'p Prepared<'p>) -> impl Iterator<Item = Row<'p>> {
        std::iter::once(Row(prepared))
    }
}

const COLUMNS: &[Column<Documents>] = &[
    required(
        "doc_id",
        Text(|doc| Some(doc.source.doc_id())),
        "First 16 hex digits of the SHA-256 of the source bytes; empty if the file could not be read.",
    ),
    required(
        "source",
        Text(|doc| Some(&doc.source.path)),
        "Path of the source file relative to the input folder, with / separators.",
    ),
    required(
        "sha256",
        Text(|doc| Some(&doc.source.sha256)),
        "SHA-256 of the source bytes, 64 hex digits; empty if the file could not be read.",
    ),
    required(
        "bytes",
        Long(|doc| Some(i64::try_from(doc.source.bytes).unwrap_or(i64::MAX))),
        "Length of the source file in bytes.",
    ),
    required(
        "format",
        Word(|doc| Some(doc.source.format.as_str())),
        "What the file was taken for: text, markdown, pdf, image, alto, page (PAGE XML) or hocr.",
    ),
    optional(
        "encoding",
        Word(|doc| doc.encoding),
        "Encoding the text was decoded from, as the WHATWG names it; null if it was not text.",
    ),
    optional("pages", Int(|doc| doc.pages.map(i64::from)), "Number of pages; null where the source has none."),
    required(
        "pages_ocr",
        Int(|doc| Some(doc.pages_ocr.into())),
        "Number of pages whose characters were recognised from an image.",
    ),
    optional(
        "publication",
        Word(|doc| doc.masthead.publication.as_deref()),
        "Name of the publication, e.g. 重庆党史工作; null where the document does not print it.",
    ),
    optional(
        "publisher",
        Word(|doc| doc.masthead.publisher.as_deref()),
        "Who makes the publication (the 编 line), e.g. 中共重庆市委党史研究室.",
    ),
    optional("issue_no", Int(|doc| doc.masthead.issue_no.map(i64::from)), "Number of the issue, 第 N 期."),
    optional(
        "issue_total",
        Int(|doc| doc.masthead.issue_total.map(i64::from)),
        "Running number of the issue, 总第 M 期.",
    ),
    optional("issue_date", Date(|doc| doc.masthead.issue_date), "Printed date of the issue."),
    optional(
        "title",
        Text(|doc| doc.title.as_deref()),
        "Title of the document in the file's own metadata; null where it has none.",
    ),
    optional("profile", Word(|doc| doc.profile.as_deref()), "Id of the rules profile that matched."),
    required("items", Int(|doc| count(doc.items.len())), "Number of items in the table items."),
    required(
        "toc_entries",
        Int(|doc| count(toc(doc).count())),
        "Number of entries of the table of contents; 0 where none is printed.",
    ),
    required(
        "toc_unmatched",
        List(|doc| toc(doc).filter(|entry| entry.item.is_none()).map(|entry| entry.text.as_str()).collect()),
        "Entries of the table of contents that have no item, as printed.",
    ),
    required(
        "chars_total",
        Int(|doc| Some(doc.chars.total)),
        "Non-space characters as read; the sum of the other four counts.",
    ),
    required(
        "chars_items",
        Int(|doc| Some(doc.chars.items)),
        "Of these, characters in items: headlines, kickers, subheads, body, captions.",
    ),
    required(
        "chars_structure",
        Int(|doc| Some(doc.chars.structure)),
        "Of these, characters of the masthead, the contents, section names and contributor lines.",
    ),
    required(
        "chars_furniture",
        Int(|doc| Some(doc.chars.furniture)),
        "Of these, characters of page numbers, running heads and the colophon (报, 送, 发, 责编).",
    ),
    required(
        "chars_unassigned",
        Int(|doc| Some(doc.chars.unassigned)),
        "Of these, characters in nothing of the above; 0 unless the status is partial.",
    ),
    required(
        "status",
        Word(|doc| Some(doc.status.as_str())),
        "How the reading went: ok, partial (some was not read), failed (nothing was read) or duplicate.",
    ),
    optional(
        "error_code",
        Word(|doc| Some(&failure(doc)?.code)),
        "Stable code of what went wrong; null unless partial or failed.",
    ),
    optional(
        "error",
        Text(|doc| Some(&failure(doc)?.message)),
        "What went wrong, in one sentence; null unless partial or failed.",
    ),
    optional(
        "duplicate_of",
        Text(|doc| match &doc.status {
            Status::Duplicate(first) => Some(first),
            _ => None,
        }),
        "Source of the earlier document with the same bytes; null unless duplicate.",
    ),
    required(
        "page_classes",
        List(|doc| doc.page_classes.iter().map(|class| class.as_str()).collect()),
        "What each page is made of: text, hidden_text (recognised by another program, over a picture), recognised (by another \
         program, in a file of its own), image_only, empty, garbled (its fonts do not say which characters it prints) or unread (behind a limit); no entries for text sources.",
    ),
    optional("author", Text(|doc| doc.author.as_deref()), "Author in the file's own metadata."),
    optional("producer", Text(|doc| doc.producer.as_deref()), "Program that wrote the file, in its own metadata."),
    required(
        "bookmarks",
        List(|doc| doc.bookmarks.iter().map(String::as_str).collect()),
        "Titles of the file's own bookmarks, in order, all levels.",
    ),
    required(
        "page_sizes",
        List(|doc| doc.0.page_sizes.iter().map(String::as_str).collect()),
        "Width and height of each page as displayed, in points of 1/72 inch: 595.28x841.89; no entries for text sources.",
    ),
];

fn toc(document: &Document) -> impl Iterator<Item = &TocEntry> {
    document.toc.iter().flatten()
}

fn failure(document: &Document) -> Option<&Failure> {
    match &document.status {
        Status::Partial(failure) | Status::Failed(failure) => Some(failure),
        Status::Ok | Status::Duplicate(_) => None,
    }
}
