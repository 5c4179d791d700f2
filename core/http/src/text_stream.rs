//! Long answers of text: a piece at a time, so that neither memory nor a transaction holds them.

use axum::body::{Body, Bytes};
use core_base::Result;
use futures_util::stream;

enum Step<S> {
    First(String, Option<S>),
    Next(S),
}

/// A body of `first` and then of what `piece` gives for each state, until it names no next one. A piece
/// that fails ends the answer early, which clients notice, and is said in the log.
pub fn stream_text<S, F, Fut>(first: String, state: Option<S>, piece: F) -> Body
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(String, Option<S>)>> + Send,
{
    let begin = (Some(Step::First(first, state)), piece);
    let pieces = stream::unfold(begin, |(step, piece)| async move {
        let (text, next) = match step? {
            Step::First(text, state) => (Ok(text), state),
            Step::Next(state) => match piece(state).await {
                Ok((text, next)) => (Ok(text), next),
                Err(error) => {
                    let error = error.into_anyhow();
                    tracing::error!("a long answer ended early: {error:#}");
                    (Err(std::io::Error::other("the rest cannot be read")), None)
                }
            },
        };
        Some((text.map(Bytes::from), (next.map(Step::Next), piece)))
    });
    Body::from_stream(pieces)
}
