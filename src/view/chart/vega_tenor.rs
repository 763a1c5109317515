//! Vega by tenor: as it is, and weighted by the root of time.

use crate::exposure::ladder::{TENORS, VEGA_DAYS, VegaRow, by_tenor};
use crate::view::chart::ChartDef;
use crate::view::chart::ranked::{Bar, Ranked, Row};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "vega-tenor",
    label: "Vega by tenor",
    doc: "Dollars per vol point by time to expiry, as they are and in moves of a 30-day vol.",
};

/// The chart of one underlying's rows, or of all; `None` where there is no tenor.
pub fn vega_tenor(rows: &[VegaRow], of: &str) -> Option<Ranked> {
    let sums = by_tenor(rows);
    let mut table = DataTable::with_heads(["Time to expiry", "Vega 1 pt, USD", "Vega √-weighted, USD per 30-day point"]);
    let amount = |value: f64| Cell::number(value, format::signed_whole(value));
    let mut row = |label: &str, raw: f64, weighted: f64| table.rows.push(vec![Cell::text(label), amount(raw), amount(weighted)]);
    for (tenor, sum) in TENORS.iter().zip(&sums) {
        row(tenor.label, sum.raw, sum.weighted);
    }
    let total = sums.iter().fold((0.0, 0.0), |(raw, weighted), sum| (raw + sum.raw, weighted + sum.weighted));
    row("Total", total.0, total.1);
    let half = |label: &str, sign: &str, value: f64| Bar { label: label.to_owned(), sign: sign.to_owned(), ..Bar::of(value) };
    let bars = TENORS.iter().zip(&sums).map(|(tenor, sum)| Row {
        name: tenor.label.to_owned(),
        bars: vec![half("as it is", "", sum.raw), half("√-weighted", "√", sum.weighted)],
        ..Row::default()
    });
    Some(Ranked {
        title: format!("Vega by tenor of {of}"),
        unit: "USD per vol point".to_owned(),
        sub: format!(
            "by time to expiry, as it is; √: times √({} / days to expiry), in moves of a {}-day vol",
            format::plain(VEGA_DAYS),
            format::plain(VEGA_DAYS)
        ),
        summary: format!(
            "{} per point in all, {} per point of {}-day vol.",
            text::value(Measure::Change, total.0),
            text::value(Measure::Change, total.1),
            format::plain(VEGA_DAYS)
        ),
        table,
        ..Ranked::new(bars.collect())?
    })
}
