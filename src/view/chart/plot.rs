//! Curves and points over one axis, with a strip of a second measure below: what a chart that is laid out elsewhere arrives as.
//!
//! Invariant: plain data, which an analysis lays out wherever it runs; the page adds only where things lie on its own width. What a
//! stop says is what its table says.

use crate::view::chart::reading::{Line, Pen, Reading, Tone};
use crate::view::chart::scale::{LABEL, Rect, Scale, Tick, text_width, ticks, without_overlap};
use crate::view::chart::table::DataTable;
use crate::view::chart::text::{self, Measure};
use serde::{Deserialize, Serialize};

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What it measures, with its unit.
    pub title: String,
    /// How its values are written.
    pub measure: Measure,
    /// Its ends.
    pub range: (f64, f64),
    /// Its ticks where they are not simply round, the most important first; none for round ones.
    pub ticks: Vec<(f64, String)>,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// A line through its points.
    Line,
    /// A thin line in the background, told by no stop.
    Thin,
    /// A dot at each point.
    Dots,
    /// A bar from 0 to each point.
    Bars,
}

/// A series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlotSeries {
    /// Its name.
    pub name: String,
    /// How it is drawn.
    pub pen: Pen,
    /// As what.
    pub shape: Shape,
    /// Whether it stands in the strip below.
    pub is_below: bool,
    /// Its points, by x; a stop tells those at its own x.
    pub points: Vec<(f64, f64)>,
}

/// An upright line with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upright {
    /// Where.
    pub at: f64,
    /// Its name.
    pub label: String,
    /// Whether it comes of what the user has set.
    pub is_shock: bool,
}

/// A place that the crosshair stops at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Where.
    pub at: f64,
    /// What it is.
    pub head: String,
    /// What else is known of it.
    pub note: String,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plot {
    /// What is plotted.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Conventions, in one line.
    pub sub: String,
    /// The axis below.
    pub x: Axis,
    /// The axis of the curves.
    pub y: Axis,
    /// The axis of the strip, where there is one.
    pub below: Option<Axis>,
    /// From the background to the front.
    pub series: Vec<PlotSeries>,
    /// Upright lines.
    pub uprights: Vec<Upright>,
    /// Where the crosshair stops, by x.
    pub stops: Vec<Stop>,
    /// The picture in words.
    pub summary: String,
    /// What is behind it.
    pub table: DataTable,
}

/// Where everything lies, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The curves.
    pub plot: Rect,
    /// The strip; of no height where there is none.
    pub strip: Rect,
    /// The axis below.
    pub x: Scale,
    /// The axis of the curves.
    pub y: Scale,
    /// The axis of the strip.
    pub below: Option<Scale>,
}

/// Room above the curves, and of the axis below, CSS pixels.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 38.0;
/// Height of a strip and of the room above it, CSS pixels.
const STRIP: f64 = 64.0;
const GAP: f64 = 34.0;

impl Plot {
    /// Height that the chart wants.
    pub fn height(&self, width: f64) -> f64 {
        TOP + (width * 0.42).clamp(210.0, 300.0) + self.below.as_ref().map_or(0.0, |_| STRIP + GAP) + BOTTOM
    }

    /// Where everything lies.
    pub fn layout(&self, width: f64, height: f64, density: f64) -> Layout {
        let snap = |edge: f64| (edge * density).round() / density;
        let widest = |axis: &Axis| {
            let most = ticks(axis.range.0, axis.range.1, 9);
            text::ticks(axis.measure, &most).iter().map(|label| text_width(label, LABEL)).fold(0.0, f64::max)
        };
        let left = snap(widest(&self.y).max(self.below.as_ref().map_or(0.0, widest)).max(24.0) + 12.0);
        let plot_width = snap((width - left - 18.0).max(40.0));
        let below = if self.below.is_some() { STRIP + GAP } else { 0.0 };
        let plot = Rect { left, top: TOP, width: plot_width, height: snap((height - TOP - BOTTOM - below).max(40.0)) };
        let strip = if self.below.is_some() {
            Rect { left, top: plot.bottom() + GAP, width: plot_width, height: STRIP }
        } else {
            Rect { left, top: plot.bottom(), width: plot_width, height: 0.0 }
        };
        let x = Scale { low: self.x.range.0, high: self.x.range.1, from: plot.left, to: plot.right() };
        let upright = |axis: &Axis, rect: Rect| Scale { low: axis.range.0, high: axis.range.1, from: rect.bottom(), to: rect.top };
        Layout { plot, strip, x, y: upright(&self.y, plot), below: self.below.as_ref().map(|axis| upright(axis, strip)) }
    }

