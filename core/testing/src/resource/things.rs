//! Two rows of each resource, the pages about them, and what can be sent: for whatever looks at all routes.

use std::sync::atomic::{AtomicU32, Ordering};

use core_resource::{Refers, Sample};
use platform::{AppResource, Registry};

use crate::{Actor, Things};

/// Makes them. Forms stand in an order in which each changes something.
pub async fn resource_things(of: &Registry, owner: &Actor, things: &mut Things) {
    for one in &of.resources {
        of_one(one, owner, things).await;
    }
}

async fn of_one(one: &AppResource, owner: &Actor, things: &mut Things) {
    let AppResource { resource, path, .. } = one;
    let row = leak(format!("{path}/{{id}}"));
    let (first, second) = (made(one, owner).await, made(one, owner).await);
    let id = second.rsplit('/').next().unwrap_or_default();

    things.page(path, format!("{path}?q=a"));
    for sample in filled(one, owner, resource.filter_samples()).await {
        things.page(path, format!("{path}?{}={}", sample.0, sample.1));
    }
    things.page(row, &first);
    things.page(leak(format!("{row}/edit")), format!("{first}/edit"));
    things.page(leak(format!("{row}/delete")), format!("{first}/delete"));
    let edit = filled(one, owner, resource.samples(fresh())).await;
    things.form(path, *path, &pairs(&filled(one, owner, resource.samples(fresh())).await));
    things.form(row, &first, &[&pairs(&edit)[..], &[("version", "1")]].concat());
    things.form(leak(format!("{row}/delete")), format!("{first}/delete"), &[]);
    let bulk = leak(format!("{path}/bulk"));
    for button in resource.buttons() {
        let samples = filled(one, owner, button.samples).await;
        let asked = [("id", id), ("action", &*button.action)];
        if button.is_asking {
            things.after(bulk, &asked);
        }
        let sure = [&asked[..], &[("sure", "true")], &pairs(&samples)].concat();
        things.form(bulk, bulk, &sure);
    }
}

/// The number of a row that nobody has made yet: several resources may share a table.
pub(super) fn fresh() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// A new row; gives its path.
pub(super) async fn made(one: &AppResource, owner: &Actor) -> String {
    let fields = filled(one, owner, one.resource.samples(fresh())).await;
    let answer = owner.post(one.path, &pairs(&fields)).await;
    assert_eq!(
        answer.status,
        303,
        "{} takes no made-up row: say what fits at the field, `.sample(…)`: {}",
        one.path,
        answer.words()
    );
    answer.location().to_owned()
}

/// The samples with the rows that they refer to.
pub(super) async fn filled(
    one: &AppResource,
    owner: &Actor,
    samples: Vec<Sample>,
) -> Vec<(&'static str, String)> {
    let mut all = vec![];
    for Sample { name, text, refers } in samples {
        let text = match refers {
            None => text,
            Some(Refers::Person) => owner.member_id().to_string(),
            Some(Refers::Other(of)) => {
                let offered = owner.get(&format!("{}/options?of={of}", one.path)).await;
                let first = offered.text.split('"').nth(1).unwrap_or_default().to_owned();
                assert!(!first.is_empty(), "{}: {name} has nothing to refer to", one.path);
                first
            }
        };
        all.push((name, text));
    }
    all
}

pub(super) fn pairs<'a>(all: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    all.iter().map(|(name, text)| (*name, &**text)).collect()
}

/// Routes are known by texts that stay.
fn leak(text: String) -> &'static str {
    text.leak()
}
