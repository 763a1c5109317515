//! The ratio N/φ of the standard normal distribution and its differences: prices far out of the money without cancellation.
//!
//! With y = N/φ, y' = 1 + x·y. For x ≤ 0 both are rational functions, least squares fits on Chebyshev nodes with 60 digits
//! (2026-11-21): of y and y' in −x down to −3, good to 3e-17, and of x²·y' in 1/x² below, good to 8e-17. All coefficients are
//! positive, so that nothing cancels, and no exponential is needed.

use crate::math::normal::{cdf, pdf};

/// Where the rational function takes over.
const TAIL: f64 = -3.0;

/// Numerator and denominator of y, ascending powers of −x.
const RATIO_NUMERATOR: [f64; 8] = [
    1.253_314_137_315_500_3,
    1.396_816_456_999_676,
    0.786_731_678_879_625_8,
    0.272_598_740_351_770_9,
    0.061_779_444_642_193_78,
    0.009_080_163_956_779_88,
    0.000_800_328_121_505_507_8,
    3.273_253_999_356_47e-5,
];
const RATIO_DENOMINATOR: [f64; 9] = [
    1.0,
    1.912_382_846_118_266_4,
    1.653_581_807_334_580_5,
    0.846_639_817_526_185_7,
    0.281_643_049_440_59,
    0.062_577_234_325_356_79,
    0.009_113_057_423_107_933,
    0.000_800_321_387_117_351_4,
    3.273_267_983_028_167e-5,
];

/// Numerator and denominator of 1 + x·y, ascending powers of −x.
const SLOPE_NUMERATOR: [f64; 7] = [
    1.0,
    0.757_185_495_778_934_3,
    0.314_617_934_810_833_8,
    0.080_196_530_449_881_13,
    0.013_072_427_281_798_709,
    0.001_271_620_408_283_980_8,
    5.783_164_209_463_13e-5,
];
const SLOPE_DENOMINATOR: [f64; 9] = [
    1.0,
    2.010_499_633_094_427,
    1.834_405_548_036_007_5,
    0.995_440_372_932_053_8,
    0.352_826_844_813_377_06,
    0.084_075_046_175_027_98,
    0.013_241_446_544_738_288,
    0.001_271_826_251_045_925,
    5.782_697_772_113_273e-5,
];

/// Numerator and denominator of x²·(1 + x·y), ascending powers of 1/x².
const TAIL_NUMERATOR: [f64; 8] = [
    1.0,
    69.130_979_005_688_83,
    1_728.866_775_100_235,
    19_555.604_983_493_44,
    102_058.956_566_516_43,
    221_922.695_659_321_4,
    146_983.920_088_048_85,
    4_525.799_803_084_718,
];
const TAIL_DENOMINATOR: [f64; 8] = [
    1.0,
    72.130_979_005_688_16,
    1_930.259_712_118_168_9,
    24_369.419_434_318_625,
    152_842.072_103_796_06,
    459_816.094_672_272_2,
    583_163.651_132_807_6,
    220_537.212_554_756_93,
];

/// Up to which t the two terms of a difference cancel so far that the series is better.
const SERIES: f64 = 0.05;

/// n and 1/((n+1)(n+2)) of the odd orders of the Taylor series.
const STEPS: [(f64, f64); 8] = [
    (1.0, 1.0 / 6.0),
    (3.0, 1.0 / 20.0),
    (5.0, 1.0 / 42.0),
    (7.0, 1.0 / 72.0),
    (9.0, 1.0 / 110.0),
    (11.0, 1.0 / 156.0),
    (13.0, 1.0 / 210.0),
    (15.0, 1.0 / 272.0),
];

fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// 1 + x·N(x)/φ(x) below [`TAIL`].
fn tail_slope(x: f64) -> f64 {
    let inverse_square = 1.0 / (x * x);
    inverse_square * polynomial(&TAIL_NUMERATOR, inverse_square) / polynomial(&TAIL_DENOMINATOR, inverse_square)
}

/// N(x)/φ(x), the Mills ratio of −x; finite for every x below about 37.
pub fn ratio(x: f64) -> f64 {
    if x > 0.0 {
        cdf(x) / pdf(x)
    } else if x >= TAIL {
        polynomial(&RATIO_NUMERATOR, -x) / polynomial(&RATIO_DENOMINATOR, -x)
    } else {
        (tail_slope(x) - 1.0) / x
    }
}

/// 1 + x·N(x)/φ(x), the slope of the ratio, for x ≤ 0.
fn slope(x: f64) -> f64 {
    if x >= TAIL { polynomial(&SLOPE_NUMERATOR, -x) / polynomial(&SLOPE_DENOMINATOR, -x) } else { tail_slope(x) }
}

/// N(h+t)/φ(h+t) − N(h−t)/φ(h−t) for t ≥ 0, by its Taylor series in t where the two would cancel.
pub fn difference(h: f64, t: f64) -> f64 {
    if t > SERIES || h > 0.0 {
        return ratio(h + t) - ratio(h - t);
    }
    // y⁽ⁿ⁺¹⁾ = n·y⁽ⁿ⁻¹⁾ + h·y⁽ⁿ⁾.
    let (mut previous, mut current) = (ratio(h), slope(h));
    let mut power = t;
    let mut sum = current * t;
    let t_squared = t * t;
    for (order, inverse) in STEPS {
        let even = order * previous + h * current;
        let odd = (order + 1.0) * current + h * even;
        power *= t_squared * inverse;
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
        for (x, y, first) in REFERENCE {
            assert!((ratio(x) / y - 1.0).abs() < 1e-15 && (slope(x) / first - 1.0).abs() < 1e-15, "{x}: {} {}", ratio(x), slope(x));
        }
        assert_eq!((ratio(-1e200), slope(-1e200)), (1e-200, 0.0));
        assert_eq!((ratio(f64::NEG_INFINITY), slope(f64::NEG_INFINITY)), (0.0, 0.0));
        for x in [0.0, TAIL] {
            assert!((ratio(x - 1e-15) / ratio(x + 1e-15) - 1.0).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn a_difference_does_not_jump_where_the_series_begins() {
        for h in [0.0, -0.5, -2.9, -3.1, -12.0, -36.0] {
            let (inside, outside) = (difference(h, SERIES), difference(h, SERIES + 1e-15));
            assert!((inside / outside - 1.0).abs() < 1e-12, "{h}: {inside} {outside}");
        }
    }

    const REFERENCE: [(f64, f64, f64); 7] = [
        (0.0, 1.253_314_137_315_500_3, 1.0),
        (-1.0, 0.655_679_542_418_798_4, 0.344_320_457_581_201_56),
        (-2.5, 0.354_265_111_329_793_66, 0.114_337_221_675_515_83),
        (-3.25, 0.284_382_146_748_492_94, 0.075_758_023_067_398),
        (-7.0, 0.140_104_183_453_050_23, 0.019_270_715_828_648_31),
        (-20.0, 0.049_875_925_981_836_79, 0.002_481_480_363_264_327),
        (-37.0, 0.027_007_327_965_128_336, 0.000_728_865_290_251_565_7),
    ];
}
