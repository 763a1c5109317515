//! What each day makes of the book, to its last expiry.

use crate::engine::ThetaCalendar;
use crate::stress::decay::{DecayDay, DecayPath};
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "theta-calendar",
    label: "Theta calendar",
    doc: "Change of the book's value from day to day to its last expiry, by full revaluation.",
};

/// Days that are shown; of more, every so many.
const MOST_DAYS: usize = 366;
/// Days that are labelled, the most important first.
const LABELS: [f64; 14] = [30.0, 7.0, 90.0, 365.0, 14.0, 180.0, 60.0, 730.0, 270.0, 1.0, 120.0, 3.0, 1095.0, 1825.0];

/// A day with what it and those before it that are not shown made.
struct Shown {
    day: DecayDay,
    options: DecayDay,
    of_day: f64,
    options_of_day: f64,
}

/// The chart; `None` where nothing expires.
pub fn theta_calendar(calendar: &ThetaCalendar) -> Option<Plot> {
    let (shown, every) = thinned(calendar);
    let (first, last) = (shown.first()?, shown.last()?);
    let points = |of: fn(&Shown) -> f64| shown.iter().map(|row| (row.day.days, of(row))).collect::<Vec<_>>();
    let series = |name: &str, colour, dash, shape, is_below, points| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash, is_thick: shape == Shape::Line && colour == 0 },
        shape,
        is_below,
        points,
    };
    let (book, options, daily) = (points(|row| row.day.change), points(|row| row.options.change), points(|row| row.options_of_day));
    let ends = range(book.iter().chain(&options).map(|(_, value)| *value).chain([0.0]));
    let strip = range(daily.iter().map(|(_, value)| *value).chain([0.0]));
    let room = (0.02 * last.day.days).max(0.5);
    let how = match calendar.path {
        DecayPath::Forward => "spot goes along its forwards, which stay; a leg that expires is settled at its own forward",
        DecayPath::Held => "spot stays, forwards come down to it; a leg that expires is settled at spot",
    };
    let each = if every == 1 { String::new() } else { format!("; every {every}th day is shown, with what it and those before it made") };
    Some(Plot {
        title: "Theta calendar".to_owned(),
        unit: "USD".to_owned(),
        sub: format!("value less today's, vols as they are; {how}{each}"),
        x: Axis {
            title: "days from the book's time".to_owned(),
            measure: Measure::Days,
            range: (-room, last.day.days + room),
            ticks: LABELS.iter().chain([&last.day.days]).map(|days| (*days, format!("{}\u{a0}d", format::plain(days.round())))).collect(),
        },
        y: Axis { title: "change of value, USD".to_owned(), measure: Measure::Change, range: ends, ticks: Vec::new() },
        below: Some(Axis { title: "options, of the day, USD".to_owned(), measure: Measure::Change, range: strip, ticks: Vec::new() }),
        series: vec![
            series("book", 0, Dash::Solid, Shape::Line, false, book),
            series("options alone", 1, Dash::Dashed, Shape::Line, false, options),
            series("options, of the day", 1, Dash::Solid, Shape::Bars, true, daily),
        ],
        uprights: Vec::new(),
        stops: shown
            .iter()
            .map(|row| Stop { at: row.day.days, head: format::date(row.day.at), note: format::days(row.day.days) })
            .collect(),
        summary: format!(
            "{} on the first day, {} to the last expiry on {}; the options alone {} and {}.",
            text::value(Measure::Change, first.of_day),
            text::value(Measure::Change, last.day.change),
            format::date(last.day.at),
            text::value(Measure::Change, first.options_of_day),
            text::value(Measure::Change, last.options.change),
        ),
        table: table(&shown),
    })
}

fn thinned(calendar: &ThetaCalendar) -> (Vec<Shown>, usize) {
    let every = calendar.book.len().div_ceil(MOST_DAYS).max(1);
    let end = calendar.book.len();
    let mut shown: Vec<Shown> = Vec::new();
    let (mut of_day, mut options_of_day) = (0.0, 0.0);
    for (place, (day, options)) in (1..).zip(calendar.book.iter().zip(&calendar.options)) {
        of_day += day.of_day;
        options_of_day += options.of_day;
        if place % every == 0 || place == end {
            let (of_day, options_of_day) = (std::mem::take(&mut of_day), std::mem::take(&mut options_of_day));
            shown.push(Shown { day: *day, options: *options, of_day, options_of_day });
        }
    }
    (shown, every)
}

fn table(shown: &[Shown]) -> DataTable {
    let mut table = DataTable::with_heads([
        "Date",
        "Days",
        "Book, change since today, USD",
        "Book, since the row before, USD",
        "Options, change since today, USD",
        "Options, since the row before, USD",
    ]);
    for row in shown {
        let amount = |value: f64| Cell::number(value, format::signed_whole(value));
        table.rows.push(vec![
            Cell::text(format::date(row.day.at)),
            Cell::number(row.day.days, format::life(row.day.days)),
            amount(row.day.change),
            amount(row.of_day),
            amount(row.options.change),
            amount(row.options_of_day),
        ]);
    }
    table
}
