//! Random signals on every real A-share file: nothing happens that could not have happened, and the account can be recomputed
//! from its rows. Skipped where the files are absent.

use crate::support::{Table, accounted_for, day, real_data, replayed, rules, tables};
use std::collections::BTreeMap;
use tidegate_market::*;

/// A small generator of its own, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.next() as usize % choices.len()]
    }

    fn targets(&mut self, bars: usize) -> Vec<f64> {
        let mut target = 0.0;
        (0..bars)
            .map(|_| {
                if self.next().is_multiple_of(4) {
                    target = self.of(&[0.0, 0.25, 0.6, 1.0]);
                }
                target
            })
            .collect()
    }

    fn terms(&mut self) -> Terms {
        Terms {
            cash: self.of(&[5_000.0, 123_456.78, 20_000_000.0]),
            fill: self.of(&[Fill::NextOpen, Fill::NextClose, Fill::NextVwap, Fill::SameClose]),
            unfilled: self.of(&[Unfilled::Keep, Unfilled::Retry(2), Unfilled::Drop]),
            volume_cap: self.of(&[None, Some(0.01), Some(0.000_5)]),
            delisting: self.of(&[DelistedAt::LastPrice, DelistedAt::Zero]),
            unit: TargetUnit::Equity,
        }
    }
}

/// Every A-share file in Tushare's layout, with its whole-day suspensions where they are known.
fn stocks() -> Vec<(BarSeries, Known)> {
    let (Some(history), Some(raw)) = (real_data("ashare_history"), real_data("ashare_tushare_raw")) else {
        return Vec::new();
    };
    let halts = Table::read(&history.join("suspend_d.csv"));
    let mut suspended: BTreeMap<&str, Vec<TradeDate>> = BTreeMap::new();
    for (symbol, text) in halts.texts("ts_code").iter().zip(halts.texts("trade_date")) {
        suspended.entry(symbol).or_default().push(day(text));
    }
    let of = |(symbol, table): (String, Table)| {
        let mut bars = table.tushare_bars(&symbol);
        // Lots of 100 shares and thousands of yuan.
        let mut order: Vec<usize> = (0..bars.len()).collect();
        let dates = table.dates("trade_date");
        order.sort_by_key(|&i| dates[i]);
        // A few cells are empty.
        let amount: Vec<f64> = table.texts("amount").iter().map(|cell| cell.parse().unwrap_or(0.0)).collect();
        bars.amount = Some(order.iter().map(|&i| amount[i] * 1000.0).collect());
        bars.volume.iter_mut().for_each(|volume| *volume *= 100.0);
        let mut days = suspended.get(symbol.as_str()).cloned().unwrap_or_default();
        days.sort();
        let delisted = (symbol == "600002.SH").then(|| day("2006-04-24"));
        (bars, Known { suspended: days, delisted, ..Known::default() })
    };
    tables(&history.join("daily")).into_iter().chain(tables(&raw)).map(of).collect()
}

#[test]
fn no_fill_of_random_signals_could_not_have_happened_and_the_account_is_its_rows() {
    let mut random = Random(5);
    let (mut fills, mut waited, mut parts) = (0, 0, 0);
    for (bars, known) in stocks() {
        let plain = rules(Market::Ashare, &bars.symbol);
        let slipping = Overrides { slippage_bp: 20.0, slippage_ticks: 1.0, ..Overrides::default() };
        let slipping = RuleBook::new(Market::Ashare, &slipping, &bars.symbol, bars.basis).unwrap();
        for draw in 0..12 {
            let rules = if draw % 2 == 0 { &plain } else { &slipping };
            let (targets, terms) = (random.targets(bars.len()), random.terms());
            let result = Tape::new(&bars, rules, &known).backtest(0, &targets, &terms).unwrap();
            let limits = rules.limits(&bars, &known);
            let what = format!("{} {terms:?}", bars.symbol);
            let holdings = replayed(&result, true);
            for trade in &result.trades {
                let i = bars.date.binary_search(&trade.date).unwrap();
                assert!((bars.low[i]..=bars.high[i]).contains(&trade.price), "{what} {trade:?}");
                if let PriceLimit::Band { up, down, slack, .. } = limits[i].after(bars.high[i], bars.low[i]) {
                    assert!(trade.price <= up + slack && trade.price >= down - slack, "{what} {trade:?}");
                    let quote = match terms.fill {
                        Fill::NextOpen => bars.open[i],
                        Fill::NextClose | Fill::SameClose => bars.close[i],
                        Fill::NextVwap => trade.price,
                    };
                    let locked = match trade.side {
                        Side::Buy => quote >= up - slack,
                        Side::Sell => quote <= down + slack,
                    };
                    assert!(!locked || terms.fill == Fill::NextVwap, "{what} {trade:?}");
                }
                assert!(known.suspended.binary_search(&trade.date).is_err(), "{what} {trade:?}");
                assert!(bars.volume[i] > 0.0, "{what} {trade:?}");
                let next_day = rules.settlement(trade.date) == Settlement::NextDay;
                if trade.side == Side::Sell && next_day {
                    let bought = result.trades.iter().any(|t| t.side == Side::Buy && t.date == trade.date);
                    assert!(!bought, "{what} {trade:?}");
                }
            }
            for (i, held) in holdings.iter().enumerate() {
                assert!(held.cash >= 0.0 && held.shares >= 0.0, "{what} {}: {held:?}", bars.date[i]);
                let equity = held.cash + held.shares * bars.close[i];
                assert_eq!(result.equity[i].to_bits(), equity.to_bits(), "{what} {}", bars.date[i]);
            }
            assert_eq!(holdings.last(), Some(&result.holding), "{what}");
            assert_eq!(result.orders.placed, accounted_for(&result.orders), "{what}");
            fills += result.trades.len();
            waited += result.orders.waited;
            parts += result.orders.part_filled;
        }
    }
    if fills > 0 {
        assert!(
            fills > 100_000 && waited > 1_000 && parts > 1_000,
            "{fills} fills, {waited} waited, {parts} parts"
        );
    }
}

