//! Stage 0, vocabulary of quantities: each number that leaves `math` has a type that names its unit and range.
//!
//! Invariant: a value of these types is finite and in range; there is no conversion from a bare `f64` without a check.

pub mod calendar;
mod currency;
mod greeks;
mod method;
mod number;
mod time;

pub use crate::units::currency::{Currency, STATE_CURRENCIES};
pub use crate::units::greeks::{CoinGreeks, Greeks, Measures};
pub use crate::units::method::METHODS;
pub use crate::units::number::{Price, Quantity, Rate, Vol, exact_text};
pub use crate::units::time::{DAY_MS, Timestamp, YEAR_MS};
