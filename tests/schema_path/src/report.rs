//! The report as Markdown on standard output.

use crate::rounds::{Effort, Table};

/// Says what was measured and how.
pub fn head(effort: Effort, postgres: &str, machine: &str) {
    println!("# Finding the tenant's schema on PostgreSQL\n");
    println!("PostgreSQL {postgres}; {machine}.");
    println!(
        "Eight connections, eight requests in flight; {} interleaved rounds of {} s a way, medians. \
         A request is a page of 25 projects joined with their owners' names, and a count. \
         CPU µs per request; ratio: application + PostgreSQL + PgBouncer against the floor of the \
         same round (least–most). Memory: private memory of one backend at the end.",
        effort.rounds,
        effort.turn.as_secs_f64()
    );
}

/// Prints one table.
pub fn table(title: &str, table: &Table) {
    let [median, most] = table.others.map(|share| share * 100.0);
    println!("\n## {title}\n");
    println!("Others used {median:.0} % of the machine's CPU (at most {most:.0} % in a turn).\n");
    println!(
        "| way | app µs | PostgreSQL µs | PgBouncer µs | ratio | requests/s | of floor | MB a backend |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for line in &table.lines {
        let [app, postgres, pooler] = line.micros;
        let pooler = if pooler < 0.5 { "–".into() } else { format!("{pooler:.0}") };
        let [ratio, least, most] = line.ratio;
        let memory = line.memory.map_or("–".into(), |bytes| format!("{:.1}", bytes as f64 / 1e6));
        println!(
            "| {} | {app:.0} | {postgres:.0} | {pooler} | {ratio:.2} ({least:.2}–{most:.2}) | {:.0} | {:.2} | {memory} |",
            line.name, line.rate, line.rate_ratio
        );
    }
}
