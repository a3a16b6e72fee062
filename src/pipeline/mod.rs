//! One document through all stages, and many documents through that.

mod process;

pub use process::process;
