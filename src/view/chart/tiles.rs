//! One measure over two scales of names, as tiles: what such a chart arrives as, wherever it was laid out.
//!
//! Invariant: a tile without a value stays open and says why; it is never drawn as a number.

use crate::order;
use crate::view::chart::reading::{Line, Reading};
use crate::view::chart::scale::{LABEL, Rect, Tick, text_width, ticks, without_overlap};
use crate::view::chart::table::DataTable;
use crate::view::chart::text::{self, Measure};
use serde::{Deserialize, Serialize};

/// A tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Its value; `None` stays open.
    pub value: Option<f64>,
    /// What else is known of it, or why it has none.
    pub note: String,
}

/// How values become shades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ramp {
    /// From the lower end of the range to the upper.
    #[default]
    Rising,
    /// Away from 0 on either side, by the larger end of the range; tiles with room have their value written in them, so that its sign
    /// does not rest on the colour.
    Diverging,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tiles {
    /// What is plotted.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Conventions, in one line.
    pub sub: String,
    /// What the columns are.
    pub column_title: String,
    /// What the rows are.
    pub row_title: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The column that is labelled first where room is scarce.
    pub main_column: usize,
    /// Names of the rows, from the top.
    pub rows: Vec<String>,
    /// Row after row.
    pub tiles: Vec<Tile>,
    /// How values are written.
    pub measure: Measure,
    /// The values at the ends of the colour scale; one beyond has the shade of the end.
    pub range: (f64, f64),
    /// How values become shades.
    pub ramp: Ramp,
    /// The picture in words.
    pub summary: String,
    /// What is behind it.
    pub table: DataTable,
}

/// Where everything lies, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The tiles.
    pub plot: Rect,
    /// The colour scale.
    pub scale: Rect,
}

const TOP: f64 = 26.0;
const BOTTOM: f64 = 38.0;

impl Tiles {
    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        (self.columns.len(), self.rows.len())
    }

    /// A tile.
    pub fn tile(&self, (column, row): (usize, usize)) -> Option<&Tile> {
        if column < self.columns.len() { self.tiles.get(row * self.columns.len() + column) } else { None }
    }

    /// A value as a share of the colour scale, 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// A value as a share of the larger end of a diverging scale, −1 to 1.
    pub fn lean(&self, value: f64) -> f64 {
        let limit = self.range.0.abs().max(self.range.1.abs());
        if limit > 0.0 { (value / limit).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// What is written in a tile: its value where the scale diverges and there is room.
    pub fn written(&self, layout: &Layout, place: (usize, usize)) -> Option<String> {
        let value = self.tile(place)?.value.filter(|_| self.ramp == Ramp::Diverging)?;
        let (cell, text) = (self.cell(layout, place), text::value(self.measure, value));
        let fits = cell.height >= LABEL + 5.0 && cell.width >= text_width(&text, LABEL) + 6.0;
        fits.then_some(text)
    }

    /// Height that the chart wants.
    pub fn height(&self, width: f64) -> f64 {
        let rows = self.rows.len() as f64;
        if self.ramp == Ramp::Diverging {
            // Room for a value in each.
            return TOP + (rows * (LABEL + 11.0)).clamp(60.0, 720.0) + BOTTOM;
        }
        TOP + (width * 0.42).clamp((rows * 22.0).min(300.0), 300.0).min(rows * 40.0).max(60.0) + BOTTOM
    }

    /// Where everything lies.
    pub fn layout(&self, width: f64, height: f64, density: f64) -> Layout {
        let snap = |edge: f64| (edge * density).round() / density;
        let widest = |texts: &mut dyn Iterator<Item = String>| texts.map(|label| text_width(&label, LABEL)).fold(0.0, f64::max);
        let left = snap(widest(&mut self.rows.iter().cloned()).max(24.0) + 12.0);
        let right = widest(&mut text::ticks(self.measure, &self.scale_values()).into_iter()) + 32.0;
        let plot = Rect { left, top: TOP, width: snap((width - left - right).max(40.0)), height: snap((height - TOP - BOTTOM).max(20.0)) };
        let scale = Rect { left: snap(plot.right() + 14.0), width: 8.0, ..plot };
        Layout { plot, scale }
    }

    fn scale_values(&self) -> Vec<f64> {
        ticks(self.range.0, self.range.1, 6)
    }

    /// The rectangle of a tile.
    pub fn cell(&self, layout: &Layout, (column, row): (usize, usize)) -> Rect {
        let (columns, rows) = self.size();
        let (width, height) = (layout.plot.width / columns as f64, layout.plot.height / rows as f64);
        Rect { left: layout.plot.left + column as f64 * width, top: layout.plot.top + row as f64 * height, width, height }
    }

    /// The tile under a pixel.
    pub fn hit(&self, layout: &Layout, x: f64, y: f64) -> Option<(usize, usize)> {
        let (columns, rows) = self.size();
        let along = |share: f64, count: usize| ((share * count as f64) as usize).min(count - 1);
        let share = |at: f64, from: f64, length: f64| (at - from) / length;
        layout.plot.holds(x, y).then(|| {
            (along(share(x, layout.plot.left, layout.plot.width), columns), along(share(y, layout.plot.top, layout.plot.height), rows))
        })
    }

    /// Labels of the columns that have room.
    pub fn column_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order::sort_by_key(&mut order, |column| column.abs_diff(self.main_column));
        let middle = |column: usize| self.cell(layout, (column, 0)).left + self.cell(layout, (column, 0)).width / 2.0;
        let ticks = order
            .into_iter()
            .filter_map(|column| Some(Tick { at: middle(column), label: self.columns.get(column)?.clone(), level: String::new() }));
        free(ticks.collect(), |tick| text_width(&tick.label, LABEL))
    }

    /// Labels of the rows that have room.
    pub fn row_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let middle = |row: usize| self.cell(layout, (0, row)).top + self.cell(layout, (0, row)).height / 2.0;
        let ticks = self.rows.iter().enumerate().map(|(row, label)| Tick { at: middle(row), label: label.clone(), level: String::new() });
        free(ticks.collect(), |_| LABEL)
    }

    /// Ticks of the colour scale.
    pub fn scale_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let values = self.scale_values();
        let at = |value: f64| layout.scale.bottom() - self.share(value) * layout.scale.height;
        let labels = text::ticks(self.measure, &values).into_iter();
        labels.zip(values).map(|(label, value)| Tick { at: at(value), label, level: String::new() }).collect()
    }

    /// What a tile says.
    pub fn reading(&self, layout: &Layout, place: (usize, usize)) -> Option<Reading> {
        let tile = self.tile(place)?;
        let cell = self.cell(layout, place);
        let value = tile.value.map_or_else(|| "no value".to_owned(), |value| text::value(self.measure, value));
        Some(Reading {
            head: format!("{}, {}", self.rows.get(place.1)?, self.columns.get(place.0)?),
            note: tile.note.clone(),
            lines: vec![Line { value, ..Line::default() }],
            at: (cell.left + cell.width / 2.0, cell.top + cell.height / 2.0),
        })
    }
}

