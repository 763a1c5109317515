//! The book laid out for repeated valuation: identical contracts netted, sorted by underlying and expiry, with the market in
//! columns beside them. The hot path of grids and profiles.

use crate::book::{Book, Position};
use crate::instrument::{Instrument, Point, Settlement};
use crate::issue::{Effect, Issue, IssueKind, Source};
use crate::market::{Fact, FactValue, Market, Origin, Resolved};
use crate::price::{DAY_YEARS, SHORT_LIVED_YEARS, Valued, ValuedPosition};
use crate::units::{Currency, Price, Rate, Timestamp, Vol};
use std::collections::{BTreeMap, BTreeSet};

/// One underlying of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedUnderlying {
    /// Its code.
    pub name: String,
    /// A dollar balance: it has a value and no price risk here, so no shock moves it.
    pub is_currency: bool,
    is_assumed: bool,
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
#[derive(Clone, Copy, Debug, PartialEq)]
struct Group {
    underlying: usize,
    expiry: Expiry,
    is_assumed: bool,
}

/// All positions in one contract, netted.
#[derive(Clone, Debug)]
struct Contract {
    instrument: Instrument,
    underlying: usize,
    group: usize,
    is_assumed: bool,
    quantity: f64,
    /// What opening cost: Σ q·E (linear) or Σ q/E (inverse); 0 where entry does not matter.
    entry_cost: f64,
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
    underlyings: Vec<PlannedUnderlying>,
    groups: Vec<Group>,
    contracts: Vec<Contract>,
    lines: Vec<Line>,
    /// Entry price by position, resolved: a position without one counts from the market at load.
    entries: Vec<f64>,
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
        let mut builder = Builder::new(market);
        let mut order: Vec<usize> = (0..book.positions.len()).collect();
        order.sort_by(|a, b| match (book.positions.get(*a), book.positions.get(*b)) {
            (Some(a), Some(b)) => a.instrument.compare(&b.instrument),
            _ => a.cmp(b),
        });
        builder.plan.lines = vec![Line::LeftOut; order.len()];
        builder.plan.entries = vec![0.0; order.len()];
        for index in order {
            if let Some(position) = book.positions.get(index) {
                builder.add(index, position);
            }
        }
        (builder.plan, builder.state, builder.issues)
    }

    /// The underlyings, in the order of the state's columns.
    pub fn underlyings(&self) -> &[PlannedUnderlying] {
        &self.underlyings
    }

    /// Underlying and expiry of each group, in the order of the state's columns.
    pub fn groups(&self) -> impl Iterator<Item = (usize, Expiry)> {
        self.groups.iter().map(|group| (group.underlying, group.expiry))
    }

    /// Underlying of each contract, in the order of the state's vols.
    pub fn contract_underlyings(&self) -> impl Iterator<Item = usize> {
        self.contracts.iter().map(|contract| contract.underlying)
    }

    /// Where each position went, in book order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
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
        expiries.sort_unstable();
        expiries.dedup();
        expiries
    }

    /// The market of `state` as facts that resolve to the same bits again: one per column, marked where it had been assumed.
    /// Numbers that no unit accepts are left out; the plan never holds any.
    pub fn facts(&self, state: &State) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut push = |value: FactValue, is_assumed: bool| {
            let origin = if is_assumed { Origin::Assumed } else { Origin::Quote };
            facts.push(Fact { value, time: None, origin, source: Source::default() });
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
        for (contract, vol) in self.contracts.iter().zip(&state.vols) {
            if let (Instrument::Option(option), Ok(vol)) = (&contract.instrument, Vol::new(*vol)) {
                let value = FactValue::Option {
                    underlying: option.underlying.clone(),
                    expiry: option.expiry,
                    strike: option.strike,
                    kind: option.kind,
                    settlement: option.settlement,
                    mark_vol: Some(vol),
                    mark_price: None,
                };
                push(value, contract.is_assumed);
            }
        }
        facts
    }

    fn point(&self, state: &State, contract: usize) -> Option<(&Contract, Point)> {
        let planned = self.contracts.get(contract)?;
        let (underlying, group) = (planned.underlying, planned.group);
        let point = Point {
            spot: *state.spots.get(underlying)?,
            forward: *state.forwards.get(group)?,
            years: *state.years.get(group)?,
            vol: *state.vols.get(contract)?,
            rate: *state.rates.get(underlying)?,
            settled_at: *state.settled.get(group)?,
        };
        Some((planned, point))
    }

    /// Value of the whole book, US dollars. The sum runs contract by contract in plan order, so that its bits do not depend on
    /// who computes it.
    pub fn total(&self, state: &State) -> f64 {
        let mut total = 0.0;
        for index in 0..self.contracts.len() {
            if let Some((contract, point)) = self.point(state, index) {
                total += contract.value(&point);
            }
        }
        total
    }

    /// Values every position.
    pub fn value(&self, book: &Book, state: &State) -> Valued {
        let positions = book
            .positions
            .iter()
            .enumerate()
            .map(|(index, position)| {
                let Some(Line::Contract(contract)) = self.lines.get(index) else { return None };
                let (planned, point) = self.point(state, *contract)?;
                let entry = self.entries.get(index).copied();
                Some(value_position(&planned.instrument, &point, position.quantity.get(), entry))
            })
            .collect();
        Valued { positions, total: self.total(state) }
    }
}

