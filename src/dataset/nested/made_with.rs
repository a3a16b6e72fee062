//! What documents were made with, as one text that travels with their rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dataset::{DatasetError, SCHEMA_VERSION};

/// What a document was made with: all that `run.json` says of it but what was found, the clock and the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWith {
    /// Version of this program.
    pub jianbao: String,
    /// Version of the schema of the data files.
    pub schema_version: String,
    /// Rules files in force and the SHA-256 of each.
    pub rules: BTreeMap<String, String>,
    /// Models in use and the SHA-256 of each; none where nothing was to be recognised.
    pub models: BTreeMap<String, String>,
    /// Options that change the data.
    pub options: BTreeMap<String, Value>,
}

impl MadeWith {
    /// What this program makes with these rules, models and options.
    pub fn new(rules: &[(String, String)], models: &[(String, String)], options: BTreeMap<String, Value>) -> Self {
        Self {
            jianbao: env!("CARGO_PKG_VERSION").to_owned(),
            schema_version: SCHEMA_VERSION.to_owned(),
            rules: rules.iter().cloned().collect(),
            models: models.iter().cloned().collect(),
            options,
        }
    }

    /// As the text of the column `run`.
    ///
    /// # Errors
    /// If an option is nothing that JSON has.
    pub fn text(&self) -> Result<String, DatasetError> {
        serde_json::to_string(self).map_err(|source| DatasetError::RunJson { source })
    }
}
