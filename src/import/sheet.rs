//! Cells of one sheet, as sparse as the file holds them: text in one buffer, each cell with its row and column.
//!
//! Invariant: memory grows with the part's own size. A cell at the far end of the sheet costs what any other costs, and a text
//! shared by a million cells is counted each time before it is copied.

use crate::import::workbook::Xml;
use crate::issue::{Issue, IssueKind};
use crate::units::{self, DAY_MS, Timestamp};
use quick_xml::events::Event;
use std::borrow::Cow;
use std::ops::Range;

/// Rows of the largest sheet.
const MAX_ROW: u32 = 1_048_576;
/// Columns of the largest sheet.
const MAX_COLUMN: u32 = 16_384;
/// Most text of all cells together, bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// What the numbers in a sheet refer to.
pub(super) struct Values {
    /// Texts that cells share.
    pub strings: Vec<String>,
    /// Which cell formats show a date.
    pub dates: Vec<bool>,
    /// Whether days count from 1904.
    pub is_1904: bool,
}

/// A sheet.
pub(super) struct Sheet {
    /// Whether a bare number in a column of dates counts its days from 1904.
    pub is_1904: bool,
    text: String,
    cells: Vec<Cell>,
}

/// A cell that is not blank, in the order of rows and columns.
struct Cell {
    row: u32,
    column: u32,
    start: u32,
}

impl Sheet {
    /// The rows that hold something: row number from 1, and its cells.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u64, Range<usize>)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let row = self.cells.get(from)?.row;
            let rest = self.cells.get(from..).unwrap_or_default();
            let cells = from..from + rest.iter().take_while(|cell| cell.row == row).count();
            from = cells.end;
            Some((u64::from(row), cells))
        })
    }

    /// Columns, from 0, and texts of the cells of a row.
    pub(super) fn cells(&self, row: Range<usize>) -> impl DoubleEndedIterator<Item = (usize, &str)> {
        row.filter_map(|index| {
            let cell = self.cells.get(index)?;
            let end = self.cells.get(index + 1).map_or(self.text.len(), |next| next.start as usize);
            Some((cell.column as usize - 1, self.text.get(cell.start as usize..end)?))
        })
    }
}

/// Reads the cells of a sheet.
///
/// # Errors
/// A part that is no sheet, a cell that stands nowhere or out of order, a text that is not there, or more text than is read.
pub(super) fn read(xml: &mut Xml<'_>, values: &Values, notes: &mut Vec<Issue>) -> Result<Sheet, Issue> {
    let mut sheet = Sheet { is_1904: values.is_1904, text: String::new(), cells: Vec::new() };
    let (mut row, mut column, mut is_data) = (0, 0, false);
    let mut unsaved: Option<(String, usize)> = None;
    let mut value = String::new();
    while let Some(event) = xml.next()? {
        let Event::Start(start) = event else { continue };
        match start.local_name().as_ref() {
            "sheetData" => is_data = true,
            "row" if is_data => {
                let [stated] = xml.plain(&start, ["r"])?;
                let next = match &stated {
                    Some(number) => number.parse().ok().filter(|next| *next > row),
                    None => Some(row + 1),
                };
                let place = || format!("a row at {}", stated.as_deref().unwrap_or("the end"));
                row = next.filter(|row| *row <= MAX_ROW).ok_or_else(|| misplaced(&place()))?;
                column = 0;
            }
            "c" if row > 0 => {
                let [name, kind, style] = xml.plain(&start, ["r", "t", "s"])?;
                column = match name {
                    Some(name) => {
                        let place = reference(&name).filter(|(at, next)| *at == row && *next > column);
                        place.ok_or_else(|| misplaced(&format!("the cell {name}")))?.1
                    }
                    None if column < MAX_COLUMN => column + 1,
                    None => return Err(misplaced(&format!("a cell behind the last column of row {row}"))),
                };
                let is_date = style.and_then(|style| values.dates.get(style.parse::<usize>().ok()?)).copied().unwrap_or_default();
                let kind = kind.as_deref().unwrap_or("n");
                let is_formula = value_of(xml, &mut value)?;
                // A formula whose value is a text may well be blank.
                if is_formula && value.is_empty() && kind != "str" {
                    unsaved.get_or_insert_with(|| (name_of(row, column), 0)).1 += 1;
                }
                let text = match kind {
                    "s" if !value.is_empty() => {
                        let shared = value.trim().parse().ok().and_then(|index: usize| values.strings.get(index));
                        let missing = || xml.damaged(&format!("it refers to the text {value}, which is not there"));
                        Cow::Borrowed(shared.ok_or_else(missing)?.as_str())
                    }
                    kind => text_of_kind(kind, &value, is_date, values.is_1904),
                };
                sheet.push(row, column, &text)?;
            }
            _ => {}
        }
    }
    if !is_data {
        return Err(xml.damaged("it holds no cells"));
    }
    if let Some((first, count)) = unsaved {
        let message = format!(
            "formulas without a saved value count as blank ({count}, the first is {first}): open the workbook in a spreadsheet and save it"
        );
        notes.push(Issue::noted(IssueKind::MissingData, message));
    }
    Ok(sheet)
}

impl Sheet {
    fn push(&mut self, row: u32, column: u32, text: &str) -> Result<(), Issue> {
        if text.is_empty() {
            return Ok(());
        }
        if self.text.len() + text.len() > MAX_TEXT_BYTES {
            let message = format!("the sheet holds more than {MAX_TEXT_BYTES} bytes of text: split it, or save it as CSV");
            return Err(Issue::rejected(IssueKind::Unsupported, message).at_line(u64::from(row)));
        }
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.cells.push(Cell { row, column, start });
        self.text.push_str(text);
        Ok(())
    }
}

