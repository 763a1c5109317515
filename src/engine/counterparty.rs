//! Who owes the loaded book what, and what each failure would leave of it.

use crate::engine::Engine;
use crate::exposure::counterparty::{self, Counterparties, DefaultRate, Failure};
use crate::exposure::pivot::columns::Columns;
use std::collections::BTreeMap;

impl Engine {
    /// Exposure at default by counterparty; `rates` are the user's own, by name.
    pub fn counterparties(&self, columns: &mut Columns, rates: &BTreeMap<String, DefaultRate>) -> Counterparties {
        counterparty::counterparties(columns, &self.sources(None), rates)
    }

    /// Every failure of every kind that the book could meet, kind by kind and by name.
    pub fn failures(&self, columns: &mut Columns) -> Vec<Failure> {
        let sources = self.sources(None);
        counterparty::kinds(&sources).into_iter().flat_map(|def| counterparty::failures(columns, &sources, def)).collect()
    }
}
