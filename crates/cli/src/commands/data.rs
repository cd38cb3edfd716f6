//! `tidegate data`: one file per sub-command.

mod check;
mod export;
mod list;
mod show;

use crate::args::DataCommand;
use crate::terminal::Terminal;
use tidegate::Error;

/// What the store holds.
pub fn data(command: &DataCommand, terminal: &Terminal) -> Result<(), Error> {
    match command {
        DataCommand::List(args) => list::list(args, terminal),
        DataCommand::Show(args) => show::show(args, terminal),
        DataCommand::Check(args) => check::check(args, terminal),
        DataCommand::Export(args) => export::export(args, terminal),
    }
}
