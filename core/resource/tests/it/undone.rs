//! What was deleted or changed at once is undone: the rows are as they were, and what changed since is left.

use core_db::TenantDb;
use core_testing::{Actor, Answer, Role, Stage, Workspace};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use test_things::{Column, Entity, Model};

use crate::{pages::made, undo_path, with_things};

/// Every thing, whole.
async fn all(stage: &Stage, acme: &Workspace) -> Vec<Model> {
    let read =
        |db: TenantDb| async move { Ok(Entity::find().order_by_asc(Column::Id).all(&db).await?) };
    stage.write_in(acme, read).await
}

/// What people decide about each: without how often and when it changed.
fn decided(mut all: Vec<Model>) -> Vec<Model> {
    for one in &mut all {
        (one.version, one.updated_at) = (0, one.created_at);
    }
    all
}

/// Several at once, sure of it.
async fn at_once(by: &Actor, ids: &[&str], action: &str, more: &[(&str, &str)]) -> Answer {
    let ids: Vec<_> = ids.iter().map(|id| ("id", *id)).collect();
    let sent = [&ids[..], &[("action", action), ("sure", "true")], more].concat();
    let done = by.post("/things/bulk", &sent).await;
    by.follow(done).await
}

async fn undo(by: &Actor, path: &str) -> Answer {
    let ask = by.get(path).await;
    assert_eq!(ask.status, 200, "{}", ask.words());
    let done = by.submit(&ask.form(path), &[]).await;
    by.follow(done).await
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was() {
    with_things(async |stage, acme, ana| {
        let owner = ana.member_id().to_string();
        let whole = [
            ("name", "Kettle"),
            ("notes", "of\ncopper"),
            ("state", "used"),
            ("owner", &*owner),
            ("pieces", "3"),
            ("price", "12.50"),
            ("due", "2027-05-31"),
            ("seen", "2027-01-31T09:30"),
            ("paid", "true"),
            ("tint", "#2f6f4f"),
            ("words", "a, b"),
            ("extra", "{\"a\": [1, 2]}"),
        ];
        let (kettle, pot) = (made(ana, &whole).await, made(ana, &[("name", "Pot")]).await);
        made(ana, &[("name", "Pan")]).await;
        let before = all(stage, acme).await;
        let page = at_once(ana, &[id(&kettle), id(&pot)], "delete", &[]).await;
        assert!(page.has_text("2 things deleted"), "{}", page.words());
        assert_eq!(all(stage, acme).await.len(), 1);
        let path = undo_path(&page, "/things");
        let ask = ana.get(&path).await;
        assert!(ask.has_text("Restore 2 things?"), "{}", ask.words());
        assert!(ask.has_text("Kettle") && ask.has_text("Pot"), "{}", ask.words());
        let list = ana.get("/things/undo").await;
        assert!(list.has_text("Deleted 2 things"), "{}", list.words());
        let page = undo(ana, &path).await;
        assert!(page.has_text("2 things restored"), "{}", page.words());
        assert_eq!(all(stage, acme).await, before, "with their times and their versions");
        // The trail says so, and shows no column that is kept for this alone.
        let page = ana.get(&kettle).await;
        assert!(
            page.has_text("Created thing") && page.has_text("Deleted thing"),
            "{}",
            page.words()
        );
        let again = ana.post(&path, &[]).await;
        let page = ana.follow(again).await;
        assert!(page.has_text("This was undone already"), "{}", page.words());
        assert!(page.has_text("Undone by"), "{}", page.words());
        assert_eq!(all(stage, acme).await, before);
        // One alone too, from its own page.
        let gone = ana.follow(ana.post(&format!("{kettle}/delete"), &[]).await).await;
        undo(ana, &undo_path(&gone, "/things")).await;
        assert_eq!(all(stage, acme).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_is_left_and_said() {
    with_things(async |stage, acme, ana| {
        let mut ids = vec![];
        for (name, state) in [("A", "fresh"), ("B", "used"), ("C", "fresh"), ("D", "fresh")] {
            ids.push(made(ana, &[("name", name), ("state", state)]).await);
        }
        let before = all(stage, acme).await;
        let ids: Vec<_> = ids.iter().map(|path| id(path)).collect();
        let page = at_once(ana, &ids, "set-state-broken", &[]).await;
        let path = undo_path(&page, "/things");
        let ask = ana.get(&path).await;
        assert!(ask.has_text("Undo “State of 4 things set to broken”?"), "{}", ask.words());
        assert!(ask.has_text("As new") && ask.has_text("Broken"), "{}", ask.words());
        // Another field of A changes, the same field of C, and D goes.
        let form =
            ana.get(&format!("/things/{}/edit", ids[2])).await.form(&format!("/things/{}", ids[2]));
        ana.submit(&form, &[("state", "used")]).await;
        ana.post(&format!("/things/{}/delete", ids[3]), &[]).await;
        let page = undo(ana, &path).await;
        assert!(page.has_text("2 things changed back"), "{}", page.words());
        for said in ["C It was changed since.", "D It was deleted since."] {
            assert!(page.has_text(said), "{said}: {}", page.words());
        }
        let after = all(stage, acme).await;
        assert_eq!(decided(after[..2].to_vec()), decided(before[..2].to_vec()));
        assert!(after[0].version > before[0].version + 1, "nobody saves over it unseen");
        assert_eq!(after[2].state, test_things::State::Used);
    })
    .await;
}

#[tokio::test]
async fn some_of_the_rows_can_be_chosen_and_a_taken_name_stays_taken() {
    with_things(async |stage, acme, ana| {
        let mut ids = vec![];
        for name in ["A", "B", "C"] {
            ids.push(made(ana, &[("name", name)]).await);
        }
        let ids: Vec<_> = ids.iter().map(|path| id(path)).collect();
        let page = at_once(ana, &ids, "delete", &[]).await;
        made(ana, &[("name", "A")]).await;
        let path = undo_path(&page, "/things");
        let form = ana.get(&path).await.form(&path);
        let boxes: Vec<_> =
            form.fields.iter().filter(|(name, _)| name == "only").cloned().collect();
        assert_eq!(boxes.len(), 3, "{form:?}");
        let none = ana.follow(ana.post(&path, &[("some", "true")]).await).await;
        assert!(none.has_text("Select at least one thing first"), "{}", none.words());
        let one = ana.post(&path, &[("some", "true"), ("only", &boxes[1].1)]).await;
        let page = ana.follow(one).await;
        assert!(page.has_text("1 thing restored"), "{}", page.words());
        assert_eq!(all(stage, acme).await.len(), 2);
        let page = undo(ana, &path).await;
        assert!(page.has_text("1 thing restored"), "{}", page.words());
        assert!(page.has_text("A Something else has what must be unique"), "{}", page.words());
        assert!(page.has_text("B It is there already."), "{}", page.words());
        let names: Vec<_> = all(stage, acme).await.into_iter().map(|one| one.name).collect();
        assert_eq!(names.len(), 3, "{names:?}");
    })
    .await;
}

/// A rule holds also for what was there once.
#[tokio::test]
async fn a_rule_may_forbid_what_was() {
    with_things(async |stage, acme, ana| {
        let path = made(ana, &[("name", "A"), ("price", "5")]).await;
        let page = at_once(ana, &[id(&path)], "do-pay", &[]).await;
        let page = undo(ana, &undo_path(&page, "/things")).await;
        assert!(page.has_text("A As it was, it would break a rule by now."), "{}", page.words());
        assert!(all(stage, acme).await[0].paid, "what is paid stays paid");
    })
    .await;
}

/// Whoever sees their own rows alone sees what they did alone, and takes nothing back that is others' by now.
#[tokio::test]
async fn nobody_undoes_what_they_could_not_do() {
    with_things(async |stage, acme, ana| {
        let kim = stage.member(acme, Role::Member).await;
        let (path, secret) = (made(ana, &[("name", "A")]).await, made(ana, &[("name", "B")]).await);
        let (theirs, mine) = (kim.member_id().to_string(), ana.member_id().to_string());
        let set = |id: &'static str| [("id", id), ("action", "set-state-broken"), ("sure", "true")];
        let of = |path: &str| -> &'static str { id(path).to_owned().leak() };
        // What an owner did is not for who sees their own rows alone.
        let page = ana.follow(ana.post("/own/bulk", &set(of(&secret))).await).await;
        let others = undo_path(&page, "/own");
        assert_eq!(kim.get(&others).await.status, 404);
        assert_eq!(kim.post(&others, &[]).await.status, 404);
        let list = kim.get("/own/undo").await;
        assert!(list.has_text("Nothing to undo"), "{}", list.words());
        // Nor is it the other resource's of the same table.
        assert_eq!(ana.get(&others.replace("/own/", "/things/")).await.status, 404);
        // What they did themselves they see, and whose row it is by now is asked again.
        at_once(ana, &[id(&path)], "ask-owner", &[("value", &*theirs)]).await;
        let page = kim.follow(kim.post("/own/bulk", &set(of(&path))).await).await;
        let own = undo_path(&page, "/own");
        assert!(kim.get("/own/undo").await.has_text("State of 1 thing set to broken"));
        at_once(ana, &[id(&path)], "ask-owner", &[("value", &*mine)]).await;
        let page = undo(&kim, &own).await;
        assert!(page.has_text("A Your role doesn't allow you to change it."), "{}", page.words());
        assert!(all(stage, acme).await.iter().all(|one| one.state == test_things::State::Broken));
        let assigned = [("value", &*theirs)];
        let page = at_once(ana, &[id(&path)], "ask-owner", &assigned).await;
        assert!(page.has_text("Owner of 1 thing is now"), "{}", page.words());
        // In another workspace it is not there, nor once its days are over, nor for who may not change things.
        let path = undo_path(&page, "/things");
        let other = stage.tenant("globex").await;
        let bo = stage.member(&other, Role::Owner).await;
        assert_eq!(bo.get(&path).await.status, 404);
        assert_eq!(bo.post(&path, &[]).await.status, 404);
        let viewer = stage.member(acme, Role::Viewer).await;
        assert_eq!(viewer.get(&path).await.status, 403);
        let age = |db: TenantDb| async move {
            use core_resource::undo::operation::{Column, Entity};
            let old = core_base::clock::now() - chrono::TimeDelta::days(31);
            let all = db.update_many::<Entity>().col_expr(Column::At, Expr::value(old));
            all.filter(Column::Words.contains("Owner")).exec(&db).await?;
            Ok(())
        };
        stage.write_in(acme, age).await;
        assert_eq!(ana.get(&path).await.status, 404);
    })
    .await;
}

/// Whatever is done at once and undone right away has not been: tried with fixed dice.
#[tokio::test]
async fn do_and_undo_leave_the_rows_as_they_were() {
    with_things(async |stage, acme, ana| {
        let mut dice = Dice(7);
        let owner = ana.member_id().to_string();
        let mut ids = vec![];
        for number in 0..12_u32 {
            let state = ["fresh", "used", "broken"][dice.roll(3)];
            let (name, pieces) = (format!("Thing {number}"), dice.roll(99).to_string());
            let owner = if dice.roll(2) == 0 { "" } else { &owner };
            let fields =
                [("name", &*name), ("state", state), ("pieces", &pieces), ("owner", owner)];
            ids.push(made(ana, &fields).await);
        }
        for round in 0..24 {
            let chosen: Vec<_> =
                ids.iter().filter(|_| dice.roll(2) == 0).map(|path| id(path)).collect();
            let before = all(stage, acme).await;
            let (action, more): (&str, &[(&str, &str)]) = match dice.roll(5) {
                0 => ("delete", &[]),
                1 => ("set-state-used", &[]),
                2 => ("ask-owner", &[("value", &owner)]),
                3 => ("ask-owner", &[("value", "none")]),
                _ => ("do-wear-out", &[("pieces", "1"), ("why", "Use")]),
            };
            let page = at_once(ana, &chosen, action, more).await;
            let after = all(stage, acme).await;
            if decided(after.clone()) == decided(before.clone()) {
                continue;
            }
            let page = undo(ana, &undo_path(&page, "/things")).await;
            let now = all(stage, acme).await;
            assert_eq!(decided(now), decided(before), "round {round}, {action}: {}", page.words());
        }
    })
    .await;
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % sides
    }
}
