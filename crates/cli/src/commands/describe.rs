//! `tidegate describe`.

use crate::args::{BadRowName, DescribeArgs, LanguageName};
use crate::commands::with_flag_for_bad_rows;
use crate::summary_text::origin;
use crate::terminal::Terminal;
use std::path::PathBuf;
use tidegate::bars::{SourceBars, load_file, load_stored};
use tidegate::describe::{describe as describe_bars, describe_page, describe_text};
use tidegate::report::Language;
use tidegate::{Error, InputError};
use tidegate_data::{OnBadRow, ReadOptions, is_symbol};

/// Tables in the terminal and a page with the chart.
pub fn describe(args: &DescribeArgs, terminal: &Terminal) -> Result<(), Error> {
    let source = load(args)?;
    let page =
        args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}-describe.html", source.bars.symbol)));
    if page.exists() && !args.force {
        return Err(InputError::new(format!("--out {}", page.display()), "the file exists")
            .help("choose another --out, or add --force to replace it")
            .into());
    }
    let description = describe_bars(&source.bars, &source.calendar);
    let language = match args.language {
        LanguageName::En => Language::English,
        LanguageName::Zh => Language::Chinese,
    };
    std::fs::write(&page, describe_page(&source.bars, &description, language))
        .map_err(|e| Error::io("cannot write", &page, e))?;
    let origin = origin(&source.summary);
    if !origin.is_empty() {
        terminal.print(&format!("{origin}\n"))?;
    }
    terminal.print(&describe_text(&description))?;
    terminal.print(&format!("Page: {}", page.display()))?;
    let json =
        |value: Result<serde_json::Value, serde_json::Error>| value.map_err(|e| Error::Run(e.to_string()));
    let mut document = json(serde_json::to_value(&description))?;
    document["data"] = json(serde_json::to_value(&source.summary))?;
    terminal.print_json(&document)
}

/// The bars of a file that is there, else of a symbol in the store.
fn load(args: &DescribeArgs) -> Result<SourceBars, Error> {
    let text = args.bars.to_string_lossy();
    let named_like_a_file = args.bars.extension().is_some_and(|ending| {
        ["csv", "txt", "gz", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    });
    if args.bars.exists() || named_like_a_file || !is_symbol(&text) {
        let on_bad_row = match args.on_bad_row {
            BadRowName::Refuse => OnBadRow::Refuse,
            BadRowName::Drop => OnBadRow::Drop,
        };
        let options = ReadOptions { symbol: args.symbol.clone(), from: None, to: None, on_bad_row };
        return load_file(&args.bars, &options).map_err(with_flag_for_bad_rows);
    }
    if args.symbol.is_some() || matches!(args.on_bad_row, BadRowName::Drop) {
        return Err(InputError::new(
            text,
            "there is no such file, and --symbol and --on-bad-row are for files alone",
        )
        .help("check the path, or leave out these flags to describe the symbol in the store")
        .into());
    }
    load_stored(Some(&args.store.path()?), &text, None, None)
}
