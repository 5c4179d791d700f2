//! Lists: addresses carry their parameters on, heads sort, pages count.

use core_ui::{Address, pager, th};

use crate::{EVIL, assert_harmless, markup};

fn address() -> Address {
    Address::new("/projects").with("q", "a b&c").with("page", 3)
}

#[test]
fn an_address_keeps_its_parameters() {
    assert_eq!(Address::new("/projects").to_string(), "/projects");
    assert_eq!(address().to_string(), "/projects?q=a+b%26c&page=3");
    assert_eq!(address().with("page", 4).to_string(), "/projects?q=a+b%26c&page=4");
    assert_eq!(address().with("q", "").to_string(), "/projects?page=3");
    assert_eq!(
        address().without("q").and("s", 1).and("s", 2).to_string(),
        "/projects?page=3&s=1&s=2"
    );
}

#[test]
fn a_head_sorts_and_turns_around() {
    let at = address();
    let head = |sort, column| th(&at, sort, column, "Name").to_string();
    let other = head("due", "name");
    assert!(other.contains("sort=name\"") && !other.contains("aria-sort"), "{other}");
    assert!(other.contains("#chevrons-up-down"), "{other}");
    let up = head("name", "name");
    assert!(up.contains(r#"aria-sort="ascending""#) && up.contains("sort=-name\""), "{up}");
    let down = head("-name", "name");
    assert!(down.contains(r#"aria-sort="descending""#) && down.contains("sort=name\""), "{down}");
    for html in [other, up, down] {
        assert!(html.contains("q=a+b%26c") && !html.contains("page="), "{html}");
    }
    assert_harmless(&th(&at, "", "name", EVIL).class(EVIL).to_string());
}

#[test]
fn pages_are_counted_right() {
    let at = Address::new("/p");
    let count = |page: u64, per: u64, total: u64| {
        let pager = pager(&at, page, per, total, "projects");
        (pager.from(), pager.to(), pager.previous().is_some(), pager.next().is_some())
    };
    assert_eq!(count(1, 25, 0), (0, 0, false, false));
    assert_eq!(count(1, 25, 1), (1, 1, false, false));
    assert_eq!(count(1, 25, 25), (1, 25, false, false));
    assert_eq!(count(1, 25, 26), (1, 25, false, true));
    assert_eq!(count(2, 25, 26), (26, 26, true, false));
    assert_eq!(count(40, 25, 1000), (976, 1000, true, false));
    assert_eq!(count(0, 25, 60), (1, 25, false, true), "there is no page before the first");
    assert_eq!(count(9, 25, 60), (51, 60, true, false), "past the end is the last page");
    assert_eq!(count(u64::MAX, 25, u64::MAX).1, u64::MAX, "nothing overflows");
    assert_eq!(count(u64::MAX, 0, u64::MAX).1, u64::MAX, "no page size is a page size of one");
}

#[test]
fn pages_are_linked_with_the_search() {
    let at = address();
    let html = markup(&pager(&at, 2, 25, 1234, "projects").with_sizes().to_string());
    assert!(html.contains("26–50 of 1,234 projects"), "{html}");
    assert!(html.contains(r#"href="/projects?q=a+b%26c" rel="prev""#), "{html}");
    assert!(html.contains(r#"href="/projects?q=a+b%26c&#38;page=3" rel="next""#), "{html}");
    assert!(html.contains("per_page=100\""), "{html}");
    assert!(html.contains(r#"per_page=25" aria-current="true""#), "{html}");
    let single = pager(&at, 1, 25, 3, EVIL).to_string();
    assert_eq!(single.matches("aria-disabled").count(), 2, "{single}");
    assert!(!single.contains("per_page"), "sizes are offered only where they are heeded");
    assert_harmless(&single);
    let of = |total: u64| markup(&pager(&at, 1, 25, total, "projects").one("project").to_string());
    for (total, says) in [(0, "No projects<"), (1, "1–1 of 1 project<"), (2, "of 2 projects<")] {
        assert!(of(total).contains(says), "{total}");
    }
}
