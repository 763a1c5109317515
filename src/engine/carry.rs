//! What the book earns by waiting, and what tokens to come cost it.

use crate::engine::Engine;
use crate::exposure::carry::{Carry, carry};
use crate::exposure::unlock::{Overhangs, Supply, overhangs};

impl Engine {
    /// Basis, funding and carry books of the open book, without a shock.
    pub fn carry(&self) -> Carry {
        carry(&self.book, &self.market, &self.base)
    }

    /// What these supplies mean for the coins of the open book, without a shock.
    pub fn overhangs(&self, supplies: &[Supply]) -> Overhangs {
        overhangs(supplies, &self.book, &self.base, self.market.as_of)
    }
}
