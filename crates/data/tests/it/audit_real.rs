//! The audit on real files: what is wrong is found, and what is clean stays quiet.

use crate::surroundings::{
    adjusted_close, baostock, files, mainland_calendar, published_factors, raw, sp500, suspensions,
};
use crate::test_data::{dropping, load};
use std::collections::BTreeMap;
use tidegate_data::audit::{Context, Gap, audit, gaps};
use tidegate_data::{Finding, FindingKind, RawBars, Severity, Suspension, read_bars};
use tidegate_market::{TradeDate, Venue, observed_days};

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

fn days(stops: &[Suspension]) -> Vec<TradeDate> {
    stops.iter().map(|stop| stop.date).collect()
}

fn of_kind(findings: &[Finding], kind: FindingKind) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.kind == kind).collect()
}

/// What is worse than a note, as `kind × count`.
fn alarms(findings: &[Finding]) -> Vec<String> {
    let worse = findings.iter().filter(|finding| finding.severity > Severity::Note);
    worse.map(|finding| format!("{:?} {}", finding.kind, finding.count)).collect()
}

/// The findings about a file alone, with its adjusted close where it has one.
fn of_file(name: &str) -> Option<Vec<Finding>> {
    let series = load(name)?.bars;
    let factors = adjusted_close(&series);
    let yahoo = series.pre_close.is_none() && series.factor.iter().any(|f| *f != 1.0);
    Some(audit(&raw(&series), &Context { factors: yahoo.then_some(&factors), ..Context::default() }))
}

#[test]
fn splits_that_were_not_adjusted_are_named_with_day_prices_and_ratio() {
    for (name, messages) in [
        (
            "dirty_us_yahoo/NVDA.csv",
            ["2024-06-10: 1208.88 → 121.79 looks like a 10-for-1 split that was not adjusted"].as_slice(),
        ),
        (
            "dirty_us_yahoo/AMZN.csv",
            &["2022-06-06: 2447 → 124.79 looks like a 20-for-1 split that was not adjusted"],
        ),
        (
            "dirty/0700.HK_old_yahoo.csv",
            &[
                "2014-05-16: 514 → 108.8 while the factor moves by 5.0111 (a 5-for-1 split): prices before were not \
               split-adjusted, although the source says so",
            ],
        ),
        (
            "other_markets/INFY.NS.csv",
            &[
                "2009-04-30: 1 bar at 2 times the prices before and after, as if a split had been taken out of them alone",
                "2009-10-13: 1 bar at 2 times the prices before and after, as if a split had been taken out of them alone",
            ],
        ),
    ] {
        let Some(findings) = of_file(name) else { return };
        let found: Vec<&str> =
            of_kind(&findings, FindingKind::UnadjustedSplit).iter().map(|f| f.message.as_str()).collect();
        assert_eq!(found, messages, "{name}");
    }
}

/// Files that are as they should be, and what the audit says about them all the same.
const CLEAN: [(&str, &[&str]); 13] = [
    // The resumption after its share reform, which a factor rebuilt from references does not know.
    ("ashare_tushare_raw/000001.SZ.csv", &["OutsideLimit 1"]),
    ("ashare_tushare_raw/300454.SZ.csv", &[]),
    ("ashare_tushare_raw/600000.SH.csv", &[]),
    ("ashare_tushare_raw/600221.SH.csv", &[]),
    ("ashare_tushare_raw/601816.SH.csv", &[]),
    ("ashare_tushare_raw/688256.SH.csv", &[]),
    ("ashare_adjusted/000858.SZ_None.csv", &[]),
    ("ashare_adjusted/000858.SZ_hfq.csv", &[]),
    ("index_and_calendar/000300.SH.csv", &[]),
    ("us_yahoo/AAPL.csv", &[]),
    ("us_yahoo/GSPC.csv", &[]),
    ("other_markets/RELIANCE.NS_2015_2020.csv", &[]),
    ("dirty/NVDA_yfinance_multiheader.csv", &[]),
];

#[test]
fn clean_files_raise_no_alarm() {
    for (name, expected) in CLEAN {
        let Some(findings) = of_file(name) else { return };
        assert_eq!(alarms(&findings), expected, "{name}: {findings:#?}");
    }
}

/// The 24 stocks with everything known about them: Shanghai's published calendar, Shenzhen's read off its own stocks,
/// suspensions, published factors.
fn history() -> Option<Vec<(RawBars, Vec<Finding>)>> {
    let (shanghai, stops) = (mainland_calendar()?, suspensions()?);
    let series: Vec<RawBars> = files("ashare_history/daily")?
        .iter()
        .map(|path| raw(&read_bars(path, &dropping()).unwrap().bars))
        .collect();
    let in_shenzhen = |bars: &&RawBars| Venue::of_symbol(&bars.symbol) == Some(Venue::Szse);
    let shenzhen = observed_days(series.iter().filter(in_shenzhen).map(|bars| bars.date.as_slice())).days;
    let audited = series.into_iter().map(|bars| {
        let factors = published_factors(&bars.symbol);
        let context = Context {
            calendar: Some(if in_shenzhen(&&bars) { &shenzhen } else { &shanghai }),
            suspensions: stops.get(&bars.symbol).map_or(&[], Vec::as_slice),
            factors: factors.as_ref(),
            market_last: Some(day("2017-02-07")),
            ..Context::default()
        };
        let findings = audit(&bars, &context);
        (bars, findings)
    });
    Some(audited.collect())
}

