//! Vega by tenor: as it is, and weighted by the root of time.

use crate::exposure::ladder::{TENORS, VEGA_DAYS, VegaRow, by_tenor};
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "vega-tenor",
    label: "Vega by tenor",
    doc: "Dollars per vol point by time to expiry, as they are and in moves of a 30-day vol.",
};

/// The chart of one underlying's rows, or of all.
pub fn vega_tenor(rows: &[VegaRow], of: &str) -> Plot {
    let sums = by_tenor(rows);
    let places = || (0_u32..).map(f64::from);
    let series = |name: &str, colour, shape, points| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash: Dash::Solid, is_thick: false },
        shape,
        is_below: false,
        points,
    };
    let raw: Vec<(f64, f64)> = places().zip(&sums).map(|(x, sum)| (x, sum.raw)).collect();
    let weighted: Vec<(f64, f64)> = places().zip(&sums).map(|(x, sum)| (x, sum.weighted)).collect();
    let heights = raw.iter().chain(&weighted).map(|(_, value)| *value).chain([0.0]);
    let mut table = DataTable::with_heads(["Time to expiry", "Vega 1 pt, USD", "Vega √-weighted, USD per 30-day point"]);
    let amount = |value: f64| Cell::number(value, format::signed_whole(value));
    let mut row = |label: &str, raw: f64, weighted: f64| table.rows.push(vec![Cell::text(label), amount(raw), amount(weighted)]);
    for (tenor, sum) in TENORS.iter().zip(&sums) {
        row(tenor.label, sum.raw, sum.weighted);
    }
    let total = sums.iter().fold((0.0, 0.0), |(raw, weighted), sum| (raw + sum.raw, weighted + sum.weighted));
    row("Total", total.0, total.1);
    let ticks: Vec<(f64, String)> = places().zip(&TENORS).map(|(x, tenor)| (x, tenor.label.to_owned())).collect();
    Plot {
        title: format!("Vega by tenor of {of}"),
        unit: "USD per vol point".to_owned(),
        sub: format!(
            "bars: as it is; dots: times √({} / days to expiry), in moves of a {}-day vol",
            format::plain(VEGA_DAYS),
            format::plain(VEGA_DAYS)
        ),
        x: Axis {
            title: "time to expiry".to_owned(),
            measure: Measure::Days,
            range: (-0.6, TENORS.len() as f64 - 0.4),
            ticks: ticks.clone(),
        },
        y: Axis { title: "vega, USD per point".to_owned(), measure: Measure::Change, range: range(heights), ticks: Vec::new() },
        below: None,
        series: vec![series("raw", 0, Shape::Bars, raw), series("√-weighted", 1, Shape::Dots, weighted)],
        uprights: Vec::new(),
        stops: ticks.into_iter().map(|(at, head)| Stop { at, head, note: String::new() }).collect(),
        summary: format!(
            "{} per point in all, {} per point of {}-day vol.",
            text::value(Measure::Change, total.0),
            text::value(Measure::Change, total.1),
            format::plain(VEGA_DAYS)
        ),
        table,
    }
}
