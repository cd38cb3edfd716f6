//! Price limits worked out by hand, and against every real A-share bar at hand.

use crate::support::{Table, bars, day, real_data, rules, tables};
use tidegate_market::*;

/// One bar with this reference and one price.
fn one(symbol: &str, date: &str, reference: f64) -> BarSeries {
    let mut bars = bars(symbol, &[(date, reference, reference)]);
    bars.pre_close = Some(vec![reference]);
    bars
}

fn band_of(limit: PriceLimit) -> Option<(f64, f64)> {
    match limit {
        PriceLimit::Band { down, up, .. } => Some((down, up)),
        PriceLimit::Free | PriceLimit::Unknown => None,
    }
}

/// (down, up) of a single bar.
fn limits_on(symbol: &str, date: &str, reference: f64, known: &Known) -> Option<(f64, f64)> {
    band_of(rules(Market::Ashare, symbol).limits(&one(symbol, date, reference), known)[0])
}

fn standing(from: &str) -> Standing {
    Standing { from: day(from), special_treatment: false, unreformed: false, delisting_period: false }
}

fn stands(standings: &[Standing]) -> Known {
    Known { standings: standings.to_vec(), ..Known::default() }
}

#[test]
fn a_limit_is_the_reference_and_a_share_of_it_half_up_to_the_tick() {
    let nothing = Known::default();
    for (symbol, reference, down, up) in [
        ("600000.SH", 12.37, 11.13, 13.61),
        // Half a tick goes up: 11.055 and 9.045.
        ("600000.SH", 10.05, 9.05, 11.06),
        // At least one tick.
        ("600000.SH", 0.05, 0.04, 0.06),
        ("600000.SH", 0.04, 0.03, 0.05),
        // 0.70 x 1.3 falls below 0.91 in binary floats.
        ("430047.BJ", 0.70, 0.49, 0.91),
        // Beijing rounds inward.
        ("430047.BJ", 84.63, 59.25, 110.01),
        ("430047.BJ", 17.09, 11.97, 22.21),
        ("430047.BJ", 31.46, 22.03, 40.89),
        ("430047.BJ", 2.85, 2.00, 3.70),
        // Funds count in thousandths.
        ("510300.SH", 3.455, 3.110, 3.801),
        ("588000.SH", 1.003, 0.802, 1.204),
    ] {
        assert_eq!(
            limits_on(symbol, "2024-01-02", reference, &nothing),
            Some((down, up)),
            "{symbol} {reference}"
        );
    }
}

#[test]
fn the_rate_goes_by_board_standing_and_date() {
    let plain = Known::default();
    let st = stands(&[Standing { special_treatment: true, ..standing("1998-01-05") }]);
    let s = stands(&[Standing { unreformed: true, ..standing("2006-10-09") }]);
    let s_and_st =
        stands(&[Standing { unreformed: true, special_treatment: true, ..standing("2006-10-09") }]);
    for (symbol, date, known, up) in [
        ("600000.SH", "1996-12-13", &plain, None),
        ("600000.SH", "1996-12-16", &plain, Some(11.0)),
        ("300127.SZ", "2020-08-21", &plain, Some(11.0)),
        ("300127.SZ", "2020-08-24", &plain, Some(12.0)),
        ("688256.SH", "2020-08-03", &plain, Some(12.0)),
        ("430047.BJ", "2021-11-15", &plain, Some(13.0)),
        // ST on the main board, either side of 1998-04-22 and 2026-07-06.
        ("600000.SH", "1998-04-21", &st, Some(11.0)),
        ("600000.SH", "1998-04-22", &st, Some(10.5)),
        ("600000.SH", "2026-07-03", &st, Some(10.5)),
        ("600000.SH", "2026-07-06", &st, Some(11.0)),
        // ST never narrowed another board.
        ("300127.SZ", "2021-01-04", &st, Some(12.0)),
        ("688256.SH", "2021-01-04", &st, Some(12.0)),
        // S-shares have 5 % from 2007-01-08, and those that are left have it still.
        ("600000.SH", "2007-01-05", &s, Some(11.0)),
        ("600000.SH", "2007-01-08", &s, Some(10.5)),
        ("600182.SH", "2026-09-01", &s, Some(10.5)),
        ("600182.SH", "2026-09-01", &s_and_st, Some(10.5)),
    ] {
        assert_eq!(limits_on(symbol, date, 10.0, known).map(|band| band.1), up, "{symbol} {date}");
    }
}

