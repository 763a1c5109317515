//! A table as a mapping has it: our columns, each filled from a column of the file or with a constant, row by row as the file is
//! read. A JSON list of records is a table too.
//!
//! Invariant: a cell is handed on as it stands. Only a word or date that the mapping gives a meaning is put into ours, and each such
//! word is noted.

use crate::import::content::{Content, Shape};
use crate::import::json::{Document, Elements, Entries, Lines};
use crate::import::mapping::{DateOrder, Mapping, Reading, SAMPLE_ROWS};
use crate::import::row::RowProblem;
use crate::import::schema::cell_text;
use crate::import::table::{EachRow, Table};
use crate::import::{mapping_word, table};
use crate::issue::{Issue, IssueKind};
use crate::units::Timestamp;
use csv::StringRecord;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};

/// Columns of a table that are listed.
const MAX_LISTED: usize = 200;
/// Characters of a cell that are shown.
const MAX_CELL: usize = 60;
/// Records of a list whose keys are looked at: later ones rarely bring a new one.
const KEYED_RECORDS: usize = 200;
/// How deep a list of records may stand in a document.
const MAX_DEPTH: usize = 3;

/// Our columns over a table of the file.
pub(super) struct Mapped<'a> {
    table: Table<'a>,
    columns: Vec<Column>,
    /// What is known of its numbers.
    pub reading: Reading,
    /// Most rows that are read.
    most: usize,
    is_cut: Cell<bool>,
    /// Words that were put into ours: column and word, with the first line of it.
    words: RefCell<BTreeMap<(usize, String), (u64, String)>>,
}

struct Column {
    field: String,
    /// What a message calls it.
    label: String,
    from: From,
    order: DateOrder,
}

enum From {
    Place(usize),
    Constant(String),
}

/// The records of a JSON list, which are cut into cells as they are read.
pub(super) struct Records {
    records: Vec<(Range<usize>, u64)>,
}

/// A sample of a table: names of its columns, how many more there are, and its first rows.
pub(super) struct Sample {
    /// The names that a mapping uses.
    pub columns: Vec<String>,
    /// Columns beyond those.
    pub unlisted: usize,
    /// Cells of the first rows.
    pub rows: Vec<Vec<String>>,
}

/// Fields that hold a date.
const DATES: [&str; 2] = ["expiry", "as_of"];

impl<'a> Mapped<'a> {
    /// A table by a mapping that fits it. `most` is the number of rows to read.
    fn new(table: Table<'a>, names: &[String], mapping: &Mapping, most: usize) -> Mapped<'a> {
        let order = |field: &str| if DATES.contains(&field) { mapping.date_order } else { DateOrder::Auto };
        let place = |(column, field): &(String, String)| {
            let place = names.iter().position(|name| name == column)?;
            Some(Column { order: order(field), field: field.clone(), label: column.clone(), from: From::Place(place) })
        };
        let constant = |(field, text): &(String, String)| Column {
            order: DateOrder::Auto,
            field: field.clone(),
            label: format!("{field} (the same in every row)"),
            from: From::Constant(text.clone()),
        };
        let columns = mapping.columns.iter().filter_map(place).chain(mapping.constants.iter().map(constant)).collect();
        let (is_cut, words) = (Cell::new(false), RefCell::default());
        Mapped { table, columns, reading: mapping.reading(), most, is_cut, words }
    }

    /// What the file calls a column of ours.
    pub(super) fn label(&self, column: usize) -> Option<&String> {
        self.columns.get(column).map(|column| &column.label)
    }

    /// Whether numbers in a column of dates count their days from 1904.
    pub(super) fn is_1904(&self) -> bool {
        self.table.is_1904()
    }

    /// Hands over each row in our columns. Returns how many rows were left when `each` had enough.
    pub(super) fn each_row(&self, text: &str, each: &mut EachRow<'_>) -> usize {
        let (mut count, mut ours) = (0, StringRecord::new());
        self.is_cut.set(false);
        let rest = self.table.each_row(text, |line, row| {
            if count == self.most {
                self.is_cut.set(true);
                return ControlFlow::Break(());
            }
            count += 1;
            let row = match row {
                Ok(row) => row,
                Err(problem) => return each(line, Err(problem)),
            };
            ours.clear();
            for (index, column) in self.columns.iter().enumerate() {
                let cell = match &column.from {
                    From::Place(place) => row.get(*place).unwrap_or_default(),
                    From::Constant(text) => text,
                };
                ours.push_field(&self.in_our_words(index, column, cell, line));
            }
            each(line, Ok(&ours))
        });
        if self.is_cut() { 0 } else { rest }
    }

    fn in_our_words<'c>(&self, index: usize, column: &Column, cell: &'c str, line: u64) -> Cow<'c, str> {
        if let Some(date) = in_order(cell.trim(), column.order) {
            return Cow::Owned(date);
        }
        let Some(word) = mapping_word::ours(&column.field, cell) else { return Cow::Borrowed(cell) };
        let mut words = self.words.borrow_mut();
        let key = (index, cell.trim().to_owned());
        if words.len() < MAX_LISTED && !words.contains_key(&key) {
            words.insert(key, (line, word.clone().into_owned()));
        }
        Cow::Owned(word.into_owned())
    }

    /// What was interpreted on the way.
    pub(super) fn word_notes(&self) -> Vec<Issue> {
        let words = self.words.borrow();
        let note = |((index, theirs), (line, ours)): (&(usize, String), &(u64, String))| {
            let label = self.label(*index).map_or("", String::as_str);
            let message = format!("read as {ours}, in every row that has it");
            Issue::noted(IssueKind::Conversion, message).at_line(*line).in_column(label).with_value(theirs)
        };
        words.iter().map(note).collect()
    }

    /// Whether rows are left that were not read.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }
}

