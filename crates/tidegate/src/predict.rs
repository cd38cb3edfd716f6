//! The next trading day: what a finished run's networks say about it from the newest bars, and the orders that follow.
//!
//! Nothing is trained and nothing of the run changes. Its own bars stay as they are, newer ones are added; scales, weights
//! and what the baselines have learned are the run's. So a day that the run has forecast itself is forecast again to the
//! bit, and what is said after the close of t does not change when later bars arrive.

mod account;
mod newer_bars;
mod next_day;
mod prediction;
mod predictor;
mod same_run;
mod saved;

pub use newer_bars::Newer;
pub use next_day::{NextDay, TradingDays};
pub use prediction::{
    Account, AllowedPrices, BarsUsed, ForecastOfDay, ModelOfDay, NoOrder, OrderReason, PlannedOrderLine,
    PredictNote, Prediction, SCHEMA, SeedForecast, SignalOfDay,
};
pub use predictor::{Answers, Predictor, PredictorOptions};

use crate::error::{Error, InputError};
use crate::experiment::{Adjust, Target};
use crate::summary::Measured;
use crate::target::{target_word, unit};
use std::path::Path;
use tidegate_data::Store;
use tidegate_market::{TradeDate, Venue};

/// How to predict.
#[derive(Clone, Debug)]
pub struct PredictOptions {
    /// Where the newest bars are.
    pub predictor: PredictorOptions,
    /// The day that counts as today; the venue's own from `now` when left out, and the last bar's for made-up bars.
    pub today: Option<TradeDate>,
    /// Seconds since 1970-01-01 UTC.
    pub now: i64,
    /// How many trading days before today the last bar may lie.
    pub stale_after: usize,
    /// Shares held, instead of what the run's account holds.
    pub holding: Option<f64>,
    /// Cash, instead of the run's account's.
    pub cash: Option<f64>,
}

impl PredictOptions {
    /// Trading days that the last bar may lie back: today's bar, or the one before it.
    pub const STALE_AFTER: usize = 1;

    /// Everything as the run has it, at this moment.
    pub fn at(now: i64) -> PredictOptions {
        PredictOptions {
            predictor: PredictorOptions::default(),
            today: None,
            now,
            stale_after: PredictOptions::STALE_AFTER,
            holding: None,
            cash: None,
        }
    }
}

/// Forecasts the next trading day and plans its orders.
///
/// # Errors
/// [`InputError`] with the reason: bars that are stale or contradict the run's, a damaged file, features that cannot be
/// computed.
pub fn predict(run_dir: &Path, options: &PredictOptions) -> Result<Prediction, Error> {
    let given = account::given(options.holding, options.cash)?;
    let predictor = Predictor::open(run_dir, &options.predictor)?;
    predictor.check_against_run(run_dir)?;
    let venue = Venue::of_symbol(&predictor.bars.symbol);
    let days = trading_days(&options.predictor, venue)?;
    let made_up = predictor.newest.summary.synthetic.is_some();
    let last = predictor.last();
    let today = match options.today {
        Some(today) => today,
        None if made_up => last,
        None => today_at(venue, options.now),
    };
    days.check_fresh(last, today, options.stale_after, venue)?;

    let next = days.after(last, 1);
    let signal = predictor.signal(run_dir)?;
    let planned = account::plan(&predictor, &signal, given, next.date)?;
    let forecast = predictor.forecast_of_day(&days)?;
    let notes = notes(&predictor, &next, made_up, &planned);
    let newest = &predictor.newest.summary;
    Ok(Prediction {
        schema: SCHEMA,
        tidegate: env!("CARGO_PKG_VERSION").into(),
        symbol: predictor.bars.symbol.clone(),
        today,
        bars: BarsUsed {
            source: newest.source.clone(),
            sha256: newest.sha256.clone(),
            run_last: predictor.bars.date[predictor.own - 1],
            last,
            newer: predictor.bars.len() - predictor.own,
            age: days.between(last, today).0,
        },
        next_trading_day: next,
        forecast,
        signal: signal.of_day,
        account: planned.account,
        limits: planned.limits,
        orders: planned.orders,
        no_order: planned.no_order,
        notes,
    })
}

/// The venue's calendar from the store: the one given, else the one in the usual place if there is one.
fn trading_days(options: &PredictorOptions, venue: Option<Venue>) -> Result<TradingDays, Error> {
    let Some(venue) = venue else { return Ok(TradingDays::default()) };
    let given = match &options.newer {
        Newer::Store(path) => Some(path.clone()),
        _ => options.store.clone(),
    };
    let path = match given {
        Some(path) => path,
        None => match Store::default_path() {
            Ok(path) if path.exists() => path,
            _ => return Ok(TradingDays::default()),
        },
    };
    let store = Store::open_existing(&path)?;
    Ok(TradingDays::new(store.calendar(&venue.to_string())?))
}

/// The date at the venue. Daylight saving moves it by an hour around midnight, when no exchange trades.
fn today_at(venue: Option<Venue>, now: i64) -> TradeDate {
    let hours = match venue {
        Some(Venue::Sse | Venue::Szse | Venue::Hk) => 8,
        Some(Venue::Nyse) => -5,
        None => 0,
    };
    let days = (now + hours * 3_600).div_euclid(86_400);
    // A clock beyond the calendar's years is broken; every bar is old then.
    TradeDate::from_days_since_1970(days).or(TradeDate::new(9999, 12, 31)).unwrap_or_else(|| unreachable!())
}

