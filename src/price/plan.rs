//! The book laid out for repeated valuation: identical contracts netted, sorted by underlying and expiry, with the market in
//! columns beside them. The hot path of grids and profiles.

use crate::book::Book;
use crate::instrument::{Dividend, EuropeanOption, Instrument, Point, Settlement};
use crate::issue::Issue;
use crate::market::{BidAsk, Fact, FactValue, Market, Origin};
use crate::math::american::{Boundaries, Critical};
use crate::math::dividend::Escrow;
use crate::order;
use crate::price::column::{OptionBlock, Scratch};
use crate::price::layout::lay_out;
use crate::price::{DAY_YEARS, SHORT_LIVED_YEARS, Valued, ValuedPosition};
use crate::units::{Greeks, Measures, Price, Rate, Timestamp, Vol};
use std::collections::BTreeMap;

/// One underlying of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedUnderlying {
    /// Its code.
    pub name: String,
    /// A dollar balance: it has a value and no price risk here, so no shock moves it.
    pub is_currency: bool,
    pub(super) is_assumed: bool,
}

/// One expiry of one underlying, or its perpetual, or its spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expiry {
    /// No forward: spot and cash.
    None,
    /// The perpetual of this settlement.
    Perpetual(Settlement),
    /// A date.
    Dated(Timestamp),
}

/// A forward and the time to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) underlying: usize,
    pub(super) expiry: Expiry,
    pub(super) is_assumed: bool,
    /// What goes ex before the expiry, the last first.
    pub(super) dividends: Vec<Dividend>,
}

/// All positions in one contract, netted.
#[derive(Clone, Debug)]
pub(super) struct Contract {
    pub(super) instrument: Instrument,
    pub(super) underlying: usize,
    pub(super) group: usize,
    /// The other asset of a pool share.
    pub(super) other: Option<usize>,
    pub(super) is_assumed: bool,
    pub(super) quantity: f64,
    /// What opening cost: Σ q·E (linear) or Σ q/E (inverse); 0 where entry does not matter.
    pub(super) entry_cost: f64,
}

/// Where a position went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Into this contract.
    Contract(usize),
    /// It had expired before the book's time: worth nothing more, its settlement is in the balance.
    Expired,
    /// It cannot be valued; an issue says why.
    LeftOut,
}

/// The plan of one book.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) underlyings: Vec<PlannedUnderlying>,
    pub(super) groups: Vec<Group>,
    /// The dividends of all groups, by underlying and ex-date.
    pub(super) dividends: BTreeMap<(usize, Timestamp), Price>,
    pub(super) contracts: Vec<Contract>,
    pub(super) lines: Vec<Line>,
    /// Entry price by position, resolved: a position without one counts from the market at load.
    pub(super) entries: Vec<f64>,
    /// The European options in columns, and the contracts that are in none.
    pub(super) blocks: Vec<OptionBlock>,
    pub(super) others: Vec<usize>,
}

/// The market in the plan's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The instant.
    pub as_of: Timestamp,
    /// Spot by underlying, US dollars.
    pub spots: Vec<f64>,
    /// Discount rate by underlying, continuous, per year.
    pub rates: Vec<f64>,
    /// Forward by group, US dollars.
    pub forwards: Vec<f64>,
    /// Years to expiry by group; 0 where there is none.
    pub years: Vec<f64>,
    /// Settlement price by group, read only once it has expired, US dollars.
    pub settled: Vec<f64>,
    /// Volatility by contract; 0 where there is none.
    pub vols: Vec<f64>,
}

impl Plan {
    /// Lays out the book and reads the market into the first state. The issues say what was assumed and what is left out.
    pub fn new(book: &Book, market: &Market) -> (Plan, State, Vec<Issue>) {
        lay_out(book, market)
    }

    /// The underlyings, in the order of the state's columns.
    pub fn underlyings(&self) -> &[PlannedUnderlying] {
        &self.underlyings
    }

