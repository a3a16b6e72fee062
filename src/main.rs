//! The `jianbao` program: parse, run, say what went wrong, exit.

use std::process::ExitCode;

use jianbao::cli;

/// Much of the work on a document is small pieces of memory, which the system's own allocator takes longer over. Without
/// huge pages, since the many small buffers of the writers would take one each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(&cli::Args::parse_or_exit()).unwrap_or_else(|error| cli::report(&error))
}
