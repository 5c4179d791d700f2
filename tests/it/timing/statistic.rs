//! Is one of two ways slower than the other? Asked of pairs that were measured side by side, by
//! swapping them at random: what chance alone would make of these very numbers.
//!
//! Two figures are looked at. Whatever else a machine does only adds to a time, so the quickest
//! answers say most of what an answer costs; the one in the middle says whether slow ones are slower.

const SHUFFLES: usize = 400;
/// Beyond so many standard deviations it is not chance: once in a hundred thousand looks at nothing.
const SIGNIFICANT: f64 = 4.4;

/// Pairs of times, in milliseconds.
#[derive(Default)]
pub(crate) struct Pairs(Vec<(f64, f64)>);

/// A difference between the two, and how many standard deviations it is from chance.
#[derive(Clone, Copy)]
pub(crate) struct Difference {
    pub(crate) by: f64,
    pub(crate) z: f64,
}

impl Pairs {
    pub(crate) fn add(&mut self, one: f64, other: f64) {
        self.0.push((one, other));
    }

    /// Between the quickest answers.
    pub(crate) fn quickest(&self) -> Difference {
        self.difference(quickest)
    }

    /// Between those in the middle.
    pub(crate) fn middle(&self) -> Difference {
        self.difference(median)
    }

    /// Is there a difference that is no chance, and large enough to be seen from outside?
    pub(crate) fn is_seen(&self, least: f64) -> bool {
        let seen = |found: Difference| found.z.abs() > SIGNIFICANT && found.by.abs() > least;
        seen(self.quickest()) || seen(self.middle())
    }

    fn difference(&self, figure: fn(&[f64]) -> f64) -> Difference {
        let (ones, others): (Vec<_>, Vec<_>) = self.0.iter().copied().unzip();
        let by = figure(&ones) - figure(&others);
        let mut coin = Coin(0x2545_f491_4f6c_dd1d);
        let mut squares = 0.0;
        for _ in 0..SHUFFLES {
            let swap = |(one, other)| if coin.toss() { (one, other) } else { (other, one) };
            let (ones, others): (Vec<_>, Vec<_>) = self.0.iter().copied().map(swap).unzip();
            squares += (figure(&ones) - figure(&others)).powi(2);
        }
        Difference { by, z: by / (squares / SHUFFLES as f64).sqrt() }
    }
}

/// The same throws each time, so that the same numbers give the same verdict (xorshift).
struct Coin(u64);

impl Coin {
    fn toss(&mut self) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 63 == 1
    }
}

/// The mean of the quickest quarter, without the very first.
fn quickest(all: &[f64]) -> f64 {
    let ordered = sorted(all);
    let kept = &ordered[ordered.len() / 50..ordered.len() / 4];
    kept.iter().sum::<f64>() / kept.len() as f64
}

/// The one in the middle.
pub(crate) fn median(all: &[f64]) -> f64 {
    let ordered = sorted(all);
    ordered.get(ordered.len() / 2).copied().unwrap_or_default()
}

fn sorted(all: &[f64]) -> Vec<f64> {
    let mut ordered = all.to_vec();
    ordered.sort_by(f64::total_cmp);
    ordered
}
