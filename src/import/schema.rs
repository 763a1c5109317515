//! The fields of a format and the names under which files hold them; tables and JSON records → [`Row`]s by the same schema.
//!
//! Invariant: a column is matched by its name, never its place; two columns that may mean the same number reject the file.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::json::{Document, Entries, Record};
use crate::import::number::{self, DecimalMark};
use crate::import::row::Row;
use crate::import::table::Table;
use crate::issue::{Issue, IssueKind};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// One field.
pub(super) struct Field {
    /// Its names in lower case without spaces, `_` and other signs; the first is ours.
    pub names: &'static [&'static str],
    /// Whether it is a number, and so tells how the file writes fractions.
    pub is_number: bool,
}

/// The fields of a format.
pub(super) struct Schema<const N: usize> {
    /// The fields; a format knows them by their place here.
    pub fields: [Field; N],
    /// Fields that a table must have a column for.
    pub required: &'static [usize],
    /// Whether columns that no field knows are listed to the user, or known to be more than is needed.
    pub unknown: Unknown,
}

/// What to do with columns that no field knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Tell the user that they are not read.
    Listed,
    /// The same, but those that start with `tag:` are labels of the position.
    Tags,
    /// The format has many that are not needed.
    Expected,
}

/// What starts the name of a column that holds a label.
pub(super) const TAG: &str = "tag:";

impl Unknown {
    /// The dimension that a column labels.
    fn tag(self, name: &str) -> Option<&str> {
        let (prefix, dimension) = name.split_at_checked(TAG.len())?;
        let dimension = dimension.trim();
        (self == Unknown::Tags && prefix.eq_ignore_ascii_case(TAG) && !dimension.is_empty()).then_some(dimension)
    }
}

