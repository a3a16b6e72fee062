//! Drafts → items: the text of each and its fields.

use super::district::Places;
use super::drafts::{self, Draft};
use super::{audit, blocks, date};
use crate::model::{Code, Diagnostic, Item, ItemKind, Masthead, TextLine, TextSource, TocEntry};
use crate::outline::{self, Outline};
use crate::reflow::{Flow, paragraph_text};
use crate::rules::{Profile, RuleSet, Style};

/// At most this many headlines are compared with contents entries that are left over.
const MOST_REWORDED: usize = 500;

/// Between two printed characters of a line at most this many are read that print nothing.
const MOST_PASSED: usize = 32;

/// What the stages before have found.
pub struct Parts {
    /// Roles, contents list, headlines.
    pub outline: Outline,
    /// Paragraphs and headings.
    pub flow: Flow,
}

/// The items of a document without flags, its contents entries with the items they name, and what was remarked on the
/// way. Sets item, paragraph and role of the lines.
pub fn items(
    lines: &mut [TextLine],
    parts: Parts,
    profile: &Profile,
    rules: &RuleSet,
) -> (Vec<Item>, Option<Vec<TocEntry>>, Vec<Diagnostic>) {
    let Parts { mut outline, mut flow } = parts;
    let texts: Vec<String> = flow.paragraphs.iter().map(|paragraph| paragraph_text(lines, paragraph)).collect();
    let blocks = blocks::blocks(lines, &outline, &flow);
    let mut drafts = drafts::drafts(lines, &blocks, &texts, (&outline, &flow), profile);

    let mut toc = outline.toc.take();
    let mut diagnostics = std::mem::take(&mut outline.diagnostics);
    diagnostics.append(&mut flow.diagnostics);
    let mut items = Vec::with_capacity(drafts.len());
    if let Some(toc) = &toc {
        link_reworded(lines, &mut drafts, toc, &mut diagnostics);
    }
    for draft in drafts {
        let ordinal = items.len() as u32 + 1;
        if let (Some(entry), Some(toc)) = (draft.entry, &mut toc) {
            toc[entry].item = Some(ordinal);
        }
        let builder =
            Builder { draft: &draft, flow: &flow, texts: &texts, masthead: &outline.masthead, profile, rules };
        items.push(builder.item(ordinal, lines, toc.is_some(), &mut diagnostics));
    }
    (items, toc, diagnostics)
}

/// Adds the remarks on items and contents list to `diagnostics`, and says which item each touches.
pub fn remark(lines: &[TextLine], items: &[Item], toc: Option<&[TocEntry]>, diagnostics: &mut Vec<Diagnostic>) {
    audit::remark(lines, items, toc, diagnostics);
    for diagnostic in diagnostics {
        let line = diagnostic.line.and_then(|number| lines.get(number as usize - 1));
        diagnostic.item = diagnostic.item.or_else(|| line.and_then(|line| line.item));
    }
}

/// Puts the remarks in order and flags the items they touch.
pub fn flag(items: &mut [Item], diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| (a.line, a.code, &a.message).cmp(&(b.line, b.code, &b.message)));
    for diagnostic in diagnostics {
        if let Some(item) = diagnostic.item.and_then(|ordinal| items.get_mut(ordinal as usize - 1)) {
            item.flags.push(diagnostic.code.as_str());
        }
    }
    for item in items {
        item.flags.sort_unstable();
        item.flags.dedup();
    }
}

/// Links headlines that were found without the contents list to entries that are worded like them.
fn link_reworded(lines: &[TextLine], drafts: &mut [Draft], toc: &[TocEntry], diagnostics: &mut Vec<Diagnostic>) {
    let mut open: Vec<bool> = vec![true; toc.len()];
    for entry in drafts.iter().filter_map(|draft| draft.entry) {
        open[entry] = false;
    }
    let free = |draft: &&mut Draft| draft.entry.is_none() && !draft.headline.is_empty();
    for draft in drafts.iter_mut().filter(free).take(MOST_REWORDED) {
        let printed = joined(lines, &draft.headline).unwrap_or_default();
        let entries = toc.iter().enumerate().filter(|(entry, _)| open[*entry]);
        let best = entries.map(|(entry, it)| (outline::likeness(&it.text, &printed), entry)).max_by(|a, b| {
            // Of two that are equally alike, the first.
            a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))
        });
        if let Some((likeness, entry)) = best.filter(|(likeness, _)| *likeness >= outline::ALIKE) {
            open[entry] = false;
            draft.entry = Some(entry);
            if likeness < 1.0 {
                diagnostics.push(outline::reworded(&toc[entry], &printed, lines[draft.headline[0]].number));
            }
        }
    }
}

struct Builder<'a> {
    draft: &'a Draft,
    flow: &'a Flow,
    texts: &'a [String],
    masthead: &'a Masthead,
    profile: &'a Profile,
    rules: &'a RuleSet,
}

