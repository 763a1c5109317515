//! What tokens to come do to the price of those held: the overhang of the fully diluted value, and the next unlock.
//!
//! Input: a valued book and a table of supplies that the user keeps, since no venue's file states them and none is built in. Output:
//! [`Overhang`]s of the coins that are held, staked or lent. `(FDV − MC)/MC` is a ratio of supplies, the price cancels;
//! `P′ = P·(circulating/(circulating + unlock))^ε` is the price if the value of the whole market stays where ε is 1, and stays itself
//! where it is 0. Invariant: a row of the table that cannot be read is an [`Issue`] with line, column and value, never a guess.

use crate::book::Book;
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind, Partial};
use crate::math::pow;
use crate::price::Valued;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column of the table holds.
pub struct ColumnDef {
    /// Its name in the header.
    pub id: &'static str,
    /// What it holds and in what unit.
    pub doc: &'static str,
    /// Whether every row needs it.
    pub is_required: bool,
}

/// The columns of the table, in any order.
pub const COLUMNS: [ColumnDef; 6] = [
    column("asset", "code of the coin as the positions have it", true),
    column("circulating", "coins that are traded, > 0", true),
    column("total", "coins that there will ever be, at least those that are traded", true),
    column("unlock", "coins that the next unlock adds, at most those that are not traded yet", false),
    column("date", "when: 2026-12-31 or 2026-12-31T12:00:00Z, UTC", false),
    column("elasticity", "ε of the price by the supply, 0 to 5; 1 keeps the market's value", false),
];

const ASSET: usize = 0;
const CIRCULATING: usize = 1;
const TOTAL: usize = 2;
const UNLOCK: usize = 3;
const DATE: usize = 4;
const ELASTICITY: usize = 5;

/// Largest elasticity that is read.
const MOST_ELASTICITY: f64 = 5.0;

const fn column(id: &'static str, doc: &'static str, is_required: bool) -> ColumnDef {
    ColumnDef { id, doc, is_required }
}

/// What the user knows of a coin's supply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supply {
    /// Code of the coin, capital letters.
    pub asset: String,
    /// Coins that are traded, > 0.
    pub circulating: f64,
    /// Coins that there will ever be, at least as many.
    pub total: f64,
    /// Coins that the next unlock adds, > 0; `None` where none is known.
    pub unlock: Option<f64>,
    /// When it is due.
    pub date: Option<Timestamp>,
    /// ε; `None` where no price effect is meant.
    pub elasticity: Option<f64>,
    /// Line of the table.
    pub line: u64,
}

impl Supply {
    /// `(FDV − MC)/MC`, a fraction ≥ 0.
    pub fn overhang(&self) -> f64 {
        self.total / self.circulating - 1.0
    }

    /// `P′/P` after the unlock; `None` where unlock or elasticity is not known.
    pub fn price_factor(&self) -> Option<f64> {
        let (unlock, elasticity) = self.unlock.zip(self.elasticity)?;
        Some(pow(self.circulating / (self.circulating + unlock), elasticity))
    }
}

/// A coin that is held and whose supply is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overhang {
    /// What is known of the supply.
    pub supply: Supply,
    /// Coins held, staked and lent, less those borrowed.
    pub coins: f64,
    /// Spot, US dollars.
    pub spot: f64,
    /// Value of what is traded, US dollars.
    pub market_cap: f64,
    /// Value of everything at today's price, US dollars.
    pub fully_diluted: f64,
    /// `(FDV − MC)/MC`, a fraction.
    pub overhang: f64,
    /// Days to the unlock.
    pub days: Option<f64>,
    /// Price after it, US dollars.
    pub spot_after: Option<f64>,
    /// What the holding gains by it, US dollars: a loss is negative.
    pub pnl: Option<f64>,
}

