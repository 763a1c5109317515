//! Daily closes of assets: a column for each asset beside the days, or rows of day, asset and close → [`History`].
//!
//! Invariant: every cell becomes a number of a day or is named; a blank one is a missing day and never 0. Of two numbers of one asset
//! and day the later in the file counts, which is said.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::mapping::DateOrder;
use crate::import::price_cell::{self, Cell, Style};
use crate::import::{CLOSES, ImportDef, Imported, MAX_OBSERVATIONS};
use crate::issue::{Issue, IssueKind};
use crate::market::history::{History, Observation, PriceSeries, SeriesKind};
use crate::units::Timestamp;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "price-history",
    label: "price history (CSV, XLSX)",
    doc: "Daily closes in dollars: a column date and one column for each asset, named by its code; or the columns date, symbol and close. \
          Yields are known by their names (DGS10), daily returns by their signs",
    recognizes,
    read,
};

/// Names of a column of days, in lower case and letters only.
const DAYS: [&str; 8] = ["date", "day", "time", "datetime", "timestamp", "observationdate", "tradedate", "datum"];
const SYMBOLS: [&str; 7] = ["symbol", "ticker", "asset", "coin", "code", "underlying", "instrument"];
const CLOSE_NAMES: [&str; 8] = ["close", "closeprice", "adjclose", "adjustedclose", "closeusd", "closingprice", "price", "priceusd"];
/// Names of columns that neither shape has.
const OTHERS: [&str; 37] = [
    "amount",
    "quantity",
    "qty",
    "size",
    "side",
    "type",
    "fee",
    "account",
    "value",
    "total",
    "balance",
    "status",
    "description",
    "action",
    "market",
    "pair",
    "strike",
    "expiry",
    "id",
    "currency",
    "open",
    "high",
    "low",
    "volume",
    "exdate",
    "dividend",
    "rate",
    "spot",
    "mark",
    "change",
    "transactionid",
    "timezone",
    "note",
    "notes",
    "name",
    "orderid",
    "fees",
];
/// What a file with days of one asset alone would not tell.
const FEWEST_DAYS: usize = 2;
/// Rows that are looked at before a table is known.
const LOOKED_AT: usize = 8;

/// Where the columns of a table stand.
enum Shape {
    /// Days, and the column of each code, with whether it was read off a longer name.
    Wide { day: usize, codes: Vec<(usize, String, bool)> },
    /// Days, codes, closes.
    Long { day: usize, symbol: usize, close: usize },
}

