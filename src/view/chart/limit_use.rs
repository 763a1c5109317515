//! How much of each limit is used, as bars against the limit itself.

use crate::exposure::limit::{Reading, Status};
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "limit-use", label: "Use of limits", doc: "What counts of each value over its hard limit, the worst first." };

/// Limits that have a bar; the table holds all.
const MOST: usize = 40;
/// Highest use that the axis holds: what is further beyond ends there.
const HIGHEST: f64 = 3.0;

/// The chart of readings with their names; `None` where none has a use.
pub fn limit_use(found: &[(String, &Reading)]) -> Option<Plot> {
    let shown: Vec<(f64, &(String, &Reading))> = (1_u32..).map(f64::from).zip(found.iter().take(MOST)).collect();
    let used = |reading: &Reading| reading.utilization.map(|used| used.min(HIGHEST));
    let highest = shown.iter().filter_map(|(_, (_, reading))| used(reading)).reduce(f64::max)?;
    let series = |name: &str, colour, shape, points| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash: if shape == Shape::Thin { Dash::Dashed } else { Dash::Solid }, is_thick: false },
        shape,
        is_below: false,
        points,
    };
    let bars = |is_breach: bool| {
        let is_of = |reading: &Reading| (reading.status == Status::Hard) == is_breach;
        shown.iter().filter(|(_, (_, reading))| is_of(reading)).filter_map(|(x, (_, reading))| Some((*x, used(reading)?))).collect()
    };
    let end = shown.len() as f64 + 0.6;
    let mut table = DataTable::with_heads(["Limit", "Used"]);
    for (name, reading) in found {
        table.rows.push(vec![Cell::text(name.clone()), Cell::optional(reading.utilization, format::whole_percent)]);
    }
    let breaches = found.iter().filter(|(_, reading)| reading.status == Status::Hard).count();
    Some(Plot {
        title: "Use of limits".to_owned(),
        unit: "% of the hard limit".to_owned(),
        sub: format!(
            "the worst first, in the order of the table; the broken line is the limit{}",
            if shown.iter().any(|(_, (_, reading))| reading.utilization.is_some_and(|used| used > HIGHEST)) {
                format!("; a use beyond {} ends there", format::whole_percent(HIGHEST))
            } else {
                String::new()
            }
        ),
        x: Axis {
            title: "limit".to_owned(),
            measure: Measure::Part,
            range: (0.4, end),
            ticks: (1..=shown.len()).map(|place| (place as f64, format::grouped(place))).collect(),
        },
        y: Axis { title: "used, %".to_owned(), measure: Measure::Part, range: (0.0, 1.06 * highest.max(1.0)), ticks: Vec::new() },
        below: None,
        series: vec![
            series("hard limit", 3, Shape::Thin, vec![(0.4, 1.0), (end, 1.0)]),
            series("breached", 1, Shape::Bars, bars(true)),
            series("used", 0, Shape::Bars, bars(false)),
        ],
        uprights: Vec::new(),
        stops: shown.iter().map(|(at, (name, _))| Stop { at: *at, head: name.clone(), note: String::new() }).collect(),
        summary: format!("{} of {} breached.", format::grouped(breaches), format::count(found.len(), "limit is", "limits are")),
        table,
    })
}
