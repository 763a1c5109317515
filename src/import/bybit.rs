//! Bybit v5: replies of its programming interface → positions, balances, loans, accounts and market facts (venues.md, section 4).
//!
//! `size` is unsigned, the sign is that of `side`; in coins, or in US dollars for an inverse contract.

use crate::book::{Account, Stated};
use crate::import::balance::Balance;
use crate::import::binance_name::per_coin;
use crate::import::bybit_name::{self, VENUE};
use crate::import::content::Content;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported, deribit_name};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::{BidAsk, Origin};
use crate::units::{Currency, Rate};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "bybit",
    label: "Bybit positions, wallet and tickers (JSON)",
    doc: "Replies of Bybit v5: position/list of every category, account/wallet-balance, account/option-asset-info, asset/coin-greeks, \
          account/collateral-info, market/risk-limit, market/tickers, crypto loans, earn positions. Several in one file, in a list, are \
          read too",
    recognizes,
    read,
};

/// Hours of a year.
const HOURS_PER_YEAR: f64 = 24.0 * 365.0;

const RECORDS: &[&RecordDef] = &[
    &RecordDef { label: "position", keys: &["symbol", "side", "size", "avgPrice"], inside: &[], read: read_position },
    &RecordDef { label: "account", keys: &["accountType", "totalEquity", "coin"], inside: &["coin"], read: read_account },
    &RecordDef { label: "balance", keys: &["coin", "walletBalance"], inside: &[], read: read_balance },
    &RecordDef { label: "option account", keys: &["coin", "totalUPL", "assetIM", "assetMM"], inside: &[], read: read_options },
    &RecordDef { label: "Greeks of a coin", keys: &["baseCoin", "totalDelta", "totalVega"], inside: &[], read: read_greeks },
    &RecordDef { label: "collateral terms", keys: &["currency", "collateralRatio"], inside: &[], read: read_collateral },
    &RecordDef { label: "margin tier", keys: &["symbol", "riskLimitValue", "maintenanceMargin"], inside: &[], read: read_tier },
    &RecordDef { label: "loan", keys: &["loanCurrency", "totalDebt"], inside: &[], read: read_loan },
    &RecordDef { label: "earn", keys: &["coin", "productId", "amount"], inside: &[], read: read_earn },
    &RecordDef { label: "option ticker", keys: &["symbol", "markPrice", "markIv"], inside: &[], read: read_option_ticker },
    &RecordDef { label: "ticker", keys: &["symbol", "markPrice", "indexPrice", "fundingRate"], inside: &[], read: read_ticker },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

fn read(content: &Content, out: &mut Imported) {
    record::read(content, out, RECORDS);
}

/// The contract of a symbol, which the reply's category must agree with.
fn contract(record: &Record<'_, '_>) -> Result<Instrument, Issue> {
    let accepted = "no symbol that is read here: BTCUSDT, BTCPERP, BTCUSD, BTCUSDZ24, BTC-27DEC24 and BTC-27DEC24-60000-C are accepted";
    let instrument = bybit_name::parse(&record.cell("symbol")).ok_or_else(|| record.refuse("symbol", IssueKind::Unsupported, accepted))?;
    let category = match (&instrument, instrument.settlement()) {
        (Instrument::Option(_), _) => "option",
        (_, Settlement::Inverse) => "inverse",
        (_, Settlement::Linear) => "linear",
    };
    let stated = record.around("category");
    if !stated.is_empty() && stated != category {
        let message = format!("the reply's category is {stated}, the symbol is that of a contract of category {category}");
        return Err(record.refuse("symbol", IssueKind::Invalid, message));
    }
    Ok(instrument)
}

fn read_position(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.name("symbol")?;
    let size = record.need("size")?;
    let instrument = match contract(record) {
        Ok(instrument) => instrument,
        // Nothing is held of a flat contract, whatever it is.
        Err(_) if size == 0.0 => deribit_name::coin(&name),
        Err(issue) => return Err(issue),
    };
    let quantity = match record.cell("side").as_ref() {
        "Buy" => size.abs(),
        "Sell" => -size.abs(),
        "" | "None" if size == 0.0 => 0.0,
        _ => return Err(record.refuse("side", IssueKind::Invalid, "the side must be Buy or Sell, or blank where size is 0")),
    };
    let currency = match instrument.settlement() {
        Settlement::Inverse => Currency::new(instrument.underlying()),
        Settlement::Linear => instrument.quote(),
    };
    let entry = per_coin(&instrument, record.price("avgPrice")?)?;
    let mark = per_coin(&instrument, record.price("markPrice")?)?.filter(|mark| !instrument.has_gain() || mark.get() > 0.0);
    let stated = Stated {
        unrealized_pnl: record.quantity("unrealisedPnl")?,
        notional: record.quantity("positionValue")?,
        initial_margin: record.quantity("positionIM")?,
        maintenance_margin: record.quantity("positionMM")?,
        liquidation_price: per_coin(&instrument, record.positive_price("liqPrice")?)?,
        currency: Some(currency.clone()),
        notional_currency: Some(currency),
        time: record.time("updatedTime"),
        greeks: match &instrument {
            Instrument::Option(_) => record.greeks("bybit", ["delta", "gamma", "vega", "theta"])?.into_iter().collect(),
            _ => Vec::new(),
        },
    };
    if quantity != 0.0 {
        let time = record.time("time");
        Statement { mark, vol: None, spot: None, forward: None, rate: None, funding: None, time, origin: Origin::Position }.record(
            &instrument,
            record.line,
            intake,
        );
    }
    let account = String::new();
    Holding { name, account, venue: VENUE, instrument, quantity, entry, mark, stated }.record(record.line, intake)
}

/// The name of an account; that of the unified one, where the positions are, is empty.
fn account_name(record: &Record<'_, '_>) -> String {
    match record.around("accountType").as_ref() {
        "UNIFIED" => String::new(),
        other => other.to_lowercase(),
    }
}

/// The whole account, in US dollars.
fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    intake.account(Account {
        venue: VENUE.to_owned(),
        name: account_name(record),
        kind: format!("{} (health: maintenance margin rate)", record.text("accountType")?.to_lowercase()),
        equity: record.quantity("totalEquity")?,
        balance: record.quantity("totalWalletBalance")?,
        unrealized_pnl: record.quantity("totalPerpUPL")?,
        initial_margin: record.quantity("totalInitialMargin")?,
        maintenance_margin: record.quantity("totalMaintenanceMargin")?,
        health: record.quantity("accountMMRate")?,
        time: record.time("time"),
        source: intake.source(record.line),
        ..Account::default()
    });
    Ok(())
}

