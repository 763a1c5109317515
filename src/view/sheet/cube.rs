//! P&L over spot, vol and days, one slice at a time, and over the spots of two underlyings.

use crate::issue::Issue;
use crate::stress::cube::{Cube, CubeSpec, MOST_DAYS, PairSpec, Still};
use crate::stress::{GridSpec, PathRule};
use crate::view::chart::cube::{self, pair, place, slice, title};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::{Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "cube", build };

const UNDERLYING: &str = "cube/underlying";
const DAYS: &str = "cube/days";
const STILL: &str = "cube/still";
const AT: &str = "cube/at";
const FIRST: &str = "cube/first";
const SECOND: &str = "cube/second";

/// Days that are meant without a choice.
const USUAL_DAYS: [f64; 5] = [0.0, 1.0, 7.0, 30.0, 90.0];
/// Moves along each axis of spot and of vol.
const COUNT: u32 = 11;

const STILLS: [(Still, &str, &str); 3] = [(Still::Days, "days", "Day"), (Still::Vol, "vol", "Vol"), (Still::Spot, "spot", "Spot")];

/// A cube, and what it was computed for.
pub type KeptCube = (CubeSpec, PathRule, Cube);

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let (engine, choices) = (subject.engine, subject.choices);
    let choice = |key: &str| choices.get(key).map_or("", String::as_str);
    let names = engine.by_size();
    let (days, error) = days(subject.chosen(DAYS, ""));
    let alone = subject.choices.get(UNDERLYING).filter(|name| names.contains(name)).cloned();
    let unknown = subject.choices.get(UNDERLYING).filter(|name| !name.is_empty() && alone.is_none());
    let unknown = unknown.map(|name| format!("this book holds no “{name}”; all move alike")).unwrap_or_default();
    let grid = GridSpec { spot_count: COUNT, vol_count: COUNT, underlying: alone.clone(), ..subject.settings.grid.clone() };
    let spec = CubeSpec { grid, days };
    spec.check()?;
    let shock = &subject.settings.shock;
    let known = subject.kept.cube.take().filter(|(of, path, _)| *of == spec && *path == shock.path);
    let (.., cube) = subject.kept.cube.insert(known.unwrap_or_else(|| {
        let cube = engine.cube(&spec, shock);
        (spec, shock.path, cube)
    }));
    let (still, id, still_error) = still(choice(STILL));
    // Each place carries its axis, so that what was chosen on one axis is not taken for a place of another.
    let places: Vec<(String, String)> =
        cube.axis(still).iter().map(|value| (format!("{id}/{}", format::plain(*value)), place(still, *value))).collect();
    let usual = cube.axis(still).iter().position(|value| *value == 0.0).unwrap_or(0);
    let (at, at_error) = at(choice(AT), (still, id), &places, usual);
    let mut movers = vec![(String::new(), "all alike".to_owned())];
    movers.extend(names.iter().map(|name| (name.clone(), name.clone())));
    let typed: Vec<String> = cube.days.iter().map(|days| format::plain(*days)).collect();
    let controls = vec![
        Control::select(UNDERLYING, "Moves", movers, alone.as_deref().unwrap_or("")).refused(unknown),
        Control::field(DAYS, "Days", "forward, with commas", subject.choices.get(DAYS).unwrap_or(&typed.join(", "))).refused(error),
        Control::buttons(STILL, "Hold", STILLS.iter().map(|(_, id, label)| ((*id).to_owned(), (*label).to_owned())).collect(), id)
            .refused(still_error),
        Control::select(AT, "at", places.clone(), places.get(at).map_or("", |(id, _)| id)).refused(at_error),
    ];
    let mut parts = vec![Part::controls("cube-choice", controls)];
    if let (Some(plane), Some(value)) = (cube.slice(still, at), cube.axis(still).get(at)) {
        parts.push(Part::tiles(cube::DEF.id, slice(cube, &plane, still, *value)).wide());
    }
    parts.push(Part::table("cube-days", by_day(cube, still)));
    parts.extend(two_spots(subject, &names));
    Ok(Sheet { parts })
}

/// What is held still, its id, and why what was chosen cannot be.
fn still(chosen: &str) -> (Still, &'static str, String) {
    let known = STILLS.iter().find(|(_, id, _)| *id == chosen);
    let [(usual, usual_id, _), ..] = STILLS;
    let (still, id) = known.map_or((usual, usual_id), |(still, id, _)| (*still, *id));
    if known.is_some() || chosen.is_empty() {
        return (still, id, String::new());
    }
    let ids = STILLS.map(|(_, id, _)| id).join(", ");
    (still, id, format!("“{chosen}” cannot be held; of {ids} one can, and {id} is held"))
}

