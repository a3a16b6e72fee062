//! What is found against what a reader finds.

use std::fmt::{Debug, Write as _};

use jianbao::model::{Document, Item};

use crate::gold::{Gold, GoldItem};

/// Everything in `document` that is not as `gold` says, a few lines each.
pub(crate) fn misses(gold: &Gold, document: &Document) -> Vec<String> {
    let mut misses = Misses::default();
    let masthead = &document.masthead;
    misses.same("publication", &gold.publication, &masthead.publication);
    misses.same("publisher", &gold.publisher, &masthead.publisher);
    misses.same("issue_no", &gold.issue_no, &masthead.issue_no);
    misses.same("issue_total", &gold.issue_total, &masthead.issue_total);
    misses.same("issue_date", &gold.issue_date, &masthead.issue_date.map(|it| it.to_string()));
    if let Some(expected) = &gold.toc_unmatched {
        let entries = document.toc.iter().flatten().filter(|entry| entry.item.is_none());
        let mut found: Vec<String> = entries.map(|entry| folded(&entry.text)).collect();
        let mut expected: Vec<String> = expected.iter().map(|entry| folded(entry)).collect();
        found.sort();
        expected.sort();
        misses.same("toc_unmatched", &expected, &found);
    }
    if gold.items.len() == document.items.len() {
        for (place, (expected, found)) in gold.items.iter().zip(&document.items).enumerate() {
            misses.at = format!("item {} ", place + 1);
            item(&mut misses, expected, found);
        }
    } else {
        let expected = gold.items.iter().map(|it| it.headline.as_ref().unwrap_or(&it.paragraphs[0]));
        let found = document.items.iter().map(|it| it.headline.as_ref().unwrap_or(&it.body));
        let what = format!("{} items, found {}", gold.items.len(), document.items.len());
        misses.found.push(what + &difference(&starts(expected), &starts(found)));
    }
    misses.found
}

fn item(misses: &mut Misses, expected: &GoldItem, found: &Item) {
    misses.same("headline", &expected.headline.as_deref().map(folded), &found.headline.as_deref().map(folded));
    if expected.kicker.is_some() {
        misses.same("kicker", &expected.kicker.as_deref().map(folded), &found.kicker.as_deref().map(folded));
    }
    if let Some(section) = &expected.section {
        misses.same("section", &section.as_deref().map(folded), &found.section.as_deref().map(folded));
    }
    if !expected.body_unscored {
        let expected: Vec<String> = expected.paragraphs.iter().map(|it| folded(it)).collect();
        let found: Vec<String> = found.body.split('\n').map(folded).filter(|it| !it.is_empty()).collect();
        if expected != found {
            misses.push("paragraphs", &difference(&expected, &found));
        }
    }
    if let Some(contributors) = &expected.contributors {
        let names = found.contribution.as_ref().map(|it| it.names.as_slice()).unwrap_or_default();
        let folded = |names: &[String]| names.iter().map(|name| folded(name)).collect::<Vec<_>>();
        misses.same("contributors", &folded(contributors), &folded(names));
    }
    if let Some(code) = expected.district_code {
        let found = found.district.as_ref().and_then(|it| it.code.clone());
        misses.same("district_code", &code.map(|code| code.to_string()), &found);
    }
    let date = found.date.as_ref();
    if let Some(expected) = expected.date.as_ref().filter(|_| !expected.date_unscored) {
        misses.same("date", expected, &date.map(|it| it.start.to_string()));
    }
    if expected.date_end.is_some() {
        misses.same("date_end", &expected.date_end, &date.and_then(|it| it.end).map(|it| it.to_string()));
    }
}

#[derive(Default)]
struct Misses {
    at: String,
    found: Vec<String>,
}

impl Misses {
    fn same<T: PartialEq + Debug>(&mut self, field: &str, expected: &T, found: &T) {
        if expected != found {
            self.push(field, &format!("\n    want {expected:?}\n    have {found:?}"));
        }
    }

    fn push(&mut self, field: &str, difference: &str) {
        self.found.push(format!("{}{field}{difference}", self.at));
    }
}

/// The texts that only one side has, each cut around its first difference.
fn difference(expected: &[String], found: &[String]) -> String {
    let mut shown = String::new();
    for (side, texts, others) in [("want", expected, found), ("have", found, expected)] {
        for text in texts.iter().filter(|text| !others.contains(text)) {
            let same = others.iter().map(|other| same_start(text, other)).max().unwrap_or(0);
            let around: String = text.chars().skip(same.saturating_sub(12)).take(40).collect();
            let _ = write!(shown, "\n    {side} …{around}… ({} characters)", text.chars().count());
        }
    }
    shown
}

fn same_start(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

fn starts<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    texts.map(|text| text.chars().take(24).collect()).collect()
}

/// `text` without white space, full-width ASCII as ASCII.
pub(crate) fn folded(text: &str) -> String {
    let ascii = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(ascii).collect()
}
