//! Documents in, a dataset out: four tables as Parquet and JSON lines, and `run.json`.
//!
//! Each table is one list of columns ([`items`], [`documents`], [`lines`], [`diagnostics`]): name, type, meaning and how
//! its value is read from a [`Document`](crate::model::Document). The Arrow schema, both file formats and the printed
//! contract are made from that list. [`export_alto`] reads a dataset again and writes its pages as ALTO, [`merge()`] makes
//! one dataset of those of all shards, or of [`NestedRows`] that engines have written, [`bag()`] puts one into a BagIt bag,
//! [`Reader`] hands out its documents, [`Sheets`] its rows document by document and [`TableBatches`] those of one table.
//! Nothing here interprets text; a value that is not
//! in the document is not in the data.

mod alto;
mod bag;
mod batch;
mod cell;
mod column;
mod contract;
mod date;
mod diagnostics;
mod documents;
mod error;
mod export;
mod file;
mod items;
mod jsonl_file;
mod lane;
mod lines;
mod lock;
mod merge;
mod nested;
mod parquet_file;
mod prepared;
mod reader;
mod run_json;
mod schema;
mod shard;
mod sheets;
mod spill;
mod stored;
mod table;
mod writer;

pub use bag::{BagError, Bagged, Sources, bag};
pub use cell::{Cell, Measure};
pub use contract::{contract_json, contract_markdown};
pub use error::DatasetError;
pub use export::{Exported, export_alto};
pub use file::DataFile;
pub use lock::Lock;
pub use merge::{MergeError, merge};
pub use nested::{MadeWith, NestedRows, RUN, nested_schema, rows_of};
pub use reader::{DiagnosticRow, DocumentRow, ItemRow, LineRow, Reader, WholeDocument};
pub use run_json::{CharCounts, Counts, DocumentCounts, Machine, RunFacts, RunRecord, Timing};
pub use schema::{ColumnSpec, ColumnType, SCHEMA_VERSION, TableSpec, tables};
pub use shard::{NoShard, OPTION as SHARD_OPTION, OTHER_SHARDS, Shard};
pub use sheets::{DocumentSheets, Sheet, Sheets, SourceState};
pub use table::TableBatches;
pub use writer::{Formats, Writer};
