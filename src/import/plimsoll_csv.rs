//! The generic positions CSV: our own, and any table that names its columns as ours or by an alias.

use crate::import::content::{Content, Shape};
use crate::import::generic::read_row;
use crate::import::record::{FIELDS, Field, Record, field_of};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};

/// The format.
pub const DEF: ImportDef = ImportDef {
    id: "plimsoll-csv",
    label: "Positions CSV",
    doc: "A table of positions with named columns, as in the template that the Book page offers.",
    recognizes,
    read,
};

/// Columns that must be ours for a table to count as positions.
const ENOUGH: usize = 3;

fn recognizes(content: &Content) -> bool {
    match &content.shape {
        Shape::Json => false,
        Shape::Delimited { headers, .. } => headers.iter().filter(|header| field_of(header).is_some()).count() >= ENOUGH,
    }
}

fn read(content: &Content, imported: &mut Imported) {
    let Shape::Delimited { delimiter, headers, skipped } = &content.shape else { return };
    let header_line = skipped + 1;
    let columns = match columns(content, headers, header_line, imported) {
        Ok(columns) => columns,
        Err(issue) => {
            imported.issues.push(issue.in_file(&content.name).at_line(header_line));
            return;
        }
    };
    let names: Vec<String> =
        columns.iter().map(|place| place.and_then(|place| headers.get(place)).map_or_else(String::new, |header| header.trim().to_owned())).collect();
    let (text, unclosed) = before_unclosed_quote(&content.text);
    let comma_is_decimal = *delimiter != b',' && has_decimal_comma(text, *delimiter);
    if comma_is_decimal {
        imported.issues.push(Issue::noted(IssueKind::Conversion, "commas are read as decimal commas throughout the file").in_file(&content.name));
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(*delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut bytes = csv::StringRecord::new();
    let mut is_header_seen = false;
    loop {
        match reader.read_record(&mut bytes) {
            Ok(false) => break,
            Ok(true) => {}
            // The text is UTF-8 and in memory: nothing else can fail.
            Err(_) => continue,
        }
        let line = bytes.position().map_or(0, csv::Position::line);
        let is_blank = bytes.iter().all(|field| field.trim().is_empty());
        if line <= *skipped || is_blank && bytes.len() <= 1 {
            continue;
        }
        if !is_header_seen {
            is_header_seen = true;
            continue;
        }
        if bytes.len() != headers.len() {
            let message = format!("the row has {} fields, expected {}", bytes.len(), headers.len());
            let value = bytes.iter().collect::<Vec<_>>().join(&char::from(*delimiter).to_string());
            imported.reject(Issue::rejected(IssueKind::Parse, message).in_file(&content.name).at_line(line).with_value(&value));
            continue;
        }
        let texts = columns.iter().map(|place| place.and_then(|place| bytes.get(place)).unwrap_or("")).collect();
        read_row(&Record { file: &content.name, line, texts, columns: &names, comma_is_decimal }, imported);
    }
    if let Some(line) = unclosed {
        let rest = content.text.lines().skip(line as usize - 1).filter(|line| !line.trim().is_empty()).count().max(1);
        let message = format!("a quote that opens here is never closed; this row and the {} after it cannot be told apart", rest - 1);
        imported.reject(Issue::rejected(IssueKind::Parse, message).in_file(&content.name).at_line(line));
        imported.rows.read += rest as u64 - 1;
        imported.rows.rejected += rest as u64 - 1;
    }
}

/// Place of each field in the header.
fn columns(content: &Content, headers: &[String], line: u64, imported: &mut Imported) -> Result<Vec<Option<usize>>, Issue> {
    let mut columns: Vec<Option<usize>> = vec![None; FIELDS.len()];
    let mut ignored = Vec::new();
    for (place, header) in headers.iter().enumerate() {
        let Some(field) = field_of(header) else {
            if let Some(character) = header.chars().find(|character| !character.is_ascii()).filter(|_| header.chars().any(|c| c.is_ascii_alphabetic())) {
                let message = format!("the column name mixes alphabets: it holds U+{:04X}; write it in plain letters", character as u32);
                return Err(Issue::rejected(IssueKind::Parse, message).with_value(header));
            }
            ignored.push(header.trim().to_owned());
            continue;
        };
        let Some(slot) = columns.get_mut(field) else { continue };
        if let Some(first) = slot.and_then(|first: usize| headers.get(first)) {
            let message = format!("two columns mean the same: {first:?} and {header:?}; keep one");
            return Err(Issue::rejected(IssueKind::Parse, message).in_column(header.trim()).with_value(header));
        }
        *slot = Some(place);
    }
    let has = |field: Field| columns.get(field as usize).copied().flatten().is_some();
    if !has(Field::Quantity) {
        let message = "the column `quantity` is missing; also accepted: qty, size, amount";
        return Err(Issue::rejected(IssueKind::MissingData, message).in_column("quantity"));
    }
    if !has(Field::Instrument) && !(has(Field::Underlying) && has(Field::Type)) {
        let message = "the column `instrument` is missing, or else `underlying` and `type`";
        return Err(Issue::rejected(IssueKind::MissingData, message).in_column("instrument"));
    }
    if !ignored.is_empty() {
        let message = format!("columns that are not read: {}", ignored.join(", "));
        imported.issues.push(Issue::noted(IssueKind::Unsupported, message).in_file(&content.name).at_line(line));
    }
    Ok(columns)
}

/// The text up to the line on which a quote opens that is never closed, and that line.
fn before_unclosed_quote(text: &str) -> (&str, Option<u64>) {
    let (mut is_open, mut line, mut line_start) = (false, 1_u64, 0);
    let (mut open_line, mut open_start) = (0, 0);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => {
                line += 1;
                line_start = index + 1;
            }
            b'"' => {
                if !is_open {
                    (open_line, open_start) = (line, line_start);
                }
                is_open = !is_open;
            }
            _ => {}
        }
    }
    if is_open { (text.get(..open_start).unwrap_or_default(), Some(open_line)) } else { (text, None) }
}

/// Whether some field of the first rows is a number with a comma and without a point.
fn has_decimal_comma(text: &str, delimiter: u8) -> bool {
    text.lines().take(200).flat_map(|line| line.split(char::from(delimiter))).any(|field| {
        let field = field.trim().trim_start_matches('-');
        field.matches(',').count() == 1
            && !field.contains('.')
            && field.split(',').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}
