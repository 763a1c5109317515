//! Our own table of positions, under any of the usual column names: CSV in every dialect, or JSON records with the same fields
//! → positions and the market that their rows state. The template is `public/template/positions.csv`.
//!
//! Invariant: what a row states outright wins over what its name says, and a contradiction is noted. A row that states its type
//! states its terms; a row without a type is read from a Deribit-style name.

use crate::book::Position;
use crate::import::content::Content;
use crate::import::date::{self, EXPIRY_TIME_MS};
use crate::import::deribit_name::{self, Name};
use crate::import::intake::Intake;
use crate::import::json::Envelope;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::{EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Price, Quantity, Timestamp};
use std::collections::BTreeMap;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "plimsoll-csv",
    label: "positions table (CSV, XLSX, or JSON with the same fields)",
    doc: "Columns instrument (or underlying and type) and quantity; optional account, venue, option_type, strike, expiry, side, \
          contract_size, entry_price, mark, spot, forward, iv, rate, margin (linear or inverse), quote, as_of; the usual other names are \
          understood",
    recognizes,
    read,
};

const NAME: usize = 0;
const UNDERLYING: usize = 1;
const TYPE: usize = 2;
const OPTION_TYPE: usize = 3;
const STRIKE: usize = 4;
const EXPIRY: usize = 5;
const QUANTITY: usize = 6;
const SIDE: usize = 7;
const CONTRACT_SIZE: usize = 8;
const ENTRY: usize = 9;
const MARK: usize = 10;
const SPOT: usize = 11;
const FORWARD: usize = 12;
const VOL: usize = 13;
const RATE: usize = 14;
const MARGIN: usize = 15;
const QUOTE: usize = 16;
const ACCOUNT: usize = 17;
const VENUE: usize = 18;
const AS_OF: usize = 19;
const COLUMNS: usize = 21;

type Record<'a> = Row<'a, COLUMNS>;

const SCHEMA: Schema<COLUMNS> = Schema {
    fields: [
        Field { names: &["instrument", "instrumentname", "name", "symbol", "contract"], is_number: false },
        Field { names: &["underlying", "asset", "coin", "base", "basecurrency"], is_number: false },
        Field { names: &["type", "kind", "instrumenttype", "assetclass", "producttype"], is_number: false },
        Field { names: &["optiontype", "right", "putcall", "callput", "cp"], is_number: false },
        Field { names: &["strike", "strikeprice"], is_number: true },
        Field { names: &["expiry", "expiration", "maturity", "expirydate", "expirationdate"], is_number: false },
        Field { names: &["quantity", "qty", "size", "amount", "position", "contracts"], is_number: true },
        Field { names: &["side", "direction", "longshort", "buysell"], is_number: false },
        Field { names: &["contractsize", "multiplier"], is_number: true },
        Field { names: &["entryprice", "entry", "avgprice", "averageprice", "avgentryprice", "cost"], is_number: true },
        Field { names: &["mark", "markprice"], is_number: true },
        Field { names: &["spot", "spotprice", "index", "indexprice"], is_number: true },
        Field { names: &["forward", "forwardprice", "futuresprice", "futureprice"], is_number: true },
        Field { names: &["iv", "vol", "impliedvol", "impliedvolatility", "markiv", "volatility"], is_number: true },
        Field { names: &["rate", "interestrate", "riskfreerate"], is_number: true },
        Field { names: &["margin", "settlement", "settlementtype", "margintype"], is_number: false },
        Field { names: &["quote", "quotecurrency"], is_number: false },
        Field { names: &["account", "subaccount", "portfolio", "book"], is_number: false },
        Field { names: &["venue", "exchange"], is_number: false },
        Field { names: &["asof", "timestamp", "pricetime"], is_number: false },
        // A row number is known and not needed.
        Field { names: &["id", "row", "no"], is_number: false },
    ],
    required: &[QUANTITY],
    unknown: Unknown::Listed,
};

fn recognizes(content: &Content) -> bool {
    let known = |names: &[String]| {
        let mut fields: Vec<usize> = names.iter().filter_map(|name| SCHEMA.find(name)).collect();
        fields.dedup();
        fields
    };
    if let Some(table) = content.table() {
        let fields = known(&table.header);
        return fields.len() >= 2 && (fields.contains(&NAME) || fields.contains(&UNDERLYING));
    }
    content.json().is_some_and(|document| {
        let fields = known(&document.keys);
        document.envelope == Envelope::Positions || (fields.contains(&QUANTITY) && (fields.contains(&NAME) || fields.contains(&UNDERLYING)))
    })
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    SCHEMA.read(content, &mut intake, read_row);
    intake.finish();
}

