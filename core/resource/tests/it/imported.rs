//! The rows of a file become rows: tried first, done by jobs, undone as a whole; hostile files bring nothing.

use core_db::TenantDb;
use core_testing::{Actor, Answer, Role, Stage, Workspace};
use sea_orm::{EntityTrait, QueryOrder};
use test_things::{Column, Entity, Model, State};

use crate::{pages::made, undo_path, with_things};

async fn all(stage: &Stage, acme: &Workspace) -> Vec<Model> {
    let read =
        |db: TenantDb| async move { Ok(Entity::find().order_by_asc(Column::Name).all(&db).await?) };
    stage.write_in(acme, read).await
}

fn names(all: &[Model]) -> Vec<&str> {
    all.iter().map(|one| one.name.as_str()).collect()
}

/// Pastes rows; gives the path of the import.
async fn paste(by: &Actor, rows: &str) -> String {
    let form = by.get("/things/import").await.form("/things/import");
    let answer = by.submit(&form, &[("rows", rows)]).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    answer.location().to_owned()
}

/// One step of it, with the jobs that follow; gives its page.
async fn step(stage: &Stage, by: &Actor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = by.submit(&by.get(path).await.form(path), fields).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    stage.run_jobs().await;
    by.follow(answer).await
}

async fn checked(stage: &Stage, by: &Actor, path: &str) -> Answer {
    step(stage, by, path, &[("action", "check")]).await
}

async fn done(stage: &Stage, by: &Actor, path: &str) -> Answer {
    step(stage, by, path, &[("action", "start")]).await
}

#[tokio::test]
async fn rows_are_tried_and_then_become_rows() {
    with_things(async |stage, acme, ana| {
        let rows = "Name;State;Owner;Price;Due;Paid;Remark\n\
                    Kettle;as new;;12.50;2027-05-31;no;x\n\
                    ;used;;1;;;\n\
                    Pot;Shiny;nobody at all;1;soon;;\n\
                    Pan;used;EMAIL;3;;;\n\
                    Kettle;used;;1;;;\n"
            .replace("EMAIL", &ana.email);
        let path = paste(ana, &rows).await;
        let page = ana.get(&path).await;
        assert!(page.has_text("5 rows.") && page.has_text("Remark"), "{}", page.words());
        let page = checked(stage, ana, &path).await;
        assert!(page.has_text("New 2 Changed 0 Unchanged 0 With problems 3"), "{}", page.words());
        for said in [
            "3 Name: Enter the name.",
            "Due: ",
            "Owner: This person is not a member of the workspace. Choose someone else.",
            "6 Name: Another thing has this name.",
        ] {
            assert!(page.has_text(said), "{said}: {}", page.words());
        }
        assert!(all(stage, acme).await.is_empty(), "nothing is saved yet");
        assert!(page.has_text("Import 2 things"), "{}", page.words());
        let file = ana.get(&format!("{path}/failed")).await;
        assert!(
            file.text.starts_with("\u{feff}Name,State,Owner,Price,Due,Paid,Remark,Problem\r\n")
        );
        assert_eq!(file.text.lines().count(), 4, "{}", file.text);
        let page = done(stage, ana, &path).await;
        assert!(page.has_text("2 of 5 rows imported."), "{}", page.words());
        let now = all(stage, acme).await;
        assert_eq!(names(&now), ["Kettle", "Pan"]);
        assert_eq!((now[0].price, now[0].state), (1250, State::Fresh));
        assert_eq!(now[1].owner_id, Some(ana.member_id()));
        let history = ana.get(&format!("/things/{}", now[0].id)).await;
        assert!(history.has_text("Created thing"), "{}", history.words());
        assert!(history.has_text(&format!("for {}", ana.name)), "{}", history.words());
    })
    .await;
}

