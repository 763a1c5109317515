//! A book beside what it could be: every headline number before, after, and the difference.
//!
//! Invariant: a difference is that of the two numbers beside it; where one is missing there is none.

use crate::engine::{Trade, Valuation, VolFrom};
use crate::exposure::{Slice, Totals};
use crate::stress::CurveKind;
use crate::stress::trough::Trough;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::measure;
use std::collections::BTreeSet;

const HEADS: [&str; 3] = ["Before", "After", "Difference"];

/// Two numbers and their difference.
pub fn row(name: String, [before, after]: [Option<f64>; 2], shown: impl Fn(f64) -> String, change: impl Fn(f64) -> String) -> Vec<Cell> {
    let difference = before.zip(after).map(|(before, after)| after - before);
    vec![Cell::text(name), Cell::optional(before, &shown), Cell::optional(after, shown), Cell::optional(difference, change)]
}

/// The headline measures, now and under the shock, the P&L and the ordinary day.
pub fn measures(before: &Valuation, after: &Valuation) -> DataTable {
    let mut table = DataTable::with_heads(["Measure"].into_iter().chain(HEADS));
    let both = [before, after];
    table.rows.extend(headlines("", both.map(|of| Some(&of.base))));
    let loss = both.map(|of| Some(of.ordinary_day.loss));
    table.rows.push(row("Loss of an ordinary day".to_owned(), loss, format::money, format::signed_money));
    if before.pnl.is_some() || after.pnl.is_some() {
        table.rows.push(row("P&L under shock".to_owned(), both.map(|of| of.pnl), format::signed_money, format::signed_money));
        table.rows.extend(headlines(" under shock", both.map(|of| of.shocked.as_ref())));
    }
    table
}

/// The headline measures of two books and their difference, a row each; `when` stands behind their names.
pub fn headlines(when: &str, both: [Option<&Totals>; 2]) -> Vec<Vec<Cell>> {
    let of = |def: &&measure::MeasureDef| {
        let values = both.map(|totals| totals.and_then(def.of_totals));
        let change = |value: f64| if def.style == measure::Style::Multiple { signed_multiple(value) } else { format::signed_money(value) };
        row(format!("{}{when}", def.label), values, |value| def.text(Some(value)), change)
    };
    measure::ALL.iter().map(of).collect()
}

/// A difference of two multiples, which is computed from them unrounded.
fn signed_multiple(value: f64) -> String {
    let shown = format::multiple(value);
    if value >= 0.005 { format!("+{shown}") } else { shown }
}

/// Value, delta, gamma, vega, theta and gross notional of each underlying, and its P&L where a shock is set.
pub fn by_underlying(before: &Valuation, after: &Valuation) -> DataTable {
    let mut table = DataTable::with_heads(["Underlying", "Measure"].into_iter().chain(HEADS));
    let names: BTreeSet<&String> = [before, after].into_iter().flat_map(|of| of.by_underlying.iter().map(|slice| &slice.key)).collect();
    let shown = [&measure::EQUITY, &measure::NET_DELTA, &measure::GAMMA, &measure::VEGA, &measure::THETA, &measure::GROSS];
    for name in names {
        for def in shown {
            let Some(of) = def.of_measures else { continue };
            // A book that holds nothing of it has nothing of its measures: that is a number.
            let value = |valuation: &Valuation| {
                valuation.by_underlying.iter().find(|slice| slice.key == *name).map_or(0.0, |slice| of(&slice.base))
            };
            let values = [value(before), value(after)];
            if values == [0.0; 2] {
                continue;
            }
            let mut cells = row(def.label.to_owned(), values.map(Some), |value| def.text(Some(value)), format::signed_money);
            cells.insert(0, Cell::text(name.clone()));
            table.rows.push(cells);
        }
        // Nothing of it gains nothing under the shock, but without a shock there is no P&L.
        let gained = |valuation: &Valuation| {
            let slice = valuation.by_underlying.iter().find(|slice| slice.key == *name);
            let gain = |slice: &Slice| Some(slice.shocked?.value - slice.base.value);
            valuation.pnl.and_then(|_| slice.map_or(Some(0.0), gain))
        };
        let values = [gained(before), gained(after)];
        if values.iter().any(Option::is_some) {
            let mut cells = row("P&L under shock".to_owned(), values, format::signed_money, format::signed_money);
            cells.insert(0, Cell::text(name.clone()));
            table.rows.push(cells);
        }
    }
    table
}

