//! What the store knows of a stock besides its bars, in the rule book's form.

use tidegate_data::{NamePeriod, PublishedLimit, Store, StoreError, ex_days};
use tidegate_market::{BarSeries, Known, PriceBasis, PriceLimit, Standing, TradeDate, Venue};

/// A published upper limit of this much or more stands for "no limit"; so does a lower one of nothing.
const NO_LIMIT: f64 = 10_000.0;
/// Half the tick of an A-share: a price this near to a limit is at the limit.
const SLACK: f64 = 0.005;

/// Names, limits, dividends and splits, suspensions and the listing of a symbol.
///
/// A delisting counts only where `bars` reach the last bar stored: a series that was cut before goes on, as far as anyone
/// knew. Published limits and dividends are of quoted prices, so that
/// split-adjusted bars have none.
///
/// # Errors
/// When the store is damaged or cannot be read.
pub(super) fn known(store: &Store, bars: &BarSeries, whole: bool) -> Result<Known, StoreError> {
    let symbol = bars.symbol.as_str();
    let listing = store.listing(symbol)?;
    let mainland = matches!(Venue::of_symbol(symbol), Some(Venue::Sse | Venue::Szse));
    let quoted = bars.basis == PriceBasis::Raw;
    let limits = if quoted { store.limits(symbol)? } else { Vec::new() };
    let suspended = store.suspensions(symbol)?;
    let mut suspended: Vec<TradeDate> =
        suspended.iter().filter(|s| !s.resumed && s.timing.is_none()).map(|s| s.date).collect();
    suspended.sort_unstable();
    suspended.dedup();
    Ok(Known {
        listed: listing.as_ref().and_then(|listing| listing.listed),
        delisted: listing.as_ref().and_then(|listing| listing.delisted).filter(|_| whole),
        standings: if mainland { standings(&store.names(symbol)?) } else { Vec::new() },
        limits: limits.iter().map(|limit| (limit.date, published(limit))).collect(),
        ex_days: if quoted { ex_days(&store.actions(symbol)?, bars.basis) } else { Vec::new() },
        suspended,
        issue_price: None,
    })
}

/// A published limit; the sources write several impossible numbers for a day without one.
fn published(limit: &PublishedLimit) -> PriceLimit {
    let (up, down) = (limit.up, limit.down);
    let none = !(up > 0.0 && up < NO_LIMIT) || down <= 0.0 || down.is_nan();
    if none { PriceLimit::Free } else { PriceLimit::Band { up, down, slack: SLACK } }
}

/// What each name says. Names tell of special treatment by `ST`, of a share structure not yet reformed by a leading `S`
/// (since 2006-10), of the delisting period by `退` (退市整理).
fn standings(names: &[NamePeriod]) -> Vec<Standing> {
    let mut periods: Vec<&NamePeriod> = names.iter().collect();
    periods.sort_by_key(|period| period.from);
    let mut standings: Vec<Standing> = Vec::new();
    for period in periods {
        let name = period.name.trim();
        let unreformed = name.starts_with('S') && !name.starts_with("ST");
        let standing = Standing {
            from: period.from,
            special_treatment: name.contains("ST"),
            unreformed,
            delisting_period: name.contains('退'),
        };
        match standings.last_mut() {
            // Two names of one day: the later one counts.
            Some(last) if last.from == standing.from => *last = standing,
            _ => standings.push(standing),
        }
    }
    standings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(from: &str, name: &str) -> NamePeriod {
        NamePeriod { name: name.into(), from: from.parse().unwrap(), to: None, reason: None }
    }

    #[test]
    fn a_name_tells_what_the_stock_stands_under() {
        let names = [
            name("2009-01-05", "S*ST光明"),
            name("2006-10-09", "S深发展A"),
            name("1998-04-28", "ST辽物资"),
            name("2012-08-01", "深发展A"),
            name("2020-05-06", "退市保千"),
        ];
        let told: Vec<(String, bool, bool, bool)> = standings(&names)
            .iter()
            .map(|s| (s.from.to_string(), s.special_treatment, s.unreformed, s.delisting_period))
            .collect();
        let of = |day: &str, st, s, delisting| (day.to_owned(), st, s, delisting);
        assert_eq!(
            told,
            [
                of("1998-04-28", true, false, false),
                of("2006-10-09", false, true, false),
                of("2009-01-05", true, true, false),
                of("2012-08-01", false, false, false),
                of("2020-05-06", false, false, true),
            ]
        );
    }

    #[test]
    fn impossible_numbers_stand_for_no_limit() {
        let limit = |up, down| published(&PublishedLimit { date: "2020-08-24".parse().unwrap(), up, down });
        for (up, down) in [(-1.0, -1.0), (99_999.99, 0.0), (100_000.0, 0.0), (0.0, 0.0), (f64::NAN, 1.0)] {
            assert_eq!(limit(up, down), PriceLimit::Free, "{up} and {down}");
        }
        assert_eq!(limit(11.0, 9.0), PriceLimit::Band { up: 11.0, down: 9.0, slack: SLACK });
    }
}