impl Builder<'_> {
    fn item(&self, ordinal: u32, lines: &mut [TextLine], has_toc: bool, diagnostics: &mut Vec<Diagnostic>) -> Item {
        let Self { draft, .. } = *self;
        let paragraphs = self.paragraphs();
        let own = self.claim(ordinal, lines);
        let headline = joined(lines, &draft.headline);
        // A page of the web has no masthead: the day it was published stands under the headline.
        let published = || draft.contribution.as_ref().and_then(|it| date::published(&it.text, self.profile));
        let issued = self.masthead.issue_date.or_else(published);
        let kicker = joined(lines, &draft.kicker);
        let headings: Vec<&str> = headline.iter().chain(&kicker).map(String::as_str).collect();
        let dated = date::event(&headings, &paragraphs, issued, self.profile);
        if let Some(printed) = dated.impossible {
            diagnostics.push(Diagnostic {
                code: Code::ImpossibleDate,
                page: None,
                line: own
                    .iter()
                    .find(|&&at| lines[at].text.contains(&printed))
                    .or(own.first())
                    .map(|&at| lines[at].number),
                item: Some(ordinal),
                message: format!("no calendar has “{printed}”; the item's date is left empty"),
                rule: None,
            });
        }
        let places = Places { gazetteer: &self.rules.gazetteer, profile: self.profile, issued };
        let found = places.find(headline.as_deref(), &paragraphs, draft.contribution.as_ref());
        let (first, last) = (own.first().copied().unwrap_or_default(), own.last().copied().unwrap_or_default());
        let item = Item {
            ordinal,
            section: draft.section.clone(),
            kind: match (&headline, self.profile.style) {
                (None, _) => ItemKind::Brief,
                (Some(_), Style::Bulletin) => ItemKind::News,
                (Some(_), Style::Newspaper) => ItemKind::Article,
            },
            kicker,
            body: paragraphs.join("\n"),
            date: dated.date,
            contribution: draft.contribution.clone(),
            district: found.district,
            districts: found.districts,
            pages: lines[first].page.zip(lines[last].page),
            lines: (lines[first].number, lines[last].number),
            in_toc: headline.as_ref().filter(|_| has_toc).map(|_| draft.entry.is_some()),
            headline,
            text_source: TextSource::of(own.iter().map(|&at| lines[at].origin)),
            ocr_confidence: confidence(own.iter().map(|&at| &lines[at])),
            flags: Vec::new(),
        };
        if let Some(field) = audit::unconserved(lines, &own, &item) {
            diagnostics.push(Diagnostic {
                code: Code::ConservationBroken,
                page: None,
                line: Some(item.lines.0),
                item: Some(ordinal),
                message: format!("the {field} does not hold the characters of its lines; please report this document"),
                rule: None,
            });
        }
        item
    }

    /// The text of the item's paragraphs, the contributor behind the last one taken off.
    fn paragraphs(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.draft.paragraphs.iter().map(|&index| self.texts[index].clone()).collect();
        if let Some(last) = texts.last_mut() {
            last.truncate(last.len() - self.draft.tail_bytes);
            last.truncate(last.trim_end().len());
        }
        texts.retain(|text| !text.is_empty());
        texts
    }

    /// Marks the lines of the item as its own; returns them in order.
    fn claim(&self, ordinal: u32, lines: &mut [TextLine]) -> Vec<usize> {
        let Self { draft, flow, .. } = *self;
        let mut own: Vec<usize> = [&draft.headline, &draft.kicker, &draft.others, &draft.contributor_lines]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        for (place, &index) in draft.paragraphs.iter().enumerate() {
            for &at in &flow.paragraphs[index].lines {
                lines[at].paragraph = Some(place as u32 + 1);
                own.push(at);
            }
        }
        own.sort_unstable();
        for &at in &own {
            lines[at].item = Some(ordinal);
        }
        own
    }
}

/// The text of `own` lines, joined by one space; `None` if there are none.
fn joined(lines: &[TextLine], own: &[usize]) -> Option<String> {
    (!own.is_empty()).then(|| own.iter().map(|&at| headline_text(&lines[at])).collect::<Vec<_>>().join(" "))
}

/// The text of a headline's line with the blanks that set its parts apart beside a quotation: “五个重点” 扎实开展. In
/// running text such a blank is the reader's noise, in a headline it stands where the print began a new line.
fn headline_text(line: &TextLine) -> String {
    let mut text = String::with_capacity(line.text.len() + 1);
    let mut raw = line.raw.chars();
    for c in line.text.chars() {
        let mut blank = false;
        if c != ' ' {
            // What is read but not printed, such as the marks of Markdown, is passed over.
            // What was repaired is not found.
            let ahead = raw.clone().take(MOST_PASSED).position(|read| read == c);
            let passed = raw.by_ref().take(ahead.map_or(0, |ahead| ahead + 1));
            blank = passed.fold(false, |blank, read| blank | read.is_whitespace());
        }
        let parts = |before: char| {
            !before.is_ascii() && !c.is_ascii() && (matches!(before, '”' | '》') || matches!(c, '“' | '《'))
        };
        if blank && text.chars().next_back().is_some_and(parts) {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

/// The mean confidence of the characters of `lines` that were recognised.
fn confidence<'a>(lines: impl Iterator<Item = &'a TextLine>) -> Option<f32> {
    let weighed = lines.filter_map(|line| line.confidence.map(|it| (it, line.text.chars().count() as f32)));
    let (sure, count) = weighed.fold((0.0, 0.0), |all, it| (all.0 + it.0 * it.1, all.1 + it.1));
    (count > 0.0).then(|| sure / count)
}

#[cfg(test)]
mod tests {
    use super::headline_text;
    use crate::layout::text_lines;
    use crate::model::{Page, ReadLine};

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        let read = ReadLine { raw: raw.to_owned(), blank_before: 0 };
        let lines = text_lines(vec![Page { number: None, lines: vec![read] }]);
        assert_eq!(headline_text(&lines[0]), expected);
    }

    #[test]
    fn a_blank_beside_a_quotation_parts_a_headline() {
        check("### 聚焦“五个重点”  扎实开展活动", "聚焦“五个重点” 扎实开展活动");
        check("扎实开展 “读原著”活动", "扎实开展 “读原著”活动");
    }

    #[test]
    fn other_blanks_are_as_in_running_text() {
        check("红岩精神　永放光芒", "红岩精神 永放光芒");
        check("召开 2024 年会议", "召开2024年会议");
        check("一、 加强领导", "一、加强领导");
    }
}
