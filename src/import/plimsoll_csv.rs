//! Our own table of positions, under any of the usual column names: delimited text in every dialect, a sheet, or JSON records with
//! the same fields → positions and the market that their rows state. The template is `public/template/positions.csv`.
//!
//! Invariant: a contradiction between a row and its name is noted; a figure of the venue that cannot be read costs no position.

use crate::book::{Position, Stated};
use crate::import::content::Content;
use crate::import::date::EXPIRY_TIME_MS;
use crate::import::deribit_name::{self, Name};
use crate::import::intake::Intake;
use crate::import::json::Envelope;
use crate::import::plimsoll_columns::{
    ACCOUNT, AS_OF, ENTRY, EX_DATE, EXPIRY, FORWARD, INITIAL_MARGIN, LIQUIDATION_PRICE, MAINTENANCE_MARGIN, MARGIN, MARK, MARKET_SCHEMA,
    NAME, NOTIONAL, NOTIONAL_CURRENCY, PNL_CURRENCY, QUANTITY, RATE, Record, SCHEMA, SIDE, SPOT, STATED_AT, STRIKE, TYPE, UNDERLYING,
    UNREALIZED_PNL, VENUE, VOL,
};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported, plimsoll_contract, plimsoll_document, plimsoll_market};
use crate::instrument::Instrument;
use crate::issue::{Effect, Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Price, Quantity};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "plimsoll-csv",
    label: "positions table (CSV, XLSX, or JSON with the same fields)",
    doc: "Columns instrument (or underlying and type) and quantity; optional account, venue, option_type, strike, expiry, side, \
          contract_size, entry_price, mark, spot, forward, iv, rate, margin (linear or inverse), quote, as_of, tag:<dimension>; terms of \
          shares, stakes, loans and pools; the venue's own figures; rows of type dividend (ex_date, dividend) and rate; the usual other names are understood",
    recognizes,
    read,
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
        matches!(document.envelope, Envelope::Positions | Envelope::Document)
            || (fields.contains(&QUANTITY) && (fields.contains(&NAME) || fields.contains(&UNDERLYING)))
    })
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    let states_market = plimsoll_document::states_market(content);
    let mut has_mark = false;
    // A table of dividends alone has no quantities.
    let names = content.table().map(|table| &table.header);
    let holds_nothing = names.is_some_and(|names| !names.iter().any(|name| SCHEMA.find(name) == Some(QUANTITY)))
        && names.is_some_and(|names| names.iter().any(|name| SCHEMA.find(name) == Some(EX_DATE)));
    let schema = if holds_nothing { &MARKET_SCHEMA } else { &SCHEMA };
    schema.read(content, &mut intake, |row, intake| {
        has_mark |= states_market && !row.raw(MARK).is_empty();
        read_row(row, states_market, intake)
    });
    if has_mark {
        let message = "the document states the market itself: the marks of its positions are kept beside it and not read as quotes";
        intake.issue(Issue::noted(IssueKind::Conversion, message));
    }
    let as_of = plimsoll_document::read(content, &mut intake);
    intake.finish();
    out.as_of = as_of;
}

