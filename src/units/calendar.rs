//! The days on which New York trades shares and options, and the offset of its clocks: by rule, never by a list of dates.
//!
//! Sources: NYSE Rule 7.2 (holidays and the days on which they are observed; Juneteenth since 2022, Martin Luther King's birthday
//! since 1998); Easter by Meeus's (1991) Gregorian algorithm; US Energy Policy Act of 2005 for daylight saving. Days of mourning and
//! of disaster follow no rule and are not known here, and a session that closes at 13:00 still counts as one that closes at 16:00.

use crate::units::{DAY_MS, Timestamp};

const HOUR_MS: i64 = 3_600_000;
/// Days of the week from Sunday.
const SUNDAY: u32 = 0;
const MONDAY: u32 = 1;
const THURSDAY: u32 = 4;
const FRIDAY: u32 = 5;
const SATURDAY: u32 = 6;

/// The time of day at which options settle on opening prices, milliseconds after midnight in New York.
pub const OPEN_MS: i64 = 9 * HOUR_MS + HOUR_MS / 2;
/// The time of day at which the exchanges close and options run out, milliseconds after midnight in New York.
pub const CLOSE_MS: i64 = 16 * HOUR_MS;

/// Day of the week of the instant's day, 0 = Sunday.
pub fn weekday(day: Timestamp) -> u32 {
    // 1970-01-01 was a Thursday.
    (day.ms().div_euclid(DAY_MS) + 4).rem_euclid(7).unsigned_abs() as u32
}

/// Midnight of the first such day of the week from this date on.
pub fn weekday_from(weekday_wanted: u32, year: i64, month: u32, day: u32) -> Option<Timestamp> {
    let start = Timestamp::from_civil(year, month, day, 0)?;
    let wait = i64::from((weekday_wanted + 7 - weekday(start)) % 7);
    Some(Timestamp::from_ms(start.ms() + wait * DAY_MS))
}

/// Hours by which New York's clocks differ from UTC at this reading of them: −4 in summer, −5 in winter.
pub fn new_york_offset(wall: Timestamp) -> i64 {
    let (year, ..) = wall.civil();
    let sunday = |month: u32, day: u32| weekday_from(SUNDAY, year, month, day).map_or(0, |midnight| midnight.ms() + 2 * HOUR_MS);
    let summer = if year >= 2007 { sunday(3, 8)..sunday(11, 1) } else { sunday(4, 1)..sunday(10, 25) };
    if summer.contains(&wall.ms()) { -4 } else { -5 }
}

/// The instant at which New York's clocks show so many milliseconds after midnight of the day.
pub fn new_york(day: Timestamp, ms_of_day: i64) -> Timestamp {
    let wall = Timestamp::from_ms(day.ms() - day.ms_of_day() + ms_of_day);
    Timestamp::from_ms(wall.ms() - new_york_offset(wall) * HOUR_MS)
}

/// Why New York does not trade on the day; `None` where it does.
pub fn closure(day: Timestamp) -> Option<&'static str> {
    let midnight = day.ms() - day.ms_of_day();
    let (year, ..) = day.civil();
    let is = |holiday: Option<Timestamp>| holiday.is_some_and(|holiday| holiday.ms() == midnight);
    // A holiday on a Sunday is observed on Monday, one on a Saturday on Friday.
    let observed = |month: u32, date: u32| {
        let holiday = Timestamp::from_civil(year, month, date, 0)?;
        let shift = match weekday(holiday) {
            SUNDAY => 1,
            SATURDAY => -1,
            _ => 0,
        };
        Some(Timestamp::from_ms(holiday.ms() + shift * DAY_MS))
    };
    let weekend = matches!(weekday(day), SUNDAY | SATURDAY);
    // A New Year's Day on a Saturday is not observed on the last day of the old year.
    let new_year = observed(1, 1);
    [
        (weekend, "a weekend"),
        (is(new_year), "New Year's Day"),
        (year >= 1998 && is(weekday_from(MONDAY, year, 1, 15)), "Martin Luther King Jr. Day"),
        (is(weekday_from(MONDAY, year, 2, 15)), "Washington's Birthday"),
        (is(easter(year).map(|easter| Timestamp::from_ms(easter.ms() - 2 * DAY_MS))), "Good Friday"),
        (is(weekday_from(MONDAY, year, 5, 25)), "Memorial Day"),
        (year >= 2022 && is(observed(6, 19)), "Juneteenth"),
        (is(observed(7, 4)), "Independence Day"),
        (is(weekday_from(MONDAY, year, 9, 1)), "Labor Day"),
        (is(weekday_from(THURSDAY, year, 11, 22)), "Thanksgiving"),
        (is(observed(12, 25)), "Christmas"),
    ]
    .into_iter()
    .find(|(is_closed, _)| *is_closed)
    .map(|(_, name)| name)
}

