//! Why the loaded book gains or loses in a storm, and where it hurts.

use crate::engine::{Engine, Settings};
use crate::exposure::pivot::Key;
use crate::exposure::pivot::dimension::{Dimension, Subject};
use crate::order;
use crate::price::{State, Valued};
use crate::stress::cube::{Cube, CubeSpec, PairGrid, PairSpec};
use crate::stress::explain::{Explain, Explained, explain, explain_after};
use crate::stress::scenario::Scenario;
use crate::stress::tornado::{Bar, TornadoSpec, tornado};
use crate::stress::trough::{Trough, troughs};
use crate::stress::{CurveKind, Numeraire, Shock};
use std::collections::BTreeMap;

/// The positions that share a key, told apart together.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedGroup {
    /// What they share.
    pub key: Key,
    /// How many.
    pub positions: usize,
    /// Their P&L.
    pub explained: Explained,
}

impl Engine {
    /// The P&L of a shock told apart.
    pub fn explain(&self, shock: &Shock) -> Explain {
        self.explain_state(&shock.apply(&self.plan, &self.state))
    }

    /// The P&L of a stressed state of this book told apart.
    pub fn explain_state(&self, stressed: &State) -> Explain {
        explain(&self.plan, &self.book, (&self.state, &self.base), stressed)
    }

    /// The P&L of a scenario told apart, before the part of it that counts.
    pub fn explain_scenario(&self, scenario: &Scenario) -> Explain {
        let outcome = scenario.run(&self.ground());
        let ended = Valued { positions: outcome.positions, total: outcome.total };
        explain_after(&self.plan, &self.book, (&self.state, &self.base), &outcome.state, Some(&ended))
    }

    /// The same by a dimension, in the order of its keys.
    pub fn explained_by(&self, explain: &Explain, dimension: &Dimension) -> Vec<ExplainedGroup> {
        let mut groups: BTreeMap<Key, Vec<&Explained>> = BTreeMap::new();
        let held = self.book.positions.iter().zip(&self.base.positions).zip(&explain.positions);
        for ((position, valued), explained) in held {
            let subject = Subject { position, valued: valued.as_ref(), as_of: self.state.as_of };
            if let Some(explained) = explained {
                groups.entry(dimension.key(&subject)).or_default().push(explained);
            }
        }
        let group = |(key, held): (Key, Vec<&Explained>)| ExplainedGroup {
            key,
            positions: held.len(),
            explained: Explained::sum(held.into_iter()),
        };
        groups.into_iter().map(group).collect()
    }

    /// Underlyings that have a price of their own, those with the most gross notional first.
    pub fn by_size(&self) -> Vec<String> {
        let mut gross: BTreeMap<&str, f64> = BTreeMap::new();
        for (position, valued) in self.book.positions.iter().zip(&self.base.positions) {
            let underlying = position.instrument.underlying();
            if let Some(valued) = valued.as_ref().filter(|_| self.ordinary.deviations.contains_key(underlying)) {
                *gross.entry(underlying).or_default() += valued.measures.gross_notional;
            }
        }
        let mut sorted: Vec<(&str, f64)> = gross.into_iter().collect();
        order::sort_by(&mut sorted, |one, other| other.1.total_cmp(&one.1));
        sorted.into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    /// Gross notional of each position, US dollars, in book order; 0 of what is left out or has expired.
    pub fn gross_by_position(&self) -> Vec<f64> {
        self.base.positions.iter().map(|valued| valued.as_ref().map_or(0.0, |valued| valued.measures.gross_notional)).collect()
    }

    /// One factor at a time, US dollars.
    pub fn tornado(&self, spec: &TornadoSpec) -> Vec<Bar> {
        let names: Vec<String> = self.by_size().into_iter().take(spec.most).collect();
        tornado(&self.plan, &self.state, spec, &self.ordinary.deviations, &names, &Numeraire::Usd)
    }

    /// The cube over spot, vol and days, US dollars.
    pub fn cube(&self, spec: &CubeSpec, shock: &Shock) -> Cube {
        spec.cube(&self.plan, &self.state, shock, &Numeraire::Usd)
    }

    /// The grid over the spots of two underlyings, US dollars.
    pub fn pair(&self, spec: &PairSpec, shock: &Shock) -> PairGrid {
        spec.grid(&self.plan, &self.state, shock, &Numeraire::Usd)
    }

    /// The curves of the profile: today, the shock's day and each expiry.
    pub fn curves(&self, settings: &Settings) -> Vec<CurveKind> {
        CurveKind::all(&self.plan, &settings.shock)
    }

    /// The trough of these curves of the profile, US dollars.
    pub fn troughs(&self, settings: &Settings, curves: &[CurveKind]) -> Vec<Trough> {
        troughs(&self.plan, &self.state, &settings.profile, &settings.shock, &Numeraire::Usd, curves)
    }
}
