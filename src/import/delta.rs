//! Delta's export (CSV) of a portfolio tracker → holdings.
//!
//! One row is one trade or movement; a fee stands beside the amounts and is taken besides them. Shares are told from coins by the base
//! type.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::ledger::{self, Transaction};
use crate::import::ledger_asset::Asset;
use crate::import::ledger_row;
use crate::import::local_time::Zone;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "delta",
    label: "Delta portfolio export (CSV)",
    doc: "Delta, export of a portfolio: the columns Date, Way, Base amount, Base currency (name), Base type, Quote amount",
    recognizes,
    read,
};

const TIME: usize = 0;
const WAY: usize = 1;
const AMOUNT: usize = 2;
const BASE: usize = 3;
const TYPE: usize = 4;
const QUOTE_AMOUNT: usize = 5;
const QUOTE: usize = 6;
const FEE: usize = 7;
const FEE_CURRENCY: usize = 8;

const SCHEMA: Schema<9> = Schema {
    fields: [
        Field { names: &["date"], is_number: false },
        Field { names: &["way"], is_number: false },
        Field { names: &["baseamount"], is_number: true },
        Field { names: &["basecurrencyname", "basecurrency"], is_number: false },
        Field { names: &["basetype"], is_number: false },
        Field { names: &["quoteamount"], is_number: true },
        Field { names: &["quotecurrency", "quotecurrencyname"], is_number: false },
        Field { names: &["feeamount"], is_number: true },
        Field { names: &["feecurrencyname", "feecurrency"], is_number: false },
    ],
    required: &[TIME, WAY, AMOUNT, BASE],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| table.has("Way") && table.has("Base amount"))
}

fn read(content: &Content, out: &mut Imported) {
    ledger::read(("Delta", &SCHEMA), (content, None), out, |row, intake| read_row(row, intake).map(Some));
}

fn read_row(row: &Row<'_, 9>, intake: &mut Intake<'_>) -> Result<Transaction, Issue> {
    let mut transaction = Transaction::new(row.line, ledger_row::time(row, TIME, Zone::Utc)?);
    let code = ledger_row::code(row, BASE, intake)?;
    let base = match row.raw(TYPE).to_uppercase().as_str() {
        "STOCK" | "FUND" | "ETF" => Asset::share(&code),
        "CRYPTO" | "FIAT" | "" => Asset::coin(&code),
        _ => return Err(row.refuse(TYPE, IssueKind::Unsupported, "not a type that is known here; CRYPTO, STOCK, FUND, ETF and FIAT are")),
    };
    let quote =
        |intake: &mut Intake<'_>| Ok::<_, Issue>((Asset::coin(&ledger_row::code(row, QUOTE, intake)?), row.amount(QUOTE_AMOUNT, intake)?));
    let amount = |intake: &mut Intake<'_>| ledger_row::need(row, AMOUNT, intake).map(f64::abs);
    match row.raw(WAY).to_uppercase().as_str() {
        way @ ("BUY" | "SELL") => {
            let sign = if way == "BUY" { 1.0 } else { -1.0 };
            let quantity = sign * amount(intake)?;
            if row.raw(QUOTE).is_empty() {
                if !row.raw(QUOTE_AMOUNT).is_empty() {
                    row.note(QUOTE_AMOUNT, intake, "an amount without a currency: it moves no cash and gives no price");
                }
                transaction.flow(base, quantity);
            } else {
                let (quote, paid) = quote(intake)?;
                let paid = paid.ok_or_else(|| row.refuse(QUOTE_AMOUNT, IssueKind::MissingData, "the trade states no amount paid"))?;
                transaction.trade(base, quantity, quote, -sign * paid.abs());
            }
        }
        "DEPOSIT" => transaction.transfer(base, amount(intake)?),
        "WITHDRAW" => transaction.transfer(base, -amount(intake)?),
        "TRANSFER" => row.note(WAY, intake, "a transfer between places that are held alike: only its fee moves"),
        "DIVIDEND" => {
            let (quote, paid) = quote(intake)?;
            let paid = paid.ok_or_else(|| row.refuse(QUOTE_AMOUNT, IssueKind::MissingData, "the dividend states no amount"))?;
            transaction.flow(quote, paid);
        }
        _ => return Err(ledger_row::unknown(row, WAY, "BUY, SELL, DEPOSIT, WITHDRAW, TRANSFER and DIVIDEND")),
    }
    if let Some(fee) = row.amount(FEE, intake)?.filter(|fee| *fee != 0.0) {
        transaction.flow(Asset::coin(&ledger_row::code(row, FEE_CURRENCY, intake)?), -fee.abs());
    }
    Ok(transaction)
}
