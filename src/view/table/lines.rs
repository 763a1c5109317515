//! The lines of the table of positions: filter, order, groups with subtotals.
//!
//! Input: the rows and the user's choice. Output: lines, as indices into the rows, so that only those in sight need be drawn.

use crate::engine::PositionRow;
use crate::order;
use crate::units::Timestamp;
use crate::view::format;
use crate::view::table::positions::{ALL, Side, Sums, on, pnl};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What positions are grouped by, outer and inner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grouping {
    /// Not at all.
    None,
    /// Underlying, then expiry.
    #[default]
    Expiry,
    /// Venue, then account.
    Account,
    /// Class of contract, then underlying.
    Class,
    /// Label of this dimension, then underlying.
    Tag(String),
}

/// What the user chose to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableChoice {
    /// Rows whose name, account, venue, class or labels contain every word; case does not matter.
    pub filter: String,
    /// Column to order by.
    pub sort: usize,
    /// Largest first.
    pub descends: bool,
    /// Groups with subtotals.
    pub grouping: Grouping,
    /// Whether values and Greeks are those of the market or of the shock.
    pub side: Side,
}

impl Default for TableChoice {
    fn default() -> TableChoice {
        TableChoice { filter: String::new(), sort: 0, descends: false, grouping: Grouping::default(), side: Side::Base }
    }
}

/// A line of the table; a position is its index in the rows, or the row itself where the line is sent to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TableLine<R = usize> {
    /// A subtotal; level 0 is an underlying, level 1 an expiry.
    Group {
        /// 0 or 1.
        level: u8,
        /// Name.
        label: String,
        /// Rows in it.
        count: usize,
        /// Their sums.
        sums: Box<Sums>,
    },
    /// A position.
    Row(R),
}

/// A line that is in sight.
pub type ShownLine = TableLine<Box<PositionRow>>;

/// Filters, groups and orders.
pub fn lines(rows: &[PositionRow], choice: &TableChoice) -> Vec<TableLine> {
    let words: Vec<String> = choice.filter.split_whitespace().map(str::to_lowercase).collect();
    let mut kept: Vec<usize> = (0..rows.len()).filter(|index| rows.get(*index).is_some_and(|row| matches(row, &words))).collect();
    order(rows, &mut kept, choice);
    if choice.grouping == Grouping::None {
        return kept.into_iter().map(TableLine::Row).collect();
    }
    let mut groups: BTreeMap<&str, BTreeMap<Inner<'_>, Vec<usize>>> = BTreeMap::new();
    for index in kept {
        if let Some(row) = rows.get(index) {
            let (outer, inner) = choice.grouping.keys(row);
            groups.entry(outer).or_default().entry(inner).or_default().push(index);
        }
    }
    let mut lines = Vec::new();
    for (outer, inside) in &groups {
        let all: Vec<usize> = inside.values().flatten().copied().collect();
        let label = if outer.is_empty() { choice.grouping.unnamed() } else { (*outer).to_owned() };
        lines.push(TableLine::Group { level: 0, label, count: all.len(), sums: Box::new(sums(rows, &all)) });
        for ((expiry, inner), members) in inside {
            let label = match (expiry, choice.grouping == Grouping::Expiry) {
                (Some(expiry), _) => format::date(Timestamp::from_ms(*expiry)),
                (None, true) => "no expiry".to_owned(),
                (None, false) if inner.is_empty() => "no account".to_owned(),
                (None, false) => (*inner).to_owned(),
            };
            lines.push(TableLine::Group { level: 1, label, count: members.len(), sums: Box::new(sums(rows, members)) });
            lines.extend(members.iter().copied().map(TableLine::Row));
        }
    }
    lines
}

/// Inner key of a group: an expiry, or a name.
type Inner<'a> = (Option<i64>, &'a str);

impl Grouping {
    /// Outer and inner key of a row.
    fn keys<'a>(&self, row: &'a PositionRow) -> (&'a str, Inner<'a>) {
        match self {
            Grouping::None | Grouping::Expiry => (&row.underlying, (row.expiry.map(|expiry| expiry.ms()), "")),
            Grouping::Account => (&row.venue, (None, &row.account)),
            Grouping::Class => (&row.class, (None, &row.underlying)),
            Grouping::Tag(key) => (row.tags.get(key).map_or("", String::as_str), (None, &row.underlying)),
        }
    }

    /// What a group without a name is called.
    fn unnamed(&self) -> String {
        match self {
            Grouping::Account => "no venue".to_owned(),
            Grouping::Tag(key) => format!("no {key}"),
            Grouping::None | Grouping::Expiry | Grouping::Class => "unnamed".to_owned(),
        }
    }
}

fn matches(row: &PositionRow, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!("{} {} {} {} {}", row.name, row.account, row.venue, row.class, row.underlying).to_lowercase();
    let has_label = |word: &str| row.tags.values().any(|label| label.to_lowercase().contains(word));
    words.iter().all(|word| text.contains(word) || has_label(word))
}

/// Orders rows by the chosen column, keys computed once for each row; of equals the book's order stands.
fn order(rows: &[PositionRow], kept: &mut [usize], choice: &TableChoice) {
    let Some(column) = ALL.get(choice.sort) else { return };
    match column.number {
        Some(number) => {
            let numbers: Vec<Option<f64>> = rows.iter().map(|row| number(row, choice.side)).collect();
            let of = |index: &usize| numbers.get(*index).copied().flatten();
            // Rows without the number stand last in either direction.
            order::sort_by(kept, |a, b| match (of(a), of(b)) {
                (Some(a), Some(b)) if choice.descends => b.total_cmp(&a),
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            });
        }
        None => {
            let keys: Vec<Vec<u8>> = rows.iter().map(|row| natural(&(column.text)(row, choice.side))).collect();
            order::sort_by(kept, |a, b| {
                let order = keys.get(*a).cmp(&keys.get(*b));
                if choice.descends { order.reverse() } else { order }
            });
        }
    }
}

/// A key by which `BTC-9000-C` stands before `BTC-10000-C`: each run of digits is preceded by its length.
fn natural(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut key = Vec::with_capacity(bytes.len() + 8);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            let run = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
            key.push(b'0');
            key.push(u8::try_from(run).unwrap_or(u8::MAX));
            key.extend_from_slice(bytes.get(at..at + run).unwrap_or_default());
            at += run;
        } else {
            key.push(*byte);
            at += 1;
        }
    }
    key
}

fn sums(rows: &[PositionRow], members: &[usize]) -> Sums {
    let mut sums = Sums::default();
    for row in members.iter().filter_map(|index| rows.get(*index)) {
        if let Some(base) = &row.base {
            sums.base += base.measures;
        }
        if let Some(shocked) = on(row, Side::Shocked) {
            sums.shocked += shocked.measures;
        }
        if let Some(pnl) = pnl(row) {
            sums.pnl = Some(sums.pnl.unwrap_or(0.0) + pnl);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strikes_order_as_numbers() {
        let mut names = ["BTC-27MAR26-100000-C", "BTC-27MAR26-90000-C", "BTC-27MAR26-90000-P", "BTC-PERPETUAL"];
        order::sort_by_key(&mut names, |name| natural(name));
        assert_eq!(names, ["BTC-27MAR26-90000-C", "BTC-27MAR26-90000-P", "BTC-27MAR26-100000-C", "BTC-PERPETUAL"]);
    }
}
