//! The dataset as its readers meet it: files written from documents made by hand, read back and compared with values
//! written by hand.

mod contract;
mod files;
mod samples;
mod values;
