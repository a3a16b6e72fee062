//! One table of several datasets → its rows in the order of the merged table, and these in the batches a run would have
//! made of them. Holds a batch of each dataset at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::MergeError;
use super::part::Part;
use super::reopened::Reopened;
use crate::dataset::DatasetError;
use crate::dataset::batch::Fill;
use crate::dataset::schema::TableSpec;
use crate::dataset::sheets::guarded;

/// Rows read at a time. Small, since there may be many datasets.
const BATCH: usize = 1024;

/// The column that all tables are sorted by first.
const SOURCE: &str = "source";

/// Hands the rows of `table` in all `parts` to `take`, document by document in byte order of their paths: which of the
/// parts they are from, and a batch of them.
pub(super) fn in_order(
    table: &TableSpec,
    parts: &[Part],
    mut take: impl FnMut(usize, &RecordBatch) -> Result<(), MergeError>,
) -> Result<(), MergeError> {
    let places = || parts.iter().enumerate().flat_map(|(at, part)| part.tables.iter().map(move |dir| (at, dir)));
    let mut inputs = places().map(|(_, dir)| Rows::open(table, dir)).collect::<Result<Vec<_>, _>>()?;
    let parts_of: Vec<usize> = places().map(|(at, _)| at).collect();
    // The next document of each part.
    let mut heads: BTreeMap<String, usize> = BTreeMap::new();
    let mut turns: Vec<usize> = (0..inputs.len()).collect();
    loop {
        for turn in turns.drain(..) {
            let Some(head) = inputs[turn].head()? else { continue };
            if let Some(other) = heads.insert(head.clone(), turn) {
                let [dir, other] = [other, turn].map(|turn| parts[parts_of[turn]].dir.clone());
                return Err(MergeError::SameDocument { source_path: head, dir, other });
            }
        }
        let Some((_, turn)) = heads.pop_first() else { return Ok(()) };
        let next = heads.first_key_value().map(|(source, _)| source.as_str());
        while let Some(rows) = inputs[turn].before(next)? {
            take(parts_of[turn], &rows)?;
        }
        turns.push(turn);
    }
}

/// The rows of a table in one dataset.
struct Rows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    batch: RecordBatch,
    row: usize,
    /// Document of the row before.
    last: String,
    /// Whether each document has one row.
    single: bool,
}

impl Rows {
    fn open(table: &TableSpec, dir: &Path) -> Result<Self, MergeError> {
        let path = dir.join(format!("{}.parquet", table.name));
        let file = Reopened::new(&path).map_err(|source| MergeError::Lost { path: path.clone(), source })?;
        let damaged = |what: String| DatasetError::Damaged { path: path.clone(), what };
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file)).map_err(damaged)?;
        let schema = table.arrow();
        if builder.schema().fields() != schema.fields() {
            return Err(damaged(format!("it has not the columns of the table {}", table.name)).into());
        }
        let reader = guarded(|| builder.with_batch_size(BATCH).build()).map_err(damaged)?;
        let single = table.sorted_by == [SOURCE];
        Ok(Self { path, reader, batch: RecordBatch::new_empty(schema), row: 0, last: String::new(), single })
    }

    /// The document of the current row; `None` behind the last one.
    fn head(&mut self) -> Result<Option<String>, MergeError> {
        if !self.fill()? {
            return Ok(None);
        }
        Ok(self.sources().map(|sources| sources.value(self.row).to_owned()))
    }

    /// Rows of documents before `end`, as far as they are at hand; `None` where there are no more of them.
    fn before(&mut self, end: Option<&str>) -> Result<Option<RecordBatch>, MergeError> {
        if !self.fill()? {
            return Ok(None);
        }
        let (start, single) = (self.row, self.single);
        let mut last = std::mem::take(&mut self.last);
        let Some(sources) = self.sources() else { return Ok(None) };
        let mut row = start;
        while row < sources.len() && end.is_none_or(|end| sources.value(row) < end) {
            let source = sources.value(row);
            if source != last {
                if *source < *last {
                    return Err(self.damaged("its rows are not in order".to_owned()));
                }
                source.clone_into(&mut last);
            } else if single && (row > 0 || !last.is_empty()) {
                return Err(self.damaged(format!("the document {source} is in it twice")));
            }
            row += 1;
        }
        (self.row, self.last) = (row, last);
        Ok((row > start).then(|| self.batch.slice(start, row - start)))
    }

    /// Whether there is a current row; reads on where the batch is used up.
    fn fill(&mut self) -> Result<bool, MergeError> {
        while self.row >= self.batch.num_rows() {
            let batch = guarded(|| self.reader.next().transpose()).map_err(|what| self.damaged(what))?;
            let Some(batch) = batch else { return Ok(false) };
            self.batch = batch;
            self.row = 0;
        }
        Ok(true)
    }

    fn sources(&self) -> Option<&StringArray> {
        self.batch.column_by_name(SOURCE)?.as_string_opt()
    }

    fn damaged(&self, what: String) -> MergeError {
        DatasetError::Damaged { path: self.path.clone(), what }.into()
    }
}

