//! A document with the result of every stage.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Diagnostic, Item, PageClass, Source, TextLine};

/// One source file and everything that was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The file.
    pub source: Source,
    /// Encoding the text was decoded from, as the WHATWG names it; `None` if it was not text.
    pub encoding: Option<&'static str>,
    /// Number of pages; `None` where the source has none.
    pub pages: Option<u32>,
    /// Number of pages whose characters were recognised from a picture.
    pub pages_ocr: u32,
    /// What each page is made of; empty where the source has no pages of its own.
    pub page_classes: Vec<PageClass>,
    /// Width and height of each page as displayed, points; empty where the source has no pages of its own.
    pub page_sizes: Vec<(f32, f32)>,
    /// Who made it, by the file's own word.
    pub author: Option<String>,
    /// The program that wrote the file, by its own word.
    pub producer: Option<String>,
    /// Titles of the file's bookmarks, in order.
    pub bookmarks: Vec<String>,
    /// Id of the rules profile that matched.
    pub profile: Option<String>,
    /// What the issue says of itself.
    pub masthead: Masthead,
    /// Title of the document, by the file's own word.
    pub title: Option<String>,
    /// All printed lines in reading order.
    pub lines: Vec<TextLine>,
    /// The issue's contents list; `None` where it prints none.
    pub toc: Option<Vec<TocEntry>>,
    /// The items in reading order.
    pub items: Vec<Item>,
    /// Where the characters went.
    pub chars: CharTally,
    /// Remarks, by line.
    pub diagnostics: Vec<Diagnostic>,
    /// How it went.
    pub status: Status,
}

impl Document {
    /// A document of which nothing is known but its file.
    pub fn empty(source: Source) -> Self {
        Self {
            source,
            encoding: None,
            pages: None,
            pages_ocr: 0,
            page_classes: Vec::new(),
            page_sizes: Vec::new(),
            author: None,
            producer: None,
            bookmarks: Vec::new(),
            profile: None,
            masthead: Masthead::default(),
            title: None,
            lines: Vec::new(),
            toc: None,
            items: Vec::new(),
            chars: CharTally::default(),
            diagnostics: Vec::new(),
            status: Status::Ok,
        }
    }

    /// A document with the bytes of an earlier source, whose path is `first`.
    pub fn duplicate(source: Source, first: String) -> Self {
        Self { status: Status::Duplicate(first), ..Self::empty(source) }
    }

    /// A document that could not be read, and why.
    pub fn failed(source: Source, failure: Failure) -> Self {
        Self { status: Status::Failed(failure), ..Self::empty(source) }
    }
}

/// How the reading of a document went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// All of it was read.
    Ok,
    /// Some of it was not read; what was read is kept.
    Partial(Failure),
    /// Nothing of it could be read.
    Failed(Failure),
    /// Its bytes equal those of an earlier source, whose path this is.
    Duplicate(String),
}

impl Status {
    /// The word written in the dataset.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial(_) => "partial",
            Self::Failed(_) => "failed",
            Self::Duplicate(_) => "duplicate",
        }
    }
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable kebab-case code.
    pub code: Cow<'static, str>,
    /// One clear sentence: what was found, what was expected, what to do.
    pub message: String,
}

impl Failure {
    /// Codes of files that are not looked into, so that none of them is the duplicate of another.
    pub const UNOPENED: [&'static str; 2] = ["unsupported-format", "limit-file-bytes"];

    /// A failure with its stable code.
    pub fn new(code: &'static str, message: String) -> Self {
        Self { code: Cow::Borrowed(code), message }
    }
}

/// What an issue says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masthead {
    /// Name of the publication.
    pub publication: Option<String>,
    /// Who makes it (the 编 line).
    pub publisher: Option<String>,
    /// 第 N 期.
    pub issue_no: Option<i32>,
    /// 总第 M 期.
    pub issue_total: Option<i32>,
    /// Printed date of the issue.
    pub issue_date: Option<Date>,
}

/// One entry of the contents list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TocEntry {
    /// The entry as printed, its lines joined, without bullet and page number.
    pub text: String,
    /// Section it stands under.
    pub section: Option<String>,
    /// 1-based line it starts on.
    pub line: u32,
    /// 1-based ordinal of the item it names.
    pub item: Option<u32>,
}

/// Where the non-space characters of a document went. `total` is the sum of the other four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CharTally {
    /// All of them.
    pub total: i64,
    /// In items: headlines, kickers, subheads, body, captions.
    pub items: i64,
    /// Masthead, contents, sections, contributor lines.
    pub structure: i64,
    /// Page numbers, running heads, colophon.
    pub furniture: i64,
    /// In nothing of the above.
    pub unassigned: i64,
}
