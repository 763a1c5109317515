//! Instants and spans of time → text, by the rules of the module above.

use crate::units::Timestamp;
use crate::view::format::{SPACE, Sign, decimal, trimmed, with_unit};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days forward: `+7 d`.
pub fn days(value: f64) -> String {
    with_unit(trimmed(decimal(value, 2, Sign::Both, "")), "d")
}

/// How long something took: `1 day`, `2.25 days`.
pub fn duration(days: f64) -> String {
    format!("{}{SPACE}{}", trimmed(decimal(days, 2, Sign::Negative, "")), if days == 1.0 { "day" } else { "days" })
}

/// Days to an expiry for a column that names the unit: `41.8`.
pub fn life(days: f64) -> String {
    decimal(days, 1, Sign::Negative, "")
}

/// When a revaluation is done, in words: `today` or `7 days forward`.
pub fn forward_days(value: f64) -> String {
    if value == 0.0 {
        return "today".to_owned();
    }
    format!("{} forward", duration(value))
}

/// An age: `30 minutes`, `1 hour`, and beyond two days `2.5 days`, `163 days`.
pub fn age(hours: f64) -> String {
    let (number, one, many) = match hours.abs() {
        size if size < 1.0 => (decimal(hours * 60.0, 0, Sign::Negative, ""), "minute", "minutes"),
        size if size <= 48.0 => (trimmed(decimal(hours, 1, Sign::Negative, "")), "hour", "hours"),
        size => (trimmed(decimal(hours / 24.0, if size < 2400.0 { 1 } else { 0 }, Sign::Negative, "")), "day", "days"),
    };
    with_unit(number.clone(), if number == "1" { one } else { many })
}

/// A date: `27 Mar 2026`.
pub fn date(at: Timestamp) -> String {
    let (year, month, day) = at.civil();
    format!("{day}{SPACE}{}{SPACE}{year}", month_name(month))
}

/// A date in a tight place: `27 Mar 26`.
pub fn short_date(at: Timestamp) -> String {
    let (year, month, day) = at.civil();
    format!("{day}{SPACE}{}{SPACE}{:02}", month_name(month), year % 100)
}

/// An instant to the minute: `16 Jan 2026 12:30 UTC`.
pub fn instant(at: Timestamp) -> String {
    let minutes = at.ms_of_day() / 60_000;
    format!("{}{SPACE}{:02}:{:02}{SPACE}UTC", date(at), minutes / 60, minutes % 60)
}

/// The time of day of an instant, to the second: `12:03:10 UTC`.
pub fn time_of_day(at: Timestamp) -> String {
    let seconds = at.ms_of_day() / 1000;
    format!("{:02}:{:02}:{:02}{SPACE}UTC", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn month_name(month: u32) -> &'static str {
    MONTHS.get(month as usize - 1).copied().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: String, expected: &str) {
        assert_eq!(text.replace(['\u{202f}', '\u{a0}'], " "), expected);
    }

    #[test]
    fn dates_are_told_in_utc() {
        let at = Timestamp::from_civil(2026, 1, 16, 45_005_018).unwrap();
        check(instant(at), "16 Jan 2026 12:30 UTC");
        check(short_date(at), "16 Jan 26");
    }

    #[test]
    fn spans_are_told_in_the_unit_that_fits_them() {
        check(days(7.0), "+7 d");
        for (hours, text) in [(0.5, "30 minutes"), (1.0, "1 hour"), (36.3, "36.3 hours"), (60.0, "2.5 days"), (3_916.51, "163 days")] {
            check(age(hours), text);
        }
    }
}