    /// Underlying and expiry of each group, in the order of the state's columns.
    pub fn groups(&self) -> impl Iterator<Item = (usize, Expiry)> {
        self.groups.iter().map(|group| (group.underlying, group.expiry))
    }

    /// What the dividends before the expiry of a group are worth with so many years to go; nothing where there are none.
    pub fn escrow(&self, group: usize, spot: f64, rate: f64, years: f64) -> Option<Escrow> {
        let dividends = self.groups.get(group).map(|group| &group.dividends).filter(|dividends| !dividends.is_empty())?;
        Some(Escrow::new(dividends, spot, rate, years))
    }

    /// Underlying of each contract, in the order of the state's vols.
    pub fn contract_underlyings(&self) -> impl Iterator<Item = usize> {
        self.contracts.iter().map(|contract| contract.underlying)
    }

    /// Contract, underlying and group of each column of the state's vols.
    pub fn contracts(&self) -> impl Iterator<Item = (&Instrument, usize, usize)> {
        self.contracts.iter().map(|contract| (&contract.instrument, contract.underlying, contract.group))
    }

    /// Where each position went, in book order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The price that the gain of a position counts from, in its own price unit: its entry price, or the market at load; 0 where it
    /// does not matter.
    pub fn entry(&self, position: usize) -> Option<f64> {
        self.entries.get(position).copied()
    }

    /// Every dated expiry in the plan, ascending, without repeats.
    pub fn expiries(&self) -> Vec<Timestamp> {
        let mut expiries: Vec<Timestamp> = self
            .groups
            .iter()
            .filter_map(|group| match group.expiry {
                Expiry::Dated(at) => Some(at),
                Expiry::None | Expiry::Perpetual(_) => None,
            })
            .collect();
        order::sort_by(&mut expiries, Ord::cmp);
        expiries.dedup();
        expiries
    }

