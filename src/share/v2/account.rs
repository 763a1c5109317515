//! What venues say of whole accounts in the v2 link. FROZEN, part of `v2`, which describes it.

use crate::book::Account;
use crate::issue::{Issue, Source};
use crate::share::v1::column;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::v2::label::{next_of_each, quantity, read_currencies, read_each, read_times, write_texts, write_times};
use crate::units::Quantity;

/// Writes the accounts.
pub(super) fn write<'a>(writer: &mut Writer<'a>, accounts: &'a [Account]) {
    writer.count(accounts.len());
    accounts.iter().for_each(|account| writer.text(&account.venue));
    accounts.iter().for_each(|account| writer.text(&account.name));
    accounts.iter().for_each(|account| writer.text(&account.kind));
    write_texts(writer, accounts.iter().map(|account| account.currency.as_ref()).collect());
    for which in 0..FIGURES {
        column::write_some(writer, accounts.iter().map(|account| figures(account).get(which).copied().flatten()));
    }
    write_times(writer, accounts.iter().map(|account| account.time).collect());
}

const FIGURES: usize = 6;

fn figures(account: &Account) -> [Option<f64>; FIGURES] {
    let Account {
        venue: _,
        name: _,
        kind: _,
        currency: _,
        equity,
        balance,
        unrealized_pnl,
        initial_margin,
        maintenance_margin,
        health,
        time: _,
        source: _,
    } = account;
    [equity, balance, unrealized_pnl, initial_margin, maintenance_margin, health].map(|figure| figure.map(Quantity::get))
}

/// Reads them.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Vec<Account>, Issue> {
    let count = limited(reader.count(3)?, reader.limits.accounts, "accounts")?;
    let (venues, names, kinds) = (reader.texts(count)?, reader.texts(count)?, reader.texts(count)?);
    let mut currencies = read_currencies(reader, count)?.into_iter();
    let mut columns = read_each(reader, count, FIGURES)?;
    let mut times = read_times(reader, count)?.into_iter();
    let mut accounts = Vec::with_capacity(count);
    for ((venue, name), kind) in venues.into_iter().zip(names).zip(kinds) {
        let [equity, balance, unrealized_pnl, initial_margin, maintenance_margin, health] = next_of_each(&mut columns);
        accounts.push(Account {
            venue,
            name,
            kind,
            currency: currencies.next().flatten(),
            equity: quantity(equity)?,
            balance: quantity(balance)?,
            unrealized_pnl: quantity(unrealized_pnl)?,
            initial_margin: quantity(initial_margin)?,
            maintenance_margin: quantity(maintenance_margin)?,
            health: quantity(health)?,
            time: times.next().flatten(),
            source: Source::default(),
        });
    }
    Ok(accounts)
}
