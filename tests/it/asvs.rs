//! `docs/asvs.md` names tests that exist, and each item that applies once.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// Levels 1 and 2 of ASVS 5.0.0, without those that the page says do not apply.
const ITEMS: &str = "
    6.1.1 6.1.2 6.1.3 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 6.3.1 6.3.2 6.3.3
    6.3.4 6.4.1 6.4.2 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.2 6.6.3 6.8.1 6.8.2 6.8.4 7.1.1 7.1.2 7.1.3
    7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 9.1.1 9.1.2 9.1.3
    9.2.1 9.2.2 9.2.3 9.2.4 10.1.1 10.1.2 10.2.1 10.2.2 10.5.1 10.5.2 10.5.3 10.5.4";

#[test]
fn each_item_is_met_by_a_test_that_exists_or_said_not_to_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let page = fs::read_to_string(root.join("docs/asvs.md")).unwrap();
    let (met, not_met) = page.split_once("## Not met").unwrap_or((&page, ""));
    let rows = |text: &str| -> Vec<Vec<String>> {
        let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
        let is_item = |line: &&str| line.starts_with("| ") && line[2..3].parse::<u8>().is_ok();
        text.lines().filter(is_item).map(cells).collect()
    };
    let wanted: BTreeSet<String> = ITEMS.split_whitespace().map(str::to_owned).collect();
    let all = [rows(met), rows(not_met)].concat();
    let named: BTreeSet<String> = all.iter().map(|row| row[1].clone()).collect();
    assert_eq!(named, wanted);
    assert_eq!(named.len(), all.len(), "an item stands there twice");
    let found = Command::new("git")
        .args(["grep", "--untracked", "-hoE", r"(async )?fn [a-z0-9_]+\(\)", "--", "*.rs"])
        .current_dir(root)
        .output()
        .unwrap();
    let found = String::from_utf8(found.stdout).unwrap();
    let tests: BTreeSet<&str> =
        found.lines().filter_map(|line| line.split("fn ").nth(1)?.strip_suffix("()")).collect();
    let mut missing = vec![];
    for row in rows(met) {
        let shown: Vec<_> = row[3].split('`').skip(1).step_by(2).collect();
        assert!(!shown.is_empty(), "{} names no test", row[1]);
        missing.extend(shown.into_iter().filter(|test| !tests.contains(test)).map(str::to_owned));
    }
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}
