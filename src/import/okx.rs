//! OKX: replies of `/api/v5/account`, `asset`, `finance` and `public` as JSON → positions, balances, loans, accounts, market facts
//! (venues.md, section 2). All numbers are texts and an empty one says that there is none.
//!
//! Invariant: what is held is read from one kind of record only: contracts from `positions`, coins from `balance`. The risk reply
//! repeats both and gives figures of the account.

use crate::book::{Account, Stated};
use crate::import::content::Content;
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::okx_name::Name;
use crate::import::okx_position;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::{Instrument, Loan};
use crate::issue::{Issue, IssueKind};
use crate::market::{BidAsk, Origin};
use crate::units::Currency;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "okx",
    label: "OKX positions, balances, account risk and market data (JSON)",
    doc: "Replies of OKX's /api/v5: account/positions, account/balance, account/account-position-risk, account/greeks, account/config, \
          account/positions-history, asset/balances, finance/savings/balance, public/instruments, public/mark-price, public/opt-summary, \
          public/position-tiers; several may stand in one file",
    recognizes,
    read,
};

const VENUE: &str = "OKX";

const TERMS: &RecordDef = &RecordDef { label: "contract terms", keys: &["instId", "ctVal", "ctMult"], inside: &[], read: read_terms };

const RECORDS: &[&RecordDef] = &[
    TERMS,
    &RecordDef { label: "position", keys: &["instId", "pos", "posSide", "avgPx"], inside: &[], read: okx_position::read },
    &RecordDef { label: "position of the risk reply", keys: &["instId", "pos", "posSide"], inside: &[], read: read_risk_position },
    &RecordDef { label: "closed position", keys: &["instId", "openAvgPx", "closeAvgPx"], inside: &[], read: read_closed },
    &RecordDef { label: "option summary", keys: &["instId", "markVol"], inside: &[], read: read_option_summary },
    &RecordDef { label: "mark price", keys: &["instId", "markPx"], inside: &[], read: read_mark },
    &RecordDef { label: "margin tier", keys: &["tier", "maxSz", "imr", "mmr"], inside: &[], read: read_tier },
    &RecordDef { label: "account", keys: &["details", "totalEq"], inside: &["details"], read: read_account },
    &RecordDef { label: "account risk", keys: &["adjEq", "balData", "posData"], inside: &["balData", "posData"], read: read_risk },
    &RecordDef { label: "balance", keys: &["ccy", "cashBal", "eq"], inside: &[], read: read_balance },
    &RecordDef { label: "equity of a currency", keys: &["ccy", "disEq", "eq"], inside: &[], read: read_equity },
    &RecordDef { label: "funding balance", keys: &["ccy", "bal", "frozenBal"], inside: &[], read: read_funding_balance },
    &RecordDef { label: "savings", keys: &["ccy", "amt", "earnings"], inside: &[], read: read_savings },
    &RecordDef { label: "account Greeks", keys: &["ccy", "deltaBS", "deltaPA"], inside: &[], read: read_greeks },
    &RecordDef { label: "account settings", keys: &["acctLv", "posMode"], inside: &[], read: read_settings },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

/// Contract sizes may stand behind the positions that need them, so the terms are read first.
fn read(content: &Content, out: &mut Imported) {
    let mut aside = Imported::default();
    let mut first = Intake::new(&mut aside, content.name);
    record::walk(content, &mut first, &[TERMS]);
    let contract_sizes = std::mem::take(&mut first.contract_sizes);
    let mut intake = Intake::new(out, content.name);
    intake.contract_sizes = contract_sizes;
    record::walk(content, &mut intake, RECORDS);
    intake.finish();
}

fn read_terms(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let id = record.name("instId")?;
    if let Some(value) = record.number("ctVal")? {
        let size = value * record.need("ctMult")?;
        if size <= 0.0 || !size.is_finite() {
            return Err(record.refuse("ctVal", IssueKind::Invalid, "the size of a contract must be above 0"));
        }
        intake.contract_sizes.insert(id, size);
    }
    record.note("ctVal", intake, "terms of a contract: its size is used for the positions of this file");
    Ok(())
}

fn read_risk_position(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    okx_position::named(record)?;
    let message = "a position of the risk reply is not added to the book: the reply of account/positions is accepted, with entry and mark";
    record.note("pos", intake, message);
    Ok(())
}

fn read_closed(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    okx_position::named(record)?;
    record.note("closeAvgPx", intake, "a closed position: nothing of it is held, its profit is part of the balance");
    Ok(())
}

fn read_tier(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    record.note("tier", intake, "a tier of margin rates: no number uses it yet");
    Ok(())
}

fn read_settings(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    record.note("acctLv", intake, "settings of the account (1 spot, 2 futures, 3 multi-currency, 4 portfolio margin): nothing is held");
    Ok(())
}

fn read_option_summary(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = okx_position::named(record)?;
    let (vol, forward) = (record.vol("markVol", 1.0)?, record.positive_price("fwdPx")?);
    let bid_ask = terms::bid_ask_vols(record, ["bidVol", "askVol"])?;
    quote(&name, Statement { vol, forward, ..empty(record) }, bid_ask, "markVol", record, intake)
}

fn read_mark(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = okx_position::named(record)?;
    quote(&name, Statement { mark: record.positive_price("markPx")?, ..empty(record) }, BidAsk::default(), "markPx", record, intake)
}

fn empty(record: &Record<'_, '_>) -> Statement {
    let time = record.time("ts");
    Statement { mark: None, vol: None, spot: None, forward: None, rate: None, funding: None, time, origin: Origin::Quote }
}

fn quote(
    name: &Name,
    statement: Statement,
    bid_ask: BidAsk,
    key: &str,
    record: &Record<'_, '_>,
    intake: &mut Intake<'_>,
) -> Result<(), Issue> {
    if statement.is_empty() {
        return Err(record.refuse(key, IssueKind::MissingData, "the record states no price and no volatility; one above 0 is accepted"));
    }
    let instrument = name.instrument(1.0);
    if instrument.is_currency() {
        record.note("instId", intake, "the price of a dollar coin is not used, it counts as one dollar");
    }
    statement.record_quoted(&instrument, bid_ask, record.line, intake);
    Ok(())
}

fn account(kind: &str, record: &Record<'_, '_>, intake: &Intake<'_>) -> Account {
    Account { venue: VENUE.to_owned(), kind: kind.to_owned(), source: intake.source(record.line), ..Account::default() }
}

fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let time = record.time("uTime");
    let whole = Account {
        equity: record.quantity("totalEq")?,
        unrealized_pnl: record.quantity("upl")?,
        initial_margin: record.quantity("imr")?,
        maintenance_margin: record.quantity("mmr")?,
        health: record.quantity("mgnRatio")?,
        time,
        ..account("trading account", record, intake)
    };
    let adjusted = record.quantity("adjEq")?;
    intake.account(whole);
    if adjusted.is_some() {
        let of_margin = Account { equity: adjusted, time, ..account("adjusted equity", record, intake) };
        intake.account(of_margin);
    }
    Ok(())
}

