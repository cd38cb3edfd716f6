use super::*;
use proptest::prelude::*;

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

fn days(count: usize) -> Vec<TradeDate> {
    std::iter::successors(TradeDate::new(2020, 1, 1), |day| Some(day.next_day())).take(count).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs()
}

#[test]
fn an_ex_day_of_dividend_bonus_and_rights_follows_the_exchanges_formula() {
    // 10 shares: 2 yuan cash, 3 bonus, 2 rights at 5 yuan. (12 - 0.2 + 0.2 x 5) / 1.5 = 8.5333...
    let ex = ExDay { date: day("2020-01-02"), cash: 0.2, new_shares: 0.3, rights: 0.2, rights_price: 5.0 };
    assert!(near(ex.reference(12.0), 12.8 / 1.5));
    // 000001.SZ 2016-06-16: 1.53 yuan and 2 shares for 10 held, 10.44 becomes 8.57.
    let ex = ExDay { new_shares: 0.2, ..ExDay::dividend(day("2016-06-16"), 0.153) };
    assert!((ex.reference(10.44) - 8.57).abs() < 0.005);
    assert!(near(ExDay::split(day("2024-06-10"), 10.0).reference(1208.88), 120.888));
}

#[test]
fn a_dividend_alone_is_the_united_states_convention() {
    let factor =
        factor_from_ex_days(&days(3), &[50.0, 49.0, 49.5], &[ExDay::dividend(days(2)[1], 1.0)]).unwrap();
    assert_eq!(factor[0], 1.0);
    assert!(near(factor[0] / factor[1], (50.0 - 1.0) / 50.0));
    assert_eq!(factor[1], factor[2]);
}

#[test]
fn an_ex_day_without_trading_drops_the_next_bar_and_one_before_the_first_bar_none() {
    let date = [day("2020-01-02"), day("2020-01-06"), day("2020-01-07")];
    let ex = [ExDay::split(day("2019-12-30"), 3.0), ExDay::split(day("2020-01-04"), 2.0)];
    assert_eq!(factor_from_ex_days(&date, &[10.0, 5.0, 5.0], &ex), Ok(vec![1.0, 2.0, 2.0]));
}

#[test]
fn two_ex_days_between_two_bars_follow_each_other() {
    let date = [day("2020-01-02"), day("2020-01-20")];
    let ex = [ExDay::split(day("2020-01-06"), 2.0), ExDay::dividend(day("2020-01-08"), 1.0)];
    // 10 -> 5 -> 4.
    assert_eq!(factor_from_ex_days(&date, &[10.0, 4.0], &ex), Ok(vec![1.0, 2.5]));
}

#[test]
fn a_dividend_as_large_as_the_price_is_refused_with_its_day() {
    let error = factor_from_ex_days(&days(2), &[5.0, 4.0], &[ExDay::dividend(days(2)[1], 5.0)]).unwrap_err();
    assert!(error.to_string().contains("2020-01-02") && error.to_string().contains("found 0"), "{error}");
}

#[test]
fn a_day_without_a_factor_takes_the_older_one() {
    let dates = days(6);
    let known = [dates[1], dates[3]];
    assert_eq!(factor_on(&dates, &known, &[2.0, 3.0]), [2.0, 2.0, 2.0, 3.0, 3.0, 3.0]);
    assert_eq!(factor_on(&dates[..2], &[], &[]), [1.0, 1.0]);
}

#[test]
fn a_missing_reference_carries_the_factor_over() {
    let factor = factor_from_pre_close(&[10.0, 8.0, 8.0], &[10.0, f64::NAN, 4.0]);
    assert_eq!(factor, [1.0, 1.0, 2.0]);
}

#[test]
fn a_rise_over_missing_days_is_taken_up_like_a_fall() {
    // Days are missing in which the share went from 10.00 to 10.50, and in which it went back.
    let factor = factor_from_pre_close(&[10.0, 10.5, 10.0], &[10.0, 10.5, 10.0]);
    assert_eq!(factor, [1.0, 10.0 / 10.5, 1.0]);
}

#[test]
fn a_factor_that_moves_where_the_reference_does_not_is_found_and_rounding_is_not() {
    let close = [10.44, 8.60, 8.70, 8.70];
    let pre_close = [10.39, 8.57, 8.60, 8.70];
    let f = 104.758253;
    let steps = factor_disagreements(&close, &pre_close, &[85.994083, f, f, f * 1.1]);
    assert_eq!(steps.len(), 1);
    assert_eq!((steps[0].index, steps[0].by_reference), (3, 1.0));
    assert!(near(steps[0].by_factor, 1.1));
}

