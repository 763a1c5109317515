//! What Deribit's market data says of one instrument, in a table or a reply: the fields that its formats share, and one row → facts.
//!
//! Source: venues.md, section 1: `mark_iv` in percent, `implied_volatility` as a decimal; `underlying_price` or `futures_price` the
//! forward of the option's expiry (listed or `SYN.*`), `estimated_delivery_price` an index, `funding_8h` per 8 hours. Invariant: a
//! volatility's unit is that of its column, never guessed from its size.

use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::terms::{self, Statement};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use crate::market::{BidAsk, Origin};
use crate::units::Vol;

const FIELDS: usize = 20;
const INSTRUMENT: usize = 0;
const TIME: usize = 1;
const CREATED: usize = 2;
const MARK: usize = 3;
const VOL_PERCENT: usize = 4;
const VOL_DECIMAL: usize = 5;
const UNDERLYING: usize = 6;
const FUTURE: usize = 7;
const INDEX: usize = 8;
const DELIVERY: usize = 9;
const EXPIRY_MS: usize = 10;
const EXPIRY_DATE: usize = 11;
const FUNDING_8H: usize = 12;
const FUNDING_NOW: usize = 13;
const BID_PERCENT: usize = 14;
const ASK_PERCENT: usize = 15;
const BID: usize = 16;
const ASK: usize = 17;
const BEST_BID: usize = 18;
const BEST_ASK: usize = 19;

/// The fields; a table needs the first, the time and the mark.
pub(super) const SCHEMA: Schema<FIELDS> = Schema {
    fields: [
        Field { names: &["instrumentname"], is_number: false },
        Field { names: &["timestamp"], is_number: false },
        Field { names: &["creationtimestamp"], is_number: false },
        Field { names: &["markprice"], is_number: true },
        Field { names: &["markiv"], is_number: true },
        Field { names: &["impliedvolatility"], is_number: true },
        Field { names: &["underlyingprice"], is_number: true },
        Field { names: &["futuresprice"], is_number: true },
        Field { names: &["indexprice"], is_number: true },
        Field { names: &["estimateddeliveryprice"], is_number: true },
        Field { names: &["expirationtimestamp"], is_number: false },
        Field { names: &["expirydatetime"], is_number: false },
        Field { names: &["funding8h"], is_number: true },
        Field { names: &["currentfunding"], is_number: true },
        Field { names: &["bidiv"], is_number: true },
        Field { names: &["askiv"], is_number: true },
        Field { names: &["bidprice"], is_number: true },
        Field { names: &["askprice"], is_number: true },
        Field { names: &["bestbidprice"], is_number: true },
        Field { names: &["bestaskprice"], is_number: true },
    ],
    required: &[INSTRUMENT, TIME, MARK],
    unknown: Unknown::Expected,
};

/// Reads one row.
///
/// # Errors
/// A name of no contract, an expiry that contradicts it, a cell that is no number, or a row that states no price.
pub(super) fn read_row(row: &Row<'_, FIELDS>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = terms::contract(row, INSTRUMENT)?;
    let stated = first([EXPIRY_MS, EXPIRY_DATE], |field| row.time(field).map(|time| time.map(|time| (field, time))))?;
    if let (Some((field, stated)), Some(named)) = (stated, instrument.expiry())
        && stated != named
    {
        return Err(row.refuse(field, IssueKind::Invalid, format!("the expiry is not that of the instrument's name, {named}")));
    }
    let statement = Statement {
        mark: row.price(MARK, intake)?,
        vol: match terms::quoted_vol(row, VOL_PERCENT, 100.0, intake)? {
            Some(vol) => Some(vol),
            None => terms::quoted_vol(row, VOL_DECIMAL, 1.0, intake)?,
        },
        spot: first([INDEX, DELIVERY], |field| row.price(field, intake))?,
        forward: first([UNDERLYING, FUTURE], |field| row.price(field, intake))?,
        rate: None,
        funding: first([FUNDING_8H, FUNDING_NOW], |field| terms::funding(row, field, intake))?,
        time: first([TIME, CREATED], |field| row.time(field))?,
        origin: Origin::Quote,
    };
    if statement.is_empty() {
        return Err(row.refuse(
            MARK,
            IssueKind::MissingData,
            "the row states no price; mark_price, a volatility or a forward are accepted",
        ));
    }
    if matches!(instrument, Instrument::Cash(_)) {
        row.note(INSTRUMENT, intake, "the price of a dollar coin is not used, it counts as one dollar");
    }
    let bid_ask = if instrument.option_terms().is_some() { bid_ask(row, intake)? } else { BidAsk::default() };
    statement.record_quoted(&instrument, bid_ask, row.line, intake);
    Ok(())
}

/// Best bid and ask; Deribit writes 0 where there is none.
fn bid_ask(row: &Row<'_, FIELDS>, intake: &mut Intake<'_>) -> Result<BidAsk, Issue> {
    let mut vol = |field| {
        let stated = row.amount(field, intake)?.filter(|percent| *percent > 0.0).map(|percent| Vol::new(percent / 100.0)).transpose();
        stated.map_err(|issue| row.refuse(field, IssueKind::Invalid, issue.message))
    };
    let (bid_vol, ask_vol) = (vol(BID_PERCENT)?, vol(ASK_PERCENT)?);
    let mut price = |fields| Ok::<_, Issue>(first(fields, |field| row.price(field, intake))?.filter(|price| price.get() > 0.0));
    Ok(BidAsk { bid_vol, ask_vol, bid: price([BEST_BID, BID])?, ask: price([BEST_ASK, ASK])? })
}

/// The first of two fields that says something.
fn first<T>(fields: [usize; 2], mut read: impl FnMut(usize) -> Result<Option<T>, Issue>) -> Result<Option<T>, Issue> {
    let [one, other] = fields;
    match read(one)? {
        Some(value) => Ok(Some(value)),
        None => read(other),
    }
}
