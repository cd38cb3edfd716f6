//! Which exchange and board an A-share code belongs to. Limits, lots and some fees differ by board, and a code that is
//! no A-share (B share, fund, bond, index, another country) must not be traded by A-share rules.

use serde::{Deserialize, Serialize};

/// The synthetic main-board stock of the sample market.
pub const SAMPLE_SYMBOL: &str = "SAMPLE.SH";

/// Mainland stock exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exchange {
    /// Shanghai.
    Sse,
    /// Shenzhen.
    Szse,
    /// Beijing.
    Bse,
}

/// Boards with rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Board {
    /// Main board of Shanghai or Shenzhen (with the former SME board, 002).
    Main,
    /// Growth board of Shenzhen (300, 301, 302).
    ChiNext,
    /// Science and technology board of Shanghai (688, 689).
    Star,
    /// Beijing Stock Exchange.
    Bse,
    /// No board but a kind: funds traded as shares are (ETF, LOF).
    Fund,
}

/// Where an A-share or a fund is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listing {
    /// Exchange.
    pub exchange: Exchange,
    /// Board.
    pub board: Board,
}

/// Why a symbol is no A-share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAShare {
    /// No `.SH`, `.SZ` or `.BJ` at the end, or no six digits before it.
    #[error("an A-share code looks like 600000.SH, 000001.SZ or 430047.BJ")]
    OtherForm,
    /// Quoted in US or Hong Kong dollars.
    #[error("it is a B share")]
    BShare,
    /// ETF, LOF, closed-end fund or REIT.
    #[error("it is a fund")]
    Fund,
    /// Bond, convertible or not.
    #[error("it is a bond")]
    Bond,
    /// Warrant: neither the limits nor the lots of shares were its own.
    #[error("it is a warrant")]
    Warrant,
    /// Index: it cannot be bought.
    #[error("it is an index")]
    Index,
    /// Right form, but a number range not used for A-shares.
    #[error("no A-share has a code in this range")]
    UnknownRange,
}

impl Listing {
    /// As [`Listing::from_symbol`], and ETFs and LOFs too: Shanghai's 501, 502, 51, 520, 530, 551, 56, 588 and 589, Shenzhen's
    /// 15 and 16. They trade by the rules of shares but for tick, stamp duty and transfer fee. Closed-end funds and REITs do
    /// not count. (520830 is among the ETFs of two public lists; that 530 and 551 are used too is general knowledge.)
    ///
    /// # Errors
    /// [`NotAnAShare`] as there.
    pub fn tradable(symbol: &str) -> Result<Listing, NotAnAShare> {
        let found = Listing::from_symbol(symbol);
        let Some((code, suffix)) = symbol.rsplit_once('.').filter(|_| found == Err(NotAnAShare::Fund)) else {
            return found;
        };
        let (exchange, ranges): (_, &[&str]) = match suffix.eq_ignore_ascii_case("SZ") {
            true => (Exchange::Szse, &["15", "16"]),
            false => (Exchange::Sse, &["501", "502", "51", "520", "530", "551", "56", "588", "589"]),
        };
        let listed = ranges.iter().any(|range| code.starts_with(range));
        if listed { Ok(Listing { exchange, board: Board::Fund }) } else { found }
    }

    /// From a code such as `600000.SH`, `300750.SZ`, `430047.BJ`; Yahoo's `.SS` means Shanghai too. Letter case does
    /// not matter. Number ranges as the exchanges assign them.
    ///
    /// # Errors
    /// [`NotAnAShare`] says what the symbol is instead, as far as the code tells.
    pub fn from_symbol(symbol: &str) -> Result<Listing, NotAnAShare> {
        if symbol.eq_ignore_ascii_case(SAMPLE_SYMBOL) {
            return Ok(Listing { exchange: Exchange::Sse, board: Board::Main });
        }
        let (code, suffix) = symbol.rsplit_once('.').ok_or(NotAnAShare::OtherForm)?;
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAnAShare::OtherForm);
        }
        let (exchange, board) = match suffix.to_ascii_uppercase().as_str() {
            "SH" | "SS" => (Exchange::Sse, shanghai(code)?),
            "SZ" => (Exchange::Szse, shenzhen(code)?),
            "BJ" => (Exchange::Bse, beijing(code)?),
            _ => return Err(NotAnAShare::OtherForm),
        };
        Ok(Listing { exchange, board })
    }
}

fn shanghai(code: &str) -> Result<Board, NotAnAShare> {
    match &code[..3] {
        "600" | "601" | "603" | "605" => Ok(Board::Main),
        "688" | "689" => Ok(Board::Star),
        "900" => Err(NotAnAShare::BShare),
        "000" => Err(NotAnAShare::Index),
        "580" | "582" => Err(NotAnAShare::Warrant),
        range if range.starts_with('5') => Err(NotAnAShare::Fund),
        range if range.starts_with('1') || range.starts_with("01") => Err(NotAnAShare::Bond),
        _ => Err(NotAnAShare::UnknownRange),
    }
}

