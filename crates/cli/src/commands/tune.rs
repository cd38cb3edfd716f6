//! `tidegate tune`.

mod progress;
mod text;

use crate::args::RunArgs;
use crate::commands::run::options;
use crate::shell::shell_word;
use crate::terminal::Terminal;
use progress::SearchProgress;
use tidegate::run::experiment_name;
use tidegate::tune::{Search, tune as search_settings};
use tidegate::{Error, experiment};

/// Searches the settings of an experiment file.
pub fn tune(args: RunArgs, terminal: &Terminal) -> Result<(), Error> {
    let mut search = Search::check(experiment::load(Some(&args.experiment), &args.set.parse()?)?)?;
    search.base.store = args.store.store.clone();
    let name = format!("{}-tune", experiment_name(&args.experiment));
    let progress = SearchProgress::new(*terminal);
    let tuned = search_settings(&search, &options(&args.out, &name), &progress);
    progress.clear();
    let tuned = tuned?;
    terminal.print(&text::of(&tuned.summary))?;
    terminal.print(&format!(
        "\nPage: {}\nWhat the best settings are worth on unseen days: tidegate run {}",
        tuned.out.join("tune.html").display(),
        shell_word(&tuned.out.join("best.toml").display().to_string())
    ))?;
    terminal.print_json(&serde_json::to_value(&tuned.summary).map_err(|e| Error::Run(e.to_string()))?)
}
