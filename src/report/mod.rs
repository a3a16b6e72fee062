//! A dataset on disk → a folder of pages that show it in a browser: what was read, where it was read, and what is worth a look.
//!
//! The pages need no server and no network, and ask for nothing outside their folder. Lists are pieces of JavaScript ([`list`]),
//! because a page opened from disk may load scripts and nothing else; documents are plain HTML ([`document`]). The same dataset
//! gives the same bytes: nothing here looks at a clock.

mod blocks;
mod document;
mod error;
mod folder;
mod list;
mod names;
mod overview;
mod place;
mod tally;
mod templates;
mod words;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

pub use error::ReportError;

use crate::dataset::{Reader, RunRecord, WholeDocument};
use document::Neighbours;
use folder::Folder;
use list::Lists;
use tally::Tally;
use templates::Templates;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Documents, a page each.
    pub documents: u64,
    /// Items.
    pub items: u64,
    /// Pictures of pages.
    pub pictures: u64,
}

/// Puts the pictures of a document's pages into a folder, which is there, as `0001.png` and so on. Says which pages have one.
pub type Pictures<'p> = dyn FnMut(&WholeDocument, &Path) -> BTreeSet<u32> + 'p;

/// Writes the report of the dataset in `dataset` to the folder `to`, in place of a report that is there. The folder appears whole
/// or not at all.
///
/// # Errors
/// If the dataset cannot be read, `to` holds something else, or the pages cannot be written.
pub fn write(
    dataset: &Path,
    to: &Path,
    pictures: &mut Pictures<'_>,
    cancel: &AtomicBool,
) -> Result<Written, ReportError> {
    let record = RunRecord::read(dataset)?;
    let mut reader = Reader::open(dataset)?;
    let folder = Folder::create(to)?;
    let templates = Templates::new()?;
    let mut tally = Tally::default();
    let mut lists = Lists::default();
    let mut written = Written::default();
    let mut next = reader.next_document()?;
    let mut neighbours = Neighbours::default();
    while let Some(whole) = next {
        if cancel.load(Ordering::Relaxed) {
            return Err(ReportError::Cancelled);
        }
        next = reader.next_document()?;
        written.documents += 1;
        written.items += whole.items.len() as u64;
        neighbours.number = written.documents;
        neighbours.is_last = next.is_none();
        tally.add(&whole);
        lists.add(&folder, written.documents, &whole)?;
        let there = if whole.document.page_sizes.is_empty() {
            BTreeSet::new()
        } else {
            folder.pictures(written.documents, |place| pictures(&whole, place))?
        };
        written.pictures += there.len() as u64;
        let view = document::view(&whole, neighbours, &there);
        folder.page(&document::file(written.documents), &templates, "document.html", &view)?;
    }
    lists.finish(&folder, &tally)?;
    folder.page("index.html", &templates, "overview.html", &overview::view(&tally, &record))?;
    for list in list::KINDS {
        folder.page(&format!("{list}.html"), &templates, "list.html", &list::view(list))?;
    }
    folder.text("report.css", include_str!("templates/report.css"))?;
    folder.text("report.js", include_str!("templates/report.js"))?;
    folder.publish()?;
    Ok(written)
}
