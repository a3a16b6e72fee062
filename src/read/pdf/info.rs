//! What a file says of itself: title, author, program, bookmarks.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};
use serde::{Deserialize, Serialize};

use super::marked::text_string;
use super::objects::{Objects, as_dict};

/// What the file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Its title.
    pub title: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// The program that wrote it.
    pub producer: Option<String>,
    /// The titles of its bookmarks, in order, all levels.
    pub bookmarks: Vec<String>,
}

/// No issue has more bookmarks.
const MOST_BOOKMARKS: usize = 2000;

/// Longer strings are no titles.
const LONGEST: usize = 1000;

impl Info {
    pub(super) fn of(objects: &Objects) -> Self {
        let document = &objects.document;
        let info = objects.dict(&document.trailer, b"Info");
        let text = |key: &[u8]| info.and_then(|info| text_of(objects, info, key));
        let mut bookmarks = Vec::new();
        if let Ok(catalog) = document.catalog()
            && let Some(outlines) = objects.dict(catalog, b"Outlines")
        {
            collect(objects, outlines, &mut bookmarks);
        }
        Self { title: text(b"Title"), author: text(b"Author"), producer: text(b"Producer"), bookmarks }
    }
}

/// The string under `key` on one line; `None` if there is nothing in it.
fn text_of(objects: &Objects, dict: &Dictionary, key: &[u8]) -> Option<String> {
    let Object::String(bytes, _) = objects.get(dict, key) else { return None };
    let text: String = text_string(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Bookmarks form lists of lists; each is visited once, so loops end.
fn collect(objects: &Objects, root: &Dictionary, bookmarks: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let mut stack: Vec<&Object> = root.get(b"First").into_iter().collect();
    while let Some(node) = stack.pop() {
        if bookmarks.len() >= MOST_BOOKMARKS || seen.len() > MOST_BOOKMARKS * 2 {
            return;
        }
        let Object::Reference(id) = node else { continue };
        if !seen.insert(*id) {
            continue;
        }
        let Some(dict) = as_dict(objects.follow(node)) else { continue };
        bookmarks.extend(text_of(objects, dict, b"Title"));
        stack.extend(dict.get(b"Next"));
        stack.extend(dict.get(b"First"));
    }
}
