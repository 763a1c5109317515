//! What a failure takes away, and what its hedges leave behind.
//!
//! One thing fails at a time: a venue, a counterparty, a chain, a protocol, a stablecoin. Everything held there goes: what it was worth, if
//! that is above nothing, is the equity lost before any recovery, and its delta, gamma and vega are gone from the book. A stablecoin takes
//! its balances with it, lent and borrowed ones netted, the pools that hold it (they end with nothing else in them), and the contracts that
//! are settled in it: their gains would be paid in nothing, so that they hedge nothing. Invariant: before less taken is after, exactly,
//! since the columns are rounded so that every sum of them is; taking away and adding back restores every bit.

use crate::exposure::pivot::columns::{Columns, Sources, Under};
use crate::exposure::pivot::dimension::{Dimension, Subject};
use crate::exposure::pivot::measure::{self, MeasureDef};
use crate::exposure::pivot::{Key, property};
use crate::instrument::Instrument;
use crate::order;
use crate::units::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::{AddAssign, Sub};

/// Part of the book's gross, netted by who could fail and by underlying, by which a net must grow for a failure to be told of.
pub const MATERIAL_SHARE: f64 = 0.1;

/// Something that may fail.
pub struct FailureDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// For a reader.
    pub label: &'static str,
    /// The names that a position goes down with; none, one, or both coins of a pool.
    names: fn(&Subject<'_>) -> Vec<String>,
}

const VENUE: FailureDef = FailureDef { id: "venue", label: "Venue", names: |subject| key(&property::VENUE, subject) };
const COUNTERPARTY: FailureDef =
    FailureDef { id: "counterparty", label: "Counterparty", names: |subject| key(&property::COUNTERPARTY, subject) };
const CHAIN: FailureDef = FailureDef { id: "chain", label: "Chain", names: |subject| key(&property::CHAIN, subject) };
const PROTOCOL: FailureDef = FailureDef { id: "protocol", label: "Protocol", names: |subject| key(&property::PROTOCOL, subject) };
const STABLECOIN: FailureDef =
    FailureDef { id: "stablecoin", label: "Stablecoin", names: |subject| stablecoins(&subject.position.instrument) };

/// Everything that may fail. Counterparties are left to the venues where no label says otherwise.
pub fn kinds(sources: &Sources<'_>) -> Vec<&'static FailureDef> {
    let is_labelled = sources.book.positions.iter().any(|position| position.tags.contains_key(COUNTERPARTY.id));
    let all: [&'static FailureDef; 5] = [&VENUE, &COUNTERPARTY, &CHAIN, &PROTOCOL, &STABLECOIN];
    all.into_iter().filter(|def| def.id != COUNTERPARTY.id || is_labelled).collect()
}

/// What may fail by its id.
pub fn by_id(id: &str) -> Option<&'static FailureDef> {
    let all: [&'static FailureDef; 5] = [&VENUE, &COUNTERPARTY, &CHAIN, &PROTOCOL, &STABLECOIN];
    all.into_iter().find(|def| def.id == id)
}

fn key(def: &'static crate::exposure::pivot::dimension::DimensionDef, subject: &Subject<'_>) -> Vec<String> {
    match Dimension::Known(def).key(subject) {
        Key::Name(name) => vec![name.to_string()],
        _ => Vec::new(),
    }
}

fn stablecoins(instrument: &Instrument) -> Vec<String> {
    let currencies = match instrument {
        Instrument::Pool(pool) => vec![pool.base.clone(), pool.quote.clone()],
        _ => vec![instrument.settlement_currency()],
    };
    let is_stablecoin = |currency: &Currency| currency.is_dollar_like() && *currency != Currency::usd();
    currencies.into_iter().filter(is_stablecoin).map(|currency| currency.code().to_owned()).collect()
}

/// What is summed of what remains, US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Remaining {
    /// Value.
    pub value: f64,
    /// Delta times spot.
    pub cash_delta: f64,
    /// Change of it for a 1 % move of spot.
    pub gamma_1pct: f64,
    /// Value change for one vol point.
    pub vega_1pt: f64,
}

impl AddAssign for Remaining {
    fn add_assign(&mut self, other: Remaining) {
        self.value += other.value;
        self.cash_delta += other.cash_delta;
        self.gamma_1pct += other.gamma_1pct;
        self.vega_1pt += other.vega_1pt;
    }
}

impl Sub for Remaining {
    type Output = Remaining;
    fn sub(self, other: Remaining) -> Remaining {
        Remaining {
            value: self.value - other.value,
            cash_delta: self.cash_delta - other.cash_delta,
            gamma_1pct: self.gamma_1pct - other.gamma_1pct,
            vega_1pt: self.vega_1pt - other.vega_1pt,
        }
    }
}

/// Of what a book may be left naked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Greek {
    /// Delta times spot.
    Delta,
    /// Gamma for 1 %.
    Gamma,
    /// Vega for one point.
    Vega,
}

