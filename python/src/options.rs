//! Keyword arguments, as the Python side has put them together → the library's options. Words are those of the command line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use jianbao::dataset::{Formats, Shard};
use jianbao::overrides::Overrides;
use jianbao::pipeline::intake::{GroupWhen, Input};
use jianbao::pipeline::{Extractor, Limit, Limits, Ocr, OcrWhen, Options, WorkerProgram, cores, models_folder};
use jianbao::rules::RuleSet;
use pyo3::prelude::*;

use crate::errors::{OrRaise, option};

/// The most documents that are worked on at a time.
const MOST_JOBS: usize = 1024;

/// How documents are read.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Reading {
    rules: Option<PathBuf>,
    overrides: Option<PathBuf>,
    ocr: String,
    models: Option<PathBuf>,
    limits: BTreeMap<String, String>,
    jobs: Option<i64>,
    /// A program and what it is told, to be started as a worker.
    workers: Option<Vec<OsString>>,
}

/// What a run does.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Run {
    inputs: Vec<PathBuf>,
    out: PathBuf,
    group: String,
    shard: Option<String>,
    formats: Vec<String>,
    fresh: bool,
    retry: bool,
}

impl Reading {
    pub(crate) fn rules(&self) -> PyResult<Arc<RuleSet>> {
        let rules = RuleSet::find(self.rules.as_deref()).or_raise()?;
        let overrides = Overrides::find(self.overrides.as_deref(), self.rules.as_deref()).or_raise()?;
        Ok(Arc::new(rules.with_overrides(overrides)))
    }

    pub(crate) fn extractor(&self) -> PyResult<Arc<Extractor>> {
        let words = [OcrWhen::Auto, OcrWhen::Always, OcrWhen::Never].map(|when| (when.as_str(), when));
        let when = one_of("ocr", &self.ocr, &words)?;
        let mut limits = Limits::default();
        for (name, value) in &self.limits {
            let (limit, value) = Limit::parse(&format!("{name}={value}")).map_err(option)?;
            limit.set(&mut limits, value);
        }
        Ok(Arc::new(Extractor { ocr: Ocr::new(when, &models_folder(self.models.as_deref())), limits }))
    }

    pub(crate) fn jobs(&self) -> PyResult<usize> {
        let Some(jobs) = self.jobs else { return Ok(cores()) };
        let jobs = usize::try_from(jobs).ok().filter(|jobs| (1..=MOST_JOBS).contains(jobs));
        jobs.ok_or_else(|| option(format!("jobs must be from 1 to {MOST_JOBS}")))
    }

    pub(crate) fn workers(&self) -> Option<WorkerProgram> {
        program(self.workers.as_deref()?)
    }
}

impl Run {
    pub(crate) fn inputs(&self) -> Vec<Input> {
        self.inputs.iter().cloned().map(Input::Named).collect()
    }

    pub(crate) fn options(&self, reading: &Reading) -> PyResult<Options> {
        let shard = self.shard.as_deref().map(str::parse::<Shard>).transpose();
        let mut formats = Formats { parquet: false, jsonl: false };
        for word in &self.formats {
            let (parquet, jsonl) = one_of("format", word, &[("parquet", (true, false)), ("jsonl", (false, true))])?;
            formats.parquet |= parquet;
            formats.jsonl |= jsonl;
        }
        Ok(Options {
            out: self.out.clone(),
            formats,
            group: group_of(&self.group)?,
            jobs: reading.jobs()?,
            shard: shard.map_err(option)?,
            workers: reading.workers(),
            fresh: self.fresh,
            retry: self.retry,
            faults: Vec::new(),
        })
    }
}

/// A command line as a program to be started.
pub(crate) fn program(words: &[OsString]) -> Option<WorkerProgram> {
    let (path, args) = words.split_first()?;
    Some(WorkerProgram { path: path.into(), args: args.to_vec() })
}

pub(crate) fn group_of(word: &str) -> PyResult<GroupWhen> {
    one_of("group", word, &[GroupWhen::Auto, GroupWhen::Always, GroupWhen::Never].map(|when| (when.as_str(), when)))
}

fn one_of<T: Copy>(name: &str, word: &str, words: &[(&str, T)]) -> PyResult<T> {
    words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
        option(format!("{name} must be one of {}, not {word:?}", known.join(", ")))
    })
}
