//! The day that a broker's file names as an option's expiry → the instant at which it runs out.
//!
//! Options on shares and funds, and index options that settle on closing prices, run out at 16:00 New York; the monthly series of the
//! indices in [`MORNING`] settle on the opening prices, at 09:30 (Cboe and Nasdaq contract specifications). A day without trading
//! gives way to the trading day before it. Invariant: whatever moves the day or the hour is said.

use crate::units::Timestamp;
use crate::units::calendar::{self, CLOSE_MS, OPEN_MS};

/// Roots of index options that settle on the opening prices of their last day. Their weekly and end-of-month series have roots of
/// their own (SPXW, NDXP, RUTW), but for those of VIX, which settle in the morning as well.
const MORNING: &[&str] = &["SPX", "NDX", "RUT", "DJX", "VIX", "VIXW"];
/// Roots of index options of other exchanges, whose hours are not known here.
const ELSEWHERE: &[&str] = &["DAX", "ESTX50", "SMI"];

/// An expiry, and what was assumed about it.
pub(super) struct Expiry {
    /// The instant.
    pub time: Timestamp,
    /// Assumptions, each a message.
    pub notes: Vec<String>,
}

/// The instant at which an option of this root runs out, of the day that the file names. `is_american_market`: whether it is quoted in
/// US dollars, so that New York's holidays are its own.
pub(super) fn of_option(day: Timestamp, root: &str, is_american_market: bool) -> Expiry {
    let mut notes = Vec::new();
    if !is_american_market || ELSEWHERE.contains(&root) {
        notes.push("the hours of its exchange are not known here: taken to expire at 16:00 New York".to_owned());
        return Expiry { time: calendar::new_york(day, CLOSE_MS), notes };
    }
    let is_morning = MORNING.contains(&root);
    // Some files name the last day of trading, which is the one before the settlement.
    let settlement = calendar::monthly_expiry(day).filter(|settlement| is_morning && !root.starts_with("VIX") && *settlement > day);
    let settlement = settlement.filter(|settlement| calendar::trading_day(before(*settlement)) == calendar::trading_day(day));
    let trading = settlement.unwrap_or_else(|| calendar::trading_day(day));
    if let Some(reason) = calendar::closure(day).filter(|_| settlement.is_none()) {
        let (named, taken) = (date(day), date(trading));
        notes.push(format!("New York does not trade on {named} ({reason}): taken to expire on the trading day before, {taken}"));
    }
    if is_morning {
        notes.push(format!("a series that settles on opening prices: taken to expire at 09:30 New York of {}", date(trading)));
    }
    Expiry { time: calendar::new_york(trading, if is_morning { OPEN_MS } else { CLOSE_MS }), notes }
}

fn before(day: Timestamp) -> Timestamp {
    day.plus_days(-1.0)
}

fn date(day: Timestamp) -> String {
    let (year, month, day) = day.civil();
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_series_runs_out_at_its_own_hour_of_a_trading_day() {
        for (root, day, expected, count) in [
            ("SPY", "2025-01-17", "2025-01-17T21:00:00Z", 0),
            ("SPY", "2025-07-18", "2025-07-18T20:00:00Z", 0),
            ("AAPL", "2025-04-18", "2025-04-17T20:00:00Z", 1),
            ("VXX", "2011-09-17", "2011-09-16T20:00:00Z", 1),
            ("SPXW", "2024-12-31", "2024-12-31T21:00:00Z", 0),
            ("XSP", "2025-06-20", "2025-06-20T20:00:00Z", 0),
            ("SPX", "2024-12-20", "2024-12-20T14:30:00Z", 1),
            ("SPX", "2024-12-19", "2024-12-20T14:30:00Z", 1),
            ("SPX", "2025-06-20", "2025-06-20T13:30:00Z", 1),
            // Juneteenth, a Thursday, is named for the last day of trading; a year later it is the settlement's own day.
            ("SPX", "2025-06-19", "2025-06-20T13:30:00Z", 1),
            ("NDX", "2026-06-19", "2026-06-18T13:30:00Z", 2),
            ("RUT", "2025-04-17", "2025-04-17T13:30:00Z", 1),
            ("VIX", "2025-03-18", "2025-03-18T13:30:00Z", 1),
        ] {
            let expiry = of_option(Timestamp::parse_iso(day).unwrap(), root, true);
            assert_eq!((expiry.time.to_string().as_str(), expiry.notes.len()), (expected, count), "{root} {day}: {:?}", expiry.notes);
        }
        let elsewhere = of_option(Timestamp::parse_iso("2026-06-19").unwrap(), "ADS", false);
        assert_eq!((elsewhere.time.to_string().as_str(), elsewhere.notes.len()), ("2026-06-19T20:00:00Z", 1));
    }
}