fn shenzhen(code: &str) -> Result<Board, NotAnAShare> {
    match &code[..3] {
        "000" | "001" | "002" | "003" => Ok(Board::Main),
        "300" | "301" | "302" => Ok(Board::ChiNext),
        "200" | "201" => Err(NotAnAShare::BShare),
        "399" => Err(NotAnAShare::Index),
        range if range.starts_with("15") || range.starts_with("16") || range.starts_with("18") => {
            Err(NotAnAShare::Fund)
        }
        range if range.starts_with('1') => Err(NotAnAShare::Bond),
        range if range.starts_with("03") => Err(NotAnAShare::Warrant),
        _ => Err(NotAnAShare::UnknownRange),
    }
}

fn beijing(code: &str) -> Result<Board, NotAnAShare> {
    match &code[..2] {
        "43" | "83" | "87" | "88" | "92" => Ok(Board::Bse),
        "89" => Err(NotAnAShare::Index),
        _ => Err(NotAnAShare::UnknownRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etfs_and_lofs_are_tradable_and_other_funds_are_not() {
        for (symbol, exchange) in [
            ("510300.SH", Exchange::Sse),
            ("588000.SS", Exchange::Sse),
            ("560010.sh", Exchange::Sse),
            ("501018.SH", Exchange::Sse),
            ("513100.SH", Exchange::Sse),
            ("520830.SH", Exchange::Sse),
            ("530000.SH", Exchange::Sse),
            ("551030.SH", Exchange::Sse),
            ("562500.SH", Exchange::Sse),
            ("589000.SH", Exchange::Sse),
            ("159915.SZ", Exchange::Szse),
            ("161725.SZ", Exchange::Szse),
        ] {
            assert_eq!(Listing::tradable(symbol), Ok(Listing { exchange, board: Board::Fund }), "{symbol}");
            assert_eq!(Listing::from_symbol(symbol), Err(NotAnAShare::Fund), "{symbol} is no share");
        }
        for (symbol, why) in [
            ("508000.SH", NotAnAShare::Fund),
            ("500001.SH", NotAnAShare::Fund),
            ("505888.SH", NotAnAShare::Fund),
            ("580001.SH", NotAnAShare::Warrant),
            ("582001.SH", NotAnAShare::Warrant),
            ("031001.SZ", NotAnAShare::Warrant),
            ("038001.SZ", NotAnAShare::Warrant),
            ("184688.SZ", NotAnAShare::Fund),
            ("900901.SH", NotAnAShare::BShare),
            ("127018.SZ", NotAnAShare::Bond),
            ("000300.SH", NotAnAShare::Index),
        ] {
            assert_eq!(Listing::tradable(symbol), Err(why), "{symbol}");
        }
        assert_eq!(Listing::tradable("600000.SH"), Listing::from_symbol("600000.SH"));
    }

    #[test]
    fn the_code_names_exchange_and_board() {
        for (symbol, exchange, board) in [
            ("600000.SH", Exchange::Sse, Board::Main),
            ("605499.SS", Exchange::Sse, Board::Main),
            ("SAMPLE.SH", Exchange::Sse, Board::Main),
            ("688256.SH", Exchange::Sse, Board::Star),
            ("689009.sh", Exchange::Sse, Board::Star),
            ("000001.SZ", Exchange::Szse, Board::Main),
            ("002594.SZ", Exchange::Szse, Board::Main),
            ("300454.SZ", Exchange::Szse, Board::ChiNext),
            ("301001.SZ", Exchange::Szse, Board::ChiNext),
            ("430047.BJ", Exchange::Bse, Board::Bse),
            ("920118.BJ", Exchange::Bse, Board::Bse),
        ] {
            assert_eq!(Listing::from_symbol(symbol), Ok(Listing { exchange, board }), "{symbol}");
        }
    }

    #[test]
    fn what_is_no_a_share_says_what_it_is_instead() {
        for (symbol, why) in [
            ("AAPL", NotAnAShare::OtherForm),
            ("0700.HK", NotAnAShare::OtherForm),
            ("600000", NotAnAShare::OtherForm),
            ("60000O.SH", NotAnAShare::OtherForm),
            ("６00000.SH", NotAnAShare::OtherForm),
            ("", NotAnAShare::OtherForm),
            ("900901.SH", NotAnAShare::BShare),
            ("200011.SZ", NotAnAShare::BShare),
            ("510300.SH", NotAnAShare::Fund),
            ("159915.SZ", NotAnAShare::Fund),
            ("113008.SH", NotAnAShare::Bond),
            ("123001.SZ", NotAnAShare::Bond),
            ("000300.SH", NotAnAShare::Index),
            ("399001.SZ", NotAnAShare::Index),
            ("700000.SH", NotAnAShare::UnknownRange),
        ] {
            assert_eq!(Listing::from_symbol(symbol), Err(why), "{symbol}");
        }
    }
}
