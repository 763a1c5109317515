//! One exercise boundary of an American put on a strike of 1, as a function of the time to go.
//!
//! Andersen, Lake and Offengenden (2016), "High performance American option pricing": the boundary is interpolated in the root of
//! time, through the square of its log-distance from its value at expiry where that is the strike (their H), and through the
//! distance itself where it is `rate/yield`, in which case it starts with a root of time. At the nodes smooth pasting must hold
//! (their system A, Kim's equation), which after cancellation of the terms in the density reads
//!
//! ```text
//! b·[e^{−qτ}·N(d₊(τ, b)) + q·∫e^{−qs}·N(d₊(s, b/bᵤ)) ds] + ∫(q·bᵤ − r)·e^{−rs}·φ(d₋(s, b/bᵤ))/(σ√s) ds = 0,  u = τ − s.
//! ```
//!
//! The paper iterates with the derivative by the node's own boundary only. Here the derivative is whole (the interpolant is linear
//! in its coefficients), so that four or five steps do; should a step not settle, the paper's Jacobi–Newton iteration takes over.
//!
//! Where rate and yield are negative and the yield is below the rate, exercise pays only between two boundaries, `rate/yield` and
//! 1 at expiry. A path from above meets the upper one first and a path from below the lower one, so each has its own equation;
//! that of the lower one pays the forward at expiry, which leaves `e^{−qτ} − 1` in the place of `e^{−qτ}·N(d₊)`.

use crate::math::american::quadrature::{self, Equation, MAX_NODES, Point, RULE_16, RULE_32, add_gradient, points};
use crate::math::normal::{INVERSE_ROOT_TWO_PI, cdf, pdf};
use crate::math::{exp, exp_m1, ln, log_ratio};
use core::array;

/// Full steps before the slower iteration takes over, and how many that gets.
const NEWTON_STEPS: usize = 10;
const JACOBI_STEPS: usize = 60;
/// Largest step of the log-boundary, in standard deviations to expiry, at which an iteration has settled.
const SETTLED: f64 = 1e-9;
/// Largest step at which a result counts at all.
const ACCEPTED: f64 = 1e-5;
/// Points of the larger rule.
const MAX_POINTS: usize = 2 * RULE_32.len();
/// A put lives at most so many times the time in which its boundary nears its perpetual limit by a factor e²; the rest is e⁻²⁰.
const LIFE: f64 = 40.0;
/// From this many of them on the boundary bends too sharply for 17 nodes.
const SHARP: f64 = 6.0;
/// How far beyond its perpetual limit an interpolated boundary may swing on the way to the solution.
const MARGIN: f64 = 1.02;
/// Log-distance below which a boundary is flat to the last digits of any price.
const FLAT: f64 = 1e-11;
/// Largest log-distance of a boundary from its value at expiry.
const FARTHEST: f64 = 650.0;

/// How the underlying of a put moves, per year; of a call seen as a put, rate and yield have changed places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dynamics {
    /// Annualized volatility, > 0.
    pub vol: f64,
    /// Continuous discount rate.
    pub rate: f64,
    /// Continuous yield.
    pub carry_yield: f64,
}

impl Dynamics {
    /// Drift of ln S.
    pub fn log_drift(&self) -> f64 {
        self.rate - self.carry_yield - 0.5 * self.vol * self.vol
    }

    /// How often the boundary nears its perpetual limit by a factor e² in a year.
    pub fn haste(&self) -> f64 {
        let drift = self.log_drift() / self.vol;
        drift * drift + 2.0 * self.rate
    }

    /// ln of the boundary of an option without expiry, which is θ/(θ − 1), θ a negative root of ½σ²θ(θ − 1) + (r − q)θ − r; or
    /// `None` where there is no such boundary.
    fn perpetual(&self, side: Side) -> Option<f64> {
        let (drift, variance) = (self.log_drift(), self.vol * self.vol);
        let root = (drift * drift + 2.0 * self.rate * variance).sqrt();
        let negative = match side {
            Side::Upper if drift > 0.0 => (drift + root) / variance,
            Side::Upper => 2.0 * self.rate / (root - drift),
            Side::Lower => -2.0 * self.rate / (drift + root),
        };
        // Of negative rates an upward drift makes both roots negative; a chance too great leaves none.
        (negative > 0.0 && (self.rate >= 0.0 || drift > 0.0)).then(|| -log_ratio(negative + 1.0, negative))
    }
}

