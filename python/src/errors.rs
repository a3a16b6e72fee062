//! Errors of the library → exceptions: built-in ones where the system refused a file or an argument is wrong, else
//! `JianbaoError` with a code.

use std::io;
use std::path::Path;

use jianbao::dataset::DatasetError;
use jianbao::overrides::OverrideError;
use jianbao::pipeline::RunError;
use jianbao::pipeline::intake::IntakeError;
use jianbao::rules::RuleError;
use pyo3::exceptions::{PyException, PyOSError};
use pyo3::prelude::*;
use pyo3::{create_exception, intern};

create_exception!(
    jianbao,
    JianbaoError,
    PyException,
    "What went wrong, in one sentence; `code` is a stable word for it."
);

/// An exception with a code.
pub(crate) fn coded(py: Python<'_>, code: &str, message: impl ToString) -> PyErr {
    let error = JianbaoError::new_err(message.to_string());
    match error.value(py).setattr(intern!(py, "code"), code) {
        Ok(()) => error,
        Err(error) => error,
    }
}

/// `FileNotFoundError`, `PermissionError` …: whatever Python makes of the number that the system gave.
fn refused(path: &Path, error: &io::Error, message: impl ToString) -> PyErr {
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, message.to_string(), path.to_owned())),
        None => PyOSError::new_err(message.to_string()),
    }
}

/// What the library says went wrong, as an exception.
pub(crate) trait Raise {
    fn raise(&self, py: Python<'_>) -> PyErr;
}

impl Raise for DatasetError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        match self.refused() {
            Some((path, error)) => refused(path, error, self),
            None => coded(py, self.code(), self),
        }
    }
}

impl Raise for RunError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Dataset(error) => error.raise(py),
            _ => coded(py, self.code(), self),
        }
    }
}

impl Raise for IntakeError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Input { path, error } => refused(path, error, self),
            Self::OutputIsInput { .. } => coded(py, "output-is-input", self),
        }
    }
}

impl Raise for RuleError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        coded(py, "rules", self)
    }
}

impl Raise for OverrideError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        coded(py, "overrides", self)
    }
}

/// A result of the library as one of Python.
pub(crate) trait OrRaise<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T, E: Raise> OrRaise<T> for Result<T, E> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| error.raise(py))
    }
}
