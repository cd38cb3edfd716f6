//! Answers as records: rows of one or many symbols in any order become columns by symbol, ascending by date. Lots and
//! thousands of yuan become shares and yuan here.

use super::answer::{Answer, BadAnswer};
use crate::record::{FactorOrigin, Factors, ListingInfo, NamePeriod, PublishedLimit, RawBars, Suspension};
use std::collections::BTreeMap;
use tidegate_market::{PriceBasis, TradeDate};

/// Records of several symbols, by symbol.
pub(super) type BySymbol<T> = BTreeMap<String, T>;

/// A row that is no bar and was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub symbol: String,
    pub date: TradeDate,
    pub why: String,
}

/// A decimal number times 10^`places`, without a rounding error: `0.07` lots are 7 shares, not 7.000000000000001.
fn scaled(value: f64, places: u8) -> f64 {
    format!("{value}e{places}").parse().unwrap_or(value)
}

/// Bars of the answers (pieces of one download).
pub(super) fn bars(answers: &[Answer]) -> Result<(BySymbol<RawBars>, Vec<LeftOut>), BadAnswer> {
    let mut rows: BySymbol<BTreeMap<TradeDate, [f64; 7]>> = BTreeMap::new();
    let mut left_out = Vec::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let column = |name| answer.column(name);
        let (symbol, date) = (column("ts_code")?, column("trade_date")?);
        let prices = [column("open")?, column("high")?, column("low")?, column("close")?];
        let (pre_close, volume, amount) = (column("pre_close")?, column("vol")?, column("amount")?);
        for row in 0..answer.rows() {
            let (symbol, date) = (symbol.word(row)?, date.date(row)?);
            let mut bar = [f64::NAN; 7];
            for (cell, column) in bar.iter_mut().zip(prices) {
                *cell = column.number(row)?.unwrap_or(f64::NAN);
            }
            if bar[..4].iter().any(|price| !(price.is_finite() && *price > 0.0)) {
                let why = format!("open {}, high {}, low {}, close {}", bar[0], bar[1], bar[2], bar[3]);
                left_out.push(LeftOut { symbol, date, why: format!("a price is missing or 0: {why}") });
                continue;
            }
            bar[4] = pre_close.number(row)?.filter(|price| *price > 0.0).unwrap_or(f64::NAN);
            let lots = match volume.number(row)? {
                Some(lots) if lots >= 0.0 && scaled(lots, 2).is_finite() => lots,
                // Old index bars have no volume.
                None if answer.api == super::Api::IndexDaily => 0.0,
                other => {
                    let found = other.map_or("null".to_owned(), |lots| lots.to_string());
                    left_out.push(LeftOut { symbol, date, why: format!("volume {found}") });
                    continue;
                }
            };
            bar[5] = scaled(lots, 2);
            let amount = amount.number(row)?.filter(|a| *a >= 0.0).map(|a| scaled(a, 3));
            bar[6] = amount.filter(|a| a.is_finite()).unwrap_or(f64::NAN);
            put(&mut rows, symbol, date, bar, row)?;
        }
    }
    let series = rows.into_iter().map(|(symbol, rows)| {
        let column = |c: usize| rows.values().map(|bar| bar[c]).collect::<Vec<f64>>();
        let bars = RawBars {
            symbol: symbol.clone(),
            basis: PriceBasis::Raw,
            date: rows.keys().copied().collect(),
            open: column(0),
            high: column(1),
            low: column(2),
            close: column(3),
            pre_close: Some(column(4)),
            volume: column(5),
            amount: Some(column(6)),
        };
        (symbol, bars)
    });
    Ok((series.collect(), left_out))
}

/// Adds a row; the same day may come twice (pieces of a download overlap by a day), but not with other numbers.
fn put<const N: usize>(
    rows: &mut BySymbol<BTreeMap<TradeDate, [f64; N]>>,
    symbol: String,
    date: TradeDate,
    new: [f64; N],
    row: usize,
) -> Result<(), BadAnswer> {
    let same = |a: &[f64; N]| a.iter().zip(&new).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
    let days = rows.entry(symbol).or_default();
    match days.get(&date) {
        Some(known) if !same(known) => Err(BadAnswer::Cell {
            row: row + 1,
            column: "trade_date".into(),
            expected: "each day once, or the same numbers",
            found: format!("other numbers for {date}"),
        }),
        _ => {
            days.insert(date, new);
            Ok(())
        }
    }
}

