//! The standard normal distribution; the tails keep their digits.

use crate::math::elementary::{Decay, LIFT, lifted_decay, ln};
use crate::math::lane::{Lane, polynomial};
use crate::math::mills;

/// 1/√(2π).
pub const INVERSE_ROOT_TWO_PI: f64 = 0.398_942_280_401_432_7;

/// Constants of [`density`].
pub(super) struct Density {
    /// Adding this and taking it off rounds to 20 binary places.
    places: f64,
    minus_half: f64,
    factor: f64,
    decay: Decay,
}

/// The constants of the density.
pub(super) static DENSITY: Density =
    Density { places: 6_442_450_944.0, minus_half: -0.5, factor: INVERSE_ROOT_TWO_PI / LIFT, decay: Decay::CONSTANTS };

/// Quantile, AS 241 (Wichura 1988, PPND16): numerator in the middle.
const MIDDLE: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
/// Its denominator.
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
/// Numerator in the tail.
const TAIL: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
/// Its denominator.
const TAIL_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-9,
];
/// Numerator far out.
const FAR: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
/// Its denominator.
const FAR_BELOW: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];

/// Cumulative distribution N(x), within 1e-15 of itself.
pub fn cdf(x: f64) -> f64 {
    let tail = pdf(x) * mills::tail(x.abs());
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Density φ(x), within 1e-15 of itself.
pub fn pdf(x: f64) -> f64 {
    density(&DENSITY, x)
}

/// The value that is not exceeded with this probability, within 1e-15 of itself; infinite at 0 and 1.
pub fn quantile(probability: f64) -> f64 {
    if !(probability > 0.0 && probability < 1.0) {
        return if probability <= 0.0 {
            f64::NEG_INFINITY
        } else if probability >= 1.0 {
            f64::INFINITY
        } else {
            f64::NAN
        };
    }
    let ratio = |above: &'static [f64; 8], below: &'static [f64; 8], r: f64| polynomial(above, r) / polynomial(below, r);
    let centered = probability - 0.5;
    if centered.abs() <= 0.425 {
        return centered * ratio(&MIDDLE, &MIDDLE_BELOW, 0.180_625 - centered * centered);
    }
    let r = (-ln(if centered < 0.0 { probability } else { 1.0 - probability })).sqrt();
    let size = if r <= 5.0 { ratio(&TAIL, &TAIL_BELOW, r - 1.6) } else { ratio(&FAR, &FAR_BELOW, r - 5.0) };
    size.copysign(centered)
}

/// [`pdf`] of one or several. The square is taken in two parts, since its rounding error would be an error of the exponent.
#[inline(always)]
pub(super) fn density<L: Lane>(constants: &Density, x: L) -> L {
    let (places, half) = (L::splat(constants.places), L::splat(constants.minus_half));
    let head = (x + places) - places;
    L::splat(constants.factor) * lifted_decay(&constants.decay, half * (head * head), half * ((x - head) * (x + head)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_right_to_fifteen_digits() {
        // Roots by mpmath, 50 digits; the last ones from its erfinv.
        for (p, expected) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_408),
            (1e-5, -4.264_890_793_922_825),
            (0.074, -1.446_632_067_158_978_5),
            (0.076, -1.432_502_720_825_811_6),
            (0.3, -0.524_400_512_708_041),
            (0.5, 0.0),
            (0.9, 1.281_551_565_544_600_4),
        ] {
            assert!((quantile(p) - expected).abs() <= 1e-15 * expected.abs(), "{p}: {}", quantile(p));
        }
        assert_eq!([quantile(0.0), quantile(1.0), quantile(-1.0)], [f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY]);
        assert!(quantile(f64::NAN).is_nan());
    }

    #[test]
    fn tails_keep_their_relative_accuracy() {
        // 50-digit values (Φ by mpmath).
        for (x, expected) in
            [(0.0, 0.5), (-1.0, 0.158_655_253_931_457_05), (-5.0, 2.866_515_718_791_939e-7), (-20.0, 2.753_624_118_606_233_7e-89)]
        {
            assert!((cdf(x) / expected - 1.0).abs() < 1e-15, "{x}: {}", cdf(x));
        }
    }
}
