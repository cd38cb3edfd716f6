//! Which apis know a symbol.

use super::api::Api;
use tidegate_market::{Listing, NotAnAShare};

/// What a symbol stands for at Tushare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A or B share.
    Stock,
    /// Exchange-traded fund.
    Fund,
    /// Index.
    Index,
}

/// Not a symbol of Tushare's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{symbol}: expected a symbol such as 600000.SH, 000001.SZ, 510300.SH or 000300.SH; {why}")]
pub struct UnknownSymbol {
    symbol: String,
    why: String,
}

impl SymbolKind {
    /// From a code such as `600000.SH`; Tushare's suffixes beside the exchanges' are those of index publishers (`.CSI`).
    ///
    /// # Errors
    /// [`UnknownSymbol`].
    pub fn of(symbol: &str) -> Result<SymbolKind, UnknownSymbol> {
        let unknown = |why: String| UnknownSymbol { symbol: symbol.to_owned(), why };
        let (code, suffix) = symbol.rsplit_once('.').unwrap_or((symbol, ""));
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if matches!(suffix, "CSI" | "SI" | "CNI" | "MI") && plain(code) {
            return Ok(SymbolKind::Index);
        }
        if suffix.eq_ignore_ascii_case("SS") {
            return Err(unknown(format!("write {code}.SH for Shanghai")));
        }
        if code.bytes().any(|b| b.is_ascii_lowercase()) || suffix.bytes().any(|b| b.is_ascii_lowercase()) {
            return Err(unknown("write it in capitals".into()));
        }
        match Listing::from_symbol(symbol) {
            Ok(_) if !plain(code) || !code.bytes().all(|b| b.is_ascii_digit()) => {
                Err(unknown("the sample market is not downloaded".into()))
            }
            Ok(_) | Err(NotAnAShare::BShare) => Ok(SymbolKind::Stock),
            Err(NotAnAShare::Fund) => Ok(SymbolKind::Fund),
            Err(NotAnAShare::Index) => Ok(SymbolKind::Index),
            Err(why) => Err(unknown(why.to_string())),
        }
    }

    /// The api of its bars.
    pub fn bars(self) -> Api {
        match self {
            SymbolKind::Stock => Api::Daily,
            SymbolKind::Fund => Api::FundDaily,
            SymbolKind::Index => Api::IndexDaily,
        }
    }

    /// The api of its factors; an index has none.
    pub fn factors(self) -> Option<Api> {
        match self {
            SymbolKind::Stock => Some(Api::AdjFactor),
            SymbolKind::Fund => Some(Api::FundAdj),
            SymbolKind::Index => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_chooses_its_apis() {
        for (symbol, kind) in [
            ("600000.SH", SymbolKind::Stock),
            ("430047.BJ", SymbolKind::Stock),
            ("900901.SH", SymbolKind::Stock),
            ("510300.SH", SymbolKind::Fund),
            ("159915.SZ", SymbolKind::Fund),
            ("000300.SH", SymbolKind::Index),
            ("399001.SZ", SymbolKind::Index),
            ("930050.CSI", SymbolKind::Index),
        ] {
            assert_eq!(SymbolKind::of(symbol), Ok(kind), "{symbol}");
        }
    }

    #[test]
    fn what_tushare_does_not_have_is_refused_with_advice() {
        for (symbol, advice) in [
            ("600000.SS", "600000.SH"),
            ("600000.sh", "capitals"),
            ("AAPL", "600000.SH"),
            ("600000", "430047.BJ"),
            ("SAMPLE.SH", "sample market"),
            ("113008.SH", "bond"),
            ("", "430047.BJ"),
        ] {
            let error = SymbolKind::of(symbol).unwrap_err().to_string();
            assert!(error.contains(advice), "{symbol}: {error}");
        }
    }
}