#[test]
fn a_standing_ends_where_the_next_begins() {
    let st = Standing { special_treatment: true, ..standing("2015-01-05") };
    let known = stands(&[st, standing("2016-01-04")]);
    let up = |date| limits_on("600000.SH", date, 10.0, &known).map(|band| band.1);
    assert_eq!((up("2014-12-31"), up("2015-12-31"), up("2016-01-04")), (Some(11.0), Some(10.5), Some(11.0)));
}

/// Free, a band of this upper limit, or unknown, for each of six bars that all trade at their reference of 10.00.
fn first_bars(symbol: &str, listed: &str) -> Vec<Option<f64>> {
    let mut date = day(listed);
    let mut rows = Vec::new();
    while rows.len() < 6 {
        if !date.is_weekend() {
            rows.push(date.to_string());
        }
        date = date.next_day();
    }
    let rows: Vec<_> = rows.iter().map(|date| (date.as_str(), 10.0, 10.0)).collect();
    let known = Known { listed: Some(day(listed)), ..Known::default() };
    let limits = rules(Market::Ashare, symbol).limits(&bars(symbol, &rows), &known);
    limits.into_iter().map(|limit| band_of(limit).map(|band| band.1)).collect()
}

#[test]
fn the_first_days_of_a_listing_go_by_exchange_board_and_day() {
    let one_free = |up: f64| [&[None][..], &[Some(up); 5]].concat();
    let five_free = |up: f64| [&[None; 5][..], &[Some(up)]].concat();
    let capped = |up: f64| [&[Some(14.4)][..], &[Some(up); 5]].concat();
    for (symbol, listed, expected) in [
        ("600000.SH", "2012-01-05", one_free(11.0)),
        ("601000.SH", "2014-01-16", one_free(11.0)),
        ("601000.SH", "2014-01-17", capped(11.0)),
        // Shenzhen only halted until 2014-06-26.
        ("002700.SZ", "2014-01-17", one_free(11.0)),
        ("002700.SZ", "2014-06-25", one_free(11.0)),
        ("300382.SZ", "2014-01-29", one_free(11.0)),
        ("002700.SZ", "2014-06-26", capped(11.0)),
        ("300386.SZ", "2014-06-26", capped(11.0)),
        ("601000.SH", "2014-06-26", capped(11.0)),
        ("300860.SZ", "2020-08-21", capped(11.0)),
        ("300861.SZ", "2020-08-24", five_free(12.0)),
        ("688001.SH", "2019-07-22", five_free(12.0)),
        ("601061.SH", "2023-04-07", capped(11.0)),
        ("601061.SH", "2023-04-10", five_free(11.0)),
        ("001286.SZ", "2023-04-10", five_free(11.0)),
        ("920118.BJ", "2024-05-06", one_free(13.0)),
    ] {
        let found = first_bars(symbol, listed);
        // The change of 2020-08-24 falls into the week of the last old listing.
        let expected = match listed {
            "2020-08-21" => capped(12.0),
            _ => expected,
        };
        assert_eq!(found, expected, "{symbol} listed {listed}");
    }
}

#[test]
fn the_issue_price_caps_the_first_day_of_2014_to_2023() {
    let series = bars("601000.SH", &[("2015-01-05", 8.0, 9.6), ("2015-01-06", 10.56, 10.56)]);
    let known = Known { listed: Some(day("2015-01-05")), issue_price: Some(6.67), ..Known::default() };
    let limits = rules(Market::Ashare, "601000.SH").limits(&series, &known);
    // 6.67 x 1.44 = 9.6048 and x 0.64 = 4.2688.
    assert_eq!(band_of(limits[0]), Some((4.27, 9.60)));
    assert!(limits[1].blocks(Side::Buy, 10.56));
}

#[test]
fn a_series_that_begins_some_days_after_the_listing_counts_the_days_before() {
    let series = bars(
        "688256.SH",
        &[("2020-07-23", 10.0, 10.0), ("2020-07-24", 10.0, 10.0), ("2020-07-27", 10.0, 10.0)],
    );
    let known = Known { listed: Some(day("2020-07-20")), ..Known::default() };
    let limits = rules(Market::Ashare, "688256.SH").limits(&series, &known);
    assert_eq!(
        limits.iter().map(|limit| *limit == PriceLimit::Free).collect::<Vec<_>>(),
        [true, true, false]
    );
}

