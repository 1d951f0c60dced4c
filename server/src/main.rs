//! The binary `gatehouse`: parses the command line and says in one line why something could not be done.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use server::cli::Cli;

/// One piece of 19 MiB serves one hash after the other; the system's allocator keeps such a piece for each thread that ever
/// made one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::run(Cli::parse())
}
