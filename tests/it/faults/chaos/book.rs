//! What was answered, what was left, and what must therefore stand in which workspace.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use core_testing::Answer;

/// Kept by all clients together.
#[derive(Default)]
pub(super) struct Book {
    answers: AtomicU64,
    left: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The site said that it is saved.
    made: HashSet<String>,
    /// Nobody waited for what the site said.
    perhaps: HashSet<String>,
    counted: BTreeMap<(&'static str, u16), u64>,
    wrong: Vec<String>,
}

impl Book {
    pub(super) fn answers(&self) -> u64 {
        self.answers.load(Relaxed)
    }

    /// A client went away before the answer.
    pub(super) fn left(&self, name: Option<String>) {
        self.left.fetch_add(1, Relaxed);
        self.kept.lock().unwrap().perhaps.extend(name);
    }

    /// The site said that this is saved.
    pub(super) fn made(&self, name: String) {
        self.kept.lock().unwrap().made.insert(name);
    }

    /// Looks at an answer of the workspace with this number.
    pub(super) fn note(&self, place: usize, what: &'static str, answer: &Answer, good: bool) {
        self.answers.fetch_add(1, Relaxed);
        let seen = marks(&answer.text);
        let foreign = seen.iter().any(|mark| *mark != Some(place));
        let unmarked = answer.status == 200 && seen.is_empty();
        let mut kept = self.kept.lock().unwrap();
        *kept.counted.entry((what, answer.status)).or_default() += 1;
        if foreign || unmarked || !good {
            let seen: HashSet<_> = seen.into_iter().collect();
            let status = answer.status;
            kept.wrong.push(format!("{what} at {place} got {status} with marks {seen:?}"));
        }
    }

    /// What stands in a workspace against what was sent there.
    pub(super) fn compare(&self, place: usize, names: &[String]) {
        let mut kept = self.kept.lock().unwrap();
        let mark = format!("chaos{place:03} ");
        let there: HashSet<_> = names.iter().collect();
        let sent = |name: &&String| name.starts_with(&mark);
        let lost = kept.made.iter().filter(sent).filter(|name| !there.contains(name));
        let lost: Vec<_> = lost.map(|name| format!("{name} was saved and is gone")).collect();
        let known = |name: &String| kept.made.contains(name) || kept.perhaps.contains(name);
        let before = [format!("{mark}first"), format!("{mark}project ")];
        let before = |name: &String| before.iter().any(|start| name.starts_with(start));
        let odd = names.iter().filter(|name| !(before(name) || sent(name) && known(name)));
        let odd: Vec<_> = odd.map(|name| format!("{name} is at {place}, unasked")).collect();
        kept.wrong.extend(lost);
        kept.wrong.extend(odd);
    }

    pub(super) fn print(&self, took: Duration) {
        let (answers, left) = (self.answers(), self.left.load(Relaxed));
        let kept = self.kept.lock().unwrap();
        let rate = answers as f64 / took.as_secs_f64();
        let mismatches = kept.wrong.len();
        eprintln!(
            "{answers} answers in {took:.1?} ({rate:.0}/s), {left} left early, {mismatches} mismatches"
        );
        eprintln!("{:?}", kept.counted);
    }

    pub(super) fn assert_clean(&self, at_least: u64) {
        let kept = self.kept.lock().unwrap();
        let some: Vec<_> = kept.wrong.iter().take(10).collect();
        assert!(kept.wrong.is_empty(), "{} mismatches: {some:#?}", kept.wrong.len());
        let busy: u64 = kept.counted.iter().filter(|(of, _)| of.1 == 503).map(|(_, n)| n).sum();
        let served = self.answers() - busy;
        assert!(served >= at_least && busy < served, "{served} served, {busy} told to come back");
        assert!(!kept.made.is_empty() && !kept.perhaps.is_empty(), "nobody wrote, or nobody left");
    }
}

/// The numbers of the workspaces that a page speaks of.
fn marks(page: &str) -> Vec<Option<usize>> {
    let page = page.to_ascii_lowercase();
    let after = page.split("chaos").skip(1);
    // A search for the bare word is repeated on the page.
    let numbered = after.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    numbered.map(|rest| rest.get(..3).and_then(|number| number.parse().ok())).collect()
}
