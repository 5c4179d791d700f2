//! Heads, panels, choices and lists: what they print, and never the markup of their texts.

use core_ui::{
    FormState, Fragment, NavLink, Tone, bulk_bar, checkbox, combobox, facts, file_field,
    filter_bar, filter_bar_end, form_panel, form_panel_end, note, number_field, page_head, radios,
    switch, table, tabs,
};

use crate::{EVIL, assert_harmless, markup};

#[test]
fn a_page_head_offers_what_somebody_may_do() {
    let head = page_head(EVIL).text(EVIL).primary(true, "plus", EVIL, EVIL);
    let html = markup(&head.secondary(false, "x", "Hidden", "/hidden").to_string());
    assert_harmless(&html);
    assert!(html.contains("<h1>") && html.contains("btn btn-primary") && !html.contains("/hidden"));
    let count = Fragment::of(&note(Tone::Info, "3", "")).expect("it renders");
    let html = page_head("Members").status("members-count", &count).to_string();
    assert!(html.contains(r#"<p id="members-count" role="status"><div class="alert"#), "{html}");
}

#[test]
fn a_form_panel_carries_its_token_and_what_nobody_sees() {
    let start = form_panel("/x", "tok").title(EVIL, EVIL).hidden("version", "3").hidden("none", "");
    let html = markup(&start.to_string());
    assert_harmless(&html);
    assert!(html.contains(r#"<form class="panel" method="post" action="/x">"#), "{html}");
    assert!(html.contains(r#"name="_csrf" value="tok""#) && !html.contains("none"), "{html}");
    assert!(html.contains(r#"<input type="hidden" name="version" value="3">"#), "{html}");
    let end = form_panel_end("Save", "/back").to_string();
    assert!(end.contains(r#"href="/back">Cancel</a>"#) && end.trim_end().ends_with("</form>"));
    assert!(!form_panel_end("Save", "").to_string().contains("Cancel"));
}

#[test]
fn choices_show_what_was_chosen_and_what_is_wrong() {
    let answer = FormState::empty().with("a", "true").with("c", EVIL).reject("b", EVIL);
    let on = markup(&checkbox(&answer, "a", EVIL).help(EVIL).to_string());
    assert_harmless(&on);
    assert!(on.contains(r#"name="a" value="true" checked aria-describedby="a-note""#), "{on}");
    let off = markup(&switch(&answer, "b", "B").to_string());
    assert_harmless(&off);
    assert!(off.contains(r#"role="switch""#) && !off.contains(" checked"), "{off}");
    assert!(off.contains(r#"aria-invalid="true""#), "{off}");
    let radios = radios(&answer, "c", EVIL).option("x", "X", "").option(EVIL, EVIL, EVIL);
    let html = radios.to_string();
    assert_harmless(&html);
    assert_eq!(html.matches(" checked").count(), 1, "{html}");
}

#[test]
fn other_fields_are_of_their_kind_and_a_file_is_never_filled_in() {
    let answer = FormState::empty().with("n", "7").with("f", "passwd").with("o", EVIL);
    let number = markup(&number_field(&answer, "n", "N").between("1", "9").to_string());
    assert!(number.contains(r#"type="number" value="7""#) && number.contains(r#"max="9""#));
    assert!(!file_field(&answer, "f", "F").to_string().contains("passwd"));
    let offers = combobox(&answer, "o", "O", &[EVIL, "Maya"]).search("/owners").to_string();
    assert_harmless(&offers);
    assert!(offers.contains(r#"list="o-options""#) && offers.contains(r#"hx-get="/owners""#));
    assert!(offers.contains(r#"<option value="Maya">"#), "{offers}");
}

#[test]
fn lists_say_what_they_are_and_keep_what_was_asked_for() {
    assert_harmless(&table(EVIL).to_string());
    let bar = filter_bar("/members", "members").also("#count:innerHTML").to_string();
    assert!(bar.contains(r##"hx-select="#members""##) && bar.contains("hx-select-oob"), "{bar}");
    let kept = filter_bar_end().sort(EVIL, "name").per_page(Some(50)).to_string();
    assert_harmless(&kept);
    assert!(kept.contains(r#"name="per_page" value="50""#), "{kept}");
    assert!(!filter_bar_end().sort("name", "name").per_page(None).to_string().contains("hidden"));
    let none = bulk_bar(0u64).to_string();
    assert!(none.starts_with(r#"<div class="bulkbar" hidden"#), "{none}");
    let all = bulk_bar(2u64).all(120u64, true, EVIL).to_string();
    assert_harmless(&all);
    assert!(all.contains(">120</span>") && all.contains("data-check-matching checked"), "{all}");
}

#[test]
fn facts_and_tabs_say_no_more_than_their_words() {
    let part = Fragment::of(&note(Tone::Info, "part", "")).expect("it renders");
    let html = facts().text(EVIL, EVIL).html("Part", &part).missing("Due", EVIL).to_string();
    assert_harmless(&html);
    assert_eq!(html.matches("<dd").count(), 3, "{html}");
    let link = NavLink { label: EVIL, path: EVIL, icon: "", current: true };
    let html = tabs(EVIL, &[link]).to_string();
    assert_harmless(&html);
    assert_eq!(html.matches(r#"aria-current="page""#).count(), 1, "{html}");
    let told = note(Tone::Warning, "Saved meanwhile", "").urgent().facts(&[]).to_string();
    assert!(markup(&told).contains(r#"tabindex="-1" autofocus role="alert""#), "{told}");
}
