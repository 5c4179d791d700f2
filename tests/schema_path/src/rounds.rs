//! Interleaved rounds over several ways, and what they amount to.

use crate::{
    cpu::{Processes, Used},
    pool::{Lane, Order},
};
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How often every way has its turn.
    pub rounds: usize,
    /// How long a turn lasts.
    pub turn: Duration,
}

/// One way in one round.
#[derive(Clone, Copy, Default)]
struct Turn {
    requests: f64,
    seconds: f64,
    used: Used,
}

/// The medians of one way over all rounds.
pub struct Line {
    /// The way's name.
    pub name: &'static str,
    /// CPU µs per request of the application, PostgreSQL and PgBouncer.
    pub micros: [f64; 3],
    /// CPU of all three against the floor's in the same round: median, least, most.
    pub ratio: [f64; 3],
    /// Requests per second.
    pub rate: f64,
    /// Throughput against the floor's in the same round.
    pub rate_ratio: f64,
    /// Private memory of a backend in bytes; none where backends are shared.
    pub memory: Option<u64>,
}

/// The lines of a table and the noise they were taken in.
pub struct Table {
    /// One line a way, the floor first.
    pub lines: Vec<Line>,
    /// Share of the machine's CPU that others used: median and most.
    pub others: [f64; 2],
}

/// Measures the ways in turn, in another order each round; the first of them is the floor.
pub async fn measure(
    lanes: &[Lane],
    processes: Processes,
    order: Order,
    effort: Effort,
) -> Result<Table> {
    let mut turns = vec![Vec::new(); lanes.len()];
    for round in 0..effort.rounds {
        for step in 0..lanes.len() {
            // A stride without a common divisor gives every way other neighbours.
            let stride = if round % 2 == 0 { 1 } else { lanes.len() - 1 };
            let at = (round * 3 + step * stride) % lanes.len();
            let lane = &lanes[at];
            let (before, start) = (processes.read()?, Instant::now());
            let served = lane.run(start + effort.turn, order).await?;
            let (seconds, used) = (start.elapsed().as_secs_f64(), processes.since(&before)?);
            ensure!(served > 0, "{} served nothing", lane.way.name);
            turns[at].push(Turn { requests: served as f64, seconds, used });
        }
    }
    let mut lines = Vec::new();
    for (lane, own) in lanes.iter().zip(&turns) {
        let memory = if lane.way.pooled { None } else { Some(lane.memory().await?) };
        lines.push(Line { memory, ..line(lane.way.name, own, &turns[0]) });
    }
    let cores = std::thread::available_parallelism()?.get() as f64;
    let share = |turn: &Turn| turn.used.others as f64 / 1e9 / turn.seconds / cores;
    let others: Vec<f64> = turns.iter().flatten().map(share).collect();
    Ok(Table { lines, others: [median(&others), others.iter().copied().fold(0.0, f64::max)] })
}

fn line(name: &'static str, own: &[Turn], floor: &[Turn]) -> Line {
    let of = |part: fn(&Turn) -> f64| median(&own.iter().map(part).collect::<Vec<_>>());
    let against = |part: fn(&Turn) -> f64| {
        own.iter().zip(floor).map(|(own, floor)| part(own) / part(floor)).collect::<Vec<_>>()
    };
    let ratios = against(Turn::micros);
    Line {
        name,
        micros: [
            of(|turn| turn.per_request(turn.used.app)),
            of(|turn| turn.per_request(turn.used.postgres)),
            of(|turn| turn.per_request(turn.used.pooler)),
        ],
        ratio: [
            median(&ratios),
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratios.iter().copied().fold(0.0, f64::max),
        ],
        rate: of(Turn::rate),
        rate_ratio: median(&against(Turn::rate)),
        memory: None,
    }
}

impl Turn {
    fn per_request(&self, nanos: u64) -> f64 {
        nanos as f64 / 1e3 / self.requests
    }

    fn micros(&self) -> f64 {
        self.per_request(self.used.app + self.used.postgres + self.used.pooler)
    }

    fn rate(&self) -> f64 {
        self.requests / self.seconds
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
