//! What Interactive Brokers' files have in common: rows of positions, balances and exchange rates → positions, facts and accounts.
//!
//! Everything is priced in US dollars here, so marks, costs and strikes in another currency are converted at the file's own rate.
//! Invariant: of one contract either the summary counts or its lots, never both; a row of either is accepted.

use crate::book::{Account, Stated};
use crate::import::holding::Holding;
use crate::import::ibkr_contract::{self, Class, Terms};
use crate::import::ibkr_row::{self, ACCOUNT, CURRENCY, DESCRIPTION, Line, Open, RATE_TO_BASE, SYMBOL, TO, TOTAL};
use crate::import::intake::Intake;
use crate::import::terms::Statement;
use crate::instrument::{Cash, Instrument, Spot};
use crate::issue::{Issue, IssueKind};
use crate::market::{FactValue, Origin};
use crate::units::{Currency, Price, Quantity, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

const VENUE: &str = "Interactive Brokers";

struct Balance {
    line: u64,
    account: String,
    currency: String,
    amount: f64,
    time: Option<Timestamp>,
}

/// One statement, or the rows of one file, until all of it is known.
#[derive(Default)]
pub(super) struct Report {
    /// Account of rows that name none.
    pub account: String,
    /// The instant that the statement describes.
    pub as_of: Option<Timestamp>,
    open: Vec<Open>,
    balances: Vec<Balance>,
    /// Worth in the base currency, by account and currency.
    rates: BTreeMap<(String, String), f64>,
    bases: BTreeMap<String, String>,
    terms: BTreeMap<String, Terms>,
    accounts: BTreeMap<String, Account>,
}

impl Report {
    fn account_of(&self, row: &Line<'_>) -> String {
        let named = ibkr_row::account_name(row.raw(ACCOUNT));
        if named.is_empty() { self.account.clone() } else { named.to_owned() }
    }

    /// Takes note of the currency in which the account is kept.
    pub(super) fn base(&mut self, row: &Line<'_>, currency: &str) {
        self.bases.insert(self.account_of(row), currency.trim().to_uppercase());
    }

    fn rate(&mut self, account: String, currency: &str, rate: f64) {
        if rate.is_finite() && rate > 0.0 {
            self.rates.insert((account, currency.to_uppercase()), rate);
        }
    }

    /// Reads what a unit of a currency is worth, from a list of exchange rates; those of two other currencies are passed over.
    ///
    /// # Errors
    /// A rate that is no number.
    pub(super) fn conversion(&mut self, row: &Line<'_>, currency: usize, rate: usize, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let number = row.amount(rate, intake)?.ok_or_else(|| row.refuse(rate, IssueKind::MissingData, "the row has no rate"))?;
        if number <= 0.0 {
            return Err(row.refuse(rate, IssueKind::Invalid, "an exchange rate must be above 0"));
        }
        let account = self.account_of(row);
        if row.raw(TO).is_empty() || self.bases.get(&account).is_none_or(|base| base == row.raw(TO)) {
            self.rate(account, row.raw(currency), number);
        }
        Ok(())
    }

    /// Reads a contract's terms, from a list of instruments.
    ///
    /// # Errors
    /// A cell that is no number.
    pub(super) fn instrument(&mut self, row: &Line<'_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let terms = ibkr_row::terms(row, intake)?;
        // A share that was renamed has both tickers in one cell.
        for name in row.raw(SYMBOL).split(", ").chain([row.raw(DESCRIPTION)]).filter(|name| !name.is_empty()) {
            self.terms.entry(name.to_owned()).or_insert_with(|| terms.clone());
        }
        Ok(())
    }

    /// Reads a row of open positions. It is counted once everything is known.
    pub(super) fn open_position(&mut self, row: &Line<'_>, intake: &mut Intake<'_>) {
        let account = self.account_of(row);
        let read = row.amount(RATE_TO_BASE, intake).and_then(|rate| {
            // A row that is left out for another reason still tells the rate.
            if let Some(rate) = rate {
                if rate <= 0.0 {
                    row.note(RATE_TO_BASE, intake, "not used: an exchange rate must be above 0");
                }
                self.rate(account.clone(), row.raw(CURRENCY), rate);
            }
            Open::read(row, intake)
        });
        match read {
            Ok(mut open) => {
                (open.account, open.time) = (account, open.time.or(self.as_of));
                self.open.push(open);
            }
            Err(issue) => intake.count(row.line, Err(issue)),
        }
    }

    /// Reads a balance of one currency, in the field `amount`. It is counted once everything is known.
    pub(super) fn balance(&mut self, row: &Line<'_>, amount: usize, intake: &mut Intake<'_>) {
        let read = |intake: &mut Intake<'_>| {
            let currency = row.text(CURRENCY, intake)?.to_uppercase();
            if currency.is_empty() {
                return Err(row.refuse(CURRENCY, IssueKind::MissingData, "the row names no currency"));
            }
            let balance = row.amount(amount, intake)?;
            Ok((currency, balance.ok_or_else(|| row.refuse(amount, IssueKind::MissingData, "the row has no balance"))?))
        };
        match read(intake) {
            Ok((currency, _)) if matches!(currency.as_str(), "BASE_SUMMARY" | "BASE CURRENCY SUMMARY") => {
                intake.kind("sum in the base currency");
                intake.count(row.line, Ok(()));
            }
            Ok((currency, amount)) => {
                intake.kind("cash balance");
                let (account, time) = (self.account_of(row), ibkr_row::day(row, intake).or(self.as_of));
                self.balances.push(Balance { line: row.line, account, currency, amount, time });
            }
            Err(issue) => intake.count(row.line, Err(issue)),
        }
    }

    /// Reads what the whole account is worth; of several days the last counts.
    ///
    /// # Errors
    /// A cell that is no number.
    pub(super) fn equity(&mut self, row: &Line<'_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let name = self.account_of(row);
        let currency = self.base_of(&name).map(|base| Currency::new(base));
        let (equity, source) = (row.quantity(TOTAL, intake)?, intake.source(row.line));
        let (venue, kind, time) = (VENUE.to_owned(), "net asset value".to_owned(), ibkr_row::day(row, intake).or(self.as_of));
        let account = Account { venue, name: name.clone(), kind, currency, equity, time, source, ..Account::default() };
        if self.accounts.get(&name).is_none_or(|known| known.time <= time) {
            self.accounts.insert(name, account);
        }
        Ok(())
    }

    fn base_of(&self, account: &str) -> Option<&String> {
        self.bases.get(account).or_else(|| self.bases.get(&self.account))
    }

    /// US dollars per unit of a currency of an account. What the statement says of its own account holds for those that it unites.
    fn dollars(&self, account: &str, currency: &str) -> Option<f64> {
        let to_base = |code: &str| {
            let rate = |account: &str| self.rates.get(&(account.to_owned(), code.to_owned())).copied();
            rate(account).or_else(|| rate(&self.account)).or_else(|| self.base_of(account).filter(|base| *base == code).map(|_| 1.0))
        };
        if currency == "USD" { Some(1.0) } else { Some(to_base(currency)? / to_base("USD")?) }
    }

    /// Whether no row of a position or balance has been read.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.balances.is_empty()
    }

    /// Hands everything over.
    pub(super) fn finish(self, intake: &mut Intake<'_>) {
        let held: BTreeSet<(&str, &str)> =
            self.balances.iter().map(|balance| (balance.account.as_str(), balance.currency.as_str())).collect();
        for open in self.merge_lots(intake) {
            let code = open.terms.symbol.split(['.', '-']).next().unwrap_or_default().to_uppercase();
            let result = if open.class == Class::Currency && held.contains(&(open.account.as_str(), code.as_str())) {
                let message = "a currency position that is part of the cash report, which is read";
                intake.note(open.line, Issue::noted(IssueKind::Conversion, message).about(&open.terms.symbol));
                Ok(())
            } else {
                self.place(&open, intake)
            };
            intake.count(open.line, result);
        }
        for balance in &self.balances {
            let result = self.place_balance(balance, intake);
            intake.count(balance.line, result);
        }
        for account in self.accounts.into_values() {
            intake.account(account);
        }
    }

    /// One row for each contract of each account: its summary, or the sum of its lots where there is none. The rows that are not
    /// handed on are counted here.
    fn merge_lots(&self, intake: &mut Intake<'_>) -> Vec<Open> {
        fn key(open: &Open) -> (&str, &str) {
            (open.account.as_str(), open.contract_id.as_str())
        }
        let summarized: BTreeSet<_> = self.open.iter().filter(|open| !open.is_lot).map(key).collect();
        let mut merged: Vec<Open> = Vec::new();
        let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for open in &self.open {
            intake.kind(if open.is_lot { "lot" } else { "position" });
            if open.is_lot && summarized.contains(&key(open)) {
                let message = "a lot of a position whose summary is read";
                intake.note(open.line, Issue::noted(IssueKind::Conversion, message).about(&open.terms.symbol));
                intake.count(open.line, Ok(()));
                continue;
            }
            let first = open.is_lot.then(|| places.get(&key(open))).flatten().and_then(|place| merged.get_mut(*place));
            match first {
                Some(first) => {
                    first.add(open);
                    intake.count(open.line, Ok(()));
                }
                None => {
                    places.insert(key(open), merged.len());
                    merged.push(open.clone());
                }
            }
        }
        merged
    }

    fn place(&self, open: &Open, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let terms = match self.terms.get(&open.terms.symbol) {
            Some(known) => open.terms.clone().or(known),
            None => open.terms.clone(),
        };
        let fx = self.dollars(&open.account, &open.currency);
        let contract = ibkr_contract::contract(&open.class, &terms, fx).map_err(|issue| issue.about(&terms.symbol))?;
        let mut instrument = contract.instrument;
        let about = |message: String| Issue::noted(IssueKind::Conversion, message).about(&terms.symbol);
        for note in contract.notes {
            intake.note(open.line, about(note));
        }
        if fx.is_none() {
            let message = format!("prices in {} without an exchange rate in this file: no mark and no entry price", open.currency);
            intake.note(open.line, Issue::noted(IssueKind::MissingData, message).about(&terms.symbol));
        }
        if let (Instrument::Other(other), Some(size)) = (&mut instrument, open.stated_size())
            && (size / other.contract_size - 1.0).abs() > 0.01
        {
            other.contract_size = size;
            let message = format!("its value is {size} times quantity and mark, as where prices are in percent: taken as its size");
            intake.note_on(open.line, "a size from its value", about(message));
        }
        let (entry, note) = open.entry(contract_size(&instrument));
        if let Some(note) = note {
            intake.note(open.line, about(note.to_owned()));
        }
        let price = |price: Option<f64>| price.zip(fx).map(|(price, fx)| Price::new(price * fx)).transpose();
        let (entry, mark) = (price(entry)?, price(open.mark)?);
        if open.currency != "USD"
            && let Some(fx) = fx
            && (entry.is_some() || mark.is_some())
        {
            let message = format!("prices and strikes in {} at {fx} US dollars, the rate of this file", open.currency);
            intake.note_on(open.line, &format!("prices in {}", open.currency), about(message));
        }
        let quantity = |number: Option<f64>| number.map(Quantity::new).transpose();
        let currency = (open.currency != "USD").then(|| Currency::new(&open.currency));
        // The value of an option is its premium at a price that the broker may print as 0, not the size of what it is on.
        let notional = if instrument.option_terms().is_some() { None } else { open.value };
        let stated = Stated {
            unrealized_pnl: quantity(open.gain)?,
            notional: quantity(notional)?,
            currency: currency.clone(),
            notional_currency: currency,
            time: open.time,
            ..Stated::default()
        };
        let (time, origin) = (open.time, Origin::Position);
        if open.quantity != 0.0 {
            Statement { mark, vol: None, spot: None, forward: None, rate: None, funding: None, time, origin }.record(
                &instrument,
                open.line,
                intake,
            );
        }
        let (name, account) = (terms.symbol.clone(), open.account.clone());
        Holding { name, account, venue: VENUE, instrument, quantity: open.quantity, entry, mark, stated }.record(open.line, intake)
    }

    fn place_balance(&self, balance: &Balance, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let (name, account) = (balance.currency.clone(), balance.account.clone());
        let currency = Currency::new(&balance.currency);
        let instrument =
            if currency.is_dollar_like() { Instrument::Cash(Cash { currency }) } else { Instrument::Spot(Spot { asset: name.clone() }) };
        if !instrument.is_currency() && balance.amount != 0.0 {
            match self.dollars(&account, &name) {
                Some(rate) => {
                    let value = FactValue::Spot { underlying: name.clone(), price: Price::new(rate)? };
                    intake.fact(value, balance.time, Origin::Position, balance.line);
                }
                None => {
                    let message = "a balance without an exchange rate in this file: it has no value until another file gives one";
                    intake.note(balance.line, Issue::noted(IssueKind::MissingData, message).about(&name));
                }
            }
        }
        let (quantity, stated) = (balance.amount, Stated::default());
        Holding { name, account, venue: VENUE, instrument, quantity, entry: None, mark: None, stated }.record(balance.line, intake)
    }
}

/// Units per contract.
fn contract_size(instrument: &Instrument) -> f64 {
    match instrument {
        Instrument::Option(option) => option.contract_size,
        Instrument::AmericanOption(option) => option.contract_size,
        Instrument::Future(future) => future.contract_size,
        Instrument::Other(other) => other.contract_size,
        _ => 1.0,
    }
}
