//! One row of a table or one record of a document, by the fields of a schema: checked reading of its cells.
//!
//! Invariant: a blank cell is `None`; anything else is read or is an error that names the column and quotes the value.

use crate::import::intake::Intake;
use crate::import::mapping::VolUnit;
use crate::import::number::{self, DecimalMark, Number};
use crate::import::text;
use crate::issue::{Issue, IssueKind};
use crate::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why a row could not be cut into its cells.
pub(super) enum RowProblem {
    /// It has more or fewer fields than the header.
    WrongCount {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// A quote that is never closed.
    OpenQuote {
        /// The line on which it opens.
        opened: u64,
        /// The last line that it swallowed.
        last: u64,
    },
    /// An element of a list that is no record, and why.
    NotARecord(String),
}

impl RowProblem {
    /// The rejection.
    pub(super) fn issue(&self) -> Issue {
        let message = match self {
            RowProblem::WrongCount { found, expected } => format!("{found} fields, expected {expected}"),
            RowProblem::OpenQuote { opened, last } => {
                format!("the quote that opens on line {opened} is never closed: lines {opened} to {last} were not read")
            }
            RowProblem::NotARecord(why) => format!("a record with named fields is expected: {why}"),
        };
        Issue::rejected(IssueKind::Parse, message)
    }
}

/// A row by the fields of a schema.
pub(super) struct Row<'a, const N: usize> {
    /// Its line, from 1.
    pub line: u64,
    /// What the file calls each field; `None` where it has no such column.
    pub labels: &'a [Option<String>; N],
    /// The cells; blank where there is no such column.
    pub cells: [Cow<'a, str>; N],
    /// Labels by dimension; blank where the row has none.
    pub tags: Vec<(&'a str, Cow<'a, str>)>,
    /// How the file writes fractions.
    pub mark: DecimalMark,
    /// Whether a bare number of days counts them from 1904, as some workbooks do.
    pub is_1904: bool,
}

impl<const N: usize> Row<'_, N> {
    /// Whether the file has the column.
    pub(super) fn has(&self, field: usize) -> bool {
        self.labels.get(field).is_some_and(Option::is_some)
    }

    /// The cell without surrounding space.
    pub(super) fn raw(&self, field: usize) -> &str {
        self.cells.get(field).map_or("", |cell| cell.trim())
    }

