//! One measure by key.

use crate::view::chart::bars::{BarChart as Model, DEF, Layout};
use crate::view::chart::reading::Reading;
use crate::view::chart::scale::{LABEL, Rect};
use crate::view::chart::table::DataTable;
use crate::view::chart::{Bar, Orientation};
use crate::web::chart::figure::{Figure, figure, fresh_id};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::legend::{LegendItem, Sign, legend};
use crate::web::chart::stage::{Frame, Marks, Picture, Place, Stage, any, down};
use leptos::prelude::*;
use std::sync::Arc;

/// Signed bars of one measure by key, base and shocked side by side.
#[component]
pub fn BarChart(
    /// The bars, in the order shown.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
    /// What is plotted, e.g. `Cash delta by underlying`.
    #[prop(into)]
    title: Signal<String>,
    /// Its unit.
    #[prop(into)]
    unit: Signal<String>,
    /// What a key is, head of the table's first column, e.g. `Underlying`.
    #[prop(into)]
    key_name: Signal<String>,
    /// Text of a value, signed.
    format: fn(f64) -> String,
    /// Horizontal or vertical.
    #[prop(optional)]
    orientation: Orientation,
    /// Newer values are being computed.
    #[prop(optional, into)]
    stale: Signal<bool>,
    /// Conventions, in one line.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// Book and time, printed into the PNG.
    #[prop(optional, into)]
    stamp: Signal<String>,
) -> impl IntoView {
    let picture =
        Memo::new_with_compare(move |_| Model::new(bars.get(), key_name.get(), unit.get(), format, orientation).map(Arc::new), |_, _| true);
    let stage = Stage {
        picture: any(picture),
        marks: Signal::stored((0.0, 0.0)),
        stale,
        name: Signal::derive(move || format!("{}, {}. Arrow keys read the bars.", title.get(), unit.get())),
        summary_id: fresh_id("summary"),
        empty: "Nothing to show here yet: add a file or open the sample.",
        pick: None,
    };
    let key = (move || picture.get().filter(|picture| picture.is_shocked()).map(|picture| legend(picture.legend()))).into_any();
    figure(Figure { stage, title, unit, sub, stamp, file: DEF.id.to_owned() }, key)
}

impl Picture for Model {
    fn height(&self, width: f64) -> f64 {
        Model::height(self, width)
    }

    fn paint(&self, ink: &Ink, frame: Frame) {
        let layout = self.layout(frame.width, frame.height);
        for index in 0..self.bars.len() {
            match self.orientation {
                Orientation::Horizontal => paint_row(self, ink, &layout, index),
                Orientation::Vertical => paint_column(self, ink, &layout, index),
            }
        }
        if self.orientation == Orientation::Vertical {
            ink.level(layout.value.at(0.0), (layout.plot.left, layout.plot.right()), Stroke::new(ink.theme.text_3, 1.0));
        }
    }

    fn paint_marks(&self, ink: &Ink, frame: Frame, _: Marks, pointed: Option<Place>) {
        let layout = self.layout(frame.width, frame.height);
        let Some((index, _)) = pointed.filter(|(index, _)| *index < self.bars.len()) else { return };
        let slot = self.slot(&layout, index);
        let all = match self.orientation {
            Orientation::Horizontal => Rect { left: 0.0, width: frame.width, ..slot },
            Orientation::Vertical => slot,
        };
        ink.fill(all, ink.theme.text, 0.06);
    }

    fn hit(&self, frame: Frame, x: f64, y: f64) -> Option<Place> {
        Some((Model::hit(self, &self.layout(frame.width, frame.height), x, y)?, 0))
    }

    fn step(&self, from: Option<Place>, _: Marks, key: &str) -> Option<Place> {
        Some((down(key, from.map(|(index, _)| index), self.bars.len(), 0)?, 0))
    }

    fn reading(&self, frame: Frame, (index, _): Place) -> Option<Reading> {
        Model::reading(self, &self.layout(frame.width, frame.height), index)
    }

    fn summary(&self) -> String {
        Model::summary(self)
    }

    fn table(&self) -> DataTable {
        Model::table(self)
    }

    fn legend(&self) -> Vec<LegendItem> {
        let mut items = vec![LegendItem::new(Sign::Base, "now")];
        if self.is_shocked() {
            items.push(LegendItem::new(Sign::Shocked, "shocked"));
        }
        items
    }
}

