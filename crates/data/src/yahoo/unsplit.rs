//! From Yahoo's split-adjusted prices to the prices of the day.
//!
//! Yahoo divides every price (and multiplies every volume) by all splits after the day, up to today. Multiplying by the
//! same splits gives the prices as they were quoted. That needs every split from the day to the present, not only those
//! in the days asked for: the client therefore always asks up to now.

use super::chart::Chart;
use crate::record::{CorporateAction, FactorOrigin, Factors, RawBars};
use tidegate_market::{PriceBasis, TradeDate};

/// Prices are quoted to a hundredth of a cent at the finest.
const QUOTED: f64 = 1e4;

/// Relative precision of Yahoo's 32-bit numbers, twice over.
const NOISE: f64 = 1.3e-7;

/// A chart as raw bars, factors and events.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsplit {
    /// Prices of the day, or split-adjusted ones where a split is unknown.
    pub bars: RawBars,
    /// Adjusted close ÷ close of the day, 1 on the first.
    pub factors: Factors,
    /// Dividends per share of the ex-day, and splits.
    pub actions: Vec<CorporateAction>,
}

/// Un-splits a chart that was asked up to now; what is stored goes under `symbol`.
pub fn unsplit(chart: &Chart, symbol: &str) -> Unsplit {
    let known = chart.unknown_split.is_none();
    // New shares for each old one in a split and all after it.
    let mut from = vec![1.0; chart.splits.len() + 1];
    for (i, (_, ratio)) in chart.splits.iter().enumerate().rev() {
        from[i] = ratio * from[i + 1];
    }
    let later = |date: TradeDate| match known {
        true => from[chart.splits.partition_point(|(ex_date, _)| *ex_date <= date)],
        false => 1.0,
    };
    let rows = &chart.rows;
    let ratio: Vec<f64> = rows.iter().map(|row| later(row.date)).collect();
    let price = |value: f64, ratio: f64| if ratio == 1.0 { value } else { quoted(value * ratio) };
    let column = |of: &dyn Fn(usize) -> f64| (0..rows.len()).map(|i| price(of(i), ratio[i])).collect();
    let bars = RawBars {
        symbol: symbol.to_owned(),
        basis: if known { PriceBasis::Raw } else { PriceBasis::SplitAdjusted },
        date: rows.iter().map(|row| row.date).collect(),
        open: column(&|i| rows[i].open),
        high: column(&|i| rows[i].high),
        low: column(&|i| rows[i].low),
        close: column(&|i| rows[i].close),
        pre_close: None,
        volume: (0..rows.len()).map(|i| (rows[i].volume / ratio[i]).round()).collect(),
        amount: None,
    };
    let mut factors = Factors {
        symbol: symbol.to_owned(),
        origin: FactorOrigin::AdjustedClose,
        date: Vec::new(),
        factor: Vec::new(),
    };
    for (i, row) in rows.iter().enumerate() {
        if let Some(adjusted) = row.adjusted_close {
            factors.date.push(row.date);
            factors.factor.push(adjusted / bars.close[i]);
        }
    }
    if let Some(first) = factors.factor.first().copied() {
        factors.factor.iter_mut().for_each(|factor| *factor /= first);
    }
    let dividends = chart.dividends.iter().map(|(ex_date, amount)| CorporateAction::Dividend {
        ex_date: *ex_date,
        cash: price(*amount, later(*ex_date)),
    });
    let splits = chart
        .splits
        .iter()
        .map(|(ex_date, ratio)| CorporateAction::Split { ex_date: *ex_date, ratio: *ratio });
    Unsplit { bars, factors, actions: dividends.chain(splits).collect() }
}

/// The quoted price that a computed one stands for, if there is one within the noise.
fn quoted(value: f64) -> f64 {
    let near = (value * QUOTED).round() / QUOTED;
    if near > 0.0 && (near - value).abs() <= NOISE * value { near } else { value }
}

impl Unsplit {
    /// Leaves only days from `from` to `to`.
    pub(super) fn within(&mut self, from: TradeDate, to: TradeDate) {
        let range = |dates: &[TradeDate]| {
            dates.partition_point(|day| *day < from)..dates.partition_point(|day| *day <= to)
        };
        let (bars, factors) = (&mut self.bars, &mut self.factors);
        let kept = range(&bars.date);
        for column in [&mut bars.open, &mut bars.high, &mut bars.low, &mut bars.close, &mut bars.volume] {
            *column = column[kept.clone()].to_vec();
        }
        bars.date = bars.date[kept].to_vec();
        let kept = range(&factors.date);
        factors.factor = factors.factor[kept.clone()].to_vec();
        factors.date = factors.date[kept].to_vec();
        self.actions.retain(|action| {
            let (CorporateAction::Dividend { ex_date, .. } | CorporateAction::Split { ex_date, .. }) = action;
            (from..=to).contains(ex_date)
        });
    }

