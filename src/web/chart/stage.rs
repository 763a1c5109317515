//! The stage of a chart: two canvases, the lower for the picture and the upper for what moves with the pointer, the tooltip, and
//! the keyboard.
//!
//! Invariant: moving the pointer draws the upper canvas only.

use crate::view::chart::reading::Reading;
use crate::view::chart::table::DataTable;
use crate::web::browser::canvas::{Surface, density};
use crate::web::browser::css_tokens::ChartTheme;
use crate::web::browser::redraw::{Redraw, Scope};
use crate::web::chart::ink::Ink;
use crate::web::chart::legend::LegendItem;
use crate::web::chart::tip::tip;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// Room of a picture: CSS pixels, and device pixels to each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Density.
    pub density: f64,
}

/// What can be pointed at: column and row; a chart without rows has them all in row 0.
pub type Place = (usize, usize);

/// What moves without a new picture, in the units of the axes: where the shock stands.
pub type Marks = (f64, f64);

/// A chart that can be drawn, pointed at, and told. Stages and figures hold it as it is, whatever it shows, so that a first visit
/// loads them once.
pub trait Picture: Send + Sync + 'static {
    /// Height that it wants.
    fn height(&self, width: f64) -> f64;
    /// Draws everything that stands still.
    fn paint(&self, ink: &Ink, frame: Frame);
    /// Draws what moves.
    fn paint_marks(&self, ink: &Ink, frame: Frame, marks: Marks, pointed: Option<Place>);
    /// The place under a pixel.
    fn hit(&self, frame: Frame, x: f64, y: f64) -> Option<Place>;
    /// The place that a key leads to; from `None` it is the place of the marks. `None` where the key means nothing here.
    fn step(&self, from: Option<Place>, marks: Marks, key: &str) -> Option<Place>;
    /// What a place says.
    fn reading(&self, frame: Frame, place: Place) -> Option<Reading>;
    /// The picture in words.
    fn summary(&self) -> String;
    /// Its data for the eye.
    fn table(&self) -> DataTable;
    /// Its data for a file.
    fn records(&self) -> DataTable {
        self.table()
    }
    /// What is plotted, its unit and its conventions, where the chart was laid out elsewhere and brings them along.
    fn head(&self) -> [String; 3] {
        Default::default()
    }
    /// Its key, for the PNG.
    fn legend(&self) -> Vec<LegendItem>;
}

/// The place that a key leads to along a row of `count` places; without one it is where the reader begins.
pub fn along(key: &str, from: Option<Place>, count: usize, begin: impl FnOnce() -> usize) -> Option<Place> {
    let last = count.checked_sub(1)?;
    let is_move = matches!(key, "ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown");
    let point = match (key, from) {
        _ if !is_move => return None,
        (_, None) => begin(),
        ("ArrowLeft", Some((point, _))) => point.saturating_sub(1),
        ("ArrowRight", Some((point, _))) => point + 1,
        ("PageDown", Some((point, _))) => point.saturating_sub(10),
        ("PageUp", Some((point, _))) => point + 10,
        ("Home", _) => 0,
        _ => last,
    };
    Some((point.min(last), 0))
}

/// The row that a key leads to among `count` rows that stand below each other; without one it is where the reader begins.
pub fn down(key: &str, from: Option<usize>, count: usize, begin: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let is_before = matches!(key, "ArrowUp" | "ArrowLeft");
    let is_after = matches!(key, "ArrowDown" | "ArrowRight");
    let row = match (key, from) {
        ("Home", _) => 0,
        ("End", _) => last,
        (_, None) if is_before || is_after => begin,
        (_, Some(row)) if is_before => row.saturating_sub(1),
        (_, Some(row)) if is_after => row + 1,
        _ => return None,
    };
    Some(row.min(last))
}

/// A picture as a stage holds it.
pub fn any<P: Picture>(picture: Memo<Option<Arc<P>>>) -> Signal<Option<Arc<dyn Picture>>> {
    Signal::derive(move || picture.get().map(|picture| picture as Arc<dyn Picture>))
}

/// What a stage shows.
#[derive(Clone)]
pub struct Stage {
    /// The picture; `None` shows the placeholder.
    pub picture: Signal<Option<Arc<dyn Picture>>>,
    /// Where the shock stands.
    pub marks: Signal<Marks>,
    /// A newer picture is being computed.
    pub stale: Signal<bool>,
    /// Name for a screen reader.
    pub name: Signal<String>,
    /// Id of the element that holds the picture in words.
    pub summary_id: String,
    /// What to do where there is nothing to show.
    pub empty: &'static str,
    /// The user took a place.
    pub pick: Option<Callback<Place>>,
}

/// The parts of a stage that its closures share; all are handles.
#[derive(Clone, Copy)]
struct Parts {
    host: NodeRef<Div>,
    base: NodeRef<Canvas>,
    over: NodeRef<Canvas>,
    picture: Signal<Option<Arc<dyn Picture>>>,
    marks: Signal<Marks>,
    pointed: RwSignal<Option<Place>>,
    frame: StoredValue<Frame>,
    theme: StoredValue<Option<Rc<ChartTheme>>, LocalStorage>,
}

