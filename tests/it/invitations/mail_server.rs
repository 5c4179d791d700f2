//! A mail server that refuses every reader with the words of the test.

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Starts one; gives its `SMTP_URL`.
pub(super) async fn refusing(words: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(speak(stream, words));
        }
    });
    format!("smtp://127.0.0.1:{port}")
}

async fn speak(stream: TcpStream, words: &str) {
    let mut stream = BufReader::new(stream);
    let mut answer = "220 ready".to_owned();
    loop {
        let sent = stream.write_all(format!("{answer}\r\n").as_bytes()).await;
        let mut line = String::new();
        if sent.is_err() || stream.read_line(&mut line).await.unwrap_or_default() == 0 {
            return;
        }
        answer = match line.get(..4).unwrap_or_default() {
            "RCPT" => words.to_owned(),
            _ => "250 yes".to_owned(),
        };
    }
}
