//! What a contract pays, in the currency that it pays in: the arithmetic of closing, netting and checking, from two prices alone.

use crate::instrument::{Cash, Instrument, Settlement, Spot};
use crate::math::exp;
use crate::units::Currency;

impl Settlement {
    /// Dollars per unit of an option's undiscounted price in its quote currency: e^{−rT} of a linear one, spot over forward of an
    /// inverse one, which pays coins; 0 where there is no forward.
    pub(crate) fn value_factor(self, spot: f64, forward: f64, rate: f64, years: f64) -> f64 {
        match self {
            Settlement::Linear => exp(-rate * years),
            Settlement::Inverse if forward > 0.0 => spot / forward,
            Settlement::Inverse => 0.0,
        }
    }
}

impl Instrument {
    /// Units of the underlying per quantity of one (dollars of an inverse future or perpetual); 1 where a quantity counts the
    /// units themselves.
    pub fn contract_size(&self) -> f64 {
        match self {
            Instrument::Future(future) => future.contract_size,
            Instrument::Perpetual(perpetual) => perpetual.contract_size,
            Instrument::Option(option) => option.contract_size,
            Instrument::AmericanOption(option) => option.contract_size,
            Instrument::Other(other) => other.contract_size,
            Instrument::Cash(_)
            | Instrument::Spot(_)
            | Instrument::Share(_)
            | Instrument::Stake(_)
            | Instrument::Loan(_)
            | Instrument::Pool(_) => 1.0,
        }
    }

    /// The currency that gains and proceeds are paid in: the coin of an inverse contract, else the quote currency.
    pub fn settlement_currency(&self) -> Currency {
        match self.settlement() {
            Settlement::Inverse => Currency::new(self.underlying()),
            Settlement::Linear => self.quote(),
        }
    }

    /// Gain of a quantity of one from `entry` to `price`, both in the contract's own price unit, in [`Instrument::settlement_currency`].
    /// Inverse futures and perpetuals: `size·(1/E − 1/P)` coins; everything else `size·(P − E)`. `None` where an inverse price is 0.
    pub fn unit_gain(&self, entry: f64, price: f64) -> Option<f64> {
        let size = self.contract_size();
        if self.has_gain() && self.settlement() == Settlement::Inverse {
            return (entry > 0.0 && price > 0.0).then(|| size * (1.0 / entry - 1.0 / price));
        }
        Some(size * (price - entry))
    }

    /// A balance of a currency: cash of a dollar coin, a holding of any other.
    pub fn balance(currency: Currency) -> Instrument {
        if currency.is_dollar_like() {
            Instrument::Cash(Cash { currency })
        } else {
            Instrument::Spot(Spot { asset: currency.code().to_owned() })
        }
    }
}
