//! `tidegate run` and `tidegate demo`.

use crate::args::{DemoArgs, OutArgs, RunArgs, SetArgs, StoreArgs};
use crate::progress::Progress;
use crate::summary_text;
use crate::terminal::Terminal;
use std::path::Path;
use tidegate::experiment;
use tidegate::run::{RunOptions, experiment_name, run as run_experiment};
use tidegate::run_dir::Out;
use tidegate::{Error, Plan};

/// The whole job on an experiment file.
pub fn run(args: RunArgs, terminal: &Terminal) -> Result<(), Error> {
    let name = experiment_name(&args.experiment);
    whole_job(Some(&args.experiment), &name, &args.set, &args.store, &args.out, terminal)
}

/// The whole job on the sample market.
pub fn demo(args: DemoArgs, terminal: &Terminal) -> Result<(), Error> {
    whole_job(None, "demo", &args.set, &StoreArgs::default(), &args.out, terminal)
}

/// Where a run goes and how, from the flags.
pub fn options(out: &OutArgs, name: &str) -> RunOptions {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    RunOptions {
        out: match &out.out {
            Some(path) => Out::Given { path: path.clone(), force: out.force },
            None => Out::Numbered { name: name.to_owned() },
        },
        jobs: out.jobs.map_or_else(cores, std::num::NonZeroUsize::get),
    }
}

fn whole_job(
    file: Option<&Path>,
    name: &str,
    set: &SetArgs,
    store: &StoreArgs,
    out: &OutArgs,
    terminal: &Terminal,
) -> Result<(), Error> {
    let mut plan = Plan::check(experiment::load(file, &set.parse()?)?)?;
    plan.store = store.store.clone();
    let progress = Progress::new(*terminal);
    let finished = run_experiment(plan, &options(out, name), &progress);
    progress.clear();
    let finished = finished?;
    terminal.print(&summary_text::of(&finished.summary))?;
    terminal.print(&format!("\nReport: {}", finished.out.join("report.html").display()))?;
    let document = serde_json::to_value(&finished.summary).map_err(|e| Error::Run(e.to_string()))?;
    terminal.print_json(&document)
}
