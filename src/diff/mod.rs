//! Two datasets → what differs between them, as a person asks for it: which sources, what the runs were made with, what was
//! read, what became of each item, which values, joins and characters changed.
//!
//! [`diff()`] says what it found as a [`Diff`]; the command line prints it and [`batches`] and [`write_parquet`] make a table of it. The
//! comparison of B with A is that of A with B with old and new exchanged. Both datasets are read side by side, document by
//! document, and what is the same is not kept.

mod align;
mod alike;
mod decided;
mod fields;
mod gather;
mod lines;
mod mirror;
mod outcome;
mod overrides;
mod pairs;
mod settings;
mod table;
mod text;
mod which;

use std::collections::BTreeMap;
use std::path::Path;

pub use decided::Decided;
pub use lines::unpaired_lines;
pub use outcome::{
    Change, Coverage, Diff, FieldChange, FieldGroup, ItemChange, ItemClass, ItemRef, Items, Join, JoinGroup, Kind,
    LineCounts, Reading, Remark, RemarkGroup, Setting, Shared, Sources, Spot, TextGroup, TextPlace,
};
pub use pairs::{Met, Pairing};
pub use table::{TableError, batches, write_parquet};
pub use text::{Hunk, TextChange, TextClass, compare as compare_texts};
pub use which::{Column, NoColumn, Selection};

use crate::dataset::{DatasetError, RunRecord, Sheets};
use gather::Gathered;

/// Compares the datasets in the folders `old` and `new`.
///
/// # Errors
/// If one of them cannot be read, or is not as its run wrote it.
pub fn diff(old: &Path, new: &Path, selection: &Selection) -> Result<Diff, DatasetError> {
    let records = Change { old: RunRecord::read(old)?, new: RunRecord::read(new)? };
    let settings = settings::differing(&records);
    let mut found = Diff {
        same: true,
        equal_files: records.old.files == records.new.files,
        counts: BTreeMap::new(),
        sources: Sources::default(),
        settings,
        coverage: Coverage {
            old: records.old.counts.clone(),
            new: records.new.counts.clone(),
            lost: Vec::new(),
            regained: Vec::new(),
        },
        items: Items::default(),
        fields: Vec::new(),
        joins: Vec::new(),
        text: Vec::new(),
        lines: LineCounts::default(),
        remarks: Vec::new(),
    };
    if found.equal_files {
        for (dir, record) in [(old, &records.old), (new, &records.new)] {
            record.files.iter().try_for_each(|file| file.is_there(dir))?;
        }
        found.sources.same = records.old.counts.documents.found;
        found.items.same = records.old.counts.items;
    } else {
        compare((old, &records.old), (new, &records.new), selection, &mut found)?;
    }
    found.count();
    Ok(found)
}

fn compare(
    old: (&Path, &RunRecord),
    new: (&Path, &RunRecord),
    selection: &Selection,
    found: &mut Diff,
) -> Result<(), DatasetError> {
    // Opened first, since only then are the files known to be those of the run.
    let sheets = (Sheets::open(old.0, old.1)?, Sheets::open(new.0, new.1)?);
    found.settings.extend(settings::columns(&sheets.0, &sheets.1));
    let pairing = Pairing::of(old.0, new.0)?;
    let mut gathered = Gathered::new(selection);
    pairing.walk(sheets.0, sheets.1, |met| -> Result<(), DatasetError> {
        gathered.add(&met);
        Ok(())
    })?;
    gathered.reunite();
    found.sources = pairing.sources;
    found.text = gathered.texts();
    found.remarks = gathered.remarks();
    let Gathered { items, fields, joins, lines, lost, regained, .. } = gathered;
    found.items = items;
    found.fields = fields.ranked();
    found.joins = joins.ranked();
    found.lines = lines;
    found.coverage.lost = worst_first(lost, |change| (&change.new, &change.old));
    found.coverage.regained = worst_first(regained, |change| (&change.old, &change.new));
    Ok(())
}

/// Documents of which nothing was read on the worse side first, then those with most characters between both.
fn worst_first(
    mut changes: Vec<Change<Reading>>,
    sides: fn(&Change<Reading>) -> (&Reading, &Reading),
) -> Vec<Change<Reading>> {
    changes.sort_by_cached_key(|change| {
        let (worse, better) = sides(change);
        (worse.status != "failed", worse.chars - better.chars, worse.source.clone(), better.source.clone())
    });
    changes
}

impl Diff {
    /// Counts the differences of each kind.
    fn count(&mut self) {
        let sources = &self.sources;
        let of_class = |class| self.items.changes.iter().filter(|change| change.class == class).count();
        let of_table = |table| self.fields.iter().filter(|group| group.table == table).map(|it| it.count).sum::<u64>();
        let remarks: usize = self.remarks.iter().map(|group| group.gone.len() + group.new.len()).sum();
        let counts = [
            (
                Kind::Sources,
                [
                    sources.changed.len(),
                    sources.moved.len(),
                    sources.renamed.len(),
                    sources.gone.len(),
                    sources.new.len(),
                ]
                .into_iter()
                .sum::<usize>() as u64,
            ),
            (Kind::Settings, self.settings.len() as u64),
            (Kind::Lost, self.coverage.lost.len() as u64),
            (Kind::Regained, self.coverage.regained.len() as u64),
            (Kind::Added, of_class(ItemClass::Added) as u64),
            (Kind::Removed, of_class(ItemClass::Removed) as u64),
            (Kind::Edited, of_class(ItemClass::Edited) as u64),
            (Kind::Moved, self.items.changes.iter().filter(|change| change.moved).count() as u64),
            (Kind::Split, of_class(ItemClass::Split) as u64),
            (Kind::Merged, of_class(ItemClass::Merged) as u64),
            (Kind::Documents, of_table("documents")),
            (Kind::Lines, of_table("lines") + self.lines.added + self.lines.removed),
            (Kind::Joins, self.joins.iter().map(|group| group.count).sum()),
            (Kind::Remarks, remarks as u64),
        ];
        self.counts = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        self.same = self.counts.keys().all(|kind| *kind == Kind::Settings);
    }
}
