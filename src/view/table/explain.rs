//! A P&L told apart, as rows: the parts, what they leave unexplained, and the P&L that they add up to.

use crate::stress::explain::{EVENTS, Explained, PARTS};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// What the remainder is called.
pub const REMAINDER: &str = "Unexplained";

/// Which parts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What a move of the market has.
    Market,
    /// And what happens to positions.
    All,
}

impl Shown {
    /// The parts with their names, in their order.
    fn parts(self, explained: Explained) -> impl Iterator<Item = (&'static str, f64)> {
        PARTS.into_iter().zip(explained.parts()).filter(move |(name, _)| self == Shown::All || *name != EVENTS)
    }

    /// A table without rows; what its rows are of, and their further columns before the numbers.
    pub fn table(self, of: &str, further: &[&str]) -> DataTable {
        let parts = self.parts(Explained::default()).map(|(name, _)| name).chain([REMAINDER]).map(|part| format!("{part}, USD"));
        let heads = [of].into_iter().chain(further.iter().copied()).chain(["P&L, USD"]).map(str::to_owned).chain(parts);
        DataTable::with_heads(heads.collect::<Vec<String>>().iter().map(String::as_str))
    }

    /// The numbers of a row.
    pub fn cells(self, explained: &Explained) -> impl Iterator<Item = Cell> {
        let parts = self.parts(*explained).map(|(_, value)| value);
        let values = [explained.pnl()].into_iter().chain(parts).chain([explained.remainder]);
        values.map(|value| Cell::number(value, format::signed_whole(value)))
    }

    /// The parts with their names, the remainder last.
    pub fn steps(self, explained: &Explained) -> Vec<(String, f64)> {
        let parts = self.parts(*explained).chain([(REMAINDER, explained.remainder)]);
        parts.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
