//! The static files, embedded with their compressed forms under one content hash.

/// Where the static files of this build live; the hash changes with any of them.
pub const PREFIX: &str = concat!("/assets/", env!("ASSETS_HASH"), "/");

const HASH: &str = env!("ASSETS_HASH");
const FOREVER: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "public, no-cache";

struct File {
    name: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
    /// Of the plain, the gzip and the brotli form.
    etags: [&'static str; 3],
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// One static file, in the form that a browser accepts.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The body, compressed as `encoding` says.
    pub bytes: &'static [u8],
    /// For the `Content-Type` header.
    pub content_type: &'static str,
    /// For the `Content-Encoding` header; `Vary: Accept-Encoding` belongs on every answer.
    pub encoding: Option<&'static str>,
    /// For the `ETag` header, with its quotes; each form has its own.
    pub etag: &'static str,
    /// For the `Cache-Control` header.
    pub cache_control: &'static str,
}

/// The file at `path`, which is what follows `/assets/`: `<hash>/app.css`.
///
/// A hash of another build is answered too, but not to be kept: while a new version is rolled
/// out, a page of one process may fetch its files from another.
pub fn asset(path: &str, accept_encoding: &str) -> Option<Asset> {
    let (hash, name) = path.split_once('/')?;
    if hash.len() != HASH.len() || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let file = FILES.iter().find(|file| file.name == name)?;
    let cache_control = if hash == HASH { FOREVER } else { REVALIDATE };
    let form = |bytes, encoding, tag: usize| Asset {
        bytes,
        content_type: file.content_type,
        encoding,
        etag: file.etags[tag],
        cache_control,
    };
    Some(match (file.brotli, file.gzip) {
        (Some(bytes), _) if accepts(accept_encoding, "br") => form(bytes, Some("br"), 2),
        (_, Some(bytes)) if accepts(accept_encoding, "gzip") => form(bytes, Some("gzip"), 1),
        _ => form(file.plain, None, 0),
    })
}

/// The address of a static file, such as `app.css`.
pub fn asset_url(name: &str) -> String {
    [PREFIX, name].concat()
}

/// Every static file's name, for checks over all of them.
pub fn asset_names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|file| file.name)
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = |part: &str| {
            let weight = part.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            weight.is_some_and(|weight| weight <= 0.0)
        };
        named && !parts.any(refused)
    })
}
