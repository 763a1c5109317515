//! By account: what the positions come to, beside what the venue itself says of the account.
//!
//! The health of a lending account is `Σ collateral·price·threshold / Σ debt·price` (Aave, health factor): it is liquidated below 1.

use crate::book::{Account, Book};
use crate::instrument::Instrument;
use crate::price::Valued;
use crate::units::Measures;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One account of one venue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccountRow {
    /// The venue; may be empty.
    pub venue: String,
    /// The account or sub-account; may be empty.
    pub name: String,
    /// Positions in it.
    pub positions: u32,
    /// Their sum, US dollars.
    pub base: Measures,
    /// The same under the shock; absent without one.
    pub shocked: Option<Measures>,
    /// Health of a lending account; `None` where nothing is borrowed against collateral.
    pub health: Option<f64>,
    /// The same under the shock.
    pub shocked_health: Option<f64>,
    /// What the venue says, one entry for each of its statements.
    pub stated: Vec<Account>,
}

/// Collateral times threshold, and debt, US dollars.
#[derive(Clone, Copy, Default)]
struct Lending {
    secured: f64,
    owed: f64,
}

impl Lending {
    fn add(&mut self, threshold: Option<f64>, value: f64) {
        if value < 0.0 {
            self.owed -= value;
        } else if let Some(threshold) = threshold {
            self.secured += value * threshold;
        }
    }

    fn health(self) -> Option<f64> {
        (self.owed > 0.0 && self.secured > 0.0).then(|| self.secured / self.owed)
    }
}

/// Sums by venue and account, in alphabetical order; an account of which only the venue's figures are known is one too.
pub fn by_account(book: &Book, accounts: &[Account], base: &Valued, shocked: Option<&Valued>) -> Vec<AccountRow> {
    let mut rows: BTreeMap<(String, String), (AccountRow, Lending, Lending)> = BTreeMap::new();
    let new = |venue: &str, name: &str| {
        let row = AccountRow {
            venue: venue.to_owned(),
            name: name.to_owned(),
            shocked: shocked.map(|_| Measures::default()),
            ..AccountRow::default()
        };
        (row, Lending::default(), Lending::default())
    };
    for (index, position) in book.positions.iter().enumerate() {
        let key = (position.venue.clone(), position.account.clone());
        let (row, now, then) = rows.entry(key).or_insert_with(|| new(&position.venue, &position.account));
        row.positions += 1;
        let threshold = match &position.instrument {
            Instrument::Loan(loan) => Some(loan.threshold),
            _ => None,
        };
        if let Some(valued) = base.positions.get(index).and_then(Option::as_ref) {
            row.base += valued.measures;
            if let Some(threshold) = threshold {
                now.add(threshold, valued.measures.value);
            }
        }
        if let Some(valued) = shocked.and_then(|shocked| shocked.positions.get(index)?.as_ref()) {
            if let Some(sum) = &mut row.shocked {
                *sum += valued.measures;
            }
            if let Some(threshold) = threshold {
                then.add(threshold, valued.measures.value);
            }
        }
    }
    for account in accounts {
        let key = (account.venue.clone(), account.name.clone());
        rows.entry(key).or_insert_with(|| new(&account.venue, &account.name)).0.stated.push(account.clone());
    }
    rows.into_values()
        .map(|(row, now, then)| AccountRow { health: now.health(), shocked_health: shocked.and_then(|_| then.health()), ..row })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_health_of_a_lending_account_is_secured_over_owed() {
        let mut lending = Lending::default();
        lending.add(Some(0.83), 30_000.0);
        lending.add(None, 5_000.0);
        lending.add(None, -15_000.0);
        assert_eq!(lending.health(), Some(0.83 * 30_000.0 / 15_000.0));
        assert_eq!(Lending { secured: 1.0, owed: 0.0 }.health(), None);
    }
}
