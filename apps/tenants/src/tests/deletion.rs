//! Deleting a workspace: by its owners, undone by its owners, erased after thirty days.

use core_testing::{Actor, Answer, Role, Stage, Workspace, for_each_store};
use platform::{
    Later, clock,
    workspaces::{Status, catalog::tenant},
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::{acme, apps};
use crate::{jobs::EraseDue, workspace};

const PAGE: &str = "/settings/general/delete";

async fn delete(owner: &Actor) -> Answer {
    let page = owner.get(PAGE).await;
    owner.submit(&page.form(PAGE), &[("slug", "acme")]).await
}

async fn row(stage: &Stage, of: &Workspace) -> tenant::Model {
    let catalog = stage.store.catalog();
    let query = catalog.find::<tenant::Entity>().filter(tenant::Column::Id.eq(of.tenant.id));
    query.one(catalog).await.unwrap().unwrap()
}

/// As if the thirty days were over.
async fn make_due(stage: &Stage, of: &Workspace) {
    let catalog = stage.store.catalog();
    let update =
        catalog.update_many::<tenant::Entity>().filter(tenant::Column::Id.eq(of.tenant.id));
    let past = Expr::value(Some(clock::now() - chrono::TimeDelta::seconds(1)));
    update.col_expr(tenant::Column::EraseAt, past).exec(catalog).await.unwrap();
}

/// The list of workspaces, as somebody sees it.
async fn list(actor: &Actor) -> Answer {
    actor.get(&format!("{}/workspaces", actor.account_origin())).await
}

#[tokio::test]
async fn an_owner_deletes_it_and_undoes_that() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let mia = stage.member(&acme, Role::Member).await;
        let page = ana.get(PAGE).await;
        assert!(page.has_text("Delete Acme?") && page.has_text("All 2 members"));
        let answer = ana.submit(&page.form(PAGE), &[("slug", "acm")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.has_text("This doesn't match"));
        assert_eq!(answer.form(PAGE).value("slug"), Some("acm"));
        assert_eq!(ana.post(PAGE, &[]).await.status, 422);
        assert_eq!(row(stage, &acme).await.status, Status::Active);

        let done = delete(&ana).await;
        assert_eq!(done.location(), format!("{}/workspaces", ana.account_origin()));
        let day =
            platform::ui::date((clock::now() + platform::workspaces::DELETION_GRACE).date_naive());
        for (who, path) in [(&ana, "/settings"), (&mia, "/settings/members"), (&ana, "/enter")] {
            let shut = who.get(path).await;
            assert_eq!(shut.status, 403);
            assert!(shut.has_text("Acme is being deleted"));
            assert!(shut.has_text(&format!("On {day}, everything in it is permanently deleted")));
            assert!(shut.outline().contains("/workspaces)"));
        }
        assert_eq!(mia.post("/settings/leave", &[]).await.status, 403);

        assert!(list(&mia).await.has_text("Its owners can undo that."));
        assert!(!list(&mia).await.outline().contains("<Undo>"));
        let mine = list(&ana).await;
        assert!(mine.has_text(&format!("Erased on {day}.")));
        let form = mine.form(&format!("/workspaces/{}/keep", acme.tenant.id));
        let kept = ana.submit(&form, &[]).await;
        assert!(ana.follow(kept).await.has_text("Acme is open again"));
        assert_eq!(mia.get("/settings/members").await.status, 200);
        assert_eq!(row(stage, &acme).await.erase_at, None);
        // A second click changes nothing.
        assert_eq!(ana.submit(&form, &[]).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn each_owner_is_told_once() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Owner).await;
        stage.member(&acme, Role::Admin).await;
        let page = ana.get(PAGE).await;
        let form = page.form(PAGE);
        let fields = [("slug", "acme")];
        tokio::join!(ana.submit(&form, &fields), ana.submit(&form, &fields));
        stage.run_jobs().await;
        let emails = stage.mailbox().emails();
        let mut told: Vec<_> = emails.iter().map(|email| email.to.address.as_str()).collect();
        told.sort_unstable();
        let mut owners = [ana.email.as_str(), bo.email.as_str()];
        owners.sort_unstable();
        assert_eq!(told, owners);
        assert!(emails[0].text.contains(&format!("{} deleted Acme", ana.name)));
        assert!(emails[0].links().iter().any(|link| link.ends_with("/workspaces")));
    })
    .await;
}