impl Greek {
    /// All of them, in the order told.
    pub const ALL: [Greek; 3] = [Greek::Delta, Greek::Gamma, Greek::Vega];

    /// Its number.
    pub fn of(self, remaining: &Remaining) -> f64 {
        match self {
            Greek::Delta => remaining.cash_delta,
            Greek::Gamma => remaining.gamma_1pct,
            Greek::Vega => remaining.vega_1pt,
        }
    }
}

/// A net that a failure makes larger, by more than [`MATERIAL_SHARE`] of the gross: a hidden concentration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Naked {
    /// Of what.
    pub greek: Greek,
    /// In which underlying; `None` of the whole book.
    pub underlying: Option<String>,
    /// Net before, US dollars.
    pub before: f64,
    /// Net after, US dollars.
    pub after: f64,
}

/// One underlying before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnderlyingFailure {
    /// Its code.
    pub underlying: String,
    /// With everything.
    pub before: Remaining,
    /// Without what failed.
    pub after: Remaining,
}

/// What one failure does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// [`FailureDef::id`].
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Positions that go with it.
    pub positions: u32,
    /// Those of them that have no value and count in no sum.
    pub left_out: u32,
    /// Equity lost if nothing is recovered: what the positions were worth, if that is above nothing; US dollars.
    pub equity_lost: f64,
    /// What of its worth was balances and not contracts, before anything is cut at nothing; of a stablecoin what was held in it, US dollars.
    pub balances: f64,
    /// The whole book with everything.
    pub before: Remaining,
    /// The whole book without what failed.
    pub after: Remaining,
    /// The underlyings in which something goes, in alphabetical order.
    pub by_underlying: Vec<UnderlyingFailure>,
    /// Nets that grow: of the whole book first, then by underlying.
    pub naked: Vec<Naked>,
}

impl Failure {
    /// Whether what fails held hedges of what remains.
    pub fn is_hidden_concentration(&self) -> bool {
        !self.naked.is_empty()
    }
}

/// What is gathered of one name.
#[derive(Default)]
struct Taken {
    positions: u32,
    left_out: u32,
    balances: f64,
    by_underlying: BTreeMap<u32, Remaining>,
}

