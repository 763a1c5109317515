//! Binance: replies of its programming interface → holdings, loans, accounts and market facts (venues.md, section 3). Futures and
//! options are read in `binance_derivatives`.
//!
//! A borrowed balance is a loan of its own, `−(borrowed + interest)`, beside what is held, `free + locked`.

use crate::book::Account;
use crate::import::balance::Balance;
use crate::import::binance_name::VENUE;
use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::Statement;
use crate::import::{
    ImportDef, Imported, binance_derivatives as derivatives, binance_loan as loan, binance_portfolio as portfolio, deribit_name,
};
use crate::instrument::{Instrument, Stake, Unlock};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Quantity};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "binance",
    label: "Binance account, positions and marks (JSON)",
    doc: "Replies of Binance's interfaces: spot, margin and isolated margin account; positionRisk, account and balance of USD-M and \
          COIN-M futures; option positions; portfolio margin account, balance and futures; flexible and VIP loans with their terms, \
          Simple Earn, premiumIndex, leverageBracket. Several in one file, in a list, are read too",
    recognizes,
    read,
};

const RECORDS: &[&RecordDef] = &[
    &RecordDef { label: "futures position", keys: &["symbol", "positionAmt"], inside: &[], read: derivatives::read_position },
    &RecordDef { label: "option position", keys: &["symbol", "quantity", "optionSide"], inside: &[], read: derivatives::read_option },
    &RecordDef {
        label: "mark and funding",
        keys: &["symbol", "markPrice", "indexPrice", "lastFundingRate"],
        inside: &[],
        read: derivatives::read_mark,
    },
    &RecordDef { label: "option mark", keys: &["symbol", "markPrice", "markIV"], inside: &[], read: derivatives::read_option_mark },
    &RecordDef { label: "margin tiers", keys: &["symbol", "brackets"], inside: &[], read: derivatives::read_tiers },
    &RecordDef {
        label: "futures account",
        keys: &["totalWalletBalance", "totalMarginBalance", "assets"],
        inside: &["assets", "positions"],
        read: derivatives::read_account,
    },
    &RecordDef { label: "futures balance", keys: &["asset", "walletBalance", "marginBalance"], inside: &[], read: derivatives::read_asset },
    &RecordDef { label: "futures balance", keys: &["accountAlias", "asset", "balance"], inside: &[], read: derivatives::read_wallet },
    &RecordDef { label: "portfolio margin account", keys: &["uniMMR", "accountEquity"], inside: &[], read: portfolio::read_account },
    &RecordDef {
        label: "portfolio margin balance",
        keys: &["asset", "totalWalletBalance", "crossMarginBorrowed"],
        inside: &[],
        read: portfolio::read_balance,
    },
    &RecordDef {
        label: "portfolio margin wallet",
        keys: &["asset", "crossWalletBalance", "crossUnPnl"],
        inside: &[],
        read: portfolio::read_wallet,
    },
    &RecordDef { label: "margin account", keys: &["userAssets", "marginLevel"], inside: &["userAssets"], read: read_margin },
    &RecordDef {
        label: "isolated margin pair",
        keys: &["baseAsset", "quoteAsset", "marginLevel"],
        inside: &["baseAsset", "quoteAsset"],
        read: read_isolated,
    },
    &RecordDef {
        label: "margin balance",
        keys: &["asset", "free", "locked", "borrowed", "interest"],
        inside: &[],
        read: read_margin_balance,
    },
    &RecordDef { label: "loan", keys: &["loanCoin", "totalDebt", "collateralCoin", "collateralAmount"], inside: &[], read: loan::read },
    &RecordDef { label: "VIP loan", keys: &["loanCoin", "totalDebt", "collateralAccountId"], inside: &[], read: loan::read_vip },
    loan::ACCRUED,
    loan::RATE,
    loan::QUOTED,
    loan::LOANABLE,
    loan::COLLATERAL,
    &RecordDef { label: "loan terms", keys: &["loanCoin", "flexibleInterestRate"], inside: &[], read: loan::read_unused },
    &RecordDef { label: "loan terms", keys: &["collateralCoin", "_1stCollateralRatio"], inside: &[], read: loan::read_unused },
    &RecordDef { label: "collateral account", keys: &["collateralAccountId", "collateralCoin"], inside: &[], read: loan::read_vip_account },
    &RecordDef { label: "flexible earn", keys: &["asset", "totalAmount", "productId"], inside: &[], read: read_flexible },
    &RecordDef { label: "locked earn", keys: &["asset", "amount", "positionId", "deliverDate"], inside: &[], read: read_locked },
    &RecordDef { label: "balance", keys: &["asset", "free", "locked"], inside: &[], read: read_balance },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

fn read(content: &Content, out: &mut Imported) {
    // Terms of loans may stand behind the loans, so they are read first.
    let mut aside = Imported::default();
    let mut first = Intake::new(&mut aside, content.name);
    record::walk(content, &mut first, loan::TERMS);
    let loan_terms = std::mem::take(&mut first.loan_terms);
    let mut intake = Intake::new(out, content.name);
    intake.loan_terms = loan_terms;
    record::walk(content, &mut intake, RECORDS);
    intake.finish();
    derivatives::drop_repeated(out);
}

/// Sum of the fields that a record has; one that it has and leaves blank is no 0.
fn sum(record: &Record<'_, '_>, keys: &[&str]) -> Result<f64, Issue> {
    keys.iter().filter(|key| record.has(key)).try_fold(0.0, |sum, key| Ok(sum + record.need(key)?))
}

/// Spot account; the funding wallet's records have `freeze` and `withdrawing` too.
fn read_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let amount = record.need("free")? + sum(record, &["locked", "freeze", "withdrawing"])?;
    let account = if record.has("freeze") && !record.has("ipoable") { "funding" } else { "spot" };
    Balance { venue: VENUE, account, asset: &asset, line: record.line }.hold(amount, intake)
}