/// A date with its parts in the stated order, year first; `None` where it is written in another way.
pub(super) fn in_order(cell: &str, order: DateOrder) -> Option<String> {
    if order == DateOrder::Auto || !(6..=40).contains(&cell.len()) {
        return None;
    }
    let (date, clock) = cell.split_once(' ').unwrap_or((cell, ""));
    let mut parts = date.split(['/', '.', '-']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()));
    let (first, second) = (number(first)?, number(second)?);
    let year = match year.len() {
        2 => 2000 + i64::from(number(year)?),
        4 => year.parse().ok()?,
        _ => return None,
    };
    let (day, month) = if order == DateOrder::DayFirst { (first, second) } else { (second, first) };
    Timestamp::from_civil(year, month, day, 0).filter(|_| parts.next().is_none())?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if clock.is_empty() { date } else { format!("{date} {}", clock.trim()) })
}

impl Records {
    /// Hands over each record as a row under these columns. Returns how many records were left when `each` had enough.
    pub(super) fn each_row(&self, header: &[String], text: &str, each: &mut EachRow<'_>) -> usize {
        let places: BTreeMap<&str, usize> = header.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let (mut cells, mut row) = (vec![Cow::Borrowed(""); header.len()], StringRecord::new());
        for (index, (range, line)) in self.records.iter().enumerate() {
            let raw = text.get(range.clone()).unwrap_or_default();
            cells.iter_mut().for_each(|cell| *cell = Cow::Borrowed(""));
            let read = each_field(raw, &mut |key, value| {
                if let Some(cell) = places.get(key).and_then(|place| cells.get_mut(*place)) {
                    *cell = value;
                }
            });
            let result = read.map(|()| {
                row.clear();
                cells.iter().for_each(|cell| row.push_field(cell));
                &row
            });
            if each(*line, result.map_err(RowProblem::NotARecord)).is_break() {
                return self.records.len() - index - 1;
            }
        }
        0
    }
}

/// Fields of a record; those of a record inside it are called `outer.inner`.
fn each_field<'t>(raw: &'t str, each: &mut dyn FnMut(&str, Cow<'t, str>)) -> Result<(), String> {
    let Entries(entries) = serde_json::from_str(raw).map_err(|error| error.to_string())?;
    for (key, value) in entries {
        if value.get().starts_with('{') {
            let Entries(inner) = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
            for (name, value) in inner {
                each(&format!("{key}.{name}"), cell_text(value).map_err(|error| error.to_string())?);
            }
        } else {
            each(&key, cell_text(value).map_err(|error| error.to_string())?);
        }
    }
    Ok(())
}

