//! Coinbase's transaction history (CSV) → holdings.
//!
//! Quantities come unsigned or signed, so the type tells the direction. A conversion's second leg stands in its note only. `ETH2` is
//! ether that Coinbase has staked.

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
use crate::units::Currency;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "coinbase",
    label: "Coinbase transaction history (CSV)",
    doc: "Coinbase, Statements, transaction history as CSV: the columns Timestamp, Transaction Type, Asset, Quantity Transacted",
    recognizes,
    read,
};

const ID: usize = 0;
const TIME: usize = 1;
const TYPE: usize = 2;
const ASSET: usize = 3;
const QUANTITY: usize = 4;
const CURRENCY: usize = 5;
const PRICE: usize = 6;
const SUBTOTAL: usize = 7;
const TOTAL: usize = 8;
const NOTES: usize = 9;

const SCHEMA: Schema<10> = Schema {
    fields: [
        Field { names: &["id"], is_number: false },
        Field { names: &["timestamp"], is_number: false },
        Field { names: &["transactiontype"], is_number: false },
        Field { names: &["asset"], is_number: false },
        Field { names: &["quantitytransacted"], is_number: true },
        Field { names: &["pricecurrency", "spotpricecurrency"], is_number: false },
        Field { names: &["priceattransaction", "spotpriceattransaction"], is_number: true },
        Field { names: &["subtotal"], is_number: true },
        Field { names: &["totalinclusiveoffeesandorspread", "totalinclusiveoffees", "total"], is_number: true },
        Field { names: &["notes"], is_number: false },
    ],
    required: &[TIME, TYPE, ASSET, QUANTITY],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| table.has("Transaction Type") && table.has("Quantity Transacted"))
}

fn read(content: &Content, out: &mut Imported) {
    ledger::read(("Coinbase", &SCHEMA), (content, None), out, read_row);
}

fn asset(code: &str) -> Asset {
    if code.eq_ignore_ascii_case("ETH2") { Asset::stake("ETH2", "ETH") } else { Asset::coin(code) }
}

fn read_row(row: &Row<'_, 10>, intake: &mut Intake<'_>) -> Result<Option<Transaction>, Issue> {
    let mut transaction = Transaction::new(row.line, ledger_row::time(row, TIME, Zone::Utc)?).with_id(row.raw(ID));
    let held = asset(&ledger_row::code(row, ASSET, intake)?);
    let quantity = ledger_row::need(row, QUANTITY, intake)?.abs();
    let currency = Currency::new(row.raw(CURRENCY));
    let price = ledger_row::money(row, PRICE, intake)?.map(|price| price.amount).filter(|_| currency.is_dollar_like());
    let paid = match ledger_row::money(row, TOTAL, intake)? {
        Some(total) => Some(total),
        None => ledger_row::money(row, SUBTOTAL, intake)?,
    };
    let paid = paid.map(|paid| paid.amount.abs()).filter(|_| !currency.code().is_empty());
    transaction.quote(&held, price);
    let mut pay = |transaction: &mut Transaction, sign: f64| match paid {
        Some(paid) => transaction.flow(Asset::coin(currency.code()), sign * paid),
        None => row.note(TOTAL, intake, "no total or no currency of it: what was paid moves no cash"),
    };
    let kind = row.raw(TYPE).to_lowercase();
    match kind.trim_start_matches("advanced trade ").trim_start_matches("advance trade ") {
        "buy" => {
            transaction.priced(held, quantity, price);
            pay(&mut transaction, -1.0);
        }
        "sell" => {
            transaction.priced(held, -quantity, price);
            pay(&mut transaction, 1.0);
        }
        "send" | "withdrawal" | "exchange deposit" | "pro deposit" => transaction.transfer(held, -quantity),
        "receive" | "deposit" | "exchange withdrawal" | "pro withdrawal" => transaction.transfer(held, quantity),
        "convert" => {
            let (sold, code, bought) = converted(row.raw(NOTES)).ok_or_else(|| {
                let accepted = "a conversion names both of its sides here, such as Converted 0.5 ETH to 1000 USDC";
                row.refuse(NOTES, IssueKind::Parse, accepted)
            })?;
            let value = price.map(|price| price * quantity).filter(|_| bought > 0.0);
            let (cost, other) = (value.map(|value| value / bought), asset(&code));
            if (sold - quantity).abs() > 1e-9 * quantity {
                row.note(NOTES, intake, "the note states another quantity than the row: that of the row is used");
            }
            if other.is_dollar() || held.is_dollar() {
                transaction.trade(held, -quantity, other, bought);
            } else {
                transaction.flow(held, -quantity);
                transaction.priced(other, bought, cost);
            }
        }
        kind if ["income", "reward", "earn", "interest", "airdrop", "rebate"].iter().any(|word| kind.contains(word)) => {
            transaction.priced(held, quantity, price);
        }
        _ => {
            let known = "Buy, Sell, Advanced Trade Buy and Sell, Send, Receive, Deposit, Withdrawal, Convert, and incomes and rewards";
            return Err(ledger_row::unknown(row, TYPE, known));
        }
    }
    Ok(Some(transaction))
}

/// Quantity given, code received and quantity received of `Converted 0.00363125 BTC to 156.145683 XRP`.
fn converted(note: &str) -> Option<(f64, String, f64)> {
    let words: Vec<&str> = note.split_whitespace().collect();
    let ["Converted", sold, _, "to", bought, code, ..] = words.as_slice() else { return None };
    let number = |text: &str| text.replace(',', "").parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    Some((number(sold)?, (*code).to_owned(), number(bought)?))
}
