//! The audit: where every character of the source went, and whether items and contents list agree.

use std::collections::BTreeMap;

use crate::model::{CharTally, Code, Diagnostic, Item, Role, TextLine, TocEntry};

/// Where the non-space characters of `lines` went.
///
/// A contributor behind the last sentence of a paragraph counts with the item: its line is the item's.
pub fn tally(lines: &[TextLine]) -> CharTally {
    let mut tally = CharTally::default();
    for line in lines {
        let count = line.raw.chars().filter(|c| !c.is_whitespace()).count() as i64;
        let place = match line.role {
            Role::Headline | Role::Kicker | Role::Subhead | Role::Body | Role::Caption if line.item.is_some() => {
                &mut tally.items
            }
            Role::Masthead | Role::Toc | Role::Section | Role::Contributor => &mut tally.structure,
            Role::PageNumber | Role::RunningHead | Role::Colophon => &mut tally.furniture,
            _ => &mut tally.unassigned,
        };
        *place += count;
        tally.total += count;
    }
    tally
}

/// Holds an item against its lines, indices in order: its fields must have all their characters, in order, and no others.
/// The field that does not.
pub(super) fn unconserved(lines: &[TextLine], own: &[usize], item: &Item) -> Option<&'static str> {
    let read = |role: Role| {
        own.iter().map(|&at| &lines[at]).filter(move |line| line.role == role).flat_map(|line| printed(&line.text))
    };
    let field = |text: &Option<String>, role: Role| read(role).eq(text.iter().flat_map(|text| printed(text)));
    if !field(&item.headline, Role::Headline) {
        return Some("headline");
    }
    if !field(&item.kicker, Role::Kicker) {
        return Some("kicker");
    }
    // What the lines have more than the body is the contributor behind it, which is kept in its own field.
    let mut body = read(Role::Body);
    let same = printed(&item.body).all(|c| body.next() == Some(c));
    let tail: String = body.collect();
    let told = || item.contribution.as_ref().is_some_and(|it| printed(&it.text).collect::<String>().contains(&tail));
    (!same || !(tail.is_empty() || told())).then_some("body")
}

/// The characters of a text that are no white space.
fn printed(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace())
}

/// Remarks on items and contents list.
pub(super) fn remark(lines: &[TextLine], items: &[Item], toc: Option<&[TocEntry]>, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(entries) = toc {
        for entry in entries.iter().filter(|entry| entry.item.is_none()) {
            diagnostics.push(Diagnostic {
                code: Code::TocEntryWithoutItem,
                page: None,
                line: Some(entry.line),
                item: None,
                message: format!("the contents list names “{}”, and no headline reads so", entry.text),
                rule: None,
            });
        }
        for item in items.iter().filter(|item| item.in_toc == Some(false)) {
            let Some(headline) = &item.headline else { continue };
            diagnostics.push(Diagnostic {
                code: Code::HeadlineNotInToc,
                page: None,
                line: Some(item.lines.0),
                item: Some(item.ordinal),
                message: format!("“{headline}” is not in the contents list"),
                rule: None,
            });
        }
    }
    if items.is_empty() {
        diagnostics.push(Diagnostic {
            code: Code::NoItems,
            page: None,
            line: None,
            item: None,
            message: "nothing in the document reads as an item; see its lines for what they were taken for".to_owned(),
            rule: None,
        });
    }
    remark_quotes(lines, items, diagnostics);
}

/// Marks that open, and those that close them.
const PAIRS: [(char, char); 6] = [('“', '”'), ('《', '》'), ('（', '）'), ('「', '」'), ('『', '』'), ('【', '】')];

fn remark_quotes(lines: &[TextLine], items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    let mut starts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for line in lines {
        if let (Some(item), Some(paragraph)) = (line.item, line.paragraph) {
            starts.entry((item, paragraph)).or_insert(line.number);
        }
    }
    for item in items {
        for (place, text) in item.body.split('\n').enumerate() {
            if let Some((open, close)) = unpaired(text) {
                diagnostics.push(Diagnostic {
                    code: Code::UnbalancedQuotes,
                    page: None,
                    line: starts.get(&(item.ordinal, place as u32 + 1)).copied(),
                    item: Some(item.ordinal),
                    message: format!("{open} and {close} do not pair in this paragraph; it stands as printed"),
                    rule: None,
                });
            }
        }
    }
}

/// The first pair of marks that opens and closes a different number of times.
fn unpaired(text: &str) -> Option<(char, char)> {
    let mut counts = [0i32; PAIRS.len()];
    for c in text.chars() {
        // All pairs but the quotation marks lie in two small blocks.
        if !matches!(c, '\u{2018}'..='\u{201d}' | '\u{3008}'..='\u{3011}' | '（' | '）') {
            continue;
        }
        for (count, (open, close)) in counts.iter_mut().zip(PAIRS) {
            *count += i32::from(c == open) - i32::from(c == close);
        }
    }
    counts.iter().zip(PAIRS).find(|(count, _)| **count != 0).map(|(_, pair)| pair)
}

#[cfg(test)]
mod tests {
    use super::unconserved;
    use crate::layout::text_lines;
    use crate::model::{Contribution, ContributorKind, Item, ItemKind, Page, ReadLine, Role, TextLine, TextSource};

    fn lines() -> Vec<TextLine> {
        let read = |raw: &str| ReadLine { raw: raw.to_owned(), blank_before: 0 };
        let raw = ["会议召开", "会上 通报了情况。", "大家发言。（某室供稿）"].map(read).to_vec();
        let mut lines = text_lines(vec![Page { number: None, lines: raw }]);
        for (line, role) in lines.iter_mut().zip([Role::Headline, Role::Body, Role::Body]) {
            line.role = role;
        }
        lines
    }

    #[track_caller]
    fn check(headline: &str, body: &str, expected: Option<&str>) {
        let contribution = Contribution {
            names: vec!["某室".into()],
            kind: ContributorKind::Contributed,
            text: "（某室供稿）".into(),
        };
        let item = Item {
            ordinal: 1,
            section: None,
            kind: ItemKind::News,
            headline: Some(headline.to_owned()),
            kicker: None,
            body: body.to_owned(),
            date: None,
            contribution: Some(contribution),
            district: None,
            districts: Vec::new(),
            pages: None,
            lines: (1, 3),
            in_toc: None,
            text_source: TextSource::Text,
            ocr_confidence: None,
            flags: Vec::new(),
        };
        assert_eq!(unconserved(&lines(), &[0, 1, 2], &item), expected);
    }

    #[test]
    fn fields_that_hold_their_lines_are_conserved() {
        check("会议召开", "会上通报了情况。\n大家发言。", None);
    }

    #[test]
    fn a_character_lost_added_or_changed_is_found() {
        check("会议召", "会上通报了情况。\n大家发言。", Some("headline"));
        check("会议召开", "会上通报情况。\n大家发言。", Some("body"));
        check("会议召开", "会上通报了情况。\n大家发言。完", Some("body"));
        check("会议召开", "会上通报了情况。", Some("body"));
    }
}
