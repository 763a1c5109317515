//! Black (1976) on one option or several side by side, for numbers in their ordinary range; the limits are the caller's.
//!
//! With x = ln(F/K), s = σ√T, a = |x|/s and t = s/2, the option out of the money is worth
//! min(F, K)·φ(t−a)·[R(a−t) − R(a+t)], R the Mills ratio N(−·)/φ. One exponential and two ratios give the price and every
//! sensitivity: F·φ(d1) = K·φ(d2) turns the density of one side into that of the other.

use crate::math::lane::Lane;
use crate::math::{mills, normal};
use wide::f64x4;

/// No density is left so far out.
const FARTHEST: f64 = 1e5;

/// Where forward and strike stand in the distribution of the settlement price.
#[derive(Clone, Copy)]
pub(crate) struct Distribution<L> {
    /// |ln(F/K)|/σ√T and half of σ√T.
    pub a: L,
    pub t: L,
    /// φ(t − a).
    pub density: L,
    /// R(|t − a|) and R(t + a).
    pub near: L,
    pub far: L,
}

impl<L: Lane> Distribution<L> {
    #[inline(always)]
    pub(crate) fn new(log_moneyness: L, deviation: L) -> Distribution<L> {
        let (a, t) = place(log_moneyness, deviation);
        Distribution { a, t, density: normal::density(t - a), near: mills::tail((t - a).abs()), far: mills::tail(t + a) }
    }

    /// Time value; `lower` is the lesser of forward and strike.
    #[inline(always)]
    pub(crate) fn time_value(&self, lower: L) -> L {
        let Distribution { a, t, density, near, far } = *self;
        // The density comes last: it may be below the normal numbers where the price is not.
        let value = L::choose(a.is_below(t), lower - lower * (density * (near + far)), lower * (near - far) * density);
        // Two ratios close to one another cancel; their difference then comes as a series.
        let is_small = t.is_below(L::splat(mills::SERIES));
        let value = if L::is_any(is_small) { L::choose(is_small, lower * mills::series(a, t) * density, value) } else { value };
        value.at_least(L::splat(0.0)).at_most(lower)
    }
}

/// a and t of ln(F/K) and σ√T > 0.
#[inline(always)]
fn place<L: Lane>(log_moneyness: L, deviation: L) -> (L, L) {
    let farthest = L::splat(FARTHEST);
    ((log_moneyness.abs() / deviation).at_most(farthest), (deviation * L::splat(0.5)).at_most(farthest))
}

/// Options of a batch, in fours.
pub(crate) const FOURS: usize = 16;

/// Distributions of many options. They are computed step by step for all: each step is a short loop, whose turns the processor
/// overlaps and whose numbers its registers hold. The bits are those of one at a time.
pub(crate) struct Batch {
    a: [[f64; 4]; FOURS],
    t: [[f64; 4]; FOURS],
    density: [[f64; 4]; FOURS],
    near: [[f64; 4]; FOURS],
    far: [[f64; 4]; FOURS],
    /// Fours that are taken in.
    count: usize,
}

impl Batch {
    /// Nothing yet.
    pub(crate) fn new() -> Batch {
        let zero = [[0.0; 4]; FOURS];
        Batch { a: zero, t: zero, density: zero, near: zero, far: zero, count: 0 }
    }

    /// Takes in ln(F/K) and σ√T > 0 of at most [`FOURS`] fours, and computes their distributions.
    #[inline(always)]
    pub(crate) fn fill(&mut self, options: impl Iterator<Item = (f64x4, f64x4)>) {
        let mut count = 0;
        for ((a, t), (log_moneyness, deviation)) in self.a.iter_mut().zip(&mut self.t).zip(options) {
            let placed = place(log_moneyness, deviation);
            (*a, *t) = (placed.0.to_array(), placed.1.to_array());
            count += 1;
        }
        let four = |column: &[f64; 4]| f64x4::new(*column);
        for ((a, t), density) in self.a.iter().zip(&self.t).zip(&mut self.density).take(count) {
            *density = normal::density(four(t) - four(a)).to_array();
        }
        for ((a, t), (near, far)) in self.a.iter().zip(&self.t).zip(self.near.iter_mut().zip(&mut self.far)).take(count) {
            *near = mills::tail((four(t) - four(a)).abs()).to_array();
            *far = mills::tail(four(t) + four(a)).to_array();
        }
        self.count = count;
    }

