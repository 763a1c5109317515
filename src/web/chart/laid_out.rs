//! Charts that were laid out elsewhere and bring their titles along.

use crate::web::chart::figure::{Figure, figure, fresh_id};
use crate::web::chart::legend::legend;
use crate::web::chart::stage::{Marks, Picture, Place, Stage};
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
