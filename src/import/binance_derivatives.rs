//! Binance's futures and options: positions, wallets, marks and margin tiers (venues.md, section 3).
//!
//! `positionAmt` is signed, in contracts: a coin of USD-M, 100 or 10 US dollars of COIN-M. `walletBalance` leaves unrealized profit
//! out, so it stands beside positions whose value is what they have gained since entry.

use crate::book::{Account, Position, Stated};
use crate::import::Imported;
use crate::import::balance::Balance;
use crate::import::binance_name::{self, VENUE, per_coin};
use crate::import::binance_portfolio::{self as portfolio, PORTFOLIO};
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::record::{self, Record};
use crate::import::terms::{self, Statement};
use crate::instrument::{Instrument, OptionKind, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Price, Quantity};
use std::collections::BTreeSet;

/// Account of the linear futures, as Binance calls them.
const USD_M: &str = "USD-M";
/// Account of the inverse futures.
const COIN_M: &str = "COIN-M";
/// Payments of funding in a year, every 8 hours.
const PAYMENTS_PER_YEAR: f64 = 3.0 * 365.0;

const FUTURES: &str = "no futures symbol that is read here: BTCUSDT, BTCUSDT_241227, BTCUSD_PERP and BTCUSD_200925 are accepted, \
                       quoted in USDT, USDC, FDUSD, BUSD or TUSD";

fn future(record: &Record<'_, '_>, name: &str) -> Result<Instrument, Issue> {
    binance_name::parse(name).filter(Instrument::has_gain).ok_or_else(|| record.refuse("symbol", IssueKind::Unsupported, FUTURES))
}

/// A position of `positionRisk`, or of an account reply, which states no mark.
pub(super) fn read_position(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.name("symbol")?;
    let quantity = signed(record, "positionAmt", "positionSide", intake)?;
    let instrument = match future(record, &name) {
        Ok(instrument) => instrument,
        // Replies list every contract of the venue; nothing is held of a flat one, whatever it is.
        Err(_) if quantity == 0.0 => deribit_name::coin(&name),
        Err(issue) => return Err(issue),
    };
    let (account, currency) = match instrument.settlement() {
        Settlement::Inverse => (COIN_M, Currency::new(instrument.underlying())),
        Settlement::Linear => (USD_M, instrument.quote()),
    };
    let account = if portfolio::holds(record) { PORTFOLIO } else { account };
    let (mut entry, mut mark, mut stated) = (None, None, Stated::default());
    if quantity != 0.0 {
        entry = per_coin(&instrument, record.positive_price("entryPrice")?)?;
        mark = per_coin(&instrument, record.positive_price("markPrice")?)?;
        stated = Stated {
            unrealized_pnl: record.quantity("unRealizedProfit")?.or(record.quantity("unrealizedProfit")?),
            notional: notional(record, &instrument, quantity, mark, intake)?,
            initial_margin: record.quantity("initialMargin")?,
            maintenance_margin: record.quantity("maintMargin")?,
            liquidation_price: per_coin(&instrument, record.positive_price("liquidationPrice")?)?,
            notional_currency: Some(currency.clone()),
            currency: Some(record::currency(&record.cell("marginAsset")).unwrap_or(currency)),
            time: record.time("updateTime"),
            greeks: Vec::new(),
        };
        // updateTime is when the position last changed, not when the mark was so.
        Statement { mark, vol: None, spot: None, forward: None, rate: None, funding: None, time: None, origin: Origin::Position }.record(
            &instrument,
            record.line,
            intake,
        );
    }
    Holding { name, account: account.to_owned(), venue: VENUE, instrument, quantity, entry, mark, stated }.record(record.line, intake)
}

/// The quantity with the sign of its side: in hedge mode a contract is held long and short at once.
fn signed(record: &Record<'_, '_>, amount: &str, side: &str, intake: &mut Intake<'_>) -> Result<f64, Issue> {
    let quantity = record.need(amount)?;
    match record.cell(side).as_ref() {
        "" | "BOTH" => Ok(quantity),
        "LONG" if quantity >= 0.0 => Ok(quantity),
        "LONG" => {
            Err(record.refuse(amount, IssueKind::Invalid, "a long position with a negative amount: which of the two holds is not clear"))
        }
        "SHORT" => {
            if quantity > 0.0 {
                record.note(amount, intake, "a short position whose amount has no sign is read as negative");
            }
            Ok(-quantity.abs())
        }
        _ => Err(record.refuse(side, IssueKind::Invalid, "the side must be LONG, SHORT or BOTH")),
    }
}

