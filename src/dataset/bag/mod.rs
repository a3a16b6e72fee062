//! A dataset, and on request the files it was read from → a BagIt bag (RFC 8493), the folder that archives take in: every
//! file with its SHA-256, whole or not at all. What goes in is held against the hashes that the run wrote down.

mod error;
mod folder;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use error::BagError;
use folder::{Copied, Folder, NotCopied};

use super::export::within;
use super::run_json::RUN_JSON;
use super::stored::{DOCUMENTS, Rows};
use super::{RunRecord, tables};
use crate::model::hex;

/// Most sources that are named where many are not as they were read.
const EXAMPLES: usize = 5;

/// The files a dataset was read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Where each is, by its name in the dataset: a file, or several that are the pages of one document.
    pub paths: BTreeMap<String, Vec<PathBuf>>,
    /// Whether those that are missing or changed are left out; if not, there is no bag without them.
    pub allow_missing: bool,
}

/// What went into a bag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bagged {
    /// Files of the dataset.
    pub files: u64,
    /// Sources.
    pub sources: u64,
    /// Bytes of both.
    pub bytes: u64,
    /// Sources that the run could not read, so that nothing says what they were. They are not in the bag.
    pub never_read: u64,
    /// Sources that are missing or changed and were left out.
    pub left_out: u64,
    /// The first of these, with what is wrong.
    pub first: Vec<String>,
}

/// Writes the dataset in the folder `dataset` as a bag made on `date` to `dest`, which must not exist or be empty. The
/// files of the dataset go to `data/dataset`, the sources to `data/sources` under their names in the dataset.
///
/// # Errors
/// If the dataset is not whole, sources are not as they were read, or the bag cannot be written.
pub fn bag(
    dataset: &Path,
    dest: &Path,
    sources: Option<&Sources>,
    date: Date,
    cancel: &AtomicBool,
) -> Result<Bagged, BagError> {
    let mut folder = Folder::create(dest, cancel)?;
    // What it says is read from the copy, which nobody changes.
    let lost = |path: PathBuf, not_copied| match not_copied {
        NotCopied::Unread(source) => BagError::Lost { path, source },
        NotCopied::Other => BagError::Altered { path },
        NotCopied::Bag(error) => error,
    };
    let said = RunRecord::read(dataset)?;
    let copied = folder.copy(&dataset.join(RUN_JSON), &in_dataset(RUN_JSON), |_| true);
    let run_json = copied.map_err(|error| lost(dataset.join(RUN_JSON), error))?;
    let record = RunRecord::read(&folder.place("dataset"))?;
    if record != said {
        return Err(BagError::Altered { path: dataset.join(RUN_JSON) });
    }
    let mut hashes = BTreeMap::from([(RUN_JSON, run_json.sha256)]);
    for file in &record.files {
        if !is_written(&file.name) {
            return Err(BagError::OddFile { dir: dataset.to_owned(), name: file.name.clone() });
        }
        let whole = |copied: &Copied| copied.bytes == file.bytes && copied.sha256 == file.sha256;
        let copied = folder.copy(&dataset.join(&file.name), &in_dataset(&file.name), whole);
        hashes.insert(&file.name, copied.map_err(|error| lost(dataset.join(&file.name), error))?.sha256);
    }
    for (name, sha256) in &hashes {
        folder.list(&in_dataset(name), sha256)?;
    }

    let mut bagged = Bagged { files: folder.files, ..Bagged::default() };
    let mut all = 0;
    if let Some(sources) = sources {
        each_document(&folder.place("dataset"), &record, |name, sha256| {
            all += 1;
            add(&mut folder, &mut bagged, sources, (name, sha256))
        })?;
        if bagged.left_out > 0 && !sources.allow_missing {
            return Err(BagError::Sources { count: bagged.left_out, of: all, first: bagged.first });
        }
    }
    bagged.bytes = folder.bytes;
    let of_sources = sources.map(|_| (bagged.sources, all));
    let info = info(&record, of_sources, date, (folder.bytes, folder.files));
    folder.publish(&info)?;
    Ok(bagged)
}

