//! 简报 (jianbao): Chinese bulletins, newsletters and newspaper pages into datasets people can trust.
//!
//! One flow, one function an arrow; each type points back to the one before by line number:
//!
//! 1. [`read`]: source bytes → [`Page`](model::Page)s of lines as read
//! 2. [`layout`]: pages → [`TextLine`](model::TextLine)s, furniture marked, the grid measured
//! 3. [`extract`]: both of these, in processes of their own, and kept between runs
//! 4. [`repair`]: recognised lines → the same as printed, where the document tells
//! 5. [`outline`]: lines → what each is: masthead, contents, section, headline, contributor line
//! 6. [`reflow`]: running text → joins and [`Paragraph`](model::Paragraph)s (line-wrap repair)
//! 7. [`segment`]: paragraphs → [`Item`](model::Item)s with their fields, and the audit
//! 8. [`dataset`]: documents → Parquet and JSONL
//! 9. [`diff`]: two datasets → what differs, items with items
//! 10. [`report`]: a dataset → a folder of pages to look at it
//!
//! [`card`] says of a dataset what others must know of it.
//!
//! [`pipeline::process`] is stages 1 to 7 for one document and touches no file, clock or terminal.

pub mod model;

pub mod overrides;

pub mod rules;

pub mod read;

pub mod layout;

pub mod extract;

pub mod repair;

pub mod outline;

pub mod reflow;

pub mod segment;

pub mod dataset;

pub mod diff;

pub mod report;

pub mod review;

pub mod card;

pub mod pipeline;

pub mod cli;
