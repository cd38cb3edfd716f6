//! `tidegate backtest`.

mod own_signals;

use crate::args::BacktestArgs;
use crate::interrupt;
use crate::summary_text::{curves_text, fill_words, judged_text, orders_text};
use crate::terminal::Terminal;
use std::path::Path;
use tidegate::rejudge::rejudge;
use tidegate::{Error, InputError};

/// Judges a run's signals again, or trades signals of the user's own.
pub fn backtest(args: &BacktestArgs, terminal: &Terminal) -> Result<(), Error> {
    interrupt::end_at_once();
    let Some(run_dir) = &args.run_dir else { return own_signals::backtest(args, terminal) };
    if let Some(flag) = args.flag_of_own_signals() {
        return Err(InputError::new(
            flag,
            format!("is for signals of your own, not for the run {}", run_dir.display()),
        )
        .help(
            "either `tidegate backtest RUN_DIR [--set market.KEY=VALUE]`, or \
                 `tidegate backtest --bars FILE --signals FILE` without a run directory",
        )
        .into());
    }
    again(run_dir, args, terminal)
}

/// Judges a run's signals again and prints the curves; writes nothing.
fn again(run_dir: &Path, args: &BacktestArgs, terminal: &Terminal) -> Result<(), Error> {
    let judged = rejudge(run_dir, &args.set.parse()?)?;
    terminal.print(&format!(
        "{}, signals of {}, rules {}, filled {}\n{}{}{}\n{}",
        judged.symbol,
        run_dir.display(),
        judged.rules,
        fill_words(judged.fill),
        curves_text(&judged.curves, &judged.curve_notes, &judged.notes),
        judged_text(&judged.curves, &judged.curve_notes, &judged.orders, Some(&judged.break_even)),
        orders_text(&judged.orders),
        if judged.same_as_run {
            "The same as the run's own figures."
        } else {
            "Differs from the run's own figures."
        }
    ))?;
    terminal.print_json(&serde_json::to_value(&judged).map_err(|e| Error::Run(e.to_string()))?)
}
