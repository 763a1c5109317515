//! The ratio N/φ of the standard normal distribution and its differences: prices far out of the money without cancellation.
//!
//! With y = N/φ, y' = 1 + x·y. Below −3 both come from one rational function, a minimax fit of x²·(1 + x·y) in 1/x² to 8e-17
//! (fitted with 60 digits against erfc, 2026-11-21); its coefficients are all positive, so that nothing cancels.

use crate::math::normal::{cdf, pdf};

/// Where the rational function takes over.
const TAIL: f64 = -3.0;

/// Numerator and denominator of x²·(1 + x·y), ascending powers of 1/x².
const NUMERATOR: [f64; 8] = [
    1.0,
    69.130_979_005_688_83,
    1_728.866_775_100_235,
    19_555.604_983_493_44,
    102_058.956_566_516_43,
    221_922.695_659_321_42,
    146_983.920_088_048_85,
    4_525.799_803_084_718,
];
const DENOMINATOR: [f64; 8] = [
    1.0,
    72.130_979_005_688_16,
    1_930.259_712_118_168_9,
    24_369.419_434_318_623,
    152_842.072_103_796_06,
    459_816.094_672_272_2,
    583_163.651_132_807_6,
    220_537.212_554_756_92,
];

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// N(x)/φ(x) and its slope 1 + x·N(x)/φ(x); finite for every x below about 37.
fn ratio_and_slope(x: f64) -> (f64, f64) {
    if x >= TAIL {
        let y = cdf(x) / pdf(x);
        return (y, 1.0 + x * y);
    }
    let inverse_square = 1.0 / (x * x);
    let slope = inverse_square * polynomial(&NUMERATOR, inverse_square) / polynomial(&DENOMINATOR, inverse_square);
    ((slope - 1.0) / x, slope)
}

/// N(x)/φ(x), the Mills ratio of −x.
pub fn ratio(x: f64) -> f64 {
    ratio_and_slope(x).0
}

/// N(h+t)/φ(h+t) − N(h−t)/φ(h−t) for t ≥ 0, by its Taylor series in t where the two would cancel.
pub fn difference(h: f64, t: f64) -> f64 {
    if t > 0.2 || h > 0.0 {
        return ratio(h + t) - ratio(h - t);
    }
    // y⁽ⁿ⁺¹⁾ = n·y⁽ⁿ⁻¹⁾ + h·y⁽ⁿ⁾.
    let (mut previous, mut current) = ratio_and_slope(h);
    let mut power = t;
    let mut sum = current * t;
    let t_squared = t * t;
    for n in 1..9 {
        let order = f64::from(2 * n - 1);
        let even = order * previous + h * current;
        let odd = (order + 1.0) * current + h * even;
        power *= t_squared / ((order + 1.0) * (order + 2.0));
        let term = odd * power;
        sum += term;
        if term.abs() <= 1e-17 * sum.abs() {
            break;
        }
        (previous, current) = (even, odd);
    }
    2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_and_slope_keep_their_digits_from_the_middle_to_the_far_tail() {
        // 60-digit values by mpmath: x, N/φ, 1 + x·N/φ.
        for (x, ratio, slope) in REFERENCE {
            let (y, first) = ratio_and_slope(x);
            assert!((y / ratio - 1.0).abs() < 3e-15 && (first / slope - 1.0).abs() < 2e-14, "{x}: {y} {first}");
        }
        assert_eq!(ratio_and_slope(-1e200), (1e-200, 0.0));
    }

    #[test]
    fn a_difference_does_not_jump_where_the_series_begins() {
        for h in [0.0, -0.5, -2.9, -3.1, -12.0, -36.0] {
            let (inside, outside) = (difference(h, 0.2), difference(h, 0.2 + 1e-15));
            assert!((inside / outside - 1.0).abs() < 1e-12, "{h}: {inside} {outside}");
        }
    }

    const REFERENCE: [(f64, f64, f64); 7] = [
        (0.0, 1.253_314_137_315_500_3, 1.0),
        (-1.0, 0.655_679_542_418_798_47, 0.344_320_457_581_201_53),
        (-2.5, 0.354_265_111_329_793_67, 0.114_337_221_675_515_83),
        (-3.25, 0.284_382_146_748_492_92, 0.075_758_023_067_397_995),
        (-7.0, 0.140_104_183_453_050_24, 0.019_270_715_828_648_309),
        (-20.0, 0.049_875_925_981_836_784, 0.002_481_480_363_264_326_8),
        (-37.0, 0.027_007_327_965_128_336, 0.000_728_865_290_251_565_66),
    ];
}
