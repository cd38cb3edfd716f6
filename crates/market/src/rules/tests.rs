use super::*;
use crate::bars::PriceBasis::{Raw, SplitAdjusted};

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

fn ashare(symbol: &str) -> RuleBook {
    RuleBook::new(Market::Ashare, &Overrides::default(), symbol, Raw).unwrap()
}

fn us() -> RuleBook {
    RuleBook::new(Market::Us, &Overrides::default(), "AAPL", Raw).unwrap()
}

fn fees(rules: &RuleBook, date: &str, side: Side, shares: f64, price: f64) -> (f64, f64, f64) {
    let Fees { commission, stamp_duty, other } = rules.fees(day(date), side, shares, price);
    (commission, stamp_duty, other)
}

#[test]
fn a_symbol_suggests_its_market() {
    for (symbol, market) in [
        ("600000.SH", Market::Ashare),
        ("SAMPLE.SH", Market::Ashare),
        ("AAPL", Market::Us),
        ("F", Market::Us),
        ("BRK.B", Market::Us),
        ("BRK-B", Market::Us),
        ("^GSPC", Market::Us),
        ("RELIANCE.NS", Market::None),
        ("0700.HK", Market::None),
        ("VOD.L", Market::None),
        ("7203.T", Market::None),
        ("000300.SH", Market::None),
        ("600000", Market::None),
        ("", Market::None),
    ] {
        assert_eq!(Market::suggested_for(symbol), market, "{symbol}");
    }
}

#[test]
fn a_share_rules_for_another_stock_say_what_to_do() {
    let error = RuleBook::new(Market::Ashare, &Overrides::default(), "AAPL", Raw).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("\"AAPL\"") && message.contains("use rules = \"us\""), "{message}");
    let fund = RuleBook::new(Market::Ashare, &Overrides::default(), "508000.SH", Raw).unwrap_err();
    assert!(fund.to_string().contains("it is a fund; use rules = \"none\""), "{fund}");
}

#[test]
fn an_override_that_is_no_sensible_number_is_named() {
    for (key, overrides) in [
        ("market.commission", Overrides { commission: Some(f64::NAN), ..Overrides::default() }),
        ("market.commission", Overrides { commission: Some(0.3), ..Overrides::default() }),
        ("market.min_commission", Overrides { min_commission: Some(-5.0), ..Overrides::default() }),
        ("market.stamp_duty", Overrides { stamp_duty: Some(-0.001), ..Overrides::default() }),
        ("market.slippage_bp", Overrides { slippage_bp: f64::INFINITY, ..Overrides::default() }),
    ] {
        let error = RuleBook::new(Market::None, &overrides, "X", Raw).unwrap_err();
        assert!(matches!(error, RuleError::Setting { key: named, .. } if named == key), "{error}");
    }
}

#[test]
fn stamp_duty_follows_its_dates_and_sides() {
    let rules = ashare("000001.SZ");
    let duty = |date, side| rules.fees(day(date), side, 1000.0, 10.0).stamp_duty;
    for (date, buy, sell) in [
        ("1997-05-09", 30.0, 30.0),
        ("1997-05-12", 50.0, 50.0),
        ("1998-06-12", 40.0, 40.0),
        ("2001-11-16", 20.0, 20.0),
        ("2005-01-24", 10.0, 10.0),
        ("2007-05-30", 30.0, 30.0),
        ("2008-04-24", 10.0, 10.0),
        ("2008-09-18", 10.0, 10.0),
        ("2008-09-19", 0.0, 10.0),
        ("2023-08-25", 0.0, 10.0),
        ("2023-08-28", 0.0, 5.0),
    ] {
        assert_eq!((duty(date, Side::Buy), duty(date, Side::Sell)), (buy, sell), "{date}");
    }
}

#[test]
fn the_transfer_fee_was_of_the_face_value_in_shanghai_and_of_the_turnover_in_shenzhen() {
    let fee = |symbol, date| ashare(symbol).fees(day(date), Side::Buy, 10_000.0, 10.0).other;
    let table = [
        ("2012-05-31", 5.0, 2.55),
        ("2012-06-01", 3.75, 2.55),
        ("2012-09-03", 3.0, 2.55),
        ("2015-08-03", 2.0, 2.0),
        ("2022-04-29", 1.0, 1.0),
    ];
    for (date, shanghai, shenzhen) in table {
        assert_eq!((fee("600000.SH", date), fee("000001.SZ", date)), (shanghai, shenzhen), "{date}");
    }
}

