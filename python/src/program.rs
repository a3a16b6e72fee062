//! The command line and the worker, as functions.

use std::ffi::OsString;
use std::io::{self, Write};

use jianbao::{cli, pipeline};
use pyo3::prelude::*;

use crate::options::program;

/// Does what the command line `words` asks for, the first of which is the program's name, and gives the exit code. Workers
/// are started with the command line `worker`. Help and wrong words end the process.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, words: Vec<OsString>, worker: Vec<OsString>) -> u8 {
    py.detach(|| {
        let args = cli::Args::parse_or_exit(words);
        let code = cli::run(&args, program(&worker)).unwrap_or_else(|error| cli::report(&error));
        // Nobody else does it at the end of this process. If it cannot be printed, nobody is left to tell.
        let _ = io::stdout().flush();
        code
    })
}

/// Works as a worker until standard input ends, and gives the exit code.
#[pyfunction]
pub(crate) fn serve(py: Python<'_>) -> u8 {
    py.detach(pipeline::serve)
}
