//! Sums without rounding: values are rounded once, to a common quantum, so that every sum of them is exact in whatever order.
//!
//! With `2^e ≥ Σ|v|` the quantum is `q = 2^(e−52)`, or the smallest normal double where that is more. A rounded value is a multiple of q, and no partial sum exceeds `Σ|v| + n·q/2 ≤ 2^(e+1)`,
//! which is `2^53·q`: every multiple of q up to there is a double, so no addition rounds. Each value moves by at most `q/2`, which is less than
//! `2^−52·Σ|v|·(1 + n·2^−29)`; a sum of k values therefore by at most k times that. Demmel and Nguyen 2015, Parallel reproducible summation; Rump,
//! Ogita and Oishi 2008. Invariant: the quantum does not depend on the order of the values.

/// Bits kept of each size while the sum of sizes is bounded: the bound is too large by at most the n·2^−29th part of it.
const BOUND_BITS: i32 = 30;

/// Exponent of the smallest normal double.
const LEAST: i32 = -1022;

/// Rounds every value to a common quantum. What is missing or not finite is NaN afterwards; the rest is finite.
pub(super) fn round(values: impl Iterator<Item = Option<f64>>) -> Vec<f64> {
    let mut values: Vec<f64> = values.map(|value| value.filter(|value| value.is_finite()).unwrap_or(f64::NAN)).collect();
    let largest = values.iter().map(|value| value.abs()).filter(|size| size.is_finite()).fold(0.0, f64::max);
    if largest > 0.0 {
        let quantum = power_of_two(bound_exponent(&values, largest) - 52);
        // A quotient by a power of two is exact and at most 2^52; adding 0 turns −0 into 0.
        values.iter_mut().for_each(|value| *value = (*value / quantum).round_ties_even() * quantum + 0.0);
    }
    values
}

/// The least e with `2^e ≥` a bound of the sum of sizes that is counted in whole units, and so is the same in every order.
fn bound_exponent(values: &[f64], largest: f64) -> i32 {
    let top = exponent(largest) + 1;
    let unit = power_of_two(top - BOUND_BITS);
    let sizes = values.iter().map(|value| value.abs()).filter(|size| size.is_finite());
    // A size counts at most 2^30 units; a saturating sum would need 2^33 positions.
    let units: u64 = sizes.map(|size| (size / unit).ceil() as u64).fold(0, u64::saturating_add);
    let bits = i32::try_from(u64::BITS - units.saturating_sub(1).leading_zeros()).unwrap_or(BOUND_BITS);
    (top - BOUND_BITS + bits).min(1023)
}

/// The exponent of the largest power of two that is not above a positive number; that of the smallest normal double for what is less.
fn exponent(size: f64) -> i32 {
    let biased = (size.to_bits() >> 52) & 0x7ff;
    i32::try_from(biased).unwrap_or(0).max(1) - 1023
}

/// 2 to the power of an exponent; of the nearest that a normal double has.
fn power_of_two(exponent: i32) -> f64 {
    let biased = u64::try_from(exponent.clamp(LEAST, 1023) + 1023).unwrap_or(1);
    f64::from_bits(biased << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(values: &[f64]) -> Vec<f64> {
        round(values.iter().map(|value| Some(*value)))
    }

    #[test]
    fn every_sum_of_rounded_values_is_exact() {
        let mut state = 3_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        for scale in [1e-300, 1e-3, 1.0, 1e9, 1e200] {
            let values: Vec<f64> = (0..500).map(|_| scale * (draw() as f64 - 1e9) / (1.0 + draw() as f64)).collect();
            let rounded = rounded(&values);
            let gross: f64 = values.iter().map(|value| value.abs()).sum();
            for (value, rounded) in values.iter().zip(&rounded) {
                assert!((value - rounded).abs() <= (gross * f64::EPSILON).max(f64::MIN_POSITIVE), "{value} became {rounded}");
            }
            let forth: f64 = rounded.iter().sum();
            let back: f64 = rounded.iter().rev().sum();
            let parts: f64 = rounded.chunks(7).map(|part| part.iter().sum::<f64>()).sum();
            assert_eq!((forth.to_bits(), forth.to_bits()), (back.to_bits(), parts.to_bits()));
        }
    }

    #[test]
    fn the_quantum_is_the_same_in_every_order() {
        // The sum of these, added one after the other, ends on either side of 1 with the order.
        let values: Vec<f64> = (0..1000).map(|index| if index == 0 { 0.5 } else { 0.5 / 999.0 }).collect();
        let turned: Vec<f64> = values.iter().rev().copied().collect();
        let mut back = rounded(&turned);
        back.reverse();
        assert_eq!(rounded(&values), back);
    }

    #[test]
    fn what_is_no_number_is_nan_and_nothing_else_is() {
        let rounded = round([Some(1.0), None, Some(f64::INFINITY), Some(f64::NAN), Some(-0.0)].into_iter());
        assert_eq!(rounded.iter().map(|value| value.is_nan()).collect::<Vec<_>>(), [false, true, true, true, false]);
        assert_eq!(rounded[4].to_bits(), 0);
        assert!(round(std::iter::empty()).is_empty());
        assert_eq!(self::rounded(&[f64::MAX, -f64::MAX]), [f64::MAX, -f64::MAX]);
    }
}
