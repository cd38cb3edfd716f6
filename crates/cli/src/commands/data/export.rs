//! `tidegate data export`.

use crate::args::{AdjustName, ExportArgs, FormatName};
use crate::interrupt;
use crate::progress::{TimeLeft, style};
use crate::terminal::Terminal;
use indicatif::ProgressBar;
use tidegate::{Error, InputError};
use tidegate_data::{Adjustment, ExportError, ExportFormat, ExportOptions, export as write, export_qlib};

/// Bars for other programs.
pub fn export(args: &ExportArgs, terminal: &Terminal) -> Result<(), Error> {
    let store = args.store.open_existing()?;
    let ending = args.out.extension().and_then(|ending| ending.to_str());
    let told = match ending {
        Some("csv") => Some(FormatName::Csv),
        Some("parquet") => Some(FormatName::Parquet),
        _ => None,
    };
    if let (Some(told), Some(asked)) = (told, args.format)
        && told != asked
    {
        return Err(InputError::new(
            format!("--out {}", args.out.display()),
            "expected a name that ends like --format, found another ending",
        )
        .help("leave out --format, or choose another name")
        .into());
    }
    let format = match args.format.or(told) {
        Some(FormatName::Csv) => Some(ExportFormat::Csv),
        Some(FormatName::Parquet) | None => Some(ExportFormat::Parquet),
        Some(FormatName::Qlib) => None,
    };
    if format.is_none() && args.adjust != AdjustName::None {
        let message = "qlib's files hold back-adjusted prices and the factor, found another wish";
        return Err(InputError::new("--adjust", message).help("leave out --adjust").into());
    }
    let adjust = match args.adjust {
        AdjustName::None => Adjustment::None,
        AdjustName::Hfq => Adjustment::Hfq,
        AdjustName::Qfq => Adjustment::Qfq,
    };
    let bar = terminal.shows_progress().then(|| {
        let bar = ProgressBar::new(0);
        bar.set_style(
            style("  exporting {bar:30.cyan/blue} {pos} of {len} symbols{left}")
                .with_key("left", TimeLeft::new([", ", " left"], 0)),
        );
        bar
    });
    let mut goes_on = |done: usize, total: usize| {
        if let Some(bar) = &bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        !interrupt::requested()
    };
    let (symbols, out, from, to, force) = (&args.symbols, &args.out, args.from, args.to, args.force);
    let result = match format {
        Some(format) => {
            write(&store, symbols, out, &ExportOptions { format, adjust, from, to, force }, &mut goes_on)
        }
        None => export_qlib(&store, symbols, out, (from, to), force, &mut goes_on),
    };
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let exported = result.map_err(|error| match error {
        ExportError::Interrupted => Error::Interrupted,
        ExportError::Store(error) => error.into(),
        other if other.is_mistake_in_input() => {
            InputError::new(format!("--out {}", args.out.display()), other.to_string()).into()
        }
        other => Error::Run(other.to_string()),
    })?;
    let place = match exported.files.as_slice() {
        [file] => file.display().to_string(),
        files => format!("{} files in {}", files.len(), args.out.display()),
    };
    let mut text = format!("Wrote {} bars of {} symbols: {place}", exported.rows, exported.symbols);
    if !exported.without_bars.is_empty() {
        text += &format!("\nWithout bars in these days: {}", exported.without_bars.join(", "));
    }
    terminal.print(&text)?;
    terminal.print_json(&serde_json::json!(exported))
}
