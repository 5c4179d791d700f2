//! The public pages, as strangers and as people who are signed in see them.

use core_testing::{Role, for_each_store};
use platform::App;

use crate::{
    pages::landing::HEADLINE,
    plans::{COMPARISON, PLANS},
};

fn apps() -> Vec<App> {
    vec![crate::app()]
}

#[tokio::test]
async fn a_stranger_reads_what_this_is_and_what_it_costs() {
    for_each_store(apps, async |stage| {
        let stranger = stage.visitor();
        let landing = stranger.get("/").await;
        assert_eq!(landing.status, 200, "{}", landing.words());
        assert!(landing.outline().contains(&format!("# {}", HEADLINE.join(" "))));
        assert!(landing.outline().contains("[Start a workspace](/signup)"));
        assert!(landing.has_text("acme-rockets."), "hosts are those of this site");
        let pricing = stranger.get("/pricing").await;
        assert_eq!(pricing.status, 200, "{}", pricing.words());
        for plan in PLANS {
            assert!(pricing.has_text(plan.name), "{}", plan.name);
            assert!(plan.includes.iter().all(|line| pricing.has_text(line)), "{}", plan.name);
        }
        for page in [landing, pricing] {
            assert!(page.has_text("Log in") && page.has_text("Get started"));
            assert!(!page.has_text("Workspaces Account"), "nothing of those who are signed in");
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_signed_in_is_led_on_to_their_workspaces() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Viewer).await;
        for path in ["/", "/pricing"] {
            let page = ana.get(&format!("{}{path}", ana.account_origin())).await;
            assert_eq!(page.status, 200, "{}", page.words());
            assert!(page.outline().contains("[Go to your workspaces](/workspaces)"));
            assert!(page.text.contains(r#"href="/workspaces">Workspaces</a>"#));
            for way_in in [r#"href="/login""#, r#"href="/signup""#] {
                assert!(!page.text.contains(way_in), "{way_in} on {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn search_engines_get_a_title_and_a_sentence() {
    let stage = core_testing::Stage::new(apps()).await;
    let mut seen = vec![];
    for path in ["/", "/pricing"] {
        let text = stage.visitor().get(path).await.markup();
        let between = |start, end| text.split(start).nth(1).and_then(|rest| rest.split(end).next());
        let title = between("<title>", " · ").unwrap_or_default();
        let sentence = between(r#"<meta name="description" content=""#, "\"").unwrap_or_default();
        assert!(!title.is_empty() && sentence.ends_with('.'), "{path}: {title}: {sentence}");
        assert!((50..=160).contains(&sentence.chars().count()), "{path}: {sentence}");
        seen.extend([title.to_owned(), sentence.to_owned()]);
    }
    seen.sort();
    let all = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), all, "each page has words of its own");
}

#[test]
fn every_plan_has_a_word_on_every_feature() {
    for (feature, cells) in COMPARISON {
        assert_eq!(cells.len(), PLANS.len(), "{feature}");
    }
    assert!(PLANS.iter().filter(|plan| !plan.badge.is_empty()).count() <= 1, "one stands out");
}
