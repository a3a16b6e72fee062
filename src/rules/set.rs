//! All rules in force: the built-in files, and the files of a folder over them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::file::{self, RuleEntry, RulesFile, Style};
use super::{Gazetteer, Pattern, Profile, Rule, RuleError, repair};
use crate::model::hex;
use crate::overrides::Overrides;

/// The files compiled into the program, sorted by name.
const BUILTIN: &[(&str, &str)] = &[
    ("base.toml", include_str!("../../rules/base.toml")),
    ("bulletin.toml", include_str!("../../rules/bulletin.toml")),
    ("chongqing-party-history.toml", include_str!("../../rules/chongqing-party-history.toml")),
    ("gazetteer/chongqing_history.tsv", include_str!("../../rules/gazetteer/chongqing_history.tsv")),
    ("gazetteer/divisions.tsv", include_str!("../../rules/gazetteer/divisions.tsv")),
    ("gazetteer/not_places.tsv", include_str!("../../rules/gazetteer/not_places.tsv")),
    ("gazetteer/traditional.tsv", include_str!("../../rules/gazetteer/traditional.tsv")),
    ("newspaper.toml", include_str!("../../rules/newspaper.toml")),
    ("recognised.toml", include_str!("../../rules/recognised.toml")),
];

/// A rules file as text.
struct Text {
    text: String,
    built_in: bool,
}

fn built_in() -> BTreeMap<String, Text> {
    let text = |text: &str| Text { text: text.to_owned(), built_in: true };
    BUILTIN.iter().map(|(name, content)| ((*name).to_owned(), text(content))).collect()
}

/// All rules in force, compiled.
#[derive(Debug)]
pub struct RuleSet {
    /// Dated names and codes of divisions.
    pub gazetteer: Gazetteer,
    profiles: Vec<Profile>,
    infos: Vec<RuleInfo>,
    hashes: Vec<(String, String)>,
    overrides: Overrides,
}

/// One rule as a person reads it.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// Stable id, unique in the set.
    pub id: String,
    /// What the rule finds, such as `contributor` or `page-number`.
    pub kind: &'static str,
    /// Profile it belongs to.
    pub profile: String,
    /// File it was read from.
    pub file: String,
    /// Why it exists.
    pub why: String,
    /// Its regular expression.
    pub pattern: String,
    /// What a repair rule puts for the characters it captures.
    pub printed: BTreeMap<String, String>,
    /// Texts it must match; of a repair rule what is read and what is printed, with ` → ` between.
    pub yes: Vec<String>,
    /// Texts it must not match.
    pub no: Vec<String>,
}

impl RuleSet {
    /// The rules compiled into the program.
    pub fn builtin() -> Self {
        Self::compile(built_in()).expect("the built-in rules compile, which a test holds")
    }

    /// The rules of [`load`](Self::load), or the built-in ones if no folder is named.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn find(folder: Option<&Path>) -> Result<Self, RuleError> {
        folder.map_or_else(|| Ok(Self::builtin()), Self::load)
    }

    /// The built-in rules with the files of `folder` over them: a file of the same name replaces the built-in one, any
    /// other is added. Reads `*.toml` and `gazetteer/*.tsv`.
    pub fn load(folder: &Path) -> Result<Self, RuleError> {
        let mut files = built_in();
        let mut found = 0;
        for (sub, extension) in [("", "toml"), ("gazetteer", "tsv")] {
            let path = folder.join(sub);
            if !sub.is_empty() && !path.is_dir() {
                continue;
            }
            let cannot = |error: std::io::Error| {
                let what = path.display();
                let message = format!("{what}: cannot read the rules folder: {error}; give a folder of *.toml files");
                RuleError::of_file(message, &path, error)
            };
            for entry in std::fs::read_dir(&path).map_err(cannot)? {
                let file = entry.map_err(cannot)?.path();
                if file.extension().is_none_or(|it| it != extension) {
                    continue;
                }
                let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
                let name = if sub.is_empty() { name.to_owned() } else { format!("{sub}/{name}") };
                let text = std::fs::read_to_string(&file).map_err(|error| {
                    RuleError::of_file(format!("{name}: cannot read: {error}; expected UTF-8 text"), &file, error)
                })?;
                files.insert(name, Text { text, built_in: false });
                found += 1;
            }
        }
        if found == 0 {
            return Err(RuleError::new(format!(
                "{}: holds no rules; expected *.toml files, such as those in the rules folder of the source",
                folder.display()
            )));
        }
        Self::compile(files)
    }

    fn compile(files: BTreeMap<String, Text>) -> Result<Self, RuleError> {
        let hashes =
            files.iter().map(|(name, file)| (name.clone(), hex(&Sha256::digest(file.text.as_bytes())))).collect();
        let mut parsed: BTreeMap<String, Parsed> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for (name, Text { text, built_in }) in files.iter().filter(|(name, _)| name.ends_with(".toml")) {
            let (file, patterns) = file::parse(name, text, *built_in)?;
            for rule in &file.rules {
                if !ids.insert(rule.id.clone()) {
                    return Err(RuleError::new(format!(
                        "{name}: rule id `{}` is used twice; expected a new id",
                        rule.id
                    )));
                }
            }
            let id = file.profile.id.clone();
            if let Some(other) = parsed.insert(id.clone(), Parsed { name: name.clone(), file, patterns }) {
                return Err(RuleError::new(format!(
                    "{name}: profile `{id}` is also in {}; expected a new id",
                    other.name
                )));
            }
        }
        let profiles = parsed.keys().map(|id| inherit(id, &parsed)).collect::<Result<Vec<_>, _>>()?;
        let tables: Vec<(&str, &str)> = files
            .iter()
            .filter(|(name, _)| name.ends_with(".tsv"))
            .map(|(name, file)| (name.as_str(), file.text.as_str()))
            .collect();
        let gazetteer = Gazetteer::parse(&tables).map_err(|error| RuleError::new(error.to_string()))?;
        let mut infos: Vec<RuleInfo> =
            parsed.values().flat_map(|it| it.file.rules.iter().map(|rule| info(it, rule))).collect();
        infos.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { gazetteer, profiles, infos, hashes, overrides: Overrides::default() })
    }

    /// The same rules, with what people have decided about single documents over them.
    pub fn with_overrides(mut self, overrides: Overrides) -> Self {
        let hashes = overrides.hashes().iter().map(|(name, hash)| (format!("overrides/{name}"), hash.clone()));
        self.hashes.extend(hashes);
        Self { overrides, ..self }
    }

    /// What people have decided about single documents.
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The profile that `lines`, the first of a document, speak most for. Where none is recognised, `base`.
    pub fn recognise<'a>(&self, lines: impl Iterator<Item = &'a str> + Clone) -> &Profile {
        let mut best = (0.0, self.profiles.iter().find(|profile| profile.id == "base"));
        for profile in &self.profiles {
            let weight = profile.recognised(lines.clone());
            if weight > best.0 {
                best = (weight, Some(profile));
            }
        }
        best.1.expect("every set holds the profile `base`, since files are added to the built-in ones")
    }

    /// Every rule, sorted by id.
    pub fn infos(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// Runs every rule's examples; one sentence for each that does not hold.
    pub fn check(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for rule in &self.infos {
            let pattern = regex::Regex::new(&rule.pattern).expect("the pattern compiled when the set was built");
            let holds = |text: &str| match rule.printed.is_empty() {
                true => pattern.is_match(text),
                false => repair::holds(&pattern, &rule.printed, text),
            };
            for text in rule.yes.iter().filter(|text| !holds(text)) {
                failures.push(format!(
                    "{}: rule `{}` does not match {text:?}, which `yes` says it must",
                    rule.file, rule.id
                ));
            }
            let repairs = |text: &str| repair::repaired(&pattern, &rule.printed, text).is_some();
            let matches = |text: &str| if rule.printed.is_empty() { pattern.is_match(text) } else { repairs(text) };
            for text in rule.no.iter().filter(|text| matches(text)) {
                failures
                    .push(format!("{}: rule `{}` matches {text:?}, which `no` says it must not", rule.file, rule.id));
            }
        }
        failures
    }

    /// File name and SHA-256 (hex) of every rules file in force, sorted by name, then those of the overrides.
    pub fn hashes(&self) -> &[(String, String)] {
        &self.hashes
    }
}

