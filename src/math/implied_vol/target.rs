//! The way from a price to σ√T that most options take: a guess within a few thousandths, and one step of sixth order.
//!
//! The guess is the vol of a normal distribution with the same price (Bachelier 1900), which depends on one number only, the ratio
//! of time value and distance, times what the logarithm makes of it, a polynomial. The step inverts the Taylor series of the
//! price's logarithm in ln σ√T, whose derivatives are products of known numbers.

use crate::math::black::Distribution;
use crate::math::elementary::{LOGARITHM, is_ordinary, ordinary_log_ratio};
use crate::math::lane::{EXPONENT_COUNTER, Lane, polynomial};

/// √(π/2).
const ROOT_HALF_PI: f64 = 1.253_314_137_315_500_3;
/// Steps up to this, in ln σ√T and over what the series bends by, leave an error below 1e-13.
const SMALL: f64 = 8e-3;
/// Smaller shares of the bound lose digits on the way.
const LEAST_SHARE: f64 = 1e-140;
/// No step is longer.
const LONGEST: f64 = 0.3;
/// Keeps the ratio of two numbers at 1 where both vanish.
const NEXT_TO_NOTHING: f64 = 1e-30;

/// ln of 1 to 2, ascending powers, within 1e-5.
const OCTAVE: [f64; 6] = [-1.936_759_743, 3.514_087_297, -2.440_029_763, 1.116_090_027, -0.283_826_847_8, 0.030_449_004_54];

/// Of ζ = ln(1 + distance/time value): what (distance + 2·time value)·√(π/2) is divided by the root of for the normal σ√T, within
/// 1.2e-3 from the money out to 37 deviations.
const NORMAL_NUMERATOR: [f64; 5] = [1.0, 0.067_848_46, 0.163_786_75, 0.021_475_43, 0.005_462_42];
/// Its denominator.
const NORMAL_DENOMINATOR: [f64; 4] = [1.0, 0.059_172_85, 0.022_953_65, 0.001_747_73];

/// Black's over Bachelier's σ√T, by powers of the squared second (rows) and of the squared logarithm of moneyness, within 3e-3 up to
/// σ√T = 2 and 7 deviations.
const LOGNORMAL: [[f64; 4]; 4] = [
    [1.000_438_77, -8.257_108_13e-6, 2.604_913_36e-6, -3.068_164_49e-8],
    [3.976_685_78e-2, -3.485_385_7e-4, 2.845_791_25e-6, 0.0],
    [4.815_363_92e-3, -5.525_265_24e-5, 0.0, 0.0],
    [3.561_832_26e-4, 0.0, 0.0, 0.0],
];

/// The option of the same strike that is out of the money; amounts are undiscounted.
#[derive(Clone, Copy)]
pub(super) struct Target<L> {
    /// The lesser of forward and strike: the option's upper bound.
    bound: L,
    /// |F − K|.
    distance: L,
    /// Lesser over greater of forward and strike.
    quotient: L,
    /// |ln(F/K)|.
    pub(super) x: L,
    /// The option's price, and what is left of the bound.
    time_value: L,
    room: L,
}

impl<L: Lane> Target<L> {
    /// `sign` is 1 for a call and −1 for a put.
    #[inline(always)]
    pub(super) fn new(forward: L, strike: L, price: L, sign: L) -> Target<L> {
        let difference = forward - strike;
        let (bound, upper) = (forward.at_most(strike), forward.at_least(strike));
        let quotient = bound / upper;
        let ceiling = L::choose(sign.is_below(L::splat(0.0)), strike, forward);
        Target {
            bound,
            distance: difference.abs(),
            quotient,
            x: ordinary_log_ratio(&LOGARITHM, bound, upper, quotient).abs(),
            time_value: price - (sign * difference).at_least(L::splat(0.0)),
            room: ceiling - price,
        }
    }

    /// Whether the way may be taken; every comparison fails on what is no number.
    #[inline(always)]
    pub(super) fn is_fit(&self, forward: L, strike: L, years: L) -> L::Mask {
        let least = self.bound * L::splat(LEAST_SHARE);
        is_ordinary(forward) & is_ordinary(strike) & is_ordinary(years) & least.is_below(self.time_value) & least.is_below(self.room)
    }

    /// σ√T by guess.
    #[inline(always)]
    pub(super) fn guess(&self) -> L {
        let (one, two, tiny) = (L::splat(1.0), L::splat(2.0), L::splat(NEXT_TO_NOTHING));
        let ratio = one + self.distance / self.time_value;
        let (_, power) = ratio.exponent(EXPONENT_COUNTER.map(L::splat));
        let fraction = ratio * (-power).power_of_two();
        let zeta = power * L::splat(core::f64::consts::LN_2) + polynomial(&OCTAVE, fraction);
        let (numerator, denominator) = (polynomial(&NORMAL_NUMERATOR, zeta), polynomial(&NORMAL_DENOMINATOR, zeta));
        // Everything in units of √(FK), in which the logarithm of moneyness is nearly the distance.
        let root = self.quotient.sqrt();
        let distance = self.distance * root + tiny * self.bound;
        let straddle = (self.distance + self.time_value + self.time_value) * root;
        let logarithmic = straddle * (self.x + tiny) * L::splat(ROOT_HALF_PI) * (numerator * denominator).sqrt() / (distance * numerator);
        let (row, column) = (logarithmic * logarithmic, self.x * self.x);
        let [constant, linear, square, cube] = &LOGNORMAL;
        let inner = polynomial(square, column) + row * polynomial(cube, column);
        let factor = polynomial(constant, column) + row * (polynomial(linear, column) + row * inner);
        // Farther out than the polynomial was made for it may be anything.
        logarithmic * factor.at_most(two).at_least(L::splat(0.5))
    }