fn plain(name: &str) -> String {
    name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn shape(content: &Content) -> Option<Shape> {
    let table = content.table()?;
    let names: Vec<String> = table.header.iter().map(|name| plain(name)).collect();
    let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    // Exports of programs leave the column of days without a name.
    let day = place(&DAYS).or_else(|| names.first().is_some_and(String::is_empty).then_some(0))?;
    let has_other = |allowed: &[&str]| names.iter().any(|name| OTHERS.contains(&name.as_str()) && !allowed.contains(&name.as_str()));
    if let (Some(symbol), Some(close)) = (place(&SYMBOLS), place(&CLOSE_NAMES)) {
        let others = ["open", "high", "low", "volume", "currency", "name", "change"];
        return (!has_other(&others) && symbol != day).then_some(Shape::Long { day, symbol, close });
    }
    if has_other(&[]) || place(&SYMBOLS).is_some() || place(&CLOSE_NAMES).is_some() {
        return None;
    }
    let columns = table.header.iter().enumerate().filter(|(column, _)| *column != day);
    let codes: Option<Vec<(usize, String, bool)>> =
        columns.map(|(column, name)| price_cell::symbol(name).map(|(code, is_cut)| (column, code, is_cut))).collect();
    codes.filter(|codes| !codes.is_empty()).map(|codes| Shape::Wide { day, codes })
}

impl Shape {
    fn day(&self) -> usize {
        match self {
            Shape::Wide { day, .. } | Shape::Long { day, .. } => *day,
        }
    }

    fn numbers(&self) -> Vec<usize> {
        match self {
            Shape::Wide { codes, .. } => codes.iter().map(|(column, ..)| *column).collect(),
            Shape::Long { close, .. } => vec![*close],
        }
    }
}

/// A table with a column of days whose other columns hold numbers or nothing.
fn recognizes(content: &Content) -> bool {
    let (Some(shape), Some(table)) = (shape(content), content.table()) else { return false };
    let (style, month_first) = (Style::PLAIN, Style { order: DateOrder::MonthFirst, ..Style::PLAIN });
    let (mut rows, mut days, mut odd, mut numbers) = (0, 0, 0, 0);
    table.each_row(&content.text, |_, record| {
        rows += 1;
        if let Ok(record) = record {
            let cell = record.get(shape.day()).unwrap_or_default().trim();
            let is_day = style.day(cell).is_some() || month_first.day(cell).is_some();
            days += usize::from(is_day);
            for cell in shape.numbers().into_iter().filter_map(|column| record.get(column)) {
                match style.number(cell) {
                    Cell::Number(_) => numbers += 1,
                    Cell::Wrong(_) => odd += 1,
                    Cell::Blank | Cell::Missing => {}
                }
            }
        }
        if rows < LOOKED_AT { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    // Of an old asset among young ones the first rows are mostly blank.
    days > 0 && 2 * days >= rows && numbers > 0 && odd <= numbers
}

/// The days of one code as they are read.
#[derive(Default)]
struct Days {
    /// Number and line by day.
    numbers: BTreeMap<Timestamp, (f64, u64)>,
    first_line: u64,
    last: Option<Timestamp>,
    is_unsorted: bool,
}

/// Numbers of one file.
struct Reading<'a> {
    style: Style,
    by_code: BTreeMap<String, Days>,
    count: usize,
    header: &'a [String],
}

impl Reading<'_> {
    fn label(&self, column: usize) -> &str {
        self.header.get(column).map_or("", String::as_str)
    }

    /// The day of a row.
    fn day(&self, line: u64, column: usize, cell: &str, intake: &mut Intake<'_>) -> Result<Timestamp, Issue> {
        let issue = |message: &str| Issue::rejected(IssueKind::Parse, message).in_column(self.label(column)).with_value(cell.trim());
        let (day, reading) = self.style.day(cell).ok_or_else(|| issue("not a day that exists; 2026-03-27 is accepted"))?;
        if let Some(reading) = reading {
            let topic = reading.split(':').next().unwrap_or_default().to_owned();
            let note = Issue::noted(IssueKind::Conversion, reading).in_column(self.label(column)).with_value(cell.trim());
            intake.note_on(line, &topic, note);
        }
        Ok(day)
    }

    /// Takes a cell; `Ok(false)` where it says that there is nothing.
    fn take(&mut self, line: u64, day: Timestamp, code: &str, column: usize, cell: &str, intake: &mut Intake<'_>) -> Result<bool, Issue> {
        let refuse =
            |kind, message: String| Err(Issue::rejected(kind, message).in_column(self.label(column)).with_value(cell.trim()).about(code));
        let kind = self.style.kind(code);
        let value = match self.style.number(cell) {
            Cell::Blank => return Ok(false),
            Cell::Missing => {
                let message = "no number: the day is missing, nothing is filled in";
                intake.note(line, Issue::noted(IssueKind::MissingData, message).in_column(self.label(column)).with_value(cell.trim()));
                return Ok(false);
            }
            Cell::Wrong(why) => return refuse(IssueKind::Parse, format!("{why}; {}", kind.accepted())),
            // A yield is stated in percent.
            Cell::Number(value) if kind == SeriesKind::Yield && !cell.contains('%') => value / 100.0,
            Cell::Number(value) => value,
        };
        if !kind.holds(value) {
            return refuse(IssueKind::Invalid, kind.accepted().to_owned());
        }
        let label = self.label(column).to_owned();
        let days = self.by_code.entry(code.to_owned()).or_insert_with(|| Days { first_line: line, ..Days::default() });
        days.is_unsorted |= days.last.is_some_and(|last| last > day);
        days.last = Some(day);
        match days.numbers.insert(day, (value, line)) {
            Some((before, at)) => {
                let same = if before == value { "the same number" } else { "another number" };
                let message = format!("the day stands on line {at} as well, with {same}: the later line counts");
                let shown = day.to_string().replace("T00:00:00Z", "");
                let note = Issue::noted(IssueKind::Conversion, message).in_column(&label).with_value(&shown).about(code);
                intake.note_on(line, "the day stands on another line as well: the later line counts", note);
            }
            None => self.count += 1,
        }
        Ok(true)
    }
}

fn read(content: &Content, out: &mut Imported) {
    let (Some(shape), Some(table)) = (shape(content), content.table()) else { return };
    let mut intake = Intake::new(out, content.name);
    let style = Style::of(content, shape.day(), &shape.numbers());
    let mut reading = Reading { style, by_code: BTreeMap::new(), count: 0, header: &table.header };
    if let Some(issue) = twice(&shape) {
        table.each_row(&content.text, |line, _| {
            intake.count(line, Err(issue.clone()));
            ControlFlow::Continue(())
        });
        return intake.finish();
    }
    let mut accepted: Vec<u64> = Vec::new();
    let rest = table.each_row(&content.text, |line, record| {
        let result = match record {
            Ok(record) => row(&shape, &mut reading, line, record, &mut intake),
            Err(problem) => Err(problem.issue()),
        };
        match result {
            Ok(()) => accepted.push(line),
            Err(issue) => intake.count(line, Err(issue)),
        }
        if reading.count > MAX_OBSERVATIONS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    intake.count_unread(rest);
    // One day says nothing of how a price moves: whether there are two is known only now.
    let days = reading.by_code.values().map(|days| days.numbers.len()).max().unwrap_or(0);
    for line in accepted {
        let too_few = || {
            let message = format!("closes of {days} day: at least {FEWEST_DAYS} days are needed, and 11 for most figures");
            Issue::rejected(IssueKind::MissingData, message)
        };
        intake.count(line, if days < FEWEST_DAYS { Err(too_few()) } else { Ok(()) });
        if days >= FEWEST_DAYS {
            intake.kind(CLOSES);
        }
    }
    if days >= FEWEST_DAYS {
        note_kinds(&shape, &reading, &mut intake);
        let history = history(reading, &mut intake);
        intake.history(history);
    }
    intake.finish();
}

/// Two columns of one code: which of them is meant is not clear.
fn twice(shape: &Shape) -> Option<Issue> {
    let Shape::Wide { codes, .. } = shape else { return None };
    let (_, code, _) =
        codes.iter().enumerate().find(|(at, one)| codes.iter().take(*at).any(|other| other.1 == one.1)).map(|(_, one)| one)?;
    let message = format!("two columns are of {code}, keep one of them");
    Some(Issue::rejected(IssueKind::Invalid, message).in_column(code))
}

fn row(shape: &Shape, reading: &mut Reading<'_>, line: u64, record: &csv::StringRecord, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let cell = |column: usize| record.get(column).unwrap_or_default();
    let day = reading.day(line, shape.day(), cell(shape.day()), intake)?;
    let codes = match shape {
        Shape::Long { symbol, close, .. } => {
            let named = price_cell::symbol(cell(*symbol));
            let refused = || Issue::rejected(IssueKind::MissingData, "the row names no asset; a code such as BTC is accepted");
            let (code, _) = named.ok_or_else(|| refused().in_column(reading.label(*symbol)).with_value(cell(*symbol).trim()))?;
            return reading.take(line, day, &code, *close, cell(*close), intake).map(|_| ());
        }
        Shape::Wide { codes, .. } => codes,
    };
    let (mut first, mut is_useful) = (None, false);
    for (column, code, _) in codes {
        match reading.take(line, day, code, *column, cell(*column), intake) {
            Ok(is_number) => is_useful |= is_number,
            Err(issue) if first.is_none() => first = Some(issue),
            Err(issue) => note_cell(line, issue, intake),
        }
    }
    match first {
        Some(issue) if !is_useful => Err(issue),
        Some(issue) => {
            note_cell(line, issue, intake);
            Ok(())
        }
        None => Ok(()),
    }
}

/// A cell that is left out of a row that is kept.
fn note_cell(line: u64, issue: Issue, intake: &mut Intake<'_>) {
    let message = format!("{}; the cell is left out, the rest of its row is kept", issue.message);
    let noted = Issue::noted(issue.kind, message);
    intake.note(line, Issue { column: issue.column, value: issue.value, subject: issue.subject, ..noted });
}

/// What the numbers were taken for, where files may mean something else.
fn note_kinds(shape: &Shape, reading: &Reading<'_>, intake: &mut Intake<'_>) {
    if reading.style.are_returns {
        let message = "read as simple daily returns: many are below zero and none is beyond one";
        intake.issue(Issue::noted(IssueKind::Conversion, message));
    }
    for code in reading.by_code.keys().filter(|code| reading.style.kind(code) == SeriesKind::Yield) {
        let message = "read as a yield in percent a year: moves are those of the yield, not of a price";
        intake.issue(Issue::noted(IssueKind::Conversion, message).about(code));
    }
    if let Shape::Wide { codes, .. } = shape {
        for (column, code, _) in codes.iter().filter(|(_, _, is_cut)| *is_cut) {
            let message = format!("read as the closes of {code} in dollars");
            let name = reading.label(*column).to_owned();
            intake.note_on(0, "read as closes in dollars", Issue::noted(IssueKind::Conversion, message).in_column(&name));
        }
    }
}

fn history(reading: Reading<'_>, intake: &mut Intake<'_>) -> History {
    let mut history = History::default();
    for (code, days) in reading.by_code {
        let kind = reading.style.kind(&code);
        if days.is_unsorted {
            intake.issue(Issue::noted(IssueKind::Conversion, "its days do not ascend in the file: they are sorted").about(&code));
        }
        let mut values = days.numbers.values().map(|(value, _)| *value);
        let first = values.next();
        if days.numbers.len() > 1 && kind != SeriesKind::Return && values.all(|value| Some(value) == first) {
            let message = "it never moves: it has no vol and no correlation with anything";
            intake.issue(Issue::noted(IssueKind::Calculation, message).about(&code));
        }
        if let (Some((first, _)), Some((last, _))) = (days.numbers.first_key_value(), days.numbers.last_key_value())
            && last.ms() - first.ms() > price_cell::LONGEST_MS
        {
            let message = "its days reach over more than a century: is the year of each right";
            intake.issue(Issue::noted(IssueKind::Invalid, message).about(&code));
        }
        let observations = days.numbers.iter().map(|(day, (value, _))| Observation { day: *day, value: *value }).collect();
        match PriceSeries::new(code, kind, observations, intake.source(days.first_line)) {
            Ok(series) => history.extend(History { series: vec![series], correlations: None }),
            Err(issue) => intake.issue(issue),
        }
    }
    history
}
