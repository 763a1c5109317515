//! Replies of venues' programming interfaces: JSON of any nesting → records, each read by the first [`RecordDef`] whose fields it
//! has. One file may hold several replies, of several kinds.
//!
//! Invariant: an object in a list is either a record that is read and counted, or is named in an issue; a list inside a record is
//! walked only where its definition says so.

use crate::book::StatedGreeks;
use crate::import::Imported;
use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::json::{Elements, Entries, Envelope, Lines};
use crate::import::number::{self, DecimalMark};
use crate::import::text;
use crate::issue::{Issue, IssueKind};
use crate::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::RefCell;

/// One kind of record of a venue.
pub(super) struct RecordDef {
    /// What it is, in the words of the README's table: `position`, `spot balance`, `account`.
    pub label: &'static str,
    /// Fields that it has, all of them; a kind with more of them stands before one with fewer.
    pub keys: &'static [&'static str],
    /// Fields of it whose lists hold further records.
    pub inside: &'static [&'static str],
    /// Reads one.
    pub read: fn(&Record<'_, '_>, &mut Intake<'_>) -> Result<(), Issue>,
}

type Fields<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// One object and those that it stands in, the nearest first.
pub(super) struct Record<'a, 'p> {
    /// Its line, from 1.
    pub line: u64,
    /// The field that it stands under, or the list of which it is an element; blank at the top.
    pub name: &'p str,
    fields: &'p Fields<'a>,
    above: Option<&'p Record<'a, 'p>>,
    /// Fields whose unreadable value was left out; noted when the record is done with.
    left_out: RefCell<Vec<Issue>>,
}

/// Whether the document holds a record of one of these kinds. A text that does not even hold the field names is not parsed.
pub(super) fn claims(content: &Content, defs: &[&RecordDef]) -> bool {
    // A document of our own holds accounts that look like a venue's.
    content.json().is_some_and(|document| document.envelope != Envelope::Document)
        && defs.iter().any(|def| def.keys.iter().all(|key| content.text.contains(&format!("\"{key}\""))))
        && Walk { lines: Lines::new(&content.text), defs }.finds(&content.text)
}

/// Reads every record of a document.
pub(super) fn read(content: &Content, out: &mut Imported, defs: &[&RecordDef]) {
    let mut intake = Intake::new(out, content.name);
    walk(content, &mut intake, defs);
    intake.finish();
}

/// Walks a document once; a format that must know some records before others walks it twice.
pub(super) fn walk(content: &Content, intake: &mut Intake<'_>, defs: &[&RecordDef]) {
    if let Ok(top) = serde_json::from_str::<&RawValue>(&content.text) {
        Walk { lines: Lines::new(&content.text), defs }.value(&content.text, top, "", None, intake);
    }
}

struct Walk<'d> {
    lines: Lines,
    defs: &'d [&'d RecordDef],
}

