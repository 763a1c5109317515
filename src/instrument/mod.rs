//! Nouns: one file per contract. A contract knows its terms and its model; it does not know its portfolio, nor whether the
//! market that it is shown is a stressed one.
//!
//! Input: a [`Point`], the market as one contract sees it. Output: the value and sensitivities of one unit in US dollars.

mod american_option;
mod cash;
mod future;
mod loan;
mod option;
mod other;
mod perpetual;
mod pool;
mod settle;
mod share;
mod spot;
mod stake;
mod unit;

use crate::math::dividend::Escrow;
use crate::method::Method;
use crate::units::{Currency, Greeks, Rate, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;

pub use crate::instrument::american_option::AmericanOption;
pub use crate::instrument::cash::Cash;
pub use crate::instrument::future::Future;
pub use crate::instrument::loan::Loan;
pub use crate::instrument::option::EuropeanOption;
pub use crate::instrument::other::Other;
pub use crate::instrument::perpetual::Perpetual;
pub use crate::instrument::pool::{Pool, Side};
pub use crate::instrument::share::Share;
pub use crate::instrument::spot::Spot;
pub use crate::instrument::stake::{Stake, Unlock};
pub use crate::math::black::OptionKind;
pub use crate::math::dividend::Dividend;

/// In what a contract pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// In the quote currency; priced and paid in dollars or a dollar coin.
    Linear,
    /// In the underlying coin; an option's price is a fraction of a coin.
    Inverse,
}

/// When an option may be exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exercise {
    /// At expiry.
    European,
    /// At any time up to expiry.
    American,
}

/// The market as one contract sees it, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point<'a> {
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
    /// Spot of the other asset of a pool share; 0 for every other contract.
    pub other: f64,
    /// Cash dividends that go ex before the contract's expiry, the last first; those whose ex-date has passed count for nothing.
    pub dividends: &'a [Dividend],
}

impl Point<'_> {
    /// Whether the contract has run out.
    pub fn is_expired(&self) -> bool {
        self.years <= 0.0
    }

    /// What the dividends still to come are worth.
    pub fn escrow(&self) -> Escrow {
        if self.dividends.is_empty() { Escrow::NONE } else { Escrow::new(self.dividends, self.spot, self.rate, self.years) }
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
    /// An American option.
    AmericanOption(AmericanOption),
    /// A stock or fund.
    Share(Share),
    /// A staked coin.
    Stake(Stake),
    /// A lent or borrowed balance.
    Loan(Loan),
    /// One side of a pool share.
    Pool(Pool),
    /// Anything that no model prices, at its mark.
    Other(Other),
}

/// How each is valued, in the order of [`Instrument`].
pub const METHODS: &[&Method] = &[
    &cash::METHOD,
    &spot::METHOD,
    &future::METHOD,
    &perpetual::METHOD,
    &option::METHOD,
    &american_option::METHOD,
    &share::METHOD,
    &stake::METHOD,
    &loan::METHOD,
    &pool::METHOD,
    &other::METHOD,
];

impl Instrument {
    /// The underlying's code, or the currency of a balance.
    pub fn underlying(&self) -> &str {
        match self {
            Instrument::Cash(cash) => cash.currency.code(),
            Instrument::Spot(spot) => &spot.asset,
            Instrument::Future(future) => &future.underlying,
            Instrument::Perpetual(perpetual) => &perpetual.underlying,
            Instrument::Option(option) => &option.underlying,
            Instrument::AmericanOption(option) => &option.underlying,
            Instrument::Share(share) => &share.symbol,
            Instrument::Stake(stake) => &stake.underlying,
            Instrument::Loan(loan) => loan.asset.code(),
            Instrument::Pool(pool) => pool.asset().code(),
            Instrument::Other(other) => &other.symbol,
        }
    }

    /// The second asset whose price it depends on, of a pool share.
    pub fn other_asset(&self) -> Option<&Currency> {
        match self {
            Instrument::Pool(pool) => Some(pool.other()),
            _ => None,
        }
    }

    /// Whether it is an amount of dollars: it has a value and no price risk here, so no shock moves it.
    pub fn is_currency(&self) -> bool {
        match self {
            Instrument::Cash(_) => true,
            Instrument::Loan(loan) => loan.asset.is_dollar_like(),
            Instrument::Pool(pool) => pool.asset().is_dollar_like(),
            _ => false,
        }
    }

