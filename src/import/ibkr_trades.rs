//! Interactive Brokers' Flex query of trades as CSV → shares bought and sold.
//!
//! It is the export that trackers ask for: it may name shares by their ISIN only. There are no deposits in it, hence no cash.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::ledger::{self, Transaction};
use crate::import::ledger_asset::Asset;
use crate::import::ledger_row;
use crate::import::local_time::{self, Zone};
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use crate::units::Currency;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "ibkr-trades",
    label: "Interactive Brokers trades (Flex query, CSV)",
    doc: "Flex query of trades as CSV: the columns Buy/Sell, TradeDate, ISIN or Symbol, Quantity, TradePrice, CurrencyPrimary",
    recognizes,
    read,
};

const SIDE: usize = 0;
const DAY: usize = 1;
const ISIN: usize = 2;
const SYMBOL: usize = 3;
const CLASS: usize = 4;
const QUANTITY: usize = 5;
const PRICE: usize = 6;
const MONEY: usize = 7;
const CURRENCY: usize = 8;

const SCHEMA: Schema<9> = Schema {
    fields: [
        Field { names: &["buysell"], is_number: false },
        Field { names: &["tradedate"], is_number: false },
        Field { names: &["isin"], is_number: false },
        Field { names: &["symbol"], is_number: false },
        Field { names: &["assetclass"], is_number: false },
        Field { names: &["quantity"], is_number: true },
        Field { names: &["tradeprice"], is_number: true },
        Field { names: &["trademoney"], is_number: true },
        Field { names: &["currencyprimary"], is_number: false },
    ],
    required: &[SIDE, DAY, QUANTITY, CURRENCY],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| ["Buy/Sell", "TradeDate", "CurrencyPrimary"].iter().all(|name| table.has(name)))
}

fn read(content: &Content, out: &mut Imported) {
    ledger::read(("Interactive Brokers", &SCHEMA), (content, None), out, read_row);
}

fn read_row(row: &Row<'_, 9>, intake: &mut Intake<'_>) -> Result<Option<Transaction>, Issue> {
    let day = local_time::parse(row.raw(DAY));
    let day = day.ok_or_else(|| row.refuse(DAY, IssueKind::Parse, "not a day; 20230522 or 2023-05-22 are accepted"))?;
    // A trade known by its day only counts from the close.
    let mut transaction = Transaction::new(row.line, day.four_o_clock(Zone::NewYork));
    let size = ledger_row::need(row, QUANTITY, intake)?.abs();
    let quantity = match row.raw(SIDE).split_whitespace().next().unwrap_or_default() {
        "BUY" => size,
        "SELL" => -size,
        _ => return Err(row.refuse(SIDE, IssueKind::Invalid, "BUY or SELL is expected")),
    };
    let symbol = if row.raw(SYMBOL).is_empty() { row.text(ISIN, intake)? } else { row.text(SYMBOL, intake)? };
    match row.raw(CLASS) {
        "" | "CASH" if row.raw(ISIN).is_empty() && (row.raw(CLASS) == "CASH" || symbol.is_empty()) => {
            row.note(SIDE, intake, "an exchange of currencies, one of which the row does not name: cash is not derived from trades");
            return Ok(None);
        }
        "" | "STK" | "ETF" => {}
        _ => {
            let accepted = "only shares are rebuilt from trades; a Flex query of Open Positions states every class of contract";
            return Err(row.refuse(CLASS, IssueKind::Unsupported, accepted));
        }
    }
    if symbol.is_empty() {
        let field = if row.has(SYMBOL) { SYMBOL } else { ISIN };
        return Err(row.refuse(field, IssueKind::MissingData, "the row names no share; a symbol or an ISIN is accepted"));
    }
    let currency = Currency::new(&ledger_row::code(row, CURRENCY, intake)?);
    let price = row.price(PRICE, intake)?.map(|price| price.get()).filter(|_| currency.is_dollar_like());
    transaction.priced(Asset::share(&symbol), quantity, price);
    if let Some(money) = row.amount(MONEY, intake)? {
        transaction.flow(Asset::coin(currency.code()), -quantity.signum() * money.abs());
    }
    Ok(Some(transaction))
}
