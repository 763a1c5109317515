//! Black (1976) on one option or several side by side, for numbers in their ordinary range; the limits are the caller's.
//!
//! With x = ln(F/K), s = σ√T, a = |x|/s and t = s/2, the option out of the money is worth
//! min(F, K)·φ(t−a)·[R(a−t) − R(a+t)], R the Mills ratio N(−·)/φ. One exponential and two ratios give the price and every
//! sensitivity: F·φ(d1) = K·φ(d2) turns the density of one side into that of the other.

use crate::math::lane::Lane;
use crate::math::{mills, normal};

/// No density is left so far out.
const FARTHEST: f64 = 1e5;

/// Time value, of the lesser of forward and strike, ln(F/K) and σ√T > 0.
#[inline(always)]
pub(crate) fn time_value<L: Lane>(lower: L, log_moneyness: L, deviation: L) -> L {
    Distribution::new(log_moneyness, deviation).time_value(lower)
}

/// Where forward and strike stand in the distribution of the settlement price.
struct Distribution<L> {
    /// |ln(F/K)|/σ√T and half of σ√T.
    a: L,
    t: L,
    /// φ(t − a).
    density: L,
    /// R(|t − a|) and R(t + a).
    near: L,
    far: L,
}

impl<L: Lane> Distribution<L> {
    #[inline(always)]
    fn new(log_moneyness: L, deviation: L) -> Distribution<L> {
        let farthest = L::splat(FARTHEST);
        let a = (log_moneyness.abs() / deviation).at_most(farthest);
        let t = (deviation * L::splat(0.5)).at_most(farthest);
        let gap = t - a;
        Distribution { a, t, density: normal::density(gap), near: mills::tail(gap.abs()), far: mills::tail(t + a) }
    }

    #[inline(always)]
    fn time_value(&self, lower: L) -> L {
        let Distribution { a, t, density, near, far } = *self;
        // The density comes last: it may be below the normal numbers where the price is not.
        let value = L::choose(a.is_below(t), lower - lower * (density * (near + far)), lower * (near - far) * density);
        // Two ratios close to one another cancel; their difference then comes as a series.
        let is_small = t.is_below(L::splat(mills::SERIES));
        let value = if L::is_any(is_small) { L::choose(is_small, lower * mills::series(a, t) * density, value) } else { value };
        value.at_least(L::splat(0.0)).at_most(lower)
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

/// Price; `log_moneyness` is ln(`forward` / `strike`), `deviation` σ√T.
#[inline(always)]
pub(crate) fn price<L: Lane>(forward: L, strike: L, log_moneyness: L, deviation: L, sign: L) -> L {
    let ceiling = L::choose(sign.is_below(L::splat(0.0)), strike, forward);
    (intrinsic(forward, strike, sign) + time_value(forward.at_most(strike), log_moneyness, deviation)).at_most(ceiling)
}

/// Price and sensitivities, of F/K and its logarithm; `root_years` is the root of the years.
#[inline(always)]
pub(crate) fn sensitivities<L: Lane>(
    forward: L,
    strike: L,
    (quotient, log_moneyness): (L, L),
    root_years: L,
    vol: L,
    sign: L,
) -> Sensitivities<L> {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let deviation = vol * root_years;
    let distribution = Distribution::new(log_moneyness, deviation);
    let Distribution { a, t, density, near, far } = distribution;
    let (inverse_deviation, inverse_forward) = (one / deviation, one / forward);
    let is_low = forward.is_below(strike);
    let other_density = density * L::choose(is_low, quotient, strike * inverse_forward);

    let moneyness = L::choose(is_low, -a, a);
    let (d1, d2) = (moneyness + t, moneyness - t);
    // N(−|d1|) and N(−|d2|); neither side of the distribution is ever the rest of a small one.
    let (inner, outer) = (density * near, other_density * far);
    let (first, second) = (L::choose(is_low, inner, outer), L::choose(is_low, outer, inner));
    let side = |d: L, tail: L| L::choose((sign * d).is_below(zero), tail, one - tail);

    let density = L::choose(is_low, density, other_density);
    let (inverse_vol, inverse_root) = (root_years * inverse_deviation, vol * inverse_deviation);
    let gamma = density * inverse_deviation * inverse_forward;
    let vega = forward * density * root_years;
    let product = d1 * d2;
    let per_year = L::splat(0.5) * (inverse_root * inverse_root);
    let ceiling = L::choose(sign.is_below(zero), strike, forward);
    // Where the density underflows so do all of its multiples; what they are divided by may then be as small.
    let has_density = zero.is_below(vega);
    let some = |value: L| value.keep(has_density);
    Sensitivities {
        price: (intrinsic(forward, strike, sign) + distribution.time_value(forward.at_most(strike))).at_most(ceiling),
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
        ultima: some(-(vega * inverse_vol * inverse_vol * (product * (one - product) + d1 * d1 + d2 * d2))),
        exercise_probability: side(d2, second),
    }
}