    /// The terms of an option, exercise aside: what its volatility is quoted for.
    pub fn option_terms(&self) -> Option<Cow<'_, EuropeanOption>> {
        match self {
            Instrument::Option(option) => Some(Cow::Borrowed(option)),
            Instrument::AmericanOption(option) => Some(Cow::Owned(option.european())),
            _ => None,
        }
    }

    /// When an option may be exercised; European for every contract that is none.
    pub fn exercise(&self) -> Exercise {
        match self {
            Instrument::AmericanOption(_) => Exercise::American,
            _ => Exercise::European,
        }
    }

    /// Whether its value is what it has gained since it was opened.
    pub fn has_gain(&self) -> bool {
        matches!(self, Instrument::Future(_) | Instrument::Perpetual(_))
    }

    /// Whether it is a contract that is marked, not a holding.
    pub fn is_derivative(&self) -> bool {
        self.has_gain() || matches!(self, Instrument::Option(_) | Instrument::AmericanOption(_))
    }

    /// The instant at which it runs out, if it does.
    pub fn expiry(&self) -> Option<Timestamp> {
        match self {
            Instrument::Future(future) => Some(future.expiry),
            Instrument::Option(option) => Some(option.expiry),
            Instrument::AmericanOption(option) => Some(option.expiry),
            _ => None,
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
            Instrument::AmericanOption(option) => match option.kind {
                OptionKind::Call => "american call",
                OptionKind::Put => "american put",
            },
            Instrument::Share(_) => "share",
            Instrument::Stake(_) => "stake",
            Instrument::Loan(_) => "loan",
            Instrument::Pool(_) => "pool",
            Instrument::Other(_) => "other",
        }
    }

    /// How it settles; a balance counts as linear.
    pub fn settlement(&self) -> Settlement {
        match self {
            Instrument::Future(future) => future.settlement,
            Instrument::Perpetual(perpetual) => perpetual.settlement,
            Instrument::Option(option) => option.settlement,
            _ => Settlement::Linear,
        }
    }

    /// The currency in which it is quoted and, when linear, settled.
    pub fn quote(&self) -> Currency {
        match self {
            Instrument::Cash(cash) => cash.currency.clone(),
            Instrument::Future(future) => future.quote.clone(),
            Instrument::Perpetual(perpetual) => perpetual.quote.clone(),
            Instrument::Option(option) => option.quote.clone(),
            Instrument::AmericanOption(option) => option.quote.clone(),
            Instrument::Loan(loan) if loan.asset.is_dollar_like() => loan.asset.clone(),
            Instrument::Pool(pool) if pool.asset().is_dollar_like() => pool.asset().clone(),
            _ => Currency::usd(),
        }
    }

    /// Value and sensitivities of a quantity of one, US dollars; `entry` is the price at which it was opened, in its own price
    /// unit, and matters only to futures and perpetuals, whose value is what they have gained since.
    pub fn greeks(&self, point: &Point, entry: Option<f64>) -> Greeks {
        match self {
            Instrument::Cash(cash) => cash.greeks(point),
            Instrument::Spot(spot) => spot.greeks(point),
            Instrument::Future(future) => future.greeks(point, entry),
            Instrument::Perpetual(perpetual) => perpetual.greeks(point, entry),
            Instrument::Option(option) => option.greeks(point),
            Instrument::AmericanOption(option) => option.greeks(point),
            Instrument::Share(share) => share.greeks(point),
            Instrument::Stake(stake) => stake.greeks(point),
            Instrument::Loan(loan) => loan.greeks(point),
            Instrument::Pool(pool) => pool.greeks(point),
            Instrument::Other(other) => other.greeks(point),
        }
    }

    /// Signed size of a quantity of one at spot, US dollars; 0 for cash, which is no exposure.
    pub fn unit_exposure(&self, point: &Point) -> f64 {
        match self {
            Instrument::Pool(pool) if !self.is_currency() => pool.amount(point) * point.spot,
            _ if self.expiry().is_some() && point.is_expired() => 0.0,
            _ => self.exposure_at(point.spot),
        }
    }

    /// The same of a contract that is alive, from the spot alone; 0 for a pool share, which needs two.
    pub fn exposure_at(&self, spot: f64) -> f64 {
        match self {
            Instrument::Cash(_) | Instrument::Pool(_) => 0.0,
            Instrument::Spot(_) | Instrument::Share(_) => spot,
            Instrument::Loan(_) if self.is_currency() => 0.0,
            Instrument::Loan(_) => spot,
            Instrument::Stake(stake) => stake.rate * spot,
            Instrument::Other(other) => other.contract_size * spot,
            Instrument::AmericanOption(option) => option.contract_size * spot,
            Instrument::Future(future) => linear_or_inverse_size(future.settlement, future.contract_size, spot),
            Instrument::Perpetual(perpetual) => linear_or_inverse_size(perpetual.settlement, perpetual.contract_size, spot),
            Instrument::Option(option) => option.contract_size * spot,
        }
    }

    /// A total order in which identical contracts, and those of one underlying and expiry, stand together.
    pub fn compare(&self, other: &Instrument) -> Ordering {
        self.order_key().cmp(&other.order_key())
    }

    fn order_key(&self) -> OrderKey<'_> {
        let (rank, size, strike, kind) = match self {
            Instrument::Cash(_) => (0, 1.0, 0.0, None),
            Instrument::Spot(_) => (1, 1.0, 0.0, None),
            Instrument::Perpetual(perpetual) => (2, perpetual.contract_size, 0.0, None),
            Instrument::Future(future) => (3, future.contract_size, 0.0, None),
            Instrument::Option(option) => (4, option.contract_size, option.strike.get(), Some(option.kind)),
            Instrument::AmericanOption(option) => (5, option.contract_size, option.strike.get(), Some(option.kind)),
            Instrument::Share(_) => (6, 1.0, 0.0, None),
            Instrument::Stake(stake) => (7, stake.rate, 0.0, None),
            Instrument::Loan(_) => (8, 1.0, 0.0, None),
            Instrument::Pool(pool) => (if pool.side == Side::Base { 9 } else { 10 }, pool.liquidity, 0.0, None),
            Instrument::Other(other) => (11, other.contract_size, 0.0, None),
        };
        let (details, label) = match self {
            Instrument::Stake(stake) => {
                let unlock = match stake.unlock {
                    Unlock::Free => [0, 0],
                    Unlock::Notice(days) => [1, days.to_bits()],
                    Unlock::At(time) => [2, time.ms().unsigned_abs()],
                };
                (unlock, stake.token.as_str())
            }
            Instrument::Loan(loan) => {
                let bits = |number: Option<f64>| number.map_or(u64::MAX, f64::to_bits);
                ([bits(loan.rate.map(Rate::get)), bits(loan.threshold)], "")
            }
            Instrument::Pool(pool) => ([pool.lower.to_bits(), pool.upper.map_or(u64::MAX, f64::to_bits)], pool.other().code()),
            Instrument::Other(other) => ([0, 0], other.kind.as_str()),
            _ => ([0, 0], ""),
        };
        // Prices and sizes are not negative, so their bit patterns order as they do.
        OrderKey {
            underlying: self.underlying(),
            expiry: self.expiry(),
            rank,
            settlement: self.settlement(),
            quote: self.quote(),
            strike: strike.to_bits(),
            kind,
            size: f64::to_bits(size),
            details,
            label,
        }
    }
}

