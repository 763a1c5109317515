//! The loaded book against what could move it: its factors, what follows from given moves, the likeliest storm, break points.

use crate::engine::{Engine, PastBook, PastChoice};
use crate::exposure::counterparty::DefaultRate;
use crate::exposure::limit::{Limit, Reading, Status};
use crate::math::american::Boundaries;
use crate::stress::factor::{Factors, VolAssumptions};
use crate::stress::propagation::{Propagation, propagate};
use crate::stress::reverse::{BREAK_STEP, Reach, Reverse, first_breaks, reverse};
use std::collections::BTreeMap;

/// Valuations of one contract that a search may take: some tenths of a second.
const MOST_VALUED: usize = 20_000_000;
/// Fewest and most revaluations of a search.
const REVALUATIONS: (usize, usize) = (2_000, 60_000);
/// Positions times factors above which limits are not looked for: every position is valued by itself for them.
const MOST_FOR_LIMITS: usize = 4_000;
/// Step of the way to a limit, standard deviations.
const LIMIT_STEP: f64 = 0.5;
/// Positions valued by themselves that a search for a limit may take, and fewest and most revaluations of it.
const MOST_HELD: usize = 1_000_000;
const LIMIT_REVALUATIONS: (usize, usize) = (300, 10_000);
/// What is used of a limit where no number is small enough: there is size and no equity to carry it.
pub const BEYOND: f64 = 1e6;
/// Exercise regions that are kept from one revaluation to the next.
const MOST_BOUNDARIES: usize = 2_000;

/// What the user chose of factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactorChoice {
    /// Where vols and correlations of spots come from.
    pub past: PastChoice,
    /// What is assumed of vols.
    pub vols: VolAssumptions,
    /// The horizon, days.
    pub days: f64,
}

/// The factors of the book and what they are from.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorBook {
    /// The factors.
    pub factors: Factors,
    /// Vols and correlations of the spots.
    pub past: PastBook,
}

/// Where a loss is reached and limits are passed, of one factor.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakPoint {
    /// The loss, going down and going up, standard deviations.
    pub loss: (Reach, Reach),
    /// Each limit, in the order of the set, going down and going up.
    pub limits: Vec<(Reach, Reach)>,
}

/// Where single factors break something.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakPoints {
    /// By factor.
    pub factors: Vec<BreakPoint>,
    /// Whether limits were looked for: of a large book they are not.
    pub has_limits: bool,
}

impl Engine {
    /// What moves the book.
    pub fn factors(&self, choice: &FactorChoice) -> FactorBook {
        let mut deltas = self.dollar_deltas();
        // What is hedged to nothing, or is all gamma, moves as well.
        for underlying in self.plan.underlyings().iter().filter(|underlying| !underlying.is_currency) {
            if !deltas.iter().any(|(name, _)| *name == underlying.name) {
                deltas.push((underlying.name.clone(), 0.0));
            }
        }
        let past = self.past_of(&deltas, &choice.past);
        let implied = |name: &str| self.market.at_the_money_vol(name);
        let factors = Factors::of((&self.plan, &self.state), past.estimate.as_ref(), implied, choice.vols, choice.days);
        FactorBook { factors, past }
    }

    /// Vol of an underlying at the money, a decimal; `None` where no option gives one.
    pub fn at_the_money_vol(&self, underlying: &str) -> Option<f64> {
        self.market.at_the_money_vol(underlying)
    }

    /// Loss after moves of the factors, `roll` days on, in US dollars, by full revaluation.
    pub fn loss_of<'a>(&'a self, factors: &'a Factors, roll: f64) -> impl FnMut(&[f64]) -> f64 + 'a {
        let before = self.plan.total(&self.state);
        let mut boundaries = Boundaries::default();
        move |moves| {
            if boundaries.count() > MOST_BOUNDARIES {
                boundaries = Boundaries::default();
            }
            before - self.plan.total_among(&factors.shock(moves, roll).apply(&self.plan, &self.state), &mut boundaries)
        }
    }