    /// A step to the solution from `deviation`, whose distribution is known, and whether nothing is left to do after it.
    #[inline(always)]
    pub(super) fn step(&self, deviation: L, distribution: &Distribution<L>) -> (L, L::Mask) {
        let Distribution { a, t, density, near, far, .. } = *distribution;
        let one = L::splat(1.0);
        // The smaller of price and room keeps its digits, and its logarithm is nearly straight.
        let is_room = self.room.is_below(self.time_value);
        let time_value = distribution.time_value(one);
        let room = L::choose(a.is_below(t), density * (near + far), one - time_value);
        let worth = L::choose(is_room, room, time_value).at_least(L::splat(LEAST_SHARE));
        let wanted = L::choose(is_room, self.room, self.time_value) / self.bound;
        let inverse = one / worth;
        let gap = ordinary_log_ratio(&LOGARITHM, wanted, worth, wanted * inverse);

        // Derivatives of the logarithm in ln σ√T, over the first: 1, w, w² + w', …; φ' brings m = 1 + a² − t² with it.
        let slope = L::choose(is_room, -deviation, deviation) * density * inverse;
        let (aa, tt) = (a * a, t * t);
        let (two, three) = (L::splat(2.0), L::splat(3.0));
        let (sum, difference) = (two * (aa + tt), aa - tt);
        let second = one + difference - slope;
        let second_1 = -sum - slope * second;
        let third = second * second + second_1;
        let second_2 = two * (difference + difference) - slope * third;
        let fourth = third * second + two * second * second_1 + second_2;
        let second_3 = -(two * (sum + sum)) - slope * fourth;
        let fifth = fourth * second + three * (third * second_1 + second * second_2) + second_3;

        // The series turned around (Abramowitz and Stegun 1964, 3.6.25).
        let step = gap / slope;
        let (c2, c3) = (second * L::splat(1.0 / 2.0), third * L::splat(1.0 / 6.0));
        let (c4, c5) = (fourth * L::splat(1.0 / 24.0), fifth * L::splat(1.0 / 120.0));
        let c2c2 = c2 * c2;
        let e3 = two * c2c2 - c3;
        let e4 = L::splat(5.0) * c2 * (c3 - c2c2) - c4;
        let e5 = c2c2 * (L::splat(14.0) * c2c2 - L::splat(21.0) * c3) + L::splat(6.0) * c2 * c4 + three * c3 * c3 - c5;
        let step = step * (one - step * (c2 - step * (e3 + step * (e4 + step * e5))));
        let step = step.at_most(L::splat(LONGEST)).at_least(L::splat(-LONGEST));
        let bend = two + two + second * second + third.abs();
        let is_last = (step * step * bend).is_below(L::splat(SMALL * SMALL));
        // e^step, by its series.
        let term = |order: f64, rest: L| one + step * L::splat(1.0 / order) * rest;
        (deviation * term(1.0, term(2.0, term(3.0, term(4.0, term(5.0, one))))), is_last)
    }
}

/// Steps after which another way is taken.
const ROUNDS: usize = 4;

impl Target<f64> {
    /// σ√T; `None` where the guess is too far off, which the caller's way has no fear of.
    pub(super) fn deviation(&self) -> Option<f64> {
        let mut deviation = self.guess();
        for _ in 0..ROUNDS {
            let is_last;
            (deviation, is_last) = self.step(deviation, &Distribution::new(self.x, deviation));
            if is_last {
                return Some(deviation);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::black::{BlackInput, OptionKind};

    #[test]
    fn one_step_is_enough_where_most_options_are() {
        let mut worst = 0.0_f64;
        for deviation in (1..=30).map(|step| 0.05 * f64::from(step)) {
            for away in (0..=50).map(|step| 0.1 * f64::from(step)) {
                let strike = 100.0 * libm::exp(away * deviation);
                let price = BlackInput { forward: 100.0, strike, years: 1.0, vol: deviation, kind: OptionKind::Call }.price();
                let target = Target::new(100.0, strike, price, 1.0);
                assert!(target.is_fit(100.0, strike, 1.0), "{deviation} {away}");
                let guess = target.guess();
                worst = worst.max((guess / deviation - 1.0).abs());
                let (found, is_last) = target.step(guess, &Distribution::new(target.x, guess));
                // The price's last bit moves a vol of so many deviations by as much.
                let tolerance = 1e-13 + 8.0 * f64::EPSILON / deviation;
                assert!(is_last && (found / deviation - 1.0).abs() < tolerance, "{deviation} {away}: {guess} {found}");
            }
        }
        assert!(worst < 3.5e-3, "{worst}");
    }
}
