//! Ledgers of transactions, as trackers and brokers export them → what is held at their end.
//!
//! Quantities are summed in the order of time; the average cost of what came in at a price in dollars is the entry price. Invariant:
//! nothing is made up. A holding that comes out negative is kept and noted, because the ledger is incomplete; cash follows only where
//! deposits stand in the ledger and its balance never falls below 0; a price in another currency gives no entry price and no mark.

use crate::book::Stated;
use crate::import::content::Content;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::ledger_asset::Asset;
use crate::import::row::Row;
use crate::import::schema::Schema;
use crate::import::table::Table;
use crate::import::{Imported, MAX_FACTS};
use crate::issue::{Issue, IssueKind};
use crate::market::{FactValue, Origin};
use crate::units::{Price, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A balance this little below 0 is one of rounded cents.
const CENT: f64 = 0.005;

enum Effect {
    /// Comes in or goes out; `price` is what a unit of it cost, US dollars. What is sold short may go below 0.
    Flow { asset: Asset, quantity: f64, price: Option<f64>, is_short: bool },
    /// Becomes more or fewer without any payment.
    Split { asset: Asset, quantity: f64 },
    /// Goes from one form to another with its cost.
    Shift { from: Asset, to: Asset, quantity: f64 },
    /// Ends, whichever way it was held.
    Close { asset: Asset, quantity: f64 },
}

/// What one row did.
pub(super) struct Transaction {
    line: u64,
    time: Timestamp,
    id: String,
    effects: Vec<Effect>,
    /// Prices of that time by code of the underlying, US dollars.
    prices: Vec<(String, f64)>,
    /// State currencies that were paid in.
    deposits: Vec<String>,
}

impl Transaction {
    /// Nothing yet, of this row and time.
    pub(super) fn new(line: u64, time: Timestamp) -> Transaction {
        Transaction { line, time, id: String::new(), effects: Vec::new(), prices: Vec::new(), deposits: Vec::new() }
    }

    /// The venue's own number of it: of two rows with one number that move the same, one counts.
    #[must_use]
    pub(super) fn with_id(mut self, id: &str) -> Transaction {
        id.clone_into(&mut self.id);
        self
    }

    /// Something comes in (+) or goes out (−); nobody says what it cost.
    pub(super) fn flow(&mut self, asset: Asset, quantity: f64) {
        self.effects.push(Effect::Flow { asset, quantity, price: None, is_short: false });
    }

    /// The same, bought, sold or earned at a price per unit, where it is in dollars.
    pub(super) fn priced(&mut self, asset: Asset, quantity: f64, price: Option<f64>) {
        self.quote(&asset, price);
        self.effects.push(Effect::Flow { asset, quantity, price, is_short: false });
    }

    /// The same, sold without holding it.
    pub(super) fn sold_short(&mut self, asset: Asset, quantity: f64, price: Option<f64>) {
        self.quote(&asset, price);
        self.effects.push(Effect::Flow { asset, quantity, price, is_short: true });
    }

    /// One thing for another; the price is in dollars where either of them is.
    pub(super) fn trade(&mut self, asset: Asset, quantity: f64, other: Asset, amount: f64) {
        let ratio = |paid: f64, units: f64| (units != 0.0).then(|| (paid / units).abs());
        let price = other.is_dollar().then(|| ratio(amount, quantity)).flatten();
        let reverse = (asset.is_dollar() && !other.is_dollar()).then(|| ratio(quantity, amount)).flatten();
        self.priced(asset, quantity, price);
        self.priced(other, amount, reverse);
    }

    /// Something is paid in (+) or out (−) from outside of the ledger.
    pub(super) fn transfer(&mut self, asset: Asset, quantity: f64) {
        if asset.is_state_currency && quantity > 0.0 {
            self.deposits.push(asset.name.clone());
        }
        self.flow(asset, quantity);
    }

    /// A holding is split or joined.
    pub(super) fn split(&mut self, asset: Asset, quantity: f64) {
        self.effects.push(Effect::Split { asset, quantity });
    }

    /// A quantity changes its form, such as into a stake.
    pub(super) fn shift(&mut self, from: Asset, to: Asset, quantity: f64) {
        self.effects.push(Effect::Shift { from, to, quantity });
    }

    /// A contract runs out.
    pub(super) fn close(&mut self, asset: Asset, quantity: f64) {
        self.effects.push(Effect::Close { asset, quantity });
    }

    /// What a unit was worth then, US dollars.
    pub(super) fn quote(&mut self, asset: &Asset, price: Option<f64>) {
        let has_spot = !asset.is_dollar() && asset.instrument.option_terms().is_none();
        if let Some(price) = price.filter(|price| price.is_finite() && *price > 0.0 && has_spot) {
            self.prices.push((asset.instrument.underlying().to_owned(), price));
        }
    }

    /// What it moves besides cash, to know it again.
    fn signature(&self) -> Vec<(&str, u64)> {
        let moves = self.effects.iter().map(|effect| match effect {
            Effect::Flow { asset, quantity, .. } | Effect::Split { asset, quantity } | Effect::Close { asset, quantity } => {
                (asset, quantity)
            }
            Effect::Shift { from, quantity, .. } => (from, quantity),
        });
        moves.filter(|(asset, _)| !asset.is_state_currency).map(|(asset, quantity)| (asset.name.as_str(), quantity.to_bits())).collect()
    }
}

/// Reads every row of a table and hands over what is held at the end. `each` gives what a row did, or `None` where it only explains.
pub(super) fn read<const N: usize>(
    (venue, schema): (&'static str, &Schema<N>),
    (content, table): (&Content, Option<&Table>),
    out: &mut Imported,
    mut each: impl FnMut(&Row<'_, N>, &mut Intake<'_>) -> Result<Option<Transaction>, Issue>,
) {
    let Some(table) = table.or(content.table()) else { return };
    let mut intake = Intake::new(out, content.name);
    let (mut transactions, mut rows) = (Vec::new(), 0);
    schema.read_table(table, &content.text, &mut intake, |row, intake| {
        rows += 1;
        if rows > MAX_FACTS {
            let message = format!("more than {MAX_FACTS} rows: holdings are not rebuilt from part of a ledger, split the file by asset");
            return Err(Issue::rejected(IssueKind::Unsupported, message));
        }
        if let Some(transaction) = each(row, intake)? {
            intake.kind("transaction");
            transactions.push(transaction);
        }
        Ok(())
    });
    if !transactions.is_empty() && rows <= MAX_FACTS {
        settle(venue, transactions, &mut intake);
    }
    intake.finish();
}

struct Held {
    asset: Asset,
    quantity: f64,
    /// Everything that was moved, the scale of rounding errors.
    moved: f64,
    /// What was paid for what is held, US dollars; `None` where part of it has no price in dollars.
    cost: Option<f64>,
    /// Lowest quantity at the end of any instant.
    lowest: f64,
    line: u64,
}

impl Held {
    fn is_zero(&self) -> bool {
        self.quantity.abs() <= 1e-11 * self.moved
    }

    fn flow(&mut self, quantity: f64, price: Option<f64>, is_short: bool) {
        if self.is_zero() {
            (self.quantity, self.cost) = (0.0, Some(0.0));
        }
        let before = self.quantity;
        self.quantity += quantity;
        self.moved += quantity.abs();
        let after = if self.is_zero() { 0.0 } else { self.quantity };
        let is_unexplained = after < 0.0 && !is_short && (before >= 0.0 || quantity < 0.0);
        self.cost = if is_unexplained {
            None
        } else if before * quantity >= 0.0 {
            self.cost.zip(price).map(|(cost, price)| cost + quantity * price)
        } else if before * after >= 0.0 {
            self.cost.map(|cost| cost * after / before)
        } else {
            self.cost.and(price).map(|price| after * price)
        };
    }

    fn split(&mut self, quantity: f64) {
        let cost = self.cost.filter(|_| !self.is_zero());
        self.quantity += quantity;
        self.moved += quantity.abs();
        self.cost = cost;
    }

    fn average(&self) -> Option<f64> {
        self.cost.filter(|_| !self.is_zero()).map(|cost| cost / self.quantity)
    }
}

#[derive(Default)]
struct Pot {
    held: BTreeMap<String, Held>,
    prices: BTreeMap<String, (f64, Timestamp, u64)>,
    deposits: BTreeSet<String>,
}

impl Pot {
    fn of(&mut self, asset: &Asset, line: u64) -> &mut Held {
        let fresh = || Held { asset: asset.clone(), quantity: 0.0, moved: 0.0, cost: Some(0.0), lowest: 0.0, line };
        let held = self.held.entry(asset.name.clone()).or_insert_with(fresh);
        held.line = line;
        held
    }

    fn apply(&mut self, transaction: &Transaction) {
        let line = transaction.line;
        for effect in &transaction.effects {
            match effect {
                Effect::Flow { asset, quantity, price, is_short } => self.of(asset, line).flow(*quantity, *price, *is_short),
                Effect::Split { asset, quantity } => {
                    // A price of before is one of other units.
                    self.prices.remove(asset.instrument.underlying());
                    self.of(asset, line).split(*quantity);
                }
                Effect::Shift { from, to, quantity } => {
                    let source = self.of(from, line);
                    let price = source.average().filter(|_| source.quantity >= *quantity);
                    source.flow(-quantity, None, false);
                    self.of(to, line).flow(*quantity, price, false);
                }
                Effect::Close { asset, quantity } => {
                    let held = self.of(asset, line);
                    held.flow(-held.quantity.signum() * quantity.abs().min(held.quantity.abs()), None, false);
                }
            }
        }
        for (name, price) in &transaction.prices {
            self.prices.insert(name.clone(), (*price, transaction.time, line));
        }
        self.deposits.extend(transaction.deposits.iter().cloned());
    }
}

fn settle(venue: &'static str, mut transactions: Vec<Transaction>, intake: &mut Intake<'_>) {
    let count = transactions.len();
    drop_repeated(&mut transactions, intake);
    // Exports put either the first or the last row on top; rows of one instant happened in the order of their file.
    let (mut falls, mut rises) = (0_usize, 0_usize);
    for (before, after) in transactions.iter().zip(transactions.iter().skip(1)) {
        falls += usize::from(before.time > after.time);
        rises += usize::from(before.time < after.time);
    }
    if falls > rises {
        transactions.reverse();
    }
    transactions.sort_by_key(|transaction| transaction.time);
    let mut pot = Pot::default();
    for (index, transaction) in transactions.iter().enumerate() {
        pot.apply(transaction);
        if transactions.get(index + 1).is_none_or(|next| next.time > transaction.time) {
            for held in pot.held.values_mut().filter(|held| held.asset.is_state_currency) {
                held.lowest = held.lowest.min(held.quantity);
            }
        }
    }
    let day =
        |transaction: Option<&Transaction>| transaction.map_or_else(String::new, |found| found.time.to_string().chars().take(10).collect());
    let rows = intake.rows();
    let missing = match rows.rejected {
        0 => String::new(),
        rejected => format!(", without what {rejected} rows moved that were left out"),
    };
    let message = format!(
        "holdings rebuilt from {count} transactions, {} rows, of {} to {}{missing}: what was held before or elsewhere is not in them",
        rows.read,
        day(transactions.first()),
        day(transactions.last())
    );
    intake.issue(Issue::noted(IssueKind::Conversion, message));
    hand_over(venue, &pot, intake);
}

/// Leaves out what stands in the ledger twice, once in each of two currencies for instance; the row with a price in dollars counts.
fn drop_repeated(transactions: &mut Vec<Transaction>, intake: &mut Intake<'_>) {
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut repeated: BTreeMap<usize, u64> = BTreeMap::new();
    for (index, transaction) in transactions.iter().enumerate().filter(|(_, transaction)| !transaction.id.is_empty()) {
        let key = (transaction.id.clone(), format!("{:?} {}", transaction.signature(), transaction.time.ms()));
        let Some(first) = known.get(&key).copied() else {
            known.insert(key, index);
            continue;
        };
        let Some(before) = transactions.get(first) else { continue };
        if before.prices.is_empty() && !transaction.prices.is_empty() {
            repeated.insert(first, transaction.line);
            known.insert(key, index);
        } else {
            repeated.insert(index, before.line);
        }
    }
    let mut index = 0;
    transactions.retain(|transaction| {
        let other = repeated.get(&index);
        index += 1;
        if let Some(other) = other {
            let message = format!("the same transaction as on line {other}, by its number: counted once");
            let issue = Issue::noted(IssueKind::Conversion, message).with_value(&transaction.id);
            intake.note_on(transaction.line, "a transaction that stands twice", issue);
        }
        other.is_none()
    });
}

fn hand_over(venue: &'static str, pot: &Pot, intake: &mut Intake<'_>) {
    let mut without_deposits = Vec::new();
    for (name, held) in &pot.held {
        let about = |message: String| Issue::noted(IssueKind::MissingData, message).about(name);
        if held.asset.is_state_currency {
            if !pot.deposits.contains(name) {
                without_deposits.push(name.as_str());
                continue;
            }
            if held.lowest < -CENT - 1e-9 * held.moved {
                let message = format!("cash is not derived: its balance would have fallen to {}, so deposits are missing", held.lowest);
                intake.issue(about(message).at_line(held.line));
                continue;
            }
        }
        if held.is_zero() || (held.asset.is_state_currency && held.quantity.abs() < CENT) {
            continue;
        }
        if held.quantity < 0.0 && held.cost.is_none() {
            let message = format!("comes out at {}: the ledger is incomplete, it does not say where this came from", held.quantity);
            intake.issue(about(message).at_line(held.line));
        }
        let instrument = held.asset.instrument.clone();
        let entry = held.average().filter(|_| !instrument.is_currency() && !held.asset.is_state_currency);
        if entry.is_none() && held.quantity > 0.0 && !instrument.is_currency() && !held.asset.is_state_currency {
            intake.note(held.line, about("no entry price: part of it came in at no price, or at none in US dollars".to_owned()));
        }
        let result = entry.map(Price::new).transpose().and_then(|entry| {
            let (name, account, quantity, stated) = (name.clone(), String::new(), held.quantity, Stated::default());
            let underlying = instrument.underlying().to_owned();
            if let Some((price, time, line)) = pot.prices.get(&underlying).filter(|_| instrument.option_terms().is_none()) {
                let value = FactValue::Spot { underlying, price: Price::new(*price)? };
                intake.fact(value, Some(*time), Origin::Position, *line);
            }
            Holding { name, account, venue, instrument: instrument.clone(), quantity, entry, mark: None, stated }.record(held.line, intake)
        });
        if let Err(issue) = result {
            intake.issue(issue.about(name).at_line(held.line));
        }
    }
    if !without_deposits.is_empty() {
        let codes = without_deposits.join(", ");
        let message = format!("cash in {codes} is not derived: no deposits of it stand in the ledger, so its balance is not known");
        intake.issue(Issue::noted(IssueKind::MissingData, message));
    }
}