#[test]
fn the_day_of_the_share_reform_is_free_and_its_reference_stays_the_close_before() {
    let rows = [("2006-05-10", 10.0, 10.0), ("2006-06-02", 12.5, 12.2), ("2006-06-05", 12.2, 12.2)];
    let named = stands(&[Standing { unreformed: true, ..standing("1999-11-10") }, standing("2006-06-02")]);
    let mut series = bars("600000.SH", &rows);
    let book = rules(Market::Ashare, "600000.SH");
    let ups = |series: &BarSeries, known: &Known| -> Vec<Option<f64>> {
        book.limits(series, known).into_iter().map(|limit| band_of(limit).map(|band| band.1)).collect()
    };
    let expected = [Some(11.0), None, Some(13.42)];
    assert_eq!(ups(&series, &named), expected, "by name");
    assert_eq!(book.limits(&series, &named)[1], PriceLimit::Free, "by name");
    // By the factor: holders got 3 for 10, and the reference did not follow.
    series.factor = vec![1.0, 1.3, 1.3];
    assert_eq!(book.limits(&series, &Known::default())[1], PriceLimit::Free, "by factor");
    // Nothing tells: the open beyond the limit does.
    series.factor = vec![1.0; 3];
    assert_eq!(book.limits(&series, &Known::default())[1], PriceLimit::Unknown);
    // Before the reforms a factor that moves alone frees nothing.
    let mut early = bars("600000.SH", &[("2005-05-10", 10.0, 10.0), ("2005-06-13", 10.0, 10.0)]);
    early.factor = vec![1.0, 1.3];
    assert_eq!(ups(&early, &Known::default()), [Some(11.0), Some(11.0)]);
}

#[test]
fn the_last_reform_known_resumed_in_2018_and_its_name_tells() {
    // 600733, S until then, resumed on 2018-09-27 and closed at 9.50 after 15.05: 36.88 % down (press of 2018-09-28).
    let series = bars("600733.SH", &[("2017-12-01", 15.05, 15.05), ("2018-09-27", 13.0, 9.5)]);
    let named =
        |until: &str| stands(&[Standing { unreformed: true, ..standing("2006-10-09") }, standing(until)]);
    let book = rules(Market::Ashare, "600733.SH");
    assert_eq!(book.limits(&series, &named("2018-09-27"))[1], PriceLimit::Free);
    // A factor that moves alone no longer does: no company without an S reformed so late.
    let mut alone = series.clone();
    (alone.factor[1], alone.open[1]) = (1.3, 16.0);
    assert_eq!(band_of(book.limits(&alone, &Known::default())[1]), Some((13.55, 16.56)));
    // Since 2023-04-10 the rules know no such day.
    let late = bars("600733.SH", &[("2023-03-01", 15.05, 15.05), ("2023-04-10", 15.0, 15.0)]);
    assert!(band_of(book.limits(&late, &named("2023-04-10"))[1]).is_some());
}

#[test]
fn a_reform_is_told_by_the_factor_after_four_days_without_trading_at_least() {
    for (resumed, free) in [("2006-05-15", false), ("2006-05-16", true)] {
        let mut series = bars("600000.SH", &[("2006-05-12", 10.0, 10.0), (resumed, 10.0, 10.0)]);
        series.factor[1] = 1.3;
        let limit = rules(Market::Ashare, "600000.SH").limits(&series, &Known::default())[1];
        assert_eq!(limit == PriceLimit::Free, free, "{resumed}");
    }
}

#[test]
fn what_holders_got_must_be_more_than_rounding_to_tell_a_reform() {
    // More than 1 %, and more than a tick of a cheap share: of 0.50 yuan that is 2 %.
    for (price, factor, free) in
        [(10.0, 1.009, false), (10.0, 1.015, true), (0.5, 1.015, false), (0.5, 1.03, true)]
    {
        let mut series = bars("600000.SH", &[("2006-05-12", price, price), ("2006-06-02", price, price)]);
        series.factor[1] = factor;
        let limit = rules(Market::Ashare, "600000.SH").limits(&series, &Known::default())[1];
        assert_eq!(limit == PriceLimit::Free, free, "{price} {factor}");
    }
}

