//! P&L over spot and vol.

use crate::stress::Grid;
use crate::view::chart::heatmap::{DEF, Heatmap as Model, Layout};
use crate::view::chart::reading::Reading;
use crate::view::chart::scale::{LABEL, Rect};
use crate::view::chart::table::DataTable;
use crate::web::chart::figure::{Figure, figure, fresh_id};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::legend::{LegendItem, Sign, legend};
use crate::web::chart::png::worst_mark;
use crate::web::chart::stage::{Frame, Marks, Picture, Place, Stage, any};
use leptos::prelude::*;
use std::sync::Arc;

/// P&L over spot × vol.
#[component]
pub fn Heatmap(
    /// The grid; `None` shows a placeholder.
    #[prop(into)]
    grid: Signal<Option<Arc<Grid>>>,
    /// Unit of P&L, `USD` or a coin.
    #[prop(into)]
    unit: Signal<String>,
    /// Where the shock stands: spot fraction, vol shift.
    #[prop(into)]
    cursor: Signal<(f64, f64)>,
    /// A newer grid is being computed.
    #[prop(into)]
    stale: Signal<bool>,
    /// The user took a cell as the shock: spot fraction, vol shift.
    on_pick: Callback<(f64, f64)>,
    /// Conventions, in one line.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// Book and time, printed into the PNG.
    #[prop(optional, into)]
    stamp: Signal<String>,
    /// Spot of the one underlying that moves, US dollars.
    #[prop(optional, into)]
    spot: Signal<Option<f64>>,
    /// Equity in the unit of P&L.
    #[prop(optional, into)]
    equity: Signal<Option<f64>>,
) -> impl IntoView {
    // These hang on every answer of the engine and seldom change.
    let (unit, spot, equity) = (Memo::new(move |_| unit.get()), Memo::new(move |_| spot.get()), Memo::new(move |_| equity.get()));
    let picture = Memo::new_with_compare(
        move |_| grid.get().and_then(|grid| Model::new(grid, unit.get(), spot.get(), equity.get())).map(Arc::new),
        |_, _| true,
    );
    let pick = move |place: Place| {
        if let Some(shock) = picture.get_untracked().and_then(|picture| picture.shock(place)) {
            on_pick.run(shock);
        }
    };
    let stage = Stage {
        picture: any(picture),
        marks: cursor,
        stale,
        name: Signal::derive(move || format!("P&L over spot and vol, {}. Arrow keys read cells, Enter sets the shock.", unit.get())),
        summary_id: fresh_id("summary"),
        empty: "Add a file or open the sample to see what spot and vol do to the book.",
        pick: Some(Callback::new(pick)),
    };
    let key = (move || picture.get().map(|picture| legend(picture.legend()))).into_any();
    let title = Signal::stored(DEF.label.to_owned());
    figure(Figure { stage, title, unit: unit.into(), sub, stamp, file: DEF.id.to_owned() }, key)
}

impl Picture for Model {
    fn height(&self, width: f64) -> f64 {
        Model::height(self, width)
    }

    fn paint(&self, ink: &Ink, frame: Frame) {
        let layout = self.layout(frame.width, frame.height, frame.density);
        let (columns, rows) = self.size();
        let shade = |place| self.pnl(place).map(|pnl| ink.theme.diverging.at(pnl / self.limit));
        let colours: Vec<_> = (0..rows).rev().flat_map(|row| (0..columns).map(move |column| shade((column, row)))).collect();
        ink.tiles(layout.plot, columns, &colours);
        paint_gaps(self, ink, &layout);
        paint_axes(self, ink, &layout);
        paint_scale(self, ink, &layout);
        for line in &self.zero {
            let points = line.iter().map(|place| self.centre(&layout, *place));
            ink.path(points, Stroke::new(ink.theme.text, 1.25).faint(0.9));
        }
        if let Some((column, row)) = self.worst() {
            worst_mark(ink, self.centre(&layout, (column as f64, row as f64)));
        }
    }

    fn paint_marks(&self, ink: &Ink, frame: Frame, marks: Marks, pointed: Option<Place>) {
        let layout = self.layout(frame.width, frame.height, frame.density);
        let plot = layout.plot;
        let accent = ink.theme.accent;
        let (x, y) = self.centre(&layout, self.position(marks));
        // Brass lies close to the losses: a halo sets it off.
        for thin in [Stroke::new(ink.theme.ink_1, 3.0).faint(0.5), Stroke::new(accent, 1.0)] {
            if (plot.left..=plot.right()).contains(&x) {
                ink.upright(x, (plot.top, plot.bottom()), thin);
            }
            if (plot.top..=plot.bottom()).contains(&y) {
                ink.level(y, (plot.left, plot.right()), thin);
            }
        }
        if let Some(place) = self.nearest(marks) {
            let cell = grown(self.cell(&layout, place), 1.0);
            ink.outline(cell, Stroke::new(ink.theme.ink_0, 4.0));
            ink.outline(cell, Stroke::new(accent, 2.0));
        }
        if let Some(place) = pointed.filter(|place| self.shock(*place).is_some()) {
            let cell = self.cell(&layout, place);
            let guide = Stroke::new(ink.theme.text, 1.0).faint(0.55);
            let (x, y) = (cell.left + cell.width / 2.0, cell.top + cell.height / 2.0);
            ink.upright(x, (cell.bottom(), plot.bottom() + 4.0), guide);
            ink.level(y, (plot.left - 4.0, cell.left), guide);
            ink.outline(cell, Stroke::new(ink.theme.ink_0, 3.0));
            ink.outline(cell, Stroke::new(ink.theme.text, 1.5));
        }
    }

