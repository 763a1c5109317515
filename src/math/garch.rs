//! GARCH(1,1) (Bollerslev 1986) with its long-run variance set to that of the sample (Engle and Mezrich 1996), by the likelihood of
//! normal returns around zero.
//!
//! σ²ₜ₊₁ = ω + α·r²ₜ + β·σ²ₜ, ω = s²·(1 − α − β). The search is a fixed grid and a simplex from its best places: no random numbers, so
//! that the same returns have the same bits everywhere.

use crate::math::moments::Sum;
use crate::math::{exp, ln, simplex};

/// Fewest returns that two parameters are fitted to.
pub const FEWEST_RETURNS: usize = 250;
/// Starting places: α as a part of α + β, and α + β.
const SHARES: [f64; 4] = [0.03, 0.08, 0.15, 0.3];
const PERSISTENCES: [f64; 4] = [0.7, 0.9, 0.97, 0.99];
/// Steps of the simplex.
const STEPS: usize = 90;
/// Variances whose logarithm is taken together.
const TOGETHER: u32 = 8;
/// Starting places from which the simplex descends.
const DESCENTS: usize = 2;
/// Nearest that α + β may come to one: beyond it there is no long run to return to.
const NEAREST_TO_ONE: f64 = 0.9999;

/// Parameters, and what they say of the days to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Garch {
    /// Weight of the last squared return.
    pub alpha: f64,
    /// Weight of the last variance.
    pub beta: f64,
    /// Variance of the long run, per observation.
    pub long_run: f64,
    /// Variance of the next observation.
    pub next: f64,
    /// Mean of ln σ² + r²/σ² over the sample: minus twice the log likelihood per return, less ln 2π.
    pub loss: f64,
}

impl Garch {
    /// The likeliest parameters; `None` of fewer than [`FEWEST_RETURNS`] returns or of returns that do not move.
    pub fn fit(returns: &[f64]) -> Option<Garch> {
        let count = returns.len() as f64;
        let long_run = returns.iter().map(|number| number * number).sum::<f64>() / count;
        if returns.len() < FEWEST_RETURNS || !(long_run > 0.0 && long_run.is_finite()) {
            return None;
        }
        let at = |[share, persistence]: [f64; 2]| {
            let (alpha, beta) = weights(share, persistence);
            run(returns, alpha, beta, long_run)
        };
        let value = |place: [f64; 2]| at(place).1;
        let mut starts: Vec<simplex::Place> = Vec::new();
        for share in SHARES {
            for persistence in PERSISTENCES {
                let place = [logit(share), logit(persistence / NEAREST_TO_ONE)];
                starts.push((place, value(place)));
            }
        }
        starts.sort_by(|one, other| one.1.total_cmp(&other.1));
        let descend = |start: &simplex::Place| simplex::descend(value, *start, [0.5, 0.5], STEPS);
        let (place, loss) = starts.iter().take(DESCENTS).map(descend).min_by(|one, other| one.1.total_cmp(&other.1))?;
        let (alpha, beta) = weights(place[0], place[1]);
        let (next, _) = at(place);
        Some(Garch { alpha, beta, long_run, next, loss }).filter(|fit| fit.loss.is_finite() && fit.next > 0.0)
    }

    /// α + β: the part of a deviation from the long run that is left one observation later.
    pub fn persistence(&self) -> f64 {
        self.alpha + self.beta
    }

    /// Observations until half of a deviation from the long run is gone.
    pub fn half_life(&self) -> f64 {
        ln(0.5) / ln(self.persistence())
    }

    /// Mean variance of the next observations, at least one.
    pub fn over(&self, observations: f64) -> f64 {
        let (kept, count) = (self.persistence(), observations.max(1.0));
        // Σ φᵏ from 0 to n − 1.
        let weight = (1.0 - exp(count * ln(kept))) / (1.0 - kept);
        self.long_run + (self.next - self.long_run) * weight / count
    }
}

/// α and β of a place: their sum and α's part of it, each through the logistic function.
fn weights(share: f64, persistence: f64) -> (f64, f64) {
    let persistence = NEAREST_TO_ONE * logistic(persistence);
    let alpha = persistence * logistic(share);
    (alpha, persistence - alpha)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

fn logit(part: f64) -> f64 {
    ln(part / (1.0 - part))
}

/// The variance after the last return, and the mean loss over all of them.
fn run(returns: &[f64], alpha: f64, beta: f64, long_run: f64) -> (f64, f64) {
    let omega = long_run * (1.0 - alpha - beta);
    let (mut variance, mut loss, mut product, mut held) = (long_run, Sum::default(), 1.0_f64, 0);
    for number in returns {
        let square = number * number;
        // One logarithm of a product of several variances: most of the time would go into logarithms.
        product *= variance;
        held += 1;
        loss.add(square / variance);
        if held == TOGETHER || !(1e-200..1e200).contains(&product) {
            loss.add(ln(product));
            (product, held) = (1.0, 0);
        }
        variance = omega + alpha * square + beta * variance;
    }
    loss.add(ln(product));
    (variance, loss.total() / returns.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal;

    /// Returns that are drawn from the model itself, by a fixed sequence.
    fn drawn(alpha: f64, beta: f64, count: usize) -> Vec<f64> {
        let (mut state, mut variance) = (11_u64, 0.0004_f64);
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let number = normal::quantile(((state >> 12) as f64 + 0.5) / (1_u64 << 52) as f64) * variance.sqrt();
                variance = 0.0004 * (1.0 - alpha - beta) + alpha * number * number + beta * variance;
                number
            })
            .collect()
    }

    #[test]
    fn parameters_of_drawn_returns_are_found_again() {
        for (alpha, beta) in [(0.08, 0.9), (0.15, 0.7), (0.05, 0.94)] {
            let fit = Garch::fit(&drawn(alpha, beta, 4000)).unwrap();
            assert!((fit.alpha - alpha).abs() < 0.03 && (fit.beta - beta).abs() < 0.06, "{alpha} {beta}: {fit:?}");
            // No neighbor is likelier.
            let returns = drawn(alpha, beta, 4000);
            for (a, b) in [(1e-4, 0.0), (-1e-4, 0.0), (0.0, 1e-4), (0.0, -1e-4)] {
                assert!(run(&returns, fit.alpha + a, fit.beta + b, fit.long_run).1 >= fit.loss - 1e-10);
            }
        }
    }

    #[test]
    fn a_forecast_goes_from_the_next_day_to_the_long_run() {
        let fit = Garch { alpha: 0.1, beta: 0.8, long_run: 4e-4, next: 9e-4, loss: 0.0 };
        assert!((fit.over(1.0) - 9e-4).abs() < 1e-18);
        let by_hand = (9e-4 + (4e-4 + 5e-4 * 0.9) + (4e-4 + 5e-4 * 0.81)) / 3.0;
        assert!((fit.over(3.0) - by_hand).abs() < 1e-17 && (fit.over(1e6) / 4e-4 - 1.0).abs() < 1e-4);
        assert!((fit.half_life() - 6.578_813).abs() < 1e-5);
    }

    #[test]
    fn too_few_returns_and_returns_that_do_not_move_have_no_fit() {
        assert_eq!((Garch::fit(&drawn(0.1, 0.8, 249)), Garch::fit(&[0.0; 400]), Garch::fit(&[])), (None, None, None));
        assert!(Garch::fit(&[0.01; 400]).is_none_or(|fit| fit.next.is_finite()));
    }
}