/// Midnight of the day itself if New York trades on it, else of the last day before on which it does.
pub fn trading_day(day: Timestamp) -> Timestamp {
    let mut day = Timestamp::from_ms(day.ms() - day.ms_of_day());
    // No closure by rule lasts longer than four days.
    for _ in 0..7 {
        if closure(day).is_none() {
            break;
        }
        day = Timestamp::from_ms(day.ms() - DAY_MS);
    }
    day
}

/// Midnight of the day on which the monthly options of the day's month run out: the third Friday, or the trading day before.
pub fn monthly_expiry(day: Timestamp) -> Option<Timestamp> {
    let (year, month, _) = day.civil();
    weekday_from(FRIDAY, year, month, 15).map(trading_day)
}

/// Easter Sunday (Meeus 1991, chapter 8).
fn easter(year: i64) -> Option<Timestamp> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    Timestamp::from_civil(year, u32::try_from(sum / 31).ok()?, u32::try_from(sum % 31 + 1).ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_iso(text).unwrap()
    }

    /// Every day from Monday to Friday on which the exchange published that it was closed.
    #[test]
    fn holidays_are_those_that_the_exchange_published() {
        for (year, published) in [
            (2021, "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24"),
            (2022, "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26"),
            (2023, "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25"),
            (2024, "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25"),
            (2025, "01-01 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25"),
            (2026, "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25"),
            (2027, "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24"),
        ] {
            let start = Timestamp::from_civil(year, 1, 1, 0).unwrap();
            let closed: Vec<String> = (0..366)
                .map(|count| Timestamp::from_ms(start.ms() + count * DAY_MS))
                .filter(|day| day.civil().0 == year && !matches!(weekday(*day), SUNDAY | SATURDAY) && closure(*day).is_some())
                .map(|day| day.to_string()[5..10].to_owned())
                .collect();
            assert_eq!(closed.join(" "), published, "{year}");
        }
    }

    #[test]
    fn a_day_without_trading_gives_way_to_the_one_before() {
        for (text, expected) in [
            ("2025-04-18", "2025-04-17"),
            ("2011-09-17", "2011-09-16"),
            ("2023-01-02", "2022-12-30"),
            ("2025-12-25", "2025-12-24"),
            ("2025-11-28", "2025-11-28"),
            ("2021-12-31", "2021-12-31"),
        ] {
            assert_eq!(trading_day(day(text)), day(expected), "{text}");
        }
        assert_eq!(monthly_expiry(day("2025-04-02")), Some(day("2025-04-17")));
        assert_eq!(monthly_expiry(day("2024-12-31")), Some(day("2024-12-20")));
    }

    #[test]
    fn the_clocks_of_new_york_are_those_of_the_law_of_their_year() {
        for (text, clock, expected) in [
            ("2025-01-17", CLOSE_MS, "2025-01-17T21:00:00Z"),
            ("2025-07-18", CLOSE_MS, "2025-07-18T20:00:00Z"),
            ("2025-01-17", OPEN_MS, "2025-01-17T14:30:00Z"),
            ("2025-07-18", OPEN_MS, "2025-07-18T13:30:00Z"),
            ("2025-03-08", CLOSE_MS, "2025-03-08T21:00:00Z"),
            ("2025-03-09", CLOSE_MS, "2025-03-09T20:00:00Z"),
            ("2006-03-31", CLOSE_MS, "2006-03-31T21:00:00Z"),
            ("2006-04-03", CLOSE_MS, "2006-04-03T20:00:00Z"),
            ("2006-10-30", CLOSE_MS, "2006-10-30T21:00:00Z"),
            ("2007-10-30", CLOSE_MS, "2007-10-30T20:00:00Z"),
        ] {
            assert_eq!(new_york(day(text), clock), day(expected), "{text}");
        }
    }
}
