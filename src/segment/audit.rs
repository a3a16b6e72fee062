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

/// Holds each item against its lines: its fields must have all their characters, in order, and no others. One sentence
/// for each item that does not.
pub(super) fn unconserved(lines: &[TextLine], items: &[Item]) -> Vec<(u32, String)> {
    let mut read: Vec<[String; 3]> = vec![Default::default(); items.len()];
    for line in lines {
        let Some(own) = line.item.and_then(|ordinal| read.get_mut(ordinal as usize - 1)) else { continue };
        let place = match line.role {
            Role::Headline => 0,
            Role::Kicker => 1,
            Role::Body => 2,
            _ => continue,
        };
        own[place].extend(line.text.chars().filter(|c| !c.is_whitespace()));
    }
    let packed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let lost = |item: &Item, [headline, kicker, body]: &[String; 3]| {
        // What the last paragraph has more than the body is the contributor behind it, which is kept with its own field.
        let tail = body.strip_prefix(&packed(&item.body));
        let told = item.contribution.as_ref().map(|it| packed(&it.text)).unwrap_or_default();
        let of = |field: &Option<String>| field.as_deref().map(packed).unwrap_or_default();
        if of(&item.headline) != *headline {
            Some("headline")
        } else if of(&item.kicker) != *kicker {
            Some("kicker")
        } else if tail.is_none_or(|tail| !told.contains(tail)) {
            Some("body")
        } else {
            None
        }
    };
    let sentence =
        |field| format!("the {field} does not hold the characters of its lines; please report this document");
    items
        .iter()
        .zip(&read)
        .filter_map(|(item, own)| lost(item, own).map(|field| (item.ordinal, sentence(field))))
        .collect()
}

/// Remarks on items and contents list.
pub(super) fn remark(lines: &[TextLine], items: &[Item], toc: Option<&[TocEntry]>, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(entries) = toc {
        for entry in entries.iter().filter(|entry| entry.item.is_none()) {
            diagnostics.push(Diagnostic {
                code: Code::TocEntryWithoutItem,
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
            line: None,
            item: None,
            message: "nothing in the document reads as an item; see its lines for what they were taken for".to_owned(),
            rule: None,
        });
    }
    for (item, message) in unconserved(lines, items) {
        diagnostics.push(Diagnostic {
            code: Code::ConservationBroken,
            line: None,
            item: Some(item),
            message,
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
