//! Binance's transaction history, the web's export of every change of every account (CSV) → balances by account and coin
//! (venues.md, section 3).
//!
//! A row states one change of one coin in one account, so a balance is the sum of its changes, whatever the operation is called.
//! Three kinds of operation say more: what goes into Simple Earn or is pledged for a loan leaves one account and often appears in no
//! other, so it is held there; what is borrowed is owed. Invariant: a balance that its own rows bring below zero is not handed over,
//! since the history begins after it did.

use crate::import::balance::Balance;
use crate::import::binance_name::VENUE;
use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::ledger_row;
use crate::import::local_time::{self, Zone};
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported, MAX_FACTS};
use crate::issue::{Issue, IssueKind};
use crate::units::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

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

/// Account of Simple Earn, as in the replies of the programming interface.
const EARN: &str = "earn";
/// Account of loans that are secured by coins.
const LOAN: &str = "loan";
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
/// Legs of one trade may stand a second apart.
const INSTANT_MS: i64 = 1000;
/// A balance this little below 0 is one of rounded digits.
const DUST: f64 = 1e-8;

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
        hand_over(changes, &doubtful, &mut intake);
    }
    intake.finish();
}

/// What an operation says beyond its change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Plain,
    /// The coin goes into Simple Earn or comes back from it.
    Earn,
    /// The coin is pledged for a loan or comes back from it.
    Collateral,
    /// The change is owed.
    Borrow,
    /// The change is no longer owed.
    Repay,
}

/// One row.
struct Change {
    line: u64,
    time: Timestamp,
    user: String,
    account: String,
    coin: String,
    amount: f64,
    kind: Kind,
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

/// A sum over time.
#[derive(Default)]
struct Sum {
    total: f64,
    /// Everything that was moved, the scale of rounding errors.
    moved: f64,
    /// Lowest total at the end of any instant.
    lowest: f64,
    line: u64,
}

impl Sum {
    fn add(&mut self, amount: f64, line: u64) {
        self.total += amount;
        self.moved += amount.abs();
        self.line = line;
    }

    fn is_zero(&self) -> bool {
        self.total.abs() <= 1e-11 * self.moved
    }

    fn was_below_zero(&self) -> bool {
        self.lowest < -DUST - 1e-9 * self.moved
    }
}

/// Account and coin.
type Place = (String, String);

#[derive(Default)]
struct Sums {
    held: BTreeMap<Place, Sum>,
    owed: BTreeMap<Place, Sum>,
    /// Sums that the present instant has changed, and whether they are what is owed.
    touched: BTreeSet<(bool, Place)>,
}

impl Sums {
    fn add(&mut self, is_owed: bool, place: Place, amount: f64, line: u64) {
        let sums = if is_owed { &mut self.owed } else { &mut self.held };
        sums.entry(place.clone()).or_default().add(amount, line);
        self.touched.insert((is_owed, place));
    }

