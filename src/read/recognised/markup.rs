//! The characters of an XML or HTML file → elements that open and close, and the text between them.
//!
//! XML is held to its rules: an element that is not closed is damage. HTML is read as people write it: elements without
//! end, attributes without quotes, names of characters. Nothing a file declares is expanded or fetched.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements lie at most so deep in each other.
const DEPTH: usize = 256;

/// Attributes of an element that are looked at.
const ATTRIBUTES: usize = 256;

/// What comes next in a file.
pub(super) enum Token<'a> {
    /// An element opens.
    Open(Tag<'a>),
    /// The innermost element closes.
    Close,
    /// Text, white space as written.
    Text(Cow<'a, str>),
}

/// Why a file cannot be read on, for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage(pub(super) String);

/// An element as it opens.
pub(super) struct Tag<'a> {
    start: BytesStart<'a>,
    is_html: bool,
}

impl Tag<'_> {
    /// Its name without the prefix of its namespace.
    pub(super) fn name(&self) -> &str {
        local(self.start.name().into_inner())
    }

    /// The value of the attribute `name`.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = if self.is_html { self.start.html_attributes() } else { self.start.attributes() };
        let found = attributes.with_checks(false).take(ATTRIBUTES).filter_map(Result::ok).find(|attribute| {
            let key = local(attribute.key.into_inner());
            key == name || (self.is_html && key.eq_ignore_ascii_case(name))
        });
        found.map(|attribute| plain(&attribute.value))
    }

    /// The number that the attribute `name` holds.
    pub(super) fn number(&self, name: &str) -> Option<f32> {
        number(&self.get(name)?)
    }
}

/// A number of a size that pages have.
pub(super) fn number(text: &str) -> Option<f32> {
    text.trim().parse().ok().filter(|number: &f32| number.abs() < 1.0e6)
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// A file that is being read.
pub(super) struct Markup<'a> {
    reader: Reader<&'a [u8]>,
    is_html: bool,
    /// Names of the open elements.
    open: Vec<String>,
    /// How many of them close before the file is read on.
    closing: usize,
}

impl<'a> Markup<'a> {
    pub(super) fn new(text: &'a str, is_html: bool) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        // Ends are held against `open` here.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self { reader, is_html, open: Vec::new(), closing: 0 }
    }

    /// What comes next; `None` at the end of a whole file.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, Damage> {
        loop {
            if self.closing > 0 {
                self.closing -= 1;
                self.open.pop();
                return Ok(Some(Token::Close));
            }
            let event = self.reader.read_event().map_err(|error| Damage(format!("{error} {}", self.place())))?;
            match event {
                Event::Start(start) => return self.open(start, false).map(Some),
                Event::Empty(start) => return self.open(start, true).map(Some),
                Event::End(end) => self.close(local(end.name().into_inner()))?,
                Event::Text(text) => return Ok(Some(Token::Text(text.into_inner()))),
                Event::CData(text) => return Ok(Some(Token::Text(text.into_inner()))),
                Event::GeneralRef(name) => return Ok(Some(Token::Text(plain(&format!("&{};", &*name)).into()))),
                Event::Eof => return self.end().map(|()| None),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
            }
        }
    }

    fn open(&mut self, start: BytesStart<'a>, is_empty: bool) -> Result<Token<'a>, Damage> {
        if self.open.len() == DEPTH {
            return Err(Damage(format!("elements lie more than {DEPTH} deep in each other {}", self.place())));
        }
        let tag = Tag { start, is_html: self.is_html };
        let mut name = tag.name().to_owned();
        if self.is_html {
            name.make_ascii_lowercase();
        }
        let is_void = matches!(&*name, "area" | "base" | "br" | "col" | "hr" | "img" | "input" | "link" | "meta");
        self.closing = usize::from(is_empty || (self.is_html && is_void));
        self.open.push(name);
        Ok(Token::Open(tag))
    }

    /// Closes the element of this name and those left open in it. In HTML an end without a beginning is nothing.
    fn close(&mut self, name: &str) -> Result<(), Damage> {
        let is_it = |open: &String| if self.is_html { open.eq_ignore_ascii_case(name) } else { open == name };
        if self.is_html {
            self.closing = self.open.iter().rev().position(is_it).map_or(0, |above| above + 1);
            return Ok(());
        }
        match self.open.last() {
            Some(open) if is_it(open) => self.closing = 1,
            Some(open) => return Err(Damage(format!("<{open}> ends as </{name}> {}", self.place()))),
            None => return Err(Damage(format!("</{name}> closes nothing {}", self.place()))),
        }
        Ok(())
    }

    /// At the end of the file. Browsers close paragraphs and the like by themselves; the boxes of a page are closed by
    /// whoever writes them.
    fn end(&self) -> Result<(), Damage> {
        let closes_itself = |name: &String| self.is_html && !matches!(&**name, "div" | "span");
        match self.open.iter().rev().find(|name| !closes_itself(name)) {
            Some(name) => Err(Damage(format!("the file ends inside <{name}>"))),
            None => Ok(()),
        }
    }

    fn place(&self) -> String {
        format!("at byte {} of its text", self.reader.buffer_position())
    }
}