/// What is odd in 26 years of 24 stocks, worse than a note.
const ODD: [(&str, &[&str]); 24] = [
    (
        "000001.SZ",
        &[
            "MissingDays 1",
            "UnadjustedSplit 1",
            "FactorMismatch 5",
            "FactorMismatch 1",
            "RepeatedBar 1",
            "OffTheTick 1",
        ],
    ),
    ("000002.SZ", &["Weekend 2", "RepeatedBar 2"]),
    ("000005.SZ", &["MissingDays 121", "FactorMismatch 35"]),
    ("000011.SZ", &["MissingDays 1", "FactorMismatch 2", "RepeatedBar 2", "OffTheTick 1"]),
    ("000021.SZ", &[]),
    ("000022.SZ", &["RepeatedBar 1"]),
    ("000029.SZ", &["RepeatedBar 1"]),
    ("000403.SZ", &["MissingDays 1399", "OutsideLimit 1"]),
    ("000525.SZ", &[]),
    ("300127.SZ", &[]),
    ("300382.SZ", &[]),
    ("300393.SZ", &[]),
    ("300399.SZ", &[]),
    ("600000.SH", &[]),
    ("600002.SH", &["StaleTail 2623"]),
    ("600070.SH", &[]),
    ("600071.SH", &[]),
    ("600139.SH", &[]),
    ("600623.SH", &["MissingDays 1", "FactorMismatch 2"]),
    ("600626.SH", &["MissingDays 1", "FactorMismatch 1"]),
    ("600985.SH", &[]),
    ("600990.SH", &[]),
    ("600999.SH", &[]),
    ("601005.SH", &[]),
];

#[test]
fn the_oddities_of_24_stocks_over_26_years_are_the_listed_ones() {
    let Some(history) = history() else { return };
    let found: Vec<(String, Vec<String>)> =
        history.iter().map(|(bars, findings)| (bars.symbol.clone(), alarms(findings))).collect();
    let expected: Vec<(String, Vec<String>)> =
        ODD.iter().map(|(s, a)| ((*s).to_owned(), a.iter().map(|a| (*a).to_owned()).collect())).collect();
    assert_eq!(found, expected);
}

#[test]
fn days_beyond_the_price_limit_are_share_reform_resumptions_and_one_day_of_1996() {
    let Some(history) = history() else { return };
    let (mut reforms, mut others) = (Vec::new(), Vec::new());
    for (bars, findings) in &history {
        for finding in of_kind(findings, FindingKind::OutsideLimit) {
            let text = format!("{} {} × {}", bars.symbol, finding.date.unwrap(), finding.count);
            if finding.severity == Severity::Note { reforms.push(text) } else { others.push(text) }
        }
    }
    assert_eq!(others, ["000403.SZ 1996-12-16 × 1"]);
    assert_eq!(reforms.len(), 14, "{reforms:#?}");
    assert!(reforms.contains(&"000011.SZ 2009-11-03 × 1".to_owned()), "{reforms:#?}");
    assert!(reforms.contains(&"000403.SZ 2013-02-08 × 1".to_owned()), "{reforms:#?}");
}

#[test]
fn weekend_bars_and_the_issue_price_of_000002_are_found() {
    let Some(bars) = load("ashare_history/daily/000002.SZ.csv").map(|loaded| raw(&loaded.bars)) else {
        return;
    };
    let findings = audit(&bars, &Context::default());
    let weekend = of_kind(&findings, FindingKind::Weekend);
    assert_eq!(weekend[0].message, "2 bars on a Saturday or Sunday: 1992-10-04, 1993-01-03");
    let first = of_kind(&findings, FindingKind::FactorMismatch);
    assert!(
        first.iter().any(|f| f.message.contains("opens at 14.58 against a reference price of 1")),
        "{findings:#?}"
    );
    // By a calendar that says that the exchange was open, a session on a Sunday is an ordinary one.
    let open = bars.date.clone();
    let findings = audit(&bars, &Context { calendar: Some(&open), ..Context::default() });
    assert!(of_kind(&findings, FindingKind::Weekend).is_empty());
}

