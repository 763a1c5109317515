//! Every change of every account of Binance → balances by account and coin.
//!
//! A balance is the sum of its changes, whatever the operation is called. Three kinds of operation say more: what goes into Simple Earn
//! or is pledged for a loan leaves one account and often appears in no other, so it is held there; what is borrowed is owed. Invariant:
//! a balance that its own rows bring below zero is not handed over, since the history begins after it did.

use crate::import::balance::Balance;
use crate::import::binance_name::VENUE;
use crate::import::intake::Intake;
use crate::issue::{Issue, IssueKind};
use crate::units::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Account of Simple Earn, as in the replies of the programming interface.
pub(super) const EARN: &str = "earn";
/// Account of loans that are secured by coins.
const LOAN: &str = "loan";
/// Legs of one trade may stand a second apart.
const INSTANT_MS: i64 = 1000;
/// A balance this little below 0 is one of rounded digits.
const DUST: f64 = 1e-8;

/// What an operation says beyond its change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
pub(super) struct Change {
    /// Its line, from 1.
    pub line: u64,
    /// When it happened.
    pub time: Timestamp,
    /// Whose it is; may be empty.
    pub user: String,
    /// The account.
    pub account: String,
    /// The coin.
    pub coin: String,
    /// + came in, − went out.
    pub amount: f64,
    /// What its operation says besides.
    pub kind: Kind,
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

/// Hands over what is left after all changes; of a coin in `doubtful` a row is missing.
pub(super) fn hand_over(mut changes: Vec<Change>, doubtful: &BTreeSet<String>, intake: &mut Intake<'_>) {
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
    let missing = match intake.rows().rejected {
        0 => String::new(),
        rejected => format!(", without {rejected} rows that were left out"),
    };
    let message = format!(
        "balances are the sums of {} changes of {} to {}{missing}: what an account held before the first of them is not in them",
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
