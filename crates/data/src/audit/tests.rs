use super::*;
use crate::record::{
    CorporateAction, FactorOrigin, Factors, ListingInfo, NamePeriod, PublishedLimit, Suspension,
};
use proptest::prelude::*;
use tidegate_market::PriceBasis;

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

/// Weekdays from a Monday on.
fn weekdays(count: usize) -> Vec<TradeDate> {
    std::iter::successors(Some(day("2020-01-06")), |day| Some(day.next_day()))
        .filter(|day| !day.is_weekend())
        .take(count)
        .collect()
}

/// Bars of these closes, one a weekday, each opening at the close before and reaching a little beyond both.
fn bars(symbol: &str, closes: &[f64]) -> RawBars {
    let open: Vec<f64> =
        std::iter::once(closes[0]).chain(closes.iter().copied()).take(closes.len()).collect();
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: weekdays(closes.len()),
        high: open.iter().zip(closes).map(|(a, b)| a.max(*b)).collect(),
        low: open.iter().zip(closes).map(|(a, b)| a.min(*b)).collect(),
        pre_close: None,
        volume: (0..closes.len()).map(|i| 1e6 + i as f64).collect(),
        amount: None,
        close: closes.to_vec(),
        open,
    }
}

/// With the reference price of every bar the close before.
fn referenced(symbol: &str, closes: &[f64]) -> RawBars {
    let bars = bars(symbol, closes);
    RawBars { pre_close: Some(bars.open.clone()), ..bars }
}

/// Sets the four prices of a bar.
fn set(bars: &mut RawBars, t: usize, open: f64, close: f64) {
    bars.open[t] = open;
    bars.close[t] = close;
    bars.high[t] = open.max(close);
    bars.low[t] = open.min(close);
}

fn kinds(findings: &[Finding]) -> Vec<(FindingKind, usize)> {
    findings.iter().map(|finding| (finding.kind, finding.count)).collect()
}

fn of(findings: &[Finding], kind: FindingKind) -> Option<&Finding> {
    findings.iter().find(|finding| finding.kind == kind)
}

const CLOSES: [f64; 6] = [10.0, 10.1, 10.2, 10.1, 10.3, 10.2];

#[test]
fn an_orderly_series_has_nothing_to_find() {
    assert_eq!(audit(&referenced("600000.SH", &CLOSES), &Context::default()), []);
    let empty = RawBars { date: Vec::new(), ..bars("X", &[1.0]) };
    assert_eq!(audit(&empty, &Context::default()), []);
}

#[test]
fn prices_that_cannot_be_are_errors_with_their_figures() {
    let mut series = bars("AAPL", &CLOSES);
    series.low[2] = 0.0;
    series.close[4] = f64::NAN;
    let findings = audit(&series, &Context::default());
    let bad = of(&findings, FindingKind::BadPrice).unwrap();
    assert_eq!((bad.count, bad.severity, bad.date), (2, Severity::Error, Some(series.date[2])));
    assert!(
        bad.message.contains("low 0") && bad.message.contains("2020-01-08, 2020-01-10"),
        "{}",
        bad.message
    );
    assert_eq!(findings[0].kind, FindingKind::BadPrice, "the worst comes first");
}

#[test]
fn bars_off_the_calendar_and_missing_days_are_told_from_suspensions() {
    let mut series = referenced("600000.SH", &CLOSES);
    let calendar: Vec<TradeDate> = weekdays(10).into_iter().filter(|d| *d != series.date[1]).collect();
    // The last two bars come a week later: five days without.
    series.date[4] = day("2020-01-16");
    series.date[5] = day("2020-01-17");
    let stop = |date| Suspension { date: day(date), resumed: false, timing: None };
    let partly = Suspension { timing: Some("09:30-10:00".into()), ..stop("2020-01-14") };
    let suspensions = [stop("2020-01-10"), stop("2020-01-13"), partly];
    let context = Context { calendar: Some(&calendar), suspensions: &suspensions, ..Context::default() };
    let findings = audit(&series, &context);
    assert_eq!(
        kinds(&findings),
        [(FindingKind::OffCalendar, 1), (FindingKind::MissingDays, 2), (FindingKind::Suspended, 2)]
    );
    assert_eq!(findings[1].severity, Severity::Warning);
    let gap = Gap { first: day("2020-01-10"), last: day("2020-01-15"), days: 4, suspended: 2 };
    assert_eq!(gap::of_series(&series, &context), [gap]);
    // Where no suspension is known at all, that may well be the reason.
    let findings = audit(&series, &Context { suspensions: &[], ..context });
    assert_eq!(
        of(&findings, FindingKind::MissingDays).map(|f| (f.count, f.severity)),
        Some((4, Severity::Note))
    );
}

