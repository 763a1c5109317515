//! What adds up to a sum, one step after the other.

use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "waterfall", label: "Waterfall", doc: "What adds up to the P&L of a storm, one step after the other." };

/// What a waterfall shows.
pub struct Steps {
    /// Its title.
    pub title: String,
    /// Conventions, in one line.
    pub sub: String,
    /// What a step is: `part`, `venue`.
    pub of: String,
    /// Names and amounts, US dollars, from the left.
    pub steps: Vec<(String, f64)>,
    /// What they add up to, US dollars.
    pub sum: f64,
}

/// The chart; `None` without a step.
pub fn waterfall(shown: &Steps) -> Option<Plot> {
    let Steps { title, sub, of, steps, sum } = shown;
    let places: Vec<(f64, &(String, f64))> = (1_u32..).map(f64::from).zip(steps).collect();
    let (largest, amount) = steps.iter().reduce(|one, other| if other.1.abs() > one.1.abs() { other } else { one })?;
    let pen = |colour, is_thick| Pen { colour, dash: Dash::Solid, is_thick };
    let series = |name: &str, pen, shape, points| PlotSeries { name: name.to_owned(), pen, shape, is_below: false, points };
    let (mut bars, mut joints, mut stops, mut heights) = (Vec::new(), Vec::new(), Vec::new(), vec![0.0]);
    let mut before = 0.0;
    for (x, (name, step)) in &places {
        let after = before + step;
        let (said, colour) = if *step < 0.0 { ("sum after a loss", 1) } else { ("sum after a gain", 0) };
        // The first point is what a stop tells: the sum so far.
        bars.push(series(said, pen(colour, true), Shape::Line, vec![(*x, after), (*x, before)]));
        joints.push(series("", pen(3, false), Shape::Thin, vec![(*x, after), (x + 1.0, after)]));
        stops.push(Stop { at: *x, head: name.clone(), note: text::value(Measure::Change, *step) });
        heights.push(after);
        before = after;
    }
    let last = places.len() as f64 + 1.0;
    bars.push(series("P&L", pen(2, true), Shape::Line, vec![(last, *sum), (last, 0.0)]));
    stops.push(Stop { at: last, head: "all".to_owned(), note: String::new() });
    heights.push(*sum);
    let mut table = DataTable::with_heads([of.as_str(), "P&L, USD"]);
    let row = |(name, amount): &(String, f64)| vec![Cell::text(name.clone()), Cell::number(*amount, format::signed_whole(*amount))];
    table.rows.extend(steps.iter().map(row));
    table.rows.push(row(&("All".to_owned(), *sum)));
    let names = steps.iter().map(|(name, _)| name.as_str()).chain(["all"]);
    Some(Plot {
        title: title.clone(),
        unit: "USD".to_owned(),
        sub: sub.clone(),
        x: Axis {
            title: of.clone(),
            measure: Measure::Number,
            range: (0.4, last + 0.6),
            ticks: (1_u32..).map(f64::from).zip(names).map(|(x, name)| (x, name.to_owned())).collect(),
        },
        y: Axis { title: "sum so far, USD".to_owned(), measure: Measure::Change, range: range(heights.into_iter()), ticks: Vec::new() },
        below: None,
        series: joints.into_iter().chain(bars).collect(),
        uprights: Vec::new(),
        stops,
        summary: format!(
            "{} in all; the largest step is {largest} with {}.",
            text::value(Measure::Change, *sum),
            text::value(Measure::Change, *amount)
        ),
        table,
    })
}
