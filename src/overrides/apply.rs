//! Overrides on a document: where each belongs, what it sets, and whether it was kept to.

use std::collections::BTreeMap;

use super::Overrides;
use super::file::{Change, Fields, Override};
use super::words::{PartialDate, Start};
use crate::model::{
    Code, Contribution, ContributorKind, DateBasis, Diagnostic, District, DistrictBasis, EventDate, Item, JoinKind,
    Masthead, TextLine, TocEntry,
};

/// The overrides of one document, each with the line it is about.
#[derive(Debug, Default)]
pub struct Placed<'a> {
    /// Name of the file.
    name: &'a str,
    places: Vec<Place<'a>>,
    /// Those whose text is not there.
    stale: Vec<Diagnostic>,
}

#[derive(Debug)]
struct Place<'a> {
    entry: &'a Override,
    /// 1-based place in the file.
    number: usize,
    /// Index of the line; `None` for the document.
    at: Option<usize>,
    /// Why fields or remarks could not be set, by field or code.
    failed: BTreeMap<&'static str, String>,
}

impl Overrides {
    /// What was decided about the source with this SHA-256 (hex), whose lines are `lines`.
    pub fn place<'a>(&'a self, sha256: &str, lines: &[TextLine]) -> Placed<'a> {
        let Some((name, file)) = self.of(sha256) else { return Placed::default() };
        let mut placed = Placed { name, ..Placed::default() };
        let mut by_text: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, line) in lines.iter().enumerate() {
            let (raw, text) = (printed(&line.raw), printed(&line.text));
            if raw != text {
                by_text.entry(raw).or_default().push(at);
            }
            by_text.entry(text).or_default().push(at);
        }
        for (number, entry) in (1..).zip(&file.overrides) {
            let found = match (entry.line, &entry.text) {
                (Some(line), Some(text)) => line_of(line, text, &by_text).map(Some),
                _ => Ok(None),
            };
            match found {
                Ok(at) => placed.places.push(Place { entry, number, at, failed: BTreeMap::new() }),
                Err(why) => placed.stale.push(stale(name, number, None, &why)),
            }
        }
        placed
    }
}

/// The index of the line that says `text`: the one of this number, else the only one.
fn line_of(number: u32, text: &str, by_text: &BTreeMap<String, Vec<usize>>) -> Result<usize, String> {
    let at = number as usize - 1;
    match by_text.get(&printed(text)).map_or(&[][..], Vec::as_slice) {
        found if found.contains(&at) => Ok(at),
        [only] => Ok(*only),
        [] => Err(format!("no line says “{text}” any more")),
        found => Err(format!("line {number} does not say “{text}” any more, and {} others do", found.len())),
    }
}

/// The characters of a text that are no white space.
fn printed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn stale(name: &str, number: usize, line: Option<u32>, why: &str) -> Diagnostic {
    let message = format!("override {number} of {name} is not applied: {why}");
    Diagnostic { code: Code::StaleOverride, page: None, line, item: None, message, rule: None }
}

