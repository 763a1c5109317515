//! The early-exercise boundary of an American option: the spot at which exercise is due, from now to expiry.

use crate::engine::{ExerciseBoundary, PositionRow, Settings};
use crate::instrument::OptionKind;
use crate::math::american::Critical;
use crate::method::Method;
use crate::units::Timestamp;
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, Upright, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;
use serde::{Deserialize, Serialize};

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "exercise-boundary",
    label: "Exercise boundary",
    doc: "The spot at which an American option is exercised early, from now to its expiry.",
};

/// How it is computed.
pub const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: "The price of the share at which an American option is exercised rather than kept, at every time from now to its expiry.",
    formula: "put: the highest b(t) with V(b, t) = K − b;  call: the lowest b(t) with V(b, t) = b − K\n\
              b(T) = K·min(1, r/y) of a put, K·max(1, r/y) of a call, where y > 0",
    unit: "US dollars; days to expiry, 365 a year",
    convention: "The very region that the price is computed from, under the shock bar's shock. A point between two computed ones lies on \
                 the line between them; of an ex-date both sides are told, the whole spot before it and after it. No line means that no \
                 price makes exercise worth while.",
    source: "Kim 1990; Andersen, Lake and Offengenden 2016; ex-dates: Hull 2018, ch. 15",
    limits: "At most 33 points between two ex-dates. Where both r and y are negative exercise ends again at a farther price, which is told \
             apart. Prices beyond four times spot and strike are in the table only.",
};

/// What is said of a position's early exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BoundarySheet {
    /// When it is due.
    Plot(Box<Plot>),
    /// Why there is nothing to plot.
    Words(String),
}

/// Prices beyond so many times the spot and the strike lie off the chart: a call's go to infinity as its yield goes to nothing.
const FARTHEST: f64 = 4.0;

/// What is said of the position of this row; `boundary` is what the engine found under the settings, `as_of` the book's time.
pub fn sheet(row: &PositionRow, boundary: Option<&ExerciseBoundary>, settings: &Settings, as_of: Timestamp) -> BoundarySheet {
    let name = &row.name;
    if let (Some(boundary), Some(expiry)) = (boundary, row.expiry) {
        return BoundarySheet::Plot(Box::new(exercise_boundary(name, expiry, boundary, !settings.shock.is_none())));
    }
    let until = as_of.plus_days(settings.shock.days);
    BoundarySheet::Words(match (row.class.strip_prefix("american "), row.expiry) {
        (None, _) | (_, None) => format!("{name} is no American option: there is nothing to exercise early."),
        _ if row.status == "left_out" => format!("{name} could not be valued, so that its boundary is not known either; see the issues."),
        (_, Some(expiry)) if expiry <= as_of => format!("{name} expired on {}.", format::date(expiry)),
        (_, Some(expiry)) if expiry <= until => format!("{name} expires on {}, before the shock's time.", format::date(expiry)),
        (Some("put"), _) => {
            format!("{name} is never exercised early: the interest on its strike is worth no more than waiting, at any spot.")
        }
        _ => format!("{name} is never exercised early: what its share pays until expiry is worth no more than waiting, at any spot."),
    })
}

/// Time runs to the right: the axis counts days to expiry backwards, so that x is their negative.
fn place(point: &Critical) -> f64 {
    -point.years * 365.0
}

/// The chart.
pub fn exercise_boundary(name: &str, expiry: Timestamp, boundary: &ExerciseBoundary, is_stressed: bool) -> Plot {
    let ExerciseBoundary { kind, strike, spot, ref points } = *boundary;
    let first = points.first().map_or(-1.0, place);
    let critical: Vec<f64> = points.iter().filter_map(|point| point.spot).collect();
    let farther: Vec<f64> = points.iter().filter_map(|point| point.other_end).collect();
    let nearest = critical.iter().copied().fold(f64::INFINITY, f64::min);
    let cap = FARTHEST * [spot, strike, nearest].into_iter().filter(|price| price.is_finite()).fold(0.0, f64::max);
    let all = || critical.iter().chain(&farther).copied();
    let pad = 0.02 * first.abs();
    let level = |name: &str, price: f64, dash| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour: if dash == Dash::Dotted { 1 } else { 5 }, dash, is_thick: false },
        shape: Shape::Line,
        is_below: false,
        points: points.iter().map(|point| (place(point), price)).collect(),
    };
    let mut series = vec![level("strike", strike, Dash::Dashed), level("spot", spot, Dash::Dotted)];
    series.extend(pieces("farther end", 3, points, |point| point.other_end));
    series.extend(pieces("critical spot", 0, points, |point| point.spot));
    let moments = || points.chunk_by(|one, other| one.years == other.years);
    let ex_dates = moments().filter(|moment| moment.len() > 1).filter_map(|moment| moment.first());
    let far = if all().any(|price| price > cap) { "; prices too far for the chart are in the table" } else { "" };
    let shock = if is_stressed { "under the shock; " } else { "" };
    Plot {
        title: format!("Exercise boundary of {name}"),
        unit: "critical spot, USD".to_owned(),
        sub: format!("{shock}exercised early {} the line; where there is no line, at no price{far}", side(kind)),
        x: Axis { title: "days to expiry".to_owned(), measure: Measure::DaysLeft, range: (first - pad, pad), ticks: Vec::new() },
        y: Axis {
            title: "spot, USD".to_owned(),
            measure: Measure::Price,
            range: range(all().map(|price| price.min(cap)).chain([strike, spot])),
            ticks: Vec::new(),
        },
        below: None,
        series,
        uprights: ex_dates
            .enumerate()
            // One name for all of them: side by side there is no room.
            .map(|(count, point)| Upright {
                at: place(point),
                label: if count == 0 { "ex-date".to_owned() } else { String::new() },
                is_shock: false,
            })
            .collect(),
        stops: moments().filter_map(|moment| stop(expiry, moment)).collect(),
        summary: summary(expiry, boundary),
        table: table(expiry, points, !farther.is_empty()),
    }
}