#[test]
fn commission_has_a_minimum_per_order_unless_it_is_stated_as_zero() {
    let rules = ashare("600000.SH");
    assert_eq!(fees(&rules, "2024-01-02", Side::Buy, 100.0, 10.0).0, 5.0);
    assert_eq!(fees(&rules, "2024-01-02", Side::Buy, 10_000.0, 10.0).0, 25.0);
    let free = Overrides { commission: Some(0.0), ..Overrides::default() };
    let rules = RuleBook::new(Market::Ashare, &free, "600000.SH", Raw).unwrap();
    assert_eq!(fees(&rules, "2024-01-02", Side::Buy, 100.0, 10.0).0, 0.0);
}

#[test]
fn half_a_cent_of_fee_is_rounded_up() {
    // 0.0005 x 10,030 = 5.015, which binary arithmetic puts just below.
    let duty = fees(&ashare("600000.SH"), "2024-01-02", Side::Sell, 1003.0, 10.0).1;
    assert_eq!(duty, 5.02);
}

#[test]
fn a_stated_stamp_duty_is_flat_and_on_sales_only() {
    let overrides = Overrides { stamp_duty: Some(0.002), ..Overrides::default() };
    let rules = RuleBook::new(Market::Ashare, &overrides, "600000.SH", Raw).unwrap();
    assert_eq!(fees(&rules, "2004-01-02", Side::Buy, 100.0, 10.0).1, 0.0);
    assert_eq!(fees(&rules, "2004-01-02", Side::Sell, 100.0, 10.0).1, 2.0);
}

#[test]
fn united_states_fees_fall_on_sales_are_dated_capped_and_rounded_up() {
    let rules = us();
    assert_eq!(fees(&rules, "2024-06-03", Side::Buy, 100.0, 200.0), (0.0, 0.0, 0.0));
    // Section 31: 20,000 x 27.80 / 1e6 = 0.556 -> 0.56; TAF: 100 x 0.000166 = 0.0166 -> 0.02.
    assert!((fees(&rules, "2024-06-03", Side::Sell, 100.0, 200.0).2 - 0.58).abs() < 1e-12);
    // From 2025-05-14 Section 31 is zero; TAF of 100,000 shares is capped at 8.30.
    assert_eq!(fees(&rules, "2025-06-02", Side::Sell, 100_000.0, 200.0).2, 8.30);
}

#[test]
fn the_none_market_charges_and_rounds_nothing_unless_told() {
    let rules = RuleBook::new(Market::None, &Overrides::default(), "RELIANCE.NS", Raw).unwrap();
    assert_eq!(fees(&rules, "2024-01-02", Side::Sell, 1.0 / 3.0, 10.0), (0.0, 0.0, 0.0));
    assert_eq!(rules.value(1.0 / 3.0, 1.0), 1.0 / 3.0);
    let told = Overrides { commission: Some(0.001), min_commission: Some(2.0), ..Overrides::default() };
    let rules = RuleBook::new(Market::None, &told, "RELIANCE.NS", Raw).unwrap();
    assert_eq!(fees(&rules, "2024-01-02", Side::Sell, 10.0, 1000.0).0, 10.0);
    assert_eq!(fees(&rules, "2024-01-02", Side::Sell, 1.0, 10.0).0, 2.0);
}

