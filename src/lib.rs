//! 简报 (jianbao): Chinese bulletins, newsletters and newspaper pages into datasets people can trust.
//!
//! One flow, one function an arrow; each type points back to the one before by line number:
//!
//! 1. [`read`]: source bytes → [`Page`](model::Page)s of lines as read
//! 2. [`layout`]: pages → [`TextLine`](model::TextLine)s, furniture marked, the grid measured
//! 3. [`outline`]: lines → what each is: masthead, contents, section, headline, contributor line
//! 4. [`reflow`]: running text → joins and [`Paragraph`](model::Paragraph)s (line-wrap repair)
//! 5. [`segment`]: paragraphs → [`Item`](model::Item)s with their fields, and the audit
//! 6. [`dataset`]: documents → Parquet and JSONL
//!
//! [`pipeline::process`] is stages 1 to 5 for one document and touches no file, clock or terminal.

pub mod model;
pub mod rules;

pub mod read;

pub mod layout;

pub mod outline;

pub mod reflow;

pub mod segment;

pub mod dataset;

pub mod pipeline;

pub mod cli;
