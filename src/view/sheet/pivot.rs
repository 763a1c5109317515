//! The pivot: one measure by two dimensions as a treemap, as tiles and as a table, which share one selection, and the positions behind it.

use crate::exposure::pivot::columns::Under;
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::measure::{self, MeasureDef};
use crate::exposure::pivot::{Pivot, Query, Step, property};
use crate::issue::Issue;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::treemap;
use crate::view::format;
use crate::view::sheet::{Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone};
use crate::view::table::pivot::{Shown, label, shown, summary, table, tiles, treemap as drawn};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "pivot", build };

const ROWS: &str = "pivot/rows";
const COLUMNS: &str = "pivot/columns";
const MEASURE: &str = "pivot/measure";
const UNDER: &str = "pivot/under";
/// The steps that every position here has taken.
const WITHIN: &str = "pivot/within";
/// The steps to what is selected.
const CELL: &str = "pivot/cell";

/// The choice of no columns, and of no selection where there was one.
const NONE: &str = "none";

/// Rows and columns of the drawings, and rows of the table.
const MOST: (usize, usize) = (30, 16);
const MOST_ROWS: usize = 120;
/// Positions that are listed; the rest is summed.
const MOST_POSITIONS: usize = 100;

const UNDERS: [(Under, &str, &str); 3] =
    [(Under::Now, "now", "Now"), (Under::Shock, "shock", "Under the shock"), (Under::Change, "change", "Change by the shock")];

/// What is chosen, and what of it cannot be used.
struct Choice {
    rows: Dimension,
    columns: Option<Dimension>,
    measure: &'static MeasureDef,
    under: Under,
    within: Vec<Step>,
    cell: Vec<Step>,
    refused: Vec<(&'static str, String)>,
}

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let dimensions = Dimension::of(subject.engine.sources(None).book);
    let mut choice = chosen(subject, &dimensions);
    let has_shock = !subject.settings.shock.is_none();
    let (sources, columns) = subject.exposed();
    let query = Query {
        rows: &choice.rows,
        columns: choice.columns.as_ref(),
        measure: choice.measure,
        under: choice.under,
        within: &choice.within,
    };
    let pivot = columns.pivot(&sources, &query);
    let selected = selected(&choice, &pivot);
    if selected.is_none() {
        // A selection beside what is shown is none.
        choice.cell.clear();
    }
    let Choice { columns: by, measure, under, within, cell, .. } = &choice;
    let small = shown(&pivot, MOST.0, MOST.1);
    let (treemap, places) = drawn(&pivot, &small);
    let mut parts = vec![Part::controls("pivot-choice", controls(&choice, &dimensions, has_shock))];
    parts.extend(path(&choice));
    let pick = |values: Vec<String>| Pick { key: CELL.to_owned(), values, ..Pick::default() };
    let to = |row: usize, column: Option<usize>| steps(&choice, &pivot, &small, row, column);
    let at = selected.and_then(|(row, column)| small.place(row, column));
    let of_map = places.iter().map(|(row, column)| to(*row, by.as_ref().map(|_| *column))).collect();
    let in_map = at.and_then(|(row, column)| place_in_map(&treemap, &places, row, column));
    let in_map = Pick { row: in_map.map(|(_, group)| group), column: in_map.and_then(|(item, _)| item), ..pick(of_map) };
    parts.push(Part::treemap(treemap::DEF.id, treemap).picking(in_map));
    let width = small.columns.len();
    let of_tiles = (0..small.sums.len()).map(|at| match small.sums.get(at) {
        Some(Some(_)) => to(at / width.max(1), by.as_ref().map(|_| at % width.max(1))),
        _ => String::new(),
    });
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let (row, column) = (at.map(|(row, _)| place(row)), at.and_then(|(_, column)| column).map(place));
    let of_tiles = Pick { row, column, ..pick(of_tiles.collect()) };
    parts.push(Part::tiles("pivot-heatmap", tiles(&pivot, &small)).picking(of_tiles));
    let large = shown(&pivot, MOST_ROWS, MOST.1);
    let of_rows = (0..large.rows.len()).map(|row| steps(&choice, &pivot, &large, row, None)).collect();
    parts.push(Part::table("pivot", whole(&pivot, &large)).picking(pick(of_rows)));
    let behind: &[Step] = if cell.is_empty() { within } else { cell };
    let places = columns.positions(&sources, behind);
    let values = columns.measure(measure, *under).unwrap_or_default().to_vec();
    parts.push(Part::table("pivot-positions", positions(subject, &choice, behind, &places, &values)));
    Ok(Sheet { parts })
}

