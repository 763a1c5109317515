//! Bybit's data export `AssetChangeDetails_uta` and `_fund`: a table of every change → what is left after the last one
//! (venues.md, section 4).
//!
//! A row states the position and the wallet after it. `Direction` is that of the trade: a SELL that opens leaves a short position,
//! a SELL that closes leaves the rest of a long one; on a settlement row it is the side of the position. Rows of spot trades have no
//! `Action` and say nothing about positions. Rows stand in no order that can be relied on: `Time` orders them.

use crate::book::Stated;
use crate::import::balance::Balance;
use crate::import::binance_name::per_coin;
use crate::import::bybit_name::{self, VENUE};
use crate::import::content::Content;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::units::{Price, Timestamp};
use std::collections::BTreeMap;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "bybit-asset-changes",
    label: "Bybit asset changes (CSV)",
    doc: "Bybit's data export AssetChangeDetails_uta (columns Currency, Contract, Position, Wallet Balance, Action) or \
          AssetChangeDetails_fund (columns Coin, QTY, Account Balance)",
    recognizes,
    read,
};

const UID: usize = 0;
const TIME: usize = 1;
const ASSET: usize = 2;
const BALANCE: usize = 3;
const CONTRACT: usize = 4;
const ACTION: usize = 5;
const DIRECTION: usize = 6;
const POSITION: usize = 7;
const QUANTITY: usize = 8;
const PRICE: usize = 9;
const CASH_FLOW: usize = 10;

type Change<'a> = Row<'a, 11>;

const SCHEMA: Schema<11> = Schema {
    fields: [
        Field { names: &["uid"], is_number: false },
        Field { names: &["timeutc", "time", "datetimeutc"], is_number: false },
        Field { names: &["currency", "coin"], is_number: false },
        Field { names: &["walletbalance", "accountbalance"], is_number: true },
        Field { names: &["contract"], is_number: false },
        Field { names: &["action"], is_number: false },
        Field { names: &["direction"], is_number: false },
        Field { names: &["position"], is_number: true },
        Field { names: &["quantity", "qty"], is_number: true },
        Field { names: &["filledprice"], is_number: true },
        Field { names: &["cashflow"], is_number: true },
    ],
    required: &[TIME, ASSET, BALANCE],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    let has = |names: &[&str]| content.table().is_some_and(|table| names.iter().all(|name| table.has(name)));
    has(&["Currency", "Contract", "Position", "Wallet Balance", "Action"]) || has(&["Coin", "QTY", "Account Balance"])
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    let is_funding = content.table().is_some_and(|table| table.has("Account Balance"));
    let mut log = Log::default();
    SCHEMA.read(content, &mut intake, |row, intake| log.add(row, is_funding, intake));
    log.finish(&mut intake);
    intake.finish();
}

/// A change of a wallet or a position, in the order of its time.
struct Entry<T> {
    time: Timestamp,
    /// Place in the file, from 0.
    place: usize,
    line: u64,
    what: T,
}

/// What a row says of a position.
struct Move {
    account: String,
    contract: String,
    instrument: Instrument,
    /// Position after the row, as it stands.
    position: f64,
    /// Sign that action and direction give to a position without one.
    side: Option<f64>,
    action: String,
    quantity: Option<f64>,
    price: Option<f64>,
    cash_flow: Option<f64>,
}

#[derive(Default)]
struct Log {
    wallets: Vec<Entry<(String, String, f64)>>,
    moves: Vec<Entry<Move>>,
    /// Pairs of neighbouring rows whose times fall, less those whose times rise.
    falling: i64,
    last: Option<Timestamp>,
    rows: usize,
}

