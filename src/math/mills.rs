//! The ratio N/φ of the standard normal distribution and its differences: prices far out of the money without cancellation.
//!
//! With y = N/φ, y' = 1 + x·y. For x ≤ 0 both are rational functions of −x, least squares fits on Chebyshev nodes with 80 digits
//! (2026-11-21) from 0 to ∞, good to 2e-17. All coefficients are positive, so that nothing cancels and no exponential is needed.
//! Where options mostly stand a shorter function serves y, good to 4e-17.

use crate::math::lane::{Lane, polynomial};
use crate::math::normal::{cdf, pdf};

/// Beyond it nothing is left of any density; the ratio is held there, so that no power of it overflows.
const FARTHEST: f64 = 1e20;

/// The shorter function: coefficients of numerator and denominator, ascending powers of −x.
pub(super) struct Near {
    numerator: [f64; 9],
    denominator: [f64; 9],
}

/// It serves up to this −x.
pub(super) const NEAR_END: f64 = 6.5;

/// The constants of [`near_tail`].
pub(super) static NEAR: Near = Near {
    numerator: [
        1.253_314_137_315_500_1,
        1.443_373_917_329_213_5,
        0.835_239_040_537_711_5,
        0.297_874_950_824_989_8,
        0.069_666_949_256_759_88,
        0.010_613_673_074_949_95,
        0.000_975_680_972_516_4,
        4.200_507_414_982_302e-05,
        2.191_910_260_660_979e-12,
    ],
    denominator: [
        1.0,
        1.949_530_324_905_387_7,
        1.721_924_482_084_116_2,
        0.902_763_141_247_950_4,
        0.308_424_763_675_470_56,
        0.070_640_938_742_850_14,
        0.010_655_787_313_047_858,
        0.000_975_675_887_645_602_4,
        4.200_522_635_952_107e-05,
    ],
};

/// Numerator of y, ascending powers of −x.
const RATIO_NUMERATOR: [f64; 11] = [
    1.253_314_137_315_500_3,
    2.150_120_055_054_057,
    1.822_332_259_828_766_6,
    0.988_850_974_253_790_1,
    0.377_367_943_124_588_16,
    0.105_437_846_059_232_2,
    0.021_830_444_604_360_344,
    0.003_314_165_412_712_073_7,
    0.000_354_818_805_669_849_65,
    2.440_470_626_872_931e-5,
    8.319_538_365_278_405e-7,
];
/// Its denominator.
const RATIO_DENOMINATOR: [f64; 12] = [
    1.0,
    2.513_432_156_603_106_4,
    2.959_439_487_149_367_7,
    2.159_525_442_685_807,
    1.087_904_558_819_365_9,
    0.398_497_068_910_539_54,
    0.108_703_202_077_118_23,
    0.022_183_599_502_077_04,
    0.003_338_570_118_983_485_7,
    0.000_355_650_759_506_364_16,
    2.440_470_626_872_933_7e-5,
    8.319_538_365_278_405e-7,
];

/// Numerator of 1 + x·y, ascending powers of −x.
const SLOPE_NUMERATOR: [f64; 11] = [
    1.0,
    1.450_408_872_970_519_1,
    1.061_149_391_406_674_3,
    0.505_796_067_861_868_7,
    0.172_183_614_752_939_67,
    0.043_514_845_390_058_15,
    0.008_254_347_841_358_419,
    0.001_162_174_819_177_112_8,
    0.000_116_808_219_008_597_88,
    7.642_371_057_540_817e-6,
    2.520_370_518_557_839_3e-7,
];
/// Its denominator.
const SLOPE_DENOMINATOR: [f64; 13] = [
    1.0,
    2.703_723_010_286_015_7,
    3.449_763_663_583_497_4,
    2.752_367_696_198_149,
    1.532_975_098_674_837_4,
    0.629_688_561_164_458_1,
    0.196_256_393_723_177_94,
    0.046_955_515_638_196_936,
    0.008_603_260_275_833_085,
    0.001_185_101_932_351_792_4,
    0.000_117_564_330_164_156_04,
    7.642_371_057_540_834e-6,
    2.520_370_518_557_839_3e-7,
];

/// Up to which t the two terms of a difference cancel so far that the series is better.
pub(super) const SERIES: f64 = 0.05;

