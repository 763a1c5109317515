//! Amounts of a currency.
//!
//! | operation | result |
//! |---|---|
//! | `Money + Money`, same currency | `Money` |
//! | `Money + Money`, different currencies | an `Issue`: convert first |

use crate::issue::{Issue, IssueKind};
use crate::units::Currency;
use serde::{Deserialize, Serialize};

/// A signed amount of one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// Amount in units of the currency; + is owned or gained.
    pub amount: f64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Adds two amounts of one currency.
    ///
    /// # Errors
    /// A `Conversion` issue when the currencies differ.
    pub fn checked_add(&self, other: &Money) -> Result<Money, Issue> {
        if self.currency == other.currency {
            Ok(Money { amount: self.amount + other.amount, currency: self.currency.clone() })
        } else {
            Err(Issue::rejected(
                IssueKind::Conversion,
                format!("{} and {} cannot be added, convert one first", self.currency, other.currency),
            ))
        }
    }
}
