//! Embeds every file of `assets/` with its compressed forms, under one content hash over all of them.
//!
//! One hash for the whole set, in a folder of the URL, keeps relative URLs working: the stylesheet
//! finds its fonts and the script its icons without being rewritten.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets");

    let mut files = Vec::new();
    collect(&root.join("assets"), "", &mut files);
    files.sort();

    let mut all = Sha256::new();
    let mut table = String::from("&[\n");
    for (number, (name, path)) in files.iter().enumerate() {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        all.update(name);
        all.update((bytes.len() as u64).to_le_bytes());
        all.update(&bytes);
        let etag = &hex(&Sha256::digest(&bytes))[..16];
        let content_type = content_type(name);
        let form = |extension: &str, packed: Vec<u8>| -> String {
            let file = format!("{number}.{extension}");
            fs::write(out.join(&file), packed).expect("OUT_DIR is writable");
            format!("Some({})", included("OUT_DIR", &file))
        };
        // Fonts and pictures are compressed already.
        let packed = [".woff2", ".png", ".webp"].iter().any(|kind| name.ends_with(kind));
        let (gzip, brotli) = if packed {
            ("None".to_owned(), "None".to_owned())
        } else {
            (form("gz", gzip(&bytes, release)), form("br", brotli(&bytes, release)))
        };
        let plain = included("CARGO_MANIFEST_DIR", &format!("assets/{name}"));
        writeln!(
            table,
            "File {{ name: {name:?}, content_type: {content_type:?}, plain: {plain}, \
             gzip: {gzip}, brotli: {brotli}, etags: [\"\\\"{etag}\\\"\", \"\\\"{etag}-gz\\\"\", \
             \"\\\"{etag}-br\\\"\"] }},"
        )
        .expect("a String takes everything");
    }
    table.push(']');
    fs::write(out.join("files.rs"), table).expect("OUT_DIR is writable");
    println!("cargo:rustc-env=ASSETS_HASH={}", &hex(&all.finalize())[..12]);
}

/// Found when the crate is compiled, so that a checkout that was moved still builds.
fn included(root: &str, file: &str) -> String {
    let file = format!("/{file}");
    format!("include_bytes!(concat!(env!({root:?}), {file:?}))")
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).expect("assets/ is part of the crate") {
        let path = entry.expect("assets/ is readable").path();
        let name = path.file_name().expect("entries have names").to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else {
            files.push((format!("{prefix}{name}"), path));
        }
    }
}

/// A file of an unknown kind is refused here rather than served as something it is not.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("txt") => "text/plain; charset=utf-8",
        _ => panic!("assets/{name}: add its content type to build.rs"),
    }
}

fn gzip(bytes: &[u8], release: bool) -> Vec<u8> {
    let level = if release { Compression::best() } else { Compression::fast() };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).expect("a Vec takes everything");
    encoder.finish().expect("a Vec takes everything")
}

fn brotli(bytes: &[u8], release: bool) -> Vec<u8> {
    let quality = if release { 9 } else { 2 };
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 1 << 16, quality, 22)
        .write_all(bytes)
        .expect("a Vec takes everything");
    packed
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}