fn read_row(row: &Record<'_>, states_market: bool, intake: &mut Intake<'_>) -> Result<(), Issue> {
    if let Some(kind) = plimsoll_market::kind(row) {
        return plimsoll_market::read(row, kind, intake);
    }
    let stated_name = row.text(NAME, intake)?;
    let named = match deribit_name::parse(&stated_name) {
        Some(Name::Contract(instrument)) => Some(instrument),
        Some(Name::Combination) if row.raw(TYPE).is_empty() => return Err(terms::combination(row, NAME)),
        Some(Name::Combination) | None => None,
    };
    let instrument = plimsoll_contract::instrument(row, named.as_ref(), intake)?;
    let name = if stated_name.is_empty() { compose_name(&instrument) } else { stated_name };
    let (account, venue) = (row.text(ACCOUNT, intake)?, row.text(VENUE, intake)?);
    note_contradictions(row, named.as_ref(), &instrument, &venue, intake);
    let quantity = quantity(row, intake)?;
    let has_gain = instrument.has_gain();
    let entry_price = row.price(ENTRY, intake)?;
    if has_gain && entry_price.is_some_and(|price| price.get() == 0.0) {
        row.note(ENTRY, intake, "no entry price: only one above 0 is used");
    }
    let mark = row.price(MARK, intake)?;
    let statement = statement(row, &instrument, mark.filter(|_| !states_market), intake)?;
    let tags = row.tags(intake)?;
    if quantity.get() == 0.0 {
        intake.note(row.line, Issue::noted(IssueKind::Conversion, "a flat row: its quantity is 0, nothing is held").about(&name));
        return Ok(());
    }
    statement.record(&instrument, row.line, intake);
    let entry_price = entry_price.filter(|price| !has_gain || price.get() > 0.0);
    let stated = Some(stated(row, intake)).filter(|stated| *stated != Stated::default()).map(Box::new);
    let source = intake.source(row.line);
    intake.position(Position { name, account, venue, instrument, quantity, entry_price, mark, tags, stated, source });
    Ok(())
}

/// The venue's own figures, for comparison: one that cannot be read is left out with a note, and the row is kept.
fn stated(row: &Record<'_>, intake: &mut Intake<'_>) -> Stated {
    fn optional<T>(row: &Record<'_>, read: Result<Option<T>, Issue>, intake: &mut Intake<'_>) -> Option<T> {
        read.unwrap_or_else(|issue| {
            let message = format!("{}; the venue's own figure is left out", issue.message);
            intake.note(row.line, Issue { effect: Effect::Noted, message, ..issue });
            None
        })
    }
    // Most tables have none of these columns.
    if !(UNREALIZED_PNL..=STATED_AT).any(|field| row.has(field)) {
        return Stated::default();
    }
    let figure = |field: usize, intake: &mut Intake<'_>| optional(row, row.quantity(field, intake), intake);
    let currency = |field: usize, intake: &mut Intake<'_>| optional(row, row.currency(field, intake), intake);
    Stated {
        unrealized_pnl: figure(UNREALIZED_PNL, intake),
        notional: figure(NOTIONAL, intake),
        initial_margin: figure(INITIAL_MARGIN, intake),
        maintenance_margin: figure(MAINTENANCE_MARGIN, intake),
        liquidation_price: optional(row, row.price(LIQUIDATION_PRICE, intake), intake),
        currency: currency(PNL_CURRENCY, intake),
        notional_currency: currency(NOTIONAL_CURRENCY, intake),
        time: optional(row, row.time(STATED_AT), intake),
        greeks: Vec::new(),
    }
}

fn quantity(row: &Record<'_>, intake: &mut Intake<'_>) -> Result<Quantity, Issue> {
    let quantity =
        row.quantity(QUANTITY, intake)?.ok_or_else(|| row.refuse(QUANTITY, IssueKind::MissingData, "the row has no quantity"))?;
    match row.word(SIDE).as_ref() {
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
    let is_option = instrument.option_terms().is_some();
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

/// A name for a row that has none.
fn compose_name(instrument: &Instrument) -> String {
    let code = instrument.underlying();
    let date = instrument.expiry().map(|expiry| expiry.to_string()).unwrap_or_default();
    let day = date.split('T').next().unwrap_or_default();
    match instrument {
        Instrument::Cash(_) | Instrument::Spot(_) => code.to_owned(),
        Instrument::Perpetual(_) => format!("{code} perpetual"),
        Instrument::Future(_) => format!("{code} {day}"),
        _ => match instrument.option_terms() {
            Some(option) => format!("{code} {day} {} {}", option.strike.get(), instrument.class()),
            None => format!("{code} {}", instrument.class()),
        },
    }
}