/// The panel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overhangs {
    /// By asset.
    pub rows: Vec<Overhang>,
    /// Sum over the rows that have one, US dollars; `None` where none has.
    pub pnl: Option<f64>,
    /// Coins that are held and that the table does not name, by asset.
    pub without_supply: Vec<String>,
    /// What was assumed and what is left out.
    pub issues: Vec<Issue>,
}

/// Reads a table of supplies; `file` names it in issues.
pub fn read_supplies(text: &str, file: &str) -> Partial<Vec<Supply>> {
    let mut issues = Vec::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().cloned().map_err(|error| unreadable(&error));
    let header_line = header.as_ref().ok().and_then(csv::StringRecord::position).map_or(1, csv::Position::line);
    let columns = match header.and_then(|header| columns(&header, &mut issues)) {
        Ok(columns) => columns,
        Err(issue) => return Partial { value: Vec::new(), issues: vec![issue.in_file(file).at_line(header_line)] },
    };
    issues = issues.into_iter().map(|issue| issue.at_line(header_line)).collect();
    let mut supplies: BTreeMap<String, Supply> = BTreeMap::new();
    for record in reader.records() {
        let (line, read) = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                (line, Cells { record: &record, columns: &columns }.supply(line))
            }
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(unreadable(&error))),
        };
        let read = read.and_then(|supply| match supplies.get(&supply.asset) {
            Some(known) => {
                let message = format!("line {} says already what is known of this coin: one row for each is accepted", known.line);
                Err(Issue::rejected(IssueKind::Invalid, message).in_column(id(ASSET)).with_value(&supply.asset))
            }
            None => Ok(supply),
        });
        match read {
            Ok(supply) => drop(supplies.insert(supply.asset.clone(), supply)),
            Err(issue) => issues.push(issue.at_line(line)),
        }
    }
    Partial { value: supplies.into_values().collect(), issues: issues.into_iter().map(|issue| issue.in_file(file)).collect() }
}

fn unreadable(error: &csv::Error) -> Issue {
    Issue::rejected(IssueKind::Parse, format!("not a row of a table with commas: {error}"))
}

fn id(column: usize) -> &'static str {
    COLUMNS.get(column).map_or("", |column| column.id)
}

/// Where each column stands.
fn columns(header: &csv::StringRecord, issues: &mut Vec<Issue>) -> Result<[Option<usize>; COLUMNS.len()], Issue> {
    let mut columns = [None; COLUMNS.len()];
    for (place, name) in header.iter().enumerate() {
        let known = COLUMNS.iter().position(|column| column.id.eq_ignore_ascii_case(name));
        match known.and_then(|known| columns.get_mut(known)) {
            Some(Some(_)) => {
                let message = "the column stands twice: keep one of the two";
                return Err(Issue::rejected(IssueKind::Invalid, message).in_column(name));
            }
            Some(column) => *column = Some(place),
            None => {
                let known: Vec<&str> = COLUMNS.iter().map(|column| column.id).collect();
                let message = format!("the column is not read; these are: {}", known.join(", "));
                issues.push(Issue::noted(IssueKind::Unsupported, message).in_column(name));
            }
        }
    }
    match COLUMNS.iter().zip(&columns).find(|(column, place)| column.is_required && place.is_none()) {
        Some((column, _)) => {
            let message = format!("the column {} is missing: {}", column.id, column.doc);
            Err(Issue::rejected(IssueKind::MissingData, message).in_column(column.id))
        }
        None => Ok(columns),
    }
}

/// A row under the header.
struct Cells<'a> {
    record: &'a csv::StringRecord,
    columns: &'a [Option<usize>; COLUMNS.len()],
}