    /// The market of `state` as facts that resolve to the same bits again: one per column, marked where it had been assumed.
    /// Numbers that no unit accepts are left out; the plan never holds any.
    pub fn facts(&self, state: &State) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut push = |value: FactValue, is_assumed: bool| {
            let origin = if is_assumed { Origin::Assumed } else { Origin::Quote };
            facts.push(Fact::resolved(value, origin));
        };
        let name = |index: usize| self.underlyings.get(index).map(|underlying| underlying.name.clone()).unwrap_or_default();
        for (underlying, (spot, rate)) in self.underlyings.iter().zip(state.spots.iter().zip(&state.rates)) {
            if let (false, Ok(price)) = (underlying.is_currency, Price::new(*spot)) {
                push(FactValue::Spot { underlying: underlying.name.clone(), price }, underlying.is_assumed);
            }
            if let Some(rate) = Rate::new(*rate).ok().filter(|rate| rate.get() != 0.0) {
                push(FactValue::Rate { underlying: underlying.name.clone(), rate }, false);
            }
        }
        for (group, forward) in self.groups.iter().zip(&state.forwards) {
            let Ok(price) = Price::new(*forward) else { continue };
            let underlying = name(group.underlying);
            match group.expiry {
                Expiry::None => {}
                Expiry::Perpetual(settlement) => push(FactValue::Perpetual { underlying, settlement, price }, group.is_assumed),
                Expiry::Dated(expiry) => push(FactValue::Forward { underlying, expiry, price }, group.is_assumed),
            }
        }
        for ((underlying, ex_date), amount) in &self.dividends {
            push(FactValue::Dividend { underlying: name(*underlying), ex_date: *ex_date, amount: *amount }, false);
        }
        for (contract, vol) in self.contracts.iter().zip(&state.vols) {
            let option = contract.instrument.option_terms();
            if let (Some(option), Ok(vol)) = (option, Vol::new(*vol)) {
                let value = FactValue::Option {
                    underlying: option.underlying.clone(),
                    expiry: option.expiry,
                    strike: option.strike,
                    kind: option.kind,
                    settlement: option.settlement,
                    mark_vol: Some(vol),
                    mark_price: None,
                    bid_ask: BidAsk::default(),
                };
                push(value, contract.is_assumed);
            }
        }
        facts
    }

    pub(super) fn point(&self, state: &State, contract: usize) -> Option<(&Contract, Point<'_>)> {
        let planned = self.contracts.get(contract)?;
        let (underlying, group) = (planned.underlying, planned.group);
        let point = Point {
            spot: *state.spots.get(underlying)?,
            forward: *state.forwards.get(group)?,
            years: *state.years.get(group)?,
            vol: *state.vols.get(contract)?,
            rate: *state.rates.get(underlying)?,
            settled_at: *state.settled.get(group)?,
            other: planned.other.and_then(|other| state.spots.get(other)).copied().unwrap_or(0.0),
            dividends: self.groups.get(group).map_or(&[], |group| &group.dividends),
        };
        Some((planned, point))
    }

    /// Value of the whole book, US dollars. The sum runs in plan order, so that its bits do not depend on who computes it.
    pub fn total(&self, state: &State) -> f64 {
        self.total_among(state, &mut Boundaries::default())
    }

    /// The same bits, with exercise regions that other states have fitted already.
    pub fn total_among(&self, state: &State, boundaries: &mut Boundaries) -> f64 {
        let others = self.others.iter().filter_map(|index| self.point(state, *index));
        let others: f64 = others.map(|(contract, point)| contract.value(&point, boundaries)).sum();
        let mut scratch = Scratch::new();
        others + self.blocks.iter().map(|block| block.value(&self.contracts, state, &mut scratch)).sum::<f64>()
    }

    /// Where exercise of a position is due under a state, from now to expiry; `None` of a position that is no American option or is never
    /// exercised early.
    pub fn exercise_boundary(&self, position: usize, state: &State) -> Option<Vec<Critical>> {
        let Some(Line::Contract(contract)) = self.lines.get(position) else { return None };
        let (planned, point) = self.point(state, *contract)?;
        let Instrument::AmericanOption(option) = &planned.instrument else { return None };
        Some(option.exercise_boundary(&point)).filter(|critical| !critical.is_empty())
    }

    /// Values every position.
    pub fn value(&self, book: &Book, state: &State) -> Valued {
        let positions = (0..book.positions.len()).map(|index| self.value_one(book, state, index)).collect();
        Valued { positions, total: self.total(state) }
    }

    /// Values the position at this place of the book; `None` of one that is left out or had expired.
    pub fn value_one(&self, book: &Book, state: &State, index: usize) -> Option<ValuedPosition> {
        let Some(Line::Contract(contract)) = self.lines.get(index) else { return None };
        let (planned, point) = self.point(state, *contract)?;
        let entry = self.entries.get(index).copied();
        Some(value_position(&planned.instrument, &point, book.positions.get(index)?.quantity.get(), entry))
    }

    /// The same for who asks for its value over and over: an option comes with that alone, without Greeks and coin measures, and by
    /// exercise regions that other states have fitted already.
    pub fn worth_one(&self, book: &Book, state: &State, index: usize, boundaries: &mut Boundaries) -> Option<ValuedPosition> {
        let Some(Line::Contract(contract)) = self.lines.get(index) else { return None };
        let (planned, point) = self.point(state, *contract)?;
        let (unit, unit_price) = match &planned.instrument {
            Instrument::Option(option) => {
                let unit = option.value(&point);
                (unit, in_own_unit(option, unit, &point))
            }
            Instrument::AmericanOption(option) => {
                let unit = option.value_among(&point, boundaries);
                (unit, unit / option.contract_size)
            }
            _ => return self.value_one(book, state, index),
        };
        let value = unit * book.positions.get(index)?.quantity.get();
        Some(ValuedPosition {
            greeks: Greeks { value, ..Greeks::default() },
            measures: Measures { value, ..Measures::default() },
            coin: None,
            unit_price,
            spot: point.spot,
            forward: point.forward,
            vol: Some(point.vol),
            years: Some(point.years),
        })
    }
}

