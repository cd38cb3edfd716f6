//! The predictable part of the planted market.
//!
//! A move on unusually high volume tends to go on, a move on unusually low volume tends to be taken back. That the
//! link between today's move and tomorrow's turns on volume is a classic of the literature: Campbell, Grossman &
//! Wang (1993) find reversal after heavy trading where trades are for liquidity; Wang (1994) and Llorente, Michaely,
//! Saar & Wang (2002) find continuation where they are for information, and the latter is the sign used here.
//! Neither the move nor the volume alone says anything about direction, and returns are not autocorrelated; only
//! move and volume together tell.

use super::garch::Garch;
use super::student_t;
use std::collections::VecDeque;

/// Strength c of the effect, set so that the R² of the conditional mean against the next bar's return is
/// [`PLANTED_R2`] on average over seeds.
pub(crate) const STRENGTH: f64 = 0.338;
/// Share of the next return's variance that the conditional mean explains.
pub(crate) const PLANTED_R2: f64 = 0.02;
/// Bars over which "usual" volume is averaged.
pub(crate) const VOLUME_BARS: usize = 20;
/// Log volume counts as high from this far above the average. Large moves come with large volume; with this
/// threshold the two signs of the effect balance, and returns are uncorrelated with the return before.
const VOLUME_THRESHOLD: f64 = 0.185;
/// Log volume this far above the threshold counts as clearly high: tanh(1) = 0.76 of the bound.
const VOLUME_SCALE: f64 = 0.4;
/// The nominal price limit, where the conditional mean is clipped with the distribution.
pub(crate) const LIMIT: f64 = 0.10;

/// What the past says about the next bar: its volatility and the planted mean. Fed bar by bar, it cannot look ahead.
pub(crate) struct Outlook {
    garch: Garch,
    log_volumes: VecDeque<f64>,
    signal: f64,
}

impl Outlook {
    pub(crate) fn new() -> Outlook {
        Outlook { garch: Garch::new(), log_volumes: VecDeque::with_capacity(VOLUME_BARS + 1), signal: 0.0 }
    }

    /// Conditional standard deviation σ(t+1) of the next return, before limits.
    pub(crate) fn sigma(&self) -> f64 {
        self.garch.sigma()
    }

    /// μ(t+1) = c · σ(t+1) · tanh z(t) · tanh((u(t) − 0.185)/0.4), before limits; z(t) is the standardised return of
    /// t and u(t) its log volume less the mean of up to 20 bars before. Zero on the first bar.
    pub(crate) fn mean(&self) -> f64 {
        STRENGTH * self.sigma() * self.signal
    }

    /// E[close(t+1)/close(t) − 1 | bars up to t] on adjusted prices, limits included. Rounding to the tick adds less
    /// than 1e-6: a tick is small against σ.
    pub(crate) fn expected_return(&self) -> f64 {
        student_t::expected_clipped(self.mean(), self.sigma(), LIMIT)
    }

    /// Takes in bar t: its close against its reference price, and its volume in shares.
    pub(crate) fn observe(&mut self, day_return: f64, volume: f64) {
        let z = day_return / self.garch.sigma();
        // A bar trades at least one lot, so the logarithm is finite.
        let log_volume = volume.ln();
        let bars = self.log_volumes.len();
        self.signal = if bars == 0 {
            0.0
        } else {
            let usual = self.log_volumes.iter().sum::<f64>() / bars as f64;
            z.tanh() * ((log_volume - usual - VOLUME_THRESHOLD) / VOLUME_SCALE).tanh()
        };
        self.log_volumes.push_back(log_volume);
        if bars == VOLUME_BARS {
            self.log_volumes.pop_front();
        }
        self.garch.observe(day_return);
    }
}
