//! Datasets of the shards of a corpus → the dataset that one run over the whole corpus would have written, byte for byte
//! but for the times and machines in `run.json`. Memory holds some rows of each shard, and 32 bytes a document.
//!
//! Nothing is read anew: rows come from the Parquet files as they are. The same shards give the same bytes, `run.json`
//! with them, in whatever order they are listed. What engines have made, one row a document, is brought into sorted tables
//! first ([`nested`]); since their tasks know nothing of each other, it is seen here which documents are duplicates.

mod equal;
mod error;
mod nested;
mod part;
mod reopened;
mod rows;
mod tally;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{AsArray, RecordBatch, StringArray};

use equal::Equal;
pub use error::MergeError;
use nested::Pieces;
use part::{FORMATS, Part};
use rows::{Gather, in_order};

use super::documents::Documents;
use super::lane::Encoder;
use super::shard::Shard;
use super::writer::publish_run;
use super::{Counts, Formats, Lock, Machine, RunFacts, RunRecord, TableSpec, Timing, tables};

/// Merges what is in the folders `inputs`, datasets or [rows of documents](super::NestedRows), into the folder `out`, until it is done or `cancel` is raised. Its files
/// appear whole at the end, or not at all.
///
/// # Errors
/// If the datasets do not fit together, are not whole, or the merged one cannot be written.
pub fn merge(inputs: &[PathBuf], out: &Path, cancel: &AtomicBool) -> Result<RunRecord, MergeError> {
    let mut parts = inputs.iter().map(|dir| Part::read(dir)).collect::<Result<Vec<_>, _>>()?;
    let [first, others @ ..] = parts.as_slice() else { return Err(MergeError::Nothing) };
    are_different_folders(inputs, out)?;
    others.iter().try_for_each(|part| first.fits(part))?;
    have_the_same_models(&parts)?;
    are_all_shards(&parts)?;
    parts.iter().try_for_each(|part| part.verify(cancel))?;
    let has_rows = parts.iter().any(|part| part.nested.is_some());
    if !has_rows {
        have_different_documents(&parts)?;
    }
    let formats = parts.iter().find_map(|part| part.formats).unwrap_or(Formats { parquet: true, jsonl: true });

    let _lock = Lock::take(out)?;
    let mut pieces = has_rows.then(|| Pieces::within(out)).transpose()?;
    for part in &mut parts {
        if let Some((pieces, nested)) = pieces.as_mut().zip(part.nested.as_ref()) {
            part.tables = pieces.of(nested, cancel)?;
        }
    }
    let equal = if has_rows { Equal::find(&parts)? } else { Equal::default() };
    let (mut sealed, mut counts) = (Vec::new(), Counts::default());
    for table in tables() {
        let mut encoder = Encoder::open(&table, out, formats)?;
        let mut gather = Gather::new(&table);
        in_order(&table, &parts, |_, rows| {
            if cancel.load(Ordering::Relaxed) {
                return Err(MergeError::Cancelled);
            }
            equal.apply(&table, rows, |rows| {
                counts.add_rows(table.name, rows)?;
                Ok(gather.push(rows, |batch| encoder.send(batch))?)
            })
        })?;
        encoder.close(gather.rest()?)?;
        sealed.extend(encoder.join()?);
    }
    Ok(publish_run(out, facts(&parts, formats), counts, sealed)?)
}

fn are_different_folders(inputs: &[PathBuf], out: &Path) -> Result<(), MergeError> {
    let out = out.canonicalize().ok();
    let mut seen = BTreeSet::new();
    for dir in inputs {
        let folder = dir.canonicalize().unwrap_or_else(|_| dir.clone());
        if out.as_ref() == Some(&folder) {
            return Err(MergeError::OutputIsInput { dir: dir.clone() });
        }
        if !seen.insert(folder) {
            return Err(MergeError::ListedTwice { dir: dir.clone() });
        }
    }
    Ok(())
}

/// Models of one name are the same wherever they are listed; a run that recognised nothing lists none.
fn have_the_same_models(parts: &[Part]) -> Result<(), MergeError> {
    let mut models: BTreeMap<&str, (&str, &Part)> = BTreeMap::new();
    for part in parts {
        for (name, hash) in &part.record.models {
            let (first, other) = *models.entry(name).or_insert((hash, part));
            if first != hash {
                return Err(other.unlike(part, "models", name));
            }
        }
    }
    Ok(())
}