fn read_row(row: &Record<'_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let stated_name = row.text(NAME, intake)?;
    let named = match deribit_name::parse(&stated_name) {
        Some(Name::Contract(instrument)) => Some(instrument),
        Some(Name::Combination) if row.raw(TYPE).is_empty() => return Err(terms::combination(row, NAME)),
        Some(Name::Combination) | None => None,
    };
    let instrument = instrument(row, named.as_ref(), intake)?;
    let name = if stated_name.is_empty() { compose_name(row, &instrument) } else { stated_name };
    let (account, venue) = (row.text(ACCOUNT, intake)?, row.text(VENUE, intake)?);
    note_contradictions(row, named.as_ref(), &instrument, &venue, intake);
    let quantity = quantity(row, intake)?;
    let has_gain = matches!(instrument, Instrument::Future(_) | Instrument::Perpetual(_));
    let entry_price = row.price(ENTRY, intake)?;
    if has_gain && entry_price.is_some_and(|price| price.get() == 0.0) {
        row.note(ENTRY, intake, "no entry price: only one above 0 is used");
    }
    let mark = row.price(MARK, intake)?;
    let statement = statement(row, &instrument, mark, intake)?;
    if quantity.get() == 0.0 {
        intake.note(row.line, Issue::noted(IssueKind::Conversion, "a flat row: its quantity is 0, nothing is held").about(&name));
        return Ok(());
    }
    statement.record(&instrument, row.line, intake);
    let entry_price = entry_price.filter(|price| !has_gain || price.get() > 0.0);
    let source = intake.source(row.line);
    intake.position(Position {
        name,
        account,
        venue,
        instrument,
        quantity,
        entry_price,
        mark,
        tags: BTreeMap::new(),
        stated: None,
        source,
    });
    Ok(())
}

/// What the row calls its class of contract.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Option(Option<OptionKind>),
    Future,
    Perpetual,
    Coin,
}

fn class(row: &Record<'_>, named: Option<&Instrument>) -> Result<Class, Issue> {
    let stated = row.raw(TYPE).to_lowercase();
    Ok(match (stated.as_str(), named) {
        ("option" | "options" | "opt" | "european option" | "vanilla", _) => Class::Option(None),
        ("call" | "c", _) => Class::Option(Some(OptionKind::Call)),
        ("put" | "p", _) => Class::Option(Some(OptionKind::Put)),
        ("future" | "futures" | "fut" | "dated future", _) => Class::Future,
        ("perp" | "perps" | "perpetual" | "swap" | "perpetual swap", _) => Class::Perpetual,
        ("spot" | "coin" | "token" | "cash" | "stablecoin" | "balance", _) => Class::Coin,
        ("", Some(Instrument::Option(option))) => Class::Option(Some(option.kind)),
        ("", Some(Instrument::Future(_))) => Class::Future,
        ("", Some(Instrument::Perpetual(_))) => Class::Perpetual,
        ("", Some(Instrument::Spot(_) | Instrument::Cash(_))) => Class::Coin,
        ("", None) => {
            let message = "the row states no type, and its name is none of Deribit's; a type (option, future, perp, spot, cash) or a name such as \
                           BTC-27MAR27-100000-C is accepted";
            return Err(row.refuse(if row.has(TYPE) { TYPE } else { NAME }, IssueKind::MissingData, message));
        }
        (_, _) => {
            return Err(row.refuse(TYPE, IssueKind::Invalid, "unknown type; option, call, put, future, perp, spot and cash are accepted"));
        }
    })
}