/// Factors of the answers.
pub(super) fn factors(answers: &[Answer]) -> Result<(BySymbol<Factors>, Vec<LeftOut>), BadAnswer> {
    let mut rows: BySymbol<BTreeMap<TradeDate, [f64; 1]>> = BTreeMap::new();
    let mut left_out = Vec::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let (symbol, date) = (answer.column("ts_code")?, answer.column("trade_date")?);
        let factor = answer.column("adj_factor")?;
        for row in 0..answer.rows() {
            let (symbol, date) = (symbol.word(row)?, date.date(row)?);
            match factor.number(row)? {
                Some(factor) if factor.is_finite() && factor > 0.0 => {
                    put(&mut rows, symbol, date, [factor], row)?;
                }
                other => {
                    let found = other.map_or("null".to_owned(), |factor| factor.to_string());
                    left_out.push(LeftOut { symbol, date, why: format!("adj_factor {found}") });
                }
            }
        }
    }
    let series = rows.into_iter().map(|(symbol, rows)| {
        let (date, factor) = rows.into_iter().map(|(date, [factor])| (date, factor)).unzip();
        (symbol.clone(), Factors { symbol, origin: FactorOrigin::Published, date, factor })
    });
    Ok((series.collect(), left_out))
}

/// Price limits of the answers, as published: days without a limit carry the exchange's stand-ins.
pub(super) fn limits(answers: &[Answer]) -> Result<BySymbol<Vec<PublishedLimit>>, BadAnswer> {
    let mut rows: BySymbol<BTreeMap<TradeDate, [f64; 2]>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let (symbol, date) = (answer.column("ts_code")?, answer.column("trade_date")?);
        let (up, down) = (answer.column("up_limit")?, answer.column("down_limit")?);
        for row in 0..answer.rows() {
            if let (Some(up), Some(down)) = (up.number(row)?, down.number(row)?) {
                put(&mut rows, symbol.word(row)?, date.date(row)?, [up, down], row)?;
            }
        }
    }
    let limits = |rows: BTreeMap<TradeDate, [f64; 2]>| {
        rows.into_iter().map(|(date, [up, down])| PublishedLimit { date, up, down }).collect()
    };
    Ok(rows.into_iter().map(|(symbol, rows)| (symbol, limits(rows))).collect())
}

/// Suspensions and resumptions of the answers.
pub(super) fn suspensions(answers: &[Answer]) -> Result<BySymbol<Vec<Suspension>>, BadAnswer> {
    let mut rows: BySymbol<Vec<Suspension>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let (symbol, date) = (answer.column("ts_code")?, answer.column("trade_date")?);
        let (timing, kind) = (answer.column("suspend_timing")?, answer.column("suspend_type")?);
        for row in 0..answer.rows() {
            let resumed = kind.word(row)? == "R";
            let new = Suspension { date: date.date(row)?, resumed, timing: timing.text(row)? };
            rows.entry(symbol.word(row)?).or_default().push(new);
        }
    }
    for days in rows.values_mut() {
        days.sort_by(|a, b| (a.date, a.resumed, &a.timing).cmp(&(b.date, b.resumed, &b.timing)));
        days.dedup();
    }
    Ok(rows)
}

/// Names of the answers. Rows that repeat a period are joined; where they disagree about its end, an end counts.
pub(super) fn names(answers: &[Answer]) -> Result<BySymbol<Vec<NamePeriod>>, BadAnswer> {
    let mut rows: BySymbol<BTreeMap<(TradeDate, String), NamePeriod>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let (symbol, name) = (answer.column("ts_code")?, answer.column("name")?);
        let (from, to) = (answer.column("start_date")?, answer.column("end_date")?);
        let reason = answer.column("change_reason")?;
        for row in 0..answer.rows() {
            let (name, from) = (name.word(row)?, from.date(row)?);
            let new = NamePeriod {
                name: name.clone(),
                from,
                to: to.optional_date(row)?,
                reason: reason.text(row)?,
            };
            let periods = rows.entry(symbol.word(row)?).or_default();
            let period = periods.entry((from, name)).or_insert_with(|| new.clone());
            period.to = period.to.or(new.to);
            period.reason = period.reason.take().or(new.reason);
        }
    }
    Ok(rows.into_iter().map(|(symbol, periods)| (symbol, periods.into_values().collect())).collect())
}

/// Listings of the answers.
pub(super) fn listings(answers: &[Answer]) -> Result<BySymbol<ListingInfo>, BadAnswer> {
    let mut rows = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let (symbol, name) = (answer.column("ts_code")?, answer.column("name")?);
        let (board, status) = (answer.column("market")?, answer.column("list_status")?);
        let (listed, delisted) = (answer.column("list_date")?, answer.column("delist_date")?);
        for row in 0..answer.rows() {
            let symbol = symbol.word(row)?;
            let new = ListingInfo {
                symbol: symbol.clone(),
                name: name.text(row)?.unwrap_or_default(),
                board: board.text(row)?,
                listed: listed.optional_date(row)?,
                delisted: delisted.optional_date(row)?,
                status: status.word(row)?.chars().next().unwrap_or('L'),
            };
            rows.insert(symbol, new);
        }
    }
    Ok(rows)
}