#[tokio::test]
async fn rows_are_found_by_a_field_or_by_their_id_and_undone_as_a_whole() {
    with_things(async |stage, acme, ana| {
        made(ana, &[("name", "Kettle"), ("notes", "Copper"), ("state", "used")]).await;
        made(ana, &[("name", "Pot"), ("state", "used")]).await;
        let before = all(stage, acme).await;
        let path = paste(ana, "Name,State\nKettle,broken\nPot,used\nPan,fresh\n").await;
        let matched = [("action", "check"), ("matched_by", "name")];
        let page = step(stage, ana, &path, &matched).await;
        assert!(page.has_text("New 1 Changed 1 Unchanged 1 With problems 0"), "{}", page.words());
        done(stage, ana, &path).await;
        let now = all(stage, acme).await;
        assert_eq!(names(&now), ["Kettle", "Pan", "Pot"]);
        assert_eq!(
            (now[0].state, &*now[0].notes),
            (State::Broken, "Copper"),
            "what is not there stays"
        );
        assert_eq!(now[2], before[1], "just so already");
        let page = ana.get(&path).await;
        let undo = &*undo_path(&page, "/things");
        // Somebody works on one of them meanwhile: that one is left.
        let pan = format!("/things/{}", now[1].id);
        let form = ana.get(&format!("{pan}/edit")).await.form(&pan);
        ana.submit(&form, &[("pieces", "4")]).await;
        let asked = ana.get(undo).await;
        assert!(asked.has_text("Undo “Imported things”?"), "{}", asked.words());
        let page = ana.follow(ana.submit(&asked.form(undo), &[]).await).await;
        assert!(page.has_text("Pan It was changed since."), "{}", page.words());
        let now = all(stage, acme).await;
        assert_eq!(names(&now), ["Kettle", "Pan", "Pot"]);
        assert_eq!((now[0].state, &*now[0].notes), (State::Used, "Copper"));
        // By id, as an export has it; nobody's row answers to another workspace's id.
        let other = stage.tenant("globex").await;
        let bo = stage.member(&other, Role::Owner).await;
        let theirs = made(&bo, &[("name", "Theirs")]).await;
        let theirs = theirs.rsplit('/').next().unwrap();
        let rows = format!("ID,Name\n{},Cup\n{theirs},Mine\nnonsense,X\n,New\n", now[0].id);
        let path = paste(ana, &rows).await;
        let page = checked(stage, ana, &path).await;
        assert!(page.has_text("New 1 Changed 1 Unchanged 0 With problems 2"), "{}", page.words());
        assert!(page.has_text("There is no thing with this ID."), "{}", page.words());
        done(stage, ana, &path).await;
        assert_eq!(names(&all(stage, &other).await), ["Theirs"]);
        assert_eq!(names(&all(stage, acme).await), ["Cup", "New", "Pan", "Pot"]);
        // Such a file again: it is known what its columns are.
        let again = ana.get(&paste(ana, &rows).await).await;
        assert!(again.text.contains("value=\"id\" selected"), "{}", again.words());
    })
    .await;
}

