//! Sums by two dimensions as a table, as tiles and as a treemap: three drawings of the same rows and columns.
//!
//! Input: a [`Pivot`]. Output: a [`Shown`] and what is drawn of it. Invariant: rows and columns beyond what a drawing holds are put
//! together, so that its parts add up to the same total; a cell without a number is open and says why, never 0.

use crate::exposure::pivot::columns::Under;
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::measure::Style;
use crate::exposure::pivot::{Key, Pivot, Sum, property};
use crate::order;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::chart::tiles::{Ramp, Tile, Tiles};
use crate::view::chart::treemap::{Group, Item, Treemap};
use crate::view::format;

/// A row or a column as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name, or how many are put together in it.
    pub label: String,
    /// Its place in the pivot; `None` where several are put together.
    pub place: Option<usize>,
    /// Its sum.
    pub total: Sum,
}

/// A pivot with no more rows and columns than a reader takes in.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The rows in the order of their keys, those that are put together last.
    pub rows: Vec<Line>,
    /// The columns likewise.
    pub columns: Vec<Line>,
    /// What stands where they meet, row after row; `None` where nothing is held.
    pub sums: Vec<Option<Sum>>,
}

/// Longest name beside tiles, characters.
const LONGEST: usize = 18;
/// Below this size amounts are told to the cent, US dollars.
const SMALL: f64 = 1000.0;

/// A key in words.
pub fn label(dimension: &Dimension, key: &Key) -> String {
    match (key, dimension) {
        (Key::All, _) => "all".to_owned(),
        (Key::Bucket(bucket), Dimension::Known(def)) => {
            def.buckets.get(usize::from(*bucket)).map_or_else(String::new, |name| (*name).to_owned())
        }
        (Key::Bucket(_), Dimension::Tag(_)) => String::new(),
        (Key::Instant(at), _) => format::short_date(*at),
        (Key::Level(level), _) => format::level(*level),
        (Key::Name(name), _) => name.to_string(),
        (Key::Missing, _) => dimension.missing(),
    }
}

/// Keys in words, no two alike: of two instants of one day both are told to the minute.
pub fn labels(dimension: &Dimension, keys: &[Key]) -> Vec<String> {
    let short: Vec<String> = keys.iter().map(|key| label(dimension, key)).collect();
    let exact = |(at, key): (usize, &Key)| {
        let own = short.get(at).cloned().unwrap_or_default();
        match key {
            // Keys are in order, so that those of one day stand beside each other.
            Key::Instant(instant) if at.checked_sub(1).and_then(|at| short.get(at)) == Some(&own) || short.get(at + 1) == Some(&own) => {
                format::instant(*instant)
            }
            _ => own,
        }
    };
    keys.iter().enumerate().map(exact).collect()
}

/// A dimension with its unit, where its keys are numbers.
pub fn title(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Known(def) if def.id == property::STRIKE.id => format!("{}, USD", def.label),
        _ => dimension.label().to_owned(),
    }
}

/// What is shown of a pivot: the largest rows and columns by the sizes of their cells.
pub fn shown(pivot: &Pivot, most_rows: usize, most_columns: usize) -> Shown {
    let (mut of_rows, mut of_columns) = (vec![0.0; pivot.rows.len()], vec![0.0; pivot.columns.len()]);
    for cell in &pivot.cells {
        for (sizes, place) in [(&mut of_rows, cell.row), (&mut of_columns, cell.column)] {
            if let Some(size) = sizes.get_mut(place as usize) {
                *size += cell.sum.sum.abs();
            }
        }
    }
    let columns_by = pivot.columns_by.as_ref().unwrap_or(&pivot.rows_by);
    let (rows, row_places) = lines(&pivot.rows_by, &pivot.rows, &pivot.row_totals, &of_rows, most_rows);
    let (columns, column_places) = lines(columns_by, &pivot.columns, &pivot.column_totals, &of_columns, most_columns);
    let mut sums: Vec<Option<Sum>> = vec![None; rows.len() * columns.len()];
    for cell in &pivot.cells {
        let places = row_places.get(cell.row as usize).zip(column_places.get(cell.column as usize));
        if let Some(sum) = places.and_then(|(row, column)| sums.get_mut(row * columns.len() + column)) {
            *sum.get_or_insert_default() += cell.sum;
        }
    }
    Shown { rows, columns, sums }
}

