//! The table `diagnostics`: one row for each remark about a place in a document.

use super::column::Cell::{Int, Text, Word};
use super::column::{Column, Table, optional, required};
use super::prepared::Prepared;
use crate::model::Diagnostic;

/// The table.
pub(super) struct Diagnostics;

#[derive(Clone, Copy)]
pub(super) struct Row<'p> {
    prepared: &'p Prepared<'p>,
    remark: &'p Diagnostic,
}

impl Table for Diagnostics {
    type Row<'p> = Row<'p>;
    const NAME: &'static str = "diagnostics";
    const ONE_ROW_PER: &'static str = "remark about a place in a document";
    const JSONL: bool = true;
    const SORTED_BY: &'static [&'static str] = &["source", "line"];
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn rows<'p>(prepared: &'p Prepared<'p>) -> impl Iterator<Item = Row<'p>> {
        prepared.diagnostics.iter().map(move |remark| Row { prepared, remark })
    }
}

const COLUMNS: &[Column<Diagnostics>] = &[
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
        Int(|r| r.remark.page.or_else(|| r.prepared.page(r.remark.line)).map(i64::from)),
        "Page the remark is about, from 1; null if it is about the whole document, and for sources without pages.",
    ),
    optional(
        "line",
        Int(|r| r.remark.line.map(i64::from)),
        "Line the remark is about, from 1; null if it is about the whole document.",
    ),
    optional("item_id", Word(|r| r.prepared.item_id(r.remark.item)), "Item the remark touches; null if none."),
    required("code", Word(|r| Some(r.remark.code.as_str())), "What the problem is: a stable kebab-case code."),
    required(
        "severity",
        Word(|r| Some(r.remark.code.severity().as_str())),
        "How much it matters: info, warning or error.",
    ),
    required(
        "message",
        Text(|r| Some(&r.remark.message)),
        "One sentence for a person, with what to do where there is something to do.",
    ),
    optional("rule", Word(|r| r.remark.rule.as_deref()), "Id of the rule that found it."),
];
