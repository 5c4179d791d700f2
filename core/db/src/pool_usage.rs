//! How a pool of connections is used, in numbers.

use std::iter::Sum;

/// How a pool of connections is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolUsage {
    /// Connections there may be.
    pub size: usize,
    /// Connections there are.
    pub open: usize,
    /// Those that nobody has.
    pub idle: usize,
    /// Who waits for one.
    pub waiting: usize,
    /// Who waited in vain, since the start.
    pub timeouts: u64,
    /// On PostgreSQL, how many tenants the busiest of the connections has worked for so far.
    pub most_tenants: usize,
}

impl Sum for PoolUsage {
    fn sum<I: Iterator<Item = Self>>(pools: I) -> Self {
        pools.fold(Self::default(), |all, one| Self {
            size: all.size + one.size,
            open: all.open + one.open,
            idle: all.idle + one.idle,
            waiting: all.waiting + one.waiting,
            timeouts: all.timeouts + one.timeouts,
            most_tenants: all.most_tenants.max(one.most_tenants),
        })
    }
}
