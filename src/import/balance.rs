//! What an account holds, has lent and owes of one asset → positions.

use crate::book::Stated;
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::instrument::{Instrument, Loan};
use crate::issue::Issue;
use crate::units::{Currency, Rate};

/// One asset in one account.
pub(super) struct Balance<'a> {
    /// Venue.
    pub venue: &'static str,
    /// Account or sub-account; the legs of one loan share it.
    pub account: &'a str,
    /// Code of the asset.
    pub asset: &'a str,
    /// Line of the record, from 1.
    pub line: u64,
}

impl Balance<'_> {
    /// An amount that is held; a flat one is noted.
    ///
    /// # Errors
    /// An amount that is not finite.
    pub(super) fn hold(&self, amount: f64, intake: &mut Intake<'_>) -> Result<(), Issue> {
        self.position(deribit_name::coin(self.asset), amount, intake)
    }

    /// The same under a name that tells one of several wallets of an account from the others.
    ///
    /// # Errors
    /// As [`Balance::hold`].
    pub(super) fn hold_as(&self, name: String, amount: f64, intake: &mut Intake<'_>) -> Result<(), Issue> {
        self.named(name, deribit_name::coin(self.asset), amount, intake)
    }

    /// An amount that is lent (+) or owed (−); a flat one is noted.
    ///
    /// # Errors
    /// As [`Balance::hold`].
    pub(super) fn lend(&self, amount: f64, rate: Option<Rate>, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let loan = Loan { asset: Currency::new(self.asset), rate, threshold: None };
        self.position(Instrument::Loan(loan), amount, intake)
    }

    /// An amount that secures a debt of the account, and the share of its value up to which it does before it is liquidated.
    ///
    /// # Errors
    /// As [`Balance::hold`].
    pub(super) fn pledge(&self, amount: f64, threshold: Option<f64>, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let loan = Loan { asset: Currency::new(self.asset), rate: None, threshold };
        self.position(Instrument::Loan(loan), amount, intake)
    }

    /// What is held beside what is owed, each a position of its own; flat where it is neither.
    ///
    /// # Errors
    /// As [`Balance::hold`].
    pub(super) fn hold_and_owe(&self, held: f64, owed: f64, intake: &mut Intake<'_>) -> Result<(), Issue> {
        if held != 0.0 || owed == 0.0 {
            self.hold(held, intake)?;
        }
        if owed != 0.0 { self.lend(-owed, None, intake) } else { Ok(()) }
    }

    /// An amount of any contract on the asset.
    ///
    /// # Errors
    /// As [`Balance::hold`].
    pub(super) fn position(&self, instrument: Instrument, quantity: f64, intake: &mut Intake<'_>) -> Result<(), Issue> {
        self.named(self.asset.to_owned(), instrument, quantity, intake)
    }

    fn named(&self, name: String, instrument: Instrument, quantity: f64, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let (account, stated) = (self.account.to_owned(), Stated::default());
        Holding { name, account, venue: self.venue, instrument, quantity, entry: None, mark: None, stated }.record(self.line, intake)
    }
}