impl Contract {
    pub(super) fn value(&self, point: &Point, boundaries: &mut Boundaries) -> f64 {
        let (settlement, size, price) = match &self.instrument {
            Instrument::Cash(_) | Instrument::Spot(_) | Instrument::Share(_) => return self.quantity * point.spot,
            Instrument::Option(option) => return self.quantity * option.value(point),
            Instrument::AmericanOption(option) => return self.quantity * option.value_among(point, boundaries),
            Instrument::Stake(stake) => return self.quantity * stake.rate * point.spot,
            Instrument::Loan(loan) => return self.quantity * loan.unit_value(point),
            Instrument::Pool(pool) => return self.quantity * pool.amount(point) * point.spot,
            Instrument::Other(other) => return self.quantity * other.contract_size * point.spot,
            Instrument::Perpetual(perpetual) => (perpetual.settlement, perpetual.contract_size, point.forward),
            Instrument::Future(future) if point.is_expired() => (future.settlement, future.contract_size, point.settled_at),
            Instrument::Future(future) => (future.settlement, future.contract_size, point.forward),
        };
        match settlement {
            Settlement::Linear => size * (self.quantity * price - self.entry_cost),
            Settlement::Inverse if price > 0.0 => size * point.spot * (self.entry_cost - self.quantity / price),
            Settlement::Inverse => 0.0,
        }
    }
}

/// Price of an option in its own unit, from what one contract is worth in US dollars.
fn in_own_unit(option: &EuropeanOption, value: f64, point: &Point) -> f64 {
    let per_coin = value / option.contract_size;
    if option.settlement == Settlement::Inverse && point.spot > 0.0 { per_coin / point.spot } else { per_coin }
}

pub(super) fn value_position(instrument: &Instrument, point: &Point, quantity: f64, entry: Option<f64>) -> ValuedPosition {
    let unit = instrument.greeks(point, entry);
    let greeks = unit.scaled(quantity);
    let theta_1d = match instrument {
        Instrument::Option(_) | Instrument::AmericanOption(_) if point.years > 0.0 && point.years < SHORT_LIVED_YEARS => {
            let tomorrow = Point { years: point.years - DAY_YEARS, settled_at: point.spot, ..*point };
            (instrument.greeks(&tomorrow, entry).value - unit.value) * quantity
        }
        _ => greeks.theta_per_day(),
    };
    let exposure = quantity * instrument.unit_exposure(point);
    let is_cash = instrument.is_currency();
    let (unit_price, vol) = match instrument {
        Instrument::Cash(_) | Instrument::Spot(_) | Instrument::Share(_) | Instrument::Other(_) => (point.spot, None),
        Instrument::Stake(stake) => (stake.rate * point.spot, None),
        Instrument::Loan(loan) => (loan.unit_value(point), None),
        Instrument::Pool(_) => (unit.value, None),
        Instrument::AmericanOption(option) => (unit.value / option.contract_size, Some(point.vol)),
        Instrument::Perpetual(_) => (point.forward, None),
        Instrument::Future(_) => (if point.is_expired() { point.settled_at } else { point.forward }, None),
        Instrument::Option(option) => (in_own_unit(option, unit.value, point), Some(point.vol)),
    };
    ValuedPosition {
        greeks,
        measures: greeks.measures(point.spot, theta_1d, exposure.abs(), exposure),
        coin: (!is_cash).then(|| greeks.in_coin(point.spot, theta_1d)),
        unit_price,
        spot: point.spot,
        forward: point.forward,
        vol,
        years: instrument.expiry().map(|_| point.years),
    }
}
