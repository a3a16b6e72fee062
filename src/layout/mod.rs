//! Pages as read → [`TextLine`](crate::model::TextLine)s in reading order, page furniture marked, the grid measured.
//!
//! [`fold`] says which characters a line prints, and how wide they stand; [`lines`] reads the marks of Markdown off them;
//! [`furniture`] finds folios and running heads; [`Grid`] says how many characters a full line holds.

pub mod fold;
mod furniture;
mod grid;
mod lines;
pub mod page;
mod radicals;

pub use furniture::mark_furniture;
pub use grid::{GAP, Grid, LARGER};
pub use lines::text_lines;