impl Log {
    fn add(&mut self, row: &Change<'_>, is_funding: bool, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let time = row.time(TIME)?.ok_or_else(|| row.refuse(TIME, IssueKind::MissingData, "the row has no time"))?;
        if let Some(last) = self.last.replace(time) {
            self.falling += i64::from(last > time) - i64::from(last < time);
        }
        let place = self.rows;
        self.rows += 1;
        let uid = row.text(UID, intake)?;
        let account = if is_funding { format!("{uid} funding").trim().to_owned() } else { uid };
        let asset = row.text(ASSET, intake)?;
        if let Some(balance) = amount(row, BALANCE, intake)? {
            if asset.is_empty() {
                return Err(row.refuse(ASSET, IssueKind::MissingData, "the row states a balance and names no currency"));
            }
            self.wallets.push(Entry { time, place, line: row.line, what: (account.clone(), asset, balance) });
        }
        if let Some(what) = read_move(row, account, intake)? {
            self.moves.push(Entry { time, place, line: row.line, what });
        }
        Ok(())
    }

    /// Orders by time; of one instant, by the file's own direction, which is the latest first as Bybit writes it.
    fn sort<T>(entries: &mut [Entry<T>], is_falling: bool) {
        entries.sort_by_key(|entry| (entry.time, if is_falling { usize::MAX - entry.place } else { entry.place }));
    }

    fn finish(mut self, intake: &mut Intake<'_>) {
        let is_falling = self.falling > 0;
        Log::sort(&mut self.wallets, is_falling);
        Log::sort(&mut self.moves, is_falling);
        // A column that writes shorts with a sign needs no reading of sides.
        let is_signed = self.moves.iter().any(|entry| entry.what.position < 0.0);
        let mut held: BTreeMap<(String, String), Held> = BTreeMap::new();
        for entry in self.moves {
            let key = (entry.what.account.clone(), entry.what.contract.clone());
            let after = Held::after(entry, held.get(&key), is_signed);
            held.insert(key, after);
        }
        let mut wallets: BTreeMap<(String, String), (u64, f64)> = BTreeMap::new();
        for Entry { line, what: (account, asset, balance), .. } in self.wallets {
            wallets.insert((account, asset), (line, balance));
        }
        if !(held.is_empty() && wallets.is_empty()) {
            let message = "positions and balances are those after the last row of each contract and currency: one without a row in this \
                           file is not seen, and neither is a later change";
            intake.issue(Issue::noted(IssueKind::Conversion, message));
        }
        for ((account, contract), held) in held {
            held.record(account, contract, intake);
        }
        for ((account, asset), (line, balance)) in wallets {
            let result = Balance { venue: VENUE, account: &account, asset: &asset, line }.hold(balance, intake);
            if let Err(issue) = result {
                intake.issue(issue.at_line(line));
            }
        }
    }
}

/// A number; the export writes `--` where there is none.
fn amount(row: &Change<'_>, field: usize, intake: &mut Intake<'_>) -> Result<Option<f64>, Issue> {
    if row.raw(field) == "--" { Ok(None) } else { row.amount(field, intake) }
}

fn read_move(row: &Change<'_>, account: String, intake: &mut Intake<'_>) -> Result<Option<Move>, Issue> {
    let action = row.raw(ACTION).to_uppercase();
    if matches!(action.as_str(), "" | "--") {
        return Ok(None);
    }
    let Some(position) = amount(row, POSITION, intake)? else {
        row.note(POSITION, intake, "a row of a contract that states no position after it: it moves none");
        return Ok(None);
    };
    let contract = row.text(CONTRACT, intake)?;
    let Some(instrument) = bybit_name::parse(&contract) else {
        if position == 0.0 {
            return Ok(None);
        }
        let accepted = "no contract that is read here: BTCUSDT, BTCPERP, BTCUSD, BTCUSDZ24, BTC-27DEC24 and BTC-27DEC24-60000-C are \
                        accepted; its position is left out, its wallet balance is not";
        return Err(row.refuse(CONTRACT, IssueKind::Unsupported, accepted));
    };
    let side = match (action.as_str(), row.raw(DIRECTION)) {
        ("OPEN" | "SETTLEMENT", "BUY") | ("CLOSE", "SELL") => Some(1.0),
        ("OPEN" | "SETTLEMENT", "SELL") | ("CLOSE", "BUY") => Some(-1.0),
        _ => None,
    };
    if side.is_none() && position > 0.0 {
        let message = "whether the position is long or short is not clear: actions OPEN, CLOSE and SETTLEMENT with direction BUY or SELL \
                       are accepted";
        return Err(row.refuse(ACTION, IssueKind::Unsupported, message));
    }
    let (quantity, price, cash_flow) = (amount(row, QUANTITY, intake)?, amount(row, PRICE, intake)?, amount(row, CASH_FLOW, intake)?);
    Ok(Some(Move { account, contract, instrument, position, side, action, quantity, price, cash_flow }))
}

