//! A slice of the cube of P&L, the grid over two spots and that on top of a scenario, as tiles.

use crate::stress::Grid;
use crate::stress::cube::{Cube, CubeSlice, PairGrid, Still};
use crate::view::chart::ChartDef;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::chart::tiles::{Ramp, Tile, Tiles};
use crate::view::format;

/// The slice.
pub const DEF: ChartDef = ChartDef { id: "cube", label: "Cube", doc: "P&L over two of spot, vol and days, with the third held still." };

/// The grid over two spots.
pub const PAIR: ChartDef = ChartDef { id: "pair-grid", label: "Two spots", doc: "P&L for every pair of moves of two underlyings." };

/// The grid on top of a scenario.
pub const AFTER: ChartDef = ChartDef {
    id: "scenario-grid",
    label: "Spot and vol on top of a scenario",
    doc: "P&L over further moves of spot and vol, after a scenario.",
};

/// A value of an axis, in words.
pub fn place(axis: Still, value: f64) -> String {
    match axis {
        Still::Spot => text::spot_move(value),
        Still::Vol => text::vol_shift(value),
        Still::Days => format::days(value),
    }
}

/// The axis in words.
pub fn title(axis: Still) -> &'static str {
    match axis {
        Still::Spot => "spot move",
        Still::Vol => "vol shift",
        Still::Days => "days forward",
    }
}

/// Columns and rows of the slices that hold this still.
pub fn sides(still: Still) -> (Still, Still) {
    match still {
        Still::Days => (Still::Spot, Still::Vol),
        Still::Vol => (Still::Spot, Still::Days),
        Still::Spot => (Still::Vol, Still::Days),
    }
}

/// One plane of a cube.
pub fn slice(cube: &Cube, slice: &CubeSlice, still: Still, at: f64) -> Tiles {
    let (column, row) = sides(still);
    let who = cube.underlying.as_ref().map_or_else(|| "all underlyings alike".to_owned(), |name| format!("{name} alone"));
    // Vol shifts stand with the highest on top, as in the grid.
    let is_upside_down = row == Still::Vol;
    let rows: Vec<usize> = if is_upside_down { (0..slice.rows.len()).rev().collect() } else { (0..slice.rows.len()).collect() };
    let values = slice_rows(&slice.pnl, slice.columns.len(), &rows);
    tiles(Shown {
        title: format!("P&L over {} and {}", title(column), title(row)),
        sub: format!("full revaluation; {} {}; {who}", title(still), place(still, at)),
        columns: (title(column).to_owned(), slice.columns.iter().map(|value| place(column, *value)).collect()),
        rows: (title(row).to_owned(), rows.iter().filter_map(|at| slice.rows.get(*at)).map(|value| place(row, *value)).collect()),
        main_column: slice.columns.iter().position(|value| *value == 0.0).unwrap_or(0),
        values,
    })
}

/// The grid over two spots.
pub fn pair(grid: &PairGrid, sub: String) -> Tiles {
    let (column, row) = &grid.underlyings;
    let names: Vec<String> = grid.moves.iter().map(|value| text::spot_move(*value)).collect();
    let rows: Vec<usize> = (0..grid.moves.len()).rev().collect();
    tiles(Shown {
        title: format!("P&L over the spots of {column} and {row}"),
        sub,
        columns: (format!("move of {column}"), names.clone()),
        rows: (format!("move of {row}"), names.into_iter().rev().collect()),
        main_column: grid.moves.iter().position(|value| *value == 0.0).unwrap_or(0),
        values: slice_rows(&grid.pnl, grid.moves.len(), &rows),
    })
}

/// The grid on top of a scenario of this name; `sub` says what holds of it.
pub fn after(grid: &Grid, name: &str, sub: String) -> Tiles {
    // As in the grid: the highest vol on top.
    let rows: Vec<usize> = (0..grid.vols.len()).rev().collect();
    tiles(Shown {
        title: format!("Spot and vol on top of this storm: {name}"),
        sub,
        columns: ("further spot move".to_owned(), grid.spots.iter().map(|value| place(Still::Spot, *value)).collect()),
        rows: ("further vol shift".to_owned(), grid.vols.iter().rev().map(|value| place(Still::Vol, *value)).collect()),
        main_column: grid.spots.iter().position(|value| *value == 0.0).unwrap_or(0),
        values: slice_rows(&grid.pnl, grid.spots.len(), &rows),
    })
}

fn slice_rows(pnl: &[f64], width: usize, rows: &[usize]) -> Vec<f64> {
    rows.iter().flat_map(|row| pnl.iter().skip(row * width).take(width).copied()).collect()
}

struct Shown {
    title: String,
    sub: String,
    columns: (String, Vec<String>),
    rows: (String, Vec<String>),
    main_column: usize,
    values: Vec<f64>,
}

fn tiles(shown: Shown) -> Tiles {
    let Shown { title, sub, columns, rows, main_column, values } = shown;
    let (low, high) = values.iter().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    let mut table = DataTable::with_heads([rows.0.as_str()].into_iter().chain(columns.1.iter().map(String::as_str)));
    for (name, values) in rows.1.iter().zip(values.chunks(columns.1.len().max(1))) {
        let cells = values.iter().map(|value| Cell::number(*value, format::signed_whole(*value)));
        table.rows.push(std::iter::once(Cell::text(name.clone())).chain(cells).collect());
    }
    let name = |at: usize| {
        let width = columns.1.len().max(1);
        let of = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
        format!("{}, {}", of(&columns.1, at % width), of(&rows.1, at / width))
    };
    let worst = values.iter().enumerate().reduce(|one, other| if other.1 < one.1 { other } else { one });
    Tiles {
        title,
        unit: "USD".to_owned(),
        sub,
        column_title: columns.0.clone(),
        row_title: rows.0.clone(),
        main_column,
        measure: Measure::Change,
        range: if low < high { (low, high) } else { (-1.0, 1.0) },
        ramp: Ramp::Diverging,
        summary: worst
            .map_or_else(String::new, |(at, value)| format!("The worst is {} at {}.", text::value(Measure::Change, *value), name(at))),
        table,
        tiles: values.iter().map(|value| Tile { value: Some(*value), note: String::new() }).collect(),
        columns: columns.1,
        rows: rows.1,
    }
}
