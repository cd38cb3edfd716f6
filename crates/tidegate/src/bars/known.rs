//! From what the store keeps of a stock (names, listing, published limits, dividends and splits, suspensions) to what the
//! rules ask for. A run keeps it in `known.json`, so that its directory judges alone.

use tidegate_data::{NamePeriod, PublishedLimit, Store, StoreError, Suspension, ex_days};
use tidegate_market::{BarSeries, Known, PriceBasis, PriceLimit, Standing, TradeDate, Venue};

/// What the store knows of the stock of `bars`, about their days. `to` is where the user ended the series: it does not end
/// with a delisting after that.
///
/// # Errors
/// When the store is damaged or cannot be read.
pub(super) fn known(store: &Store, bars: &BarSeries, to: Option<TradeDate>) -> Result<Known, StoreError> {
    let whole = whole(store, bars)?;
    let (first, last) = (bars.date[0], bars.date[bars.len() - 1]);
    let delisted = whole.delisted.filter(|day| to.is_none_or(|to| *day <= to));
    Ok(Known { delisted, ..whole.between(first, last) })
}

/// What the store knows already of the days after the last of `bars`: the limits that are published before a day opens,
/// ex-days that were announced.
///
/// # Errors
/// As [`known`].
pub(super) fn ahead(store: &Store, bars: &BarSeries) -> Result<Known, StoreError> {
    let whole = whole(store, bars)?;
    let next = bars.date[bars.len() - 1].next_day();
    let latest = |days: &[TradeDate]| days.iter().copied().max();
    let ex_days: Vec<TradeDate> = whole.ex_days.iter().map(|event| event.date).collect();
    let limits: Vec<TradeDate> = whole.limits.iter().map(|(day, _)| *day).collect();
    let standings: Vec<TradeDate> = whole.standings.iter().map(|standing| standing.from).collect();
    let last = [latest(&ex_days), latest(&limits), latest(&standings)].into_iter().flatten().max();
    Ok(whole.between(next, last.unwrap_or(next).max(next)))
}

/// All that the store knows, about whatever days.
fn whole(store: &Store, bars: &BarSeries) -> Result<Known, StoreError> {
    let symbol = &bars.symbol;
    let listing = store.listing(symbol)?;
    let mainland = matches!(Venue::of_symbol(symbol), Some(Venue::Sse | Venue::Szse));
    let names = if mainland { store.names(symbol)? } else { Vec::new() };
    // Limits and dividends are published for quoted prices.
    let quoted = bars.basis == PriceBasis::Raw;
    let limits = if quoted { store.limits(symbol)? } else { Vec::new() };
    let actions = if quoted { store.actions(symbol)? } else { Vec::new() };
    Ok(Known {
        listed: listing.as_ref().and_then(|listing| listing.listed),
        delisted: listing.and_then(|listing| listing.delisted),
        standings: standings(&names),
        limits: published(&limits),
        ex_days: ex_days(&actions, bars.basis),
        suspended: suspended(&store.suspensions(symbol)?),
        issue_price: None,
    })
}

/// Years in which companies that had reformed were marked (G); from 2006-10-09 those that had not are (S).
fn in_marked_years(day: TradeDate) -> bool {
    (TradeDate::new(2005, 6, 14)..TradeDate::new(2006, 10, 9)).contains(&Some(day))
}

/// What the names tell: ST and *ST anywhere in one, PT before it; S before the rest for a company that has not reformed its shares (`S`,
/// `SST`, `S*ST`), and everything before a name with G; 退 in the delisting period. One per change, ascending.
fn standings(names: &[NamePeriod]) -> Vec<Standing> {
    let mut names: Vec<&NamePeriod> = names.iter().collect();
    names.sort_by_key(|period| period.from);
    let marked = |period: &&&NamePeriod| plain(&period.name).starts_with('G') && in_marked_years(period.from);
    let reformed = names.iter().find(marked).map(|period| period.from);
    let mut standings: Vec<Standing> = Vec::new();
    for period in names {
        let name = plain(&period.name);
        let standing = Standing {
            from: period.from,
            // PT, from 1999 to 2002, was narrower still: at most 5 % up.
            special_treatment: name.contains("ST") || name.starts_with("PT"),
            unreformed: (name.starts_with('S') && !name.starts_with("ST"))
                || reformed.is_some_and(|day| period.from < day),
            delisting_period: name.contains('退'),
        };
        match standings.last_mut() {
            // Two names of one day: the later in the alphabet of the store is no better, so either mark counts.
            Some(last) if last.from == standing.from => {
                last.special_treatment |= standing.special_treatment;
                last.unreformed |= standing.unreformed;
                last.delisting_period |= standing.delisting_period;
            }
            Some(last) if Standing { from: standing.from, ..*last } == standing => {}
            _ => standings.push(standing),
        }
    }
    standings
}

