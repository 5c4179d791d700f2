//! Something real of each app, for whatever looks at all routes. Resources are tried by their descriptions;
//! what else an app has, it says in its own `src/testing`.

use std::sync::OnceLock;

use core_base::config::Reader;
use core_testing::{Actor, Samples, Stage, resource_things};
pub use core_testing::{Page, Sent, Things};
use platform::Registry;

/// Tables of apps that were removed, until a migration drops them: docs/guides/remove-an-app.md.
pub const LEFT: &[&str] = &[];

/// Table and column of texts that are the program's own words, where no resource describes them.
const WORDS: &[(&str, &str)] = &[];

/// Makes something of each app.
pub async fn things(stage: &Stage, owner: &Actor) -> Things {
    let mut things = Things::default();
    // The admin shows invitations, which are made by rules of their own.
    let invite = [("emails", "sample@example.test"), ("role", "viewer")];
    owner.post("/settings/members/invite", &invite).await;
    // Revoked, so that it takes no seat.
    let list = owner.get("/admin/invitations?q=sample").await;
    let mut ids = list.text.split("href=\"/admin/invitations/");
    let id = ids.find_map(|rest| rest.get(..36).filter(|id| uuid::Uuid::try_parse(id).is_ok()));
    let id = id.unwrap_or_default();
    owner.post(&format!("/settings/members/invitations/{id}/revoke"), &[]).await;
    resource_things(&stage.registry, owner, &mut things).await;
    things
}

/// Table and column of texts that are the program's own words, and nobody's.
pub fn words() -> &'static [(&'static str, &'static str)] {
    static KNOWN: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let registry = Registry::new(crate::world::apps(), &mut Reader::from_vars([]));
        let registry = registry.unwrap_or_else(|problems| panic!("{problems:#?}"));
        let resources = registry.resources.iter().map(|one| &one.resource);
        let words = resources.flat_map(|resource| {
            let table: &'static str = resource.table().to_owned().leak();
            resource.word_columns().map(move |column| (table, column))
        });
        words.chain(WORDS.iter().copied()).collect()
    })
}

/// The same for the sweeps: one page and one form for each route.
pub async fn samples(stage: &Stage, owner: &Actor) -> Samples {
    Samples::of(&things(stage, owner).await)
}