    /// Ticks of the axis below.
    pub fn x_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let most = ((layout.plot.width / 62.0) as usize).clamp(3, 11);
        spaced(&self.x, layout.x, most)
    }

    /// Ticks of the curves' axis.
    pub fn y_ticks(&self, layout: &Layout) -> Vec<Tick> {
        spaced(&self.y, layout.y, ((layout.plot.height / 30.0) as usize).clamp(3, 9))
    }

    /// Ticks of the strip's axis.
    pub fn strip_ticks(&self, layout: &Layout) -> Vec<Tick> {
        self.below.as_ref().zip(layout.below).map_or_else(Vec::new, |(axis, scale)| spaced(axis, scale, 3))
    }

    /// The scale of a series.
    pub fn scale(&self, layout: &Layout, series: &PlotSeries) -> Option<Scale> {
        if series.is_below { layout.below } else { Some(layout.y) }
    }

    /// The stop nearest to a pixel.
    pub fn hit(&self, layout: &Layout, x: f64, y: f64) -> Option<usize> {
        let is_inside = layout.plot.holds(x, y) || layout.strip.holds(x, y);
        is_inside.then(|| self.nearest(layout.x.value(x))).flatten()
    }

    /// The stop nearest to a value.
    pub fn nearest(&self, x: f64) -> Option<usize> {
        let distance = |(_, stop): &(usize, &Stop)| (stop.at - x).abs();
        self.stops.iter().enumerate().min_by(|one, other| distance(one).total_cmp(&distance(other))).map(|(index, _)| index)
    }

    /// The values at a stop: series, value.
    pub fn values(&self, stop: &Stop) -> impl Iterator<Item = (&PlotSeries, f64)> {
        let told = self.series.iter().filter(|series| series.shape != Shape::Thin);
        told.filter_map(|series| Some((series, series.points.iter().find(|(x, _)| *x == stop.at)?.1)))
    }

    /// What a stop says.
    pub fn reading(&self, layout: &Layout, index: usize) -> Option<Reading> {
        let stop = self.stops.get(index)?;
        let measure = |series: &PlotSeries| self.below.as_ref().filter(|_| series.is_below).map_or(self.y.measure, |axis| axis.measure);
        let lines = self.values(stop).map(|(series, value)| Line {
            pen: Some(series.pen),
            label: series.name.clone(),
            value: text::value(measure(series), value),
            tone: Tone::Plain,
        });
        let heights = self.values(stop).filter(|(series, _)| !series.is_below);
        let (sum, count) = heights.fold((0.0, 0.0), |(sum, count), (_, value)| (sum + layout.y.at(value), count + 1.0));
        let is_high = count > 0.0 && sum / count < layout.plot.top + layout.plot.height / 2.0;
        let y = if is_high { layout.strip.bottom() } else { layout.plot.top };
        Some(Reading { head: stop.head.clone(), note: stop.note.clone(), lines: lines.collect(), at: (layout.x.at(stop.at), y) })
    }
}

/// An axis' own ticks, those that have room, or round ones.
fn spaced(axis: &Axis, scale: Scale, most: usize) -> Vec<Tick> {
    let tick = |at: f64, label: String| Tick { at: scale.at(at), label, level: String::new() };
    if axis.ticks.is_empty() {
        let round = ticks(scale.low, scale.high, most);
        return text::ticks(axis.measure, &round).into_iter().zip(round).map(|(label, at)| tick(at, label)).collect();
    }
    let own = axis.ticks.iter().filter(|(at, _)| scale.holds(*at));
    let all: Vec<Tick> = own.map(|(at, label)| tick(*at, label.clone())).collect();
    let boxes: Vec<(f64, f64)> = all.iter().map(|tick| (tick.at, text_width(&tick.label, LABEL))).collect();
    all.into_iter().zip(without_overlap(&boxes, 6.0)).filter_map(|(tick, is_free)| is_free.then_some(tick)).collect()
}

/// The parts of a line of points that lie within a band, cut where it leaves it.
pub fn within(points: &[(f64, f64)], (low, high): (f64, f64)) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut open: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for point in points.iter().copied() {
        let is_inside = |(_, y): (f64, f64)| (low..=high).contains(&y);
        // Where the line between two points meets an end of the band.
        let edge = |inside: (f64, f64), outside: (f64, f64)| {
            let end = if outside.1 > high { high } else { low };
            (inside.0 + (outside.0 - inside.0) * ((end - inside.1) / (outside.1 - inside.1)), end)
        };
        match before {
            Some(last) if is_inside(point) && !is_inside(last) => open.push(edge(point, last)),
            Some(last) if !is_inside(point) && is_inside(last) => {
                open.push(edge(last, point));
                pieces.push(std::mem::take(&mut open));
            }
            _ => {}
        }
        if is_inside(point) {
            open.push(point);
        }
        before = Some(point);
    }
    pieces.push(open);
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// Ends that hold these values with some room at both.
pub fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    match high - low {
        span if span > 0.0 => (low - 0.06 * span, high + 0.06 * span),
        _ if low.is_finite() && low != 0.0 => (low - 0.1 * low.abs(), low + 0.1 * low.abs()),
        _ => (-1.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves_the_band() {
        let points = [(0.0, 2.0), (1.0, 0.0), (2.0, 0.5), (3.0, -1.5), (4.0, 0.5)];
        let pieces = within(&points, (-1.0, 1.0));
        assert_eq!(pieces, [vec![(0.5, 1.0), (1.0, 0.0), (2.0, 0.5), (2.75, -1.0)], vec![(3.25, -1.0), (4.0, 0.5)]]);
        assert!(within(&[(0.0, 5.0), (1.0, 6.0)], (-1.0, 1.0)).is_empty());
    }

    #[test]
    fn a_range_holds_its_values_and_is_never_empty() {
        assert_eq!(range([1.0, 2.0].into_iter()), (0.94, 2.06));
        assert_eq!(range([2.0].into_iter()), (1.8, 2.2));
        assert_eq!(range([0.0].into_iter()), (-1.0, 1.0));
        assert_eq!(range([f64::NAN].into_iter()), (-1.0, 1.0));
    }
}