fn chosen(subject: &Subject<'_>, dimensions: &[Dimension]) -> Choice {
    let mut refused = Vec::new();
    let mut dimension = |key: &'static str, or: Dimension| {
        let id = subject.choices.get(key)?.as_str();
        if id == NONE && key == COLUMNS {
            return Some(None);
        }
        let found = dimensions.iter().find(|dimension| dimension.id() == id).cloned();
        if found.is_none() {
            refused.push((key, format!("this book has no dimension “{id}”; {} is shown", or.label())));
        }
        found.map(Some)
    };
    let (rows, columns) = (Dimension::Known(&property::UNDERLYING), Dimension::Known(&property::EXPIRY_BUCKET));
    let rows = dimension(ROWS, rows.clone()).flatten().unwrap_or(rows);
    // One dimension by itself is its own diagonal.
    let columns = dimension(COLUMNS, columns.clone()).unwrap_or(Some(columns)).filter(|columns| *columns != rows);
    let id = subject.chosen(MEASURE, measure::NET_DELTA.id);
    let measure = MeasureDef::by_id(id);
    if measure.is_none() {
        refused.push((MEASURE, format!("“{id}” is no measure; {} is shown", measure::NET_DELTA.label)));
    }
    let under = UNDERS.iter().find(|(_, id, _)| *id == subject.chosen(UNDER, "")).map_or(Under::Now, |(under, ..)| *under);
    let under = if subject.settings.shock.is_none() { Under::Now } else { under };
    let mut path = |key: &'static str| {
        let text = subject.chosen(key, "");
        let found = if text.is_empty() || text == NONE { Some(Vec::new()) } else { from_text(text) };
        if found.is_none() {
            refused.push((key, "the part of the book that was chosen is not known to this version; all of it is shown".to_owned()));
        }
        found.unwrap_or_default()
    };
    let (within, cell) = (path(WITHIN), path(CELL));
    Choice { rows, columns, measure: measure.unwrap_or(&measure::NET_DELTA), under, within, cell, refused }
}

/// Steps as a text that a link carries.
fn to_text(steps: &[Step]) -> String {
    // Names, numbers and instants always can be written.
    serde_json::to_string(steps).unwrap_or_default()
}

fn from_text(text: &str) -> Option<Vec<Step>> {
    serde_json::from_str(text).ok()
}

fn controls(choice: &Choice, dimensions: &[Dimension], has_shock: bool) -> Vec<Control> {
    let names: Vec<(String, String)> = dimensions.iter().map(|dimension| (dimension.id(), dimension.label().to_owned())).collect();
    let none = (NONE.to_owned(), "nothing".to_owned());
    let columns = choice.columns.as_ref().map_or_else(|| NONE.to_owned(), Dimension::id);
    let measures = measure::ALL.iter().map(|def| (def.id.to_owned(), def.label.to_owned())).collect();
    let mut controls = vec![
        Control::select(MEASURE, "Measure", measures, choice.measure.id),
        Control::select(ROWS, "by", names.clone(), &choice.rows.id()),
        Control::select(COLUMNS, "and", std::iter::once(none).chain(names).collect(), &columns),
    ];
    if has_shock {
        let unders = UNDERS.iter().map(|(_, id, label)| ((*id).to_owned(), (*label).to_owned())).collect();
        let id = UNDERS.iter().find(|(under, ..)| *under == choice.under).map_or("", |(_, id, _)| *id);
        controls.push(Control::buttons(UNDER, "", unders, id));
    }
    controls.push(Control::note("", choice.measure.doc));
    let refused = |control: Control| match choice.refused.iter().find(|(key, _)| *key == control.key) {
        Some((_, error)) => control.refused(error.clone()),
        None => control,
    };
    controls.into_iter().map(refused).collect()
}

/// The way into the book: its beginning, each step taken, and the selection as the next one.
fn path(choice: &Choice) -> Option<Part> {
    let Choice { within, cell, refused, .. } = choice;
    let lost: Vec<(Tone, String)> =
        refused.iter().filter(|(key, _)| [WITHIN, CELL].contains(key)).map(|(_, error)| (Tone::Warning, error.clone())).collect();
    if !lost.is_empty() {
        return Some(Part::words("pivot-lost", "", lost));
    }
    let longest = if cell.is_empty() { within } else { cell };
    if longest.is_empty() {
        return None;
    }
    let mut ways = vec![(String::new(), "the whole book".to_owned())];
    ways.extend((1..=longest.len()).filter_map(|count| {
        let (dimension, key) = longest.get(count - 1)?;
        let mark = if count > within.len() { "only " } else { "" };
        Some((to_text(longest.get(..count)?), format!("{mark}{}", label(dimension, key))))
    }));
    let here = if within.is_empty() { String::new() } else { to_text(within) };
    Some(Part::controls("pivot-path", vec![Control::buttons(WITHIN, "Within", ways, &here)]))
}

