//! Curves and points over one axis, as [`crate::view::chart::plot`] lays them out.

use crate::view::chart::plot::{Layout, Plot, PlotSeries, Shape, within};
use crate::view::chart::reading::Reading;
use crate::view::chart::scale::{LABEL, Rect, Tick};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::laid_out::{Drawn, told};
use crate::web::chart::legend::{LegendItem, Sign};
use crate::web::chart::stage::{Frame, Marks, Place, along};

impl Drawn for Plot {
    type Layout = Layout;

    told!();

    fn placed(&self, frame: Frame) -> Layout {
        self.layout(frame.width, frame.height, frame.density)
    }

    fn draw(&self, ink: &Ink, layout: &Layout) {
        paint_axes(self, ink, layout);
        for series in &self.series {
            paint_series(self, ink, layout, series);
        }
        let mut top = layout.plot.top - 5.0;
        for upright in &self.uprights {
            let colour = if upright.is_shock { ink.theme.accent } else { ink.theme.text_3 };
            let x = layout.x.at(upright.at);
            if layout.x.holds(upright.at) {
                ink.upright(x, (layout.plot.top, layout.strip.bottom()), Stroke::new(colour, 1.0).dashed(&[4.0, 4.0]));
                let half = ink.text_width(&upright.label, LABEL) / 2.0;
                let middle = x.clamp(layout.plot.left + half, (layout.plot.right() - half).max(layout.plot.left + half));
                ink.text(&upright.label, (middle, top), Anchor::Bottom, Type { size: LABEL, colour, is_bold: false });
                top += 17.0;
            }
        }
    }

    fn draw_marks(&self, ink: &Ink, layout: &Layout, _: Marks, pointed: Option<Place>) {
        let Some(stop) = pointed.and_then(|(stop, _)| self.stops.get(stop)) else { return };
        let x = layout.x.at(stop.at);
        ink.upright(x, (layout.plot.top, layout.strip.bottom()), Stroke::new(ink.theme.text, 1.0).faint(0.6));
        for (series, value) in self.values(stop) {
            if let Some(scale) = self.scale(layout, series).filter(|scale| scale.holds(value)) {
                ink.dot((x, scale.at(value)), 5.0, ink.theme.ink_1);
                ink.dot((x, scale.at(value)), 3.5, ink.theme.series(series.pen.colour));
            }
        }
    }

    fn at(&self, layout: &Layout, x: f64, y: f64) -> Option<Place> {
        Some((self.hit(layout, x, y)?, 0))
    }

    fn walk(&self, from: Option<Place>, _: Marks, key: &str) -> Option<Place> {
        let begin = || self.uprights.first().and_then(|upright| self.nearest(upright.at)).unwrap_or(0);
        along(key, from, self.stops.len(), begin)
    }

    fn read(&self, layout: &Layout, (stop, _): Place) -> Option<Reading> {
        self.reading(layout, stop)
    }

    fn signs(&self) -> Vec<LegendItem> {
        let item = |series: &PlotSeries| {
            let sign = match series.shape {
                Shape::Line => Sign::Series(series.pen),
                Shape::Dots => Sign::Dot(series.pen),
                Shape::Thin | Shape::Bars => return None,
            };
            Some(LegendItem::new(sign, series.name.clone()))
        };
        // The stretches of one line, and its dots, have one name.
        let mut told: Vec<&PlotSeries> = Vec::new();
        for series in &self.series {
            if matches!(series.shape, Shape::Line | Shape::Dots) && told.iter().all(|before| before.name != series.name) {
                told.push(series);
            }
        }
        told.into_iter().filter_map(item).collect()
    }
}

fn paint_series(model: &Plot, ink: &Ink, layout: &Layout, series: &PlotSeries) {
    let Some(scale) = model.scale(layout, series) else { return };
    let at = |(x, y): (f64, f64)| (layout.x.at(x), scale.at(y));
    let inside = |(x, y): &(f64, f64)| layout.x.holds(*x) && scale.holds(*y);
    let stroke = ink.pen(series.pen);
    match series.shape {
        Shape::Line | Shape::Thin => {
            let stroke = if series.shape == Shape::Thin { Stroke { width: 1.0, ..stroke.faint(0.45) } } else { stroke };
            for piece in within(&series.points, (scale.low, scale.high)) {
                ink.path(piece.into_iter().map(at), stroke);
            }
        }
        Shape::Dots => {
            for point in series.points.iter().filter(|point| inside(point)) {
                ink.dot(at(*point), 4.0, ink.theme.ink_1);
                ink.dot(at(*point), 2.75, stroke.colour);
            }
        }
        Shape::Bars => {
            let zero = scale.at(0.0);
            for (x, y) in series.points.iter().filter(|point| inside(point)).map(|point| at(*point)) {
                ink.path([(x, zero), (x, y)], Stroke { width: 2.0, ..stroke });
            }
        }
    }
}

fn paint_axes(model: &Plot, ink: &Ink, layout: &Layout) {
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    let quiet = Type { colour: ink.theme.text_3, ..label };
    let hair = ink.hair(ink.theme.line);
    let levels = |marks: Vec<Tick>, rect: Rect| {
        for mark in marks {
            ink.level(mark.at, (rect.left, rect.right()), hair);
            ink.text(&mark.label, (rect.left - 8.0, mark.at), Anchor::Right, label);
        }
    };
    levels(model.y_ticks(layout), layout.plot);
    levels(model.strip_ticks(layout), layout.strip);
    let foot = layout.strip.bottom();
    for mark in model.x_ticks(layout) {
        ink.upright(mark.at, (layout.plot.top, layout.plot.bottom()), hair.faint(0.5));
        ink.upright(mark.at, (layout.strip.top, foot), hair.faint(0.5));
        ink.upright(mark.at, (foot, foot + 4.0), ink.hair(ink.theme.line_strong));
        ink.text(&mark.label, (mark.at, foot + 8.0), Anchor::Top, label);
    }
    ink.text(&model.y.title, (2.0, 8.0), Anchor::Left, quiet);
    if let (Some(axis), Some(scale)) = (&model.below, layout.below) {
        ink.text(&axis.title, (2.0, layout.strip.top - 16.0), Anchor::Left, quiet);
        ink.level(scale.at(0.0), (layout.strip.left, layout.strip.right()), Stroke::new(ink.theme.text_3, 1.0));
    }
    ink.text(&model.x.title, (layout.plot.left + layout.plot.width / 2.0, foot + 22.0), Anchor::Top, quiet);
}
