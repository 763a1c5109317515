//! Where a format puts what it reads: counts of rows, positions, facts, and issues with their place.
//!
//! Invariant: `read == accepted + rejected`. Notes that repeat are shown a few times and then counted; rejections are listed.

use crate::book::{Account, Position};
use crate::import::mapped_read::RowEnd;
use crate::import::mapping::{Reading, SAMPLE_ROWS};
use crate::import::{Imported, MAX_FACTS, MAX_LISTED, MAX_POSITIONS, RowCount};
use crate::issue::{Issue, IssueKind, Source};
use crate::market::history::History;
use crate::market::{Fact, FactValue, Origin};
use crate::units::{Rate, Timestamp};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// How often one interpretation of one column is shown row by row.
const SHOWN: usize = 5;

/// The sink of one file.
pub(super) struct Intake<'a> {
    /// What the file itself says of the size of a contract, by instrument.
    pub contract_sizes: BTreeMap<String, f64>,
    /// What the file itself says of loans.
    pub loan_terms: LoanTerms,
    /// What is known of the file's numbers before they are read.
    pub reading: Reading,
    out: &'a mut Imported,
    file: &'a str,
    /// The same as every position and fact names it.
    source: SmolStr,
    repeated: BTreeMap<String, BTreeMap<String, Repeated>>,
    unlisted: Repeated,
    stated: BTreeMap<String, BTreeMap<Topic, (u64, Option<Timestamp>)>>,
}

/// Terms of loans that stand apart from the loans themselves.
#[derive(Default)]
pub(super) struct LoanTerms {
    /// Interest per year by coin or by the number of a loan, and when it was so.
    pub rates: BTreeMap<String, (Option<Timestamp>, Rate)>,
    /// Share of its value up to which a coin secures a debt before it is liquidated, 0 to 1.
    pub thresholds: BTreeMap<String, f64>,
}

/// Kind of statement and expiry, of one underlying.
type Topic = (u8, i64);

#[derive(Default)]
struct Repeated {
    count: usize,
    /// How many of them are listed.
    shown: usize,
    last_line: u64,
}

