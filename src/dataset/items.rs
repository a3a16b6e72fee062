//! The table `items`: one row for each news story, brief or article.

use super::column::Cell::{Bool, Date, Float, Int, List, Text, Word};
use super::column::{Column, Table, optional, required};
use super::prepared::Prepared;
use crate::model::{Document, Item};

/// The table.
pub(super) struct Items;

#[derive(Clone, Copy)]
pub(super) struct Row<'p> {
    prepared: &'p Prepared<'p>,
    document: &'p Document,
    item: &'p Item,
}

impl Table for Items {
    type Row<'p> = Row<'p>;
    const NAME: &'static str = "items";
    const ONE_ROW_PER: &'static str = "item (news story, brief, article)";
    const JSONL: bool = true;
    const SORTED_BY: &'static [&'static str] = &["source", "ordinal"];
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn rows<'p>(prepared: &'p Prepared<'p>) -> impl Iterator<Item = Row<'p>> {
        let document = prepared.document;
        document.items.iter().map(move |item| Row { prepared, document, item })
    }
}

const COLUMNS: &[Column<Items>] = &[
    required(
        "item_id",
        Text(|r| r.prepared.item_id(Some(r.item.ordinal))),
        "Id of the item: {doc_id}-i{ordinal, four digits}. The same source bytes and rules give the same id.",
    ),
    required(
        "doc_id",
        Word(|r| Some(r.document.source.doc_id())),
        "First 16 hex digits of the SHA-256 of the source bytes.",
    ),
    required(
        "source",
        Word(|r| Some(&r.document.source.path)),
        "Path of the source file relative to the input folder, with / separators.",
    ),
    required("ordinal", Int(|r| Some(r.item.ordinal.into())), "Position of the item in its document, from 1."),
    required(
        "content_hash",
        Text(|r| r.prepared.content_hash(r.item.ordinal)),
        "First 16 hex digits of the SHA-256 over headline and body with all white space removed. Equal content has an equal \
         hash in any run.",
    ),
    optional(
        "publication",
        Word(|r| r.document.masthead.publication.as_deref()),
        "Name of the publication, e.g. 重庆党史工作; null where the document does not print it.",
    ),
    optional(
        "publisher",
        Word(|r| r.document.masthead.publisher.as_deref()),
        "Who makes the publication (the 编 line), e.g. 中共重庆市委党史研究室.",
    ),
    optional("issue_no", Int(|r| r.document.masthead.issue_no.map(i64::from)), "Number of the issue, 第 N 期."),
    optional(
        "issue_total",
        Int(|r| r.document.masthead.issue_total.map(i64::from)),
        "Running number of the issue, 总第 M 期.",
    ),
    optional("issue_date", Date(|r| r.document.masthead.issue_date), "Printed date of the issue."),
    optional(
        "section",
        Word(|r| r.item.section.as_deref()),
        "Section (栏目) the item stands under, e.g. 工作动态, without brackets.",
    ),
    required(
        "kind",
        Word(|r| Some(r.item.kind.as_str())),
        "Kind of item: news (headline, body, contributor), brief (a paragraph without a headline) or article (feature, \
         newspaper piece).",
    ),
    optional(
        "headline",
        Text(|r| r.item.headline.as_deref()),
        "Printed headline, its lines joined by one space; null for briefs.",
    ),
    optional("kicker", Text(|r| r.item.kicker.as_deref()), "Line printed above or below the headline (引题, 副题)."),
    required("body", Text(|r| Some(&r.item.body)), "Paragraphs joined by a line feed, line wraps repaired."),
    optional(
        "date",
        Date(|r| r.item.date.as_ref().map(|date| date.start)),
        "When the reported event took place; its first day. A month is stored as its first day, a year as 1 January.",
    ),
    optional("date_end", Date(|r| r.item.date.as_ref()?.end), "Last day of the event where a range is printed."),
    optional("date_text", Text(|r| r.item.date.as_ref()?.text.as_deref()), "The date as printed, e.g. 1月24日—25日."),
    optional(
        "date_precision",
        Word(|r| Some(r.item.date.as_ref()?.precision.as_str())),
        "How exact the printed date is: day, month or year.",
    ),
    optional(
        "date_basis",
        Word(|r| Some(r.item.date.as_ref()?.basis.as_str())),
        "Where the year came from: printed (with the date) or inferred (from the issue date or an earlier date in the item); override \
         where a person has decided the date.",
    ),
    required(
        "contributors",
        List(|r| r.item.contribution.iter().flat_map(|by| &by.names).map(String::as_str).collect()),
        "Who contributed the item, in printed order, without 供稿, brackets, 记者 and the like; empty where none is printed.",
    ),
    optional(
        "contributor_kind",
        Word(|r| Some(r.item.contribution.as_ref()?.kind.as_str())),
        "Kind of line that names them: contributed (供稿), byline (under the headline, or 记者, 作者, 通讯员) or source (来源, \
         摘自, 原文选自).",
    ),
    optional(
        "contributor_text",
        Text(|r| r.item.contribution.as_ref().map(|by| by.text.as_str()).filter(|text| !text.is_empty())),
        "The contributor line as printed.",
    ),
    optional(
        "district",
        Word(|r| Some(&r.item.district.as_ref()?.name)),
        "Official name, valid on the issue date, of the one county-level division the item is about; null for news of a \
         whole city.",
    ),
    optional(
        "district_code",
        Word(|r| r.item.district.as_ref()?.code.as_deref()),
        "GB/T 2260 code of the district, 6 digits, e.g. 500242; null where none is known.",
    ),
    optional(
        "district_basis",
        Word(|r| Some(r.item.district.as_ref()?.basis.as_str())),
        "Evidence that decided the district: contributor, headline, place (a place word in the first paragraph), body (most \
         mentions), or override where a person has decided it.",
    ),
    required(
        "districts",
        List(|r| r.item.districts.iter().map(String::as_str).collect()),
        "Every county-level division named in the item, official form, first mention first.",
    ),
    optional(
        "page_first",
        Int(|r| r.item.pages.map(|pages| pages.0.into())),
        "First page of the item, from 1; null for sources without pages.",
    ),
    optional(
        "page_last",
        Int(|r| r.item.pages.map(|pages| pages.1.into())),
        "Last page of the item, from 1; null for sources without pages.",
    ),
    required("line_first", Int(|r| Some(r.item.lines.0.into())), "First line of the item in the table lines, from 1."),
    required("line_last", Int(|r| Some(r.item.lines.1.into())), "Last line of the item in the table lines, from 1."),
    optional(
        "in_toc",
        Bool(|r| r.item.in_toc),
        "Whether the issue's table of contents names the headline; null where the issue prints none.",
    ),
    required(
        "text_source",
        Word(|r| Some(r.item.text_source.as_str())),
        "Where the characters came from: text (text file), embedded (text layer of a PDF), ocr or mixed.",
    ),
    optional(
        "ocr_confidence",
        Float(|r| r.item.ocr_confidence),
        "Mean confidence of the item's recognised characters, 0 to 1; null where none was recognised.",
    ),
    required(
        "flags",
        List(|r| r.item.flags.clone()),
        "Codes of the diagnostics that touch this item, sorted; see the table diagnostics.",
    ),
];
