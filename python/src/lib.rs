//! The extension module `jianbao._jianbao`: what Python asks for is converted, the library is called, and what it gives is
//! converted back. What users see is in `python/jianbao/`.

mod dataset;
mod diff;
mod errors;
mod ingest;
mod options;
mod process;
mod program;
mod table;
mod units;
mod watched;

use pyo3::prelude::*;

/// As in the program; see `src/main.rs`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule]
mod _jianbao {
    #[pymodule_export]
    use super::dataset::open;
    #[pymodule_export]
    use super::diff::{Changes, diff};
    #[pymodule_export]
    use super::ingest::ingest;
    #[pymodule_export]
    use super::process::{Rows, process, read};
    #[pymodule_export]
    use super::program::{main, serve};
    #[pymodule_export]
    use super::table::{Batch, Table};
    #[pymodule_export]
    use super::units::{Reader, find, left_out, merge};
}
