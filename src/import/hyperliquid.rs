//! Hyperliquid `clearinghouseState` and `spotClearinghouseState`: JSON → perpetuals, balances and the account (venues.md, section 6).
//!
//! `szi` is signed, in coins. There is no mark price: it is `positionValue / |szi|`. Collateral is the US dollars outside of the
//! positions' own gains: `accountValue − Σ unrealizedPnl`.

use crate::book::{Account, Stated};
use crate::import::content::Content;
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::Statement;
use crate::import::{ImportDef, Imported};
use crate::instrument::{Cash, Instrument, Perpetual, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Price};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "hyperliquid",
    label: "Hyperliquid clearinghouse and spot state (JSON)",
    doc: "Replies of Hyperliquid's info endpoint: clearinghouseState (records with coin and szi), spotClearinghouseState (records with \
          coin, token and total), userFunding and fundingHistory",
    recognizes,
    read,
};

const VENUE: &str = "Hyperliquid";

const RECORDS: &[&RecordDef] = &[
    &RecordDef { label: "perpetual", keys: &["coin", "szi", "entryPx"], inside: &[], read: read_perpetual },
    &RecordDef { label: "spot balance", keys: &["coin", "token", "total"], inside: &[], read: read_balance },
    &RecordDef { label: "account", keys: &["marginSummary", "assetPositions"], inside: &["assetPositions"], read: read_account },
    &RecordDef { label: "payment of funding", keys: &["time", "hash", "delta"], inside: &[], read: read_payment },
    &RecordDef { label: "funding rate", keys: &["coin", "fundingRate"], inside: &[], read: read_funding_rate },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

fn read(content: &Content, out: &mut Imported) {
    record::read(content, out, RECORDS);
}

fn read_perpetual(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let coin = record.name("coin")?;
    let quantity = record.need("szi")?;
    // Markets of third parties are written dex:COIN, thousands of a coin kCOIN.
    let plain = coin.rsplit(':').next().unwrap_or_default();
    if plain.is_empty() {
        return Err(record.refuse("coin", IssueKind::MissingData, "no coin is named; BTC, kPEPE and dex:COIN are accepted"));
    }
    let (underlying, contract_size) = match plain.strip_prefix('k') {
        Some(code) if code.chars().all(|char| char.is_ascii_uppercase()) => (code.to_owned(), 1000.0),
        _ => (plain.to_uppercase(), 1.0),
    };
    let quote = Currency::new("USDC");
    let instrument = Instrument::Perpetual(Perpetual { underlying, quote: quote.clone(), settlement: Settlement::Linear, contract_size });
    // A price of a thousand coins becomes the price of one.
    let per_coin = |price: Option<Price>| price.map(|price| Price::new(price.get() / contract_size)).transpose();
    let entry = per_coin(record.positive_price("entryPx")?)?;
    let notional = record.quantity("positionValue")?;
    let mark = match notional {
        Some(notional) if quantity != 0.0 => Some(Price::new(notional.get() / (quantity.abs() * contract_size))?),
        _ => None,
    };
    let stated = Stated {
        unrealized_pnl: record.quantity("unrealizedPnl")?,
        notional,
        initial_margin: record.quantity("marginUsed")?,
        liquidation_price: per_coin(record.positive_price("liquidationPx")?)?,
        currency: Some(quote),
        time: record.time("time"),
        ..Stated::default()
    };
    let time = stated.time;
    Statement { mark, vol: None, spot: None, forward: None, rate: None, funding: None, time, origin: Origin::Position }.record(
        &instrument,
        record.line,
        intake,
    );
    Holding { name: format!("{coin}-PERP"), account: String::new(), venue: VENUE, instrument, quantity, entry, mark, stated }
        .record(record.line, intake)
}

fn read_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let coin = record.name("coin")?;
    let quantity = record.need("total")?;
    let spent = record.number("entryNtl")?.filter(|spent| *spent > 0.0 && quantity > 0.0);
    let entry = spent.map(|spent| Price::new(spent / quantity)).transpose()?;
    let (account, stated) = ("spot".to_owned(), Stated::default());
    Holding { name: coin.clone(), account, venue: VENUE, instrument: deribit_name::coin(&coin), quantity, entry, mark: None, stated }
        .record(record.line, intake)
}

/// The whole account, and its collateral: what it is worth without its positions' gains is a balance of dollars.
fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let figure = |field: &str| record.inner_number("marginSummary", field);
    let equity = figure("accountValue")?
        .ok_or_else(|| record.refuse("marginSummary", IssueKind::MissingData, "the account states no accountValue"))?;
    let gains = record.sum_of("assetPositions", "position", "unrealizedPnl")?;
    let maintenance = record.quantity("crossMaintenanceMarginUsed")?;
    let currency = Currency::new("USDC");
    intake.account(Account {
        venue: VENUE.to_owned(),
        kind: "perpetuals".to_owned(),
        currency: Some(currency.clone()),
        equity: Some(equity),
        unrealized_pnl: Some(gains),
        initial_margin: figure("totalMarginUsed")?,
        maintenance_margin: maintenance,
        time: record.time("time"),
        source: intake.source(record.line),
        ..Account::default()
    });
    let quantity = equity.get() - gains.get();
    let instrument = Instrument::Cash(Cash { currency });
    let (name, account, stated) = ("USDC".to_owned(), String::new(), Stated::default());
    Holding { name, account, venue: VENUE, instrument, quantity, entry: None, mark: None, stated }.record(record.line, intake)
}

/// An entry of the account's history: funding, or a deposit where the same reply lists those.
fn read_payment(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let message = if record.inner("delta", "type") == "funding" {
        "a payment of funding is part of the balance already: nothing is held by it"
    } else {
        "an entry of the account's history is part of the balance already: nothing is held by it"
    };
    let issue = Issue::noted(IssueKind::Conversion, message).in_column("delta").about(&record.inner("delta", "coin"));
    intake.note(record.line, issue);
    Ok(())
}

fn read_funding_rate(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    record.note("fundingRate", intake, "a past rate of funding: it is not what the perpetual pays from here on, no number uses it");
    Ok(())
}
