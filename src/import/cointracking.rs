//! CoinTracking's trade table (CSV) → holdings.
//!
//! Every row has a side that comes in (Buy) and one that goes out (Sell). Its manual says that both are net of fees: a fee in one of
//! their currencies is in the amounts already, one in a third has a row of its own, so the fee columns move nothing.

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
    id: "cointracking",
    label: "CoinTracking trade table (CSV)",
    doc: "CoinTracking, trade table exported as CSV: the columns Type, Buy, Cur., Sell, Cur., Fee, Cur., Date",
    recognizes,
    read,
};

const TYPE: usize = 0;
const BUY: usize = 1;
const BUY_CURRENCY: usize = 2;
const SELL: usize = 3;
const SELL_CURRENCY: usize = 4;
const FEE: usize = 5;
const FEE_CURRENCY: usize = 6;
const TIME: usize = 7;
const ID: usize = 8;

const SCHEMA: Schema<9> = Schema {
    fields: [
        Field { names: &["type"], is_number: false },
        Field { names: &["buy"], is_number: true },
        Field { names: &["buycur"], is_number: false },
        Field { names: &["sell"], is_number: true },
        Field { names: &["sellcur"], is_number: false },
        Field { names: &["fee"], is_number: true },
        Field { names: &["feecur"], is_number: false },
        Field { names: &["date"], is_number: false },
        Field { names: &["txid"], is_number: false },
    ],
    required: &[TYPE, BUY, BUY_CURRENCY, SELL, SELL_CURRENCY, TIME],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| ["Type", "Buy", "Cur.", "Sell"].iter().all(|name| table.has(name)))
}

fn read(content: &Content, out: &mut Imported) {
    let Some(table) = content.table() else { return };
    // The three currencies have one name; each belongs to the amount before it.
    let before = std::iter::once("").chain(table.header.iter().map(String::as_str));
    let names =
        table.header.iter().zip(before).map(|(name, before)| if name == "Cur." { format!("{before} {name}") } else { name.clone() });
    let renamed = table.renamed(names.collect());
    let mut is_noted = false;
    ledger::read(("CoinTracking", &SCHEMA), (content, Some(&renamed)), out, |row, intake| {
        ledger_row::note_no_zone(row, intake, &mut is_noted);
        read_row(row, intake).map(Some)
    });
}

fn read_row(row: &Row<'_, 9>, intake: &mut Intake<'_>) -> Result<Transaction, Issue> {
    let mut transaction = Transaction::new(row.line, ledger_row::time(row, TIME, Zone::Utc)?).with_id(row.raw(ID));
    let leg = |amount: usize, currency: usize, intake: &mut Intake<'_>| -> Result<Option<(Asset, f64)>, Issue> {
        let found = row.amount(amount, intake)?.filter(|amount| *amount != 0.0);
        found.map(|amount| Ok((Asset::coin(&ledger_row::code(row, currency, intake)?), amount.abs()))).transpose()
    };
    let (bought, sold) = (leg(BUY, BUY_CURRENCY, intake)?, leg(SELL, SELL_CURRENCY, intake)?);
    if leg(FEE, FEE_CURRENCY, intake)?.is_some() {
        row.note(FEE, intake, "a fee: CoinTracking's amounts are net of it, so it moves nothing more");
    }
    match (bought, sold) {
        (Some((bought, amount)), Some((sold, paid))) => transaction.trade(bought, amount, sold, -paid),
        (bought, sold) if row.word(TYPE) == "trade" && (bought.is_some() || sold.is_some()) => {
            let (missing, what) = if bought.is_none() { (BUY, "bought") } else { (SELL, "sold") };
            return Err(row.refuse(missing, IssueKind::MissingData, format!("a trade that does not say what was {what}")));
        }
        (Some((bought, amount)), None) => transaction.transfer(bought, amount),
        (None, Some((sold, amount))) => transaction.transfer(sold, -amount),
        (None, None) => return Err(row.refuse(TYPE, IssueKind::MissingData, "the row has neither a bought nor a sold amount")),
    }
    Ok(transaction)
}
