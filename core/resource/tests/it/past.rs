//! A row as it was: shown by entry and by day, and brought back field by field through the rules.

use core_testing::{Actor, Answer, Form, Role};

use crate::{pages::made, undo_path, with_things};

/// Where the oldest change that can be gone back to leads.
async fn oldest(ana: &Actor, path: &str) -> String {
    let page = ana.get(path).await;
    let start = format!("href=\"{path}/then?entry=");
    let entry = page.text.split(&start).last().unwrap().split('"').next().unwrap();
    format!("{path}/then?entry={entry}")
}

/// The form that brings fields back.
fn restoring(page: &Answer) -> Form {
    let is_it = |form: &Form| form.action.contains("/restore?entry=");
    page.forms().into_iter().find(is_it).expect("a form that brings fields back")
}

async fn edit(ana: &Actor, path: &str, fields: &[(&str, &str)]) {
    let form = ana.get(&format!("{path}/edit")).await.form(path);
    let saved = ana.submit(&form, fields).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
}

#[tokio::test]
async fn a_row_is_shown_as_it_was_and_fields_are_brought_back() {
    with_things(async |_, _, ana| {
        let fields = [("name", "Kettle"), ("pieces", "7"), ("words", "old, tin"), ("price", "5")];
        let path = made(ana, &fields).await;
        let owner = ana.member_id().to_string();
        let changed = [("name", "Pot"), ("pieces", ""), ("words", "new"), ("owner", &*owner)];
        edit(ana, &path, &changed).await;
        edit(ana, &path, &[("notes", "later\nand more")]).await;

        let then = oldest(ana, &path).await;
        let page = ana.get(&then).await;
        for text in ["Name Kettle Now: Pot", "Pieces 7 Now:", "Words old, tin Now: new"] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        assert!(page.has_text(&format!("Owner Nobody Now: {}", ana.name)), "{}", page.words());
        assert!(!page.has_text("Price €5.00 Now"), "it is the same: {}", page.words());
        let form = restoring(&page);

        // One of them, and the others stay.
        let done = ana.submit(&form, &[("field", "pieces")]).await;
        let page = ana.follow(done).await;
        assert!(page.has_text("Pieces restored"), "{}", page.words());
        for text in ["Pieces 7", "Pot", "Words new", "later and more"] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        // The form was opened before that.
        let late = ana.submit(&form, &[("field", "name")]).await;
        assert_eq!(late.status, 422);
        assert!(late.has_text("Somebody changed it meanwhile."), "{}", late.words());
        // All of them: what the form offers beforehand.
        let form = restoring(&ana.get(&then).await);
        let page = ana.follow(ana.submit(&form, &[]).await).await;
        for text in ["Kettle", "Words old, tin", "Owner Nobody", "No notes yet."] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        let nothing = ana.get(&then).await;
        assert!(!nothing.has_text("Restore these fields"), "{}", nothing.words());
    })
    .await;
}

#[tokio::test]
async fn nothing_comes_back_past_rules_permissions_and_forms() {
    with_things(async |stage, acme, ana| {
        let path = made(ana, &[("name", "Kettle"), ("price", "0")]).await;
        edit(ana, &path, &[("price", "5")]).await;
        edit(ana, &path, &[("paid", "true")]).await;
        let then = oldest(ana, &path).await;
        let page = ana.get(&then).await;
        let form = restoring(&page);
        let refused = ana.submit(&form, &[("field", "paid")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has_text("What is paid stays paid."), "{}", refused.words());
        // Nor what is no field of the form, nor what is the same.
        let first = ana.get(&path).await.words();
        for field in ["version", "created_at", "worth", "id", "nothing"] {
            let refused = ana.submit(&form, &[("field", field)]).await;
            assert_eq!(refused.status, 422, "{field}");
            assert!(refused.has_text("Tick the fields to restore."), "{}", refused.words());
        }
        assert_eq!(ana.get(&path).await.words(), first);

        // An entry of another row says nothing of this one, nor does one that is not there.
        let other = made(ana, &[("name", "Pot"), ("price", "9")]).await;
        let entry = then.split_once("entry=").unwrap().1;
        for when in [&*format!("entry={entry}"), "entry=999999", "entry=-1", "day=1999-01-01"] {
            let page = ana.get(&format!("{other}/then?{when}")).await;
            assert!(page.has_text("It was not there yet"), "{when}: {}", page.words());
            assert!(!page.has_text("Restore these fields"), "{when}");
        }
        for when in ["entry=x", "day=soon", ""] {
            assert_eq!(ana.get(&format!("{other}/then?{when}")).await.status, 200, "{when}");
        }
        // Whoever only reads sees what was there, and can't bring it back.
        let viewer = stage.member(acme, Role::Viewer).await;
        let page = viewer.get(&then).await;
        assert!(page.has_text("€0.00 Now: €5.00"), "{}", page.words());
        assert!(!page.has_text("Restore these fields"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn what_is_no_longer_told_is_not_made_up() {
    with_things(async |_, _, ana| {
        let path = made(ana, &[("name", "Kettle"), ("pieces", "7")]).await;
        edit(ana, &path, &[("pieces", "8")]).await;
        edit(ana, &path, &[("pieces", "9")]).await;
        let then = oldest(ana, &path).await;
        let today = core_base::clock::now().date_naive();
        let page = ana.get(&format!("{path}/then?day={today}")).await;
        assert!(page.has_text("Pieces 9") && !page.has_text("Now:"), "{}", page.words());

        // Deleted and brought back: what came before is not known as one row.
        let delete = format!("{path}/delete");
        let gone = ana.submit(&ana.get(&delete).await.form(&delete), &[]).await;
        let undo = undo_path(&ana.follow(gone).await, "/things");
        ana.submit(&ana.get(&undo).await.form(&undo), &[]).await;
        let page = ana.get(&then).await;
        assert!(page.has_text("It was deleted and brought back since"), "{}", page.words());
        assert!(!page.has_text("Restore these fields"), "{}", page.words());
    })
    .await;
}