fn free(ticks: Vec<Tick>, width: impl Fn(&Tick) -> f64) -> Vec<Tick> {
    let boxes: Vec<(f64, f64)> = ticks.iter().map(|tick| (tick.at, width(tick))).collect();
    ticks.into_iter().zip(without_overlap(&boxes, 4.0)).filter_map(|(tick, is_free)| is_free.then_some(tick)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Tiles {
        let tile = |index: u32| Tile { value: (index != 4).then(|| 0.5 + f64::from(index) / 100.0), note: String::new() };
        Tiles {
            title: "Vol".to_owned(),
            unit: "% a year".to_owned(),
            sub: String::new(),
            column_title: "Delta".to_owned(),
            row_title: "Expiry".to_owned(),
            columns: ["25Δ put", "50Δ", "25Δ call"].map(str::to_owned).into(),
            main_column: 1,
            rows: ["30 Jan 26", "27 Mar 26"].map(str::to_owned).into(),
            tiles: (0..6).map(tile).collect(),
            measure: Measure::Vol,
            range: (0.5, 0.55),
            ramp: Ramp::Rising,
            summary: String::new(),
            table: DataTable::default(),
        }
    }

    #[test]
    fn every_tile_is_hit_at_its_middle_and_one_without_a_value_says_so() {
        let chart = chart();
        for width in [300.0, 640.0] {
            let layout = chart.layout(width, chart.height(width), 2.0);
            for place in [(0, 0), (2, 0), (1, 1), (2, 1)] {
                let cell = chart.cell(&layout, place);
                assert_eq!(chart.hit(&layout, cell.left + cell.width / 2.0, cell.top + cell.height / 2.0), Some(place));
            }
            assert_eq!(chart.hit(&layout, layout.plot.left - 1.0, layout.plot.top), None);
            assert_eq!(chart.reading(&layout, (2, 1)).unwrap().spoken(), "27 Mar 26, 25Δ call: 55.00\u{a0}%.");
            assert_eq!(chart.reading(&layout, (1, 1)).unwrap().spoken(), "27 Mar 26, 50Δ: no value.");
        }
    }

    #[test]
    fn on_a_diverging_scale_values_are_written_where_there_is_room_with_their_sign() {
        let plain = chart();
        assert_eq!(plain.written(&plain.layout(640.0, 200.0, 1.0), (0, 0)), None);
        let tile = |value: f64| Tile { value: Some(value), note: String::new() };
        let tiles = [-2e6, 1e6, 0.0, 5e5, 1e3, 4e5].map(tile).into();
        let chart = Tiles { tiles, measure: Measure::Change, range: (-2e6, 1e6), ramp: Ramp::Diverging, ..plain };
        assert_eq!(chart.written(&chart.layout(640.0, 200.0, 1.0), (0, 0)).as_deref(), Some("−$2.00\u{a0}M"));
        assert_eq!(chart.written(&chart.layout(640.0, 200.0, 1.0), (1, 0)).as_deref(), Some("+$1.00\u{a0}M"));
        assert_eq!(chart.written(&chart.layout(190.0, 200.0, 1.0), (1, 0)), None);
        assert_eq!((chart.lean(-2e6), chart.lean(1e6), chart.lean(9e9)), (-1.0, 0.5, 1.0));
    }

    #[test]
    fn of_crowded_labels_the_middle_one_stays() {
        let chart = chart();
        let labels =
            |width: f64| chart.column_ticks(&chart.layout(width, 200.0, 1.0)).into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(labels(180.0), ["50Δ"]);
        assert_eq!(labels(700.0).len(), 3);
    }
}
