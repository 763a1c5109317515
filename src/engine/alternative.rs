//! The loaded book as it could be: with a position closed, with trades done, or with a second book on it. Each is a book of its own, to be
//! loaded in its turn.

use crate::book::{Closing, Edit, Position, netting};
use crate::engine::{Engine, Inputs, PositionRow};
use crate::hedge::overlay;
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use crate::market::{Fact, FactValue, Origin};
use crate::units::Quantity;
use std::iter;

impl Engine {
    /// The inputs with a part of a position closed at the price that it is valued at.
    ///
    /// # Errors
    /// `Invalid` where the part does not lie above 0 and at most at 1; what [`Engine::edited`] refuses.
    pub fn closed(&self, index: u32, part: f64) -> Result<Inputs, Issue> {
        if !(part > 0.0 && part <= 1.0) {
            let message = "the part of a position that is closed must lie above 0 and at most at 100 %";
            return Err(Issue::rejected(IssueKind::Invalid, message).with_value(&part.to_string()));
        }
        let close = Edit::Close { closings: vec![Closing { index, price: None }] };
        match self.inputs.positions.get(index as usize).filter(|_| part < 1.0) {
            Some(position) => {
                let quantity = Quantity::new(position.quantity.get() * part)?;
                self.edited(&[Edit::Split { index, quantity }, close])
            }
            None => self.edited(&[close]),
        }
    }

    /// The inputs with these positions bought or sold at the prices that they are valued at: what is paid leaves the cash of their account, as
    /// closing the opposite would. What stands against a held lot of the same instrument and account closes it, and its gain is paid out;
    /// a trade that names no account is taken to be in the one that holds its instrument. Entry prices are left out.
    ///
    /// # Errors
    /// What [`Engine::edited`] refuses: that no price is known of one of them.
    pub fn traded(&self, trades: &Inputs) -> Result<Inputs, Issue> {
        let held = &self.inputs.positions;
        let bought = self.bought(trades);
        let cuts = netting::cuts(held, &bought);
        let mut kept = netting::left(held, cuts.iter().map(|cut| (cut.held, cut.quantity)))?.into_iter().flatten().collect::<Vec<_>>();
        let added = netting::left(&bought, cuts.iter().map(|cut| (cut.further, cut.quantity)))?;
        let mut closed = Vec::new();
        for cut in &cuts {
            closed.extend(held.get(cut.held).map(|lot| netting::sized(lot, cut.quantity.copysign(lot.quantity.get()))).transpose()?);
        }
        for trade in added.into_iter().flatten() {
            closed.push(netting::sized(&trade, -trade.quantity.get())?);
            kept.push(trade);
        }
        self.closing(kept, closed, overlay::typed_facts(self.needed_facts(), &self.inputs.facts, &trades.facts))
    }

    /// Each trade by itself, as it is valued in the market of [`Engine::traded`].
    ///
    /// # Errors
    /// What [`Engine::edited`] refuses.
    pub fn trades(&self, trades: &Inputs) -> Result<Vec<Trade>, Issue> {
        let held = &self.inputs.positions;
        let bought = self.bought(trades);
        let cuts = netting::cuts(held, &bought);
        let carried = self.needed_facts();
        let facts = overlay::typed_facts(carried.clone(), &self.inputs.facts, &trades.facts);
        let valued = Engine::load(Inputs { positions: bought.clone(), facts, ..self.inputs.clone() }, self.as_of());
        let of = |(index, (row, trade)): (usize, (PositionRow, &Position))| {
            let holders = netting::holders(held, trade);
            let is_placed = holders.contains(&(trade.venue.as_str(), trade.account.as_str()));
            Trade {
                closes: cuts.iter().filter(|cut| cut.further == index).fold(0.0, |sum, cut| sum + cut.quantity),
                vol_from: valued.vol_from(trade, &carried, &trades.facts),
                is_carried: is_known(&trade.instrument, &[&carried, &trades.facts]),
                holders: if is_placed { 1 } else { holders.len() },
                row,
            }
        };
        Ok(valued.rows().into_iter().zip(&bought).enumerate().map(of).collect())
    }

    /// The inputs with a second book at a scale on them, at the time and in the market of this one. Lots of one instrument, venue and account
    /// are netted where their signs differ; the gain of a future or perpetual is paid out at the price that it is valued at.
    ///
    /// # Errors
    /// What [`overlay::positions`] refuses.
    pub fn overlaid(&self, second: &Inputs, scale: f64) -> Result<Inputs, Issue> {
        let held = &self.inputs.positions;
        let positions = overlay::positions(held, &second.positions, scale)?;
        if scale == 0.0 {
            return Ok(self.inputs.clone());
        }
        let facts = overlay::facts(self.needed_facts(), &self.inputs.facts, &second.facts);
        let further = positions.get(held.len()..).unwrap_or_default();
        // A gain is paid at a price: without one both lots stay.
        let is_payable = |cut: &netting::Cut| {
            held.get(cut.held).is_some_and(|lot| !lot.instrument.has_gain())
                || self.base.positions.get(cut.held).is_some_and(Option::is_some)
        };
        let cuts: Vec<netting::Cut> = netting::cuts(held, further).into_iter().filter(is_payable).collect();
        if cuts.is_empty() {
            return Ok(Inputs { positions, facts, ..self.inputs.clone() });
        }
        let of_held = cuts.iter().map(|cut| (cut.held, cut.quantity));
        let of_further = cuts.iter().map(|cut| (held.len() + cut.further, cut.quantity));
        let kept = netting::left(&positions, of_held.chain(of_further))?.into_iter().flatten().collect();
        let mut closed = Vec::new();
        for cut in &cuts {
            for lot in [held.get(cut.held), further.get(cut.further)].into_iter().flatten().filter(|lot| lot.instrument.has_gain()) {
                closed.push(netting::sized(lot, cut.quantity.copysign(lot.quantity.get()))?);
            }
        }
        self.closing(kept, closed, facts)
    }

