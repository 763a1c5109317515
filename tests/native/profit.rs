//! The profit of a position from quantity, entry and mark alone, for comparison with the venue's own.

use plimsoll::book::Position;
use plimsoll::instrument::{Instrument, Point, Settlement};

/// Unrealized profit since entry at the venue's mark, in the currency in which the contract settles: for what has a gain, the
/// engine's own value of the position; for what is worth its price, the price's change.
pub fn profit(position: &Position) -> f64 {
    let (entry, mark) = (position.entry_price.unwrap().get(), position.mark.unwrap().get());
    let quantity = position.quantity.get();
    let instrument = &position.instrument;
    if !instrument.has_gain() {
        let size = match instrument {
            Instrument::Option(option) => option.contract_size,
            _ => 1.0,
        };
        return quantity * size * (mark - entry);
    }
    // In coins the profit does not depend on the spot, which may be any.
    let spot = 0.99 * mark;
    let point = Point { spot, forward: mark, years: 0.5, vol: 0.0, rate: 0.0, settled_at: mark, other: 0.0, dividends: &[] };
    let value = quantity * instrument.greeks(&point, Some(entry)).value;
    if instrument.settlement() == Settlement::Inverse { value / spot } else { value }
}

/// The venue's own figure.
pub fn stated(position: &Position) -> f64 {
    position.stated.as_ref().unwrap().unrealized_pnl.unwrap().get()
}

/// Both agree to half of `unit`, the last digit that the venue prints of the profit.
pub fn assert_profit(position: &Position, unit: f64) {
    assert_profit_of_rounded(position, unit, 0.0);
}

/// The same where the venue rounds entry and mark to `tick` themselves, of which either may be off by a half.
pub fn assert_profit_of_rounded(position: &Position, unit: f64, tick: f64) {
    let (ours, theirs) = (profit(position), stated(position));
    let squares = [position.entry_price, position.mark].map(|price| price.unwrap().get()).map(|price| 1.0 / (price * price));
    let is_inverse = position.instrument.has_gain() && position.instrument.settlement() == Settlement::Inverse;
    let of_a_tick = if is_inverse { squares[0] + squares[1] } else { 2.0 };
    let tolerance = 0.5 * unit + 1e-12 * theirs.abs() + 0.5 * tick * position.quantity.get().abs() * of_a_tick;
    assert!((ours - theirs).abs() <= tolerance, "{}: {ours} against {theirs} to {unit}", position.name);
}
