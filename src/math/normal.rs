//! The standard normal distribution; the tails keep their digits.

use crate::math::elementary::decay;
use crate::math::lane::Lane;
use crate::math::mills;

/// 1/√(2π).
pub const INVERSE_ROOT_TWO_PI: f64 = 0.398_942_280_401_432_7;

/// Adding this and taking it off rounds to 20 binary places.
const TWENTY_PLACES: f64 = 6_442_450_944.0;

/// Cumulative distribution N(x), within 1e-15 of itself.
pub fn cdf(x: f64) -> f64 {
    let tail = pdf(x) * mills::tail(x.abs());
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Density φ(x), within 1e-15 of itself.
pub fn pdf(x: f64) -> f64 {
    density(x)
}

/// [`pdf`] of one or several. The square is taken in two parts, since its rounding error would be an error of the exponent.
#[inline(always)]
pub(super) fn density<L: Lane>(x: L) -> L {
    let places = L::splat(TWENTY_PLACES);
    let head = (x + places) - places;
    let half = L::splat(-0.5);
    L::splat(INVERSE_ROOT_TWO_PI) * decay(half * (head * head), half * ((x - head) * (x + head)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
