//! A dataset → its card: `README.md` as Hugging Face reads it and `metadata.json` in Croissant 1.1, both made of the one
//! schema and of what the rows and `run.json` say. No clock: the same dataset and words give the same bytes.

mod croissant;
mod figures;
mod markdown;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::dataset::{DatasetError, RunRecord};
use figures::Figures;

/// The files, in the folder of the dataset.
pub const FILES: [&str; 2] = ["README.md", "metadata.json"];

/// Stands in both files, so that they can be told from files that somebody else has written.
const MARK: &str = "jianbao card";

/// What the data does not say of itself.
#[derive(Debug, Clone)]
pub struct Words {
    /// What the dataset is called; by its publications if nothing is said.
    pub name: Option<String>,
    /// Under which licence it is given, as its identifier: `cc-by-4.0`.
    pub license: Option<String>,
    /// Where it can be had.
    pub url: Option<String>,
}

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A file is there that is no part of a card.
    #[error("{} was not written by {MARK}; move it away first", path.display())]
    NotACard {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("cannot write {}: {source}; check the rights of the folder", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// All that both files say.
struct Card<'w> {
    record: RunRecord,
    figures: Figures,
    words: &'w Words,
}

impl Card<'_> {
    fn name(&self) -> String {
        match (&self.words.name, self.figures.publications.most().first()) {
            (Some(name), _) => name.clone(),
            (None, Some((publication, _))) if self.figures.publications.len() == 1 => (*publication).to_owned(),
            (None, Some((publication, _))) => format!("{publication} and others"),
            (None, None) => "Chinese bulletins".to_owned(),
        }
    }

    /// In one or two sentences.
    fn description(&self) -> String {
        let counts = &self.record.counts;
        let dates = match self.figures.issues.range() {
            Some((first, last)) => format!(", issues of {first} to {last}"),
            None => String::new(),
        };
        format!(
            "{} news items from {} Chinese bulletins and newspaper pages{dates}. Every item points back to its printed lines and \
             pages; every source file has a row, good or bad.",
            counts.items, counts.documents.found
        )
    }
}

/// Writes the card of the dataset in the folder `dir` into that folder, over an earlier card.
///
/// # Errors
/// If there is no dataset with Parquet files, one of the files is there and no card, or cannot be written.
pub fn write(dir: &Path, words: &Words) -> Result<(), CardError> {
    let record = RunRecord::read(dir)?;
    if !record.files.iter().any(|file| file.name.ends_with(".parquet")) {
        return Err(DatasetError::NoTables { dir: dir.to_owned() }.into());
    }
    record.files.iter().try_for_each(|file| file.is_there(dir))?;
    for name in FILES {
        let path = dir.join(name);
        match fs::read_to_string(&path) {
            Ok(text) if text.contains(MARK) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            _ => return Err(CardError::NotACard { path }),
        }
    }
    let card = Card { figures: Figures::read(dir)?, record, words };
    for (name, text) in FILES.into_iter().zip([markdown::readme(&card), croissant::metadata(&card)]) {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|source| CardError::File { path, source })?;
    }
    Ok(())
}
