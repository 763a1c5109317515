//! P&L over spot and vol: grid → cells on a diverging scale around 0, its zero line and its worst cell.

use crate::stress::Grid;
use crate::view::chart::ChartDef;
use crate::view::chart::contour::{Point, zero_line};
use crate::view::chart::reading::{Line, Reading, Tone};
use crate::view::chart::scale::{LABEL, Rect, Tick, text_width, ticks};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text;
use std::sync::Arc;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "pnl-spot-vol",
    label: "P&L over spot and vol",
    doc: "What the whole book gains or loses if spot moves by the column's share and every vol by the row's points.",
};

/// Room above the cells, CSS pixels.
const TOP: f64 = 20.0;

/// Column and row, the lowest spot and the lowest vol first.
pub type Place = (usize, usize);

/// A grid and what its reader needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// The grid.
    pub grid: Arc<Grid>,
    /// Unit of P&L.
    pub unit: String,
    /// Spot of the one underlying that moves.
    pub spot: Option<f64>,
    /// Equity in the unit of P&L.
    pub equity: Option<f64>,
    /// The largest amount, > 0: the end of the colour scale.
    pub limit: f64,
    /// Where P&L is 0.
    pub zero: Vec<Vec<Point>>,
}

/// Where everything lies, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The cells.
    pub plot: Rect,
    /// The colour scale.
    pub scale: Rect,
}

impl Heatmap {
    /// Lays a grid out; `None` where it has no cell with a number.
    pub fn new(grid: Arc<Grid>, unit: String, spot: Option<f64>, equity: Option<f64>) -> Option<Heatmap> {
        let largest = grid.pnl.iter().copied().filter(|value| value.is_finite()).map(f64::abs).reduce(f64::max)?;
        if grid.spots.len() < 2 || grid.vols.len() < 2 || grid.pnl.len() != grid.spots.len() * grid.vols.len() {
            return None;
        }
        let zero = zero_line(&grid.pnl, grid.spots.len());
        let limit = if largest > 0.0 { largest } else { 1.0 };
        Some(Heatmap { grid, unit, spot, equity, limit, zero })
    }

    /// Columns and rows.
    pub fn size(&self) -> Place {
        (self.grid.spots.len(), self.grid.vols.len())
    }

    /// P&L of a cell.
    pub fn pnl(&self, (column, row): Place) -> Option<f64> {
        self.grid.pnl.get(row * self.size().0 + column).copied().filter(|value| value.is_finite())
    }

    /// Spot move and vol shift of a cell.
    pub fn shock(&self, (column, row): Place) -> Option<(f64, f64)> {
        Some((*self.grid.spots.get(column)?, *self.grid.vols.get(row)?))
    }

    /// Column and row, with fractions, of a shock; the centre of a cell is whole.
    pub fn position(&self, (spot, vol): (f64, f64)) -> (f64, f64) {
        let along = |axis: &[f64], value: f64| match axis {
            [first, .., last] => (value - first) / (last - first) * (axis.len() - 1) as f64,
            _ => 0.0,
        };
        (along(&self.grid.spots, spot), along(&self.grid.vols, vol))
    }

    /// The cell of a shock; `None` outside of the grid.
    pub fn nearest(&self, shock: (f64, f64)) -> Option<Place> {
        let (column, row) = self.position(shock);
        let inside = |place: f64, count: usize| (-0.5..count as f64 - 0.5).contains(&place).then(|| place.round().max(0.0) as usize);
        Some((inside(column, self.size().0)?, inside(row, self.size().1)?))
    }

    /// The worst cell.
    pub fn worst(&self) -> Option<Place> {
        let worst = self.grid.worst.filter(|worst| worst.pnl < 0.0)?;
        self.nearest((worst.spot, worst.vol))
    }

    /// Height that the chart wants: whole pixels to each row, as many as suit the width.
    pub fn height(&self, width: f64) -> f64 {
        let rows = self.size().1 as f64;
        let room = (width * 0.5).clamp(230.0, 320.0);
        TOP + (room / rows).round().max(1.0) * rows + self.bottom()
    }

    fn bottom(&self) -> f64 {
        if self.spot.is_some() { 52.0 } else { 38.0 }
    }

