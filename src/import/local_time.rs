//! Days and times as statements write them → UTC: by the rules of the zone that the statement is in, daylight saving included.
//!
//! Sources: [`calendar`] for New York; EU directive 2000/84/EC (last Sundays of March and October, at 01:00 UTC).

use crate::units::Timestamp;
use crate::units::calendar::{self, CLOSE_MS};

const HOUR_MS: i64 = 3_600_000;

/// A zone whose rules are known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// No offset, no daylight saving.
    Utc,
    /// US Eastern time.
    NewYork,
    /// British time.
    London,
    /// Central European time: Amsterdam, Berlin, Paris and others.
    CentralEurope,
}

impl Zone {
    /// The zone of an IANA name.
    pub(super) fn named(name: &str) -> Option<Zone> {
        match name {
            "UTC" | "Etc/UTC" | "GMT" => Some(Zone::Utc),
            "America/New_York" | "US/Eastern" => Some(Zone::NewYork),
            "Europe/London" => Some(Zone::London),
            "Europe/Amsterdam" | "Europe/Berlin" | "Europe/Brussels" | "Europe/Copenhagen" | "Europe/Luxembourg" | "Europe/Madrid"
            | "Europe/Oslo" | "Europe/Paris" | "Europe/Prague" | "Europe/Rome" | "Europe/Stockholm" | "Europe/Vienna" | "Europe/Warsaw"
            | "Europe/Zurich" => Some(Zone::CentralEurope),
            _ => None,
        }
    }

    /// UTC of a time on the zone's clocks. Of the hour that comes twice in autumn the first is meant.
    fn utc(self, wall: Timestamp) -> Timestamp {
        let hours = match self {
            Zone::Utc => 0,
            Zone::NewYork => calendar::new_york_offset(wall),
            Zone::London => i64::from(is_european_summer(wall, 0)),
            Zone::CentralEurope => 1 + i64::from(is_european_summer(wall, 1)),
        };
        Timestamp::from_ms(wall.ms() - hours * HOUR_MS)
    }
}

/// Both changes come at 01:00 UTC, which is read off clocks of winter in spring and of summer in autumn.
fn is_european_summer(wall: Timestamp, standard: i64) -> bool {
    let (year, ..) = wall.civil();
    let sunday = |month: u32, hour: i64| calendar::weekday_from(0, year, month, 25).map_or(0, |midnight| midnight.ms() + hour * HOUR_MS);
    (sunday(3, 1 + standard)..sunday(10, 2 + standard)).contains(&wall.ms())
}

/// A day, and the time of day where one is given, on the clocks of a place that the text does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LocalTime {
    /// Its midnight, as if it were UTC.
    day: Timestamp,
    /// Milliseconds since midnight.
    clock: Option<i64>,
}

impl LocalTime {
    /// UTC, the clocks being those of `zone`; a bare day counts from its midnight.
    pub(super) fn in_zone(self, zone: Zone) -> Timestamp {
        zone.utc(Timestamp::from_ms(self.day.ms() + self.clock.unwrap_or(0)))
    }

    /// UTC of four o'clock in the afternoon of the day.
    pub(super) fn four_o_clock(self, zone: Zone) -> Timestamp {
        zone.utc(Timestamp::from_ms(self.day.ms() + CLOSE_MS))
    }

    /// Midnight of the day, as if it were UTC.
    pub(super) fn day(self) -> Timestamp {
        self.day
    }
}

/// The day of an instant that stands for one.
pub(super) fn day_of(time: Timestamp) -> LocalTime {
    LocalTime { day: Timestamp::from_ms(time.ms() - time.ms_of_day()), clock: None }
}

/// Reads a day as `2025-03-31`, `20250331`, `31.03.2025`, `03/31/2025` (month first) or `March 31, 2025`, and behind it, after a space,
/// comma, `T` or `;`, a time as `10:30:15`, `103015` or `10:30:15 PM`.
pub(super) fn parse(text: &str) -> Option<LocalTime> {
    let text = text.trim();
    // A T may stand within a month's name.
    let is_word = text.starts_with(|sign: char| sign.is_ascii_alphabetic());
    let is_separator = |sign: char| matches!(sign, ' ' | ',' | ';' | '\u{202f}') || (sign == 'T' && !is_word);
    let parts: Vec<&str> = text.split(is_separator).filter(|part| !part.is_empty()).collect();
    let (day, rest) = match parts.as_slice() {
        [month, day, year, rest @ ..] if month.starts_with(|sign: char| sign.is_ascii_alphabetic()) => {
            (civil(number(year)?, month_of(month)?, number(day)?)?, rest)
        }
        [date, rest @ ..] => (date_of(date)?, rest),
        [] => return None,
    };
    let clock = match rest {
        [] => None,
        [clock] => Some(clock_of(clock)?),
        [clock, half] => Some(half_day(clock_of(clock)?, half)?),
        _ => return None,
    };
    Some(LocalTime { day, clock })
}