/// Which end of the exercise region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Its upper end, which falls with the time to go.
    Upper,
    /// Its lower end, which rises; only where rate and yield are negative.
    Lower,
}

impl Side {
    fn sign(self) -> f64 {
        match self {
            Side::Upper => -1.0,
            Side::Lower => 1.0,
        }
    }
}

/// A boundary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    side: Side,
    /// ln of the boundary at expiry.
    start: f64,
    /// Largest log-distance from there.
    limit: f64,
    /// Whether the interpolant is the square of the log-distance.
    is_squared: bool,
    /// Time to go up to which it is interpolated; it is flat beyond.
    years: f64,
    nodes: usize,
    coefficients: [f64; MAX_NODES],
}

impl Curve {
    /// The boundary up to `years` to go, or `None` where the equation has no solution that far.
    pub fn fit(dynamics: Dynamics, side: Side, years: f64) -> Option<Curve> {
        let Dynamics { rate, carry_yield, .. } = dynamics;
        let ratio = rate / carry_yield;
        let starts_at_ratio = if rate < 0.0 { side == Side::Lower } else { carry_yield > rate };
        let start = if starts_at_ratio { ln(ratio) } else { 0.0 };
        let (limit, years) = match dynamics.perpetual(side) {
            Some(log_boundary) => (MARGIN * (log_boundary - start).abs(), years.min(LIFE / dynamics.haste())),
            None if rate < 0.0 => (-ln(ratio), years),
            None => (FARTHEST, years.min(LIFE / dynamics.haste())),
        };
        let limit = limit.min(FARTHEST);
        let curve = Curve { side, start, limit, is_squared: true, years, nodes: 1, coefficients: [0.0; MAX_NODES] };
        if limit < FLAT {
            return Some(curve);
        }
        if rate < 0.0 || dynamics.haste() * years > SHARP {
            curve.through::<MAX_NODES>(&dynamics, &RULE_32)
        } else {
            curve.through::<17>(&dynamics, &RULE_16)
        }
    }

    /// ln of the boundary with `years` to go.
    pub fn log_at(&self, years: f64) -> f64 {
        let position = (years / self.years).clamp(0.0, 1.0).sqrt();
        let coefficients = self.coefficients.get(..self.nodes).unwrap_or(&self.coefficients);
        self.start + self.side.sign() * self.distance(quadrature::evaluate(coefficients, position))
    }

    /// Log-distance from an interpolated value.
    fn distance(&self, value: f64) -> f64 {
        let positive = value.max(0.0);
        (if self.is_squared { positive.sqrt() } else { positive }).min(self.limit)
    }

    /// The interpolated value of a log-distance.
    fn value(&self, distance: f64) -> f64 {
        if self.is_squared { distance * distance } else { distance }
    }

    /// Change of ln of the boundary with the interpolated value; none where that is out of its range.
    fn slope(&self, value: f64) -> f64 {
        let distance = self.distance(value);
        if !(distance > 0.0 && distance < self.limit) {
            return 0.0;
        }
        self.side.sign() * if self.is_squared { 0.5 / distance } else { 1.0 }
    }

    /// Solves for the boundary through so many nodes.
    fn through<const NODES: usize>(self, dynamics: &Dynamics, rule: &[Point]) -> Option<Curve> {
        let nodes = quadrature::nodes::<NODES>();
        let distances = nodes.map(|node| self.guess(dynamics, self.years * node * node));
        let straight = Curve { is_squared: false, ..self };
        let newton = (NEWTON_STEPS, true, SETTLED);
        let found = self.settle(dynamics, rule, &distances, newton).or_else(|| straight.settle(dynamics, rule, &distances, newton));
        // Of two boundaries none need exist, and asking the slow iteration at length would not tell.
        if found.is_some() || dynamics.rate < 0.0 {
            return found;
        }
        let jacobi = (JACOBI_STEPS, false, ACCEPTED);
        straight.settle(dynamics, rule, &distances, jacobi).or_else(|| self.settle(dynamics, rule, &distances, jacobi))
    }

