use super::band::limit_ticks;
use super::*;
use crate::rules::{Overrides, RuleBook};

fn bars(symbol: &str, days: &[(&str, f64, f64)]) -> BarSeries {
    // (date, pre_close, the one price of the day)
    let price: Vec<f64> = days.iter().map(|d| d.2).collect();
    BarSeries {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: days.iter().map(|d| d.0.parse().unwrap()).collect(),
        open: price.clone(),
        high: price.clone(),
        low: price.clone(),
        close: price.clone(),
        volume: vec![1.0; days.len()],
        amount: None,
        pre_close: Some(days.iter().map(|d| d.1).collect()),
        factor: vec![1.0; days.len()],
    }
}

fn limit_of(symbol: &str, days: &[(&str, f64, f64)], i: usize) -> PriceLimit {
    rule(symbol, PriceBasis::Raw).series(&bars(symbol, days), &Known::default())[i]
}

fn rule(symbol: &str, basis: PriceBasis) -> LimitRule {
    RuleBook::new(Market::Ashare, &Overrides::default(), symbol, basis).unwrap().limit
}

fn band(symbol: &str, day: &str, pre_close: f64) -> Option<(f64, f64)> {
    match limit_of(symbol, &[(day, pre_close, pre_close)], 0) {
        PriceLimit::Band { up, down, .. } => Some((up, down)),
        PriceLimit::Free | PriceLimit::Unknown => None,
    }
}

#[test]
fn limits_round_half_up_to_the_tick() {
    assert_eq!(band("600000.SH", "2020-01-02", 12.37), Some((13.61, 11.13)));
    // Half a tick: 10.05 x 1.1 = 11.055 and 10.05 x 0.9 = 9.045.
    assert_eq!(band("600000.SH", "2020-01-02", 10.05), Some((11.06, 9.05)));
    assert_eq!(band("688256.SH", "2020-09-01", 10.03), Some((12.04, 8.02)));
}

#[test]
fn binary_floats_do_not_shift_a_limit() {
    assert_eq!(limit_ticks(70, 30, Rounding::Inward), (91, 49));
    let float = std::hint::black_box(0.70) * 1.3;
    assert!(float < 0.91, "the trap this guards against");
}

#[test]
fn the_beijing_exchange_rounds_inward() {
    for (reference, up) in [(84.63, 110.01), (17.09, 22.21), (31.46, 40.89), (2.85, 3.70)] {
        assert_eq!(band("430047.BJ", "2024-01-02", reference).map(|band| band.0), Some(up));
    }
    assert_eq!(band("430047.BJ", "2024-01-02", 2.85).map(|band| band.1), Some(2.0));
    assert_eq!(band("430047.BJ", "2024-01-02", 2.86).map(|band| band.1), Some(2.01));
}

#[test]
fn a_limit_is_at_least_one_tick_away() {
    assert_eq!(band("600000.SH", "2020-01-02", 0.04), Some((0.05, 0.03)));
}

#[test]
fn the_rate_depends_on_board_and_date() {
    let up = |symbol, day| band(symbol, day, 10.0).map(|band| band.0);
    assert_eq!(up("600000.SH", "1996-12-13"), None);
    assert_eq!(up("600000.SH", "1996-12-16"), Some(11.0));
    assert_eq!(up("300127.SZ", "2020-08-21"), Some(11.0));
    assert_eq!(up("300127.SZ", "2020-08-24"), Some(12.0));
    assert_eq!(up("688256.SH", "2021-01-04"), Some(12.0));
    assert_eq!(up("920118.BJ", "2024-01-02"), Some(13.0));
}

#[test]
fn a_bar_far_beyond_the_limit_says_that_the_limit_is_unknown() {
    let resumed = limit_of("600000.SH", &[("2006-06-01", 10.0, 10.0), ("2006-06-02", 10.0, 12.0)], 1);
    assert_eq!(resumed, PriceLimit::Unknown);
    assert!(!resumed.blocks(Side::Buy, 12.0));
    // Early Shenzhen closes pass the computed limit by a fraction of a per cent: still a limit.
    let noisy = limit_of("000001.SZ", &[("1997-06-02", 10.0, 10.0), ("1997-06-03", 10.0, 11.02)], 1);
    assert!(noisy.blocks(Side::Buy, 11.02));
}

