use super::*;
use crate::bars::PriceBasis;
use crate::ledger::Side;
use crate::rules::{Lot, Market, Overrides, RuleBook};

fn error(text: &str) -> String {
    parse(text, "my-rules.toml").unwrap_err().to_string()
}

fn book(market: Market, symbol: &str, text: &str) -> RuleBook {
    let tables = Some(parse(text, "my-rules.toml").unwrap());
    RuleBook::new(market, &Overrides { tables, ..Overrides::default() }, symbol, PriceBasis::Raw).unwrap()
}

#[test]
fn a_table_of_the_own_file_takes_the_place_of_the_markets_and_the_others_stay() {
    let own = book(
        Market::Ashare,
        "600000.SH",
        "lot = [{ from = 1990-12-01, minimum = 1, step = 1 }]\nstamp_duty = []\n",
    );
    assert_eq!(own.lot(), Lot::WHOLE);
    let fees = own.fees("2024-01-02".parse().unwrap(), Side::Sell, 1000.0, 10.0);
    assert_eq!((fees.commission, fees.stamp_duty, fees.other), (5.0, 0.0, 0.1));
}

#[test]
fn a_market_of_its_own_is_built_on_the_rules_none() {
    let india = "
        smallest_money = 0.01
        tick = [{ from = 2000-01-01, tick = 0.05 }]
        lot = [{ from = 2000-01-01, minimum = 1, step = 1 }]
        price_limit = [{ from = 2000-01-01, percent = 20 }]
        settlement = [{ from = 2000-01-01, days = 1 }]
        commission = [{ from = 2000-01-01, rate = 0.001, minimum = 20 }]
        stamp_duty = [{ from = 2020-07-01, buy = 0.00015, sell = 0 }]
        transfer_fee = [{ from = 2000-01-01, per = \"share\", buy = 0.01, sell = 0.01, most = 5 }]
        short_selling = [{ from = 2000-01-01, allowed = false }]
    ";
    let rules = book(Market::None, "RELIANCE.NS", india);
    assert_eq!((rules.lot(), rules.tick(100.0), rules.allows_short()), (Lot::WHOLE, Some(0.05), false));
    let fees = rules.fees("2024-01-02".parse().unwrap(), Side::Buy, 1000.0, 100.0);
    assert_eq!((fees.commission, fees.stamp_duty, fees.other), (100.0, 15.0, 5.0));
    assert_eq!(rules.value(3.0, 1.005), 3.02, "to the paisa");
}

#[test]
fn a_mistake_names_file_line_key_what_is_expected_and_what_is_there() {
    let row = |rest: &str| format!("# my rules\n\nprice_limit = [\n  {{ from = 2020-01-02, {rest} }},\n]\n");
    for (text, expected) in [
        (
            row("percent = 200"),
            "my-rules.toml:4, price_limit.percent: expected a whole number from 1 to 99, found 200",
        ),
        (
            row("percent = \"ten\""),
            "my-rules.toml:4, price_limit.percent: expected a whole number from 1 to 99, found \"ten\"",
        ),
        (row("board = \"main\""), "my-rules.toml:4, price_limit.percent: expected a value, found none"),
        (
            row("percent = 5, baord = \"main\""),
            "my-rules.toml:4, price_limit.baord: expected one of board, code, exchange, from, grade, percent, source, found baord",
        ),
        (
            row("percent = 5, exchange = \"nyse\""),
            "my-rules.toml:4, price_limit.exchange: expected one of \"sse\", \"szse\", \"bse\", found \"nyse\"",
        ),
        (
            "price_limit = [{ percent = 5 }]".into(),
            "my-rules.toml:1, price_limit.from: expected a value, found none",
        ),
        (
            "\nprice_limit = [{ from = 2020, percent = 5 }]".into(),
            "my-rules.toml:2, price_limit.from: expected a date like 2024-06-28, found 2020",
        ),
        (
            "price_limit = 5".into(),
            "my-rules.toml:1, price_limit: expected a list of lines such as [{ from = 2020-01-02, … }], found 5",
        ),
        (
            "smallest_money = 0.03".into(),
            "my-rules.toml:1, smallest_money: expected a step of which whole ones make 1, such as 0.01 or 0.05, found 0.03",
        ),
        (
            "tick = [{ from = 2020-01-02, tick = 0 }]".into(),
            "my-rules.toml:1, tick.tick: expected a step of which whole ones make 1, such as 0.01 or 0.05, found 0",
        ),
        (
            "stamp_duty = [{ from = 2020-01-02, buy = 0, sell = 5 }]".into(),
            "my-rules.toml:1, stamp_duty.sell: expected a number from 0 to 0.1, found 5",
        ),
        (
            "first_days = [{ from = 2020-01-02, days = 1, highest = 144 }]".into(),
            "my-rules.toml:1, first_days.highest: expected both `highest` and `lowest`, or neither, found one of them",
        ),
        (
            row("percent = 5, board = []"),
            "my-rules.toml:4, price_limit.board: expected one of \"main\", \"chinext\", \"star\", \"bse\", \"fund\", \"stock\", or a list, found []",
        ),
        (
            row("percent = 5, code = [\"60\", \"\"]"),
            "my-rules.toml:4, price_limit.code: expected text in quotes, or a list of it, found [\"60\", \"\"]",
        ),
        (
            "lot = [{ from = 2020-01-02, minimum = 150, step = 100 }]".into(),
            "my-rules.toml:1, lot.minimum: expected a whole number of steps, found 150 with steps of 100",
        ),
        (
            "reform_days = [{ from = 2020-01-02, until = 2019-12-31 }]".into(),
            "my-rules.toml:1, reform_days.until: expected a day from 2020-01-02 on, found 2019-12-31",
        ),
        (
            "reference_tolerance = [{ from = 2020-01-02, until = 2020-01-01, percent = 1 }]".into(),
            "my-rules.toml:1, reference_tolerance.until: expected a day from 2020-01-02 on, found 2020-01-01",
        ),
    ] {
        assert_eq!(error(&text), expected);
    }
    let unknown = error("\n\nstamp_dutty = []");
    assert!(
        unknown.starts_with("my-rules.toml:3, stamp_dutty: expected one of smallest_money, price_limit,"),
        "{unknown}"
    );
    let broken = error("lot = [\n{ from = 2020-01-02, minimum = 1, step = 1 \n");
    assert!(broken.starts_with("my-rules.toml:") && broken.contains("expected TOML"), "{broken}");
}

#[test]
fn numbers_dates_and_words_have_the_spellings_of_toml() {
    let text =
        "lot = [{ from = \"2020-01-02\", minimum = 1_000, step = 0x64, board = [\"main\", \"fund\"] }]";
    let tables = parse(text, "x").unwrap();
    let line = &tables.lot.unwrap()[0];
    assert_eq!((line.value.minimum, line.value.step), (1000, 100));
    assert_eq!(line.fits.boards, [Board::Main, Board::Fund]);
    assert_eq!(line.from, "20200102".parse().unwrap());
}

#[test]
fn numbers_that_are_none_negative_or_enormous_are_refused_in_every_table() {
    for bad in [
        "nan",
        "inf",
        "-inf",
        "-1",
        "-0.01",
        "1e308",
        "99999999999999999999",
        "true",
        "\"5\"",
        "[5]",
        "2020-01-02",
    ] {
        for line in [
            "price_limit = [{ from = 2020-01-02, percent = X }]",
            "delisting_period = [{ from = 2020-01-02, percent = 10, free_days = X }]",
            "first_days = [{ from = 2020-01-02, days = X }]",
            "reference_tolerance = [{ from = 2020-01-02, until = 2021-01-04, percent = X }]",
            "tick = [{ from = 2020-01-02, tick = X }]",
            "tick = [{ from = 2020-01-02, tick = 0.01, below = X }]",
            "lot = [{ from = 2020-01-02, minimum = X, step = 1 }]",
            "lot = [{ from = 2020-01-02, minimum = 1, step = X }]",
            "lot = [{ from = 2020-01-02, minimum = 1, step = 1, largest = X }]",
            "settlement = [{ from = 2020-01-02, days = X }]",
            "commission = [{ from = 2020-01-02, rate = X }]",
            "commission = [{ from = 2020-01-02, rate = 0, minimum = X }]",
            "stamp_duty = [{ from = 2020-01-02, buy = X, sell = 0 }]",
            "transfer_fee = [{ from = 2020-01-02, buy = 0, sell = 0, most = X }]",
            "section_31 = [{ from = 2020-01-02, per = \"million\", buy = 0, sell = X }]",
            "short_selling = [{ from = 2020-01-02, allowed = true, borrow_rate = X }]",
            "smallest_money = X",
        ] {
            let text = line.replace('X', bad);
            let Err(error) = parse(&text, "own") else { panic!("{text}") };
            let error = error.to_string();
            assert!(error.starts_with("own:1, ") && error.contains("expected"), "{text}: {error}");
        }
    }
    for bad in ["2020-02-30", "\"2020-13-01\"", "2020-01-02T09:30:00", "0000-00-00", "\"\""] {
        assert!(parse(&format!("price_limit = [{{ from = {bad}, percent = 5 }}]"), "own").is_err(), "{bad}");
    }
}

#[test]
fn lines_may_stand_in_any_order_and_a_date_twice_means_the_later_line() {
    let text = "stamp_duty = [
        { from = 2024-01-02, buy = 0, sell = 0.003 },
        { from = 2020-01-02, buy = 0, sell = 0.001 },
        { from = 2022-01-04, buy = 0, sell = 0.009 },
        { from = 2022-01-04, buy = 0, sell = 0.002 },
    ]";
    let own = book(Market::None, "X", text);
    let duty = |day: &str| own.fees(day.parse().unwrap(), Side::Sell, 1000.0, 1.0).stamp_duty;
    assert_eq!(["2019-12-31", "2020-01-02", "2022-01-04", "2024-01-02"].map(duty), [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn a_file_of_nothing_changes_nothing_and_tables_of_nothing_switch_their_rules_off() {
    let same = book(Market::Ashare, "600000.SH", "# nothing\n");
    assert_eq!(same.lot(), Lot::Shares { minimum: 100, step: 100 });
    let all: String = TABLES[1..].iter().map(|table| format!("{table} = []\n")).collect();
    let off = book(Market::Ashare, "600000.SH", &all);
    let day = "2024-01-02".parse().unwrap();
    assert_eq!(
        (off.lot(), off.lot_on(day), off.tick(10.0), off.allows_short()),
        (Lot::Fraction, Lot::Fraction, None, true)
    );
    let fees = off.fees(day, Side::Sell, 1000.0, 10.0);
    assert_eq!((fees.total(), off.commission()), (0.0, (0.0, 0.0)));
}
