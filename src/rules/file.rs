//! One rules file: the TOML as written, checked key by key. Errors name file, line, key and what was expected.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Pattern, RuleError};
use crate::model::ContributorKind;

/// A rules file as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesFile {
    pub(super) profile: ProfileHead,
    #[serde(default, rename = "rule")]
    pub(super) rules: Vec<RuleEntry>,
}

/// What a file says of its profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileHead {
    pub(super) id: String,
    pub(super) title: String,
    /// Profile whose rules are in force too.
    pub(super) extends: Option<String>,
    /// Six-digit code of the province whose short names are meant; inherited.
    pub(super) home_province: Option<String>,
    /// How its pieces are set; inherited.
    pub(super) style: Option<Style>,
    /// Ids of inherited rules that do not hold here.
    #[serde(default)]
    pub(super) without: Vec<String>,
}

/// How the pieces of a publication are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// News items under sections, closed by their contributor; two heading lines are one headline.
    Bulletin,
    /// Pieces with kicker, headline and subheads; two heading lines are a kicker and a headline.
    Newspaper,
}

/// What a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// That a document is of this profile; `weight` says how much it counts. Tested on the 80 lines at either end.
    Recognise,
    /// A line of the masthead; captures `publication`, `publisher`, `number`, `total`, `date`.
    Masthead,
    /// A part of a masthead line that holds several; the same captures. A line is masthead if its parts take up all of it.
    MastheadPart,
    /// The name of a section; captures `name`.
    Section,
    /// The name of a section whose items are briefs without headlines.
    BriefSection,
    /// A line that is the name of a section where the contents list says so; captures `name`.
    ListedSection,
    /// The title of the contents list.
    TocTitle,
    /// An entry of the contents list; captures `text`.
    TocEntry,
    /// Who contributed; captures `names`; `place` says where it stands, `by` what it is.
    Contributor,
    /// What no name of an office holds: a line with it under a headline is part of the headline.
    NotByline,
    /// A line under the headline that says when or where, and is no text.
    UnderHeadline,
    /// The label of a newspaper column, which stands above headlines.
    ColumnLabel,
    /// Words that stand with a name and are not part of it.
    NameNoise,
    /// Recipients, editors, print run.
    Colophon,
    /// A folio.
    PageNumber,
    /// Lines of ornament without words.
    Ornament,
    /// What web pages print around their text: menus, links, licences.
    Navigation,
    /// A heading inside an item.
    Subhead,
    /// Words under a picture.
    Caption,
    /// A line that starts a paragraph wherever it stands.
    ParagraphStart,
    /// How a paragraph likes to start; weak, for line ends that could go either way.
    ParagraphOpening,
    /// How running text starts, so a line that starts so is no headline.
    BodyStart,
    /// What no headline is like.
    NotHeadline,
    /// A printed date or range; captures `y m d y2 m2 d2`.
    EventDate,
    /// A date that is no event; `DATE` in the pattern stands for the date.
    NotEvent,
    /// Words right before a place that say the event took place there.
    PlaceBefore,
    /// A place where a recogniser reads other characters than those printed; captures `read`, and `printed` says which.
    Repair,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: &[Kind] = &[
        Kind::Recognise,
        Kind::Masthead,
        Kind::MastheadPart,
        Kind::Section,
        Kind::BriefSection,
        Kind::ListedSection,
        Kind::TocTitle,
        Kind::TocEntry,
        Kind::Contributor,
        Kind::NotByline,
        Kind::UnderHeadline,
        Kind::ColumnLabel,
        Kind::NameNoise,
        Kind::Colophon,
        Kind::PageNumber,
        Kind::Ornament,
        Kind::Navigation,
        Kind::Subhead,
        Kind::Caption,
        Kind::ParagraphStart,
        Kind::ParagraphOpening,
        Kind::BodyStart,
        Kind::NotHeadline,
        Kind::EventDate,
        Kind::NotEvent,
        Kind::PlaceBefore,
        Kind::Repair,
    ];

    /// The word used in rules files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recognise => "recognise",
            Self::Masthead => "masthead",
            Self::MastheadPart => "masthead-part",
            Self::Section => "section",
            Self::BriefSection => "brief-section",
            Self::ListedSection => "listed-section",
            Self::TocTitle => "toc-title",
            Self::TocEntry => "toc-entry",
            Self::Contributor => "contributor",
            Self::NotByline => "not-byline",
            Self::UnderHeadline => "under-headline",
            Self::ColumnLabel => "column-label",
            Self::NameNoise => "name-noise",
            Self::Colophon => "colophon",
            Self::PageNumber => "page-number",
            Self::Ornament => "ornament",
            Self::Navigation => "navigation",
            Self::Subhead => "subhead",
            Self::Caption => "caption",
            Self::ParagraphStart => "paragraph-start",
            Self::ParagraphOpening => "paragraph-opening",
            Self::BodyStart => "body-start",
            Self::NotHeadline => "not-headline",
            Self::EventDate => "event-date",
            Self::NotEvent => "not-event",
            Self::PlaceBefore => "place-before",
            Self::Repair => "repair",
        }
    }

    /// Names of the captures that a pattern of this kind may have.
    fn captures(self) -> &'static [&'static str] {
        match self {
            Self::Masthead | Self::MastheadPart => &["publication", "publisher", "number", "total", "date"],
            Self::Section | Self::ListedSection => &["name"],
            Self::TocEntry => &["text"],
            Self::Contributor => &["names"],
            Self::EventDate => &["y", "m", "d", "y2", "m2", "d2"],
            Self::Repair => &["read"],
            _ => &[],
        }
    }
}