/// Without blanks, in half-width letters.
fn plain(name: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    name.chars().filter(|c| !c.is_whitespace()).map(half).collect()
}

/// A limit at or above this is none: sources write 99999.99 or 100000 on free days.
const NO_LIMIT_FROM: f64 = 10_000.0;

/// Published limits, sentinels read as none: up at or below 0 or from 10,000 on, down at or below 0. Limits that are no
/// numbers, or the wrong way round, are left out: the rule book then computes its own.
fn published(limits: &[PublishedLimit]) -> Vec<(TradeDate, PriceLimit)> {
    let read = |limit: &PublishedLimit| {
        let PublishedLimit { date, up, down } = *limit;
        let none = up <= 0.0 || up >= NO_LIMIT_FROM || down <= 0.0;
        match none {
            true => Some((date, PriceLimit::Free)),
            false => (down <= up).then_some((date, PriceLimit::band(down, up))),
        }
    };
    limits.iter().filter_map(read).collect()
}

/// Days without any trading, ascending.
fn suspended(suspensions: &[Suspension]) -> Vec<TradeDate> {
    let whole_day = |s: &&Suspension| !s.resumed && s.timing.is_none();
    let mut days: Vec<TradeDate> = suspensions.iter().filter(whole_day).map(|s| s.date).collect();
    days.sort_unstable();
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidegate_data::{CorporateAction, ListingInfo, Origin, RawBars};

    fn date(text: &str) -> TradeDate {
        text.parse().unwrap()
    }

    fn names(rows: &[(&str, &str)]) -> Vec<NamePeriod> {
        let row = |(from, name): &(&str, &str)| NamePeriod {
            name: (*name).to_owned(),
            from: date(from),
            to: None,
            reason: None,
        };
        rows.iter().map(row).collect()
    }

    /// (from, ST, S, delisting)
    fn found(rows: &[(&str, &str)]) -> Vec<(String, bool, bool, bool)> {
        let row = |s: Standing| (s.from.to_string(), s.special_treatment, s.unreformed, s.delisting_period);
        standings(&names(rows)).into_iter().map(row).collect()
    }

    #[test]
    fn a_name_tells_special_treatment_an_s_share_and_the_delisting_period() {
        for (name, st, s, delisting) in [
            ("深发展A", false, false, false),
            ("S深发展A", false, true, false),
            ("S 佳通", false, true, false),
            ("ST猴王", true, false, false),
            ("*ST中绒", true, false, false),
            ("＊ＳＴ中绒", true, false, false),
            ("PT水仙", true, false, false),
            ("XDST甲", true, false, false),
            ("NST甲", true, false, false),
            ("SST华新", true, true, false),
            ("S*ST北亚", true, true, false),
            ("退市长油", false, false, true),
            ("乐视退", false, false, true),
            ("GQY视讯", false, false, false),
        ] {
            assert_eq!(found(&[("2010-01-04", name)]), [("2010-01-04".into(), st, s, delisting)], "{name}");
        }
    }

    #[test]
    fn a_name_with_g_says_that_all_before_it_had_not_reformed() {
        let names = [("1999-11-10", "浦发银行"), ("2006-05-12", "G浦发"), ("2006-10-09", "浦发银行")];
        let expected =
            [("1999-11-10".to_owned(), false, true, false), ("2006-05-12".to_owned(), false, false, false)];
        assert_eq!(found(&names), expected);
    }

    #[test]
    fn equal_standings_are_one_and_order_does_not_matter() {
        let names =
            [("2003-05-08", "*ST甲"), ("2001-01-02", "ST甲"), ("2007-01-04", "甲"), ("2008-01-02", "乙")];
        let from: Vec<(String, bool)> = found(&names).into_iter().map(|row| (row.0, row.1)).collect();
        assert_eq!(from, [("2001-01-02".to_owned(), true), ("2007-01-04".to_owned(), false)]);
        assert!(standings(&[]).is_empty());
    }

    #[test]
    fn sentinels_of_published_limits_are_no_limit() {
        let limit = |up, down| PublishedLimit { date: date("2020-08-24"), up, down };
        for (up, down) in [(-1.0, -1.0), (99_999.99, 0.0), (100_000.0, 0.0), (10.0, 0.0), (0.0, 9.0)] {
            assert_eq!(published(&[limit(up, down)])[0].1, PriceLimit::Free, "{up} {down}");
        }
        let band = PriceLimit::band(9.0, 11.0);
        assert_eq!(published(&[limit(11.0, 9.0)]), [(date("2020-08-24"), band)]);
        for (up, down) in [(9.0, 11.0), (f64::NAN, 9.0), (11.0, f64::NAN)] {
            assert_eq!(published(&[limit(up, down)]), [], "{up} {down}");
        }
    }

    #[test]
    fn limits_of_every_versions_run_directory_are_read_and_written_alike() {
        // All limits of a `known.json` are published ones: nothing in the file says so, and nothing new is written.
        let old = r#"[["2020-01-03",{"band":{"up":10.5,"down":9.5,"slack":0.0}}],["2020-01-06","free"]]"#;
        let limits: Vec<(TradeDate, PriceLimit)> = serde_json::from_str(old).unwrap();
        assert_eq!(limits[0].1, PriceLimit::band(9.5, 10.5));
        assert_eq!(serde_json::to_string(&limits).unwrap(), old);
    }

    #[test]
    fn only_whole_days_without_trading_are_suspensions() {
        let suspension = |day: &str, resumed, timing: Option<&str>| Suspension {
            date: date(day),
            resumed,
            timing: timing.map(str::to_owned),
        };
        let given = [
            suspension("2020-01-06", false, None),
            suspension("2020-01-03", false, None),
            suspension("2020-01-03", false, None),
            suspension("2020-01-07", false, Some("09:30-10:00")),
            suspension("2020-01-08", true, None),
        ];
        assert_eq!(suspended(&given), [date("2020-01-03"), date("2020-01-06")]);
    }

    #[test]
    fn a_stored_stock_brings_what_the_store_knows_of_it_about_the_days_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store.sqlite");
        let origin = Origin {
            source: "test".into(),
            name: "by hand".into(),
            received: "2026-11-23T00:00:00Z".into(),
            sha256: "0".repeat(64),
        };
        let days: Vec<TradeDate> = ["2020-01-02", "2020-01-03", "2020-01-06"].map(date).to_vec();
        let price = vec![10.0; 3];
        let bars = RawBars {
            symbol: "600000.SH".into(),
            basis: PriceBasis::Raw,
            date: days.clone(),
            open: price.clone(),
            high: price.clone(),
            low: price.clone(),
            close: price.clone(),
            pre_close: Some(price),
            volume: vec![1e6; 3],
            amount: None,
        };
        let listing = ListingInfo {
            symbol: bars.symbol.clone(),
            name: "*ST甲".into(),
            board: None,
            listed: Some(date("1999-11-10")),
            delisted: Some(date("2020-01-07")),
            status: 'D',
        };
        let mut store = Store::open(&path).unwrap();
        store.put_bars(&bars, &origin, false).unwrap();
        store.put_listings(&[listing], &origin).unwrap();
        store
            .put_names("600000.SH", &names(&[("1999-11-10", "甲"), ("2020-01-03", "*ST甲")]), &origin)
            .unwrap();
        let limit = |date, up| PublishedLimit { date, up, down: 9.0 };
        store
            .put_limits("600000.SH", &[limit(days[0], 11.0), limit(days[2], 99_999.99)], &origin, false)
            .unwrap();
        let dividend = CorporateAction::Dividend { ex_date: days[1], cash: 0.1 };
        store.put_actions("600000.SH", &[dividend], &origin, false).unwrap();
        drop(store);

        let load = |from, to| crate::bars::load_stored(Some(&path), "600000.SH", from, to).unwrap().known;
        let all = load(None, None);
        assert_eq!((all.listed, all.delisted), (Some(date("1999-11-10")), Some(date("2020-01-07"))));
        assert_eq!(all.standing(days[0]).map(|s| s.special_treatment), Some(false));
        assert_eq!(all.standing(days[1]).map(|s| s.special_treatment), Some(true));
        assert_eq!((all.limits.len(), all.limits[1].1), (2, PriceLimit::Free));
        assert_eq!(all.ex_days, [tidegate_market::ExDay::dividend(days[1], 0.1)]);
        // A series that ends before the delisting does not end with it.
        let cut = load(None, Some(days[1]));
        assert_eq!((cut.delisted, cut.limits.len()), (None, 1));
        assert!(load(Some(days[2]), None).ex_days.is_empty());
    }
}