#[tokio::test]
async fn nobody_but_its_owners_deletes_or_keeps_it() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let globex = stage.tenant("globex").await;
        let bo = stage.member(&globex, Role::Owner).await;
        let ada = stage.member(&acme, Role::Admin).await;
        assert_eq!(ada.get(PAGE).await.status, 403);
        assert_eq!(ada.post(PAGE, &[("slug", "acme")]).await.status, 403);
        let elsewhere = format!("{}{PAGE}", acme.origin);
        assert_eq!(bo.post(&elsewhere, &[("slug", "acme")]).await.status, 303);
        assert_eq!(row(stage, &acme).await.status, Status::Active);

        delete(&ana).await;
        let keep = format!("{}/workspaces/{}/keep", ana.account_origin(), acme.tenant.id);
        assert_eq!(ada.post(&keep, &[]).await.status, 403);
        assert_eq!(bo.post(&keep, &[]).await.status, 404);
        assert_eq!(row(stage, &acme).await.status, Status::PendingDeletion);
        // An operator's pause would forget its end; the owner's undo never lifts a pause.
        let leaving = stage.store.directory().by_slug("acme").await.unwrap().unwrap();
        assert!(workspace::suspend(&stage.store, &leaving).await.is_err());
        workspace::suspend(&stage.store, &globex.tenant).await.unwrap();
        let keep = format!("{}/workspaces/{}/keep", bo.account_origin(), globex.tenant.id);
        assert_eq!(bo.post(&keep, &[]).await.status, 303);
        assert_eq!(row(stage, &globex).await.status, Status::Suspended);
    })
    .await;
}

#[tokio::test]
async fn after_thirty_days_it_is_erased_and_its_address_stays_taken() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let globex = stage.tenant("globex").await;
        delete(&ana).await;
        let days = row(stage, &acme).await.erase_at.unwrap() - clock::now();
        assert_eq!(days.num_hours(), 30 * 24 - 1);
        assert_eq!(stage.store.erase_due().await.unwrap(), 0);
        make_due(stage, &acme).await;

        let tx = stage.store.catalog().begin().await.unwrap();
        EraseDue {}.later(&tx).await.unwrap();
        tx.commit().await.unwrap();
        stage.run_jobs().await;
        assert_eq!(row(stage, &acme).await.status, Status::Deleted);
        assert_eq!(row(stage, &globex).await.status, Status::Active);
        assert_eq!(ana.get("/settings").await.status, 404);
        assert!(list(&ana).await.has_text("You are not in a workspace yet"));
        let keep = format!("{}/workspaces/{}/keep", ana.account_origin(), acme.tenant.id);
        assert_eq!(ana.post(&keep, &[]).await.status, 404);
        let fields = [("name", "Heir"), ("slug", "acme")];
        let heir = ana.post(&format!("{}/workspaces", ana.account_origin()), &fields).await;
        assert_eq!(heir.status, 422);
        assert_eq!(stage.store.erase_due().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undone_at_the_last_moment_it_is_whole_or_gone() {
    for_each_store(apps, async |stage| {
        for round in 0..6 {
            let acme = stage.tenant(&format!("last-{round}")).await;
            stage.member(&acme, Role::Owner).await;
            let tx = stage.store.catalog().begin().await.unwrap();
            assert!(stage.store.schedule_deletion(tx, &acme.tenant).await.unwrap());
            make_due(stage, &acme).await;
            let (kept, erased) =
                tokio::join!(stage.store.cancel_deletion(&acme.tenant), stage.store.erase_due());
            let (kept, erased) = (kept.unwrap(), erased.unwrap());
            assert_eq!(usize::from(kept) + erased, 1, "round {round}");
            let status = row(stage, &acme).await.status;
            assert_eq!(status, if kept { Status::Active } else { Status::Deleted });
            if kept {
                let members = |db: platform::TenantDb| async move {
                    Ok(platform::workspaces::people_by_role(&db).await?.len())
                };
                assert_eq!(stage.write_in(&acme, members).await, 1);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_operator_may_erase_it_before_its_time() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        delete(&ana).await;
        let leaving = stage.store.directory().by_slug("acme").await.unwrap().unwrap();
        stage.store.delete_tenant(&leaving).await.unwrap();
        assert_eq!(row(stage, &acme).await.status, Status::Deleted);
    })
    .await;
}
