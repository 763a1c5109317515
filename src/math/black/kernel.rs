//! Black (1976) on one option or several side by side, for numbers in their ordinary range; the limits are the caller's.
//!
//! With x = ln(F/K), s = σ√T, a = |x|/s and t = s/2, the option out of the money is worth
//! min(F, K)·φ(t−a)·[R(a−t) − R(a+t)], R the Mills ratio N(−·)/φ. One exponential and two ratios give the price and every
//! sensitivity: F·φ(d1) = K·φ(d2) turns the density of one side into that of the other.

use crate::math::lane::{BATCH, Column, Lane, Wide, in_memory};
use crate::math::{mills, normal};

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
    /// R(a − t) − R(a + t) where t is small, R(|t − a|) − R(a + t) elsewhere.
    pub difference: L,
}

impl<L: Lane> Distribution<L> {
    #[inline(always)]
    pub(crate) fn new(log_moneyness: L, deviation: L) -> Distribution<L> {
        let (a, t) = place(log_moneyness, deviation);
        let (near, far) = (mills::tail((t - a).abs()), mills::tail(t + a));
        let (is_wide, difference) = (is_wide(t), near - far);
        let difference = if L::is_all(is_wide) { difference } else { L::choose(is_wide, difference, mills::series(a, t)) };
        Distribution { a, t, density: normal::density(&normal::DENSITY, t - a), near, far, difference }
    }

    /// Time value; `lower` is the lesser of forward and strike.
    #[inline(always)]
    pub(crate) fn time_value(&self, lower: L) -> L {
        let Distribution { a, t, density, near, far, difference } = *self;
        // The density comes last: it may be below the normal numbers where the price is not.
        let value = L::choose(a.is_below(t) & is_wide(t), lower - lower * (density * (near + far)), lower * difference * density);
        value.at_least(L::splat(0.0)).at_most(lower)
    }
}

/// a and t of ln(F/K) and σ√T > 0.
#[inline(always)]
fn place<L: Lane>(log_moneyness: L, deviation: L) -> (L, L) {
    let farthest = L::splat(FARTHEST);
    ((log_moneyness.abs() / deviation).at_most(farthest), (deviation * L::splat(0.5)).at_most(farthest))
}

/// Where two ratios are not so close to one another that their difference has to come as a series.
#[inline(always)]
fn is_wide<L: Lane>(t: L) -> L::Mask {
    L::splat(mills::SERIES).is_below(t)
}

/// Distributions of many options. They are computed step by step for all: each step is a short loop, whose turns the processor
/// overlaps and whose numbers its registers hold. The bits are those of one at a time.
pub(crate) struct Batch {
    a: Column,
    t: Column,
    density: Column,
    near: Column,
    far: Column,
    difference: Column,
    /// Options that are taken in.
    count: usize,
}

impl Batch {
    /// Nothing yet.
    pub(crate) fn new() -> Batch {
        let zero = [0.0; BATCH];
        Batch { a: zero, t: zero, density: zero, near: zero, far: zero, difference: zero, count: 0 }
    }

    /// Takes in ln(F/K) and σ√T > 0 of at most [`BATCH`] options, and computes their distributions.
    #[inline(always)]
    pub(crate) fn fill<L: Lane>(&mut self, options: impl Iterator<Item = (L, L)>) {
        let mut count = 0;
        for (at, (log_moneyness, deviation)) in options.enumerate().take(BATCH / L::WIDTH) {
            let (a, t) = place(log_moneyness, deviation);
            a.put(&mut self.a, at);
            t.put(&mut self.t, at);
            count = at + 1;
        }
        self.count = count * L::WIDTH;
        let density = in_memory(&normal::DENSITY);
        for at in self.parts() {
            normal::density(density, Wide::part(&self.t, at) - Wide::part(&self.a, at)).put(&mut self.density, at);
        }
        // Where nearly all options stand, and then the others.
        let constants = in_memory(&mills::NEAR);
        let (mut narrowest, mut farthest) = (Wide::splat(1.0), Wide::splat(0.0));
        for at in self.parts() {
            let (a, t) = (Wide::part(&self.a, at), Wide::part(&self.t, at));
            let (near, far) = (mills::near_tail(constants, (t - a).abs()), mills::near_tail(constants, t + a));
            near.put(&mut self.near, at);
            far.put(&mut self.far, at);
            (near - far).put(&mut self.difference, at);
            (narrowest, farthest) = (t.at_most(narrowest), (t + a).at_least(farthest));
        }
        if Wide::is_any(Wide::splat(mills::NEAR_END).is_below(farthest)) {
            self.fill_far();
        }
        if !Wide::is_all(is_wide(narrowest)) {
            self.fill_narrow();
        }
    }

    /// Places of the options that are taken in, counted in lanes.
    #[inline(always)]
    fn parts(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.count.div_ceil(Wide::WIDTH).min(BATCH / Wide::WIDTH)
    }

