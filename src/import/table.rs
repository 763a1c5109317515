//! Delimited text or a sheet → header and rows. The delimiter is the one that the header uses; quoting is that of RFC 4180.
//!
//! Invariant: a row keeps its columns or is rejected. A row with one field too many never shifts the rest, and a quote that is
//! never closed does not swallow rows without a word.

use crate::import::mapped_table::{Mapped, Records};
use crate::import::mapping::Reading;
use crate::import::row::RowProblem;
use crate::import::sheet::{self, Sheet};
use crate::issue::{Issue, IssueKind};
use csv::StringRecord;
use std::ops::ControlFlow;
use std::rc::Rc;

/// Most columns of a table.
pub(super) const MAX_COLUMNS: usize = 1024;
/// Longest line, bytes; a line of a million commas costs many times its size.
const MAX_LINE_BYTES: usize = 1_000_000;
/// Lines before the header that are looked at.
const MAX_PREAMBLE: usize = 30;

/// Longest column name, characters.
const MAX_NAME_CHARS: usize = 300;

/// Hears the line and the fields of a row, or why it is none.
pub(super) type EachRow<'e> = dyn FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()> + 'e;

/// A table found in a text or a sheet.
pub(super) struct Table<'a> {
    /// Column names as they stand.
    pub header: Vec<String>,
    /// Line of the header, from 1.
    pub header_line: u64,
    /// The sign between two fields; 0 in a sheet.
    pub delimiter: u8,
    body: Body<'a>,
    /// Hears how many bytes have been read.
    watch: Option<&'a dyn Fn(u64)>,
}

#[derive(Clone)]
enum Body<'a> {
    /// The offset in the text at which the header starts.
    Text(usize),
    /// The cells.
    Sheet(Rc<Sheet>),
    /// The records of a JSON list.
    Records(Rc<Records>),
    /// Another table, by a mapping.
    Mapped(Rc<Mapped<'a>>),
}

/// Finds the header and the delimiter; `None` where no line looks like a header.
///
/// # Errors
/// A line or header that is too large to be read safely.
pub(super) fn find<'a>(text: &str, notes: &mut Vec<Issue>) -> Result<Option<Table<'a>>, Issue> {
    let mut start = 0;
    let (mut candidate, mut preamble) = (None, Vec::new());
    for (number, line) in (1_u64..).zip(text.split_inclusive('\n')) {
        if line.len() > MAX_LINE_BYTES {
            let message =
                format!("the line has {} bytes, at most {MAX_LINE_BYTES} are read: is this one table with line breaks?", line.len());
            return Err(Issue::rejected(IssueKind::Unsupported, message).at_line(number));
        }
        if candidate.is_none() && preamble.len() <= MAX_PREAMBLE && !line.trim().is_empty() {
            let (delimiter, fields) = delimiter_of(line);
            // A name in quotes may break the header's line.
            let length = if line.contains('"') { record_length(text.get(start..).unwrap_or_default(), delimiter) } else { line.len() };
            let next = text.get(start + length..).unwrap_or_default().lines().find(|line| !line.trim().is_empty());
            let is_title = next.is_some_and(|next| fields * 2 < delimiter_of(next).1);
            if fields < 2 || line.trim_start().starts_with('#') || is_title {
                preamble.push((number, line));
            } else {
                candidate = Some((number, start, delimiter, fields));
            }
        }
        start += line.len();
    }
    let Some((header_line, start, delimiter, fields)) = candidate else { return Ok(None) };
    check_width(fields, header_line)?;
    let mut header = StringRecord::new();
    let read = reader(text.get(start..).unwrap_or_default(), delimiter).read_record(&mut header).unwrap_or(false);
    if !read {
        return Ok(None);
    }
    preamble.into_iter().for_each(|(line, text)| notes.push(before_header(line, text)));
    Ok(Some(Table { header: header.iter().map(name).collect(), header_line, delimiter, body: Body::Text(start), watch: None }))
}

/// Finds the header of a sheet; `None` where no row looks like one.
///
/// # Errors
/// A header with more columns than are read.
pub(super) fn find_in_sheet<'a>(sheet: Sheet, notes: &mut Vec<Issue>) -> Result<Option<Table<'a>>, Issue> {
    let mut rows = sheet.rows().peekable();
    let (mut found, mut looked_at) = (None, 0);
    while let Some((line, cells)) = rows.next().filter(|_| looked_at <= MAX_PREAMBLE) {
        looked_at += 1;
        let first = sheet.cells(cells.clone()).next().map_or("", |(_, text)| text);
        let is_title = rows.peek().is_some_and(|(_, next)| cells.len() * 2 < next.len());
        if cells.len() >= 2 && !first.trim_start().starts_with('#') && !is_title {
            found = Some((line, cells));
            break;
        }
        notes.push(before_header(line, first));
    }
    drop(rows);
    let Some((header_line, cells)) = found else { return Ok(None) };
    let width = sheet.cells(cells.clone()).next_back().map_or(0, |(column, _)| column + 1);
    check_width(width, header_line)?;
    let mut header = vec![String::new(); width];
    for (column, text) in sheet.cells(cells) {
        if let Some(slot) = header.get_mut(column) {
            *slot = name(text);
        }
    }
    note_outside(&sheet, header_line, width, notes);
    Ok(Some(Table { header, header_line, delimiter: 0, body: Body::Sheet(Rc::new(sheet)), watch: None }))
}

