//! TOML and TSV files → compiled [`RuleSet`]. What differs between publications lives in those files, not in Rust.

use std::path::Path;

/// All rules in force, compiled.
#[derive(Debug)]
pub struct RuleSet {}

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
    /// Texts it must match.
    pub yes: Vec<String>,
    /// Texts it must not match.
    pub no: Vec<String>,
}

/// A rules file that cannot be used: file, line, key, what was found and what was expected, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    message: String,
}

impl RuleSet {
    /// The rules compiled into the program.
    pub fn builtin() -> Self {
        Self {}
    }

    /// The built-in rules with the files of `folder` over them: a file of the same name replaces the built-in one, any
    /// other is added.
    pub fn load(folder: &Path) -> Result<Self, RuleError> {
        let _ = folder;
        Ok(Self {})
    }

    /// Every rule, sorted by id.
    pub fn infos(&self) -> Vec<RuleInfo> {
        Vec::new()
    }

    /// Runs every rule's examples; one sentence for each that does not hold.
    pub fn check(&self) -> Vec<String> {
        Vec::new()
    }

    /// File name and SHA-256 (hex) of every rules file in force, sorted by name.
    pub fn hashes(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}
