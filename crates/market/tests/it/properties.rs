//! What holds for every series, every sequence of targets and every rule book.

use crate::support::{accounted_for, trade};
use proptest::prelude::*;
use tidegate_market::*;

/// One random day: move of the close, move of the open within it, whether it is an ex-day (ratio of the factor).
type Day = (f64, f64, Option<f64>);

fn days() -> impl Strategy<Value = Vec<Day>> {
    let ex_day = prop::option::weighted(0.1, 1.01..1.5_f64);
    prop::collection::vec((-0.12..0.12_f64, -0.11..0.11_f64, ex_day), 2..60)
}

fn series(symbol: &str, days: &[Day], in_ticks: bool) -> BarSeries {
    let tick = |price: f64| if in_ticks { (price * 100.0).round().max(2.0) / 100.0 } else { price };
    let mut bars = BarSeries {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: Vec::new(),
        open: Vec::new(),
        high: Vec::new(),
        low: Vec::new(),
        close: Vec::new(),
        volume: Vec::new(),
        amount: None,
        pre_close: None,
        factor: Vec::new(),
    };
    let (mut date, mut close, mut factor) = (TradeDate::new(2023, 8, 1).unwrap(), 20.0, 1.0);
    for &(close_move, open_move, ex_day) in days {
        let ratio = ex_day.unwrap_or(1.0);
        factor *= ratio;
        let reference = close / ratio;
        let open = tick(reference * (1.0 + open_move));
        close = tick(reference * (1.0 + close_move));
        date = date.next_day();
        bars.date.push(date);
        bars.open.push(open);
        bars.high.push(open.max(close));
        bars.low.push(open.min(close));
        bars.close.push(close);
        bars.volume.push(1e6);
        bars.factor.push(factor);
    }
    bars
}

fn weights(choices: &'static [f64]) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop::sample::select(choices), 0..60)
}

fn rule_book(market: Market, slippage_bp: f64) -> (RuleBook, &'static str) {
    rule_book_for(market, slippage_bp, PriceBasis::Raw)
}

/// On split-adjusted prices fractions of shares are traded, for money that still comes in cents.
fn rule_book_for(market: Market, slippage_bp: f64, basis: PriceBasis) -> (RuleBook, &'static str) {
    let symbol = match market {
        Market::Ashare => "688256.SH",
        Market::Us => "AAPL",
        Market::None => "X",
    };
    let overrides = Overrides { slippage_bp, ..Overrides::default() };
    (RuleBook::new(market, &overrides, symbol, basis).unwrap(), symbol)
}

fn basis() -> impl Strategy<Value = PriceBasis> {
    prop::sample::select(vec![PriceBasis::Raw, PriceBasis::SplitAdjusted])
}

fn market() -> impl Strategy<Value = Market> {
    prop::sample::select(vec![Market::Ashare, Market::Us, Market::None])
}

fn fill() -> impl Strategy<Value = Fill> {
    prop::sample::select(vec![Fill::NextOpen, Fill::NextClose, Fill::NextVwap, Fill::SameClose])
}

/// Every series trades a million shares a day: these caps let one bar fill 100 shares, 20,000, or all.
fn terms() -> impl Strategy<Value = Terms> {
    let unfilled = prop::sample::select(vec![Unfilled::Keep, Unfilled::Retry(1), Unfilled::Drop]);
    let cap = prop::sample::select(vec![None, Some(0.000_1), Some(0.02)]);
    (fill(), unfilled, cap).prop_map(|(fill, unfilled, volume_cap)| Terms {
        fill,
        unfilled,
        volume_cap,
        ..Terms::new(50_000.0)
    })
}

fn trade_on(bars: &BarSeries, targets: &[f64], rules: &RuleBook, terms: &Terms) -> Backtest {
    Tape::new(bars, rules, &Known::default()).backtest(0, targets, terms).unwrap()
}