    /// The distributions.
    #[inline(always)]
    pub(crate) fn distributions(&self) -> impl Iterator<Item = Distribution<f64x4>> {
        let four = |column: &[f64; 4]| f64x4::new(*column);
        let tails = self.density.iter().zip(self.near.iter().zip(&self.far));
        self.a.iter().zip(&self.t).zip(tails).take(self.count).map(move |((a, t), (density, (near, far)))| Distribution {
            a: four(a),
            t: four(t),
            density: four(density),
            near: four(near),
            far: four(far),
        })
    }
}

/// Undiscounted price and derivatives with respect to the forward, of one option or several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sensitivities<L> {
    pub price: L,
    pub delta: L,
    pub gamma: L,
    pub vega: L,
    pub theta: L,
    pub vanna: L,
    pub volga: L,
    pub charm: L,
    pub speed: L,
    pub zomma: L,
    pub color: L,
    pub ultima: L,
    pub exercise_probability: L,
}

/// Intrinsic value; `sign` is 1 for a call and −1 for a put.
#[inline(always)]
pub(crate) fn intrinsic<L: Lane>(forward: L, strike: L, sign: L) -> L {
    (sign * (forward - strike)).at_least(L::splat(0.0))
}

/// Price.
#[inline(always)]
pub(crate) fn price<L: Lane>(forward: L, strike: L, distribution: &Distribution<L>, sign: L) -> L {
    let ceiling = L::choose(sign.is_below(L::splat(0.0)), strike, forward);
    (intrinsic(forward, strike, sign) + distribution.time_value(forward.at_most(strike))).at_most(ceiling)
}

/// Price and sensitivities; `quotient` is F/K, `root_years` √T.
#[inline(always)]
pub(crate) fn sensitivities<L: Lane>(
    forward: L,
    strike: L,
    quotient: L,
    distribution: &Distribution<L>,
    root_years: L,
    vol: L,
    sign: L,
) -> Sensitivities<L> {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let deviation = vol * root_years;
    let Distribution { a, t, density, near, far } = *distribution;
    let (inverse_deviation, inverse_forward) = (one / deviation, one / forward);
    let is_low = forward.is_below(strike);
    let other_density = density * L::choose(is_low, quotient, strike * inverse_forward);

    let moneyness = L::choose(is_low, -a, a);
    let (d1, d2) = (moneyness + t, moneyness - t);
    // N(−|d1|) and N(−|d2|); neither side of the distribution is ever the rest of a small one.
    let (inner, outer) = (density * near, other_density * far);
    let (first, second) = (L::choose(is_low, inner, outer), L::choose(is_low, outer, inner));
    let side = |d: L, tail: L| L::choose((sign * d).is_below(zero), tail, one - tail);

    // F·φ(d1), by the one of both densities that is told from 0 the longest.
    let weight = forward.at_most(strike) * density;
    let density = L::choose(is_low, density, other_density);
    let (inverse_vol, inverse_root) = (root_years * inverse_deviation, vol * inverse_deviation);
    let gamma = density * inverse_deviation * inverse_forward;
    let vega = weight * root_years;
    let product = d1 * d2;
    let per_year = L::splat(0.5) * (inverse_root * inverse_root);
    // Where the density underflows so do all of its multiples; what they are divided by may then be as small.
    let has_density = zero.is_below(vega);
    let some = |value: L| value.keep(has_density);
    Sensitivities {
        price: price(forward, strike, distribution, sign),
        delta: sign * side(d1, first),
        gamma: some(gamma),
        vega: some(vega),
        theta: some(-(vega * vol * per_year)),
        vanna: some(-(density * d2 * inverse_vol)),
        volga: some(vega * product * inverse_vol),
        charm: some(density * d2 * per_year),
        speed: some(-(gamma * inverse_forward * (d1 * inverse_deviation + one))),
        zomma: some(gamma * (product - one) * inverse_vol),
        color: some(gamma * per_year * (one - product)),
        ultima: some(-(vega * inverse_vol * (product * (one - product) + d1 * d1 + d2 * d2) * inverse_vol)),
        exercise_probability: side(d2, second),
    }
}
