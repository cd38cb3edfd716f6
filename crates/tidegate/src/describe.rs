//! stub
#[derive(serde::Serialize)]
/// stub
pub struct D;
/// stub
pub fn describe(_: &tidegate_market::BarSeries, _: &tidegate_market::TradingCalendar) -> D { D }
