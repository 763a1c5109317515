//! What our own JSON document holds besides positions: the market, the venues' figures of whole accounts, the past, the instant to value
//! at.
//!
//! `{"version":1,"positions":[…],"market":[…],"accounts":[…],"as_of":"2027-03-27T08:00:00Z"}`. Invariant: numbers are taken as they
//! stand, rates and volatilities as decimals, and every statement is kept, so that a book that was saved is the book that is read.

use crate::book::Account;
use crate::import::content::Content;
use crate::import::date;
use crate::import::intake::Intake;
use crate::import::json::{self, Envelope};
use crate::import::plimsoll_history;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::instrument::{OptionKind, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::{BidAsk, Fact, FactValue, Origin};
use crate::units::{Timestamp, Vol};

const FACT: usize = 0;
const UNDERLYING: usize = 1;
const PRICE: usize = 2;
const RATE: usize = 3;
const VOL: usize = 4;
const SETTLEMENT: usize = 5;
const EXPIRY: usize = 6;
const STRIKE: usize = 7;
const OPTION_TYPE: usize = 8;
const MARK: usize = 9;
const TIME: usize = 10;
const ORIGIN: usize = 11;

const EX_DATE: usize = 12;
const DIVIDEND: usize = 13;
const BID_VOL: usize = 14;
const ASK_VOL: usize = 15;
const BID: usize = 16;
const ASK: usize = 17;

type FactRow<'a> = Row<'a, 18>;

const MARKET: Schema<18> = Schema {
    fields: [
        text(&["fact", "type", "kind"]),
        text(&["underlying"]),
        number(&["price"]),
        number(&["rate"]),
        number(&["vol", "iv"]),
        text(&["settlement", "margin"]),
        text(&["expiry"]),
        number(&["strike"]),
        text(&["optiontype"]),
        number(&["mark"]),
        text(&["time", "asof"]),
        text(&["origin"]),
        text(&["exdate", "exdividenddate"]),
        number(&["dividend", "dividendamount"]),
        number(&["bidvol", "bidiv"]),
        number(&["askvol", "askiv"]),
        number(&["bid"]),
        number(&["ask"]),
    ],
    required: &[],
    unknown: Unknown::Listed,
};

const VENUE: usize = 0;
const NAME: usize = 1;
const KIND: usize = 2;
const CURRENCY: usize = 3;
const EQUITY: usize = 4;
const BALANCE: usize = 5;
const UNREALIZED_PNL: usize = 6;
const INITIAL_MARGIN: usize = 7;
const MAINTENANCE_MARGIN: usize = 8;
const HEALTH: usize = 9;
const STATED_AT: usize = 10;

const ACCOUNTS: Schema<11> = Schema {
    fields: [
        text(&["venue"]),
        text(&["name", "account"]),
        text(&["kind"]),
        text(&["currency"]),
        number(&["equity"]),
        number(&["balance"]),
        number(&["unrealizedpnl"]),
        number(&["initialmargin"]),
        number(&["maintenancemargin"]),
        number(&["health"]),
        text(&["time"]),
    ],
    required: &[],
    unknown: Unknown::Listed,
};

const fn text(names: &'static [&'static str]) -> Field {
    Field { names, is_number: false }
}

const fn number(names: &'static [&'static str]) -> Field {
    Field { names, is_number: true }
}

/// A field of a document of ours; of any other file `None`.
fn part<'a>(content: &'a Content<'_>, name: &str) -> Option<&'a str> {
    content.json().filter(|document| matches!(document.envelope, Envelope::Positions | Envelope::Document))?;
    // A text that does not hold the word is not parsed for it.
    content.text.contains(&format!("\"{name}\"")).then(|| json::field(&content.text, name)).flatten()
}

/// Whether the document states the market itself.
pub(super) fn states_market(content: &Content<'_>) -> bool {
    part(content, "market").is_some_and(|market| market.starts_with('['))
}

/// Reads what stands beside the positions; gives the instant to value at.
pub(super) fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Option<Timestamp> {
    if let Some(records) = list(content, "market", intake) {
        MARKET.read_records(&records, &content.text, intake, read_fact);
    }
    if let Some(records) = list(content, "accounts", intake) {
        ACCOUNTS.read_records(&records, &content.text, intake, read_account);
    }
    if let Some(records) = list(content, "history", intake) {
        plimsoll_history::SERIES.read_records(&records, &content.text, intake, plimsoll_history::read_series);
    }
    if let Some(records) = list(content, "correlations", intake) {
        plimsoll_history::TABLE.read_records(&records, &content.text, intake, plimsoll_history::read_table);
    }
    let as_of = part(content, "as_of").filter(|value| *value != "null")?;
    let time = Timestamp::parse_iso(as_of.trim_matches('"'));
    if time.is_none() {
        let message = "not a time, the latest of the market is taken; 2027-03-27T08:00:00Z is accepted";
        intake.issue(Issue::noted(IssueKind::Parse, message).in_column("as_of").with_value(as_of));
    }
    time
}

fn list(content: &Content<'_>, name: &str, intake: &mut Intake<'_>) -> Option<Vec<json::Record>> {
    let part = part(content, name).filter(|part| *part != "null")?;
    match json::records(&content.text, part) {
        Ok(records) => Some(records),
        Err(issue) => {
            intake.issue(Issue::rejected(IssueKind::Parse, format!("a list is expected: {}", issue.message)).in_column(name));
            None
        }
    }
}

