//! OKX `/api/v5/account/positions`: one record → a contract, or the two legs of a margin trade (venues.md, section 2).
//!
//! `pos` is in contracts of `ctVal × ctMult`. Invariant: the sign is that of `posSide`, in net mode that of `pos`, in a margin trade
//! that of `posCcy`; a contract size that is not known is divided out of the row and noted, or the row is rejected. Greeks of a row are
//! taken for those of the whole position, which the reply does not say and the table that shows them does.

use crate::book::Stated;
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::okx_name::{self, Kind, Name};
use crate::import::record::{self, Record};
use crate::import::terms::Statement;
use crate::instrument::{Instrument, Loan, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Price};

const VENUE: &str = "OKX";

/// The instrument that a record names.
///
/// # Errors
/// A name that is none of OKX's, or of another type than the record says.
pub(super) fn named(record: &Record<'_, '_>) -> Result<Name, Issue> {
    let accepted = "not an OKX instrument; BTC-USDT, BTC-USDT-SWAP, BTC-USD-241227 or BTC-USD-241227-60000-C are accepted";
    let name = Name::parse(&record.name("instId")?).ok_or_else(|| record.refuse("instId", IssueKind::Parse, accepted))?;
    let stated = record.cell("instType");
    if stated.is_empty() || name.is_of_type(&stated) {
        return Ok(name);
    }
    let message = "not the type of the instrument's name; SPOT, MARGIN, SWAP, FUTURES and OPTION are accepted";
    Err(record.refuse("instType", IssueKind::Invalid, message))
}

/// Reads one record.
pub(super) fn read(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = named(record)?;
    if name.kind == Kind::Pair {
        return read_margin(&name, record, intake);
    }
    let quantity = signed(record)?;
    let instrument = name.instrument(contract_size(&name, quantity, record, intake)?);
    let mark = record.positive_price("markPx")?;
    if quantity != 0.0 {
        statement(record, mark)?.record(&instrument, record.line, intake);
    }
    let (entry, mut stated) = (record.price("avgPx")?, stated(record, name.settlement_currency())?);
    if matches!(instrument, Instrument::Option(_)) {
        let dollars = record.greeks("okx-black-scholes", ["deltaBS", "gammaBS", "vegaBS", "thetaBS"])?;
        let coins = record.greeks("okx-coin", ["deltaPA", "gammaPA", "vegaPA", "thetaPA"])?;
        stated.greeks = dollars.into_iter().chain(coins).collect();
    }
    Holding { name: record.name("instId")?, account: String::new(), venue: VENUE, instrument, quantity, entry, mark, stated }
        .record(record.line, intake)
}

fn statement(record: &Record<'_, '_>, mark: Option<Price>) -> Result<Statement, Issue> {
    let (spot, time) = (record.positive_price("idxPx")?, record.time("pTime"));
    Ok(Statement { mark, vol: None, spot, forward: None, rate: None, funding: None, time, origin: Origin::Position })
}

fn stated(record: &Record<'_, '_>, currency: Currency) -> Result<Stated, Issue> {
    let initial = record.quantity("imr")?;
    Ok(Stated {
        unrealized_pnl: record.quantity("upl")?,
        notional: record.quantity("notionalUsd")?,
        // What secures a position of its own stands under another name than the share of a whole account.
        initial_margin: if initial.is_some() { initial } else { record.quantity("margin")? },
        maintenance_margin: record.quantity("mmr")?,
        liquidation_price: record.positive_price("liqPx")?,
        currency: Some(currency),
        time: record.time("uTime"),
        ..Stated::default()
    })
}

fn signed(record: &Record<'_, '_>) -> Result<f64, Issue> {
    let size = record.need("pos")?;
    match record.cell("posSide").as_ref() {
        "net" => Ok(size),
        "short" => Ok(-size.abs()),
        "long" if size >= 0.0 => Ok(size),
        "long" => Err(record.refuse("pos", IssueKind::Invalid, "negative on the long side: keep one of the two signs")),
        _ => Err(record.refuse("posSide", IssueKind::Invalid, "unknown side; long, short and net are accepted")),
    }
}

