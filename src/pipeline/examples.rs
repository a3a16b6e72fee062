//! Documents in, in order; the first few of each problem out, for a person to start with. All of them are in the
//! dataset.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Code, Document, Status};

/// Where problems were met first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Examples {
    /// The first failed and partial documents, at most [`Examples::TROUBLES`].
    pub troubles: Vec<Trouble>,
    /// How many documents failed or are partial, by the code that says why.
    pub causes: BTreeMap<Cow<'static, str>, u64>,
    /// For each code the place of its first remark: the document's path, and the line where there is one.
    pub places: BTreeMap<Code, String>,
}

/// A document that was not read whole, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The document's path in the dataset.
    pub source: String,
    /// Stable code of the failure.
    pub code: Cow<'static, str>,
    /// One sentence.
    pub message: String,
}

impl Examples {
    /// How many troubles are kept.
    pub const TROUBLES: usize = 8;

    pub(super) fn add(&mut self, document: &Document) {
        let source = &document.source.path;
        if let Status::Partial(failure) | Status::Failed(failure) = &document.status {
            *self.causes.entry(failure.code.clone()).or_default() += 1;
            if self.troubles.len() < Self::TROUBLES {
                let (code, message) = (failure.code.clone(), failure.message.clone());
                self.troubles.push(Trouble { source: source.clone(), code, message });
            }
        }
        for diagnostic in &document.diagnostics {
            self.places.entry(diagnostic.code).or_insert_with(|| match diagnostic.line {
                Some(line) => format!("{source}:{line}"),
                None => source.clone(),
            });
        }
    }
}
