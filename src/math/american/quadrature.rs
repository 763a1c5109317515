//! Nodes and weights: Gauss–Legendre in an angle, Chebyshev–Lobatto in the root of time, and small dense linear systems.
//!
//! The angle θ cuts an interval of time into a part `sin²θ` and its rest `cos²θ`, so that the roots of both, which are what the
//! integrands of an American option are smooth in, are smooth in θ. Weights hold the factor `2·sinθ·cosθ` of the substitution.
//! All figures were computed with 60 digits (2026-12).

use core::array;
use core::f64::consts::FRAC_1_SQRT_2;

/// sin θ, cos θ and weight.
pub type Point = (f64, f64, f64);
/// Half a rule: the other half exchanges sine and cosine.
pub type Rule<const HALF: usize> = [Point; HALF];

/// All points of a rule of `[0, 1]`: the part of the interval is `sin²θ`.
pub fn points(half: &[Point]) -> impl Iterator<Item = Point> + '_ {
    half.iter().flat_map(|&(sine, cosine, weight)| [(sine, cosine, weight), (cosine, sine, weight)])
}

/// Largest number of Chebyshev nodes.
pub const MAX_NODES: usize = 33;

/// cos(π·`numerator`/(`NODES` − 1)) for 17 or 33 nodes.
fn cosine<const NODES: usize>(numerator: usize) -> f64 {
    let period = 2 * (MAX_NODES - 1);
    let at = numerator * (MAX_NODES - 1) / (NODES - 1) % period;
    COSINES.get(at.min(period - at)).copied().unwrap_or(0.0)
}

/// The nodes on `[0, 1]`, descending from 1 to 0.
pub fn nodes<const NODES: usize>() -> [f64; NODES] {
    array::from_fn(|index| 0.5 * (1.0 + cosine::<NODES>(index)))
}

/// Chebyshev coefficients of the polynomial through the values at [`nodes`].
pub fn coefficients<const NODES: usize>(values: &[f64; NODES]) -> [f64; NODES] {
    let last = NODES - 1;
    array::from_fn(|order| {
        let sum: f64 = values
            .iter()
            .enumerate()
            .map(|(index, value)| value * cosine::<NODES>(index * order) * if index == 0 || index == last { 0.5 } else { 1.0 })
            .sum();
        sum * if order == 0 || order == last { 1.0 } else { 2.0 } / last as f64
    })
}

/// Value at `position` in `[0, 1]` of a sum of Chebyshev polynomials, by Clenshaw's recurrence.
pub fn evaluate(coefficients: &[f64], position: f64) -> f64 {
    let twice = 4.0 * position - 2.0;
    let Some((constant, others)) = coefficients.split_first() else { return 0.0 };
    let (mut next, mut after) = (0.0, 0.0);
    for coefficient in others.iter().rev() {
        (next, after) = (coefficient + twice * next - after, next);
    }
    constant + 0.5 * twice * next - after
}

/// Adds `factor` times the derivatives of [`evaluate`] at `position` with respect to the coefficients.
pub fn add_gradient<const NODES: usize>(gradient: &mut [f64; NODES], position: f64, factor: f64) {
    let twice = 4.0 * position - 2.0;
    let (mut current, mut next) = (factor, 0.5 * twice * factor);
    for slot in gradient {
        *slot += current;
        (current, next) = (next, twice * next - current);
    }
}

/// One equation of a linear system.
#[derive(Clone, Copy)]
pub struct Equation<const SIZE: usize> {
    /// Left side.
    pub factors: [f64; SIZE],
    /// Right side.
    pub right: f64,
}