#[test]
fn the_suspended_years_of_600145_are_gaps() {
    let Some((bars, stops)) = baostock("600145.SH") else { return };
    let context = Context { suspensions: &stops, ..Context::default() };
    let longest = gaps(&bars.date, None, &days(&stops)).into_iter().max_by_key(|gap| gap.days).unwrap();
    let expected = Gap { first: day("2015-12-05"), last: day("2020-06-29"), days: 1191, suspended: 1110 };
    assert_eq!(longest, expected);
    let findings = audit(&bars, &context);
    let suspended = of_kind(&findings, FindingKind::Suspended);
    assert!(suspended[0].message.contains("2015-12-05 to 2020-06-29 (1110)"), "{findings:#?}");
    assert!(of_kind(&findings, FindingKind::MissingDays).is_empty(), "{findings:#?}");
    // Without the suspensions the same years are days that nothing explains.
    let findings = audit(&bars, &Context::default());
    assert!(
        of_kind(&findings, FindingKind::MissingDays)[0].message.contains("2015-12-05 to 2020-06-29 (1191)")
    );
}

#[test]
fn the_longest_suspension_of_000403_is_a_gap_of_2131_days() {
    let Some(history) = history() else { return };
    let (bars, _) = history.iter().find(|(bars, _)| bars.symbol == "000403.SZ").unwrap();
    let calendar = mainland_calendar().unwrap();
    let longest = gaps(&bars.date, Some(&calendar), &[]).into_iter().max_by_key(|gap| gap.days).unwrap();
    assert_eq!((longest.first, longest.last), (day("2007-04-11"), day("2013-02-07")));
    let t = bars.date.binary_search(&day("2013-02-08")).unwrap();
    assert_eq!(bars.date[t].days_since(bars.date[t - 1]), 2131);
}

#[test]
fn of_505_american_stocks_the_broken_bars_splits_and_gaps_are_found() {
    let Some(all) = sp500() else { return };
    let observed = observed_days(all.iter().map(|bars| bars.date.as_slice()));
    assert_eq!((all.len(), observed.days.len(), observed.doubtful.len()), (505, 1259, 0));
    // 45 holidays of the New York exchange in these five years.
    assert_eq!(observed.silent_weekdays, 45);
    let context = Context {
        calendar: Some(&observed.days),
        market_last: observed.days.last().copied(),
        ..Context::default()
    };
    let mut symbols: BTreeMap<FindingKind, Vec<String>> = BTreeMap::new();
    let mut repeated: BTreeMap<TradeDate, usize> = BTreeMap::new();
    for bars in &all {
        for finding in audit(bars, &context) {
            symbols.entry(finding.kind).or_default().push(bars.symbol.clone());
            if finding.kind == FindingKind::RepeatedBar {
                *repeated.entry(finding.date.unwrap()).or_default() += 1;
            }
        }
    }
    // DISCA and DISCK gave a share of another class for each; eBay and NiSource spun half of themselves off.
    assert_eq!(symbols[&FindingKind::UnadjustedSplit], ["DISCA", "DISCK", "EBAY", "NI"]);
    assert_eq!(symbols[&FindingKind::MissingDays], ["BMY", "DHR", "ES", "ICE", "ORCL", "O"]);
    assert_eq!(symbols[&FindingKind::BadPrice].len(), 16);
    assert_eq!(symbols[&FindingKind::NoAdjustment].len(), 505);
    // Whoever made the file filled two days with the bars before.
    let copied = repeated[&day("2014-07-18")] + repeated[&day("2014-08-04")];
    assert!(copied > 190 && symbols[&FindingKind::RepeatedBar].len() < 220, "{repeated:?}");
    assert!(
        !symbols.contains_key(&FindingKind::StaleTail) && !symbols.contains_key(&FindingKind::OffCalendar)
    );
}

#[test]
fn two_vendors_agree_in_every_column_but_one_reference_price() {
    for (symbol, days, references) in [("000001.SZ", 4484, 1), ("600000.SH", 4054, 0)] {
        let (Some(wind), Some(tushare)) = (
            load(&format!("ashare_history/daily/{symbol}.csv")),
            load(&format!("ashare_tushare_raw/{symbol}.csv")),
        ) else {
            return;
        };
        let (a, b) = (wind.bars, tushare.bars);
        let (mut common, mut off) = (0, 0);
        for (i, date) in a.date.iter().enumerate() {
            let Ok(j) = b.date.binary_search(date) else { continue };
            let row = |bars: &tidegate_market::BarSeries, t: usize| {
                let amount = bars.amount.as_ref().unwrap()[t];
                [bars.open[t], bars.high[t], bars.low[t], bars.close[t], bars.volume[t], amount]
            };
            assert_eq!(row(&a, i), row(&b, j), "{symbol} {date}");
            common += 1;
            off += usize::from(a.pre_close.as_ref().unwrap()[i] != b.pre_close.as_ref().unwrap()[j]);
        }
        assert_eq!((common, off), (days, references), "{symbol}");
    }
}
