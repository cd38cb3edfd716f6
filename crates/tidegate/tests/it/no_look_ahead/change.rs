//! Another future: the bars after t are moved, thinned out or cut off.

use tidegate::bars::SourceBars;
use tidegate_market::BarSeries;

/// What happens to the bars after t.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// Every price, volume and factor becomes another one.
    Move { seed: u64 },
    /// About half of them vanish.
    Delete { seed: u64 },
    /// All of them vanish.
    CutOff,
}

impl Change {
    /// The same bars up to `t`, another future after it.
    pub fn after(self, source: &SourceBars, t: usize) -> SourceBars {
        let mut source = source.clone();
        match self {
            Change::Move { seed } => move_bars(&mut source.bars, t, &mut Draw(seed)),
            Change::Delete { seed } => {
                let mut draw = Draw(seed);
                let kept: Vec<usize> =
                    (0..source.bars.len()).filter(|i| *i <= t || draw.unit() < 0.5).collect();
                source.bars = pick(&source.bars, &kept);
            }
            Change::CutOff => source.bars = source.bars.slice(0..t + 1),
        }
        source.bars.check().unwrap();
        source
    }
}

fn move_bars(bars: &mut BarSeries, t: usize, draw: &mut Draw) {
    // A jump first, so that not even the level of the old future remains.
    let mut level = if draw.unit() < 0.5 { 0.7 } else { 1.5 };
    let mut factor = 1.0;
    for i in t + 1..bars.len() {
        level *= (0.1 * (draw.unit() - 0.5)).exp();
        if draw.unit() < 0.1 {
            factor *= 1.0 + draw.unit();
        }
        let mut prices = [bars.open[i], bars.high[i], bars.low[i], bars.close[i]]
            .map(|p| p * level * (0.9 + 0.2 * draw.unit()));
        prices.sort_by(f64::total_cmp);
        let [low, a, b, high] = prices;
        let (open, close) = if draw.unit() < 0.5 { (a, b) } else { (b, a) };
        (bars.open[i], bars.high[i], bars.low[i], bars.close[i]) = (open, high, low, close);
        bars.volume[i] = (bars.volume[i] * (0.5 + draw.unit())).round();
        bars.factor[i] *= factor;
        if let Some(pre_close) = &mut bars.pre_close {
            pre_close[i] = bars.close[i - 1] * (0.95 + 0.1 * draw.unit());
        }
    }
}

fn pick(bars: &BarSeries, rows: &[usize]) -> BarSeries {
    let of = |column: &[f64]| rows.iter().map(|i| column[*i]).collect::<Vec<f64>>();
    BarSeries {
        symbol: bars.symbol.clone(),
        basis: bars.basis,
        date: rows.iter().map(|i| bars.date[*i]).collect(),
        open: of(&bars.open),
        high: of(&bars.high),
        low: of(&bars.low),
        close: of(&bars.close),
        volume: of(&bars.volume),
        amount: bars.amount.as_deref().map(of),
        pre_close: bars.pre_close.as_deref().map(of),
        factor: of(&bars.factor),
    }
}

/// A stream of numbers from a seed (splitmix64).
struct Draw(u64);

impl Draw {
    /// From 0 up to but not 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
