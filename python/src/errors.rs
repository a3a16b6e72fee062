//! Errors of the library → exceptions. `_errors.py` has the classes: each is of the package's family, has a code, and is an
//! `OSError` or `ValueError` too where the system refused a file or an option is wrong.

use std::io;
use std::path::Path;

use jianbao::dataset::{DatasetError, MergeError};
use jianbao::overrides::OverrideError;
use jianbao::pipeline::intake::IntakeError;
use jianbao::pipeline::{RunError, WorkersError};
use jianbao::rules::RuleError;
use pyo3::call::PyCallArgs;
use pyo3::prelude::*;

/// What the function `name` of `_errors.py` makes of `args`.
fn made<A>(name: &str, args: impl FnOnce() -> A) -> PyErr
where
    A: for<'py> PyCallArgs<'py>,
{
    Python::attach(|py| match py.import("jianbao._errors").and_then(|it| it.getattr(name)?.call1(args())) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    })
}

/// An exception with a code.
pub(crate) fn coded(code: &str, message: impl ToString) -> PyErr {
    made("coded", || (code, message.to_string()))
}

/// An exception about what cannot be.
pub(crate) fn internal(what: impl ToString) -> PyErr {
    coded("internal-error", what)
}

/// An exception about an option, which is a `ValueError`.
pub(crate) fn option(message: impl ToString) -> PyErr {
    made("option", || (message.to_string(),))
}

/// `FileNotFoundError`, `PermissionError` …: whatever Python makes of the number that the system gave.
fn refused(code: &str, (path, error): (&Path, &io::Error), message: impl ToString) -> PyErr {
    made("refused", || (code, error.raw_os_error(), message.to_string(), path.to_string_lossy().into_owned()))
}

/// What the library says went wrong, as an exception.
pub(crate) trait Raise {
    fn raise(&self) -> PyErr;
}

/// An error with a stable word for it, and perhaps a file that the system refused.
macro_rules! raise {
    ($($error:ty),*) => {$(
        impl Raise for $error {
            fn raise(&self) -> PyErr {
                match self.refused() {
                    Some(what) => refused(self.code(), what, self),
                    None => coded(self.code(), self),
                }
            }
        }
    )*};
}

raise!(DatasetError, MergeError, RuleError, OverrideError);

impl Raise for RunError {
    fn raise(&self) -> PyErr {
        match self {
            Self::Dataset(error) => error.raise(),
            _ => coded(self.code(), self),
        }
    }
}

impl Raise for WorkersError {
    fn raise(&self) -> PyErr {
        coded(self.code(), self)
    }
}

impl Raise for IntakeError {
    fn raise(&self) -> PyErr {
        match self {
            Self::Input { path, error } => refused("no-input", (path, error), self),
            Self::OutputIsInput { .. } => coded("output-is-input", self),
        }
    }
}

/// A result of the library as one of Python.
pub(crate) trait OrRaise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T, E: Raise> OrRaise<T> for Result<T, E> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| error.raise())
    }
}