/// Solves a linear system by elimination with row pivots; `None` when it is singular.
pub fn solve<const SIZE: usize>(equations: &mut [Equation<SIZE>; SIZE]) -> Option<[f64; SIZE]> {
    let mut rest: &mut [Equation<SIZE>] = equations;
    for column in 0..SIZE {
        let size = |equation: &Equation<SIZE>| equation.factors.get(column).map_or(0.0, |factor| factor.abs());
        let pivot = (0..rest.len()).max_by(|a, b| rest.get(*a).map_or(0.0, size).total_cmp(&rest.get(*b).map_or(0.0, size)))?;
        rest.swap(0, pivot);
        let (head, tail) = rest.split_first_mut()?;
        let lead = head.factors.get(column).copied().filter(|lead| lead.is_normal())?;
        for equation in tail.iter_mut() {
            let factor = equation.factors.get(column)? / lead;
            for (to, from) in equation.factors.iter_mut().zip(&head.factors).skip(column) {
                *to -= factor * from;
            }
            equation.right -= factor * head.right;
        }
        rest = tail;
    }
    let mut solution = [0.0; SIZE];
    for (index, equation) in equations.iter().enumerate().rev() {
        let known: f64 = equation.factors.iter().zip(&solution).skip(index + 1).map(|(factor, value)| factor * value).sum();
        *solution.get_mut(index)? = (equation.right - known) / equation.factors.get(index)?;
    }
    Some(solution)
}

/// 16 points, of the boundary's own equation; the half below π/4.
pub const RULE_16: Rule<8> = [
    (0.652_421_694_193_868_6, 0.757_856_142_645_292_7, 0.147_140_102_678_571_36),
    (0.534_763_001_904_175_9, 0.845_002_089_816_607_6, 0.129_612_804_578_967_54),
    (0.412_933_478_057_250_34, 0.910_761_188_621_661_9, 0.099_929_387_812_074_42),
    (0.295_634_172_224_021_16, 0.955_301_227_997_440_5, 0.066_364_342_243_320_13),
    (0.190_925_523_714_991_44, 0.981_604_525_455_214_1, 0.036_689_300_323_055_57),
    (0.105_337_225_276_789_47, 0.994_436_558_545_082_3, 0.015_657_646_148_953_673),
    (0.043_516_928_531_689_25, 0.999_052_689_767_245_4, 0.004_251_385_094_079_633),
    (0.008_324_390_047_870_557, 0.999_965_351_664_911_9, 0.000_355_031_120_977_670_17),
];

/// 32 points, of the boundary's equation where it bends sharply; the half below π/4.
pub const RULE_32: Rule<16> = [
    (0.679_776_175_002_609_2, 0.733_419_628_792_972_7, 0.075_604_220_125_167_83),
    (0.622_497_722_835_249_1, 0.782_621_610_399_897_9, 0.073_188_565_544_715_12),
    (0.562_546_210_404_977_5, 0.826_765_844_214_066_8, 0.068_559_708_859_003_32),
    (0.500_995_942_020_474_8, 0.865_449_632_317_801, 0.062_096_384_391_800_38),
    (0.438_985_854_776_773_54, 0.898_493_972_882_348, 0.054_306_005_906_513_14),
    (0.377_671_172_055_445_8, 0.925_939_785_190_303_7, 0.045_763_962_746_435_32),
    (0.318_178_283_723_167_8, 0.948_030_895_998_110_1, 0.037_049_790_292_287_985),
    (0.261_566_078_119_407_8, 0.965_185_571_160_920_3, 0.028_689_660_344_079_944),
    (0.208_796_009_434_272_04, 0.977_959_215_123_168_3, 0.021_112_290_764_035_695),
    (0.160_712_060_811_059_6, 0.987_001_334_097_306_2, 0.014_621_990_150_482_817),
    (0.118_030_615_228_905_08, 0.993_009_956_580_842_2, 0.009_389_053_207_986_784),
    (0.081_339_214_796_637_76, 0.996_686_476_348_639_2, 0.005_454_893_729_225_398),
    (0.051_102_380_315_394_894, 0.998_693_419_787_124, 0.002_747_617_352_659_731),
    (0.027_672_126_886_789_97, 0.999_617_053_372_721, 0.001_103_301_225_088_119_5),
    (0.011_300_451_880_904_738, 0.999_936_147_855_095_4, 0.000_288_863_587_981_798_17),
    (0.002_148_956_224_230_856, 0.999_997_690_990_907_4, 2.369_177_253_661_037_4e-5),
];

