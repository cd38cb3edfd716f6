//! The binary `tidegate`: argv, terminal, exit codes. The only place that writes to stdout.

mod args;
mod commands;
mod interrupt;
mod progress;
mod shell;
mod summary_text;
mod table;
mod terminal;
mod width;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;
use terminal::Terminal;
use tidegate::Error;
use tidegate_data::FetchError;

fn main() -> ExitCode {
    let cli = Cli::parse();
    interrupt::listen();
    let terminal = Terminal::new(cli.json, cli.quiet, cli.verbose);
    let result = match cli.command {
        Command::Demo(args) => commands::run::demo(args, &terminal),
        Command::Init(args) => commands::init::init(&args, &terminal),
        Command::Run(args) => commands::run::run(args, &terminal),
        Command::Fetch(command) => commands::fetch::fetch(&command, &terminal),
        Command::Data(command) => commands::data::data(&command, &terminal),
        Command::Describe(args) => commands::describe::describe(&args, &terminal),
        Command::Tune(args) => commands::tune::tune(args, &terminal),
        Command::Backtest(args) => commands::backtest::backtest(&args, &terminal),
        Command::Predict(args) => commands::predict::predict(&args, &terminal),
        Command::Report(args) => commands::report::report(&args, &terminal),
        Command::Config(args) => commands::config::config(&args, &terminal),
        Command::Sample(args) => commands::sample::sample(&args, &terminal),
        Command::Import(args) => commands::import::import(&args, &terminal),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Interrupted) => {
            terminal.error("interrupted: nothing was written");
            ExitCode::from(130)
        }
        Err(error @ (Error::Stopped(_) | Error::Fetch(FetchError::Interrupted))) => {
            terminal.error(&error.to_string());
            ExitCode::from(130)
        }
        Err(error) if error.is_mistake_in_input() => {
            terminal.error(&error.to_string());
            ExitCode::from(2)
        }
        Err(error) => {
            terminal.error(&error.to_string());
            ExitCode::from(1)
        }
    }
}