/// Where what is held still stands, and why what was chosen cannot be used; the place of another axis is no choice on this one.
fn at(chosen: &str, (still, id): (Still, &str), places: &[(String, String)], usual: usize) -> (usize, String) {
    // Links of earlier builds name the number alone.
    let known = places.iter().position(|(place, _)| place == chosen || place.split_once('/').is_some_and(|(_, number)| number == chosen));
    let is_of_another = STILLS.iter().any(|(_, other, _)| *other != id && chosen.split_once('/').is_some_and(|(axis, _)| axis == *other));
    if chosen.is_empty() || known.is_some() || is_of_another {
        return (known.unwrap_or(usual), String::new());
    }
    let names: Vec<&str> = places.iter().map(|(_, name)| name.as_str()).collect();
    let used = names.get(usual).copied().unwrap_or("");
    let number = chosen.strip_prefix(id).and_then(|rest| rest.strip_prefix('/')).unwrap_or(chosen);
    (usual, format!("“{number}” is not on the axis of {}, which has {}; {used} is used", title(still), names.join(", ")))
}

/// The days that were typed, and why they cannot be used.
fn days(text: &str) -> (Vec<f64>, String) {
    if text.trim().is_empty() {
        return (USUAL_DAYS.to_vec(), String::new());
    }
    let read: Option<Vec<f64>> =
        text.split([',', ';', ' ']).filter(|part| !part.trim().is_empty()).map(|part| part.trim().parse().ok()).collect();
    let mut days = read.unwrap_or_default();
    crate::order::sort_by(&mut days, f64::total_cmp);
    days.dedup();
    if (1..=MOST_DAYS).contains(&days.len()) && days.iter().all(|days| (0.0..=3650.0).contains(days)) {
        return (days, String::new());
    }
    let usual = USUAL_DAYS.map(format::plain).join(", ");
    (USUAL_DAYS.to_vec(), format!("“{text}” is no list of 1 to {MOST_DAYS} numbers from 0 to 3650, such as 0, 7, 30; {usual} are used"))
}

/// The worst and the best of each day.
fn by_day(cube: &Cube, still: Still) -> TableSheet {
    let mut table = DataTable::with_heads(["Days forward", "Worst, USD", "at spot", "at vol", "Best, USD", "at spot", "at vol"]);
    for (worst, best) in (0..cube.days.len()).filter_map(|day| cube.ends(day)) {
        let amount = |value: f64| Cell::number(value, format::signed_whole(value));
        let places = |cell: crate::stress::cube::Cell| {
            let (spot, vol) = (place(Still::Spot, cell.spot), place(Still::Vol, cell.vol));
            [amount(cell.pnl), Cell::number(cell.spot, spot), Cell::number(cell.vol, vol)]
        };
        let day = Cell::number(worst.days, place(Still::Days, worst.days));
        table.rows.push([day].into_iter().chain(places(worst)).chain(places(best)).collect());
    }
    let pick = (still == Still::Days).then(|| Pick {
        key: AT.to_owned(),
        values: cube.days.iter().map(|days| format!("days/{}", format::plain(*days))).collect(),
        ..Pick::default()
    });
    TableSheet {
        title: "Day by day".to_owned(),
        sub: "the worst and the best P&L of each day over all its spots and vols, and where they are; of equal ones the first is named"
            .to_owned(),
        table,
        pick,
        ..TableSheet::default()
    }
}

fn two_spots(subject: &Subject<'_>, names: &[String]) -> Vec<Part> {
    let [first, second, ..] = names else {
        let say = "A grid over two spots needs two underlyings that have a price of their own; this book has fewer.";
        return vec![Part::words("pair-none", "Two spots", vec![(Tone::Plain, say.to_owned())])];
    };
    let chosen = |key: &str, or: &String| {
        let asked = subject.choices.get(key);
        let known = asked.filter(|name| names.contains(name)).unwrap_or(or).clone();
        let error =
            asked.filter(|name| !name.is_empty() && **name != known).map(|name| format!("this book holds no “{name}”; {known} is used"));
        (known, error.unwrap_or_default())
    };
    let (columns, columns_error) = chosen(FIRST, first);
    let usual = if *second == columns { first } else { second };
    let (rows, rows_error) = chosen(SECOND, usual);
    let list = || names.iter().map(|name| (name.clone(), name.clone())).collect();
    let is_same = rows == columns;
    let rows_error = if is_same { "it takes another one than beside it".to_owned() } else { rows_error };
    let controls = vec![
        Control::select(FIRST, "Columns", list(), &columns).refused(columns_error),
        Control::select(SECOND, "Rows", list(), &rows).refused(rows_error),
    ];
    let mut parts = vec![Part::controls("pair-choice", controls)];
    if !is_same {
        let shock = &subject.settings.shock;
        let spec = PairSpec { underlyings: (columns, rows), spot: subject.settings.grid.spot, count: COUNT };
        let sub = format!("full revaluation {}; vols and every other spot as the shock bar has them", format::forward_days(shock.days));
        parts.push(Part::tiles(cube::PAIR.id, pair(&subject.engine.pair(&spec, shock), sub)).wide());
    }
    parts
}
