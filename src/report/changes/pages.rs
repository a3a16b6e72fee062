//! A comparison → which documents have a page of their differences, and what of the comparison stands on it.

use std::collections::BTreeMap;

use crate::diff::{Diff, ItemChange, Met, Pairing, Spot};

/// The file of page `number`.
pub(super) fn file(number: usize) -> String {
    format!("changes/{number:05}.html")
}

/// The pages, by the names of their documents.
#[derive(Debug, Default)]
pub(in super::super) struct Pages {
    parts: Vec<Parts>,
    by_old: BTreeMap<String, usize>,
    by_new: BTreeMap<String, usize>,
    /// Numbers of the documents in the report.
    documents: BTreeMap<String, u64>,
}

/// What stands on a page, by places in the lists of the [`Diff`].
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    /// Its number among the documents of the report.
    pub(super) document: Option<u64>,
    pub(super) items: Vec<usize>,
    /// Group, place.
    pub(super) values: Vec<(usize, usize)>,
    pub(super) joins: Vec<(usize, usize)>,
    /// Group, whether it is new, place.
    pub(super) remarks: Vec<(usize, bool, usize)>,
    touched: bool,
}

impl Pages {
    pub(super) fn of(diff: &Diff, pairing: &Pairing) -> Self {
        let mut pages = Self::default();
        for (at, pair) in pairing.documents().enumerate() {
            let name = |of: Option<(usize, &str)>| of.map(|(_, name)| name.to_owned());
            let document = pair.new.map(|(at, _)| at as u64 + 1);
            if let Some((_, old)) = pair.old {
                pages.by_old.insert(old.to_owned(), at);
            }
            if let Some((_, new)) = pair.new {
                pages.by_new.insert(new.to_owned(), at);
                pages.documents.extend(document.map(|number| (new.to_owned(), number)));
            }
            pages.parts.push(Parts { old: name(pair.old), new: name(pair.new), document, ..Parts::default() });
        }
        pages.fill(diff);
        pages.number();
        pages
    }

    fn fill(&mut self, diff: &Diff) {
        let sources = &diff.sources;
        sources.gone.iter().for_each(|old| self.touch(Some(old), None, |_| ()));
        sources.new.iter().chain(&sources.changed).for_each(|new| self.touch(None, Some(new), |_| ()));
        sources.renamed.iter().for_each(|it| self.touch(None, Some(&it.new), |_| ()));
        for it in diff.coverage.lost.iter().chain(&diff.coverage.regained) {
            self.touch(None, Some(&it.new.source), |_| ());
        }
        for (at, change) in diff.items.changes.iter().enumerate() {
            let [old, new] = [&change.old, &change.new].map(|items| items.first().map(|item| &*item.source));
            self.touch_both(old, new, |parts| parts.items.push(at));
        }
        for (group, values) in diff.fields.iter().enumerate().filter(|(_, values)| values.table != "items") {
            for (place, it) in values.places.iter().enumerate() {
                self.touch(Some(it.old.source()), Some(it.new.source()), |parts| parts.values.push((group, place)));
            }
        }
        for (group, joins) in diff.joins.iter().enumerate() {
            for (place, it) in joins.joins.iter().enumerate() {
                self.touch(Some(&it.old.source), Some(&it.new.source), |parts| parts.joins.push((group, place)));
            }
        }
        for (group, remarks) in diff.remarks.iter().enumerate() {
            for (place, it) in remarks.gone.iter().enumerate() {
                self.touch(Some(&it.source), None, |parts| parts.remarks.push((group, false, place)));
            }
            for (place, it) in remarks.new.iter().enumerate() {
                self.touch(None, Some(&it.source), |parts| parts.remarks.push((group, true, place)));
            }
        }
    }

    fn find(&self, old: Option<&str>, new: Option<&str>) -> Option<usize> {
        let of_new = new.and_then(|new| self.by_new.get(new));
        of_new.or_else(|| self.by_old.get(old?)).copied()
    }

    fn touch(&mut self, old: Option<&str>, new: Option<&str>, put: impl FnOnce(&mut Parts)) {
        if let Some(parts) = self.find(old, new).and_then(|at| self.parts.get_mut(at)) {
            parts.touched = true;
            put(parts);
        }
    }

    /// An item that went to another document stands on the pages of both.
    fn touch_both(&mut self, old: Option<&str>, new: Option<&str>, put: impl Fn(&mut Parts)) {
        let of_old = old.and_then(|old| self.find(Some(old), None));
        let of_new = new.and_then(|new| self.find(None, Some(new)));
        self.touch(None, new, &put);
        if of_old != of_new {
            self.touch(old, None, &put);
        }
    }

    /// Leaves the documents that did not change aside.
    fn number(&mut self) {
        let mut numbers = vec![None; self.parts.len()];
        let touched = numbers.iter_mut().zip(&self.parts).filter(|(_, parts)| parts.touched);
        touched.enumerate().for_each(|(at, (number, _))| *number = Some(at));
        self.parts.retain(|parts| parts.touched);
        for map in [&mut self.by_old, &mut self.by_new] {
            map.retain(|_, at| match numbers.get(*at).copied().flatten() {
                Some(number) => {
                    *at = number;
                    true
                }
                None => false,
            });
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The number of a document's page, from 1, and what stands on it.
    pub(super) fn of_met(&self, met: &Met) -> Option<(usize, &Parts)> {
        let (old, new) = match met {
            Met::Both { old, new, .. } => (Some(&old.source), Some(&new.source)),
            Met::Gone(old) => (Some(&old.source), None),
            Met::New(new) => (None, Some(&new.source)),
        };
        let at = self.find(old.map(String::as_str), new.map(String::as_str))?;
        Some((at + 1, self.parts.get(at)?))
    }

    /// A place on a page, as seen from the folder of the report.
    pub(super) fn at(&self, old: Option<&str>, new: Option<&str>, place: &str) -> Option<String> {
        let page = file(self.find(old, new)? + 1);
        Some(if place.is_empty() { page } else { format!("{page}#{place}") })
    }

    /// The number of a document in the report.
    pub(super) fn document(&self, source: &str) -> Option<u64> {
        self.documents.get(source).copied()
    }
}

/// Where an item's card stands on its page.
pub(super) fn of_item(change: &ItemChange) -> String {
    match (change.new.first(), change.old.first()) {
        (Some(new), _) => format!("n{}", new.ordinal),
        (None, Some(old)) => format!("o{}", old.ordinal),
        (None, None) => String::new(),
    }
}

/// Where a row that changed stands on its page.
pub(super) fn of_spot(spot: &Spot) -> String {
    match spot {
        Spot::Item(item) => format!("n{}", item.ordinal),
        Spot::Line { line, .. } => format!("L{line}"),
        Spot::Document { .. } => "document".to_owned(),
    }
}