    /// The likeliest moves of the factors that lose `amount` US dollars within `roll` days.
    pub fn reverse(&self, factors: &Factors, amount: f64, roll: f64) -> Reverse {
        let contracts = self.state.vols.len().max(1);
        let most = (MOST_VALUED / contracts).clamp(REVALUATIONS.0, REVALUATIONS.1);
        reverse(factors, &mut self.loss_of(factors, roll), amount, most)
    }

    /// The likeliest moves of the factors within `roll` days at which a hard limit is reached; what is lost is the part of it that is used.
    pub fn reverse_limit(&self, factors: &Factors, limit: &Limit, rates: &BTreeMap<String, DefaultRate>, roll: f64) -> Reverse {
        let most = (MOST_HELD / self.book.positions.len().max(1)).clamp(LIMIT_REVALUATIONS.0, LIMIT_REVALUATIONS.1);
        let limits = std::slice::from_ref(limit);
        let mut used = |moves: &[f64]| {
            let state = factors.shock(moves, roll).apply(&self.plan, &self.state);
            let readings = self.limits_under(&self.plan.value(&self.book, &state), limits, rates);
            let of = |reading: &Reading| match reading.status {
                Status::Hard => Some(reading.utilization.unwrap_or(BEYOND)),
                _ => reading.utilization,
            };
            readings.first().and_then(of).unwrap_or(f64::NEG_INFINITY)
        };
        reverse(factors, &mut used, 1.0, most)
    }

    /// The rest of the factors after the given ones, and the P&L of all of it, US dollars.
    pub fn propagated(&self, factors: &Factors, given: &[Option<f64>], roll: f64) -> (Propagation, f64) {
        let followed = propagate(factors, given);
        let moves: Vec<f64> = followed.factors.iter().map(|factor| factor.size).collect();
        let loss = self.loss_of(factors, roll)(&moves);
        (followed, -loss)
    }

    /// How far each factor alone must move until `amount` is lost, or a limit is passed.
    pub fn break_points(
        &self,
        factors: &Factors,
        (amount, roll): (f64, f64),
        limits: &[Limit],
        rates: &BTreeMap<String, DefaultRate>,
    ) -> BreakPoints {
        let mut loss = self.loss_of(factors, roll);
        let has_limits = self.book.positions.len() * factors.count() <= MOST_FOR_LIMITS;
        let each = |factor: usize| {
            let deviation = factors.deviations.get(factor).copied().unwrap_or(0.0);
            let moves = |steps: f64| -> Vec<f64> {
                (0..factors.count()).map(|place| if place == factor { steps * deviation } else { 0.0 }).collect()
            };
            let mut of_loss = |sign: f64| {
                let found = first_breaks(1, BREAK_STEP, &mut |steps| vec![loss(&moves(sign * steps)) >= amount]);
                found.first().copied().unwrap_or(Reach::Nowhere)
            };
            let loss = (of_loss(-1.0), of_loss(1.0));
            if !has_limits || limits.is_empty() {
                return BreakPoint { loss, limits: Vec::new() };
            }
            let of_limits = |sign: f64| {
                first_breaks(limits.len(), LIMIT_STEP, &mut |steps| {
                    let state = factors.shock(&moves(sign * steps), roll).apply(&self.plan, &self.state);
                    let readings = self.limits_under(&self.plan.value(&self.book, &state), limits, rates);
                    let is_broken =
                        |place: usize| readings.iter().any(|reading| reading.place as usize == place && reading.status == Status::Hard);
                    (0..limits.len()).map(is_broken).collect()
                })
            };
            BreakPoint { loss, limits: of_limits(-1.0).into_iter().zip(of_limits(1.0)).collect() }
        };
        BreakPoints { factors: (0..factors.count()).map(each).collect(), has_limits }
    }
}