#[test]
fn a_name_that_changes_within_the_delisting_period_begins_no_new_one() {
    // ChiNext: who was in the period before 2020-08-24 kept 10 %.
    let period = |from| Standing { delisting_period: true, ..standing(from) };
    let renamed = Standing { special_treatment: true, ..period("2020-08-24") };
    let known = stands(&[period("2020-08-21"), renamed]);
    let series = bars("300028.SZ", &[("2020-08-21", 10.0, 10.0), ("2020-08-24", 10.0, 10.0)]);
    let limits = rules(Market::Ashare, "300028.SZ").limits(&series, &known);
    assert_eq!(band_of(limits[1]), Some((9.0, 11.0)));
}

#[test]
fn a_series_that_begins_within_a_delisting_period_has_no_free_day() {
    let period = Standing { delisting_period: true, ..standing("2021-05-11") };
    let at = |first: &str| {
        let series = bars("600000.SH", &[(first, 10.0, 10.0)]);
        rules(Market::Ashare, "600000.SH").limits(&series, &stands(&[period]))[0]
    };
    assert_eq!((at("2021-05-11"), band_of(at("2021-05-12"))), (PriceLimit::Free, Some((9.0, 11.0))));
}

#[test]
fn a_split_adjusted_price_is_at_its_limit_within_one_per_mille() {
    // 10.04 went to 11.04, half a fen short of 11.044, before a split 7 for 1.
    let mut series = bars(
        "600000.SH",
        &[("2020-01-02", 10.04 / 7.0, 10.04 / 7.0), ("2020-01-03", 11.04 / 7.0, 11.04 / 7.0)],
    );
    series.pre_close = None;
    let book = RuleBook::new(Market::Ashare, &Overrides::default(), "600000.SH", PriceBasis::SplitAdjusted);
    let limit = book.unwrap().limits(&series, &Known::default())[1];
    assert!(limit.blocks(Side::Buy, 11.04 / 7.0) && !limit.blocks(Side::Buy, 11.02 / 7.0));
}

#[test]
fn an_ordinary_ex_day_is_no_reform_day() {
    let mut series = bars("600000.SH", &[("2006-05-10", 10.0, 10.0), ("2006-05-15", 8.0, 8.0)]);
    series.pre_close = Some(vec![10.0, 8.0]);
    series.factor = vec![1.0, 1.25];
    let limits = rules(Market::Ashare, "600000.SH").limits(&series, &Known::default());
    assert_eq!(band_of(limits[1]), Some((7.2, 8.8)));
}

#[test]
fn the_delisting_period_has_the_rate_of_its_first_day_and_since_2020_12_31_a_free_one() {
    let ups = |symbol: &str, dates: [&str; 3], st: bool| -> Vec<Option<f64>> {
        let known = stands(&[
            Standing { special_treatment: st, ..standing("2011-01-04") },
            Standing { special_treatment: st, delisting_period: true, ..standing(dates[1]) },
        ]);
        let limits =
            rules(Market::Ashare, symbol).limits(&bars(symbol, &dates.map(|d| (d, 10.0, 10.0))), &known);
        limits.into_iter().map(|limit| band_of(limit).map(|band| band.1)).collect()
    };
    // ST has 5 %, its delisting period 10 %.
    let main = ups("600000.SH", ["2016-01-04", "2016-01-05", "2016-01-06"], true);
    assert_eq!(main, [Some(10.5), Some(11.0), Some(11.0)]);
    let main = ups("600000.SH", ["2021-05-10", "2021-05-11", "2021-05-12"], true);
    assert_eq!(main, [Some(10.5), None, Some(11.0)]);
    // Who was in it on 2020-08-24 kept 10 %.
    let chinext = ups("300028.SZ", ["2020-08-20", "2020-08-21", "2020-08-24"], false);
    assert_eq!(chinext, [Some(11.0); 3]);
    let chinext = ups("300028.SZ", ["2020-08-24", "2020-08-25", "2020-08-26"], false);
    assert_eq!(chinext, [Some(12.0); 3]);
}

