//! One override file: the TOML as written, checked entry by entry.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::OverrideError;
use super::words::{Maybe, PartialDate, Start, Written};
use crate::model::{Code, ContributorKind, ItemKind, JoinKind, Role};

/// What was decided about one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideFile {
    /// What the source was called when it was decided about. For people.
    #[serde(default)]
    pub source: String,
    /// SHA-256 of the source, 64 lower-case hex digits.
    pub sha256: String,
    /// The decisions, in the order they are applied.
    #[serde(default, rename = "override")]
    pub overrides: Vec<Override>,
}

/// What was decided about one place: a line, or the document where none is named.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// 1-based number of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What the line says, as read or as printed; white space does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the line is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Written<Role>>,
    /// How the text goes on after the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<Written<JoinKind>>,
    /// Whether an item starts with the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Written<Start>>,
    /// Code of a remark about the line or its item that is right as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<Written<Code>>,
    /// What that remark says; another one with the same code is not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Values of the item the line is in, or of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<Fields>,
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$meaning:meta])* $field:ident: $type:ty, $document:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$meaning])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
        }

        impl $name {
            /// Names of the fields that are set, and whether each is one of the document.
            pub fn names(&self) -> Vec<(&'static str, bool)> {
                let all = [$((stringify!($field), self.$field.is_some(), $document)),*];
                all.into_iter().filter(|it| it.1).map(|(name, _, document)| (name, document)).collect()
            }

            /// Takes over what `newer` sets.
            pub fn update(&mut self, newer: Self) {
                $(if newer.$field.is_some() { self.$field = newer.$field; })*
            }
        }
    };
}

fields! {
    /// Values that are set; an empty text or list says that there is none. The fields are columns of the dataset.
    Fields {
        /// Section of the item.
        section: String, false;
        /// Kind of item.
        kind: Written<ItemKind>, false;
        /// Headline.
        headline: String, false;
        /// Line above or below it.
        kicker: String, false;
        /// Paragraphs, a line each.
        body: String, false;
        /// When it took place.
        date: Maybe<PartialDate>, false;
        /// Last day of that.
        date_end: Maybe<PartialDate>, false;
        /// The date as printed.
        date_text: String, false;
        /// Who sent it in.
        contributors: Vec<String>, false;
        /// Which kind of line says so.
        contributor_kind: Written<ContributorKind>, false;
        /// That line.
        contributor_text: String, false;
        /// District, by any of its names.
        district: String, false;
        /// Its code, where the name does not tell.
        district_code: String, false;
        /// All districts named.
        districts: Vec<String>, false;
        /// Name of the publication.
        publication: String, true;
        /// Who makes it.
        publisher: String, true;
        /// Number of the issue.
        issue_no: Maybe<i32>, true;
        /// Running number of the issue.
        issue_total: Maybe<i32>, true;
        /// Day of the issue.
        issue_date: Maybe<PartialDate>, true;
    }
}

/// One decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// What a line is.
    Role(Role),
    /// How the text goes on after it.
    Join(JoinKind),
    /// Whether an item starts with it.
    Item(Start),
    /// A field.
    Set(&'static str),
    /// A remark that is right as it is.
    Accept(Code),
}

impl Change {
    /// The rule that the dataset names for it.
    pub fn rule(self) -> String {
        match self {
            Self::Role(_) => "override-role".to_owned(),
            Self::Join(_) => "override-join".to_owned(),
            Self::Item(_) => "override-item".to_owned(),
            Self::Set(field) => format!("override-{}", field.replace('_', "-")),
            Self::Accept(_) => "override-accept".to_owned(),
        }
    }
}

