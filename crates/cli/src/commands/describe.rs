//! `tidegate describe`.

use crate::args::{BadRowName, DescribeArgs, LanguageName};
use crate::summary_text::origin;
use crate::terminal::Terminal;
use std::path::PathBuf;
use tidegate::bars::load_file;
use tidegate::describe::{describe as describe_bars, describe_page, describe_text};
use tidegate::report::Language;
use tidegate::{Error, InputError};
use tidegate_data::{OnBadRow, ReadOptions};

/// Tables in the terminal and a page with the chart.
pub fn describe(args: &DescribeArgs, terminal: &Terminal) -> Result<(), Error> {
    let on_bad_row = match args.on_bad_row {
        BadRowName::Refuse => OnBadRow::Refuse,
        BadRowName::Drop => OnBadRow::Drop,
    };
    let options = ReadOptions { symbol: args.symbol.clone(), from: None, to: None, on_bad_row };
    let source = load_file(&args.file, &options)?;
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
