//! Answers: `NAME.gold.json` beside its document.

use std::fs;
use std::path::{Path, PathBuf};

use jianbao::model::{Document, Format, Source};
use jianbao::pipeline::{self, Extractor};
use jianbao::rules::RuleSet;
use serde::Deserialize;

/// What a reader finds in a document. A field that is not there is not asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Gold {
    pub(crate) publication: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) issue_no: Option<i32>,
    pub(crate) issue_total: Option<i32>,
    pub(crate) issue_date: Option<String>,
    pub(crate) toc_unmatched: Option<Vec<String>>,
    pub(crate) items: Vec<GoldItem>,
}

/// What a reader finds in an item.
#[derive(Debug, Deserialize)]
pub(crate) struct GoldItem {
    pub(crate) headline: Option<String>,
    pub(crate) kicker: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) section: Option<Option<String>>,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) contributors: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) district_code: Option<Option<u32>>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) date: Option<Option<String>>,
    pub(crate) date_end: Option<String>,
    /// Two readings of the print are equally right.
    #[serde(default)]
    pub(crate) body_unscored: bool,
    #[serde(default)]
    pub(crate) date_unscored: bool,
}

/// A field that is there, if only as `null`.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The answers in `folder`, by name.
pub(crate) fn answers(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of documents can be read");
    let mut answers: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder of documents can be read").path())
        .filter(|path| path.to_str().is_some_and(|path| path.ends_with(".gold.json")))
        .collect();
    answers.sort();
    answers
}

/// The answer in the file `path`.
pub(crate) fn read(path: &Path) -> Gold {
    let text = fs::read_to_string(path).expect("the answer can be read");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The document that the answer at `path` is about, read by the pipeline.
pub(crate) fn document_of(path: &Path, rules: &RuleSet) -> Document {
    let stem = path.to_str().and_then(|path| path.strip_suffix(".gold.json")).expect("answers are *.gold.json");
    let (file, format) = [("txt", Format::Text), ("md", Format::Markdown)]
        .map(|(extension, format)| (format!("{stem}.{extension}"), format))
        .into_iter()
        .find(|(file, _)| Path::new(file).is_file())
        .unwrap_or_else(|| panic!("{}: no document beside it", path.display()));
    let bytes = fs::read(&file).expect("the document can be read");
    let source = Source { path: file, sha256: String::new(), bytes: bytes.len() as u64, format };
    pipeline::process(source, &bytes, rules, &Extractor::without_ocr())
}