#[test]
fn a_published_limit_wins_over_a_computed_one() {
    let series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", 10.0, 10.0)]);
    let published = PriceLimit::band(9.5, 10.5);
    let known = Known {
        limits: vec![(day("2020-01-02"), published), (day("2020-01-03"), PriceLimit::Free)],
        ..Known::default()
    };
    let limits = rules(Market::Ashare, "600000.SH").limits(&series, &known);
    assert_eq!(band_of(limits[0]), Some((9.5, 10.5)));
    assert_eq!(limits[1], PriceLimit::Free);
    // Of prices that later splits changed the published ones say nothing.
    let split =
        RuleBook::new(Market::Ashare, &Overrides::default(), "600000.SH", PriceBasis::SplitAdjusted).unwrap();
    assert_eq!(band_of(split.limits(&series, &known)[0]), Some((9.0, 11.0)));
}

#[test]
fn a_published_limit_stands_whatever_prices_the_day_shows() {
    // 10.50 was published. An open of 10.90, a high of 12.00 and a low of 8.00 are wrong, or a unit that is not known here.
    let mut series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", 10.9, 10.5)]);
    (series.high[1], series.low[1]) = (12.0, 8.0);
    let published = PriceLimit::band(9.5, 10.5);
    let known = Known { limits: vec![(day("2020-01-03"), published)], ..Known::default() };
    let limit = rules(Market::Ashare, "600000.SH").limits(&series, &known)[1];
    for limit in [limit, limit.after(series.high[1], series.low[1])] {
        assert_eq!(band_of(limit), Some((9.5, 10.5)));
        assert!(
            limit.blocks(Side::Buy, 10.9) && limit.blocks(Side::Buy, 10.5) && limit.blocks(Side::Sell, 9.5)
        );
        assert!(!limit.blocks(Side::Buy, 10.49) && !limit.blocks(Side::Sell, 9.51));
        // Nobody sells above the upper limit, nor buys below the lower.
        assert!(limit.blocks(Side::Sell, 10.9) && limit.blocks(Side::Buy, 9.4));
        assert!(!limit.blocks(Side::Sell, 10.5) && !limit.blocks(Side::Buy, 9.5));
    }
    // The same band, computed, gives way.
    let st = stands(&[Standing { special_treatment: true, ..standing("2019-01-02") }]);
    let computed = rules(Market::Ashare, "600000.SH").limits(&series, &st)[1];
    assert_eq!(computed, PriceLimit::Unknown);
}

#[test]
fn a_bar_without_a_reference_price_takes_the_close_before_over_the_ex_day() {
    let mut series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", 5.5, 5.5)]);
    series.factor = vec![1.0, 2.0];
    let book = rules(Market::Ashare, "600000.SH");
    for missing in [0.0, -1.0, f64::NAN] {
        series.pre_close = Some(vec![10.0, missing]);
        assert_eq!(band_of(book.limits(&series, &Known::default())[1]), Some((4.5, 5.5)), "{missing}");
        series.pre_close = Some(vec![missing, 5.0]);
        assert_eq!(
            book.limits(&series, &Known::default())[0],
            PriceLimit::Free,
            "{missing} on the first bar"
        );
    }
}

#[test]
fn rules_without_limits_know_no_published_ones_either() {
    let series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0)]);
    let published = PriceLimit::band(9.5, 10.5);
    let known = Known { limits: vec![(day("2020-01-02"), published)], ..Known::default() };
    assert_eq!(RuleBook::frictionless().limits(&series, &known), [PriceLimit::Free]);
    assert_eq!(rules(Market::None, "600000.SH").limits(&series, &known), [PriceLimit::Free]);
}

#[test]
fn what_the_day_does_later_frees_no_fill_at_its_open() {
    let mut series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", 11.0, 11.0)]);
    // A wrong high, or a day that was free: at the open nobody could tell.
    series.high[1] = 14.0;
    let limits = rules(Market::Ashare, "600000.SH").limits(&series, &Known::default());
    assert!(limits[1].blocks(Side::Buy, 11.0), "at the open");
    assert_eq!(limits[1].after(series.high[1], series.low[1]), PriceLimit::Unknown, "after the close");
    // Nor does a low far below free a sale at a limit-down open.
    let mut series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", 9.0, 9.0)]);
    series.low[1] = 7.0;
    assert!(rules(Market::Ashare, "600000.SH").limits(&series, &Known::default())[1].blocks(Side::Sell, 9.0));
}

