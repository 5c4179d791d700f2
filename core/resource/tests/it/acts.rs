//! What is done to rows besides editing them, and who may see and set what.

use core_testing::{Actor, Role};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::{pages::made, thing, with_things};

async fn id_of(ana: &Actor, fields: &[(&str, &str)]) -> (String, String) {
    let path = made(ana, fields).await;
    (path.trim_start_matches("/things/").to_owned(), path)
}

#[tokio::test]
async fn an_action_is_done_from_the_rows_page_and_only_where_it_makes_sense() {
    with_things(async |_, _, ana| {
        let (_, path) = id_of(ana, &[("name", "Kettle"), ("price", "5")]).await;
        let page = ana.get(&path).await;
        assert!(page.has_text("Mark as paid") && !page.has_text("Wear out"), "{}", page.words());
        let done = ana.submit(&page.form("/things/bulk"), &[("action", "do-pay")]).await;
        assert_eq!((done.status, done.location()), (303, &*path));
        let page = ana.follow(done).await;
        assert!(page.has_text("Paid: 1 thing"), "{}", page.words());
        assert!(page.has_text("Paid Yes"), "{}", page.words());
        assert!(!page.text.contains("do-pay"), "it is paid");
        let history = "Changed thing";
        assert!(page.has_text(history), "{}", page.words());
        // Again, by somebody whose page is old: it is left as it is.
        let id = path.trim_start_matches("/things/");
        let again = ana.post("/things/bulk", &[("id", id), ("action", "do-pay")]).await;
        let said = "“Mark as paid” no longer applies to this thing";
        let page = ana.follow(again).await;
        assert!(page.has_text(said), "{}", page.words());
        // Among others it is left as it is.
        let (other, _) = id_of(ana, &[("name", "Pot"), ("price", "5")]).await;
        let both = [("id", id), ("id", &*other), ("action", "do-pay")];
        let page = ana.follow(ana.post("/things/bulk", &both).await).await;
        let said = "Paid: 1 thing. 1 thing left unchanged";
        assert!(page.has_text(said), "{}", page.words());
    })
    .await;
}