/// The lines that are shown, and for each key the line that it is in.
fn lines(dimension: &Dimension, keys: &[Key], totals: &[Sum], sizes: &[f64], most: usize) -> (Vec<Line>, Vec<usize>) {
    let mut kept: Vec<usize> = (0..keys.len()).collect();
    if keys.len() > most {
        let size = |place: usize| sizes.get(place).copied().unwrap_or(0.0);
        kept = order::places(keys.len(), &|one, other| size(other).total_cmp(&size(one)));
        kept.truncate(most.saturating_sub(1));
        order::sort_by(&mut kept, Ord::cmp);
    }
    // Every key is among those that are put together until it has a line of its own.
    let mut places = vec![kept.len(); keys.len()];
    let names: Vec<Key> = kept.iter().filter_map(|place| keys.get(*place)).cloned().collect();
    let mut lines: Vec<Line> = Vec::new();
    for (place, label) in kept.iter().zip(labels(dimension, &names)) {
        if let (Some(at), Some(total)) = (places.get_mut(*place), totals.get(*place)) {
            *at = lines.len();
            lines.push(Line { label, place: Some(*place), total: *total });
        }
    }
    let others = keys.len() - kept.len();
    if others > 0 {
        let mut total = Sum::default();
        totals.iter().zip(&places).filter(|(_, place)| **place == kept.len()).for_each(|(sum, _)| total += *sum);
        lines.push(Line { label: format::count(others, "other", "others"), place: None, total });
    }
    (lines, places)
}

impl Shown {
    /// What stands in a row and column.
    pub fn sum(&self, row: usize, column: usize) -> Option<&Sum> {
        if column < self.columns.len() { self.sums.get(row * self.columns.len() + column)?.as_ref() } else { None }
    }

    /// The place of a row and column of the pivot, where neither was put together with others.
    pub fn place(&self, row: usize, column: Option<usize>) -> Option<(usize, Option<usize>)> {
        let find = |lines: &[Line], place: usize| lines.iter().position(|line| line.place == Some(place));
        match column {
            Some(column) => Some((find(&self.rows, row)?, Some(find(&self.columns, column)?))),
            None => Some((find(&self.rows, row)?, None)),
        }
    }
}

/// How the values of a pivot are written in charts.
pub fn measure(pivot: &Pivot) -> Measure {
    match (pivot.measure.style, pivot.under) {
        (Style::Size, Under::Now | Under::Shock) => Measure::Money,
        _ => Measure::Change,
    }
}

/// What is summed, by what.
fn name(pivot: &Pivot) -> String {
    let by = pivot
        .columns_by
        .iter()
        .fold(pivot.rows_by.label().to_lowercase(), |by, columns| format!("{by} and {}", columns.label().to_lowercase()));
    format!("{} by {by}", pivot.measure.label)
}

fn unit(pivot: &Pivot) -> String {
    match pivot.under {
        Under::Now => pivot.measure.unit.to_owned(),
        Under::Shock => format!("{}, under the shock", pivot.measure.unit),
        Under::Change => format!("{}, change by the shock", pivot.measure.unit),
    }
}

/// How many positions a sum holds and how many of them have no number.
fn held(sum: &Sum) -> String {
    let mut text = format::count(sum.positions as usize, "position", "positions");
    if sum.left_out > 0 {
        text.push_str(&format!(", {} without a number", format::grouped(sum.left_out as usize)));
    }
    if sum.expired() > 0 {
        text.push_str(&format!(", {} expired", format::grouped(sum.expired() as usize)));
    }
    text
}

/// Why a cell has no number.
fn lack(sum: Option<&Sum>) -> &'static str {
    match sum {
        None => "nothing is held here",
        Some(sum) if sum.left_out > 0 => "no position here has a number",
        Some(_) => "everything here has expired",
    }
}

/// The table: a row for each row with its total, and the totals below.
pub fn table(pivot: &Pivot, shown: &Shown) -> DataTable {
    let is_cut = pivot.columns_by.is_some();
    let mut table = DataTable { heads: vec![title(&pivot.rows_by)], rows: Vec::new() };
    if is_cut {
        table.heads.extend(shown.columns.iter().map(|column| format!("{}, USD", column.label)));
    }
    table.heads.extend(["Total, USD", "Positions", "Without a number"].map(str::to_owned));
    let most = shown.sums.iter().flatten().map(|sum| sum.sum.abs()).fold(pivot.total.sum.abs(), f64::max);
    let amount = |sum: Option<&Sum>| Cell::optional(sum.and_then(Sum::value), |value| amount(measure(pivot), value, most < SMALL));
    let count = |of: u32| Cell::number(f64::from(of), format::grouped(of as usize));
    let row = |label: &str, cells: Vec<Option<&Sum>>, total: &Sum| {
        let mut row = vec![Cell::text(label)];
        if is_cut {
            row.extend(cells.into_iter().map(amount));
        }
        row.extend([amount(Some(total)), count(total.positions), count(total.left_out)]);
        row
    };
    for (at, line) in shown.rows.iter().enumerate() {
        table.rows.push(row(&line.label, (0..shown.columns.len()).map(|column| shown.sum(at, column)).collect(), &line.total));
    }
    if !shown.rows.is_empty() {
        table.rows.push(row("Total", shown.columns.iter().map(|column| Some(&column.total)).collect(), &pivot.total));
    }
    table
}

/// US dollars for a column that names them.
fn amount(measure: Measure, value: f64, is_small: bool) -> String {
    match (measure, is_small) {
        (Measure::Money, true) => format::figure(value),
        (Measure::Money, false) => format::whole(value),
        (_, true) => format::signed_cents(value),
        (_, false) => format::signed_whole(value),
    }
}

