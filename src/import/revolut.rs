//! Revolut's statement of crypto (CSV) → holdings.
//!
//! Quantities are unsigned, so the type tells the direction. The money side is an account that this file does not show: no cash.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::ledger::{self, Transaction};
use crate::import::ledger_asset::Asset;
use crate::import::ledger_row;
use crate::import::local_time::Zone;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported};
use crate::issue::Issue;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "revolut-crypto",
    label: "Revolut crypto statement (CSV)",
    doc: "Revolut, crypto account statement as CSV: the columns Symbol, Type, Quantity, Price, Value, Fees, Date",
    recognizes,
    read,
};

const SYMBOL: usize = 0;
const TYPE: usize = 1;
const QUANTITY: usize = 2;
const PRICE: usize = 3;
const VALUE: usize = 4;
const TIME: usize = 5;

const SCHEMA: Schema<6> = Schema {
    fields: [
        Field { names: &["symbol"], is_number: false },
        Field { names: &["type"], is_number: false },
        Field { names: &["quantity"], is_number: true },
        Field { names: &["price"], is_number: true },
        Field { names: &["value"], is_number: true },
        Field { names: &["date"], is_number: false },
    ],
    required: &[SYMBOL, TYPE, QUANTITY, TIME],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| ["Symbol", "Type", "Quantity", "Price", "Value", "Fees", "Date"].iter().all(|name| table.has(name)))
}

fn read(content: &Content, out: &mut Imported) {
    let mut is_noted = false;
    ledger::read(("Revolut", &SCHEMA), (content, None), out, |row, intake| {
        ledger_row::note_no_zone(row, intake, &mut is_noted);
        read_row(row, intake).map(Some)
    });
}

fn read_row(row: &Row<'_, 6>, intake: &mut Intake<'_>) -> Result<Transaction, Issue> {
    let mut transaction = Transaction::new(row.line, ledger_row::time(row, TIME, Zone::Utc)?);
    let code = ledger_row::code(row, SYMBOL, intake)?;
    let (asset, stake) = (Asset::coin(&code), Asset::stake(&code, &code));
    let quantity = ledger_row::need(row, QUANTITY, intake)?.abs();
    let price = ledger_row::money(row, PRICE, intake)?;
    let dollars = price.filter(|price| price.currency.as_ref().is_some_and(|code| code.is_dollar_like())).map(|price| price.amount);
    transaction.quote(&asset, dollars);
    let paid = ledger_row::money(row, VALUE, intake)?;
    let kind = row.raw(TYPE).to_lowercase();
    match kind.as_str() {
        "buy" | "sell" => {
            let sign = if kind == "buy" { 1.0 } else { -1.0 };
            transaction.priced(asset, sign * quantity, dollars);
            if let Some((amount, currency)) = paid.and_then(|paid| Some((paid.amount, paid.currency?))) {
                transaction.flow(Asset::coin(currency.code()), -sign * amount.abs());
            }
        }
        "send" | "payment" => transaction.transfer(asset, -quantity),
        "receive" => transaction.transfer(asset, quantity),
        "stake" => transaction.shift(asset, stake, quantity),
        "unstake" => transaction.shift(stake, asset, quantity),
        "staking reward" => {
            row.note(TYPE, intake, "counted among what is held freely: the row does not say that it is staked");
            transaction.priced(asset, quantity, dollars);
        }
        "learn reward" | "reward" => transaction.priced(asset, quantity, dollars),
        _ => return Err(ledger_row::unknown(row, TYPE, "Buy, Sell, Send, Receive, Payment, Stake, Unstake and rewards")),
    }
    Ok(transaction)
}
