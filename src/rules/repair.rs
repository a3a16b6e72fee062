//! Repair rules: a text as a recogniser read it → the text as printed. A rule's pattern captures the characters in doubt
//! with the words around that tell what they are; its table says what is printed for them.

use std::collections::BTreeMap;

use regex::Regex;

use super::Rule;

/// What parts reading and print in the examples of a repair rule.
const ARROW: &str = " → ";

impl Rule {
    /// `text` as printed, by this repair rule; `None` where it has nothing to repair.
    pub fn repaired(&self, text: &str) -> Option<String> {
        repaired(&self.pattern, &self.printed, text)
    }
}

/// `text` with what `pattern` captures as `read` put as `printed` says: as a whole, or else character by character. What
/// the table does not name stays.
pub(super) fn repaired(pattern: &Regex, printed: &BTreeMap<String, String>, text: &str) -> Option<String> {
    let mut repaired = String::new();
    let mut done = 0;
    // What stands behind one capture may stand before the next: 会,会,会.
    while let Some(read) = pattern.captures_at(text, done).and_then(|found| found.name("read")) {
        repaired.push_str(&text[done..read.start()]);
        match printed.get(read.as_str()) {
            Some(whole) => repaired.push_str(whole),
            None => {
                let each = read.as_str().split_inclusive(|_| true);
                repaired.extend(each.map(|c| printed.get(c).map_or(c, String::as_str)));
            }
        }
        done = read.end();
        // A mark that is missing: the capture is empty, and would be found there again.
        if read.is_empty() {
            break;
        }
    }
    repaired.push_str(&text[done..]);
    (repaired != text).then_some(repaired)
}

/// Whether an example `read → printed` is what the rule makes of it.
pub(super) fn holds(pattern: &Regex, printed: &BTreeMap<String, String>, example: &str) -> bool {
    example.split_once(ARROW).is_some_and(|(read, print)| repaired(pattern, printed, read).as_deref() == Some(print))
}
