//! Charles Schwab's transaction history (CSV) → shares, funds and options; cash only where deposits stand in it.
//!
//! Quantities of purchases and sales are unsigned, those of transfers, splits and mergers signed. Times are days; a price of a day
//! counts from the close of New York.

use crate::import::content::Content;
use crate::import::ibkr_contract::{self, Class, Terms};
use crate::import::intake::Intake;
use crate::import::ledger::{self, Transaction};
use crate::import::ledger_asset::Asset;
use crate::import::ledger_row;
use crate::import::local_time::{self, Zone};
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "schwab",
    label: "Charles Schwab transactions (CSV)",
    doc: "Schwab, history of an account as CSV: the columns Date, Action, Symbol, Description, Quantity, Price, Fees & Comm, Amount",
    recognizes,
    read,
};

const DAY: usize = 0;
const ACTION: usize = 1;
const SYMBOL: usize = 2;
const QUANTITY: usize = 3;
const PRICE: usize = 4;
const AMOUNT: usize = 5;

const SCHEMA: Schema<6> = Schema {
    fields: [
        Field { names: &["date"], is_number: false },
        Field { names: &["action"], is_number: false },
        Field { names: &["symbol"], is_number: false },
        Field { names: &["quantity"], is_number: true },
        Field { names: &["price"], is_number: true },
        Field { names: &["amount"], is_number: true },
    ],
    required: &[DAY, ACTION, SYMBOL, QUANTITY, AMOUNT],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| table.has("Action") && table.has("Fees & Comm"))
}

fn read(content: &Content, out: &mut Imported) {
    ledger::read(("Schwab", &SCHEMA), (content, None), out, read_row);
}

fn read_row(row: &Row<'_, 6>, intake: &mut Intake<'_>) -> Result<Option<Transaction>, Issue> {
    if row.raw(DAY).starts_with("Transactions Total") {
        intake.kind("total");
        return Ok(None);
    }
    // 07/15/2024 as of 07/12/2024: booked on the first, with effect from the second.
    let day = row.raw(DAY).split(" as of ").next().and_then(local_time::parse);
    let day = day.ok_or_else(|| row.refuse(DAY, IssueKind::Parse, "not a day; 10/31/2023, month first, is accepted"))?;
    let mut transaction = Transaction::new(row.line, day.four_o_clock(Zone::NewYork));
    let action = row.raw(ACTION).to_lowercase();
    let amount = ledger_row::money(row, AMOUNT, intake)?.map(|money| money.amount);
    if row.raw(QUANTITY).is_empty() {
        let amount = amount.ok_or_else(|| row.refuse(ACTION, IssueKind::MissingData, "the row moves neither shares nor money"))?;
        let is_transfer = ["wire", "moneylink", "transfer", "journal", "funds"].iter().any(|word| action.contains(word));
        let dollars = Asset::coin("USD");
        if is_transfer {
            transaction.transfer(dollars, amount)
        } else {
            transaction.flow(dollars, amount)
        }
        return Ok(Some(transaction));
    }
    let quantity = ledger_row::need(row, QUANTITY, intake)?;
    let symbol = ledger_row::code(row, SYMBOL, intake)?;
    let option = option(&symbol);
    let is_option = option.is_some();
    let asset = match option {
        Some(terms) => Asset::contract(&symbol, ibkr_contract::contract(&Class::Option, &terms, Some(1.0))?.instrument),
        None => Asset::share(&symbol),
    };
    let price = ledger_row::money(row, PRICE, intake)?.map(|money| money.amount).filter(|price| *price > 0.0);
    match action.as_str() {
        "buy" | "reinvest shares" | "buy to open" | "buy to close" => transaction.priced(asset, quantity.abs(), price),
        "sell" | "sell to close" => transaction.priced(asset, -quantity.abs(), price),
        "sell short" | "sell to open" => transaction.sold_short(asset, -quantity.abs(), price),
        "stock split" | "stock div dist" | "reverse split" => {
            transaction.quote(&asset, price);
            transaction.split(asset, quantity);
        }
        "expired" | "assigned" | "exchange or exercise" if is_option => transaction.close(asset, quantity),
        // Its price is that of the day, what was paid once is not said.
        "journaled shares" | "security transfer" | "internal transfer" | "journal" | "transfer of security or option in" => {
            transaction.quote(&asset, price);
            transaction.flow(asset, quantity);
        }
        "spin-off"
        | "stock merger"
        | "name change"
        | "conversion"
        | "cash merger"
        | "stock plan activity"
        | "full redemption"
        | "full redemption adj"
        | "mandatory reorg exc"
        | "adjust quantity" => transaction.flow(asset, quantity),
        _ => {
            row.note(ACTION, intake, "an action that is not known here: its quantity is taken by its sign");
            transaction.flow(asset, quantity);
        }
    }
    match amount {
        Some(amount) => transaction.flow(Asset::coin("USD"), amount),
        None if action.starts_with("buy") || action.starts_with("sell") => {
            row.note(AMOUNT, intake, "a trade without an amount: what was paid moves no cash");
        }
        None => {}
    }
    Ok(Some(transaction))
}

/// The terms of `SPY 01/19/2024 450.00 C`.
fn option(symbol: &str) -> Option<Terms> {
    let words: Vec<&str> = symbol.split_whitespace().collect();
    let [root, day, strike, kind] = words.as_slice() else { return None };
    let strike: f64 = strike.parse().ok()?;
    Some(Terms {
        symbol: symbol.to_owned(),
        underlying: (*root).to_owned(),
        multiplier: Some(100.0),
        strike: Some(strike),
        expiry: Some(local_time::parse(day)?),
        kind: Some(ibkr_contract::option_kind(kind)?),
    })
}