    fn end_instant(&mut self) {
        for (is_owed, place) in std::mem::take(&mut self.touched) {
            let sums = if is_owed { &mut self.owed } else { &mut self.held };
            if let Some(sum) = sums.get_mut(&place) {
                sum.lowest = sum.lowest.min(sum.total);
            }
        }
    }
}

fn hand_over(mut changes: Vec<Change>, doubtful: &BTreeSet<String>, intake: &mut Intake<'_>) {
    changes.sort_by_key(|change| change.time);
    let users: BTreeSet<String> = changes.iter().map(|change| change.user.clone()).collect();
    if users.len() > 1 {
        // The name of an account says whose it is only where there are several users.
        for change in &mut changes {
            change.account = format!("{} {}", change.account, change.user);
        }
    }
    let target = |change: &Change, name: &str| if users.len() > 1 { format!("{name} {}", change.user) } else { name.to_owned() };
    // Where an operation is listed in the account that the coin leaves, the row of the other account, which newer files have as well,
    // says the same again.
    let is_elsewhere = |change: &Change, name: &str| change.account != target(change, name);
    let mirrored: BTreeSet<(String, String, bool)> = changes
        .iter()
        .filter(|change| match change.kind {
            Kind::Earn => is_elsewhere(change, EARN),
            Kind::Collateral => is_elsewhere(change, LOAN),
            _ => false,
        })
        .map(|change| (change.user.clone(), change.coin.clone(), change.kind == Kind::Earn))
        .collect();
    let (mut sums, mut last) = (Sums::default(), None);
    for change in &changes {
        if last.is_some_and(|last: Timestamp| change.time.ms() - last.ms() > INSTANT_MS) {
            sums.end_instant();
        }
        last = Some(change.time);
        let place = |account: String| (account, change.coin.clone());
        let other = match change.kind {
            Kind::Earn => Some(target(change, EARN)),
            Kind::Collateral => Some(target(change, LOAN)),
            _ => None,
        };
        let is_told = mirrored.contains(&(change.user.clone(), change.coin.clone(), change.kind == Kind::Earn));
        match other {
            Some(other) if is_told => {
                if change.account != other {
                    sums.add(false, place(change.account.clone()), change.amount, change.line);
                    sums.add(false, place(other), -change.amount, change.line);
                }
            }
            _ => sums.add(false, place(change.account.clone()), change.amount, change.line),
        }
        if matches!(change.kind, Kind::Borrow | Kind::Repay) {
            let is_margin = change.account.contains("margin");
            let account = if is_margin { change.account.clone() } else { target(change, LOAN) };
            let amount = if change.kind == Kind::Borrow { change.amount } else { -change.amount.abs() };
            sums.add(true, place(account), amount, change.line);
        }
    }
    sums.end_instant();
    note_period(&changes, intake);
    record(&sums, doubtful, intake);
}

fn note_period(changes: &[Change], intake: &mut Intake<'_>) {
    let day = |change: Option<&Change>| change.map_or_else(String::new, |change| change.time.to_string().chars().take(10).collect());
    let message = format!(
        "balances are the sums of {} changes of {} to {}: what an account held before the first of them is not in them",
        changes.len(),
        day(changes.first()),
        day(changes.last())
    );
    intake.issue(Issue::noted(IssueKind::Conversion, message));
    let trades = |change: &&Change| {
        change.account.starts_with("USD-M") || change.account.starts_with("COIN-M") || change.account.starts_with("options")
    };
    if let Some(change) = changes.iter().rfind(trades) {
        let message = "a history states what a futures or options wallet holds and no open position: positionRisk does";
        intake.issue(Issue::noted(IssueKind::MissingData, message).in_column("Account").about(&change.account).at_line(change.line));
    }
}

fn record(sums: &Sums, doubtful: &BTreeSet<String>, intake: &mut Intake<'_>) {
    let missing = |message: String, (account, coin): &Place, line: u64| {
        Issue::noted(IssueKind::MissingData, message).about(&format!("{coin} {account}")).at_line(line)
    };
    for (place, sum) in &sums.held {
        if doubtful.contains(&place.1) {
            let message = "its balance is not derived: a row of this coin was rejected".to_owned();
            intake.issue(missing(message, place, sum.line));
        } else if sum.was_below_zero() {
            let message = format!(
                "its balance is not derived: the changes of this file bring it to {} and to {} at the lowest, so at least {} was there before",
                sum.total, sum.lowest, -sum.lowest
            );
            intake.issue(missing(message, place, sum.line));
        } else if !sum.is_zero() {
            let balance = Balance { venue: VENUE, account: &place.0, asset: &place.1, line: sum.line };
            let result = match place.0.split(' ').next() {
                Some(EARN) => balance.lend(sum.total, None, intake),
                Some(LOAN) => balance.pledge(sum.total, None, intake),
                _ => balance.hold(sum.total, intake),
            };
            if let Err(issue) = result {
                intake.issue(issue.at_line(sum.line));
            }
        }
    }
    for (place, sum) in &sums.owed {
        if doubtful.contains(&place.1) || sum.was_below_zero() {
            let message = match doubtful.contains(&place.1) {
                true => "what is owed is not derived: a row of this coin was rejected",
                false => "what is owed is not derived: more of it was repaid than the rows of this file show as borrowed",
            };
            intake.issue(missing(message.to_owned(), place, sum.line));
        } else if !sum.is_zero() {
            let message = "owed: what was borrowed less what was repaid; interest that was not charged yet is not in it";
            intake.note(sum.line, Issue::noted(IssueKind::Conversion, message).about(&place.1));
            let balance = Balance { venue: VENUE, account: &place.0, asset: &place.1, line: sum.line };
            if let Err(issue) = balance.lend(-sum.total, None, intake) {
                intake.issue(issue.at_line(sum.line));
            }
        }
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
