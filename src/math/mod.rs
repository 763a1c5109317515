//! Stage 0, kernels on bare `f64`: no units, no contracts, no failure types.
//!
//! Invariant: every function is total on finite input and gives the same bits natively and in wasm; the transcendental
//! functions are our own or come from the `libm` crate, which is compiled into both, never from the platform.

pub mod american;
pub mod black;
mod elementary;
pub mod implied_vol;
pub mod interpolate;
pub mod lane;
pub mod mills;
pub mod normal;
pub mod svi;

pub use crate::math::elementary::{exp, ln, log_ratio};

/// e to the power `x`, less 1, exact to rounding for small `x`.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// `base` to the power `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}
