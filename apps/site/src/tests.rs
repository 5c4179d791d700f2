//! The public pages, as strangers and as people who are signed in see them.

use core_testing::{Role, for_each_store};
use platform::App;

use platform::plans::{PlanOffer, PlanPrice, Plans};

use crate::pages::landing::HEADLINE;

/// Two plans that somebody can choose, and one that nobody can.
fn plans() -> Plans {
    let price = |currency: &str, month: &str, year: &str| PlanPrice {
        currency: currency.to_owned(),
        month: month.to_owned(),
        year: year.to_owned(),
    };
    let free = PlanOffer { key: "free", name: "Bare", is_offered: true, ..PlanOffer::default() };
    let team = PlanOffer {
        key: "crew",
        name: "Crew",
        badge: "Liked most",
        prices: vec![price("USD", "$9", "$90"), price("EUR", "€7", "€70")],
        trial_days: 7,
        includes: &["A parrot"],
        is_offered: true,
        ..PlanOffer::default()
    };
    let old = PlanOffer { key: "old", name: "Yesterday's", ..PlanOffer::default() };
    Plans { ladder: vec![free, team, old], path: "/plan", start: "/buy" }
}

fn apps() -> Vec<App> {
    vec![crate::app(), App::new("shop").plans(|_| plans())]
}

#[tokio::test]
async fn where_nothing_is_sold_there_are_no_prices() {
    let stage = core_testing::Stage::new(vec![crate::app()]).await;
    let stranger = stage.visitor();
    assert_eq!(stranger.get("/pricing").await.status, 404);
    assert!(!stranger.get("/").await.text.contains(r#"href="/pricing""#));
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
        for words in ["Bare", "Crew", "$9", "per member, per month", "A parrot", "7 days free"] {
            assert!(pricing.has_text(words), "{words}: {}", pricing.words());
        }
        assert!(!pricing.has_text("Yesterday's"));
        assert!(
            pricing
                .outline()
                .contains("[Try Crew for free](/buy?plan=crew&period=month&currency=USD)")
        );
        let yearly = stranger.get("/pricing?period=year&currency=EUR").await;
        assert!(yearly.has_text("€70") && yearly.has_text("per member, per year"));
        let unknown = stranger.get("/pricing?period=%00&currency=XXX").await;
        assert!(unknown.has_text("$9"), "{}", unknown.words());
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
            let way = if path == "/" {
                "/workspaces"
            } else {
                "/buy?plan=crew&period=month&currency=USD"
            };
            assert!(page.outline().contains(&format!("[Go to your workspaces]({way})")));
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
