//! One document: bytes and rules in, [`Document`] out. Touches no file, clock or terminal, but for
//! the files of the networks, which are loaded when the first page needs them.

use crate::extract::{Extractor, Reading};
use crate::model::{Code, Diagnostic, Document, Failure, Source, Status, TextLine};
use crate::outline;
use crate::reflow;
use crate::repair;
use crate::rules::{Profile, RuleSet};
use crate::segment::{self, Parts};

/// How many lines a profile is recognised by: those at both ends, where mastheads and colophons stand.
const RECOGNISED_BY: usize = 80;

/// Everything that is found in `bytes` under `rules`, extracted in this process. The same bytes, rules, limits and
/// networks give the same document.
pub fn process(source: Source, bytes: &[u8], rules: &RuleSet, extractor: &Extractor) -> Document {
    match Reading::of(&source, bytes, extractor) {
        Ok(reading) => document(source, reading, rules),
        Err((format, failure)) => Document::failed(Source { format, ..source }, failure),
    }
}

/// Everything that is found in what was read of `source` under `rules`. Pure.
pub(super) fn document(source: Source, reading: Reading, rules: &RuleSet) -> Document {
    let Reading {
        format,
        mut lines,
        encoding,
        pages,
        pages_ocr,
        page_classes,
        page_sizes,
        info,
        lost,
        mut diagnostics,
    } = reading;

    let mut profile = recognise(&lines, rules);
    let repairs = repair::repair(&mut lines, profile);
    if !repairs.is_empty() {
        // What was misread may have hidden what the document is.
        profile = recognise(&lines, rules);
    }

    let mut overrides = rules.overrides().place(&source.sha256, &lines);
    overrides.mark(&mut lines);
    let mut outline = outline::outline(&mut lines, profile);
    outline.diagnostics.extend(repairs);
    overrides.masthead(&mut outline.masthead);
    let masthead = outline.masthead.clone();
    let flow = reflow::reflow(&mut lines, &outline, profile);
    let (mut items, toc, mut found) = segment::items(&mut lines, Parts { outline, flow }, profile, rules);
    let division = |name: &str| segment::division(name, &rules.gazetteer, profile, masthead.issue_date);
    overrides.fields(&mut items, &lines, toc.as_deref(), division);
    segment::remark(&lines, &items, toc.as_deref(), &mut found);
    overrides.accept(&mut found, &lines);
    found.extend(overrides.report(&lines, &items));
    segment::flag(&mut items, &mut found);
    diagnostics.extend(found);

    let chars = segment::tally(&lines);
    let cause = lost.or_else(|| cause(&mut diagnostics, chars.unassigned));
    Document {
        encoding,
        pages,
        pages_ocr,
        page_classes,
        page_sizes,
        author: info.author,
        producer: info.producer,
        bookmarks: info.bookmarks,
        profile: Some(profile.id.clone()),
        masthead,
        title: info.title,
        lines,
        toc,
        items,
        chars,
        diagnostics,
        status: cause.map_or(Status::Ok, Status::Partial),
        ..Document::empty(Source { format, ..source })
    }
}

/// The profile that the lines at both ends speak most for.
fn recognise<'a>(lines: &[TextLine], rules: &'a RuleSet) -> &'a Profile {
    let from_end = lines.len().saturating_sub(RECOGNISED_BY).max(RECOGNISED_BY.min(lines.len()));
    let ends = lines.iter().take(RECOGNISED_BY).chain(&lines[from_end..]);
    rules.recognise(ends.map(|line| line.text.as_str()))
}

/// Why a document is partial, if it is: by a remark there is, or because of `unassigned` characters.
fn cause(diagnostics: &mut Vec<Diagnostic>, unassigned: i64) -> Option<Failure> {
    let causes = [Code::ConservationBroken, Code::UndecodableBytes];
    let said = causes.iter().find_map(|code| diagnostics.iter().find(|it| it.code == *code));
    if let Some(said) = said {
        return Some(Failure::new(said.code.as_str(), said.message.clone()));
    }
    if unassigned == 0 {
        return None;
    }
    let code = Code::UnassignedText;
    let message = format!(
        "{unassigned} characters belong to no item and no known part of the issue; see the lines with role `other`"
    );
    diagnostics.push(Diagnostic { code, page: None, line: None, item: None, message: message.clone(), rule: None });
    Some(Failure::new(code.as_str(), message))
}
