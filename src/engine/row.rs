//! One position in words and numbers: what the page, the terminal and the exports show of it.

use crate::book::{Position, Stated};
use crate::engine::Engine;
use crate::instrument::Settlement;
use crate::price::{Line, Valued, ValuedPosition};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One position as the page and the terminal show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PositionRow {
    /// Place in the book, from 0.
    pub index: u32,
    /// Instrument name.
    pub name: String,
    /// Account.
    pub account: String,
    /// Venue.
    pub venue: String,
    /// [`crate::instrument::Instrument::class`].
    pub class: String,
    /// Code of the underlying.
    pub underlying: String,
    /// Settlement.
    pub settlement: Settlement,
    /// Expiry, if it has one.
    pub expiry: Option<Timestamp>,
    /// Strike, US dollars, if it has one.
    pub strike: Option<f64>,
    /// Signed quantity.
    pub quantity: f64,
    /// Unit of the quantity: a coin, `USD`, or `contracts`.
    pub quantity_unit: String,
    /// Unit of entry price, mark and unit price: a coin or `USD`.
    pub price_unit: String,
    /// Price at which it was opened.
    pub entry_price: Option<f64>,
    /// The venue's own mark.
    pub mark: Option<f64>,
    /// Labels by dimension.
    pub tags: BTreeMap<String, String>,
    /// What the venue says of it.
    pub stated: Option<Stated>,
    /// File that it came from.
    pub file: String,
    /// Line in that file.
    pub line: u64,
    /// `valued`, `expired` or `left_out`.
    pub status: String,
    /// As the market stands.
    pub base: Option<ValuedPosition>,
    /// Under the shock; absent without one.
    pub shocked: Option<ValuedPosition>,
}

impl Engine {
    /// The row of one position, by its place in the book, as the market stands.
    pub fn row(&self, index: usize) -> Option<PositionRow> {
        Some(PositionRow::new(self, index, self.book.positions.get(index)?, None))
    }
}

impl PositionRow {
    /// The row of the position at `index` of the engine's book.
    pub(super) fn new(engine: &Engine, index: usize, position: &Position, shocked: Option<&Valued>) -> PositionRow {
        let instrument = &position.instrument;
        let (quantity_unit, price_unit) = instrument.units();
        let strike = instrument.option_terms().map(|option| option.strike.get());
        let status = match engine.plan.lines().get(index) {
            Some(Line::Contract(_)) => "valued",
            Some(Line::Expired) => "expired",
            Some(Line::LeftOut) | None => "left_out",
        };
        PositionRow {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            name: position.name.clone(),
            account: position.account.clone(),
            venue: position.venue.clone(),
            class: instrument.class().to_owned(),
            underlying: instrument.underlying().to_owned(),
            settlement: instrument.settlement(),
            expiry: instrument.expiry(),
            strike,
            quantity: position.quantity.get(),
            quantity_unit,
            price_unit,
            entry_price: position.entry_price.map(|price| price.get()),
            mark: position.mark.map(|price| price.get()),
            tags: position.tags.clone(),
            stated: position.stated.as_deref().cloned(),
            file: position.source.file.to_string(),
            line: position.source.line,
            status: status.to_owned(),
            base: engine.base.positions.get(index).copied().flatten(),
            shocked: shocked.and_then(|shocked| shocked.positions.get(index).copied().flatten()),
        }
    }
}
