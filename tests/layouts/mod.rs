//! Bulletins made up from a seed, and their print in any layout, with the truth about every line.
//!
//! [`phrases`] writes the text, [`wrap`] sets a paragraph in cells as a typesetter does, [`print`] lays a whole issue
//! out. Shared by the property tests, the score and the bench; each uses its part.
#![allow(dead_code, reason = "each of the programs that share this module uses its part")]

pub(crate) mod phrases;
pub(crate) mod print;
pub(crate) mod random;
pub(crate) mod wrap;

pub(crate) use phrases::{Lengths, bulletin};
#[allow(unused_imports, reason = "likewise")]
pub(crate) use print::{Indent, Layout, Pages, Piece, Print, print};
pub(crate) use random::Random;
pub(crate) use wrap::Blanks;
