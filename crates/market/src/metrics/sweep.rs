//! One pass along a curve for all its sums.
//!
//! Every sum runs in four lanes, because additions of one sum wait for each other. Their order is fixed: the same bits on
//! every CPU.

use super::moments::{PowerSums, steady_return};
use super::relative::Benchmarks;
use crate::wide::Four;
use std::cell::Cell;

/// What a pass along n + 1 bars, n returns, finds.
#[derive(Clone, Debug, Default)]
pub(super) struct Sweep {
    /// Daily simple returns equity(t)/equity(t−1) − 1; none at all where the equity was ever at or below zero, because from
    /// there a return means nothing.
    pub returns: Vec<f64>,
    /// Of these returns.
    pub powers: PowerSums,
    /// Σ x · (r of the market − its mean), x being r − `powers.shift`.
    pub with_market: f64,
    /// Σ y and Σ y², y being x − (r of `buy_and_hold` − its own steady return).
    pub beyond_held: [f64; 2],
    pub mean_equity: f64,
    /// Mean of |position|.
    pub exposure: f64,
}

#[derive(Clone, Copy)]
struct Sums<F> {
    first: F,
    second: F,
    third: F,
    below: F,
    with_market: F,
    beyond: F,
    beyond_squared: F,
    equity: F,
    position: F,
}

/// Four bars and the returns that lead to them.
#[derive(Clone, Copy)]
struct Bars<F> {
    before: F,
    equity: F,
    position: F,
    market: F,
    held: F,
}

impl<F: Four> Sums<F> {
    #[inline(always)]
    fn nothing() -> Sums<F> {
        let none = F::of(0.0);
        Sums {
            first: none,
            second: none,
            third: none,
            below: none,
            with_market: none,
            beyond: none,
            beyond_squared: none,
            equity: none,
            position: none,
        }
    }

    /// With `bars`; their returns.
    #[inline(always)]
    fn add(&mut self, bars: Bars<F>, shift: F) -> F {
        let r = bars.equity / bars.before - F::of(1.0);
        let x = r - shift;
        let squared = x * x;
        let loss = r.lower(F::of(0.0));
        let y = x - bars.held;
        self.first = self.first + x;
        self.second = self.second + squared;
        self.third = self.third + squared * x;
        self.below = self.below + loss * loss;
        self.with_market = self.with_market + x * bars.market;
        self.beyond = self.beyond + y;
        self.beyond_squared = self.beyond_squared + y * y;
        self.equity = self.equity + bars.equity;
        self.position = self.position + bars.position.abs();
        r
    }

    #[inline(always)]
    fn all(&self) -> [F; 9] {
        let Sums { first, second, third, below, with_market, beyond, beyond_squared, equity, position } =
            *self;
        [first, second, third, below, with_market, beyond, beyond_squared, equity, position]
    }

    #[inline(always)]
    fn totals(&self) -> [f64; 9] {
        self.all().map(F::sum)
    }

    #[inline(always)]
    fn lane_0(&self) -> [f64; 9] {
        self.all().map(|sums| sums.lanes()[0])
    }
}

thread_local! {
    /// Memory that every curve uses again.
    static ROOM: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
}

impl Sweep {
    /// Gives its memory back for the next curve.
    pub fn done(self) {
        ROOM.set(self.returns);
    }

    /// Along `equity` and `position`, one a bar and one length; against nothing where a benchmark is not over as many bars.
    #[inline(always)]
    pub fn along<F: Four>(equity: &[f64], position: &[f64], benchmarks: Option<&Benchmarks>) -> Sweep {
        let bars = equity.len().min(position.len());
        let (Some(n), Some(&first), Some(&at_first)) =
            (bars.checked_sub(1), equity.first(), position.first())
        else {
            return Sweep::default();
        };
        let market = benchmarks.and_then(|benchmarks| benchmarks.market_over(n));
        let held = benchmarks.and_then(|benchmarks| benchmarks.held_over(n));
        let nothing = if market.is_none() || held.is_none() { vec![0.0; n] } else { Vec::new() };
        let (market, held) = (market.unwrap_or(&nothing), held.unwrap_or(&nothing));
        let steady = steady_return(equity);
        let shift = F::of(steady);
        let mut returns = ROOM.take();
        returns.resize(n, 0.0);
        let (mut sums, mut lowest) = (Sums::<F>::nothing(), F::of(first));
        let (befores, rest_before) = equity[..n].as_chunks();
        let (afters, rest_after) = equity[1..=n].as_chunks();
        let (positions, rest_position) = position[1..=n].as_chunks();
        let (markets, rest_market) = market.as_chunks();
        let (helds, rest_held) = held.as_chunks();
        let (returned, rest_returned) = returns.as_chunks_mut();
        let columns = befores.iter().zip(afters).zip(positions).zip(markets).zip(helds).zip(returned);
        for (((((before, equity), position), market), held), returned) in columns {
            let [before, equity, position, market, held] =
                [before, equity, position, market, held].map(F::read);
            sums.add(Bars { before, equity, position, market, held }, shift).write(returned);
            lowest = equity.lower(lowest);
        }
        // The last few one by one.
        let mut totals = sums.totals();
        for k in 0..rest_before.len() {
            let (mut one, [before, equity]) = (Sums::<F>::nothing(), [rest_before[k], rest_after[k]]);
            let bar = Bars {
                before: F::of(before),
                equity: F::of(equity),
                position: F::of(rest_position[k]),
                market: F::of(rest_market[k]),
                held: F::of(rest_held[k]),
            };
            rest_returned[k] = one.add(bar, shift).lanes()[0];
            totals.iter_mut().zip(one.lane_0()).for_each(|(total, one)| *total += one);
            lowest = lowest.lower(F::of(equity));
        }
        let [first_power, second, third, below, with_market, beyond, beyond_squared, of_equity, of_position] =
            totals;
        let mean = |sum: f64| sum / bars as f64;
        let (mean_equity, exposure) = (mean(first + of_equity), mean(at_first.abs() + of_position));
        if !lowest.lanes().iter().all(|equity| *equity > 0.0) {
            ROOM.set(returns);
            return Sweep { mean_equity, exposure, ..Sweep::default() };
        }
        let powers = PowerSums { n: n as f64, shift: steady, first: first_power, second, third, below };
        Sweep { returns, powers, with_market, beyond_held: [beyond, beyond_squared], mean_equity, exposure }
    }
}