/// An ex-day at times: cash as a share of the close, new shares, rights, their price likewise.
type Event = Option<(f64, f64, f64, f64)>;

/// Closes, and what happened on each bar.
fn history() -> impl Strategy<Value = (Vec<f64>, Vec<Event>)> {
    let ex = prop::option::weighted(0.2, (0.0..0.3_f64, -0.5..2.0_f64, 0.0..0.5_f64, 0.0..1.0_f64));
    prop::collection::vec((0.5..500.0_f64, ex), 1..50).prop_map(|rows| rows.into_iter().unzip())
}

fn ex_days(close: &[f64], events: &[Event]) -> Vec<ExDay> {
    let date = days(close.len());
    (1..close.len())
        .filter_map(|t| {
            let (cash, new_shares, rights, price) = events[t]?;
            let (cash, rights_price) = (cash * close[t - 1], price * close[t - 1]);
            Some(ExDay { date: date[t], cash, new_shares, rights, rights_price })
        })
        .collect()
}

proptest! {
    #[test]
    fn the_factor_is_the_product_of_close_over_reference((close, events) in history()) {
        let ex_days = ex_days(&close, &events);
        let date = days(close.len());
        let factor = factor_from_ex_days(&date, &close, &ex_days).unwrap();
        for t in 0..close.len() {
            let product: f64 = ex_days
                .iter()
                .filter(|ex| ex.date <= date[t])
                .map(|ex| {
                    let before = close[date.iter().position(|d| *d == ex.date).unwrap() - 1];
                    before * (1.0 + ex.new_shares + ex.rights) / (before - ex.cash + ex.rights * ex.rights_price)
                })
                .product();
            prop_assert!((factor[t] / product - 1.0).abs() < 1e-10);
        }
    }

    #[test]
    fn references_and_ex_days_tell_the_same_factor((close, events) in history()) {
        let ex_days = ex_days(&close, &events);
        let date = days(close.len());
        let mut pre_close: Vec<f64> = std::iter::once(close[0]).chain(close.iter().copied()).take(close.len()).collect();
        for ex in &ex_days {
            let t = date.iter().position(|d| *d == ex.date).unwrap();
            pre_close[t] = ex.reference(close[t - 1]);
        }
        let by_events = factor_from_ex_days(&date, &close, &ex_days).unwrap();
        let by_reference = factor_from_pre_close(&close, &pre_close);
        for (a, b) in by_events.iter().zip(&by_reference) {
            prop_assert!((a / b - 1.0).abs() < 1e-10);
        }
        prop_assert!(factor_disagreements(&close, &pre_close, &by_events).is_empty());
    }

    #[test]
    fn adjusting_and_unadjusting_is_the_identity((close, events) in history()) {
        let factor = factor_from_ex_days(&days(close.len()), &close, &ex_days(&close, &events)).unwrap();
        let last = factor[close.len() - 1];
        for (adjusted, base) in [(hfq(&close, &factor), factor[0]), (qfq(&close, &factor), last)] {
            for (raw, back) in close.iter().zip(unadjusted(&adjusted, &factor, base)) {
                prop_assert!((back / raw - 1.0).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn back_adjusted_prices_do_not_depend_on_later_bars((close, events) in history(), at in any::<prop::sample::Index>()) {
        let t = at.index(close.len()) + 1;
        let whole = factor_from_ex_days(&days(close.len()), &close, &ex_days(&close, &events)).unwrap();
        let cut = factor_from_ex_days(&days(t), &close[..t], &ex_days(&close[..t], &events[..t])).unwrap();
        let bits = |prices: Vec<f64>| prices.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(bits(hfq(&close[..t], &cut)), bits(hfq(&close, &whole)[..t].to_vec()));
    }

    #[test]
    fn forward_adjusted_prices_end_in_the_quoted_one_and_move_as_back_adjusted_ones((close, events) in history()) {
        let factor = factor_from_ex_days(&days(close.len()), &close, &ex_days(&close, &events)).unwrap();
        let (forward, back) = (qfq(&close, &factor), hfq(&close, &factor));
        let last = close.len() - 1;
        prop_assert_eq!(forward[last], close[last]);
        prop_assert_eq!(back[0], close[0]);
        for t in 0..=last {
            prop_assert!((forward[t] / forward[last] / (back[t] / back[last]) - 1.0).abs() < 1e-12);
        }
    }
}
