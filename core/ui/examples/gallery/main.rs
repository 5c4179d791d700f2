//! Shows every component and shell at http://127.0.0.1:4173, under the production CSP.
//!
//! `cargo run -p core-ui --example gallery [port]`

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

mod pages;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                   font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'none'";

fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(4173);
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    println!("http://127.0.0.1:{port}/");
    for stream in listener.incoming() {
        thread::spawn(|| stream.and_then(answer));
    }
    Ok(())
}

fn answer(stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?.take(1 << 16)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let (mut encoding, mut cookies) = (String::new(), String::new());
    for line in lines {
        let line = line?;
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("accept-encoding") => {
                value.clone_into(&mut encoding);
            }
            Some((name, value)) if name.eq_ignore_ascii_case("cookie") => {
                value.clone_into(&mut cookies);
            }
            None => break,
            Some(_) => {}
        }
    }
    let path = request.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
    if let Some(file) = path.strip_prefix("/assets/") {
        return match core_ui::asset(file, &encoding) {
            Some(asset) => {
                let packed = asset.encoding.map_or_else(String::new, |encoding| {
                    format!("content-encoding: {encoding}\r\n")
                });
                let head = format!("content-type: {}\r\n{packed}", asset.content_type);
                send(stream, "200 OK", &head, asset.bytes)
            }
            None => send(stream, "404 Not Found", "", b""),
        };
    }
    let theme = core_ui::Theme::from_cookies(&cookies);
    let html = pages::page(path.trim_start_matches('/'), theme);
    let head =
        format!("content-type: text/html; charset=utf-8\r\ncontent-security-policy: {CSP}\r\n");
    send(stream, "200 OK", &head, html.as_bytes())
}

fn send(mut to: TcpStream, status: &str, head: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    write!(to, "HTTP/1.1 {status}\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n")?;
    to.write_all(body)
}
