//! How far the book is levered, whole and account by account, and what the files say of the way to trouble.
//!
//! Input: a valued book, the accounts as their venues state them. Output: [`Leveraged`]. Gross, net and delta-adjusted size over equity;
//! an option's elasticity is `Δ·S/V`. Invariant: an account without equity has no leverage, never one of 0; a distance is told only where
//! a file states what it follows from, and where none does it is said so.

use crate::book::{Account, Book};
use crate::exposure::account::{AccountRow, by_account};
use crate::instrument::Instrument;
use crate::method::Method;
use crate::order;
use crate::price::{Line, Valued};
use crate::units::{Currency, Measures, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How each is computed.
pub const METHODS: &[&Method] = &[&LEVERAGE, &ELASTICITY, &TROUBLE];

const LEVERAGE: Method = Method {
    id: "leverage",
    label: "Leverage",
    doc: "Size over equity: with options at full size, with shorts subtracted, and by their deltas.",
    formula: "gross = Σ|q·c·S| / equity;  net = Σ q·c·S / equity;  delta-adjusted = Σ|Δ·S| / equity;  net delta = Σ Δ·S / equity",
    unit: "times the equity",
    convention: "Equity is the value of everything in the book, or in the account. Deltas position by position, so that a hedge adds to the gross.",
    source: "by definition",
    limits: "None where equity is nothing or less. Only what the files hold: a balance that no file states is missing from equity.",
};

const ELASTICITY: Method = Method {
    id: "elasticity",
    label: "Elasticity of an option",
    doc: "By how many percent an option's value changes when spot moves by 1 %: the leverage that it has in itself.",
    formula: "Ω = Δ·S / V",
    unit: "a number",
    convention: "The same for a bought and a sold option. Of several together only where they are worth something.",
    source: "Hull, Options, Futures, and Other Derivatives; Black and Scholes 1973",
    limits: "For small moves: it falls as the option gains.",
};

const TROUBLE: Method = Method {
    id: "trouble",
    label: "Distance to the first trouble",
    doc: "How far prices must move until an account is liquidated, as far as a file states what that follows from.",
    formula: "stated price: P/mark − 1\n\
              lending: the x with Σ threshold·collateral − debt = 0 when every coin moves by x and dollars stay\n\
              stated margin: the smallest fall and rise of every spot alike at which the account's positions lose equity − maintenance",
    unit: "a fraction of the price",
    convention: "The nearest of them counts. The margin is held while prices move, the account's positions are revalued in full. Where no file states \
                 anything it is said to be unknown.",
    source: "the venues' files; Aave documentation, health factor",
    limits: "A stated price is of its own time. A margin in a coin, or of an account that is stated in parts, has no distance here.",
};

/// Sizes over equity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Leverage {
    /// Value of everything, US dollars.
    pub equity: f64,
    /// Σ|q·c·S|, US dollars.
    pub gross_notional: f64,
    /// Σ q·c·S, US dollars.
    pub net_notional: f64,
    /// Σ|Δ·S| by position, US dollars.
    pub gross_delta: f64,
    /// Σ Δ·S, US dollars.
    pub net_delta: f64,
}

impl Leverage {
    fn add(&mut self, measures: &Measures) {
        self.equity += measures.value;
        self.gross_notional += measures.gross_notional;
        self.net_notional += measures.net_notional;
        self.gross_delta += measures.cash_delta.abs();
        self.net_delta += measures.cash_delta;
    }

    fn over_equity(&self, size: f64) -> Option<f64> {
        (self.equity > 0.0).then(|| size / self.equity)
    }

    /// Gross notional over equity; `None` where there is no equity.
    pub fn gross(&self) -> Option<f64> {
        self.over_equity(self.gross_notional)
    }

    /// Net notional over equity, signed.
    pub fn net(&self) -> Option<f64> {
        self.over_equity(self.net_notional)
    }

    /// Gross delta over equity.
    pub fn delta_adjusted(&self) -> Option<f64> {
        self.over_equity(self.gross_delta)
    }

    /// Net delta over equity, signed: what equity gains in percent when every spot rises by 1 %.
    pub fn net_delta_adjusted(&self) -> Option<f64> {
        self.over_equity(self.net_delta)
    }
}

/// Elasticity of an option position: by how many percent its value changes when spot moves by 1 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elasticity {
    /// Place in the book, from 0.
    pub index: u32,
    /// Name of the position.
    pub name: String,
    /// Value, US dollars.
    pub value: f64,
    /// Δ·S, US dollars.
    pub cash_delta: f64,
    /// Δ·S/V; `None` of what is worth nothing.
    pub elasticity: Option<f64>,
}

