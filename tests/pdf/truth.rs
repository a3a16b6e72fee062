//! What is printed in each file: `files/truth.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What must be read from a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Truth {
    /// What is odd about the file.
    pub(crate) why: String,
    /// The printed lines of each page in reading order; `None` where nothing is said of a page.
    pub(crate) pages: Vec<Option<Vec<String>>>,
    /// The status, where it matters.
    pub(crate) status: Option<String>,
    /// Its reason.
    pub(crate) code: Option<String>,
    /// Diagnostics about pages: code and page.
    pub(crate) remarks: Vec<(String, u32)>,
    /// Headlines of all items, with the number of their paragraphs.
    pub(crate) items: Option<Vec<(String, usize)>>,
    /// Title of the document.
    pub(crate) title: Option<String>,
    /// Titles of its bookmarks.
    pub(crate) bookmarks: Option<Vec<String>>,
}

/// The truths by name of the file.
pub(crate) fn all(folder: &Path) -> BTreeMap<String, Truth> {
    let text = fs::read_to_string(folder.join("truth.json")).expect("the truth can be read");
    let truths: BTreeMap<String, Truth> = serde_json::from_str(&text).expect("the truth has the form in truth.rs");
    assert!(!truths.is_empty());
    truths
}
