//! Two datasets → pairs of documents that are compared with each other, in the order in which they come by. A document that
//! comes before its partner is held until then.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use super::outcome::{Change, Sources};
use crate::dataset::{DatasetError, DocumentSheets, Sheets, SourceState};

/// What becomes of a document: nothing, or a place in the list of the other run.
type Partner = Option<usize>;

/// Content that stands in more documents than this says nothing about which is which.
const COMMON: usize = 20;

/// Which documents of two datasets belong together.
pub struct Pairing {
    pub(super) sources: Sources,
    names: Change<Vec<String>>,
    plan: Plan,
}

/// Who belongs to whom, in both directions, by places in the lists of documents.
struct Plan {
    old: Vec<Partner>,
    new: Vec<Partner>,
}

/// One document, or what it was and what it is.
pub enum Met {
    /// It is in both runs.
    Both {
        /// As it was.
        old: Box<DocumentSheets>,
        /// As it is.
        new: Box<DocumentSheets>,
        /// Whether the source files have the same bytes.
        same_bytes: bool,
    },
    /// The old run alone has it.
    Gone(Box<DocumentSheets>),
    /// The new run alone has it.
    New(Box<DocumentSheets>),
}

impl Pairing {
    /// Pairs the documents of the datasets in the folders `old` and `new`.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn of(old: &Path, new: &Path) -> Result<Self, DatasetError> {
        let (olds, news) = (Sheets::sources(old)?, Sheets::sources(new)?);
        let (sources, plan) = plan(&olds, &news, |gone, come| {
            Ok((Sheets::content_hashes(old, gone)?, Sheets::content_hashes(new, come)?))
        })?;
        let names = |states: Vec<SourceState>| states.into_iter().map(|state| state.source).collect();
        Ok(Self { sources, names: Change { old: names(olds), new: names(news) }, plan })
    }

    /// All documents by their places and names in both runs: those of the new run in order, then those that are gone.
    pub fn documents(&self) -> impl Iterator<Item = Change<Option<(usize, &str)>>> {
        let Change { old: olds, new: news } = &self.names;
        let come = self.plan.new.iter().zip(news).enumerate();
        let come = come.map(|(at, (partner, name))| Change {
            old: partner.and_then(|old| Some((old, olds.get(old)?.as_str()))),
            new: Some((at, name.as_str())),
        });
        let gone = self.plan.old.iter().zip(olds).enumerate().filter(|(_, (partner, _))| partner.is_none());
        come.chain(gone.map(|(at, (_, name))| Change { old: Some((at, name.as_str())), new: None }))
    }

    /// Hands all documents of the datasets in the folders `old` and `new` to `take`, each once.
    ///
    /// # Errors
    /// If one of them cannot be read, or `take` fails.
    pub fn walk<E: From<DatasetError>>(
        &self,
        old: Sheets,
        new: Sheets,
        take: impl FnMut(Met) -> Result<(), E>,
    ) -> Result<(), E> {
        meet(old, new, &self.plan, take)
    }
}

/// Says what became of the source files, and pairs the documents: by path and bytes, then by bytes, then by path, then by
/// the items they share, which `contents` gives. Of several files with the same bytes one alone has been read; it is paired
/// with the one that was read in the other run.
fn plan(
    old: &[SourceState],
    new: &[SourceState],
    contents: impl FnOnce(&BTreeSet<&str>, &BTreeSet<&str>) -> Result<(Contents, Contents), DatasetError>,
) -> Result<(Sources, Plan), DatasetError> {
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
    let (gone, come) = (alone(old, &plan.old), alone(new, &plan.new));
    if !gone.is_empty() && !come.is_empty() {
        let (olds, news) = contents(&gone.keys().copied().collect(), &come.keys().copied().collect())?;
        for (one, other) in by_content(&olds, &news) {
            plan.join(gone[one], come[other]);
            sources.renamed.push(Change { old: one.to_owned(), new: other.to_owned() });
        }
        sources.renamed.sort_unstable();
    }
    let names = |places: BTreeMap<&str, usize>| places.into_keys().map(str::to_owned).collect();
    sources.gone = names(alone(old, &plan.old));
    sources.new = names(alone(new, &plan.new));
    for (one, other) in by_bytes(old, new, |one, other| old[one].is_read() && new[other].is_read()) {
        plan.exchange(one, other);
    }
    Ok((sources, plan))
}

/// The documents without a partner, by name.
fn alone<'s>(states: &'s [SourceState], partners: &[Partner]) -> BTreeMap<&'s str, usize> {
    let alone = states.iter().zip(partners).enumerate().filter(|(_, (_, partner))| partner.is_none());
    alone.map(|(at, (state, _))| (state.source.as_str(), at)).collect()
}

/// Content hashes of documents by their names.
type Contents = BTreeMap<String, Vec<String>>;

/// Documents that share at least half of the items of the one that has more; those that share most first.
fn by_content<'c>(old: &'c Contents, new: &'c Contents) -> Vec<(&'c str, &'c str)> {
    let (olds, news) = (places(old), places(new));
    let mut shared: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (hash, ones) in olds.iter().filter(|(_, ones)| ones.len() <= COMMON) {
        let Some(others) = news.get(hash).filter(|others| others.len() <= COMMON) else { continue };
        for (one, count) in ones {
            for (other, others) in others {
                *shared.entry((one, other)).or_default() += count.min(others);
            }
        }
    }
    let most = |one: &str, other: &str| old[one].len().max(new[other].len());
    let mut pairs: Vec<(&str, &str, usize)> = shared
        .into_iter()
        .filter(|((one, other), shared)| shared * 2 >= most(one, other))
        .map(|((one, other), shared)| (one, other, shared))
        .collect();
    // In an order that does not tell old from new.
    pairs.sort_by(|a, b| {
        let share = |(one, other, shared): &(&str, &str, usize)| *shared as f32 / most(one, other).max(1) as f32;
        let names = |(one, other, _): &(&'c str, &'c str, usize)| ((*one).min(*other), (*one).max(*other));
        share(b).total_cmp(&share(a)).then(b.2.cmp(&a.2)).then_with(|| names(a).cmp(&names(b)))
    });
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    pairs.retain(|(one, other, _)| {
        let free = !gone.contains(one) && !come.contains(other);
        if free {
            gone.insert(*one);
            come.insert(*other);
        }
        free
    });
    pairs.into_iter().map(|(one, other, _)| (one, other)).collect()
}

/// Which documents have content, each with how often.
fn places(contents: &Contents) -> BTreeMap<&str, BTreeMap<&str, usize>> {
    let mut places: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (source, hashes) in contents {
        for hash in hashes {
            *places.entry(hash).or_default().entry(source).or_default() += 1;
        }
    }
    places
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

fn meet<E: From<DatasetError>>(
    old: Sheets,
    new: Sheets,
    plan: &Plan,
    mut take: impl FnMut(Met) -> Result<(), E>,
) -> Result<(), E> {
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
            None if of_old => take(Met::Gone(document))?,
            None => take(Met::New(document))?,
            Some(partner) => match other.waiting.remove(&partner) {
                Some(waiting) => take(both(document, waiting))?,
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
