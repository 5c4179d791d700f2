//! An authenticator app: the secret that is offered, and whether a code is of this moment.

use platform::{
    Result, clock,
    people::Session,
    process::{Place, Services},
};
use qrcodegen::{QrCode, QrCodeEcc};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};

/// How long an offer stands, in seconds; the one before is taken too.
const HOUR: i64 = 3600;

/// A secret for an app to take.
pub struct Offer {
    /// In groups of four, to be typed.
    pub typed: String,
    /// A picture of it, to be scanned: the path of an SVG.
    pub picture: Picture,
    /// The address that an app on the same device opens.
    pub url: String,
}

/// A QR code.
pub struct Picture {
    /// Its width and height, with a border.
    pub size: i32,
    /// The `d` of a path that draws its dark squares.
    pub path: String,
}

/// What this session is offered. Looking at it changes nothing: the secret follows from the session, the hour
/// and the key of the installation, and is kept, encrypted, when its first code is right.
pub fn offer(core: &Services, session: &Session) -> Result<Offer> {
    let secret = secret_of(core, session, clock::now().timestamp() / HOUR);
    let secret = Secret::from(secret);
    let base32 = secret.to_base32();
    let issuer: String = core.brand.name.chars().filter(|c| *c != ':').collect();
    let account: String = session.email.chars().filter(|c| *c != ':').collect();
    let totp = Builder::new().with_secret(secret).with_account_name(account);
    let totp = totp.with_issuer(Some(issuer)).build().map_err(unusual)?;
    let url = totp.to_url().map_err(unusual)?;
    let groups: Vec<_> = base32.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    Ok(Offer { typed: groups.join(" "), picture: picture(&url)?, url })
}

/// The secret that was offered, and the step of the code, if that is right.
pub(super) fn accepted(
    core: &Services,
    session: &Session,
    code: &str,
) -> Result<Option<(Vec<u8>, i64)>> {
    let hour = clock::now().timestamp() / HOUR;
    for hour in [hour, hour - 1] {
        let secret = secret_of(core, session, hour);
        if let Some(step) = step(&secret, code)? {
            return Ok(Some((secret, step)));
        }
    }
    Ok(None)
}

/// The step whose code this is: that of now, the one before, or the next.
pub(super) fn step(secret: &[u8], code: &str) -> Result<Option<i64>> {
    let totp = Builder::new().with_secret(secret.to_vec()).build().map_err(unusual)?;
    let now = u64::try_from(clock::now().timestamp()).unwrap_or_default();
    Ok(Totp::check(&totp, code, now).and_then(|step| i64::try_from(step).ok()))
}

/// The secret that somebody wrote down.
pub(super) fn bytes(base32: &str) -> Result<Vec<u8>, anyhow::Error> {
    let secret = Secret::try_from_base32(base32).map_err(unusual)?;
    Ok(secret.as_bytes().to_vec())
}

/// Where a person's secret stands.
pub(super) fn place(user: &str) -> Place<'_> {
    Place { tenant: None, table: "totp_factors", column: "secret", row: user }
}

/// 160 bits.
fn secret_of(core: &Services, session: &Session, hour: i64) -> Vec<u8> {
    let key =
        core.config.mac_token("totp offer", &format!("{}|{}|{hour}", session.user, session.id));
    Sha256::digest(key.expose().as_bytes())[..20].to_vec()
}

fn picture(url: &str) -> Result<Picture> {
    const BORDER: i32 = 2;
    let code = QrCode::encode_text(url, QrCodeEcc::Medium).map_err(unusual)?;
    let mut path = String::new();
    for (y, x) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (y, x))) {
        if code.get_module(x, y) {
            path += &format!("M{},{}h1v1h-1z", x + BORDER, y + BORDER);
        }
    }
    Ok(Picture { size: code.size() + 2 * BORDER, path })
}

fn unusual(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("an authenticator's secret: {error}")
}
