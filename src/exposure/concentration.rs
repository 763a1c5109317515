//! How much of the book stands on how little: by every dimension, and what of its equity is staked, locked or borrowed.
//!
//! Input: columns of the pivot. Output: [`Concentration`]s and [`Locked`]. With weights `w` the parts of a size: `HHI = Σw²`, effective
//! number `1/HHI` (Hirschman 1945; Herfindahl 1950). Invariant: shares of the keys and of the rest add up to 1; what lacks the
//! property is told apart and is no key.

use crate::exposure::counterparty::{Failure, Greek};
use crate::exposure::pivot::columns::{Columns, Sources, Under};
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::measure::{self, MeasureDef};
use crate::exposure::pivot::{Key, Query};
use crate::instrument::{Instrument, Unlock};
use crate::method::Method;
use crate::order;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How each is computed.
pub const METHODS: &[&Method] = &[&HHI, &LOCKED];

const HHI: Method = Method {
    id: "hhi",
    label: "Concentration",
    doc: "On how few keys of a dimension the book stands: the index, how many equal ones would be as concentrated, and the largest by name.",
    formula: "w = |size| / Σ|size|;  HHI = Σ w²;  effective number = 1/HHI",
    unit: "a number, from one over the number of keys to 1",
    convention: "By gross notional unless another measure is chosen; of a signed measure a key counts by the size of its net.",
    source: "Hirschman 1945; Herfindahl 1950",
    limits: "Keys that move together count as several. Positions that lack the property are told apart and in no share.",
};

const LOCKED: Method = Method {
    id: "locked",
    label: "Staked, locked and borrowed",
    doc: "What of the equity is not at hand, and when it will be.",
    formula: "locked = Σ V of stakes that are not free + Σ V of what is pledged where something is owed\n\
              borrowed = −Σ V of what is owed;  shares over equity",
    unit: "US dollars; parts of equity",
    convention: "A notice counts from the book's time, as if it were given now. Collateral of an account that owes is locked as a whole.",
    source: "by definition; unlocks as the file states them",
    limits: "Queues and fees of a protocol, and terms of an exchange's earn products that no file states, are not known.",
};

/// Keys that are listed by name.
pub const TOP: usize = 5;

/// One key and how much of the whole it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Which.
    pub key: Key,
    /// Its size, in the measure's unit; of a signed measure its net, with its sign.
    pub size: f64,
    /// |size| over the sum of all keys' sizes, 0 to 1.
    pub share: f64,
}

/// How concentrated a book is by one dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Concentration {
    /// By what.
    pub dimension: Dimension,
    /// `Σw²`, from one over the number of keys to 1; `None` where nothing has a size.
    pub index: Option<f64>,
    /// `1/Σw²`: how many keys of equal size would be as concentrated.
    pub effective: Option<f64>,
    /// How many keys have a size.
    pub keys: u32,
    /// The largest, [`TOP`] at most.
    pub top: Vec<Share>,
    /// Share of the other keys together.
    pub rest: f64,
    /// Size of the positions that lack the property, in the measure's unit; they are in no share.
    pub missing: f64,
    /// Positions without a number, which are in nothing of this.
    pub left_out: u32,
}

/// Index and effective number of sizes of any sign; `None` where all are nothing.
pub fn index(sizes: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let all: f64 = sizes.clone().map(f64::abs).sum();
    (all > 0.0).then(|| sizes.map(|size| (size / all) * (size / all)).sum())
}

/// By one dimension. Of a signed measure a key's size is its net.
pub fn concentration(columns: &mut Columns, sources: &Sources<'_>, dimension: &Dimension, measure: &'static MeasureDef) -> Concentration {
    let pivot = columns.pivot(sources, &Query { rows: dimension, columns: None, measure, under: Under::Now, within: &[] });
    let mut sized: Vec<Share> = Vec::new();
    let mut missing = 0.0;
    for (key, sum) in pivot.rows.iter().zip(&pivot.row_totals) {
        match key {
            Key::Missing => missing += sum.sum,
            _ if sum.sum != 0.0 => sized.push(Share { key: key.clone(), size: sum.sum, share: 0.0 }),
            _ => {}
        }
    }
    let index = index(sized.iter().map(|share| share.size));
    let all: f64 = sized.iter().map(|share| share.size.abs()).sum();
    for share in &mut sized {
        share.share = share.size.abs() / all;
    }
    order::sort_by(&mut sized, |one, other| other.share.total_cmp(&one.share));
    let keys = u32::try_from(sized.len()).unwrap_or(u32::MAX);
    let rest = sized.iter().skip(TOP).map(|share| share.share).sum();
    sized.truncate(TOP);
    Concentration {
        dimension: dimension.clone(),
        index,
        effective: index.map(|index| 1.0 / index),
        keys,
        top: sized,
        rest,
        missing,
        left_out: pivot.total.left_out,
    }
}

