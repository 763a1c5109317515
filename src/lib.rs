//! Plimsoll
pub mod issue;
pub mod units;
pub mod math;
pub mod market;
pub mod instrument;
pub mod book;
pub mod price;
pub mod exposure;
pub mod stress;
pub mod engine;
pub mod session;
