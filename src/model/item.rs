//! An item: one news story, brief or article, with its fields and where they were read.

use jiff::civil::Date;

use super::Origin;

/// One item of a document. Its lines do not overlap with another's.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// 1-based position in the document.
    pub ordinal: u32,
    /// Section (栏目) without brackets.
    pub section: Option<String>,
    /// What kind of item.
    pub kind: ItemKind,
    /// Printed headline, its lines joined by one space; `None` for briefs.
    pub headline: Option<String>,
    /// 引题 or 副题 printed with the headline.
    pub kicker: Option<String>,
    /// Paragraphs joined by `\n`.
    pub body: String,
    /// When the reported event took place.
    pub date: Option<EventDate>,
    /// Who contributed it.
    pub contribution: Option<Contribution>,
    /// The one county-level division the item is about.
    pub district: Option<District>,
    /// Every county-level name found, official form, first mention first.
    pub districts: Vec<String>,
    /// 1-based first and last page; `None` for sources without pages.
    pub pages: Option<(u32, u32)>,
    /// 1-based first and last line.
    pub lines: (u32, u32),
    /// Whether the headline is in the contents list; `None` where the issue prints none.
    pub in_toc: Option<bool>,
    /// Where the characters came from.
    pub text_source: TextSource,
    /// Mean confidence of recognised characters, 0..=1.
    pub ocr_confidence: Option<f32>,
    /// Codes of the diagnostics that touch this item, sorted, without repeats.
    pub flags: Vec<&'static str>,
}

/// What kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Headline, body and contributor, as in a bulletin.
    News,
    /// A paragraph without a headline.
    Brief,
    /// A feature or newspaper piece.
    Article,
}

impl ItemKind {
    /// All of them.
    pub const ALL: [ItemKind; 3] = [Self::News, Self::Brief, Self::Article];

    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Brief => "brief",
            Self::Article => "article",
        }
    }
}

/// Where the characters of an item came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSource {
    /// A text file.
    Text,
    /// The text layer of a PDF file.
    Embedded,
    /// Recognised from a picture, by whomever.
    Ocr,
    /// Some of it embedded, some recognised.
    Mixed,
}

impl TextSource {
    /// Where a text comes from whose lines have these origins.
    pub fn of(origins: impl IntoIterator<Item = Origin>) -> Self {
        let (mut embedded, mut recognized) = (false, false);
        for origin in origins {
            embedded |= origin == Origin::Embedded;
            recognized |= origin == Origin::Recognized;
        }
        match (embedded, recognized) {
            (false, false) => Self::Text,
            (true, false) => Self::Embedded,
            (false, true) => Self::Ocr,
            (true, true) => Self::Mixed,
        }
    }

    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Embedded => "embedded",
            Self::Ocr => "ocr",
            Self::Mixed => "mixed",
        }
    }
}

/// When the reported event took place, as printed and as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDate {
    /// First day; a month is stored as its first day, a year as 1 January.
    pub start: Date,
    /// Last day of a range.
    pub end: Option<Date>,
    /// The printed words; `None` where a person has decided the date and no words were found.
    pub text: Option<String>,
    /// How exact the print is.
    pub precision: DatePrecision,
    /// Where the year came from.
    pub basis: DateBasis,
}

/// How exact a printed date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePrecision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
}

impl DatePrecision {
    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Where the year of a date came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBasis {
    /// The year is printed with the date.
    Printed,
    /// The year was taken from the issue date or an earlier date in the item.
    Inferred,
    /// A person has decided the date.
    Override,
}

impl DateBasis {
    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Inferred => "inferred",
            Self::Override => "override",
        }
    }
}

/// Who contributed an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Names in printed order, without 供稿, brackets, 记者 and the like.
    pub names: Vec<String>,
    /// Which kind of line they were read from.
    pub kind: ContributorKind,
    /// The line as printed.
    pub text: String,
}

/// Which kind of line names the contributor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContributorKind {
    /// 供稿.
    Contributed,
    /// A name under the headline, or 记者, 作者, 通讯员.
    Byline,
    /// 来源, 摘自, 原文选自.
    Source,
}

impl ContributorKind {
    /// All of them.
    pub const ALL: [ContributorKind; 3] = [Self::Contributed, Self::Byline, Self::Source];

    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contributed => "contributed",
            Self::Byline => "byline",
            Self::Source => "source",
        }
    }
}

/// The county-level division an item is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Official name valid on the issue date.
    pub name: String,
    /// GB/T 2260 code, 6 digits; `None` where none is known yet.
    pub code: Option<String>,
    /// Which evidence decided.
    pub basis: DistrictBasis,
}

/// Which evidence decided the district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistrictBasis {
    /// The contributing organisation.
    Contributor,
    /// The headline.
    Headline,
    /// A place word in the first paragraph.
    Place,
    /// Most mentions in the body.
    Body,
    /// A person has decided it.
    Override,
}

impl DistrictBasis {
    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contributor => "contributor",
            Self::Headline => "headline",
            Self::Place => "place",
            Self::Body => "body",
            Self::Override => "override",
        }
    }
}