#[test]
fn the_stock_that_was_delisted_leaves_its_last_price_or_nothing() {
    let Some((bars, known)) = stocks().into_iter().find(|(bars, _)| bars.symbol == "600002.SH") else {
        return;
    };
    let rules = rules(Market::Ashare, &bars.symbol);
    let tape = Tape::new(&bars, &rules, &known);
    let first = bars.len() - 100;
    let at = |delisting| tape.buy_and_hold(first, &Terms { delisting, ..Terms::new(1e6) }).unwrap();
    let (last_price, zero) = (at(DelistedAt::LastPrice), at(DelistedAt::Zero));
    let row = last_price.actions.last().unwrap();
    assert_eq!(
        (row.kind, row.date, last_price.holding.shares),
        (ActionKind::Delisted, bars.date[bars.len() - 1], 0.0)
    );
    assert!(row.cash > 900_000.0 && zero.actions.last().unwrap().cash == 0.0);
    assert_eq!(last_price.round_trips.len(), 1);
    let lost = last_price.holding.cash - zero.holding.cash;
    assert!((lost - row.cash).abs() < 1e-6, "{lost}");
}

/// Additive return from open to open: of the price, in the direction held.
#[test]
fn fair_coins_earn_nothing_on_average_where_trading_is_free() {
    let Some(folder) = real_data("ashare_history/daily") else { return };
    let bars = Table::read(&folder.join("600000.SH.csv")).tushare_bars("600000.SH").slice(2000..2400);
    let flat = BarSeries { factor: vec![1.0; bars.len()], ..bars };
    let rules = RuleBook::frictionless();
    let tape = Tape::new(&flat, &rules, &Known::default());
    let terms = Terms { unit: TargetUnit::Shares(100.0), ..Terms::new(1e9) };
    let (mut random, draws) = (Random(11), 1000);
    let mut result = Backtest::default();
    let means: Vec<f64> = (0..draws)
        .map(|_| {
            let mut targets: Vec<f64> = (0..flat.len() - 1).map(|_| random.of(&[-1.0, 1.0])).collect();
            // Out at the last open: every return is from open to open.
            targets[flat.len() - 2] = 0.0;
            tape.backtest_into(&mut result, 0, &targets, &terms).unwrap();
            let held = |t: usize| targets[t - 1];
            let intervals = 1..flat.len() - 1;
            // The account agrees with the sum by hand.
            let profit: f64 =
                intervals.clone().map(|t| 100.0 * held(t) * (flat.open[t + 1] - flat.open[t])).sum();
            assert!(
                (result.holding.cash - 1e9 - profit).abs() < 1e-4,
                "{}",
                result.holding.cash - 1e9 - profit
            );
            let sum: f64 = intervals.clone().map(|t| held(t) * (flat.open[t + 1] / flat.open[t] - 1.0)).sum();
            sum / intervals.len() as f64
        })
        .collect();
    let mean = means.iter().sum::<f64>() / draws as f64;
    let variance = means.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (draws - 1) as f64;
    let error = (variance / draws as f64).sqrt();
    assert!(mean.abs() < 3.0 * error && error > 0.0, "{mean:e} against an error of {error:e}");
}
