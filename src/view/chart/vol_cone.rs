//! How wide realized vol has been over each length of time, and where it and what is implied stand now.

use crate::engine::PastVol;
use crate::market::history::{Cone, LEVELS};
use crate::math::ln;
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "vol-cone",
    label: "Vol cone",
    doc: "Percentiles of realized vol over 7 to 365 days, the last stretch of each, and the implied vol at the money.",
};

/// Levels that are drawn: place in [`LEVELS`], name, pen.
const DRAWN: [(usize, &str, usize, Dash); 5] = [
    (6, "highest", 5, Dash::Dotted),
    (5, "90 %", 3, Dash::Dashed),
    (3, "median", 2, Dash::Solid),
    (1, "10 %", 3, Dash::Dashed),
    (0, "lowest", 5, Dash::Dotted),
];

fn length(cone: &Cone) -> String {
    format!("{}\u{a0}days", format::figure(cone.days))
}

/// The chart; the lengths stand on a logarithmic axis.
pub fn vol_cone(past: &PastVol) -> Plot {
    let at = |cone: &Cone| ln(cone.days);
    let series = |name: &str, colour, dash, is_thick, shape, points| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash, is_thick },
        shape,
        is_below: false,
        points,
    };
    let level = |place: usize| past.cone.iter().filter_map(|cone| Some((at(cone), *cone.vols.get(place)?))).collect::<Vec<_>>();
    let mut all: Vec<PlotSeries> =
        DRAWN.iter().map(|(place, name, colour, dash)| series(name, *colour, *dash, false, Shape::Line, level(*place))).collect();
    all.push(series("last stretch", 0, Dash::Solid, true, Shape::Dots, past.cone.iter().map(|cone| (at(cone), cone.now)).collect()));
    if let Some(implied) = past.implied {
        let points = past.cone.iter().map(|cone| (at(cone), implied)).collect();
        all.push(series("implied at the money", 1, Dash::Solid, true, Shape::Line, points));
    }
    let (low, high) = range(all.iter().flat_map(|series| series.points.iter().map(|(_, vol)| *vol)));
    let ends = past.cone.first().zip(past.cone.last()).map_or((0.0, 1.0), |(first, last)| (at(first), at(last)));
    let pad = (0.06 * (ends.1 - ends.0)).max(0.1);
    let stop = |cone: &Cone| Stop {
        at: at(cone),
        head: length(cone),
        note: format!("calmer than now: {} of {}", format::percent(cone.rank), format::count(cone.stretches, "stretch", "stretches")),
    };
    Plot {
        title: format!("Vol cone of {}", past.symbol),
        unit: "% a year".to_owned(),
        sub: format!(
            "realized over every stretch of so many days, {} of closes up to {}; lengths on a logarithmic axis",
            format::count(past.days, "day", "days"),
            format::date(past.last)
        ),
        x: Axis {
            title: "length of the stretch, days".to_owned(),
            measure: Measure::Days,
            range: (ends.0 - pad, ends.1 + pad),
            ticks: past.cone.iter().map(|cone| (at(cone), format!("{}\u{a0}d", format::figure(cone.days)))).collect(),
        },
        y: Axis { title: "vol, % a year".to_owned(), measure: Measure::Vol, range: (low.max(0.0), high), ticks: Vec::new() },
        below: None,
        series: all,
        uprights: Vec::new(),
        stops: past.cone.iter().map(stop).collect(),
        summary: summary(past),
        table: table(past),
    }
}

fn summary(past: &PastVol) -> String {
    let month = past.cone.iter().find(|cone| cone.days == 30.0).or(past.cone.first());
    let Some(cone) = month else { return "The history is too short for a cone.".to_owned() };
    let implied = past.implied.map_or_else(
        || "No file quotes options on it.".to_owned(),
        |implied| {
            let below = cone.vols.iter().zip(LEVELS).rev().find(|(vol, _)| **vol <= implied).map(|(_, level)| level);
            let place = below.map_or_else(
                || "below all of them".to_owned(),
                |level| if level >= 1.0 { "above all of them".to_owned() } else { format!("above {} of them", format::percent(level)) },
            );
            format!("Implied at the money {}\u{a0}%, {place}.", format::vol(implied))
        },
    );
    format!(
        "Over {} realized vol was {}\u{a0}% in the last stretch, median {}\u{a0}%, from {}\u{a0}% to {}\u{a0}%. {implied}",
        length(cone),
        format::vol(cone.now),
        format::vol(cone.vols.get(3).copied().unwrap_or(cone.now)),
        format::vol(cone.vols.first().copied().unwrap_or(cone.now)),
        format::vol(cone.vols.last().copied().unwrap_or(cone.now)),
    )
}

fn table(past: &PastVol) -> DataTable {
    let heads = [
        "Days",
        "Stretches",
        "Lowest, %",
        "10th, %",
        "25th, %",
        "Median, %",
        "75th, %",
        "90th, %",
        "Highest, %",
        "Last, %",
        "Calmer than last, %",
    ];
    let mut table = DataTable::with_heads(heads);
    let vol = |vol: f64| Cell::number(vol * 100.0, format::vol(vol));
    for cone in &past.cone {
        let mut row = vec![Cell::text(format::figure(cone.days)), Cell::number(cone.stretches as f64, format::grouped(cone.stretches))];
        row.extend(cone.vols.iter().map(|value| vol(*value)));
        row.push(vol(cone.now));
        row.push(Cell::number(cone.rank * 100.0, format::percent(cone.rank)));
        table.rows.push(row);
    }
    table
}