#[test]
fn at_an_open_a_little_beyond_the_limit_nobody_trades_and_far_beyond_it_no_limit_held() {
    // 11.00 is the limit: 11.10 is 0.9 % beyond it, 11.12 is 1.1 %. Below, 9.00: 8.92 and 8.90.
    for (open, buys, sells) in [
        (10.99, true, true),
        (11.0, false, true),
        (11.1, false, false),
        (11.12, true, true),
        (9.0, true, false),
        (8.92, false, false),
        (8.9, true, true),
    ] {
        let series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", open, open)]);
        let limit = rules(Market::Ashare, "600000.SH").limits(&series, &Known::default())[1];
        let fills = (!limit.blocks(Side::Buy, open), !limit.blocks(Side::Sell, open));
        assert_eq!(fills, (buys, sells), "{open}");
        // Split-adjusted prices are rounded to a tick that nobody knows.
        let split =
            RuleBook::new(Market::Ashare, &Overrides::default(), "600000.SH", PriceBasis::SplitAdjusted);
        let limit = split.unwrap().limits(&series, &Known::default())[1];
        assert_eq!(!limit.blocks(Side::Sell, open), sells || open == 11.1, "{open}, split-adjusted");
    }
}

#[test]
fn an_open_beyond_the_limit_says_that_the_limit_is_unknown() {
    let series = bars("600000.SH", &[("2020-01-02", 10.0, 10.0), ("2020-01-03", 11.2, 11.0)]);
    let limit = rules(Market::Ashare, "600000.SH").limits(&series, &Known::default())[1];
    assert_eq!(limit, PriceLimit::Unknown);
    assert!(!limit.blocks(Side::Buy, 11.0));
}

#[test]
fn in_early_shenzhen_a_price_within_one_per_cent_of_the_limit_counts_as_at_it() {
    for (symbol, date, open, blocked) in [
        ("000001.SZ", "1997-06-03", 10.91, true),
        ("000001.SZ", "1997-06-03", 10.89, false),
        ("000001.SZ", "2000-12-29", 10.91, true),
        ("000001.SZ", "2001-01-02", 10.91, false),
        ("600000.SH", "1997-06-03", 10.91, false),
    ] {
        let series = bars(symbol, &[("1996-12-31", 10.0, 10.0), (date, open, open)]);
        let limit = rules(Market::Ashare, symbol).limits(&series, &Known::default())[1];
        assert_eq!(limit.blocks(Side::Buy, open), blocked, "{symbol} {date} {open}");
    }
}

#[test]
fn a_real_star_stock_is_free_on_its_first_five_days() {
    let Some(folder) = real_data("ashare_tushare_raw") else { return };
    let series = Table::read(&folder.join("688256.SH.csv")).tushare_bars("688256.SH");
    let book = rules(Market::Ashare, "688256.SH");
    let all = book.limits(&series, &Known::default());
    let free: Vec<usize> = (0..all.len()).filter(|&i| all[i] == PriceLimit::Free).collect();
    assert_eq!(free, [0, 1, 2, 3, 4]);
}

/// Bars after the first beyond their limit by a tick or more.
fn beyond(series: &BarSeries, known: &Known) -> Vec<(TradeDate, bool)> {
    let limits = rules(Market::Ashare, &series.symbol).limits(series, known);
    let outside = |i: usize| match limits[i].after(series.high[i], series.low[i]) {
        PriceLimit::Free => None,
        PriceLimit::Unknown => Some((series.date[i], true)),
        PriceLimit::Band { up, down, slack, .. } => {
            (series.high[i] > up + slack || series.low[i] < down - slack).then_some((series.date[i], false))
        }
    };
    (1..series.len()).filter_map(outside).collect()
}

/// The A-shares at hand with published factors where there are some, else with those of their references.
fn real_series() -> Option<Vec<BarSeries>> {
    let (history, raw) = (real_data("ashare_history")?, real_data("ashare_tushare_raw")?);
    let mut all = Vec::new();
    for (symbol, table) in tables(&history.join("daily")) {
        let mut series = table.tushare_bars(&symbol);
        let factors = Table::read(&history.join("adj_factor").join(format!("{symbol}.csv")));
        let factor = factor_on(&series.date, &factors.dates("trade_date"), &factors.numbers("adj_factor"));
        series.factor = factor.iter().map(|f| f / factor[0]).collect();
        all.push(series);
    }
    all.extend(tables(&raw).into_iter().map(|(symbol, table)| table.tushare_bars(&symbol)));
    Some(all)
}

