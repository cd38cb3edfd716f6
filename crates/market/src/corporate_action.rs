//! What happens to cash and shares without a trade: ex-days, borrowing, delisting.

mod due;

use crate::adjustment::ExDay;
use crate::bars::PriceBasis;
use crate::date::TradeDate;
use crate::ledger::{Holding, Ledger};
use crate::rules::{Lot, Market, RuleBook};
use crate::tape::Tape;
use due::{Due, FACTOR_NOISE, Voices};
use serde::{Deserialize, Serialize};

/// One change of an account that no trade made. On its day every kind but `Delisted` comes before the trades; so cash and
/// shares of every bar can be replayed from these rows and the trades alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorporateAction {
    /// The bar's day.
    pub date: TradeDate,
    /// What it is.
    pub kind: ActionKind,
    /// Cash received, currency; negative where it is paid.
    pub cash: f64,
    /// Shares received; negative where they go.
    pub shares: f64,
}

/// What happens to an account without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Ex-day of a cash dividend, before tax. A short position pays it.
    Dividend,
    /// Ex-day of bonus shares, a transfer of reserves or a split, by [`CorporateAction::shares`] new shares; `cash` is
    /// paid for a fraction of a share where the market settles it so.
    NewShares,
    /// Ex-day of which only the adjustment factor is known: everything is reinvested, the fraction is kept.
    Reinvested,
    /// As `Reinvested`, though events are known: they and the factor speak of prices that differ by more than 0.2 % and 0.6
    /// of a cent. Nothing happens where the factor does not move and the exchange's reference price contradicts an event.
    FactorOverEvents,
    /// Interest on the value of shares sold short, of the calendar days since the bar before.
    Borrowing,
    /// The stock was delisted after this bar's close.
    Delisted,
}

impl ActionKind {
    /// `dividend`, `new_shares`, `reinvested`, `factor_over_events`, `borrowing` or `delisted`.
    pub fn as_str(self) -> &'static str {
        match self {
            ActionKind::Dividend => "dividend",
            ActionKind::NewShares => "new_shares",
            ActionKind::Reinvested => "reinvested",
            ActionKind::FactorOverEvents => "factor_over_events",
            ActionKind::Borrowing => "borrowing",
            ActionKind::Delisted => "delisted",
        }
    }
}

const DAYS_PER_YEAR: f64 = 365.0;

/// The ex-day of bar `i`, if it is one: `factor` is the factor last applied. Returns by how much the share count grew.
///
/// With events, cash and shares come as they were paid: cash before tax, to the cent where the market counts in cents;
/// new shares by [`new_shares`]. Rights are not taken: nobody who trades by a signal pays in fresh money, so their worth
/// is lost. With a factor alone everything is reinvested. Where both are known the events are paid, once, unless they say
/// another price than the factor: by more than 0.2 %, and by more than 0.6 of a cent. [`Due`] says on which bar.
pub(crate) fn ex_day(ledger: &mut Ledger, tape: &Tape, i: usize, factor: &mut f64) -> f64 {
    let by_factor = tape.bars.factor[i] / *factor;
    let factor_moved = (by_factor - 1.0).abs() > FACTOR_NOISE;
    if factor_moved {
        *factor = tape.bars.factor[i];
    }
    let before = ledger.shares;
    if before == 0.0 || i == 0 {
        return 1.0;
    }
    let date = tape.bars.date[i];
    let mut by_row = |kind, shares| ledger.act(CorporateAction { date, kind, cash: 0.0, shares });
    match Voices::of(tape).due(i) {
        Due::Events(events) => {
            let mut price = tape.bars.close[i - 1];
            for (_, event) in events {
                price = event.reference(price);
                pay(ledger, tape.rules, date, event, price);
            }
        }
        Due::Factor if factor_moved => by_row(ActionKind::Reinvested, before * by_factor - before),
        Due::FactorOverEvents => by_row(ActionKind::FactorOverEvents, before * by_factor - before),
        Due::Refused => by_row(ActionKind::FactorOverEvents, 0.0),
        Due::Factor | Due::Elsewhere => {}
    }
    ledger.shares / before
}

/// A factor that grew by less tells of cash rather than of new shares.
const NEW_SHARES_FROM: f64 = 0.05;

