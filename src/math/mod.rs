//! Stage 0, kernels on bare `f64`: no units, no contracts, no failure types.
//!
//! Invariant: every function is total on finite input and gives the same bits natively and in wasm; the transcendental
//! functions come from the `libm` crate, which is compiled into both, never from the platform.

pub mod american;
pub mod black;
pub mod implied_vol;
pub mod interpolate;
pub mod mills;
pub mod normal;

/// e to the power `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the power `x`, less 1, exact to rounding for small `x`.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Natural logarithm; −∞ at 0.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// ln(`numerator` / `denominator`) of two positive numbers, exact to rounding where they are close and safe where their ratio
/// would overflow.
pub fn log_ratio(numerator: f64, denominator: f64) -> f64 {
    let ratio = numerator / denominator;
    if ratio > 0.5 && ratio < 2.0 {
        libm::log1p((numerator - denominator) / denominator)
    } else if ratio.is_normal() {
        libm::log(ratio)
    } else {
        libm::log(numerator) - libm::log(denominator)
    }
}
