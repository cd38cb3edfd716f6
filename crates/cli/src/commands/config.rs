//! `tidegate config`.

use crate::args::ConfigArgs;
use crate::terminal::Terminal;
use tidegate::run::resolved;
use tidegate::{Error, Plan, experiment};

/// Prints the resolved experiment, every default spelled out.
pub fn config(args: &ConfigArgs, terminal: &Terminal) -> Result<(), Error> {
    let plan = Plan::check(experiment::load(args.experiment.as_deref(), &args.set.parse()?)?)?;
    let text = resolved(&plan.experiment, None)?;
    let market = &plan.experiment.market;
    let open = [
        ("rules", market.rules.is_none(), "told from the symbol"),
        ("commission", market.commission.is_none(), "the rule book's"),
        ("min_commission", market.min_commission.is_none(), "the rule book's"),
        ("stamp_duty", market.stamp_duty.is_none(), "by date from the rule book"),
        ("allow_fraction", market.allow_fraction.is_none(), "the rule book's"),
    ];
    let left: String = open
        .iter()
        .filter(|(_, open, _)| *open)
        .map(|(key, _, meaning)| format!("# market.{key}: left out, {meaning}\n"))
        .collect();
    terminal.print(&format!("{text}\n{left}"))?;
    terminal.print_json(&serde_json::to_value(&plan.experiment).map_err(|e| Error::Run(e.to_string()))?)
}