    /// Ratios farther out than [`mills::near_tail`] serves.
    #[inline(never)]
    fn fill_far(&mut self) {
        for at in self.parts() {
            let (a, t) = (Wide::part(&self.a, at), Wide::part(&self.t, at));
            if Wide::is_any(Wide::splat(mills::NEAR_END).is_below(t + a)) {
                let (near, far) = (mills::tail((t - a).abs()), mills::tail(t + a));
                near.put(&mut self.near, at);
                far.put(&mut self.far, at);
                (near - far).put(&mut self.difference, at);
            }
        }
    }

    /// Differences that have to come as a series.
    #[inline(never)]
    fn fill_narrow(&mut self) {
        for at in self.parts() {
            let (a, t) = (Wide::part(&self.a, at), Wide::part(&self.t, at));
            let is_wide = is_wide(t);
            if !Wide::is_all(is_wide) {
                Wide::choose(is_wide, Wide::part(&self.difference, at), mills::series(a, t)).put(&mut self.difference, at);
            }
        }
    }

    /// The distributions, several side by side.
    #[inline(always)]
    pub(crate) fn distributions<L: Lane>(&self) -> impl Iterator<Item = Distribution<L>> {
        (0..self.count.div_ceil(L::WIDTH).min(BATCH / L::WIDTH)).map(|at| self.distribution(at))
    }

    /// The distributions at a place that is counted in lanes.
    #[inline(always)]
    pub(crate) fn distribution<L: Lane>(&self, at: usize) -> Distribution<L> {
        Distribution {
            a: L::part(&self.a, at),
            t: L::part(&self.t, at),
            density: L::part(&self.density, at),
            near: L::part(&self.near, at),
            far: L::part(&self.far, at),
            difference: L::part(&self.difference, at),
        }
    }
}

/// Derivatives of the undiscounted price with respect to the forward, of one option or several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sensitivities<L> {
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

/// Constants of [`sensitivities`].
pub(crate) struct Factors {
    one: f64,
    minus_half: f64,
    minus_one: f64,
    three: f64,
}

/// The constants of the sensitivities.
pub(crate) static FACTORS: Factors = Factors { one: 1.0, minus_half: -0.5, minus_one: -1.0, three: 3.0 };

/// What the sensitivities of an option depend on besides its distribution.
#[derive(Clone, Copy)]
pub(crate) struct Terms<L> {
    pub forward: L,
    pub strike: L,
    /// F/K.
    pub quotient: L,
    /// √T.
    pub root_years: L,
    pub vol: L,
    /// 1 for a call and −1 for a put.
    pub sign: L,
}

/// Sensitivities. Where vega is 0 the density is, and all but delta and probability are none: what they are divided by may then be as
/// small.
#[inline(always)]
pub(crate) fn sensitivities<L: Lane>(constants: &Factors, terms: Terms<L>, distribution: &Distribution<L>) -> Sensitivities<L> {
    let Terms { forward, strike, quotient, root_years, vol, sign } = terms;
    let (zero, one) = (L::splat(0.0), L::splat(constants.one));
    let deviation = vol * root_years;
    let Distribution { a, t, density, near, far, .. } = *distribution;
    let (inverse_deviation, inverse_forward) = (one / deviation, one / forward);
    let is_low = forward.is_below(strike);
    // Of |t − a| and t + a, which are |d1| and |d2| where the forward is the lower.
    let other_density = density * quotient.at_most(strike * inverse_forward);
    let (first, second) = L::swapped_where(is_low, (other_density * far, density * near));
    // F·φ(d1), by the one of both densities that is told from 0 the longest.
    let weight = forward.at_most(strike) * density;
    let density = L::choose(is_low, density, other_density);

    let moneyness = a.negated_where(is_low);
    let (d1, d2, minus_d2) = (moneyness + t, moneyness - t, t - moneyness);
    // N(−|d1|) and N(−|d2|); neither side of the distribution is ever the rest of a small one.
    let side = |d: L, tail: L| L::choose((sign * d).is_below(zero), tail, one - tail);
    let (inverse_vol, inverse_root) = (root_years * inverse_deviation, vol * inverse_deviation);
    let minus_half_a_year = L::splat(constants.minus_half) * (inverse_root * inverse_root);
    let gamma = density * inverse_deviation * inverse_forward;
    let vega = weight * root_years;
    let (product, slope, vega_of_vol) = (d1 * d2, density * minus_d2, vega * inverse_vol);
    let bend = gamma * (product - one);
    let flatness = product * (product - L::splat(constants.three)) - deviation * deviation;
    Sensitivities {
        delta: sign * side(d1, first),
        gamma,
        vega,
        theta: vega * vol * minus_half_a_year,
        vanna: slope * inverse_vol,
        volga: vega_of_vol * product,
        charm: slope * minus_half_a_year,
        speed: gamma * inverse_forward * (L::splat(constants.minus_one) - d1 * inverse_deviation),
        zomma: bend * inverse_vol,
        color: bend * minus_half_a_year,
        ultima: vega_of_vol * inverse_vol * flatness,
        exercise_probability: side(d2, second),
    }
}
