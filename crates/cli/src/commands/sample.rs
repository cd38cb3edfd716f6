//! `tidegate sample`.

use crate::args::SampleArgs;
use crate::terminal::Terminal;
use std::path::PathBuf;
use tidegate::{Error, InputError};
use tidegate_data::{
    DataError, SampleKind, generate, write_calendar_csv, write_suspensions_csv, write_tushare_csv,
};

/// Writes the sample market in the layouts of Tushare.
pub fn sample(args: &SampleArgs, terminal: &Terminal) -> Result<(), Error> {
    let (kind, name) = if args.null {
        (SampleKind::Null, "sample-market-null")
    } else {
        (SampleKind::Planted, "sample-market")
    };
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(name));
    let holds_something = std::fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something && !args.force {
        return Err(InputError::new(
            format!("--out {}", out.display()),
            "the directory exists and is not empty",
        )
        .help("choose another --out, or add --force to write into it")
        .into());
    }
    std::fs::create_dir_all(&out).map_err(|e| Error::io("cannot create", &out, e))?;
    let market = generate(kind);
    let mut files = Vec::new();
    let mut write =
        |name: &str, content: &dyn Fn(&mut Vec<u8>) -> Result<(), DataError>| -> Result<(), Error> {
            let path = out.join(name);
            let mut bytes = Vec::new();
            content(&mut bytes)?;
            std::fs::write(&path, &bytes).map_err(|e| Error::io("cannot write", &path, e))?;
            files.push(path.display().to_string());
            Ok(())
        };
    write(&format!("{}.csv", market.bars.symbol), &|out| write_tushare_csv(&market.bars, out))?;
    write("trade_cal.csv", &|out| write_calendar_csv(&market.calendar, out))?;
    write("suspend_d.csv", &|out| write_suspensions_csv(&market.bars.symbol, &market.suspensions, out))?;
    terminal.print(&format!("Wrote {}.\nThe data are made up: no real stock.", files.join(", ")))?;
    terminal.print_json(&serde_json::json!({ "wrote": files, "synthetic": true }))
}
