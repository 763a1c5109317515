//! The chart of the early-exercise boundary: its numbers are the engine's, its steps stand at the ex-dates, and where nothing is exercised
//! it says so.

use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::import::{File, import};
use plimsoll::protocol::{self, Desk, Request, Response};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::Timestamp;
use plimsoll::view::chart::Cell;
use plimsoll::view::chart::exercise_boundary::BoundarySheet;
use plimsoll::view::chart::plot::{Plot, Shape};
use plimsoll::view::chart::scale::Tick;

/// A call, a put and a future; 179 days to the options' expiry.
const BOOK: &str = "\
instrument,underlying,type,option_type,strike,expiry,quantity,contract_size,spot,iv,rate,as_of
XYZ call,XYZ,american_option,call,105,2027-03-19T20:00:00Z,2,100,103,0.31,,2026-09-21T20:00:00Z
XYZ put,XYZ,american_option,put,105,2027-03-19T20:00:00Z,2,100,103,0.31,,2026-09-21T20:00:00Z
XYZ share,XYZ,share,,,,10,,103,,,2026-09-21T20:00:00Z
,USD,rate,,,,,,,,4.3%,
";
const DIVIDENDS: &str = "underlying,ex_date,dividend\nXYZ,2026-11-09T14:30:00Z,0.80\nXYZ,2027-02-08T14:30:00Z,0.80\n";
const EX_DATES: [&str; 2] = ["2026-11-09T14:30:00Z", "2027-02-08T14:30:00Z"];

fn time(text: &str) -> Timestamp {
    Timestamp::parse_iso(text).unwrap()
}

fn desk(files: &[&str]) -> Desk {
    let files: Vec<File> =
        files.iter().enumerate().map(|(place, text)| File::new(format!("{place}.csv"), text.as_bytes().to_vec())).collect();
    let imported = import(&files);
    let inputs = Inputs {
        positions: imported.positions,
        facts: imported.facts,
        accounts: Vec::new(),
        history: Default::default(),
        as_of: imported.as_of,
    };
    assert_eq!(inputs.positions.len(), 3, "{:?}", imported.issues);
    let mut desk = Desk::default();
    let request = Request::Load { inputs: protocol::to_bytes(&inputs).unwrap(), now: time("2026-09-21T20:00:00Z") };
    assert!(matches!(protocol::handle(&mut desk, request, &mut |_| ()), Response::Loaded { .. }));
    desk
}

