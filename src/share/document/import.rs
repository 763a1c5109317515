//! What was made of a saved book's files. FROZEN, part of `document`:
//!
//! ```text
//! imports   counts(3) rows read, accepted, rejected of all files; varint n, n files; varint m, m issues
//! file      text name, 0 or 1 and text format, text label, counts(3) rows, counts(3) positions, facts, accounts,
//!           varint k, k × (text kind of record, varint number), 0 or 1 and times(1) latest time
//! issues    m bytes: 2·kind (0 invalid, 1 parse, 2 missing data, 3 unsupported, 4 conversion, 5 calculation) + 1 if noted;
//!           some(m) and texts file, some(m) and lines as ints, each the difference to the one before, some(m) and texts column,
//!           some(m) and texts subject, some(m) and texts value, m texts message
//! ```
//!
//! `counts(n)` are n varints. A text is cut after as many characters as a saved book may hold in one.

use crate::import::{FileSummary, RowCount};
use crate::issue::{Effect, Issue, IssueKind};
use crate::share::damaged;
use crate::share::document::LIMITS;
use crate::share::v1::column::read_where;
use crate::share::v1::wire::{Reader, Writer, limited};
use std::collections::BTreeMap;

/// Most issues of a saved book.
const MAX_ISSUES: usize = 400_000;

const KINDS: [IssueKind; 6] =
    [IssueKind::Invalid, IssueKind::Parse, IssueKind::MissingData, IssueKind::Unsupported, IssueKind::Conversion, IssueKind::Calculation];

/// Writes rows, files and issues.
pub(super) fn write<'a>(writer: &mut Writer<'a>, rows: RowCount, files: &'a [FileSummary], issues: &'a [Issue]) {
    write_rows(writer, rows);
    writer.count(files.len());
    for file in files {
        let FileSummary { name, format, label, rows, positions, facts, accounts, kinds, as_of } = file;
        writer.text(cut(name));
        writer.byte(u8::from(format.is_some()));
        format.iter().for_each(|format| writer.text(cut(format)));
        writer.text(cut(label));
        write_rows(writer, *rows);
        [positions, facts, accounts].into_iter().for_each(|count| writer.count(*count));
        writer.count(kinds.len());
        for (kind, count) in kinds {
            writer.text(cut(kind));
            writer.count(*count);
        }
        writer.byte(u8::from(as_of.is_some()));
        as_of.iter().for_each(|as_of| writer.times(&[*as_of]));
    }
    let issues = issues.get(..MAX_ISSUES).unwrap_or(issues);
    writer.count(issues.len());
    for issue in issues {
        let kind = match issue.kind {
            IssueKind::Invalid => 0,
            IssueKind::Parse => 1,
            IssueKind::MissingData => 2,
            IssueKind::Unsupported => 3,
            IssueKind::Conversion => 4,
            IssueKind::Calculation => 5,
        };
        writer.byte(2 * kind + u8::from(issue.effect == Effect::Noted));
    }
    write_texts(writer, issues.iter().map(|issue| issue.file.as_deref()).collect());
    writer.presence(&issues.iter().map(|issue| issue.line.is_some()).collect::<Vec<bool>>());
    let mut before = 0_i64;
    for line in issues.iter().filter_map(|issue| issue.line) {
        let line = line.cast_signed();
        writer.signed(line.wrapping_sub(before));
        before = line;
    }
    write_texts(writer, issues.iter().map(|issue| issue.column.as_deref()).collect());
    write_texts(writer, issues.iter().map(|issue| issue.subject.as_deref()).collect());
    write_texts(writer, issues.iter().map(|issue| issue.value.as_deref()).collect());
    issues.iter().for_each(|issue| writer.text(cut(&issue.message)));
}

/// Reads them.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<(RowCount, Vec<FileSummary>, Vec<Issue>), Issue> {
    let rows = read_rows(reader)?;
    let mut files = Vec::new();
    for _ in 0..limited(reader.count(11)?, MAX_ISSUES, "files")? {
        files.push(read_file(reader)?);
    }
    let count = limited(reader.count(2)?, MAX_ISSUES, "issues")?;
    let mut kinds = Vec::with_capacity(count);
    for byte in reader.take(count)? {
        let kind = KINDS.get(usize::from(byte / 2)).copied().ok_or_else(damaged)?;
        kinds.push((kind, if byte % 2 == 1 { Effect::Noted } else { Effect::Rejected }));
    }
    let mut in_files = read_texts(reader, count)?.into_iter();
    let has_line = reader.presence(count)?;
    let mut line = 0_i64;
    let lines = read_where(&has_line, |count| {
        (0..count)
            .map(|_| {
                line = line.wrapping_add(reader.signed()?);
                Ok(line.cast_unsigned())
            })
            .collect()
    })?;
    let mut columns = read_texts(reader, count)?.into_iter();
    let mut subjects = read_texts(reader, count)?.into_iter();
    let mut values = read_texts(reader, count)?.into_iter();
    let mut issues = Vec::with_capacity(count);
    for ((kind, effect), line) in kinds.into_iter().zip(lines) {
        issues.push(Issue {
            kind,
            effect,
            file: in_files.next().flatten(),
            line,
            column: columns.next().flatten(),
            subject: subjects.next().flatten(),
            value: values.next().flatten(),
            message: reader.text()?,
        });
    }
    Ok((rows, files, issues))
}

fn read_file(reader: &mut Reader<'_>) -> Result<FileSummary, Issue> {
    let name = reader.text()?;
    let format = if reader.flag()? { Some(reader.text()?) } else { None };
    let label = reader.text()?;
    let rows = read_rows(reader)?;
    let (positions, facts, accounts) = (number(reader)?, number(reader)?, number(reader)?);
    let mut kinds = BTreeMap::new();
    for _ in 0..reader.count(2)? {
        kinds.insert(reader.text()?, number(reader)?);
    }
    let as_of = if reader.flag()? { reader.times(1)?.pop() } else { None };
    Ok(FileSummary { name, format, label, rows, positions, facts, accounts, kinds, as_of })
}

fn write_rows(writer: &mut Writer<'_>, rows: RowCount) {
    let RowCount { read, accepted, rejected } = rows;
    [read, accepted, rejected].into_iter().for_each(|count| writer.count(count));
}

fn read_rows(reader: &mut Reader<'_>) -> Result<RowCount, Issue> {
    Ok(RowCount { read: number(reader)?, accepted: number(reader)?, rejected: number(reader)? })
}

/// A number of rows or records, which stands for nothing that is allocated.
fn number(reader: &mut Reader<'_>) -> Result<usize, Issue> {
    let number = u32::try_from(reader.varint()?).map_err(|_| damaged())?;
    usize::try_from(number).map_err(|_| damaged())
}

fn write_texts<'a>(writer: &mut Writer<'a>, texts: Vec<Option<&'a str>>) {
    writer.presence(&texts.iter().map(Option::is_some).collect::<Vec<bool>>());
    texts.into_iter().flatten().for_each(|text| writer.text(cut(text)));
}

fn read_texts(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Option<String>>, Issue> {
    let present = reader.presence(count)?;
    read_where(&present, |count| reader.texts(count))
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(LIMITS.text_chars).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
