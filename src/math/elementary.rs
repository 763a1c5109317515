//! The exponential function and the natural logarithm, on one number or several.
//!
//! Polynomials by least squares on Chebyshev nodes with 60 digits (2026-11-21); the rest is the usual reduction by powers of two,
//! with ln 2 in two parts (Cody and Waite 1980).

use crate::math::lane::{EXPONENT_COUNTER, Lane, polynomial};
use core::f64::consts::{LOG2_E, SQRT_2};

/// 33 bits of ln 2, so that a multiple by any exponent is exact.
const LN_2_HIGH: f64 = 0.693_147_180_485_539_1;
/// The rest of ln 2.
const LN_2_LOW: f64 = 7.440_617_110_012_397e-11;
/// Adding this and taking it off rounds to a whole number.
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// Beyond it e^x is 0 or ∞.
const FAR: f64 = 800.0;
/// What keeps the powers of two of a decay among the normal numbers.
pub(super) const LIFT: f64 = 18_446_744_073_709_551_616.0;
/// Between it and its inverse lie the numbers whose ratio and whose product with it are normal numbers.
const ORDINARY: f64 = 1e150;

/// (e^r − 1 − r)/r² within half of ln 2, good to 4e-18 of e^r.
const EXPONENTIAL: [f64; 10] = [
    0.500_000_000_000_001_1,
    0.166_666_666_666_664_16,
    0.041_666_666_666_529_48,
    0.008_333_333_333_492_348,
    0.001_388_888_894_378_509_6,
    0.000_198_412_695_112_268_77,
    2.480_149_295_545_805_8e-5,
    2.755_758_218_736_851e-6,
    2.763_029_493_724_433e-7,
    2.500_139_232_305_468_3e-8,
];

/// Constants of [`lifted_decay`].
pub(super) struct Decay {
    /// Below it e^x is 0.
    nothing: f64,
    log2_e: f64,
    /// [`ROUNDING`] that counts the biased exponent of a power of two and of [`LIFT`].
    counting: f64,
    ln_2: [f64; 2],
    one: f64,
    series: [f64; 10],
}

impl Decay {
    pub(super) const CONSTANTS: Decay = Decay {
        nothing: -746.0,
        log2_e: LOG2_E,
        counting: ROUNDING + 1023.0 + 64.0,
        ln_2: [LN_2_HIGH, LN_2_LOW],
        one: 1.0,
        series: EXPONENTIAL,
    };
}

/// Constants of [`ordinary_log_ratio`].
pub(super) struct Logarithm {
    root_two: f64,
    counter: [f64; 2],
    ln_2: [f64; 2],
    /// (artanh(s)/s − 1)/s² in s², up to s = 0.1716, good to 2e-18 of artanh(s)/s.
    series: [f64; 7],
}

/// The constants of the logarithm.
pub(super) static LOGARITHM: Logarithm = Logarithm {
    root_two: SQRT_2,
    counter: EXPONENT_COUNTER,
    ln_2: [LN_2_HIGH, LN_2_LOW],
    series: [
        0.333_333_333_333_336_76,
        0.199_999_999_997_063_05,
        0.142_857_143_714_182_4,
        0.111_110_992_635_774_24,
        0.090_917_833_727_332_52,
        0.076_569_937_730_626_1,
        0.073_982_968_366_556_82,
    ],
};

/// [`crate::math::exp`] of one or several.
#[inline(always)]
pub(super) fn exp<L: Lane>(x: L) -> L {
    let rounding = L::splat(ROUNDING);
    let x = x.at_most(L::splat(FAR)).at_least(L::splat(-FAR));
    let power = (x * L::splat(LOG2_E) + rounding) - rounding;
    let within = L::splat(1.0) + beyond_one(&EXPONENTIAL, (x - power * L::splat(LN_2_HIGH)) - power * L::splat(LN_2_LOW));
    // In two steps, so that what is left of a number below the normal ones is rounded once.
    let half = (power * L::splat(0.5) + rounding) - rounding;
    within * half.power_of_two() * (power - half).power_of_two()
}

/// [`LIFT`] times e to the power `x + rest` ≤ 0, where `rest` is too small beside `x` for their sum.
#[inline(always)]
pub(super) fn lifted_decay<L: Lane>(constants: &Decay, x: L, rest: L) -> L {
    let ([high, low], counting) = (constants.ln_2.map(L::splat), L::splat(constants.counting));
    let x = x.at_least(L::splat(constants.nothing));
    let counted = x * L::splat(constants.log2_e) + counting;
    let power = counted - counting;
    let r = ((x - power * high) - power * low) + rest;
    (L::splat(constants.one) + beyond_one(&constants.series, r)) * counted.counted_power_of_two()
}

/// e^r − 1 for r within half of ln 2.
#[inline(always)]
fn beyond_one<L: Lane>(series: &[f64; 10], r: L) -> L {
    r + r * r * polynomial(series, r)
}

/// Natural logarithm; −∞ at 0, NaN below it.
pub fn ln(x: f64) -> f64 {
    if x > 0.0 && x < f64::INFINITY {
        crate::math::log_ratio(x, 1.0)
    } else if x == 0.0 {
        f64::NEG_INFINITY
    } else if x > 0.0 {
        x
    } else {
        f64::NAN
    }
}

