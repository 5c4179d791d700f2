//! What the system knows of this process, under the names that Prometheus gives it everywhere.

use std::fs;

use crate::text::Family;

/// Linux counts processor time for programs in hundredths of a second.
const TICKS: f64 = 100.0;

/// Memory, processor time, open files and threads. What cannot be read is left out.
pub(crate) fn families() -> Vec<Family> {
    let mut families = vec![];
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kilobytes) = field(&status, "VmRSS:") {
        let family = Family::gauge("process_resident_memory_bytes", "Resident memory");
        families.push(family.of(kilobytes * 1024.0));
    }
    if let Some(threads) = field(&status, "Threads:") {
        families.push(Family::gauge("process_threads", "Threads").of(threads));
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        let open = files.count() as f64;
        families.push(Family::gauge("process_open_fds", "Open file descriptors").of(open));
    }
    if let Some(seconds) = cpu_seconds() {
        families.push(Family::counter("process_cpu_seconds", "Processor time").of(seconds));
    }
    families
}

/// The number after `name` in `/proc/self/status`.
fn field(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS)
}
