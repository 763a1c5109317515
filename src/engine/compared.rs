//! The loaded book against another.

use crate::engine::{AS_OF_TIME, Engine};
use crate::exposure::compare::{self, Compared, Comparison, Snapshot};
use crate::issue::{Issue, IssueKind};

impl Engine {
    /// What prices, trades and expiries made of an earlier book, in one measure, until it became this one.
    ///
    /// # Errors
    /// An `Invalid` issue when the other book is of a later time.
    pub fn since(&self, earlier: &Engine, measure: Compared) -> Result<Comparison, Issue> {
        let mut comparison = compare::compare(&earlier.snapshot(), &self.snapshot(), measure)?;
        for (engine, message) in [
            (earlier, "nothing in the earlier book says when its prices were taken: the time at which it was saved is used"),
            (self, "nothing in the open book says when its prices were taken: the time of loading is used"),
        ] {
            if engine.issues.iter().any(|issue| issue.subject.as_deref() == Some(AS_OF_TIME)) {
                comparison.issues.push(Issue::noted(IssueKind::MissingData, message).about(AS_OF_TIME));
            }
        }
        Ok(comparison)
    }

    /// The loaded book and what was made of it.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { book: &self.book, market: &self.market, plan: &self.plan, state: &self.state, valued: &self.base }
    }
}
