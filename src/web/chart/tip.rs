//! The tooltip of a chart.

use crate::view::chart::reading::{Line, Reading, Tone};
use crate::web::chart::legend::swatch;
use crate::web::chart::stage::Frame;
use leptos::prelude::*;

/// Exact values beside a point, on the side where there is room. A screen reader hears them from the stage's live region.
pub fn tip(reading: Reading, frame: Frame) -> impl IntoView {
    let (x, y) = reading.at;
    let is_left = x > frame.width * 0.55;
    let is_above = y > frame.height * 0.6;
    view! {
        <div
            class="chart__tip"
            class:chart__tip--left=is_left
            class:chart__tip--above=is_above
            style:left=format!("{x}px")
            style:top=format!("{y}px")
            aria-hidden="true"
        >
            <p class="chart__tip-head">
                {reading.head} {(!reading.note.is_empty()).then(|| view! { <span class="chart__tip-note">{reading.note}</span> })}
            </p>
            {reading.lines.into_iter().map(line).collect_view()}
        </div>
    }
}

fn line(line: Line) -> impl IntoView {
    let tone = match line.tone {
        Tone::Plain => "chart__tip-value",
        Tone::Gain => "chart__tip-value chart__tip-value--gain",
        Tone::Loss => "chart__tip-value chart__tip-value--loss",
        Tone::Shock => "chart__tip-value chart__tip-value--shock",
    };
    view! {
        <p class="chart__tip-line">
            {line.pen.map(swatch)}
            {(!line.label.is_empty()).then(|| view! { <span class="chart__tip-label">{line.label}</span> })}
            <span class=tone>{line.value}</span>
        </p>
    }
}
