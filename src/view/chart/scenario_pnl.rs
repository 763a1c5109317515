//! P&L of every scenario as bars, the worst first.

use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "scenario-pnl", label: "P&L by scenario", doc: "What the book gains or loses under each scenario, the worst first." };

/// Scenarios that have a bar; the table holds all.
const MOST: usize = 60;

/// The chart of names and P&L in US dollars, the worst first; `None` where there is none.
pub fn scenario_pnl(rows: &[(String, f64)]) -> Option<Plot> {
    let (_, worst) = rows.first()?;
    let shown: Vec<(f64, &(String, f64))> = (1_u32..).map(f64::from).zip(rows.iter().take(MOST)).collect();
    let bars = |name: &str, colour, is_loss: bool| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash: Dash::Solid, is_thick: false },
        shape: Shape::Bars,
        is_below: false,
        points: shown.iter().filter(|(_, (_, pnl))| (*pnl < 0.0) == is_loss).map(|(x, (_, pnl))| (*x, *pnl)).collect(),
    };
    let mut table = DataTable::with_heads(["Scenario", "P&L, USD"]);
    for (name, pnl) in rows {
        table.rows.push(vec![Cell::text(name.clone()), Cell::number(*pnl, format::signed_money(*pnl))]);
    }
    let losses = rows.iter().filter(|(_, pnl)| *pnl < 0.0).count();
    Some(Plot {
        title: "P&L by scenario".to_owned(),
        unit: "US dollars".to_owned(),
        sub: "full revaluation; the worst first, in the order of the table".to_owned(),
        x: Axis {
            title: "scenario".to_owned(),
            measure: Measure::Part,
            range: (0.4, shown.len() as f64 + 0.6),
            ticks: (1..=shown.len()).map(|place| (place as f64, format::grouped(place))).collect(),
        },
        y: Axis {
            title: "P&L, USD".to_owned(),
            measure: Measure::Change,
            range: range(shown.iter().map(|(_, (_, pnl))| *pnl).chain([0.0])),
            ticks: Vec::new(),
        },
        below: None,
        series: vec![bars("loss", 1, true), bars("gain", 0, false)],
        uprights: Vec::new(),
        stops: shown.iter().map(|(at, (name, _))| Stop { at: *at, head: name.clone(), note: String::new() }).collect(),
        summary: format!(
            "{} of {}; the worst is {}.",
            format::count(losses, "loss", "losses"),
            format::count(rows.len(), "scenario", "scenarios"),
            format::signed_money(*worst)
        ),
        table,
    })
}