struct Parsed {
    name: String,
    file: RulesFile,
    patterns: Vec<Pattern>,
}

/// A profile's rules before those of the profile it extends, and so on up.
fn inherit(id: &str, parsed: &BTreeMap<String, Parsed>) -> Result<Profile, RuleError> {
    let (mut rules, mut without, mut seen) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let (mut home, mut style) = (None, None);
    let mut next = Some(id);
    let mut name = "";
    while let Some(current) = next {
        let Some(it) = parsed.get(current) else {
            return Err(RuleError::new(format!(
                "{name}: key `extends` names `{current}`, which no file has as its profile id"
            )));
        };
        if !seen.insert(current) {
            return Err(RuleError::new(format!("{}: profile `{current}` extends itself", it.name)));
        }
        name = &it.name;
        for (rule, pattern) in it.file.rules.iter().zip(&it.patterns) {
            // Recognition is a profile's own: a child must not be found wherever its parent is.
            let own = current == id || rule.kind != super::Kind::Recognise;
            if own && !without.contains(&rule.id) {
                rules.push(compiled(rule, pattern.clone()));
            }
        }
        without.extend(it.file.profile.without.iter().cloned());
        home = home.or_else(|| it.file.profile.home_province.clone());
        style = style.or(it.file.profile.style);
        next = it.file.profile.extends.as_deref();
    }
    let title = parsed[id].file.profile.title.clone();
    Profile::new(id.to_owned(), title, home.unwrap_or_default(), style.unwrap_or(Style::Newspaper), rules).ok_or_else(
        || RuleError::new(format!("{name}: profile `{id}` has {} line rules or more", Profile::MOST_LINE_RULES)),
    )
}

fn compiled(rule: &RuleEntry, pattern: Pattern) -> Rule {
    Rule {
        id: rule.id.clone(),
        kind: rule.kind,
        pattern,
        place: rule.place,
        by: rule.by,
        weight: rule.weight.unwrap_or_default(),
        printed: rule.printed.clone().unwrap_or_default(),
        beside: rule.beside.as_deref().map(Pattern::built_in),
    }
}

fn info(parsed: &Parsed, rule: &RuleEntry) -> RuleInfo {
    RuleInfo {
        id: rule.id.clone(),
        kind: rule.kind.as_str(),
        profile: parsed.file.profile.id.clone(),
        file: parsed.name.clone(),
        why: rule.why.clone(),
        pattern: rule.pattern.get_ref().clone(),
        printed: rule.printed.clone().unwrap_or_default(),
        yes: rule.yes.clone(),
        no: rule.no.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILTIN, RuleSet, file};

    #[test]
    fn the_built_in_rules_are_as_rules_must_be() {
        for (name, text) in BUILTIN.iter().filter(|(name, _)| name.ends_with(".toml")) {
            if let Err(error) = file::parse(name, text, false) {
                panic!("{error}");
            }
        }
    }

    #[test]
    fn every_example_of_the_built_in_rules_holds() {
        let failures = RuleSet::builtin().check();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}