fn read_risk(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let risk = Account { equity: record.quantity("adjEq")?, time: record.time("ts"), ..account("adjusted equity", record, intake) };
    intake.account(risk);
    Ok(())
}

/// Equity holds the gains of positions, so it is a figure of the account and no balance.
fn read_equity(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let currency = Some(Currency::new(&record.name("ccy")?));
    let (equity, time) = (record.quantity("eq")?, record.time("ts"));
    let of_currency = Account { currency, equity, time, ..account("equity of a currency", record, intake) };
    intake.account(of_currency);
    record.note(
        "eq",
        intake,
        "equity with the gains of positions: a figure of the account; the reply of account/balance states what is held",
    );
    Ok(())
}

fn read_greeks(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let message = "the venue's delta of a whole account in coins: shown for comparison, the Greeks of the book come from its positions";
    let issue = Issue::noted(IssueKind::Conversion, message).in_column("deltaPA").about(&record.name("ccy")?);
    let delta = record.cell("deltaPA");
    intake.note(record.line, if delta.is_empty() { issue } else { issue.with_value(&delta) });
    Ok(())
}

/// A balance of one currency. What is owed beyond the balance is a loan; a negative balance is itself the loan.
fn read_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let code = record.name("ccy")?;
    let balance = record.need("cashBal")?;
    let number = |key: &str| Ok::<f64, Issue>(record.number(key)?.map_or(0.0, f64::abs));
    let owed = match record.number("liab")? {
        Some(owed) => owed.abs(),
        None => number("crossLiab")? + number("isoLiab")?,
    };
    if !["liab", "crossLiab", "isoLiab"].iter().any(|key| record.has(key)) {
        record.note("liab", intake, "the record does not state what is owed: nothing is taken to be, but for a negative balance");
    }
    let interest = number("interest")?;
    let debt = if balance < 0.0 { balance } else { -owed };
    if balance < 0.0 && (owed + balance).abs() > 1e-9 * owed.max(-balance) && owed > 0.0 {
        record.note("liab", intake, "the negative balance is what is owed; this is another amount");
    }
    if debt < 0.0 && interest > 0.0 {
        record.note("interest", intake, "interest that is not yet settled is added to what is owed");
    }
    for key in ["stgyEq", "isoEq"] {
        if number(key)? > 0.0 {
            record.note(key, intake, "equity of strategies or isolated positions is not part of the balance and not in the book");
        }
    }
    // A row is flat only where nothing is owed either.
    if balance > 0.0 || debt == 0.0 {
        holding(&code, "", deribit_name::coin(&code), balance, record, intake)?;
    }
    if debt < 0.0 {
        let loan = Instrument::Loan(Loan { asset: Currency::new(&code), rate: None, threshold: None });
        holding(&code, "", loan, debt - interest, record, intake)?;
    }
    if record.number("imr")?.is_some() || record.number("mmr")?.is_some() {
        let of_currency = Account {
            currency: Some(Currency::new(&code)),
            equity: record.quantity("eq")?,
            balance: record.quantity("cashBal")?,
            unrealized_pnl: record.quantity("upl")?,
            initial_margin: record.quantity("imr")?,
            maintenance_margin: record.quantity("mmr")?,
            health: record.quantity("mgnRatio")?,
            time: record.time("uTime"),
            ..account("margin of a currency", record, intake)
        };
        intake.account(of_currency);
    }
    Ok(())
}

fn read_funding_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let code = record.name("ccy")?;
    holding(&code, "funding", deribit_name::coin(&code), record.need("bal")?, record, intake)
}

fn read_savings(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let code = record.name("ccy")?;
    let loan = Loan { asset: Currency::new(&code), rate: record.rate("rate", 1.0)?, threshold: None };
    holding(&code, "savings", Instrument::Loan(loan), record.need("amt")?, record, intake)
}

fn holding(
    name: &str,
    account: &str,
    instrument: Instrument,
    quantity: f64,
    record: &Record<'_, '_>,
    intake: &mut Intake<'_>,
) -> Result<(), Issue> {
    let (name, account, stated) = (name.to_owned(), account.to_owned(), Stated::default());
    Holding { name, account, venue: VENUE, instrument, quantity, entry: None, mark: None, stated }.record(record.line, intake)
}