    /// Takes steps from the guessed distances until they are small; `None` when the last of so many is not.
    fn settle<const NODES: usize>(
        mut self,
        dynamics: &Dynamics,
        rule: &[Point],
        distances: &[f64; NODES],
        (steps, is_newton, accepted): (usize, bool, f64),
    ) -> Option<Curve> {
        let nodes = quadrature::nodes::<NODES>();
        let deviation = dynamics.vol * self.years.sqrt();
        let mut values = distances.map(|distance| self.value(distance));
        let mut moved = f64::INFINITY;
        for _ in 0..steps {
            let next = self.step(dynamics, rule, &nodes, &values, is_newton)?;
            moved = next.iter().zip(&values).map(|(a, b)| (self.distance(*a) - self.distance(*b)).abs()).fold(0.0, f64::max) / deviation;
            values = next;
            if moved < SETTLED {
                break;
            }
        }
        self.nodes = NODES;
        for (to, from) in self.coefficients.iter_mut().zip(quadrature::coefficients(&values)) {
            *to = from;
        }
        (moved < accepted).then_some(self)
    }

    /// One step of the values at the nodes; `None` when a number is out of range.
    fn step<const NODES: usize>(
        &self,
        dynamics: &Dynamics,
        rule: &[Point],
        nodes: &[f64; NODES],
        values: &[f64; NODES],
        is_newton: bool,
    ) -> Option<[f64; NODES]> {
        let coefficients = quadrature::coefficients(values);
        let mut own = [0.0; NODES];
        let mut equations: [Equation<NODES>; NODES] = array::from_fn(|_| Equation { factors: [0.0; NODES], right: 0.0 });
        for ((equation, own), node) in equations.iter_mut().zip(&mut own).zip(nodes) {
            if *node > 0.0 {
                (*equation, *own) = self.equation(dynamics, rule, &coefficients, *node);
            } else {
                add_gradient(&mut equation.factors, 0.0, 1.0);
            }
        }
        let mut next = *values;
        if is_newton {
            let change = quadrature::solve(&mut equations)?;
            for (to, node) in next.iter_mut().zip(nodes) {
                *to += quadrature::evaluate(&change, *node);
            }
        } else {
            for (to, (equation, own)) in next.iter_mut().zip(equations.iter().zip(&own)).take(NODES - 1) {
                *to = self.value((self.distance(*to) + self.side.sign() * equation.right / own).max(0.0));
            }
        }
        // No step more than halves or doubles a distance.
        for (to, before) in next.iter_mut().zip(values) {
            let distance = self.distance(*before);
            *to = self.value(self.distance(*to).clamp(0.5 * distance, (2.0 * distance).min(self.limit).max(0.5 * distance)));
        }
        next.iter().all(|value| value.is_finite()).then_some(next)
    }