    /// The same in lower case, for words that a file may write in any.
    pub(super) fn word(&self, field: usize) -> Cow<'_, str> {
        let cell = self.raw(field);
        let is_lower = cell.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        if is_lower { Cow::Borrowed(cell) } else { Cow::Owned(cell.to_lowercase()) }
    }

    /// What the file calls the field.
    pub(super) fn label(&self, field: usize) -> &str {
        self.labels.get(field).and_then(Option::as_deref).unwrap_or_default()
    }

    /// A rejection of the row because of this field.
    pub(super) fn refuse(&self, field: usize, kind: IssueKind, message: impl Into<String>) -> Issue {
        let issue = Issue::rejected(kind, message);
        let issue = if self.has(field) { issue.in_column(self.label(field)) } else { issue };
        if self.raw(field).is_empty() { issue } else { issue.with_value(self.raw(field)) }
    }

    /// Adds the column and the value to an issue of a unit's own check.
    fn placed(&self, field: usize, issue: Issue) -> Issue {
        issue.in_column(self.label(field)).with_value(self.raw(field))
    }

    /// Notes an interpretation of a cell.
    pub(super) fn note(&self, field: usize, intake: &mut Intake<'_>, message: impl Into<String>) {
        let issue = Issue::noted(IssueKind::Conversion, message).in_column(self.label(field)).with_value(self.raw(field));
        intake.note(self.line, issue);
    }

    /// A name.
    ///
    /// # Errors
    /// A text that is too long or holds NUL.
    pub(super) fn text(&self, field: usize, intake: &mut Intake<'_>) -> Result<String, Issue> {
        let cell = self.cells.get(field).map_or("", |cell| cell.as_ref());
        if number::is_spreadsheet_error(cell) {
            return Err(self.refuse(field, IssueKind::Parse, "a spreadsheet error; a text is accepted, or an empty cell"));
        }
        let cleaned = text::clean(cell).map_err(|message| self.refuse(field, IssueKind::Invalid, message))?;
        if cleaned.replaced {
            self.note(field, intake, "control characters are shown as symbols");
        }
        Ok(cleaned.text)
    }

    /// A currency or coin code, `None` where the cell is blank.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub(super) fn currency(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Currency>, Issue> {
        let code = self.text(field, intake)?;
        Ok((!code.is_empty()).then(|| Currency::new(&code)))
    }

    /// The labels that are not blank.
    ///
    /// # Errors
    /// A text that is too long or holds NUL.
    pub(super) fn tags(&self, intake: &mut Intake<'_>) -> Result<BTreeMap<String, String>, Issue> {
        let mut tags = BTreeMap::new();
        for (dimension, cell) in self.tags.iter().filter(|(_, cell)| !cell.trim().is_empty()) {
            let refuse = |message: String| Issue::rejected(IssueKind::Invalid, message).in_column(dimension).with_value(cell);
            let (dimension, label) = (text::visible(dimension).map_err(refuse)?, text::clean(cell).map_err(refuse)?);
            if dimension.replaced || label.replaced {
                let note = Issue::noted(IssueKind::Conversion, "control characters are shown as symbols").in_column(&dimension.text);
                intake.note(self.line, note);
            }
            tags.insert(dimension.text, label.text);
        }
        Ok(tags)
    }

    /// A number, `None` where the cell is blank.
    ///
    /// # Errors
    /// A cell that is not plainly a number.
    pub(super) fn number(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Number>, Issue> {
        let cell = self.raw(field);
        if cell.is_empty() {
            return Ok(None);
        }
        let number = number::parse(cell, self.mark).map_err(|reason| {
            let message = format!("{reason}; a number such as 1234.5 is accepted, or an empty cell where it is unknown");
            self.refuse(field, IssueKind::Parse, message)
        })?;
        if let Some(reading) = number.reading {
            let issue = Issue::noted(IssueKind::Conversion, format!("{reading}: read as {}", shown(number.value)));
            intake.note_on(self.line, reading, issue.in_column(self.label(field)).with_value(cell));
        }
        Ok(Some(number))
    }

    /// A number without a percent sign.
    ///
    /// # Errors
    /// A cell that is not plainly a number, or is a percentage.
    pub(super) fn amount(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<f64>, Issue> {
        match self.number(field, intake)? {
            Some(number) if number.percent => Err(self.refuse(
                field,
                IssueKind::Invalid,
                "a percentage; a plain number is accepted, percentages only for volatility and rate",
            )),
            number => Ok(number.map(|number| number.value)),
        }
    }

    /// A signed quantity.
    ///
    /// # Errors
    /// A cell that is no quantity.
    pub(super) fn quantity(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Quantity>, Issue> {
        let amount = self.amount(field, intake)?;
        amount.map(Quantity::new).transpose().map_err(|issue| self.placed(field, issue))
    }

    /// A price, 0 or more.
    ///
    /// # Errors
    /// A cell that is no price.
    pub(super) fn price(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Price>, Issue> {
        let price = self.amount(field, intake)?.map(Price::new).transpose().map_err(|issue| self.placed(field, issue))?;
        if price.is_some_and(|price| price.get() > ABSURD_PRICE) {
            self.note(field, intake, "a price above a million million: is it meant");
        }
        Ok(price)
    }

    /// A spot or forward price, above 0.
    ///
    /// # Errors
    /// A cell that is no price, or not above 0.
    pub(super) fn positive_price(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Price>, Issue> {
        match self.amount(field, intake)? {
            Some(amount) if amount <= 0.0 => {
                Err(self.refuse(field, IssueKind::Invalid, "Black needs a positive forward: a price above 0 is accepted, or an empty cell"))
            }
            Some(_) => self.price(field, intake),
            None => Ok(None),
        }
    }

    /// A volatility: decimal, with a percent sign, or above 3 and then read as percent.
    ///
    /// # Errors
    /// A cell that is no volatility.
    pub(super) fn vol(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Vol>, Issue> {
        let Some(number) = self.number(field, intake)? else { return Ok(None) };
        let seems_percent = number.value > 3.0 || (self.label(field).contains('%') && number.value >= 0.0);
        let is_percent = !number.percent
            && match intake.reading.vol_unit {
                VolUnit::Auto => seems_percent,
                VolUnit::Decimal => false,
                VolUnit::Percent => true,
            };
        let value = if is_percent { number.value / 100.0 } else { number.value };
        let vol = Vol::new(value).map_err(|issue| self.placed(field, issue))?;
        // What a mapping says is noted once for the file.
        if is_percent && intake.reading.vol_unit == VolUnit::Auto {
            let issue =
                Issue::noted(IssueKind::Conversion, format!("read as percent: {} %, that is {}", shown(number.value), shown(value)));
            intake.note_on(self.line, "a volatility read as percent", issue.in_column(self.label(field)).with_value(self.raw(field)));
        }
        Ok(Some(vol))
    }

    /// A rate per year: decimal, or with a percent sign.
    ///
    /// # Errors
    /// A cell that is no rate.
    pub(super) fn rate(&self, field: usize, intake: &mut Intake<'_>) -> Result<Option<Rate>, Issue> {
        let Some(number) = self.number(field, intake)? else { return Ok(None) };
        let is_percent = !number.percent && self.label(field).contains('%');
        let value = if is_percent { number.value / 100.0 } else { number.value };
        let rate = Rate::new(value).map_err(|issue| self.placed(field, issue))?;
        if !number.percent && rate.get().abs() > 1.0 {
            let message = format!("taken as written, {} % a year: write 0.04 or 4% for four percent", shown(rate.get() * 100.0));
            let issue = Issue::noted(IssueKind::Conversion, message).in_column(self.label(field)).with_value(self.raw(field));
            intake.note_on(self.line, "a rate above 100 % a year, taken as written", issue);
        }
        Ok(Some(rate))
    }

    /// The time of a price: milliseconds since 1970, or ISO 8601.
    ///
    /// # Errors
    /// A cell that is neither.
    pub(super) fn time(&self, field: usize) -> Result<Option<Timestamp>, Issue> {
        let cell = self.raw(field);
        if cell.is_empty() {
            return Ok(None);
        }
        let is_ms = (12..=14).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit());
        let time = if is_ms { cell.parse().ok().map(Timestamp::from_ms) } else { Timestamp::parse_iso(cell) };
        let accepted = "not a time; milliseconds since 1970 or 2027-03-27T08:00:00Z are accepted";
        time.map(Some).ok_or_else(|| self.refuse(field, IssueKind::Parse, accepted))
    }
}

/// A price above this is kept and doubted.
const ABSURD_PRICE: f64 = 1e12;

/// A number in a message: short, whatever its size.
fn shown(value: f64) -> String {
    if value == 0.0 || (1e-6..1e15).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}