#[test]
fn the_first_five_days_of_a_new_star_stock_are_free() {
    let mut days = vec![("2020-07-20", 64.39, 212.40)];
    for day in ["2020-07-21", "2020-07-22", "2020-07-23", "2020-07-24", "2020-07-27"] {
        days.push((day, 100.0, 120.0));
    }
    let free: Vec<bool> = (0..6).map(|i| limit_of("688256.SH", &days, i) == PriceLimit::Free).collect();
    assert_eq!(free, [true, true, true, true, true, false]);
}

#[test]
fn a_series_that_starts_years_after_the_listing_has_no_free_days() {
    let days = [("2024-01-02", 100.0, 120.0), ("2024-01-03", 120.0, 144.0)];
    assert!(limit_of("688256.SH", &days, 0).blocks(Side::Buy, 120.0));
}

#[test]
fn an_order_is_blocked_at_its_own_limit_only() {
    let limit = limit_of("600000.SH", &[("2020-01-02", 10.0, 10.0)], 0);
    assert!(limit.blocks(Side::Buy, 11.0) && !limit.blocks(Side::Buy, 10.99));
    assert!(limit.blocks(Side::Sell, 9.0) && !limit.blocks(Side::Sell, 9.01));
    assert!(!limit.blocks(Side::Sell, 11.0) && !limit.blocks(Side::Buy, 9.0));
}

#[test]
fn without_pre_close_the_reference_is_the_previous_close_over_the_ex_day() {
    let mut series = bars("000001.SZ", &[("2016-06-15", 10.39, 10.44), ("2016-06-16", 8.57, 8.60)]);
    let rule = rule("000001.SZ", PriceBasis::Raw);
    let with_pre_close = rule.series(&series, &Known::default())[1];
    series.pre_close = None;
    series.factor = vec![1.0, 104.758253 / 85.994083];
    assert_eq!(rule.series(&series, &Known::default())[1], with_pre_close);
    assert_eq!(rule.series(&series, &Known::default())[0], PriceLimit::Free, "a first bar has no reference");
}

#[test]
fn on_split_adjusted_prices_a_quoted_limit_is_recognised_without_its_tick() {
    // 10.05 -> 11.06 as quoted, later split 7 for 1.
    let mut series = bars("600000.SH", &[("2020-01-02", 0.0, 10.05 / 7.0), ("2020-01-03", 0.0, 11.06 / 7.0)]);
    series.pre_close = None;
    let limit = rule("600000.SH", PriceBasis::SplitAdjusted).series(&series, &Known::default())[1];
    assert!(limit.blocks(Side::Buy, 11.06 / 7.0) && !limit.blocks(Side::Buy, 11.0 / 7.0));
}

#[test]
fn special_treatment_narrows_the_main_board_from_1998_to_2026_and_no_other() {
    let up = |board, day: &str, special| {
        ashare_price_band(board, day.parse().unwrap(), 10.0, special).map(|(up, _)| up)
    };
    for (day, limit) in [
        ("1996-12-13", None),
        ("1998-04-21", Some(11.0)),
        ("1998-04-22", Some(10.5)),
        ("2026-07-03", Some(10.5)),
        ("2026-07-06", Some(11.0)),
    ] {
        assert_eq!(up(Board::Main, day, true), limit, "{day}");
    }
    assert_eq!(up(Board::Main, "2020-01-02", false), Some(11.0));
    assert_eq!(up(Board::ChiNext, "2021-01-04", true), Some(12.0));
}

#[test]
fn a_new_listing_is_free_for_as_long_as_its_board_says() {
    let free = |board, day: &str| days_without_limit(board, day.parse().unwrap());
    assert_eq!(free(Board::Main, "2010-01-04"), 1);
    assert_eq!(free(Board::Main, "2023-04-10"), 5);
    assert_eq!(free(Board::Star, "2020-07-20"), 5);
}

