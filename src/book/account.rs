//! What a venue itself says of a position or of a whole account: kept beside what is computed, for comparison, never summed.

use crate::issue::Source;
use crate::units::{Currency, Price, Quantity, Timestamp};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A venue's own figures of one position.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// Unrealized profit since entry, in `currency`, + gain.
    pub unrealized_pnl: Option<Quantity>,
    /// Size of the position, in `notional_currency`; signed or not as the venue writes it.
    pub notional: Option<Quantity>,
    /// Initial margin, in `currency`.
    pub initial_margin: Option<Quantity>,
    /// Maintenance margin, in `currency`.
    pub maintenance_margin: Option<Quantity>,
    /// Price at which the venue would liquidate it, in the price's own unit.
    pub liquidation_price: Option<Price>,
    /// Currency of profit and margins; US dollars where empty.
    pub currency: Option<Currency>,
    /// Currency of the notional; US dollars where empty.
    pub notional_currency: Option<Currency>,
    /// When the venue last changed it.
    pub time: Option<Timestamp>,
    /// Sensitivities of an option, once for each rule by which the venue states them. They stay in saved books and leave with no link.
    pub greeks: Vec<StatedGreeks>,
}

/// Sensitivities of a whole position by one of its venue's rules, in the units of that rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatedGreeks {
    /// Id of the rule, as `price::convention` names it.
    pub rule: SmolStr,
    /// By the price of the underlying.
    pub delta: Option<Quantity>,
    /// Second derivative by it.
    pub gamma: Option<Quantity>,
    /// By volatility.
    pub vega: Option<Quantity>,
    /// By time.
    pub theta: Option<Quantity>,
}

/// A venue's own figures of one account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The venue.
    pub venue: String,
    /// The account or sub-account, as on its positions; may be empty.
    pub name: String,
    /// What the figures are of, such as `USD-M futures` or `portfolio margin`.
    pub kind: String,
    /// Currency of the figures; US dollars where empty.
    pub currency: Option<Currency>,
    /// Everything that the account is worth.
    pub equity: Option<Quantity>,
    /// Balance without unrealized profit.
    pub balance: Option<Quantity>,
    /// Unrealized profit of its positions.
    pub unrealized_pnl: Option<Quantity>,
    /// Initial margin.
    pub initial_margin: Option<Quantity>,
    /// Maintenance margin.
    pub maintenance_margin: Option<Quantity>,
    /// Health as the venue prints it: a margin level, a health factor, a uniMMR; its own scale.
    pub health: Option<Quantity>,
    /// When it was so.
    pub time: Option<Timestamp>,
    /// The row that it came from.
    pub source: Source,
}
