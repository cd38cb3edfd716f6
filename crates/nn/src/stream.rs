//! Counter-based random streams. A draw is a pure function of what it is for, (seed, purpose, epoch, row, layer,
//! step), so it does not depend on the order of work, on tiling or on threads.

/// One block of Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
pub(crate) fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key[0] = key[0].wrapping_add(0x9E37_79B9);
            key[1] = key[1].wrapping_add(0xBB67_AE85);
        }
        let left = u64::from(counter[0]) * 0xD251_1F53;
        let right = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (right >> 32) as u32 ^ counter[1] ^ key[0],
            right as u32,
            (left >> 32) as u32 ^ counter[3] ^ key[1],
            left as u32,
        ];
    }
    counter
}

/// Blocks whose first counters are `first`, `first` + 1, ..., eight of them side by side so that they become vector
/// code: `[word][block]`.
#[inline(always)]
fn philox_eight(first: u32, others: [u32; 3], mut key: [u32; 2]) -> [[u32; 8]; 4] {
    let mut c = [[0; 8], [others[0]; 8], [others[1]; 8], [others[2]; 8]];
    for i in 0..8 {
        c[0][i] = first.wrapping_add(i as u32);
    }
    for round in 0..10 {
        if round > 0 {
            key[0] = key[0].wrapping_add(0x9E37_79B9);
            key[1] = key[1].wrapping_add(0xBB67_AE85);
        }
        let before = c;
        for i in 0..8 {
            let left = u64::from(before[0][i]) * 0xD251_1F53;
            let right = u64::from(before[2][i]) * 0xCD9E_8D57;
            c[0][i] = (right >> 32) as u32 ^ before[1][i] ^ key[0];
            c[1][i] = right as u32;
            c[2][i] = (left >> 32) as u32 ^ before[3][i] ^ key[1];
            c[3][i] = left as u32;
        }
    }
    c
}

/// What random numbers are for; streams of different purposes never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// First weights.
    Initial = 1,
    /// Order of samples in an epoch.
    Shuffle = 2,
    /// Dropout masks.
    Dropout = 3,
    /// Offset of the grid of chunks in a pass.
    Offset = 4,
}

/// Names one stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// The experiment's seed.
    pub seed: u64,
    /// What for.
    pub purpose: Purpose,
    /// 1-based epoch, 0 where it has no meaning; below 2²⁰.
    pub epoch: usize,
    /// Row of the panel that names the sample; below 2³².
    pub row: usize,
    /// Layer or parameter tensor; below 256.
    pub layer: usize,
    /// Time step; below 2³².
    pub step: usize,
}

impl Key {
    /// Block `index` of the stream: four independent uniform words.
    #[inline]
    pub(crate) fn block(&self, index: u32) -> [u32; 4] {
        let ([row, step, tag], key) = self.counters();
        philox([index, row, step, tag], key)
    }

    /// Blocks `first` to `first` + 7, `[word][block]`.
    #[inline(always)]
    pub(crate) fn eight_blocks(&self, first: u32) -> [[u32; 8]; 4] {
        let (others, key) = self.counters();
        philox_eight(first, others, key)
    }

    /// All counters but the first, and the key.
    #[inline(always)]
    fn counters(&self) -> ([u32; 3], [u32; 2]) {
        assert!(
            self.epoch < 1 << 20 && self.layer < 256,
            "epoch {} or layer {} too large",
            self.epoch,
            self.layer
        );
        assert!(u32::try_from(self.row.max(self.step)).is_ok(), "row {} or step {}", self.row, self.step);
        let tag = (self.purpose as u32) << 28 | (self.layer as u32) << 20 | self.epoch as u32;
        ([self.row as u32, self.step as u32, tag], [self.seed as u32, (self.seed >> 32) as u32])
    }
}

/// A stream read from its start, word by word.
pub(crate) struct Stream {
    key: Key,
    next_block: u32,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    pub(crate) fn new(key: Key) -> Stream {
        Stream { key, next_block: 0, words: [0; 4], used: 4 }
    }

    fn next_u32(&mut self) -> u32 {
        if self.used == 4 {
            self.words = self.key.block(self.next_block);
            self.next_block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    /// Uniform in [0, 1) with 53 bits.
    pub(crate) fn uniform(&mut self) -> f64 {
        let high = u64::from(self.next_u32() >> 5);
        let low = u64::from(self.next_u32() >> 6);
        (high << 26 | low) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Uniform in 0..bound, without bias (Lemire 2019).
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let reject_under = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.next_u32()) * u64::from(bound);
            if product as u32 >= reject_under {
                return (product >> 32) as u32;
            }
        }
    }

    /// Puts `items` in random order (Fisher–Yates).
    ///
    /// # Panics
    /// If there are 2³² items or more.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        assert!(u32::try_from(items.len()).is_ok(), "{} items to shuffle", items.len());
        for last in (1..items.len()).rev() {
            let other = self.below(last as u32 + 1);
            items.swap(last, other as usize);
        }
    }
}

#[cfg(test)]
mod tests;