/// The venue's own size: in the quote for USD-M, in coins for COIN-M.
fn notional(
    record: &Record<'_, '_>,
    instrument: &Instrument,
    quantity: f64,
    mark: Option<Price>,
    intake: &mut Intake<'_>,
) -> Result<Option<Quantity>, Issue> {
    let (Some(coins), Some(mark)) = (record.quantity("notionalValue")?, mark) else { return record.quantity("notional") };
    let expected = (quantity * instrument.exposure_at(mark.get()) / mark.get()).abs();
    if (coins.get().abs() / expected - 1.0).abs() < 0.01 {
        return Ok(Some(coins));
    }
    record.note("notionalValue", intake, "not the size of the position in coins, its contracts divided by the mark: left out");
    Ok(None)
}

/// An option; the name tells its terms, the other fields must agree.
pub(super) fn read_option(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.name("symbol")?;
    let quantity = signed(record, "quantity", "side", intake)?;
    let Some(Instrument::Option(mut option)) = binance_name::parse(&name) else {
        return Err(record.refuse("symbol", IssueKind::Unsupported, "no option symbol: BTC-241227-60000-C is accepted"));
    };
    let kind = match option.kind {
        OptionKind::Call => "CALL",
        OptionKind::Put => "PUT",
    };
    let strike = record.number("strikePrice")?;
    if strike.is_some_and(|strike| strike != option.strike.get()) {
        return Err(record.refuse("strikePrice", IssueKind::Invalid, format!("the symbol {name} names another strike")));
    }
    if !matches!(record.cell("optionSide").as_ref(), "") && record.cell("optionSide") != kind {
        return Err(record.refuse("optionSide", IssueKind::Invalid, format!("the symbol {name} names a {}", kind.to_lowercase())));
    }
    if let Some(time) = record.time("expiryDate").filter(|time| *time != option.expiry) {
        record.note("expiryDate", intake, format!("{time}, although the symbol {name} names {}: the symbol counts", option.expiry));
    }
    option.quote = record::currency(&record.cell("quoteAsset")).unwrap_or(option.quote);
    let quote = option.quote.clone();
    let instrument = Instrument::Option(option);
    let (entry, mark) = (record.price("entryPrice")?, record.price("markPrice")?);
    let stated =
        Stated { unrealized_pnl: record.quantity("unrealizedPNL")?, currency: Some(quote), time: record.time("time"), ..Stated::default() };
    if quantity != 0.0 {
        Statement { mark, vol: None, spot: None, forward: None, rate: None, funding: None, time: None, origin: Origin::Position }.record(
            &instrument,
            record.line,
            intake,
        );
    }
    Holding { name, account: "options".to_owned(), venue: VENUE, instrument, quantity, entry, mark, stated }.record(record.line, intake)
}

/// Totals of the linear futures, in US dollars.
pub(super) fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    intake.account(Account {
        venue: VENUE.to_owned(),
        name: USD_M.to_owned(),
        kind: "USD-M futures".to_owned(),
        equity: record.quantity("totalMarginBalance")?,
        balance: record.quantity("totalWalletBalance")?,
        unrealized_pnl: record.quantity("totalUnrealizedProfit")?,
        initial_margin: record.quantity("totalInitialMargin")?,
        maintenance_margin: record.quantity("totalMaintMargin")?,
        time: record.time("updateTime"),
        source: intake.source(record.line),
        ..Account::default()
    });
    Ok(())
}

/// An asset of a futures account. COIN-M keeps margin by coin, so there it is an account of its own.
pub(super) fn read_asset(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let asset = record.name("asset")?;
    let wallet = record.need("walletBalance")?;
    let is_linear = !record.around("totalWalletBalance").is_empty();
    if !is_linear && wallet != 0.0 {
        intake.account(Account {
            venue: VENUE.to_owned(),
            name: COIN_M.to_owned(),
            kind: format!("COIN-M futures in {asset}"),
            currency: Some(Currency::new(&asset)),
            equity: record.quantity("marginBalance")?,
            balance: Some(Quantity::new(wallet)?),
            unrealized_pnl: record.quantity("unrealizedProfit")?,
            initial_margin: record.quantity("initialMargin")?,
            maintenance_margin: record.quantity("maintMargin")?,
            time: record.time("updateTime"),
            source: intake.source(record.line),
            ..Account::default()
        });
    }
    let account = if is_linear { USD_M } else { COIN_M };
    Balance { venue: VENUE, account, asset: &asset, line: record.line }.hold(wallet, intake)
}