    fn hit(&self, frame: Frame, x: f64, y: f64) -> Option<Place> {
        Model::hit(self, &self.layout(frame.width, frame.height, frame.density), x, y)
    }

    fn step(&self, from: Option<Place>, marks: Marks, key: &str) -> Option<Place> {
        let (columns, rows) = self.size();
        let (column, row) = match from {
            Some((column, row)) => (column.min(columns - 1), row.min(rows - 1)),
            None if matches!(key, "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End" | "PageUp" | "PageDown") => {
                return Some(self.nearest(marks).unwrap_or((columns / 2, rows / 2)));
            }
            None => return None,
        };
        match key {
            "ArrowLeft" => Some((column.saturating_sub(1), row)),
            "ArrowRight" => Some(((column + 1).min(columns - 1), row)),
            "ArrowUp" => Some((column, (row + 1).min(rows - 1))),
            "ArrowDown" => Some((column, row.saturating_sub(1))),
            "Home" => Some((0, row)),
            "End" => Some((columns - 1, row)),
            "PageUp" => Some((column, (row + 5).min(rows - 1))),
            "PageDown" => Some((column, row.saturating_sub(5))),
            _ => None,
        }
    }

    fn reading(&self, frame: Frame, place: Place) -> Option<Reading> {
        Model::reading(self, &self.layout(frame.width, frame.height, frame.density), place)
    }

    fn summary(&self) -> String {
        Model::summary(self)
    }

    fn table(&self) -> DataTable {
        Model::table(self)
    }

    fn records(&self) -> DataTable {
        Model::records(self)
    }

    fn legend(&self) -> Vec<LegendItem> {
        let mut items = vec![LegendItem::new(Sign::Shock, "shock")];
        if !self.zero.is_empty() {
            items.push(LegendItem::new(Sign::Zero, "P&L = 0"));
        }
        items.extend(self.worst_text().map(|text| LegendItem::new(Sign::Worst, text)));
        items
    }
}

fn grown(rect: Rect, by: f64) -> Rect {
    Rect { left: rect.left - by, top: rect.top - by, width: rect.width + 2.0 * by, height: rect.height + 2.0 * by }
}

/// Smallest cell with gaps, CSS pixels.
const MIN_GAPPED: f64 = 6.0;

/// Hair-thin gaps, so that single cells can be told apart.
fn paint_gaps(model: &Model, ink: &Ink, layout: &Layout) {
    let (columns, rows) = model.size();
    let plot = layout.plot;
    if plot.width / (columns as f64) < MIN_GAPPED || plot.height / (rows as f64) < MIN_GAPPED {
        return;
    }
    let gap = ink.hair(ink.theme.ink_1).faint(0.35);
    for column in 1..columns {
        ink.upright(plot.left + plot.width * column as f64 / columns as f64, (plot.top, plot.bottom()), gap);
    }
    for row in 1..rows {
        ink.level(plot.top + plot.height * row as f64 / rows as f64, (plot.left, plot.right()), gap);
    }
}

fn paint_axes(model: &Model, ink: &Ink, layout: &Layout) {
    let plot = layout.plot;
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    let quiet = Type { colour: ink.theme.text_3, ..label };
    let tick = ink.hair(ink.theme.line_strong);
    for mark in model.spot_ticks(layout) {
        ink.upright(mark.at, (plot.bottom(), plot.bottom() + 4.0), tick);
        ink.text(&mark.label, (mark.at, plot.bottom() + 8.0), Anchor::Top, label);
        ink.text(&mark.level, (mark.at, plot.bottom() + 22.0), Anchor::Top, quiet);
    }
    for mark in model.vol_ticks(layout) {
        ink.level(mark.at, (plot.left - 4.0, plot.left), tick);
        ink.text(&mark.label, (plot.left - 7.0, mark.at), Anchor::Right, label);
    }
    let bottom = plot.bottom() + if model.spot.is_some() { 36.0 } else { 22.0 };
    let title = model.spot_title();
    ink.text(&title, (plot.left + plot.width / 2.0, bottom), Anchor::Top, quiet);
    ink.text("vol shift, points", (2.0, 8.0), Anchor::Left, quiet);
}

fn paint_scale(model: &Model, ink: &Ink, layout: &Layout) {
    let scale = layout.scale;
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    let shades: Vec<_> = (0..=96).rev().map(|step| Some(ink.theme.diverging.at(f64::from(step) / 48.0 - 1.0))).collect();
    ink.tiles(scale, 1, &shades);
    for mark in model.scale_ticks(layout) {
        ink.level(mark.at, (scale.right(), scale.right() + 4.0), ink.hair(ink.theme.line_strong));
        ink.text(&mark.label, (scale.right() + 7.0, mark.at), Anchor::Left, label);
    }
    let unit = Type { colour: ink.theme.text_3, ..label };
    ink.text(&model.unit, (scale.left, 8.0), Anchor::Left, unit);
}