/// Coins, or US dollars of an inverse future, in one contract.
fn contract_size(name: &Name, quantity: f64, record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<f64, Issue> {
    if let Some(size) = intake.contract_sizes.get(record.cell("instId").as_ref()) {
        return Ok(*size);
    }
    let of_row = size_of_row(name, quantity, record)?;
    if let Some(listed) = name.listed_size() {
        if of_row.is_some_and(|(size, _)| !(0.5..2.0).contains(&(size / listed))) {
            let message = format!("the notional does not fit a contract of {listed}: the size of the contract is believed");
            record.note("notionalUsd", intake, message);
        }
        return Ok(listed);
    }
    if quantity == 0.0 {
        return Ok(1.0);
    }
    let Some((size, how)) = of_row.filter(|(size, _)| *size > 0.0) else {
        let message = "the size of this contract is not known and the row states no notionalUsd and markPx (of an option, idxPx) to take it \
                       from; a file that holds /public/instruments as well is accepted";
        return Err(record.refuse("instId", IssueKind::MissingData, message));
    };
    let (taken, rounded) = match okx_name::plain_size(size) {
        Some(plain) => (plain, format!("{size:.6e}, rounded to {plain}")),
        None => (size, format!("{size:.6e}, which is no plain size and taken as it is")),
    };
    let message =
        format!("the size of the contract is taken from the row: {how} = {rounded}; /public/instruments in the same file would state it");
    let issue = Issue::noted(IssueKind::Conversion, message).in_column("notionalUsd").about(&record.cell("instId"));
    intake.note_on(record.line, "a contract size taken from the row", issue.with_value(&record.cell("notionalUsd")));
    Ok(taken)
}

/// The size that the row's notional implies, and how.
fn size_of_row(name: &Name, quantity: f64, record: &Record<'_, '_>) -> Result<Option<(f64, &'static str)>, Issue> {
    let (price, how) = match (name.instrument(1.0), name.settlement()) {
        (Instrument::Option(_), _) => (record.positive_price("idxPx")?, "notionalUsd / (|pos| · idxPx)"),
        (_, Settlement::Inverse) => (Some(Price::new(1.0)?), "notionalUsd / |pos|"),
        (_, Settlement::Linear) => (record.positive_price("markPx")?, "notionalUsd / (|pos| · markPx)"),
    };
    let notional = record.number("notionalUsd")?.map(f64::abs);
    let size = notional.zip(price).map(|(notional, price)| notional / (quantity.abs() * price.get()));
    Ok(size.filter(|size| size.is_finite()).map(|size| (size, how)))
}

/// A margin trade is what was bought and what was borrowed for it: a long holds coins and owes the quote, a short holds the quote
/// and owes coins.
fn read_margin(name: &Name, record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let bought = record.need("pos")?.abs();
    let held = Currency::new(&record.cell("posCcy"));
    let is_long = held.code() == name.base;
    if bought != 0.0 && !is_long && held.code() != name.quote {
        let message = format!("a margin trade is long in {} or short in {}: one of the two is accepted", name.base, name.quote);
        return Err(record.refuse("posCcy", IssueKind::Invalid, message));
    }
    let owed = match record.number("liab")? {
        Some(owed) => {
            let interest = record.number("interest")?;
            if interest.is_none() && owed != 0.0 {
                record.note("interest", intake, "no interest is stated: what is owed is taken without any");
            }
            Some(owed.abs() + interest.map_or(0.0, f64::abs))
        }
        None if bought != 0.0 && !is_long => {
            return Err(record.refuse("liab", IssueKind::MissingData, "a short margin trade must say how many coins it owes"));
        }
        None => {
            if bought != 0.0 {
                record.note("liab", intake, "no liability is stated: nothing is taken to be owed for what was bought");
            }
            None
        }
    };
    let owed_in = Currency::new(if is_long { &name.quote } else { &name.base });
    let stated_in = record.cell("liabCcy");
    if owed.is_some_and(|owed| owed > 0.0) && !stated_in.is_empty() && Currency::new(&stated_in) != owed_in {
        return Err(record.refuse("liabCcy", IssueKind::Invalid, format!("this margin trade owes {owed_in}")));
    }
    let (id, mark, entry) = (record.name("instId")?, record.positive_price("markPx")?, record.positive_price("avgPx")?);
    let margin_in = record::currency(&record.cell("ccy")).unwrap_or_else(|| Currency::new(&name.quote));
    let stated = stated(record, margin_in)?;
    if bought != 0.0 {
        statement(record, mark)?.record(&name.instrument(1.0), record.line, intake);
        record.note(
            "instType",
            intake,
            "a margin trade: what was bought, and what was borrowed for it with its interest, are two positions",
        );
    }
    let leg = |instrument: Instrument, quantity: f64, is_coin: bool| Holding {
        name: id.clone(),
        account: String::new(),
        venue: VENUE,
        instrument,
        quantity,
        entry: entry.filter(|_| is_coin),
        mark: mark.filter(|_| is_coin),
        stated: if is_coin { stated.clone() } else { Stated::default() },
    };
    leg(deribit_name::coin(held.code()), bought, is_long).record(record.line, intake)?;
    if let Some(owed) = owed.filter(|owed| *owed > 0.0) {
        let loan = Instrument::Loan(Loan { asset: owed_in, rate: None, threshold: None });
        leg(loan, -owed, !is_long).record(record.line, intake)?;
    }
    Ok(())
}
