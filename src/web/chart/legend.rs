//! The key of a chart, in HTML on the page and in ink on a PNG.

use crate::view::chart::reading::{Dash, Pen};
use leptos::prelude::*;

/// What a sign of the key looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A series' line.
    Series(Pen),
    /// A series' dots.
    Dot(Pen),
    /// A thin line in the colour of text.
    Zero,
    /// The mark of the worst place.
    Worst,
    /// Where the shock stands.
    Shock,
    /// An ordinary day's band.
    Band,
    /// A gain's bar.
    Base,
    /// A shocked bar.
    Shocked,
}

/// A sign and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendItem {
    /// The sign.
    pub sign: Sign,
    /// What it stands for.
    pub label: String,
}

impl LegendItem {
    /// A sign and what it stands for.
    pub fn new(sign: Sign, label: impl Into<String>) -> LegendItem {
        LegendItem { sign, label: label.into() }
    }
}

/// The key as a list.
pub fn legend(items: Vec<LegendItem>) -> impl IntoView {
    let item = |item: LegendItem| {
        let sign = match item.sign {
            Sign::Series(pen) => swatch(pen).into_any(),
            Sign::Dot(pen) => view! { <i class=format!("chart__sign chart__sign--dot chart__pen--{}", pen.colour + 1)></i> }.into_any(),
            Sign::Zero => view! { <i class="chart__sign chart__sign--zero"></i> }.into_any(),
            Sign::Worst => view! { <i class="chart__sign chart__sign--worst"></i> }.into_any(),
            Sign::Shock => view! { <i class="chart__sign chart__sign--shock"></i> }.into_any(),
            Sign::Band => view! { <i class="chart__sign chart__sign--band"></i> }.into_any(),
            Sign::Base => view! { <i class="chart__sign chart__sign--base"></i> }.into_any(),
            Sign::Shocked => view! { <i class="chart__sign chart__sign--shocked"></i> }.into_any(),
        };
        view! { <li class="chart__key-item">{sign} {item.label}</li> }
    };
    view! { <ul class="chart__key">{items.into_iter().map(item).collect_view()}</ul> }
}

/// A stroke of a series' pen.
pub fn swatch(pen: Pen) -> impl IntoView {
    let dash = match pen.dash {
        Dash::Solid => "",
        Dash::Dashed => " chart__pen--dashed",
        Dash::Dotted => " chart__pen--dotted",
    };
    let thick = if pen.is_thick { " chart__pen--thick" } else { "" };
    view! { <i class=format!("chart__pen chart__pen--{}{dash}{thick}", pen.colour + 1)></i> }
}