/// The curve of a trough, in words.
pub fn curve(trough: &Trough) -> String {
    match trough.kind {
        CurveKind::Today => "today".to_owned(),
        CurveKind::Chosen => format!("under the shock’s vol, {}", format::forward_days(trough.days)),
        CurveKind::Expiry(at) => format!("at the expiry of {}", format::date(at)),
    }
}

/// The troughs of the same curves, before and after.
pub fn troughs(before: &[Trough], after: &[Trough]) -> DataTable {
    let heads = ["Curve", "Worst before, USD", "At spot before", "Worst after, USD", "At spot after", "Difference, USD", "Trough moves by"];
    let mut table = DataTable::with_heads(heads);
    for (before, after) in before.iter().zip(after) {
        // Compact, or a row of billions stands in another unit than the one above it.
        let amount = |value: f64| Cell::number(value, format::signed_money(value));
        let place = |value: f64| Cell::number(value, format::signed_percent(value));
        table.rows.push(vec![
            Cell::text(curve(before)),
            amount(before.pnl),
            place(before.spot),
            amount(after.pnl),
            place(after.spot),
            amount(after.pnl - before.pnl),
            place(after.spot - before.spot),
        ]);
    }
    table
}

/// Trades, each by itself.
pub fn trades(trades: &[Trade]) -> DataTable {
    let mut table = DataTable::with_heads([
        "Trade",
        "Account",
        "Quantity",
        "Closes of it",
        "Price",
        "Vol, % a year",
        "Vol from",
        "Delta, USD",
        "Gamma, USD per 1 %",
        "Vega, USD per pt",
        "Theta, USD per day",
        "Gross notional, USD",
        "Paid, USD",
    ]);
    for Trade { row, closes, vol_from, .. } in trades {
        let valued = row.base.as_ref();
        let of = |def: &measure::MeasureDef| Cell::optional(valued.and_then(|valued| def.of_position(valued)), format::signed_money);
        let unit = row.quantity_unit.as_str();
        table.rows.push(vec![
            Cell::text(row.name.clone()),
            Cell::text(format::joined([&row.venue, &row.account])),
            Cell::number(row.quantity, format::quantity(row.quantity, unit)),
            Cell::optional(Some(*closes).filter(|closes| *closes > 0.0), |closes| format::measured(closes, unit)),
            Cell::optional(valued.map(|valued| valued.unit_price), |price| priced(price, &row.price_unit)),
            Cell::optional(valued.and_then(|valued| valued.vol).map(|vol| vol * 100.0), |vol| format::vol(vol / 100.0)),
            Cell::text(vol_from.map_or("", origin)),
            of(&measure::NET_DELTA),
            of(&measure::GAMMA),
            of(&measure::VEGA),
            of(&measure::THETA),
            Cell::optional(valued.and_then(|valued| measure::GROSS.of_position(valued)), format::money),
            of(&measure::EQUITY),
        ]);
    }
    table
}

/// A price and its unit, which is said here even of dollars: beside a price in coins it would be guessed.
fn priced(price: f64, unit: &str) -> String {
    if unit == "USD" { format!("{}\u{202f}USD", format::price(price, unit)) } else { format::price(price, unit) }
}

fn origin(from: VolFrom) -> &'static str {
    match from {
        VolFrom::Held => "as held",
        VolFrom::Typed => "column vol",
        VolFrom::Quote => "quote of a file",
        VolFrom::Mark => "implied from a mark",
        VolFrom::Smile => "between quotes of its expiry",
        VolFrom::Expiries => "between other expiries",
    }
}