/// A coin of the wallet. Bybit: equity = walletBalance − spotBorrow + unrealisedPnl + option value; where a reply has no
/// `spotBorrow`, its walletBalance is what the newer one is without it. `borrowAmount` is owed, so what is held is that much more.
fn read_balance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let coin = record.name("coin")?;
    let wallet = record.need("walletBalance")?;
    let owed = match record.number("borrowAmount")? {
        Some(owed) => owed,
        None => {
            record.note("borrowAmount", intake, "the reply does not state what is borrowed: nothing is taken to be owed");
            0.0
        }
    };
    let in_wallet = record.number("spotBorrow")?.unwrap_or(0.0);
    if owed != 0.0 {
        let message = "owed, as a loan of its own: held and owed add up to walletBalance − spotBorrow";
        record.note("borrowAmount", intake, message);
    }
    if record.number("accruedInterest")?.is_some_and(|interest| interest != 0.0) {
        record.note("accruedInterest", intake, "not part of Bybit's equity until it is charged: it is not added to what is owed");
    }
    Balance { venue: VENUE, account: &account_name(record), asset: &coin, line: record.line }.hold_and_owe(
        wallet + (owed - in_wallet),
        owed,
        intake,
    )
}

/// Margins and profit of the options on a coin.
fn read_options(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let coin = record.name("coin")?;
    record.note("totalUPL", intake, "profit and margins of the options are taken as US dollars, which they settle in");
    intake.account(Account {
        venue: VENUE.to_owned(),
        kind: format!("options on {coin}"),
        unrealized_pnl: record.quantity("totalUPL")?,
        initial_margin: record.quantity("assetIM")?,
        maintenance_margin: record.quantity("assetMM")?,
        time: record.time("sendTime"),
        source: intake.source(record.line),
        ..Account::default()
    });
    Ok(())
}

fn known(record: &Record<'_, '_>, intake: &mut Intake<'_>, subject: &str, column: &str, message: &str) -> Result<(), Issue> {
    let issue = Issue::noted(IssueKind::Unsupported, message).in_column(column).about(&record.name(subject)?);
    intake.note(record.line, issue);
    Ok(())
}

