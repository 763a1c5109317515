//! Binance's transaction history, the web's export of every change of every account (CSV) → balances by account and coin
//! (venues.md, section 3).
//!
//! A row states one change of one coin in one account. What an operation is called matters in three cases only: it goes into Simple
//! Earn, it is pledged for a loan, or it is borrowed.

use crate::import::binance_changes::{self, Change, EARN, Kind};
use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::ledger_row;
use crate::import::local_time::{self, Zone};
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported, MAX_FACTS};
use crate::issue::{Issue, IssueKind};
use crate::units::Timestamp;
use std::collections::BTreeSet;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "binance-history",
    label: "Binance transaction history (CSV)",
    doc: "Binance, Transaction History, export of all statements: columns User_ID, UTC_Time, Account, Operation, Coin, Change, Remark; \
          balances by account and coin are the sums of its changes",
    recognizes,
    read,
};

const USER: usize = 0;
const TIME: usize = 1;
const ACCOUNT: usize = 2;
const OPERATION: usize = 3;
const COIN: usize = 4;
const CHANGE: usize = 5;

type Statement<'a> = Row<'a, 6>;

const SCHEMA: Schema<6> = Schema {
    fields: [
        Field { names: &["userid"], is_number: false },
        Field { names: &["utctime", "time"], is_number: false },
        Field { names: &["account"], is_number: false },
        Field { names: &["operation"], is_number: false },
        Field { names: &["coin"], is_number: false },
        Field { names: &["change"], is_number: true },
    ],
    required: &[TIME, ACCOUNT, OPERATION, COIN, CHANGE],
    unknown: Unknown::Expected,
};

/// Operations that move a coin into or out of Simple Earn and its forerunners; how they begin, in lower case.
const INTO_EARN: [&str; 10] = [
    "simple earn flexible subscription",
    "simple earn flexible redemption",
    "simple earn locked subscription",
    "simple earn locked redemption",
    "savings purchase",
    "savings principal redemption",
    "pos savings purchase",
    "pos savings redemption",
    "staking purchase",
    "staking redemption",
];
fn recognizes(content: &Content) -> bool {
    let columns = ["Account", "Operation", "Coin", "Change"];
    let has = |name: &str| content.table().is_some_and(|table| table.has(name));
    columns.iter().all(|name| has(name)) && ["UTC_Time", "UTC Time", "Time"].iter().any(|name| has(name))
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    let (mut changes, mut doubtful, mut rows): (Vec<Change>, _, _) = (Vec::new(), BTreeSet::new(), 0);
    SCHEMA.read(content, &mut intake, |row, intake| {
        rows += 1;
        if rows > MAX_FACTS {
            let message = format!("more than {MAX_FACTS} rows: balances are not rebuilt from part of a history, split the file by coin");
            return Err(Issue::rejected(IssueKind::Unsupported, message));
        }
        let change = read_row(row, intake).inspect_err(|_| {
            doubtful.insert(coin_of(row.raw(COIN)).0);
        })?;
        intake.kind("change");
        changes.push(change);
        Ok(())
    });
    if !changes.is_empty() && rows <= MAX_FACTS {
        binance_changes::hand_over(changes, &doubtful, &mut intake);
    }
    intake.finish();
}

fn read_row(row: &Statement<'_>, intake: &mut Intake<'_>) -> Result<Change, Issue> {
    let time = time(row)?;
    let (account, user) = (row.text(ACCOUNT, intake)?, row.text(USER, intake)?);
    if account.is_empty() {
        return Err(row.refuse(ACCOUNT, IssueKind::MissingData, "the row names no account; Spot, Funding, Earn and the like are accepted"));
    }
    let code = ledger_row::code(row, COIN, intake)?;
    let amount = ledger_row::need(row, CHANGE, intake)?;
    let (coin, is_lent) = coin_of(&code);
    if is_lent {
        row.note(COIN, intake, "a token of Simple Earn: read as the coin that is lent");
    }
    let account = if is_lent { EARN.to_owned() } else { account_name(&account) };
    Ok(Change { line: row.line, time, user, account, coin, amount, kind: kind(&row.word(OPERATION), amount) })
}

/// `2026-01-17 16:57:02`, or with a year of two digits, as the export has been written as well.
fn time(row: &Statement<'_>) -> Result<Timestamp, Issue> {
    let cell = row.raw(TIME);
    let is_short = cell.as_bytes().get(2) == Some(&b'-') && cell.as_bytes().get(5) == Some(&b'-');
    let short = is_short.then(|| local_time::parse(&format!("20{cell}"))).flatten();
    short.map_or_else(|| ledger_row::time(row, TIME, Zone::Utc), |time| Ok(time.in_zone(Zone::Utc)))
}

/// The coin of a code, and whether the code is that of the token which stood for it in Binance's savings: `LDUSDT`.
fn coin_of(code: &str) -> (String, bool) {
    let code = code.trim().to_uppercase();
    match code.strip_prefix("LD") {
        Some(coin) if coin.len() >= 3 => (coin.to_owned(), true),
        _ => (code, false),
    }
}

/// An account under the name that it has in the replies of the programming interface.
fn account_name(account: &str) -> String {
    let plain: String = account.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect();
    match plain.as_str() {
        "usdtfutures" | "usdmfutures" | "umfutures" => "USD-M".to_owned(),
        "coinfutures" | "coinmfutures" | "cmfutures" => "COIN-M".to_owned(),
        "crossmargin" | "margin" => "margin".to_owned(),
        "isolatedmargin" => "isolated margin".to_owned(),
        "savings" => EARN.to_owned(),
        "option" => "options".to_owned(),
        _ => account.trim().to_lowercase(),
    }
}

fn kind(operation: &str, amount: f64) -> Kind {
    let has = |word: &str| operation.contains(word);
    if INTO_EARN.iter().any(|start| operation.starts_with(start)) {
        Kind::Earn
    } else if has("collateral") {
        Kind::Collateral
    } else if has("repay") {
        Kind::Repay
    } else if (has("loan") || has("borrow")) && amount > 0.0 && !has("transfer") && !has("interest") {
        Kind::Borrow
    } else {
        Kind::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_told_apart_by_what_they_say_of_debt_and_of_other_accounts() {
        for (operation, amount, expected) in [
            ("transaction buy", 1.0, Kind::Plain),
            ("simple earn flexible subscription", -1.0, Kind::Earn),
            ("simple earn flexible interest", 1.0, Kind::Plain),
            ("simple earn locked redemption", 1.0, Kind::Earn),
            ("savings interest", 1.0, Kind::Plain),
            ("flexible loan - collateral transfer", -1.0, Kind::Collateral),
            ("crypto loan - collateral return", 1.0, Kind::Collateral),
            ("flexible loan - lending", 1.0, Kind::Borrow),
            ("isolated margin loan", 1.0, Kind::Borrow),
            ("borrow", 1.0, Kind::Borrow),
            ("flexible loan - repayment", -1.0, Kind::Repay),
            ("cross margin liquidation - repayment", -1.0, Kind::Repay),
            ("flexible loan - asset transfer", 1.0, Kind::Plain),
            ("loan interest", -1.0, Kind::Plain),
        ] {
            assert!(kind(operation, amount) == expected, "{operation}");
        }
    }

    #[test]
    fn only_tokens_of_savings_lose_their_first_letters() {
        for (code, expected) in [("LDUSDT", ("USDT", true)), ("ldbtc", ("BTC", true)), ("LDO", ("LDO", false)), ("LD", ("LD", false))] {
            assert_eq!(coin_of(code), (expected.0.to_owned(), expected.1), "{code}");
        }
    }
}
