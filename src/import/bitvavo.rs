//! Bitvavo's transaction history (CSV) → holdings.
//!
//! Amounts are signed and include fees: what was paid or received is net, and a withdrawal's amount is what left the account. Times
//! are those of the zone that each row names.

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
use crate::units::Timestamp;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "bitvavo",
    label: "Bitvavo transaction history (CSV)",
    doc: "Bitvavo, transaction history as CSV: the columns Timezone, Date, Time, Type, Currency, Amount, Received / Paid Currency",
    recognizes,
    read,
};

const ZONE: usize = 0;
const DATE: usize = 1;
const CLOCK: usize = 2;
const TYPE: usize = 3;
const CURRENCY: usize = 4;
const AMOUNT: usize = 5;
const PAID_CURRENCY: usize = 6;
const PAID: usize = 7;
const STATUS: usize = 8;
const ID: usize = 9;

const SCHEMA: Schema<10> = Schema {
    fields: [
        Field { names: &["timezone"], is_number: false },
        Field { names: &["date"], is_number: false },
        Field { names: &["time"], is_number: false },
        Field { names: &["type"], is_number: false },
        Field { names: &["currency"], is_number: false },
        Field { names: &["amount"], is_number: true },
        Field { names: &["receivedpaidcurrency"], is_number: false },
        Field { names: &["receivedpaidamount"], is_number: true },
        Field { names: &["status"], is_number: false },
        Field { names: &["transactionid"], is_number: false },
    ],
    required: &[DATE, TYPE, CURRENCY, AMOUNT],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| table.has("Received / Paid Currency") && table.has("Type"))
}

fn read(content: &Content, out: &mut Imported) {
    ledger::read(("Bitvavo", &SCHEMA), (content, None), out, read_row);
}

fn time(row: &Row<'_, 10>, intake: &mut Intake<'_>) -> Result<Timestamp, Issue> {
    let zone = Zone::named(row.raw(ZONE));
    if zone.is_none() {
        row.note(ZONE, intake, "a time zone that is not known here: its times are read as UTC");
    }
    let text = format!("{} {}", row.raw(DATE), row.raw(CLOCK));
    let time = local_time::parse(&text).map(|time| time.in_zone(zone.unwrap_or(Zone::Utc)));
    time.ok_or_else(|| row.refuse(DATE, IssueKind::Parse, "not a day and a time; 2023-11-30 and 11:37:41 are accepted"))
}

fn read_row(row: &Row<'_, 10>, intake: &mut Intake<'_>) -> Result<Option<Transaction>, Issue> {
    let mut transaction = Transaction::new(row.line, time(row, intake)?).with_id(row.raw(ID));
    if !matches!(row.raw(STATUS).to_lowercase().as_str(), "completed" | "distributed" | "") {
        row.note(STATUS, intake, "not completed: the row moves nothing");
        return Ok(None);
    }
    let asset = Asset::coin(&ledger_row::code(row, CURRENCY, intake)?);
    let amount = ledger_row::need(row, AMOUNT, intake)?;
    match row.raw(TYPE).to_lowercase().as_str() {
        "buy" | "sell" => {
            let paid = ledger_row::need(row, PAID, intake)?;
            transaction.trade(asset, amount, Asset::coin(&ledger_row::code(row, PAID_CURRENCY, intake)?), paid);
        }
        "deposit" | "withdrawal" => transaction.transfer(asset, amount),
        "staking" | "fixed_staking" | "affiliate" | "rebate" | "campaign" | "manually_assigned" | "distribution" => {
            transaction.flow(asset, amount);
        }
        _ => return Err(ledger_row::unknown(row, TYPE, "buy, sell, deposit, withdrawal, staking, affiliate, rebate and campaign")),
    }
    Ok(Some(transaction))
}
