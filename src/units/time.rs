//! Instants in UTC milliseconds and their ISO 8601 form. No clock is read here or anywhere below `web`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// Milliseconds of a year of 365 days, the day count of every time to expiry (ACT/365 fixed).
pub const YEAR_MS: f64 = 365.0 * 86_400_000.0;

/// A UTC instant in milliseconds since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970-01-01 UTC.
    pub const fn from_ms(ms: i64) -> Timestamp {
        Timestamp(ms)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// From a calendar date and time of day; `None` for a day that does not exist.
    pub fn from_civil(year: i64, month: u32, day: u32, ms_of_day: i64) -> Option<Timestamp> {
        let in_range = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        (in_range && (0..DAY_MS).contains(&ms_of_day)).then(|| Timestamp(days_from_civil(year, month, day) * DAY_MS + ms_of_day))
    }

    /// Reads `YYYY-MM-DD`, optionally followed by `T` or a space, `HH:MM[:SS[.fraction]]` and `Z`, `±HH:MM` or nothing (UTC).
    /// A bare date is midnight.
    pub fn parse_iso(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let (date, clock) = match text.find(['T', ' ']) {
            Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let midnight = Timestamp::from_civil(digits(year)?, u32::try_from(digits(month)?).ok()?, u32::try_from(digits(day)?).ok()?, 0)?;
        let offset = match clock {
            Some(clock) => parse_clock(clock)?,
            None => 0,
        };
        Some(Timestamp(midnight.0 + offset))
    }

    /// Time from `self` to `later` in years of 365 days; negative when `later` has passed.
    pub fn years_to(self, later: Timestamp) -> f64 {
        (later.0 - self.0) as f64 / YEAR_MS
    }

    /// The instant `days` later, to the nearest millisecond: with [`Timestamp::days_to`] it leads exactly to the other instant.
    #[must_use]
    pub fn plus_days(self, days: f64) -> Timestamp {
        Timestamp(self.0 + (days * DAY_MS as f64).round() as i64)
    }

    /// Days, with their fraction, from `self` to `later`.
    pub fn days_to(self, later: Timestamp) -> f64 {
        (later.0 - self.0) as f64 / DAY_MS as f64
    }

    /// Year, month, day.
    pub fn civil(self) -> (i64, u32, u32) {
        civil_from_days(self.0.div_euclid(DAY_MS))
    }

    /// Milliseconds since midnight.
    pub fn ms_of_day(self) -> i64 {
        self.0.rem_euclid(DAY_MS)
    }
}

impl fmt::Display for Timestamp {
    /// `2026-01-16T12:30:05.018Z`: the form in which files and reports name an instant.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        let ms = self.ms_of_day();
        let (hour, minute, second, milli) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if milli != 0 {
            write!(formatter, ".{milli:03}")?;
        }
        formatter.write_str("Z")
    }
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Milliseconds since midnight UTC, which may be negative or beyond a day once an offset is applied.
fn parse_clock(text: &str) -> Option<i64> {
    let (clock, offset_minutes) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => match text.rfind(['+', '-']) {
            Some(at) => {
                let sign = if text.get(at..=at)? == "-" { -1 } else { 1 };
                let (hours, minutes) = text.get(at + 1..)?.split_once(':').or_else(|| text.get(at + 1..)?.split_at_checked(2))?;
                (text.get(..at)?, sign * (digits(hours)? * 60 + digits(minutes)?))
            }
            None => (text, 0),
        },
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let (second, fraction) = match parts.next() {
        None => (0, ""),
        Some(seconds) => match seconds.split_once('.') {
            Some((whole, fraction)) => (digits(whole)?, fraction),
            None => (digits(seconds)?, ""),
        },
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let milli: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(((hour * 60 + minute - offset_minutes) * 60 + second) * 1000 + digits(&milli)?)
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant 2013, days_from_civil).
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse (Hinnant 2013, civil_from_days).
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_text_round_trips_and_impossible_days_are_refused() {
        for (text, expected) in [
            ("1970-01-01", Some("1970-01-01T00:00:00Z")),
            ("2026-01-16T12:30:05.018Z", Some("2026-01-16T12:30:05.018Z")),
            ("2026-02-06T04:30:12.553805+00:00", Some("2026-02-06T04:30:12.553Z")),
            ("2026-01-16 20:30:00+08:00", Some("2026-01-16T12:30:00Z")),
            ("2024-02-29", Some("2024-02-29T00:00:00Z")),
            ("2027-02-30", None),
            ("2027-02-29", None),
            ("2016-12-31T23:59:60Z", None),
            ("03/04/2027", None),
            ("1803225600000", None),
            ("", None),
        ] {
            assert_eq!(Timestamp::parse_iso(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn days_to_an_instant_lead_to_its_very_millisecond() {
        // Truncated, the first of these would end a millisecond early, with an option that expires then still alive.
        let start = Timestamp::from_ms(0);
        for life_ms in [91_258_673_902, 302_591_410_024, 1, 0].into_iter().chain((0..100_000).map(|step| step * 3_153_599)) {
            let end = Timestamp::from_ms(life_ms);
            assert_eq!(start.plus_days(start.days_to(end)), end);
        }
    }

    #[test]
    fn a_deribit_expiry_is_known_to_the_millisecond() {
        // BTC-17JAN26 in the exchange's own file: 1768636800000.
        assert_eq!(Timestamp::from_civil(2026, 1, 17, 8 * 3_600_000).map(Timestamp::ms), Some(1_768_636_800_000));
    }
}
