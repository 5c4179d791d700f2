//! CPU time of processes, read from `/proc` in nanoseconds.

use anyhow::{Context, Result};
use std::{collections::HashMap, fs};

/// CPU time used so far by everything that takes part.
pub struct Reading {
    app: u64,
    postgres: HashMap<u32, u64>,
    pooler: u64,
    machine: u64,
}

/// CPU nanoseconds used between two readings.
#[derive(Clone, Copy, Default)]
pub struct Used {
    /// This program.
    pub app: u64,
    /// All processes of the PostgreSQL cluster.
    pub postgres: u64,
    /// PgBouncer.
    pub pooler: u64,
    /// Everything else on the machine.
    pub others: u64,
}

/// The processes to read.
#[derive(Clone, Copy)]
pub struct Processes {
    /// The postmaster.
    pub postmaster: u32,
    /// PgBouncer.
    pub pooler: u32,
}

impl Processes {
    /// Reads all of them.
    pub fn read(self) -> Result<Reading> {
        Ok(Reading {
            postgres: children(self.postmaster)?.into_iter().map(|pid| (pid, of(pid))).collect(),
            pooler: of(self.pooler),
            machine: machine()?,
            app: own()?,
        })
    }

    /// What was used since an earlier reading.
    pub fn since(self, start: &Reading) -> Result<Used> {
        let now = self.read()?;
        let app = now.app - start.app;
        let grown = |(pid, used): (&u32, &u64)| {
            used.saturating_sub(start.postgres.get(pid).copied().unwrap_or(0))
        };
        let postgres = now.postgres.iter().map(grown).sum();
        let pooler = now.pooler.saturating_sub(start.pooler);
        let others = (now.machine - start.machine).saturating_sub(app + postgres + pooler);
        Ok(Used { app, postgres, pooler, others })
    }
}

/// The parent of a process.
pub fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name stands in brackets and may hold anything.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Private memory of a process in bytes: no shared buffers, no program text.
pub fn private_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn children(of: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let pid = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        found.extend(pid.filter(|&pid| parent(pid) == Some(of)));
    }
    Ok(found)
}

/// A process that has ended has used nothing since.
fn of(pid: u32) -> u64 {
    first_number(&format!("/proc/{pid}/schedstat")).unwrap_or(0)
}

fn own() -> Result<u64> {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task")? {
        sum += first_number(&task?.path().join("schedstat").to_string_lossy()).unwrap_or(0);
    }
    Ok(sum)
}

fn first_number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.split(' ').next()?.parse().ok()
}

/// Busy time of all cores: user, nice, system, interrupts and what the hypervisor took, in ticks of 10 ms.
fn machine() -> Result<u64> {
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("/proc/stat is empty")?;
    let ticks: Vec<u64> = line.split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    Ok([0, 1, 2, 5, 6, 7].iter().filter_map(|&i| ticks.get(i)).sum::<u64>() * 10_000_000)
}
