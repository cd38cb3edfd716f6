//! Bars, calendar and suspensions written in Tushare's layouts, oldest first.

use crate::error::DataError;
use std::io::Write;
use tidegate_market::{BarSeries, TradeDate, TradingCalendar};

/// Writes bars in the layout of Tushare's `daily`, oldest first (Tushare itself sends the newest first; readers take
/// both). Numbers are written so that [`read_bars`](crate::read_bars) gives back the very same bits. The factor is
/// not a column of this layout: it comes back where it is the one that `pre_close` tells.
/// A column the series lacks (`amount`, `pre_close` with `change` and `pct_chg`) is left out.
///
/// # Errors
/// [`DataError::Write`] where the writer fails.
pub fn write_tushare_csv(bars: &BarSeries, mut writer: impl Write) -> Result<(), DataError> {
    let mut header = "ts_code,trade_date,open,high,low,close".to_owned();
    if bars.pre_close.is_some() {
        header += ",pre_close,change,pct_chg";
    }
    header += ",vol";
    if bars.amount.is_some() {
        header += ",amount";
    }
    writeln!(writer, "{header}")?;
    for t in 0..bars.len() {
        let close = bars.close[t];
        write!(writer, "{},{}", bars.symbol, compact(bars.date[t]))?;
        write!(writer, ",{},{},{},{close}", bars.open[t], bars.high[t], bars.low[t])?;
        if let Some(pre_close) = &bars.pre_close {
            let reference = pre_close[t];
            let change = close - reference;
            write!(writer, ",{reference},{change:.2},{:.4}", 100.0 * change / reference)?;
        }
        write!(writer, ",{}", divided_by_power_of_ten(bars.volume[t], 2))?;
        if let Some(amount) = &bars.amount {
            write!(writer, ",{}", divided_by_power_of_ten(amount[t], 3))?;
        }
        writeln!(writer)?;
    }
    Ok(())
}

/// Writes every calendar day from the first to the last trading day in the layout of Tushare's `trade_cal`
/// (`cal_date,is_open`). A calendar of all weekdays has no first day: only the header is written.
///
/// # Errors
/// [`DataError::Write`] where the writer fails.
pub fn write_calendar_csv(calendar: &TradingCalendar, mut writer: impl Write) -> Result<(), DataError> {
    writeln!(writer, "cal_date,is_open")?;
    let TradingCalendar::Days(days) = calendar else { return Ok(()) };
    let Some(mut day) = days.first().copied() else { return Ok(()) };
    for open in days {
        while day < *open {
            writeln!(writer, "{},0", compact(day))?;
            day = day.next_day();
        }
        writeln!(writer, "{},1", compact(day))?;
        day = day.next_day();
    }
    Ok(())
}

/// Writes whole-day suspensions in the layout of Tushare's `suspend_d`, one row a day.
///
/// # Errors
/// [`DataError::Write`] where the writer fails.
pub fn write_suspensions_csv(
    symbol: &str,
    days: &[TradeDate],
    mut writer: impl Write,
) -> Result<(), DataError> {
    writeln!(writer, "ts_code,trade_date,suspend_timing,suspend_type")?;
    for day in days {
        writeln!(writer, "{symbol},{},,S", compact(*day))?;
    }
    Ok(())
}

/// `YYYYMMDD`.
fn compact(date: TradeDate) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// The shortest decimal text of `value`, its point moved `places` to the left: exact, where a division would round.
fn divided_by_power_of_ten(value: f64, places: usize) -> String {
    let text = value.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{whole:0>width$}", width = places + 1);
    let (left, right) = padded.split_at(padded.len() - places);
    let decimals = format!("{right}{fraction}");
    match decimals.trim_end_matches('0') {
        "" => format!("{sign}{left}"),
        decimals => format!("{sign}{left}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decimal_point_moves_without_rounding() {
        assert_eq!(divided_by_power_of_ten(144_525_434.0, 2), "1445254.34");
        assert_eq!(divided_by_power_of_ten(5.0, 3), "0.005");
        assert_eq!(divided_by_power_of_ten(0.0, 2), "0");
        assert_eq!(divided_by_power_of_ten(1200.0, 2), "12");
        assert_eq!(divided_by_power_of_ten(1234.5, 3), "1.2345");
    }
}
