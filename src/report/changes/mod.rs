//! A dataset and an older one → the pages of the differences between them: one of all of them, a list in pieces, and one for
//! each document that changed, with its items before and after side by side.

mod card;
mod marked;
mod page;
mod pages;
mod rows;
mod runs;
mod whole;

use std::path::{Path, PathBuf};

use super::ReportError;
use super::folder::Folder;
use super::list::Lists;
use super::templates::Templates;
use crate::dataset::{Cell, RunRecord, Sheets};
use crate::diff::{self, Diff, Met, Pairing, Selection};
use pages::Pages;
pub(super) use rows::Row;
pub(super) use whole::{Links, Shown, view};

/// The page of all differences.
pub(super) const WHOLE: &str = "changes.html";
/// The list of all differences: its page and its pieces.
pub(super) const LIST: &str = "differences";

/// A dataset against an older one.
pub(super) struct Changes {
    diff: Diff,
    pairing: Pairing,
    pages: Pages,
    folders: [PathBuf; 2],
    /// What the datasets are called: the older one, this one.
    names: [String; 2],
}

impl Changes {
    /// Compares the datasets in the folders `old` and `new`, which are called `names`.
    pub(super) fn of(old: &Path, new: &Path, names: [String; 2]) -> Result<Self, ReportError> {
        let diff = diff::diff(old, new, &Selection::default())?;
        let pairing = Pairing::of(old, new)?;
        let pages = Pages::of(&diff, &pairing);
        Ok(Self { diff, pairing, pages, folders: [old, new].map(Path::to_owned), names })
    }

    /// How many documents have a page of their differences.
    pub(super) fn documents(&self) -> u64 {
        self.pages.len() as u64
    }

    /// The page of the differences of a document of this report, as seen from the document's own page.
    pub(super) fn of_document(&self, source: &str) -> Option<String> {
        self.pages.at(None, Some(source), "").map(|href| format!("../{href}"))
    }

    fn sheets(&self) -> Result<(Sheets, Sheets), ReportError> {
        let [old, new] = &self.folders;
        Ok((Sheets::open(old, &RunRecord::read(old)?)?, Sheets::open(new, &RunRecord::read(new)?)?))
    }

    /// Writes all pages, and the rows of the list.
    pub(super) fn write(
        &self,
        (folder, templates): (&Folder, &Templates),
        lists: &mut Lists,
        keep_on: impl Fn() -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        rows::of_diff(&self.diff, &self.pages, |row| lists.difference(folder, &row))?;
        if self.pages.len() > 0 {
            folder.create_folder("changes")?;
            let sheets = self.sheets()?;
            self.pairing.walk(sheets.0, sheets.1, |met: Met| -> Result<(), ReportError> {
                keep_on()?;
                let Some((number, parts)) = self.pages.of_met(&met) else { return Ok(()) };
                let view = page::view(&met, number, parts, &self.diff, &self.pages);
                rows::of_lines(&view.lines, &self.pages, parts, |row| lists.difference(folder, &row))?;
                folder.page(&pages::file(number), templates, "change.html", &view)
            })?;
        }
        let shown = Shown { diff: &self.diff, names: &self.names, limit: None };
        let mut view = whole::view(&shown, &Links::Pages(&self.pages));
        lists.name_changes(std::mem::take(&mut view.names));
        folder.page(WHOLE, templates, "changes.html", &view)
    }
}

/// A value for a person; nothing where there is none.
fn said(cell: &Cell) -> Option<String> {
    match cell {
        empty if empty.is_empty() => None,
        Cell::Float(number) => Some(format!("{:.3}", number.0)),
        other => Some(other.to_string()),
    }
}
