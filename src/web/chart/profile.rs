//! P&L over spot.

use crate::stress::{CurveKind, Profile};
use crate::view::chart::profile::{DEF, Layout, ProfileChart as Model};
use crate::view::chart::reading::Reading;
use crate::view::chart::scale::{LABEL, Rect};
use crate::view::chart::series::{Series, series};
use crate::view::chart::table::DataTable;
use crate::web::chart::figure::{Figure, figure, fresh_id};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::legend::{LegendItem, Sign, swatch};
use crate::web::chart::stage::{Frame, Marks, Picture, Place, Stage, along, any};
use leptos::prelude::*;
use std::sync::Arc;

/// P&L over spot, a curve per day.
#[component]
pub fn ProfileChart(
    /// The profile; `None` shows a placeholder.
    #[prop(into)]
    profile: Signal<Option<Arc<Profile>>>,
    /// Unit of P&L, `USD` or a coin.
    #[prop(into)]
    unit: Signal<String>,
    /// Spot move of the shock, fraction.
    #[prop(into)]
    cursor: Signal<f64>,
    /// Move of an ordinary day, fraction; `None` draws no band.
    #[prop(optional, into)]
    band: Signal<Option<f64>>,
    /// A newer profile is being computed.
    #[prop(optional, into)]
    stale: Signal<bool>,
    /// Equity in the unit of P&L.
    #[prop(optional, into)]
    equity: Signal<Option<f64>>,
    /// Conventions, in one line.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// Book and time, printed into the PNG.
    #[prop(optional, into)]
    stamp: Signal<String>,
    /// The user took a spot move as the shock.
    #[prop(optional)]
    on_pick: Option<Callback<f64>>,
) -> impl IntoView {
    // These hang on every answer of the engine and seldom change.
    let (unit, equity, band) = (Memo::new(move |_| unit.get()), Memo::new(move |_| equity.get()), Memo::new(move |_| band.get()));
    let choice = RwSignal::new(Vec::<(CurveKind, bool)>::new());
    let curves = Memo::new(move |_| {
        profile.with(|profile| profile.as_ref().map(|profile| choice.with(|choice| series(profile, choice)))).unwrap_or_default()
    });
    let picture = Memo::new_with_compare(
        move |_| {
            let profile = profile.get()?;
            Model::new(profile, curves.get(), unit.get(), equity.get(), band.get()).map(Arc::new)
        },
        |_, _| true,
    );
    let toggle = move |kind: CurveKind, is_visible: bool| {
        choice.update(|choice| {
            choice.retain(|(other, _)| *other != kind);
            choice.push((kind, is_visible));
        });
    };
    let pick = on_pick.map(|on_pick| {
        Callback::new(move |(point, _): Place| {
            if let Some(spot) = picture.get_untracked().and_then(|picture| picture.profile.spots.get(point).copied()) {
                on_pick.run(spot);
            }
        })
    });
    let stage = Stage {
        picture: any(picture),
        marks: Signal::derive(move || (cursor.get(), 0.0)),
        stale,
        name: Signal::derive(move || {
            let pick = if on_pick.is_some() { ", Enter sets the shock" } else { "" };
            format!("P&L over spot, {}. Arrow keys read the curves{pick}.", unit.get())
        }),
        summary_id: fresh_id("summary"),
        empty: "Add a file or open the sample to see the P&L today, on a chosen day and at each expiry.",
        pick,
    };
    let key = move || {
        let button = |series: Series| {
            let Series { kind, name, pen, is_visible } = series;
            view! {
                <li>
                    <button type="button" class="chart__series" aria-pressed=is_visible.to_string() on:click=move |_| toggle(kind, !is_visible)>
                        {swatch(pen)} {name}
                    </button>
                </li>
            }
        };
        view! { <ul class="chart__key" aria-label="Curves">{curves.get().into_iter().map(button).collect_view()}</ul> }
    };
    let key = key.into_any();
    let title = Signal::stored(DEF.label.to_owned());
    figure(Figure { stage, title, unit: unit.into(), sub, stamp, file: DEF.id.to_owned() }, key)
}

impl Picture for Model {
    fn height(&self, width: f64) -> f64 {
        (width * 0.5).clamp(230.0, 320.0) + 72.0
    }

    fn paint(&self, ink: &Ink, frame: Frame) {
        let layout = self.layout(frame.width, frame.height, frame.density);
        paint_axes(self, ink, &layout);
        // Today and the chosen day lie above the rest.
        let drawn = || self.visible().filter(|(_, pnl)| pnl.iter().all(|value| value.is_finite()));
        for is_thick in [false, true] {
            for (series, pnl) in drawn().filter(|(series, _)| series.pen.is_thick == is_thick) {
                let points = self.profile.spots.iter().copied().zip(pnl.iter().copied());
                ink.curve(layout.plot, layout.x, layout.y, points, ink.pen(series.pen));
            }
        }
        paint_breakevens(self, ink, &layout);
    }

