//! The data behind a chart: as an accessible table on the page, and as a CSV file (RFC 4180).
//!
//! Invariant: a spreadsheet that opens the file gets every number in full, and never runs a text as a formula.

use crate::view::format::csv_text;
use serde::{Deserialize, Serialize};

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// A name, a date, a remark.
    Text(String),
    /// A number and how it is shown; `None` where there is none.
    Number(Option<f64>, String),
}

/// Rows under heads that name quantity and unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataTable {
    /// Heads, with units.
    pub heads: Vec<String>,
    /// Rows; the first cell names the row.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A number in the unit of its column, and as it is shown.
    pub fn number(value: f64, shown: String) -> Cell {
        Cell::Number(Some(value), shown)
    }

    /// A number that may not be there; what is not has a dash.
    pub fn optional(value: Option<f64>, shown: impl Fn(f64) -> String) -> Cell {
        Cell::Number(value, value.map_or_else(|| "–".to_owned(), shown))
    }

    /// As a reader sees it.
    pub fn shown(&self) -> &str {
        match self {
            Cell::Text(text) | Cell::Number(_, text) => text,
        }
    }
}

impl DataTable {
    /// With these heads, and no row yet.
    pub fn with_heads<'a>(heads: impl IntoIterator<Item = &'a str>) -> DataTable {
        DataTable { heads: heads.into_iter().map(str::to_owned).collect(), rows: Vec::new() }
    }

    /// As a CSV file.
    pub fn csv(&self) -> String {
        let heads: Vec<String> = self.heads.iter().map(|head| text_field(head)).collect();
        let mut csv = heads.join(",");
        csv.push_str("\r\n");
        for row in &self.rows {
            let fields: Vec<String> = row.iter().map(field).collect();
            csv.push_str(&fields.join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text_field(text),
        // The shortest digits that read back as the same number: a spreadsheet's matter, not a reader's.
        Cell::Number(Some(value), _) if value.is_finite() => value.to_string(),
        Cell::Number(..) => String::new(),
    }
}

/// A file has plain spaces and hyphens where the page has narrow and no-break spaces and the typographic minus.
fn text_field(text: &str) -> String {
    csv_text(&text.replace(['\u{a0}', '\u{202f}'], " ").replace('−', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell, field: &str) {
        let table = DataTable { heads: vec!["P&L (USD)".to_owned()], rows: vec![vec![cell]] };
        assert_eq!(table.csv(), format!("P&L (USD)\r\n{field}\r\n"));
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn texts_are_guarded_and_quoted() {
        check(text("BTC"), "BTC");
        check(text("a,b"), "\"a,b\"");
        check(text("say \"so\""), "\"say \"\"so\"\"\"");
        check(text("two\nlines"), "\"two\nlines\"");
        check(text("=1+1"), "'=1+1");
        check(text("+1"), "'+1");
        check(text("-1"), "'-1");
        check(text("@SUM(A1)"), "'@SUM(A1)");
        check(text("\tx"), "'\tx");
        check(text("\rx"), "\"'\rx\"");
        check(text("27\u{a0}Mar\u{a0}26"), "27 Mar 26");
        check(text("−25"), "'-25");
        check(text("=A,B"), "\"'=A,B\"");
    }

    #[test]
    fn numbers_stay_numbers_in_full() {
        check(Cell::Number(Some(-912_345.678_901_234_5), "−$912 k".to_owned()), "-912345.6789012345");
        check(Cell::Number(Some(0.1 + 0.2), "0.3".to_owned()), "0.30000000000000004");
        check(Cell::Number(None, "–".to_owned()), "");
        check(Cell::Number(Some(f64::NAN), "–".to_owned()), "");
    }
}