fn read_fact(row: &FactRow<'_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let underlying = row.text(UNDERLYING, intake)?;
    if underlying.is_empty() {
        return Err(row.refuse(UNDERLYING, IssueKind::MissingData, "the statement names no underlying; a code such as BTC is accepted"));
    }
    let value = match row.raw(FACT) {
        "spot" => FactValue::Spot { underlying, price: need(row, PRICE, row.price(PRICE, intake)?)? },
        "rate" => FactValue::Rate { underlying, rate: need(row, RATE, row.rate(RATE, intake)?)? },
        "funding" => FactValue::Funding { underlying, rate: need(row, RATE, row.rate(RATE, intake)?)? },
        "perpetual" => {
            FactValue::Perpetual { underlying, settlement: settlement(row)?, price: need(row, PRICE, row.price(PRICE, intake)?)? }
        }
        "forward" => FactValue::Forward { underlying, expiry: expiry(row, EXPIRY)?, price: need(row, PRICE, row.price(PRICE, intake)?)? },
        "dividend" => {
            FactValue::Dividend { underlying, ex_date: expiry(row, EX_DATE)?, amount: need(row, DIVIDEND, row.price(DIVIDEND, intake)?)? }
        }
        "daily_vol" => FactValue::DailyVol { underlying, vol: need(row, VOL, vol(row, VOL, intake)?)? },
        "option" => FactValue::Option {
            underlying,
            expiry: expiry(row, EXPIRY)?,
            strike: need(row, STRIKE, row.price(STRIKE, intake)?)?,
            kind: option_kind(row)?,
            settlement: settlement(row)?,
            mark_vol: vol(row, VOL, intake)?,
            mark_price: row.price(MARK, intake)?,
            bid_ask: BidAsk {
                bid_vol: vol(row, BID_VOL, intake)?,
                ask_vol: vol(row, ASK_VOL, intake)?,
                bid: row.price(BID, intake)?,
                ask: row.price(ASK, intake)?,
            },
        },
        _ => {
            let message = "unknown statement; spot, rate, funding, perpetual, forward, dividend, daily_vol and option are accepted";
            return Err(row.refuse(FACT, IssueKind::Invalid, message));
        }
    };
    let origin = match row.raw(ORIGIN) {
        "" | "quote" => Origin::Quote,
        "position" => Origin::Position,
        "assumed" => Origin::Assumed,
        _ => return Err(row.refuse(ORIGIN, IssueKind::Invalid, "unknown origin; quote, position and assumed are accepted")),
    };
    let (time, source) = (row.time(TIME)?, intake.source(row.line));
    intake.keep(Fact { value, time, origin, source });
    Ok(())
}

/// A number that a statement cannot do without.
fn need<T, const N: usize>(row: &Row<'_, N>, field: usize, value: Option<T>) -> Result<T, Issue> {
    value.ok_or_else(|| row.refuse(field, IssueKind::MissingData, "the statement lacks its number"))
}

/// A volatility as a decimal, exactly as it stands.
fn vol(row: &FactRow<'_>, field: usize, intake: &mut Intake<'_>) -> Result<Option<Vol>, Issue> {
    let Some(number) = row.number(field, intake)? else { return Ok(None) };
    if number.value > 3.0 && !number.percent {
        row.note(field, intake, "taken as a decimal: 3.5 is a volatility of 350 %");
    }
    Vol::new(number.value).map(Some).map_err(|issue| row.refuse(field, IssueKind::Invalid, issue.message))
}

fn settlement(row: &FactRow<'_>) -> Result<Settlement, Issue> {
    match row.raw(SETTLEMENT) {
        "linear" => Ok(Settlement::Linear),
        "inverse" => Ok(Settlement::Inverse),
        _ => Err(row.refuse(SETTLEMENT, IssueKind::Invalid, "unknown settlement; linear and inverse are accepted")),
    }
}

fn option_kind(row: &FactRow<'_>) -> Result<OptionKind, Issue> {
    match row.raw(OPTION_TYPE) {
        "call" => Ok(OptionKind::Call),
        "put" => Ok(OptionKind::Put),
        _ => Err(row.refuse(OPTION_TYPE, IssueKind::Invalid, "unknown kind of option; call and put are accepted")),
    }
}

fn expiry(row: &FactRow<'_>, field: usize) -> Result<Timestamp, Issue> {
    let accepted = "not a date that exists; 2027-03-27 and 2027-03-27T08:00:00Z are accepted";
    let expiry = Some(row.raw(field)).filter(|cell| !cell.is_empty()).and_then(|cell| date::parse(cell, None));
    expiry.map(|expiry| expiry.time).ok_or_else(|| row.refuse(field, IssueKind::Parse, accepted))
}

fn read_account(row: &Row<'_, 11>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let account = Account {
        venue: row.text(VENUE, intake)?,
        name: row.text(NAME, intake)?,
        kind: row.text(KIND, intake)?,
        currency: row.currency(CURRENCY, intake)?,
        equity: row.quantity(EQUITY, intake)?,
        balance: row.quantity(BALANCE, intake)?,
        unrealized_pnl: row.quantity(UNREALIZED_PNL, intake)?,
        initial_margin: row.quantity(INITIAL_MARGIN, intake)?,
        maintenance_margin: row.quantity(MAINTENANCE_MARGIN, intake)?,
        health: row.quantity(HEALTH, intake)?,
        time: row.time(STATED_AT)?,
        source: intake.source(row.line),
    };
    intake.account(account);
    Ok(())
}
