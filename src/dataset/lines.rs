//! The table `lines`: one row for each printed line, with its box and what became of it.

use super::column::Cell::{Float, Int, Text, Word};
use super::column::{Column, Table, optional, required};
use super::prepared::Prepared;
use crate::model::{Rect, TextLine};

/// The table.
pub(super) struct Lines;

#[derive(Clone, Copy)]
pub(super) struct Row<'p> {
    prepared: &'p Prepared<'p>,
    line: &'p TextLine,
}

impl Table for Lines {
    type Row<'p> = Row<'p>;
    const NAME: &'static str = "lines";
    const ONE_ROW_PER: &'static str = "printed line, with its box and what became of it";
    const JSONL: bool = false;
    const SORTED_BY: &'static [&'static str] = &["source", "line"];
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn rows<'p>(prepared: &'p Prepared<'p>) -> impl Iterator<Item = Row<'p>> {
        prepared.document.lines.iter().map(move |line| Row { prepared, line })
    }
}

const COLUMNS: &[Column<Lines>] = &[
    required(
        "doc_id",
        Word(|r| Some(r.prepared.document.source.doc_id())),
        "First 16 hex digits of the SHA-256 of the source bytes.",
    ),
    required(
        "source",
        Word(|r| Some(&r.prepared.document.source.path)),
        "Path of the source file relative to the input folder, with / separators.",
    ),
    optional(
        "page",
        Int(|r| r.line.page.map(i64::from)),
        "Page the line stands on, from 1; null for sources without pages.",
    ),
    required(
        "line",
        Int(|r| Some(r.line.number.into())),
        "Number of the line in its document, in reading order, from 1.",
    ),
    required("text_raw", Text(|r| Some(&r.line.raw)), "The characters as read, untouched."),
    required(
        "text",
        Text(|r| Some(&r.line.text)),
        "The printed characters: marks of the source removed, Kangxi and CJK radicals folded, blanks put right.",
    ),
    required(
        "role",
        Word(|r| Some(r.line.role.as_str())),
        "What the line is: masthead, toc, section, headline, kicker, subhead, body, contributor, colophon, page_number, \
         running_head, caption or other.",
    ),
    optional("item_id", Word(|r| r.prepared.item_id(r.line.item)), "Item the line belongs to; null if none."),
    optional("paragraph", Int(|r| r.line.paragraph.map(i64::from)), "Paragraph in the item, from 1."),
    optional(
        "x0",
        Float(|r| r.line.bbox.as_ref().map(Rect::x0)),
        "Left edge of the line's box: points of 1/72 inch from the left edge of the page as displayed.",
    ),
    optional(
        "top",
        Float(|r| r.line.bbox.as_ref().map(Rect::top)),
        "Upper edge of the line's box: points of 1/72 inch from the top of the page as displayed, downwards.",
    ),
    optional(
        "x1",
        Float(|r| r.line.bbox.as_ref().map(Rect::x1)),
        "Right edge of the line's box: points of 1/72 inch from the left edge of the page as displayed.",
    ),
    optional(
        "bottom",
        Float(|r| r.line.bbox.as_ref().map(Rect::bottom)),
        "Lower edge of the line's box: points of 1/72 inch from the top of the page as displayed, downwards.",
    ),
    optional("size_pt", Float(|r| r.line.size_pt), "Type size in points; null for text sources."),
    optional(
        "confidence",
        Float(|r| r.line.confidence),
        "Mean recognition confidence, 0 to 1; null for text that was not recognised.",
    ),
    optional(
        "join",
        Word(|r| Some(r.line.join?.kind.as_str())),
        "How the text goes on after the line: direct (nothing between), space or break (a paragraph ends); null where nothing \
         of the same piece follows.",
    ),
    optional("join_rule", Word(|r| Some(r.line.join?.rule)), "Evidence that decided the join."),
    optional(
        "join_score",
        Float(|r| Some(r.line.join?.score)),
        "Probability of the join, 0 to 1; under 0.6 there is a doubtful-join diagnostic too.",
    ),
];
