//! A third site: its own host, sessions, log-in page, shell and policy.

use core_access::entity::session;
use core_http::SESSION_COOKIE;
use core_testing::Stage;
use sea_orm::{ColumnTrait, QueryFilter};

use super::{app::KEY, in_the_lab, member, problem};

fn lab(stage: &Stage) -> String {
    stage.core.sites.origin(KEY).unwrap().to_owned()
}

#[tokio::test]
async fn a_third_site_is_one_value() {
    in_the_lab(async |stage, acme| {
        let (lab, ana) = (lab(stage), member(stage, acme).await);
        assert_eq!(lab, "http://staff.localhost:8000");
        // Signed in at two other sites, she is nobody here, and is sent to this site's door.
        let refused = ana.get(&format!("{lab}/")).await;
        assert_eq!((refused.status, refused.location()), (303, "/door?next=%2F"));
        let policy = refused.header("content-security-policy").to_owned();
        assert!(policy.contains("form-action 'self'; "), "{policy}");
        let user = ana.user.0.to_string();
        let page = ana.post(&format!("{lab}/door"), &[("user", &user)]).await;
        assert_eq!((page.status, page.location()), (303, "/"));
        let page = ana.get(&format!("{lab}/")).await;
        assert!(page.has_text(&format!("{} is inside", ana.name)), "{}", page.words());
        assert!(page.has_text("The lab") && !page.has_text("Workspaces"), "its own shell");
        // Errors are drawn in it, and its forms carry its own token.
        assert!(ana.get(&format!("{lab}/nowhere")).await.has_text("The lab"));
        assert_eq!(ana.post(&format!("{lab}/note"), &[]).await.text, "noted");
        assert_eq!(ana.post_raw(&format!("{lab}/note"), &[]).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_session_of_one_site_is_nothing_on_the_others() {
    in_the_lab(async |stage, acme| {
        let (lab, ana) = (lab(stage), member(stage, acme).await);
        let user = ana.user.0.to_string();
        ana.post(&format!("{lab}/door"), &[("user", &user)]).await;
        let catalog = stage.store.catalog();
        let stored = catalog.find::<session::Entity>().filter(session::Column::Site.eq("lab"));
        assert_eq!(stored.all(catalog).await.unwrap().len(), 1);
        let account = ana.account_origin().to_owned();
        let places = [(&lab, "/"), (&account, "/account"), (&acme.origin, "/projects")];
        for (from, _) in places {
            let cookie = ana.cookie(from, SESSION_COOKIE).unwrap();
            for (to, path) in places {
                let thief = stage.visitor();
                thief.set_cookie(to, SESSION_COOKIE, &cookie);
                let status = thief.get(&format!("{to}{path}")).await.status;
                assert_eq!(status, if from == to { 200 } else { 303 }, "{from} → {to}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn its_host_is_no_workspaces_and_other_hosts_are_nobodys() {
    in_the_lab(async |stage, _| {
        assert!(core_base::Slug::parse("staff").is_err());
        let visitor = stage.visitor();
        for host in ["staff.localhost.evil", "xstaff.localhost", "a.staff.localhost"] {
            let answer = visitor.get(&format!("http://{host}:8000/door")).await;
            assert_eq!(answer.status, 404, "{host}");
        }
        assert_eq!(visitor.get(&format!("{}/door", lab(stage))).await.status, 200);
    })
    .await;
}

#[test]
fn sites_that_do_not_fit_together_are_named() {
    use core_base::SiteKey;
    use core_http::{ACCOUNT, FormAction, Hosts, Routes, Site};
    use platform::{App, Registry};

    static TAKEN: Site = Site {
        key: SiteKey::ACCOUNT,
        hosts: Hosts::Label("open-word"),
        sign_in: "/door",
        prove: "/door",
        form_action: FormAction::SelfOnly,
        shell: ACCOUNT_SHELL,
    };
    const ACCOUNT_SHELL: core_http::Shell = core_http::Ui::account_shell;
    static TWICE: Site = Site {
        key: SiteKey::new("twice"),
        hosts: Hosts::Base,
        sign_in: "/door",
        prove: "/door",
        form_action: FormAction::SelfOnly,
        shell: ACCOUNT_SHELL,
    };
    assert_eq!(ACCOUNT.hosts, TWICE.hosts);
    let app = App::new("odd").at(&TAKEN, Routes::new()).at(&TWICE, Routes::new());
    let Err(problems) = Registry::new(vec![app], &mut core_base::config::Reader::from_vars([]))
    else {
        panic!("they fit together")
    };
    let texts: Vec<_> = problems.iter().map(|problem| &*problem.text).collect();
    assert_eq!(
        texts,
        [
            "another site is called `account`",
            "a workspace could take the host of `account`",
            "`twice` answers at the hosts of `account`",
        ]
    );
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_a_page_or_a_problem() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let page = ana.get("/nowhere").await;
        assert!(page.header("content-type").starts_with("text/html"));
        let mut request = ana.request(axum::http::Method::GET, "/nowhere");
        request.headers_mut().insert("accept", "application/json".parse().unwrap());
        assert_eq!(problem(&ana.send(request, "").await)["status"], 404);
    })
    .await;
}
