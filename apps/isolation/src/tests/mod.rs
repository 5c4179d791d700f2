//! The page tells the truth: one's own rows are read, and everything else is refused.

use core_testing::{Role, for_each_store};

#[tokio::test]
async fn every_attempt_on_the_page_ends_as_it_should() {
    for_each_store(
        || vec![crate::app()],
        async |stage| {
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            stage.member(&globex, Role::Owner).await;
            let ana = stage.member(&acme, Role::Viewer).await;
            let page = ana.get("/dev/isolation").await;
            assert_eq!(page.status, 200, "{}", page.words());
            assert!(page.has_text("1 rows") && page.has_text(&globex.tenant.id.schema()));
            assert!(!page.has_text("Not blocked"), "{}", page.words());
            assert!(page.words().matches("Blocked").count() >= 5, "{}", page.words());
            assert_eq!(stage.visitor_at(&acme).get("/dev/isolation").await.status, 303);
        },
    )
    .await;
}
