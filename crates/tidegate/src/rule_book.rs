//! From `[market]` and a symbol to a rule book, where the settings leave the market open told from the symbol.

use crate::error::InputError;
use crate::experiment::MarketRules;
use tidegate_market::{BarSeries, Known, Listing, Market, RuleBook, RuleError, Standing};

/// The rule book for a series. A market told from the symbol is written into the settings; what else they leave open stays
/// the rule book's.
///
/// # Errors
/// [`InputError`]: a rule file that cannot be read, rules that do not fit the symbol, a bare mainland code.
pub(crate) fn rule_book(settings: &mut MarketRules, bars: &BarSeries) -> Result<RuleBook, InputError> {
    let overrides = settings.overrides()?;
    let symbol = &bars.symbol;
    if let (None | Some(Market::Ashare), Some(code)) = (settings.rules, with_exchange(symbol)) {
        return Err(InputError::new(
            format!("symbol {symbol}"),
            "expected a code that says its exchange, since rules and kind of prices depend on it",
        )
        .help(format!(
            "name it {code} (--symbol, data.symbol); with rules \"none\" {symbol} is traded without rules"
        )));
    }
    let market = *settings.rules.get_or_insert_with(|| Market::suggested_for(symbol));
    RuleBook::new(market, &overrides, symbol, bars.basis).map_err(|error| rule_error(&error))
}

/// The code of the A-share or fund whose number the symbol is and nothing else; a number has only one exchange.
fn with_exchange(symbol: &str) -> Option<String> {
    let bare = symbol.len() == 6 && symbol.bytes().all(|b| b.is_ascii_digit());
    let exchanges = bare.then_some(["SH", "SZ", "BJ"]).into_iter().flatten();
    exchanges.map(|exchange| format!("{symbol}.{exchange}")).find(|code| Listing::tradable(code).is_ok())
}

/// Whether an ST or S mark that nobody knows of would narrow the limit of any bar from `first` on.
pub(crate) fn standing_would_matter(rules: &RuleBook, bars: &BarSeries, known: &Known, first: usize) -> bool {
    if !known.standings.is_empty() {
        return false;
    }
    let marked =
        Standing { from: bars.date[0], special_treatment: true, unreformed: true, delisting_period: false };
    let marked = Known { standings: vec![marked], ..known.clone() };
    rules.limits(bars, known)[first..] != rules.limits(bars, &marked)[first..]
}

/// A rule that cannot be, as a mistake in the settings.
pub(crate) fn rule_error(error: &RuleError) -> InputError {
    match error {
        RuleError::Setting { key, expected, found } => {
            InputError::new(*key, format!("expected {expected}, found {found}"))
        }
        RuleError::NoTick { slippage_ticks, market } => InputError::new(
            "market.slippage_ticks",
            format!("expected 0 where prices have no tick (rules \"{market}\", or split-adjusted prices), found {slippage_ticks}"),
        )
        .help("use market.slippage_bp, or state market.tick"),
        other => InputError::new("market.rules", other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidegate_market::PriceBasis;

    fn told(symbol: &str, rules: Option<Market>) -> Result<Market, String> {
        let one = |x: f64| vec![x];
        let bars = BarSeries {
            symbol: symbol.into(),
            basis: PriceBasis::Raw,
            date: vec!["2024-06-03".parse().unwrap()],
            open: one(1.0),
            high: one(1.0),
            low: one(1.0),
            close: one(1.0),
            volume: one(1.0),
            amount: None,
            pre_close: None,
            factor: one(1.0),
        };
        let mut settings = MarketRules { rules, ..MarketRules::default() };
        rule_book(&mut settings, &bars).map(|book| book.market()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_bare_mainland_code_is_asked_about_unless_there_shall_be_no_rules() {
        for (symbol, code) in [
            ("600000", "600000.SH"),
            ("000001", "000001.SZ"),
            ("510300", "510300.SH"),
            ("920118", "920118.BJ"),
        ] {
            for rules in [None, Some(Market::Ashare)] {
                let error = told(symbol, rules).unwrap_err();
                for part in [symbol, code, "--symbol", "data.symbol", "\"none\""] {
                    assert!(error.contains(part), "\"{part}\" is not in: {error}");
                }
            }
            assert_eq!(told(symbol, Some(Market::None)), Ok(Market::None));
            assert_eq!(told(code, None), Ok(Market::Ashare));
        }
        for symbol in ["005930", "7203", "00700"] {
            assert_eq!(told(symbol, None), Ok(Market::None), "{symbol} is no code of an A-share");
        }
        assert_eq!(told("AAPL", None), Ok(Market::Us));
    }
}
