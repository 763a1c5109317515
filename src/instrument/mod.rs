//! Nouns: one file per contract. A contract knows its terms and its model; it does not know its portfolio, nor whether the
//! market that it is shown is a stressed one.
//!
//! Input: a [`Point`], the market as one contract sees it. Output: the value and sensitivities of one unit in US dollars.

mod cash;
mod future;
mod option;
mod perpetual;
mod spot;

use crate::units::{Currency, Greeks, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

pub use crate::instrument::cash::Cash;
pub use crate::instrument::future::Future;
pub use crate::instrument::option::EuropeanOption;
pub use crate::instrument::perpetual::Perpetual;
pub use crate::instrument::spot::Spot;
pub use crate::math::black::OptionKind;

/// In what a contract pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// In the quote currency; priced and paid in dollars or a dollar coin.
    Linear,
    /// In the underlying coin; an option's price is a fraction of a coin.
    Inverse,
}

/// The market as one contract sees it, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Spot of the underlying.
    pub spot: f64,
    /// Forward of the contract's expiry; of a perpetual, its mark; the spot where there is no expiry.
    pub forward: f64,
    /// Years to expiry, 0 or less once expired.
    pub years: f64,
    /// Annualized volatility of the contract.
    pub vol: f64,
    /// Continuous discount rate per year.
    pub rate: f64,
    /// The price at which an expired contract was settled.
    pub settled_at: f64,
}

impl Point {
    /// Whether the contract has run out.
    pub fn is_expired(&self) -> bool {
        self.years <= 0.0
    }
}

/// Every contract that the engine can value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instrument {
    /// A balance of a dollar-like currency.
    Cash(Cash),
    /// A holding of a coin or share.
    Spot(Spot),
    /// A dated future.
    Future(Future),
    /// A perpetual swap.
    Perpetual(Perpetual),
    /// A European option.
    Option(EuropeanOption),
}

impl Instrument {
    /// The underlying's code, or the currency of a balance.
    pub fn underlying(&self) -> &str {
        match self {
            Instrument::Cash(cash) => cash.currency.code(),
            Instrument::Spot(spot) => &spot.asset,
            Instrument::Future(future) => &future.underlying,
            Instrument::Perpetual(perpetual) => &perpetual.underlying,
            Instrument::Option(option) => &option.underlying,
        }
    }

    /// The instant at which it runs out, if it does.
    pub fn expiry(&self) -> Option<Timestamp> {
        match self {
            Instrument::Cash(_) | Instrument::Spot(_) | Instrument::Perpetual(_) => None,
            Instrument::Future(future) => Some(future.expiry),
            Instrument::Option(option) => Some(option.expiry),
        }
    }