/// Cells beside the table are notes and sums of its owner; they are named, as one of them may have been meant as a column.
fn note_outside(sheet: &Sheet, header_line: u64, width: usize, notes: &mut Vec<Issue>) {
    let (mut first, mut count) = (None, 0);
    for (line, cells) in sheet.rows().filter(|(line, _)| *line > header_line) {
        for (column, _) in sheet.cells(cells).filter(|(column, _)| *column >= width) {
            first.get_or_insert((line, column));
            count += 1;
        }
    }
    if let Some((line, column)) = first {
        let place = sheet::name_of(u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column + 1).unwrap_or(u32::MAX));
        let message = format!("cells outside of the table's columns are not read ({count}, the first is {place})");
        notes.push(Issue::noted(IssueKind::Conversion, message).at_line(line));
    }
}

fn check_width(fields: usize, line: u64) -> Result<(), Issue> {
    if fields <= MAX_COLUMNS {
        return Ok(());
    }
    let message = format!("the header has {fields} columns, at most {MAX_COLUMNS} are read");
    Err(Issue::rejected(IssueKind::Unsupported, message).at_line(line))
}

fn before_header(line: u64, text: &str) -> Issue {
    Issue::noted(IssueKind::Conversion, "the line before the header is not read").at_line(line).with_value(text.trim())
}

/// A column name as it is kept: whole names of usual length, the head of a hostile one.
fn name(cell: &str) -> String {
    cell.trim().chars().take(MAX_NAME_CHARS).collect()
}

/// Bytes of the first record.
fn record_length(text: &str, delimiter: u8) -> usize {
    let mut reader = reader(text, delimiter);
    let is_read = reader.read_record(&mut StringRecord::new()).unwrap_or(false);
    if is_read { reader.position().byte() as usize } else { text.len() }
}

