//! Along one direction: where the amount is lost first.

use crate::math::matrix::dot;
use crate::stress::factor::Factors;
use crate::stress::reverse::FARTHEST;

/// Step of the way along a ray, standard deviations.
const STEP: f64 = 0.25;
/// Part of the amount to which a place is found.
const CLOSE: f64 = 1e-11;
/// Steps by false position before halving takes over, and steps at all.
const FALSE_POSITIONS: usize = 30;
const MOST_STEPS: usize = 90;
/// Step of differences, standard deviations.
const DIFFERENCE: f64 = 1e-3;

/// A search for a loss.
pub(super) struct Search<'a> {
    pub(super) factors: &'a Factors,
    loss: &'a mut dyn FnMut(&[f64]) -> f64,
    amount: f64,
    most: usize,
    /// Revaluations so far.
    pub(super) used: usize,
    /// The largest loss so far within the farthest distance, and where.
    pub(super) worst: (f64, Vec<f64>),
}

impl<'a> Search<'a> {
    /// Nothing looked at yet.
    pub(super) fn new(factors: &'a Factors, loss: &'a mut dyn FnMut(&[f64]) -> f64, amount: f64, most: usize) -> Search<'a> {
        Search { factors, loss, amount, most, used: 0, worst: (f64::NEG_INFINITY, vec![0.0; factors.rank()]) }
    }

    /// Whether the revaluations that are allowed are used up.
    pub(super) fn is_over(&self) -> bool {
        self.used >= self.most
    }

    /// Loss after moves of the factors; what is no number is no loss.
    pub(super) fn of_moves(&mut self, moves: &[f64]) -> f64 {
        self.used += 1;
        let loss = (self.loss)(moves);
        if loss.is_nan() { f64::NEG_INFINITY } else { loss }
    }

    /// Loss at a place.
    pub(super) fn at(&mut self, place: &[f64]) -> f64 {
        let loss = self.of_moves(&self.factors.moves(place));
        if loss > self.worst.0 && dot(place, place) <= FARTHEST * FARTHEST * (1.0 + 1e-9) {
            self.worst = (loss, place.to_vec());
        }
        loss
    }

    fn along(&mut self, direction: &[f64], distance: f64) -> f64 {
        let place: Vec<f64> = direction.iter().map(|entry| entry * distance).collect();
        self.at(&place)
    }

    /// The first distance along a direction at which the amount is lost, to a step.
    pub(super) fn crossing(&mut self, direction: &[f64], until: f64) -> Option<f64> {
        let (mut near, mut short) = (0.0, self.along(direction, 0.0) - self.amount);
        while near < until {
            let far = (near + STEP).min(until);
            let over = self.along(direction, far) - self.amount;
            if over >= 0.0 {
                return Some(self.between(direction, (near, short), (far, over)));
            }
            (near, short) = (far, over);
        }
        None
    }

    /// A nearer distance at which the amount is lost in a direction, if it is lost at this one.
    pub(super) fn nearer(&mut self, direction: &[f64], distance: f64) -> Option<f64> {
        let over = self.along(direction, distance) - self.amount;
        if over.is_nan() || over <= self.amount * CLOSE {
            return None;
        }
        // Not from rest, where the loss is known to be less: the way there may lead through a place that is lost as well.
        let from = (distance - STEP).max(0.0);
        let short = self.along(direction, from) - self.amount;
        if short >= 0.0 {
            return self.crossing(direction, from).filter(|nearer| *nearer < distance);
        }
        Some(self.between(direction, (from, short), (distance, over))).filter(|nearer| *nearer < distance)
    }

    /// A distance below the best, or below the farthest, at which the amount is lost in a direction.
    pub(super) fn below(&mut self, direction: &[f64], best: Option<f64>) -> Option<f64> {
        let until = best.map_or(FARTHEST, |best| best * (1.0 - 1e-9));
        let is_lost = [1.0, 0.75, 0.5, 0.25].into_iter().any(|part| self.along(direction, until * part) >= self.amount);
        if is_lost { self.crossing(direction, until) } else { None }
    }

    /// Between a distance at which it is not lost and one at which it is: by false position (the Illinois rule), then by halving. The
    /// answer is always one at which it is lost.
    fn between(&mut self, direction: &[f64], (mut near, mut short): (f64, f64), (mut far, mut over): (f64, f64)) -> f64 {
        // Weights of the two ends, which the rule changes; what is really over decides when it is close.
        let mut excess = over;
        for step in 0..MOST_STEPS {
            if excess <= self.amount * CLOSE || far - near <= 1e-15 * far {
                break;
            }
            let straight = near + (far - near) * (-short) / (over - short);
            let middle = if step < FALSE_POSITIONS && straight > near && straight < far { straight } else { 0.5 * (near + far) };
            let value = self.along(direction, middle) - self.amount;
            if value >= 0.0 {
                (far, over, excess) = (middle, value, value);
                short *= 0.5;
            } else {
                (near, short) = (middle, value);
                over *= 0.5;
            }
        }
        far
    }

    /// Slope of the loss over the moves, by differences.
    pub(super) fn slope_of_moves(&mut self, moves: &[f64]) -> Vec<f64> {
        let mut place = moves.to_vec();
        let mut slopes = Vec::with_capacity(moves.len());
        for (factor, (size, deviation)) in moves.iter().zip(&self.factors.deviations).enumerate() {
            let step = deviation * DIFFERENCE;
            let mut at = |search: &mut Search<'a>, value: f64| {
                if let Some(slot) = place.get_mut(factor) {
                    *slot = value;
                }
                search.of_moves(&place)
            };
            let (up, down) = (at(self, size + step), at(self, size - step));
            at_rest(&mut place, factor, *size);
            slopes.push(if step > 0.0 && up.is_finite() && down.is_finite() { (up - down) / (2.0 * step) } else { 0.0 });
        }
        slopes
    }

    /// Slope of the loss at a place.
    pub(super) fn slope(&mut self, place: &[f64]) -> Vec<f64> {
        let slopes = self.slope_of_moves(&self.factors.moves(place));
        self.factors.pulled_back(&slopes)
    }
}

fn at_rest(place: &mut [f64], factor: usize, size: f64) {
    if let Some(slot) = place.get_mut(factor) {
        *slot = size;
    }
}

/// A vector of length 1 in the same direction; none of nothing.
pub(super) fn normalized(vector: &[f64]) -> Option<Vec<f64>> {
    let length = dot(vector, vector).sqrt();
    (length > 0.0 && length.is_finite()).then(|| vector.iter().map(|entry| entry / length).collect())
}

/// A direction turned towards another by a part of the way.
pub(super) fn turned(from: &[f64], to: &[f64], part: f64) -> Option<Vec<f64>> {
    normalized(&from.iter().zip(to).map(|(from, to)| from + (to - from) * part).collect::<Vec<f64>>())
}
