//! `tidegate predict`.

mod text;

use crate::args::{BadRowName, PredictArgs};
use crate::commands::with_flag_for_bad_rows;
use crate::interrupt;
use crate::terminal::Terminal;
use std::time::{SystemTime, UNIX_EPOCH};
use tidegate::predict::{Newer, PredictOptions, PredictorOptions, predict as predict_next_day};
use tidegate::{Error, InputError};
use tidegate_data::OnBadRow;

/// Forecasts, signal, account and orders of the next trading day; writes nothing.
pub fn predict(args: &PredictArgs, terminal: &Terminal) -> Result<(), Error> {
    interrupt::end_at_once();
    let newer = match (&args.bars, &args.store.store) {
        (Some(path), None) => Newer::File {
            path: path.clone(),
            on_bad_row: match args.on_bad_row {
                BadRowName::Refuse => OnBadRow::Refuse,
                BadRowName::Drop => OnBadRow::Drop,
            },
        },
        (None, Some(store)) => Newer::Store(store.clone()),
        (None, None) => Newer::AsTheRun,
        (Some(_), Some(_)) => {
            return Err(InputError::new("--bars and --store", "each names the newest bars by itself")
                .help("leave one of them out")
                .into());
        }
    };
    let today = args
        .today
        .as_deref()
        .map(|text| text.parse().map_err(|error| InputError::new("--today", format!("{error}"))))
        .transpose()?;
    // A clock before 1970 is broken; every bar would be of its future.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let options = PredictOptions {
        predictor: PredictorOptions { newer, store: args.store.store.clone() },
        today,
        stale_after: args.stale_after,
        holding: args.holding,
        cash: args.cash,
        ..PredictOptions::at(now)
    };
    let given = args.bars.is_some();
    let prediction = predict_next_day(&args.run_dir, &options);
    let prediction = prediction.map_err(|error| if given { with_flag_for_bad_rows(error) } else { error })?;
    terminal.print(&text::of(&prediction))?;
    terminal.print_json(&serde_json::to_value(&prediction).map_err(|e| Error::Run(e.to_string()))?)
}
