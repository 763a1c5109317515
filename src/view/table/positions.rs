//! The positions: columns, filter, order, groups with subtotals.
//!
//! Input: the report's rows and the user's choice. Output: lines, as references into the rows, so that the page can draw only
//! those in sight.

use crate::engine::PositionRow;
use crate::price::ValuedPosition;
use crate::units::Measures;
use crate::view::format;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A column.
pub struct ColumnDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Head.
    pub label: &'static str,
    /// Unit, shown under the head; empty for text.
    pub unit: &'static str,
    /// What it holds, one sentence.
    pub doc: &'static str,
    /// Text of a row; empty where the row has no such number.
    pub text: fn(&PositionRow, Side) -> String,
    /// Number to order by; `None` orders by text.
    pub number: Option<fn(&PositionRow, Side) -> Option<f64>>,
    /// Text of a group's sum, `None` where summing makes no sense.
    pub sum: Option<fn(&Sums, Side) -> String>,
}

/// Sums of a group, US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// As the market stands.
    pub base: Measures,
    /// Under the shock; the same as `base` without one.
    pub shocked: Measures,
    /// P&L of the shock; `None` without one.
    pub pnl: Option<f64>,
}

impl Sums {
    fn on(&self, side: Side) -> &Measures {
        match side {
            Side::Base => &self.base,
            Side::Shocked => &self.shocked,
        }
    }
}

/// Which of the two values a table shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// As the market stands.
    #[default]
    Base,
    /// Under the shock.
    Shocked,
}

/// The columns in the order shown.
pub const ALL: &[&ColumnDef] = &[&NAME, &ACCOUNT, &QUANTITY, &ENTRY, &PRICE, &VOL, &VALUE, &PNL, &DELTA, &GAMMA, &VEGA, &THETA];

