//! A row of any of Interactive Brokers' files → what it says of a position or a balance, not yet placed.
//!
//! Statements, Flex queries as XML and as CSV name the same things differently; one schema knows all of their names.

use crate::import::date;
use crate::import::ibkr_contract::{self, Class, Terms};
use crate::import::intake::Intake;
use crate::import::local_time::{self, Zone};
use crate::import::number::DecimalMark;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::issue::{Issue, IssueKind};
use crate::units::Timestamp;
use csv::StringRecord;
use std::borrow::Cow;

/// Number of fields.
pub(super) const N: usize = 27;
/// A row of any of their files, by [`SCHEMA`].
pub(super) type Line<'a> = Row<'a, N>;

pub(super) const ACCOUNT: usize = 0;
pub(super) const CURRENCY: usize = 1;
pub(super) const RATE_TO_BASE: usize = 2;
const CLASS: usize = 3;
pub(super) const SYMBOL: usize = 4;
const UNDERLYING: usize = 5;
const CONTRACT_ID: usize = 6;
const MULTIPLIER: usize = 7;
const STRIKE: usize = 8;
const EXPIRY: usize = 9;
const KIND: usize = 10;
pub(super) const QUANTITY: usize = 11;
pub(super) const MARK: usize = 12;
pub(super) const VALUE: usize = 13;
const COST_PRICE: usize = 14;
const COST: usize = 15;
const GAIN: usize = 16;
pub(super) const LEVEL: usize = 17;
const DAY: usize = 18;
pub(super) const ENDING_CASH: usize = 19;
pub(super) const DESCRIPTION: usize = 20;
pub(super) const FROM: usize = 21;
pub(super) const TO: usize = 22;
pub(super) const RATE: usize = 23;
pub(super) const TOTAL: usize = 24;
pub(super) const ITEM: usize = 25;
pub(super) const EXECUTED: usize = 26;

const fn field(names: &'static [&'static str]) -> Field {
    Field { names, is_number: false }
}

/// Their columns and attributes: first as in Flex queries, then as in activity statements.
pub(super) const SCHEMA: Schema<N> = Schema {
    fields: [
        field(&["accountid", "clientaccountid", "account"]),
        field(&["currency", "currencyprimary"]),
        field(&["fxratetobase"]),
        field(&["assetcategory", "assetclass"]),
        field(&["symbol"]),
        field(&["underlyingsymbol", "underlying"]),
        field(&["conid"]),
        field(&["multiplier", "mult"]),
        field(&["strike"]),
        field(&["expiry"]),
        field(&["putcall", "type"]),
        field(&["position", "quantity"]),
        field(&["markprice", "closeprice"]),
        field(&["positionvalue", "value"]),
        field(&["costbasisprice", "costprice"]),
        field(&["costbasismoney", "costbasis"]),
        field(&["fifopnlunrealized", "unrealizedpl"]),
        field(&["levelofdetail", "datadiscriminator"]),
        field(&["reportdate", "todate"]),
        field(&["endingcash"]),
        field(&["description"]),
        field(&["fromcurrency"]),
        field(&["tocurrency"]),
        field(&["rate", "exchangerate"]),
        field(&["total", "currenttotal"]),
        field(&["currencysummary"]),
        field(&["tradedate", "tradeid", "datetime", "transactionid"]),
    ],
    required: &[],
    unknown: Unknown::Expected,
};

/// The columns of one of the tables that a file consists of.
#[derive(Clone)]
pub(super) struct Header {
    columns: [Option<usize>; N],
    labels: [Option<String>; N],
}

impl Header {
    /// Reads the names; of two columns of one meaning the first counts.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Header {
        let mut header = Header { columns: [None; N], labels: [const { None }; N] };
        for (index, name) in names.enumerate() {
            let Some(field) = SCHEMA.find(name) else { continue };
            if let (Some(column @ None), Some(label)) = (header.columns.get_mut(field), header.labels.get_mut(field)) {
                (*column, *label) = (Some(index), Some(name.trim().to_owned()));
            }
        }
        header
    }

    /// Whether there is a column for the field.
    pub(super) fn has(&self, field: usize) -> bool {
        self.columns.get(field).is_some_and(Option::is_some)
    }

    /// A record by these columns; fields that it is too short for are blank.
    pub(super) fn line<'a>(&'a self, line: u64, record: &'a StringRecord) -> Line<'a> {
        let cells = self.columns.map(|column| Cow::Borrowed(column.and_then(|column| record.get(column)).unwrap_or_default()));
        Row { line, labels: &self.labels, cells, mark: DecimalMark::Point, is_1904: false, tags: Vec::new() }
    }
}

/// An open position as it stands in a row; prices and money in its currency.
#[derive(Clone)]
pub(super) struct Open {
    /// Line of the row.
    pub line: u64,
    /// Account; filled in by the statement that the row stands in.
    pub account: String,
    /// Currency of its prices.
    pub currency: String,
    /// Class of the contract.
    pub class: Class,
    /// Its terms.
    pub terms: Terms,
    /// The broker's number of the contract, or its symbol.
    pub contract_id: String,
    /// Signed contracts.
    pub quantity: f64,
    /// Price at the end of the day.
    pub mark: Option<f64>,
    /// Value of the position, for futures their notional.
    pub value: Option<f64>,
    /// Unrealized profit.
    pub gain: Option<f64>,
    /// Whether it is one of the purchases that make up a position.
    pub is_lot: bool,
    /// The end of its day.
    pub time: Option<Timestamp>,
    cost_price: Option<f64>,
    cost: Option<f64>,
}

