//! Text of a cell → the instant of an expiry, with the interpretation wherever there was more than one.
//!
//! Invariant: a bare date means 08:00 UTC of that day, when crypto contracts expire; a day that does not exist is an error and
//! never rolls into the next month.

use crate::units::{DAY_MS, Timestamp};

/// Time of day at which crypto contracts expire, milliseconds.
pub(super) const EXPIRY_TIME_MS: i64 = 8 * 3_600_000;

/// An instant as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expiry {
    /// The instant.
    pub time: Timestamp,
    /// What was interpreted; `None` where there is one reading only.
    pub reading: Option<String>,
}

/// Reads a cell that is not blank. `named` is the expiry in the instrument's name: of two readings, it tells which is meant.
pub(super) fn parse(text: &str, named: Option<Timestamp>) -> Option<Expiry> {
    let plain = |time: Timestamp| Some(Expiry { time, reading: None });
    if let Some(time) = Timestamp::parse_iso(text) {
        return plain(if text.len() == 10 { at_expiry_time(time) } else { time });
    }
    if let Some(time) = parse_code(text) {
        return plain(time);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_digits(text);
    }
    parse_slashed(text, named)
}

/// Reads a bare number of days of a workbook that counts from 1904: day 0 is 1904-01-01, 24 107 days before 1970.
pub(super) fn parse_1904(text: &str) -> Option<Expiry> {
    let number = digits(text).filter(|number| text.len() == 5 && (20_000..80_000).contains(number))?;
    let time = at_expiry_time(Timestamp::from_ms((number - 24_107) * DAY_MS));
    Some(Expiry { time, reading: Some(format!("read as the day number of a spreadsheet (1904 date system): {time}")) })
}

/// `27MAR27`, `7MAR2027`, `27-Mar-2027`, `27 Mar 27`; letters in either case.
pub(super) fn parse_code(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let bytes = text.as_bytes();
    let start = bytes.iter().position(u8::is_ascii_alphabetic)?;
    let name = text.get(start..start + 3)?;
    let month = (1..).zip(MONTHS).find(|(_, month)| name.eq_ignore_ascii_case(month))?.0;
    let separators = ['-', ' '];
    let day = text.get(..start)?.trim_end_matches(separators);
    let year = text.get(start + 3..)?.trim_start_matches(separators);
    let year = match year.len() {
        2 => 2000 + digits(year)?,
        4 => digits(year)?,
        _ => return None,
    };
    let day = u32::try_from(digits(day).filter(|_| day.len() <= 2)?).ok()?;
    Timestamp::from_civil(year, month, day, EXPIRY_TIME_MS)
}

fn at_expiry_time(midnight: Timestamp) -> Timestamp {
    Timestamp::from_ms(midnight.ms() + EXPIRY_TIME_MS)
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 13 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn parse_digits(text: &str) -> Option<Expiry> {
    let number = digits(text)?;
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(digits);
    let civil =
        |year: i64, month: i64, day: i64| Timestamp::from_civil(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?, EXPIRY_TIME_MS);
    let (time, how) = match text.len() {
        13 => (Timestamp::from_ms(number), "milliseconds since 1970"),
        10 => (Timestamp::from_ms(number * 1000), "seconds since 1970"),
        8 => (civil(part(0..4)?, part(4..6)?, part(6..8)?)?, "year, month, day"),
        6 => (civil(2000 + part(0..2)?, part(2..4)?, part(4..6)?)?, "year, month, day"),
        // Day 0 of the spreadsheet calendar is 1899-12-30, 25 569 days before 1970.
        5 if (20_000..80_000).contains(&number) => {
            (at_expiry_time(Timestamp::from_ms((number - 25_569) * DAY_MS)), "the day number of a spreadsheet (1900 date system)")
        }
        _ => return None,
    };
    Some(Expiry { time, reading: Some(format!("read as {how}: {time}")) })
}

fn parse_slashed(text: &str, named: Option<Timestamp>) -> Option<Expiry> {
    let separator = text.chars().find(|sign| matches!(sign, '/' | '.' | '-'))?;
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || [first, second, third].iter().any(|part| part.len() > 4) {
        return None;
    }
    let civil = |year: &str, month: &str, day: &str| {
        let year = if year.len() == 2 { 2000 + digits(year)? } else { digits(year).filter(|_| year.len() == 4)? };
        Timestamp::from_civil(year, u32::try_from(digits(month)?).ok()?, u32::try_from(digits(day)?).ok()?, EXPIRY_TIME_MS)
    };
    if first.len() == 4 {
        return civil(first, second, third).map(|time| Expiry { time, reading: None });
    }
    let (day_first, month_first) = (civil(third, second, first), civil(third, first, second));
    let chosen = match (day_first, month_first) {
        (Some(day), Some(month)) if day == month => return Some(Expiry { time: day, reading: None }),
        // Nobody writes the month first with points.
        (Some(day), _) if separator == '.' => return Some(Expiry { time: day, reading: None }),
        (Some(_), Some(month)) if named == Some(month) => (month, "month/day/year, as the instrument's name says"),
        (Some(day), Some(_)) if named == Some(day) => (day, "day/month/year, as the instrument's name says"),
        (Some(day), Some(_)) => (day, "day/month/year, which is an assumption: write it as year-month-day"),
        (Some(day), None) => (day, "day/month/year, the other order is no date"),
        (None, Some(month)) if separator != '.' => (month, "month/day/year, the other order is no date"),
        (None, _) => return None,
    };
    Some(Expiry { time: chosen.0, reading: Some(format!("read as {}: {}", chosen.1, chosen.0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_a_date_has_one_reading() {
        let march = Timestamp::from_civil(2027, 3, 4, EXPIRY_TIME_MS);
        for (text, named, expected, is_noted) in [
            ("2027-03-27", None, Some("2027-03-27T08:00:00Z"), false),
            ("2027-03-27T16:00:00Z", None, Some("2027-03-27T16:00:00Z"), false),
            ("27MAR27", None, Some("2027-03-27T08:00:00Z"), false),
            ("7-Mar-2027", None, Some("2027-03-07T08:00:00Z"), false),
            ("2027/03/27", None, Some("2027-03-27T08:00:00Z"), false),
            ("27.03.2027", None, Some("2027-03-27T08:00:00Z"), false),
            ("27/03/2027", None, Some("2027-03-27T08:00:00Z"), true),
            ("03/27/2027", None, Some("2027-03-27T08:00:00Z"), true),
            ("03/04/2027", None, Some("2027-04-03T08:00:00Z"), true),
            ("03/04/2027", march, Some("2027-03-04T08:00:00Z"), true),
            ("1806134400000", None, Some("2027-03-27T08:00:00Z"), true),
            ("1806134400", None, Some("2027-03-27T08:00:00Z"), true),
            ("20270327", None, Some("2027-03-27T08:00:00Z"), true),
            ("270327", None, Some("2027-03-27T08:00:00Z"), true),
            ("46473", None, Some("2027-03-27T08:00:00Z"), true),
            ("2027-02-30", None, None, false),
            ("30FEB27", None, None, false),
            ("31/04/2027", None, None, false),
            ("2027-06-30T23:59:60Z", None, None, false),
            ("tomorrow", None, None, false),
            ("123", None, None, false),
            ("99/99/9999", None, None, false),
            ("٢٠٢٧", None, None, false),
        ] {
            let expiry = parse(text, named);
            assert_eq!(expiry.as_ref().map(|expiry| expiry.time.to_string()).as_deref(), expected, "{text}");
            assert_eq!(expiry.is_some_and(|expiry| expiry.reading.is_some()), is_noted, "{text}");
        }
    }
}