/// Something from which the way to an account's first trouble follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Trouble {
    /// The venue states at which price it would liquidate a future or perpetual.
    Liquidation {
        /// Place in the book, from 0.
        index: u32,
        /// Name of the position.
        name: String,
        /// Code of its underlying.
        underlying: String,
        /// The stated price, US dollars.
        price: f64,
        /// The price that it is compared with: the contract's own, US dollars.
        mark: f64,
        /// When the venue stated it.
        time: Option<Timestamp>,
    },
    /// Debt against collateral, liquidated where the health falls below 1.
    Lending {
        /// Health now.
        health: f64,
        /// Move of every coin alike at which it is 1, a fraction; `None` where no move leads there.
        reach: Option<f64>,
    },
    /// The venue states equity and maintenance margin.
    Margin {
        /// What the figures are of.
        kind: String,
        /// Equity, in `currency`.
        equity: f64,
        /// Maintenance margin, in `currency`.
        maintenance: f64,
        /// Currency of both.
        currency: Currency,
        /// What may be lost before equity is the margin, US dollars; `None` of a currency that is no dollar: its own price moves too.
        buffer: Option<f64>,
        /// The smallest fall and rise of every spot alike at which the account's positions lose that, the margin being held; `None` where
        /// no such move was found.
        reach: (Option<f64>, Option<f64>),
        /// When the venue stated it.
        time: Option<Timestamp>,
    },
}

impl Trouble {
    /// The move of a price that leads there, a fraction: of a liquidation price that of the contract's own price, else of every spot alike.
    pub fn distance(&self) -> Option<f64> {
        match self {
            Trouble::Liquidation { price, mark, .. } => Some(price / mark - 1.0),
            Trouble::Lending { reach, .. } => *reach,
            Trouble::Margin { reach: (Some(fall), Some(rise)), .. } => Some(if -fall <= *rise { *fall } else { *rise }),
            Trouble::Margin { reach: (fall, rise), .. } => fall.or(*rise),
        }
    }
}

/// What is known of the way to an account's first trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// A file states something that it follows from.
    Stated,
    /// Nothing is owed, sold or margined: there is nothing to be liquidated.
    Unlevered,
    /// Something is, and no file states at which price or with which margin it would be liquidated.
    Unknown,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountLeverage {
    /// The venue; may be empty.
    pub venue: String,
    /// The account; may be empty.
    pub name: String,
    /// Its sizes.
    pub leverage: Leverage,
    /// What is known of the way to its first trouble.
    pub standing: Standing,
    /// What the way follows from, the nearest first; what has no distance last.
    pub troubles: Vec<Trouble>,
    /// Positions that cannot be valued, which are in no size and in no way to trouble.
    pub left_out: u32,
    /// Figures of health that the venue prints on a scale of its own, which are no distance.
    pub stated_health: Vec<f64>,
}

/// The book and its accounts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Leveraged {
    /// The whole book.
    pub whole: Leverage,
    /// By venue and account, in alphabetical order.
    pub accounts: Vec<AccountLeverage>,
    /// The options together.
    pub options: Leverage,
    /// Option positions, the largest |Δ·S| first.
    pub elasticities: Vec<Elasticity>,
}

/// What is gathered of one account.
#[derive(Default)]
struct Gathered {
    leverage: Leverage,
    troubles: Vec<Trouble>,
    lending: Lending,
    can_be_liquidated: bool,
    left_out: u32,
}

/// Collateral at its thresholds and debt, of coins and of dollars, US dollars.
#[derive(Clone, Copy, Debug, Default)]
struct Lending {
    coins: f64,
    dollars: f64,
    owed: f64,
}

impl Lending {
    fn add(&mut self, is_currency: bool, threshold: Option<f64>, value: f64) {
        let counts = if value < 0.0 { value } else { value * threshold.unwrap_or(0.0) };
        *(if is_currency { &mut self.dollars } else { &mut self.coins }) += counts;
        self.owed += (-value).max(0.0);
    }

    /// The move `x` of every coin at which `coins·(1 + x) + dollars = 0`; `None` where no price above nothing leads there.
    fn reach(self) -> Option<f64> {
        let ratio = -self.dollars / self.coins;
        (self.owed > 0.0 && ratio > 0.0 && ratio.is_finite()).then_some(ratio - 1.0)
    }
}