/// Also where the answer leads on, and so is kept.
#[tokio::test]
async fn an_action_that_one_row_refuses_is_done_to_none() {
    with_things(async |_, _, ana| {
        let (a, path) = id_of(ana, &[("name", "A"), ("price", "5")]).await;
        let (b, _) = id_of(ana, &[("name", "B"), ("price", "0")]).await;
        let (c, other) = id_of(ana, &[("name", "C"), ("price", "5")]).await;
        // In whichever order, one is before it.
        let all = [("id", &*a), ("id", &*b), ("id", &*c), ("action", "do-pay")];
        let refused = ana.post("/things/bulk", &all).await;
        assert_eq!(refused.status, 303);
        let page = ana.follow(refused).await;
        assert!(page.has_text("What costs nothing can't be paid."), "{}", page.words());
        for path in [path, other] {
            // What is paid is offered no more.
            assert!(ana.get(&path).await.text.contains("do-pay"), "{path} was paid alone");
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_asks_keeps_what_was_typed_and_does_all_or_nothing() {
    with_things(async |_, _, ana| {
        let (a, path) = id_of(ana, &[("name", "A"), ("pieces", "5")]).await;
        let (b, other) = id_of(ana, &[("name", "B"), ("pieces", "2")]).await;
        let both = [("id", &*a), ("id", &*b), ("action", "do-wear-out")];
        let ask = ana.post("/things/bulk", &both).await;
        assert!(ask.status == 200 && ask.has_text("Wear out: 2 things"), "{}", ask.words());
        let form = ask.form("/things/bulk");
        assert_eq!(form.value("pieces"), Some("1"), "what it asks has a default");
        let typed = [("pieces", "3"), ("why", "A long\nday"), ("action", "do-wear-out")];
        let refused = ana.submit(&form, &typed).await;
        assert!(refused.status == 422, "{}", refused.words());
        assert!(refused.has_text("B: There are not so many."), "{}", refused.words());
        let again = refused.form("/things/bulk");
        assert_eq!((again.value("why"), again.value("pieces")), (Some("A long\nday"), Some("3")));
        assert!(ana.get(&path).await.has_text("Pieces 5"), "A was not worn out alone");
        for (wrong, said) in [
            ([("pieces", "many"), ("by", "")], "Enter a whole number, like 12."),
            ([("pieces", ""), ("by", "")], "Enter the pieces."),
            ([("pieces", "1"), ("by", "nobody")], "This person is not a member of the workspace."),
        ] {
            let sent = [&wrong[..], &[("action", "do-wear-out")]].concat();
            let refused = ana.submit(&form, &sent).await;
            assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
        }
        let done = ana.submit(&again, &[("pieces", "2"), ("action", "do-wear-out")]).await;
        let page = ana.follow(done).await;
        assert!(page.has_text("Wear out: 2 things"), "{}", page.words());
        for (path, left) in [(path, "Pieces 3"), (other, "Pieces 0")] {
            let page = ana.get(&path).await;
            assert!(page.has_text(left) && page.has_text("A long day"), "{}", page.words());
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_member_may_not_see_or_set_is_nowhere_whoever_asks() {
    with_things(async |stage, acme, ana| {
        let fields = [("name", "Kettle"), ("price", "5"), ("pieces", "3")];
        let (id, path) = id_of(ana, &fields).await;
        let page = ana.get(&path).await;
        assert!(page.has_text("Worth €15.00") && page.has_text("€5.00"), "{}", page.words());
        let listed = ana.get("/things?sort=-worth").await;
        assert!(listed.has_text("€15.00"), "{}", listed.words());

        let mia = stage.member(acme, Role::Member).await;
        let page = mia.get(&path).await;
        assert!(page.has_text("€5.00") && !page.has_text("Worth"), "{}", page.words());
        assert!(!page.text.contains("do-pay") && page.text.contains("do-wear-out"));
        for address in ["", "?sort=-worth"] {
            let listed = mia.get(&format!("/things{address}")).await;
            assert!(!listed.has_text("€15.00"), "{address}: {}", listed.words());
        }
        let form = mia.get(&format!("{path}/edit")).await.form(&path);
        assert_eq!(form.value("price"), None, "a form without it");
        let saved = mia.submit(&form, &[("price", "1"), ("worth", "1"), ("name", "Pot")]).await;
        assert_eq!(saved.status, 303, "{}", saved.words());
        let made = mia.post("/things", &[("name", "Pan"), ("price", "9")]).await;
        assert_eq!(made.status, 303, "{}", made.words());
        let page = ana.get(made.location()).await;
        assert!(page.has_text("Price €0.00"), "a new one has the default: {}", page.words());
        assert!(ana.get(&path).await.has_text("€5.00"), "forged, and nothing changed");
        let secret = "/things/options?of=checker&checker=owner";
        assert!(ana.get(secret).await.text.contains("<option"));
        assert_eq!(mia.get(secret).await.text, "", "what it refers to is not told either");
        let pay = mia.post("/things/bulk", &[("id", &id), ("action", "do-pay")]).await;
        assert!(mia.follow(pay).await.has_text("Nothing was changed"));
        assert!(ana.get(&path).await.has_text("Paid No"));
    })
    .await;
}

#[tokio::test]
async fn rows_of_others_do_not_exist_for_whoever_sees_their_own_alone() {
    let own = || thing::own().build().unwrap_or_else(|problems| panic!("{problems:#?}"));
    with_things(async |stage, acme, ana| {
        let (theirs, path) = id_of(ana, &[("name", "Kettle")]).await;
        let mia = stage.member(acme, Role::Member).await;
        let all = format!("/own{}", path.trim_start_matches("/things"));
        assert_eq!(ana.get(&all).await.status, 200, "an admin sees all");
        for sub in ["", "/edit", "/delete"] {
            assert_eq!(mia.get(&format!("{all}{sub}")).await.status, 404, "{sub}");
        }
        assert!(mia.get("/own").await.has_text("There are no things yet"));
        assert_eq!(mia.post(&format!("{all}/delete"), &[]).await.status, 404);
        assert_eq!(mia.post(&all, &[("name", "Mine now"), ("version", "1")]).await.status, 404);
        for action in ["delete", "set-state-used", "do-wear-out"] {
            let sent = [("id", &*theirs), ("action", action), ("sure", "true")];
            let refused = mia.post("/own/bulk", &sent).await;
            assert!(mia.follow(refused).await.has_text("Select at least one thing first"));
        }
        let (_, hidden) = id_of(ana, &[("name", "Safe"), ("notes", "secret")]).await;
        assert_eq!(ana.get(&hidden).await.status, 200);
        let hidden = hidden.replace("/things", "/own");
        for sub in ["", "/edit", "/delete"] {
            assert_eq!(ana.get(&format!("{hidden}{sub}")).await.status, 404, "it is not of these");
        }
        assert!(!ana.get("/own").await.has_text("Safe"));
        assert!(ana.get(&all).await.text.contains("<title>By hand"), "the app's own page");
        let owner = ana.member_id().to_string();
        let made = mia.post("/own", &[("name", "Pan"), ("owner", &owner)]).await;
        let page = mia.get(made.location()).await;
        assert!(page.has_text(&mia.name) && !page.has_text(&ana.name), "{}", page.words());
        let count = stage.write_in(acme, async |db: core_db::TenantDb| {
            Ok(thing::Entity::find().count(&db).await?)
        });
        assert_eq!(count.await, 3);
        assert_eq!(own().permissions().count(), 4);
    })
    .await;
}
