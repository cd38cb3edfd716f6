//! Dividends and splits as the ex-days that prices are adjusted by.

use crate::record::{CorporateAction, FactorOrigin, Factors, RawBars};
use tidegate_market::{
    AdjustmentError, ExDay, PriceBasis, TradeDate, factor_from_ex_days, factor_from_pre_close,
};

impl CorporateAction {
    /// Its ex-day.
    pub fn ex_date(&self) -> TradeDate {
        match *self {
            CorporateAction::Dividend { ex_date, .. } | CorporateAction::Split { ex_date, .. } => ex_date,
        }
    }
}

/// One ex-day per date, ascending. Cash is per share of the ex-day in a [`CorporateAction`] and per old share in an
/// [`ExDay`]. Of split-adjusted prices (`PriceBasis::SplitAdjusted`) the splits are already out and are left away.
pub fn ex_days(actions: &[CorporateAction], basis: PriceBasis) -> Vec<ExDay> {
    let mut sorted = actions.to_vec();
    sorted.sort_by_key(CorporateAction::ex_date);
    let day = |same: &[CorporateAction]| {
        let (mut ratio, mut cash) = (1.0, 0.0);
        for action in same {
            match *action {
                CorporateAction::Split { ratio: new, .. } if basis == PriceBasis::Raw => ratio *= new,
                CorporateAction::Split { .. } => {}
                CorporateAction::Dividend { cash: one, .. } => cash += one,
            }
        }
        ExDay { cash: cash * ratio, ..ExDay::split(same[0].ex_date(), ratio) }
    };
    sorted.chunk_by(|a, b| a.ex_date() == b.ex_date()).map(day).collect()
}

impl Factors {
    /// Factors of every bar from dividends and splits, 1 on the first.
    ///
    /// # Errors
    /// [`AdjustmentError`] for a dividend as large as the price, or a split ratio of zero or below.
    pub fn from_actions(bars: &RawBars, actions: &[CorporateAction]) -> Result<Factors, AdjustmentError> {
        let factor = factor_from_ex_days(&bars.date, &bars.close, &ex_days(actions, bars.basis))?;
        Ok(Factors {
            symbol: bars.symbol.clone(),
            origin: FactorOrigin::Events,
            date: bars.date.clone(),
            factor,
        })
    }

    /// Factors of every bar rebuilt from the exchange's reference prices, 1 on the first; `None` where the bars have no
    /// `pre_close`. What they cannot know (share-reform resumptions, references to missing bars) the audit reports.
    pub fn from_pre_close(bars: &RawBars) -> Option<Factors> {
        let factor = factor_from_pre_close(&bars.close, bars.pre_close.as_ref()?);
        let (symbol, date) = (bars.symbol.clone(), bars.date.clone());
        Some(Factors { symbol, origin: FactorOrigin::PreClose, date, factor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> TradeDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_dividend_and_a_split_on_one_day_count_the_dividend_in_new_shares() {
        let actions = [
            CorporateAction::Dividend { ex_date: day("2020-08-31"), cash: 0.2 },
            CorporateAction::Split { ex_date: day("2020-08-31"), ratio: 4.0 },
        ];
        let raw = ex_days(&actions, PriceBasis::Raw);
        assert_eq!(raw.len(), 1);
        // 400 before: 100 a new share, less 0.2.
        assert!((raw[0].reference(400.0) - 99.8).abs() < 1e-12);
        let adjusted = ex_days(&actions, PriceBasis::SplitAdjusted);
        assert!((adjusted[0].reference(100.0) - 99.8).abs() < 1e-12);
    }
}
