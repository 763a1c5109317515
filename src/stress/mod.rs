//! Stage: market states → stressed market states, and what the book is worth in them.
//!
//! Invariant: a shock maps a [`State`] to a `State`; no contract knows that it is stressed. Every P&L is a full revaluation, and
//! the P&L of no shock is 0 to the bit.

pub mod cube;
pub mod decay;
pub mod factor;
pub mod propagation;
pub mod reverse;
pub mod explain;
pub mod library;
pub mod scenario;
mod grid;
mod method;
mod ordinary;
mod profile;
pub mod reach;
mod shock;
pub mod tornado;
pub mod trough;

pub use crate::stress::grid::{Grid, GridCell, GridSpec};
pub use crate::stress::method::{METHODS, PNL};
pub use crate::stress::ordinary::{OrdinaryDay, ordinary_day};
pub use crate::stress::profile::{Curve, CurveKind, Profile, ProfileSpec};
pub use crate::stress::shock::{Move, PathRule, Shock, VolShift};

use crate::math::american::Boundaries;
use crate::price::{Plan, State};
use serde::{Deserialize, Serialize};

/// In what P&L is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numeraire {
    /// US dollars.
    #[default]
    Usd,
    /// Coins of this underlying: value over its spot, both in the state at hand.
    Coin(String),
}

impl Numeraire {
    /// Value of the book in the numeraire; in dollars if the coin is not in the plan.
    pub fn total(&self, plan: &Plan, state: &State) -> f64 {
        self.total_among(plan, state, &mut Boundaries::default())
    }

    /// The same bits, with exercise regions that other states have fitted already.
    pub fn total_among(&self, plan: &Plan, state: &State, boundaries: &mut Boundaries) -> f64 {
        self.of_dollars(plan.total_among(state, boundaries), plan, state)
    }

    /// So many US dollars in the numeraire, at the spot of this state.
    pub(crate) fn of_dollars(&self, dollars: f64, plan: &Plan, state: &State) -> f64 {
        let Numeraire::Coin(coin) = self else { return dollars };
        let at = plan.underlyings().iter().position(|underlying| underlying.name == *coin);
        match at.and_then(|at| state.spots.get(at)).filter(|spot| **spot > 0.0) {
            Some(spot) => dollars / spot,
            None => dollars,
        }
    }
}

/// `count` values from `low` to `high`, both included, with a value that is meant to be 0 exactly 0.
fn axis(low: f64, high: f64, count: u32) -> Vec<f64> {
    let last = f64::from(count.max(2) - 1);
    (0..count.max(2))
        .map(|step| {
            let value = low + (high - low) * (f64::from(step) / last);
            if value.abs() < 1e-12 { 0.0 } else { value }
        })
        .collect()
}