    /// Where everything lies. Cells are whole device pixels, so that all are alike and their edges sharp.
    pub fn layout(&self, width: f64, height: f64, density: f64) -> Layout {
        let (columns, rows) = self.size();
        let left = self.vol_label_width().max(24.0) + 10.0;
        let right = self.scale_label_width() + 32.0;
        let whole = |room: f64, count: usize| {
            let length = (room * density / count as f64 + 1e-6).floor() * count as f64 / density;
            // Many thin cells would lose too much.
            if length > room * 0.88 { length } else { room }
        };
        let plot_width = whole((width - left - right).max(40.0), columns);
        let plot_height = whole((height - TOP - self.bottom()).max(40.0), rows);
        let snap = |edge: f64| (edge * density).round() / density;
        // What whole pixels leave over goes to both sides of the cells.
        let spare = (width - left - right - plot_width).max(0.0) / 2.0;
        let plot = Rect { left: snap(left + spare.min(6.0)), top: snap(TOP), width: plot_width, height: plot_height };
        let scale = Rect { left: snap(plot.right() + 14.0), top: plot.top, width: 8.0, height: plot_height };
        Layout { plot, scale }
    }

    fn vol_label_width(&self) -> f64 {
        let ends = [self.grid.vols.first(), self.grid.vols.last()];
        ends.into_iter().flatten().map(|vol| text_width(&text::vol_tick(*vol), LABEL)).fold(0.0, f64::max)
    }

    fn scale_label_width(&self) -> f64 {
        self.scale_values().into_iter().map(|value| text_width(&text::amount_tick(value), LABEL)).fold(0.0, f64::max)
    }

    fn scale_values(&self) -> Vec<f64> {
        ticks(-self.limit, self.limit, 7)
    }

    /// Pixel of the centre of a place.
    pub fn centre(&self, layout: &Layout, (column, row): (f64, f64)) -> (f64, f64) {
        let (columns, rows) = self.size();
        let Rect { left, width, height, .. } = layout.plot;
        (left + (column + 0.5) * width / columns as f64, layout.plot.bottom() - (row + 0.5) * height / rows as f64)
    }

    /// The rectangle of a cell.
    pub fn cell(&self, layout: &Layout, (column, row): Place) -> Rect {
        let (columns, rows) = self.size();
        let (width, height) = (layout.plot.width / columns as f64, layout.plot.height / rows as f64);
        let (x, y) = self.centre(layout, (column as f64, row as f64));
        Rect { left: x - width / 2.0, top: y - height / 2.0, width, height }
    }

    /// The cell under a pixel.
    pub fn hit(&self, layout: &Layout, x: f64, y: f64) -> Option<Place> {
        let (columns, rows) = self.size();
        if !layout.plot.holds(x, y) {
            return None;
        }
        let along = |share: f64, count: usize| ((share * count as f64) as usize).min(count - 1);
        Some((along((x - layout.plot.left) / layout.plot.width, columns), along((layout.plot.bottom() - y) / layout.plot.height, rows)))
    }

