//! Daily closes of assets, as files give them, and what follows from them: vols, correlations, forecasts, betas.
//!
//! Input: [`PriceSeries`] by asset. Output: [`Matched`] returns of several assets on common days, and from these an [`Estimate`], a
//! [`Cone`], a [`Forecast`], a [`Beta`]. Invariant: a day that a file does not have is missing and never filled in; what stands on
//! too few returns is `None`.

mod beta;
mod built_in;
mod cone;
mod estimate;
mod forecast;
mod matching;
mod method;

use crate::issue::{Issue, IssueKind, Source};
use crate::math::{ln, ln_1p};
use crate::units::{DAY_MS, Timestamp};
use serde::{Deserialize, Serialize};

pub use crate::market::history::beta::{Beta, FACTORS, Factor};
pub use crate::market::history::built_in::{BUILT_IN, BuiltIn};
pub use crate::market::history::cone::{Cone, LEVELS, WINDOWS};
pub use crate::market::history::estimate::{Estimate, Estimator, FEWEST_RETURNS, Regime, Repaired, Window};
pub use crate::market::history::forecast::Forecast;
pub use crate::market::history::matching::{Coverage, Matched, Spacing};
pub use crate::market::history::method::METHODS;

/// What a number of a series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeriesKind {
    /// A price or an index; above 0.
    Close,
    /// The simple return of the day, as a decimal; above −1.
    Return,
    /// A yearly yield, as a decimal.
    Yield,
}

/// The number of a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Midnight UTC of the day.
    pub day: Timestamp,
    /// What was observed, as the series' kind says; finite.
    pub value: f64,
}

/// The days of one asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceSeries {
    /// Its code, in upper case.
    pub symbol: String,
    /// What the numbers are.
    pub kind: SeriesKind,
    /// By day, ascending, one for a day.
    pub observations: Vec<Observation>,
    /// File, and line of the first day.
    pub source: Source,
}

/// Correlations that a file gives outright.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CorrelationTable {
    /// Codes, in upper case.
    pub symbols: Vec<String>,
    /// The triangle below the diagonal, row after row: 2–1, 3–1, 3–2, …; each from −1 to 1.
    pub below: Vec<f64>,
    /// File, and line of the header.
    pub source: Source,
}

/// Everything that files say of the past.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Series, one for a symbol, by symbol.
    pub series: Vec<PriceSeries>,
    /// Correlations that a file gives outright; of several files the last.
    pub correlations: Option<CorrelationTable>,
}

impl PriceSeries {
    /// Checks the numbers.
    ///
    /// # Errors
    /// `Invalid` where the days do not ascend or a number is none that the kind can be.
    pub fn new(symbol: String, kind: SeriesKind, observations: Vec<Observation>, source: Source) -> Result<PriceSeries, Issue> {
        let ascends = observations.windows(2).all(|pair| matches!(pair, [one, other] if one.day < other.day));
        let is_day = |observation: &Observation| observation.day.ms() % DAY_MS == 0;
        let invalid = |message: &str| Issue::rejected(IssueKind::Invalid, message).about(&symbol);
        if !ascends || !observations.iter().all(is_day) {
            return Err(invalid("the days of a price history must ascend, one number for a day"));
        }
        if let Some(wrong) = observations.iter().find(|observation| !kind.holds(observation.value)) {
            return Err(invalid(kind.accepted()).with_value(&wrong.value.to_string()));
        }
        Ok(PriceSeries { symbol, kind, observations, source })
    }

    /// What differences of are returns: the logarithm of a close, the sum of the logarithms of returns, a yield itself.
    pub fn levels(&self) -> Vec<(Timestamp, f64)> {
        let mut level = 0.0;
        let each = |observation: &Observation| {
            level = match self.kind {
                SeriesKind::Close => ln(observation.value),
                SeriesKind::Return => level + ln_1p(observation.value),
                SeriesKind::Yield => observation.value,
            };
            (observation.day, level)
        };
        let levels: Vec<(Timestamp, f64)> = self.observations.iter().map(each).collect();
        match (self.kind, levels.first()) {
            // The first return leads away from the day before.
            (SeriesKind::Return, Some((day, _))) => [vec![(Timestamp::from_ms(day.ms() - DAY_MS), 0.0)], levels].concat(),
            _ => levels,
        }
    }

