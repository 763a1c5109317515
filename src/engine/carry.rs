//! What the book earns by waiting.

use crate::engine::Engine;
use crate::exposure::carry::{Carry, carry};

impl Engine {
    /// Basis, funding and carry books of the open book, without a shock.
    pub fn carry(&self) -> Carry {
        carry(&self.book, &self.market, &self.base)
    }
}
