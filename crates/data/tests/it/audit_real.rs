//! The audit on real files: what is wrong is found, and what is clean stays quiet.

use crate::surroundings::{
    adjusted_close, baostock, files, mainland_calendar, published_factors, raw, sp500, suspensions,
};
use crate::test_data::{dropping, load};
use tidegate_data::audit::{Context, audit, gaps};
use tidegate_data::{Finding, FindingKind, Severity, read_bars};
use tidegate_market::{TradeDate, observed_days};

#[test]
fn survey() {
    let calendar = mainland_calendar().unwrap();
    let stops = suspensions().unwrap();
    for path in files("ashare_history/daily").unwrap() {
        let bars = raw(&read_bars(&path, &dropping()).unwrap().bars);
        let factors = published_factors(&bars.symbol);
        let context = Context {
            calendar: Some(&calendar),
            suspensions: stops.get(&bars.symbol).map_or(&[], |s| s),
            factors: factors.as_ref(),
            market_last: "2017-02-07".parse().ok(),
            ..Context::default()
        };
        println!("== {} {}", bars.symbol, bars.date.len());
        for f in audit(&bars, &context) {
            println!("  {:?} {:?} {} {} | {}", f.severity, f.kind, f.count, f.message, f.action);
        }
        println!("  -- without factors");
        let context = Context { factors: None, suspensions: &[], ..context };
        for f in audit(&bars, &context) {
            println!("  {:?} {:?} {} {} | {}", f.severity, f.kind, f.count, f.message, f.action);
        }
    }
    for name in [
        "ashare_tushare_raw/000001.SZ.csv",
        "ashare_tushare_raw/300454.SZ.csv",
        "ashare_tushare_raw/600000.SH.csv",
        "ashare_tushare_raw/600221.SH.csv",
        "ashare_tushare_raw/601816.SH.csv",
        "ashare_tushare_raw/688256.SH.csv",
        "ashare_adjusted/000858.SZ_None.csv",
        "ashare_adjusted/000858.SZ_hfq.csv",
        "index_and_calendar/000300.SH.csv",
    ] {
        let bars = raw(&load(name).unwrap().bars);
        println!("== {name} {}", bars.date.len());
        for f in audit(&bars, &Context::default()) {
            println!("  {:?} {:?} {} {} | {}", f.severity, f.kind, f.count, f.message, f.action);
        }
    }
    for name in [
        "dirty_us_yahoo/NVDA.csv",
        "dirty_us_yahoo/AMZN.csv",
        "dirty/NVDA_yfinance_multiheader.csv",
        "dirty/0700.HK_old_yahoo.csv",
        "us_yahoo/AAPL.csv",
        "us_yahoo/GSPC.csv",
        "other_markets/INFY.NS.csv",
        "other_markets/RELIANCE.NS_2015_2020.csv",
    ] {
        let series = load(name).unwrap().bars;
        let factors = adjusted_close(&series);
        println!("== {name} {}", series.date.len());
        for f in audit(&raw(&series), &Context { factors: Some(&factors), ..Context::default() }) {
            println!("  {:?} {:?} {} {} | {}", f.severity, f.kind, f.count, f.message, f.action);
        }
    }
    for name in ["000018.SZ", "600145.SH"] {
        let (bars, stops) = baostock(name).unwrap();
        println!("== {name} {}", bars.date.len());
        for f in
            audit(&bars, &Context { calendar: Some(&calendar), suspensions: &stops, ..Context::default() })
        {
            println!("  {:?} {:?} {} {} | {}", f.severity, f.kind, f.count, f.message, f.action);
        }
        for f in audit(&bars, &Context { suspensions: &stops, ..Context::default() }) {
            println!("  {:?} {:?} {} {} | {}", f.severity, f.kind, f.count, f.message, f.action);
        }
    }
    let all = sp500().unwrap();
    let observed = observed_days(all.iter().map(|bars| bars.date.as_slice()));
    println!(
        "== sp500 {} {} doubtful {:?} silent {}",
        all.len(),
        observed.days.len(),
        observed.doubtful,
        observed.silent_weekdays
    );
    let mut count = std::collections::BTreeMap::new();
    for bars in &all {
        for f in audit(
            bars,
            &Context {
                calendar: Some(&observed.days),
                market_last: observed.days.last().copied(),
                ..Context::default()
            },
        ) {
            *count.entry(format!("{:?}", f.kind)).or_insert(0) += 1;
            if f.kind != FindingKind::NoAdjustment {
                println!(
                    "  {} {:?} {:?} {} {} | {}",
                    f.symbol, f.severity, f.kind, f.count, f.message, f.action
                );
            }
        }
    }
    println!("{count:?}");
}
