//! A mail server that refuses readers or letters with the words of the test.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What it refuses.
#[derive(Clone)]
enum What {
    Readers,
    /// The text of letters, until it is told otherwise.
    Letters(Arc<AtomicBool>),
}

/// One that knows no reader; gives its `SMTP_URL`.
pub(super) async fn refusing(words: &'static str) -> String {
    start(words, What::Readers).await
}

/// One that takes no letter while the flag stands.
pub(super) async fn refusing_letters(words: &'static str, while_: Arc<AtomicBool>) -> String {
    start(words, What::Letters(while_)).await
}

async fn start(words: &'static str, what: What) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(speak(stream, words, what.clone()));
        }
    });
    format!("smtp://127.0.0.1:{port}")
}

async fn speak(stream: TcpStream, words: &str, what: What) {
    let mut stream = BufReader::new(stream);
    let mut answer = "220 ready\r\n".to_owned();
    let mut is_letter = false;
    loop {
        let sent = stream.write_all(answer.as_bytes()).await;
        let mut line = String::new();
        if sent.is_err() || stream.read_line(&mut line).await.unwrap_or_default() == 0 {
            return;
        }
        let word = line.get(..4).unwrap_or_default();
        answer = match (&what, word) {
            (_, _) if is_letter && line != ".\r\n" => String::new(),
            (What::Letters(while_), _) if is_letter => {
                is_letter = false;
                let is_refused = while_.load(Ordering::SeqCst);
                format!("{}\r\n", if is_refused { words } else { "250 taken" })
            }
            (What::Readers, "RCPT") => format!("{words}\r\n"),
            (_, "DATA") => {
                is_letter = true;
                "354 go on\r\n".to_owned()
            }
            _ => "250 yes\r\n".to_owned(),
        };
    }
}
