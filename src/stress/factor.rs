//! What moves a book: the spot of each underlying, and its vols in parallel, over a horizon, with their covariance.
//!
//! Input: the plan, yearly vols and correlations of spots, and the stated assumptions of [`VolAssumptions`]. Output: [`Factors`], and
//! the [`Shock`] that a vector of moves is. Invariant: the correlations are possible ones (positive semi-definite), and every figure
//! says whether it is measured, implied or assumed.
//!
//! A move of spot is a log-return, a move of vol the change of its logarithm, alike for every contract of the underlying. Spots have
//! the correlations R; the vols have R too, and a spot and a vol ρ·R, which is the Kronecker product of R and `[1 ρ; ρ 1]` and so
//! possible wherever R is.

use crate::issue::{Issue, IssueKind};
use crate::market::history::Estimate;
use crate::math::exp_m1;
use crate::math::matrix::{Eigen, Symmetric};
use crate::order;
use crate::price::{Plan, State};
use crate::stress::ordinary::assumed_vol;
use crate::stress::{Move, PathRule, Shock, VolShift};
use std::collections::BTreeMap;

/// Yearly standard deviation of the logarithm of an underlying's vols. Assumed by Plimsoll: an index of implied vol that moves by some
/// 5 % a day, as those of large coins do.
pub const VOL_OF_VOL: f64 = 0.9;
/// Correlation of an underlying's return with the change of its vols. Assumed by Plimsoll: vols rise as spots fall, less steadily in
/// coins than in shares.
pub const SPOT_VOL: f64 = -0.3;
/// Correlation of such an underlying with every other. Assumed by Plimsoll, as of large coins with each other.
pub const UNKNOWN_CORRELATION: f64 = 0.6;
/// Days of the year that vols are of.
const YEAR_DAYS: f64 = 365.0;
/// An eigenvalue of a correlation matrix below this part of the largest is a direction in which nothing moves.
const STILL: f64 = 1e-10;

/// What of an underlying moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactorKind {
    /// The logarithm of its spot.
    Spot,
    /// The logarithm of all its vols.
    Vol,
}

/// One factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Code of the underlying.
    pub underlying: String,
    /// What of it moves.
    pub kind: FactorKind,
}

/// Where the deviation of a factor is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// From the past, or from the built-in figures.
    Past,
    /// Implied by options at the money; its correlations are assumed.
    Implied,
    /// Assumed, with its correlations.
    Assumed,
}

/// What no history says of vols.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolAssumptions {
    /// Yearly standard deviation of the logarithm of vols, 0.9 = 90 %; from 0 to 10.
    pub vol_of_vol: f64,
    /// Correlation of return and change of vol, above −1 and below 1.
    pub spot_vol: f64,
}

impl Default for VolAssumptions {
    fn default() -> VolAssumptions {
        VolAssumptions { vol_of_vol: VOL_OF_VOL, spot_vol: SPOT_VOL }
    }
}

impl VolAssumptions {
    /// Checks the ranges.
    ///
    /// # Errors
    /// An `Invalid` issue that names the figure and what would be accepted.
    pub fn check(&self) -> Result<(), Issue> {
        let refuse = |message: &str, value: f64| Err(Issue::rejected(IssueKind::Invalid, message).with_value(&value.to_string()));
        if !(0.0..=10.0).contains(&self.vol_of_vol) {
            return refuse("the vol of vol must be from 0 to 1 000 % a year", self.vol_of_vol);
        }
        if !(self.spot_vol > -1.0 && self.spot_vol < 1.0) {
            return refuse("the correlation of spot and vol must be above -1 and below 1", self.spot_vol);
        }
        Ok(())
    }
}

/// The factors of a book over a horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// All spots, then all vols, each in the order of the underlyings.
    pub list: Vec<Factor>,
    /// One standard deviation of each over the horizon, in logarithms.
    pub deviations: Vec<f64>,
    /// Where the deviation of each is from.
    pub known: Vec<Known>,
    /// Their correlations.
    pub correlation: Symmetric,
    /// The horizon, days.
    pub days: f64,
    /// What was assumed.
    pub issues: Vec<Issue>,
    directions: Eigen,
}