/// Rows that are gathered into batches, which end where they would have ended in a run.
pub(super) struct Gather {
    table: &'static str,
    schema: SchemaRef,
    /// Places of the columns of long text.
    long: Vec<usize>,
    slices: Vec<RecordBatch>,
    fill: Fill,
}

impl Gather {
    /// An empty batch of `table`.
    pub(super) fn new(table: &TableSpec) -> Self {
        let long = table.columns.iter().enumerate().filter_map(|(at, column)| column.is_long().then_some(at)).collect();
        Self { table: table.name, schema: table.arrow(), long, slices: Vec::new(), fill: Fill::default() }
    }

    /// Adds `rows` and hands every full batch to `emit`.
    pub(super) fn push(
        &mut self,
        rows: &RecordBatch,
        mut emit: impl FnMut(RecordBatch) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        let mut start = 0;
        for row in 0..rows.num_rows() {
            let bytes = self.long.iter().map(|&column| text_bytes(rows.column(column), row)).sum();
            if self.fill.ends_behind(self.table, bytes)? {
                self.slices.push(rows.slice(start, row + 1 - start));
                start = row + 1;
                emit(self.take()?)?;
            }
        }
        if start < rows.num_rows() {
            self.slices.push(rows.slice(start, rows.num_rows() - start));
        }
        Ok(())
    }

    /// The rows gathered since the last batch; `None` if there are none.
    pub(super) fn rest(mut self) -> Result<Option<RecordBatch>, DatasetError> {
        if self.fill.is_empty() { Ok(None) } else { self.take().map(Some) }
    }

    fn take(&mut self) -> Result<RecordBatch, DatasetError> {
        let batch = concat_batches(&self.schema, &self.slices);
        self.slices.clear();
        batch.map_err(|source| DatasetError::Rows { table: self.table, source })
    }
}

/// Bytes of the texts that a row has in a column of texts or of lists.
fn text_bytes(column: &ArrayRef, row: usize) -> usize {
    if column.is_null(row) {
        return 0;
    }
    let length = |from: i32, to: i32| usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    if let Some(texts) = column.as_string_opt::<i32>() {
        return length(texts.value_offsets()[row], texts.value_offsets()[row + 1]);
    }
    let Some(lists) = column.as_list_opt::<i32>() else { return 0 };
    let Some(texts) = lists.values().as_string_opt::<i32>() else { return 0 };
    let bound = |at: usize| usize::try_from(lists.value_offsets()[at]).ok();
    let offset = |at: usize| texts.value_offsets().get(bound(at)?).copied();
    offset(row).zip(offset(row + 1)).map_or(0, |(from, to)| length(from, to))
}