/// Days on which companies of the files resumed after their reform, those that were S-shares in 2007.
const REFORMED: [(&str, &str); 4] = [
    ("000001.SZ", "2007-06-20"),
    ("000011.SZ", "2009-11-03"),
    ("000403.SZ", "2013-02-08"),
    ("600139.SH", "2007-02-15"),
];

fn s_share_until_its_reform(symbol: &str) -> Known {
    let reform = REFORMED.iter().find(|(one, _)| *one == symbol).map(|(_, day)| *day);
    reform.map_or_else(Known::default, |reform| {
        stands(&[Standing { unreformed: true, ..standing("2006-10-09") }, standing(reform)])
    })
}

#[test]
fn of_all_real_bars_only_two_leave_the_limits_and_with_names_one() {
    let Some(all) = real_series() else { return };
    let left = |known: fn(&str) -> Known| -> Vec<(String, TradeDate, bool)> {
        let of = |series: &BarSeries| {
            let found = beyond(series, &known(&series.symbol)).into_iter();
            found.map(|(date, unknown)| (series.symbol.clone(), date, unknown)).collect::<Vec<_>>()
        };
        all.iter().flat_map(of).collect()
    };
    assert!(all.iter().map(BarSeries::len).sum::<usize>() > 106_000);
    // The first day of the limits, 1.3 % beyond; and a reform of which a file without factors knows nothing.
    let first_day = ("000403.SZ".to_owned(), day("1996-12-16"), true);
    let reform = ("000001.SZ".to_owned(), day("2007-06-20"), true);
    assert_eq!(left(|_| Known::default()), [first_day.clone(), reform]);
    assert_eq!(left(s_share_until_its_reform), [first_day]);
}

#[test]
fn a_real_fund_stays_within_its_limits_in_thousandths() {
    let Some(folder) = real_data("index_and_calendar") else { return };
    let table = Table::read(&folder.join("510300.SH_fund_daily.csv"));
    let mut rows: Vec<(TradeDate, [f64; 5])> = Vec::new();
    let columns =
        ["open", "high", "low", "close", "pre_close"].map(|name| table.numbers(&format!("indiv_d_{name}")));
    for (i, date) in table.dates("indiv_d_trade_date").into_iter().enumerate() {
        rows.push((date, [0, 1, 2, 3, 4].map(|column: usize| columns[column][i])));
    }
    rows.sort_by_key(|row| row.0);
    let column = |k: usize| rows.iter().map(|row| row.1[k]).collect::<Vec<f64>>();
    let series = BarSeries {
        symbol: "510300.SH".into(),
        basis: PriceBasis::Raw,
        date: rows.iter().map(|row| row.0).collect(),
        open: column(0),
        high: column(1),
        low: column(2),
        close: column(3),
        volume: vec![1.0; rows.len()],
        amount: None,
        pre_close: Some(column(4)),
        factor: vec![1.0; rows.len()],
    };
    assert!(series.len() > 400);
    assert_eq!(beyond(&series, &Known::default()), []);
}

#[test]
fn real_s_shares_touched_their_five_per_cent_and_never_passed_it() {
    let Some(all) = real_series() else { return };
    let (mut days, mut touches) = (0, 0);
    for series in all.iter().filter(|series| REFORMED.iter().any(|(symbol, _)| *symbol == series.symbol)) {
        let known = s_share_until_its_reform(&series.symbol);
        let limits = rules(Market::Ashare, &series.symbol).limits(series, &known);
        for (i, limit) in limits.into_iter().enumerate().skip(1) {
            let date = series.date[i];
            let s_share = known.standing(date).is_some_and(|standing| standing.unreformed);
            let narrow = s_share && date >= day("2007-01-08");
            let Some((down, up)) = band_of(limit).filter(|_| narrow) else { continue };
            days += 1;
            assert!((up / down - 1.05 / 0.95).abs() < 0.02, "{} {date}", series.symbol);
            touches +=
                usize::from((series.high[i] - up).abs() < 0.005 || (series.low[i] - down).abs() < 0.005);
        }
    }
    assert!(days > 600 && touches > 200, "{touches} touches on {days} days");
}
