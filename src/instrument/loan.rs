//! A lent or borrowed balance, at an exchange, a lender or a lending protocol. Value: amount times price, negative when borrowed;
//! interest that has accrued is part of the amount.
//!
//! The legs of a lending account (its collateral and its debts) are positions of their own that share venue and account; the health
//! of the account is `Σ collateral·price·threshold / Σ debt·price`.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::{Currency, Greeks, Rate};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "loan",
    label: "Loan",
    doc: "A balance that is lent (+) or borrowed (−), with the share of its value up to which it secures debt.",
    formula: "V = q · S, of a dollar coin S = 1\n\
              Δ = q, of a dollar coin 0",
    unit: "US dollars; q coins",
    convention: "Both legs of a loan stand in one account, whose health is shown with it.",
    source: "by definition; health as in Aave's documentation",
    limits: "Interest is in the balance as far as the file has it; interest to come is not accrued.",
};

/// A loan; quantity is in coins or currency units, + lent, − borrowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loan {
    /// What was lent or borrowed.
    pub asset: Currency,
    /// Interest per year, simple, where the file says; + the borrower pays.
    pub rate: Option<Rate>,
    /// Share of its value up to which it secures debt before it is liquidated, 0 to 1; `None` where it secures nothing.
    pub threshold: Option<f64>,
}

impl Loan {
    /// One unit: a dollar where the asset is meant to be one and its peg holds, else a coin.
    pub fn greeks(&self, point: &Point) -> Greeks {
        let delta = if self.asset.is_dollar_like() { 0.0 } else { 1.0 };
        Greeks { value: self.unit_value(point), delta, ..Greeks::default() }
    }

    /// Value of one unit, US dollars.
    pub fn unit_value(&self, point: &Point) -> f64 {
        point.spot
    }
}
