//! How much one address may ask of us.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, Request, Response, StatusCode, header},
};
use governor::middleware::NoOpMiddleware;
use tower_governor::{
    GovernorError, GovernorLayer,
    governor::{GovernorConfig, GovernorConfigBuilder},
    key_extractor::KeyExtractor,
};

use crate::Client;

/// A person clicks, and a page brings some requests with it; a program that goes on faster waits.
const PER_SECOND: u64 = 20;
const BURST: u32 = 200;

/// The client's network, as far as trusted proxies say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientNetwork;

impl KeyExtractor for ClientNetwork {
    type Key = IpAddr;
    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        let client = request.extensions().get::<Client>();
        client.map(Client::network).ok_or(GovernorError::UnableToExtractKey)
    }
}

pub(crate) type Limits = GovernorLayer<ClientNetwork, NoOpMiddleware, Body>;

/// The layer, and a task that forgets addresses which have been quiet.
pub(crate) fn layer() -> Limits {
    let config: Arc<GovernorConfig<ClientNetwork, NoOpMiddleware>> = Arc::new(
        GovernorConfigBuilder::default()
            .per_millisecond(1000 / PER_SECOND)
            .burst_size(BURST)
            .key_extractor(ClientNetwork)
            .finish()
            .expect("the numbers are above zero"),
    );
    let limiter = config.limiter().clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_mins(1)).await;
            limiter.retain_recent();
        }
    });
    GovernorLayer::new(config).error_handler(answer)
}

/// No body: the error page is drawn around it.
fn answer(error: GovernorError) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = match error {
        GovernorError::TooManyRequests { wait_time, .. } => {
            let seconds = HeaderValue::from(wait_time.max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
            StatusCode::TOO_MANY_REQUESTS
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    response
}