proptest! {
    #[test]
    fn replaying_the_trades_gives_the_equity_and_cash_never_runs_out(
        days in days(), mut targets in weights(&[0.0, 0.3, 1.0]), market in market(), fill in fill(),
        slippage_bp in prop::sample::select(vec![0.0, 7.0]), cash in 500.0..200_000.0_f64, basis in basis(),
    ) {
        let (rules, symbol) = rule_book_for(market, slippage_bp, basis);
        let bars = BarSeries { basis, ..series(symbol, &days, basis == PriceBasis::Raw) };
        targets.truncate(bars.len());
        let cash = (cash * 100.0).round() / 100.0;
        let result = trade(&bars, 0, &targets, &rules, fill, cash).unwrap();
        let mut holding = Holding { cash, shares: 0.0 };
        let mut trades = result.trades.iter().peekable();
        for i in 0..bars.len() {
            if i > 0 {
                holding.shares *= bars.factor[i] / bars.factor[i - 1];
            }
            while let Some(trade) = trades.next_if(|trade| trade.date == bars.date[i]) {
                let sign = if trade.side == Side::Buy { 1.0 } else { -1.0 };
                holding.shares += sign * trade.shares;
                holding.cash -= sign * rules.value(trade.shares, trade.price);
                holding.cash -= trade.commission + trade.stamp_duty + trade.other_fees;
                prop_assert!(trade.shares > 0.0);
                prop_assert!(holding.cash > -1e-6, "cash {}", holding.cash);
                prop_assert!(holding.shares > -1e-9, "shares {}", holding.shares);
            }
            let equity = holding.cash + holding.shares * bars.close[i];
            prop_assert!((result.equity[i] - equity).abs() < 1e-6, "{} and {}", result.equity[i], equity);
            prop_assert!((result.position[i] - holding.shares * bars.close[i] / equity).abs() < 1e-6);
        }
        prop_assert!(trades.next().is_none());
        prop_assert!(result.holding.cash >= 0.0);
    }

    #[test]
    fn always_long_without_costs_is_the_adjusted_price(days in days(), first in 0..2_usize) {
        let bars = series("X", &days, false);
        let rules = RuleBook::frictionless();
        let long = trade(&bars, first, &[1.0], &rules, Fill::SameClose, 1000.0).unwrap();
        let market = Tape::new(&bars, &rules, &Known::default()).market_curve(first, 1000.0).unwrap();
        let hfq = bars.hfq();
        for k in 0..long.equity.len() {
            let expected = 1000.0 * hfq.close[first + k] / hfq.close[first];
            prop_assert!((market.equity[k] / expected - 1.0).abs() < 1e-9);
            prop_assert!((long.equity[k] / expected - 1.0).abs() < 1e-9);
        }
        // Filled at the next open it follows the adjusted price from there.
        let executable = trade(&bars, first, &[1.0], &rules, Fill::NextOpen, 1000.0).unwrap();
        for k in 1..executable.equity.len() {
            let expected = 1000.0 * hfq.close[first + k] / hfq.open[first + 1];
            prop_assert!((executable.equity[k] / expected - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn nothing_up_to_t_depends_on_a_bar_or_a_decision_after_t(
        days in days(), other in days(), mut targets in weights(&[0.0, 0.5, 1.0]), tail in weights(&[0.0, 1.0]),
        market in market(), terms in terms(), at in any::<prop::sample::Index>(),
    ) {
        let (rules, symbol) = rule_book(market, 3.0);
        let t = at.index(days.len());
        let mut changed: Vec<Day> = days[..=t].to_vec();
        changed.extend(other);
        targets.truncate(days.len());
        let mut changed_targets: Vec<f64> = targets.iter().copied().take(t + 1).collect();
        if targets.len() > t {
            changed_targets.extend(tail);
        }
        changed_targets.truncate(changed.len());
        let run = |days: &[Day], targets: &[f64]| {
            trade_on(&series(symbol, days, true), targets, &rules, &terms)
        };
        let (a, b) = (run(&days, &targets), run(&changed, &changed_targets));
        let bits = |column: &[f64]| column[..=t].iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&a.equity), bits(&b.equity));
        prop_assert_eq!(bits(&a.position), bits(&b.position));
        let until = |result: &Backtest| {
            let last = result.dates[t];
            result.trades.iter().filter(|trade| trade.date <= last).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(until(&a), until(&b));
        let rows = |result: &Backtest| {
            let last = result.dates[t];
            let blocked = result.blocked.iter().filter(|row| row.date <= last).copied().collect::<Vec<_>>();
            (result.actions.iter().filter(|row| row.date <= last).copied().collect::<Vec<_>>(), blocked)
        };
        prop_assert_eq!(rows(&a), rows(&b));
    }

    #[test]
    fn orders_arise_only_from_changes_and_every_order_is_accounted_for(
        days in days(), mut targets in weights(&[-1.0, 0.0, 0.5, 1.0]), terms in terms(), cash in 5.0..50_000.0_f64,
    ) {
        let (rules, symbol) = rule_book(Market::Us, 0.0);
        let bars = series(symbol, &days, true);
        targets.truncate(bars.len());
        let result = trade_on(&bars, &targets, &rules, &Terms { cash, ..terms });
        let changes = std::iter::once(&0.0).chain(&targets).zip(&targets).filter(|(a, b)| a != b).count();
        let (placed, filled) = (result.orders.placed, result.orders.filled);
        if result.equity.iter().all(|equity| *equity > 0.0) {
            prop_assert_eq!(placed, changes);
        }
        prop_assert_eq!(placed, accounted_for(&result.orders));
        if terms.volume_cap.is_none() {
            prop_assert_eq!(filled + result.orders.cut_short, result.trades.len());
        }
    }

    #[test]
    fn no_a_share_is_bought_at_the_upper_or_sold_at_the_lower_limit_nor_on_the_day_it_was_bought(
        days in days(), mut targets in weights(&[0.0, 1.0]),
    ) {
        let bars = series("600000.SH", &days, true);
        let slipping = Overrides { slippage_bp: 100.0, ..Overrides::default() };
        let main = RuleBook::new(Market::Ashare, &slipping, "600000.SH", PriceBasis::Raw).unwrap();
        targets.truncate(bars.len());
        let result = trade(&bars, 0, &targets, &main, Fill::NextOpen, 100_000.0).unwrap();
        let limits = main.limits(&bars, &Known::default());
        for trade in &result.trades {
            let i = bars.date.binary_search(&trade.date).unwrap();
            prop_assert!(!limits[i].blocks(trade.side, bars.open[i]));
            if let PriceLimit::Band { up, down, .. } = limits[i] {
                prop_assert!(trade.price <= up.max(bars.open[i]) && trade.price >= down.min(bars.open[i]));
            }
        }
        prop_assert!(result.trades.windows(2).all(|pair| pair[0].date < pair[1].date));
    }

    #[test]
    fn over_an_ex_day_the_value_of_a_position_moves_by_no_more_than_half_a_tick_a_share(
        cash in prop::option::of(0.01..3.0_f64), tenths in 0..10_u32, close in 500..5_000_i32,
        market in market(), with_factor in any::<bool>(),
    ) {
        let symbol = rule_book(market, 0.0).1;
        let rules = rule_book(market, 0.0).0;
        let day = |d| TradeDate::new(2023, 9, d).unwrap();
        let event = ExDay { new_shares: f64::from(tenths) / 10.0, ..ExDay::dividend(day(5), cash.unwrap_or(0.0)) };
        let close = f64::from(close) / 100.0;
        let reference = (event.reference(close) * 100.0).round() / 100.0;
        let prices = vec![close, close, reference];
        let factor = if with_factor { close / reference } else { 1.0 };
        let bars = BarSeries {
            symbol: symbol.into(),
            basis: PriceBasis::Raw,
            date: vec![day(1), day(4), day(5)],
            open: prices.clone(),
            high: prices.clone(),
            low: prices.clone(),
            close: prices.clone(),
            volume: vec![1e6; 3],
            amount: None,
            pre_close: Some(vec![close, close, reference]),
            factor: vec![1.0, 1.0, factor],
        };
        let known = Known { ex_days: vec![event], ..Known::default() };
        let terms = Terms { unit: TargetUnit::Shares(1_000.0), ..Terms::new(1e6) };
        let result = Tape::new(&bars, &rules, &known).backtest(0, &[1.0], &terms).unwrap();
        let held = result.holding.shares;
        prop_assert!(held >= 1_000.0);
        let moved = result.equity[2] - result.equity[1];
        // Half a cent is rounded in the cash, too.
        prop_assert!(moved.abs() <= held * 0.005 + 0.005 + 1e-6, "{moved} of {held} shares");
        prop_assert!(result.actions.iter().all(|row| row.kind != ActionKind::FactorOverEvents));
    }
}
