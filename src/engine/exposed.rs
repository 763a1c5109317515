//! The loaded book as its exposure is read from it.

use crate::engine::{Engine, Settings};
use crate::exposure::pivot::columns::Sources;
use crate::price::Valued;

impl Engine {
    /// The book valued under the shock; `None` without one.
    pub fn under(&self, settings: &Settings) -> Option<Valued> {
        (!settings.shock.is_none()).then(|| self.plan.value(&self.book, &settings.shock.apply(&self.plan, &self.state)))
    }

    /// What pivots are made from; `shocked` as [`Engine::under`] gives it.
    pub fn sources<'a>(&'a self, shocked: Option<&'a Valued>) -> Sources<'a> {
        Sources { book: &self.book, market: &self.market, base: &self.base, shocked }
    }
}
