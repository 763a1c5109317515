//! Derive (formerly Lyra) `private/get_positions`, `get_collaterals`, `get_subaccount`: JSON → perpetuals, options, collateral and
//! the account (venues.md, section 7). Everything is linear and settles in USDC.
//!
//! `amount` is signed; Greeks are per unit and not read. Margins are contributions to the account's health: negative where they
//! require something. Invariant: `unrealized_pnl = amount·(mark_price − average_price)`, where the average price includes fees.

use crate::book::{Account, Stated};
use crate::import::content::Content;
use crate::import::dated_name::{self, Dated};
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::Statement;
use crate::import::{ImportDef, Imported};
use crate::instrument::{EuropeanOption, Instrument, Perpetual, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Price, Quantity};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "derive",
    label: "Derive positions and collateral (JSON)",
    doc: "Replies of Derive's private/get_positions, private/get_collaterals or private/get_subaccount: records with instrument_name, \
          amount and average_price, or with asset_name, amount and mark_value",
    recognizes,
    read,
};

const VENUE: &str = "Derive";

const RECORDS: &[&RecordDef] = &[
    &RecordDef { label: "position", keys: &["instrument_name", "amount", "average_price", "mark_price"], inside: &[], read: read_position },
    &RecordDef { label: "collateral", keys: &["asset_name", "amount", "mark_value"], inside: &[], read: read_collateral },
    &RecordDef { label: "account", keys: &["subaccount_id", "positions"], inside: &["positions", "collaterals"], read: read_account },
    &RecordDef { label: "account", keys: &["subaccount_id", "collaterals"], inside: &["collaterals"], read: read_account },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

fn read(content: &Content, out: &mut Imported) {
    record::read(content, out, RECORDS);
}

/// `ETH-PERP`, `ETH-20241227-3000-C`.
fn contract(name: &str) -> Option<Instrument> {
    let parts: Vec<&str> = name.split('-').take(5).collect();
    let [base, rest @ ..] = parts.as_slice() else { return None };
    if base.is_empty() || !base.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let (underlying, quote, settlement, contract_size) = (base.to_uppercase(), Currency::new("USDC"), Settlement::Linear, 1.0);
    if rest == ["PERP"] {
        return Some(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }));
    }
    match dated_name::parse(rest)? {
        Dated::Option(expiry, strike, kind) => {
            Some(Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind }))
        }
        Dated::Future(_) => None,
    }
}

fn read_position(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.name("instrument_name")?;
    let accepted = "not a Derive instrument; ETH-PERP or ETH-20241227-3000-C are accepted";
    let instrument = contract(&name).ok_or_else(|| record.refuse("instrument_name", IssueKind::Parse, accepted))?;
    let quantity = record.need("amount")?;
    let (entry, mark) = (record.price("average_price")?, record.price("mark_price")?);
    let stated = Stated {
        unrealized_pnl: record.quantity("unrealized_pnl")?,
        initial_margin: required(record, "initial_margin")?,
        maintenance_margin: required(record, "maintenance_margin")?,
        liquidation_price: record.positive_price("liquidation_price")?,
        currency: Some(Currency::new("USDC")),
        ..Stated::default()
    };
    if quantity != 0.0 {
        let spot = record.positive_price("index_price")?;
        statement(mark, spot).record(&instrument, record.line, intake);
    }
    Holding { name, account: account_name(record)?, venue: VENUE, instrument, quantity, entry, mark, stated }.record(record.line, intake)
}

/// A margin as an amount that is required: the contribution to health with its sign turned.
fn required(record: &Record<'_, '_>, key: &str) -> Result<Option<Quantity>, Issue> {
    record.quantity(key)?.map(|contribution| Quantity::new(-contribution.get())).transpose()
}

fn statement(mark: Option<Price>, spot: Option<Price>) -> Statement {
    Statement { mark, vol: None, spot, forward: None, rate: None, funding: None, time: None, origin: Origin::Position }
}

fn account_name(record: &Record<'_, '_>) -> Result<String, Issue> {
    let stated = record.around("subaccount_id");
    if stated.len() <= 64 {
        return Ok(stated.into_owned());
    }
    Err(record.refuse("subaccount_id", IssueKind::Invalid, "a sub-account is a number"))
}

fn read_collateral(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.name("asset_name")?;
    let instrument = deribit_name::coin(&name);
    let quantity = record.need("amount")?;
    let (entry, mark) = (record.positive_price("average_price")?, record.positive_price("mark_price")?);
    let is_currency = instrument.is_currency();
    let stated = match record.quantity("unrealized_pnl")?.filter(|_| !is_currency) {
        Some(gain) => Stated { unrealized_pnl: Some(gain), currency: Some(Currency::new("USDC")), ..Stated::default() },
        None => Stated::default(),
    };
    if quantity != 0.0 {
        statement(mark, None).record(&instrument, record.line, intake);
    }
    let (entry, mark) = (entry.filter(|_| !is_currency), mark.filter(|_| !is_currency));
    Holding { name, account: account_name(record)?, venue: VENUE, instrument, quantity, entry, mark, stated }.record(record.line, intake)
}

/// Figures of the sub-account, where the reply has them; `private/get_positions` only names it.
fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let figures = Account {
        venue: VENUE.to_owned(),
        name: account_name(record)?,
        kind: "sub-account".to_owned(),
        currency: Some(Currency::new("USDC")),
        equity: record.quantity("subaccount_value")?,
        source: intake.source(record.line),
        ..Account::default()
    };
    // The account's own margins are what is left after the requirement: below 0 it is liquidated.
    let health = record.quantity("maintenance_margin")?;
    if figures.equity.is_some() || health.is_some() {
        intake.account(Account { health, ..figures });
    }
    Ok(())
}