/// A wallet of the balance reply, which only COIN-M writes with `withdrawAvailable`.
pub(super) fn read_wallet(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let account = if record.has("withdrawAvailable") { COIN_M } else { USD_M };
    Balance { venue: VENUE, account, asset: &record.name("asset")?, line: record.line }.hold(record.need("balance")?, intake)
}

/// Index, mark and funding of a futures contract.
pub(super) fn read_mark(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = future(record, &record.name("symbol")?)?;
    let funding = match instrument {
        Instrument::Perpetual(_) => terms::record_funding(record, "lastFundingRate", PAYMENTS_PER_YEAR, intake)?,
        _ => None,
    };
    if funding.is_some() {
        let message = "taken as a rate per 8 hours, three times a day: a contract that pays more often pays more in a year";
        record.note("lastFundingRate", intake, message);
    }
    let (mark, spot) =
        (per_coin(&instrument, record.positive_price("markPrice")?)?, per_coin(&instrument, record.positive_price("indexPrice")?)?);
    let time = record.time("time");
    Statement { mark, vol: None, spot, forward: None, rate: None, funding, time, origin: Origin::Quote }.record(
        &instrument,
        record.line,
        intake,
    );
    Ok(())
}

/// Mark and volatility of an option.
pub(super) fn read_option_mark(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let Some(instrument @ Instrument::Option(_)) = binance_name::parse(&record.name("symbol")?) else {
        return Err(record.refuse("symbol", IssueKind::Unsupported, "no option symbol: BTC-241227-60000-C is accepted"));
    };
    let (mark, vol, time) = (record.price("markPrice")?, record.vol("markIV", 1.0)?, record.time("time"));
    let bid_ask = terms::bid_ask_vols(record, ["bidIV", "askIV"])?;
    let statement = Statement { mark, vol, spot: None, forward: None, rate: None, funding: None, time, origin: Origin::Quote };
    statement.record_quoted(&instrument, bid_ask, record.line, intake);
    Ok(())
}

/// Margin tiers of a contract.
pub(super) fn read_tiers(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let message = "margin tiers are known and not used yet: no margin is computed from them";
    intake.note(record.line, Issue::noted(IssueKind::Unsupported, message).in_column("brackets").about(&record.name("symbol")?));
    Ok(())
}

/// The same holding in two replies of one file is counted once: a position of an account reply, which states no mark, gives way to
/// `positionRisk`; of two equal wallets of one asset the first is kept.
pub(super) fn drop_repeated(out: &mut Imported) {
    let key = |position: &Position| (position.account.clone(), position.name.clone(), position.quantity.get() > 0.0);
    let marked: BTreeSet<_> = out.positions.iter().filter(|position| position.mark.is_some()).map(key).collect();
    let mut wallets = BTreeSet::new();
    let mut is_repeated = |position: &Position| match position.instrument {
        _ if ![USD_M, COIN_M, PORTFOLIO].contains(&position.account.as_str()) => false,
        Instrument::Cash(_) | Instrument::Spot(_) => !wallets.insert((key(position), position.quantity.get().to_bits())),
        _ => position.mark.is_none() && marked.contains(&key(position)),
    };
    let repeated: Vec<bool> = out.positions.iter().map(&mut is_repeated).collect();
    let mut kept = Vec::with_capacity(out.positions.len());
    for (position, is_repeated) in std::mem::take(&mut out.positions).into_iter().zip(repeated) {
        if !is_repeated {
            kept.push(position);
            continue;
        }
        let message = "another reply of this file states the same holding: it is counted once";
        let issue = Issue::noted(IssueKind::Conversion, message).about(&position.name).in_file(&position.source.file);
        out.issues.push(issue.at_line(position.source.line));
    }
    out.positions = kept;
}