fn side(kind: OptionKind) -> &'static str {
    match kind {
        OptionKind::Call => "at or above",
        OptionKind::Put => "at or below",
    }
}

fn price(of: f64) -> String {
    format!("{}\u{a0}USD", format::price(of, "USD"))
}

fn price_or_none(of: Option<f64>) -> String {
    of.map_or_else(|| "none".to_owned(), price)
}

fn instant(expiry: Timestamp, point: &Critical) -> Timestamp {
    expiry.plus_days(place(point))
}

/// A line for each stretch in which there is a price, and a dot where there is one at a single instant only.
fn pieces(name: &str, colour: usize, points: &[Critical], of: impl Fn(&Critical) -> Option<f64>) -> Vec<PlotSeries> {
    let stretches = points.chunk_by(|one, other| of(one).is_some() == of(other).is_some());
    let told = stretches.map(|stretch| stretch.iter().filter_map(|point| Some((place(point), of(point)?))).collect::<Vec<_>>());
    let (lines, singles): (Vec<_>, Vec<_>) = told.filter(|piece| !piece.is_empty()).partition(|piece| piece.len() > 1);
    let series = |shape, points| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash: Dash::Solid, is_thick: shape == Shape::Line },
        shape,
        is_below: false,
        points,
    };
    let dots = (!singles.is_empty()).then(|| series(Shape::Dots, singles.concat()));
    lines.into_iter().map(|points| series(Shape::Line, points)).chain(dots).collect()
}

fn stop(expiry: Timestamp, moment: &[Critical]) -> Option<Stop> {
    let first = moment.first()?;
    let days = format!("{} days to expiry", format::life(-place(first)));
    let note = match moment {
        [before, after] => {
            format!("{days}; critical just before the ex-date {}, after it {}", price_or_none(before.spot), price_or_none(after.spot))
        }
        _ if first.spot.is_none() => format!("{days}; exercised at no price"),
        _ => days,
    };
    Some(Stop { at: place(first), head: format::instant(instant(expiry, first)), note })
}

fn summary(expiry: Timestamp, boundary: &ExerciseBoundary) -> String {
    let ExerciseBoundary { kind, spot, ref points, .. } = *boundary;
    let now = points.first().and_then(|point| Some((point.spot?, point.other_end)));
    let Some((critical, other_end)) = now else {
        let first = points.iter().find(|point| point.spot.is_some());
        let when = first.map_or_else(String::new, |point| format!(" before {}", format::instant(instant(expiry, point))));
        return format!("Exercised at no price{when}.");
    };
    let is_due = match kind {
        OptionKind::Put => spot <= critical && other_end.is_none_or(|end| spot >= end),
        OptionKind::Call => spot >= critical && other_end.is_none_or(|end| spot <= end),
    };
    let other = match kind {
        OptionKind::Put => OptionKind::Call,
        OptionKind::Call => OptionKind::Put,
    };
    let end = other_end.map_or_else(String::new, |end| format!(" and {} {}", side(other), price(end)));
    let verdict = if is_due { "exercise is due" } else { "waiting is worth more" };
    format!("Now exercised {} {}{end}; at the spot of {} {verdict}.", side(kind), price(critical), price(spot))
}

fn table(expiry: Timestamp, points: &[Critical], has_farther: bool) -> DataTable {
    let heads = ["When", "Days to expiry", "Ex-date", "Critical spot, USD", "Farther end, USD"];
    let mut table = DataTable::with_heads(heads.into_iter().take(if has_farther { 5 } else { 4 }));
    for moment in points.chunk_by(|one, other| one.years == other.years) {
        for (count, point) in moment.iter().enumerate() {
            let ex_date = match (moment.len(), count) {
                (1, _) => "",
                (_, 0) => "just before",
                _ => "just after",
            };
            let dollars = |of: Option<f64>| Cell::optional(of, |of| format::price(of, "USD"));
            let days = point.years * 365.0;
            let mut row = vec![
                Cell::text(format::instant(instant(expiry, point))),
                Cell::number(days, format::life(days)),
                Cell::text(ex_date),
                dollars(point.spot),
            ];
            if has_farther {
                row.push(dollars(point.other_end));
            }
            table.rows.push(row);
        }
    }
    table
}