impl Parts {
    /// Runs in an animation frame, when the owner may be gone: every read is a try.
    fn paint(self, scope: Scope) -> Option<()> {
        let host = self.host.try_get_untracked()??;
        let (base, over) = (self.base.try_get_untracked()??, self.over.try_get_untracked()??);
        let picture = self.picture.try_get_untracked()?;
        let host: &HtmlElement = &host;
        if scope > Scope::Marks || self.frame.try_get_value()?.width == 0.0 {
            let width = f64::from(host.client_width());
            let height = picture.as_ref().map_or(0.0, |picture| picture.height(width).round());
            let frame = Frame { width, height, density: density() };
            if scope == Scope::Size && self.frame.try_get_value() == Some(frame) {
                return None;
            }
            self.frame.try_set_value(frame);
            let height = if picture.is_some() { format!("{height}px") } else { String::new() };
            // A valid property with a valid value is never refused.
            let _ = HtmlElement::style(host).set_property("height", &height);
            self.theme.try_set_value(Some(Rc::new(ChartTheme::of(host))));
        }
        let frame = self.frame.try_get_value()?;
        let theme = self.theme.try_get_value()??;
        if frame.width < 1.0 {
            return None;
        }
        if scope > Scope::Marks {
            let surface = Surface::fit(&base, frame.width, frame.height, frame.density)?;
            if let Some(picture) = &picture {
                picture.paint(&Ink::new(&surface, &theme)?, frame);
            }
        }
        let surface = Surface::fit(&over, frame.width, frame.height, frame.density)?;
        if let Some(picture) = &picture {
            picture.paint_marks(&Ink::new(&surface, &theme)?, frame, self.marks.try_get_untracked()?, self.pointed.try_get_untracked()?);
        }
        Some(())
    }

    fn hit(self, event: &PointerEvent) -> Option<Place> {
        let picture = self.picture.get_untracked()?;
        picture.hit(self.frame.get_value(), f64::from(event.offset_x()), f64::from(event.offset_y()))
    }

    /// A stage that has the focus loses it when it is taken away, and is gone by then: it is a try.
    fn point(self, place: Option<Place>) {
        if self.pointed.try_get_untracked().is_some_and(|known| known != place) {
            self.pointed.try_set(place);
        }
    }

    fn reading(self, place: Place) -> Option<Reading> {
        self.picture.get()?.reading(self.frame.get_value(), place)
    }
}

/// The stage.
pub fn stage(stage: Stage) -> impl IntoView {
    let Stage { picture, marks, stale, name, summary_id, empty, pick } = stage;
    let parts = Parts {
        host: NodeRef::new(),
        base: NodeRef::new(),
        over: NodeRef::new(),
        picture,
        marks,
        pointed: RwSignal::new(None),
        frame: StoredValue::new(Frame::default()),
        theme: StoredValue::new_local(None),
    };
    let pointed = parts.pointed;
    let spoken = RwSignal::new(String::new());
    let redraw = StoredValue::new_local(None::<Redraw>);
    Effect::new(move |_| {
        if let Some(host) = parts.host.get() {
            let paint = move |scope| {
                // `None` is a stage that has gone or has no room: there is nothing to draw on.
                let _ = parts.paint(scope);
            };
            redraw.set_value(Redraw::watch(&host, paint));
        }
    });
    let ask = move |scope: Scope| {
        redraw.with_value(|redraw| {
            if let Some(redraw) = redraw {
                redraw.request(scope);
            }
        });
    };
    Effect::new(move |_| {
        picture.track();
        ask(Scope::All);
    });
    Effect::new(move |_| {
        marks.track();
        pointed.track();
        ask(Scope::Marks);
    });
    let take = move |place: Place| {
        if let Some(pick) = pick {
            pick.run(place);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(picture) = picture.get_untracked() else { return };
        match event.key().as_str() {
            "Escape" if pointed.get_untracked().is_some() => {
                pointed.set(None);
                spoken.set(String::new());
            }
            "Enter" | " " => match pointed.get_untracked() {
                Some(place) => take(place),
                None => return,
            },
            key => {
                let Some(place) = picture.step(pointed.get_untracked(), marks.get_untracked(), key) else { return };
                parts.point(Some(place));
                if let Some(reading) = picture.reading(parts.frame.get_value(), place) {
                    spoken.set(reading.spoken());
                }
            }
        }
        event.prevent_default();
    };
    let on_leave = move |event: PointerEvent| {
        if event.pointer_type() != "touch" {
            parts.point(None);
        }
    };
    let can_pick = pick.is_some();
    view! {
        <div
            class="chart__stage"
            class:chart__stage--stale=move || stale.get()
            class:chart__stage--pick=can_pick
            class:chart__stage--empty=move || picture.with(Option::is_none)
            node_ref=parts.host
            tabindex=move || if picture.with(Option::is_some) { "0" } else { "-1" }
            role="application"
            aria-roledescription="chart"
            aria-label=move || name.get()
            aria-describedby=summary_id
            aria-busy=move || stale.get().to_string()
            on:pointermove=move |event| parts.point(parts.hit(&event))
            on:pointerdown=move |event| parts.point(parts.hit(&event))
            on:pointerleave=on_leave
            on:blur=move |_| parts.point(None)
            on:keydown=on_key
            on:click=move |_| {
                if let Some(place) = pointed.get_untracked() {
                    take(place);
                }
            }
        >
            <canvas class="chart__canvas" node_ref=parts.base aria-hidden="true"></canvas>
            <canvas class="chart__canvas chart__canvas--over" node_ref=parts.over aria-hidden="true"></canvas>
            {move || pointed.get().and_then(|place| parts.reading(place)).map(|reading| tip(reading, parts.frame.get_value()))}
            {move || picture.with(Option::is_none).then(|| view! { <p class="chart__empty">{move || if stale.get() { "Computing…" } else { empty }}</p> })}
            <p class="chart__spoken" aria-live="polite">{move || spoken.get()}</p>
        </div>
    }
}
