//! A made-up market as large as the real one, with the decimals of the real one: prices in hundredths, volume in shares
//! (Tushare has hundredths of lots), amount to the yuan (thousandths of a thousand), factors with three decimals.

use crate::Done;
use crate::sp500::origin;
use std::path::Path;
use std::time::Instant;
use tidegate_data::{FactorOrigin, Factors, RawBars, Store, StoreError};
use tidegate_market::{PriceBasis, TradeDate};

/// Trading days of a year: weekdays less the holidays.
const DAYS: usize = 250;
/// Symbols a transaction.
const BATCH: usize = 50;

/// Fills the store at `path`.
pub fn fill(path: &Path, symbols: &str, years: &str) -> Done {
    let (symbols, years): (usize, usize) = (symbols.parse()?, years.parse()?);
    let dates = trading_days(years);
    let start = Instant::now();
    let mut store = Store::open(path)?;
    let origin = origin("made up");
    let all: Vec<usize> = (0..symbols).collect();
    for part in all.chunks(BATCH) {
        store.batch(|store| -> Result<(), StoreError> {
            for n in part {
                let (bars, factors) = symbol(*n, &dates);
                store.put_bars(&bars, &origin, false)?;
                store.put_factors(&factors, &origin, false)?;
            }
            Ok(())
        })?;
    }
    drop(store);
    let rows = symbols * dates.len();
    Ok(format!(
        "{{\"symbols\": {symbols}, \"rows\": {rows}, \"seconds\": {}}}",
        start.elapsed().as_secs_f64()
    ))
}

fn trading_days(years: usize) -> Vec<TradeDate> {
    let mut days = Vec::new();
    for year in 0..years {
        let mut day = TradeDate::new(2005 + year as i16, 1, 4);
        let mut count = 0;
        while let (Some(date), true) = (day, count < DAYS) {
            if !date.is_weekend() {
                days.push(date);
                count += 1;
            }
            day = Some(date.next_day());
        }
    }
    days
}

fn symbol(n: usize, dates: &[TradeDate]) -> (RawBars, Factors) {
    let name =
        if n.is_multiple_of(2) { format!("{:06}.SZ", n / 2) } else { format!("{:06}.SH", 600_000 + n / 2) };
    let mut random = Random(n as u64 * 7919 + 1);
    let mut bars = RawBars { date: dates.to_vec(), ..RawBars::empty(&name, PriceBasis::Raw) };
    let (mut pre_close, mut amount, mut factor) = (Vec::new(), Vec::new(), Vec::new());
    let mut close = (300.0 + 3000.0 * random.share()) / 100.0;
    let (mut f, mut level) = (1.0, 1e6 * (1.0 + 50.0 * random.share()));
    for t in 0..dates.len() {
        // A dividend a year or so: the reference price falls, the factor rises.
        let mut reference = close;
        if t > 0 && random.share() < 0.004 {
            reference = cents(close * (1.0 - 0.03 * random.share())).max(0.5);
            f = (f * close / reference * 1e3_f64).round() / 1e3;
        }
        let open = cents(reference * (1.0 + 0.012 * random.normal())).max(0.5);
        close = cents(open * (1.0 + 0.02 * random.normal())).clamp(0.5, 900.0);
        let high = cents(open.max(close) * (1.0 + 0.01 * random.share()));
        let low = cents(open.min(close) * (1.0 - 0.01 * random.share()));
        level = (level * (0.2 * random.normal()).exp()).clamp(1e5, 3e8);
        let volume = (level * (0.5 + random.share())).round();
        bars.open.push(open);
        bars.high.push(high);
        bars.low.push(low);
        bars.close.push(close);
        bars.volume.push(volume);
        pre_close.push(reference);
        amount.push((volume * (high + low) / 2.0).round());
        factor.push(f);
    }
    bars.pre_close = Some(pre_close);
    bars.amount = Some(amount);
    let factors = Factors { symbol: name, origin: FactorOrigin::Published, date: dates.to_vec(), factor };
    (bars, factors)
}

fn cents(price: f64) -> f64 {
    (price * 100.0).round() / 100.0
}

struct Random(u64);

impl Random {
    /// Uniform in [0, 1): SplitMix64.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal: a sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}
