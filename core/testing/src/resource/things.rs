//! Two rows of each resource, the pages about them, and what can be sent: for whatever looks at all routes.

use std::sync::atomic::{AtomicU32, Ordering};

use core_resource::{Refers, Sample};
use platform::{AppResource, Registry};

use crate::{Actor, Things};

/// Makes them. Forms stand in an order in which each changes something.
pub async fn resource_things(of: &Registry, owner: &Actor, things: &mut Things) {
    for one in &of.resources {
        let is_mounted = |path: &&str| of.routes.iter().any(|route| route.path == *path);
        let mut places = vec![one.path, one.admin_path];
        places.dedup();
        for path in places.into_iter().filter(is_mounted) {
            match one.resource.is_read_only() {
                true => of_read_only(one, path, owner, things).await,
                false => of_one(one, path, owner, things).await,
            }
        }
    }
}

/// What is read here and made elsewhere: the first row that there is.
async fn of_read_only(one: &AppResource, path: &'static str, owner: &Actor, things: &mut Things) {
    let list = owner.get(path).await;
    let start = format!("href=\"{path}/");
    let mut ids = list.text.split(&start).filter_map(|rest| rest.split('"').next());
    let id = ids.find(|id| id.parse::<uuid::Uuid>().is_ok());
    let id = id.unwrap_or_else(|| panic!("{path} has no row: {}", list.words()));
    things.page(path, format!("{path}?q=a"));
    for sample in filled(one, owner, one.resource.filter_samples()).await {
        things.page(path, format!("{path}?{}={}", sample.0, sample.1));
    }
    things.page(leak(format!("{path}/{{id}}")), format!("{path}/{id}"));
    things.page(leak(format!("{path}/{{id}}/then")), format!("{path}/{id}/then"));
}

async fn of_one(one: &AppResource, path: &'static str, owner: &Actor, things: &mut Things) {
    let resource = &one.resource;
    let row = leak(format!("{path}/{{id}}"));
    let (first, second) = (made_at(one, path, owner).await, made_at(one, path, owner).await);
    let id = second.rsplit('/').next().unwrap_or_default();

    things.page(path, format!("{path}?q=a"));
    for sample in filled(one, owner, resource.filter_samples()).await {
        things.page(path, format!("{path}?{}={}", sample.0, sample.1));
    }
    things.page(row, &first);
    things.page(leak(format!("{row}/edit")), format!("{first}/edit"));
    things.page(leak(format!("{row}/delete")), format!("{first}/delete"));
    restored(one, path, owner, things).await;
    undone(one, path, owner, things).await;
    imported(one, path, owner, things).await;
    let edit = filled(one, owner, resource.samples(fresh())).await;
    things.form(path, path, &pairs(&filled(one, owner, resource.samples(fresh())).await));
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

/// A row that was changed, and the field of its title as it was before.
async fn restored(one: &AppResource, path: &'static str, owner: &Actor, things: &mut Things) {
    let row = made_at(one, path, owner).await;
    let other = filled(one, owner, one.resource.samples(fresh())).await;
    let sent = [&pairs(&other)[..], &[("version", "1")]].concat();
    assert_eq!(owner.post(&row, &sent).await.status, 303, "{row} is not changed");
    let page = owner.get(&row).await;
    let start = format!("href=\"{row}/then?entry=");
    let entry = page.text.split(&start).nth(1).and_then(|rest| rest.split('"').next());
    let entry = entry.unwrap_or_else(|| panic!("{path} tells no change: say what `audit()` is"));
    let then = format!("{row}/then");
    let restore = format!("{row}/restore?entry={entry}");
    let page = owner.get(&format!("{then}?entry={entry}")).await.form(&restore);
    let field = page.value("field").unwrap_or_default().to_owned();
    things.page(leak(format!("{path}/{{id}}/then")), format!("{then}?entry={entry}"));
    let route = leak(format!("{path}/{{id}}/restore"));
    things.form(route, restore, &[("version", "2"), ("field", &field)]);
}

/// Two rows that were deleted, each by itself: one can be looked at, the other is brought back.
async fn undone(one: &AppResource, path: &'static str, owner: &Actor, things: &mut Things) {
    let mut ways = vec![];
    for _ in 0..2 {
        let gone = made_at(one, path, owner).await;
        let list = owner.follow(owner.post(&format!("{gone}/delete"), &[]).await).await;
        let start = format!("href=\"{path}/undo/");
        let id = list.text.split(&start).nth(1).and_then(|rest| rest.split('"').next());
        let id = id.unwrap_or_else(|| {
            panic!(
                "{path}: what is deleted can't be brought back: say `.restorable()` in `audit()`"
            )
        });
        ways.push(format!("{path}/undo/{id}"));
    }
    let route = leak(format!("{path}/undo/{{id}}"));
    things.page(route, &ways[0]);
    things.form(route, &ways[1], &[]);
}

/// Files of one row each: one to look at, and one that goes on to be checked.
async fn imported(one: &AppResource, path: &'static str, owner: &Actor, things: &mut Things) {
    // Without ids: a file of them is nobody's but its reader's.
    let samples = one.resource.samples(fresh()).into_iter().filter(|one| one.refers.is_none());
    let fields = filled(one, owner, samples.collect()).await;
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let head = line(fields.iter().map(|(name, _)| cell(name)).collect());
    let row = line(fields.iter().map(|(_, text)| cell(text)).collect());
    let list = leak(format!("{path}/import"));
    // Of one column, so that its page has each name once.
    let narrow = fields.first().map(|(name, text)| format!("{name}\n{}\n", cell(text)));
    let mut ways = vec![];
    for _ in 0..2 {
        let answer = owner.post(list, &[("rows", narrow.as_deref().unwrap_or_default())]).await;
        assert_eq!(answer.status, 303, "{list}: {}", answer.words());
        ways.push(answer.location().to_owned());
    }
    let route = leak(format!("{path}/import/{{id}}"));
    things.page(route, &ways[0]);
    things.page(leak(format!("{route}/failed")), format!("{}/failed", ways[0]));
    things.form(list, list, &[("rows", &*format!("{head}{row}"))]);
    let file = leak(format!("{list}/file"));
    things.form(file, format!("{file}?name=rows.csv"), &[("file", &*format!("{head}{row}"))]);
    let first = fields.first().map_or("", |(name, _)| *name);
    things.form(route, &ways[1], &[("action", "check"), ("column", first)]);
}

/// The number of a row that nobody has made yet: several resources may share a table.
pub(super) fn fresh() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// A new row; gives its path.
pub(super) async fn made(one: &AppResource, owner: &Actor) -> String {
    made_at(one, one.path, owner).await
}

/// A new row, at one of the places where the resource is; gives its path there.
async fn made_at(one: &AppResource, path: &str, owner: &Actor) -> String {
    let fields = filled(one, owner, one.resource.samples(fresh())).await;
    let answer = owner.post(path, &pairs(&fields)).await;
    assert!(answer.status < 500, "{path} fails on a made-up row: {}", answer.words());
    assert_eq!(
        answer.status,
        303,
        "{} takes no made-up row: say what fits at the field, `.sample(…)`: {}",
        path,
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