/// How many shares one of the bar before has become on bar `i`: by the events where there are any, else by the factor.
pub(crate) fn shares_grown(tape: &Tape, i: usize) -> f64 {
    let bars = tape.bars;
    if i == 0 || tape.moves.binary_search(&i).is_err() || bars.basis == PriceBasis::SplitAdjusted {
        return 1.0;
    }
    match Voices::of(tape).due(i) {
        Due::Events(events) => events.iter().map(|(_, event)| 1.0 + event.new_shares).product(),
        Due::Factor | Due::FactorOverEvents => {
            let ratio = bars.factor[i] / bars.factor[i - 1];
            if (ratio - 1.0).abs() < NEW_SHARES_FROM { 1.0 } else { ratio }
        }
        Due::Refused | Due::Elsewhere => 1.0,
    }
}

/// One event on the shares held; `price` is the reference after it.
fn pay(ledger: &mut Ledger, rules: &RuleBook, date: TradeDate, event: &ExDay, price: f64) {
    let held = ledger.shares;
    if event.cash != 0.0 {
        let cash = rules.round(held * event.cash);
        ledger.act(CorporateAction { date, kind: ActionKind::Dividend, cash, shares: 0.0 });
    }
    if event.new_shares != 0.0 {
        let (shares, fraction) = new_shares(rules, date, held, event.new_shares);
        let cash = rules.round(fraction * price);
        ledger.act(CorporateAction { date, kind: ActionKind::NewShares, cash, shares });
    }
}

/// `holding` once `event` has paid it, as a backtest books it; `close` is the last one before. Rights are left out.
pub fn entitled(rules: &RuleBook, holding: Holding, close: f64, event: &ExDay) -> Holding {
    let Holding { cash, shares: held } = holding;
    let (shares, fraction) = new_shares(rules, event.date, held, event.new_shares);
    let paid = rules.round(held * event.cash) + rules.round(fraction * event.reference(close));
    Holding { cash: rules.round(cash + paid), shares: held + shares }
}

/// How many shares `held` shares receive at `ratio` each, and the fraction of a share that is paid in cash.
///
/// A-shares: whole new shares, half up. The clearing house gives out fractions as whole shares to those who have the largest,
/// so half a share is as likely as none (ChinaClear's rules of registration; the draw itself nobody can replay). United
/// States: whole shares, the fraction in cash at the reference price. Where fractions are traded they are kept.
fn new_shares(rules: &RuleBook, date: TradeDate, held: f64, ratio: f64) -> (f64, f64) {
    // 0.3 x 100 in binary floats is no whole number.
    const NOISE: f64 = 1e-9;
    let shares = held * ratio;
    match (rules.market(), rules.lot_on(date)) {
        (_, Lot::Fraction) | (Market::None, _) => (shares, 0.0),
        (Market::Ashare, _) => ((shares.abs() + 0.5 + NOISE).floor().copysign(shares), 0.0),
        (Market::Us, _) => {
            let total = held + shares;
            let whole = (total.abs() + NOISE).floor().copysign(total);
            (whole - held, if (total - whole).abs() > 2.0 * NOISE { total - whole } else { 0.0 })
        }
    }
}

/// Interest on a short position from the bar before `i` to bar `i`: rate × calendar days / 365 × its value at the close
/// before.
pub(crate) fn borrowing(ledger: &mut Ledger, tape: &Tape, i: usize) {
    let (bars, rules) = (tape.bars, tape.rules);
    let short = -ledger.shares;
    if i == 0 || short <= 0.0 || rules.borrow_rate() <= 0.0 {
        return;
    }
    let years = bars.date[i].days_since(bars.date[i - 1]) as f64 / DAYS_PER_YEAR;
    let interest = rules.round(short * bars.close[i - 1] * rules.borrow_rate() * years);
    let (date, kind) = (bars.date[i], ActionKind::Borrowing);
    ledger.act(CorporateAction { date, kind, cash: -interest, shares: 0.0 });
}

/// The stock goes at `price` a share after its last bar.
pub(crate) fn delist(ledger: &mut Ledger, rules: &RuleBook, date: TradeDate, price: f64) {
    let shares = ledger.shares;
    if shares != 0.0 {
        let cash = rules.value(shares, price);
        ledger.act(CorporateAction { date, kind: ActionKind::Delisted, cash, shares: -shares });
    }
}
