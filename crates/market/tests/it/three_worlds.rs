//! Random signals on every real A-share file in three worlds: as the files are; with ex-days as events and spells of special
//! treatment; with published limits and days without trading. What could not have happened is worked out here in whole cents,
//! without asking the rule book. Skipped where the files are absent.

use crate::every_file::{Random, stocks};
use crate::support::{day, replayed, rules};
use tidegate_market::*;

/// What the test knows of a bar's limits.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    /// Nothing is asserted: no limit was in force, or the first days of a listing.
    None,
    /// Reference ± per cent, in cents, unless the prices break it by more than 1 %.
    Computed { down: i64, up: i64 },
    /// Whatever the prices.
    Published { down: i64, up: i64 },
}

struct World {
    name: &'static str,
    bars: BarSeries,
    known: Known,
    limits: Vec<Limit>,
}

fn cents(price: f64) -> i64 {
    (price * 100.0).round() as i64
}

fn half_up(reference: i64, percent: i64) -> (i64, i64) {
    let of = |percent: i64| (reference * percent + 50) / 100;
    (of(100 - percent).min(reference - 1), of(100 + percent).max(reference + 1))
}

/// By the exchanges' announcements: 10 % since 1996-12-16, STAR 20 %, ChiNext 20 % since 2020-08-24; ST of the main board
/// 5 % since 1998-04-22.
fn percent(symbol: &str, date: TradeDate, special_treatment: bool) -> Option<i64> {
    match &symbol[..3] {
        "688" => Some(20),
        "300" if date >= day("2020-08-24") => Some(20),
        "300" => Some(10),
        _ if date < day("1996-12-16") => None,
        _ if special_treatment && date >= day("1998-04-22") => Some(5),
        _ => Some(10),
    }
}

fn computed(bars: &BarSeries, special_treatment: impl Fn(usize) -> bool) -> Vec<Limit> {
    let references = bars.pre_close.as_ref().unwrap();
    let first_days = if bars.symbol.starts_with("688") { 5 } else { 1 };
    let limit = |i: usize| match percent(&bars.symbol, bars.date[i], special_treatment(i)) {
        Some(percent) if i >= first_days => {
            let (down, up) = half_up(cents(references[i]), percent);
            Limit::Computed { down, up }
        }
        _ => Limit::None,
    };
    (0..bars.len()).map(limit).collect()
}

fn as_they_are((bars, known): &(BarSeries, Known)) -> World {
    World { name: "as they are", limits: computed(bars, |_| false), bars: bars.clone(), known: known.clone() }
}

/// Every lower reference is a dividend of the difference; years under special treatment alternate with years without.
fn events_and_st((bars, known): &(BarSeries, Known)) -> World {
    let references = bars.pre_close.as_ref().unwrap();
    let ex_days = (1..bars.len())
        .filter(|&i| references[i] < bars.close[i - 1])
        .map(|i| ExDay::dividend(bars.date[i], bars.close[i - 1] - references[i]))
        .collect();
    let treated = |i: usize| (i / 250) % 2 == 1;
    let standing = |i: usize| Standing {
        from: bars.date[i],
        special_treatment: treated(i),
        unreformed: false,
        delisting_period: false,
    };
    let standings = (0..bars.len()).step_by(250).map(standing).collect();
    World {
        name: "events and ST",
        limits: computed(bars, treated),
        bars: BarSeries { factor: vec![1.0; bars.len()], ..bars.clone() },
        known: Known { ex_days, standings, ..known.clone() },
    }
}

/// Of ten days one is published as free, three with 5 %, four with the usual limit and two not at all; one in twenty has no
/// trading.
fn published_and_halted((bars, known): &(BarSeries, Known), random: &mut Random) -> World {
    let mut limits = computed(bars, |_| false);
    let references = bars.pre_close.as_ref().unwrap();
    let (mut published, mut suspended) = (Vec::new(), known.suspended.clone());
    for i in 1..bars.len() {
        let band = match random.next() % 10 {
            0 => {
                published.push((bars.date[i], PriceLimit::Free));
                limits[i] = Limit::None;
                continue;
            }
            1..=3 => Some(half_up(cents(references[i]), 5)),
            4..=7 => Some(half_up(cents(references[i]), 10)),
            _ => None,
        };
        if let Some((down, up)) = band.filter(|(down, _)| *down > 0) {
            published.push((bars.date[i], PriceLimit::band(down as f64 / 100.0, up as f64 / 100.0)));
            limits[i] = Limit::Published { down, up };
        }
        if random.next().is_multiple_of(20) {
            suspended.push(bars.date[i]);
        }
    }
    suspended.sort();
    suspended.dedup();
    World {
        name: "published limits and halts",
        bars: bars.clone(),
        known: Known { limits: published, suspended, ..known.clone() },
        limits,
    }
}

