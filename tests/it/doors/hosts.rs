//! Which site a request is for, only its one exact Host says.

use axum::http::{HeaderValue, Method, header};
use core_testing::Answer;

use crate::world::{World, everywhere};

/// Forms in which somebody might name acme's host, or nobody's, and get somewhere.
const FORGED: [&str; 46] = [
    "",
    ".",
    "localhost.",
    ".localhost",
    "acme.localhost.",
    "acme..localhost",
    ".acme.localhost",
    "acme.localhost:",
    "acme.localhost:80:80",
    "acme.localhost:x",
    "acme.localhost:123456",
    "acme.localhost:-1",
    "acme.localhost:80 ",
    "acme.localhost/",
    "acme.localhost/projects",
    "acme.localhost?",
    "acme.localhost#",
    "acme.localhost\\",
    "acme.localhost;",
    "acme.localhost,globex.localhost",
    "acme.localhost globex.localhost",
    "acme.localhost@globex.localhost",
    "globex@acme.localhost",
    "a:b@acme.localhost",
    "http://acme.localhost",
    "//acme.localhost",
    "acme_.localhost",
    "-acme.localhost",
    "acme-.localhost",
    "acme%2elocalhost",
    "acme%00.localhost",
    "acm\u{435}.localhost",
    "xn--acm-epa.localhost",
    "acme.localhost.evil.test",
    "acmelocalhost",
    "evil.acme.localhost",
    "www.localhost",
    "console.localhost",
    "api.localhost",
    "evil.test",
    "localhost.localdomain",
    "127.0.0.1",
    "127.0.0.1:8000",
    "[::1]",
    "[::1]:8000",
    "*.localhost",
];

/// As Ana, whose cookies a browser would not even send there.
async fn ask(world: &World, hosts: &[&[u8]]) -> Answer {
    let mut request = world.ana.request(Method::GET, "/projects");
    request.headers_mut().remove(header::HOST);
    for host in hosts {
        request.headers_mut().append(header::HOST, HeaderValue::from_bytes(host).unwrap());
    }
    world.ana.send(request, "").await
}

fn assert_nothing(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 404, "{what}");
    assert!(answer.all("set-cookie").is_empty(), "{what}: {:?}", answer.all("set-cookie"));
    for word in ["Acme", "Globex", "Rocket"] {
        assert!(!answer.text.contains(word), "{what} tells of {word}");
    }
}

#[tokio::test]
async fn forty_forms_of_a_forged_host_lead_nowhere() {
    everywhere(async |world| {
        world.project("Rocket").await;
        for host in FORGED {
            assert_nothing(&ask(world, &[host.as_bytes()]).await, host);
        }
        assert_nothing(&ask(world, &[b"acme.localhost\xff"]).await, "a byte that is no text");
        assert_nothing(&ask(world, &["a".repeat(300).as_bytes()]).await, "a long one");
        assert_nothing(&ask(world, &[]).await, "no Host at all");
        for good in ["acme.localhost", "acme.localhost:8000", "ACME.LocalHost"] {
            assert_eq!(ask(world, &[good.as_bytes()]).await.status, 200, "{good}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_hosts_are_none() {
    everywhere(async |world| {
        for hosts in [["acme.localhost", "globex.localhost"], ["acme.localhost", "acme.localhost"]]
        {
            let bytes = hosts.map(str::as_bytes);
            assert_nothing(&ask(world, &bytes).await, &hosts.join(" and "));
        }
    })
    .await;
}

#[tokio::test]
async fn an_absolute_address_must_name_the_same_host() {
    everywhere(async |world| {
        for (uri, status) in [
            ("http://acme.localhost:8000/projects", 200),
            ("http://globex.localhost:8000/projects", 404),
            ("http://acme.localhost/projects", 404),
            ("http://evil.test/projects", 404),
        ] {
            let mut request = world.ana.request(Method::GET, "/projects");
            *request.uri_mut() = uri.parse().unwrap();
            assert_eq!(world.ana.send(request, "").await.status, status, "{uri}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_others_say_about_host_and_path_is_not_heard() {
    everywhere(async |world| {
        let path = world.project("Rocket").await;
        for (name, value) in [
            ("x-forwarded-host", "globex.localhost:8000"),
            ("x-host", "globex.localhost:8000"),
            ("x-original-host", "globex.localhost:8000"),
            ("forwarded", "host=globex.localhost:8000"),
            ("x-original-url", "/nowhere"),
            ("x-rewrite-url", "/nowhere"),
            ("x-http-method-override", "DELETE"),
        ] {
            let mut request = world.ana.request(Method::GET, &path);
            request.headers_mut().insert(name, HeaderValue::from_static(value));
            let answer = world.ana.send(request, "").await;
            assert_eq!(answer.status, 200, "{name}");
            assert!(answer.has_text("Rocket") && !answer.text.contains("globex"), "{name}");
        }
    })
    .await;
}