impl Override {
    /// All it decides.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        changes.extend(self.role.map(|it| Change::Role(it.0)));
        changes.extend(self.join.map(|it| Change::Join(it.0)));
        changes.extend(self.item.map(|it| Change::Item(it.0)));
        changes.extend(self.set.iter().flat_map(Fields::names).map(|(name, _)| Change::Set(name)));
        changes.extend(self.accept.map(|it| Change::Accept(it.0)));
        changes
    }

    /// What it lacks or has too much, if anything.
    fn flaw(&self) -> Option<String> {
        let expected = "expected role, join, item, set or accept";
        if self.changes().is_empty() {
            return Some(format!("decides nothing; {expected}"));
        }
        if self.line.is_some() != self.text.as_ref().is_some_and(|text| !text.trim().is_empty()) {
            return Some(
                "names a line without its text or a text without its line; expected `line` and `text`".to_owned(),
            );
        }
        if self.line == Some(0) {
            return Some("key `line` is 0; lines are counted from 1".to_owned());
        }
        if self.remark.is_some() && self.accept.is_none() {
            return Some("key `remark` stands without `accept`".to_owned());
        }
        let names: Vec<(&str, bool)> = self.set.iter().flat_map(Fields::names).collect();
        if let Some((name, _)) = names.iter().find(|(_, document)| *document != self.line.is_none()) {
            return Some(match self.line {
                Some(_) => format!("field `{name}` is one of the document; leave `line` and `text` out"),
                None => format!("field `{name}` is one of an item; expected `line` and `text` of one of its lines"),
            });
        }
        let about_line = self.role.is_some() || self.join.is_some() || self.item.is_some() || self.accept.is_some();
        if self.line.is_none() && about_line {
            return Some("is about a line; expected `line` and `text`".to_owned());
        }
        let district = self.set.as_ref().and_then(|set| set.district_code.as_deref());
        if district.is_some_and(|code| !matches!(code.len(), 0 | 6) || !code.bytes().all(|b| b.is_ascii_digit())) {
            return Some("field `district_code` is no code; expected 6 digits, or an empty text for none".to_owned());
        }
        None
    }
}

impl OverrideFile {
    /// Reads the file called `name`.
    ///
    /// # Errors
    /// If it is not as it must be; the sentence names file, line or entry, and what was expected.
    pub fn parse(name: &str, text: &str) -> Result<Self, OverrideError> {
        let mut file: Self = toml::from_str(text).map_err(|error| {
            let place = error.span().map(|span| format!(", line {}", line_of(text, &span))).unwrap_or_default();
            OverrideError::new(format!("{name}{place}: {}", error.message().trim().replace('\n', " ")))
        })?;
        file.sha256.make_ascii_lowercase();
        if file.sha256.len() != 64 || !file.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(OverrideError::new(format!(
                "{name}: key `sha256` is `{}`; expected the 64 hex digits of the source, as documents.sha256 has them",
                file.sha256
            )));
        }
        for (at, entry) in file.overrides.iter().enumerate() {
            if let Some(flaw) = entry.flaw() {
                return Err(OverrideError::new(format!("{name}: override {} {flaw}", at + 1)));
            }
        }
        Ok(file)
    }

    /// The file as it is written.
    ///
    /// # Errors
    /// None that can be met with: all values have a form in TOML.
    pub fn text(&self) -> Result<String, OverrideError> {
        toml::to_string_pretty(self).map_err(|error| OverrideError::new(format!("cannot write overrides: {error}")))
    }

    /// Adds a decision. What was decided about the same line before gives way where the two differ.
    pub fn add(&mut self, new: Override) {
        let same = |it: &&mut Override| it.line == new.line && it.text == new.text && it.accept.is_none();
        if new.accept.is_some() {
            if !self.overrides.contains(&new) {
                self.overrides.push(new);
            }
        } else if let Some(known) = self.overrides.iter_mut().find(same) {
            known.role = new.role.or(known.role);
            known.join = new.join.or(known.join);
            known.item = new.item.or(known.item);
            known.why = new.why.or_else(|| known.why.take());
            if let Some(set) = new.set {
                known.set.get_or_insert_default().update(set);
            }
        } else {
            self.overrides.push(new);
        }
        self.overrides.sort_by_key(|it| it.line);
    }
}

/// The 1-based line a span starts on.
fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count() + 1
}
