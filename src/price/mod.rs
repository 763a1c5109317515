//! Stage: Book × Market → [`Valued`].
//!
//! `plan` lays the book out once; a [`State`] holds the market in the plan's columns, and every valuation, base or stressed, is
//! the plan under a state. Invariant: a position that cannot be valued is named in an `Issue` and counted, never valued at 0.

mod column;
pub mod convention;
mod held;
mod layout;
mod plan;

use crate::units::{CoinGreeks, Greeks, Measures};
use serde::{Deserialize, Serialize};

pub use crate::price::plan::{Expiry, Line, Plan, PlannedUnderlying, State};

/// A position with less than this to live has its daily theta by full repricing one day on.
const SHORT_LIVED_YEARS: f64 = 3.0 / 365.0;
const DAY_YEARS: f64 = 1.0 / 365.0;

/// One position under one state of the market.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValuedPosition {
    /// Raw Greeks of the whole position, US dollars.
    pub greeks: Greeks,
    /// The same, scaled to their named bumps, US dollars.
    pub measures: Measures,
    /// The same in the underlying's coin; `None` for cash.
    pub coin: Option<CoinGreeks>,
    /// Price of one unit in the contract's own price unit: coins for an inverse option, dollars otherwise.
    pub unit_price: f64,
    /// Spot of the underlying, US dollars.
    pub spot: f64,
    /// Forward of its expiry, mark of a perpetual, US dollars.
    pub forward: f64,
    /// Volatility used; `None` where the contract has none.
    pub vol: Option<f64>,
    /// Years to expiry; `None` where there is none.
    pub years: Option<f64>,
}

/// A valued book.
#[derive(Clone, Debug, PartialEq)]
pub struct Valued {
    /// In book order; `None` for a position that is left out or had expired before the book's time.
    pub positions: Vec<Option<ValuedPosition>>,
    /// Value of all, summed contract by contract: the number that every P&L is a difference of.
    pub total: f64,
}