/// Instrument name.
const NAME: ColumnDef = ColumnDef {
    id: "instrument",
    label: "Instrument",
    unit: "",
    doc: "The contract as its venue writes it.",
    text: |row, _| row.name.clone(),
    number: None,
    sum: None,
};
const ACCOUNT: ColumnDef = ColumnDef {
    id: "account",
    label: "Account",
    unit: "",
    doc: "Account and venue.",
    text: |row, _| match (row.account.as_str(), row.venue.as_str()) {
        ("", venue) => venue.to_owned(),
        (account, "") => account.to_owned(),
        (account, venue) => format!("{account} · {venue}"),
    },
    number: None,
    sum: None,
};
const QUANTITY: ColumnDef = ColumnDef {
    id: "quantity",
    label: "Quantity",
    unit: "in its own unit",
    doc: "Signed quantity, + long.",
    text: |row, _| format::quantity(row.quantity, &row.quantity_unit),
    number: Some(|row, _| Some(row.quantity)),
    sum: None,
};
const ENTRY: ColumnDef = ColumnDef {
    id: "entry",
    label: "Entry",
    unit: "in its own unit",
    doc: "Average price at which it was opened.",
    text: |row, _| row.entry_price.map_or_else(String::new, |price| format::price(price, &row.price_unit)),
    number: Some(|row, _| row.entry_price),
    sum: None,
};
const PRICE: ColumnDef = ColumnDef {
    id: "price",
    label: "Price",
    unit: "in its own unit",
    doc: "Price of one unit in this market: model price of an option, forward of a future, spot of a coin.",
    text: |row, side| on(row, side).map_or_else(String::new, |base| format::price(base.unit_price, &row.price_unit)),
    number: Some(|row, side| on(row, side).map(|base| base.unit_price)),
    sum: None,
};
const VOL: ColumnDef = ColumnDef {
    id: "vol",
    label: "Vol",
    unit: "% a year",
    doc: "Volatility that the option is valued with.",
    text: |row, side| on(row, side).and_then(|base| base.vol).map_or_else(String::new, format::vol),
    number: Some(|row, side| on(row, side).and_then(|base| base.vol)),
    sum: None,
};
const VALUE: ColumnDef = ColumnDef {
    id: "value",
    label: "Value",
    unit: "USD",
    doc: "Signed value; of a future or perpetual, the gain since entry.",
    text: |row, side| on(row, side).map_or_else(|| status_text(row), |base| format::whole(base.measures.value)),
    number: Some(|row, side| on(row, side).map(|base| base.measures.value)),
    sum: Some(|sums, side| format::whole(sums.on(side).value)),
};
const PNL: ColumnDef = ColumnDef {
    id: "pnl",
    label: "P&L of shock",
    unit: "USD",
    doc: "Value under the shock bar's shock less value now; empty while no shock is set.",
    text: |row, _| pnl(row).map_or_else(String::new, format::signed_whole),
    number: Some(|row, _| pnl(row)),
    sum: Some(|sums, _| sums.pnl.map_or_else(String::new, format::signed_whole)),
};
const DELTA: ColumnDef = ColumnDef {
    id: "delta",
    label: "Delta",
    unit: "USD",
    doc: "Delta times spot.",
    text: |row, side| on(row, side).map_or_else(String::new, |base| format::signed_whole(base.measures.cash_delta)),
    number: Some(|row, side| on(row, side).map(|base| base.measures.cash_delta)),
    sum: Some(|sums, side| format::signed_whole(sums.on(side).cash_delta)),
};
const GAMMA: ColumnDef = ColumnDef {
    id: "gamma",
    label: "Gamma 1 %",
    unit: "USD",
    doc: "Change of delta for 1 % of spot.",
    text: |row, side| on(row, side).map_or_else(String::new, |base| format::signed_whole(base.measures.gamma_1pct)),
    number: Some(|row, side| on(row, side).map(|base| base.measures.gamma_1pct)),
    sum: Some(|sums, side| format::signed_whole(sums.on(side).gamma_1pct)),
};
const VEGA: ColumnDef = ColumnDef {
    id: "vega",
    label: "Vega 1 pt",
    unit: "USD",
    doc: "Change of value for one vol point.",
    text: |row, side| on(row, side).map_or_else(String::new, |base| format::signed_whole(base.measures.vega_1pt)),
    number: Some(|row, side| on(row, side).map(|base| base.measures.vega_1pt)),
    sum: Some(|sums, side| format::signed_whole(sums.on(side).vega_1pt)),
};
const THETA: ColumnDef = ColumnDef {
    id: "theta",
    label: "Theta 1 d",
    unit: "USD",
    doc: "Change of value over one day with the market standing still.",
    text: |row, side| on(row, side).map_or_else(String::new, |base| format::signed_whole(base.measures.theta_1d)),
    number: Some(|row, side| on(row, side).map(|base| base.measures.theta_1d)),
    sum: Some(|sums, side| format::signed_whole(sums.on(side).theta_1d)),
};

/// The position on the chosen side; without a shock there is only the base.
fn on(row: &PositionRow, side: Side) -> Option<&ValuedPosition> {
    match side {
        Side::Base => row.base.as_ref(),
        Side::Shocked => row.shocked.as_ref().or(row.base.as_ref()),
    }
}

fn pnl(row: &PositionRow) -> Option<f64> {
    Some(row.shocked.as_ref()?.measures.value - row.base.as_ref()?.measures.value)
}

fn status_text(row: &PositionRow) -> String {
    match row.status.as_str() {
        "expired" => "expired".to_owned(),
        _ => "left out".to_owned(),
    }
}

/// What the user chose to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableChoice {
    /// Rows whose name, account, venue or class contains every word; case does not matter.
    pub filter: String,
    /// Column to order by.
    pub sort: usize,
    /// Largest first.
    pub descends: bool,
    /// Groups by underlying and expiry, with subtotals.
    pub is_grouped: bool,
    /// Whether values and Greeks are those of the market or of the shock.
    pub side: Side,
}

