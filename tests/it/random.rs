//! Chance that can be repeated: the seed is printed, and `TEST_SEED` sets it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A small generator (xorshift); good enough to pick moments.
pub struct Random(u64);

impl Random {
    /// A new one, seeded by the clock or by `TEST_SEED`.
    pub fn new() -> Self {
        let given = std::env::var("TEST_SEED").ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            now.as_nanos() as u64 | 1
        });
        eprintln!("seed: TEST_SEED={seed}");
        Self(seed.max(1))
    }

    /// One that is the same each time.
    pub fn of(seed: u64) -> Self {
        // Neighbours would begin alike.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// In another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at as u64 + 1) as usize);
        }
    }

    /// One more, for somebody who runs beside this one.
    pub fn another(&mut self) -> Self {
        Self(self.below(u64::MAX) + 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    /// A while shorter than `end`.
    pub fn while_below(&mut self, end: Duration) -> Duration {
        Duration::from_micros(self.below(end.as_micros() as u64))
    }
}
