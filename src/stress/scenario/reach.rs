//! Whether a shock is on anything that a book holds.
//!
//! Input: a shock and a book. Output: yes or no, by the rules by which it acts. Invariant: a shock that is on nothing changes no number.

use crate::book::Position;
use crate::instrument::Instrument;
use crate::stress::scenario::position::{is_derivative, sees};
use crate::stress::scenario::{Act, Ground, ShockItem, Target};
use crate::units::Currency;

impl ShockItem {
    /// Whether it is on a valued position, or on a price that one is valued at; true of a shock that has no number here at all.
    pub fn reaches(&self, ground: &Ground<'_>) -> bool {
        let days = |position: &Position| position.instrument.expiry().map(|expiry| ground.base.as_of.days_to(expiry));
        let is_valued = |(position, valued): (_, &Option<_>)| valued.is_some().then_some(position);
        let mut positions = ground.book.positions.iter().zip(&ground.valued.positions).filter_map(is_valued);
        matches!(self.family.act, Act::Unmodelled(_)) || positions.any(|position| self.is_on(position, days(position)))
    }

    fn is_on(&self, position: &Position, days: Option<f64>) -> bool {
        let instrument = &position.instrument;
        let is_dated = !matches!(instrument, Instrument::Perpetual(_)) && days.is_some();
        // A staked token has no price of its own: spot is that of the coin behind it.
        let is_on_price = || self.on.holds(&Target { token: None, ..Target::of(position, days) });
        let is_on_it = || self.on.holds(&Target::of(position, days));
        match self.family.act {
            Act::Spot(_) if instrument.is_currency() => false,
            Act::Spot(_) => {
                is_on_price() || (instrument.other_asset().is_some_and(|other| !other.is_dollar_like()) && sees(self, position, days))
            }
            Act::Vol(_) | Act::Rate(_) => instrument.option_terms().is_some() && is_on_price(),
            Act::Forward(_) => is_dated && is_on_price(),
            Act::Peg(_) => {
                let is_pegged = is_derivative(instrument) || Currency::new(instrument.underlying()).is_dollar_like();
                (is_pegged || instrument.other_asset().is_some_and(|other| other.is_dollar_like())) && sees(self, position, days)
            }
            Act::Mark(_) => is_derivative(instrument) && is_on_it(),
            Act::Value(is_meant, _) => is_meant(instrument) && is_on_it(),
            Act::Cost(_) => matches!(instrument, Instrument::Perpetual(_)) && is_on_it(),
            Act::Failure(_) => is_on_it(),
            Act::Unmodelled(_) => true,
        }
    }
}
