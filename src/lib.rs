//! Plimsoll
pub mod issue;
pub mod units;
pub mod math;
pub mod market;
pub mod instrument;
pub mod book;