impl<'a> Intake<'a> {
    /// A sink for the rows of `file`.
    pub(super) fn new(out: &'a mut Imported, file: &'a str) -> Intake<'a> {
        let (contract_sizes, reading) = (BTreeMap::new(), Reading::default());
        Intake {
            contract_sizes,
            loan_terms: LoanTerms::default(),
            reading,
            out,
            file,
            source: file.into(),
            repeated: BTreeMap::new(),
            unlisted: Repeated::default(),
            stated: BTreeMap::new(),
        }
    }

    /// Makes room for about so many rows, so that a large table is not copied as it grows.
    pub(super) fn expect(&mut self, rows: usize) {
        let rows = rows.min(MAX_POSITIONS + 1);
        self.out.positions.reserve(rows);
        self.out.facts.reserve(rows);
    }

    /// Whether the limits of one book have been passed, so that reading further is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.out.positions.len() > MAX_POSITIONS || self.out.facts.len() > MAX_FACTS
    }

    /// Counts rows that are not read because the book is full: the file is then left out whole, and says of how many rows.
    pub(super) fn count_unread(&mut self, rows: usize) {
        self.out.rows.read += rows;
        self.out.rows.rejected += rows;
    }

    /// Where a row stands.
    pub(super) fn source(&self, line: u64) -> Source {
        Source { file: self.source.clone(), line }
    }

    /// The rows so far.
    pub(super) fn rows(&self) -> RowCount {
        self.out.rows
    }

    /// Counts a row as accepted, or as rejected with its issue.
    pub(super) fn count(&mut self, line: u64, result: Result<(), Issue>) {
        self.out.rows.read += 1;
        match result {
            Ok(()) => self.out.rows.accepted += 1,
            Err(issue) => {
                self.out.rows.rejected += 1;
                if self.out.rows.rejected <= MAX_LISTED {
                    self.issue(issue.at_line(line));
                } else {
                    self.unlisted.count += 1;
                    self.unlisted.last_line = line;
                }
            }
        }
        if let Some(ends) = self.out.row_ends.as_mut().filter(|ends| ends.len() < SAMPLE_ROWS) {
            ends.push(RowEnd { line, positions: self.out.positions.len(), facts: self.out.facts.len(), issues: self.out.issues.len() });
        }
    }

    /// An issue of the file, its line already named where it has one.
    pub(super) fn issue(&mut self, issue: Issue) {
        self.out.issues.push(issue.in_file(self.file));
    }

    /// A note on a row that was kept. Notes of one message about one column are folded; the value and subject may differ.
    pub(super) fn note(&mut self, line: u64, issue: Issue) {
        if self.is_shown(line, issue.column.as_deref(), &issue.message, SHOWN) {
            self.issue(issue.at_line(line));
        }
    }

    /// A note on what a whole file leaves out: the first row that it is true of is shown, the others are counted.
    pub(super) fn note_once(&mut self, line: u64, issue: Issue) {
        if self.is_shown(line, issue.column.as_deref(), &issue.message, 1) {
            self.issue(issue.at_line(line));
        }
    }

    /// The same for messages that quote their own value: they fold by `topic`.
    pub(super) fn note_on(&mut self, line: u64, topic: &str, issue: Issue) {
        if self.is_shown(line, issue.column.as_deref(), topic, SHOWN) {
            self.issue(issue.at_line(line));
        }
    }

    /// Counts a note; a file may make the same one on each of its rows.
    fn is_shown(&mut self, line: u64, column: Option<&str>, topic: &str, most: usize) -> bool {
        let column = column.unwrap_or_default();
        let known = self.repeated.get_mut(column).and_then(|topics| topics.get_mut(topic));
        let repeated = match known {
            Some(known) => known,
            None => self.repeated.entry(column.to_owned()).or_default().entry(topic.to_owned()).or_default(),
        };
        repeated.count += 1;
        repeated.last_line = line;
        let is_shown = repeated.count <= most;
        repeated.shown += usize::from(is_shown);
        is_shown
    }

    /// Says what kind of record the present one is.
    pub(super) fn kind(&mut self, label: &str) {
        *self.out.kinds.entry(label.to_owned()).or_default() += 1;
    }

    /// Takes a position.
    pub(super) fn position(&mut self, position: Position) {
        self.out.positions.push(position);
    }

    /// Takes what a venue says of a whole account.
    pub(super) fn account(&mut self, account: Account) {
        self.out.accounts.push(account);
    }

    /// Takes daily closes or correlations.
    pub(super) fn history(&mut self, history: History) {
        self.out.history.extend(history);
    }

    /// Takes a statement about the market, unless the last one on the same subject said the same of the same time.
    pub(super) fn fact(&mut self, value: FactValue, time: Option<Timestamp>, origin: Origin, line: u64) {
        if !self.is_repeated(&value, time) {
            let source = self.source(line);
            self.out.facts.push(Fact { value, time, origin, source });
        }
    }

    /// Takes a statement of a document that states its market whole: as often as it stands there.
    pub(super) fn keep(&mut self, fact: Fact) {
        self.out.facts.push(fact);
    }

    fn is_repeated(&mut self, value: &FactValue, time: Option<Timestamp>) -> bool {
        let (topic, number) = match value {
            FactValue::Spot { price, .. } => ((0, 0), price.get()),
            FactValue::Rate { rate, .. } => ((1, 0), rate.get()),
            FactValue::Funding { rate, .. } => ((2, 0), rate.get()),
            FactValue::Perpetual { settlement, price, .. } => ((3, *settlement as i64), price.get()),
            FactValue::Forward { expiry, price, .. } => ((4, expiry.ms()), price.get()),
            FactValue::Dividend { ex_date, amount, .. } => ((5, ex_date.ms()), amount.get()),
            FactValue::DailyVol { .. } | FactValue::Option { .. } => return false,
        };
        let statement = (number.to_bits(), time);
        let known = match self.stated.get_mut(value.underlying()) {
            Some(known) => known,
            None => self.stated.entry(value.underlying().to_owned()).or_default(),
        };
        known.insert(topic, statement) == Some(statement)
    }

    /// Writes the counts of what was not listed row by row.
    pub(super) fn finish(mut self) {
        let topics = std::mem::take(&mut self.repeated).into_iter();
        let folded =
            topics.flat_map(|(column, topics)| topics.into_iter().map(move |(message, repeated)| (column.clone(), message, repeated)));
        for (column, message, repeated) in folded {
            if repeated.count > repeated.shown {
                let more = repeated.count - repeated.shown;
                let issue = Issue::noted(
                    IssueKind::Conversion,
                    format!("{more} more rows likewise, the last on line {}: {message}", repeated.last_line),
                );
                self.issue(if column.is_empty() { issue } else { issue.in_column(&column) });
            }
        }
        if self.unlisted.count > 0 {
            let message = format!(
                "{} more rows were rejected, the last on line {}: the first {MAX_LISTED} are listed",
                self.unlisted.count, self.unlisted.last_line
            );
            self.issue(Issue::rejected(IssueKind::Invalid, message).at_line(self.unlisted.last_line));
        }
    }
}
