//! An American option on a share or fund: worth its exercise or its continuation, whichever is more.
//!
//! It is always linear: it delivers the share against the strike. The carry of its forward is read from the point,
//! `q = r − ln(F/S)/T`, so that forwards stay the one source of dividends.

use crate::instrument::{EuropeanOption, OptionKind, Point, Settlement};
use crate::units::{Currency, Greeks, Price, Timestamp};
use serde::{Deserialize, Serialize};

/// Terms of an American option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmericanOption {
    /// Code of the underlying.
    pub underlying: String,
    /// Currency of strike and price.
    pub quote: Currency,
    /// Shares per contract, > 0.
    pub contract_size: f64,
    /// Last instant of exercise.
    pub expiry: Timestamp,
    /// Strike.
    pub strike: Price,
    /// Call or put.
    pub kind: OptionKind,
}

impl AmericanOption {
    /// The same terms with exercise at expiry only.
    pub fn european(&self) -> EuropeanOption {
        EuropeanOption {
            underlying: self.underlying.clone(),
            quote: self.quote.clone(),
            settlement: Settlement::Linear,
            contract_size: self.contract_size,
            expiry: self.expiry,
            strike: self.strike,
            kind: self.kind,
        }
    }

    /// Value of one contract, US dollars: the same bits as `greeks(..).value`.
    pub fn value(&self, point: &Point) -> f64 {
        self.greeks(point).value
    }

    /// Value and sensitivities of one contract, US dollars.
    pub fn greeks(&self, point: &Point) -> Greeks {
        self.european().greeks(point)
    }
}
