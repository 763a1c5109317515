//! Binance's portfolio margin account (`/papi`): one account over a cross margin wallet, a USD-M and a COIN-M wallet.
//!
//! `totalWalletBalance` is their sum without unrealized profit, which the positions carry; what is borrowed is a loan beside it. The
//! futures replies repeat the wallets, under the same names.

use crate::book::Account;
use crate::import::balance::Balance;
use crate::import::binance_name::VENUE;
use crate::import::intake::Intake;
use crate::import::record::Record;
use crate::issue::{Issue, IssueKind};
use crate::units::{Currency, Quantity};

/// The account.
pub(super) const PORTFOLIO: &str = "portfolio margin";

/// Whether a futures position stands in a portfolio margin account: it knows no isolated margin, so its replies, although they state
/// a limit of the size or the cross wallet, have none of the fields of one.
pub(super) fn holds(record: &Record<'_, '_>) -> bool {
    let is_cross_only = ["marginType", "isolated", "isolatedMargin", "isolatedWallet"].iter().all(|key| !record.has(key));
    let has_limit = ["maxNotionalValue", "maxNotional", "maxQty"].iter().any(|key| record.has(key));
    let assets = record.first_around("assets");
    is_cross_only && (has_limit || (assets.contains("\"crossWalletBalance\"") && !assets.contains("\"walletBalance\"")))
}

/// Equity and margins of the whole account, in US dollars; `uniMMR` divides equity after haircuts by the maintenance margin.
pub(super) fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let (discounted, actual) = (record.quantity("accountEquity")?, record.quantity("actualEquity")?);
    let health = record.quantity("uniMMR")?;
    if health.is_none() {
        return Err(record.refuse("uniMMR", IssueKind::MissingData, "the account states no uniMMR"));
    }
    if actual.is_some() {
        record.note(
            "accountEquity",
            intake,
            "equity after haircuts, which uniMMR is made of: actualEquity, before them, is kept as equity",
        );
    }
    if !matches!(record.cell("accountStatus").as_ref(), "" | "NORMAL") {
        record.note("accountStatus", intake, "the venue does not call the state of the account normal");
    }
    intake.account(Account {
        venue: VENUE.to_owned(),
        name: PORTFOLIO.to_owned(),
        kind: "portfolio margin (health: uniMMR)".to_owned(),
        equity: actual.or(discounted),
        initial_margin: record.quantity("accountInitialMargin")?,
        maintenance_margin: record.quantity("accountMaintMargin")?,
        health,
        time: record.time("updateTime"),
        source: intake.source(record.line),
        ..Account::default()
    });
    Ok(())
}

/// One asset over the three wallets, each a position of its own.
pub(super) fn read_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let total = record.need("totalWalletBalance")?;
    let margin = match (record.number("crossMarginFree")?, record.number("crossMarginLocked")?) {
        (Some(free), Some(locked)) => Some(free + locked),
        _ => record.number("crossMarginAsset")?,
    };
    let (usd_m, coin_m) = (record.number("umWalletBalance")?, record.number("cmWalletBalance")?);
    let owed = record.need("crossMarginBorrowed")? + record.need("crossMarginInterest")?;
    let (usd_m_gain, coin_m_gain) = (record.quantity("umUnrealizedPNL")?, record.quantity("cmUnrealizedPNL")?);
    if record.number("negativeBalance")?.is_some_and(|negative| negative != 0.0) {
        record.note(
            "negativeBalance",
            intake,
            "taken as what a futures wallet below 0 owes, which its own balance says already: it is not added",
        );
    }
    let balance = Balance { venue: VENUE, account: PORTFOLIO, asset: &asset, line: record.line };
    let held = match (margin, usd_m, coin_m) {
        (Some(margin), Some(usd_m), Some(coin_m)) => {
            let parts = margin.abs() + usd_m.abs() + coin_m.abs();
            if (total - (margin + usd_m + coin_m)).abs() > 1e-6 * parts {
                record.note("totalWalletBalance", intake, "not the sum of the margin, USD-M and COIN-M wallets: these parts are used");
            }
            for (wallet, name) in [(usd_m, usd_m_name(&asset)), (coin_m, coin_m_name(&asset))] {
                if wallet != 0.0 {
                    balance.hold_as(name, wallet, intake)?;
                }
            }
            (margin != 0.0 || parts == 0.0).then_some(margin)
        }
        _ => {
            let message = "the reply does not state each of the margin, USD-M and COIN-M wallets: the total is held as one";
            record.note("totalWalletBalance", intake, message);
            Some(total)
        }
    };
    if owed != 0.0 || held.is_some() {
        balance.hold_and_owe(held.unwrap_or(0.0), owed, intake)?;
    }
    let gain = usd_m_gain.zip(coin_m_gain).map(|(usd_m, coin_m)| Quantity::new(usd_m.get() + coin_m.get())).transpose()?;
    if total != 0.0 || gain.is_some_and(|gain| gain.get() != 0.0) {
        intake.account(Account {
            venue: VENUE.to_owned(),
            name: PORTFOLIO.to_owned(),
            kind: format!("portfolio margin in {asset}"),
            currency: Some(Currency::new(&asset)),
            balance: Some(Quantity::new(total)?),
            unrealized_pnl: gain,
            time: record.time("updateTime"),
            source: intake.source(record.line),
            ..Account::default()
        });
    }
    Ok(())
}

/// A futures wallet of `um/account` or `cm/account`.
pub(super) fn read_wallet(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let wallet = record.need("crossWalletBalance")?;
    let position = record.first_around("positions");
    // Only symbols of COIN-M have USD before the underscore.
    let is_coin_m = match position.as_str() {
        "" => !Currency::new(&asset).is_dollar_like(),
        position => position.contains("USD_"),
    };
    if position.is_empty() && wallet != 0.0 {
        let read = if is_coin_m { "COIN-M" } else { "USD-M" };
        let message = format!("the reply has no position that says which wallet this is: by its asset it is read as {read}");
        intake.note(record.line, Issue::noted(IssueKind::Conversion, message).in_column("asset").with_value(&asset));
    }
    let name = if is_coin_m { coin_m_name(&asset) } else { usd_m_name(&asset) };
    Balance { venue: VENUE, account: PORTFOLIO, asset: &asset, line: record.line }.hold_as(name, wallet, intake)
}

fn usd_m_name(asset: &str) -> String {
    format!("{asset} USD-M")
}

fn coin_m_name(asset: &str) -> String {
    format!("{asset} COIN-M")
}