impl Default for TableChoice {
    fn default() -> TableChoice {
        TableChoice { filter: String::new(), sort: 0, descends: false, is_grouped: true, side: Side::Base }
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
    if !choice.is_grouped {
        return kept.into_iter().map(TableLine::Row).collect();
    }
    let mut groups: BTreeMap<&str, BTreeMap<Option<i64>, Vec<usize>>> = BTreeMap::new();
    for index in kept {
        if let Some(row) = rows.get(index) {
            groups.entry(&row.underlying).or_default().entry(row.expiry.map(|expiry| expiry.ms())).or_default().push(index);
        }
    }
    let mut lines = Vec::new();
    for (underlying, expiries) in &groups {
        let all: Vec<usize> = expiries.values().flatten().copied().collect();
        lines.push(TableLine::Group { level: 0, label: (*underlying).to_owned(), count: all.len(), sums: Box::new(sums(rows, &all)) });
        for members in expiries.values() {
            let expiry = members.first().and_then(|index| rows.get(*index)).and_then(|row| row.expiry);
            let label = expiry.map_or_else(|| "no expiry".to_owned(), format::date);
            lines.push(TableLine::Group { level: 1, label, count: members.len(), sums: Box::new(sums(rows, members)) });
            lines.extend(members.iter().copied().map(TableLine::Row));
        }
    }
    lines
}

fn matches(row: &PositionRow, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!("{} {} {} {} {}", row.name, row.account, row.venue, row.class, row.underlying).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Orders rows by the chosen column, keys computed once for each row; of equals the book's order stands.
fn order(rows: &[PositionRow], kept: &mut [usize], choice: &TableChoice) {
    let Some(column) = ALL.get(choice.sort) else { return };
    match column.number {
        Some(number) => {
            let numbers: Vec<Option<f64>> = rows.iter().map(|row| number(row, choice.side)).collect();
            let of = |index: &usize| numbers.get(*index).copied().flatten();
            // Rows without the number stand last in either direction.
            kept.sort_by(|a, b| match (of(a), of(b)) {
                (Some(a), Some(b)) if choice.descends => b.total_cmp(&a),
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            });
        }
        None => {
            let keys: Vec<Vec<u8>> = rows.iter().map(|row| natural(&(column.text)(row, choice.side))).collect();
            kept.sort_by(|a, b| {
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

/// The table as CSV: every column in full precision, one row for each position.
pub fn csv(rows: &[PositionRow]) -> String {
    let mut text = String::from(
        "instrument,account,venue,class,underlying,settlement,expiry,strike,quantity,quantity_unit,entry_price,price,price_unit,vol,value_usd,pnl_of_shock_usd,delta_usd,gamma_1pct_usd,vega_1pt_usd,theta_1d_usd,status,file,line\r\n",
    );
    for row in rows {
        let base = row.base.as_ref();
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let settlement = match row.settlement {
            crate::instrument::Settlement::Linear => "linear",
            crate::instrument::Settlement::Inverse => "inverse",
        };
        let cells = [
            format::csv_text(&row.name),
            format::csv_text(&row.account),
            format::csv_text(&row.venue),
            format::csv_text(&row.class),
            format::csv_text(&row.underlying),
            settlement.to_owned(),
            row.expiry.map_or_else(String::new, |expiry| expiry.to_string()),
            number(row.strike),
            row.quantity.to_string(),
            format::csv_text(&row.quantity_unit),
            number(row.entry_price),
            number(base.map(|base| base.unit_price)),
            format::csv_text(&row.price_unit),
            number(base.and_then(|base| base.vol)),
            number(base.map(|base| base.measures.value)),
            number(pnl(row)),
            number(base.map(|base| base.measures.cash_delta)),
            number(base.map(|base| base.measures.gamma_1pct)),
            number(base.map(|base| base.measures.vega_1pt)),
            number(base.map(|base| base.measures.theta_1d)),
            row.status.clone(),
            format::csv_text(&row.file),
            row.line.to_string(),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strikes_order_as_numbers() {
        let mut names = ["BTC-27MAR26-100000-C", "BTC-27MAR26-90000-C", "BTC-27MAR26-90000-P", "BTC-PERPETUAL"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["BTC-27MAR26-90000-C", "BTC-27MAR26-90000-P", "BTC-27MAR26-100000-C", "BTC-PERPETUAL"]);
    }
}
