//! A dataset on disk → a folder of pages that show it in a browser: what was read, where it was read, and what is worth a look.
//!
//! The pages need no server and no network, and ask for nothing outside their folder. Lists are pieces of JavaScript ([`list`]),
//! because a page opened from disk may load scripts and nothing else; documents are plain HTML ([`document`]). The same dataset
//! gives the same bytes: nothing here looks at a clock.

mod blocks;
mod changes;
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
use crate::diff::Diff;
use changes::{Changes, Links, Shown};
use document::Neighbours;
use folder::Folder;
use list::Lists;
use tally::Tally;
use templates::Templates;

/// An older dataset that a report is held against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// What the datasets are called on the pages: the older one, and that of the report.
    pub names: [&'a str; 2],
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Documents, a page each.
    pub documents: u64,
    /// Items.
    pub items: u64,
    /// Pictures of pages.
    pub pictures: u64,
    /// Documents that differ from the older dataset, a page each.
    pub changed: u64,
}

/// Puts the pictures of a document's pages into a folder, which is there, as `0001.png` and so on. Says which pages have one.
pub type Pictures<'p> = dyn FnMut(&WholeDocument, &Path) -> BTreeSet<u32> + 'p;

/// Writes the report of the dataset in `dataset` to the folder `to`, in place of a report that is there. The folder appears whole
/// or not at all. With `against` it also has the differences from an older dataset.
///
/// # Errors
/// If the dataset cannot be read, `to` holds something else, or the pages cannot be written.
pub fn write(
    dataset: &Path,
    to: &Path,
    against: Option<Against<'_>>,
    pictures: &mut Pictures<'_>,
    cancel: &AtomicBool,
) -> Result<Written, ReportError> {
    let record = RunRecord::read(dataset)?;
    let mut reader = Reader::open(dataset)?;
    let changes =
        against.map(|older| Changes::of(older.folder, dataset, older.names.map(str::to_owned))).transpose()?;
    let folder = Folder::create(to)?;
    let templates = Templates::of_report(changes.is_some())?;
    let keep_on = || if cancel.load(Ordering::Relaxed) { Err(ReportError::Cancelled) } else { Ok(()) };
    let mut tally = Tally::default();
    let mut lists = Lists::default();
    let mut written = Written::default();
    let mut next = reader.next_document()?;
    let mut neighbours = Neighbours::default();
    while let Some(whole) = next {
        keep_on()?;
        next = reader.next_document()?;
        written.documents += 1;
        written.items += whole.items.len() as u64;
        neighbours.number = written.documents;
        neighbours.is_last = next.is_none();
        neighbours.changes = changes.as_ref().and_then(|changes| changes.of_document(&whole.document.source));
        tally.add(&whole);
        lists.add(&folder, written.documents, &whole)?;
        let there = if whole.document.page_sizes.is_empty() {
            BTreeSet::new()
        } else {
            folder.pictures(written.documents, |place| pictures(&whole, place))?
        };
        written.pictures += there.len() as u64;
        let view = document::view(&whole, &neighbours, &there);
        folder.page(&document::file(written.documents), &templates, "document.html", &view)?;
    }
    if let Some(changes) = &changes {
        changes.write((&folder, &templates), &mut lists, keep_on)?;
        written.changed = changes.documents();
        folder.page(&format!("{}.html", changes::LIST), &templates, "list.html", &list::view(changes::LIST))?;
    }
    lists.finish(&folder, &tally)?;
    folder.page("index.html", &templates, "overview.html", &overview::view(&tally, &record))?;
    for list in list::KINDS {
        folder.page(&format!("{list}.html"), &templates, "list.html", &list::view(list))?;
    }
    folder.text("report.css", templates::STYLE)?;
    folder.text("report.js", templates::SCRIPT)?;
    folder.publish()?;
    Ok(written)
}

/// A comparison as one page that stands alone, with the first `limit` entries of each list. `names` are what the datasets are
/// called.
///
/// # Errors
/// If the page cannot be made.
pub fn comparison(diff: &Diff, names: &[String; 2], limit: usize) -> Result<String, ReportError> {
    let shown = Shown { diff, names, limit: Some(limit) };
    Templates::of_single_page()?.render("comparison", "changes.html", &changes::view(&shown, &Links::Sections))
}
