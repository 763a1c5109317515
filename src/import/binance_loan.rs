//! Binance's loans: flexible, fixed and VIP, with the interest and the terms of collateral that other replies of the same file state.
//!
//! `totalDebt` is all that is owed, interest included. A flexible loan names its collateral; that of a VIP loan lies in other accounts.
//! The terms may stand behind the loans, so they are read first: see [`TERMS`].

use crate::book::Account;
use crate::import::balance::Balance;
use crate::import::binance_name::VENUE;
use crate::import::intake::Intake;
use crate::import::record::{Record, RecordDef};
use crate::issue::{Issue, IssueKind};
use crate::units::{Rate, Timestamp};

/// Records of terms, which hold nothing.
pub(super) const TERMS: &[&RecordDef] = &[ACCRUED, RATE, QUOTED, LOANABLE, COLLATERAL];

/// Interest that a VIP loan was charged.
pub(super) const ACCRUED: &RecordDef =
    &RecordDef { label: "interest of a loan", keys: &["loanCoin", "annualInterestRate", "orderId"], inside: &[], read: read_accrued };
/// Interest of a coin at a time.
pub(super) const RATE: &RecordDef =
    &RecordDef { label: "interest of a coin", keys: &["coin", "annualizedInterestRate"], inside: &[], read: read_rate };
/// Interest of a coin as it is offered to VIPs.
pub(super) const QUOTED: &RecordDef =
    &RecordDef { label: "interest of a coin", keys: &["asset", "flexibleYearlyInterestRate"], inside: &[], read: read_quoted };
/// Coins that VIPs may borrow.
pub(super) const LOANABLE: &RecordDef =
    &RecordDef { label: "interest of a coin", keys: &["loanCoin", "_flexibleYearlyInterestRate"], inside: &[], read: read_loanable };
/// Loan to value at which a collateral is liquidated.
pub(super) const COLLATERAL: &RecordDef =
    &RecordDef { label: "collateral terms", keys: &["collateralCoin", "liquidationLTV"], inside: &[], read: read_collateral };

/// A loan on one coin: what is owed and what secures it are positions of one account.
pub(super) fn read(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let (coin, collateral, order) = (record.name("loanCoin")?, record.name("collateralCoin")?, record.text("orderId")?);
    let (debt, amount) = (record.need("totalDebt")?, record.need("collateralAmount")?);
    let account = if order.is_empty() { format!("loan {coin} on {collateral}") } else { format!("loan {order}") };
    note_interest(record, intake)?;
    state(record, &account, "loan (health: loan to value)", intake)?;
    let rate = known_rate(record, &coin, &order, intake);
    let threshold = intake.loan_terms.thresholds.get(&collateral.to_uppercase()).copied();
    let balance = |asset| Balance { venue: VENUE, account: &account, asset, line: record.line };
    balance(&coin).lend(-debt, rate, intake)?;
    balance(&collateral).pledge(amount, threshold, intake)
}

/// A VIP loan, secured by whole accounts, whose balances are replies of their own.
pub(super) fn read_vip(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let (coin, order) = (record.name("loanCoin")?, record.text("orderId")?);
    let debt = record.need("totalDebt")?;
    let account = if order.is_empty() { format!("VIP loan {coin}") } else { format!("VIP loan {order}") };
    let is_flexible = record.cell("loanRate").trim().to_lowercase().starts_with("flexible");
    let rate = match record.cell("loanRate").trim() {
        text if text.is_empty() || is_flexible => known_rate(record, &coin, &order, intake),
        _ => record.rate("loanRate", 1.0)?,
    };
    note_interest(record, intake)?;
    let message = "the collateral of a VIP loan is not in its record: it is held once the balances of these accounts are imported too";
    record.note("collateralAccountId", intake, message);
    if record.time("expirationTime").is_some() {
        record.note("expirationTime", intake, "the day on which the loan is due is not kept");
    }
    state(record, &account, "VIP loan (health: loan to value)", intake)?;
    Balance { venue: VENUE, account: &account, asset: &coin, line: record.line }.lend(-debt, rate, intake)
}

