//! Contributor lines → names: who sent an item in, wrote it, or was its source.

use crate::model::{Contribution, ContributorKind};
use crate::outline::{CLOSERS, OPENERS, head_of, tail_of};
use crate::rules::{Kind, LineMatches, Place, Profile, Rule};

/// A contributor behind a paragraph takes up at most this many characters.
const LONGEST: usize = 110;

/// Reporters are named within this many characters of a paragraph's start.
const LONGEST_LEAD: usize = 90;

/// Reads a contributor line of its own. `under_headline`: it stands right below the headline.
pub(super) fn line(
    text: &str,
    matches: LineMatches,
    under_headline: bool,
    profile: &Profile,
) -> Option<(Contribution, Place)> {
    let closing = |rule: &&Rule| under_headline || rule.place != Some(Place::UnderHeadline);
    // Names alone under the last paragraph are a signature, of the same form as a byline.
    let rule =
        profile.all(matches, Kind::Contributor).find(closing).or_else(|| profile.first(matches, Kind::Contributor))?;
    let contribution = read(rule, text, text, profile)?;
    // Whatever stands under a headline is a byline, however it is worded.
    let kind = if under_headline && contribution.kind == ContributorKind::Contributed && !text.contains('供') {
        ContributorKind::Byline
    } else {
        contribution.kind
    };
    Some((Contribution { kind, ..contribution }, rule.place.unwrap_or(Place::Line)))
}

/// What a line says that no rule knows for a contributor's, and that is one all the same: its words without brackets.
pub(super) fn as_printed(text: &str) -> Contribution {
    let name = text.trim().trim_start_matches(OPENERS).trim_end_matches(CLOSERS).trim();
    let kind = if name.contains('供') { ContributorKind::Contributed } else { ContributorKind::Byline };
    let name = name.strip_suffix("供稿").unwrap_or(name).trim();
    Contribution { names: vec![name.to_owned()], kind, text: text.to_owned() }
}

/// A contributor printed right behind the last sentence of `paragraph`: what it says and where it starts (byte offset).
/// `certain`: only forms that can be nothing else.
pub(super) fn tail(paragraph: &str, certain: bool, profile: &Profile) -> Option<(Contribution, usize)> {
    // All forms end in a closing bracket or a name, and lie within the last hundred characters.
    let end = tail_of(paragraph, LONGEST);
    profile.tails(paragraph).find_map(|rule| {
        if certain && rule.by != Some(ContributorKind::Contributed) {
            return None;
        }
        let found = rule.pattern.find(end)?;
        let span = found.as_str().trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '。' | '！' | '？' | '”' | '’' | '…' | '；' | '）')
        });
        let contribution = read(rule, found.as_str(), span, profile)?;
        Some((contribution, paragraph.len() - span.len()))
    })
}

/// The reporters that open a paragraph; their words stay in it.
pub(super) fn lead(paragraph: &str, profile: &Profile) -> Option<Contribution> {
    let start = head_of(paragraph, LONGEST_LEAD);
    profile.spans(Kind::Contributor).find_map(|rule| {
        let found = rule.pattern.find(start)?;
        read(rule, start, found.as_str(), profile)
    })
}

fn read(rule: &Rule, text: &str, printed: &str, profile: &Profile) -> Option<Contribution> {
    let kind = rule.by?;
    let found = rule.pattern.captures(text)?;
    let names = names(found.name("names")?.as_str(), kind, profile);
    (!names.is_empty()).then(|| Contribution { names, kind, text: printed.to_owned() })
}

/// The names in what a contributor rule captured, in printed order.
fn names(printed: &str, kind: ContributorKind, profile: &Profile) -> Vec<String> {
    if kind == ContributorKind::Source {
        return vec![printed.trim().trim_end_matches(['。', '.']).to_owned()]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
    }
    let mut text = printed.trim().to_owned();
    for rule in profile.spans(Kind::NameNoise) {
        text = rule.pattern.replace_all(&text, "、").into_owned();
    }
    let mut names: Vec<String> = Vec::new();
    let mut single = false;
    for part in text.split(|c: char| {
        c.is_whitespace() || matches!(c, '、' | '，' | ',' | '；' | ';' | '/' | '／' | ':' | '：' | '|' | '｜')
    }) {
        let part = part.trim_matches(['（', '）', '(', ')', '·', '—', '-']);
        if part.is_empty() {
            continue;
        }
        // A name of two characters is often spaced to the width of three: 李 明.
        let one = part.chars().count() == 1;
        match names.last_mut() {
            Some(name) if one && single => {
                name.push_str(part);
                single = false;
            }
            _ => {
                names.push(part.to_owned());
                single = one;
            }
        }
    }
    names
}
