//! Positions that a mapping makes, before they are in a book: one line of text cells each.

use crate::book::Position;
use crate::instrument::{Instrument, Settlement};
use crate::units::Vol;
use crate::view::format;

/// Heads of the cells: the second stands under the first.
pub const HEADS: [&str; 6] = ["Instrument", "Terms", "Quantity", "Entry", "Mark", "Vol %"];

/// The cells of a position, and the volatility that its row states.
pub fn cells(position: &Position, vol: Option<Vol>) -> [String; 6] {
    let (quantity_unit, price_unit) = position.instrument.units();
    let price = |price: Option<crate::units::Price>| price.map_or_else(String::new, |price| format::price(price.get(), &price_unit));
    [
        position.name.clone(),
        terms(&position.instrument),
        format::quantity(position.quantity.get(), &quantity_unit),
        price(position.entry_price),
        price(position.mark),
        vol.map_or_else(String::new, |vol| format::vol(vol.get())),
    ]
}

/// The contract in a few words: `call on BTC, 100 000, 26 Mar 27, linear`.
fn terms(instrument: &Instrument) -> String {
    let class = instrument.class();
    let underlying = instrument.underlying();
    let strike = instrument.option_terms().map(|option| format::level(option.strike.get()));
    let expiry = instrument.expiry().map(format::short_date);
    if strike.is_none() && expiry.is_none() && !instrument.has_gain() {
        return format!("{class} {underlying}");
    }
    let settlement = match instrument.settlement() {
        Settlement::Linear => "linear",
        Settlement::Inverse => "inverse",
    };
    let parts = [Some(format!("{class} on {underlying}")), strike, expiry, Some(settlement.to_owned())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
