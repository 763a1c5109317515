//! Single options of several venues put together in one list, each with its volatility and the venue's own Greeks: JSON → market
//! facts. It is how figures of venues are gathered for comparison.
//!
//! Invariant: a volatility's unit is the venue's, percent at Deribit and decimal elsewhere; expiry and strike of a row are those of
//! its instrument's name.

use crate::import::content::Content;
use crate::import::dated_name::{self, Dated};
use crate::import::intake::Intake;
use crate::import::okx_name;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::{EuropeanOption, Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::{BidAsk, Origin};
use crate::units::{Currency, Timestamp};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "option-rows",
    label: "single options of several venues (JSON)",
    doc: "A list of records with venue and, of OKX, instId and markVol; of Deribit, symbol and mark_iv; of Binance, symbol and markIV",
    recognizes,
    read,
};

const RECORDS: &[&RecordDef] = &[
    &RecordDef { label: "OKX option", keys: &["venue", "instId", "markVol"], inside: &[], read: read_okx },
    &RecordDef { label: "Deribit option", keys: &["venue", "symbol", "mark_iv"], inside: &[], read: read_deribit },
    &RecordDef { label: "Binance option", keys: &["venue", "symbol", "markIV"], inside: &[], read: read_binance },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

fn read(content: &Content, out: &mut Imported) {
    record::read(content, out, RECORDS);
}

fn read_okx(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let accepted = "not an OKX instrument; BTC-USD-241227-60000-C is accepted";
    let name = okx_name::Name::parse(&record.name("instId")?).ok_or_else(|| record.refuse("instId", IssueKind::Parse, accepted))?;
    let (vol, forward, time) = (record.vol("markVol", 1.0)?, record.positive_price("fwdPx")?, record.time("ts"));
    let bid_ask = terms::bid_ask_vols(record, ["bidVol", "askVol"])?;
    quote(&name.instrument(1.0), Statement { vol, forward, ..at(time) }, bid_ask, "instId", record, intake)
}

fn read_deribit(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = terms::named(&record.name("symbol")?).map_err(|(kind, message)| record.refuse("symbol", kind, message))?;
    let statement = Statement {
        mark: record.price("mark_price")?,
        vol: record.vol("mark_iv", 0.01)?,
        forward: record.positive_price("underlying_price")?,
        ..at(record.time_of_microseconds("ts_us"))
    };
    quote(&instrument, statement, BidAsk::default(), "symbol", record, intake)
}

/// `BTC-260925-145000-C`: linear, in USDT.
fn read_binance(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.name("symbol")?;
    let parts: Vec<&str> = name.split('-').take(6).collect();
    let option = match parts.as_slice() {
        [base, rest @ ..] if !base.is_empty() => dated_name::parse(rest).map(|dated| (*base, dated)),
        _ => None,
    };
    let Some((base, Dated::Option(expiry, strike, kind))) = option else {
        return Err(record.refuse("symbol", IssueKind::Parse, "not a Binance option; BTC-241227-60000-C is accepted"));
    };
    let (underlying, quote_in, settlement) = (base.to_uppercase(), Currency::new("USDT"), Settlement::Linear);
    let instrument =
        Instrument::Option(EuropeanOption { underlying, quote: quote_in, settlement, contract_size: 1.0, expiry, strike, kind });
    let (mark, vol) = (record.price("markPrice")?, record.vol("markIV", 1.0)?);
    if record.has("riskFreeInterest") {
        record.note("riskFreeInterest", intake, "the venue's rate of one option is not used");
    }
    let bid_ask = terms::bid_ask_vols(record, ["bidIV", "askIV"])?;
    quote(&instrument, Statement { mark, vol, ..at(record.time("observed")) }, bid_ask, "symbol", record, intake)
}

fn at(time: Option<Timestamp>) -> Statement {
    Statement { mark: None, vol: None, spot: None, forward: None, rate: None, funding: None, time, origin: Origin::Quote }
}

fn quote(
    instrument: &Instrument,
    statement: Statement,
    bid_ask: BidAsk,
    name: &str,
    record: &Record<'_, '_>,
    intake: &mut Intake<'_>,
) -> Result<(), Issue> {
    let Instrument::Option(option) = instrument else {
        return Err(record.refuse(name, IssueKind::Unsupported, "a row of this list is an option; its name is accepted"));
    };
    let expiry = record.time("expiry_ms").map(|time| (time, "expiry_ms"));
    if let Some((stated, key)) = expiry.or_else(|| record.time_of_microseconds("expiry_us").map(|time| (time, "expiry_us")))
        && stated != option.expiry
    {
        return Err(record.refuse(key, IssueKind::Invalid, format!("the expiry is not that of the instrument's name, {}", option.expiry)));
    }
    if record.number("K")?.is_some_and(|strike| strike != option.strike.get()) {
        return Err(record.refuse("K", IssueKind::Invalid, "the strike is not that of the instrument's name"));
    }
    if statement.is_empty() {
        return Err(record.refuse(name, IssueKind::MissingData, "the record states no price and no volatility"));
    }
    statement.record_quoted(instrument, bid_ask, record.line, intake);
    record.note(name, intake, "the venue's own Greeks are not read: those of the page come from its price, forward and volatility");
    Ok(())
}
