//! A resource tried whole, on each store: by strangers, viewers and other workspaces, with nonsense in each
//! field and filter, with forged fields, and by two people at once.

use core_db::TenantDb;
use core_resource::Row;
use platform::{App, AppResource, Table};
use uuid::Uuid;

use super::things::{filled, fresh, made, pairs, resource_things};
use crate::{
    Actor, Role, Samples, Stage, Things, Workspace, assert_foreign_ids_do_not_exist,
    assert_owner_sees_every_get, assert_strangers_are_turned_away, assert_viewers_cannot_change,
    for_each_store,
};

/// What nobody means to type.
const NONSENSE: [&str; 6] =
    ["a\0b", "<script>alert(1)</script>", "[1, {}]", "9999999999999999999999", "🙃", "none"];

/// Every resource of these apps does what every resource does.
pub async fn assert_resources(apps: impl Fn() -> Vec<App>) {
    for_each_store(apps, async |stage| {
        let at = stage.tenant("resources").await;
        let owner = stage.member(&at, Role::Owner).await;
        assert!(!stage.registry.resources.is_empty(), "these apps have no resource");
        assert_migrated(stage).await;
        let described = stage.registry.resources.iter();
        for one in described.filter(|one| !one.resource.is_read_only()) {
            let trial = Trial { stage, at: &at, owner: &owner, one };
            trial.what_cannot_be_set_is_not_set().await;
            trial.nonsense_is_refused_and_kept().await;
            trial.nonsense_in_addresses_narrows_nothing().await;
            trial.two_people_lose_nothing().await;
            trial.rows_come_back_from_json().await;
            trial.every_button_answers().await;
        }
        let mut things = Things::default();
        resource_things(&stage.registry, &owner, &mut things).await;
        let samples = Samples::of(&things);
        assert_strangers_are_turned_away(stage, &at, &samples).await;
        assert_viewers_cannot_change(stage, &at, &samples).await;
        assert_foreign_ids_do_not_exist(stage, &at, &samples).await;
        assert_owner_sees_every_get(stage, &at, &samples).await;
    })
    .await;
}

/// Does the store have every column of the entities?
async fn assert_migrated(stage: &Stage) {
    let pair = |table: &Table| (table.name.clone(), table.columns.clone());
    let tables: Vec<_> = Table::core().iter().chain(&stage.registry.tables).map(pair).collect();
    let drift = stage.store.schema_drift(&tables).await;
    let lacking =
        drift.map_err(core_base::Error::into_anyhow).expect("the store can be read").lacking;
    let columns: Vec<_> = lacking.iter().map(|(_, column)| column).collect();
    assert!(columns.is_empty(), "no migration makes {columns:?}: run `make makemigrations`");
}

struct Trial<'a> {
    stage: &'a Stage,
    at: &'a Workspace,
    owner: &'a Actor,
    one: &'a AppResource,
}

