//! How many requests there were and how long they took, by route. Labels are what the program knows
//! of itself, never what somebody sent: a path or a tenant's name is none.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::{extract::MatchedPath, http::Method, response::Response};

use core_base::SiteKey;

use crate::{Host, Route};

/// Upper ends of the buckets, microseconds.
const BOUNDS: [u64; 12] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "other"];
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// Answers without a route: health, files, and what leads nowhere.
const ELSEWHERE: [&str; 4] = ["/healthz", "/readyz", "/assets/{file}", "none"];

/// Durations, counted without a lock.
#[derive(Debug, Default)]
pub struct Histogram {
    /// One more than there are bounds: the last is for whatever took longer.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

impl Histogram {
    fn observe(&self, micros: u64) {
        let bucket = BOUNDS.iter().position(|bound| micros <= *bound).unwrap_or(BOUNDS.len());
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    /// All of them together, seconds.
    pub fn sum(&self) -> f64 {
        self.micros.load(Ordering::Relaxed) as f64 / 1e6
    }

    /// Upper ends in seconds, the last without end, and how many lie between it and the one before.
    pub fn buckets(&self) -> Vec<(f64, u64)> {
        let ends = BOUNDS.iter().map(|bound| *bound as f64 / 1e6).chain([f64::INFINITY]);
        ends.zip(self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed))).collect()
    }
}

/// One route of one site, by method and class of answer.
#[derive(Debug, Default)]
struct Place([[Histogram; CLASSES.len()]; METHODS.len()]);

type Places = HashMap<&'static str, Place>;

/// All requests since the start.
#[derive(Debug)]
pub struct Requests {
    by_site: HashMap<SiteKey, Places>,
    elsewhere: Places,
}

impl Requests {
    /// A place for each route, so that a request only has to find its own.
    pub fn of(routes: &[Route]) -> Self {
        let mut by_site = HashMap::<_, Places>::new();
        for route in routes {
            let places = by_site.entry(route.site).or_insert_with(|| places(["none"].into_iter()));
            places.entry(route.path).or_default();
        }
        Self { by_site, elsewhere: places(ELSEWHERE.into_iter()) }
    }

    /// One more.
    pub(crate) fn count(&self, method: &Method, path: &str, response: &Response, micros: u64) {
        let extensions = response.extensions();
        let route = extensions.get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        let site = extensions.get::<Host>().and_then(|here| self.by_site.get(&here.key()));
        let (places, route) = match site {
            Some(places) => (places, route),
            None => (&self.elsewhere, elsewhere(path)),
        };
        let Some(Place(methods)) = places.get(route).or_else(|| places.get("none")) else { return };
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        let method = METHODS.iter().position(|known| *known == method.as_str());
        let method = method.unwrap_or(METHODS.len() - 1);
        // 1xx is never the answer; whatever is above 5xx would be an error too.
        let class = usize::from(response.status().as_u16() / 100).clamp(2, 5) - 2;
        methods[method][class].observe(micros);
    }

    /// Site, route, method, class and durations of everything that was asked at least once.
    pub fn each(&self, mut tell: impl FnMut([&'static str; 4], &Histogram)) {
        let sites = self.by_site.iter().map(|(site, places)| (site.as_str(), places));
        for (site, places) in sites.chain([("none", &self.elsewhere)]) {
            for (route, Place(methods)) in places {
                for (method, classes) in METHODS.iter().zip(methods) {
                    for (class, histogram) in CLASSES.iter().zip(classes) {
                        if histogram.count() > 0 {
                            tell([site, route, method, class], histogram);
                        }
                    }
                }
            }
        }
    }
}

fn places(routes: impl Iterator<Item = &'static str>) -> Places {
    routes.map(|route| (route, Place::default())).collect()
}

fn elsewhere(path: &str) -> &'static str {
    match path {
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        path if path.starts_with("/assets/") => "/assets/{file}",
        _ => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDS, Histogram};

    #[test]
    fn a_duration_lies_in_the_first_bucket_that_it_does_not_exceed() {
        let histogram = Histogram::default();
        for micros in [0, 1_000, 1_001, 10_000_000, 10_000_001, u64::MAX / 2] {
            histogram.observe(micros);
        }
        let buckets = histogram.buckets();
        let counts: Vec<_> = buckets.iter().map(|(_, count)| *count).collect();
        assert_eq!((counts[0], counts[1], counts[11], counts[12]), (2, 1, 1, 2));
        assert_eq!((buckets.len(), histogram.count()), (BOUNDS.len() + 1, 6));
        assert_eq!((buckets[0].0, buckets[12].0), (0.001, f64::INFINITY));
    }
}
