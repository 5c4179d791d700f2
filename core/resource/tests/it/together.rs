//! Several rows in one form: only what has a tick is written, to all of them or to none.

use core_testing::{Actor, Answer, Form};

use crate::{create, undo_path, with_things};

const BULK: &str = "/things/bulk";

/// What the form of these rows says, and its page.
async fn asked(ana: &Actor, ids: &[&str]) -> Answer {
    let ids = ids.iter().map(|id| ("id", *id));
    let sent: Vec<_> = ids.chain([("action", "edit")]).collect();
    ana.post(BULK, &sent).await
}

/// Sends the form with these fields in place of its own.
async fn press(ana: &Actor, form: &Form, fields: &[(&str, &str)]) -> Answer {
    ana.submit(form, &[fields, &[("action", "edit")]].concat()).await
}

#[tokio::test]
async fn only_the_fields_with_a_tick_are_written() {
    with_things(async |stage, acme, ana| {
        let mut ids = vec![];
        for (name, pieces, state) in [("Kettle", "1", "used"), ("Pot", "2", "used")] {
            let pairs = [("name", name), ("pieces", pieces), ("state", state), ("price", "5")];
            ids.push(create(stage, acme, &pairs).await.unwrap().id.to_string());
        }
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let page = asked(ana, &ids).await;
        assert_eq!(page.status, 200);
        let form = page.form(BULK);
        assert_eq!((form.value("state"), form.value("price")), (Some("used"), Some("5.00")));
        assert_eq!(form.value("pieces"), Some(""), "they differ");
        assert!(page.has_text("Pieces (optional) They differ now."), "{}", page.words());
        assert!(!page.has_text("Words (optional) They differ now."), "{}", page.words());
        assert_eq!(form.value("name"), None, "no two may share it");

        // Without a tick nothing is changed, whatever is typed; nor is what the form does not offer.
        for touched in [&[][..], &[("touch", "name"), ("name", "Same")], &[("touch", "version")]] {
            let sent = [&[("sure", "true"), ("state", "broken")][..], touched].concat();
            let refused = press(ana, &form, &sent).await;
            assert_eq!(refused.status, 422, "{}", refused.words());
            let said = "Tick this field to change it.";
            assert!(refused.has_text(said), "{}", refused.words());
            assert_eq!(refused.form(BULK).value("state"), Some("broken"), "what was typed");
        }
        // The same beside a field that has one: nothing typed is passed over.
        let sent = [("touch", "price"), ("price", "6"), ("state", "broken"), ("pieces", "9")];
        let refused = press(ana, &form, &sent).await;
        assert_eq!(refused.status, 422, "{}", refused.words());
        let again = refused.form(BULK);
        assert_eq!((again.value("pieces"), again.value("price")), (Some("9"), Some("6")));

        let sent = [("touch", "state"), ("state", "broken")];
        let done = ana.follow(press(ana, &form, &sent).await).await;
        assert!(done.has_text("2 things: State changed"), "{}", done.words());
        for (id, pieces) in ids.iter().zip(["1", "2"]) {
            let page = ana.get(&format!("/things/{id}")).await;
            assert!(page.has_text("Broken"), "{}", page.words());
            assert!(page.has_text(&format!("Pieces {pieces}")), "{}", page.words());
            assert!(page.has_text("State Used → became Broken"), "its history: {}", page.words());
        }

        // It is undone as a whole.
        let undo = undo_path(&done, "/things");
        ana.submit(&ana.get(&undo).await.form(&undo), &[]).await;
        for id in &ids {
            let page = ana.get(&format!("/things/{id}")).await;
            assert!(!page.has_text("Details State Broken"), "{}", page.words());
        }
        assert_eq!(asked(ana, &ids).await.form(BULK).value("state"), Some("used"));

        // Where they differ in a choice none is chosen beforehand.
        let pot = [("touch", "state"), ("state", "fresh")];
        press(ana, &asked(ana, &ids[1..]).await.form(BULK), &pot).await;
        let mixed = asked(ana, &ids).await.form(BULK);
        assert_eq!(mixed.value("state"), Some(""));
        let refused = press(ana, &mixed, &[("touch", "state")]).await;
        assert!(refused.has_text("Choose the state."), "{}", refused.words());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_one_row_changes_none() {
    with_things(async |stage, acme, ana| {
        let mut ids = vec![];
        for (name, price) in [("Kettle", "5"), ("Pot", "0")] {
            let pairs = [("name", name), ("pieces", "1"), ("price", price)];
            ids.push(create(stage, acme, &pairs).await.unwrap().id.to_string());
        }
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let form = asked(ana, &ids).await.form(BULK);
        let refused = press(ana, &form, &[("touch", "paid"), ("paid", "true")]).await;
        assert_eq!(refused.status, 422);
        let said = "What costs nothing can't be paid.";
        assert!(refused.has_text(said) && refused.has_text("Pot"), "{}", refused.words());
        let rows = ana.get("/things?paid=true").await;
        assert!(rows.has_text("No thing matches"), "{}", rows.words());

        for (touched, said) in [
            (&[("touch", "price"), ("price", "")][..], "Enter the price."),
            (&[("touch", "price"), ("price", "much")], "amount"),
            (&[("touch", "owner"), ("owner", "Nobody of us")], "not a member of the workspace"),
        ] {
            let refused = press(ana, &form, touched).await;
            assert_eq!(refused.status, 422, "{touched:?}");
            assert!(refused.has_text(said), "{touched:?}: {}", refused.words());
        }

        // A box without its tick is a no; an empty field is nothing.
        let kettle = asked(ana, &ids[..1]).await.form(BULK);
        let paid = [("touch", "paid"), ("paid", "true"), ("touch", "pieces"), ("pieces", "")];
        assert_eq!(press(ana, &kettle, &paid).await.status, 303);
        let page = ana.get(&format!("/things/{}", ids[0])).await;
        assert!(page.has_text("Paid Yes"), "{}", page.words());
        let again = press(ana, &kettle, &[("touch", "paid")]).await;
        assert_eq!(again.status, 422);
        assert!(again.has_text("What is paid stays paid."), "{}", again.words());
    })
    .await;
}
