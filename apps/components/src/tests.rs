//! The sheet can be looked at by anybody, and its form says what is wrong and what arrived.

use core_testing::for_each_store;

#[tokio::test]
async fn the_form_says_what_is_wrong_and_what_arrived() {
    for_each_store(
        || vec![crate::app()],
        async |stage| {
            let visitor = stage.visitor();
            let page = visitor.get("/dev/components").await;
            assert_eq!(page.status, 200, "{}", page.words());
            let form = page.form("/dev/components");
            let wrong = visitor.submit(&form, &[("name", ""), ("seats", "100")]).await;
            assert_eq!(wrong.status, 422);
            for text in ["Enter a name.", "from 1 to 99", "Accept the terms"] {
                assert!(wrong.has_text(text), "{text}: {}", wrong.words());
            }
            let good = [("name", "Falcon"), ("seats", "7"), ("terms", "true"), ("weekly", "")];
            let sent = visitor.submit(&form, &good).await;
            assert_eq!((sent.status, sent.location()), (303, "/dev/components"));
            let told = visitor.follow(sent).await;
            assert!(told.has_text("Name: Falcon, Seats: 7"), "{}", told.words());
        },
    )
    .await;
}
