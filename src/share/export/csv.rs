//! Positions as CSV (RFC 4180): commas, lines that end in CR LF, quotes where a cell needs them.

use crate::engine::Inputs;
use crate::share::export::position::Table;
use crate::share::export::{Cell, ExportDef, guarded};
use crate::units::exact_text;

/// The format.
pub(super) const DEF: ExportDef =
    ExportDef { id: "csv", label: "Positions as CSV", extension: "csv", media_type: "text/csv;charset=utf-8", write };

fn write(inputs: &Inputs) -> Vec<u8> {
    let table = Table::new(&inputs.positions);
    let mut text = String::new();
    line(&mut text, table.header().map(Cell::text));
    for position in &inputs.positions {
        line(&mut text, table.row(position));
    }
    text.into_bytes()
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = Cell<'a>>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        match cell {
            Cell::Blank => {}
            Cell::Number(number) => text.push_str(&exact_text(number)),
            Cell::Text(cell) => push_quoted(text, &guarded(&cell)),
        }
    }
    text.push_str("\r\n");
}

/// Quotes a cell that holds a separator of any dialect, a quote, a line break, or space at an end.
fn push_quoted(text: &mut String, cell: &str) {
    if !cell.contains(['"', ',', ';', '\t', '|', '\n', '\r']) && cell.trim().len() == cell.len() {
        return text.push_str(cell);
    }
    text.push('"');
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}