/// The accounts that secure VIP loans.
pub(super) fn read_vip_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    record.name("collateralAccountId")?;
    record.note("collateralCoin", intake, "coins that this account pledges: the reply states no amounts, the account's balances do");
    Ok(())
}

/// Terms whose unit is not documented, or which depend on the size.
pub(super) fn read_unused(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let (key, message) = if record.has("flexibleInterestRate") {
        ("flexibleInterestRate", "interest whose unit Binance does not document is not used: interestRateHistory is read, per year")
    } else {
        ("_1stCollateralRatio", "haircuts of collateral by its size: no number uses them yet")
    };
    record.note(key, intake, message);
    Ok(())
}

fn note_interest(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    if record.number("residualInterest")?.is_some_and(|interest| interest != 0.0) {
        record.note("residualInterest", intake, "totalDebt is taken as all that is owed, this interest included: it is not added");
    }
    Ok(())
}

fn state(record: &Record<'_, '_>, account: &str, kind: &str, intake: &mut Intake<'_>) -> Result<(), Issue> {
    intake.account(Account {
        venue: VENUE.to_owned(),
        name: account.to_owned(),
        kind: kind.to_owned(),
        health: record.quantity("currentLTV")?,
        source: intake.source(record.line),
        ..Account::default()
    });
    Ok(())
}

/// Interest that another record of the file states of this loan, else of its coin.
fn known_rate(record: &Record<'_, '_>, coin: &str, order: &str, intake: &mut Intake<'_>) -> Option<Rate> {
    let rates = &intake.loan_terms.rates;
    let of_order = rates.get(order).filter(|_| !order.is_empty());
    let (time, rate) = of_order.or_else(|| rates.get(&coin.to_uppercase())).copied()?;
    let of = if of_order.is_some() { "this loan" } else { "its coin" };
    let when = time.map_or_else(String::new, |time| format!(", of {time}"));
    let message = format!("the interest of {} a year is what another record of this file states of {of}{when}", rate.get());
    intake.note_on(record.line, "interest from another record", Issue::noted(IssueKind::Conversion, message).about(coin));
    Some(rate)
}

/// Keeps the latest rate of a coin or loan.
fn keep_rate(record: &Record<'_, '_>, about: &str, (key, time): (&str, Option<Timestamp>), intake: &mut Intake<'_>) -> Result<(), Issue> {
    if let Some(rate) = record.rate(key, 1.0)? {
        let known = intake.loan_terms.rates.entry(about.to_uppercase()).or_insert((time, rate));
        if known.0 <= time {
            *known = (time, rate);
        }
    }
    record.note(key, intake, "interest per year: the latest of this file is used for its loans");
    Ok(())
}

fn read_accrued(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    record.name("loanCoin")?;
    keep_rate(record, &record.name("orderId")?, ("annualInterestRate", record.time("accrualTime")), intake)
}

fn read_rate(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    keep_rate(record, &record.name("coin")?, ("annualizedInterestRate", record.time("time")), intake)
}

fn read_quoted(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    keep_rate(record, &record.name("asset")?, ("flexibleYearlyInterestRate", record.time("time")), intake)
}

fn read_loanable(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    keep_rate(record, &record.name("loanCoin")?, ("_flexibleYearlyInterestRate", None), intake)
}

fn read_collateral(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let coin = record.name("collateralCoin")?;
    if let Some(threshold) = record.number("liquidationLTV")? {
        if !(threshold > 0.0 && threshold <= 1.0) {
            let accepted = "a share of the collateral's value between 0 and 1 is accepted, 0.83 for 83 percent";
            return Err(record.refuse("liquidationLTV", IssueKind::Invalid, accepted));
        }
        intake.loan_terms.thresholds.insert(coin.to_uppercase(), threshold);
    }
    record.note("liquidationLTV", intake, "loan to value at which collateral is liquidated: used for the loans of this file");
    Ok(())
}