/// A document's list of records as a table.
fn table_of<'a>(document: &Document, text: &str) -> Option<Table<'a>> {
    let mut records: Vec<(Range<usize>, u64)> = document.records.iter().map(|record| (record.range.clone(), record.line)).collect();
    if records.is_empty() {
        let lines = Lines::new(text);
        let start = |value: &RawValue| (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let list = longest_list(serde_json::from_str(text).ok()?, MAX_DEPTH);
        records = list.iter().map(|value| (start(value)..start(value) + value.get().len(), lines.of(text, value.get()))).collect();
    }
    let (mut header, mut known) = (Vec::new(), BTreeSet::new());
    for (range, _) in records.iter().take(KEYED_RECORDS) {
        // A record that cannot be read is rejected when its row is.
        let _ = each_field(text.get(range.clone())?, &mut |key, _| {
            if header.len() < table::MAX_COLUMNS && known.insert(key.to_owned()) {
                header.push(key.to_owned());
            }
        });
    }
    let line = records.first()?.1;
    (header.len() >= 2).then(|| Table::of_records(header, line, Records { records }))
}

/// The longest list of records in a document.
fn longest_list(value: &RawValue, depth: usize) -> Vec<&RawValue> {
    match value.get().as_bytes().first() {
        Some(b'[') => {
            let elements = serde_json::from_str(value.get()).map_or_else(|_| Vec::new(), |Elements(elements)| elements);
            if elements.first().is_some_and(|first| first.get().starts_with('{')) { elements } else { Vec::new() }
        }
        Some(b'{') if depth > 0 => {
            let entries = serde_json::from_str(value.get()).map_or_else(|_| Vec::new(), |Entries(entries)| entries);
            entries.into_iter().map(|(_, value)| longest_list(value, depth - 1)).max_by_key(Vec::len).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Names by which columns are told apart: a blank one is called by its place, a repeated one is numbered.
fn names_of(header: &[String]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let unique = |(index, name): (usize, &String)| {
        let name = if name.is_empty() { format!("column {}", index + 1) } else { name.clone() };
        let mut candidate = name.clone();
        let mut number = 2;
        while !known.insert(candidate.clone()) {
            candidate = format!("{name} ({number})");
            number += 1;
        }
        candidate
    };
    header.iter().enumerate().map(unique).collect()
}

impl<'a> Content<'a> {
    /// The same as one table, where its records are those of a JSON list.
    pub(super) fn into_table(self) -> Content<'a> {
        match self.json().and_then(|document| table_of(document, &self.text)) {
            Some(table) => Content { shape: Shape::Table(table), ..self },
            None => self,
        }
    }

    /// What a user must see to say what its columns are; `None` where it is no table.
    pub(super) fn sample(&self) -> Option<Sample> {
        let of_list;
        let table = match self.table() {
            Some(table) => table,
            None => {
                of_list = table_of(self.json()?, &self.text)?;
                &of_list
            }
        };
        let mut columns = names_of(&table.header);
        let unlisted = columns.len().saturating_sub(MAX_LISTED);
        columns.truncate(MAX_LISTED);
        let mut rows = Vec::new();
        let shown = |cell: &str| cell.trim().chars().take(MAX_CELL).collect();
        table.each_row(&self.text, |_, row| {
            rows.extend(row.ok().map(|row| row.iter().take(MAX_LISTED).map(shown).collect::<Vec<String>>()));
            if rows.len() < SAMPLE_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        Some(Sample { columns, unlisted, rows })
    }

    /// The names of its columns, as a mapping uses them; none where it is no table.
    pub(super) fn column_names(&self) -> Vec<String> {
        self.table().map_or_else(Vec::new, |table| names_of(&table.header))
    }

    /// The same table in our columns, by a mapping that fits it.
    pub(super) fn into_mapped(self, mapping: &Mapping, most: usize) -> Content<'a> {
        let names = self.column_names();
        let Content { name, text, shape, notes } = self;
        let shape = match shape {
            Shape::Table(table) => {
                let mapped = Mapped::new(table, &names, mapping, most);
                let header = mapped.columns.iter().map(|column| column.field.clone()).collect();
                let (line, delimiter) = (mapped.table.header_line, mapped.table.delimiter);
                Shape::Table(Table::of_mapping(header, line, delimiter, mapped))
            }
            shape => shape,
        };
        Content { name, text, shape, notes }
    }
}

/// The columns that a mapping does not read.
pub(super) fn unread(names: &[String], mapping: &Mapping) -> Option<Issue> {
    const LISTED: usize = 20;
    let unread: Vec<&str> =
        names.iter().filter(|name| !mapping.columns.iter().any(|(column, _)| column == *name)).map(String::as_str).collect();
    let more = if unread.len() > LISTED { format!(" and {} more", unread.len() - LISTED) } else { String::new() };
    let listed: Vec<&str> = unread.iter().take(LISTED).copied().collect();
    (!unread.is_empty())
        .then(|| Issue::noted(IssueKind::Unsupported, format!("columns that the mapping does not read: {}{more}", listed.join(", "))))
}