fn instrument(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Instrument, Issue> {
    let class = class(row, named)?;
    let underlying = match row.text(UNDERLYING, intake)?.to_uppercase() {
        code if !code.is_empty() => code,
        _ => match named {
            Some(named) => named.underlying().to_owned(),
            None => {
                return Err(row.refuse(UNDERLYING, IssueKind::MissingData, "the row names no underlying; a code such as BTC is accepted"));
            }
        },
    };
    if class == Class::Coin {
        return Ok(deribit_name::coin(&underlying));
    }
    let settlement = settlement(row, named, intake)?;
    let quote = match row.text(QUOTE, intake)? {
        code if !code.is_empty() => Currency::new(&code),
        _ => named.filter(|named| named.settlement() == settlement).map_or_else(Currency::usd, Instrument::quote),
    };
    let contract_size = row.amount(CONTRACT_SIZE, intake)?.unwrap_or(1.0);
    if contract_size <= 0.0 {
        return Err(row.refuse(CONTRACT_SIZE, IssueKind::Invalid, "the size of a contract must be above 0"));
    }
    Ok(match class {
        Class::Perpetual | Class::Coin => Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }),
        Class::Future => Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry: expiry(row, named, intake)? }),
        Class::Option(kind) => {
            let named = named.filter(|named| matches!(named, Instrument::Option(_)));
            let (strike, expiry) = (strike(row, named, intake)?, expiry(row, named, intake)?);
            let kind = option_kind(row, kind, named)?;
            Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind })
        }
    })
}

/// Whether a blank term may be taken from the name: the file has no column for it, or the row leaves the type to the name as well.
fn may_be_named(row: &Record<'_>, field: usize) -> bool {
    !row.has(field) || row.raw(TYPE).is_empty()
}