fn isolated_name(symbol: &str) -> String {
    format!("isolated {symbol}")
}

fn read_margin_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let (held, owed) = (sum(record, &["free", "locked"])?, sum(record, &["borrowed", "interest"])?);
    let net = record.number("netAsset")?;
    if net.is_some_and(|net| (net - (held - owed)).abs() > 1e-6 * (held.abs() + owed.abs())) {
        record.note("netAsset", intake, "not free + locked − borrowed − interest: these parts are used");
    }
    let symbol = record.around("symbol");
    let account = if symbol.is_empty() { "margin".to_owned() } else { isolated_name(&symbol) };
    Balance { venue: VENUE, account: &account, asset: &asset, line: record.line }.hold_and_owe(held, owed, intake)
}

/// Health of the cross margin account; its totals are in bitcoin.
fn read_margin(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    intake.account(Account {
        venue: VENUE.to_owned(),
        name: "margin".to_owned(),
        kind: "cross margin (health: margin level)".to_owned(),
        currency: Some(Currency::new("BTC")),
        equity: record.quantity("totalNetAssetOfBtc")?,
        health: record.quantity("marginLevel")?,
        source: intake.source(record.line),
        ..Account::default()
    });
    Ok(())
}

/// Health and index of an isolated pair. An empty pair states a level of 0, which says nothing.
fn read_isolated(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let symbol = record.name("symbol")?;
    let (base, quote) = (record.inner("baseAsset", "asset"), record.inner("quoteAsset", "asset"));
    for (side, code) in [("baseAsset", &base), ("quoteAsset", &quote)] {
        if code.trim().is_empty() {
            return Err(Issue::rejected(IssueKind::MissingData, "the pair does not name this asset").in_column(side).with_value(&symbol));
        }
    }
    let worth = |side: &str| record.inner_number(side, "netAssetOfBtc");
    let equity = worth("baseAsset")?.zip(worth("quoteAsset")?).map(|(base, quote)| base.get() + quote.get());
    intake.account(Account {
        venue: VENUE.to_owned(),
        name: isolated_name(&symbol),
        kind: "isolated margin (health: margin level)".to_owned(),
        currency: Some(Currency::new("BTC")),
        equity: equity.map(Quantity::new).transpose()?,
        health: record.quantity("marginLevel")?.filter(|level| level.get() > 0.0),
        source: intake.source(record.line),
        ..Account::default()
    });
    let spot = record.positive_price("indexPrice")?;
    if Currency::new(&quote).is_dollar_like() && equity != Some(0.0) {
        Statement { mark: None, vol: None, spot, forward: None, rate: None, funding: None, time: None, origin: Origin::Position }.record(
            &deribit_name::coin(&base),
            record.line,
            intake,
        );
    }
    Ok(())
}

/// Simple Earn that can be redeemed at any time: lent.
fn read_flexible(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let (amount, rate) = (record.need("totalAmount")?, record.rate("latestAnnualPercentageRate", 1.0)?);
    if record.number("collateralAmount")?.is_some_and(|amount| amount != 0.0) {
        record.note("collateralAmount", intake, "what secures a loan is part of that loan's own record: it is not added to totalAmount");
    }
    Balance { venue: VENUE, account: "earn", asset: &asset, line: record.line }.lend(amount, rate, intake)
}

/// Simple Earn that is locked: a stake until its day. Locked dollars are lent, a stake would need a price of the dollar.
fn read_locked(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let amount = record.need("amount")?;
    let balance = Balance { venue: VENUE, account: "earn", asset: &asset, line: record.line };
    if record.number("redeemingAmt")?.is_some_and(|amount| amount != 0.0) {
        record.note("redeemingAmt", intake, "taken as part of amount, which it is redeemed from: it is not added");
    }
    if Currency::new(&asset).is_dollar_like() {
        record.note("deliverDate", intake, "locked dollars are read as lent: the day on which they are free is not kept");
        return balance.lend(amount, record.rate("APY", 1.0)?, intake);
    }
    let unlock = record.time("deliverDate").map_or(Unlock::Free, Unlock::At);
    if unlock == Unlock::Free {
        record.note("deliverDate", intake, "no day on which the stake is free: it counts as free now");
    }
    let underlying = Currency::new(&asset).code().to_owned();
    balance.position(Instrument::Stake(Stake { token: underlying.clone(), underlying, rate: 1.0, unlock }), amount, intake)
}
