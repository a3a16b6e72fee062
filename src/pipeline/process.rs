//! One document: bytes and rules in, [`Document`] out. Touches no file, clock or terminal.

use crate::layout;
use crate::model::{Code, Diagnostic, Document, Failure, Source, Status};
use crate::outline;
use crate::read::text;
use crate::reflow;
use crate::rules::RuleSet;
use crate::segment::{self, Parts};

/// How many lines a profile is recognised by: those at both ends, where mastheads and colophons stand.
const RECOGNISED_BY: usize = 80;

/// Everything that is found in `bytes` under `rules`. The same bytes and rules give the same document.
pub fn process(source: Source, bytes: &[u8], rules: &RuleSet) -> Document {
    let file = match text::read(bytes) {
        Ok(file) => file,
        Err(error) => {
            let failure = Failure { code: error.code(), message: error.to_string() };
            return Document::failed(source, failure);
        }
    };
    let pages =
        u32::try_from(file.pages.iter().filter(|page| page.number.is_some()).count()).ok().filter(|count| *count > 0);
    let mut lines = layout::text_lines(file.pages);

    let from_end = lines.len().saturating_sub(RECOGNISED_BY).max(RECOGNISED_BY.min(lines.len()));
    let ends = lines.iter().take(RECOGNISED_BY).chain(&lines[from_end..]);
    let profile = rules.recognise(ends.map(|line| line.text.as_str()));

    let outline = outline::outline(&mut lines, profile);
    let masthead = outline.masthead.clone();
    let flow = reflow::reflow(&mut lines, &outline, profile);
    let (items, toc, found) = segment::items(&mut lines, Parts { outline, flow }, profile, rules);

    let chars = segment::tally(&lines);
    let mut diagnostics = file.diagnostics;
    diagnostics.extend(found);
    let found = |code: Code| diagnostics.iter().find(|it| it.code == code).map(|it| (code, it.message.clone()));
    let cause = found(Code::ConservationBroken).or_else(|| found(Code::UndecodableBytes)).or_else(|| {
        (chars.unassigned > 0).then(|| {
            let message = format!(
                "{} characters belong to no item and no known part of the issue; see the lines with role `other`",
                chars.unassigned
            );
            diagnostics.push(Diagnostic {
                code: Code::UnassignedText,
                page: None,
                line: None,
                item: None,
                message: message.clone(),
                rule: None,
            });
            (Code::UnassignedText, message)
        })
    });
    let status = cause.map_or(Status::Ok, |(code, message)| Status::Partial(Failure { code: code.as_str(), message }));
    Document {
        encoding: Some(file.encoding),
        pages,
        profile: Some(profile.id.clone()),
        masthead,
        title: None,
        lines,
        toc,
        items,
        chars,
        diagnostics,
        status,
        ..Document::empty(source)
    }
}
