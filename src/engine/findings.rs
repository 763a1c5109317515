//! The checks of the loaded book.

use crate::check::{self, Evidence, Finding, Limits};
use crate::engine::Engine;

impl Engine {
    /// Where the files contradict themselves, each other or the model; the gravest first.
    pub fn findings(&self, limits: Limits) -> Vec<Finding> {
        check::run(&Evidence {
            book: &self.book,
            facts: &self.inputs.facts,
            market: &self.market,
            plan: &self.plan,
            state: &self.state,
            valued: &self.base,
            limits,
        })
    }
}