#[test]
fn a_price_that_is_none_overflows_no_limit() {
    for reference in [f64::INFINITY, 1e300, f64::NAN, -1.0] {
        assert!(ashare_price_band(Board::Main, "2020-01-02".parse().unwrap(), reference, false).is_some());
    }
}

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

    /// One bar a day at one price near a limit of its reference, which is no price of whole ticks after an ex-day.
    fn near_limits(&mut self, symbol: &str, basis: PriceBasis, from: &str) -> BarSeries {
        const BARS: usize = 60;
        let (mut close, mut factor) = (self.of(&[0.08, 0.5, 3.0, 20.0, 1_700.0]), 1.0);
        let mut bars = bars(symbol, &[(from, 1.0, close); BARS]);
        (bars.basis, bars.pre_close) = (basis, None);
        for i in 0..BARS {
            if i > 0 {
                bars.date[i] = bars.date[i - 1].next_day();
            }
            let ratio = if self.next() < 0.3 { 1.0 + self.next() } else { 1.0 };
            factor *= ratio;
            let rate = self.of(&[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.44]);
            let near = close / ratio * (1.0 + self.of(&[-rate, rate]));
            let price =
                near + (self.next() * 8.0 - 4.0) * 0.01 + (self.next() - 0.5) * self.of(&[0.0, 0.02]) * near;
            close = if self.next() < 0.7 { (price * 100.0).round() / 100.0 } else { price }.max(0.01);
            for column in [&mut bars.open, &mut bars.high, &mut bars.low, &mut bars.close] {
                column[i] = close;
            }
            bars.factor[i] = factor;
        }
        bars
    }
}

#[test]
fn what_is_well_inside_is_blocked_by_no_limit_of_any_day_board_or_rule_file() {
    let read = |text: String| Some(RuleTables::parse(&text, "own.toml").unwrap());
    let file = |percent: i64| {
        read(format!(
            "price_limit = [{{ from = 1990-01-01, percent = {percent} }}]\ntick = [{{ from = 1990-01-01, tick = 0.05 }}]"
        ))
    };
    // Of all that may narrow a limit one is narrower than the rest.
    let narrow = |which: usize| {
        let percent = |table: usize| if table == which { 1 } else { 20 };
        let first = if which == 3 { (101, 99) } else { (144, 64) };
        read(format!(
            "special_treatment_limit = [{{ from = 1990-01-01, percent = {} }}]
             unreformed_limit = [{{ from = 1990-01-01, percent = {} }}]
             delisting_period = [{{ from = 1990-01-01, percent = {}, free_days = 0 }}]
             first_days = [{{ from = 1990-01-01, days = 5, highest = {}, lowest = {} }}]",
            percent(0),
            percent(1),
            percent(2),
            first.0,
            first.1
        ))
    };
    let (mut random, mut inside, mut blocked) = (Random(17), 0, 0);
    for _ in 0..4_000 {
        let symbol =
            random.of(&["600000.SH", "000001.SZ", "300001.SZ", "688981.SH", "430047.BJ", "510300.SH"]);
        let from =
            random.of(&["1995-01-03", "1996-12-01", "1999-12-20", "2007-01-04", "2020-08-20", "2026-06-20"]);
        let basis = random.of(&[PriceBasis::Raw, PriceBasis::Raw, PriceBasis::SplitAdjusted]);
        let tables = match (random.next() * 12.0) as usize {
            0 => file(1),
            1 => file(2),
            2 => file(50),
            which @ 3..7 => narrow(which - 3),
            _ => None,
        };
        let rules =
            RuleBook::new(Market::Ashare, &Overrides { tables, ..Overrides::default() }, symbol, basis)
                .unwrap();
        let bars = random.near_limits(symbol, basis, from);
        let mut known = Known::default();
        if random.next() < 0.3 {
            let of = |from, special_treatment, unreformed, delisting_period| crate::known::Standing {
                from,
                special_treatment,
                unreformed,
                delisting_period,
            };
            known.standings = vec![
                of(bars.date[5], true, false, false),
                of(bars.date[20], false, true, false),
                of(bars.date[40], false, false, true),
            ];
        }
        if random.next() < 0.2 {
            known.listed = Some(bars.date[random.of(&[0, 3, 30])]);
        }
        if random.next() < 0.1 {
            known.limits = vec![(bars.date[7], PriceLimit::band(bars.close[7] - 0.01, bars.close[7] + 0.01))];
        }
        let (limits, series) = (Limits::new(&rules, &bars, &known), rules.limits(&bars, &known));
        for (i, limit) in series.into_iter().enumerate() {
            assert_eq!(limits.of(i), limit);
            let is_blocked = [Side::Buy, Side::Sell].iter().any(|side| limit.blocks(*side, bars.open[i]));
            let well_inside = limits.is_well_inside(i, bars.open[i]);
            assert!(!(well_inside && is_blocked), "{symbol} {} {} {limit:?}", bars.date[i], bars.open[i]);
            inside += usize::from(well_inside);
            blocked += usize::from(is_blocked);
        }
    }
    assert!(inside > 10_000 && blocked > 10_000, "{inside} {blocked}");
}