impl<const N: usize> Schema<N> {
    /// The field of a column name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let plain: String = name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        self.fields.iter().position(|field| field.names.contains(&plain.as_str()))
    }

    /// Reads every row of a file. `each` says whether a row is accepted; everything else is counted and placed here.
    pub(super) fn read(
        &self,
        content: &Content,
        intake: &mut Intake<'_>,
        each: impl FnMut(&Row<'_, N>, &mut Intake<'_>) -> Result<(), Issue>,
    ) {
        if let Some(table) = content.table() {
            self.read_table(table, &content.text, intake, each);
        } else if let Some(document) = content.json() {
            self.read_document(document, &content.text, intake, each);
        }
    }

    /// The same for a table, whose header may have been renamed.
    pub(super) fn read_table(
        &self,
        table: &Table,
        text: &str,
        intake: &mut Intake<'_>,
        mut each: impl FnMut(&Row<'_, N>, &mut Intake<'_>) -> Result<(), Issue>,
    ) {
        let (columns, tags) = match self.columns(table).and_then(|columns| Ok((columns, self.tags(table)?))) {
            Ok(found) => found,
            Err(issue) => return intake.issue(issue.at_line(table.header_line)),
        };
        let labels = columns.map(|column| column.and_then(|column| table.label(column)).cloned());
        intake.reading = table.reading();
        let mark = self.decimal_mark(table, text, &columns);
        if mark == DecimalMark::Comma {
            intake.issue(Issue::noted(IssueKind::Conversion, "numbers are written with decimal commas: 0,5 is read as 0.5"));
        }
        self.list_unknown(&table.header, table.header_line, intake);
        let is_1904 = table.is_1904();
        let present: Vec<(usize, usize)> = (0..).zip(columns).filter_map(|(field, column)| Some((field, column?))).collect();
        let mut is_empty = true;
        intake.expect(table.row_estimate(text));
        let rest = table.each_row(text, |line, record| {
            is_empty = false;
            let result = match record {
                Ok(record) => {
                    let mut cells = [const { Cow::Borrowed("") }; N];
                    for (field, column) in &present {
                        if let (Some(cell), Some(text)) = (cells.get_mut(*field), record.get(*column)) {
                            *cell = Cow::Borrowed(text);
                        }
                    }
                    let tags = tags.iter().map(|(column, name)| (*name, Cow::Borrowed(record.get(*column).unwrap_or_default()))).collect();
                    each(&Row { line, labels: &labels, cells, tags, mark, is_1904 }, intake)
                }
                Err(problem) => Err(problem.issue()),
            };
            intake.count(line, result);
            if intake.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        intake.count_unread(rest);
        if is_empty {
            intake.issue(
                Issue::rejected(IssueKind::MissingData, "no rows after the header: no positions and no market data")
                    .at_line(table.header_line),
            );
        }
    }

    /// Which column holds each field.
    fn columns(&self, table: &Table) -> Result<[Option<usize>; N], Issue> {
        let mut columns = [None; N];
        for (index, name) in table.header.iter().enumerate() {
            let Some(field) = self.find(name) else {
                if let Some((_, look)) = self.find(&latin(name)).map(|_| name).zip(Some(code_points(name))) {
                    let message = format!("the column name is not what it looks like, it holds {look}: type it in Latin letters");
                    return Err(Issue::rejected(IssueKind::Invalid, message).in_column(name).with_value(name));
                }
                continue;
            };
            if let Some(first) = columns.get(field).copied().flatten().and_then(|first: usize| table.header.get(first)) {
                let message = format!("the columns {first} and {name} mean the same, keep one of them");
                return Err(Issue::rejected(IssueKind::Invalid, message).in_column(name).with_value(name));
            }
            if let Some(column) = columns.get_mut(field) {
                *column = Some(index);
            }
        }
        for field in self.required {
            if columns.get(*field).copied().flatten().is_none() {
                let names = self.fields.get(*field).map_or(&[][..], |field| field.names);
                let (name, others) = names.split_first().map_or(("", &[][..]), |(name, others)| (*name, others));
                let also = if others.is_empty() { String::new() } else { format!(" (or {})", others.join(", ")) };
                return Err(Issue::rejected(IssueKind::MissingData, format!("the column {name}{also} is missing")).in_column(name));
            }
        }
        Ok(columns)
    }

    /// The columns that hold labels.
    fn tags<'t>(&self, table: &'t Table) -> Result<Vec<(usize, &'t str)>, Issue> {
        let mut tags: Vec<(usize, &str)> = Vec::new();
        for (column, name) in table.header.iter().enumerate() {
            let Some(dimension) = self.unknown.tag(name) else { continue };
            if tags.iter().any(|(_, known)| *known == dimension) {
                let message = format!("two columns hold the label {dimension}, keep one of them");
                return Err(Issue::rejected(IssueKind::Invalid, message).in_column(name).with_value(name));
            }
            tags.push((column, dimension));
        }
        Ok(tags)
    }

    fn list_unknown<'h>(&self, header: impl IntoIterator<Item = &'h String>, line: u64, intake: &mut Intake<'_>) {
        let is_unknown = |name: &&String| !name.is_empty() && self.find(name).is_none() && self.unknown.tag(name).is_none();
        let unknown: Vec<&String> = header.into_iter().filter(is_unknown).collect();
        if self.unknown != Unknown::Expected && !unknown.is_empty() {
            let more = if unknown.len() > 20 { format!(" and {} more", unknown.len() - 20) } else { String::new() };
            let names: Vec<String> = unknown.into_iter().take(20).map(|name| name.chars().take(64).collect()).collect();
            intake.issue(
                Issue::noted(IssueKind::Unsupported, format!("columns that are not read: {}{more}", names.join(", "))).at_line(line),
            );
        }
    }

    /// The decimal mark of a table: the one that its unambiguous numbers show, else the one that its delimiter suggests.
    fn decimal_mark(&self, table: &Table, text: &str, columns: &[Option<usize>; N]) -> DecimalMark {
        const SAMPLE: usize = 2000;
        if let Some(mark) = table.reading().mark {
            return mark;
        }
        // Numbers of a sheet are numbers already; the comma of a text among them is noted where it is read.
        if table.delimiter == 0 {
            return DecimalMark::Point;
        }
        let (mut points, mut commas, mut doubtful, mut rows) = (0, 0, 0, 0);
        table.each_row(text, |_, record| {
            if let Ok(record) = record {
                let numbers =
                    self.fields.iter().zip(columns).filter(|(field, _)| field.is_number).filter_map(|(_, column)| record.get((*column)?));
                for cell in numbers {
                    match number::decimal_mark_of(cell) {
                        Some(DecimalMark::Point) => points += 1,
                        Some(DecimalMark::Comma) => commas += 1,
                        None => doubtful += usize::from(cell.contains(',')),
                    }
                }
            }
            rows += 1;
            if rows < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let is_comma = points == 0 && (commas > 0 || (doubtful > 0 && table.delimiter == b';'));
        if is_comma { DecimalMark::Comma } else { DecimalMark::Point }
    }

    fn read_document(
        &self,
        document: &Document,
        text: &str,
        intake: &mut Intake<'_>,
        each: impl FnMut(&Row<'_, N>, &mut Intake<'_>) -> Result<(), Issue>,
    ) {
        self.read_records(&document.records, text, intake, each);
    }

    /// Reads the records of a list.
    pub(super) fn read_records(
        &self,
        records: &[Record],
        text: &str,
        intake: &mut Intake<'_>,
        mut each: impl FnMut(&Row<'_, N>, &mut Intake<'_>) -> Result<(), Issue>,
    ) {
        let mut keys = Keys::default();
        for record in records {
            let raw = text.get(record.range.clone()).unwrap_or_default();
            let result = self.record_row(raw, record.line, &mut keys, |row| each(row, intake));
            intake.count(record.line, result);
            if intake.is_full() {
                break;
            }
        }
        self.list_unknown(&keys.unknown, records.first().map_or(1, |record| record.line), intake);
    }

    /// The place of a key; of one that no field knows, `None`.
    fn key(&self, place: usize, key: &str, keys: &mut Keys) -> Option<usize> {
        if let Some((known, field)) = keys.by_place.get(place)
            && known == key
        {
            return *field;
        }
        let field = self.find(key);
        if place == keys.by_place.len() {
            keys.by_place.push((key.to_owned(), field));
        }
        if field.is_none() && keys.unknown.len() < MAX_UNKNOWN {
            keys.unknown.insert(key.to_owned());
        }
        field
    }

    fn record_row(&self, raw: &str, line: u64, keys: &mut Keys, each: impl FnOnce(&Row<'_, N>) -> Result<(), Issue>) -> Result<(), Issue> {
        let not_a_record = |error: serde_json::Error| {
            Issue::rejected(IssueKind::Parse, format!("a record with named fields is expected: {error}")).with_value(raw)
        };
        let Entries(entries) = serde_json::from_str(raw).map_err(not_a_record)?;
        let mut labels: [Option<String>; N] = [const { None }; N];
        let mut cells: [Cow<'_, str>; N] = [const { Cow::Borrowed("") }; N];
        let mut tags: Vec<(&str, Cow<'_, str>)> = Vec::new();
        for (place, (key, value)) in entries.iter().enumerate() {
            let field = self.key(place, key, keys);
            let text = || {
                let not_a_text = |error| Issue::rejected(IssueKind::Parse, format!("not a text: {error}")).in_column(key);
                cell_text(value).map_err(|error| not_a_text(error).with_value(value.get()))
            };
            let twice = |first: &str| {
                let message = format!("the fields {first} and {key} mean the same, keep one of them");
                Err(Issue::rejected(IssueKind::Invalid, message).in_column(key))
            };
            let Some(field) = field else {
                let Some(dimension) = self.unknown.tag(key) else { continue };
                if let Some((first, _)) = tags.iter().find(|(known, _)| *known == dimension) {
                    return twice(first);
                }
                tags.push((dimension, text()?));
                continue;
            };
            let (Some(label), Some(cell)) = (labels.get_mut(field), cells.get_mut(field)) else { continue };
            if let Some(first) = label {
                return twice(first);
            }
            *label = Some(key.clone().into_owned());
            *cell = text()?;
        }
        each(&Row { line, labels: &labels, cells, tags, mark: DecimalMark::Point, is_1904: false })
    }
}

/// What is known of the keys of a list's records, which repeat them in one order for the most part.
#[derive(Default)]
struct Keys {
    by_place: Vec<(String, Option<usize>)>,
    unknown: BTreeSet<String>,
}

/// Most unknown keys of one list that are remembered.
const MAX_UNKNOWN: usize = 1000;

/// A JSON value as a cell of a table would hold it; numbers keep all of their digits.
pub(super) fn cell_text(value: &RawValue) -> Result<Cow<'_, str>, serde_json::Error> {
    let raw = value.get();
    match raw.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
        Some(_) => serde_json::from_str::<String>(raw).map(Cow::Owned),
        None if raw == "null" => Ok(Cow::Borrowed("")),
        None => Ok(Cow::Borrowed(raw)),
    }
}

/// The name with Cyrillic, Greek and full-width letters replaced by the Latin ones that they look like.
fn latin(name: &str) -> String {
    const LOOKS: [(&str, &str); 2] =
        [("аеорсухіѕјһԁԛԝкмтвнАЕОРСУХІЅЈКМТВН", "aeopcyxisjhdqwkmtbhAEOPCYXISJKMTBH"), ("αοικνρτυχ", "aoiknptux")];
    let replace = |sign: char| {
        let look = LOOKS.iter().find_map(|(odd, plain)| odd.chars().zip(plain.chars()).find(|(odd, _)| *odd == sign));
        match look {
            Some((_, plain)) => plain,
            None if ('\u{ff01}'..='\u{ff5e}').contains(&sign) => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
            None => sign,
        }
    };
    name.chars().map(replace).collect()
}

fn code_points(name: &str) -> String {
    let odd: Vec<String> =
        name.chars().filter(|sign| !sign.is_ascii()).take(8).map(|sign| format!("U+{:04X} {sign}", u32::from(sign))).collect();
    odd.join(", ")
}
