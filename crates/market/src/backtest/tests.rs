use super::*;
use crate::bars::{BarSeries, PriceBasis};
use crate::known::Known;
use crate::rules::{Market, Overrides, RuleBook};
use crate::terms::TargetUnit;
use crate::wide::Plain;

/// A small generator of its own, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.next() * choices.len() as f64) as usize]
    }

    fn bars(&mut self, symbol: &str, bars: usize) -> BarSeries {
        let (mut close, mut factor, mut date) = (20.0, 1.0, TradeDate::literal(2023, 8, 1));
        let cents = |price: f64| (price * 100.0).round().max(1.0) / 100.0;
        let mut made = BarSeries {
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
        for _ in 0..bars {
            let ratio = if self.next() < 0.1 { 1.25 } else { 1.0 };
            factor *= ratio;
            let open = cents(close / ratio * (0.9 + 0.2 * self.next()));
            close = cents(close / ratio * (0.9 + 0.2 * self.next()));
            made.date.push(date);
            made.open.push(open);
            made.high.push(open.max(close));
            made.low.push(open.min(close));
            made.close.push(close);
            made.volume.push((self.next() * 1e5).floor());
            made.factor.push(factor);
            date = date.next_day();
        }
        made
    }

    fn terms(&mut self) -> Terms {
        Terms {
            fill: self.of(&[Fill::NextOpen, Fill::NextClose, Fill::NextVwap, Fill::SameClose]),
            unfilled: self.of(&[Unfilled::Keep, Unfilled::Retry(1), Unfilled::Drop]),
            volume_cap: self.of(&[None, None, Some(0.01)]),
            unit: self.of(&[TargetUnit::Equity, TargetUnit::Equity, TargetUnit::Shares(300.0)]),
            ..Terms::new(self.of(&[900.0, 50_000.0, 1e9]))
        }
    }
}

/// Cash and shares from the rows alone, at the close of every bar.
fn is_marked_by_its_rows(result: &Backtest, rules: &RuleBook, close: &[f64], what: &str) {
    let (mut cash, mut shares) = (rules.money().count(result.cash), 0.0);
    for (k, date) in result.dates.iter().enumerate() {
        for action in result.actions.iter().filter(|action| action.date == *date) {
            cash += rules.money().count(action.cash);
            shares += action.shares;
        }
        for trade in result.trades.iter().filter(|trade| trade.date == *date) {
            let [value, commission, duty, other] =
                [trade.shares * trade.price, trade.commission, trade.stamp_duty, trade.other_fees]
                    .map(|amount| rules.money().count(amount));
            cash += -trade.side.sign() * value - (commission + duty + other);
            shares += trade.side.sign() * trade.shares;
        }
        let (cash, invested) = (rules.money().currency(cash), shares * close[k]);
        let equity = cash + invested;
        let position = if equity > 0.0 { invested / equity } else { 0.0 };
        assert_eq!((result.equity[k], result.position[k]), (equity, position), "bar {k} of {what}");
    }
}

#[test]
fn every_cpu_trades_the_same_bits_on_curves_of_any_length_and_every_bar_is_marked() {
    let mut random = Random(9);
    let (mut trades, mut used) = (0, Backtest::default());
    for n in (1..41).chain([63, 64, 65, 130, 200]) {
        for draw in 0..24 {
            let market = [Market::Ashare, Market::Us, Market::None][draw % 3];
            let symbol = random.of(&["600000.SH", "688981.SH"]);
            let overrides = Overrides { slippage_bp: random.of(&[0.0, 7.0]), ..Overrides::default() };
            let rules = RuleBook::new(market, &overrides, symbol, PriceBasis::Raw).unwrap();
            let first = (random.next() * 5.0) as usize;
            let bars = random.bars(symbol, n + first);
            let choices: &[f64] =
                if rules.allows_short() { &[-1.0, 0.0, 0.4, 1.0] } else { &[0.0, 0.4, 1.0] };
            let often = random.of(&[0.05, 0.5]);
            let targets: Vec<f64> = (0..n)
                .scan(0.0, |target, _| {
                    *target = if random.next() < often { random.of(choices) } else { *target };
                    Some(*target)
                })
                .collect();
            let terms = random.terms();
            let tape = Tape::new(&bars, &rules, &Known::default());
            let what = format!("{n} bars of {symbol}, {market}, {terms:?}, {targets:?}");
            tape.backtest_into(&mut used, first, &targets, &terms).unwrap();
            let mut plain = Backtest::default();
            let to_trade =
                ToTrade { tape: &tape, result: &mut plain, first, targets: &targets, terms: &terms };
            to_trade.work::<Plain>().unwrap();
            // As text, which tells 0 from -0.
            assert_eq!(format!("{used:?}"), format!("{plain:?}"), "{what}");
            is_marked_by_its_rows(&used, &rules, &bars.close[first..], &what);
            let market = tape.market_curve(first, terms.cash).unwrap();
            let held = tape.buy_and_hold(first, &terms).unwrap();
            crate::metrics::every_cpu_finds_the_same(&used, &crate::metrics::Benchmarks::new(&market, &held));
            trades += used.trades.len();
        }
    }
    assert!(trades > 3_000, "{trades}");
}