fn date_of(date: &str) -> Option<Timestamp> {
    let three = |separator: char| {
        let mut parts = date.split(separator);
        let found = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
        parts.next().is_none().then_some(found)
    };
    if date.contains('-') {
        let (year, month, day) = three('-')?;
        return civil(year, month, day);
    }
    if date.contains('.') {
        let (day, month, year) = three('.')?;
        return civil(year, month, day);
    }
    if date.contains('/') {
        let (month, day, year) = three('/')?;
        return civil(year, month, day);
    }
    let is_plain = date.len() == 8;
    is_plain.then(|| civil(number(date.get(..4)?)?, number(date.get(4..6)?)?, number(date.get(6..)?)?)).flatten()
}

fn civil(year: i64, month: i64, day: i64) -> Option<Timestamp> {
    let (month, day) = (u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    Timestamp::from_civil(year, month, day, 0).filter(|_| year >= 1970)
}

fn month_of(name: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let name = name.trim_end_matches('.').to_lowercase();
    (1..).zip(MONTHS).find(|(_, month)| name.len() >= 3 && month.starts_with(&name)).map(|(number, _)| number)
}

fn clock_of(clock: &str) -> Option<i64> {
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let (hour, minute, second) = if whole.contains(':') {
        let mut parts = whole.split(':');
        let found = (number(parts.next()?)?, number(parts.next()?)?, parts.next().map_or(Some(0), number)?);
        parts.next().is_none().then_some(found)?
    } else {
        (number(whole.get(..2)?)?, number(whole.get(2..4)?)?, number(whole.get(4..).filter(|_| whole.len() == 6)?)?)
    };
    let ms: String = fraction.chars().chain("000".chars()).take(3).collect();
    (hour < 24 && minute < 60 && second < 60).then_some(((hour * 60 + minute) * 60 + second) * 1000 + number(&ms)?)
}

fn half_day(clock: i64, half: &str) -> Option<i64> {
    let twelve = 12 * HOUR_MS;
    match half.to_ascii_uppercase().as_str() {
        "AM" if clock < twelve + HOUR_MS => Some(clock % twelve),
        "PM" if clock < twelve + HOUR_MS => Some(clock % twelve + twelve),
        _ => None,
    }
}

fn number(digits: &str) -> Option<i64> {
    let is_number = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_o_clock_in_new_york_follows_the_daylight_rules_of_its_year() {
        for (day, expected) in [
            ("2025-03-07", "2025-03-07T21:00:00Z"),
            ("2025-03-09", "2025-03-09T20:00:00Z"),
            ("2025-11-01", "2025-11-01T20:00:00Z"),
            ("2025-11-02", "2025-11-02T21:00:00Z"),
            ("2024-03-10", "2024-03-10T20:00:00Z"),
            ("2006-03-20", "2006-03-20T21:00:00Z"),
            ("2006-04-02", "2006-04-02T20:00:00Z"),
            ("2006-10-29", "2006-10-29T21:00:00Z"),
            ("2011-12-30", "2011-12-30T21:00:00Z"),
        ] {
            assert_eq!(parse(day).map(|time| time.four_o_clock(Zone::NewYork).to_string()).as_deref(), Some(expected), "{day}");
        }
    }

    #[test]
    fn european_clocks_change_at_one_in_the_morning_of_utc() {
        for (text, zone, expected) in [
            ("2023-03-26 01:59:59", Zone::CentralEurope, "2023-03-26T00:59:59Z"),
            ("2023-03-26 03:00:00", Zone::CentralEurope, "2023-03-26T01:00:00Z"),
            ("2023-10-29 02:59:59", Zone::CentralEurope, "2023-10-29T00:59:59Z"),
            ("2023-10-29 03:00:00", Zone::CentralEurope, "2023-10-29T02:00:00Z"),
            ("2024-03-31 02:00:00", Zone::London, "2024-03-31T01:00:00Z"),
            ("2024-10-27 02:00:00", Zone::London, "2024-10-27T02:00:00Z"),
            ("2023-11-30 11:36:46.620", Zone::CentralEurope, "2023-11-30T10:36:46.620Z"),
        ] {
            assert_eq!(parse(text).map(|time| time.in_zone(zone).to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn each_way_of_writing_a_time_has_one_reading() {
        for (text, expected) in [
            ("May 5, 2020, 10:10:57 PM", Some("2020-05-05T22:10:57Z")),
            ("Jan 15, 2025, 12:23:31 AM", Some("2025-01-15T00:23:31Z")),
            ("Jan 15, 2025, 12:23:31 PM", Some("2025-01-15T12:23:31Z")),
            ("March 31, 2025", Some("2025-03-31T00:00:00Z")),
            ("August 1, 2025", Some("2025-08-01T00:00:00Z")),
            ("18.01.2025 15:18:55", Some("2025-01-18T15:18:55Z")),
            ("18.01.2025 15:18", Some("2025-01-18T15:18:00Z")),
            ("2025-01-01 10:12:27", Some("2025-01-01T10:12:27Z")),
            ("2025-03-27, 10:30:15", Some("2025-03-27T10:30:15Z")),
            ("2011-08-08;134413", Some("2011-08-08T13:44:13Z")),
            ("20230522", Some("2023-05-22T00:00:00Z")),
            ("10/31/2023", Some("2023-10-31T00:00:00Z")),
            ("31/10/2023", None),
            ("2025-02-30", None),
            ("May 5, 2020, 13:10:57 PM", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse(text).map(|time| time.in_zone(Zone::Utc).to_string()).as_deref(), expected, "{text}");
        }
    }
}