    /// Ticks of the spot axis, with price levels.
    pub fn spot_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let Some((first, last)) = self.grid.spots.first().zip(self.grid.spots.last()) else { return Vec::new() };
        let most = (layout.plot.width / 62.0) as usize;
        ticks(*first, *last, most.clamp(3, 9))
            .into_iter()
            .map(|spot| Tick {
                at: self.centre(layout, self.position((spot, 0.0))).0,
                label: text::spot_move(spot),
                level: self.spot.map(|base| text::price(base * (1.0 + spot))).unwrap_or_default(),
            })
            .collect()
    }

    /// Ticks of the vol axis.
    pub fn vol_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let Some((first, last)) = self.grid.vols.first().zip(self.grid.vols.last()) else { return Vec::new() };
        let most = (layout.plot.height / 40.0) as usize;
        let tick =
            |vol: f64| Tick { at: self.centre(layout, self.position((0.0, vol))).1, label: text::vol_tick(vol), level: String::new() };
        ticks(*first, *last, most.clamp(3, 9)).into_iter().map(tick).collect()
    }

    /// Ticks of the colour scale.
    pub fn scale_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let Rect { top, height, .. } = layout.scale;
        let tick = |value: f64| Tick {
            at: top + (1.0 - value / self.limit) * height / 2.0,
            label: text::amount_tick(value),
            level: String::new(),
        };
        self.scale_values().into_iter().map(tick).collect()
    }

    /// What a cell says.
    pub fn reading(&self, layout: &Layout, place: Place) -> Option<Reading> {
        let (spot, vol) = self.shock(place)?;
        let cell = self.cell(layout, place);
        let pnl = self.pnl(place);
        let mut lines = vec![Line {
            value: pnl.map_or_else(|| "no value".to_owned(), |pnl| text::amount(pnl, &self.unit)),
            tone: pnl.map(Tone::of).unwrap_or_default(),
            ..Line::default()
        }];
        lines.extend(pnl.and_then(|pnl| text::of_equity(pnl, self.equity)).map(|value| Line { value, ..Line::default() }));
        Some(Reading {
            head: format!("{}, {}", text::spot_move(spot), text::vol_shift(vol)),
            note: self.level(spot),
            lines,
            at: (cell.left + cell.width / 2.0, cell.top + cell.height / 2.0),
        })
    }

    fn level(&self, spot: f64) -> String {
        let Some(base) = self.spot else { return String::new() };
        let name = self.grid.underlying.as_deref().unwrap_or("spot");
        format!("{name} {}", text::price(base * (1.0 + spot)))
    }

    /// The worst cell in words, for the key under the picture.
    pub fn worst_text(&self) -> Option<String> {
        let place = self.worst()?;
        let (spot, vol) = self.shock(place)?;
        let pnl = text::short_amount(self.pnl(place)?, &self.unit);
        Some(format!("worst {pnl} at {}, {}", text::spot_move(spot), text::vol_shift(vol)))
    }

    /// Title of the spot axis.
    pub fn spot_title(&self) -> String {
        let name = self.grid.underlying.as_deref().unwrap_or("spot");
        if self.spot.is_some() { format!("{name} move, and its price in USD") } else { format!("{name} move") }
    }

    /// The picture in words.
    pub fn summary(&self) -> String {
        let say = |place: Place| {
            let (spot, vol) = self.shock(place)?;
            Some(format!("{} at {}, {}", text::amount(self.pnl(place)?, &self.unit), text::spot_move(spot), text::vol_shift(vol)))
        };
        let (columns, _) = self.size();
        let extreme = |better: fn(f64, f64) -> bool| {
            let mut best: Option<(usize, f64)> = None;
            for (index, value) in self.grid.pnl.iter().copied().enumerate().filter(|(_, value)| value.is_finite()) {
                if best.is_none_or(|(_, other)| better(value, other)) {
                    best = Some((index, value));
                }
            }
            best.and_then(|(index, _)| say((index % columns, index / columns))).unwrap_or_default()
        };
        let zero = if self.zero.is_empty() { "P&L does not change its sign." } else { "A line marks where P&L is 0." };
        format!("Worst {}; best {}. {zero}", extreme(|one, other| one < other), extreme(|one, other| one > other))
    }

    /// The cells as the eye sees them: a row for each vol, the highest first.
    pub fn table(&self) -> DataTable {
        let heads =
            std::iter::once("Vol shift, points".to_owned()).chain(self.grid.spots.iter().map(|spot| text::spot_move(*spot))).collect();
        let row = |(row, vol): (usize, &f64)| {
            let value = |column| {
                let pnl = self.pnl((column, row));
                Cell::Number(pnl, pnl.map_or_else(|| "–".to_owned(), |pnl| text::short_amount(pnl, &self.unit)))
            };
            std::iter::once(Cell::Text(text::vol_tick(*vol))).chain((0..self.size().0).map(value)).collect()
        };
        DataTable { heads, rows: self.grid.vols.iter().enumerate().rev().map(row).collect() }
    }

    /// The cells for a file: a row for each.
    pub fn records(&self) -> DataTable {
        let mut heads = vec!["Spot move (fraction)".to_owned(), "Vol shift (fraction, 0.1 = 10 points)".to_owned()];
        heads.extend(self.spot.map(|_| "Spot (USD)".to_owned()));
        heads.push(format!("P&L ({})", self.unit));
        let (columns, rows) = self.size();
        let record = |place: Place| {
            let (spot, vol) = self.shock(place)?;
            let number = |value: f64| Cell::Number(Some(value), String::new());
            let mut record = vec![number(spot), number(vol)];
            record.extend(self.spot.map(|base| number(base * (1.0 + spot))));
            record.push(Cell::Number(self.pnl(place), String::new()));
            Some(record)
        };
        DataTable { heads, rows: (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))).filter_map(record).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stress::GridSpec;
    use crate::view::chart::scale::without_overlap;

    fn grid(pnl: impl Fn(f64, f64) -> f64) -> Arc<Grid> {
        let spec = GridSpec::default();
        let rows = spec.vols().into_iter().map(|vol| spec.spots().into_iter().map(|spot| pnl(spot, vol)).collect()).collect();
        Arc::new(Grid::assemble(&spec, 7.0, rows))
    }

    fn chart() -> Heatmap {
        Heatmap::new(grid(|spot, vol| -1000.0 * spot * spot - 300.0 * vol + 50.0), "USD".to_owned(), Some(95_540.0), Some(4_000.0)).unwrap()
    }

    #[test]
    fn every_cell_is_hit_at_its_centre_and_covers_whole_device_pixels() {
        let chart = chart();
        for (width, density) in [(320.0, 2.0), (520.0, 1.0), (333.0, 1.5)] {
            let layout = chart.layout(width, chart.height(width), density);
            for place in [(0, 0), (20, 20), (7, 13)] {
                let cell = chart.cell(&layout, place);
                assert_eq!(chart.hit(&layout, cell.left + cell.width / 2.0, cell.top + cell.height / 2.0), Some(place));
                let device = cell.width * density;
                assert!((device - device.round()).abs() < 1e-6, "{device}");
            }
            assert_eq!(chart.hit(&layout, layout.plot.left - 1.0, layout.plot.top), None);
            assert!(layout.scale.right() < width);
        }
    }

    #[test]
    fn a_shock_between_cells_has_its_nearest_and_one_outside_has_none() {
        let chart = chart();
        assert_eq!(chart.nearest((-0.16, 0.12)), Some((7, 12)));
        assert_eq!(chart.nearest((-0.6, 0.0)), None);
        assert_eq!(chart.shock((7, 12)).map(|(spot, vol)| ((spot * 100.0).round(), (vol * 100.0).round())), Some((-15.0, 10.0)));
    }

    #[test]
    fn a_cell_says_where_it_is_what_it_is_and_how_much_of_equity() {
        let chart = chart();
        let layout = chart.layout(520.0, chart.height(520.0), 1.0);
        let reading = chart.reading(&layout, (7, 12)).unwrap();
        assert_eq!(reading.spoken(), "−15\u{a0}%, +10\u{a0}pts, spot 81\u{202f}209: −$2, −0.1\u{a0}% of equity.");
        assert!(
            chart.summary().starts_with("Worst −$350 at −50\u{a0}%, +50\u{a0}pts; best +$200 at 0\u{a0}%, −50\u{a0}pts."),
            "{}",
            chart.summary()
        );
        assert_eq!(chart.worst(), Some((0, 20)));
    }

    #[test]
    fn ticks_of_the_spot_axis_never_overlap() {
        let chart = chart();
        for width in [280.0, 320.0, 390.0, 520.0, 900.0] {
            let layout = chart.layout(width, chart.height(width), 2.0);
            let boxes: Vec<(f64, f64)> = chart
                .spot_ticks(&layout)
                .iter()
                .map(|tick| (tick.at, text_width(&tick.label, LABEL).max(text_width(&tick.level, LABEL))))
                .collect();
            assert!(without_overlap(&boxes, 2.0).iter().all(|free| *free), "{width} {boxes:?}");
        }
    }

    #[test]
    fn a_file_has_a_row_for_each_cell_and_a_table_one_for_each_vol() {
        let chart = chart();
        assert_eq!((chart.records().rows.len(), chart.records().heads.len()), (441, 4));
        assert_eq!((chart.table().rows.len(), chart.table().heads.len()), (21, 22));
    }

    #[test]
    fn what_cannot_be_drawn_is_not() {
        let nothing = |grid: Arc<Grid>| Heatmap::new(grid, "USD".to_owned(), None, None).is_none();
        assert!(nothing(grid(|_, _| f64::NAN)));
        let mut short = Grid::clone(&grid(|_, _| 1.0));
        short.pnl.pop();
        assert!(nothing(Arc::new(short)));
        assert!(!nothing(grid(|_, _| 0.0)));
    }
}
