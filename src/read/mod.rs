//! Bytes → [`Page`](crate::model::Page)s: what stands in a source, character for character.

mod caught;
pub mod pdf;
pub mod picture;
pub mod recognised;
pub mod scan;
pub mod text;

pub(crate) use caught::catch;
