//! Long answers: a piece at a time, so that neither memory nor a transaction holds them.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::Response,
};
use core_base::Result;
use futures_util::{StreamExt, stream};

enum Step<S> {
    First(Bytes, Option<S>),
    Next(S),
}

/// A body of `first` and then of what `piece` gives for each state, until it names no next one. A piece
/// that fails ends the answer early, which clients notice, and is said in the log.
pub fn stream_text<T, S, F, Fut>(first: T, state: Option<S>, piece: F) -> Body
where
    T: Into<Bytes>,
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(T, Option<S>)>> + Send,
{
    let begin = (Some(Step::First(first.into(), state)), piece);
    let pieces = stream::unfold(begin, |(step, piece)| async move {
        let (text, next) = match step? {
            Step::First(text, state) => (Ok(text), state),
            Step::Next(state) => match piece(state).await {
                Ok((text, next)) => (Ok(text.into()), next),
                Err(error) => {
                    let error = error.into_anyhow();
                    tracing::error!("a long answer ended early: {error:#}");
                    (Err(std::io::Error::other("the rest cannot be read")), None)
                }
            },
        };
        Some((text, (next.map(Step::Next), piece)))
    });
    // Whoever compresses it asks once more after its end.
    Body::from_stream(pieces.fuse())
}

/// An answer that a browser keeps as a file of this name instead of showing it.
pub fn as_file(kind: &'static str, name: &str, body: Body) -> Response {
    // Anything else in a header would have to be written in two ways.
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let kept = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, kept.expect("a plain name"));
    response
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::stream_text;

    #[tokio::test]
    async fn it_ends_once_however_often_it_is_asked() {
        let piece = |n: u32| async move { Ok((n.to_string(), (n < 3).then_some(n + 1))) };
        let mut body = stream_text("0".to_owned(), Some(1), piece).into_data_stream();
        let mut text = vec![];
        while let Some(Ok(piece)) = body.next().await {
            text.extend(piece);
        }
        assert_eq!(text, b"0123");
        assert!(body.next().await.is_none());
        assert!(body.next().await.is_none());
    }
}