impl Cells<'_> {
    fn cell(&self, column: usize) -> &str {
        self.columns.get(column).copied().flatten().and_then(|place| self.record.get(place)).unwrap_or_default()
    }

    fn refuse(&self, column: usize, kind: IssueKind, message: impl Into<String>) -> Issue {
        Issue::rejected(kind, message).in_column(id(column)).with_value(self.cell(column))
    }

    /// A number within a range; `None` of an empty cell.
    fn number(&self, column: usize, least: f64, most: f64, accepted: &str) -> Result<Option<f64>, Issue> {
        let text = self.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let number =
            number.ok_or_else(|| self.refuse(column, IssueKind::Parse, format!("not a number such as 19800000 or 1.98e7; {accepted}")))?;
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(self.refuse(column, IssueKind::Invalid, accepted)) }
    }

    fn needed(&self, column: usize, least: f64, most: f64, accepted: &str) -> Result<f64, Issue> {
        self.number(column, least, most, accepted)?.ok_or_else(|| self.refuse(column, IssueKind::MissingData, accepted))
    }

    fn supply(&self, line: u64) -> Result<Supply, Issue> {
        const MOST: f64 = 1e30;
        let asset = self.cell(ASSET).to_uppercase();
        if asset.is_empty() {
            return Err(self.refuse(ASSET, IssueKind::MissingData, "the code of a coin is accepted"));
        }
        let circulating = self.needed(CIRCULATING, f64::MIN_POSITIVE, MOST, "coins above 0 are accepted")?;
        let total = self.needed(TOTAL, circulating, MOST, "at least the circulating coins are accepted")?;
        let locked = total - circulating;
        let most =
            format!("coins above 0 and at most the {locked} that are not traded yet are accepted, or nothing where no unlock is known");
        let unlock = self.number(UNLOCK, f64::MIN_POSITIVE, locked, &most)?;
        let date = match self.cell(DATE) {
            "" => None,
            text => Some(
                Timestamp::parse_iso(text)
                    .ok_or_else(|| self.refuse(DATE, IssueKind::Parse, "a date such as 2026-12-31 or 2026-12-31T12:00:00Z is accepted"))?,
            ),
        };
        let elasticity = self.number(ELASTICITY, 0.0, MOST_ELASTICITY, "0 to 5 are accepted, or nothing where no price effect is meant")?;
        Ok(Supply { asset, circulating, total, unlock, date, elasticity, line })
    }
}

/// What the supplies mean for what is held.
pub fn overhangs(supplies: &[Supply], book: &Book, valued: &Valued, as_of: Timestamp) -> Overhangs {
    let mut held: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for (position, valued) in book.positions.iter().zip(&valued.positions) {
        let Some(valued) = valued else { continue };
        let coins = match &position.instrument {
            Instrument::Spot(_) => 1.0,
            Instrument::Loan(_) if !position.instrument.is_currency() => 1.0,
            Instrument::Stake(stake) => stake.rate,
            _ => continue,
        };
        let sum = held.entry(position.instrument.underlying().to_uppercase()).or_insert((0.0, valued.spot));
        sum.0 += coins * position.quantity.get();
    }
    let mut found = Overhangs::default();
    for supply in supplies {
        let Some((coins, spot)) = held.remove(&supply.asset) else { continue };
        let days = supply.date.map(|date| as_of.days_to(date));
        let is_past = days.is_some_and(|days| days <= 0.0);
        if is_past {
            let message =
                "the unlock lies behind the book's time and counts for nothing: add it to the circulating coins and state the next one";
            let issue = Issue::noted(IssueKind::Invalid, message).about(&supply.asset).at_line(supply.line).in_column(id(DATE));
            found.issues.push(issue.with_value(&supply.date.map(|date| date.to_string()).unwrap_or_default()));
        }
        let spot_after = supply.price_factor().filter(|_| !is_past).map(|factor| spot * factor);
        found.rows.push(Overhang {
            coins,
            spot,
            market_cap: spot * supply.circulating,
            fully_diluted: spot * supply.total,
            overhang: supply.overhang(),
            days,
            spot_after,
            pnl: spot_after.map(|after| coins * (after - spot)),
            supply: supply.clone(),
        });
    }
    found.pnl = found.rows.iter().filter_map(|row| row.pnl).reduce(|sum, pnl| sum + pnl);
    found.without_supply = held.into_keys().collect();
    found
}