/// Every failure of a kind, by name.
pub fn failures(columns: &mut Columns, sources: &Sources<'_>, def: &FailureDef) -> Vec<Failure> {
    let underlying = Dimension::Known(&property::UNDERLYING);
    columns.build(sources, &underlying);
    let measures: [&'static MeasureDef; 4] = [&measure::VALUE, &measure::NET_DELTA, &measure::GAMMA, &measure::VEGA];
    measures.into_iter().for_each(|measure| columns.build_measure(sources, measure, Under::Now));
    let Some(underlyings) = columns.dimension(&underlying) else { return Vec::new() };
    let columns_of = measures.map(|measure| columns.measure(measure, Under::Now).unwrap_or_default());
    let part = |index: usize| -> Option<Remaining> {
        let [value, cash_delta, gamma_1pct, vega_1pt] = columns_of.map(|column| column.get(index).copied().filter(|value| !value.is_nan()));
        Some(Remaining { value: value?, cash_delta: cash_delta?, gamma_1pct: gamma_1pct?, vega_1pt: vega_1pt? })
    };
    let mut taken: BTreeMap<String, Taken> = BTreeMap::new();
    let mut whole: BTreeMap<u32, Remaining> = BTreeMap::new();
    // What goes down with nothing is a holder of its own in the gross.
    let mut apart: BTreeMap<u32, Remaining> = BTreeMap::new();
    for (index, code) in underlyings.codes.iter().enumerate() {
        let (Some(subject), part) = (sources.subject(index), part(index)) else { continue };
        if let Some(part) = part {
            *whole.entry(*code).or_default() += part;
        }
        let names = (def.names)(&subject);
        if let Some(part) = part.filter(|_| names.is_empty()) {
            *apart.entry(*code).or_default() += part;
        }
        for name in names {
            let taken = taken.entry(name).or_default();
            taken.positions += 1;
            match part {
                Some(part) => {
                    *taken.by_underlying.entry(*code).or_default() += part;
                    taken.balances += if subject.position.instrument.is_derivative() { 0.0 } else { part.value };
                }
                None => taken.left_out += u32::from(!columns.expired().get(index).copied().unwrap_or(false)),
            }
        }
    }
    let holders = taken.values().map(|taken| &taken.by_underlying).chain([&apart]);
    let nets: Vec<&Remaining> = holders.flat_map(BTreeMap::values).collect();
    let gross = Greek::ALL.map(|greek| nets.iter().map(|net| greek.of(net).abs()).sum::<f64>());
    let name_of = |code: &u32| match underlyings.keys.get(*code as usize) {
        Some(Key::Name(name)) => name.to_string(),
        _ => String::new(),
    };
    taken.into_iter().map(|(name, taken)| failure(def, name, taken, &whole, &gross, &name_of)).collect()
}

fn failure(
    def: &FailureDef,
    name: String,
    taken: Taken,
    whole: &BTreeMap<u32, Remaining>,
    gross: &[f64; 3],
    name_of: &dyn Fn(&u32) -> String,
) -> Failure {
    let sum = |of: &BTreeMap<u32, Remaining>| {
        let mut sum = Remaining::default();
        of.values().for_each(|each| sum += *each);
        sum
    };
    let (before, gone) = (sum(whole), sum(&taken.by_underlying));
    let after = before - gone;
    let mut by_underlying: Vec<UnderlyingFailure> = taken
        .by_underlying
        .iter()
        .map(|(code, gone)| {
            let before = whole.get(code).copied().unwrap_or_default();
            UnderlyingFailure { underlying: name_of(code), before, after: before - *gone }
        })
        .collect();
    order::sort_by(&mut by_underlying, |one, other| one.underlying.cmp(&other.underlying));
    let mut naked = Vec::new();
    let one = |row: &UnderlyingFailure| (Some(row.underlying.clone()), row.before, row.after);
    for (underlying, before, after) in std::iter::once((None, before, after)).chain(by_underlying.iter().map(one)) {
        for (greek, gross) in Greek::ALL.into_iter().zip(gross) {
            let (before, after) = (greek.of(&before), greek.of(&after));
            if after.abs() - before.abs() > MATERIAL_SHARE * gross {
                naked.push(Naked { greek, underlying: underlying.clone(), before, after });
            }
        }
    }
    Failure {
        kind: def.id.to_owned(),
        name,
        positions: taken.positions,
        left_out: taken.left_out,
        equity_lost: gone.value.max(0.0),
        balances: taken.balances,
        before,
        after,
        by_underlying,
        naked,
    }
}