impl<'a> Table<'a> {
    /// A table of the records of a list.
    pub(super) fn of_records(header: Vec<String>, header_line: u64, records: Records) -> Table<'a> {
        Table { header, header_line, delimiter: 0, body: Body::Records(Rc::new(records)), watch: None }
    }

    /// A table in our columns.
    pub(super) fn of_mapping(header: Vec<String>, header_line: u64, delimiter: u8, mapped: Mapped<'a>) -> Table<'a> {
        Table { header, header_line, delimiter, body: Body::Mapped(Rc::new(mapped)), watch: None }
    }

    /// The mapping by which it is read, if there is one.
    pub(super) fn mapped(&self) -> Option<&Mapped<'a>> {
        match &self.body {
            Body::Mapped(mapped) => Some(mapped),
            Body::Text(_) | Body::Sheet(_) | Body::Records(_) => None,
        }
    }

    /// What is known of its numbers before they are read.
    pub(super) fn reading(&self) -> Reading {
        self.mapped().map_or_else(Reading::default, |mapped| mapped.reading)
    }

    /// What the file calls a column.
    pub(super) fn label(&self, column: usize) -> Option<&String> {
        self.mapped().map_or_else(|| self.header.get(column), |mapped| mapped.label(column))
    }

    /// The columns, shortened for a message.
    pub(super) fn columns_for_message(&self) -> String {
        let short = |name: &String| name.chars().take(64).collect::<String>();
        let names: Vec<String> = self.header.iter().take(8).map(short).collect();
        let more = if self.header.len() > names.len() { format!(" and {} more", self.header.len() - names.len()) } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// The same table with other names of its columns.
    pub(super) fn renamed(&self, header: Vec<String>) -> Table<'a> {
        Table { header, header_line: self.header_line, delimiter: self.delimiter, body: self.body.clone(), watch: self.watch }
    }

    /// Has someone hear how far the reading has come.
    pub(super) fn watched(self, watch: Option<&'a dyn Fn(u64)>) -> Table<'a> {
        Table { watch, ..self }
    }

    /// About how many rows there are, from the length of the first ones; 0 where nobody can tell beforehand.
    pub(super) fn row_estimate(&self, text: &str) -> usize {
        let Body::Text(start) = &self.body else { return 0 };
        let body = text.as_bytes().get(*start..).unwrap_or_default();
        let head = body.get(..body.len().min(1 << 16)).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', head).count();
        if lines < 2 { 0 } else { body.len() / (head.len() / lines).max(1) + 1 }
    }

    /// Whether a column has this name, exactly.
    pub(super) fn has(&self, name: &str) -> bool {
        self.header.iter().any(|column| column == name)
    }

    /// Hands each row after the header to `each`, with its line; a row of blank fields states nothing and is passed over. Returns
    /// how many rows were left when `each` had enough.
    pub(super) fn each_row(&self, text: &str, mut each: impl FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()>) -> usize {
        match &self.body {
            Body::Records(records) => return records.each_row(&self.header, text, &mut each),
            Body::Mapped(mapped) => return mapped.each_row(text, &mut each),
            Body::Text(_) | Body::Sheet(_) => {}
        }
        let mut is_header = true;
        self.each_record(text, |line, record| match record {
            _ if std::mem::take(&mut is_header) => ControlFlow::Continue(()),
            Ok(record) if record.len() != self.header.len() => {
                each(line, Err(RowProblem::WrongCount { found: record.len(), expected: self.header.len() }))
            }
            record => each(line, record),
        })
    }

    /// The same from the header on, for files that hold several tables of different widths.
    pub(super) fn each_record(&self, text: &str, mut each: impl FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()>) -> usize {
        match &self.body {
            Body::Text(start) => self.each_line(text.get(*start..).unwrap_or_default(), each),
            Body::Sheet(sheet) => self.each_sheet_row(sheet, each),
            // These have no row for their header.
            Body::Records(_) | Body::Mapped(_) => self.each_row(text, &mut each as &mut EachRow<'_>),
        }
    }

    /// Whether numbers in a column of dates count their days from 1904.
    pub(super) fn is_1904(&self) -> bool {
        self.mapped().map_or(matches!(&self.body, Body::Sheet(sheet) if sheet.is_1904), Mapped::is_1904)
    }

    /// The rows of a sheet, each as wide as the header: a sheet has no separator that could shift them.
    fn each_sheet_row(&self, sheet: &Sheet, mut each: impl FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()>) -> usize {
        let mut record = StringRecord::new();
        let mut rows = sheet.rows().filter(|(line, _)| *line >= self.header_line);
        while let Some((line, cells)) = rows.next() {
            record.clear();
            for (column, text) in sheet.cells(cells).filter(|(column, _)| *column < self.header.len()) {
                while record.len() < column {
                    record.push_field("");
                }
                record.push_field(text);
            }
            let is_blank = record.iter().all(|field| field.trim().is_empty());
            while record.len() < self.header.len() {
                record.push_field("");
            }
            if !is_blank && each(line, Ok(&record)).is_break() {
                return rows.count();
            }
        }
        0
    }

    fn each_line(&self, body: &str, mut each: impl FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()>) -> usize {
        let mut reader = reader(body, self.delimiter);
        let mut record = StringRecord::new();
        let (mut counted, mut line, mut reported) = (0, self.header_line, 0);
        while reader.read_record(&mut record).unwrap_or(false) {
            let end = reader.position().byte() as usize;
            if let Some(watch) = self.watch.filter(|_| end - reported >= REPORT_BYTES) {
                reported = end;
                watch(end as u64);
            }
            let at = record.position().map_or(counted, |position| position.byte() as usize);
            let blank = body.as_bytes().get(at..end).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let from = at + blank;
            line += count_lines(body.get(counted..from).unwrap_or_default());
            counted = from;
            // Only the last record can hold a quote that is never closed.
            let open = if end < body.len() { None } else { open_quote(body.get(from..end).unwrap_or_default(), self.delimiter) };
            let result = match open {
                Some(offset) => {
                    let opened = line + count_lines(body.get(from..from + offset).unwrap_or_default());
                    let last = line + count_lines(body.get(from..end).unwrap_or_default().trim_end());
                    each(line, Err(RowProblem::OpenQuote { opened, last }))
                }
                None if record.iter().all(|field| field.trim().is_empty()) => ControlFlow::Continue(()),
                None => each(line, Ok(&record)),
            };
            if result.is_break() {
                return count_rows(body.get(end..).unwrap_or_default());
            }
        }
        0
    }
}

/// Bytes between two reports of how far the reading has come.
const REPORT_BYTES: usize = 1 << 20;

/// How many rows a text has, without reading them: lines that are not blank, line breaks within quotes aside.
fn count_rows(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_row = |line: &[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
    let (mut rows, mut from, mut is_quoted) = (0, 0, false);
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        if bytes.get(at) == Some(&b'"') {
            is_quoted = !is_quoted;
        } else if !is_quoted {
            rows += usize::from(bytes.get(from..at).is_some_and(is_row));
            from = at + 1;
        }
    }
    rows + usize::from(bytes.get(from..).is_some_and(is_row))
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

fn count_lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// The delimiter that a line uses most, and the number of fields that it makes.
fn delimiter_of(line: &str) -> (u8, usize) {
    let mut counts = [(b',', 1), (b';', 1), (b'\t', 1), (b'|', 1)];
    let mut is_quoted = false;
    for byte in line.trim_end_matches(['\r', '\n']).bytes() {
        is_quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte && !is_quoted) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).unwrap_or((b',', 1))
}

/// Where a quoted field starts that does not end within the record.
fn open_quote(record: &str, delimiter: u8) -> Option<usize> {
    let mut opened = None;
    let mut is_start = true;
    let mut bytes = record.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        if opened.is_some() {
            if byte == b'"' && bytes.next_if(|(_, next)| *next == b'"').is_none() {
                opened = None;
            }
        } else if byte == b'"' && is_start {
            opened = Some(at);
        }
        is_start = opened.is_none() && byte == delimiter;
    }
    opened
}
