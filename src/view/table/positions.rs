//! The columns of the table of positions, and the table as CSV.

use crate::engine::PositionRow;
use crate::price::ValuedPosition;
use crate::units::Measures;
use crate::view::format;
use serde::{Deserialize, Serialize};

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

/// The columns in the order shown: what is at risk first, what it was bought at last.
pub const ALL: &[&ColumnDef] = &[&NAME, &ACCOUNT, &QUANTITY, &VALUE, &PNL, &DELTA, &GAMMA, &VEGA, &THETA, &VOL, &PRICE, &ENTRY];

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
pub(super) fn on(row: &PositionRow, side: Side) -> Option<&ValuedPosition> {
    match side {
        Side::Base => row.base.as_ref(),
        Side::Shocked => row.shocked.as_ref().or(row.base.as_ref()),
    }
}

pub(super) fn pnl(row: &PositionRow) -> Option<f64> {
    Some(row.shocked.as_ref()?.measures.value - row.base.as_ref()?.measures.value)
}

fn status_text(row: &PositionRow) -> String {
    match row.status.as_str() {
        "expired" => "expired".to_owned(),
        _ => "left out".to_owned(),
    }
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
