//! Adjusted prices and rebuilt factors against what vendors publish. Skipped where the files are absent.

use crate::support::{Table, real_data, tables};
use tidegate_market::*;

fn close_to(what: &str, found: &[f64], published: &[f64]) {
    assert_eq!(found.len(), published.len());
    for (t, (a, b)) in found.iter().zip(published).enumerate() {
        assert!((a - b).abs() <= 1e-4, "{what}, row {t}: {a}, published {b}");
    }
}

/// Rows of a table, oldest first.
fn ascending(table: &Table, date: &str, column: &str) -> Vec<f64> {
    let dates = table.dates(date);
    let mut rows: Vec<usize> = (0..dates.len()).collect();
    rows.sort_by_key(|&i| dates[i]);
    let numbers = table.numbers(column);
    rows.iter().map(|&i| numbers[i]).collect()
}

#[test]
fn prices_of_600519_by_its_factor_are_the_published_hfq_and_qfq() {
    let Some(folder) = real_data("ashare_adjusted") else { return };
    let table = Table::read(&folder.join("600519.SH_stk_factor_2023_2025.csv"));
    let column = |name: &str| ascending(&table, "indiv_techin_trade_date", &format!("indiv_techin_{name}"));
    let factor = column("adj_factor");
    for price in ["open", "high", "low", "close", "pre_close"] {
        let raw = column(price);
        close_to(&format!("{price} hfq"), &adjusted(&raw, &factor, 1.0), &column(&format!("{price}_hfq")));
        close_to(&format!("{price} qfq"), &qfq(&raw, &factor), &column(&format!("{price}_qfq")));
        // From the first bar on, as networks see it: the same but for one constant.
        let ours: Vec<f64> = hfq(&raw, &factor).iter().map(|price| price * factor[0]).collect();
        close_to(price, &ours, &column(&format!("{price}_hfq")));
    }
}

#[test]
fn prices_of_000858_by_its_factor_are_the_published_hfq_and_qfq() {
    let Some(folder) = real_data("ashare_adjusted") else { return };
    let table = |kind: &str| Table::read(&folder.join(format!("000858.SZ_{kind}.csv")));
    let (raw, back, forward) = (table("None"), table("hfq"), table("qfq"));
    // The vendor's factor has three or four decimals and is constant between ex-days: the median of hfq / raw over a
    // stretch, rounded to four, is that factor.
    let (close, published) = (raw.numbers("close"), back.numbers("close"));
    let reference = raw.numbers("pre_close");
    let mut factor = vec![0.0; close.len()];
    let mut start = 0;
    for t in 1..=close.len() {
        if t == close.len() || (close[t - 1] - reference[t]).abs() > 0.005 {
            let mut ratio: Vec<f64> = (start..t).map(|i| published[i] / close[i]).collect();
            ratio.sort_by(f64::total_cmp);
            let rounded = (ratio[ratio.len() / 2] * 1e4).round() / 1e4;
            factor[start..t].fill(rounded);
            start = t;
        }
    }
    assert_eq!((factor[0], factor[close.len() - 1]), (15.682, 18.4149));
    for price in ["open", "high", "low", "close"] {
        let quoted = raw.numbers(price);
        close_to(&format!("{price} hfq"), &adjusted(&quoted, &factor, 1.0), &back.numbers(price));
        close_to(&format!("{price} qfq"), &qfq(&quoted, &factor), &forward.numbers(price));
    }
}

