//! Random actions through pages, jobs, sets of rows, imports, undoing and archives: what the trail says is what changed.

use std::collections::BTreeSet;

use core_access::archives;
use core_base::Error;
use core_testing::{Actor, Role};
use platform::OnUnique;
use projects::{
    project::{ActiveModel, Column, Entity},
    testing::{make, named},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

use super::{catalog, chain_holds, entries, replay, rows, told_tables};
use crate::{
    archives::tables,
    jobs::{MakeProject, leave},
    random::Random,
    world::{World, everywhere},
};

/// Rounds on each store.
const ROUNDS: usize = 60;

#[tokio::test]
async fn the_trail_says_what_changed_and_nothing_else() {
    everywhere(async |world| {
        let mut random = Random::new();
        let dir = tempfile::tempdir().unwrap();
        let archive = dir.path().join("before.gz");
        let made = archives::export(&world.stage.store, &world.acme.tenant, &archive).await;
        made.map_err(Error::into_anyhow).unwrap();
        let mut others: Vec<Actor> = vec![];
        for round in 0..ROUNDS {
            act(world, &mut random, &mut others, round, &archive).await;
        }
        world.stage.run_jobs().await;
        let told = entries(&world.stage, &world.acme).await;
        let kinds: BTreeSet<_> = told.iter().map(|one| (&*one.entity, &*one.action)).collect();
        assert!(kinds.len() >= 6, "{} entries of {kinds:?}", told.len());
        assert_eq!(replay(&told, &told_tables()), rows(&world.stage, &world.acme).await);
        chain_holds(&world.stage, &world.acme).await.unwrap();
        catalog::assert_told(&world.stage).await;
    })
    .await;
}

/// A page that asks first is answered.
async fn post(by: &Actor, path: &str, fields: &[(&str, &str)]) {
    let answer = by.post(path, fields).await;
    if answer.status == 200
        && let Some(form) = answer.forms().into_iter().find(|form| form.path() == path)
    {
        by.submit(&form, &[]).await;
    }
}

async fn act(
    world: &World,
    random: &mut Random,
    others: &mut Vec<Actor>,
    round: usize,
    archive: &std::path::Path,
) {
    let (stage, acme, ana) = (&world.stage, &world.acme, &world.ana);
    let all =
        stage.write_in(acme, |db| async move { Ok(db.find::<Entity>().all(&db).await?) }).await;
    let one = (!all.is_empty()).then(|| &all[random.below(all.len() as u64) as usize]);
    let name = format!("P{}", random.below(20));
    match random.below(16) {
        0 | 1 => {
            let owner = others.first().map(|who| who.member_id().to_string());
            let fields = [("name", &*name), ("owner", owner.as_deref().unwrap_or("")), ("due", "")];
            ana.post("/projects", &fields).await;
        }
        2 => {
            let Some(one) = one else { return };
            let path = format!("/projects/{}", one.id);
            let form = ana.get(&format!("{path}/edit")).await.form(&path);
            ana.submit(&form, &[("name", &*name), ("summary", "x ⇄ \"y\""), ("status", "at_risk")])
                .await;
        }
        3 => {
            let ids: Vec<_> = all.iter().take(3).map(|row| row.id.to_string()).collect();
            let mut fields: Vec<_> = ids.iter().map(|id| ("id", &**id)).collect();
            fields.push((
                "action",
                ["set-status-on_track", "set-status-at_risk", "set-status-done", "delete"]
                    [random.below(4) as usize],
            ));
            post(ana, "/projects/bulk", &fields).await;
        }
        4 => {
            let email = format!("guest{}@example.test", random.below(4));
            let fields = [("emails", &*email), ("role", "viewer")];
            ana.post("/settings/members/invite", &fields).await;
        }
        5 => others.push(stage.member(acme, Role::Member).await),
        6 => {
            let Some(who) = others.last() else { return };
            let path = format!("/settings/members/{}/role", who.member_id());
            ana.post(&path, &[("role", ["admin", "viewer"][random.below(2) as usize])]).await;
        }
        7 => {
            let Some(who) = others.pop() else { return };
            post(ana, &format!("/settings/members/{}/remove", who.member_id()), &[]).await;
        }
        8 => {
            ana.post("/settings/roles/new", &[("name", &*format!("Role {round}"))]).await;
        }
        9 => leave(stage, acme, vec![MakeProject { name }]).await,
        10 => {
            let pushed = |db: platform::TenantDb| async move {
                let all = db.update_many::<Entity>().filter(Column::Name.like("P1%"));
                Ok(all.col_expr(Column::Summary, Expr::col(Column::Name)).exec(&db).await?)
            };
            stage.write_in(acme, pushed).await;
        }
        11 => {
            let (one, two) = (format!("Q{round}"), format!("R{round}"));
            let some = |db: platform::TenantDb| async move {
                let model = make(&db, named(&one)).await?;
                // A name that is taken is undone behind its savepoint, and what comes after stays.
                let twin = ActiveModel {
                    id: Set(projects::project::ProjectId::new()),
                    ..model.into_active_model()
                };
                let taken = db.insert(twin).on_unique(&db, "projects_name_key", || ()).await?;
                assert!(taken.is_err());
                make(&db, named(&two)).await.map(drop)
            };
            stage.write_in(acme, some).await;
        }
        12 => {
            let gone = |db: platform::TenantDb| async move {
                let some = db.delete_many::<Entity>().filter(Column::Name.gt("Q"));
                Ok(some.exec(&db).await?)
            };
            stage.write_in(acme, gone).await;
        }
        13 => {
            let rows = format!("Name,Status\n{name},done\nP{},At risk\n,done\n", random.below(20));
            let brought = ana.post("/projects/import", &[("rows", &*rows)]).await;
            let path = brought.location().to_owned();
            let matched = ["", "name"][random.below(2) as usize];
            let columns = [("column", "name"), ("column", "status"), ("matched_by", matched)];
            ana.post(&path, &[&[("action", "check")][..], &columns].concat()).await;
            stage.run_jobs().await;
            ana.post(&path, &[("action", "start")]).await;
            stage.run_jobs().await;
        }
        14 => {
            let page = ana.get("/projects/undo").await;
            let ways = page.text.split("href=\"").filter_map(|rest| rest.split('"').next());
            let ways: Vec<_> = ways.filter(|way| way.starts_with("/projects/undo/")).collect();
            if !ways.is_empty() {
                post(ana, ways[random.below(ways.len() as u64) as usize], &[]).await;
            }
        }
        _ if round.is_multiple_of(3) => {
            let back = archives::restore(&stage.store, &acme.tenant, archive, &tables()).await;
            back.map_err(Error::into_anyhow).unwrap();
            others.clear();
        }
        _ => drop(stage.run_jobs().await),
    }
}
