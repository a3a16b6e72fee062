//! Lines as read → printed lines.
//!
//! [`fold`] says which characters a line prints, and how wide they stand.

pub mod fold;
mod radicals;
