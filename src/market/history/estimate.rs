//! Matched returns → yearly vols and correlations, in the market of a regime.

use crate::market::history::{CorrelationTable, Matched, Spacing};
use crate::math::covariance;
use crate::math::matrix::Symmetric;
use crate::math::smoothing;
use crate::units::Timestamp;

/// Fewest returns that a covariance is estimated from.
pub const FEWEST_RETURNS: usize = 10;
/// Days of the recent regime.
const RECENT_DAYS: f64 = 90.0;
/// Days of the stretch that is looked for as the calmest, and as the wildest.
const CALM_DAYS: f64 = 180.0;
const WILD_DAYS: f64 = 90.0;

/// How covariances are estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimator {
    /// Exponentially weighted around zero, with this λ.
    Smoothed(f64),
    /// Of the sample, shrunk towards equal correlations.
    Shrunk,
}

/// The market that is assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// The calmest half-year of the history.
    Calm,
    /// Its last 90 days.
    Recent,
    /// Its wildest quarter, with all correlations drawn towards one.
    Stress,
}

/// From when to when, and how many returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Day from which the first return leads away.
    pub first: Timestamp,
    /// Day of the last return.
    pub last: Timestamp,
    /// Returns.
    pub returns: usize,
}

/// What had to be done to a matrix that none can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repaired {
    /// Smallest eigenvalue before.
    pub smallest_before: f64,
    /// Largest change of a correlation.
    pub largest_change: f64,
}

/// Yearly vols and correlations.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Codes.
    pub symbols: Vec<String>,
    /// Yearly vols, decimals; of a yield in yield, not in price.
    pub vols: Vec<f64>,
    /// Their correlations; NaN of what does not move.
    pub correlation: Symmetric,
    /// What it is from; `None` where that is not known.
    pub window: Option<Window>,
    /// How many returns make a year.
    pub spacing: Spacing,
    /// The part of equal correlations in it, where it was shrunk.
    pub intensity: Option<f64>,
    /// How far the correlations were drawn towards one, 0 to 1.
    pub theta: f64,
    /// What had to be repaired, if anything.
    pub repaired: Option<Repaired>,
}

impl Estimate {
    /// Of the returns of a regime; `theta` bears on [`Regime::Stress`] alone. `None` of fewer than [`FEWEST_RETURNS`] returns.
    pub fn of(matched: &Matched, regime: Regime, theta: f64, estimator: Estimator) -> Option<Estimate> {
        let stretch = |days: f64| matched.spacing.returns_in(days).min(matched.count());
        let cut = match regime {
            Regime::Recent => matched.last_days(RECENT_DAYS),
            Regime::Calm => {
                let length = stretch(CALM_DAYS);
                let (start, _) = matched.calmest_and_wildest(length)?;
                matched.within(start, start + length)
            }
            Regime::Stress => {
                let length = stretch(WILD_DAYS);
                let (_, start) = matched.calmest_and_wildest(length)?;
                matched.within(start, start + length)
            }
        };
        let estimate = Estimate::of_window(&cut, estimator)?;
        Some(if regime == Regime::Stress { estimate.stressed(theta) } else { estimate })
    }

    /// Of all returns that are given.
    pub fn of_window(matched: &Matched, estimator: Estimator) -> Option<Estimate> {
        if matched.count() < FEWEST_RETURNS {
            return None;
        }
        let (daily, intensity) = match estimator {
            Estimator::Smoothed(lambda) => (smoothing::covariances(&matched.returns, lambda), None),
            Estimator::Shrunk => match covariance::shrunk(&matched.returns) {
                Some(shrunk) => (shrunk.covariance, Some(shrunk.intensity)),
                // One of the series does not move: the sample says so, and there is no mean correlation to shrink to.
                None => (covariance::sample(&matched.returns)?, None),
            },
        };
        let (deviations, correlation) = daily.to_correlation();
        let yearly = matched.spacing.per_year().sqrt();
        let window = match (matched.days.first(), matched.days.last()) {
            (Some(first), Some(last)) => Some(Window { first: *first, last: *last, returns: matched.count() }),
            _ => None,
        };
        Some(Estimate {
            symbols: matched.symbols.clone(),
            vols: deviations.into_iter().map(|deviation| deviation * yearly).collect(),
            correlation,
            window,
            spacing: matched.spacing,
            intensity,
            theta: 0.0,
            repaired: None,
        })
    }

    /// Place of a code.
    pub fn place(&self, symbol: &str) -> Option<usize> {
        self.symbols.iter().position(|known| known == symbol)
    }

    /// With all correlations drawn towards one.
    #[must_use]
    pub fn stressed(self, theta: f64) -> Estimate {
        let theta = theta.clamp(0.0, 1.0);
        Estimate { correlation: self.correlation.stressed(theta), theta, ..self }
    }

    /// Some of its codes, in their order; `None` where one is not among them.
    pub fn of_symbols(&self, symbols: &[String]) -> Option<Estimate> {
        let places: Option<Vec<usize>> = symbols.iter().map(|symbol| self.place(symbol)).collect();
        let places = places?;
        let vols = places.iter().filter_map(|place| self.vols.get(*place).copied()).collect();
        Some(Estimate { symbols: symbols.to_vec(), vols, correlation: self.correlation.of_places(&places), ..self.clone() })
    }

    /// With the correlations that a file gives; the vols stay. `None` where it lacks one of the codes.
    pub fn with_correlations(&self, table: &CorrelationTable) -> Option<Estimate> {
        let given = table.matrix();
        let place = |symbol: &String| table.symbols.iter().position(|known| known == symbol);
        let places: Option<Vec<usize>> = self.symbols.iter().map(place).collect();
        Some(Estimate { correlation: given.of_places(&places?), window: None, intensity: None, theta: 0.0, ..self.clone() }.repaired())
    }

    /// With correlations that some market can have.
    #[must_use]
    pub fn repaired(self) -> Estimate {
        let known = |row: usize, column: usize| Some(self.correlation.get(row, column)).filter(|entry| !entry.is_nan()).unwrap_or(0.0);
        let repair = Symmetric::from_fn(self.correlation.size(), known).spectral_repair();
        if !repair.is_needed() {
            return self;
        }
        let repaired = Repaired { smallest_before: repair.smallest_before, largest_change: repair.largest_change };
        Estimate { correlation: repair.matrix, repaired: Some(repaired), ..self }
    }

    /// Yearly covariances.
    pub fn covariance(&self) -> Symmetric {
        Symmetric::covariance(&self.correlation, &self.vols)
    }

    /// How much the one moves when the other moves by one: ρ·σ₁/σ₂; `None` where either is not known or the other does not move.
    pub fn beta(&self, one: &str, other: &str) -> Option<f64> {
        let (one, other) = (self.place(one)?, self.place(other)?);
        let (vol, of) = (self.vols.get(one)?, self.vols.get(other)?);
        Some(self.correlation.get(one, other) * vol / of).filter(|beta| beta.is_finite())
    }
}

impl CorrelationTable {
    /// What the repair of correlations that no market can have does to them; `None` where nothing has to be repaired.
    pub fn repair(&self) -> Option<Repaired> {
        let repair = self.matrix().spectral_repair();
        repair.is_needed().then_some(Repaired { smallest_before: repair.smallest_before, largest_change: repair.largest_change })
    }

    /// The matrix.
    pub fn matrix(&self) -> Symmetric {
        let entry = |row: usize, column: usize| {
            if row == column { 1.0 } else { self.below.get(row * (row - 1) / 2 + column).copied().unwrap_or(f64::NAN) }
        };
        Symmetric::from_fn(self.symbols.len(), entry)
    }
}