impl Walk<'_> {
    fn def(&self, fields: &Fields<'_>) -> Option<&RecordDef> {
        self.defs.iter().find(|def| def.keys.iter().all(|key| fields.iter().any(|(name, _)| name == key))).copied()
    }

    fn is_record(&self, raw: &str) -> bool {
        serde_json::from_str::<Entries<'_>>(raw).is_ok_and(|Entries(fields)| self.def(&fields).is_some())
    }

    fn finds(&self, raw: &str) -> bool {
        if let Ok(Entries(fields)) = serde_json::from_str::<Entries<'_>>(raw) {
            return self.def(&fields).is_some() || fields.iter().any(|(_, value)| is_nested(value) && self.finds(value.get()));
        }
        serde_json::from_str::<Elements<'_>>(raw).is_ok_and(|Elements(elements)| elements.iter().any(|value| self.finds(value.get())))
    }

    /// Walks a value that stands under `name`.
    fn value<'a>(&self, text: &'a str, raw: &'a RawValue, name: &str, above: Option<&Record<'a, '_>>, intake: &mut Intake<'_>) {
        if intake.is_full() {
            return;
        }
        if let Ok(Entries(fields)) = serde_json::from_str::<Entries<'a>>(raw.get()) {
            let line = self.lines.of(text, raw.get());
            let record = Record { line, name, fields: &fields, above, left_out: RefCell::default() };
            let def = self.def(&fields);
            if let Some(def) = def {
                intake.kind(def.label);
                let result = (def.read)(&record, intake);
                record.left_out.take().into_iter().for_each(|issue| intake.note(line, issue));
                intake.count(line, result);
            }
            for (key, value) in fields.iter().filter(|(_, value)| is_nested(value)) {
                if def.is_none_or(|def| def.inside.contains(&key.as_ref())) {
                    self.value(text, value, key, Some(&record), intake);
                }
            }
            return;
        }
        let Ok(Elements(elements)) = serde_json::from_str::<Elements<'a>>(raw.get()) else { return };
        let is_list_of_records = elements.iter().any(|element| self.is_record(element.get()));
        let mut unknown: Option<(u64, String, u64)> = None;
        for element in elements {
            let is_known = self.finds(element.get());
            if is_list_of_records && !is_known && !element.get().starts_with('{') {
                let issue = Issue::rejected(IssueKind::Parse, "a record with named fields is expected").with_value(element.get());
                intake.count(self.lines.of(text, element.get()), Err(issue));
                continue;
            }
            self.value(text, element, name, above, intake);
            if let (false, Ok(Entries(fields))) = (is_known, serde_json::from_str::<Entries<'_>>(element.get())) {
                let line = self.lines.of(text, element.get());
                let keys: Vec<&str> = fields.iter().take(8).map(|(key, _)| key.as_ref()).collect();
                unknown.get_or_insert_with(|| (line, keys.join(", "), 0)).2 += 1;
            }
        }
        if let Some((line, keys, count)) = unknown {
            for _ in 0..count {
                let message = format!("no record that is known here: it has the fields {keys}");
                intake.count(line, Err(Issue::rejected(IssueKind::Unsupported, message).in_column(name)));
            }
        }
    }
}

fn is_nested(value: &RawValue) -> bool {
    value.get().starts_with(['{', '['])
}

