//! Static files: every form is the same file, and addresses hold together.

use std::io::Read;

use core_ui::{Asset, asset, asset_url, assets};

fn get(name: &str, accepts: &str) -> Asset {
    let url = asset_url(name);
    asset(url.strip_prefix("/assets/").expect("the prefix"), accepts).expect("the file")
}

#[test]
fn every_file_is_the_same_in_every_form() {
    assert!(assets::asset_names().count() >= 8);
    for name in assets::asset_names() {
        let plain = get(name, "");
        assert_eq!(plain.encoding, None);
        assert!(!plain.bytes.is_empty(), "{name}");
        let gzip = get(name, "gzip, deflate");
        let brotli = get(name, "gzip, deflate, br, zstd");
        if name.ends_with(".woff2") || name.ends_with(".webp") {
            assert_eq!((gzip.encoding, brotli.encoding), (None, None), "{name} is packed already");
            continue;
        }
        assert_eq!((gzip.encoding, brotli.encoding), (Some("gzip"), Some("br")));
        let mut unpacked = Vec::new();
        let mut reader = flate2::read::GzDecoder::new(gzip.bytes);
        reader.read_to_end(&mut unpacked).expect("valid gzip");
        assert!(unpacked == plain.bytes, "{name}");
        unpacked.clear();
        let mut reader = brotli::Decompressor::new(brotli.bytes, 4096);
        reader.read_to_end(&mut unpacked).expect("valid brotli");
        assert!(unpacked == plain.bytes, "{name}");
        assert!(plain.etag != gzip.etag && gzip.etag != brotli.etag && plain.etag != brotli.etag);
    }
}

#[test]
fn a_form_that_was_refused_is_not_sent() {
    for (header, encoding) in [
        ("br;q=0, gzip;q=0.5", Some("gzip")),
        ("br;q=0.0,gzip;q=0", None),
        ("BR", Some("br")),
        ("brotli", None),
        ("identity", None),
        ("br;q=nonsense", Some("br")),
    ] {
        assert_eq!(get("app.css", header).encoding, encoding, "{header}");
    }
}

#[test]
fn files_are_kept_for_as_long_as_their_address_lives() {
    let hash = asset_url("").replace("/assets/", "").replace('/', "");
    assert_eq!(hash.len(), 12);
    assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(get("app.css", "").cache_control.contains("immutable"));
    let old = asset("0123456789ab/app.css", "").expect("a page of another version gets its files");
    assert!(!old.cache_control.contains("immutable"), "but may not keep them");
    for path in ["app.css", "", "/app.css", "nothex-12345/app.css", "0123/app.css"] {
        assert!(asset(path, "").is_none(), "{path}");
    }
    for path in ["../Cargo.toml", "nothing.css", "", "vendor", "fonts/"] {
        assert!(asset(&format!("{hash}/{path}"), "").is_none(), "{path}");
    }
}

#[test]
fn files_say_what_they_are() {
    for (name, content_type) in [
        ("app.css", "text/css; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("vendor/htmx.min.js", "text/javascript; charset=utf-8"),
        ("icons.svg", "image/svg+xml"),
        ("favicon.svg", "image/svg+xml"),
        ("fonts/inter-latin-wght-normal.woff2", "font/woff2"),
        ("hero-dark.webp", "image/webp"),
    ] {
        assert_eq!(get(name, "").content_type, content_type, "{name}");
    }
}
