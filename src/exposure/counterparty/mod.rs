//! Who owes the book what: exposure at default by counterparty and the loss to be expected from it.
//!
//! Input: columns of the pivot, so that every sum is exact in whatever order, and the user's own rates of default. Output:
//! [`Counterparties`]. Invariant: `balance + unrealized + options + locked − owed` is the net to the bit, and nets add up to the value of the
//! book; a counterparty without a rate has no expected loss, never one of 0.

mod failure;
mod method;
mod rate;

use crate::exposure::pivot::Key;
use crate::exposure::pivot::columns::{Columns, Sources, Under};
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::{measure, property};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::exposure::counterparty::failure::{
    Failure, FailureDef, Greek, MATERIAL_SHARE, Naked, Remaining, UnderlyingFailure, by_id, failures, kinds,
};
pub use crate::exposure::counterparty::method::METHODS;
pub use crate::exposure::counterparty::rate::{ASSUMED_ON, CounterpartyKind, DefaultRate};

/// What one counterparty holds of the book, US dollars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CounterpartyRow {
    /// Its name; `None` for positions whose file names none, which are nobody's to fail with.
    pub name: Option<String>,
    /// What it is, where that is known.
    pub kind: Option<CounterpartyKind>,
    /// Positions with it.
    pub positions: u32,
    /// Those that have no value and are in no sum.
    pub left_out: u32,
    /// Coins, shares and money that it keeps.
    pub balance: f64,
    /// Gains less losses of futures and perpetuals since they were opened.
    pub unrealized: f64,
    /// Value of options, sold ones negative.
    pub options: f64,
    /// What is staked, lent, pledged or in a pool.
    pub locked: f64,
    /// What is owed to it, as a positive number.
    pub owed: f64,
    /// All of it, netted.
    pub net: f64,
    /// `max(0, net)`: what is lost if it fails and nothing is recovered.
    pub exposure: f64,
    /// Its part of all exposure, 0 to 1; `None` where there is none at all.
    pub share: Option<f64>,
    /// The rate that counts.
    pub rate: Option<DefaultRate>,
    /// Whether that rate is the default one of its kind and not the user's own.
    pub is_assumed: bool,
    /// `exposure · probability · loss` of one year; `None` without a rate.
    pub expected_loss: Option<f64>,
}

/// All counterparties.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counterparties {
    /// The largest exposure first; positions without a counterparty last.
    pub rows: Vec<CounterpartyRow>,
    /// Sum of exposures, US dollars.
    pub exposure: f64,
    /// Sum of expected losses where there is a rate, US dollars.
    pub expected_loss: f64,
    /// Exposure that no rate is known for, US dollars.
    pub unrated: f64,
    /// What was assumed, and what could not be.
    pub issues: Vec<Issue>,
}

/// Sums by counterparty. `rates` are the user's own, by name, and go before the defaults.
pub fn counterparties(columns: &mut Columns, sources: &Sources<'_>, rates: &BTreeMap<String, DefaultRate>) -> Counterparties {
    let dimension = Dimension::Known(&property::COUNTERPARTY);
    columns.build(sources, &dimension);
    columns.build_measure(sources, &measure::VALUE, Under::Now);
    let (Some(column), Some(values)) = (columns.dimension(&dimension), columns.measure(&measure::VALUE, Under::Now)) else {
        return Counterparties::default();
    };
    let mut rows: Vec<CounterpartyRow> = column.keys.iter().map(CounterpartyRow::new).collect();
    let positions = sources.book.positions.iter().zip(values).zip(columns.expired());
    for (((position, value), is_expired), code) in positions.zip(&column.codes) {
        let Some(row) = rows.get_mut(*code as usize) else { continue };
        row.positions += 1;
        if value.is_nan() {
            row.left_out += u32::from(!is_expired);
        } else {
            row.add(&position.instrument, *value);
        }
    }
    let mut all = Counterparties::default();
    for row in &mut rows {
        row.net = row.balance + row.unrealized + row.options + row.locked - row.owed;
        if let Some(name) = &row.name {
            row.exposure = row.net.max(0.0);
            row.rate = rates.get(name).copied().or_else(|| row.kind.map(CounterpartyKind::assumed_rate));
            row.is_assumed = row.rate.is_some() && !rates.contains_key(name);
            row.expected_loss = row.rate.map(|rate| row.exposure * rate.probability * rate.loss);
            all.note(row);
        }
        all.exposure += row.exposure;
        all.expected_loss += row.expected_loss.unwrap_or(0.0);
        all.unrated += if row.rate.is_none() { row.exposure } else { 0.0 };
    }
    for row in &mut rows {
        row.share = (all.exposure > 0.0 && row.name.is_some()).then(|| row.exposure / all.exposure);
    }
    // Rows stand in the order of their keys, which is kept among equals.
    crate::order::sort_by(&mut rows, |one, other| {
        one.name.is_none().cmp(&other.name.is_none()).then(other.exposure.total_cmp(&one.exposure))
    });
    Counterparties { rows, ..all }
}

impl Counterparties {
    fn note(&mut self, row: &CounterpartyRow) {
        let Some(name) = &row.name else { return };
        let subject = format!("{name} default");
        if row.exposure > 0.0 && row.rate.is_none() {
            let message = "it is not known what this counterparty is, so no probability of default is assumed: state one";
            self.issues.push(Issue::noted(IssueKind::MissingData, message).about(&subject));
        }
        if row.exposure > 0.0 && row.is_assumed {
            let kind = row.kind.map_or("", CounterpartyKind::label);
            let message =
                format!("probability of default and loss are those chosen by Plimsoll on {ASSUMED_ON} for every {kind}: state your own");
            self.issues.push(Issue::noted(IssueKind::MissingData, message).about(&subject));
        }
    }
}

impl CounterpartyRow {
    fn new(key: &Key) -> CounterpartyRow {
        let name = match key {
            Key::Name(name) => Some(name.to_string()),
            _ => None,
        };
        CounterpartyRow {
            kind: name.as_deref().and_then(CounterpartyKind::of),
            name,
            positions: 0,
            left_out: 0,
            balance: 0.0,
            unrealized: 0.0,
            options: 0.0,
            locked: 0.0,
            owed: 0.0,
            net: 0.0,
            exposure: 0.0,
            share: None,
            rate: None,
            is_assumed: false,
            expected_loss: None,
        }
    }

    fn add(&mut self, instrument: &Instrument, value: f64) {
        match instrument {
            Instrument::Future(_) | Instrument::Perpetual(_) => self.unrealized += value,
            Instrument::Option(_) | Instrument::AmericanOption(_) => self.options += value,
            _ if value < 0.0 => self.owed -= value,
            Instrument::Stake(_) | Instrument::Loan(_) | Instrument::Pool(_) => self.locked += value,
            Instrument::Cash(_) | Instrument::Spot(_) | Instrument::Share(_) | Instrument::Other(_) => self.balance += value,
        }
    }
}