fn sheet(desk: &mut Desk, index: u32, settings: &Settings) -> BoundarySheet {
    match protocol::handle(desk, Request::ExerciseBoundary { index, settings: settings.clone() }, &mut |_| ()) {
        Response::ExerciseBoundary { index: answered, sheet } if answered == index => protocol::from_bytes(&sheet).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn plot(desk: &mut Desk, index: u32) -> Plot {
    match sheet(desk, index, &Settings::default()) {
        BoundarySheet::Plot(plot) => *plot,
        BoundarySheet::Words(words) => panic!("{words}"),
    }
}

fn words(desk: &mut Desk, index: u32, settings: &Settings) -> String {
    match sheet(desk, index, settings) {
        BoundarySheet::Words(words) => words,
        BoundarySheet::Plot(plot) => panic!("{}", plot.title),
    }
}

/// The points of every series of this name and shape, series by series.
fn points(plot: &Plot, name: &str, shape: Shape) -> Vec<Vec<(f64, f64)>> {
    plot.series.iter().filter(|series| series.name == name && series.shape == shape).map(|series| series.points.clone()).collect()
}

fn days(engine: &Engine, index: usize) -> Vec<(f64, Option<f64>)> {
    let boundary = engine.exercise_boundary(index, &Settings::default()).unwrap();
    boundary.points.iter().map(|point| (-point.years * 365.0, point.spot)).collect()
}

#[test]
fn a_put_s_boundary_is_one_line_that_ends_at_its_strike() {
    let mut desk = desk(&[BOOK]);
    let engine = days(desk.engine().unwrap(), 1);
    let plot = plot(&mut desk, 1);
    assert_eq!(plot.title, "Exercise boundary of XYZ put");
    assert_eq!(plot.unit, "critical spot, USD");
    let [line] = points(&plot, "critical spot", Shape::Line).try_into().unwrap();
    assert_eq!(line.iter().map(|(x, y)| (*x, Some(*y))).collect::<Vec<_>>(), engine);
    assert!((line[0].0 + 179.0).abs() < 1e-9 && line[32].0 == 0.0 && (line[32].1 - 105.0).abs() < 1e-6, "{line:?}");
    assert!(points(&plot, "critical spot", Shape::Dots).is_empty() && plot.uprights.is_empty());
    for (name, level) in [("strike", 105.0), ("spot", 103.0)] {
        assert!(points(&plot, name, Shape::Line).concat().iter().all(|(_, y)| *y == level));
    }
    assert!(plot.y.range.0 < line[0].1 && plot.y.range.1 > 105.0 && plot.x.range.0 < -179.0 && plot.x.range.1 > 0.0);
    // Ticks count days back from expiry, evenly, and those of the price have the decimals of their step.
    let layout = plot.layout(900.0, plot.height(900.0), 2.0);
    let labels = |ticks: Vec<Tick>| ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>();
    assert_eq!(labels(plot.x_ticks(&layout)), ["180", "160", "140", "120", "100", "80", "60", "40", "20", "0"]);
    assert_eq!(plot.x_ticks(&layout)[9].at, layout.x.at(0.0));
    let prices = labels(plot.y_ticks(&layout));
    assert!(prices.len() > 3 && prices.contains(&"105".to_owned()) && prices.iter().all(|price| !price.contains('.')), "{prices:?}");
    // A stop says what the table says.
    assert_eq!(plot.stops.len(), 33);
    assert_eq!(plot.stops[0].head.replace(['\u{a0}', '\u{202f}'], " "), "21 Sep 2026 20:00 UTC");
    assert_eq!(plot.stops[0].note, "179.0 days to expiry");
    let told: Vec<(&str, f64)> = plot.values(&plot.stops[0]).map(|(series, value)| (series.name.as_str(), value)).collect();
    assert_eq!(told, [("strike", 105.0), ("spot", 103.0), ("critical spot", line[0].1)]);
    assert_eq!(plot.table.rows.len(), 33);
    assert_eq!(plot.table.heads, ["When", "Days to expiry", "Ex-date", "Critical spot, USD"]);
    assert!(matches!(plot.table.rows[0][3], Cell::Number(Some(value), _) if value == line[0].1));
    assert!(plot.summary.starts_with("Now exercised at or below ") && plot.summary.ends_with("waiting is worth more."), "{}", plot.summary);
}

#[test]
fn a_dividend_is_a_step_and_a_gap() {
    let mut desk = desk(&[BOOK, DIVIDENDS]);
    let waits = EX_DATES.map(|ex_date| -time(ex_date).years_to(time("2027-03-19T20:00:00Z")) * 365.0);
    // A put waits for each dividend: its line breaks off before the ex-date and begins again at it.
    let put = plot(&mut desk, 1);
    assert_eq!(put.uprights.iter().map(|upright| upright.at).collect::<Vec<_>>(), waits);
    let lines = points(&put, "critical spot", Shape::Line);
    for wait in waits {
        assert!(lines.iter().any(|line| line[0].0 == wait), "a line begins at {wait}");
        assert!(!lines.iter().any(|line| line[0].0 < wait && wait <= line.last().unwrap().0), "and none crosses {wait}");
        let stop = put.stops.iter().find(|stop| stop.at == wait).unwrap();
        assert!(stop.note.contains("critical just before the ex-date none, after it "), "{}", stop.note);
    }
    // A call is exercised at the last instant before an ex-date and at no other.
    let engine: Vec<(f64, f64)> = days(desk.engine().unwrap(), 0).into_iter().filter_map(|(x, y)| Some((x, y?))).collect();
    let call = plot(&mut desk, 0);
    let dots = points(&call, "critical spot", Shape::Dots).concat();
    assert_eq!(dots, engine);
    assert!(!dots.is_empty() && dots.iter().all(|(x, y)| waits.contains(x) && *y > 105.0), "{dots:?}");
    assert!(points(&call, "critical spot", Shape::Line).is_empty());
    assert!(call.summary.starts_with("Exercised at no price before "), "{}", call.summary);
    let before: Vec<&Vec<Cell>> = call.table.rows.iter().filter(|row| row[2].shown() == "just before").collect();
    assert_eq!(before.len(), 2);
    assert_eq!(call.table.rows.iter().filter(|row| matches!(row[3], Cell::Number(Some(_), _))).count(), dots.len());
}

#[test]
fn where_nothing_is_exercised_it_is_said_why() {
    let mut desk = desk(&[BOOK]);
    let none = Settings::default();
    assert!(words(&mut desk, 0, &none).starts_with("XYZ call is never exercised early: what its share pays"));
    assert!(words(&mut desk, 2, &none).contains("no American option"));
    let later = Settings { shock: Shock { days: 180.0, ..Shock::default() }, ..Settings::default() };
    assert!(words(&mut desk, 1, &later).contains("before the shock's time"));
    let beyond = protocol::handle(&mut desk, Request::ExerciseBoundary { index: 3, settings: none }, &mut |_| ());
    assert!(matches!(beyond, Response::Failed(_)));
}

#[test]
fn a_crash_below_the_boundary_makes_exercise_due() {
    let mut desk = desk(&[BOOK]);
    let shock = Shock { all: Move { spot: -0.5, vol: VolShift::Points(0.0) }, ..Shock::default() };
    let BoundarySheet::Plot(plot) = sheet(&mut desk, 1, &Settings { shock, ..Settings::default() }) else { panic!() };
    assert!(plot.summary.ends_with("exercise is due."), "{}", plot.summary);
    assert!(plot.sub.starts_with("under the shock; ") && points(&plot, "spot", Shape::Line).concat()[0].1 == 51.5);
}