/// Reads a cell up to its end into `value`; whether it is a formula. What stands under `is` is unescaped already.
fn value_of(xml: &mut Xml<'_>, value: &mut String) -> Result<bool, Issue> {
    value.clear();
    let (mut is_value, mut is_formula) = (false, false);
    while let Some(event) = xml.next()? {
        match &event {
            Event::Start(start) => match start.local_name().as_ref() {
                "v" => is_value = value.is_empty(),
                "f" => is_formula = true,
                "is" => *value = text_of(xml, "is")?,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "v" => is_value = false,
                "c" => break,
                _ => {}
            },
            event if is_value => xml.append(event, value)?,
            _ => {}
        }
    }
    Ok(is_formula)
}

/// The text of a value that the cell holds itself.
fn text_of_kind<'a>(kind: &str, value: &'a str, is_date: bool, is_1904: bool) -> Cow<'a, str> {
    match kind {
        "str" => Cow::Owned(unescape(value)),
        "b" => Cow::Borrowed(match value.trim() {
            "1" => "TRUE",
            "0" => "FALSE",
            other => other,
        }),
        "n" => match value.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Cow::Owned(number_text(number, is_date, is_1904)),
            _ => Cow::Borrowed(value),
        },
        _ => Cow::Borrowed(value),
    }
}

/// A number as the shortest text that reads back to it; a date as `2027-03-27`, with the time of day where it has one.
fn number_text(number: f64, is_date: bool, is_1904: bool) -> String {
    // Day 0 is 1899-12-30 or 1904-01-01, 25 569 or 24 107 days before 1970. Spreadsheets also count a 29 February 1900, so earlier
    // days stay numbers.
    let epoch = if is_1904 { 24_107.0 } else { 25_569.0 };
    if !is_date || !(61.0..2_958_466.0).contains(&number) {
        return units::exact_text(number);
    }
    let time = Timestamp::from_ms(((number - epoch) * DAY_MS as f64).round() as i64).to_string();
    time.strip_suffix("T00:00:00Z").map(str::to_owned).unwrap_or(time)
}

/// The text up to the end of the element `closing`: all of its `t`, without the phonetic ones.
///
/// # Errors
/// Text that is no XML.
pub(super) fn text_of(xml: &mut Xml<'_>, closing: &str) -> Result<String, Issue> {
    let mut text = String::new();
    let (mut is_text, mut is_phonetic) = (false, false);
    while let Some(event) = xml.next()? {
        match &event {
            Event::Start(start) => match start.local_name().as_ref() {
                "t" => is_text = !is_phonetic,
                "rPh" => is_phonetic = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "t" => is_text = false,
                "rPh" => is_phonetic = false,
                name if name == closing => break,
                _ => {}
            },
            event if is_text => xml.append(event, &mut text)?,
            _ => {}
        }
    }
    Ok(unescape(&text))
}

/// Text with `_x000D_` turned into the character of that UTF-16 code (ECMA-376 part 1, 22.4.2.4, `ST_Xstring`).
fn unescape(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        units.extend(before.encode_utf16());
        let code = escape.get(2..6).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()) && escape.get(6..7) == Some("_"));
        match code.and_then(|code| u16::from_str_radix(code, 16).ok()) {
            Some(unit) => {
                units.push(unit);
                rest = escape.get(7..).unwrap_or_default();
            }
            None => {
                units.extend([u16::from(b'_'), u16::from(b'x')]);
                rest = escape.get(2..).unwrap_or_default();
            }
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

/// Row and column, from 1, of a cell's name such as `AB12`.
fn reference(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, row) = name.split_at_checked(letters)?;
    let is_number = row.len() <= 7 && row.bytes().all(|byte| byte.is_ascii_digit());
    let row = row.parse().ok().filter(|row| is_number && (1..=MAX_ROW).contains(row))?;
    let column = column.bytes().take(4).fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    ((1..=3).contains(&letters) && column <= MAX_COLUMN).then_some((row, column))
}

/// The name of a cell.
pub(super) fn name_of(row: u32, column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column);
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("{}{row}", letters.into_iter().rev().collect::<String>())
}

fn misplaced(what: &str) -> Issue {
    let what: String = what.chars().take(60).collect();
    Issue::rejected(IssueKind::Parse, format!("the sheet is damaged: {what} stands outside of it or out of order, save the workbook again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_have_one_reading() {
        for (name, expected) in [
            ("A1", Some((1, 1))),
            ("XFD1048576", Some((1_048_576, 16_384))),
            ("AB12", Some((12, 28))),
            ("XFE1", None),
            ("A0", None),
            ("A1048577", None),
            ("ZZZZZ999999999999", None),
            ("A", None),
            ("12", None),
            ("a1", None),
            ("A+1", None),
            ("Ä1", None),
            ("", None),
        ] {
            assert_eq!(reference(name), expected, "{name}");
            if let Some((row, column)) = expected {
                assert_eq!(name_of(row, column), name);
            }
        }
    }

    #[test]
    fn escaped_characters_are_read_and_broken_escapes_stay() {
        for (text, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_x00ZZ_ _x12", "_x00ZZ_ _x12"),
            ("_xD83D_", "\u{fffd}"),
            ("_x€abc_", "_x€abc_"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_follow_the_calendar_of_their_workbook() {
        assert_eq!(number_text(46_473.0, true, false), "2027-03-27");
        assert_eq!(number_text(45_011.0, true, true), "2027-03-27");
        assert_eq!(number_text(46_473.5, true, false), "2027-03-27T12:00:00Z");
        assert_eq!(number_text(46_473.0, false, false), "46473");
        assert_eq!(number_text(0.5, true, false), "0.5");
    }
}