/// Adds one source, or counts why not.
fn add(
    folder: &mut Folder<'_>,
    bagged: &mut Bagged,
    sources: &Sources,
    (name, sha256): (&str, &str),
) -> Result<(), BagError> {
    if sha256.is_empty() {
        bagged.never_read += 1;
        return Ok(());
    }
    within(name)?;
    let place = format!("sources/{name}");
    let copied = match sources.paths.get(name) {
        Some(paths) if paths.len() > 1 => match add_pages(folder, paths, &place, sha256) {
            Ok(files) => {
                bagged.sources += 1;
                return files.iter().try_for_each(|(place, sha256)| folder.list(place, sha256));
            }
            Err(error) => Err(error),
        },
        Some(paths) => {
            folder.copy(paths.first().map_or(Path::new(""), PathBuf::as_path), &place, |copied| copied.sha256 == sha256)
        }
        None => Err(NotCopied::Unread(io::ErrorKind::NotFound.into())),
    };
    let wrong = match copied {
        Ok(_) => {
            bagged.sources += 1;
            return folder.list(&place, sha256);
        }
        Err(NotCopied::Bag(error)) => return Err(error),
        Err(NotCopied::Unread(_)) => "missing",
        Err(NotCopied::Other) => "changed",
    };
    bagged.left_out += 1;
    if bagged.first.len() < EXAMPLES {
        bagged.first.push(format!("{name} ({wrong})"));
    }
    Ok(())
}

/// Copies the files of the pages of one document into a folder of its name, if their bytes one after the other have its
/// SHA-256. Those that the run could not read are no part of that.
fn add_pages(
    folder: &mut Folder<'_>,
    paths: &[PathBuf],
    place: &str,
    sha256: &str,
) -> Result<BTreeMap<String, String>, NotCopied> {
    let mut whole = Sha256::new();
    let mut there = BTreeMap::new();
    for path in paths {
        let mut own = Sha256::new();
        let hash = |piece: &[u8]| {
            whole.update(piece);
            own.update(piece);
        };
        if folder.each_piece(path, hash).map_err(NotCopied::Bag)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            there.insert(format!("{place}/{name}"), (path, hex(&own.finalize())));
        }
    }
    if hex(&whole.finalize()) != sha256 {
        return Err(if there.len() < paths.len() {
            NotCopied::Unread(io::ErrorKind::NotFound.into())
        } else {
            NotCopied::Other
        });
    }
    let copy = |(place, (path, sha256)): (String, (&PathBuf, String))| {
        folder.copy(path, &place, |copied| copied.sha256 == sha256).map(|_| (place, sha256))
    };
    there.into_iter().map(copy).collect()
}

fn in_dataset(name: &str) -> String {
    format!("dataset/{name}")
}

/// Whether a run writes data files of this name.
fn is_written(name: &str) -> bool {
    let (table, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    matches!(ending, "parquet" | "jsonl") && tables().iter().any(|known| known.name == table)
}

/// Hands the name and the SHA-256 of each document to `take`, in the order of the table.
fn each_document(
    dataset: &Path,
    record: &RunRecord,
    mut take: impl FnMut(&str, &str) -> Result<(), BagError>,
) -> Result<(), BagError> {
    #[derive(Deserialize)]
    struct Row {
        source: String,
        sha256: String,
    }
    if record.files.iter().any(|file| file.name == DOCUMENTS) {
        let mut rows = Rows::open(dataset, DOCUMENTS, &["source", "sha256"])?;
        while rows.fill()? {
            take(rows.value("source")?, rows.value("sha256")?)?;
            rows.row += 1;
        }
        return Ok(());
    }
    let read = |source| BagError::Documents { source };
    for line in BufReader::new(File::open(dataset.join("documents.jsonl")).map_err(read)?).lines() {
        let row: Row = line.and_then(|line| Ok(serde_json::from_str(&line)?)).map_err(read)?;
        take(&row.source, &row.sha256)?;
    }
    Ok(())
}

/// What `bag-info.txt` says.
fn info(record: &RunRecord, sources: Option<(u64, u64)>, date: Date, (bytes, files): (u64, u64)) -> String {
    let with = match sources {
        None => String::new(),
        Some((there, all)) if there == all => format!(", with the {all} files they were read from"),
        Some((there, all)) => format!(", with {there} of the {all} files they were read from"),
    };
    let (items, documents) = (record.counts.items, record.counts.documents.found);
    format!(
        "Bag-Software-Agent: jianbao {}\nBagging-Date: {date}\nExternal-Description: {items} items of {documents} documents, as \
         jianbao {} read them (schema version {}){with}\nPayload-Oxum: {bytes}.{files}\n",
        env!("CARGO_PKG_VERSION"),
        record.jianbao,
        record.schema_version,
    )
}