    fn paint_marks(&self, ink: &Ink, frame: Frame, (marks, _): Marks, pointed: Option<Place>) {
        let pointed = pointed.map(|(point, _)| point);
        let layout = self.layout(frame.width, frame.height, frame.density);
        let plot = layout.plot;
        if marks != 0.0 && layout.x.holds(marks) {
            let x = layout.x.at(marks);
            for piece in self.cursor_pieces(&layout, x) {
                ink.upright(x, piece, Stroke::new(ink.theme.accent, 1.5).dashed(&[5.0, 4.0]));
            }
            let text = self.cursor_text(marks);
            let half = ink.text_width(&text, LABEL) / 2.0;
            let middle = x.clamp(plot.left + half, plot.right() - half);
            ink.text(&text, (middle, plot.top - 5.0), Anchor::Bottom, Type { size: LABEL, colour: ink.theme.accent, is_bold: true });
        }
        let Some(spot) = pointed.and_then(|point| self.profile.spots.get(point)) else { return };
        let x = layout.x.at(*spot);
        ink.upright(x, (plot.top, plot.bottom()), Stroke::new(ink.theme.text, 1.0).faint(0.6));
        for (series, pnl) in self.visible() {
            if let Some(value) = pointed.and_then(|point| pnl.get(point)).filter(|value| value.is_finite()) {
                ink.dot((x, layout.y.at(*value)), 4.5, ink.theme.ink_1);
                ink.dot((x, layout.y.at(*value)), 3.0, ink.theme.series(series.pen.colour));
            }
        }
    }

    fn hit(&self, frame: Frame, x: f64, y: f64) -> Option<Place> {
        Some((Model::hit(self, &self.layout(frame.width, frame.height, frame.density), x, y)?, 0))
    }

    fn step(&self, from: Option<Place>, (marks, _): Marks, key: &str) -> Option<Place> {
        along(key, from, self.profile.spots.len(), || self.nearest(marks))
    }

    fn reading(&self, frame: Frame, (point, _): Place) -> Option<Reading> {
        Model::reading(self, &self.layout(frame.width, frame.height, frame.density), point)
    }

    fn summary(&self) -> String {
        Model::summary(self)
    }

    fn table(&self) -> DataTable {
        Model::table(self)
    }

    fn legend(&self) -> Vec<LegendItem> {
        let mut items: Vec<LegendItem> =
            self.visible().map(|(series, _)| LegendItem::new(Sign::Series(series.pen), series.name.clone())).collect();
        items.extend(self.band.map(|_| LegendItem::new(Sign::Band, "±1 ordinary day")));
        items
    }
}

fn paint_axes(model: &Model, ink: &Ink, layout: &Layout) {
    let plot = layout.plot;
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    let quiet = Type { colour: ink.theme.text_3, ..label };
    if let Some((from, to)) = model.band_pixels(layout) {
        ink.fill(Rect { left: from, top: plot.top, width: to - from, height: plot.height }, ink.theme.text_3, 0.14);
    }
    let hair = ink.hair(ink.theme.line);
    for mark in model.pnl_ticks(layout) {
        ink.level(mark.at, (plot.left, plot.right()), hair);
        ink.text(&mark.label, (plot.left - 8.0, mark.at), Anchor::Right, label);
    }
    let ticks = model.spot_ticks(layout);
    for mark in &ticks {
        ink.upright(mark.at, (plot.top, plot.bottom()), hair.faint(0.5));
        ink.upright(mark.at, (plot.bottom(), plot.bottom() + 4.0), ink.hair(ink.theme.line_strong));
        ink.text(&mark.label, (mark.at, plot.bottom() + 8.0), Anchor::Top, label);
        ink.text(&mark.level, (mark.at, plot.bottom() + 22.0), Anchor::Top, quiet);
    }
    ink.level(layout.y.at(0.0), (plot.left, plot.right()), Stroke::new(ink.theme.text_3, 1.0));
    ink.text(&model.unit, (2.0, 8.0), Anchor::Left, quiet);
    let bottom = plot.bottom() + if model.profile.spot.is_some() { 36.0 } else { 22.0 };
    ink.text(&model.spot_title(), (plot.left + plot.width / 2.0, bottom), Anchor::Top, quiet);
    if let Some((from, to)) = model.band_pixels(layout) {
        let text = "±1 day";
        if ink.text_width(text, LABEL) + 6.0 < to - from {
            ink.text(text, ((from + to) / 2.0, plot.bottom() - 5.0), Anchor::Bottom, quiet);
        }
    }
}

fn paint_breakevens(model: &Model, ink: &Ink, layout: &Layout) {
    let Some((series, found)) = model.breakevens() else { return };
    let colour = ink.theme.series(series.pen.colour);
    let y = layout.y.at(0.0);
    for (breakeven, middle) in found.iter().zip(model.breakeven_labels(layout, &found)) {
        let x = layout.x.at(breakeven.spot);
        ink.dot((x, y), 4.0, ink.theme.ink_1);
        ink.ring((x, y), 3.5, Stroke::new(colour, 1.5));
        if let Some(middle) = middle {
            ink.fill(model.label_box(layout, breakeven, middle), ink.theme.ink_1, 0.75);
            ink.text(&breakeven.label, (middle, y - 5.0), Anchor::Bottom, Type { size: LABEL, colour: ink.theme.text, is_bold: false });
        }
    }
}
