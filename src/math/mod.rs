//! Stage 0, kernels on bare `f64`: no units, no contracts, no failure types.
//!
//! Invariant: every function is total on finite input and gives the same bits natively and in wasm; the transcendental
//! functions are our own or come from the `libm` crate, which is compiled into both, never from the platform.

pub mod american;
pub mod association;
pub mod black;
pub mod cluster;
pub mod covariance;
pub mod dividend;
mod elementary;
pub mod garch;
pub mod implied_vol;
pub mod interpolate;
pub mod lane;
pub mod matrix;
pub mod mills;
pub mod moments;
pub mod normal;
mod simplex;
pub mod smoothing;
pub mod spectrum;
pub mod student;
pub mod svi;

pub use crate::math::elementary::ln;

/// e to the power `x`; 0 and ∞ where it is too small or too large to be told from them. Within 1e-15 of itself.
pub fn exp(x: f64) -> f64 {
    elementary::exp(x)
}

/// ln(`numerator` / `denominator`) of two positive finite numbers, within 1e-15 of itself, however close they are and wherever
/// their ratio lies.
pub fn log_ratio(numerator: f64, denominator: f64) -> f64 {
    elementary::log_ratio(numerator, denominator)
}

/// e to the power `x`, less 1, exact to rounding for small `x`.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// ln(1 + `x`), exact to rounding for small `x`.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `base` to the power `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}
