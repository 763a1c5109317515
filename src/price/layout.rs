//! Book and market → plan and first state: sorts and nets the positions, resolves every number that they need, and says what
//! was assumed and what is left out.

use crate::book::{Book, Position};
use crate::instrument::{Dividend, Instrument, Settlement};
use crate::issue::{Effect, Issue, IssueKind};
use crate::market::{Market, Resolved};
use crate::math::dividend::Escrow;
use crate::order;
use crate::price::column;
use crate::price::held;
use crate::price::plan::{Contract, Expiry, Group, Line, Plan, PlannedUnderlying, State};
use crate::units::{Currency, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Lays out the book and reads the market into the first state.
pub(super) fn lay_out(book: &Book, market: &Market) -> (Plan, State, Vec<Issue>) {
    let mut builder = Builder::new(market);
    let order = order::places(book.positions.len(), &|a, b| match (book.positions.get(a), book.positions.get(b)) {
        (Some(a), Some(b)) => a.instrument.compare(&b.instrument),
        _ => a.cmp(&b),
    });
    builder.plan.lines = vec![Line::LeftOut; order.len()];
    builder.plan.entries = vec![0.0; order.len()];
    for index in order {
        if let Some(position) = book.positions.get(index) {
            builder.add(index, position);
        }
    }
    (builder.plan.blocks, builder.plan.others) = column::blocks(&builder.plan.contracts);
    (builder.plan, builder.state, builder.issues)
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
        let plan = Plan {
            underlyings: Vec::new(),
            groups: Vec::new(),
            dividends: BTreeMap::new(),
            contracts: Vec::new(),
            lines: Vec::new(),
            entries: Vec::new(),
            blocks: Vec::new(),
            others: Vec::new(),
        };
        let state = State {
            as_of: market.as_of,
            spots: Vec::new(),
            rates: Vec::new(),
            forwards: Vec::new(),
            years: Vec::new(),
            settled: Vec::new(),
            vols: Vec::new(),
        };
        Builder {
            market,
            plan,
            state,
            issues: Vec::new(),
            underlyings: BTreeMap::new(),
            groups: BTreeMap::new(),
            currencies: BTreeSet::new(),
        }
    }

    fn add(&mut self, index: usize, position: &Position) {
        let known = self.plan.contracts.len();
        let line = match self.place(position).and_then(|line| self.check(line, position)) {
            Ok(line) => line,
            Err(issue) => {
                // The contract that it alone had asked for.
                self.plan.contracts.truncate(known);
                self.state.vols.truncate(known);
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
        let matters = position.instrument.has_gain();
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
        let quote = instrument.quote();
        let dollars = self.market.dollars(&quote)?;
        if self.currencies.insert(quote) {
            self.note(dollars.assumption);
        }
        let underlying = self.underlying(instrument.underlying(), instrument.is_currency())?;
        let other = match instrument.other_asset() {
            Some(asset) => Some(self.underlying(asset.code(), asset.is_dollar_like())?),
            None => None,
        };
        if let Some(expiry) = instrument.expiry().filter(|_| instrument.settlement() == Settlement::Inverse)
            && self.market.dividends_before(instrument.underlying(), expiry).next().is_some()
        {
            let message = "an inverse contract is on a coin, and its underlying has dividends: name the share by another code";
            return Err(Issue::rejected(IssueKind::Unsupported, message).about(instrument.underlying()));
        }
        let expiry = match instrument {
            Instrument::Perpetual(perpetual) => Expiry::Perpetual(perpetual.settlement),
            _ => instrument.expiry().map_or(Expiry::None, Expiry::Dated),
        };
        let group = self.group(underlying, instrument.underlying(), expiry)?;
        let vol = match instrument.option_terms() {
            Some(option) => self.market.vol(&position.name, &option, instrument.exercise())?,
            None => Resolved { value: 0.0, assumption: None },
        };
        let is_assumed = vol.assumption.is_some();
        self.note(vol.assumption);
        self.state.vols.push(vol.value);
        self.plan.contracts.push(Contract {
            instrument: instrument.clone(),
            underlying,
            group,
            other,
            is_assumed,
            quantity: 0.0,
            entry_cost: 0.0,
        });
        Ok(Line::Contract(self.plan.contracts.len() - 1))
    }

    /// Refuses a position whose numbers no double holds.
    fn check(&self, line: Line, position: &Position) -> Result<Line, Issue> {
        let Line::Contract(index) = line else { return Ok(line) };
        let Some((contract, point)) = self.plan.point(&self.state, index) else { return Ok(line) };
        // A price of 0 is no entry, as in `entry`.
        let entry = position.entry_price.map(|price| price.get()).filter(|price| *price > 0.0);
        held::check(&contract.instrument, &point, position.quantity.get(), entry).map(|()| line)
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
        if !is_currency && self.market.is_dollar_rate(name) {
            let message = "no file gives its own rate, that of the US dollar is used";
            self.issues.push(Issue::noted(IssueKind::MissingData, message).about(&format!("{name} rate")));
        }
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
        let dividends = match expiry {
            Expiry::Dated(at) => self.dividends(underlying, (name, at), spot, years),
            Expiry::None | Expiry::Perpetual(_) => Vec::new(),
        };
        let index = self.plan.groups.len();
        self.plan.groups.push(Group { underlying, expiry, is_assumed, dividends });
        self.state.forwards.push(forward.value);
        self.state.years.push(years);
        self.state.settled.push(spot);
        self.groups.insert((underlying, expiry), index);
        Ok(index)
    }

    /// The dividends before an expiry, with a note of what they do.
    fn dividends(&mut self, underlying: usize, (name, expiry): (&str, Timestamp), spot: f64, years: f64) -> Vec<Dividend> {
        let dividends = self.market.dividends(name, expiry);
        if dividends.is_empty() {
            return dividends;
        }
        let known = self.market.dividends_before(name, expiry);
        self.plan.dividends.extend(known.map(|(ex_date, amount)| ((underlying, ex_date), amount)));
        let escrow = Escrow::new(&dividends, spot, self.market.rate(name), years);
        let cut = if escrow.paid < 1.0 {
            format!("; they would be worth more than the share and are cut to {} of their amounts", escrow.paid)
        } else {
            String::new()
        };
        let message = format!(
            "escrowed: {} before it take {} off the spot, the vol is that of the rest, and American exercise is decided on the whole spot at any \
             time and just before each ex-date; they are taken as certain whatever the price{cut}",
            if dividends.len() == 1 { "1 dividend".to_owned() } else { format!("{} dividends", dividends.len()) },
            (escrow.value * 1e4).round() / 1e4,
        );
        self.issues.push(Issue::noted(IssueKind::Calculation, message).about(&format!("{name} dividends {expiry}")));
        dividends
    }
}