impl Open {
    /// Reads a row.
    ///
    /// # Errors
    /// A row without symbol, currency or quantity, or a cell that is no number.
    pub(super) fn read(row: &Line<'_>, intake: &mut Intake<'_>) -> Result<Open, Issue> {
        let terms = terms(row, intake)?;
        let currency = row.text(CURRENCY, intake)?.to_uppercase();
        for (field, cell, what) in [(SYMBOL, &terms.symbol, "instrument"), (CURRENCY, &currency, "currency")] {
            if cell.is_empty() {
                return Err(row.refuse(field, IssueKind::MissingData, format!("the row names no {what}")));
            }
        }
        let quantity = row.amount(QUANTITY, intake)?;
        Ok(Open {
            line: row.line,
            account: String::new(),
            currency,
            class: ibkr_contract::class(row.raw(CLASS)),
            contract_id: if row.raw(CONTRACT_ID).is_empty() { terms.symbol.clone() } else { row.raw(CONTRACT_ID).to_owned() },
            terms,
            quantity: quantity.ok_or_else(|| row.refuse(QUANTITY, IssueKind::MissingData, "the row has no quantity"))?,
            mark: row.amount(MARK, intake)?,
            value: row.amount(VALUE, intake)?,
            gain: row.amount(GAIN, intake)?,
            is_lot: row.raw(LEVEL).eq_ignore_ascii_case("LOT"),
            time: day(row, intake),
            cost_price: row.amount(COST_PRICE, intake)?,
            cost: row.amount(COST, intake)?,
        })
    }

    /// Adds another lot of the same contract. Lots bought and sold short have no entry price in common.
    pub(super) fn add(&mut self, lot: &Open) {
        let is_one_way = self.quantity * lot.quantity > 0.0;
        let sum = |first: Option<f64>, second: Option<f64>| first.zip(second).map(|(first, second)| first + second);
        let weighted = sum(self.cost_price.map(|price| price * self.quantity), lot.cost_price.map(|price| price * lot.quantity));
        self.quantity += lot.quantity;
        self.cost_price = weighted.filter(|_| is_one_way).map(|cost| cost / self.quantity);
        self.cost = sum(self.cost, lot.cost).filter(|_| is_one_way);
        self.value = sum(self.value, lot.value);
        self.gain = sum(self.gain, lot.gain);
    }

    /// Entry price for contracts of `size` units, and what was assumed.
    pub(super) fn entry(&self, size: f64) -> (Option<f64>, Option<&'static str>) {
        let units = self.quantity * size;
        let implied = self.cost.filter(|_| units != 0.0).map(|cost| cost / units);
        let (entry, note) = match (self.cost_price, implied) {
            (Some(price), Some(implied)) if (price - implied).abs() > 0.005 * price.abs().max(implied.abs()) => {
                (Some(implied), Some("the cost price is not the cost basis per unit: the cost basis is used"))
            }
            (price, implied) => (price.or(implied), None),
        };
        match entry {
            Some(price) if price < 0.0 => (None, Some("a cost below 0: no entry price")),
            entry => (entry, note),
        }
    }

    /// Units per contract, from the value that the row states.
    pub(super) fn stated_size(&self) -> Option<f64> {
        let size = self.value? / (self.quantity * self.mark?);
        (size.is_finite() && size > 0.0).then_some(size)
    }
}

/// The contract's terms, as far as the row's own columns say them.
///
/// # Errors
/// A cell that is no number.
pub(super) fn terms(row: &Line<'_>, intake: &mut Intake<'_>) -> Result<Terms, Issue> {
    let expiry = row.raw(EXPIRY);
    let day = local_time::parse(expiry).or_else(|| date::parse(expiry, None).map(|expiry| local_time::day_of(expiry.time)));
    if day.is_none() && !expiry.is_empty() {
        return Err(row.refuse(EXPIRY, IssueKind::Parse, "not a date; 2025-03-31 or 20250331 are accepted"));
    }
    Ok(Terms {
        symbol: row.text(SYMBOL, intake)?,
        underlying: row.text(UNDERLYING, intake)?,
        multiplier: row.amount(MULTIPLIER, intake)?.filter(|size| *size > 0.0),
        strike: row.amount(STRIKE, intake)?.filter(|strike| *strike > 0.0),
        expiry: day,
        kind: ibkr_contract::option_kind(row.raw(KIND)),
    })
}

/// The end of the day that a row describes: when New York closes. One that cannot be read is noted.
pub(super) fn day(row: &Line<'_>, intake: &mut Intake<'_>) -> Option<Timestamp> {
    let day = local_time::parse(row.raw(DAY)).map(|day| day.four_o_clock(Zone::NewYork));
    if day.is_none() && !row.raw(DAY).is_empty() {
        row.note(DAY, intake, "not a day, the file's own counts; 2025-03-31 or 20250331 are accepted");
    }
    day
}

/// `U1234567` of `U1234567 (Custom Consolidated)`.
pub(super) fn account_name(cell: &str) -> &str {
    cell.split(" (").next().unwrap_or_default().trim()
}
