//! A set of limits as a small file: one line for each, in the columns measure, dimension, key, soft, hard, and direction where it is not
//! the usual one.
//!
//! Input: text. Output: limits, and an issue for each line that is none. Invariant: what [`write`] writes, [`read`] reads back as the same
//! limits, numbers to the bit.

use crate::exposure::limit::{Direction, Limit, LimitMeasure, LimitUnit, Slice};
use crate::exposure::pivot::dimension::{self, Dimension};
use crate::issue::{Issue, IssueKind, Partial};
use crate::units::exact_text;

/// Most limits of one set.
pub const MOST_LIMITS: usize = 500;

/// Columns in the order in which they are written.
const COLUMNS: [&str; 6] = ["measure", "dimension", "key", "soft", "hard", "direction"];
const REQUIRED: [&str; 2] = ["measure", "hard"];
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// What a spreadsheet takes for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Reads a set.
pub fn read(text: &str) -> Partial<Vec<Limit>> {
    let mut found = Partial { value: Vec::new(), issues: Vec::new() };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return found;
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let separator = SEPARATORS.into_iter().max_by_key(|sign| first.bytes().filter(|byte| byte == sign).count()).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut header: Option<Vec<Option<usize>>> = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                found.issues.push(Issue::rejected(IssueKind::Parse, format!("the rest cannot be read as lines of cells: {error}")));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(places) = &header else {
            match columns(&record, &mut found.issues) {
                Ok(places) => header = Some(places),
                Err(issue) => {
                    // What is said of columns is said of nothing where the line is no header.
                    found.issues = vec![issue.at_line(line)];
                    break;
                }
            }
            continue;
        };
        let of = |column: usize| places.get(column).copied().flatten().and_then(|place| record.get(place)).map_or("", unguarded);
        let result = limit(&of).and_then(|limit| {
            let is_same = |known: &Limit| {
                (known.measure, known.direction) == (limit.measure, limit.direction) && is_same_slice(&known.slice, &limit.slice)
            };
            match found.value.iter().any(is_same) {
                true => Err(Issue::rejected(IssueKind::Invalid, "a limit of this measure, slice and direction stands above already")),
                false if found.value.len() >= MOST_LIMITS => {
                    Err(Issue::rejected(IssueKind::Unsupported, format!("a set holds at most {MOST_LIMITS} limits")))
                }
                false => Ok(limit),
            }
        });
        match result {
            Ok(limit) => found.value.push(limit),
            Err(issue) => found.issues.push(issue.at_line(line)),
        }
    }
    found
}

fn is_same_slice(one: &Slice, other: &Slice) -> bool {
    match (one, other) {
        (Slice::Of(one, name), Slice::Of(other, known)) => one == other && name.to_lowercase() == known.to_lowercase(),
        _ => one == other,
    }
}

/// The place of each of [`COLUMNS`].
fn columns(record: &csv::StringRecord, issues: &mut Vec<Issue>) -> Result<Vec<Option<usize>>, Issue> {
    let mut places = vec![None; COLUMNS.len()];
    for (place, cell) in record.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        match COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(cell)) {
            Some(column) => match places.get_mut(column) {
                Some(slot @ None) => *slot = Some(place),
                _ => return Err(Issue::rejected(IssueKind::Invalid, "a column stands twice").with_value(cell)),
            },
            None => {
                let message = format!("a column that limits do not have, which is not read; they have {}", COLUMNS.join(", "));
                issues.push(Issue::noted(IssueKind::Unsupported, message).in_column(cell));
            }
        }
    }
    for (column, place) in COLUMNS.iter().zip(&places) {
        if place.is_none() && REQUIRED.contains(column) {
            let message = format!("the first line must name the columns, {column} among them: {}", COLUMNS.join(","));
            return Err(Issue::rejected(IssueKind::Parse, message).in_column(column).with_value(record.get(0).unwrap_or_default()));
        }
    }
    Ok(places)
}