#[test]
fn days_outside_of_the_calendar_are_not_off_it_and_explained_gaps_are_not_missing() {
    let mut series = referenced("600000.SH", &CLOSES);
    let calendar = weekdays(5)[1..].to_vec();
    assert_eq!(audit(&series, &Context { calendar: Some(&calendar), ..Context::default() }), []);
    // One day lacks after the third bar, one after the fourth; the first was a suspension.
    for (t, date) in [(3, "2020-01-10"), (4, "2020-01-14"), (5, "2020-01-15")] {
        series.date[t] = day(date);
    }
    let suspensions = [Suspension { date: day("2020-01-09"), resumed: false, timing: None }];
    let calendar = weekdays(8);
    let context = Context { calendar: Some(&calendar), suspensions: &suspensions, ..Context::default() };
    let findings = audit(&series, &context);
    let missing = of(&findings, FindingKind::MissingDays).unwrap();
    assert!(missing.count == 1 && missing.message.contains("in 1 gap"), "{}", missing.message);
    assert_eq!(missing.date, Some(day("2020-01-13")));
}

#[test]
fn days_at_one_price_alone_are_no_copies() {
    let mut series = bars("AAPL", &[10.0; 6]);
    series.volume = vec![1e6; 6];
    assert!(of(&audit(&series, &Context::default()), FindingKind::RepeatedBar).is_none());
}

#[test]
fn without_a_calendar_only_long_holes_are_found() {
    let mut series = referenced("AAPL", &CLOSES);
    series.date[5] = day("2020-01-17");
    assert_eq!(gaps(&series.date, None, &[]), []);
    series.date[5] = day("2020-02-03");
    let found = gaps(&series.date, None, &[]);
    assert_eq!(found, [Gap { first: day("2020-01-11"), last: day("2020-02-02"), days: 15, suspended: 0 }]);
}

#[test]
fn beyond_the_calendar_only_long_holes_are_found() {
    let days = ["2020-01-06", "2020-01-08", "2020-01-09", "2020-01-13", "2020-02-10", "2020-02-13"].map(day);
    let calendar = ["2020-01-08", "2020-01-09", "2020-01-10", "2020-01-13"].map(day);
    let gap = |first, last, days| Gap { first: day(first), last: day(last), days, suspended: 0 };
    let expected = [gap("2020-01-10", "2020-01-10", 1), gap("2020-01-14", "2020-02-09", 19)];
    assert_eq!(gaps(&days, Some(&calendar), &[]), expected);
    for cut in 0..days.len() {
        gaps(&days[cut..], Some(&calendar), &[]);
        gaps(&days[..cut], Some(&calendar), &[]);
    }
    assert_eq!(gaps(&days[..4], Some(&[day("2021-01-04")]), &[]), []);
    assert_eq!(gaps(&days[4..], Some(&[day("2019-01-04")]), &[]), []);
}

