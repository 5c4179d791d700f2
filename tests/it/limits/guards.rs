//! An app says no to what another app is about to do.

use core_access::Role;

use crate::world::everywhere;

#[tokio::test]
async fn whoever_answers_for_a_project_at_risk_is_not_removed_and_does_not_leave() {
    everywhere(async |world| {
        let (stage, acme, ana) = (&world.stage, &world.acme, &world.ana);
        let lou = stage.member(acme, Role::Member).await;
        let (id, remove) =
            (lou.member_id(), format!("/settings/members/{}/remove", lou.member_id()));
        let fields = [("name", "Falcon"), ("owner", &*id.to_string()), ("status", "at_risk")];
        let made = ana.post("/projects", &fields).await;
        assert_eq!(made.status, 303, "{}", made.words());
        let text = "which is at risk. Give it another owner first.";

        let told = ana.follow(ana.post(&remove, &[]).await).await;
        assert!(told.has_text("Nothing was changed"), "{}", told.words());
        assert!(told.has_text(text), "{}", told.words());
        let told = lou.post("/settings/leave", &[]).await;
        assert_eq!(told.status, 409);
        assert!(told.has_text(text), "{}", told.words());
        assert!(!told.has_text("You are its only owner."), "{}", told.words());
        assert_eq!(lou.get("/projects").await.status, 200, "still a member");

        let edit = format!("{}/edit", made.location());
        let form = ana.get(&edit).await.form(made.location());
        let saved = ana.submit(&form, &[("owner", &*ana.member_id().to_string())]).await;
        assert_eq!(saved.status, 303, "{}", saved.words());
        let gone = ana.follow(ana.post(&remove, &[]).await).await;
        assert!(gone.has_text("is no longer a member"), "{}", gone.words());
    })
    .await;
}
