//! What adds up to a sum, one step after the other.

use crate::view::chart::ChartDef;
use crate::view::chart::ranked::{Bar, Ranked, Row};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "waterfall", label: "Waterfall", doc: "What adds up to the P&L of a storm, one step after the other." };

/// The row of the sum.
const ALL: &str = "All";

/// What a waterfall shows.
pub struct Steps {
    /// Its title.
    pub title: String,
    /// Conventions, in one line.
    pub sub: String,
    /// What a step is: `part`, `venue`.
    pub of: String,
    /// Names and amounts, US dollars, from the top; fewer than a chart of ranked bars draws.
    pub steps: Vec<(String, f64)>,
    /// What they add up to, US dollars.
    pub sum: f64,
}

/// The chart; `None` without a step.
pub fn waterfall(shown: &Steps) -> Option<Ranked> {
    let Steps { title, sub, of, steps, sum } = shown;
    let (largest, amount) = steps.iter().reduce(|one, other| if other.1.abs() > one.1.abs() { other } else { one })?;
    let mut rows = Vec::new();
    let mut before = 0.0;
    for (name, step) in steps {
        let after = before + step;
        let bars = vec![Bar { from: before, to: after, ..Bar::default() }];
        rows.push(Row { name: name.clone(), note: format!("{} so far", format::signed_money(after)), bars, ..Row::default() });
        before = after;
    }
    rows.push(Row { name: ALL.to_owned(), bars: vec![Bar::of(*sum)], is_sum: true, ..Row::default() });
    let mut table = DataTable::with_heads([of.as_str(), "P&L, USD"]);
    let row = |(name, amount): &(String, f64)| vec![Cell::text(name.clone()), Cell::number(*amount, format::signed_whole(*amount))];
    table.rows.extend(steps.iter().map(row));
    table.rows.push(row(&(ALL.to_owned(), *sum)));
    Some(Ranked {
        title: title.clone(),
        sub: sub.clone(),
        is_running: true,
        summary: format!("{} in all; the largest step is {largest} with {}.", format::signed_money(*sum), format::signed_money(*amount)),
        table,
        ..Ranked::new(rows)?
    })
}
