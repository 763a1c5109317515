//! Charts that were laid out elsewhere and bring their titles along.

use crate::view::chart::reading::Reading;
use crate::view::chart::table::DataTable;
use crate::web::chart::figure::{Figure, figure, fresh_id};
use crate::web::chart::ink::Ink;
use crate::web::chart::legend::{LegendItem, legend};
use crate::web::chart::stage::{Frame, Marks, Picture, Place, Stage};
use leptos::prelude::*;
use std::sync::Arc;

/// A chart and how it is used.
pub struct LaidOut {
    /// Name of its files, without ending.
    pub file: String,
    /// Its title until it is there.
    pub label: &'static str,
    /// The picture, once it is there.
    pub picture: Signal<Option<Arc<dyn Picture>>>,
    /// What the user has chosen in it.
    pub marks: Signal<Marks>,
    /// A newer one is on its way.
    pub stale: Signal<bool>,
    /// Book and time, printed into the PNG.
    pub stamp: Signal<String>,
    /// The user took a place.
    pub pick: Option<Callback<Place>>,
    /// What to do where there is nothing to show.
    pub empty: &'static str,
}

/// What a chart that was laid out elsewhere says of itself.
pub struct Told<'a> {
    /// What is plotted, its unit and its conventions.
    pub head: [&'a str; 3],
    /// The picture in words.
    pub summary: &'a str,
    /// What is behind it.
    pub table: &'a DataTable,
}

/// What every such chart has under the same names: title, unit, sub, summary, table, and the height that it wants.
macro_rules! told {
    () => {
        fn told(&self) -> $crate::web::chart::laid_out::Told<'_> {
            let head = [self.title.as_str(), self.unit.as_str(), self.sub.as_str()];
            $crate::web::chart::laid_out::Told { head, summary: &self.summary, table: &self.table }
        }

        fn wanted(&self, width: f64) -> f64 {
            self.height(width)
        }
    };
}
pub(crate) use told;

/// A chart that was laid out elsewhere: its words come along, and where its parts lie follows from the room that it has.
pub trait Drawn: Send + Sync + 'static {
    /// Where everything lies.
    type Layout;
    /// What it says of itself.
    fn told(&self) -> Told<'_>;
    /// Height that it wants.
    fn wanted(&self, width: f64) -> f64;
    /// Where everything lies in this room.
    fn placed(&self, frame: Frame) -> Self::Layout;
    /// Draws everything that stands still.
    fn draw(&self, ink: &Ink, layout: &Self::Layout);
    /// Draws what moves.
    fn draw_marks(&self, ink: &Ink, layout: &Self::Layout, marks: Marks, pointed: Option<Place>);
    /// The place under a pixel.
    fn at(&self, layout: &Self::Layout, x: f64, y: f64) -> Option<Place>;
    /// The place that a key leads to, as [`Picture::step`].
    fn walk(&self, from: Option<Place>, marks: Marks, key: &str) -> Option<Place>;
    /// What a place says.
    fn read(&self, layout: &Self::Layout, place: Place) -> Option<Reading>;
    /// Its key.
    fn signs(&self) -> Vec<LegendItem> {
        Vec::new()
    }
}

impl<T: Drawn> Picture for T {
    fn height(&self, width: f64) -> f64 {
        self.wanted(width)
    }

    fn paint(&self, ink: &Ink, frame: Frame) {
        self.draw(ink, &self.placed(frame));
    }

    fn paint_marks(&self, ink: &Ink, frame: Frame, marks: Marks, pointed: Option<Place>) {
        self.draw_marks(ink, &self.placed(frame), marks, pointed);
    }

    fn hit(&self, frame: Frame, x: f64, y: f64) -> Option<Place> {
        self.at(&self.placed(frame), x, y)
    }

    fn step(&self, from: Option<Place>, marks: Marks, key: &str) -> Option<Place> {
        self.walk(from, marks, key)
    }

    fn reading(&self, frame: Frame, place: Place) -> Option<Reading> {
        self.read(&self.placed(frame), place)
    }

    fn summary(&self) -> String {
        self.told().summary.to_owned()
    }

    fn table(&self) -> DataTable {
        self.told().table.clone()
    }

    fn head(&self) -> [String; 3] {
        self.told().head.map(str::to_owned)
    }

    fn legend(&self) -> Vec<LegendItem> {
        self.signs()
    }
}

/// The figure.
pub fn laid_out(chart: LaidOut) -> AnyView {
    let LaidOut { file, label, picture, marks, stale, stamp, pick, empty } = chart;
    let head = move |place: usize| {
        Signal::derive(move || {
            let head = picture.with(|picture| picture.as_ref().map(|picture| picture.head()));
            let or = if place == 0 { label } else { "" };
            head.and_then(|head| head.into_iter().nth(place)).unwrap_or_else(|| or.to_owned())
        })
    };
    let (title, unit, sub) = (head(0), head(1), head(2));
    let enter = if pick.is_some() { ", Enter chooses" } else { "" };
    let stage = Stage {
        picture,
        marks,
        stale,
        name: Signal::derive(move || format!("{}, {}. Arrow keys read it{enter}.", title.get(), unit.get())),
        summary_id: fresh_id("summary"),
        empty,
        pick,
    };
    let key = move || {
        let items = picture.with(|picture| picture.as_ref().map(|picture| picture.legend())).unwrap_or_default();
        (!items.is_empty()).then(|| legend(items))
    };
    figure(Figure { stage, title, unit, sub, stamp, file }, key.into_any())
}