/// A position after a row.
struct Held {
    instrument: Instrument,
    quantity: f64,
    entry: Option<f64>,
    /// Whether the entry was worked out from the profit of a closing trade.
    is_derived: bool,
    time: Timestamp,
    line: u64,
}

impl Held {
    fn after(entry: Entry<Move>, before: Option<&Held>, is_signed: bool) -> Held {
        let Entry { time, line, what: change, .. } = entry;
        let sign = if is_signed { 1.0 } else { change.side.unwrap_or(1.0) };
        let quantity = sign * change.position;
        let (entry, is_derived) = change.average(quantity, before);
        Held { instrument: change.instrument, quantity, entry, is_derived, time, line }
    }

    fn record(self, account: String, contract: String, intake: &mut Intake<'_>) {
        if self.is_derived {
            let message = "the entry price is worked out from the profit of a closing trade, which is counted from it";
            intake.note(self.line, Issue::noted(IssueKind::Conversion, message).in_column("Cash Flow").about(&contract));
        }
        let stated = Stated { time: Some(self.time), ..Stated::default() };
        let price = self.entry.and_then(|entry| Price::new(entry).ok()).filter(|price| price.get() > 0.0);
        let result = per_coin(&self.instrument, price).and_then(|entry| {
            let (instrument, quantity) = (self.instrument, self.quantity);
            Holding { name: contract, account, venue: VENUE, instrument, quantity, entry, mark: None, stated }.record(self.line, intake)
        });
        if let Err(issue) = result {
            intake.issue(issue.at_line(self.line));
        }
    }
}

impl Move {
    /// Average entry price after the row, where this row and those before it tell, and whether it was worked out from a profit.
    fn average(&self, quantity: f64, before: Option<&Held>) -> (Option<f64>, bool) {
        let held = before.map_or(0.0, |before| before.quantity);
        let known = before.and_then(|before| Some((before.entry?, before.is_derived)));
        let is_near = |one: f64, other: f64| (one - other).abs() <= 1e-9 * quantity.abs();
        let traded = self.quantity.unwrap_or(0.0).abs();
        let average = match self.action.as_str() {
            _ if quantity == 0.0 => None,
            // The position was flat before: whatever came earlier is closed.
            "OPEN" if is_near(traded, quantity.abs()) => self.price.map(|price| (price, false)),
            "OPEN" if is_near(held.abs() + traded, quantity.abs()) => self.price.zip(known).map(|(price, (entry, is_derived))| {
                let average = match self.instrument.settlement() {
                    Settlement::Linear => (held.abs() * entry + traded * price) / quantity.abs(),
                    Settlement::Inverse => quantity.abs() / (held.abs() / entry + traded / price),
                };
                (average, is_derived)
            }),
            "CLOSE" if known.is_some() && is_near(held.abs() - traded, quantity.abs()) => known,
            "CLOSE" => self.entry_of_profit(quantity.signum(), traded).map(|entry| (entry, true)),
            "SETTLEMENT" if is_near(held, quantity) => known,
            _ => None,
        };
        (average.map(|(entry, _)| entry), average.is_some_and(|(_, is_derived)| is_derived))
    }

    /// The entry price that makes the profit of a closing trade what it is; not for options, nor for USDC contracts, whose profit
    /// was once settled before they were closed.
    fn entry_of_profit(&self, side: f64, traded: f64) -> Option<f64> {
        let is_counted_from_entry = self.instrument.has_gain() && self.instrument.quote().code() != "USDC";
        let (price, profit) = (self.price?, self.cash_flow?);
        let entry = match self.instrument.settlement() {
            Settlement::Linear => price - side * profit / traded,
            Settlement::Inverse => 1.0 / (1.0 / price + side * profit / traded),
        };
        (is_counted_from_entry && traded > 0.0 && entry.is_finite() && entry > 0.0).then_some(entry)
    }
}
