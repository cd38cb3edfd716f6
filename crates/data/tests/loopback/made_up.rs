//! A made-up market: stocks with suspensions, ex-days and names, an index, a fund, and a calendar with holidays.

use super::faults::random;
use std::collections::BTreeSet;
use tidegate_market::TradeDate;

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Stock,
    Index,
    Fund,
}

/// One day of a symbol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    pub date: TradeDate,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub pre_close: f64,
    /// Lots of 100 shares.
    pub lots: f64,
    /// Thousand yuan.
    pub amount: f64,
}

/// A symbol and all its days.
#[derive(Clone, Debug)]
pub struct Stock {
    pub symbol: String,
    pub kind: Kind,
    pub listed: TradeDate,
    pub days: Vec<Day>,
    /// Also for suspended days.
    pub factors: Vec<(TradeDate, f64)>,
    pub suspended: Vec<TradeDate>,
    pub names: Vec<(String, TradeDate, Option<TradeDate>)>,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Market {
    pub calendar: Vec<(TradeDate, bool)>,
    pub stocks: Vec<Stock>,
}

fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

impl Market {
    /// `stocks` stocks, the index 000300.SH and the fund 510300.SH, over all days from `first` to `last`.
    pub fn new(stocks: usize, first: &str, last: &str) -> Market {
        let (first, last): (TradeDate, TradeDate) = (first.parse().unwrap(), last.parse().unwrap());
        let mut calendar = Vec::new();
        let mut day = first;
        while day <= last {
            let holiday =
                (day.month() == 10 && day.day() <= 7) || (day.month() == 2 && (8..=14).contains(&day.day()));
            calendar.push((day, !day.is_weekend() && !holiday));
            day = day.next_day();
        }
        let open: Vec<TradeDate> = calendar.iter().filter(|(_, open)| *open).map(|(day, _)| *day).collect();
        let mut symbols: Vec<(String, Kind)> = (0..stocks)
            .map(|i| {
                let symbol =
                    if i % 2 == 0 { format!("60{:04}.SH", i + 100) } else { format!("00{:04}.SZ", i + 100) };
                (symbol, Kind::Stock)
            })
            .collect();
        symbols.push(("000300.SH".into(), Kind::Index));
        symbols.push(("510300.SH".into(), Kind::Fund));
        let stocks = symbols
            .into_iter()
            .enumerate()
            .map(|(i, (symbol, kind))| made_up(symbol, kind, &open, i as u64 + 1))
            .collect();
        Market { calendar, stocks }
    }

    pub fn symbols(&self) -> Vec<String> {
        self.stocks.iter().map(|stock| stock.symbol.clone()).collect()
    }
}

fn made_up(symbol: String, kind: Kind, open: &[TradeDate], seed: u64) -> Stock {
    let mut state = seed * 7919;
    let mut next = || random(&mut state) as f64 / u64::MAX as f64;
    // Every third stock is listed later than the calendar begins.
    let start = if kind == Kind::Stock && seed.is_multiple_of(3) { open.len() / 4 } else { 0 };
    let (mut days, mut factors, mut suspended) = (Vec::new(), Vec::new(), Vec::new());
    let (mut close, mut factor) = (10.0 + seed as f64, 1.0);
    let mut suspended_for = 0;
    for (t, date) in open.iter().enumerate().skip(start) {
        if kind == Kind::Stock && suspended_for == 0 && next() < 0.004 {
            suspended_for = 1 + (next() * 30.0) as usize;
        }
        let ex_day = kind != Kind::Index && t % 245 == 120;
        if ex_day {
            factor = ((factor * 1.03) * 1e3_f64).round() / 1e3;
            close = cents(close / 1.03);
        }
        if kind != Kind::Index {
            factors.push((*date, factor));
        }
        if suspended_for > 0 {
            suspended_for -= 1;
            suspended.push(*date);
            continue;
        }
        let pre_close = close;
        close = cents((pre_close * (1.0 + (next() - 0.5) * 0.06)).max(1.0));
        let open_price = cents((pre_close + close) / 2.0);
        let (low, high) = (cents(open_price.min(close) * 0.995), cents(open_price.max(close) * 1.005));
        let lots = cents(1_000.0 + next() * 1e5);
        let amount = (lots * close * 100.0).round() / 1e3;
        days.push(Day { date: *date, open: open_price, high, low, close, pre_close, lots, amount });
    }
    let listed = open[start];
    let third = open[start + (open.len() - start) / 3];
    let names = match kind {
        Kind::Stock => {
            vec![(format!("甲{seed}"), listed, Some(third)), (format!("ST甲{seed}"), third.next_day(), None)]
        }
        _ => vec![],
    };
    Stock { symbol, kind, listed, days, factors, suspended, names }
}

impl Stock {
    pub fn suspended_set(&self) -> BTreeSet<TradeDate> {
        self.suspended.iter().copied().collect()
    }
}
