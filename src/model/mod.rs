//! The values that pass between stages. Each points back to the stage before by line number, never by copied position.
//!
//! In data order: [`Source`] → [`Page`], or [`Picture`] → [`GlyphPage`] → [`TextLine`] → [`Paragraph`] → [`Item`], gathered in one [`Document`];
//! [`Diagnostic`] is a remark about a place in any of them.

mod diagnostic;
mod document;
mod geometry;
mod glyph;
mod item;
mod line;
mod page;
mod paragraph;
mod picture;
mod source;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use document::{CharTally, Document, Failure, Masthead, Status, TocEntry};
pub use geometry::Rect;
pub use glyph::{Confidence, Face, Glyph, GlyphPage, PageClass};
pub use item::{
    Contribution, ContributorKind, DateBasis, DatePrecision, District, DistrictBasis, EventDate, Item, ItemKind,
    TextSource,
};
pub use line::{Decided, Mark, Origin, Part, Placement, Role, TextLine};
pub use page::{Page, ReadLine};
pub use paragraph::{Join, JoinKind, Paragraph};
pub use picture::Picture;
pub(crate) use source::hex;
pub use source::{Format, Source};
