//! The sample market: some twenty years of one made-up A-share whose predictable part is known, or zero.
//!
//! It serves as a market that anyone has at once and as a trap that is known to be empty: on the null market no
//! forecast of direction can be right except by luck, on the planted one the best possible forecast is at hand.
//!
//! | part | how it is made |
//! |---|---|
//! | days | [`SampleMarket::calendar`]: weekdays less made-up holidays, 4,860 days from 2005-01-04 |
//! | suspensions | twelve spells of a day to three weeks, 1 to 2 % of all days; then there is no bar |
//! | return | close ÷ reference − 1 = μ + σε; σ from GARCH(1,1) with α 0.08, β 0.90 and 30 % a year; ε Student-t with six degrees of freedom, variance 1 |
//! | limits | ±10 % of the reference, rounded half up to 0.01; what lies beyond is cut off, nothing is carried over |
//! | session | a quarter of the variance overnight; high and low are extremes of the path between open and close |
//! | volume | log-AR(1), higher on days of large moves of either sign; whole lots of 100 shares |
//! | distributions | each summer a cash dividend of 0.8 to 2.5 %, bonus shares at times and above 40 yuan, four shares merged into one below 8; the reference price moves accordingly |
//! | μ | null: 0. Planted: 0.338 σ · tanh(standardised move) · tanh((log volume above its 20-bar mean − 0.185) ÷ 0.4), R² = 2 % |
//!
//! With μ = 0 the adjusted price is a martingale to the last digit: every step from the reference is drawn from a
//! symmetric law, rounded half away from the reference and cut at equal distances on both sides. What remains
//! predictable is the size of moves, and with it how often a close equals the one before (some 2 % of bars), which
//! a label "up or not" counts as not up.

mod calendar;
mod ex_day;
mod garch;
mod planted;
mod random;
mod session;
mod student_t;
mod suspension;
#[cfg(test)]
mod tests;
mod volume;

use ex_day::ExDay;
use planted::Outlook;
use random::{Purpose, Stream};
use serde::{Deserialize, Serialize};
use session::Session;
use tidegate_market::{BarSeries, PriceBasis, TradeDate, TradingCalendar, factor_from_pre_close};
use volume::Volume;

/// The seed of [`generate`]. Among the first 1,500 it is the one whose realised R² on the planted market is nearest to
/// the designed one, of those with 1.4 to 2.6 % in the first 60, next 20 and last 20 % of the bars and with raw closes
/// between 7.50 and 46 yuan on both markets. The tests judge the generator over other seeds.
pub const SAMPLE_SEED: u64 = 1_099;

/// Symbol of the made-up stock.
pub const SAMPLE_SYMBOL: &str = "SAMPLE.SH";

/// Reference price of the first day, ticks of 0.01.
const FIRST_REFERENCE: i64 = 2_500;

/// Which sample market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleKind {
    /// A weak predictable component: R² = 2 % of the next bar's return.
    #[default]
    Planted,
    /// The arithmetic price is a martingale.
    Null,
}

/// A made-up market and what is true about it.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleMarket {
    /// Traded bars: raw prices in yuan, volume in shares, amount in yuan, factor from the ex-right references.
    pub bars: BarSeries,
    /// Every day the exchange trades, suspensions included.
    pub calendar: TradingCalendar,
    /// Trading days on which the stock was suspended, ascending.
    pub suspensions: Vec<TradeDate>,
    /// Per bar t: E[close(t+1)/close(t) − 1 | bars up to t], simple return of adjusted closes. Zero on the null market.
    pub oracle: Vec<f64>,
    /// Designed share of the next return's variance that the oracle explains: 0.02, or 0 on the null market. The
    /// share realised in one market of this length varies about it by some 0.005.
    pub planted_r2: f64,
}

/// The sample market everybody gets.
pub fn generate(kind: SampleKind) -> SampleMarket {
    generate_with_seed(kind, SAMPLE_SEED)
}

