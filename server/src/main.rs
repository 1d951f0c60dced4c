//! The binary `gatehouse`: parses the command line and says in one line why something could not be done.

use std::process::ExitCode;

use clap::Parser;
use server::cli::Cli;

fn main() -> ExitCode {
    server::cli::run(Cli::parse())
}
