//! The loaded book against another.

use crate::engine::Engine;
use crate::exposure::compare::{self, Comparison, Snapshot};
use crate::issue::Issue;

impl Engine {
    /// What prices, trades and expiries made of an earlier book until it became this one.
    ///
    /// # Errors
    /// An `Invalid` issue when the other book is of a later time.
    pub fn since(&self, earlier: &Engine) -> Result<Comparison, Issue> {
        compare::compare(&earlier.snapshot(), &self.snapshot())
    }

    fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { book: &self.book, market: &self.market, plan: &self.plan, state: &self.state, valued: &self.base }
    }
}
