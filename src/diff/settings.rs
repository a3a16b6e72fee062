//! What two runs were made with → where that differs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::outcome::{Change, Setting};
use crate::dataset::{RunRecord, Sheets};

/// What differs between the two runs but for what they were run on.
pub(super) fn differing(records: &Change<RunRecord>) -> Vec<Setting> {
    let Change { old, new } = records;
    let one = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), Value::from(value))]);
    let texts = |map: &BTreeMap<String, String>| -> BTreeMap<String, Value> {
        map.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
    };
    let numbers = |map: &BTreeMap<String, u64>| -> BTreeMap<String, Value> {
        map.iter().map(|(name, number)| (name.clone(), Value::from(*number))).collect()
    };
    [
        maps("version", &one("jianbao", &old.jianbao), &one("jianbao", &new.jianbao)),
        maps("schema", &one("schema", &old.schema_version), &one("schema", &new.schema_version)),
        maps("rules", &texts(&old.rules), &texts(&new.rules)),
        maps("options", &old.options, &new.options),
        maps("models", &texts(&old.models), &texts(&new.models)),
        maps("skipped", &numbers(&old.skipped), &numbers(&new.skipped)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Columns that only one of the datasets has.
pub(super) fn columns(old: &Sheets, new: &Sheets) -> Vec<Setting> {
    let (olds, news): (BTreeSet<String>, BTreeSet<String>) = (old.columns().collect(), new.columns().collect());
    let setting = |name: &String| {
        let there = |names: &BTreeSet<String>| if names.contains(name) { Value::from(true) } else { Value::Null };
        Setting { what: "columns", name: name.clone(), old: there(&olds), new: there(&news) }
    };
    olds.symmetric_difference(&news).map(setting).collect()
}

fn maps(what: &'static str, old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<Setting> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let value = |map: &BTreeMap<String, Value>, name: &String| map.get(name).cloned().unwrap_or(Value::Null);
    let settings = names.into_iter().map(|name| Setting {
        what,
        name: name.clone(),
        old: value(old, name),
        new: value(new, name),
    });
    settings.filter(|setting| setting.old != setting.new).collect()
}