    /// Adds the days of another series of the same symbol; of two numbers of a day the other's counts, and of two kinds the other's.
    fn take(&mut self, other: PriceSeries) {
        if self.kind != other.kind || self.observations.is_empty() {
            *self = other;
            return;
        }
        let mut all: Vec<Observation> = Vec::with_capacity(self.observations.len() + other.observations.len());
        let (mut ours, mut theirs) = (self.observations.iter().peekable(), other.observations.iter().peekable());
        while let Some(next) = match (ours.peek(), theirs.peek()) {
            (Some(one), Some(two)) if one.day < two.day => ours.next(),
            (Some(one), Some(two)) => {
                if one.day == two.day {
                    ours.next();
                }
                theirs.next()
            }
            (Some(_), None) => ours.next(),
            (None, _) => theirs.next(),
        } {
            all.push(*next);
        }
        self.observations = all;
        self.source = other.source;
    }
}

impl SeriesKind {
    /// Whether a number can be one of these.
    pub fn holds(self, value: f64) -> bool {
        let in_range = match self {
            SeriesKind::Close => value > 0.0,
            SeriesKind::Return => value > -1.0,
            SeriesKind::Yield => value.abs() < 10.0,
        };
        value.is_finite() && in_range
    }

    /// What would be accepted.
    pub fn accepted(self) -> &'static str {
        match self {
            SeriesKind::Close => "a close must be a number above 0",
            SeriesKind::Return => "a return must be a number above -1 (-100 %)",
            SeriesKind::Yield => "a yield must be a number between -1000 % and 1000 % a year",
        }
    }
}

impl History {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.correlations.is_none()
    }

    /// Numbers of all series.
    pub fn observations(&self) -> usize {
        self.series.iter().map(|series| series.observations.len()).sum()
    }

    /// The series of a symbol.
    pub fn series(&self, symbol: &str) -> Option<&PriceSeries> {
        let at = self.series.binary_search_by(|series| series.symbol.as_str().cmp(symbol)).ok()?;
        self.series.get(at)
    }

    /// Adds what another file says; of two numbers of one day its own counts.
    pub fn extend(&mut self, other: History) {
        for series in other.series {
            match self.series.binary_search_by(|known| known.symbol.cmp(&series.symbol)) {
                Ok(at) => {
                    if let Some(known) = self.series.get_mut(at) {
                        known.take(series);
                    }
                }
                Err(at) => self.series.insert(at, series),
            }
        }
        self.correlations = other.correlations.or(self.correlations.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_ms(number * DAY_MS)
    }

    fn series(symbol: &str, kind: SeriesKind, values: &[(i64, f64)]) -> PriceSeries {
        let observations = values.iter().map(|(number, value)| Observation { day: day(*number), value: *value }).collect();
        PriceSeries::new(symbol.to_owned(), kind, observations, Source::default()).unwrap()
    }

    #[test]
    fn of_two_files_the_later_one_counts_day_by_day() {
        let mut history = History::default();
        for part in [
            series("ETH", SeriesKind::Close, &[(1, 10.0)]),
            series("BTC", SeriesKind::Close, &[(1, 1.0), (2, 2.0), (5, 5.0)]),
            series("BTC", SeriesKind::Close, &[(0, 0.5), (2, 2.5), (7, 7.0)]),
        ] {
            history.extend(History { series: vec![part], correlations: None });
        }
        let values: Vec<(i64, f64)> =
            history.series("BTC").unwrap().observations.iter().map(|one| (one.day.ms() / DAY_MS, one.value)).collect();
        assert_eq!(values, [(0, 0.5), (1, 1.0), (2, 2.5), (5, 5.0), (7, 7.0)]);
        assert_eq!((history.series.len(), history.observations(), history.series("SOL")), (2, 6, None));
    }

    #[test]
    fn levels_of_returns_start_the_day_before() {
        let levels = series("A", SeriesKind::Return, &[(3, 0.1), (4, -0.5)]).levels();
        assert_eq!((levels[0], levels[1].0, levels.len()), ((day(2), 0.0), day(3), 3));
        assert!((levels[2].1 - ln(0.55)).abs() < 1e-15);
        assert_eq!(series("Y", SeriesKind::Yield, &[(3, 0.04)]).levels(), [(day(3), 0.04)]);
    }

    #[test]
    fn a_series_that_goes_back_or_holds_what_is_no_price_is_none() {
        let of = |values: &[(i64, f64)]| {
            let observations = values.iter().map(|(number, value)| Observation { day: day(*number), value: *value }).collect();
            PriceSeries::new("A".to_owned(), SeriesKind::Close, observations, Source::default())
        };
        for values in [&[(2, 1.0), (1, 1.0)][..], &[(1, 1.0), (1, 1.0)], &[(1, 0.0)], &[(1, f64::NAN)], &[(1, -3.0)]] {
            assert!(of(values).is_err(), "{values:?}");
        }
        assert!(of(&[(1, 1e-300)]).is_ok());
    }
}