/// Whether a spreadsheet would take it for a formula, however many apostrophes protect it.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// Takes off the apostrophe that protects a text from spreadsheets.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn limit<'a>(of: &impl Fn(usize) -> &'a str) -> Result<Limit, Issue> {
    let [measure, dimension, key, soft, hard, direction] = [0, 1, 2, 3, 4, 5].map(of);
    let refuse =
        |column: &str, value: &str, message: String| Issue::rejected(IssueKind::Invalid, message).in_column(column).with_value(value);
    let measure = LimitMeasure::by_id(measure).ok_or_else(|| {
        let ids: Vec<&str> = LimitMeasure::all().map(LimitMeasure::id).collect();
        refuse("measure", measure, format!("no measure is called so; accepted are {}", ids.join(", ")))
    })?;
    let slice = match (dimension, key) {
        ("", "") => Slice::Whole,
        ("", key) => return Err(refuse("key", key, "a key needs its dimension, such as venue".to_owned())),
        (id, key) => {
            let dimension = dimension_of(id).ok_or_else(|| {
                let ids: Vec<&str> = dimension::ALL.iter().map(|def| def.id).collect();
                refuse("dimension", id, format!("no dimension is called so; accepted are {} and tag:NAME", ids.join(", ")))
            })?;
            if key.is_empty() { Slice::Each(dimension) } else { Slice::Of(dimension, key.to_owned()) }
        }
    };
    let direction = match direction {
        "" => Direction::default(),
        text => Direction::ALL
            .into_iter()
            .find(|direction| direction.id().eq_ignore_ascii_case(text))
            .ok_or_else(|| refuse("direction", text, "a direction is absolute, long or short".to_owned()))?,
    };
    let number = |column: &str, text: &str| {
        let accepted = if measure.unit() == LimitUnit::Part { "0.25 or 25%" } else { "2500000 or 2.5e6" };
        let message = || refuse(column, text, format!("no number; accepted is one such as {accepted}, without separators of thousands"));
        read_number(text, measure.unit()).ok_or_else(message)
    };
    let soft = if soft.is_empty() { None } else { Some(number("soft", soft)?) };
    let limit = Limit { measure, slice, soft, hard: number("hard", hard)?, direction };
    limit.check().map(|()| limit)
}

fn dimension_of(text: &str) -> Option<Dimension> {
    let known = dimension::ALL.iter().copied().find(|def| def.id.eq_ignore_ascii_case(text) || def.label.eq_ignore_ascii_case(text));
    known.map(Dimension::Known).or_else(|| Dimension::by_id(text))
}

fn read_number(text: &str, unit: LimitUnit) -> Option<f64> {
    let (text, scale) = match text.strip_suffix('%') {
        Some(text) if unit == LimitUnit::Part => (text.trim_end(), 0.01),
        _ => (text, 1.0),
    };
    // The parser of the language takes words such as `inf` as well.
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let number: f64 = text.parse().ok().filter(|_| is_digits)?;
    Some(if scale == 1.0 { number } else { number * scale }).filter(|number| number.is_finite())
}

/// Writes a set.
pub fn write(limits: &[Limit]) -> String {
    let has_direction = limits.iter().any(|limit| limit.direction != Direction::default());
    let count = if has_direction { COLUMNS.len() } else { COLUMNS.len() - 1 };
    let mut text = COLUMNS.iter().take(count).copied().collect::<Vec<_>>().join(",");
    text.push('\n');
    for Limit { measure, slice, soft, hard, direction } in limits {
        let (dimension, key) = match slice {
            Slice::Whole => (String::new(), ""),
            Slice::Of(dimension, key) => (dimension.id(), key.as_str()),
            Slice::Each(dimension) => (dimension.id(), ""),
        };
        let numbers = [soft.map(exact_text).unwrap_or_default(), exact_text(*hard)];
        let cells = [measure.id().to_owned(), cell(&dimension), cell(key)];
        let all = cells.into_iter().chain(numbers).chain([direction.id().to_owned()]).take(count);
        text.push_str(&all.collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    text
}

/// A text as a cell: guarded from spreadsheets, and quoted where it must be.
fn cell(text: &str) -> String {
    let guarded = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    let is_plain = !guarded.contains(['"', ',', ';', '\t', '\n', '\r']);
    if is_plain { guarded } else { format!("\"{}\"", guarded.replace('"', "\"\"")) }
}