/// By every dimension that the book has, in the order of the menus.
pub fn concentrations(columns: &mut Columns, sources: &Sources<'_>, measure: &'static MeasureDef) -> Vec<Concentration> {
    Dimension::of(sources.book).iter().map(|dimension| concentration(columns, sources, dimension, measure)).collect()
}

/// A stake that cannot be sold at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unbonding {
    /// Place in the book, from 0.
    pub index: u32,
    /// Name of the position.
    pub name: String,
    /// The venue.
    pub venue: String,
    /// The account.
    pub account: String,
    /// When it can be sold; of a notice, if it is given at the book's time.
    pub at: Timestamp,
    /// Whether that is a notice still to be given.
    pub is_notice: bool,
    /// What it is worth now, US dollars; `None` where it has no value.
    pub value: Option<f64>,
    /// Value of this and of everything earlier, US dollars.
    pub cumulated: f64,
}

/// What of the equity is not at hand, US dollars.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Locked {
    /// Value of everything.
    pub equity: f64,
    /// What is staked, whenever it can be sold.
    pub staked: f64,
    /// What cannot be sold at once: stakes that are not free, and what is pledged in an account that owes.
    pub locked: f64,
    /// What is lent or in a pool, pledged or not.
    pub lent: f64,
    /// What is owed, as a positive number.
    pub borrowed: f64,
    /// Stakes that are not free, the first to be so first.
    pub calendar: Vec<Unbonding>,
    /// Positions without a value, which are in no sum.
    pub left_out: u32,
}

impl Locked {
    /// A part of the equity; `None` where there is none.
    pub fn share(&self, part: f64) -> Option<f64> {
        (self.equity > 0.0).then(|| part / self.equity)
    }
}

/// What is staked, locked, lent and borrowed.
pub fn locked(columns: &mut Columns, sources: &Sources<'_>) -> Locked {
    columns.build_measure(sources, &measure::VALUE, Under::Now);
    let values = columns.measure(&measure::VALUE, Under::Now).unwrap_or_default();
    let as_of = sources.market.as_of;
    let held = || sources.book.positions.iter().zip(values);
    let owing: BTreeSet<(&str, &str)> = held()
        .filter(|(position, value)| matches!(position.instrument, Instrument::Loan(_)) && **value < 0.0)
        .map(|(position, _)| (position.venue.as_str(), position.account.as_str()))
        .collect();
    let mut all = Locked::default();
    for ((index, (position, value)), is_expired) in (0..).zip(held()).zip(columns.expired()) {
        let value = Some(*value).filter(|value| !value.is_nan());
        all.left_out += u32::from(value.is_none() && !is_expired);
        let worth = value.unwrap_or(0.0);
        all.equity += worth;
        let is_debt = worth < 0.0 && !matches!(position.instrument, Instrument::Option(_) | Instrument::AmericanOption(_));
        if is_debt && !position.instrument.has_gain() {
            all.borrowed -= worth;
            continue;
        }
        match &position.instrument {
            Instrument::Stake(stake) => {
                all.staked += worth;
                let (at, is_notice) = match stake.unlock {
                    Unlock::Free => continue,
                    Unlock::Notice(days) => (as_of.plus_days(days), true),
                    Unlock::At(at) => (at, false),
                };
                if at > as_of {
                    all.locked += worth;
                    let (name, venue, account) = (position.name.clone(), position.venue.clone(), position.account.clone());
                    all.calendar.push(Unbonding { index, name, venue, account, at, is_notice, value, cumulated: 0.0 });
                }
            }
            Instrument::Loan(loan) => {
                all.lent += worth;
                if loan.threshold.is_some() && owing.contains(&(position.venue.as_str(), position.account.as_str())) {
                    all.locked += worth;
                }
            }
            Instrument::Pool(_) => all.lent += worth,
            _ => {}
        }
    }
    order::sort_by(&mut all.calendar, |one, other| one.at.cmp(&other.at));
    let mut cumulated = 0.0;
    for row in &mut all.calendar {
        cumulated += row.value.unwrap_or(0.0);
        row.cumulated = cumulated;
    }
    all
}

/// One name that the hedges of several underlyings stand on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// [`crate::exposure::counterparty::FailureDef::id`].
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The underlyings that would be naked without it, in alphabetical order.
    pub underlyings: Vec<String>,
}

/// Venues, chains, protocols and stablecoins that hold the hedges of more than one underlying.
pub fn behind_several(failures: &[Failure]) -> Vec<Shared> {
    let shared = failures.iter().map(|failure| {
        let naked = failure.naked.iter().filter(|naked| naked.greek == Greek::Delta).filter_map(|naked| naked.underlying.clone());
        Shared { kind: failure.kind.clone(), name: failure.name.clone(), underlyings: naked.collect() }
    });
    shared.filter(|shared| shared.underlyings.len() > 1).collect()
}