/// Shards come all together, each once, and every file that was found is in one of them.
fn are_all_shards(parts: &[Part]) -> Result<(), MergeError> {
    let Some(shard) = parts[0].shard else { return Ok(()) };
    let mut seen: BTreeMap<Shard, &Part> = BTreeMap::new();
    for (shard, part) in parts.iter().filter_map(|part| Some((part.shard?, part))) {
        if let Some(other) = seen.insert(shard, part) {
            return Err(MergeError::SameShard { dir: other.dir.clone(), other: part.dir.clone(), shard });
        }
    }
    if let Some(shard) = shard.all().find(|shard| !seen.contains_key(shard)) {
        return Err(MergeError::MissingShard { shard });
    }
    let (found, held) = (parts[0].found(), counts(parts).documents.found);
    if found == held { Ok(()) } else { Err(MergeError::Uneven { found, held }) }
}

/// No two parts have a document of the same name, or two of the same bytes.
fn have_different_documents(parts: &[Part]) -> Result<(), MergeError> {
    let mut holders: HashMap<u128, u32> = HashMap::new();
    in_order(&TableSpec::of::<Documents>(), parts, |at, rows| {
        let holder = u32::try_from(at).unwrap_or(u32::MAX);
        let [Some(sources), Some(hashes), Some(statuses)] = ["source", "sha256", "status"].map(|it| texts(rows, it))
        else {
            return Ok(());
        };
        for row in (0..rows.num_rows()).filter(|&row| statuses.value(row) != "failed") {
            let half = hashes.value(row).get(..32).and_then(|digits| u128::from_str_radix(digits, 16).ok());
            let Some(half) = half else { continue };
            let first = *holders.entry(half).or_insert(holder);
            if first != holder {
                return Err(MergeError::SameBytes {
                    source_path: sources.value(row).to_owned(),
                    dir: parts[at].dir.clone(),
                    other: parts[first as usize].dir.clone(),
                });
            }
        }
        Ok(())
    })
}

fn texts<'r>(rows: &'r RecordBatch, column: &str) -> Option<&'r StringArray> {
    rows.column_by_name(column)?.as_string_opt()
}

fn counts(parts: &[Part]) -> Counts {
    let mut counts = Counts::default();
    parts.iter().for_each(|part| counts.add_all(&part.record.counts));
    counts
}

/// What the runs of all parts say together.
fn facts(parts: &[Part], formats: Formats) -> RunFacts {
    let records = || parts.iter().map(|part| &part.record);
    let models: BTreeMap<_, _> = records().flat_map(|record| record.models.clone()).collect();
    let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
    // Every shard leaves out the same files.
    let of_input = if parts[0].shard.is_some() { 1 } else { parts.len() };
    for (kind, count) in parts[..of_input].iter().flat_map(Part::left_out) {
        let sum = skipped.entry(kind).or_default();
        *sum = sum.saturating_add(count);
    }
    let all = |said: fn(&Machine) -> &str| {
        let said: BTreeSet<&str> = records().map(|record| said(&record.machine)).collect();
        said.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let sum =
        |count: fn(&Machine) -> usize| records().map(|record| count(&record.machine)).fold(0, usize::saturating_add);
    let mut seconds: Vec<f64> = records().map(|record| record.timing.seconds).collect();
    // Sums of floats depend on their order, and the order of the parts is to change nothing.
    seconds.sort_by(f64::total_cmp);
    let times = |said: fn(&Timing) -> &String| {
        records().map(move |record| said(&record.timing).clone()).filter(|time| !time.is_empty())
    };
    let mut options = parts[0].record.options.clone();
    options.insert(FORMATS.to_owned(), formats.names().into());
    RunFacts {
        rules: parts[0].record.rules.clone().into_iter().collect(),
        models: models.into_iter().collect(),
        options,
        skipped,
        timing: Timing {
            started: times(|timing| &timing.started).min().unwrap_or_default(),
            finished: times(|timing| &timing.finished).max().unwrap_or_default(),
            seconds: seconds.iter().sum(),
        },
        machine: Machine {
            os: all(|machine| &machine.os),
            arch: all(|machine| &machine.arch),
            cores: sum(|machine| machine.cores),
            jobs: sum(|machine| machine.jobs),
        },
    }
}