/// Sizes, elasticities and what the files say of the way to trouble.
pub fn leverage(book: &Book, accounts: &[Account], lines: &[Line], valued: &Valued) -> Leveraged {
    let mut all = Leveraged::default();
    let mut gathered: BTreeMap<(&str, &str), Gathered> = BTreeMap::new();
    for (((index, position), line), valued) in (0..).zip(&book.positions).zip(lines).zip(&valued.positions) {
        let account = gathered.entry((&position.venue, &position.account)).or_default();
        account.left_out += u32::from(*line == Line::LeftOut);
        let Some(valued) = valued else { continue };
        let measures = &valued.measures;
        all.whole.add(measures);
        account.leverage.add(measures);
        account.can_be_liquidated |= position.instrument.has_gain() || measures.value < 0.0;
        match &position.instrument {
            Instrument::Loan(loan) => account.lending.add(position.instrument.is_currency(), loan.threshold, measures.value),
            Instrument::Option(_) | Instrument::AmericanOption(_) => {
                all.options.add(measures);
                let (value, cash_delta) = (measures.value, measures.cash_delta);
                let elasticity = (value != 0.0).then(|| cash_delta / value);
                all.elasticities.push(Elasticity { index, name: position.name.clone(), value, cash_delta, elasticity });
            }
            Instrument::Future(_) | Instrument::Perpetual(_) => {
                let stated = position.stated.as_deref();
                let price = stated.and_then(|stated| stated.liquidation_price).map(|price| price.get());
                if let Some(price) = price.filter(|price| *price > 0.0 && valued.forward > 0.0) {
                    let (name, underlying) = (position.name.clone(), position.instrument.underlying().to_owned());
                    let time = stated.and_then(|stated| stated.time);
                    account.troubles.push(Trouble::Liquidation { index, name, underlying, price, mark: valued.forward, time });
                }
            }
            _ => {}
        }
    }
    order::sort_by(&mut all.elasticities, |one, other| other.cash_delta.abs().total_cmp(&one.cash_delta.abs()));
    let rows = by_account(book, accounts, valued, None);
    let mut gathered: BTreeMap<(String, String), Gathered> =
        gathered.into_iter().map(|((venue, name), gathered)| ((venue.to_owned(), name.to_owned()), gathered)).collect();
    let accounts = rows.into_iter().map(|row| {
        let gathered = gathered.remove(&(row.venue.clone(), row.name.clone())).unwrap_or_default();
        account(gathered, row)
    });
    all.accounts = accounts.collect();
    all
}

fn account(mut gathered: Gathered, row: AccountRow) -> AccountLeverage {
    let mut troubles = std::mem::take(&mut gathered.troubles);
    if let Some(health) = row.health {
        troubles.push(Trouble::Lending { health, reach: gathered.lending.reach() });
    }
    let mut stated_health = Vec::new();
    for stated in &row.stated {
        stated_health.extend(stated.health.map(|health| health.get()));
        if let (Some(equity), Some(maintenance)) = (stated.equity, stated.maintenance_margin) {
            let (equity, maintenance) = (equity.get(), maintenance.get());
            let currency = stated.currency.clone().unwrap_or_else(Currency::usd);
            let buffer = currency.is_dollar_like().then_some(equity - maintenance);
            troubles.push(Trouble::Margin {
                kind: stated.kind.clone(),
                equity,
                maintenance,
                currency,
                buffer,
                reach: (None, None),
                time: stated.time,
            });
        }
    }
    let standing = match (troubles.is_empty(), gathered.can_be_liquidated) {
        (false, _) => Standing::Stated,
        (true, true) => Standing::Unknown,
        (true, false) => Standing::Unlevered,
    };
    let Gathered { leverage, left_out, .. } = gathered;
    let mut account = AccountLeverage { venue: row.venue, name: row.name, leverage, standing, troubles, left_out, stated_health };
    account.sort();
    account
}

impl AccountLeverage {
    /// Puts the nearest trouble first.
    pub fn sort(&mut self) {
        let nearness = |trouble: &Trouble| trouble.distance().map_or(f64::INFINITY, f64::abs);
        order::sort_by(&mut self.troubles, |one, other| nearness(one).total_cmp(&nearness(other)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lending_is_liquidated_where_collateral_at_its_threshold_is_the_debt() {
        let reach = |legs: &[(bool, Option<f64>, f64)]| {
            let mut lending = Lending::default();
            legs.iter().for_each(|(is_currency, threshold, value)| lending.add(*is_currency, *threshold, *value));
            lending.reach()
        };
        // Debt/(Q·LT): 15 000 dollars against 30 000 of a coin at 80 % is liquidated when the coin is worth 62.5 % of it.
        assert_eq!(reach(&[(false, Some(0.8), 30_000.0), (true, None, -15_000.0)]), Some(0.625 - 1.0));
        // C·LT/Q: 20 000 dollars at 75 % against 10 000 of a coin bears half as much again.
        assert_eq!(reach(&[(true, Some(0.75), 20_000.0), (false, None, -10_000.0)]), Some(0.5));
        // Coins against coins move together; what nothing is owed against is never liquidated.
        assert_eq!(reach(&[(false, Some(0.8), 30_000.0), (false, None, -15_000.0)]), None);
        assert_eq!(reach(&[(false, Some(0.8), 30_000.0), (true, Some(0.8), 15_000.0)]), None);
    }
}
