//! The dashboard and the alerts ask for numbers that are there, and leave none of ours out.

use std::{collections::BTreeSet, fs, path::Path};

use core_testing::Stage;

use super::{metrics::on_each, scrape::Scrape};

fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    fs::read_to_string(root.join(path)).unwrap()
}

/// Words of a query that are names of numbers.
fn asked(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let ours = |word: &&str| word.starts_with("groundwork_") || word.starts_with("process_");
    words.filter(ours).map(str::to_owned).collect()
}

async fn compare(stage: &Stage) {
    let there = Scrape::of_stage(stage).await.names();
    let board = text("infra/grafana/groundwork.json");
    serde_json::from_str::<serde_json::Value>(&board).unwrap();
    let alerts = text("infra/prometheus/alerts.yaml");
    let used: BTreeSet<_> = asked(&board).union(&asked(&alerts)).cloned().collect();
    assert!(used.len() > 10, "{used:?}");
    let missing: Vec<_> = used.difference(&there).collect();
    assert!(missing.is_empty(), "asked for, but not there: {missing:?}\nthere: {there:#?}");
    // Nobody asks for the parts of a distribution that its other parts already tell.
    let parts = |name: &&String| !name.ends_with("_sum");
    let unseen: Vec<_> = there.difference(&used).filter(parts).collect();
    assert!(unseen.is_empty(), "neither drawn nor watched: {unseen:?}");
}

#[tokio::test]
async fn every_number_that_the_dashboard_or_an_alert_names_is_exposed_and_each_is_named() {
    on_each(compare).await;
}