    /// Brings the factors to the scale of the stored ones, and takes stored numbers where the new ones differ from them
    /// by less than Yahoo's own rounding: its files of two days are never equal to the last digit.
    pub(super) fn settle(&mut self, stored_bars: Option<&RawBars>, stored: Option<&Factors>) {
        if let Some(stored) = stored.filter(|stored| stored.origin == self.factors.origin) {
            let place = |day: &TradeDate| stored.date.binary_search(day).ok().map(|i| stored.factor[i]);
            let common = self.factors.date.iter().zip(&self.factors.factor);
            let scale = common.filter_map(|(day, new)| Some(place(day)? / new)).next();
            for (day, factor) in self.factors.date.iter().zip(&mut self.factors.factor) {
                *factor *= scale.unwrap_or(1.0);
                same_but_for(1e-5, factor, place(day));
            }
        }
        if let Some(stored) = stored_bars.filter(|stored| stored.basis == self.bars.basis) {
            let RawBars { date, open, high, low, close, volume, .. } = &mut self.bars;
            for (i, day) in date.iter().enumerate() {
                let Ok(at) = stored.date.binary_search(day) else { continue };
                for (new, old) in [
                    (&mut open[i], stored.open[at]),
                    (&mut high[i], stored.high[at]),
                    (&mut low[i], stored.low[at]),
                    (&mut close[i], stored.close[at]),
                    (&mut volume[i], stored.volume[at]),
                ] {
                    same_but_for(2e-6, new, Some(old));
                }
            }
        }
    }
}

fn same_but_for(noise: f64, new: &mut f64, stored: Option<f64>) {
    if let Some(stored) = stored.filter(|stored| (*new - stored).abs() <= noise * stored.abs()) {
        *new = stored;
    }
}

#[cfg(test)]
mod tests {
    use super::super::chart::ChartRow;
    use super::*;

    fn day(text: &str) -> TradeDate {
        text.parse().unwrap()
    }

    fn row(date: &str, close: f64, volume: f64, adjusted_close: f64) -> ChartRow {
        let date = day(date);
        let adjusted_close = Some(adjusted_close);
        ChartRow { date, open: close, high: close, low: close, close, volume, adjusted_close }
    }

    /// 7-for-1 on 2014-06-09 and 4-for-1 on 2020-08-31, a dividend of 3.05 before both.
    fn chart() -> Chart {
        Chart {
            symbol: "AAPL".into(),
            rows: vec![
                row("2014-05-07", 592.33 / 28.0, 28.0 * 1e6, 18.5),
                row("2014-05-08", 587.99 / 28.0, 28.0 * 1e6, 18.46),
                row("2014-06-09", 93.7 / 4.0, 4.0 * 1e6, 20.6),
                row("2020-08-31", 129.04, 1e6, 126.0),
            ],
            dividends: vec![(day("2014-05-08"), 3.29 / 28.0), (day("2020-08-31"), 0.2)],
            splits: vec![(day("2014-06-09"), 7.0), (day("2020-08-31"), 4.0)],
            unknown_split: None,
            nulls: vec![],
            live: None,
            repeated: vec![],
        }
    }

    #[test]
    fn prices_volumes_and_dividends_are_those_of_the_day() {
        let raw = unsplit(&chart(), "AAPL");
        assert_eq!(raw.bars.basis, PriceBasis::Raw);
        assert_eq!(raw.bars.close, [592.33, 587.99, 93.7, 129.04]);
        assert_eq!(raw.bars.volume, [1e6; 4]);
        assert_eq!(raw.factors.factor[0], 1.0);
        let hfq = raw.bars.close[2] * raw.factors.factor[2];
        assert!((hfq / 592.33 - 20.6 / 18.5).abs() < 1e-12, "raw × factor moves as the adjusted close does");
        assert!(matches!(raw.actions[0], CorporateAction::Dividend { cash, .. } if cash == 3.29));
        assert!(matches!(raw.actions[1], CorporateAction::Dividend { cash, .. } if cash == 0.2));
    }

    #[test]
    fn a_split_after_the_days_that_are_kept_still_counts() {
        let mut raw = unsplit(&chart(), "AAPL");
        raw.within(day("2014-05-08"), day("2014-05-31"));
        assert_eq!((raw.bars.close.as_slice(), raw.actions.len()), ([587.99].as_slice(), 1));
    }

    #[test]
    fn an_unknown_split_leaves_the_prices_as_they_came() {
        let chart = Chart { unknown_split: Some("2000-01-01".into()), ..chart() };
        let raw = unsplit(&chart, "AAPL");
        assert_eq!(raw.bars.basis, PriceBasis::SplitAdjusted);
        assert_eq!(raw.bars.close[2], 93.7 / 4.0);
    }

    #[test]
    fn a_later_download_keeps_the_scale_and_the_digits_of_the_stored_one() {
        let stored = unsplit(&chart(), "AAPL");
        let mut later = chart();
        later.rows.remove(0);
        later
            .rows
            .iter_mut()
            .for_each(|row| row.adjusted_close = row.adjusted_close.map(|a| a * 0.99 + 1e-7));
        later.rows[0].close *= 1.0 + 1e-6;
        later.rows[2].close *= 1.0 + 1e-3;
        let mut later = unsplit(&later, "AAPL");
        later.settle(Some(&stored.bars), Some(&stored.factors));
        assert_eq!(later.factors.factor[..2], stored.factors.factor[1..3]);
        assert_eq!(later.bars.close[..2], stored.bars.close[1..3]);
        assert!(later.bars.close[2] != stored.bars.close[3], "a real difference stays one");
    }
}
