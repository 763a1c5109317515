//! Rows about a small book: what was bought and closed, netted or lent, through the edits and the engine that the page uses.

use crate::book::{Closing, Edit, Position};
use crate::engine::{self, Engine, Settings};
use crate::instrument::{Instrument, Loan, Settlement};
use crate::market::{BidAsk, Fact, FactValue};
use crate::oracle::crypto::{COIN, Cells, option, perpetual};
use crate::oracle::{fact, position};
use crate::stress::Shock;
use crate::units::{Currency, Price, Timestamp, Vol};
use serde::{Deserialize, Serialize};

/// When every book of the set is valued.
const AS_OF: Timestamp = Timestamp::from_ms(0);
/// Life of an option that is held to its expiry, days.
const LIFE: f64 = 1.0;
const EXPIRY: Timestamp = Timestamp::from_ms(86_400_000);

/// A book, what is done to it and what is asked of it then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked {
    positions: Vec<Position>,
    facts: Vec<Fact>,
    edits: Vec<Edit>,
    /// Days that pass after the edits.
    days: f64,
    figure: Figure,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Figure {
    /// Value of everything, US dollars.
    Equity,
    /// Entry price of the first position.
    Entry,
    /// Of the only account.
    Health,
}

/// The row's book, where the row is about one.
pub(super) fn asked(cells: &Cells, topic: &str, quantity: &str) -> Option<Asked> {
    match (topic, quantity) {
        ("linear_option_expiry", quantity) => held_to_expiry(cells, quantity),
        ("linear_avg_entry", "avg_entry") => netted(cells),
        ("linear_closed_pnl", "closed_pnl") => closed(cells),
        ("health_factor", "health_factor") => lending(cells),
        _ => None,
    }
}

impl Asked {
    pub(super) fn answer(&self) -> Option<f64> {
        let Asked { positions, facts, edits, days, figure } = self;
        let load = |inputs| Engine::load(inputs, AS_OF);
        let inputs = engine::Inputs {
            positions: positions.clone(),
            facts: facts.clone(),
            accounts: Vec::new(),
            history: Default::default(),
            as_of: Some(AS_OF),
        };
        let edited = load(inputs).edited(edits).ok()?;
        if let Figure::Entry = figure {
            return edited.positions.first()?.entry_price.map(Price::get);
        }
        let settings = Settings { shock: Shock { days: *days, ..Shock::default() }, ..Settings::default() };
        let valuation = load(edited).valuation(&settings, false);
        match figure {
            Figure::Health => valuation.accounts.first()?.health,
            _ => Some(valuation.shocked.unwrap_or(valuation.base).equity),
        }
    }
}

fn closing(index: u32, price: f64) -> Option<Closing> {
    Some(Closing { index, price: Some(Price::new(price).ok()?) })
}

fn cash(amount: f64) -> Option<Position> {
    position(Instrument::balance(Currency::usd()), amount, None)
}

/// An option that was bought at a premium: beside it stands the same lot with the other sign, closed at that price.
fn held_to_expiry(cells: &Cells, quantity: &str) -> Option<Asked> {
    let (strike, kind) = (cells.number("K")?, cells.kind()?);
    let (count, premium) = (cells.number("qty")?, cells.number("premium_usdc")?);
    let instrument = option(Settlement::Linear, cells.number("multiplier")?, strike, kind, EXPIRY)?;
    let lot = |count| position(instrument.clone(), count, None);
    let (positions, closings, days) = match quantity {
        // What the buyer pays is what the seller of the same lot is paid.
        "premium_paid_usdc" => (vec![lot(count)?], vec![closing(0, premium)?], 0.0),
        "settlement_usdc" => (vec![lot(count)?], Vec::new(), LIFE),
        "pnl_usdc" => (vec![lot(count)?, lot(-count)?], vec![closing(1, premium)?], LIFE),
        _ => return None,
    };
    let (underlying, price) = (COIN.to_owned(), Price::new(cells.number("delivery")?).ok()?);
    let facts = vec![
        fact(FactValue::Spot { underlying: underlying.clone(), price }),
        fact(FactValue::Forward { underlying: underlying.clone(), expiry: EXPIRY, price }),
        // At expiry no vol matters, but an option without one is left out of every sum.
        fact(FactValue::Option {
            underlying,
            expiry: EXPIRY,
            strike: Price::new(strike).ok()?,
            kind,
            settlement: Settlement::Linear,
            mark_vol: Some(Vol::new(1.0).ok()?),
            mark_price: None,
            bid_ask: BidAsk::default(),
        }),
    ];
    Some(Asked { positions, facts, edits: vec![Edit::Close { closings }], days, figure: Figure::Equity })
}

fn netted(cells: &Cells) -> Option<Asked> {
    let lots: Vec<(f64, f64)> = cells.read("lots")?;
    let lot = |(count, entry)| position(perpetual(Settlement::Linear, 1.0), count, Some(entry));
    let positions = lots.into_iter().map(lot).collect::<Option<_>>()?;
    Some(Asked { positions, facts: Vec::new(), edits: vec![Edit::NetByInstrument], days: 0.0, figure: Figure::Entry })
}

/// Fees and funding that were paid have left the balance, as everywhere in a book.
fn closed(cells: &Cells) -> Option<Asked> {
    let mut positions = vec![position(perpetual(Settlement::Linear, 1.0), cells.number("qty")?, cells.number("entry"))?];
    for paid in ["open_fee", "close_fee", "funding"] {
        positions.push(cash(-cells.number(paid)?)?);
    }
    let closings = vec![closing(0, cells.number("exit")?)?];
    Some(Asked { positions, facts: Vec::new(), edits: vec![Edit::Close { closings }], days: 0.0, figure: Figure::Equity })
}

fn lending(cells: &Cells) -> Option<Asked> {
    let collateral: Vec<(f64, f64)> = cells.read("collateral")?;
    let loan = |asset, threshold| Instrument::Loan(Loan { asset, rate: None, threshold });
    let mut positions = vec![position(loan(Currency::usd(), None), -cells.number("debt")?, None)?];
    let mut facts = Vec::new();
    for (place, (value, threshold)) in collateral.into_iter().enumerate() {
        // One coin each, at the price of the whole.
        let underlying = format!("{COIN}{place}");
        positions.push(position(loan(Currency::new(&underlying), Some(threshold)), 1.0, None)?);
        facts.push(fact(FactValue::Spot { underlying, price: Price::new(value).ok()? }));
    }
    Some(Asked { positions, facts, edits: Vec::new(), days: 0.0, figure: Figure::Health })
}