/// The row and column of the pivot that are selected.
fn selected(choice: &Choice, pivot: &Pivot) -> Option<(usize, Option<usize>)> {
    let steps = choice.cell.strip_prefix(choice.within.as_slice())?;
    let ((by, key), rest) = steps.split_first()?;
    let row = (*by == pivot.rows_by).then(|| pivot.rows.binary_search(key).ok()).flatten()?;
    match rest {
        [] => Some((row, None)),
        [(by, key)] if Some(by) == pivot.columns_by.as_ref() => Some((row, Some(pivot.columns.binary_search(key).ok()?))),
        _ => None,
    }
}

/// What taking a row, or a cell, chooses: the steps to it, or nothing where it is chosen already. Empty for what was put together.
fn steps(choice: &Choice, pivot: &Pivot, shown: &Shown, row: usize, column: Option<usize>) -> String {
    let Some(row) = shown.rows.get(row).and_then(|line| line.place) else { return String::new() };
    let column = match column {
        Some(column) => match shown.columns.get(column).and_then(|line| line.place) {
            Some(column) => Some(column),
            None => return String::new(),
        },
        None => None,
    };
    let steps = pivot.steps(&choice.within, row, column);
    if steps == choice.cell { NONE.to_owned() } else { to_text(&steps) }
}

/// Part and group of the treemap that show a row, or one of its cells.
fn place_in_map(map: &treemap::Treemap, places: &[(usize, usize)], row: usize, column: Option<usize>) -> Option<(Option<u32>, u32)> {
    let at = places.iter().position(|place| place.0 == row && column.is_none_or(|column| place.1 == column))?;
    let mut before = 0;
    for (group, of) in (0..).zip(&map.groups) {
        if at < before + of.items.len() {
            return Some((column.and_then(|_| u32::try_from(at - before).ok()), group));
        }
        before += of.items.len();
    }
    None
}

fn whole(pivot: &Pivot, shown: &Shown) -> TableSheet {
    TableSheet {
        title: "The same as a table".to_owned(),
        sub: format!("{}; {}", pivot.measure.label, pivot.measure.unit),
        table: table(pivot, shown),
        empty: "No position is here.".to_owned(),
        notes: vec![summary(pivot, shown)],
        ..TableSheet::default()
    }
}

/// The positions behind the selection, the largest first, and a row for the rest.
fn positions(subject: &Subject<'_>, choice: &Choice, behind: &[Step], places: &[u32], values: &[f64]) -> TableSheet {
    let value = |place: u32| values.get(place as usize).copied().filter(|value| !value.is_nan());
    let listed = largest(places, |place| value(place).map_or(-1.0, f64::abs));
    let head = format!("{}, USD", choice.measure.label);
    let mut table = DataTable::with_heads(["Position", "Account", "Quantity", head.as_str(), "Source"]);
    let amount = |value: Option<f64>| Cell::optional(value, format::exact_money);
    for row in listed.iter().filter_map(|place| subject.engine.row(*place as usize).map(|row| (row, value(*place)))) {
        let (row, value) = row;
        table.rows.push(vec![
            Cell::text(row.name),
            Cell::text(format::joined([&row.venue, &row.account])),
            Cell::number(row.quantity, format::quantity(row.quantity, &row.quantity_unit)),
            amount(value),
            Cell::text(format!("{}, line {}", row.file, row.line)),
        ]);
    }
    let sum = |places: &[u32]| places.iter().filter_map(|place| value(*place)).reduce(|sum, value| sum + value);
    let summed = |name: String, sum: Option<f64>| {
        vec![Cell::text(name), Cell::text(""), Cell::Number(None, String::new()), amount(sum), Cell::text("")]
    };
    let (total, rest) = (sum(places), places.len() - listed.len());
    if rest > 0 {
        // Exact, as every sum of these is.
        let others = total.zip(sum(&listed)).map(|(total, listed)| total - listed);
        table.rows.push(summed(format::count(rest, "other", "others"), others));
    }
    if places.len() > 1 {
        table.rows.push(summed("Total".to_owned(), total));
    }
    let names: Vec<String> = behind.iter().map(|(dimension, key)| label(dimension, key)).collect();
    TableSheet {
        title: if names.is_empty() { "Positions".to_owned() } else { format!("Positions in {}", names.join(", ")) },
        sub: format!(
            "{}, the largest first; a dash where a position has no such number",
            format::count(places.len(), "position", "positions")
        ),
        table,
        empty: "No position is here.".to_owned(),
        ..TableSheet::default()
    }
}

/// The largest of the places, falling: as many as are listed. One pass, since a book is long and the list is short.
fn largest(places: &[u32], size: impl Fn(u32) -> f64) -> Vec<u32> {
    let mut found: Vec<(f64, u32)> = Vec::new();
    for place in places {
        let own = size(*place);
        if found.len() >= MOST_POSITIONS && found.last().is_some_and(|last| last.0 >= own) {
            continue;
        }
        found.insert(found.partition_point(|known| known.0 >= own), (own, *place));
        found.truncate(MOST_POSITIONS);
    }
    found.into_iter().map(|(_, place)| place).collect()
}