#[cfg(test)]
mod tests {
    use super::super::moments::{Moments, daily_returns};
    use super::*;
    use crate::backtest::Backtest;
    use crate::date::TradeDate;
    use crate::wide::{Work, wide};

    struct Along<'a>(&'a [f64], &'a [f64], Option<&'a Benchmarks>);

    impl Work for Along<'_> {
        type Done = Sweep;

        #[inline(always)]
        fn work<F: Four>(self) -> Sweep {
            Sweep::along::<F>(self.0, self.1, self.2)
        }
    }

    fn along(equity: &[f64], position: &[f64], benchmarks: Option<&Benchmarks>) -> Sweep {
        wide(Along(equity, position, benchmarks))
    }

    fn curve(n: usize, seed: f64) -> Vec<f64> {
        let mut equity = vec![1000.0];
        for k in 1..n {
            let r = ((k as f64 * 1.7 + seed).sin() * 0.02).powi(3) * 1e3 + 0.0004;
            equity.push(equity[k - 1] * (1.0 + r));
        }
        equity
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-11 * expected.abs().max(1e-3), "{expected}, found {found}");
    }

    #[test]
    fn all_sums_are_those_that_two_plain_passes_find() {
        for n in [2, 3, 4, 5, 6, 7, 8, 9, 100, 1001] {
            let (equity, market, held) = (curve(n, 0.3), curve(n, 1.1), curve(n, 2.9));
            let position: Vec<f64> = (0..n).map(|k| (k as f64).cos()).collect();
            let backtest = |equity: &[f64]| {
                let dates = vec![TradeDate::literal(2020, 1, 1); n];
                Backtest { equity: equity.to_vec(), dates, ..Backtest::default() }
            };
            let benchmarks = Benchmarks::new(&backtest(&market), &backtest(&held));
            let sweep = along(&equity, &position, Some(&benchmarks));
            let returns = daily_returns(&equity);
            assert_eq!(sweep.returns, returns);

            let count = returns.len() as f64;
            let mean = |column: &[f64]| column.iter().sum::<f64>() / column.len() as f64;
            let about = |power: i32| returns.iter().map(|r| (r - mean(&returns)).powi(power)).sum::<f64>();
            let moments = Moments::of(&sweep.powers);
            near(moments.mean, mean(&returns));
            if count >= 2.0 {
                near(moments.deviation.unwrap(), (about(2) / (count - 1.0)).sqrt());
            }
            if count >= 3.0 {
                let skew = (count * (count - 1.0)).sqrt() / (count - 2.0) * (about(3) / count)
                    / (about(2) / count).powf(1.5);
                near(moments.skew.unwrap(), skew);
            }
            let market = daily_returns(&market);
            let products = returns.iter().zip(&market);
            near(sweep.with_market, products.map(|(r, m)| (r - mean(&returns)) * (m - mean(&market))).sum());
            near(sweep.mean_equity, mean(&equity));
            near(sweep.exposure, mean(&position.iter().map(|p| p.abs()).collect::<Vec<_>>()));
        }
    }

    #[test]
    fn who_was_ever_ruined_has_no_returns_but_an_exposure() {
        for k in 0..9 {
            let mut equity = curve(9, 0.0);
            equity[k] = 0.0;
            let sweep = along(&equity, &[-0.5; 9], None);
            assert!(sweep.returns.is_empty() && sweep.powers.n == 0.0 && sweep.exposure == 0.5, "{k}");
        }
        assert_eq!(along(&[5.0], &[1.0], None).mean_equity, 5.0);
    }
}
