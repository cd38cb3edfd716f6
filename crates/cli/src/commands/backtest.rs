//! `tidegate backtest`.

use crate::args::BacktestArgs;
use crate::summary_text::curves_text;
use crate::terminal::Terminal;
use tidegate::Error;
use tidegate::rejudge::rejudge;

/// Judges a run's signals again and prints the curves; writes nothing.
pub fn backtest(args: &BacktestArgs, terminal: &Terminal) -> Result<(), Error> {
    let judged = rejudge(&args.run_dir, &args.set.parse()?)?;
    let orders = &judged.orders;
    terminal.print(&format!(
        "{}, signals of {}, rules {}\n{}\nOrders of executable, {} placed: {} filled, {} below one lot, {} replaced while waiting,\n{} open at the end; {} met a price limit on their way.\n{}",
        judged.symbol,
        args.run_dir.display(),
        judged.rules,
        curves_text(&judged.curves, &judged.notes),
        orders.placed,
        orders.filled,
        orders.nothing_to_trade,
        orders.replaced,
        orders.unfilled_at_end,
        orders.waited,
        if judged.same_as_run { "The same as the run's own figures." } else { "Differs from the run's own figures." }
    ))?;
    terminal.print_json(&serde_json::to_value(&judged).map_err(|e| Error::Run(e.to_string()))?)
}