fn read_greeks(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    known(record, intake, "baseCoin", "totalDelta", "the venue's own Greeks of a coin are not kept: they are computed from the positions")
}

fn read_collateral(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    known(record, intake, "currency", "collateralRatio", "collateral terms are known and not used yet: no margin is computed from them")
}

fn read_tier(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    known(record, intake, "symbol", "riskLimitValue", "margin tiers are known and not used yet: no margin is computed from them")
}

/// A loan: what is owed and what secures it are positions of one account. Bybit: `totalDebt` is unpaid principal where
/// `residualInterest` stands beside it, and principal with interest where it does not.
fn read_loan(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let (coin, order) = (record.name("loanCurrency")?, record.text("orderId")?);
    let interest = record.number("residualInterest")?.unwrap_or(0.0) + record.number("residualPenaltyInterest")?.unwrap_or(0.0);
    let debt = record.need("totalDebt")? + interest;
    if interest != 0.0 {
        record.note("residualInterest", intake, "totalDebt is the unpaid principal: this interest, and any penalty, are added to it");
    }
    let rate = record.rate("hourlyInterestRate", HOURS_PER_YEAR)?;
    let account = if order.is_empty() { "loan".to_owned() } else { format!("loan {order}") };
    if let Some(health) = record.quantity("currentLTV")? {
        intake.account(Account {
            venue: VENUE.to_owned(),
            name: account.clone(),
            kind: "loan (health: loan to value)".to_owned(),
            health: Some(health),
            time: record.time("time"),
            source: intake.source(record.line),
            ..Account::default()
        });
    }
    let balance = |asset| Balance { venue: VENUE, account: &account, asset, line: record.line };
    balance(&coin).lend(-debt, rate, intake)?;
    let collateral = record.text("collateralCurrency")?;
    if collateral.is_empty() { Ok(()) } else { balance(&collateral).lend(record.need("collateralAmount")?, None, intake) }
}

/// An earn position, whose reply tells neither its rate nor when it is free.
fn read_earn(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let coin = record.name("coin")?;
    record.note("productId", intake, "read as lent: the reply does not tell the rate, nor whether it is locked");
    if record.number("claimableYield")?.is_some_and(|earned| earned != 0.0) {
        record.note("claimableYield", intake, "earned and not yet claimed: it is not added to amount");
    }
    Balance { venue: VENUE, account: "earn", asset: &coin, line: record.line }.lend(record.need("amount")?, None, intake)
}

/// Index, mark and funding of a future or perpetual.
fn read_ticker(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = contract(record)?;
    let funding = match instrument {
        Instrument::Perpetual(_) => funding(record, intake)?,
        _ => None,
    };
    let mark = per_coin(&instrument, record.positive_price("markPrice")?)?;
    let spot = per_coin(&instrument, record.positive_price("indexPrice")?)?;
    let time = record.time("time");
    Statement { mark, vol: None, spot, forward: None, rate: None, funding, time, origin: Origin::Quote }.record(
        &instrument,
        record.line,
        intake,
    );
    Ok(())
}

fn funding(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<Option<Rate>, Issue> {
    let hours = match record.number("fundingIntervalHour")?.filter(|hours| *hours > 0.0) {
        Some(hours) => hours,
        None => {
            let message = "taken as a rate per 8 hours, three times a day: a contract that pays more often pays more in a year";
            record.note("fundingRate", intake, message);
            8.0
        }
    };
    terms::record_funding(record, "fundingRate", HOURS_PER_YEAR / hours, intake)
}

/// Mark, volatility, index and forward of an option.
fn read_option_ticker(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = contract(record)?;
    let (mark, vol, time) = (record.price("markPrice")?, record.vol("markIv", 1.0)?, record.time("time"));
    let (spot, forward) = (record.positive_price("indexPrice")?, record.positive_price("underlyingPrice")?);
    let bid_ask = BidAsk {
        bid: record.positive_price("bid1Price")?,
        ask: record.positive_price("ask1Price")?,
        ..terms::bid_ask_vols(record, ["bid1Iv", "ask1Iv"])?
    };
    let statement = Statement { mark, vol, spot, forward, rate: None, funding: None, time, origin: Origin::Quote };
    statement.record_quoted(&instrument, bid_ask, record.line, intake);
    Ok(())
}
