//! A second step at log-in: each code once, few tries, no way around it, and a way back.

use std::{
    process::Command,
    sync::atomic::{AtomicI64, Ordering},
};

use chrono::TimeDelta;
use core_base::clock;
use core_testing::{Actor, Answer, Stage, StoreKind, core_stores};

use crate::world::{apps, everywhere};

pub(super) const PASSWORD: &str = "correct horse battery staple";

/// The code of a secret so many seconds from now, by another implementation than ours.
pub(super) fn code(secret: &str, seconds: i64) -> String {
    const PROGRAM: &str = "
import base64, hmac, struct, sys
secret = base64.b32decode(sys.argv[1].replace(' ', ''))
digest = hmac.new(secret, struct.pack('>Q', int(sys.argv[2]) // 30), 'sha1').digest()
at = digest[-1] & 15
print('%06d' % ((struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000), end='')
";
    let time = (clock::now().timestamp() + seconds).to_string();
    let python = std::env::var("TEST_SMTP_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let done = Command::new(python).args(["-c", PROGRAM, secret, &time]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// As if so much time had gone by.
pub(super) fn pass(time: TimeDelta) {
    static AHEAD: AtomicI64 = AtomicI64::new(0);
    let ahead = AHEAD.fetch_add(time.num_seconds(), Ordering::Relaxed) + time.num_seconds();
    clock::set_ahead(TimeDelta::seconds(ahead));
}

/// Until the next code has just begun: whatever a test does then is done while it lasts.
pub(super) fn wait() {
    let gone = clock::now().timestamp() % 30;
    pass(TimeDelta::seconds(31 - gone));
}

/// Kim, with a password, in a browser that nobody was logged in with.
async fn kim(stage: &Stage) -> String {
    let email = "kim@example.test";
    let catalog = stage.store.catalog();
    let made = accounts::user::create(catalog, email, "Kim", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    email.to_owned()
}

pub(super) async fn log_in(browser: &Actor, email: &str) -> Answer {
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", email), ("password", PASSWORD)]).await
}

async fn second(browser: &Actor, code: &str) -> Answer {
    second_with(browser, &[("code", code)]).await
}

pub(super) async fn second_with(browser: &Actor, fields: &[(&str, &str)]) -> Answer {
    let form = browser.get("/login/mfa").await.form("/login/mfa");
    browser.submit(&form, fields).await
}

/// The secret that a page offers.
pub(super) fn secret_of(page: &Answer) -> String {
    let from = page.text.split("data-secret>").nth(1).unwrap();
    from.split('<').next().unwrap().to_owned()
}

/// Kim with the second step on; a browser of hers, the secret and the codes.
pub(super) async fn with_app(stage: &Stage) -> (Actor, String, Vec<String>) {
    let email = kim(stage).await;
    let browser = stage.visitor();
    assert_eq!(log_in(&browser, &email).await.status, 303);
    let page = browser.get("/account/security/totp").await;
    let secret = secret_of(&page);
    let form = page.form("/account/security/totp");
    let wrong = browser.submit(&form, &[("code", "000000")]).await;
    assert!(wrong.status == 422 && wrong.has_text("This code is wrong."), "{}", wrong.words());
    assert_eq!(secret_of(&wrong), secret, "the phone has it by now");
    let on = browser.submit(&form, &[("code", &code(&secret, 0))]).await;
    assert_eq!((on.status, on.location()), (303, "/account/security/recovery-codes"));
    let on = browser.follow(on).await;
    assert!(on.has_text("Two-step verification is on"), "{}", on.words());
    let again = browser.get("/account/security/recovery-codes").await;
    assert!(again.has_text("You have 10 of 10 left."), "shown once: {}", again.words());
    let list = on.text.split("id=\"codes\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let codes: Vec<_> = list.split("<li>").skip(1).map(|one| one[..29].to_owned()).collect();
    assert_eq!(codes.len(), 10, "{codes:?}");
    (browser, secret, codes)
}

#[tokio::test]
async fn a_log_in_takes_a_code_and_each_code_once() {
    everywhere(async |world| {
        let (_, secret, _) = with_app(&world.stage).await;
        let mail = world.stage.mailbox();
        world.stage.run_jobs().await;
        assert!(mail.newest_to("kim@example.test").subject.contains("was turned on"));

        let browser = world.stage.visitor();
        let asked = log_in(&browser, "kim@example.test").await;
        assert_eq!((asked.status, asked.location()), (303, "/login/mfa"));
        assert_eq!(browser.get("/account").await.status, 303, "the password alone is no way in");
        let used = second(&browser, &code(&secret, 0)).await;
        assert!(used.status == 422 && used.has_text("was already used"), "it set the app up");
        wait();
        let (two, mut codes) = (code(&secret, 0), vec![]);
        let other = world.stage.visitor();
        log_in(&other, "kim@example.test").await;
        for browser in [&browser, &other] {
            codes.push(second(browser, &two).await.status);
        }
        codes.sort_unstable();
        assert_eq!(codes, [303, 422], "one code, one way in");
        assert_eq!(browser.get("/account").await.status, 200);
        // Of a moment that is long over, or far ahead.
        let late = world.stage.visitor();
        log_in(&late, "kim@example.test").await;
        for seconds in [-90, 120] {
            assert_eq!(second(&late, &code(&secret, seconds)).await.status, 422, "{seconds}");
        }
        // A little late is in time.
        wait();
        wait();
        assert_eq!(second(&late, &code(&secret, -30)).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn sent_twice_at_once_it_is_on_once() {
    everywhere(async |world| {
        let email = kim(&world.stage).await;
        let browser = world.stage.visitor();
        log_in(&browser, &email).await;
        let page = browser.get("/account/security/totp").await;
        let (form, code) = (page.form("/account/security/totp"), code(&secret_of(&page), 0));
        let fields = [("code", &*code)];
        let both = futures_util::future::join_all((0..4).map(|_| browser.submit(&form, &fields)));
        let all = both.await;
        for answer in &all {
            // Where another has ended the session of the page by then, it is out of date.
            assert!(matches!(answer.status, 303 | 400), "{}", answer.words());
        }
        assert!(all.iter().any(|answer| answer.status == 303));
        let again = world.stage.visitor();
        assert_eq!(log_in(&again, &email).await.location(), "/login/mfa");
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_new_ones_end_the_old() {
    everywhere(async |world| {
        let (first, _, codes) = with_app(&world.stage).await;
        for (typed, status) in [
            (codes[0].to_uppercase(), 303),
            (codes[0].clone(), 422),
            (codes[1].replace('-', " "), 303),
            ("2222-2222-2222-2222".to_owned(), 422),
        ] {
            let browser = world.stage.visitor();
            log_in(&browser, "kim@example.test").await;
            assert_eq!(second(&browser, &typed).await.status, status, "{typed}");
        }
        let page = first.get("/account/security").await;
        assert!(page.has_text("8 of 10 left"), "{}", page.words());
        let form = first.get("/account/security/recovery-codes").await;
        let form = form.form("/account/security/recovery-codes");
        let new = first.submit(&form, &[]).await;
        let new = first.follow(new).await;
        assert!(new.has_text("Save your recovery codes"), "{}", new.words());
        let browser = world.stage.visitor();
        log_in(&browser, "kim@example.test").await;
        assert_eq!(second(&browser, &codes[2]).await.status, 422, "it is of the ones before");
    })
    .await;
}

#[tokio::test]
async fn guesses_end_soon_and_shut_the_owner_out_of_no_browser_of_theirs() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &[("RATE_LIMITS", "on")]).await;
        let (own, secret, _) = with_app(&stage).await;
        own.submit(&own.get("/account").await.form("/logout"), &[]).await;
        let thief = stage.visitor();
        log_in(&thief, "kim@example.test").await;
        let mut answers = vec![];
        for _ in 0..6 {
            answers.push(second(&thief, "123456").await.status);
        }
        assert_eq!(answers, [422, 422, 422, 422, 422, 429]);
        wait();
        assert_eq!(second(&thief, &code(&secret, 0)).await.status, 429, "right, and too late");
        log_in(&own, "kim@example.test").await;
        assert_eq!(second(&own, &code(&secret, 0)).await.status, 303);
        stage.close().await;
    }
}

#[tokio::test]
async fn nothing_leads_around_it() {
    everywhere(async |world| {
        let (own, secret, _) = with_app(&world.stage).await;
        // Without the password there is no second step to try.
        let stranger = world.stage.visitor();
        let none = stranger.post("/login/mfa", &[("code", &code(&secret, 30))]).await;
        assert_eq!((none.status, none.location()), (303, "/login"));
        // Another password ends what was begun with the one before.
        let begun = world.stage.visitor();
        log_in(&begun, "kim@example.test").await;
        let form = own.get("/account").await.form("/account/password");
        let new = "seven boats below the bridge";
        let changed = own.submit(&form, &[("current", PASSWORD), ("password", new)]).await;
        assert_eq!(changed.status, 303, "{}", changed.words());
        wait();
        let late = begun.post("/login/mfa", &[("code", &code(&secret, 0))]).await;
        assert_eq!((late.status, late.location()), (303, "/login"));
        // What was begun ends by itself, and nobody makes its cookie.
        let slow = world.stage.visitor();
        let form = slow.get("/login").await.form("/login");
        slow.submit(&form, &[("email", "kim@example.test"), ("password", new)]).await;
        let account = world.stage.config().account_origin();
        let cookie = slow.cookie(&account, "__Host-second-step").unwrap();
        let forged = world.stage.visitor();
        let last = if cookie.ends_with('0') { '1' } else { '0' };
        let bent = format!("{}{last}", &cookie[..cookie.len() - 1]);
        forged.set_cookie(&account, "__Host-second-step", &bent);
        assert_eq!(forged.get("/login/mfa").await.status, 303);
        assert_eq!(slow.get("/login/mfa").await.status, 200);
        pass(TimeDelta::minutes(11));
        assert_eq!(slow.get("/login/mfa").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn what_is_grave_asks_again_who_one_is() {
    everywhere(async |world| {
        let email = kim(&world.stage).await;
        let browser = world.stage.visitor();
        log_in(&browser, &email).await;
        pass(TimeDelta::minutes(16));
        let asked = browser.get("/account/security/totp").await;
        let proof = "/account/prove?next=%2Faccount%2Fsecurity%2Ftotp";
        assert_eq!(asked.location(), proof);
        for path in [
            "/account/security/totp",
            "/account/security/totp/off",
            "/account/sessions/end",
            "/account/sessions/00000000-0000-0000-0000-000000000000/end",
        ] {
            let asked = browser.post(path, &[("code", "123456")]).await;
            assert!(asked.location().starts_with("/account/prove"), "{path}: {}", asked.status);
        }
        // A new session in the place of this one is no proof.
        let other = world.stage.visitor();
        log_in(&other, &email).await;
        let form = browser.get("/account").await.form("/account/sessions/end");
        let asked = browser.submit(&form, &[]).await;
        assert!(asked.location().starts_with("/account/prove?next="), "{}", asked.location());
        assert_eq!(other.get("/account").await.status, 200, "not yet");
        let asked = browser.get("/account/security/totp").await;
        assert!(asked.location().starts_with("/account/prove"), "{}", asked.status);
        let form = browser.follow(asked).await.form("/account/prove");
        let wrong = browser.submit(&form, &[("password", "not hers at all")]).await;
        assert!(wrong.status == 422 && wrong.has_text("This is not your password."));
        let thief = world.stage.visitor();
        let (origin, name) = (browser.account_origin(), core_http::SESSION_COOKIE);
        thief.set_cookie(origin, name, &browser.cookie(origin, name).unwrap());
        assert_eq!(thief.get("/account").await.status, 200);
        let right = browser.submit(&form, &[("password", PASSWORD)]).await;
        assert_eq!((right.status, right.location()), (303, "/account/security/totp"));
        assert_eq!(thief.get("/account").await.status, 303, "a copy of the token is no proof");
        assert!(browser.follow(right).await.has_text("Set up two-step verification"));
        // The way back leads nowhere else.
        let form = browser.get("/account/prove?next=//evil.test/").await.form("/account/prove");
        let back = browser.submit(&form, &[("password", PASSWORD)]).await;
        assert_eq!(back.location(), "/account/security");
    })
    .await;
}

#[tokio::test]
async fn turning_it_off_ends_other_sessions_and_an_operator_can_too() {
    everywhere(async |world| {
        let (own, secret, _) = with_app(&world.stage).await;
        let other = world.stage.visitor();
        log_in(&other, "kim@example.test").await;
        wait();
        assert_eq!(second(&other, &code(&secret, 0)).await.status, 303);
        let form = own.get("/account/security/totp").await.form("/account/security/totp/off");
        assert_eq!(own.submit(&form, &[]).await.status, 303);
        assert_eq!(own.get("/account").await.status, 200, "this browser goes on");
        assert_eq!(other.get("/account").await.status, 303, "the other one is out");
        let again = log_in(&world.stage.visitor(), "kim@example.test").await;
        assert_ne!(again.location(), "/login/mfa");
    })
    .await;
    everywhere(async |world| {
        let (own, ..) = with_app(&world.stage).await;
        let catalog = world.stage.store.catalog();
        let person = core_access::user_by_email(catalog, "kim@example.test").await;
        let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let done = accounts::second_factor::reset(&world.stage.store, &person).await;
        assert!(done.map_err(core_base::Error::into_anyhow).unwrap());
        assert_eq!(own.get("/account").await.status, 303, "logged out everywhere");
        world.stage.run_jobs().await;
        assert!(world.stage.mailbox().newest_to("kim@example.test").subject.contains("turned off"));
    })
    .await;
}

/// The secret is worth nothing to whoever reads the database, nor in another person's row.
#[tokio::test]
async fn secrets_are_encrypted_for_their_row() {
    everywhere(async |world| {
        let (_, secret, _) = with_app(&world.stage).await;
        let catalog = world.stage.store.catalog();
        let rows = catalog.find::<accounts::second_factor::Factors>();
        let row = sea_orm::Select::one(rows, catalog).await.unwrap().unwrap();
        let plain = secret.replace(' ', "");
        let stored = String::from_utf8_lossy(&row.secret).into_owned();
        assert!(!stored.contains(&plain));
        let place =
            |row| core_access::Place { tenant: None, table: "totp_factors", column: "secret", row };
        let vault = &world.stage.core.vault;
        let own = row.user_id.to_string();
        assert!(vault.decrypt(place(&own), &row.secret).await.is_ok());
        let moved = core_base::UserId::new().to_string();
        assert!(vault.decrypt(place(&moved), &row.secret).await.is_err());

        // Another master key: what was wrapped by the first is opened, wrapped anew, and then it alone does.
        let secret = |text: &str| core_base::Secret::new(text.repeat(32));
        let (old, new) = (world.stage.config().master_keys[0].clone(), secret("n"));
        let both = core_access::Vault::new(catalog.clone(), &[new.clone(), old.clone()]);
        assert!(both.decrypt(place(&own), &row.secret).await.is_ok());
        let status = both.rotate().await.map_err(core_base::Error::into_anyhow).unwrap();
        assert_eq!((status.all, status.newest, status.lost), (1, 1, 0));
        let alone = core_access::Vault::new(catalog.clone(), &[new]);
        assert!(alone.decrypt(place(&own), &row.secret).await.is_ok());
        let before = core_access::Vault::new(catalog.clone(), &[old]);
        assert!(before.decrypt(place(&own), &row.secret).await.is_err());
    })
    .await;
}