#[test]
fn lots_follow_the_board_and_are_off_where_prices_are_split_adjusted() {
    let lot = |market, symbol, basis, allow_fraction| {
        let overrides = Overrides { allow_fraction, ..Overrides::default() };
        RuleBook::new(market, &overrides, symbol, basis).unwrap().lot()
    };
    assert_eq!(lot(Market::Ashare, "600000.SH", Raw, None), Lot::Shares { minimum: 100, step: 100 });
    assert_eq!(lot(Market::Ashare, "688256.SH", Raw, None), Lot::Shares { minimum: 200, step: 1 });
    assert_eq!(lot(Market::Ashare, "430047.BJ", Raw, None), Lot::Shares { minimum: 100, step: 1 });
    assert_eq!(lot(Market::Ashare, "600000.SH", SplitAdjusted, None), Lot::Fraction);
    assert_eq!(lot(Market::Us, "AAPL", Raw, None), Lot::WHOLE);
    assert_eq!(lot(Market::Us, "AAPL", Raw, Some(true)), Lot::Fraction);
    assert_eq!(lot(Market::None, "X", Raw, None), Lot::Fraction);
    assert_eq!(lot(Market::None, "X", Raw, Some(false)), Lot::WHOLE);
}

#[test]
fn only_a_shares_forbid_selling_short() {
    let error = ashare("600000.SH").check_targets(&[0.0, 1.0, -1.0]).unwrap_err();
    assert_eq!(error, RuleError::ShortNotAllowed { index: 2, target: -1.0, market: Market::Ashare });
    assert_eq!(us().check_targets(&[1.0, -1.0]), Ok(()));
}

#[test]
fn a_target_must_be_a_weight() {
    for target in [1.5, -1.01, f64::INFINITY] {
        assert_eq!(us().check_targets(&[0.0, target]), Err(RuleError::TargetOutOfRange { index: 1, target }));
    }
    assert!(matches!(us().check_targets(&[f64::NAN]), Err(RuleError::TargetOutOfRange { index: 0, .. })));
}

#[test]
fn a_shares_settle_on_the_next_day_since_1995() {
    let rules = ashare("600000.SH");
    assert_eq!(rules.settlement(day("1994-12-30")), Settlement::SameDay);
    assert_eq!(rules.settlement(day("1995-01-03")), Settlement::NextDay);
    assert_eq!(us().settlement(day("2024-01-02")), Settlement::SameDay);
}

#[test]
fn slippage_worsens_the_price_but_stays_within_the_limits() {
    let overrides = Overrides { slippage_bp: 50.0, ..Overrides::default() };
    let rules = RuleBook::new(Market::Ashare, &overrides, "600000.SH", Raw).unwrap();
    let limit = PriceLimit::band(9.0, 11.0);
    assert!(
        (rules.fill_price(TradeDate::literal(2024, 6, 28), Side::Buy, 10.0, limit) - 10.05).abs() < 1e-12
    );
    assert!(
        (rules.fill_price(TradeDate::literal(2024, 6, 28), Side::Sell, 10.0, limit) - 9.95).abs() < 1e-12
    );
    assert_eq!(rules.fill_price(TradeDate::literal(2024, 6, 28), Side::Buy, 10.99, limit), 11.0);
    assert_eq!(rules.fill_price(TradeDate::literal(2024, 6, 28), Side::Sell, 9.01, limit), 9.0);
}

#[test]
fn the_facts_of_a_day_name_rate_date_and_grade() {
    let facts = ashare("600000.SH").facts(day("2023-08-28"));
    let rules: Vec<_> = facts.iter().map(|fact| (fact.rule, fact.from, fact.grade)).collect();
    assert_eq!(
        rules,
        [
            (DatedRule::PriceLimit { percent: 10 }, day("1996-12-16"), Grade::T),
            (DatedRule::Commission { rate: 0.00025, minimum: 5.0 }, day("2002-05-01"), Grade::C),
            (DatedRule::StampDuty { buy: 0.0, sell: 0.0005 }, day("2023-08-28"), Grade::A),
            (DatedRule::TransferFee { rate: 0.00001, of_face: false }, day("2022-04-29"), Grade::A),
        ]
    );
}

#[test]
fn notes_say_where_the_rules_fall_short() {
    let notes =
        |market, symbol, basis| RuleBook::new(market, &Overrides::default(), symbol, basis).unwrap().notes();
    assert_eq!(
        notes(Market::Ashare, "600000.SH", SplitAdjusted),
        [
            RuleNote::SplitAdjusted,
            RuleNote::FractionsTraded,
            RuleNote::SpecialTreatmentUnknown,
            RuleNote::CommissionOfToday
        ]
    );
    assert_eq!(notes(Market::Us, "AAPL", Raw), [RuleNote::BorrowingIsFree]);
}