/// 64 points, of the price; the half below π/4.
pub const RULE_64: Rule<32> = [
    (0.693_455_108_710_665_6, 0.720_499_834_977_829, 0.038_213_817_506_666_14),
    (0.665_429_833_763_834_7, 0.746_460_405_069_843_8, 0.037_900_584_678_863_9),
    (0.636_538_329_990_507_4, 0.771_245_067_700_854_7, 0.037_280_889_491_217_69),
    (0.606_904_332_679_253_1, 0.794_774_893_271_768_1, 0.036_368_045_342_165_22),
    (0.576_659_571_466_084_3, 0.816_984_540_022_975, 0.035_181_464_309_744_33),
    (0.545_942_256_701_506_2, 0.837_822_804_862_499_9, 0.033_746_017_140_744_18),
    (0.514_895_506_631_603_1, 0.857_252_948_230_908_6, 0.032_091_227_229_759_58),
    (0.483_665_749_459_966_9, 0.875_252_787_941_477_2, 0.030_250_335_270_811_3),
    (0.452_401_134_023_837_6, 0.891_814_562_526_283_1, 0.028_259_275_950_354_2),
    (0.421_249_981_474_435_93, 0.906_944_570_030_488_3, 0.026_155_610_280_805_944),
    (0.390_359_308_068_822, 0.920_662_593_246_858_5, 0.023_977_456_922_391_577),
    (0.359_873_446_064_294_3, 0.933_001_126_911_328_7, 0.021_762_463_258_787_307),
    (0.329_932_785_890_742_1, 0.944_004_426_257_829_4, 0.019_546_852_383_958_26),
    (0.300_672_658_417_397_4, 0.953_727_399_459_727_7, 0.017_364_575_949_504_402),
    (0.272_222_371_397_546_24, 0.962_234_368_805_592_2, 0.015_246_595_518_323_875),
    (0.244_704_409_242_779_75, 0.969_597_726_945_119_4, 0.013_220_307_209_733_191),
    (0.218_233_800_319_591_16, 0.975_896_515_209_511_7, 0.011_309_116_531_457_466),
    (0.192_917_651_138_194_06, 0.981_214_950_904_908_5, 0.009_532_162_854_436_817),
    (0.168_854_842_263_222_03, 0.985_640_929_671_786, 0.007_904_186_397_276_15),
    (0.146_135_876_644_817_9, 0.989_264_527_594_743_3, 0.006_435_525_148_850_369),
    (0.124_842_867_449_041_2, 0.992_176_525_849_660_1, 0.005_132_225_061_097_348),
    (0.105_049_649_435_330_21, 0.994_466_978_412_815, 0.003_996_244_171_261_855),
    (0.086_821_995_536_527_92, 0.996_223_840_856_589_3, 0.003_025_730_045_360_948),
    (0.070_217_918_568_446_42, 0.997_531_675_643_392_8, 0.002_215_349_969_003_464_4),
    (0.055_288_036_930_311_73, 0.998_470_446_719_577_4, 0.001_556_654_478_887_371_8),
    (0.042_075_982_725_864_04, 0.999_114_413_707_285_5, 0.001_038_456_914_727_676_5),
    (0.030_618_830_864_764_843, 0.999_531_133_680_424_7, 0.000_647_214_439_414_572_8),
    (0.020_947_528_204_354_37, 0.999_780_576_457_718_5, 0.000_367_399_181_522_704_2),
    (0.013_087_301_972_203_707, 0.999_914_357_596_233_5, 0.000_181_851_564_547_731_36),
    (0.007_058_022_935_941_986, 0.999_975_091_845_909_8, 7.211_128_529_886_949e-5),
    (0.002_874_461_607_153_411, 0.999_995_868_726_700_8, 1.872_458_123_622_163_8e-5),
    (0.000_545_818_917_260_863_5, 0.999_999_851_040_843_7, 1.528_931_789_346_564_7e-6),
];