/// Stock, ex-days in its published factor, and the bars on which the exchange's reference and that factor disagree.
type Exceptions = (&'static str, usize, &'static [&'static str]);

/// Share-reform resumptions of 2005 to 2013, on which the exchange left its reference as it was (600070 and 600139 paid
/// a dividend as well), and days of 1991 to 1993 on which the reference was another than the last close.
const EXCEPTIONS: [Exceptions; 24] = [
    ("000001.SZ", 25, &["1991-04-23", "1991-05-07", "1991-07-24", "1991-10-03", "2007-06-20"]),
    ("000002.SZ", 63, &[]),
    ("000005.SZ", 10, &["1991-01-07 and 34 more of 1991 and 1992", "2006-07-31"]),
    ("000011.SZ", 11, &["1992-05-04", "2009-11-03"]),
    ("000021.SZ", 26, &["2006-05-22"]),
    ("000022.SZ", 24, &["2006-05-30"]),
    ("000029.SZ", 5, &["2006-02-17"]),
    ("000403.SZ", 8, &["2013-02-08"]),
    ("000525.SZ", 23, &["2006-06-07"]),
    ("300127.SZ", 6, &[]),
    ("300382.SZ", 3, &[]),
    ("300393.SZ", 2, &[]),
    ("300399.SZ", 3, &[]),
    ("600000.SH", 17, &["2006-05-12"]),
    ("600002.SH", 5, &[]),
    ("600070.SH", 20, &["2006-05-17"]),
    ("600071.SH", 9, &["2006-05-30"]),
    ("600139.SH", 8, &["2007-02-15"]),
    ("600623.SH", 16, &["1993-07-01", "2006-05-22"]),
    ("600626.SH", 24, &["2006-01-19"]),
    ("600985.SH", 13, &["2006-02-09"]),
    ("600990.SH", 11, &["2006-06-21"]),
    ("600999.SH", 9, &[]),
    ("601005.SH", 3, &[]),
];

#[test]
fn the_rebuilt_factor_is_the_published_one_except_on_the_listed_days() {
    let Some(folder) = real_data("ashare_history") else { return };
    let daily = tables(&folder.join("daily"));
    assert_eq!(daily.len(), EXCEPTIONS.len());
    for ((symbol, table), (name, ex_days, exceptions)) in daily.iter().zip(EXCEPTIONS) {
        assert_eq!(symbol, name);
        let bars = table.tushare_bars(symbol);
        let known = Table::read(&folder.join("adj_factor").join(format!("{symbol}.csv")));
        let published = factor_on(&bars.date, &known.dates("trade_date"), &known.numbers("adj_factor"));
        let moves = published.windows(2).filter(|pair| (pair[1] / pair[0] - 1.0).abs() > 1e-6).count();
        assert_eq!(moves, ex_days, "{symbol}");
        let pre_close = bars.pre_close.as_ref().unwrap();
        let off = factor_disagreements(&bars.close, pre_close, &published);
        let days: Vec<String> = off.iter().map(|step| bars.date[step.index].to_string()).collect();
        if symbol == "000005.SZ" {
            let early = |day: &&String| day.as_str() < "1993";
            assert_eq!((days.len(), days.iter().filter(early).count()), (36, 35), "{days:?}");
            assert_eq!(days[35], exceptions[1]);
            continue;
        }
        assert_eq!(days, exceptions, "{symbol}");
        // With the published step on those days, 25 years of rebuilt steps still end at the published factor.
        let mut reference = pre_close.clone();
        for step in &off {
            reference[step.index] = bars.close[step.index - 1] / step.by_factor;
        }
        let rebuilt = factor_from_pre_close(&bars.close, &reference);
        for (t, (rebuilt, published_now)) in rebuilt.iter().zip(&published).enumerate() {
            let ratio = rebuilt / (published_now / published[0]);
            assert!((ratio - 1.0).abs() < 0.01, "{symbol} {}: {ratio}", bars.date[t]);
        }
    }
}

#[test]
fn two_vendors_agree_bar_for_bar_on_every_common_day() {
    let (Some(wind), Some(tushare)) = (real_data("ashare_history/daily"), real_data("ashare_tushare_raw"))
    else {
        return;
    };
    for (symbol, common, references) in [("000001.SZ", 4484, vec!["2003-09-29"]), ("600000.SH", 4054, vec![])]
    {
        let read = |folder: &std::path::Path| {
            Table::read(&folder.join(format!("{symbol}.csv"))).tushare_bars(symbol)
        };
        let (a, b) = (read(&wind), read(&tushare));
        let (mut seen, mut differing) = (0, Vec::new());
        for (i, date) in a.date.iter().enumerate() {
            let Ok(j) = b.date.binary_search(date) else {
                assert!(*date < b.date[0], "{symbol} {date} is missing in one file");
                continue;
            };
            let row = |bars: &BarSeries, t: usize| {
                [bars.open[t], bars.high[t], bars.low[t], bars.close[t], bars.volume[t]]
            };
            assert_eq!(row(&a, i), row(&b, j), "{symbol} {date}");
            seen += 1;
            if a.pre_close.as_ref().unwrap()[i] != b.pre_close.as_ref().unwrap()[j] {
                differing.push(date.to_string());
            }
        }
        let last = a.date[a.len() - 1];
        let inside = b.date.iter().filter(|date| **date <= last).count();
        assert_eq!((seen, inside), (common, common), "{symbol}: days on one side only");
        assert_eq!(differing, references, "{symbol}");
    }
}