impl Placed<'_> {
    /// Tells the stages what was decided about lines.
    pub fn mark(&self, lines: &mut [TextLine]) {
        for place in &self.places {
            let Some(line) = place.at.and_then(|at| lines.get_mut(at)) else { continue };
            let decided = &mut line.decided;
            decided.role = place.entry.role.map(|it| it.0).or(decided.role);
            decided.join = place.entry.join.map(|it| it.0).or(decided.join);
            decided.starts_item = place.entry.item.map(|it| it.0 == Start::Starts).or(decided.starts_item);
        }
    }

    /// Sets what was decided about the issue.
    pub fn masthead(&self, masthead: &mut Masthead) {
        for set in self.places.iter().filter(|it| it.at.is_none()).filter_map(|it| it.entry.set.as_ref()) {
            let Fields { publication, publisher, issue_no, issue_total, issue_date, .. } = set;
            text(&mut masthead.publication, publication.as_deref());
            text(&mut masthead.publisher, publisher.as_deref());
            value(&mut masthead.issue_no, issue_no.as_ref().map(|it| it.0));
            value(&mut masthead.issue_total, issue_total.as_ref().map(|it| it.0));
            value(&mut masthead.issue_date, issue_date.as_ref().map(|it| it.0.map(|date| date.first)));
        }
    }

    /// Sets what was decided about items. `division` gives the official name and code of a district by any of its names.
    pub fn fields(
        &mut self,
        items: &mut [Item],
        lines: &[TextLine],
        toc: Option<&[TocEntry]>,
        division: impl Fn(&str) -> Option<(String, Option<String>)>,
    ) {
        for place in &mut self.places {
            let (Some(set), Some(at)) = (&place.entry.set, place.at) else { continue };
            let ordinal = lines.get(at).and_then(|line| line.item);
            let Some(item) = ordinal.and_then(|ordinal| items.get_mut(ordinal as usize - 1)) else {
                for (name, _) in set.names() {
                    place.failed.insert(name, "the line is in no item".to_owned());
                }
                continue;
            };
            texts(item, set, toc);
            dates(item, set, &mut place.failed);
            contributors(item, set, &mut place.failed);
            districts(item, set, &division);
        }
    }

    /// Takes the remarks away that were accepted, or that a field set by hand answers.
    pub fn accept(&mut self, diagnostics: &mut Vec<Diagnostic>, lines: &[TextLine]) {
        for place in &mut self.places {
            let Some(line) = place.at.and_then(|at| lines.get(at)) else { continue };
            let touches = |it: &Diagnostic| it.line == Some(line.number) || (it.item.is_some() && it.item == line.item);
            if place.entry.set.as_ref().is_some_and(|set| set.date.is_some()) {
                diagnostics.retain(|it| it.code != Code::ImpossibleDate || !touches(it));
            }
            let Some(code) = place.entry.accept.map(|it| it.0) else { continue };
            let is_it = |it: &Diagnostic| {
                it.code == code && touches(it) && place.entry.remark.as_ref().is_none_or(|remark| *remark == it.message)
            };
            let before = diagnostics.len();
            diagnostics.retain(|it| !is_it(it));
            if diagnostics.len() == before {
                let other = diagnostics.iter().any(|it| it.code == code && touches(it));
                let why = if other { "the remark says something else now" } else { "there is no such remark any more" };
                place.failed.insert(code.as_str(), why.to_owned());
            }
        }
    }

    /// What was applied, and what was not.
    pub fn report(self, lines: &[TextLine], items: &[Item]) -> Vec<Diagnostic> {
        let mut found = self.stale;
        for place in &self.places {
            let line = place.at.and_then(|at| lines.get(at));
            for change in place.entry.changes() {
                let number = line.map(|line| line.number);
                match place.outcome(change, line, items) {
                    Ok(said) => found.push(Diagnostic {
                        code: Code::Overridden,
                        page: None,
                        line: number,
                        item: line.and_then(|line| line.item),
                        message: format!("override {} of {}: {said}", place.number, self.name),
                        rule: Some(change.rule()),
                    }),
                    Err(why) => found.push(stale(self.name, place.number, number, &why)),
                }
            }
        }
        found
    }
}

impl Place<'_> {
    /// What was changed, or why it was not.
    fn outcome(&self, change: Change, line: Option<&TextLine>, items: &[Item]) -> Result<String, String> {
        let first_of = |line: &TextLine| {
            line.item.and_then(|ordinal| items.get(ordinal as usize - 1)).map(|item| item.lines.0 == line.number)
        };
        let is = |kept: bool, said: String, why: &str| if kept { Ok(said) } else { Err(why.to_owned()) };
        match (change, line) {
            (Change::Role(role), Some(line)) => {
                let why = format!("the line could not be made {}", role.as_str());
                is(line.role == role, format!("the line is {}", role.as_str()), &why)
            }
            (Change::Join(kind), Some(line)) => {
                let said =
                    if kind == JoinKind::Break { "parted from the next line" } else { "joined to the next line" };
                let kept = line.join.is_some_and(|join| join.kind == kind);
                is(kept, said.to_owned(), "the next line is not of the same piece of running text")
            }
            (Change::Item(start), Some(line)) => {
                let (wanted, said, why) = match start {
                    Start::Starts => (Some(true), "an item starts here", "no item can start with the line"),
                    Start::Continues => (Some(false), "the item above goes on here", "no item stands above the line"),
                };
                is(first_of(line) == wanted, said.to_owned(), why)
            }
            (Change::Set(name), _) => match self.failed.get(name) {
                Some(why) => Err(format!("`{name}` cannot be set: {why}")),
                None => Ok(format!("`{name}` is set")),
            },
            (Change::Accept(code), _) => match self.failed.get(code.as_str()) {
                Some(why) => Err(format!("`{}` cannot be accepted: {why}", code.as_str())),
                None => Ok(format!("`{}` is accepted", code.as_str())),
            },
            _ => Err("the line is not there".to_owned()),
        }
    }
}

