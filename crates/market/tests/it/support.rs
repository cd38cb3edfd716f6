//! Bars written by hand, and a reader of the real files kept outside the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tidegate_market::{
    ActionKind, Backtest, BacktestError, BarSeries, Fill, Holding, Known, Market, Overrides, PriceBasis,
    RuleBook, Tape, Terms, TradeDate, factor_from_pre_close,
};

pub fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

/// Rows of (date, open, close); the reference price is the close before.
pub fn bars(symbol: &str, rows: &[(&str, f64, f64)]) -> BarSeries {
    let open: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let close: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let pre_close = std::iter::once(open[0]).chain(close.iter().copied()).take(rows.len()).collect();
    let bars = BarSeries {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: rows.iter().map(|row| day(row.0)).collect(),
        high: rows.iter().map(|row| row.1.max(row.2)).collect(),
        low: rows.iter().map(|row| row.1.min(row.2)).collect(),
        open,
        close,
        volume: vec![1e6; rows.len()],
        amount: None,
        pre_close: Some(pre_close),
        factor: vec![1.0; rows.len()],
    };
    bars.check().unwrap();
    bars
}

pub fn rules(market: Market, symbol: &str) -> RuleBook {
    RuleBook::new(market, &Overrides::default(), symbol, PriceBasis::Raw).unwrap()
}

/// Targets traded on bars of which nothing else is known.
pub fn trade(
    bars: &BarSeries,
    first: usize,
    targets: &[f64],
    rules: &RuleBook,
    fill: Fill,
    cash: f64,
) -> Result<Backtest, BacktestError> {
    Tape::new(bars, rules, &Known::default()).backtest(first, targets, &Terms::new(cash).filled(fill))
}

/// A table of bars: a header that names columns, then rows, aligned by spaces. Needs `date` and `open`; `close`, `high` and
/// `low` default to what the others say, `pre_close` to the close before, `factor` to 1, `volume` to a million.
pub fn bars_of(symbol: &str, table: &str) -> BarSeries {
    let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split_whitespace().collect()).collect();
    let column = |name: &str| {
        let at = names.iter().position(|found| *found == name)?;
        Some(rows.iter().map(|row| row[at].parse().unwrap()).collect::<Vec<f64>>())
    };
    let open = column("open").unwrap();
    let close = column("close").unwrap_or_else(|| open.clone());
    let of_both = |pick: fn(f64, f64) -> f64| open.iter().zip(&close).map(|(a, b)| pick(*a, *b)).collect();
    let before = std::iter::once(open[0]).chain(close.iter().copied()).take(rows.len()).collect();
    let bars = BarSeries {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: rows.iter().map(|row| day(row[0])).collect(),
        high: column("high").unwrap_or_else(|| of_both(f64::max)),
        low: column("low").unwrap_or_else(|| of_both(f64::min)),
        volume: column("volume").unwrap_or_else(|| vec![1e6; rows.len()]),
        amount: column("amount"),
        pre_close: Some(column("pre_close").unwrap_or(before)),
        factor: column("factor").unwrap_or_else(|| vec![1.0; rows.len()]),
        open,
        close,
    };
    bars.check().unwrap();
    bars
}

/// Cash and shares after every bar, from the trades and the rows of corporate actions alone. With `cents` the money is
/// counted in whole cents.
pub fn replayed(result: &Backtest, cents: bool) -> Vec<Holding> {
    let to_cents = |money: f64| (money * 100.0 + 0.5 + 1e-6).floor();
    let money = |money: f64| if cents { to_cents(money) } else { money };
    let (mut cash, mut shares) = (money(result.cash), 0.0);
    let mut trades = result.trades.iter().peekable();
    let mut actions = result.actions.iter().peekable();
    let mut after = Vec::new();
    for date in &result.dates {
        while let Some(row) = actions.next_if(|row| row.date == *date && row.kind != ActionKind::Delisted) {
            cash += money(row.cash);
            shares += row.shares;
        }
        while let Some(trade) = trades.next_if(|trade| trade.date == *date) {
            let sign = trade.side.sign();
            cash += -sign * money(trade.shares * trade.price)
                - (money(trade.commission) + money(trade.stamp_duty) + money(trade.other_fees));
            shares += sign * trade.shares;
        }
        while let Some(row) = actions.next_if(|row| row.date == *date) {
            cash += money(row.cash);
            shares += row.shares;
        }
        after.push(Holding { cash: if cents { cash / 100.0 } else { cash }, shares });
    }
    assert!(trades.next().is_none() && actions.next().is_none(), "rows out of order");
    after
}

/// A folder of the real data; `None`, with a word on stderr, where it is absent.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn real_data(folder: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("TIDEGATE_TEST_DATA").map_or_else(|| default.into(), PathBuf::from);
    let path = root.join(folder);
    if !path.is_dir() {
        eprintln!("skipped: no {}", path.display());
        return None;
    }
    Some(path)
}

/// Every file of a folder in name order, as (name without `.csv`, rows by column name).
pub fn tables(folder: &Path) -> Vec<(String, Table)> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), Table::read(path))).collect()
}

/// Columns of a CSV file as text, rows with `null` left out.
pub struct Table(BTreeMap<String, Vec<String>>);

impl Table {
    pub fn read(path: &Path) -> Table {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        let mut columns = vec![Vec::new(); names.len()];
        for line in lines.filter(|line| !line.contains("null")) {
            line.split(',').zip(&mut columns).for_each(|(cell, column)| column.push(cell.to_owned()));
        }
        Table(names.into_iter().map(str::to_owned).zip(columns).collect())
    }

    pub fn texts(&self, name: &str) -> &[String] {
        &self.0[name]
    }

    pub fn dates(&self, name: &str) -> Vec<TradeDate> {
        self.0[name].iter().map(|cell| day(cell)).collect()
    }

    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.0[name].iter().map(|cell| cell.parse().unwrap()).collect()
    }

    /// Tushare `daily` rows, oldest first, with the factor rebuilt from `pre_close`.
    pub fn tushare_bars(&self, symbol: &str) -> BarSeries {
        let date = self.dates("trade_date");
        let mut order: Vec<usize> = (0..date.len()).collect();
        order.sort_by_key(|&i| date[i]);
        let sorted = |name| {
            let column = self.numbers(name);
            order.iter().map(|&i| column[i]).collect::<Vec<f64>>()
        };
        let (close, pre_close) = (sorted("close"), sorted("pre_close"));
        BarSeries {
            symbol: symbol.into(),
            basis: PriceBasis::Raw,
            date: order.iter().map(|&i| date[i]).collect(),
            open: sorted("open"),
            high: sorted("high"),
            low: sorted("low"),
            volume: sorted("vol"),
            amount: None,
            factor: factor_from_pre_close(&close, &pre_close),
            close,
            pre_close: Some(pre_close),
        }
    }
}

/// Orders by what became of them.
pub fn accounted_for(orders: &tidegate_market::OrderCounts) -> usize {
    let tidegate_market::OrderCounts {
        filled,
        nothing_to_trade,
        too_small,
        cut_short,
        replaced,
        dropped,
        ..
    } = orders;
    filled
        + nothing_to_trade
        + too_small
        + cut_short
        + replaced
        + dropped
        + orders.unfilled_at_end
        + orders.untried_at_end
}