    /// The class as the page names it.
    pub fn class(&self) -> &'static str {
        match self {
            Instrument::Cash(_) => "cash",
            Instrument::Spot(_) => "spot",
            Instrument::Future(_) => "future",
            Instrument::Perpetual(_) => "perpetual",
            Instrument::Option(option) => match option.kind {
                OptionKind::Call => "call",
                OptionKind::Put => "put",
            },
        }
    }

    /// How it settles; a balance counts as linear.
    pub fn settlement(&self) -> Settlement {
        match self {
            Instrument::Cash(_) | Instrument::Spot(_) => Settlement::Linear,
            Instrument::Future(future) => future.settlement,
            Instrument::Perpetual(perpetual) => perpetual.settlement,
            Instrument::Option(option) => option.settlement,
        }
    }

    /// The currency in which it is quoted and, when linear, settled.
    pub fn quote(&self) -> Currency {
        match self {
            Instrument::Cash(cash) => cash.currency.clone(),
            Instrument::Spot(_) => Currency::usd(),
            Instrument::Future(future) => future.quote.clone(),
            Instrument::Perpetual(perpetual) => perpetual.quote.clone(),
            Instrument::Option(option) => option.quote.clone(),
        }
    }

    /// Value and sensitivities of a quantity of one, US dollars; `entry` is the price at which it was opened, in its own price
    /// unit, and matters only to futures and perpetuals, whose value is what they have gained since.
    pub fn greeks(&self, point: &Point, entry: Option<f64>) -> Greeks {
        match self {
            Instrument::Cash(cash) => cash.greeks(),
            Instrument::Spot(spot) => spot.greeks(point),
            Instrument::Future(future) => future.greeks(point, entry),
            Instrument::Perpetual(perpetual) => perpetual.greeks(point, entry),
            Instrument::Option(option) => option.greeks(point),
        }
    }

    /// Signed size of a quantity of one at spot, US dollars; 0 for cash, which is no exposure.
    pub fn unit_exposure(&self, point: &Point) -> f64 {
        if self.expiry().is_some() && point.is_expired() { 0.0 } else { self.exposure_at(point.spot) }
    }

    /// The same of a contract that is alive, from the spot alone.
    pub fn exposure_at(&self, spot: f64) -> f64 {
        match self {
            Instrument::Cash(_) => 0.0,
            Instrument::Spot(_) => spot,
            Instrument::Future(future) => linear_or_inverse_size(future.settlement, future.contract_size, spot),
            Instrument::Perpetual(perpetual) => linear_or_inverse_size(perpetual.settlement, perpetual.contract_size, spot),
            Instrument::Option(option) => option.contract_size * spot,
        }
    }

    /// A total order in which identical contracts, and those of one underlying and expiry, stand together.
    pub fn compare(&self, other: &Instrument) -> Ordering {
        self.order_key().cmp(&other.order_key())
    }

    fn order_key(&self) -> (&str, Option<Timestamp>, u8, Settlement, String, u64, Option<OptionKind>, u64) {
        let (rank, size, strike, kind) = match self {
            Instrument::Cash(_) => (0, 1.0, 0.0, None),
            Instrument::Spot(_) => (1, 1.0, 0.0, None),
            Instrument::Perpetual(perpetual) => (2, perpetual.contract_size, 0.0, None),
            Instrument::Future(future) => (3, future.contract_size, 0.0, None),
            Instrument::Option(option) => (4, option.contract_size, option.strike.get(), Some(option.kind)),
        };
        // Prices and sizes are not negative, so their bit patterns order as they do.
        (
            self.underlying(),
            self.expiry(),
            rank,
            self.settlement(),
            self.quote().code().to_owned(),
            strike.to_bits(),
            kind,
            f64::to_bits(size),
        )
    }
}

fn linear_or_inverse_size(settlement: Settlement, contract_size: f64, spot: f64) -> f64 {
    match settlement {
        Settlement::Linear => contract_size * spot,
        Settlement::Inverse => contract_size,
    }
}

/// Value and sensitivities of one unit of a forward-like contract. Linear: `F − E` per coin. Inverse: `S·(1/E − 1/F)` per dollar
/// of size, the coin profit at spot. `F/S` stays put when spot moves. A position opened at an unknown price counts from zero gain
/// at `reference`, the price that the caller takes as entry.
fn forward_greeks(settlement: Settlement, contract_size: f64, point: &Point, entry: Option<f64>) -> Greeks {
    if point.spot <= 0.0 || point.forward <= 0.0 {
        return Greeks::default();
    }
    let entry = entry.unwrap_or(point.forward);
    let basis = point.forward / point.spot;
    match settlement {
        Settlement::Linear => Greeks {
            value: contract_size * (point.forward - entry),
            delta: contract_size * basis,
            rho: contract_size * point.forward * point.years,
            ..Greeks::default()
        },
        Settlement::Inverse if entry > 0.0 => Greeks {
            value: contract_size * (point.spot / entry - point.spot / point.forward),
            delta: contract_size / entry,
            rho: contract_size * point.years * point.spot / point.forward,
            ..Greeks::default()
        },
        Settlement::Inverse => Greeks::default(),
    }
}