/// Prices of Shenzhen until 2000 pass their limits by up to 1 %: there the reference was another price than the last trade.
fn is_uncertain(bars: &BarSeries, i: usize) -> bool {
    bars.symbol.ends_with(".SZ") && bars.date[i] < day("2001-01-01")
}

/// Why `trade` on bar `i` could not have happened; `None` if it could.
fn impossible(world: &World, fill: Fill, trade: &Trade, i: usize) -> Option<&'static str> {
    let World { bars, known, limits, .. } = world;
    if !(bars.low[i]..=bars.high[i]).contains(&trade.price) {
        return Some("outside of the bar");
    }
    if known.suspended.binary_search(&bars.date[i]).is_ok() || bars.volume[i] <= 0.0 {
        return Some("nothing was traded");
    }
    // What the order saw: at the open nothing else, later the whole bar.
    let (seen_high, seen_low) = match fill {
        Fill::NextOpen => (bars.open[i], bars.open[i]),
        _ => (bars.high[i], bars.low[i]),
    };
    let (down, up) = match limits[i] {
        Limit::None => return None,
        Limit::Published { down, up } => (down, up),
        Limit::Computed { down, up } => {
            let broken = seen_high * 100.0 > up as f64 * 1.01 || seen_low * 100.0 < down as f64 * 0.99;
            if broken || is_uncertain(bars, i) {
                return None;
            }
            (down, up)
        }
    };
    let paid = trade.price * 100.0;
    if paid > up as f64 + 0.5 || paid < down as f64 - 0.5 {
        return Some("beyond the limits");
    }
    let locked = |price: f64| match trade.side {
        Side::Buy => cents(price) >= up,
        Side::Sell => cents(price) <= down,
    };
    let at = match fill {
        Fill::NextOpen | Fill::NextVwap => bars.open[i],
        Fill::NextClose | Fill::SameClose => bars.close[i],
    };
    // An average order that meets an open beyond what was computed knows that the limit did not hold.
    let open_broken = matches!(limits[i], Limit::Computed { .. })
        && (at * 100.0 > up as f64 * 1.01 || at * 100.0 < down as f64 * 0.99);
    (locked(at) && !open_broken).then_some("locked at the limit")
}

fn holds(world: &World, random: &mut Random, counted: &mut [usize; 2]) {
    let World { name, bars, known, .. } = world;
    let book = rules(Market::Ashare, &bars.symbol);
    let slipping = Overrides { slippage_bp: 30.0, ..Overrides::default() };
    let slipping = RuleBook::new(Market::Ashare, &slipping, &bars.symbol, bars.basis).unwrap();
    let is_star = bars.symbol.starts_with("688");
    for book in [&book, &slipping] {
        let tape = Tape::new(bars, book, known);
        for _ in 0..2 {
            let (targets, terms) = (random.targets(bars.len()), random.terms());
            let result = tape.backtest(0, &targets, &terms).unwrap();
            let what = |trade: &Trade| format!("{name}: {} {terms:?} {trade:?}", bars.symbol);
            for pair in result.trades.windows(2) {
                let same_day = pair[0].date == pair[1].date && pair[0].date >= day("1995-01-01");
                assert!(!same_day, "{}", what(&pair[1]));
            }
            for trade in &result.trades {
                let i = bars.date.binary_search(&trade.date).unwrap();
                assert_eq!(impossible(world, terms.fill, trade, i), None, "{}", what(trade));
                let lots = if is_star { trade.shares >= 200.0 } else { trade.shares % 100.0 == 0.0 };
                assert!(trade.side == Side::Sell || lots, "{}", what(trade));
            }
            let held = replayed(&result, true);
            assert!(
                held.iter().all(|held| held.cash >= 0.0 && held.shares >= 0.0),
                "{name}: {}",
                bars.symbol
            );
            assert_eq!(held.last(), Some(&result.holding), "{name}: {}", bars.symbol);
            counted[0] += result.trades.len();
            counted[1] += result.blocked.iter().filter(|row| row.cause == Blocked::PriceLimit).count();
        }
    }
}

/// Fills and price limits met in all worlds.
#[test]
fn in_no_world_happens_what_could_not_have_happened() {
    let (mut random, mut counted) = (Random(23), [0, 0]);
    for stock in stocks() {
        for world in [as_they_are(stock), events_and_st(stock), published_and_halted(stock, &mut random)] {
            holds(&world, &mut random, &mut counted);
        }
    }
    if !stocks().is_empty() {
        assert!(counted[0] > 50_000 && counted[1] > 1_000, "{counted:?}");
    }
}
