//! 简报 (jianbao): Chinese bulletins, newsletters and newspaper pages into datasets people can trust.

pub mod model;
pub mod rules;

pub mod read;

pub mod dataset;

pub mod pipeline;

pub mod cli;
