//! The sample market against what it claims about itself. Statements about chance are judged over many seeds with
//! bounds of some four standard errors, so that with these fixed seeds they hold or a claim is wrong.

use super::*;

/// Markets per statistical test, none of them the default one.
const SEEDS: std::ops::Range<u64> = 10_000..10_120;

/// Adjusted returns, entry t from bar t to bar t+1.
fn returns(market: &SampleMarket) -> Vec<f64> {
    market.bars.hfq().close.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect()
}

/// The oracle's rule applied to any bars, fed one by one.
fn oracle_of(bars: &BarSeries) -> Vec<f64> {
    let mut outlook = Outlook::new();
    let reference = bars.pre_close.as_deref().unwrap();
    (0..bars.len())
        .map(|t| {
            outlook.observe(bars.close[t] / reference[t] - 1.0, bars.volume[t]);
            outlook.expected_return()
        })
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn standard_deviation(values: &[f64]) -> f64 {
    let center = mean(values);
    (values.iter().map(|x| (x - center).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

fn autocorrelation(values: &[f64]) -> f64 {
    let center = mean(values);
    let products: f64 = values.windows(2).map(|pair| (pair[0] - center) * (pair[1] - center)).sum();
    products / values.iter().map(|x| (x - center).powi(2)).sum::<f64>()
}

fn excess_kurtosis(values: &[f64]) -> f64 {
    let (center, spread) = (mean(values), standard_deviation(values));
    mean(&values.iter().map(|x| ((x - center) / spread).powi(4)).collect::<Vec<_>>()) - 3.0
}

#[test]
fn the_oracle_is_a_function_of_the_bars_up_to_its_day() {
    let market = generate(SampleKind::Planted);
    assert!(oracle_of(&market.bars) == market.oracle);
    let mut changed = market.bars.clone();
    for t in 2_000..changed.len() {
        changed.close[t] *= 1.01;
        changed.volume[t] += 700.0;
    }
    let again = oracle_of(&changed);
    assert!(again[..2_000] == market.oracle[..2_000]);
    assert!(again[2_000] != market.oracle[2_000]);
}

#[test]
fn the_oracle_explains_two_percent_of_the_next_return() {
    let shares: Vec<f64> = SEEDS
        .map(|seed| {
            let market = generate_with_seed(SampleKind::Planted, seed);
            let next = returns(&market);
            let left: f64 = next.iter().zip(&market.oracle).map(|(r, o)| (r - o).powi(2)).sum();
            let center = mean(&next);
            1.0 - left / next.iter().map(|r| (r - center).powi(2)).sum::<f64>()
        })
        .collect();
    assert!((mean(&shares) - planted::PLANTED_R2).abs() < 0.002, "{}", mean(&shares));
}

#[test]
fn the_oracle_is_unbiased() {
    // Regression of the next return on the oracle through the origin: slope 1.
    let (mut xy, mut xx, mut noise) = (0.0, 0.0, 0.0);
    for seed in SEEDS {
        let market = generate_with_seed(SampleKind::Planted, seed);
        for (r, o) in returns(&market).iter().zip(&market.oracle) {
            xy += o * r;
            xx += o * o;
            noise += (o * (r - o)).powi(2);
        }
    }
    let (slope, error) = (xy / xx, noise.sqrt() / xx);
    assert!((slope - 1.0).abs() < 4.0 * error && error < 0.02, "{slope} ± {error}");
}

#[test]
fn the_expected_return_is_the_average_of_many_next_days() {
    for (mean, sigma) in [(0.003, 0.015), (-0.012, 0.045), (0.02, 0.08)] {
        let expected = student_t::expected_clipped(mean, sigma, planted::LIMIT);
        let (mut shock, mut path) = (Stream::new(5, Purpose::Return), Stream::new(5, Purpose::Session));
        let n = 200_000;
        let days: Vec<Session> =
            (0..n).map(|_| session::draw(2_000, mean, sigma, &mut shock, &mut path)).collect();
        let average = |price: fn(&Session) -> i64| {
            let offsets: Vec<f64> = days.iter().map(|day| price(day) as f64 / 2_000.0 - 1.0).collect();
            (self::mean(&offsets), standard_deviation(&offsets) / f64::from(n).sqrt())
        };
        let (close, error) = average(|day| day.close);
        assert!((close - expected).abs() < 4.0 * error, "{close} ± {error}, expected {expected}");
        // A quarter of the mean comes overnight, where limits hardly bind.
        let (open, error) = average(|day| day.open);
        assert!((open - 0.25 * mean).abs() < 4.0 * error + 0.01 * mean.abs(), "{open} ± {error}");
    }
}

#[test]
fn on_the_null_market_returns_average_zero_and_are_not_autocorrelated() {
    let (mut averages, mut openings, mut lags, mut fills) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for seed in SEEDS {
        let market = generate_with_seed(SampleKind::Null, seed);
        let next = returns(&market);
        averages.push(mean(&next));
        lags.push(autocorrelation(&next));
        let (open, reference) = (&market.bars.open, market.bars.pre_close.as_deref().unwrap());
        fills.push(mean(&market.bars.hfq().open.windows(2).map(|o| o[1] / o[0] - 1.0).collect::<Vec<_>>()));
        openings.push(mean(&open.iter().zip(reference).map(|(o, r)| o / r - 1.0).collect::<Vec<_>>()));
    }
    // Fills happen at opens, so open to open must be fair too.
    for (what, values) in
        [("close", averages), ("open", openings), ("open to open", fills), ("autocorrelation", lags)]
    {
        let error = standard_deviation(&values) / (values.len() as f64).sqrt();
        assert!(mean(&values).abs() < 3.0 * error, "{what}: {} ± {error}", mean(&values));
    }
}

#[test]
fn on_the_null_market_the_planted_rule_has_the_t_value_of_chance() {
    let (mut of_returns, mut of_directions) = (Vec::new(), Vec::new());
    for seed in SEEDS {
        let market = generate_with_seed(SampleKind::Null, seed);
        let (next, signal) = (returns(&market), oracle_of(&market.bars));
        let products: Vec<f64> = next.iter().zip(&signal).map(|(r, s)| r * s).collect();
        // White's variance: volatility is not constant.
        of_returns.push(products.iter().sum::<f64>() / products.iter().map(|p| p * p).sum::<f64>().sqrt());
        let signs: Vec<f64> = products.iter().filter(|p| **p != 0.0).map(|p| p.signum()).collect();
        of_directions.push(signs.iter().sum::<f64>() / (signs.len() as f64).sqrt());
    }
    for (what, t) in [("returns", of_returns), ("directions", of_directions)] {
        // 120 draws of a standard normal: mean ± 0.09, standard deviation 1 ± 0.065.
        assert!(mean(&t).abs() < 0.36, "{what}: {}", mean(&t));
        assert!((standard_deviation(&t) - 1.0).abs() < 0.25, "{what}: {}", standard_deviation(&t));
    }
}

#[test]
fn on_the_planted_market_the_planted_rule_is_found_and_linear_autocorrelation_is_not() {
    let (mut t_values, mut lags) = (Vec::new(), Vec::new());
    for seed in SEEDS {
        let market = generate_with_seed(SampleKind::Planted, seed);
        let next = returns(&market);
        let products: Vec<f64> = next.iter().zip(&market.oracle).map(|(r, s)| r * s).collect();
        t_values.push(products.iter().sum::<f64>() / products.iter().map(|p| p * p).sum::<f64>().sqrt());
        lags.push(autocorrelation(&next));
    }
    assert!(mean(&t_values) > 7.0, "{}", mean(&t_values));
    assert!(mean(&lags).abs() < 0.01, "{}", mean(&lags));
}

#[test]
fn returns_have_fat_tails_and_clustered_volatility_of_about_thirty_percent() {
    let (mut kurtosis, mut clustering, mut volatility) = (Vec::new(), Vec::new(), Vec::new());
    for seed in SEEDS.chain([SAMPLE_SEED]) {
        for kind in [SampleKind::Planted, SampleKind::Null] {
            let next = returns(&generate_with_seed(kind, seed));
            kurtosis.push(excess_kurtosis(&next));
            clustering.push(autocorrelation(&next.iter().map(|r| r.abs()).collect::<Vec<_>>()));
            volatility.push(standard_deviation(&next) * 243_f64.sqrt());
        }
    }
    assert!(mean(&kurtosis) > 2.5 && mean(&clustering) > 0.14, "{} {}", mean(&kurtosis), mean(&clustering));
    assert!((0.27..0.31).contains(&mean(&volatility)), "{}", mean(&volatility));
    // The last two are the markets everybody gets.
    for (k, c) in kurtosis.iter().zip(&clustering).rev().take(2) {
        assert!(*k > 2.0 && *c > 0.1, "{k} {c}");
    }
}

#[test]
fn every_bar_keeps_the_rules_of_the_exchange() {
    for (kind, seed) in [(SampleKind::Planted, SAMPLE_SEED), (SampleKind::Null, 3), (SampleKind::Null, 4)] {
        let SampleMarket { bars, calendar, suspensions, oracle, .. } = generate_with_seed(kind, seed);
        let TradingCalendar::Days(days) = calendar else { panic!("the exchange publishes its days") };
        assert_eq!((days.len(), oracle.len()), (4_860, bars.len()));
        let share = suspensions.len() as f64 / days.len() as f64;
        assert!((0.008..0.022).contains(&share), "{share}");
        let mut all: Vec<TradeDate> = bars.date.iter().chain(&suspensions).copied().collect();
        all.sort();
        assert!(all == days);

        let ticks = |price: f64| {
            let ticks = (price * 100.0).round();
            assert_eq!(ticks / 100.0, price);
            ticks as i64
        };
        let (reference, amount) = (bars.pre_close.as_deref().unwrap(), bars.amount.as_deref().unwrap());
        for t in 0..bars.len() {
            let [open, high, low, close] =
                [bars.open[t], bars.high[t], bars.low[t], bars.close[t]].map(ticks);
            let reference = ticks(reference[t]);
            assert!(low <= open.min(close) && high >= open.max(close) && low > 0);
            assert!(high <= (reference * 11 + 5) / 10 && low >= (reference * 9 + 5) / 10);
            assert!(bars.volume[t] >= 100.0 && bars.volume[t] % 100.0 == 0.0);
            let average = amount[t] / bars.volume[t];
            assert!(average > bars.low[t] - 0.011 && average < bars.high[t] + 0.001, "{average}");
        }
    }
}

#[test]
fn every_summer_has_one_ex_day_on_which_the_raw_price_falls_and_the_factor_makes_up_for_it() {
    let bars = generate(SampleKind::Planted).bars;
    let reference = bars.pre_close.as_deref().unwrap();
    let ex_days: Vec<usize> = (1..bars.len()).filter(|t| reference[*t] != bars.close[t - 1]).collect();
    assert_eq!(ex_days.len(), 20);
    for (&t, year) in ex_days.iter().zip(2005..) {
        assert_eq!(bars.date[t].year(), year);
        assert!((6..=8).contains(&bars.date[t].month()));
        assert!(bars.factor[t] > bars.factor[t - 1]);
        let (raw, adjusted) = (bars.close[t] / bars.close[t - 1], bars.close[t] / reference[t]);
        let hfq = bars.close[t] * bars.factor[t] / (bars.close[t - 1] * bars.factor[t - 1]);
        assert!(raw < adjusted && (hfq - adjusted).abs() < 1e-12);
    }
    assert_eq!(bars.factor[0], 1.0);
}

#[test]
fn the_same_seed_gives_the_same_market_and_another_seed_another() {
    assert!(generate(SampleKind::Planted) == generate_with_seed(SampleKind::Planted, SAMPLE_SEED));
    let (one, other) = (generate_with_seed(SampleKind::Null, 1), generate_with_seed(SampleKind::Null, 2));
    assert_eq!(one.calendar, other.calendar);
    assert!(one.bars != other.bars && one.suspensions != other.suspensions);
    assert!(one.oracle.iter().all(|expected| *expected == 0.0));
}

#[test]
fn the_default_planted_market_has_the_designed_skill_in_every_part() {
    let market = generate(SampleKind::Planted);
    let next = returns(&market);
    let n = next.len();
    for part in [0..n * 6 / 10, n * 6 / 10..n * 8 / 10, n * 8 / 10..n] {
        let left: f64 = part.clone().map(|t| (next[t] - market.oracle[t]).powi(2)).sum();
        let share = 1.0 - left / part.map(|t| next[t].powi(2)).sum::<f64>();
        assert!((0.014..0.026).contains(&share), "{share}");
    }
}

#[test]
fn the_default_market_stays_the_same_from_version_to_version() {
    // The first closes only: the last bit of a logarithm differs between platforms, and years later a tick with it.
    let first = |kind| generate(kind).bars.close[..4].to_vec();
    assert_eq!(first(SampleKind::Null), [25.04, 24.46, 24.21, 23.46]);
    assert_eq!(first(SampleKind::Planted), [25.04, 24.46, 24.11, 23.41]);
}
