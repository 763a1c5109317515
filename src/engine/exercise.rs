//! Where an American option is exercised early, for a chart.

use crate::engine::{Engine, Settings};
use crate::instrument::OptionKind;
use crate::math::american::Critical;
use serde::{Deserialize, Serialize};

/// The early-exercise boundary of one position, by the very region that its price is computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExerciseBoundary {
    /// A put is exercised at or below the boundary, a call at or above it.
    pub kind: OptionKind,
    /// Strike, US dollars.
    pub strike: f64,
    /// Spot of the underlying, US dollars.
    pub spot: f64,
    /// Years to expiry and the critical price of the share, from now to expiry. Two points of one time are the two sides of an ex-date,
    /// the earlier side first; between points that both have a price the boundary is continuous.
    pub points: Vec<Critical>,
}

/// Most points between two ex-dates.
const MOST_POINTS: usize = 33;

impl Engine {
    /// The boundary of the position at `index` of the book, under the shock of the settings; `None` of anything but an American option
    /// that is alive and valued, and where no price makes early exercise worth while.
    pub fn exercise_boundary(&self, index: usize, settings: &Settings) -> Option<ExerciseBoundary> {
        let stressed = (!settings.shock.is_none()).then(|| settings.shock.apply(&self.plan, &self.state));
        let points = self.plan.exercise_boundary(index, stressed.as_ref().unwrap_or(&self.state))?;
        let position = self.book.positions.get(index)?;
        let option = position.instrument.option_terms()?;
        let underlying = self.plan.underlyings().iter().position(|underlying| underlying.name == option.underlying)?;
        let spot = *stressed.as_ref().unwrap_or(&self.state).spots.get(underlying)?;
        Some(ExerciseBoundary { kind: option.kind, strike: option.strike.get(), spot, points: thinned(points) })
    }
}

/// Of each stretch between two ex-dates at most so many points, its ends among them.
fn thinned(points: Vec<Critical>) -> Vec<Critical> {
    let stretches = points.chunk_by(|one, other| one.years != other.years);
    let each = stretches.flat_map(|stretch| {
        let every = stretch.len().div_ceil(MOST_POINTS).max(1);
        let last = stretch.len() - 1;
        stretch.iter().enumerate().filter(move |(place, _)| place % every == 0 || *place == last).map(|(_, point)| *point)
    });
    each.collect()
}