impl Contract {
    fn value(&self, point: &Point) -> f64 {
        let (settlement, size, price) = match &self.instrument {
            Instrument::Cash(_) => return self.quantity,
            Instrument::Spot(_) => return self.quantity * point.spot,
            Instrument::Option(option) => return self.quantity * option.value(point),
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

fn value_position(instrument: &Instrument, point: &Point, quantity: f64, entry: Option<f64>) -> ValuedPosition {
    let unit = instrument.greeks(point, entry);
    let greeks = unit.scaled(quantity);
    let theta_1d = match instrument {
        Instrument::Option(_) if point.years > 0.0 && point.years < SHORT_LIVED_YEARS => {
            let tomorrow = Point { years: point.years - DAY_YEARS, settled_at: point.spot, ..*point };
            (instrument.greeks(&tomorrow, entry).value - unit.value) * quantity
        }
        _ => greeks.theta_per_day(),
    };
    let exposure = quantity * instrument.unit_exposure(point);
    let is_cash = matches!(instrument, Instrument::Cash(_));
    let (unit_price, vol) = match instrument {
        Instrument::Cash(_) => (1.0, None),
        Instrument::Spot(_) => (point.spot, None),
        Instrument::Perpetual(_) => (point.forward, None),
        Instrument::Future(_) => (if point.is_expired() { point.settled_at } else { point.forward }, None),
        Instrument::Option(option) => {
            let per_coin = unit.value / option.contract_size;
            let in_coins = option.settlement == Settlement::Inverse && point.spot > 0.0;
            (if in_coins { per_coin / point.spot } else { per_coin }, Some(point.vol))
        }
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

struct Builder<'a> {
    market: &'a Market,
    plan: Plan,
    state: State,
    issues: Vec<Issue>,
    underlyings: BTreeMap<String, usize>,
    groups: BTreeMap<(usize, Expiry), usize>,
    currencies: BTreeSet<Currency>,
}

impl<'a> Builder<'a> {
    fn new(market: &'a Market) -> Builder<'a> {
        let plan = Plan { underlyings: Vec::new(), groups: Vec::new(), contracts: Vec::new(), lines: Vec::new(), entries: Vec::new() };
        let state = State {
            as_of: market.as_of,
            spots: Vec::new(),
            rates: Vec::new(),
            forwards: Vec::new(),
            years: Vec::new(),
            settled: Vec::new(),
            vols: Vec::new(),
        };
        Builder { market, plan, state, issues: Vec::new(), underlyings: BTreeMap::new(), groups: BTreeMap::new(), currencies: BTreeSet::new() }
    }

    fn add(&mut self, index: usize, position: &Position) {
        let line = match self.place(position) {
            Ok(line) => line,
            Err(issue) => {
                let mut issue = Issue { effect: Effect::Rejected, ..issue }.in_file(&position.source.file);
                issue.line = (position.source.line > 0).then_some(position.source.line);
                issue.message = format!("{}: left out of every total; {}", position.name, issue.message);
                self.issues.push(issue);
                Line::LeftOut
            }
        };
        if let Some(slot) = self.plan.lines.get_mut(index) {
            *slot = line;
        }
        let Line::Contract(contract) = line else { return };
        let quantity = position.quantity.get();
        let entry = self.entry(contract, position);
        if let Some(slot) = self.plan.entries.get_mut(index) {
            *slot = entry;
        }
        let Some(planned) = self.plan.contracts.get_mut(contract) else { return };
        planned.quantity += quantity;
        planned.entry_cost += match (&planned.instrument, planned.instrument.settlement()) {
            (Instrument::Future(_) | Instrument::Perpetual(_), Settlement::Linear) => quantity * entry,
            (Instrument::Future(_) | Instrument::Perpetual(_), Settlement::Inverse) if entry > 0.0 => quantity / entry,
            _ => 0.0,
        };
    }

    /// The entry price of a future or perpetual; without one it counts from today's mark, and that is said.
    fn entry(&mut self, contract: usize, position: &Position) -> f64 {
        let matters = matches!(position.instrument, Instrument::Future(_) | Instrument::Perpetual(_));
        let given = position.entry_price.map(|price| price.get()).filter(|price| *price > 0.0);
        if !matters || given.is_some() {
            return given.unwrap_or(0.0);
        }
        let mark = self.plan.contracts.get(contract).and_then(|planned| self.state.forwards.get(planned.group)).copied();
        self.issues.push(
            Issue::noted(IssueKind::MissingData, "no entry price, so its gain is counted from the present mark")
                .about(&position.name)
                .in_file(&position.source.file)
                .at_line(position.source.line),
        );
        mark.unwrap_or(0.0)
    }

    fn place(&mut self, position: &Position) -> Result<Line, Issue> {
        let instrument = &position.instrument;
        if let Some(expiry) = instrument.expiry().filter(|expiry| *expiry <= self.market.as_of) {
            let message = format!("expired at {expiry}; its settlement is taken to be in the balance, so it counts for nothing");
            let note = Issue::noted(IssueKind::Calculation, message).about(&position.name).in_file(&position.source.file);
            self.issues.push(note.at_line(position.source.line));
            return Ok(Line::Expired);
        }
        if let Some(last) = self.plan.contracts.last()
            && last.instrument == *instrument
        {
            return Ok(Line::Contract(self.plan.contracts.len() - 1));
        }
        let is_cash = matches!(instrument, Instrument::Cash(_));
        let quote = instrument.quote();
        let dollars = self.market.dollars(&quote)?;
        if self.currencies.insert(quote) {
            self.note(dollars.assumption);
        }
        let underlying = self.underlying(instrument.underlying(), is_cash)?;
        let expiry = match instrument {
            Instrument::Cash(_) | Instrument::Spot(_) => Expiry::None,
            Instrument::Perpetual(perpetual) => Expiry::Perpetual(perpetual.settlement),
            Instrument::Future(future) => Expiry::Dated(future.expiry),
            Instrument::Option(option) => Expiry::Dated(option.expiry),
        };
        let group = self.group(underlying, instrument.underlying(), expiry)?;
        let vol = match instrument {
            Instrument::Option(option) => self.market.vol(&position.name, option)?,
            _ => Resolved { value: 0.0, assumption: None },
        };
        let is_assumed = vol.assumption.is_some();
        self.note(vol.assumption);
        self.state.vols.push(vol.value);
        self.plan.contracts.push(Contract { instrument: instrument.clone(), underlying, group, is_assumed, quantity: 0.0, entry_cost: 0.0 });
        Ok(Line::Contract(self.plan.contracts.len() - 1))
    }

    fn note(&mut self, assumption: Option<Issue>) {
        self.issues.extend(assumption);
    }

    fn underlying(&mut self, name: &str, is_currency: bool) -> Result<usize, Issue> {
        if let Some(index) = self.underlyings.get(name) {
            return Ok(*index);
        }
        let spot = if is_currency { Resolved { value: 1.0, assumption: None } } else { self.market.spot(name)? };
        let is_assumed = spot.assumption.is_some();
        self.note(spot.assumption);
        let index = self.plan.underlyings.len();
        self.plan.underlyings.push(PlannedUnderlying { name: name.to_owned(), is_currency, is_assumed });
        self.state.spots.push(spot.value);
        self.state.rates.push(self.market.rate(name));
        self.underlyings.insert(name.to_owned(), index);
        Ok(index)
    }

    fn group(&mut self, underlying: usize, name: &str, expiry: Expiry) -> Result<usize, Issue> {
        if let Some(index) = self.groups.get(&(underlying, expiry)) {
            return Ok(*index);
        }
        let spot = self.state.spots.get(underlying).copied().unwrap_or(0.0);
        let (forward, years) = match expiry {
            Expiry::None => (Resolved { value: spot, assumption: None }, 0.0),
            Expiry::Perpetual(settlement) => (self.market.perpetual(name, settlement)?, 0.0),
            Expiry::Dated(at) => (self.market.forward(name, at)?, self.market.as_of.years_to(at)),
        };
        let is_assumed = forward.assumption.is_some();
        self.note(forward.assumption);
        let index = self.plan.groups.len();
        self.plan.groups.push(Group { underlying, expiry, is_assumed });
        self.state.forwards.push(forward.value);
        self.state.years.push(years);
        self.state.settled.push(spot);
        self.groups.insert((underlying, expiry), index);
        Ok(index)
    }
}
