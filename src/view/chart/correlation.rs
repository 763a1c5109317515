//! Correlations of assets as tiles, what moves together side by side.

use crate::market::history::Estimate;
use crate::math::cluster::Clusters;
use crate::view::chart::ChartDef;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::chart::tiles::{Ramp, Tile, Tiles};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "correlation",
    label: "Correlations",
    doc: "How assets move together: in the order of their clusters, so that what moves together stands together.",
};

/// The chart.
pub fn correlation(estimate: &Estimate, sub: String) -> Tiles {
    let order = Clusters::of(&estimate.correlation).order;
    let names: Vec<String> = order.iter().filter_map(|place| estimate.symbols.get(*place).cloned()).collect();
    let tile = |row: usize, column: usize| {
        let value = Some(estimate.correlation.get(row, column)).filter(|value| value.is_finite());
        let note = if row == column {
            let vol = estimate.vols.get(row).copied().unwrap_or(f64::NAN);
            format!("vol {}\u{a0}% a year", format::vol(vol))
        } else if value.is_none() {
            "one of the two does not move".to_owned()
        } else {
            String::new()
        };
        Tile { value, note }
    };
    let tiles: Vec<Tile> = order.iter().flat_map(|row| order.iter().map(|column| tile(*row, *column))).collect();
    let mut table = DataTable::with_heads(["Asset", "Vol, % a year"].into_iter().chain(names.iter().map(String::as_str)));
    for (row, name) in order.iter().zip(&names) {
        let vol = estimate.vols.get(*row).copied().unwrap_or(f64::NAN);
        let mut cells = vec![Cell::text(name.clone()), Cell::number(vol * 100.0, format::vol(vol))];
        cells.extend(order.iter().map(|column| {
            let value = estimate.correlation.get(*row, *column);
            Cell::optional(Some(value).filter(|value| value.is_finite()), format::correlation)
        }));
        table.rows.push(cells);
    }
    Tiles {
        title: "Correlations".to_owned(),
        unit: "−1 to 1".to_owned(),
        sub,
        column_title: "Asset".to_owned(),
        row_title: "Asset".to_owned(),
        columns: names.clone(),
        main_column: 0,
        rows: names,
        tiles,
        measure: Measure::Correlation,
        range: (-1.0, 1.0),
        ramp: Ramp::Diverging,
        summary: summary(estimate),
        table,
    }
}

/// The highest and the lowest pair.
fn summary(estimate: &Estimate) -> String {
    let name = |place: usize| estimate.symbols.get(place).map_or("", String::as_str);
    let pairs = (0..estimate.symbols.len()).flat_map(|row| (0..row).map(move |column| (row, column)));
    let known: Vec<(usize, usize, f64)> =
        pairs.map(|(row, column)| (row, column, estimate.correlation.get(row, column))).filter(|(_, _, value)| value.is_finite()).collect();
    let words = |pair: Option<&(usize, usize, f64)>| {
        pair.map_or_else(String::new, |(row, column, value)| {
            format!("{} between {} and {}", format::correlation(*value), name(*column), name(*row))
        })
    };
    let highest = known.iter().reduce(|one, other| if other.2 > one.2 { other } else { one });
    let lowest = known.iter().reduce(|one, other| if other.2 < one.2 { other } else { one });
    match known.len() {
        0 => "There are no two assets to hold against each other.".to_owned(),
        1 => format!("{}.", words(highest)),
        _ => format!("Highest {}; lowest {}.", words(highest), words(lowest)),
    }
}