/// Sets a text; an empty one means none.
fn text(field: &mut Option<String>, set: Option<&str>) {
    if let Some(set) = set {
        *field = (!set.is_empty()).then(|| set.to_owned());
    }
}

fn value<T>(field: &mut Option<T>, set: Option<Option<T>>) {
    if let Some(set) = set {
        *field = set;
    }
}

fn texts(item: &mut Item, set: &Fields, toc: Option<&[TocEntry]>) {
    text(&mut item.section, set.section.as_deref());
    text(&mut item.kicker, set.kicker.as_deref());
    if set.headline.is_some() {
        text(&mut item.headline, set.headline.as_deref());
        let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let named =
            |headline: &String| toc.map(|entries| entries.iter().any(|entry| words(&entry.text) == words(headline)));
        item.in_toc = item.headline.as_ref().and_then(named);
    }
    if let Some(body) = &set.body {
        item.body = body.trim_end().to_owned();
    }
    if let Some(kind) = set.kind {
        item.kind = kind.0;
    }
}

fn dates(item: &mut Item, set: &Fields, failed: &mut BTreeMap<&'static str, String>) {
    if let Some(date) = &set.date {
        let known = item.date.take();
        item.date = date.0.map(|PartialDate { first, precision }| EventDate {
            start: first,
            end: None,
            text: known.and_then(|it| it.text),
            precision,
            basis: DateBasis::Override,
        });
    }
    let Some(date) = &mut item.date else {
        let without = [("date_end", set.date_end.is_some()), ("date_text", set.date_text.is_some())];
        let names = without.into_iter().filter(|it| it.1);
        failed.extend(names.map(|(name, _)| (name, "the item has no date".to_owned())));
        return;
    };
    text(&mut date.text, set.date_text.as_deref());
    value(&mut date.end, set.date_end.as_ref().map(|it| it.0.map(|end| end.first)));
}

fn contributors(item: &mut Item, set: &Fields, failed: &mut BTreeMap<&'static str, String>) {
    if let Some(names) = &set.contributors {
        let known = item.contribution.take();
        item.contribution = (!names.is_empty()).then(|| Contribution {
            names: names.clone(),
            kind: known.as_ref().map_or(ContributorKind::Contributed, |it| it.kind),
            text: known.map(|it| it.text).unwrap_or_default(),
        });
    }
    let Some(contribution) = &mut item.contribution else {
        let without = [
            ("contributor_kind", set.contributor_kind.is_some()),
            ("contributor_text", set.contributor_text.is_some()),
        ];
        let names = without.into_iter().filter(|it| it.1);
        failed.extend(names.map(|(name, _)| (name, "the item has no contributor".to_owned())));
        return;
    };
    contribution.kind = set.contributor_kind.map_or(contribution.kind, |it| it.0);
    if let Some(text) = &set.contributor_text {
        contribution.text.clone_from(text);
    }
}

fn districts(item: &mut Item, set: &Fields, division: impl Fn(&str) -> Option<(String, Option<String>)>) {
    if let Some(name) = &set.district {
        item.district = (!name.is_empty()).then(|| {
            let (name, code) = division(name).unwrap_or_else(|| (name.clone(), None));
            District { name, code, basis: DistrictBasis::Override }
        });
    }
    if let (Some(district), Some(code)) = (&mut item.district, &set.district_code) {
        text(&mut district.code, Some(code));
        district.basis = DistrictBasis::Override;
    }
    if let Some(names) = &set.districts {
        item.districts.clone_from(names);
    }
}
