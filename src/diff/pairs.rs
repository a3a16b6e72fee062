//! Two datasets → pairs of documents that are compared with each other, in the order in which they come by. A document that
//! comes before its partner is held until then.

use std::collections::{BTreeMap, VecDeque};

use super::outcome::{Change, Sources};
use crate::dataset::{DatasetError, DocumentSheets, Sheets, SourceState};

/// What becomes of a document: nothing, or a place in the list of the other run.
type Partner = Option<usize>;

/// Who belongs to whom, in both directions, by places in the lists of documents.
pub(super) struct Plan {
    old: Vec<Partner>,
    new: Vec<Partner>,
}

/// One document, or what it was and what it is.
pub(super) enum Met {
    Both { old: Box<DocumentSheets>, new: Box<DocumentSheets>, same_bytes: bool },
    Gone(Box<DocumentSheets>),
    New(Box<DocumentSheets>),
}

/// Says what became of the source files, and pairs the documents: by path and bytes, then by bytes, then by path. Of several
/// files with the same bytes one alone has been read; it is paired with the one that was read in the other run.
pub(super) fn plan(old: &[SourceState], new: &[SourceState]) -> (Sources, Plan) {
    let mut plan = Plan { old: vec![None; old.len()], new: vec![None; new.len()] };
    let mut sources = Sources::default();
    for (one, other) in by_path(old, new) {
        // Files that could not be read have no hash.
        if old[one].sha256 == new[other].sha256 {
            plan.join(one, other);
            sources.same += 1;
        }
    }
    for (one, other) in by_bytes(old, new, |one, other| plan.old[one].is_none() && plan.new[other].is_none()) {
        plan.join(one, other);
        sources.moved.push(Change { old: old[one].source.clone(), new: new[other].source.clone() });
    }
    for (one, other) in by_path(old, new) {
        if plan.old[one].is_none() && plan.new[other].is_none() {
            plan.join(one, other);
            sources.changed.push(old[one].source.clone());
        }
    }
    let alone = |states: &[SourceState], partners: &[Partner]| {
        let alone = states.iter().zip(partners).filter(|(_, partner)| partner.is_none());
        alone.map(|(state, _)| state.source.clone()).collect()
    };
    sources.gone = alone(old, &plan.old);
    sources.new = alone(new, &plan.new);
    for (one, other) in by_bytes(old, new, |one, other| old[one].is_read() && new[other].is_read()) {
        plan.exchange(one, other);
    }
    (sources, plan)
}

impl SourceState {
    fn is_read(&self) -> bool {
        self.status == "ok" || self.status == "partial"
    }
}

impl Plan {
    fn join(&mut self, old: usize, new: usize) {
        self.old[old] = Some(new);
        self.new[new] = Some(old);
    }

    /// Joins the two, and those they were joined with.
    fn exchange(&mut self, old: usize, new: usize) {
        let (left, right) = (self.new[new], self.old[old]);
        if right == Some(new) {
            return;
        }
        self.join(old, new);
        match (left, right) {
            (Some(left), Some(right)) => self.join(left, right),
            (Some(left), None) => self.old[left] = None,
            (None, Some(right)) => self.new[right] = None,
            (None, None) => {}
        }
    }
}

/// Files with the same path; both lists are in the order of their paths.
fn by_path(old: &[SourceState], new: &[SourceState]) -> Vec<(usize, usize)> {
    let find = |state: &SourceState| new.binary_search_by(|other| other.source.cmp(&state.source)).ok();
    old.iter().enumerate().filter_map(|(at, state)| Some((at, find(state)?))).collect()
}

/// Files with the same bytes of those that `may` be paired, the first with the first.
fn by_bytes(old: &[SourceState], new: &[SourceState], may: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
    for (at, state) in new.iter().enumerate().filter(|(_, state)| !state.sha256.is_empty()) {
        places.entry(&state.sha256).or_default().push_back(at);
    }
    let mut pairs = Vec::new();
    for (one, state) in old.iter().enumerate() {
        let Some(others) = places.get_mut(state.sha256.as_str()) else { continue };
        if let Some(other) = others.iter().position(|&other| may(one, other)).and_then(|at| others.remove(at)) {
            pairs.push((one, other));
        }
    }
    pairs
}

/// One of the two datasets, with the documents that wait for their partners.
struct Side<'p> {
    sheets: Sheets,
    partners: &'p [Partner],
    /// How many have been read.
    read: usize,
    waiting: BTreeMap<usize, Box<DocumentSheets>>,
}

impl<'p> Side<'p> {
    fn new(sheets: Sheets, partners: &'p [Partner]) -> Self {
        Self { sheets, partners, read: 0, waiting: BTreeMap::new() }
    }

    fn done(&self) -> bool {
        self.read >= self.partners.len()
    }

    /// The next document and its place.
    fn next(&mut self) -> Result<Option<(usize, Box<DocumentSheets>)>, DatasetError> {
        let Some(document) = self.sheets.next_document()? else { return Ok(None) };
        self.read += 1;
        Ok(Some((self.read - 1, Box::new(document))))
    }
}

/// Hands all documents of both datasets to `take`, each once.
pub(super) fn meet(old: Sheets, new: Sheets, plan: &Plan, mut take: impl FnMut(Met)) -> Result<(), DatasetError> {
    let mut olds = Side::new(old, &plan.old);
    let mut news = Side::new(new, &plan.new);
    loop {
        // The side that is behind goes on, so that few documents wait.
        let of_old = match (olds.done(), news.done()) {
            (true, true) => break,
            (old, new) if old != new => new,
            _ => olds.read * news.partners.len() <= news.read * olds.partners.len(),
        };
        let (side, other) = if of_old { (&mut olds, &mut news) } else { (&mut news, &mut olds) };
        let Some((at, document)) = side.next()? else { break };
        let both = |one: Box<DocumentSheets>, two: Box<DocumentSheets>| {
            let (old, new) = if of_old { (one, two) } else { (two, one) };
            let same_bytes = hash(&old).is_some() && hash(&old) == hash(&new);
            Met::Both { old, new, same_bytes }
        };
        match side.partners.get(at).copied().flatten() {
            None if of_old => take(Met::Gone(document)),
            None => take(Met::New(document)),
            Some(partner) => match other.waiting.remove(&partner) {
                Some(waiting) => take(both(document, waiting)),
                None => drop(side.waiting.insert(at, document)),
            },
        }
    }
    // Tables that go on behind the last document are damaged.
    olds.sheets.next_document()?;
    news.sheets.next_document()?;
    Ok(())
}

/// The SHA-256 of the source; `None` if it could not be read.
fn hash(document: &DocumentSheets) -> Option<String> {
    let hash = document.document.cell(0, document.document.column("sha256")?);
    hash.text().filter(|hash| !hash.is_empty()).map(str::to_owned)
}