fn notes(
    predictor: &Predictor,
    next: &NextDay,
    made_up: bool,
    planned: &account::Planned,
) -> Vec<PredictNote> {
    let experiment = &predictor.plan.experiment;
    let in_prices = matches!(experiment.forecast.target, Target::Close | Target::Difference);
    let factor = predictor.bars.factor[predictor.bars.len() - 1];
    let outside = predictor.inputs_outside_training();
    let computed = planned.limits.up.is_some() && !planned.limits.published;
    let limited = computed && !planned.limits.ex_day;
    let ex_day = planned.ex_day.map_or((0.0, 0.0), |ex_day| (ex_day.cash, ex_day.new_shares));
    [
        (made_up, PredictNote::Synthetic),
        (predictor.bars.len() == predictor.own, PredictNote::NothingNewer),
        (!next.published && !made_up, PredictNote::NextDayIsAWeekday),
        (limited, PredictNote::ExDayUnknown),
        (planned.ex_day.is_some(), PredictNote::ExDay { cash: ex_day.0, new_shares: ex_day.1 }),
        (planned.may_be_narrower, PredictNote::StandingUnknown),
        (in_prices && experiment.data.adjust == Adjust::Hfq && factor != 1.0, PredictNote::AdjustedScale),
        (outside > 0, PredictNote::OutsideTraining { inputs: outside }),
        (!planned.orders.is_empty() && planned.ex_day.is_none(), PredictNote::SizedAtLastClose),
        (planned.account.of == "run", PredictNote::AccountOfTheRun),
    ]
    .into_iter()
    .filter_map(|(applies, note)| applies.then_some(note))
    .collect()
}

impl Predictor {
    /// Every model's forecast after the last close.
    fn forecast_of_day(&self, days: &TradingDays) -> Result<ForecastOfDay, Error> {
        let last = self.bars.len() - 1;
        let target = self.forecast.settings.target;
        let adjust = self.plan.experiment.data.adjust;
        let models = self.forecasts(&[last]).into_iter().map(|answer| {
            let by_seed: Vec<SeedForecast> = answer
                .by_seed
                .iter()
                .map(|(seed, said)| SeedForecast { seed: *seed, forecast: said[0] })
                .collect();
            let (mean, std) = mean_and_std(&by_seed, &answer.model)?;
            let kind = if answer.is_network { "network" } else { "baseline" };
            Ok(ModelOfDay { name: answer.model, kind, mean, std, by_seed, close: self.implied_close(mean) })
        });
        Ok(ForecastOfDay {
            target: target_word(target).into(),
            unit: unit(target, adjust).into(),
            horizon: self.forecast.settings.horizon,
            target_day: days.after(self.last(), self.forecast.settings.horizon),
            last_close: self.bars.close[last],
            models: models.collect::<Result<_, InputError>>()?,
        })
    }

    /// The quoted close that a forecast after the last bar implies.
    fn implied_close(&self, forecast: f64) -> Option<f64> {
        let last = self.bars.len() - 1;
        let factor = match self.plan.experiment.data.adjust {
            Adjust::Hfq => self.bars.factor[last],
            Adjust::None => 1.0,
        };
        let close = self.bars.close[last];
        match self.forecast.settings.target {
            Target::Close => Some(forecast / factor),
            Target::Difference => Some(close + forecast / factor),
            Target::LogReturn => Some(close * forecast.exp()),
            Target::LogRange => None,
        }
    }

    /// How many of the last bar's inputs lie further outside the training part's range than that range is wide.
    fn inputs_outside_training(&self) -> usize {
        let (values, width) = (&self.forecast.inputs.set.values, self.forecast.inputs.set.width);
        let row = |t: usize| &values[t * width..(t + 1) * width];
        // Rows of the warm-up hold zeros; the first sample's window begins after it.
        let first = self.forecast.inputs.samples.train.first().copied().unwrap_or(0);
        let train = first..self.forecast.parts.train.end;
        let last = row(self.bars.len() - 1);
        (0..width)
            .filter(|&j| {
                let column = train.clone().map(|t| row(t)[j]);
                let low = column.clone().fold(f32::INFINITY, f32::min);
                let high = column.fold(f32::NEG_INFINITY, f32::max);
                last[j] > high + (high - low) || last[j] < low - (high - low)
            })
            .count()
    }
}

/// Mean and spread over seeds; a network that gives no number is no answer.
fn mean_and_std(by_seed: &[SeedForecast], model: &str) -> Result<(f64, f64), InputError> {
    let over = Measured::over(by_seed.iter().map(|answer| Some(answer.forecast).filter(|x| x.is_finite())));
    over.map(|over| (over.mean, over.std)).ok_or_else(|| {
        InputError::new(model, "expected a number as forecast of every seed, found none")
            .help("the newest bars lie far outside what the network has seen, or its file is damaged")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_the_venues_own_day() {
        // 2024-06-28 20:00 UTC: Saturday morning in Shanghai, Friday afternoon in New York.
        let now = 1_719_604_800;
        let day = |venue| today_at(venue, now).to_string();
        assert_eq!(day(Some(Venue::Sse)), "2024-06-29");
        assert_eq!(day(Some(Venue::Nyse)), "2024-06-28");
        assert_eq!(day(None), "2024-06-28");
    }
}
