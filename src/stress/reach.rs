//! How far every spot must move, all alike, until a book has lost so much.
//!
//! Full revaluation at every percent away from today's spots, then halving; a loss between two steps that has gone again at the next is not
//! seen. Vols and time stay.

use crate::math::american::Boundaries;
use crate::price::{Plan, State};
use crate::stress::{Move, Shock, VolShift};

/// Percent steps down and up.
const STEPS: (u32, u32) = (99, 300);
/// Halvings of the step in which it happens.
const HALVINGS: usize = 40;

/// The smallest fall and rise, as fractions, at which the P&L is `-loss` or less; both 0 where the loss is none.
pub fn reach(plan: &Plan, base: &State, loss: f64) -> (Option<f64>, Option<f64>) {
    if loss <= 0.0 {
        return (Some(0.0), Some(0.0));
    }
    let before = plan.total(base);
    let mut boundaries = Boundaries::default();
    let mut is_lost = |spot: f64| {
        let shock = Shock { all: Move { spot, vol: VolShift::Points(0.0) }, ..Shock::default() };
        plan.total_among(&shock.apply(plan, base), &mut boundaries) - before <= -loss
    };
    let mut first = |steps: u32, sign: f64| {
        let place = |step: u32| sign * f64::from(step) / 100.0;
        let step = (1..=steps).find(|step| is_lost(place(*step)))?;
        let (mut near, mut far) = (place(step - 1), place(step));
        for _ in 0..HALVINGS {
            let middle = 0.5 * (near + far);
            *(if is_lost(middle) { &mut far } else { &mut near }) = middle;
        }
        Some(far)
    };
    (first(STEPS.0, -1.0), first(STEPS.1, 1.0))
}
