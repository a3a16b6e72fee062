//! Words and values of override files: what they may be, and how they are written.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Code, ContributorKind, DatePrecision, ItemKind, JoinKind, Role};

/// A value that has a word of its own in the dataset.
pub trait Word: Copy + 'static {
    /// What it is called in errors.
    const NOUN: &'static str;
    /// All of them.
    fn all() -> &'static [Self];
    /// Its word.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($type:ty: $noun:literal, $all:expr;)*) => {
        $(impl Word for $type {
            const NOUN: &'static str = $noun;

            fn all() -> &'static [Self] {
                &$all
            }

            fn word(self) -> &'static str {
                self.as_str()
            }
        })*
    };
}

words! {
    Role: "role", Role::KNOWN;
    JoinKind: "way to go on", JoinKind::ALL;
    ItemKind: "kind", ItemKind::ALL;
    ContributorKind: "kind of contributor", ContributorKind::ALL;
    Code: "code", Code::ALL;
}

/// Whether an item starts with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// It does.
    Starts,
    /// The item above goes on.
    Continues,
}

impl Word for Start {
    const NOUN: &'static str = "word for items";

    fn all() -> &'static [Self] {
        &[Self::Starts, Self::Continues]
    }

    fn word(self) -> &'static str {
        match self {
            Self::Starts => "starts",
            Self::Continues => "continues",
        }
    }
}

/// An error names no more words than this.
const MOST_NAMED: usize = 20;

/// A value as it is written: by its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written<W>(pub W);

impl<W: Word> Written<W> {
    /// The value of a word.
    ///
    /// # Errors
    /// If it is none, a sentence that names all.
    pub fn parse(word: &str) -> Result<Self, String> {
        let found = W::all().iter().copied().find(|it| it.word() == word);
        found.map(Self).ok_or_else(|| {
            let all: Vec<&str> = W::all().iter().map(|it| it.word()).collect();
            let expected = if all.len() > MOST_NAMED { "one that the dataset has".to_owned() } else { all.join(", ") };
            format!("`{word}` is no {}; expected {expected}", W::NOUN)
        })
    }
}

impl<W: Word> Serialize for Written<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<'de, W: Word> Deserialize<'de> for Written<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A value or, written as an empty text, none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maybe<T>(pub Option<T>);

/// A whole number, a day, or a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Number(i32),
    Day(toml::value::Datetime),
    Text(String),
}

impl Serialize for Maybe<i32> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(number) => serializer.serialize_i32(number),
            None => serializer.serialize_str(""),
        }
    }
}

impl<'de> Deserialize<'de> for Maybe<i32> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Scalar::deserialize(deserializer)? {
            Scalar::Number(number) => Ok(Self(Some(number))),
            Scalar::Text(text) if text.is_empty() => Ok(Self(None)),
            _ => Err(serde::de::Error::custom("expected a whole number, or an empty text for none")),
        }
    }
}

/// A day, a month or a year, as it is written: `2022-01-24`, `2022-01`, `2022`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartialDate {
    /// Its first day.
    pub first: Date,
    /// How exact it is.
    pub precision: DatePrecision,
}

impl PartialDate {
    /// The date a text says.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next().filter(|it| it.len() == 4)?.parse().ok()?;
        let part = |text: &str| if text.len() == 2 { text.parse::<i8>().ok() } else { None };
        let month = parts.next().map(part);
        let day = parts.next().map(part);
        let (month, day, precision) = match (month, day, parts.next()) {
            (None, None, None) => (1, 1, DatePrecision::Year),
            (Some(month), None, None) => (month?, 1, DatePrecision::Month),
            (Some(month), Some(day), None) => (month?, day?, DatePrecision::Day),
            _ => return None,
        };
        Some(Self { first: Date::new(year, month, day).ok()?, precision })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first;
        match self.precision {
            DatePrecision::Day => write!(f, "{first}"),
            DatePrecision::Month => write!(f, "{:04}-{:02}", first.year(), first.month()),
            DatePrecision::Year => write!(f, "{:04}", first.year()),
        }
    }
}

impl Serialize for Maybe<PartialDate> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(date) => serializer.collect_str(&date),
            None => serializer.serialize_str(""),
        }
    }
}

impl<'de> Deserialize<'de> for Maybe<PartialDate> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Scalar::deserialize(deserializer)? {
            Scalar::Number(year) => year.to_string(),
            Scalar::Day(day) => day.to_string(),
            Scalar::Text(text) if text.is_empty() => return Ok(Self(None)),
            Scalar::Text(text) => text,
        };
        PartialDate::parse(&text).map(|date| Self(Some(date))).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is no date; expected 2022-01-24, 2022-01 or 2022, or an empty text for none"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_say_how_exact_they_are() {
        let parsed = |text| PartialDate::parse(text).map(|it| (it.first, it.precision, it.to_string()));
        let expected = |text: &str, first, precision| Some((first, precision, text.to_owned()));
        assert_eq!(parsed("2022-01-24"), expected("2022-01-24", date(2022, 1, 24), DatePrecision::Day));
        assert_eq!(parsed("2022-02"), expected("2022-02", date(2022, 2, 1), DatePrecision::Month));
        assert_eq!(parsed("2022"), expected("2022", date(2022, 1, 1), DatePrecision::Year));
        for text in ["", "22", "2022-13", "2022-02-30", "2022-1-2", "2022-01-02-03", "二〇二二"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