#[test]
fn a_series_that_ends_before_its_market_is_stale_unless_it_was_delisted_or_suspended() {
    let series = referenced("600000.SH", &CLOSES);
    let calendar = weekdays(60);
    let context =
        Context { calendar: Some(&calendar), market_last: calendar.last().copied(), ..Context::default() };
    let stale = |context: &Context<'_>| of(&audit(&series, context), FindingKind::StaleTail).map(|f| f.count);
    assert_eq!(stale(&context), Some(54));
    let listing = ListingInfo {
        symbol: series.symbol.clone(),
        name: String::new(),
        board: None,
        listed: None,
        delisted: Some(day("2020-01-20")),
        status: 'D',
    };
    assert_eq!(stale(&Context { listing: Some(&listing), ..context }), None);
    let stops: Vec<Suspension> =
        calendar[6..].iter().map(|date| Suspension { date: *date, resumed: false, timing: None }).collect();
    assert_eq!(stale(&Context { suspensions: &stops, ..context }), None);
    assert_eq!(stale(&Context { market_last: Some(calendar[20]), ..context }), None);
}

#[test]
fn a_bar_beyond_the_limit_of_its_board_is_found_with_its_band() {
    let mut series = referenced("600000.SH", &CLOSES);
    series.high[3] = 11.23;
    let findings = audit(&series, &Context::default());
    let beyond = of(&findings, FindingKind::OutsideLimit).unwrap();
    assert!(beyond.message.contains("2020-01-09, goes from 10.1 to 11.23 where 9.18 to 11.22"), "{beyond:?}");
    series.high[3] = 11.22;
    assert_eq!(audit(&series, &Context::default()), []);
    // On the growth board of later years the same move is ordinary.
    let mut star = referenced("688256.SH", &CLOSES);
    star.high[3] = 11.23;
    assert_eq!(audit(&star, &Context::default()), []);
}

#[test]
fn published_limits_come_before_computed_ones_and_their_sentinels_mean_none() {
    let mut series = referenced("600000.SH", &CLOSES);
    series.high[3] = 10.9;
    let limit = |up, down| [PublishedLimit { date: series.date[3], up, down }];
    let beyond = |limits: &[PublishedLimit]| {
        of(&audit(&series, &Context { limits, ..Context::default() }), FindingKind::OutsideLimit).is_some()
    };
    assert!(!beyond(&[]));
    assert!(beyond(&limit(10.71, 9.69)));
    series.high[3] = 15.0;
    let beyond = |limits: &[PublishedLimit]| {
        of(&audit(&series, &Context { limits, ..Context::default() }), FindingKind::OutsideLimit).is_some()
    };
    assert!(beyond(&[]));
    for (up, down) in [(99999.99, 0.0), (100_000.0, 0.0), (-1.0, -1.0)] {
        assert!(!beyond(&[PublishedLimit { date: series.date[3], up, down }]), "{up}");
    }
}

#[test]
fn a_name_with_st_narrows_the_limit_while_it_is_borne() {
    let mut series = referenced("600000.SH", &CLOSES);
    series.high[3] = 10.9;
    let period = |from: &str, to: Option<&str>| NamePeriod {
        name: "*ST浦发".into(),
        from: day(from),
        to: to.map(day),
        reason: None,
    };
    let beyond = |names: &[NamePeriod]| {
        of(&audit(&series, &Context { names, ..Context::default() }), FindingKind::OutsideLimit).is_some()
    };
    assert!(beyond(&[period("2019-05-01", None)]));
    assert!(!beyond(&[period("2018-05-01", Some("2019-04-30"))]));
}

#[test]
fn the_first_day_of_a_listing_has_no_limit() {
    let mut series = referenced("600000.SH", &[20.0, 20.1, 20.2]);
    series.pre_close.as_mut().unwrap()[0] = 10.0;
    assert_eq!(audit(&series, &Context::default()), []);
}