/// A sample market drawn from `seed`. Both kinds use the same random numbers for the same purpose.
pub fn generate_with_seed(kind: SampleKind, seed: u64) -> SampleMarket {
    let days = calendar::trading_days();
    let suspended = suspension::draw(days.len(), &mut Stream::new(seed, Purpose::Suspension));
    let mut shock = Stream::new(seed, Purpose::Return);
    let mut path = Stream::new(seed, Purpose::Session);
    let mut volume_stream = Stream::new(seed, Purpose::Volume);
    let mut ex_stream = Stream::new(seed, Purpose::ExDay);

    let mut outlook = Outlook::new();
    let mut volume = Volume::new();
    let mut bars = Columns::with_capacity(days.len());
    let mut suspensions = Vec::new();
    let mut ex_day_due = None;
    for (i, (&day, &no_trading)) in days.iter().zip(&suspended).enumerate() {
        // Each year's distribution is some June or July day, or the first one traded after it.
        if day.month() == 6 && days[i - 1].month() == 5 {
            ex_day_due = Some(i + ex_stream.below(40));
        }
        if no_trading {
            suspensions.push(day);
            continue;
        }
        let reference = match (bars.close.last(), ex_day_due) {
            (None, _) => FIRST_REFERENCE,
            (Some(&close), Some(due)) if i >= due => {
                ex_day_due = None;
                ExDay::decide(close, &mut ex_stream).reference(close)
            }
            (Some(&close), _) => close,
        };
        let mean = match kind {
            SampleKind::Planted => outlook.mean(),
            SampleKind::Null => 0.0,
        };
        let session = session::draw(reference, mean, outlook.sigma(), &mut shock, &mut path);
        // From prices, not ticks, so that the very same bits come out of the bars.
        let day_return = yuan(session.close) / yuan(reference) - 1.0;
        let lots = volume.draw(day_return / outlook.sigma(), &mut volume_stream);
        outlook.observe(day_return, shares(lots));
        let expected = match kind {
            SampleKind::Planted => outlook.expected_return(),
            SampleKind::Null => 0.0,
        };
        bars.push(day, reference, session, lots, expected);
    }
    let (bars, oracle) = bars.finish();
    let planted_r2 = match kind {
        SampleKind::Planted => planted::PLANTED_R2,
        SampleKind::Null => 0.0,
    };
    SampleMarket { bars, calendar: TradingCalendar::Days(days), suspensions, oracle, planted_r2 }
}

/// A price. Division by 100 gives the double nearest to the decimal price, the one a reader of "12.34" gets.
fn yuan(ticks: i64) -> f64 {
    ticks as f64 / 100.0
}

fn shares(lots: i64) -> f64 {
    lots as f64 * 100.0
}

/// Bars while they are made, prices in ticks.
struct Columns {
    date: Vec<TradeDate>,
    reference: Vec<i64>,
    session: Vec<Session>,
    close: Vec<i64>,
    lots: Vec<i64>,
    oracle: Vec<f64>,
}

impl Columns {
    fn with_capacity(n: usize) -> Columns {
        Columns {
            date: Vec::with_capacity(n),
            reference: Vec::with_capacity(n),
            session: Vec::with_capacity(n),
            close: Vec::with_capacity(n),
            lots: Vec::with_capacity(n),
            oracle: Vec::with_capacity(n),
        }
    }

    fn push(&mut self, date: TradeDate, reference: i64, session: Session, lots: i64, expected: f64) {
        self.date.push(date);
        self.reference.push(reference);
        self.session.push(session);
        self.close.push(session.close);
        self.lots.push(lots);
        self.oracle.push(expected);
    }

    fn finish(self) -> (BarSeries, Vec<f64>) {
        let price =
            |pick: fn(&Session) -> i64| self.session.iter().map(|s| yuan(pick(s))).collect::<Vec<f64>>();
        let close = price(|s| s.close);
        let pre_close: Vec<f64> = self.reference.iter().map(|ticks| yuan(*ticks)).collect();
        // Average price (open + high + low + close)/4 ticks × lots × 100 shares ÷ 100 ticks, to the whole yuan.
        let amount = |(s, lots): (&Session, &i64)| ((s.open + s.high + s.low + s.close) * lots / 4) as f64;
        let bars = BarSeries {
            symbol: SAMPLE_SYMBOL.to_owned(),
            basis: PriceBasis::Raw,
            open: price(|s| s.open),
            high: price(|s| s.high),
            low: price(|s| s.low),
            volume: self.lots.iter().map(|lots| shares(*lots)).collect(),
            amount: Some(self.session.iter().zip(&self.lots).map(amount).collect()),
            factor: factor_from_pre_close(&close, &pre_close),
            close,
            pre_close: Some(pre_close),
            date: self.date,
        };
        (bars, self.oracle)
    }
}
