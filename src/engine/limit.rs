//! The loaded book against the user's limits.

use crate::engine::Engine;
use crate::exposure::concentration;
use crate::exposure::counterparty::DefaultRate;
use crate::exposure::limit::{self, Facts, Limit, Reading};
use crate::exposure::pivot::columns::Columns;
use std::collections::BTreeMap;

impl Engine {
    /// What is used of each limit, the worst first; `rates` are the user's own rates of default, by counterparty.
    pub fn limits(&self, columns: &mut Columns, limits: &[Limit], rates: &BTreeMap<String, DefaultRate>) -> Vec<Reading> {
        let sources = self.sources(None);
        let (leverage, counterparties) = (self.sizes(), self.counterparties(columns, rates));
        let locked = concentration::locked(columns, &sources);
        limit::evaluate(limits, columns, &Facts { sources, leverage: &leverage, counterparties: &counterparties, locked: &locked })
    }
}