    /// Smooth pasting at one node, linear in the change of the coefficients, and its derivative by ln of the node's own boundary.
    fn equation<const NODES: usize>(
        &self,
        dynamics: &Dynamics,
        rule: &[Point],
        coefficients: &[f64; NODES],
        node: f64,
    ) -> (Equation<NODES>, f64) {
        let Dynamics { vol, rate, carry_yield } = *dynamics;
        let drift = dynamics.log_drift();
        let years = self.years * node * node;
        let deviation = vol * years.sqrt();
        let value = quadrature::evaluate(coefficients, node);
        let log_boundary = self.start + self.side.sign() * self.distance(value);
        let boundary = exp(log_boundary);
        let discount = exp(-carry_yield * years);
        // What b is multiplied by, and the derivative of the product by ln b.
        let (mut held, mut held_slope) = match self.side {
            Side::Upper => {
                let d_plus = (log_boundary + drift * years) / deviation + deviation;
                (discount * cdf(d_plus), boundary * discount * pdf(d_plus) / deviation)
            }
            Side::Lower => (exp_m1(-carry_yield * years), 0.0),
        };
        let (mut lost, mut lost_slope) = (0.0, 0.0);
        let mut past = [(0.0, 0.0, 0.0); MAX_POINTS];
        for ((sine, cosine, weight), past) in points(rule).zip(&mut past) {
            let position = node * sine;
            let past_value = quadrature::evaluate(coefficients, position);
            let log_past = self.start + self.side.sign() * self.distance(past_value);
            let elapsed = years * cosine * cosine;
            let spread = deviation * cosine;
            let d_minus = (log_boundary - log_past + drift * elapsed) / spread;
            let weight = weight * years;
            let density = weight * INVERSE_ROOT_TWO_PI * exp(-rate * elapsed - 0.5 * d_minus * d_minus) / spread;
            let growth = carry_yield * exp(log_past) * density;
            let loss = rate * density - growth;
            let pull = loss * d_minus / spread;
            held += weight * carry_yield * exp(-carry_yield * elapsed) * cdf(d_minus + spread);
            held_slope += growth;
            lost += loss;
            lost_slope -= pull;
            let slope = self.slope(past_value);
            *past = (position, growth * slope, (pull - growth) * slope);
        }
        held *= boundary;
        held_slope += held;
        // The logarithms of both sides are nearly straight lines in the squared distance, so they are compared where they exist.
        let (by_held, by_lost, miss) =
            if held > 0.0 && lost > 0.0 { (1.0 / held, 1.0 / lost, log_ratio(held, lost)) } else { (1.0, 1.0, held - lost) };
        let mut factors = [0.0; NODES];
        for (position, growth, pull) in past.into_iter().take(2 * rule.len()) {
            add_gradient(&mut factors, position, -growth * by_held - pull * by_lost);
        }
        let own = held_slope * by_held - lost_slope * by_lost;
        add_gradient(&mut factors, node, own * self.slope(value));
        (Equation { factors, right: -miss }, own)
    }

    /// A first log-distance: of the upper boundary by Barone-Adesi and Whaley's (1987) equation, of the lower one by the leading
    /// term of its expansion for short times.
    fn guess(&self, dynamics: &Dynamics, years: f64) -> f64 {
        let Dynamics { vol, rate, carry_yield } = *dynamics;
        let deviation = vol * years.sqrt();
        if deviation <= 0.0 {
            return 0.0;
        }
        let mut distance = (0.9 * deviation).min(0.5 * self.limit);
        if self.side == Side::Lower {
            return distance;
        }
        let worth = if rate == 0.0 { years } else { -exp_m1(-rate * years) / rate };
        let omega = 2.0 * (rate - carry_yield) / (vol * vol) - 1.0;
        let term = 8.0 / (vol * vol * worth);
        let root = (omega * omega + term).sqrt();
        let lambda = if omega < 0.0 { -0.5 * term / (root - omega) } else { -0.5 * (omega + root) };
        let (discount, yield_discount) = (exp(-rate * years), exp(-carry_yield * years));
        for _ in 0..6 {
            let log_spot = self.start - distance;
            let spot = exp(log_spot);
            let d_plus = (log_spot + dynamics.log_drift() * years) / deviation + deviation;
            let held = 1.0 - yield_discount * cdf(-d_plus);
            let european = discount * cdf(deviation - d_plus) - spot * (1.0 - held);
            let miss = spot * held + lambda * (1.0 - spot - european);
            let slope = spot * ((1.0 - lambda) * held + yield_discount * pdf(d_plus) / deviation);
            let next = distance + miss / slope;
            if !next.is_finite() {
                break;
            }
            let next = next.clamp(0.25 * distance, (4.0 * distance).min(0.5 * (distance + self.limit)).max(distance * 0.25));
            let is_near = (next - distance).abs() < 1e-2 * distance;
            distance = next;
            if is_near {
                break;
            }
        }
        distance.max(1e-3 * deviation.min(self.limit))
    }
}
