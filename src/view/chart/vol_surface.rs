//! The fitted volatilities of a whole chain: moneyness or delta × expiry.

use crate::market::surface::{Chain, ExpirySmile};
use crate::math::{exp, ln};
use crate::view::chart::ChartDef;
use crate::view::chart::plot::range;
use crate::view::chart::scale::ticks;
use crate::view::chart::smile::Across;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::chart::tiles::{Ramp, Tile, Tiles};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "vol-surface",
    label: "Volatility surface",
    doc: "What the fitted smiles say at each moneyness or delta of each expiry, where its quotes reach.",
};

/// Put deltas of the columns.
const DELTAS: [f64; 19] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
/// What stands far above the others: so many times them.
const FAR_ABOVE: f64 = 1.5;
/// Columns at most where they are strikes as shares of the forward.
const MOST_SHARES: usize = 24;

/// The chart.
pub fn vol_surface(chain: &Chain, across: Across) -> Tiles {
    let is_by_delta = across == Across::Delta;
    let columns = if is_by_delta { DELTAS.to_vec() } else { shares(chain) };
    let name = |column: &f64| if is_by_delta { format::delta(*column) } else { format::whole_percent(*column) };
    let place = |smile: &ExpirySmile, column: f64| if is_by_delta { smile.at_put_delta(column) } else { Some(ln(column)) };
    let tiles: Vec<Tile> =
        chain.smiles.iter().flat_map(|smile| columns.iter().map(move |column| tile(smile, place(smile, *column)))).collect();
    let main = |column: &f64| if is_by_delta { (column - 0.5).abs() } else { (column - 1.0).abs() };
    let main_column = (0..columns.len()).min_by(|one, other| {
        let of = |at: &usize| columns.get(*at).map_or(f64::INFINITY, main);
        of(one).total_cmp(&of(other))
    });
    let values = || tiles.iter().filter_map(|tile| tile.value);
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let ends = if low < high { (low, usual(values().collect()).unwrap_or(high)) } else { range(values()) };
    let is_cut = ends.1 < high;
    let column_title =
        if is_by_delta { "delta on the forward, of the option out of the money" } else { "strike as a share of the forward" };
    let mut table = DataTable::with_heads(["Expiry"]);
    table.heads.extend(columns.iter().map(|column| format!("{}, vol %", name(column))));
    table.rows = chain
        .smiles
        .iter()
        .zip(tiles.chunks(columns.len().max(1)))
        .map(|(smile, row)| {
            let cells = row
                .iter()
                .map(|tile| Cell::Number(tile.value.map(|vol| vol * 100.0), tile.value.map_or_else(|| "–".to_owned(), format::vol)));
            std::iter::once(Cell::text(format::date(smile.expiry))).chain(cells).collect()
        })
        .collect();
    let open = tiles.iter().filter(|tile| tile.value.is_none()).count();
    Tiles {
        title: format!("Volatility surface of {}", chain.underlying),
        unit: "% a year".to_owned(),
        sub: format!(
            "fitted vols; open where an expiry's quotes do not reach; Enter or a click shows the smile of a row{}",
            if is_cut { format!("; the last shade is for {} % and more", format::vol(ends.1)) } else { String::new() }
        ),
        column_title: column_title.to_owned(),
        row_title: "expiry".to_owned(),
        main_column: main_column.unwrap_or(0),
        columns: columns.iter().map(name).collect(),
        rows: chain.smiles.iter().map(|smile| format::short_date(smile.expiry)).collect(),
        measure: Measure::Vol,
        range: ends,
        ramp: Ramp::Rising,
        summary: format!(
            "From {} % to {} %; {} beyond the quotes.",
            format::vol(low),
            format::vol(high),
            format::count(open, "place lies", "places lie")
        ),
        tiles,
        table,
    }
}

/// Where the colours end if a few vols stand far above the others, such as those of an expiry within hours: at nineteen of twenty.
fn usual(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let most = *values.get(values.len() * 19 / 20)?;
    values.last().filter(|last| **last > FAR_ABOVE * most).map(|_| most)
}

/// Round shares of the forward within which half of the expiries are quoted: the wings of the longest would leave the others a column.
fn shares(chain: &Chain) -> Vec<f64> {
    let ranges: Vec<(f64, f64)> = chain.smiles.iter().filter_map(ExpirySmile::quoted_range).collect();
    let upper_median = |mut reach: Vec<f64>| {
        reach.sort_by(f64::total_cmp);
        reach.get(reach.len() / 2).copied().unwrap_or(0.0).max(0.0)
    };
    let low = -upper_median(ranges.iter().map(|(low, _)| -low).collect());
    let high = upper_median(ranges.iter().map(|(_, high)| *high).collect());
    let found = ticks(exp(low), exp(high), MOST_SHARES);
    if found.len() < 2 { vec![1.0] } else { found }
}

fn tile(smile: &ExpirySmile, k: Option<f64>) -> Tile {
    let Some(k) = k else { return Tile { value: None, note: "no strike has this delta".to_owned() } };
    let strike = text::price(smile.forward.value * exp(k));
    match smile.quoted_range() {
        Some((low, high)) if (low..=high).contains(&k) => Tile { value: Some(smile.vol_at(k)), note: format!("strike {strike}") },
        _ => Tile { value: None, note: format!("strike {strike} lies beyond the quotes") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_vols_far_above_the_others_do_not_take_the_colours_of_all() {
        let mut vols: Vec<f64> = (0..39).map(|step| 0.5 + 0.005 * f64::from(step)).collect();
        assert_eq!(usual(vols.clone()), None);
        vols.push(6.0);
        assert!(usual(vols).is_some_and(|end| end < 0.7));
        assert_eq!(usual(Vec::new()), None);
    }
}