impl Trial<'_> {
    async fn row(&self, path: &str) -> Row {
        let id: Uuid = path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        let resource = self.one.resource.clone();
        let find = |db: TenantDb| async move { resource.find(&db, id).await };
        self.stage.write_in(self.at, find).await.expect("the row is there")
    }

    async fn what_cannot_be_set_is_not_set(&self) {
        let Self { owner, one, .. } = self;
        let path = made(one, owner).await;
        let before = self.row(&path).await;
        for name in one.resource.unchangeable() {
            for forged in ["99", "true", "2020-01-01", &owner.member_id().to_string(), "forged"] {
                let form = owner.get(&format!("{path}/edit")).await.form(&path);
                owner.submit(&form, &[(name, forged)]).await;
            }
        }
        assert_eq!(self.row(&path).await, before, "{path}: a forged field changed something");
    }

    async fn nonsense_is_refused_and_kept(&self) {
        let Self { owner, one, .. } = self;
        let path = made(one, owner).await;
        let edit = format!("{path}/edit");
        let long = "x".repeat(10_000);
        for sample in one.resource.samples(fresh()) {
            for wrong in NONSENSE.iter().copied().chain([&*long]) {
                let form = owner.get(&edit).await.form(&path);
                let before = self.row(&path).await;
                let answer = owner.submit(&form, &[(sample.name, wrong)]).await;
                let what = format!("{path}: {wrong:.20} as {}", sample.name);
                assert!([303, 422].contains(&answer.status), "{what}: {}", answer.status);
                assert!(!answer.text.contains("<script>alert(1)"), "{what}: markup in the page");
                if answer.status == 422 {
                    assert_eq!(self.row(&path).await, before, "{what}: refused, and changed");
                    let kept = answer.form(&path);
                    let others = form
                        .fields
                        .iter()
                        .filter(|(name, _)| *name != sample.name && name != "_csrf");
                    for (name, text) in others {
                        assert_eq!(kept.value(name), Some(&**text), "{what}: {name} was lost");
                    }
                }
            }
        }
    }

    /// Each button under the list is done, or says why not; a fault in an action of the app's shows here.
    async fn every_button_answers(&self) {
        let Self { owner, one, .. } = self;
        for button in one.resource.buttons() {
            let path = made(one, owner).await;
            let id = path.rsplit('/').next().unwrap_or_default();
            let samples = filled(one, owner, button.samples).await;
            let sure = [("id", id), ("action", &*button.action), ("sure", "true")];
            let sent = [&sure[..], &pairs(&samples)].concat();
            let page = owner.follow(owner.post(&format!("{}/bulk", one.path), &sent).await).await;
            let what = format!("{}: {}", one.path, button.action);
            assert!(page.status < 500, "{what}: {}", page.words());
            let unknown = page.has_text("There is no field “");
            assert!(!unknown, "{what} names a field that there is not: {}", page.words());
        }
    }

    async fn nonsense_in_addresses_narrows_nothing(&self) {
        let Self { owner, one, .. } = self;
        let path = one.path;
        let known = owner.get(path).await;
        let rows = known.text.matches("<tr").count();
        for sample in one.resource.filter_samples() {
            let address = format!("{path}?{}=%3Cscript%3E", sample.name);
            let answer = owner.get(&address).await;
            assert_eq!(answer.status, 200, "{address}");
            assert_eq!(answer.text.matches("<tr").count(), rows, "{address} narrows the list");
            let bulk = format!("{path}/bulk?{}=%3Cscript%3E", sample.name);
            let all = owner.post(&bulk, &[("all", "true"), ("action", "delete")]).await;
            let page = owner.follow(all).await;
            assert!(page.has_text("Nothing was changed"), "{bulk}: {}", page.words());
        }
        for address in ["sort=nothing", "page=0", "page=999999", "per_page=-1", "q=%00"] {
            let answer = owner.get(&format!("{path}?{address}")).await;
            assert_eq!(answer.status, 200, "{path}?{address}");
        }
    }

    async fn two_people_lose_nothing(&self) {
        let Self { stage, at, owner, one } = self;
        let colleague = stage.member(at, Role::Owner).await;
        let path = made(one, owner).await;
        let edit = format!("{path}/edit");
        let (mine, theirs) = (owner.get(&edit).await.form(&path), colleague.get(&edit).await);
        let other = filled(one, owner, one.resource.samples(fresh())).await;
        let saved = colleague.submit(&theirs.form(&path), &pairs(&other)).await;
        assert_eq!(saved.status, 303, "{}", saved.words());
        let last = filled(one, owner, one.resource.samples(fresh())).await;
        let late = owner.submit(&mine, &pairs(&last)).await;
        if mine.value("version").is_some_and(|version| version != "0") {
            assert_eq!(late.status, 409, "{path}: saved over what nobody has seen");
            let again = late.form(&path);
            for (name, text) in pairs(&last).iter().filter(|(_, text)| *text != "true") {
                assert_eq!(again.value(name), Some(*text), "{path}: {name} was lost");
            }
        }
        let ask = format!("{path}/delete");
        assert_eq!(colleague.post(&ask, &[]).await.status, 303);
        let late = owner.submit(&mine, &pairs(&last)).await;
        assert_eq!(late.status, 404, "{path}: it was deleted meanwhile");
        let again = late.form(one.path);
        for (name, text) in pairs(&last).iter().filter(|(_, text)| *text != "true") {
            assert_eq!(again.value(name), Some(*text), "{path}: {name} was lost with its row");
        }
    }

    async fn rows_come_back_from_json(&self) {
        let Self { owner, one, .. } = self;
        let row = self.row(&made(one, owner).await).await;
        let mut errors = core_ui::Errors::default();
        let json = one.resource.json(&row);
        let draft = one.resource.restore(&json, &mut errors);
        let wrong: Vec<_> = errors.iter().collect();
        assert!(wrong.is_empty(), "{}: {wrong:?} of {json:?}", one.path);
        let version = one.resource.version(&row);
        let (resource, id) = (one.resource.clone(), row.id);
        let save = |db: TenantDb| async move {
            resource.save(&db, id, version, draft, core_ui::Errors::default()).await
        };
        let saved = self.stage.write_in(self.at, save).await;
        assert!(matches!(&saved, core_resource::Saved::Yes(same) if *same == row), "{saved:?}");
    }
}