/// Yearly vol and where it is from, place in the estimate.
type Figure = (f64, Known, Option<usize>);

impl Factors {
    /// Of the plan's underlyings. `estimate` knows spots; `implied` gives the vol at the money of those that it does not know.
    pub fn of(
        (plan, state): (&Plan, &State),
        estimate: Option<&Estimate>,
        implied: impl Fn(&str) -> Option<f64>,
        assumptions: VolAssumptions,
        days: f64,
    ) -> Factors {
        let mut issues = Vec::new();
        let moving: Vec<usize> =
            plan.underlyings().iter().enumerate().filter(|(_, underlying)| !underlying.is_currency).map(|(place, _)| place).collect();
        let name = |place: &usize| plan.underlyings().get(*place).map_or("", |underlying| underlying.name.as_str());
        let figures: Vec<Figure> = moving.iter().map(|place| figure(name(place), estimate, &implied, &mut issues)).collect();
        let spots = spot_correlation(&figures, estimate, &mut issues);
        let has_vol: Vec<usize> = {
            let vols = || plan.contract_underlyings().zip(&state.vols);
            let is_moved = |place: &usize| vols().any(|(underlying, vol)| underlying == *place && *vol > 0.0);
            moving.iter().enumerate().filter(|(_, place)| is_moved(place)).map(|(at, _)| at).collect()
        };
        let years = (days / YEAR_DAYS).sqrt();
        // Place among the spots, and what of it moves.
        let places: Vec<(usize, FactorKind)> =
            (0..moving.len()).map(|at| (at, FactorKind::Spot)).chain(has_vol.into_iter().map(|at| (at, FactorKind::Vol))).collect();
        let of = |(at, kind): &(usize, FactorKind)| {
            let underlying = moving.get(*at).map(name).unwrap_or_default().to_owned();
            let (vol, known, _) = figures.get(*at).copied().unwrap_or_else(|| (assumed_vol(&underlying).0, Known::Assumed, None));
            let (deviation, known) = match kind {
                FactorKind::Spot => (vol * years, known),
                FactorKind::Vol => (assumptions.vol_of_vol * years, Known::Assumed),
            };
            (Factor { underlying, kind: *kind }, deviation, known)
        };
        let (mut list, mut deviations, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (factor, deviation, known) in places.iter().map(of) {
            list.push(factor);
            deviations.push(deviation);
            sources.push(known);
        }
        let correlation = Symmetric::from_fn(places.len(), |row, column| {
            let (Some((one, kind)), Some((other, other_kind))) = (places.get(row), places.get(column)) else { return 0.0 };
            let between = if kind == other_kind { 1.0 } else { assumptions.spot_vol };
            if row == column { 1.0 } else { between * spots.get(*one, *other) }
        });
        let directions = correlation.eigen();
        Factors { list, deviations, known: sources, correlation, days, issues, directions }
    }

    /// Factors with these deviations and correlations, which must be possible.
    pub fn with(list: Vec<Factor>, deviations: Vec<f64>, correlation: Symmetric, days: f64) -> Factors {
        let (known, directions) = (vec![Known::Past; list.len()], correlation.eigen());
        Factors { list, deviations, known, correlation, days, issues: Vec::new(), directions }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Directions in which something moves.
    pub fn rank(&self) -> usize {
        let nothing = self.directions.values.first().copied().unwrap_or(0.0) * STILL;
        self.directions.values.iter().filter(|value| **value > nothing).count()
    }

    /// Moves of the factors from independent standard ones along the principal directions, one for each of [`Factors::rank`].
    pub fn moves(&self, standard: &[f64]) -> Vec<f64> {
        let mut moves = vec![0.0; self.count()];
        for (step, (value, vector)) in standard.iter().zip(self.directions.values.iter().zip(&self.directions.vectors)) {
            let size = step * value.max(0.0).sqrt();
            for (slot, entry) in moves.iter_mut().zip(vector) {
                *slot += size * entry;
            }
        }
        moves.iter_mut().zip(&self.deviations).for_each(|(slot, deviation)| *slot *= deviation);
        moves
    }

    /// A gradient over moves as one over the independent standard ones.
    pub fn pulled_back(&self, gradient: &[f64]) -> Vec<f64> {
        let scaled: Vec<f64> = gradient.iter().zip(&self.deviations).map(|(slope, deviation)| slope * deviation).collect();
        let pairs = self.directions.values.iter().zip(&self.directions.vectors).take(self.rank());
        pairs.map(|(value, vector)| value.max(0.0).sqrt() * crate::math::matrix::dot(vector, &scaled)).collect()
    }

    /// The shock that these moves are, with time going on by `roll` days.
    pub fn shock(&self, moves: &[f64], roll: f64) -> Shock {
        let mut per_underlying: BTreeMap<String, Move> = BTreeMap::new();
        for (factor, size) in self.list.iter().zip(moves) {
            let each = per_underlying.entry(factor.underlying.clone()).or_insert(Move::NONE);
            match factor.kind {
                FactorKind::Spot => each.spot = exp_m1(*size),
                FactorKind::Vol => each.vol = VolShift::Relative(exp_m1(*size)),
            }
        }
        Shock { all: Move::NONE, per_underlying, days: roll, path: PathRule::Jump }
    }
}

fn figure(name: &str, estimate: Option<&Estimate>, implied: impl Fn(&str) -> Option<f64>, issues: &mut Vec<Issue>) -> Figure {
    let of_past = estimate.and_then(|estimate| {
        let place = estimate.place(name)?;
        Some((*estimate.vols.get(place).filter(|vol| vol.is_finite())?, Known::Past, Some(place)))
    });
    let mut assumed = |vol: f64, known: Known, source: &str| {
        let message = format!("no history gives its vol and correlations: {source}; {UNKNOWN_CORRELATION} with every other is assumed");
        issues.push(Issue::noted(IssueKind::MissingData, message).about(name));
        (vol, known, None)
    };
    of_past.unwrap_or_else(|| match implied(name) {
        Some(vol) => assumed(vol, Known::Implied, "its vol is that of its options at the money"),
        None => {
            let (vol, words) = assumed_vol(name);
            assumed(vol, Known::Assumed, &format!("a vol of {words} a year is assumed"))
        }
    })
}

/// Correlations of the spots, made possible where the assumed ones beside the known are not.
fn spot_correlation(figures: &[Figure], estimate: Option<&Estimate>, issues: &mut Vec<Issue>) -> Symmetric {
    let place = |at: usize| figures.get(at).and_then(|(.., place)| *place);
    let raw = Symmetric::from_fn(figures.len(), |row, column| match (row == column, place(row), place(column), estimate) {
        (true, ..) => 1.0,
        (false, Some(one), Some(other), Some(estimate)) => {
            let entry = estimate.correlation.get(one, other);
            if entry.is_finite() { entry } else { 0.0 }
        }
        _ => UNKNOWN_CORRELATION,
    });
    let repair = raw.spectral_repair();
    if repair.is_needed() {
        let message = "no market can have the known correlations and the assumed ones together: they are moved to some that one can";
        issues.push(Issue::noted(IssueKind::Calculation, message).about("correlations").with_value(&repair.largest_change.to_string()));
    }
    repair.matrix
}

/// Places by size, the largest first; of equals the first.
pub(crate) fn by_size(sizes: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..sizes.len()).collect();
    let size = |place: &usize| sizes.get(*place).map_or(0.0, |size| size.abs());
    order::sort_by(&mut places, |one, other| size(other).total_cmp(&size(one)));
    places
}
