//! A document made ready for its rows: the ids and hashes that several rows share, and remarks in the order of the table.

use sha2::{Digest, Sha256};

use super::DatasetError;
use crate::model::{Diagnostic, Document, Item, hex};

/// A document with what its rows share.
pub(super) struct Prepared<'d> {
    /// The document.
    pub(super) document: &'d Document,
    /// Its remarks by line; those without a line first.
    pub(super) diagnostics: Vec<&'d Diagnostic>,
    /// Width and height of each page: `595.28x841.89`.
    pub(super) page_sizes: Vec<String>,
    item_ids: Vec<String>,
    content_hashes: Vec<String>,
}

impl<'d> Prepared<'d> {
    /// Checks the numbering of items and lines, which ids and sort order rest on, and computes the rest.
    pub(super) fn of(document: &'d Document) -> Result<Self, DatasetError> {
        check_numbers(document, "item", document.items.iter().map(|item| item.ordinal))?;
        check_numbers(document, "line", document.lines.iter().map(|line| line.number))?;
        let mut diagnostics: Vec<&Diagnostic> = document.diagnostics.iter().collect();
        diagnostics.sort_by_key(|diagnostic| diagnostic.line);
        let doc_id = document.source.doc_id();
        Ok(Self {
            document,
            diagnostics,
            page_sizes: document.page_sizes.iter().map(|(width, height)| format!("{width}x{height}")).collect(),
            item_ids: document.items.iter().map(|item| format!("{doc_id}-i{:04}", item.ordinal)).collect(),
            content_hashes: document.items.iter().map(content_hash).collect(),
        })
    }

    /// Id of the item with this 1-based ordinal; `None` if there is no such item.
    pub(super) fn item_id(&self, ordinal: Option<u32>) -> Option<&str> {
        self.item_ids.get(index(ordinal)?).map(String::as_str)
    }

    /// Content hash of the item with this 1-based ordinal.
    pub(super) fn content_hash(&self, ordinal: u32) -> Option<&str> {
        self.content_hashes.get(index(Some(ordinal))?).map(String::as_str)
    }

    /// Page of the line with this 1-based number.
    pub(super) fn page(&self, line: Option<u32>) -> Option<u32> {
        self.document.lines.get(index(line)?)?.page
    }
}

fn index(number: Option<u32>) -> Option<usize> {
    usize::try_from(number?.checked_sub(1)?).ok()
}

fn check_numbers(
    document: &Document,
    what: &'static str,
    mut numbers: impl Iterator<Item = u32>,
) -> Result<(), DatasetError> {
    let wrong = (1..).zip(&mut numbers).find(|(expected, found)| expected != found);
    match wrong {
        None => Ok(()),
        Some((expected, found)) => {
            Err(DatasetError::Misnumbered { source_path: document.source.path.clone(), what, expected, found })
        }
    }
}

/// First 16 hex digits of the SHA-256 over headline and body without white space.
fn content_hash(item: &Item) -> String {
    let mut hasher = Sha256::new();
    for text in [item.headline.as_deref().unwrap_or(""), &item.body] {
        for part in text.split_whitespace() {
            hasher.update(part);
        }
    }
    hex(&hasher.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::content_hash;
    use crate::model::{Item, ItemKind, TextSource};

    fn item(headline: Option<&str>, body: &str) -> Item {
        Item {
            ordinal: 1,
            section: None,
            kind: ItemKind::News,
            headline: headline.map(str::to_owned),
            kicker: None,
            body: body.to_owned(),
            date: None,
            contribution: None,
            district: None,
            districts: Vec::new(),
            pages: None,
            lines: (1, 1),
            in_toc: None,
            text_source: TextSource::Text,
            ocr_confidence: None,
            flags: Vec::new(),
        }
    }

    #[test]
    fn white_space_does_not_change_the_content_hash() {
        // `printf 红岩精神永放光芒 | sha256sum`
        let expected = "ffa8bbec2ed952a6";
        let cases = [
            (Some("红岩精神"), "永放光芒"),
            (Some("红岩 精神"), "\u{3000}永放\n光芒\u{a0}"),
            (None, "红岩精神永放光芒"),
        ];
        for (headline, body) in cases {
            assert_eq!(content_hash(&item(headline, body)), expected);
        }
        assert_ne!(content_hash(&item(None, "红岩精神永放光")), expected);
    }
}
