//! Structures that positions add up to: spreads, straddles, condors, collars, carries.
//!
//! Input: positions. Output: [`Strategy`]s and what stands alone. Per venue, account and underlying, options of one settlement among
//! themselves. Greedy and the same every time: structures of more legs before those of fewer, legs of equal size before the common
//! part of unequal ones, near strikes before far ones. Invariant: of each position the parts in strategies and the part that stands
//! alone have its sign and sum to its quantity.
//!
//! What offsets itself wholly is taken for a carry before what is left of it covers an option: a coin that is sold forward covers
//! no call.

mod board;
mod option;
mod underlying;

use crate::book::Position;
use crate::book::strategy::board::Board;
use crate::book::strategy::underlying::Holdings;
use crate::instrument::Settlement;
use crate::order;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A remainder below this part of its position is what subtracting left of rounding.
const LEFT: f64 = 1e-12;

/// What a structure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrategyKind {
    /// Two synthetic forwards of opposite sign: a loan.
    Box,
    /// A straddle inside a strangle of the opposite sign.
    IronButterfly,
    /// A strangle inside a wider one of the opposite sign.
    IronCondor,
    /// Wings and a body of twice their size, of one kind.
    Butterfly,
    /// Two verticals of one kind and one width.
    Condor,
    /// A holding, a put below it and a call sold against it.
    Collar,
    /// A holding, perpetual or future against another of them.
    Carry,
    /// Two strikes of one kind, in small unequal numbers.
    Ratio,
    /// Two strikes of one kind.
    Vertical,
    /// Call and put of one strike.
    Straddle,
    /// Call and put around the money.
    Strangle,
    /// One strike, two expiries.
    Calendar,
    /// A call against a put.
    RiskReversal,
    /// Two strikes, two expiries.
    Diagonal,
    /// A holding and a call sold against it.
    CoveredCall,
    /// A holding and a put on it.
    ProtectivePut,
}

/// A part of a position.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Place of the position in the book.
    pub index: u32,
    /// How much of it, in its own unit, of its sign.
    pub quantity: f64,
}

/// A structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    /// What it is.
    pub kind: StrategyKind,
    /// Its usual name, such as `bull call spread`.
    pub name: String,
    /// What it stands to win and lose, one clause.
    pub description: String,
    /// Venue of all its legs.
    pub venue: String,
    /// Account of all its legs.
    pub account: String,
    /// Underlying of all its legs.
    pub underlying: String,
    /// How many times its smallest leg, units of the underlying; dollars of a carry between inverse contracts.
    pub size: f64,
    /// Expiries, ascending.
    pub expiries: Vec<Timestamp>,
    /// Strikes, ascending, US dollars.
    pub strikes: Vec<f64>,
    /// Its parts.
    pub legs: Vec<Leg>,
}

/// A book read as structures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recognized {
    /// The structures, by their first position.
    pub strategies: Vec<Strategy>,
    /// What stands alone, in book order.
    pub outright: Vec<Leg>,
}

/// A structure before it knows whose it is.
#[derive(Debug)]
struct Found {
    kind: StrategyKind,
    name: String,
    description: &'static str,
    size: f64,
    expiries: Vec<Timestamp>,
    strikes: Vec<f64>,
    legs: Vec<Leg>,
}

/// Positions of one account in one underlying.
#[derive(Default)]
struct Group {
    options: BTreeMap<Settlement, Board>,
    holdings: Holdings,
}

/// Reads positions as structures; what had expired by `as_of` stands alone.
pub fn recognize(positions: &[Position], as_of: Timestamp) -> Recognized {
    let mut groups: BTreeMap<(&str, &str, &str), Group> = BTreeMap::new();
    for (index, position) in (0..).zip(positions) {
        let is_live = position.instrument.expiry().is_none_or(|expiry| expiry > as_of);
        if !is_live || position.quantity.get() == 0.0 {
            continue;
        }
        let group = groups.entry((&position.venue, &position.account, position.instrument.underlying())).or_default();
        match position.instrument.option_terms() {
            Some(option) => group.options.entry(option.settlement).or_default().add(index, &option, position.quantity.get()),
            None => group.holdings.add(index, position),
        }
    }
    let mut strategies = Vec::new();
    for ((venue, account, underlying), mut group) in groups {
        let mut found = Vec::new();
        for board in group.options.values_mut() {
            option::many_legs(board, &mut found);
        }
        underlying::carries(&mut group.holdings, &mut found);
        for board in group.options.values_mut() {
            underlying::collars(&mut group.holdings, board, &mut found);
            option::two_legs(board, &mut found);
            underlying::covers(&mut group.holdings, board, &mut found);
        }
        strategies.extend(found.into_iter().map(|found| Strategy {
            kind: found.kind,
            name: found.name,
            description: found.description.to_owned(),
            venue: venue.to_owned(),
            account: account.to_owned(),
            underlying: underlying.to_owned(),
            size: found.size,
            expiries: found.expiries,
            strikes: found.strikes,
            legs: found.legs,
        }));
    }
    order::sort_by_key(&mut strategies, |strategy| strategy.legs.iter().map(|leg| leg.index).min());
    let outright = outright(positions, &strategies);
    Recognized { strategies, outright }
}

fn outright(positions: &[Position], strategies: &[Strategy]) -> Vec<Leg> {
    let mut left: Vec<f64> = positions.iter().map(|position| position.quantity.get()).collect();
    for leg in strategies.iter().flat_map(|strategy| &strategy.legs) {
        if let Some(left) = left.get_mut(leg.index as usize) {
            *left -= leg.quantity;
        }
    }
    let is_left = |whole: f64, left: f64| left.abs() > LEFT * whole.abs() && left * whole > 0.0;
    let all = (0..).zip(positions.iter().zip(left));
    let lone = all.filter(|(_, (position, left))| is_left(position.quantity.get(), *left) || position.quantity.get() == 0.0);
    lone.map(|(index, (_, quantity))| Leg { index, quantity }).collect()
}
