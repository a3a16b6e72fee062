//! Bytes → [`Page`](crate::model::Page)s: what stands in a source, character for character.

pub mod pdf;
pub mod picture;
pub mod recognised;
pub mod scan;
pub mod text;
