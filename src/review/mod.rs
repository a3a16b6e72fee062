//! Flagged items of a dataset → what a person may decide about them: cases, the sheet that is edited, decisions out.
//!
//! Touches no terminal: `jianbao review` asks, this module knows what an answer means.

mod sheet;

use crate::dataset::{DiagnosticRow, ItemRow, LineRow, WholeDocument};
use crate::model::{Code, Severity};
use crate::overrides::{Override, OverrideFile, Written};

pub use sheet::{edited, sheet};

/// Which flagged items are to be looked at.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Codes of the remarks; all if there are none.
    pub codes: Vec<Code>,
    /// At least so grave.
    pub severity: Option<Severity>,
}

/// An item with what was remarked on it and is not decided yet.
#[derive(Debug)]
pub struct Case<'a> {
    /// The document.
    pub whole: &'a WholeDocument,
    /// The item.
    pub item: &'a ItemRow,
    /// The remarks, in order.
    pub remarks: Vec<&'a DiagnosticRow>,
}

impl Wanted {
    fn wants(&self, code: Code) -> bool {
        let about_overrides = matches!(code, Code::Overridden | Code::StaleOverride);
        !about_overrides
            && (self.codes.is_empty() || self.codes.contains(&code))
            && self.severity.is_none_or(|least| code.severity() >= least)
    }
}

/// The cases of a document, by item. What `decided` says already is none.
pub fn cases<'a>(whole: &'a WholeDocument, wanted: &Wanted, decided: Option<&OverrideFile>) -> Vec<Case<'a>> {
    let case = |item: &'a ItemRow| {
        let is_open = |remark: &&DiagnosticRow| {
            remark.item_id.as_ref() == Some(&item.item_id)
                && code_of(remark).is_some_and(|code| wanted.wants(code))
                && accepted(whole, item, remark).is_some_and(|new| !decided.is_some_and(|file| has(file, &new)))
        };
        let remarks: Vec<_> = whole.diagnostics.iter().filter(is_open).collect();
        (!remarks.is_empty()).then_some(Case { whole, item, remarks })
    };
    whole.items.iter().filter_map(case).collect()
}

impl Case<'_> {
    /// The decisions that all is right as it is.
    pub fn accept(&self) -> Vec<Override> {
        self.remarks.iter().filter_map(|remark| accepted(self.whole, self.item, remark)).collect()
    }
}

/// The line of this 1-based number.
pub fn line_at(whole: &WholeDocument, number: i32) -> Option<&LineRow> {
    whole.lines.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

fn code_of(remark: &DiagnosticRow) -> Option<Code> {
    Written::<Code>::parse(&remark.code).ok().map(|it| it.0)
}

/// The decision that a remark is right as it is. A doubtful join is decided for what it is now.
fn accepted(whole: &WholeDocument, item: &ItemRow, remark: &DiagnosticRow) -> Option<Override> {
    let code = code_of(remark)?;
    let line = remark.line.and_then(|number| line_at(whole, number));
    let line = line.filter(|line| !line.text_raw.trim().is_empty()).or_else(|| line_at(whole, item.line_first?))?;
    let place = at(line)?;
    let join = line.join.as_deref().and_then(|join| Written::parse(join).ok());
    Some(match join.filter(|_| code == Code::DoubtfulJoin) {
        Some(join) => Override { join: Some(join), ..place },
        None => Override { accept: Some(Written(code)), remark: Some(remark.message.clone()), ..place },
    })
}

/// A decision about a line that decides nothing yet.
fn at(line: &LineRow) -> Option<Override> {
    let text = line.text_raw.trim().to_owned();
    Some(Override { line: Some(u32::try_from(line.line?).ok()?), text: Some(text), ..Override::default() })
}

/// Whether a file has a decision already.
fn has(file: &OverrideFile, new: &Override) -> bool {
    file.overrides.iter().any(|known| match new.accept {
        Some(_) => known == new,
        None => known.line == new.line && known.text == new.text && known.join.is_some(),
    })
}
