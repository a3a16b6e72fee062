//! A printed line: what was read, what it says, and what it turned out to be.

use serde::{Deserialize, Serialize};

use super::{Join, JoinKind, Rect};

/// One printed line in reading order. Furniture is marked, never removed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextLine {
    /// 1-based number in the document.
    pub number: u32,
    /// 1-based page; `None` where the source has no pages.
    pub page: Option<u32>,
    /// The characters as read, untouched.
    pub raw: String,
    /// The printed characters: marks removed, radicals folded, blanks put right (see the output contract).
    pub text: String,
    /// Blank before the first character, in ems.
    pub indent_em: f32,
    /// Printed width of `text`, in ems: a Han character is 1, a letter or digit ½.
    pub width_em: f32,
    /// Lines of white space before this one.
    pub blank_before: u32,
    /// The first line of a page, as far as the source tells: after a form feed, or after the stray space that some
    /// text layers print there.
    pub page_start: bool,
    /// What the markup of the source says about the line.
    pub mark: Mark,
    /// The source asks for a line end here (two closing spaces in Markdown).
    pub hard_break: bool,
    /// Where the line stands; `None` for text sources.
    pub bbox: Option<Rect>,
    /// Type size in points; `None` for text sources.
    pub size_pt: Option<f32>,
    /// How it stands in its column; `None` for text sources.
    pub placement: Option<Placement>,
    /// Where its characters come from.
    pub origin: Origin,
    /// Pages that could not be read stand between it and the line before.
    pub after_gap: bool,
    /// Mean recognition confidence, 0..=1; `None` for text that was not recognised.
    pub confidence: Option<f32>,
    /// What the line is.
    pub role: Role,
    /// 1-based ordinal of the item the line belongs to.
    pub item: Option<u32>,
    /// 1-based paragraph in the item.
    pub paragraph: Option<u32>,
    /// How the text goes on after this line; `None` where nothing of the same piece follows.
    pub join: Option<Join>,
    /// What a person has decided about the line.
    pub decided: Decided,
}

/// What a person has decided about a line. Every stage keeps to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// What the line is.
    pub role: Option<Role>,
    /// How the text goes on after it.
    pub join: Option<JoinKind>,
    /// Whether an item starts with it.
    pub starts_item: Option<bool>,
}

/// Where the characters of a line come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// Decoded from the bytes of a text file.
    #[default]
    Decoded,
    /// From the text layer of a PDF file.
    Embedded,
    /// Recognised from a picture.
    Recognized,
}

/// How a line stands in its column. Ems are those of the line's own type size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// 1-based column, in the reading order of the document: lines of one number stand under each other.
    pub column: u32,
    /// Width of the column, ems.
    pub column_em: f32,
    /// Room the line leaves free behind its last character, ems; below 0 where a mark hangs over the edge.
    pub room_em: f32,
    /// Distance to the line above in the column, in usual distances of the column's lines; 0 for the first line.
    pub leading: f32,
    /// Type size over that of the document's running text.
    pub scale: f32,
    /// Bold, or set in another face than the document's running text.
    pub stands_out: bool,
    /// As far from the left edge of its column as from the right, and from both.
    pub centred: bool,
    /// Set from top to bottom.
    pub vertical: bool,
    /// A row of a table.
    pub in_table: bool,
    /// What part of a story it is, where the page shows its stories.
    pub part: Part,
}

impl Placement {
    /// Whether `other` is in type of the same size, as far as print and recognition are even.
    pub fn is_as_large(&self, other: &Self) -> bool {
        (other.scale / self.scale - 1.0).abs() < 0.05
    }
}

/// A part of a story, as a page of several stories shows it by where and how large it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Part {
    /// The page does not show it.
    #[default]
    Unknown,
    /// The headline that a story begins with, and what stands with it: kickers, a byline.
    Head,
    /// A heading inside a story.
    Subhead,
    /// Running text.
    Text,
    /// Words at a picture.
    Caption,
}

/// What the markup of a source says about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// A Markdown heading of this level, 1..=6.
    Heading(u8),
    /// A Markdown list entry.
    Bullet,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Role {
    /// Name, number, date and maker of the issue.
    Masthead,
    /// The issue's own contents list.
    Toc,
    /// The name of a section (栏目).
    Section,
    /// A printed headline.
    Headline,
    /// A line of its own above or below the headline (引题, 副题).
    Kicker,
    /// A heading inside an item.
    Subhead,
    /// Running text.
    Body,
    /// Who contributed the item.
    Contributor,
    /// Recipients, editors, telephone numbers, print run.
    Colophon,
    /// A folio.
    PageNumber,
    /// A line repeated at the head or foot of pages.
    RunningHead,
    /// The words under a picture.
    Caption,
    /// On a page whose characters are not known: no stage makes anything of it. Written as `other`.
    Unread,
    /// Not yet known, or nothing of the above.
    #[default]
    Other,
}

impl Role {
    /// What a line can be said to be: all but nothing.
    pub const KNOWN: [Role; 12] = [
        Self::Masthead,
        Self::Toc,
        Self::Section,
        Self::Headline,
        Self::Kicker,
        Self::Subhead,
        Self::Body,
        Self::Contributor,
        Self::Colophon,
        Self::PageNumber,
        Self::RunningHead,
        Self::Caption,
    ];

    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Masthead => "masthead",
            Self::Toc => "toc",
            Self::Section => "section",
            Self::Headline => "headline",
            Self::Kicker => "kicker",
            Self::Subhead => "subhead",
            Self::Body => "body",
            Self::Contributor => "contributor",
            Self::Colophon => "colophon",
            Self::PageNumber => "page_number",
            Self::RunningHead => "running_head",
            Self::Caption => "caption",
            Self::Other | Self::Unread => "other",
        }
    }

    /// Whether the line is furniture of the page: it may stand in the middle of a sentence and says nothing about it.
    pub fn is_furniture(self) -> bool {
        matches!(self, Self::PageNumber | Self::RunningHead | Self::Colophon)
    }
}