#[test]
fn a_split_is_named_unless_factor_reference_or_action_explains_it() {
    let mut series = bars("AAPL", &[400.0, 404.0, 101.0, 102.0, 103.0]);
    set(&mut series, 2, 100.5, 101.0);
    series.pre_close = None;
    let split = |bars: &RawBars, context: &Context<'_>| {
        of(&audit(bars, context), FindingKind::UnadjustedSplit).map(|f| f.message.clone())
    };
    let expected = "2020-01-08: 404 → 101 looks like a 4-for-1 split that was not adjusted";
    assert_eq!(split(&series, &Context::default()).as_deref(), Some(expected));
    let factors = Factors {
        symbol: "AAPL".into(),
        origin: FactorOrigin::Published,
        date: vec![series.date[0], series.date[2]],
        factor: vec![1.0, 4.0],
    };
    assert_eq!(split(&series, &Context { factors: Some(&factors), ..Context::default() }), None);
    let actions = [CorporateAction::Split { ex_date: series.date[2], ratio: 4.0 }];
    assert_eq!(split(&series, &Context { actions: &actions, ..Context::default() }), None);
    let references = RawBars { pre_close: Some(vec![400.0, 400.0, 101.0, 101.0, 102.0]), ..series.clone() };
    assert_eq!(split(&references, &Context::default()), None);
}

#[test]
fn a_stored_split_that_the_prices_do_not_show_is_found() {
    let series = bars("AAPL", &CLOSES);
    let actions = [CorporateAction::Split { ex_date: series.date[3], ratio: 4.0 }];
    let findings = audit(&series, &Context { actions: &actions, ..Context::default() });
    let found = of(&findings, FindingKind::UnadjustedSplit).unwrap();
    assert!(found.message.contains("adjusted for it already"), "{found:?}");
    // Split-adjusted prices do not show it rightly.
    let adjusted = RawBars { basis: PriceBasis::SplitAdjusted, ..series };
    let findings = audit(&adjusted, &Context { actions: &actions, ..Context::default() });
    assert!(of(&findings, FindingKind::UnadjustedSplit).is_none(), "{findings:?}");
}

#[test]
fn a_factor_that_moves_where_the_price_does_not_is_found() {
    let series = bars("AAPL", &CLOSES);
    let factors = Factors {
        symbol: "AAPL".into(),
        origin: FactorOrigin::Published,
        date: vec![series.date[0], series.date[3]],
        factor: vec![1.0, 4.0],
    };
    let findings = audit(&series, &Context { factors: Some(&factors), ..Context::default() });
    assert_eq!(kinds(&findings), [(FindingKind::FactorMismatch, 1)]);
    assert!(findings[0].message.contains("moves by 4.0000, but the price only from 10.2"), "{findings:?}");
}

#[test]
fn days_in_other_units_are_one_finding() {
    let mut series = bars("INFY.NS", &[100.0, 101.0, 202.0, 203.0, 102.0, 101.0]);
    set(&mut series, 2, 201.0, 202.0);
    set(&mut series, 4, 101.0, 102.0);
    let findings = audit(&series, &Context::default());
    let found = of(&findings, FindingKind::UnadjustedSplit).unwrap();
    assert_eq!(found.count, 2);
    assert!(found.message.starts_with("2020-01-08 to 2020-01-09: 2 bars at 2 times the prices"), "{found:?}");
}

#[test]
fn copies_and_filled_suspensions_are_found() {
    let mut series = bars("AAPL", &CLOSES);
    for column in [&mut series.open, &mut series.high, &mut series.low, &mut series.close, &mut series.volume]
    {
        column[3] = column[2];
    }
    let repeated =
        |bars: &RawBars| of(&audit(bars, &Context::default()), FindingKind::RepeatedBar).map(|f| f.count);
    assert_eq!(repeated(&series), Some(1));
    let mut flat = bars("AAPL", &[10.0; 8]);
    for volume in &mut flat.volume[2..7] {
        *volume = 0.0;
    }
    assert_eq!(repeated(&flat), Some(5));
    flat.volume[4] = 1.0;
    assert_eq!(repeated(&flat), None, "two and two days in a row are no filled suspension");
}

#[test]
fn prices_between_ticks_are_already_adjusted_and_have_no_limits() {
    let mut series = referenced("600000.SH", &[10.123, 10.456, 10.789, 10.111]);
    series.high[2] = 20.0;
    let findings = audit(&series, &Context::default());
    assert_eq!(kinds(&findings), [(FindingKind::OffTheTick, 4)]);
    assert!(findings[0].action.contains("already adjusted"), "{findings:?}");
}

