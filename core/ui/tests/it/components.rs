//! What components print: the markup of the design, and never the markup of their texts.

use core_ui::{
    Crumb, FormState, Fragment, Toast, Tone, avatar, badge, cancel, confirm, crumbs, csrf_field,
    dialog, dialog_end, dropdown, empty, error_summary, icon, icon_with, note, password_field,
    search, select, stat, text_field, textarea,
};

use crate::{EVIL, assert_harmless, markup};

#[test]
fn icons_come_from_the_sprite() {
    let html = icon("plus").to_string();
    assert!(html.starts_with(r#"<svg class="icon" aria-hidden="true"><use href="/assets/"#));
    assert!(html.ends_with(r#"/icons.svg#plus"/></svg>"#), "{html}");
    assert!(icon_with("x", "w-4!").to_string().starts_with(r#"<svg class="icon w-4!""#));
}

#[test]
fn badges_have_a_tone_and_a_dot() {
    assert_eq!(
        badge("Paid", Tone::Success, true).to_string(),
        r#"<span class="badge badge-soft badge-success"><span class="dot"></span>Paid</span>"#
    );
    assert_eq!(
        badge("12", Tone::Neutral, false).to_string(),
        r#"<span class="badge badge-ghost">12</span>"#
    );
}

#[test]
fn avatars_show_initials_on_a_stable_colour() {
    let html = |name, class| avatar(name, class).to_string();
    assert_eq!(
        html("Maya Chen", "ava-xs"),
        r#"<span class="ava tint-3 ava-xs" aria-hidden="true">MC</span>"#
    );
    assert_eq!(html("Globex", ""), r#"<span class="ava tint-4" aria-hidden="true">GL</span>"#);
    assert!(html("Müller & Söhne", "").contains(">MS<"));
    assert!(html("  ", "").contains("></span>"), "a name of spaces has no initials");
    assert!(html("ß", "").contains(">SS<"));
    assert!(html("<b", "").contains("&#60;B"));
}

#[test]
fn no_component_lets_markup_through() {
    let answer = FormState::empty().with("name", EVIL).reject("name", EVIL);
    let options = [(EVIL, EVIL)];
    let plain = FormState::empty();
    let pieces = [
        icon(EVIL).to_string(),
        icon_with("x", EVIL).to_string(),
        badge(EVIL, Tone::Info, true).to_string(),
        text_field(&answer, "name", "Name").to_string(),
        text_field(&plain, "name", EVIL).to_string(),
        text_field(&plain, EVIL, "Name").to_string(),
        text_field(&plain, "name", "Name").help(EVIL).to_string(),
        text_field(&plain, "name", "Name").attr("data-slug-to", EVIL).to_string(),
        text_field(&plain, "name", "Name").link(EVIL, EVIL).to_string(),
        textarea(&answer, "name", "Name").to_string(),
        select(&plain, "name", "Name", &options).to_string(),
        password_field(&plain, "name", EVIL).to_string(),
        error_summary(&answer).to_string(),
        note(Tone::Error, EVIL, EVIL).action(EVIL, EVIL).to_string(),
        empty("inbox", EVIL, EVIL).primary("plus", EVIL, EVIL).link(EVIL, EVIL).to_string(),
        Toast::success(EVIL).text(EVIL).to_string(),
        search(EVIL, EVIL).attr("hx-get", EVIL).to_string(),
        stat(EVIL, EVIL).delta(EVIL, true).note(EVIL).to_string(),
        crumbs(&[Crumb::new(EVIL, EVIL), Crumb::here(EVIL)]).to_string(),
        dialog(EVIL, EVIL).text(EVIL).icon(EVIL, Tone::Error).to_string(),
        dialog_end(EVIL).to_string(),
        cancel(EVIL).text(EVIL).to_string(),
        dropdown(EVIL).icon(EVIL).class(EVIL).to_string(),
        confirm(EVIL, EVIL, EVIL, EVIL, EVIL).field("version", EVIL).of(EVIL, EVIL).to_string(),
        confirm(EVIL, EVIL, EVIL, EVIL, EVIL).button(EVIL).keep(EVIL).back(EVIL).to_string(),
        csrf_field(EVIL).to_string(),
    ];
    for html in pieces {
        assert_harmless(&html);
    }
    let letters = avatar("<x >y", "").to_string();
    assert!(letters.ends_with(">&#60;&#62;</span>"), "{letters}");
}

#[test]
fn a_fragment_is_printed_as_it_is() {
    let piece = Fragment::of(&note(Tone::Info, "A & B", "")).expect("it renders");
    assert!(piece.as_str().contains("A &#38; B"));
    let again = Fragment::of(&piece).expect("it renders");
    assert_eq!(again.into_string(), piece.to_string());
}

#[test]
fn a_question_posts_with_its_token() {
    let question = confirm("Remove", "Kai", "It goes.", "/x", "tok").of("from", "Acme");
    let html = markup(&question.field("version", "3").to_string());
    assert!(html.contains(r#"method="post" action="/x""#), "{html}");
    assert!(html.contains(r#"<input type="hidden" name="_csrf" value="tok">"#), "{html}");
    assert!(html.contains(r#"<input type="hidden" name="version" value="3">"#), "{html}");
    assert!(html.contains("Remove <bdi>Kai</bdi> from <bdi>Acme</bdi>? </h1>"), "{html}");
    assert!(html.contains("<span>Remove <bdi>Kai</bdi></span>"), "{html}");
}

#[test]
fn a_toast_travels_in_a_header_and_in_a_cookie() {
    let toast = Toast::success("Saved “A\\B”\r\n").text("3 people 🚀");
    let header = toast.to_trigger();
    assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header}");
    assert_eq!(
        header,
        concat!(
            r#"{"toast":{"tone":"success","title":"Saved \u201cA\\B\u201d\u000d\u000a","#,
            r#""text":"3 people \ud83d\ude80"}}"#
        )
    );
    let led = toast.clone().link("Undo", "/projects/undo/1");
    assert!(led.to_trigger().ends_with(r#","label":"Undo","path":"/projects/undo/1"}}"#));
    assert_eq!(Toast::decode(&led.encode()), Some(led));
    let elsewhere = "tone=info&title=x&text=y&label=z&path=";
    for path in ["//evil.example", "https://evil.example", "javascript:1"] {
        let read = Toast::decode(&format!("{elsewhere}{path}")).map(|toast| toast.to_string());
        assert!(read.is_some_and(|html| !html.contains("<a ")), "{path}");
    }
    let encoded = toast.encode();
    assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic() && !b";,\"\\".contains(&byte)));
    assert_eq!(Toast::decode(&encoded), Some(toast));
    for broken in ["", "tone=loud&title=x&text=y", "title=x", "tone=info&title=x"] {
        assert_eq!(Toast::decode(broken), None, "{broken}");
    }
}