/// n and 1/((n+1)(n+2)) of the odd orders of the Taylor series.
const STEPS: [(f64, f64); 5] = [(1.0, 1.0 / 6.0), (3.0, 1.0 / 20.0), (5.0, 1.0 / 42.0), (7.0, 1.0 / 72.0), (9.0, 1.0 / 110.0)];

/// N(−x)/φ(x), the Mills ratio, for x ≥ 0.
#[inline(always)]
pub fn tail<L: Lane>(x: L) -> L {
    let is_far = L::splat(NEAR_END).is_below(x);
    let near = near_tail(&NEAR, x);
    if L::is_any(is_far) { L::choose(is_far, far_tail(x), near) } else { near }
}

/// The same up to [`NEAR_END`].
#[inline(always)]
pub(super) fn near_tail<L: Lane>(constants: &Near, x: L) -> L {
    polynomial(&constants.numerator, x) / polynomial(&constants.denominator, x)
}

#[cold]
#[inline(never)]
fn far_tail<L: Lane>(x: L) -> L {
    let x = x.at_most(L::splat(FARTHEST));
    polynomial(&RATIO_NUMERATOR, x) / polynomial(&RATIO_DENOMINATOR, x)
}

/// 1 − x·N(−x)/φ(x), how fast the Mills ratio falls, for x ≥ 0.
#[inline(always)]
fn fall<L: Lane>(x: L) -> L {
    let x = x.at_most(L::splat(FARTHEST));
    polynomial(&SLOPE_NUMERATOR, x) / polynomial(&SLOPE_DENOMINATOR, x)
}

/// N(x)/φ(x), the Mills ratio of −x; finite for every x below about 37.
pub fn ratio(x: f64) -> f64 {
    if x > 0.0 { cdf(x) / pdf(x) } else { tail(-x) }
}

/// N(h+t)/φ(h+t) − N(h−t)/φ(h−t) for t ≥ 0, by its Taylor series in t where the two would cancel.
pub fn difference(h: f64, t: f64) -> f64 {
    if t > SERIES || h > 0.0 { ratio(h + t) - ratio(h - t) } else { series(-h, t) }
}

/// N(t−a)/φ(t−a) − N(−t−a)/φ(t+a) for a ≥ 0 and small t ≥ 0.
#[cold]
#[inline(never)]
pub(super) fn series<L: Lane>(a: L, t: L) -> L {
    // y⁽ⁿ⁺¹⁾ = n·y⁽ⁿ⁻¹⁾ + h·y⁽ⁿ⁾ at h = −a.
    let (mut previous, mut current) = (tail(a), fall(a));
    let mut power = t;
    let mut sum = current * t;
    let square = t * t;
    for (order, inverse) in STEPS {
        let even = L::splat(order) * previous - a * current;
        let odd = L::splat(order + 1.0) * current - a * even;
        power = power * square * L::splat(inverse);
        sum = sum + odd * power;
        (previous, current) = (even, odd);
    }
    sum + sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_and_slope_keep_their_digits_from_the_middle_to_the_far_tail() {
        // 60-digit values by mpmath: x, N/φ, 1 + x·N/φ.
        for (x, y, first) in REFERENCE {
            assert!((ratio(x) / y - 1.0).abs() < 1e-15 && (fall(-x) / first - 1.0).abs() < 1e-15, "{x}: {} {}", ratio(x), fall(-x));
        }
        assert_eq!((ratio(-1e200), ratio(f64::NEG_INFINITY)), (tail(FARTHEST), tail(FARTHEST)));
        assert!((ratio(-1e15) * 1e15 - 1.0).abs() < 1e-15 && (tail(FARTHEST) * FARTHEST - 1.0).abs() < 1e-15);
        assert!((ratio(-1e-15) / ratio(1e-15) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn the_shorter_function_is_the_longer_one_up_to_its_end() {
        for step in 0..=650 {
            let x = 0.01 * f64::from(step);
            assert!((near_tail(&NEAR, x) / far_tail(x) - 1.0).abs() < 1e-15, "{x}");
        }
        assert_eq!((tail(NEAR_END), tail(6.6)), (near_tail(&NEAR, NEAR_END), far_tail(6.6)));
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
