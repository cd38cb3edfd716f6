//! stub
pub fn backtest(_: &crate::args::BacktestArgs, _: &crate::terminal::Terminal) -> Result<(), tidegate::Error> {
    Ok(())
}
