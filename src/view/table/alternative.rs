//! A book beside what it could be: every headline number before, after, and the difference.
//!
//! Invariant: a difference is that of the two numbers beside it; where one is missing there is none.

use crate::engine::Valuation;
use crate::exposure::Totals;
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
        let change = |value: f64| if def.style == measure::Style::Multiple { format::multiple(value) } else { format::signed_money(value) };
        row(format!("{}{when}", def.label), values, |value| def.text(Some(value)), change)
    };
    measure::ALL.iter().map(of).collect()
}

/// Value, delta, gamma, vega and theta of each underlying.
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
    let heads = ["Curve", "Worst before, USD", "at spot", "Worst after, USD", "at spot", "Difference, USD", "Trough moves by"];
    let mut table = DataTable::with_heads(heads);
    for (before, after) in before.iter().zip(after) {
        let amount = |value: f64| Cell::number(value, format::signed_whole(value));
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
