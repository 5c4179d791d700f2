//! Time zones by their IANA names: which there are, and which day it is in one.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

/// The zones to choose from: UTC, then those named after a place.
pub fn zones() -> impl Iterator<Item = &'static str> {
    let names = TZ_VARIANTS.iter().map(|zone| zone.name());
    // The others are older names of these.
    let is_other = |name: &str| OTHERS.iter().any(|other| name.starts_with(other));
    let places = names.filter(move |name| name.contains('/') && !is_other(name));
    std::iter::once("UTC").chain(places)
}

const OTHERS: [&str; 8] =
    ["Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/", "SystemV/", "GMT/"];

/// Can this zone be chosen?
pub fn is_zone(name: &str) -> bool {
    zones().any(|zone| zone == name)
}

/// The day of this moment in a zone; in UTC where there is no such zone.
pub fn day_in(zone: &str, at: DateTime<Utc>) -> NaiveDate {
    match zone.parse::<Tz>() {
        Ok(zone) => at.with_timezone(&zone).date_naive(),
        Err(_) => at.date_naive(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{day_in, is_zone, zones};

    #[test]
    fn a_zone_is_utc_or_a_place() {
        for good in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata"] {
            assert!(is_zone(good), "{good}");
        }
        for bad in ["", "Europe", "US/Eastern", "Etc/GMT+5", "europe/berlin", "Mars/Olympus"] {
            assert!(!is_zone(bad), "{bad}");
        }
        assert!(zones().count() > 300);
    }

    #[test]
    fn a_day_begins_when_the_zone_says() {
        let late = "2026-11-21T23:30:00Z".parse().unwrap();
        assert_eq!(day_in("UTC", late).to_string(), "2026-11-21");
        assert_eq!(day_in("Europe/Berlin", late).to_string(), "2026-11-22");
        assert_eq!(day_in("nowhere", late).to_string(), "2026-11-21");
    }
}
