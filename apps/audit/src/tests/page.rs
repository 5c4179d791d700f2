//! What the page shows, finds and gives away.

use std::{io::Write, process::Command};

use core_testing::{Actor, Role, Stage, Workspace, for_each_store};
use platform::{
    App, Can, Permission, Result, Routes, TenantDb, audit::audit_entry, request::IntoResponse,
};
use sea_orm::QueryOrder;

/// Nobody but an owner holds it.
struct Rare;

impl Permission for Rare {
    const KEY: &'static str = "things.rare";
    const LABEL: &'static str = "Do rare things";
    const FROM: Role = Role::Owner;
}

async fn rare(_: Can<Rare>) -> Result {
    Ok("done".into_response())
}

fn apps() -> Vec<App> {
    let things = App::new("things").permission::<Rare>();
    vec![crate::app(), things.workspace(Routes::new().get("/rare", rare))]
}

async fn entries(stage: &Stage, workspace: &Workspace) -> Vec<audit_entry::Model> {
    let read = |db: TenantDb| async move {
        let all = db.find::<audit_entry::Entity>().order_by_asc(audit_entry::Column::Seq);
        Ok(all.all(&db).await?)
    };
    stage.write_in(workspace, read).await
}

async fn rows(who: &Actor, query: &str) -> usize {
    let page = who.get(&format!("/settings/audit{query}")).await;
    assert_eq!(page.status, 200, "{query}");
    page.text.matches("<tr>").count().saturating_sub(1)
}

#[tokio::test]
async fn the_log_shows_who_became_a_member_and_is_found_by_person_kind_time_and_words() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let una = stage.member(&acme, Role::Viewer).await;
        let page = ana.get("/settings/audit").await;
        assert!(page.has_text("Created member") && page.has_text(&una.name), "{}", page.words());
        assert!(page.has_text("Automatic"), "{}", page.words());
        let all = entries(stage, &acme).await.len();
        assert!(all >= 2, "{all}");
        assert_eq!(rows(&ana, "").await, all);
        assert_eq!(rows(&ana, "?action=created&kind=members").await, 2);
        assert_eq!(rows(&ana, "?kind=roles").await, 0);
        assert_eq!(rows(&ana, "?q=nobody-is-called-so").await, 0);
        assert_eq!(
            rows(
                &ana,
                &format!("?{}", platform::encode_query(&[("kind", "members"), ("q", &una.name)]))
            )
            .await,
            1
        );
        assert_eq!(rows(&ana, "?to=2001-01-01").await, 0);
        assert_eq!(rows(&ana, "?from=2999-01-01").await, 0);
        assert_eq!(rows(&ana, "?from=nonsense&by=nonsense&before=x").await, all);
        assert_eq!(rows(&ana, &format!("?by={}", una.member_id())).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_told_once_and_the_log_is_not_for_everybody() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let una = stage.member(&acme, Role::Viewer).await;
        assert_eq!(una.get("/rare").await.status, 403);
        for path in ["/settings/audit", "/settings/audit/export"] {
            assert_eq!(una.get(path).await.status, 403);
        }
        let told = entries(stage, &acme).await;
        let refused: Vec<_> = told.iter().filter(|one| one.action == "was_refused").collect();
        assert_eq!(refused[0].title, "Do rare things");
        assert_eq!(refused[0].user_id, Some(una.user.0));
        let page = ana.get("/settings/audit?action=was_refused").await;
        assert!(
            page.has_text("Was refused") && page.has_text("Do rare things"),
            "{}",
            page.words()
        );
    })
    .await;
}

#[tokio::test]
async fn pages_go_back_to_the_first_entry_and_repeat_none() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let many = |db: TenantDb| async move {
            for number in 0..120 {
                db.audit_event("tested", &format!("n{number:03}."));
            }
            Ok(())
        };
        stage.write_in(&acme, many).await;
        let (mut path, mut seen) = ("/settings/audit?action=tested".to_owned(), String::new());
        for _ in 0..3 {
            let page = ana.get(&path).await;
            seen.push_str(&page.text);
            let links = page.text.split("href=\"").map(|rest| rest.split('"').next().unwrap());
            let older = links.into_iter().find(|link| link.contains("before="));
            let Some(older) = older else { break };
            path = older.replace("&amp;", "&").replace("&#38;", "&");
        }
        for number in 0..120 {
            assert_eq!(seen.matches(&format!("n{number:03}.")).count(), 1, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn files_hold_every_entry_and_are_verified_without_the_product() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let odd = |db: TenantDb| async move {
            for number in 0..2_300 {
                db.audit_event("tested", &format!("=1+1 \"ß\u{1f680}\"\n{number}"));
            }
            Ok(())
        };
        stage.write_in(&acme, odd).await;
        let all = entries(stage, &acme).await;
        let csv = ana.get("/settings/audit/export?format=csv").await;
        assert_eq!(
            csv.header("content-disposition"),
            "attachment; filename=\"acme-audit-log.csv\""
        );
        assert_eq!(csv.text.matches("\"'=1+1 \"\"ß").count(), 2_300);
        let lines = ana.get("/settings/audit/export?format=jsonl").await.text;
        assert_eq!(lines.lines().count(), all.len());
        let said = |text: &str, link: &str| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let verify = concat!(env!("CARGO_MANIFEST_DIR"), "/verify.py");
            let mut run = Command::new("python3");
            run.args([verify, file.path().to_str().unwrap()]);
            if !link.is_empty() {
                run.arg(link);
            }
            let out = run.output().expect("python3 is there");
            (
                out.status.success(),
                String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned(),
            )
        };
        let last = &all.last().unwrap().link;
        assert_eq!(said(&lines, last), (true, format!("{} entries, {last}\n", all.len())));
        let forged = lines.replacen("tested", "forged", 1);
        assert_eq!(
            said(&forged, ""),
            (false, format!("entry {}: it was altered, moved or added\n", all.len()))
        );
        let shortened: Vec<_> = lines.lines().skip(1).collect();
        assert!(said(&shortened.join("\n"), "").0 && !said(&shortened.join("\n"), last).0);
        let holed: Vec<_> =
            lines.lines().enumerate().filter(|(at, _)| *at != 7).map(|(_, line)| line).collect();
        assert!(said(&holed.join("\n"), "").1.contains("it is missing"));
    })
    .await;
}