/// Shares of a key's room that its bars take: base, shocked.
fn shares(model: &Model, layout: &Layout) -> [(f64, f64); 2] {
    if model.orientation == Orientation::Vertical {
        // Columns of a few keys would be as wide as a door.
        let half = (44.0 / layout.step).min(0.4);
        return if model.is_shocked() {
            [(0.5 - half, 0.49), (0.51, 0.5 + half)]
        } else {
            [(0.5 - half / 2.0, 0.5 + half / 2.0), (0.0, 0.0)]
        };
    }
    match (model.is_shocked(), layout.is_narrow) {
        (true, true) => [(0.42, 0.64), (0.68, 0.90)],
        (true, false) => [(0.14, 0.48), (0.54, 0.86)],
        (false, true) => [(0.50, 0.86), (0.0, 0.0)],
        (false, false) => [(0.22, 0.78), (0.0, 0.0)],
    }
}

fn paint_bars(model: &Model, ink: &Ink, layout: &Layout, index: usize) {
    let Some(bar) = model.bars.get(index) else { return };
    let colour = |value: f64| if value < 0.0 { ink.theme.loss } else { ink.theme.gain };
    let [base, shocked] = shares(model, layout);
    ink.fill(model.bar(layout, index, bar.base, base.0, base.1), colour(bar.base), 1.0);
    if let Some(value) = bar.shocked {
        let rect = model.bar(layout, index, value, shocked.0, shocked.1);
        ink.fill(rect, colour(value), 0.3);
        ink.outline(rect, Stroke::new(ink.theme.accent, 1.5));
    }
}

fn paint_row(model: &Model, ink: &Ink, layout: &Layout, index: usize) {
    let Some(bar) = model.bars.get(index) else { return };
    let slot = model.slot(layout, index);
    let label = Type { size: LABEL + 1.0, colour: ink.theme.text, is_bold: false };
    let y = if layout.is_narrow { slot.top + 9.0 } else { slot.top + slot.height / 2.0 };
    paint_bars(model, ink, layout, index);
    // Where values are printed above the bars, the axis keeps clear of them.
    let from = if layout.is_narrow { slot.top + 17.0 } else { slot.top };
    ink.upright(layout.value.at(0.0), (from, slot.bottom()), Stroke::new(ink.theme.text_3, 1.0));
    if index > 0 {
        ink.level(slot.top, (0.0, layout.shocked_edge), ink.hair(ink.theme.line).faint(0.6));
    }
    ink.text(&bar.label, (2.0, y), Anchor::Left, label);
    ink.text(&(model.format)(bar.base), (layout.base_edge, y), Anchor::Right, label);
    if let Some(value) = bar.shocked {
        let text = format!("→ {}", (model.format)(value));
        ink.text(&text, (layout.shocked_edge, y), Anchor::Right, Type { colour: ink.theme.accent, ..label });
    }
}

fn paint_column(model: &Model, ink: &Ink, layout: &Layout, index: usize) {
    let Some(bar) = model.bars.get(index) else { return };
    let slot = model.slot(layout, index);
    let middle = slot.left + slot.width / 2.0;
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    paint_bars(model, ink, layout, index);
    let values = [Some((bar.base, ink.theme.text)), bar.shocked.map(|value| (value, ink.theme.accent))];
    let room = layout.step - 6.0;
    for (side, (value, colour)) in [-1.0, 1.0].into_iter().zip(values).filter_map(|(side, value)| Some((side, value?))) {
        let text = (model.format)(value);
        let wide = ink.text_width(&text, LABEL);
        let is_pair = model.is_shocked();
        if wide < if is_pair { room / 2.0 } else { room } {
            // Two values stand back to back.
            let x = if is_pair { middle + side * (wide / 2.0 + 2.0) } else { middle };
            let end = layout.value.at(value);
            let (y, anchor) = if value < 0.0 { (end + 4.0, Anchor::Top) } else { (end - 4.0, Anchor::Bottom) };
            ink.text(&text, (x, y), anchor, Type { colour, ..label });
        }
    }
    let wide = ink.text_width(&bar.label, LABEL);
    let every = (wide / room).ceil().max(1.0) as usize;
    if index.is_multiple_of(every) {
        let x = middle.clamp(layout.plot.left + wide / 2.0, (layout.plot.right() - wide / 2.0).max(layout.plot.left + wide / 2.0));
        ink.text(&bar.label, (x, layout.plot.bottom() + 20.0), Anchor::Top, label);
    }
}
