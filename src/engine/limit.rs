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
        self.limits_in(columns, &self.base, limits, rates)
    }

    /// What is used of each limit by the book as it is valued here, the worst first; what venues state of accounts stays as it is.
    pub fn limits_under(&self, valued: &Valued, limits: &[Limit], rates: &BTreeMap<String, DefaultRate>) -> Vec<Reading> {
        self.limits_in(&mut Columns::default(), valued, limits, rates)
    }

    /// `columns` are of this valuation, or empty.
    fn limits_in(&self, columns: &mut Columns, valued: &Valued, limits: &[Limit], rates: &BTreeMap<String, DefaultRate>) -> Vec<Reading> {
        let sources = Sources { base: valued, ..self.sources(None) };
        let leverage = leverage::leverage(&self.book, &self.inputs.accounts, self.plan.lines(), valued);
        let counterparties = counterparty::counterparties(columns, &sources, rates);
        let locked = concentration::locked(columns, &sources);
        limit::evaluate(limits, columns, &Facts { sources, leverage: &leverage, counterparties: &counterparties, locked: &locked })
    }
}