/// What contracts are ordered by, in this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct OrderKey<'a> {
    underlying: &'a str,
    expiry: Option<Timestamp>,
    rank: u8,
    settlement: Settlement,
    quote: Currency,
    strike: u64,
    kind: Option<OptionKind>,
    size: u64,
    details: [u64; 2],
    label: &'a str,
}

fn linear_or_inverse_size(settlement: Settlement, contract_size: f64, spot: f64) -> f64 {
    match settlement {
        Settlement::Linear => contract_size * spot,
        Settlement::Inverse => contract_size,
    }
}

/// Value and sensitivities of one unit of a forward-like contract. Linear: `F − E` per coin. Inverse: `S·(1/E − 1/F)` per dollar
/// of size, the coin profit at spot. The forward's ratio to the spot, less dividends to come, stays put when spot moves. A position opened at an unknown price counts from zero gain
/// at `reference`, the price that the caller takes as entry.
fn forward_greeks(settlement: Settlement, contract_size: f64, point: &Point, entry: Option<f64>) -> Greeks {
    if point.spot <= 0.0 || point.forward <= 0.0 {
        return Greeks::default();
    }
    let entry = entry.unwrap_or(point.forward);
    let escrow = point.escrow();
    let basis = point.forward / (point.spot - escrow.value);
    match settlement {
        Settlement::Linear => Greeks {
            value: contract_size * (point.forward - entry),
            delta: contract_size * basis,
            rho: contract_size * point.forward * point.years + escrow.by_rate(contract_size * basis),
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
