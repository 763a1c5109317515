//! One measure over two scales of names, as [`crate::view::chart::tiles`] lays it out.

use crate::view::chart::colour::Rgb;
use crate::view::chart::reading::Reading;
use crate::view::chart::scale::{LABEL, Rect};
use crate::view::chart::text;
use crate::view::chart::tiles::{Layout, Ramp, Tiles};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::laid_out::{Drawn, told};
use crate::web::chart::stage::{Frame, Marks, Place};

/// The lowest shade of the scale: a tile with a value is never as dark as one without.
const LEAST_SHADE: f64 = 0.08;

fn shade(share: f64) -> f64 {
    LEAST_SHADE + (1.0 - LEAST_SHADE) * share
}

fn colour(model: &Tiles, ink: &Ink, value: f64) -> Rgb {
    match model.ramp {
        Ramp::Rising => ink.theme.diverging.at(shade(model.share(value))),
        Ramp::Diverging => ink.theme.diverging.at(model.lean(value)),
    }
}

impl Drawn for Tiles {
    type Layout = Layout;

    told!();

    fn placed(&self, frame: Frame) -> Layout {
        self.layout(frame.width, frame.height, frame.density)
    }

    fn draw(&self, ink: &Ink, layout: &Layout) {
        let colours: Vec<_> = self.tiles.iter().map(|tile| tile.value.map(|value| colour(self, ink, value))).collect();
        ink.tiles(layout.plot, self.columns.len(), &colours);
        paint_values(self, ink, layout);
        paint_axes(self, ink, layout);
    }

    fn draw_marks(&self, ink: &Ink, layout: &Layout, (column, row): Marks, pointed: Option<Place>) {
        if (row as usize) < self.rows.len() {
            let (column, is_row) = if (column as usize) < self.columns.len() { (column as usize, false) } else { (0, true) };
            let cell = self.cell(layout, (column, row as usize));
            let chosen = if is_row { Rect { width: layout.plot.width, ..cell } } else { cell };
            ink.outline(chosen, Stroke::new(ink.theme.ink_1, 4.0));
            ink.outline(chosen, Stroke::new(ink.theme.accent, 2.0));
        }
        if let Some(place) = pointed.filter(|place| self.tile(*place).is_some()) {
            let cell = self.cell(layout, place);
            ink.outline(cell, Stroke::new(ink.theme.ink_0, 3.0));
            ink.outline(cell, Stroke::new(ink.theme.text, 1.5));
        }
    }

    fn at(&self, layout: &Layout, x: f64, y: f64) -> Option<Place> {
        self.hit(layout, x, y)
    }

    fn walk(&self, from: Option<Place>, (chosen_column, chosen): Marks, key: &str) -> Option<Place> {
        let (columns, rows) = self.size();
        let begin = if (chosen_column as usize) < columns { chosen_column as usize } else { self.main_column };
        let (column, row) = from.unwrap_or((begin, chosen as usize));
        let next = match key {
            "ArrowLeft" => (column.saturating_sub(1), row),
            "ArrowRight" => (column + 1, row),
            "ArrowUp" => (column, row.saturating_sub(1)),
            "ArrowDown" => (column, row + 1),
            "Home" => (0, row),
            "End" => (columns, row),
            _ => return None,
        };
        let (column, row) = if from.is_some() { next } else { (column, row) };
        Some((column.min(columns.saturating_sub(1)), row.min(rows.saturating_sub(1))))
    }

    fn read(&self, layout: &Layout, place: Place) -> Option<Reading> {
        self.reading(layout, place)
    }
}

/// Hair-thin gaps and the values that have room, where the scale diverges.
fn paint_values(model: &Tiles, ink: &Ink, layout: &Layout) {
    let (columns, rows) = model.size();
    if model.ramp == Ramp::Rising {
        return;
    }
    for place in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
        let cell = model.cell(layout, place);
        if cell.width >= 6.0 && cell.height >= 6.0 {
            ink.outline(cell, ink.hair(ink.theme.ink_1).faint(0.5));
        }
        if let (Some(text), Some(value)) = (model.written(layout, place), model.tile(place).and_then(|tile| tile.value)) {
            let on = colour(model, ink, value).legible(ink.theme.text, ink.theme.ink_0);
            let middle = (cell.left + cell.width / 2.0, cell.top + cell.height / 2.0 - LABEL / 2.0);
            ink.text(&text, middle, Anchor::Top, Type { size: LABEL, colour: on, is_bold: false });
        }
    }
}

fn paint_axes(model: &Tiles, ink: &Ink, layout: &Layout) {
    let (plot, scale) = (layout.plot, layout.scale);
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    let quiet = Type { colour: ink.theme.text_3, ..label };
    let tick = ink.hair(ink.theme.line_strong);
    ink.outline(plot, ink.hair(ink.theme.line));
    for mark in model.column_ticks(layout) {
        ink.upright(mark.at, (plot.bottom(), plot.bottom() + 4.0), tick);
        ink.text(&mark.label, (mark.at, plot.bottom() + 8.0), Anchor::Top, label);
    }
    for mark in model.row_ticks(layout) {
        ink.text(&mark.label, (plot.left - 8.0, mark.at), Anchor::Right, label);
    }
    let (low, high) = model.range;
    let shades: Vec<_> = (0..=96).rev().map(|step| Some(colour(model, ink, low + (high - low) * f64::from(step) / 96.0))).collect();
    ink.tiles(scale, 1, &shades);
    for mark in model.scale_ticks(layout) {
        ink.level(mark.at, (scale.right(), scale.right() + 4.0), tick);
        ink.text(&mark.label, (scale.right() + 7.0, mark.at), Anchor::Left, label);
    }
    ink.text(&model.row_title, (2.0, 10.0), Anchor::Left, quiet);
    ink.text(text::short_unit(model.measure), (scale.left, 10.0), Anchor::Left, quiet);
    ink.text(&model.column_title, (plot.left + plot.width / 2.0, plot.bottom() + 22.0), Anchor::Top, quiet);
}
