//! How well each λ of exponential smoothing would have forecast: the curve that chooses it.

use crate::market::history::Forecast;
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, Upright, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "lambda", label: "Choice of λ", doc: "Loss of the forecasts that each λ would have made; the lowest is chosen." };

/// The chart; `None` where there are too few returns.
pub fn lambda(forecast: &Forecast) -> Option<Plot> {
    let chosen = forecast.lambda?;
    let (first, last) = (forecast.curve.first()?.0, forecast.curve.last()?.0);
    let stop = |(lambda, _): &(f64, f64)| Stop {
        at: *lambda,
        head: format!("λ {}", format::share(*lambda)),
        note: if *lambda == chosen { "the lowest: chosen".to_owned() } else { String::new() },
    };
    let mut table = DataTable::with_heads(["λ", "Loss"]);
    for (lambda, loss) in &forecast.curve {
        table.rows.push(vec![Cell::number(*lambda, format::share(*lambda)), Cell::number(*loss, format::figure(*loss))]);
    }
    Some(Plot {
        title: format!("Choice of λ for {}", forecast.symbol),
        unit: "mean of ln σ² + r²/σ², lower is better".to_owned(),
        sub: "loss of the forecasts of one day that each λ would have made".to_owned(),
        x: Axis { title: "λ".to_owned(), measure: Measure::Number, range: (first - 0.005, last + 0.005), ticks: Vec::new() },
        y: Axis {
            title: "loss".to_owned(),
            measure: Measure::Number,
            range: range(forecast.curve.iter().map(|(_, loss)| *loss)),
            ticks: Vec::new(),
        },
        below: None,
        series: vec![PlotSeries {
            name: "loss".to_owned(),
            pen: Pen { colour: 0, dash: Dash::Solid, is_thick: true },
            shape: Shape::Line,
            is_below: false,
            points: forecast.curve.clone(),
        }],
        uprights: vec![Upright { at: chosen, label: format!("λ {}", format::share(chosen)), is_shock: false }],
        stops: forecast.curve.iter().map(stop).collect(),
        summary: format!("The loss is lowest at λ {}.", format::share(chosen)),
        table,
    })
}