/// What an export wrote, an import reads: nothing changes.
#[tokio::test]
async fn an_export_comes_back_as_it_was() {
    with_things(async |stage, acme, ana| {
        let owner = ana.member_id().to_string();
        let whole = [
            ("name", "=Kettle"),
            ("notes", "of\n\"copper\", old"),
            ("owner", &*owner),
            ("pieces", "3"),
            ("price", "-12.50"),
            ("due", "2027-05-31"),
            ("seen", "2027-01-31T09:30"),
            ("paid", "true"),
            ("tint", "#2f6f4f"),
            ("words", "a, b"),
            ("extra", "{\"a\": [1, 2]}"),
        ];
        let fields = [&whole[..4], &[("price", "12.50")], &whole[5..]].concat();
        made(ana, &fields).await;
        made(ana, &[("name", "Pot"), ("state", "broken")]).await;
        let before = all(stage, acme).await;
        let page = ana.get("/things/export").await.form("/things/export");
        let chosen: Vec<_> =
            page.fields.iter().filter(|(name, _)| name == "export-field").collect();
        let fields: String =
            chosen.iter().map(|(_, field)| format!("&export-field={field}")).collect();
        for format in ["csv", "jsonl"] {
            let file = ana.get(&format!("/things/export?export-as={format}{fields}")).await.text;
            let path = paste(ana, &file).await;
            let page = checked(stage, ana, &path).await;
            let said = "New 0 Changed 0 Unchanged 2 With problems 0";
            assert!(page.has_text(said), "{format}: {}", page.words());
            assert_eq!(all(stage, acme).await, before);
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_is_its_persons_and_of_what_they_may_set() {
    with_things(async |stage, acme, ana| {
        let kim = stage.member(acme, Role::Member).await;
        let path = paste(&kim, "Name,Price,Checker\nA,99,x\nB,1,\n").await;
        let page = kim.get(&path).await;
        assert!(!page.text.contains("value=\"price\""), "they may not set prices");
        for column in ["price", "checker"] {
            let forged =
                [("action", "check"), ("column", "name"), ("column", column), ("column", "")];
            let page = kim.post(&path, &forged).await;
            assert_eq!(page.status, 422, "{column}: {}", page.words());
            assert!(page.has_text("Choose a field from the list"), "{}", page.words());
        }
        // No colleague looks into what they brought; an owner may.
        let lee = stage.member(acme, Role::Admin).await;
        assert_eq!(lee.get(&path).await.status, 404);
        assert_eq!(lee.get(&format!("{path}/failed")).await.status, 404);
        assert_eq!(lee.post(&path, &[("action", "forget")]).await.status, 404);
        assert_eq!(ana.get(&path).await.status, 200);
        checked(stage, &kim, &path).await;
        // Whoever may no longer change rows changes none, however far it was.
        let start = kim.post(&path, &[("action", "start")]).await;
        assert_eq!(start.status, 303);
        let id = kim.member_id();
        let demote = |db: TenantDb| async move {
            use core_access::entity::member;
            let one = member::Entity::find_by_id(id).one(&db).await?.unwrap();
            let role = sea_orm::ActiveValue::Set(core_access::Role::Viewer.into());
            let one = member::ActiveModel { role, ..one.into() };
            sea_orm::ActiveModelTrait::update(one, &db).await?;
            Ok(())
        };
        stage.write_in(acme, demote).await;
        stage.run_jobs().await;
        assert!(all(stage, acme).await.is_empty());
        let again = kim.post("/things/import", &[("rows", "Name\nA\n")]).await;
        assert_eq!(again.status, 403);
    })
    .await;
}

/// More than a piece: stopped on the way, it goes on where it was; jobs that come twice do nothing twice.
#[tokio::test]
async fn a_long_file_stops_goes_on_and_is_undone_by_jobs() {
    with_things(async |stage, acme, ana| {
        // Stopped while it is tried: its columns can be said anew.
        let path = paste(ana, "Name\nStopped\n").await;
        ana.submit(&ana.get(&path).await.form(&path), &[("action", "check")]).await;
        let page = step(stage, ana, &path, &[("action", "stop")]).await;
        assert!(page.has_text("Stopped after 0 of 1 row."), "{}", page.words());
        let page = step(stage, ana, &path, &[("action", "columns")]).await;
        assert!(page.has_text("Choose a field for each column."), "{}", page.words());
        let rows: String = (0..1_800).map(|n| format!("Thing {n:04},{}\n", n % 9)).collect();
        let path = paste(ana, &format!("Name,Pieces\n{rows}")).await;
        let page = checked(stage, ana, &path).await;
        assert!(page.has_text("New 1,800"), "{}", page.words());
        let start = ana.submit(&ana.get(&path).await.form(&path), &[("action", "start")]).await;
        assert!(ana.follow(start).await.has_text("Importing: 0 of 1,800 rows so far."));
        assert_eq!(stage.run_round().await, 1);
        let page = step(stage, ana, &path, &[("action", "stop")]).await;
        assert!(page.has_text("Stopped after 500 of 1,800 rows."), "{}", page.words());
        assert_eq!(all(stage, acme).await.len(), 500);
        // What is there so far is undone, and what comes later by itself.
        let begun = undo_path(&page, "/things");
        ana.submit(&ana.get(&begun).await.form(&begun), &[]).await;
        assert!(all(stage, acme).await.is_empty());
        let page = step(stage, ana, &path, &[("action", "go-on")]).await;
        assert!(page.has_text("1,800 rows imported."), "{}", page.words());
        assert_eq!(all(stage, acme).await.len(), 1_300);
        let undo = &*undo_path(&page, "/things");
        assert_ne!(undo, begun);
        let begun = ana.submit(&ana.get(undo).await.form(undo), &[]).await;
        let page = ana.follow(begun).await;
        assert!(page.has_text("Undoing: 0 of 1,300 things so far."), "{}", page.words());
        stage.run_jobs().await;
        let page = ana.get(undo).await;
        assert!(page.has_text("Undone by"), "{}", page.words());
        assert!(all(stage, acme).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn hostile_files_are_refused_with_a_reason_and_nothing_is_lost() {
    with_things(async |_, _, ana| {
        for (rows, said) in [
            ("", "Choose a file, or paste rows."),
            ("Name\n", "This file has no rows below its column names."),
            ("{\"a\": ", "We couldn't read this file as JSON"),
        ] {
            let form = ana.get("/things/import").await.form("/things/import");
            let answer = ana.submit(&form, &[("rows", rows)]).await;
            assert!(answer.status == 422 && answer.has_text(said), "{}", answer.words());
            assert_eq!(answer.form("/things/import").value("rows"), Some(rows));
        }
        let twice = paste(ana, "Name,Other\nA,B\n").await;
        let sent = [("action", "check"), ("column", "name"), ("column", "name")];
        let answer = ana.post(&twice, &sent).await;
        assert!(answer.has_text("Two columns can't be the same field."), "{}", answer.words());
        let sent = [("action", "check"), ("column", "name"), ("column", ""), ("matched_by", "id")];
        let answer = ana.post(&twice, &sent).await;
        assert!(answer.has_text("No column is this field."), "{}", answer.words());
        let gone = ana.follow(ana.post(&twice, &[("action", "forget")]).await).await;
        assert!(gone.has_text("The file was removed"), "{}", gone.words());
        assert_eq!(ana.get(&twice).await.status, 404);
    })
    .await;
}

/// As a script of the page sends a file: with the token in a header.
#[tokio::test]
async fn a_file_comes_as_it_is_from_a_page_of_ours_alone() {
    with_things(async |stage, acme, ana| {
        let address = "/things/import/file?name=things.csv";
        let send = async |by: &Actor, token: Option<String>, body: &str| {
            let mut request = by.request(axum::http::Method::POST, address);
            if let Some(token) = token {
                request.headers_mut().insert("x-csrf-token", token.parse().unwrap());
            }
            by.send(request, body).await
        };
        let token = |by: &Actor| by.csrf_token(&by.origin);
        assert_eq!(send(ana, None, "Name\nA\n").await.status, 400, "no page of ours sent it");
        let answer = send(ana, Some(token(ana)), "Name\nA\n").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let path = serde_json::from_str::<serde_json::Value>(&answer.text).unwrap();
        let path = path["path"].as_str().unwrap();
        let page = ana.get("/things/import").await;
        assert!(page.has_text("things.csv 1 row, not checked yet"), "{}", page.words());
        checked(stage, ana, path).await;
        done(stage, ana, path).await;
        assert_eq!(names(&all(stage, acme).await), ["A"]);
        let wrong = send(ana, Some(token(ana)), "Name\nA\0B\n").await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert!(wrong.text.contains("We couldn't read this file."), "{}", wrong.text);
        let long = "x".repeat(21 << 20);
        assert_eq!(send(ana, Some(token(ana)), &long).await.status, 413);
        let viewer = stage.member(acme, Role::Viewer).await;
        assert_eq!(send(&viewer, Some(token(&viewer)), "Name\nB\n").await.status, 403);
    })
    .await;
}
