//! The loaded book against the user's limits, as the market stands and after something has happened to it.

use crate::engine::Engine;
use crate::exposure::counterparty::{self, DefaultRate};
use crate::exposure::limit::{self, Facts, Limit, Reading};
use crate::exposure::pivot::columns::{Columns, Sources};
use crate::exposure::{concentration, leverage};
use crate::price::Valued;
use std::collections::BTreeMap;

impl Engine {
    /// What is used of each limit, the worst first; `rates` are the user's own rates of default, by counterparty.
    pub fn limits(&self, columns: &mut Columns, limits: &[Limit], rates: &BTreeMap<String, DefaultRate>) -> Vec<Reading> {
        let sources = self.sources(None);
        let (leverage, counterparties) = (self.sizes(), self.counterparties(columns, rates));
        let locked = concentration::locked(columns, &sources);
        limit::evaluate(limits, columns, &Facts { sources, leverage: &leverage, counterparties: &counterparties, locked: &locked })
    }

    /// What is used of each limit by the book as it is valued here, the worst first; what venues state of accounts stays as it is.
    pub fn limits_under(&self, valued: &Valued, limits: &[Limit], rates: &BTreeMap<String, DefaultRate>) -> Vec<Reading> {
        let sources = Sources { book: &self.book, market: &self.market, base: valued, shocked: None };
        let mut columns = Columns::default();
        let leverage = leverage::leverage(&self.book, &self.inputs.accounts, self.plan.lines(), valued);
        let counterparties = counterparty::counterparties(&mut columns, &sources, rates);
        let locked = concentration::locked(&mut columns, &sources);
        let facts = Facts { sources, leverage: &leverage, counterparties: &counterparties, locked: &locked };
        limit::evaluate(limits, &mut columns, &facts)
    }
}
