//! What a page shows → HTML. Every value is escaped, unless a template's own text.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ReportError, words};

/// The style sheet.
pub(super) const STYLE: &str = include_str!("templates/report.css");
/// The script.
pub(super) const SCRIPT: &str = include_str!("templates/report.js");

const TEMPLATES: [(&str, &str); 7] = [
    ("base.html", include_str!("templates/base.html")),
    ("overview.html", include_str!("templates/overview.html")),
    ("list.html", include_str!("templates/list.html")),
    ("document.html", include_str!("templates/document.html")),
    ("changes.html", include_str!("templates/changes.html")),
    ("change.html", include_str!("templates/change.html")),
    ("blocks.html", include_str!("templates/blocks.html")),
];

/// The pages that all others lead to, by their words, and those of them that a report without an older dataset has not.
const PAGES: [&str; 6] = ["overview", "items", "documents", "remarks", "changes", "differences"];
const OF_CHANGES: [&str; 2] = ["changes", "differences"];

/// The templates of all pages.
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// Those of a report, which may have pages of differences.
    pub(super) fn of_report(has_changes: bool) -> Result<Self, ReportError> {
        Self::new(has_changes, Value::from(()))
    }

    /// Those of a page that has its style and its script in it. Its policy lets these run by their hashes, and nothing else.
    pub(super) fn of_single_page() -> Result<Self, ReportError> {
        let source = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text)));
        let inline = context! {
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            policy => format!("style-src {}; script-src {}", source(STYLE), source(SCRIPT)),
        };
        Self::new(true, inline)
    }

    fn new(has_changes: bool, inline: Value) -> Result<Self, ReportError> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(plain_blocks()?);
        environment.add_function("t", translated);
        environment.add_function("v", named);
        environment.add_function("r", rule);
        environment.add_filter("signed", signed);
        environment.add_filter("grouped", grouped);
        let pages = PAGES.iter().filter(|page| has_changes || !OF_CHANGES.contains(page)).copied().collect::<Vec<_>>();
        environment.add_global("pages_of_report", Value::from(Serde(pages)));
        environment.add_global("inline", inline);
        for (name, text) in TEMPLATES {
            environment
                .add_template(name, text)
                .map_err(|source| ReportError::Template { page: name.to_owned(), source })?;
        }
        Ok(Self(environment))
    }

    /// The page called `page`.
    pub(super) fn render(&self, page: &str, template: &str, view: &impl Serialize) -> Result<String, ReportError> {
        let rendered = self.0.get_template(template).and_then(|template| template.render(Value::from(Serde(view))));
        rendered.map_err(|source| ReportError::Template { page: page.to_owned(), source })
    }
}

/// Tags of the template language on lines of their own leave no white space.
fn plain_blocks() -> Result<SyntaxConfig, ReportError> {
    let built = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    built.map_err(|source| ReportError::Template { page: "base.html".to_owned(), source })
}

/// A number with a comma behind each thousand: 12,345.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A difference with its sign.
fn signed(number: i64) -> String {
    format!("{}{}", if number > 0 { "+" } else { "" }, grouped(number))
}

/// Bytes as a policy has hashes: base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |three: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(three.get(at).copied().unwrap_or(0)));
        let digit = |at: usize| if at <= three.len() { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) } else { '=' };
        (0..4).map(digit).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

/// Columns whose values are words of the program.
const WORDED: [&str; 13] = [
    "flags",
    "error_code",
    "status",
    "kind",
    "role",
    "join",
    "date_basis",
    "date_precision",
    "district_basis",
    "contributor_kind",
    "text_source",
    "format",
    "in_toc",
];

/// A value of a column: as it is, or its words in both languages where the program chose it.
fn named(column: &str, value: &str) -> Value {
    let words: Option<Vec<String>> = value.split('、').map(|part| words::of_value(column, part).map(in_both)).collect();
    match words.filter(|_| WORDED.contains(&column)) {
        Some(words) => Value::from_safe_string(words.join("、")),
        None => Value::from(value),
    }
}

/// The rule that decided a value of a column: what people decided, or a word of the column that says what decided.
fn rule(column: &str, rule: &str) -> Value {
    let decided = rule.strip_prefix("override-").map(|what| what.replace('-', "_"));
    if let (Some(what), Some(by_hand)) = (decided.and_then(|what| words::of(&what)), words::of("overridden")) {
        return Value::from_safe_string(format!("{} {}", in_both(by_hand), in_both(what)));
    }
    let basis = match column.split('_').next() {
        Some("district" | "districts") => "district_basis",
        Some("date") => "date_basis",
        Some("contributor" | "contributors") => "contributor_kind",
        _ => "error_code",
    };
    named(basis, rule)
}

/// A word of the interface in both languages; the style sheet shows one. What is not in the table is a value of the dataset,
/// which is the same in both.
fn translated(key: &str) -> Value {
    words::of(key).map_or_else(|| Value::from(key), |words| Value::from_safe_string(in_both(words)))
}

/// Words in both languages; the style sheet shows one.
fn in_both((chinese, english): (&str, &str)) -> String {
    format!(r#"<span class="zh" lang="zh">{chinese}</span><span class="en" lang="en">{english}</span>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_written_as_browsers_read_them() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }

    #[test]
    fn every_word_of_the_templates_is_there_in_both_languages() {
        let word = regex::Regex::new(r#"\bt\("([^"]*)"\)"#).unwrap();
        for (name, text) in TEMPLATES {
            let missing = word.captures_iter(text).find(|found| words::of(&found[1]).is_none());
            assert!(missing.is_none(), "{name}: {}", &missing.unwrap()[0]);
        }
        let quoted = regex::Regex::new(r#"\bword\("([^"]*)"\)"#).unwrap();
        let missing = quoted.captures_iter(SCRIPT).find(|found| words::of(&found[1]).is_none());
        assert!(missing.is_none(), "{}", &missing.unwrap()[0]);
    }

    #[test]
    fn a_value_is_never_markup() {
        for said in [named("flags", "<b>"), rule("date", "override-<b>"), rule("date", "<b>"), translated("<b>")] {
            assert!(!said.is_safe() && said.to_string().contains("<b>"));
        }
        assert!(rule("", "override-district-code").is_safe());
    }

    #[test]
    fn numbers_are_grouped_and_differences_have_a_sign() {
        assert_eq!([0, 999, 1000, -1_234_567].map(grouped), ["0", "999", "1,000", "-1,234,567"]);
        assert_eq!([0, 5, -1000].map(signed), ["0", "+5", "-1,000"]);
    }
}
