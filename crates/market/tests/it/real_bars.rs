//! The rules against bars that really happened. Skipped where the files are absent.

use crate::support::{Table, real_data, rules, trade};
use tidegate_market::*;

#[test]
fn one_price_limit_up_days_cannot_be_bought() {
    let Some(history) = real_data("ashare_history/daily") else { return };
    let bars = Table::read(&history.join("300399.SZ.csv")).tushare_bars("300399.SZ");
    let rules = rules(Market::Ashare, "300399.SZ");
    let locked: Vec<usize> = (1..bars.len())
        .filter(|&i| bars.low[i] == bars.high[i] && bars.close[i] > bars.close[i - 1])
        .collect();
    assert!(locked.len() >= 13, "{} one-price days", locked.len());
    let limits = rules.limits(&bars, &Known::default());
    assert!(locked.iter().all(|&i| limits[i].blocks(Side::Buy, bars.open[i])));
    // Decided on the first trading day, the purchase waits for the end of the run of limits.
    let held = trade(&bars, 0, &[1.0], &rules, Fill::NextOpen, 1e6).unwrap();
    let bought = held.trades[0].date;
    assert_eq!(held.trades[0].reason, Reason::Waited);
    assert!(locked.iter().filter(|&&i| bars.date[i] < bought).count() > 5, "bought on {bought}");
}

#[test]
fn on_every_real_day_without_a_trade_the_position_moves_as_the_adjusted_price_does() {
    let Some(history) = real_data("ashare_history") else { return };
    for symbol in ["000001.SZ", "600000.SH", "600623.SH"] {
        let file = format!("{symbol}.csv");
        let mut bars = Table::read(&history.join("daily").join(&file)).tushare_bars(symbol);
        let factors = Table::read(&history.join("adj_factor").join(&file));
        let known: std::collections::BTreeMap<_, _> =
            factors.dates("trade_date").into_iter().zip(factors.numbers("adj_factor")).collect();
        bars.factor = bars.date.iter().map(|date| known[date] / known[&bars.date[0]]).collect();
        let held = trade(&bars, 0, &[1.0], &rules(Market::Ashare, symbol), Fill::NextOpen, 1e6).unwrap();
        let hfq = bars.hfq().close;
        let mut ex_days = 0;
        for i in 1..bars.len() {
            if held.trades.iter().any(|trade| trade.date == bars.date[i]) {
                continue;
            }
            let value = held.position[i - 1] * held.equity[i - 1];
            let expected = held.equity[i - 1] + value * (hfq[i] / hfq[i - 1] - 1.0);
            assert!((held.equity[i] / expected - 1.0).abs() < 1e-9, "{symbol} {}", bars.date[i]);
            ex_days += usize::from(bars.factor[i] != bars.factor[i - 1]);
        }
        assert!(ex_days > 5, "{symbol}: {ex_days} ex-days");
    }
}

#[test]
fn factors_from_yahoo_follow_the_adjusted_close_in_spite_of_their_noise() {
    let Some(folder) = real_data("us_yahoo") else { return };
    let table = Table::read(&folder.join("AAPL.csv"));
    let (close, adjusted) = (table.numbers("Close"), table.numbers("Adj Close"));
    let factor = |i: usize| adjusted[i] / close[i] / (adjusted[0] / close[0]);
    let bars = BarSeries {
        symbol: "AAPL".into(),
        basis: PriceBasis::SplitAdjusted,
        date: table.dates("Date"),
        open: table.numbers("Open"),
        high: table.numbers("High"),
        low: table.numbers("Low"),
        volume: table.numbers("Volume"),
        amount: None,
        pre_close: None,
        factor: (0..close.len()).map(factor).collect(),
        close,
    };
    let rules = RuleBook::frictionless();
    let held = trade(&bars, 0, &[1.0], &rules, Fill::SameClose, 1e6).unwrap();
    let market = Tape::new(&bars, &rules, &Known::default()).market_curve(0, 1e6).unwrap();
    let off = held.equity.iter().zip(&market.equity).map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f64::max);
    assert!(off < 1.1e-5, "{off:e}");
}
