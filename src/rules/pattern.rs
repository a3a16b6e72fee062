//! A rule's expression, compiled when it is first asked: a document needs the rules of one profile, and few of those.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use regex::Regex;

/// A regular expression. Profiles that inherit a rule share it.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: String,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// An expression that somebody wrote: compiled at once, so that what is wrong with it is said.
    ///
    /// # Errors
    /// If it is no regular expression.
    pub(super) fn checked(source: &str) -> Result<Self, regex::Error> {
        let compiled = Regex::new(source)?;
        Ok(Self(Arc::new(Inner { source: source.to_owned(), compiled: compiled.into() })))
    }

    /// An expression that a test or a check has compiled.
    pub(super) fn built_in(source: &str) -> Self {
        Self(Arc::new(Inner { source: source.to_owned(), compiled: OnceLock::new() }))
    }

    /// The expression as written.
    pub fn source(&self) -> &str {
        &self.0.source
    }
}

impl Deref for Pattern {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        let compile = || Regex::new(&self.0.source).expect("the built-in rules compile, which a test holds");
        self.0.compiled.get_or_init(compile)
    }
}
