//! Answers keep what was typed and know what is wrong with it.

use core_ui::{Errors, FormState, date_field, error_summary, password_field, select, text_field};

fn rejected() -> FormState {
    let mut errors = Errors::default();
    errors.ensure(true, "summary", "never said");
    errors.ensure(false, "name", "Give the project a name.");
    errors.ensure(false, "name", "A second remark.");
    let typed = [("name", " "), ("due", "soon"), ("tag", "a"), ("tag", "b"), ("password", "pw")];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    FormState::new(typed.into(), errors)
}

#[test]
fn what_was_typed_is_kept() {
    let answer = rejected();
    assert_eq!(answer.value("due"), "soon");
    assert_eq!(answer.value("absent"), "");
    assert_eq!(answer.values("tag").collect::<Vec<_>>(), ["a", "b"]);
    assert!(date_field(&answer, "due", "Due").to_string().contains(r#"value="soon""#));
}

#[test]
fn with_replaces_what_stood_there() {
    assert_eq!(FormState::empty().with("name", "A").with("name", 2).value("name"), "2");
}

#[test]
fn each_field_shows_its_first_error() {
    let answer = rejected();
    assert!(answer.is_rejected());
    assert_eq!(answer.error("name"), Some("Give the project a name."));
    assert_eq!(answer.error("summary"), None);
    assert_eq!(answer.problems().len(), 2);

    let html = text_field(&answer, "name", "Name").help("Shown in lists.").to_string();
    assert!(html.contains(r#"aria-invalid="true""#), "{html}");
    assert!(html.contains(r#"aria-describedby="name-note""#), "{html}");
    assert!(html.contains(r#"<p class="err" id="name-note">"#), "{html}");
    assert!(!html.contains("Shown in lists."), "the error takes the place of the help");
}

#[test]
fn a_field_without_an_error_describes_itself_with_its_help() {
    let answer = FormState::empty();
    let html = text_field(&answer, "name", "Name").help("Shown in lists.").to_string();
    assert!(html.contains(r#"<p class="help" id="name-note">Shown in lists.</p>"#), "{html}");
    assert!(html.contains(r#"aria-describedby="name-note""#) && !html.contains("aria-invalid"));
    assert!(!text_field(&answer, "name", "Name").to_string().contains("aria-describedby"));
}

#[test]
fn a_rejection_can_come_later() {
    let answer = FormState::empty().with("name", "Falcon");
    assert!(!answer.is_rejected());
    let answer = answer.reject("name", "You already have a project of that name.");
    assert_eq!(answer.error("name"), Some("You already have a project of that name."));
    assert_eq!(answer.value("name"), "Falcon");
}

#[test]
fn the_summary_links_to_the_fields_and_takes_the_focus() {
    assert_eq!(error_summary(&FormState::empty()).to_string().trim(), "");
    let html = error_summary(&rejected().reject("", "The form as a whole.")).to_string();
    assert!(html.contains("Three things need your attention"), "{html}");
    assert!(html.contains(r##"href="#name">Give the project a name.</a>"##), "{html}");
    assert!(html.contains(">The form as a whole.</span>"), "{html}");
    assert!(html.contains(r#"tabindex="-1" id="errors" autofocus"#), "{html}");
}

#[test]
fn a_password_never_comes_back() {
    let html = password_field(&rejected(), "password", "Password").to_string();
    assert!(!html.contains("pw"), "{html}");
    assert!(html.contains(" required") && html.contains(r#"autocomplete="current-password""#));
}

#[test]
fn a_select_shows_the_chosen_option() {
    let answer = FormState::empty().with("owner", 2);
    let options = [(String::new(), "Nobody".to_owned()), ("2".to_owned(), "Maya".to_owned())];
    let html = select(&answer, "owner", "Owner", &options).to_string();
    assert!(html.contains(r#"<option value="">Nobody</option>"#), "{html}");
    assert!(html.contains(r#"<option value="2" selected>Maya</option>"#), "{html}");
}
