//! A P&L told apart, as rows: the parts, what they leave unexplained, and the P&L that they add up to.

use crate::stress::explain::{Explained, PARTS};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// What the remainder is called.
pub const REMAINDER: &str = "Unexplained";

/// A table without rows; what its rows are of, and their further columns before the numbers.
pub fn table(of: &str, further: &[&str]) -> DataTable {
    let parts = PARTS.map(|part| format!("{part}, USD"));
    let remainder = format!("{REMAINDER}, USD");
    let heads = [of].into_iter().chain(further.iter().copied()).chain(["P&L, USD"]).chain(parts.iter().map(String::as_str));
    DataTable::with_heads(heads.chain([remainder.as_str()]))
}

/// The numbers of a row.
pub fn cells(explained: &Explained) -> impl Iterator<Item = Cell> {
    let values = [explained.pnl()].into_iter().chain(explained.parts()).chain([explained.remainder]);
    values.map(|value| Cell::number(value, format::signed_whole(value)))
}

/// The parts with their names, the remainder last.
pub fn steps(explained: &Explained) -> Vec<(String, f64)> {
    let parts = PARTS.into_iter().zip(explained.parts());
    parts.chain([(REMAINDER, explained.remainder)]).map(|(name, value)| (name.to_owned(), value)).collect()
}
