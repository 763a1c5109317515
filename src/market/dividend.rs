//! Cash dividends of an underlying, as the options of one expiry see them.
//!
//! Those that go ex after now and before the expiry are taken off the spot, at their present value; the rest of the spot is what carries
//! the rate to the forward, and what the volatility belongs to ([`crate::math::dividend`]).

use crate::market::Market;
use crate::math::american::{AmericanInput, EscrowedInput};
use crate::math::dividend::{Dividend, Escrow};
use crate::math::implied_vol::NoVol;
use crate::units::{Price, Timestamp};

impl Market {
    /// What goes ex after now and before the expiry: ex-date and amount per share in US dollars, by date.
    pub fn dividends_before(&self, name: &str, expiry: Timestamp) -> impl Iterator<Item = (Timestamp, Price)> {
        let as_of = self.as_of;
        let known = self.underlyings.get(name).into_iter().flat_map(|underlying| &underlying.dividends);
        known.map(|(ex_date, amount)| (*ex_date, *amount)).filter(move |(ex_date, _)| *ex_date > as_of && *ex_date < expiry)
    }

    /// The same by the time before the expiry, the last first.
    pub fn dividends(&self, name: &str, expiry: Timestamp) -> Vec<Dividend> {
        let mut dividends: Vec<Dividend> = self
            .dividends_before(name, expiry)
            .map(|(ex_date, amount)| Dividend { before_expiry: ex_date.years_to(expiry), amount: amount.get() })
            .collect();
        dividends.reverse();
        dividends
    }

    /// What is left of a spot once the dividends before an expiry are taken off; the spot itself where there are none.
    pub fn escrowed_spot(&self, name: &str, spot: f64, expiry: Timestamp) -> f64 {
        let dividends = self.dividends(name, expiry);
        if dividends.is_empty() {
            return spot;
        }
        spot - Escrow::new(&dividends, spot, self.rate(name), self.as_of.years_to(expiry)).value
    }

    /// The vol at which an American option has this price.
    ///
    /// # Errors
    /// The bound on which the price lies or which it breaks.
    pub(in crate::market) fn american_vol(
        &self,
        name: &str,
        expiry: Timestamp,
        input: AmericanInput,
        forward: f64,
        price: f64,
    ) -> Result<f64, NoVol> {
        let dividends = self.dividends(name, expiry);
        match EscrowedInput::new(input, forward, &dividends) {
            Some(escrowed) => escrowed.implied_vol(price),
            None => input.on_forward(forward).implied_vol(price),
        }
    }
}