#[test]
fn a_factor_that_goes_its_own_way_is_found_and_a_share_reform_recognised() {
    let mut series = referenced("600000.SH", &CLOSES);
    let factors = |date: TradeDate| Factors {
        symbol: "600000.SH".into(),
        origin: FactorOrigin::Published,
        date: vec![day("2000-01-04"), date],
        factor: vec![2.0, 2.6],
    };
    let late = factors(series.date[3]);
    let findings = audit(&series, &Context { factors: Some(&late), ..Context::default() });
    let found = of(&findings, FindingKind::FactorMismatch).unwrap();
    assert_eq!((found.severity, found.date), (Severity::Warning, Some(series.date[3])));
    assert!(found.message.contains("the reference price says 1.0000, the factor 1.3000"), "{found:?}");
    series.date = series.date.iter().map(|d| TradeDate::new(2006, 5, d.day()).unwrap()).collect();
    let reform = factors(series.date[3]);
    let findings = audit(&series, &Context { factors: Some(&reform), ..Context::default() });
    assert_eq!(of(&findings, FindingKind::FactorMismatch).map(|f| f.severity), Some(Severity::Note));
}

#[test]
fn a_reference_that_speaks_of_a_missing_day_is_in_doubt() {
    let mut series = referenced("600000.SH", &CLOSES);
    let calendar = weekdays(10);
    series.date[4] = day("2020-01-13");
    series.date[5] = day("2020-01-14");
    series.pre_close.as_mut().unwrap()[4] = 9.9;
    let suspensions = [Suspension { date: day("2019-12-31"), resumed: false, timing: None }];
    let context = Context { calendar: Some(&calendar), suspensions: &suspensions, ..Context::default() };
    let findings = audit(&series, &context);
    let found = of(&findings, FindingKind::FactorMismatch).unwrap();
    assert!(
        found.message.contains("after missing days") && found.date == Some(day("2020-01-13")),
        "{found:?}"
    );
}

#[test]
fn factors_that_end_before_the_bars_and_no_factors_at_all_are_said() {
    let series = referenced("600000.SH", &CLOSES);
    let old = Factors {
        symbol: "600000.SH".into(),
        origin: FactorOrigin::Published,
        date: vec![day("2019-12-02")],
        factor: vec![2.0],
    };
    let findings = audit(&series, &Context { factors: Some(&old), ..Context::default() });
    assert!(findings[0].message.contains("factors end on 2019-12-02"), "{findings:?}");
    let kinds_of = |symbol| kinds(&audit(&bars(symbol, &CLOSES), &Context::default()));
    assert_eq!(kinds_of("AAPL"), [(FindingKind::NoAdjustment, 6)]);
    assert_eq!(kinds_of("^GSPC"), [], "an index has nothing to adjust by");
}

proptest! {
    #[test]
    fn any_numbers_are_audited_without_a_panic_and_in_the_same_order(
        rows in prop::collection::vec(
            (prop::num::f64::ANY, prop::num::f64::ANY, 0.01..1000.0_f64, prop::num::f64::ANY, 1..400_i64), 1..30),
        symbol in prop::sample::select(vec!["600000.SH", "688256.SH", "AAPL", "0700.HK", "X"]),
    ) {
        let mut series = referenced(symbol, &vec![1.0; rows.len()]);
        let mut date = day("1996-01-01");
        for (t, (open, high, close, pre_close, skip)) in rows.iter().enumerate() {
            for _ in 0..*skip {
                date = date.next_day();
            }
            series.date[t] = date;
            (series.open[t], series.high[t], series.close[t]) = (*open, *high, *close);
            series.pre_close.as_mut().unwrap()[t] = *pre_close;
        }
        let findings = audit(&series, &Context::default());
        prop_assert_eq!(&findings, &audit(&series, &Context::default()));
        prop_assert!(findings.windows(2).all(|pair| pair[0].severity >= pair[1].severity));
        prop_assert!(findings.iter().all(|finding| finding.count > 0));
    }
}