/// cos(π·index/32).
const COSINES: [f64; MAX_NODES] = [
    1.0,
    0.995_184_726_672_196_9,
    0.980_785_280_403_230_4,
    0.956_940_335_732_208_8,
    0.923_879_532_511_286_7,
    0.881_921_264_348_355,
    0.831_469_612_302_545_2,
    0.773_010_453_362_737,
    FRAC_1_SQRT_2,
    0.634_393_284_163_645_5,
    0.555_570_233_019_602_2,
    0.471_396_736_825_997_64,
    0.382_683_432_365_089_8,
    0.290_284_677_254_462_4,
    0.195_090_322_016_128_28,
    0.098_017_140_329_560_6,
    0.0,
    -0.098_017_140_329_560_6,
    -0.195_090_322_016_128_28,
    -0.290_284_677_254_462_4,
    -0.382_683_432_365_089_8,
    -0.471_396_736_825_997_64,
    -0.555_570_233_019_602_2,
    -0.634_393_284_163_645_5,
    -FRAC_1_SQRT_2,
    -0.773_010_453_362_737,
    -0.831_469_612_302_545_2,
    -0.881_921_264_348_355,
    -0.923_879_532_511_286_7,
    -0.956_940_335_732_208_8,
    -0.980_785_280_403_230_4,
    -0.995_184_726_672_196_9,
    -1.0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::pow;

    #[test]
    fn rules_integrate_what_has_roots_at_both_ends() {
        // ∫√(s(1−s)) ds = π/8 and ∫s⁶ ds = 1/7 over [0, 1].
        for rule in [&RULE_16[..], &RULE_32[..], &RULE_64[..]] {
            let root: f64 = points(rule).map(|(sine, cosine, weight)| weight * sine * cosine).sum();
            let power: f64 = points(rule).map(|(sine, _, weight)| weight * pow(sine, 12.0)).sum();
            assert!((root - core::f64::consts::PI / 8.0).abs() < 1e-15 && (power - 1.0 / 7.0).abs() < 1e-15, "{root} {power}");
        }
    }

    #[test]
    fn a_polynomial_is_met_everywhere_and_its_gradient_is_exact() {
        let polynomial = |x: f64| 3.0 - x + 2.0 * pow(x, 5.0) - pow(x, 16.0);
        let coefficients = coefficients(&nodes::<17>().map(polynomial));
        for step in 0..=40 {
            let x = f64::from(step) / 40.0;
            assert!((evaluate(&coefficients, x) - polynomial(x)).abs() < 1e-14);
            let mut gradient = [0.0; 17];
            add_gradient(&mut gradient, x, 2.0);
            let sum: f64 = gradient.iter().zip(&coefficients).map(|(a, b)| a * b).sum();
            assert!((sum - 2.0 * polynomial(x)).abs() < 1e-13);
        }
    }

    #[test]
    fn a_system_that_needs_its_pivots_is_solved_and_a_singular_one_is_refused() {
        fn equation<const SIZE: usize>(factors: [f64; SIZE], right: f64) -> Equation<SIZE> {
            Equation { factors, right }
        }
        let mut regular = [equation([0.0, 2.0, 1.0], 7.0), equation([1.0, 1.0, 0.0], 3.0), equation([1.0, 0.0, 3.0], 10.0)];
        assert_eq!(solve(&mut regular), Some([1.0, 2.0, 3.0]));
        assert_eq!(solve(&mut [equation([1.0, 2.0], 1.0), equation([2.0, 4.0], 1.0)]), None);
    }
}