    /// Trades in the accounts that they are in, without what is known of their past.
    fn bought(&self, trades: &Inputs) -> Vec<Position> {
        let of = |trade: &Position| Position { entry_price: None, stated: None, ..netting::placed(&self.inputs.positions, trade) };
        trades.positions.iter().map(of).collect()
    }

    /// The inputs with these positions and facts, and what closing further positions pays.
    fn closing(&self, kept: Vec<Position>, closed: Vec<Position>, facts: Vec<Fact>) -> Result<Inputs, Issue> {
        let closings = (kept.len()..kept.len() + closed.len())
            .filter_map(|index| Some(Closing { index: u32::try_from(index).ok()?, price: None }))
            .collect();
        let positions = kept.into_iter().chain(closed).collect();
        Engine::load(Inputs { positions, facts, ..self.inputs.clone() }, self.as_of()).edited(&[Edit::Close { closings }])
    }

    /// Where the vol of a trade comes from, in the order of [`crate::market::Market::vol`]; `None` where it has none.
    fn vol_from(&self, trade: &Position, carried: &[Fact], typed: &[Fact]) -> Option<VolFrom> {
        let option = trade.instrument.option_terms()?;
        let about = |facts: &[Fact]| Fact::about_options(facts, iter::once(&trade.instrument)).cloned().collect::<Vec<Fact>>();
        let is_vol = |fact: &&Fact| matches!(fact.value, FactValue::Option { mark_vol: Some(_), .. });
        if !about(carried).is_empty() {
            return Some(VolFrom::Held);
        }
        if about(typed).iter().any(|fact| is_vol(&fact)) {
            return Some(VolFrom::Typed);
        }
        let own = about(&self.inputs.facts);
        let believed = Fact::believed(&own).into_iter().next();
        let has_smile = self.market.smile(&option.underlying, option.expiry).is_some();
        Some(match believed {
            Some(fact) if is_vol(&fact) => VolFrom::Quote,
            Some(fact) if fact.origin != Origin::Position || !has_smile => VolFrom::Mark,
            _ if has_smile => VolFrom::Smile,
            _ => VolFrom::Expiries,
        })
    }
}

/// A trade and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trade {
    /// It, as a position of its own.
    pub row: PositionRow,
    /// How much of it closes what is held, ≥ 0, in the unit of its quantity.
    pub closes: f64,
    /// Where its vol comes from; `None` where it has none.
    pub vol_from: Option<VolFrom>,
    /// Whether what prices it goes along with a link: it is that of a held contract, or typed.
    pub is_carried: bool,
    /// Accounts that hold its instrument, of those that it leaves open.
    pub holders: usize,
}

/// Where the vol of an option comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolFrom {
    /// The same contract is held.
    Held,
    /// It is typed.
    Typed,
    /// A file quotes it.
    Quote,
    /// A mark price implies it.
    Mark,
    /// Between quotes of its expiry.
    Smile,
    /// Between quotes of other expiries.
    Expiries,
}

/// Whether these facts say what an instrument is priced from, but for rates.
fn is_known(instrument: &Instrument, facts: &[&[Fact]]) -> bool {
    let has = |is: &dyn Fn(&FactValue) -> bool| facts.iter().flat_map(|facts| facts.iter()).any(|fact| is(&fact.value));
    let code = instrument.underlying();
    let has_spot = || has(&|value| matches!(value, FactValue::Spot { underlying, .. } if underlying == code));
    let has_forward = || {
        let is_of = |at| Some(at) == instrument.expiry();
        has(&|value| matches!(value, FactValue::Forward { underlying, expiry, .. } if underlying == code && is_of(*expiry)))
    };
    match instrument {
        Instrument::Cash(_) => true,
        Instrument::Option(_) | Instrument::AmericanOption(_) => {
            let is_vol = |fact: &Fact| matches!(fact.value, FactValue::Option { mark_vol: Some(_), .. });
            has_forward() && facts.iter().any(|facts| Fact::about_options(facts, iter::once(instrument)).any(is_vol))
        }
        Instrument::Future(_) => has_forward(),
        Instrument::Perpetual(_) => {
            let held = instrument.settlement();
            has(&|value| matches!(value, FactValue::Perpetual { underlying, settlement, .. } if underlying == code && *settlement == held))
        }
        _ => has_spot(),
    }
}
