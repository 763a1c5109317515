//! The volatility surfaces of the loaded market.

use crate::engine::Engine;
use crate::market::surface::Surface;

impl Engine {
    /// Every chain that the files quote, fitted afresh; the book is not valued by it.
    pub fn surface(&self) -> Surface {
        Surface::fit(&self.market, &self.inputs.facts, &self.book.american_underlyings())
    }
}