/// [`crate::math::log_ratio`].
pub(super) fn log_ratio(numerator: f64, denominator: f64) -> f64 {
    if is_ordinary(numerator) & is_ordinary(denominator) {
        return ordinary_log_ratio(&LOGARITHM, numerator, denominator, numerator / denominator);
    }
    // What is no ordinary number is one after a step of 2^600 or −2^600; of it no digit is lost.
    let step = |x: f64| match x {
        _ if is_ordinary(x) => (x, 0.0),
        _ if x < 1.0 => (x * 600.0.power_of_two(), -600.0),
        _ => (x * (-600.0).power_of_two(), 600.0),
    };
    let ((above, up), (below, down)) = (step(numerator), step(denominator));
    let (scale, power) = octaves(&LOGARITHM, above / below);
    log_of(&LOGARITHM, above, below * scale, power + (up - down))
}

/// Whether [`ordinary_log_ratio`] may be asked.
#[inline(always)]
pub(super) fn is_ordinary<L: Lane>(x: L) -> L::Mask {
    L::splat(1.0 / ORDINARY).is_below(x) & x.is_below(L::splat(ORDINARY))
}

/// [`crate::math::log_ratio`] of one or several ordinary numbers and their quotient, which tells the power of two between them.
#[inline(always)]
pub(super) fn ordinary_log_ratio<L: Lane>(constants: &Logarithm, numerator: L, denominator: L, quotient: L) -> L {
    let (scale, power) = octaves(constants, quotient);
    log_of(constants, numerator, denominator * scale, power)
}

/// The power of two that is nearest to a quotient, as it is and as its exponent.
#[inline(always)]
fn octaves<L: Lane>(constants: &Logarithm, quotient: L) -> (L, L) {
    (quotient * L::splat(constants.root_two)).exponent(constants.counter.map(L::splat))
}

/// Logarithm of the ratio of two numbers within √2 of one another, and `power` times ln 2.
#[inline(always)]
fn log_of<L: Lane>(constants: &Logarithm, numerator: L, denominator: L, power: L) -> L {
    let [high, low] = constants.ln_2.map(L::splat);
    // Numbers within a factor of two are subtracted without error.
    let s = (numerator - denominator) / (numerator + denominator);
    let square = s * s;
    let rest = s + s * (square * polynomial(&constants.series, square));
    power * high + ((rest + rest) + power * low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wide::f64x4;

    #[test]
    fn exponentials_and_logarithms_are_good_to_1e_15() {
        let (mut worst_exp, mut worst_ln) = (0.0_f64, 0.0_f64);
        for step in -200_000..200_000 {
            let x = f64::from(step) * 0.003_531_7;
            worst_exp = worst_exp.max((exp(x) / libm::exp(x) - 1.0).abs());
            let number = libm::exp(x);
            if x != 0.0 {
                worst_ln = worst_ln.max((ln(number) / libm::log(number) - 1.0).abs());
            }
        }
        for step in 1..100_000 {
            let near = 1.0 + f64::from(step) * 3e-6;
            worst_ln = worst_ln.max((ln(near) / libm::log(near) - 1.0).abs()).max((log_ratio(1.0, near) / -libm::log(near) - 1.0).abs());
        }
        assert!(worst_exp < 5e-16 && worst_ln < 5e-16, "{worst_exp:e} {worst_ln:e}");
    }

    #[test]
    fn the_ends_are_the_limits() {
        assert_eq!(
            (exp(-1e9), exp(0.0), exp(1e9), exp(f64::INFINITY), exp(f64::NEG_INFINITY)),
            (0.0, 1.0, f64::INFINITY, f64::INFINITY, 0.0)
        );
        assert!(exp(f64::NAN).is_nan() && ln(-1.0).is_nan() && ln(f64::NAN).is_nan());
        assert_eq!((ln(0.0), ln(1.0), ln(f64::INFINITY)), (f64::NEG_INFINITY, 0.0, f64::INFINITY));
        let tiny = 5e-324;
        assert!((ln(tiny) / libm::log(tiny) - 1.0).abs() < 1e-15 && (exp(-744.4) / libm::exp(-744.4) - 1.0).abs() < 1e-15);
        assert!((log_ratio(f64::MAX, 1.0) / libm::log(f64::MAX) - 1.0).abs() < 1e-15 && log_ratio(tiny, tiny) == 0.0);
        assert!((log_ratio(f64::MAX, tiny) / (libm::log(f64::MAX) - libm::log(tiny)) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn four_numbers_have_the_bits_of_one() {
        for step in -2000..2000 {
            let x = f64::from(step) * 0.377_7;
            let (first, second) = (libm::exp(x * 0.4), 1.0 + x * x);
            let four = exp(f64x4::new([x, 0.0, 1.0, x])).to_array();
            assert_eq!((four[0].to_bits(), four[3].to_bits()), (exp(x).to_bits(), exp(x).to_bits()));
            // A decay has the bits of the exponential, down to where nothing is left.
            assert_eq!((lifted_decay(&Decay::CONSTANTS, -x.abs(), 0.0) / LIFT).to_bits(), exp(-x.abs()).to_bits());
            let four = ordinary_log_ratio(&LOGARITHM, f64x4::splat(first), f64x4::splat(second), f64x4::splat(first / second)).to_array();
            assert_eq!(four[1].to_bits(), log_ratio(first, second).to_bits());
        }
    }
}