/// Where a contributor rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A line of its own that closes an item.
    Line,
    /// A line of its own that closes everything above it on the page.
    Page,
    /// A line of its own right under the headline.
    UnderHeadline,
    /// The end of the last paragraph.
    Tail,
    /// The start of a paragraph; the words stay in the body.
    Lead,
}

/// One rule as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleEntry {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) why: String,
    pub(super) pattern: toml::Spanned<String>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
    pub(super) place: Option<Place>,
    pub(super) by: Option<ContributorKind>,
    pub(super) weight: Option<f32>,
    /// What is printed where a recogniser reads some characters.
    pub(super) printed: Option<BTreeMap<String, String>>,
    /// A repair rule holds only where this matches a line nearby.
    pub(super) beside: Option<String>,
}

/// Reads one file and its patterns. Those of a built-in file are known to be sound.
pub(super) fn parse(name: &str, text: &str, built_in: bool) -> Result<(RulesFile, Vec<Pattern>), RuleError> {
    let file: RulesFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        let message = error.message().trim().replace('\n', " ");
        let printed = text.lines().nth(line - 1).unwrap_or_default();
        let key =
            printed.split_once('=').map(|(key, _)| key.trim()).filter(|key| !message.contains(&format!("`{key}`")));
        let key = key.map(|key| format!("key `{key}`: ")).unwrap_or_default();
        RuleError::new(format!("{name}:{line}: {key}{message}"))
    })?;
    let mut patterns = Vec::with_capacity(file.rules.len());
    for rule in &file.rules {
        if built_in {
            patterns.push(Pattern::built_in(rule.pattern.get_ref()));
            continue;
        }
        let line = line_at(text, rule.pattern.span().start);
        let fail = |what: String| RuleError::new(format!("{name}:{line}: rule `{}`: {what}", rule.id));
        let pattern = Pattern::checked(rule.pattern.get_ref()).map_err(|error| {
            let reason = error.to_string();
            let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            fail(format!("key `pattern` is not a regular expression: {last}"))
        })?;
        if let Some(extra) = pattern.capture_names().flatten().find(|capture| !rule.kind.captures().contains(capture)) {
            let known = rule.kind.captures().join(", ");
            let kind = rule.kind.as_str();
            return Err(fail(format!("key `pattern` has a capture `{extra}`; a {kind} rule may have: {known}")));
        }
        let is_contributor = rule.kind == Kind::Contributor;
        if is_contributor != rule.place.is_some() || is_contributor != rule.by.is_some() {
            return Err(fail("keys `place` and `by` belong to contributor rules, and each of those needs both".into()));
        }
        if (rule.kind == Kind::Recognise) != rule.weight.is_some() {
            return Err(fail("key `weight` belongs to recognise rules, and each of those needs it".into()));
        }
        let is_repair = rule.kind == Kind::Repair;
        let reads = pattern.capture_names().flatten().next().is_some();
        if is_repair != rule.printed.is_some() || is_repair && !reads {
            let each = "each of those needs it and a capture `read` in its pattern";
            return Err(fail(format!("key `printed` belongs to repair rules, and {each}")));
        }
        if rule.beside.as_ref().is_some_and(|it| !is_repair || regex::Regex::new(it).is_err()) {
            return Err(fail("key `beside` belongs to repair rules, and is a regular expression".into()));
        }
        if rule.yes.is_empty() {
            return Err(fail("key `yes` is empty; expected at least one text that the rule must match".into()));
        }
        patterns.push(pattern);
    }
    Ok((file, patterns))
}

/// 1-based line of a byte offset.
fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{Kind, parse};

    const HEAD: &str = "[profile]\nid = \"x\"\ntitle = \"X\"\n";

    fn error_of(rules: &str) -> String {
        match parse("x.toml", &format!("{HEAD}{rules}"), false) {
            Ok(_) => String::from("no error"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn unknown_key_names_file_line_and_key() {
        let error = error_of("[[rule]]\nid = \"a\"\ncolour = 1\n");
        assert!(error.starts_with("x.toml:6: unknown field `colour`, expected one of `id`"), "{error}");
    }

    #[test]
    fn wrong_type_names_line_and_key() {
        let error = error_of("[[rule]]\nid = 1\n");
        assert!(error.starts_with("x.toml:5: key `id`: invalid type: integer `1`, expected a string"), "{error}");
    }

    #[test]
    fn broken_pattern_names_line_and_rule() {
        let error =
            error_of("[[rule]]\nid = \"a\"\nkind = \"caption\"\nwhy = \"w\"\npattern = '(['\nyes = [\"x\"]\nno = []\n");
        assert!(error.starts_with("x.toml:8: rule `a`: key `pattern` is not a regular expression"), "{error}");
    }

    #[test]
    fn capture_that_the_kind_does_not_have_is_refused() {
        let error = error_of(
            "[[rule]]\nid = \"a\"\nkind = \"section\"\nwhy = \"w\"\npattern = '(?P<nmae>.)'\nyes = [\"x\"]\nno = []\n",
        );
        assert!(error.contains("capture `nmae`; a section rule may have: name"), "{error}");
    }

    #[test]
    fn every_kind_and_its_captures_are_explained_beside_the_rules() {
        let page = include_str!("../../rules/README.md");
        for kind in Kind::ALL {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", kind.as_str())));
            let row = row.map(str::to_owned).unwrap_or_default();
            assert!(!row.is_empty(), "no row for {}", kind.as_str());
            let told = |capture: &&&str| row.contains(&format!("`{capture}`")) || row.contains("as `masthead`");
            let untold: Vec<_> = kind.captures().iter().filter(|capture| !told(capture)).collect();
            assert!(untold.is_empty(), "{}: {untold:?} not told", kind.as_str());
        }
        assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), Kind::ALL.len());
    }
}
