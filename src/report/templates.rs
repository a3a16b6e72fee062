//! What a page shows → HTML. Every value is escaped, unless a template's own text.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::{ReportError, words};

const TEMPLATES: [(&str, &str); 4] = [
    ("base.html", include_str!("templates/base.html")),
    ("overview.html", include_str!("templates/overview.html")),
    ("list.html", include_str!("templates/list.html")),
    ("document.html", include_str!("templates/document.html")),
];

/// The templates of all pages.
pub(super) struct Templates(Environment<'static>);

impl Templates {
    pub(super) fn new() -> Result<Self, ReportError> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(plain_blocks()?);
        environment.add_function("t", translated);
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

/// A word of the interface in both languages; the style sheet shows one. A word that is not in the table is a value of the
/// dataset, which is the same in both.
fn translated(key: &str) -> Result<Value, Error> {
    let Some((chinese, english)) = words::of(key) else {
        if key.contains(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-' && c != '_') {
            return Err(Error::new(ErrorKind::InvalidOperation, format!("there is no word {key}")));
        }
        return Ok(Value::from(key));
    };
    let spans = format!(r#"<span class="zh" lang="zh">{chinese}</span><span class="en" lang="en">{english}</span>"#);
    Ok(Value::from_safe_string(spans))
}