/// Names of characters that recognisers write.
const NAMED: [(&str, &str); 18] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("ensp", "\u{2002}"),
    ("emsp", "\u{2003}"),
    ("thinsp", "\u{2009}"),
    ("shy", "\u{ad}"),
    ("middot", "·"),
    ("times", "×"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
];

/// The text with references to characters resolved; others stand as they are.
fn plain(raw: &str) -> String {
    const LONGEST: usize = 12;
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((character, end)) => {
                text.push_str(&character);
                rest = &rest[end + 1..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

fn character(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        return NAMED.iter().find(|it| it.0 == name).map(|it| it.1.into());
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    };
    Some(char::from_u32(code?)?.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, is_html: bool) -> (String, Option<String>) {
        let mut markup = Markup::new(text, is_html);
        let mut said = String::new();
        loop {
            match markup.next() {
                Ok(Some(Token::Open(tag))) => said += &format!("<{}{}", tag.name(), tag.get("id").unwrap_or_default()),
                Ok(Some(Token::Close)) => said.push('>'),
                Ok(Some(Token::Text(text))) => said += text.trim(),
                Ok(None) => return (said, None),
                Err(Damage(why)) => return (said, Some(why)),
            }
        }
    }

    #[test]
    fn references_are_characters_and_nothing_else_is_expanded() {
        let bomb =
            "<!DOCTYPE a [<!ENTITY b \"&c;&c;\"><!ENTITY c SYSTEM 'file:///etc/passwd'>]><a>&b;&#x515a;&#21490;</a>";
        assert_eq!(tokens(bomb, false), ("<a&b;党史>".to_owned(), None));
        assert_eq!(plain("a&amp;b &nbsp;& &unknown; &#0;&#xd800;"), "a&b \u{a0}& &unknown; \0&#xd800;");
    }

    #[test]
    fn html_closes_what_is_left_open() {
        let html = "<HTML><meta charset=utf-8><P id=1>党<br>史<p>档</P></div></span>案</HTML>";
        assert_eq!(tokens(html, true), ("<HTML<meta><P1党<br>史<p档>案>>".to_owned(), None));
        assert!(tokens("<div>党", true).1.is_some_and(|why| why.contains("<div>")));
    }

    #[test]
    fn xml_that_breaks_off_is_damage() {
        assert!(tokens("<a><b>党</a>", false).1.is_some_and(|why| why.contains("<b> ends as </a>")));
        assert!(tokens("<a><b>党", false).1.is_some_and(|why| why.contains("inside <b>")));
        assert!(tokens("<a id='1", false).1.is_some());
        assert!(tokens(&"<a>".repeat(1000), false).1.is_some_and(|why| why.contains("deep")));
    }
}