/// Days of the answers, and whether the exchange trades on each.
pub(super) fn calendar(answers: &[Answer]) -> Result<Vec<(TradeDate, bool)>, BadAnswer> {
    let mut days = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.rows() > 0) {
        let (date, open) = (answer.column("cal_date")?, answer.column("is_open")?);
        for row in 0..answer.rows() {
            days.insert(date.date(row)?, open.number(row)? == Some(1.0));
        }
    }
    Ok(days.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tushare::Api;

    fn answer(api: Api, data: &str) -> Answer {
        Answer::read(api, format!("{{\"code\":0,\"msg\":null,\"data\":{data}}}").as_bytes()).unwrap()
    }

    const FIELDS: &str = r#"{"fields":["vol","ts_code","trade_date","close","open","low","high","pre_close","amount"],"items":"#;

    #[test]
    fn bars_come_out_ascending_in_shares_and_yuan_whatever_the_order() {
        let items = r#"[[0.07,"a.SH","20240628",2,1,1,3,null,"0.0567"],["1200",
            "a.SH",20240627,2,1,1,3,1.5,null],[1,"b.SH","20240628",2,1,1,3,1.5,1]]}"#;
        let (by_symbol, left_out) = bars(&[answer(Api::Daily, &format!("{FIELDS}{items}"))]).unwrap();
        assert!(left_out.is_empty());
        let a = &by_symbol["a.SH"];
        assert_eq!(a.date.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2024-06-27", "2024-06-28"]);
        assert_eq!((a.open[0], a.high[0], a.low[0], a.close[0]), (1.0, 3.0, 1.0, 2.0));
        assert_eq!(a.volume, [120_000.0, 7.0]);
        let (pre_close, amount) = (a.pre_close.as_ref().unwrap(), a.amount.as_ref().unwrap());
        assert!(pre_close[1].is_nan() && pre_close[0] == 1.5);
        assert!(amount[0].is_nan() && amount[1] == 56.7);
        assert_eq!(by_symbol.len(), 2);
    }

    #[test]
    fn rows_without_a_price_are_left_out_and_named_and_conflicts_refused() {
        let items = r#"[[1,"a.SH","20240628",null,1,1,3,1,1],[1,"a.SH","20240627",2,0,1,3,1,1],
            [null,"a.SH","20240626",2,1,1,3,1,1],[1,"a.SH","20240625",2,1,1,3,1,1]]}"#;
        let piece = answer(Api::Daily, &format!("{FIELDS}{items}"));
        let (by_symbol, left_out) = bars(&[piece.clone(), piece]).unwrap();
        assert_eq!((by_symbol["a.SH"].date.len(), left_out.len()), (1, 6));
        let items = r#"[[1,"a.SH","20240628",2,1,1,3,1,1],[2,"a.SH","20240628",2,1,1,3,1,1]]}"#;
        let error = bars(&[answer(Api::Daily, &format!("{FIELDS}{items}"))]).unwrap_err().to_string();
        assert!(error.contains("row 2") && error.contains("2024-06-28"), "{error}");
    }

    #[test]
    fn numbers_beyond_all_measure_are_no_volume_and_no_amount() {
        let items = r#"[[1e307,"a.SH","20240628",2,1,1,3,1,1],[1,"a.SH","20240627",2,1,1,3,1,1e307]]}"#;
        let (by_symbol, left_out) = bars(&[answer(Api::Daily, &format!("{FIELDS}{items}"))]).unwrap();
        assert_eq!((by_symbol["a.SH"].volume.as_slice(), left_out.len()), ([100.0].as_slice(), 1));
        assert!(by_symbol["a.SH"].amount.as_ref().unwrap()[0].is_nan());
    }

    #[test]
    fn repeated_names_are_one_and_the_end_that_is_known_counts() {
        let data = r#"{"fields":["ts_code","name","start_date","end_date","ann_date","change_reason"],"items":[
            ["a.SH","ST甲","20100105",null,null,"ST"],["a.SH","ST甲","20100105","20110101",null,"ST"],
            ["a.SH","甲","20110102",null,null,"摘星"]]}"#;
        let names = &names(&[answer(Api::NameChange, data)]).unwrap()["a.SH"];
        assert_eq!(names.len(), 2);
        assert_eq!(names[0].to, TradeDate::new(2011, 1, 1));
        assert_eq!(names[1].to, None);
    }
}