impl<'a> Record<'a, '_> {
    fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.fields.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// Whether it has the field, blank or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// A text or a number as it stands; blank where there is none. Of two fields of one name the first counts.
    pub(super) fn cell(&self, key: &str) -> Cow<'a, str> {
        self.raw(key).map_or(Cow::Borrowed(""), |value| cell_text(value.get()))
    }

    /// The cell of the nearest object around this one that has the field, this one first: a reply's `category`, its `time`.
    pub(super) fn around(&self, key: &str) -> Cow<'a, str> {
        match self.cell(key) {
            cell if !cell.is_empty() => cell,
            _ => self.above.map_or(Cow::Borrowed(""), |above| above.around(key)),
        }
    }

    /// The text of the first record of a list that stands in an object around this one; blank where there is none.
    pub(super) fn first_around(&self, list: &str) -> String {
        /// A record is shorter than this; a longer list is not searched again for each record beside it.
        const LONGEST: usize = 2000;
        let cell = self.around(list);
        let end = cell.bytes().take(LONGEST).position(|byte| byte == b'}');
        end.and_then(|end| cell.get(..end)).unwrap_or_default().to_owned()
    }

    /// A field of an object inside this one, such as `leverage.type`.
    pub(super) fn inner(&self, key: &str, field: &str) -> Cow<'a, str> {
        let entries = self.raw(key).and_then(|value| serde_json::from_str::<Entries<'a>>(value.get()).ok());
        let value = entries.and_then(|Entries(fields)| fields.into_iter().find(|(name, _)| name == field));
        value.map_or(Cow::Borrowed(""), |(_, value)| cell_text(value.get()))
    }

    /// The same as a signed amount.
    ///
    /// # Errors
    /// A text that is not plainly a number.
    pub(super) fn inner_number(&self, key: &str, field: &str) -> Result<Option<Quantity>, Issue> {
        let cell = self.inner(key, field);
        if cell.is_empty() {
            return Ok(None);
        }
        let placed = |message: String| Issue::rejected(IssueKind::Parse, message).in_column(field).with_value(&cell);
        let number = number::parse(cell.trim(), DecimalMark::Point)
            .map_err(|reason| placed(format!("{reason}; a number such as 1234.5 is accepted")))?;
        Quantity::new(number.value).map(Some).map_err(|issue| placed(issue.message))
    }

    /// Sum of a field over a list inside this record, whose elements hold it in an object of their own.
    ///
    /// # Errors
    /// An element without it, or a text that is not plainly a number: a sum without it would be another.
    pub(super) fn sum_of(&self, list: &str, object: &str, field: &str) -> Result<Quantity, Issue> {
        let elements = self.raw(list).and_then(|value| serde_json::from_str::<Elements<'a>>(value.get()).ok());
        let mut sum = 0.0;
        for element in elements.map(|Elements(elements)| elements).unwrap_or_default() {
            let read = match serde_json::from_str::<Entries<'a>>(element.get()) {
                Ok(Entries(fields)) => {
                    let left_out = RefCell::default();
                    Record { line: self.line, name: list, fields: &fields, above: Some(self), left_out }.inner_number(object, field)?
                }
                Err(_) => None,
            };
            let message = format!("an element of {list} states no {field}, so their sum is not known; a number such as 1234.5 is accepted");
            sum += read.ok_or_else(|| Issue::rejected(IssueKind::MissingData, message).in_column(field))?.get();
        }
        Quantity::new(sum)
    }

    /// A rejection because of this field.
    pub(super) fn refuse(&self, key: &str, kind: IssueKind, message: impl Into<String>) -> Issue {
        let issue = Issue::rejected(kind, message).in_column(key);
        let cell = self.cell(key);
        if cell.is_empty() { issue } else { issue.with_value(&cell) }
    }

    /// Notes an interpretation.
    pub(super) fn note(&self, key: &str, intake: &mut Intake<'_>, message: impl Into<String>) {
        let issue = Issue::noted(IssueKind::Conversion, message).in_column(key);
        let cell = self.cell(key);
        intake.note(self.line, if cell.is_empty() { issue } else { issue.with_value(&cell) });
    }

    /// A name, checked for length and cleaned of control characters.
    ///
    /// # Errors
    /// A text that is too long or holds NUL.
    pub(super) fn text(&self, key: &str) -> Result<String, Issue> {
        text::clean(&self.cell(key)).map(|cleaned| cleaned.text).map_err(|message| self.refuse(key, IssueKind::Invalid, message))
    }

    /// A name that must be there.
    ///
    /// # Errors
    /// A blank one, or as [`Record::text`].
    pub(super) fn name(&self, key: &str) -> Result<String, Issue> {
        let text = self.text(key)?;
        if text.is_empty() { Err(self.refuse(key, IssueKind::MissingData, "the record names no instrument or asset")) } else { Ok(text) }
    }

    /// A number, `None` where the field is blank, `--` or null.
    ///
    /// # Errors
    /// A text that is not plainly a number.
    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, Issue> {
        let cell = self.cell(key);
        if matches!(cell.trim(), "" | "--") {
            return Ok(None);
        }
        match number::parse(cell.trim(), DecimalMark::Point) {
            // A reply writes plain numbers, so a comma or a bracket is a doubt and no dialect; only a long integer may be rounded.
            Ok(number) if number.reading.is_some_and(|reading| !reading.starts_with("rounded")) && !number.percent => {
                let reading = number.reading.unwrap_or_default();
                Err(self.refuse(key, IssueKind::Parse, format!("not a plain number ({reading}); one such as 1234.5 is accepted")))
            }
            Ok(number) if !number.percent => Ok(Some(number.value)),
            Ok(_) => Err(self.refuse(key, IssueKind::Parse, "a percentage; a plain number is accepted")),
            Err(reason) => Err(self.refuse(key, IssueKind::Parse, format!("{reason}; a number such as 1234.5 is accepted"))),
        }
    }

    /// A number that must be there.
    ///
    /// # Errors
    /// A blank one, or as [`Record::number`].
    pub(super) fn need(&self, key: &str) -> Result<f64, Issue> {
        self.number(key)?.ok_or_else(|| self.refuse(key, IssueKind::MissingData, format!("the record has no {key}")))
    }

    /// A signed amount.
    ///
    /// # Errors
    /// As [`Record::number`].
    pub(super) fn quantity(&self, key: &str) -> Result<Option<Quantity>, Issue> {
        let checked = self.number(key)?.map(Quantity::new).transpose();
        checked.map_err(|issue| self.refuse(key, IssueKind::Invalid, issue.message))
    }

    /// What a venue states of an option's sensitivities by one of its rules: the keys of delta, gamma, vega and theta.
    ///
    /// # Errors
    /// As [`Record::number`].
    pub(super) fn greeks(&self, rule: &str, [delta, gamma, vega, theta]: [&str; 4]) -> Result<Option<StatedGreeks>, Issue> {
        let of = |key| self.quantity(key);
        let found = StatedGreeks { rule: rule.into(), delta: of(delta)?, gamma: of(gamma)?, vega: of(vega)?, theta: of(theta)? };
        let is_empty = found == StatedGreeks { rule: rule.into(), ..StatedGreeks::default() };
        Ok((!is_empty).then_some(found))
    }

    /// A price, 0 or more.
    ///
    /// # Errors
    /// A number that is no price.
    pub(super) fn price(&self, key: &str) -> Result<Option<Price>, Issue> {
        let checked = self.number(key)?.map(Price::new).transpose();
        checked.map_err(|issue| self.refuse(key, IssueKind::Invalid, issue.message))
    }

    /// A price above 0; venues write 0 where there is none.
    ///
    /// # Errors
    /// A number that is no price.
    pub(super) fn positive_price(&self, key: &str) -> Result<Option<Price>, Issue> {
        Ok(self.price(key)?.filter(|price| price.get() > 0.0))
    }

    /// A rate per year, from a number that is one after `scale`.
    ///
    /// # Errors
    /// A number that is no rate.
    pub(super) fn rate(&self, key: &str, scale: f64) -> Result<Option<Rate>, Issue> {
        let checked = self.number(key)?.map(|number| Rate::new(number * scale)).transpose();
        checked.map_err(|issue| self.refuse(key, IssueKind::Invalid, issue.message))
    }

    /// A volatility above 0, from a number that is a decimal after `scale`; venues write 0 or −1 where there is none.
    ///
    /// # Errors
    /// A volatility out of range.
    pub(super) fn vol(&self, key: &str, scale: f64) -> Result<Option<Vol>, Issue> {
        let checked = self.number(key)?.filter(|vol| *vol > 0.0).map(|vol| Vol::new(vol * scale)).transpose();
        checked.map_err(|issue| self.refuse(key, IssueKind::Invalid, issue.message))
    }

    /// A time in milliseconds since 1970 or as ISO 8601, of this record or an object around it; `None` where it is blank or 0. One that
    /// cannot be read is left out with a note: what it dates stands without it.
    pub(super) fn time(&self, key: &str) -> Option<Timestamp> {
        self.instant(key, 1, "milliseconds since 1970 and 2027-03-27T08:00:00Z are accepted")
    }

    /// The same in microseconds.
    pub(super) fn time_of_microseconds(&self, key: &str) -> Option<Timestamp> {
        self.instant(key, 1000, "microseconds since 1970 are accepted")
    }

    fn instant(&self, key: &str, per_ms: i64, accepted: &str) -> Option<Timestamp> {
        /// 1973: a smaller number of milliseconds is one of seconds.
        const LEAST_MS: i64 = 100_000_000_000;
        let cell = self.around(key);
        let text = cell.trim();
        let number = text.parse::<i64>().ok();
        if text.is_empty() || number.is_some_and(|number| number <= 0) {
            return None;
        }
        let by_number = number.map(|number| number / per_ms).filter(|ms| *ms >= LEAST_MS).map(Timestamp::from_ms);
        let time = by_number.or_else(|| Timestamp::parse_iso(text).filter(|_| number.is_none()));
        let mut left_out = self.left_out.borrow_mut();
        if time.is_none() && left_out.iter().all(|issue| issue.column.as_deref() != Some(key)) {
            let message = format!("not a time, it is left out: {accepted}");
            left_out.push(Issue::noted(IssueKind::Parse, message).in_column(key).with_value(text));
        }
        time
    }
}

/// A currency code of a cell; `None` where it is blank.
pub(super) fn currency(cell: &str) -> Option<Currency> {
    (!cell.trim().is_empty()).then(|| Currency::new(cell))
}

/// A JSON value as a cell of a table would hold it; numbers keep all of their digits.
fn cell_text(raw: &str) -> Cow<'_, str> {
    match raw.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        Some(_) => serde_json::from_str::<String>(raw).map_or(Cow::Borrowed(raw), Cow::Owned),
        None if raw == "null" => Cow::Borrowed(""),
        None => Cow::Borrowed(raw),
    }
}