fn strike(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Price, Issue> {
    match (row.price(STRIKE, intake)?, named) {
        (Some(strike), _) => {
            if strike.get() == 0.0 {
                row.note(STRIKE, intake, "a strike of 0: a call is worth the forward, a put nothing");
            }
            Ok(strike)
        }
        (None, Some(Instrument::Option(option))) if may_be_named(row, STRIKE) => Ok(option.strike),
        (None, _) => Err(row.refuse(STRIKE, IssueKind::MissingData, "an option needs a strike")),
    }
}

fn expiry(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Timestamp, Issue> {
    let (cell, named) = (row.raw(EXPIRY), named.and_then(Instrument::expiry));
    if cell.is_empty() {
        let message = "an option or a future needs an expiry such as 2027-03-27";
        return named.filter(|_| may_be_named(row, EXPIRY)).ok_or_else(|| row.refuse(EXPIRY, IssueKind::MissingData, message));
    }
    let accepted = "not a date that exists; 2027-03-27, 2027-03-27T08:00:00Z and 27MAR27 are accepted";
    let by_workbook = if row.is_1904 { date::parse_1904(cell) } else { None };
    let expiry = by_workbook.or_else(|| date::parse(cell, named)).ok_or_else(|| row.refuse(EXPIRY, IssueKind::Parse, accepted))?;
    if let Some(reading) = expiry.reading {
        row.note(EXPIRY, intake, reading);
    }
    Ok(expiry.time)
}

fn option_kind(row: &Record<'_>, stated: Option<OptionKind>, named: Option<&Instrument>) -> Result<OptionKind, Issue> {
    match (row.raw(OPTION_TYPE).to_lowercase().as_str(), stated, named) {
        ("call" | "c", _, _) => Ok(OptionKind::Call),
        ("put" | "p", _, _) => Ok(OptionKind::Put),
        ("", Some(kind), _) => Ok(kind),
        ("", None, Some(Instrument::Option(option))) if may_be_named(row, OPTION_TYPE) => Ok(option.kind),
        ("", None, _) => Err(row.refuse(OPTION_TYPE, IssueKind::MissingData, "the row does not say whether the option is a call or a put")),
        (_, _, _) => Err(row.refuse(OPTION_TYPE, IssueKind::Invalid, "unknown kind of option; call and put are accepted")),
    }
}

fn settlement(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Settlement, Issue> {
    match row.raw(MARGIN).to_lowercase().as_str() {
        "inverse" | "reversed" | "coin" | "coin-m" | "coinm" => Ok(Settlement::Inverse),
        "linear" | "usd-m" | "usdm" | "usdc" | "usdt" | "usd" => Ok(Settlement::Linear),
        "" => {
            let by_name = named.filter(|named| !matches!(named, Instrument::Spot(_) | Instrument::Cash(_))).map(Instrument::settlement);
            if by_name.is_none() && row.raw(QUOTE).is_empty() {
                let field = if row.has(MARGIN) { MARGIN } else { NAME };
                row.note(field, intake, "neither margin nor name say what the contract pays in: linear is assumed");
            }
            Ok(by_name.unwrap_or(Settlement::Linear))
        }
        _ => Err(row.refuse(MARGIN, IssueKind::Invalid, "unknown settlement; linear and inverse are accepted")),
    }
}

fn quantity(row: &Record<'_>, intake: &mut Intake<'_>) -> Result<Quantity, Issue> {
    let quantity =
        row.quantity(QUANTITY, intake)?.ok_or_else(|| row.refuse(QUANTITY, IssueKind::MissingData, "the row has no quantity"))?;
    match row.raw(SIDE).to_lowercase().as_str() {
        "" => Ok(quantity),
        "buy" | "long" | "b" | "bought" if quantity.get() >= 0.0 => Ok(quantity),
        "buy" | "long" | "b" | "bought" => {
            Err(row.refuse(SIDE, IssueKind::Invalid, "the quantity is negative and the side is not: keep one of the two signs"))
        }
        "sell" | "short" | "s" | "sold" => Quantity::new(-quantity.get().abs()),
        "zero" | "none" | "flat" if quantity.get() == 0.0 => Ok(quantity),
        _ => Err(row.refuse(SIDE, IssueKind::Invalid, "unknown side; buy, sell, long and short are accepted")),
    }
}

fn statement(row: &Record<'_>, instrument: &Instrument, mark: Option<Price>, intake: &mut Intake<'_>) -> Result<Statement, Issue> {
    let (spot, forward) = (row.positive_price(SPOT, intake)?, row.positive_price(FORWARD, intake)?);
    let (vol, rate) = (row.vol(VOL, intake)?, row.rate(RATE, intake)?);
    let time = row.time(AS_OF)?;
    let is_option = matches!(instrument, Instrument::Option(_));
    if vol.is_some() && !is_option {
        row.note(VOL, intake, "only an option has a volatility, it is not used");
    }
    if forward.is_some() && matches!(instrument, Instrument::Spot(_) | Instrument::Cash(_)) {
        row.note(FORWARD, intake, "a coin has no forward of its own, it is not used");
    }
    if vol.is_some_and(|vol| vol.get() == 0.0) && is_option {
        row.note(VOL, intake, "a volatility of 0 is not used");
    }
    let vol = vol.filter(|vol| is_option && vol.get() > 0.0);
    Ok(Statement { mark, vol, spot, forward, rate, funding: None, time, origin: Origin::Position })
}

fn note_contradictions(row: &Record<'_>, named: Option<&Instrument>, instrument: &Instrument, venue: &str, intake: &mut Intake<'_>) {
    let Some(named) = named else { return };
    let mut note = |field: usize, what: &str| {
        row.note(field, intake, format!("the name of the instrument says another {what}: the column is believed"))
    };
    if named.class() != instrument.class() {
        note(TYPE, "type");
    }
    if named.underlying() != instrument.underlying() {
        note(UNDERLYING, "underlying");
    }
    if let (Some(by_name), Some(stated)) = (named.expiry(), instrument.expiry()) {
        // A name tells the day; a column may tell another hour of it.
        if by_name != stated && by_name.ms() - EXPIRY_TIME_MS != stated.ms() - stated.ms_of_day() {
            note(EXPIRY, "expiry");
        }
    }
    if let (Instrument::Option(by_name), Instrument::Option(stated)) = (named, instrument)
        && by_name.strike != stated.strike
    {
        note(STRIKE, "strike");
    }
    if venue.eq_ignore_ascii_case("deribit") && named.settlement() != instrument.settlement() {
        note(MARGIN, "settlement");
    }
}

/// A name for a row that has none, in Deribit's grammar, from the cells as they stand.
fn compose_name(row: &Record<'_>, instrument: &Instrument) -> String {
    let code = instrument.underlying();
    let date = instrument.expiry().map(|expiry| expiry.to_string()).unwrap_or_default();
    let day = date.split('T').next().unwrap_or_default();
    match instrument {
        Instrument::Cash(_) | Instrument::Spot(_) => code.to_owned(),
        Instrument::Perpetual(_) => format!("{code} perpetual"),
        Instrument::Future(_) => format!("{code} {day}"),
        _ if instrument.option_terms().is_some() => format!("{code} {day} {} {}", row.raw(STRIKE), instrument.class()),
        _ => format!("{code} {}", instrument.class()),
    }
}