/// The heatmap.
pub fn tiles(pivot: &Pivot, shown: &Shown) -> Tiles {
    let values = || shown.sums.iter().flatten().filter_map(Sum::value);
    let (low, high) = values().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let by_size = |column: &usize| shown.columns.get(*column).map_or(0.0, |column| column.total.sum.abs());
    let main = (0..shown.columns.len()).max_by(|one, other| by_size(one).total_cmp(&by_size(other)));
    let tile = |sum: &Option<Sum>| {
        let note = sum.as_ref().map(held).unwrap_or_default();
        match sum.as_ref().and_then(Sum::value) {
            Some(value) => Tile { value: Some(value), note },
            None => Tile { value: None, note: format!("{} {note}", lack(sum.as_ref())).trim().to_owned() },
        }
    };
    Tiles {
        title: name(pivot),
        unit: unit(pivot),
        sub: "colour by sign and size; open where nothing is held; Enter or a click shows the positions behind".to_owned(),
        column_title: pivot.columns_by.as_ref().map(title).unwrap_or_default(),
        row_title: title(&pivot.rows_by),
        columns: shown.columns.iter().map(|line| cut(&line.label)).collect(),
        main_column: main.unwrap_or(0),
        rows: shown.rows.iter().map(|line| cut(&line.label)).collect(),
        tiles: shown.sums.iter().map(tile).collect(),
        measure: measure(pivot),
        range: if low < high { (low, high) } else { (-1.0, 1.0) },
        ramp: Ramp::Diverging,
        summary: summary(pivot, shown),
        table: table(pivot, shown),
    }
}

/// A name with its middle left out where it is long.
fn cut(label: &str) -> String {
    let count = label.chars().count();
    if count <= LONGEST {
        return label.to_owned();
    }
    let (head, tail) = (LONGEST - LONGEST / 3 - 1, LONGEST / 3);
    label.chars().take(head).chain(['…']).chain(label.chars().skip(count - tail)).collect()
}

/// The treemap, and for each of its parts, group after group, the row and column that it shows.
pub fn treemap(pivot: &Pivot, shown: &Shown) -> (Treemap, Vec<(usize, usize)>) {
    let is_cut = pivot.columns_by.is_some();
    let falling = |sizes: &[f64]| {
        let size = |place: usize| sizes.get(place).copied().unwrap_or(0.0);
        order::places(sizes.len(), &|one, other| size(other).total_cmp(&size(one)))
    };
    let value = |row: usize, column: usize| shown.sum(row, column).and_then(Sum::value).filter(|value| *value != 0.0);
    let size = |row: usize| (0..shown.columns.len()).filter_map(|column| value(row, column)).map(f64::abs).sum::<f64>();
    let sizes: Vec<f64> = (0..shown.rows.len()).map(size).collect();
    let (mut groups, mut places) = (Vec::new(), Vec::new());
    for row in falling(&sizes) {
        let sizes: Vec<f64> = (0..shown.columns.len()).map(|column| value(row, column).unwrap_or(0.0).abs()).collect();
        let mut items = Vec::new();
        for column in falling(&sizes) {
            if let (Some(value), Some(line)) = (value(row, column), shown.columns.get(column)) {
                let name = if is_cut { line.label.clone() } else { String::new() };
                items.push(Item { name, value, note: shown.sum(row, column).map(held).unwrap_or_default() });
                places.push((row, column));
            }
        }
        if let (false, Some(line)) = (items.is_empty(), shown.rows.get(row)) {
            groups.push(Group { name: line.label.clone(), total: line.total.sum, items });
        }
    }
    let treemap = Treemap {
        title: name(pivot),
        unit: unit(pivot),
        sub: "area: size; colour: sign and size; Enter or a click shows the positions behind".to_owned(),
        groups,
        measure: measure(pivot),
        summary: summary(pivot, shown),
        table: table(pivot, shown),
    };
    (treemap, places)
}

/// The whole in words: what it comes to, what is largest, what is not in it.
pub fn summary(pivot: &Pivot, shown: &Shown) -> String {
    let total = &pivot.total;
    let written = |value: f64| text::value(measure(pivot), value);
    let Some(whole) = total.value() else {
        return format!("No number to sum: {}.", held(total));
    };
    let mut text = format!("{} in all over {}.", written(whole), held(total));
    let cells = shown.sums.iter().enumerate().filter_map(|(at, sum)| Some((at, sum.as_ref()?.value()?)));
    let largest = cells.max_by(|(_, one), (_, other)| one.abs().total_cmp(&other.abs()));
    if let Some((at, value)) = largest {
        let (row, column) = (at / shown.columns.len().max(1), at % shown.columns.len().max(1));
        let row = shown.rows.get(row).map_or("", |line| &line.label);
        let column =
            shown.columns.get(column).filter(|_| pivot.columns_by.is_some()).map_or_else(String::new, |line| format!(", {}", line.label));
        text.push_str(&format!(" The largest part is {row}{column} with {}.", written(value)));
    }
    text
}
