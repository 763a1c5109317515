//! Drawing verbs in CSS pixels and theme colours, on plotters.
//!
//! A canvas that refuses a stroke cannot be helped and shows itself; failures of single strokes are therefore let go here, and
//! nowhere else.

use crate::view::chart::colour::Rgb;
use crate::view::chart::reading::Pen;
use crate::view::chart::scale::{Rect, Scale};
use crate::web::browser::canvas::{FINE, FineBackend, Surface};
use crate::web::browser::css_tokens::ChartTheme;
use plotters::coord::Shift;
use plotters::prelude::{ChartBuilder, Circle, DrawingArea, IntoDrawingArea, LineSeries, PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters_backend::BackendColor;

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    /// Its colour.
    pub colour: Rgb,
    /// 1 is opaque.
    pub alpha: f64,
    /// CSS pixels.
    pub width: f64,
    /// Stroke and gap, CSS pixels.
    pub dash: &'static [f64],
}

impl Stroke {
    /// An opaque solid line.
    pub fn new(colour: Rgb, width: f64) -> Stroke {
        Stroke { colour, alpha: 1.0, width, dash: &[] }
    }

    /// The same, less opaque.
    pub fn faint(self, alpha: f64) -> Stroke {
        Stroke { alpha, ..self }
    }

    /// The same, dashed.
    pub fn dashed(self, dash: &'static [f64]) -> Stroke {
        Stroke { dash, ..self }
    }
}

/// Where a text lies to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// To the right of it, halfway up.
    Left,
    /// To the left of it, halfway up.
    Right,
    /// Around it, below.
    Top,
    /// Around it, above.
    Bottom,
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// CSS pixels.
    pub size: f64,
    /// Its colour.
    pub colour: Rgb,
    /// Bold.
    pub is_bold: bool,
}

/// A pen on a surface.
pub struct Ink<'a> {
    area: DrawingArea<FineBackend, Shift>,
    surface: &'a Surface,
    /// The colours.
    pub theme: &'a ChartTheme,
}

fn fine(length: f64) -> i32 {
    (length * FINE).round() as i32
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (fine(x), fine(y))
}

fn rgba(colour: Rgb, alpha: f64) -> RGBAColor {
    RGBAColor(colour.r, colour.g, colour.b, alpha)
}

impl<'a> Ink<'a> {
    /// A pen on a surface.
    pub fn new(surface: &'a Surface, theme: &'a ChartTheme) -> Option<Ink<'a>> {
        surface.context.set_line_join("round");
        Some(Ink { area: surface.backend()?.into_drawing_area(), surface, theme })
    }

    fn style(&self, stroke: Stroke) -> ShapeStyle {
        let dash: js_sys::Array = stroke.dash.iter().map(|length| wasm_bindgen::JsValue::from_f64(length * FINE)).collect();
        let _ = self.surface.context.set_line_dash(&dash);
        ShapeStyle { color: rgba(stroke.colour, stroke.alpha), filled: false, stroke_width: fine(stroke.width).unsigned_abs() }
    }

    /// A line through points.
    pub fn path(&self, points: impl IntoIterator<Item = (f64, f64)>, stroke: Stroke) {
        let points: Vec<(i32, i32)> = points.into_iter().map(point).collect();
        let _ = self.area.draw(&PathElement::new(points, self.style(stroke)));
    }

    /// A filled shape.
    pub fn shape(&self, points: impl IntoIterator<Item = (f64, f64)>, colour: Rgb, alpha: f64) {
        let points: Vec<(i32, i32)> = points.into_iter().map(point).collect();
        let style = ShapeStyle { color: rgba(colour, alpha), filled: true, stroke_width: 0 };
        let _ = self.area.draw(&Polygon::new(points, style));
    }

    /// A filled rectangle.
    pub fn fill(&self, rect: Rect, colour: Rgb, alpha: f64) {
        let style = ShapeStyle { color: rgba(colour, alpha), filled: true, stroke_width: 0 };
        let corners = [point((rect.left, rect.top)), point((rect.right(), rect.bottom()))];
        let _ = self.area.draw(&Rectangle::new(corners, style));
    }

    /// An outline, centred on the rectangle's edges.
    pub fn outline(&self, rect: Rect, stroke: Stroke) {
        let (left, top, right, bottom) = (rect.left, rect.top, rect.right(), rect.bottom());
        // Starts within an edge, so that the join at each corner is alike.
        let middle = (left + right) / 2.0;
        self.path([(middle, top), (right, top), (right, bottom), (left, bottom), (left, top), (middle, top)], stroke);
    }

    /// A disc.
    pub fn dot(&self, at: (f64, f64), radius: f64, colour: Rgb) {
        let style = ShapeStyle { color: rgba(colour, 1.0), filled: true, stroke_width: 0 };
        let _ = self.area.draw(&Circle::new(point(at), fine(radius), style));
    }

    /// A circle.
    pub fn ring(&self, at: (f64, f64), radius: f64, stroke: Stroke) {
        let _ = self.area.draw(&Circle::new(point(at), fine(radius), self.style(stroke)));
    }

    /// An upright line, sharp on the device's pixels.
    pub fn upright(&self, x: f64, (from, to): (f64, f64), stroke: Stroke) {
        let x = self.sharp(x, stroke.width);
        self.path([(x, from), (x, to)], stroke);
    }

    /// A level line, sharp on the device's pixels.
    pub fn level(&self, y: f64, (from, to): (f64, f64), stroke: Stroke) {
        let y = self.sharp(y, stroke.width);
        self.path([(from, y), (to, y)], stroke);
    }

    /// The middle of a line of whole device pixels nearest to a coordinate.
    fn sharp(&self, at: f64, width: f64) -> f64 {
        let density = self.surface.density;
        let is_odd = (width * density).round().max(1.0) % 2.0 == 1.0;
        if is_odd { ((at * density - 0.5).round() + 0.5) / density } else { (at * density).round() / density }
    }

    /// A line of one device pixel, or of one CSS pixel on a coarse screen.
    pub fn hair(&self, colour: Rgb) -> Stroke {
        Stroke::new(colour, (1.0 / self.surface.density).max(0.5).max((self.surface.density / 2.0).floor() / self.surface.density))
    }

    /// A text.
    pub fn text(&self, text: &str, at: (f64, f64), anchor: Anchor, kind: Type) {
        let (h_pos, v_pos) = match anchor {
            Anchor::Left => (HPos::Left, VPos::Center),
            Anchor::Right => (HPos::Right, VPos::Center),
            Anchor::Top => (HPos::Center, VPos::Top),
            Anchor::Bottom => (HPos::Center, VPos::Bottom),
        };
        let weight = if kind.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        let style = TextStyle {
            font: FontDesc::new(FontFamily::Name(&self.theme.sans), kind.size * FINE, weight),
            color: BackendColor { alpha: 1.0, rgb: (kind.colour.r, kind.colour.g, kind.colour.b) },
            pos: Pos::new(h_pos, v_pos),
        };
        let _ = self.area.draw_text(text, &style, point(at));
    }

    /// Width of a text, CSS pixels.
    pub fn text_width(&self, text: &str, size: f64) -> f64 {
        let font = FontDesc::new(FontFamily::Name(&self.theme.sans), size * FINE, FontStyle::Normal);
        let style = TextStyle { font, color: BackendColor { alpha: 1.0, rgb: (0, 0, 0) }, pos: Pos::new(HPos::Left, VPos::Top) };
        self.area.estimate_text_size(text, &style).map_or(0.0, |(width, _)| f64::from(width) / FINE)
    }

    /// A curve over two axes, as a plotters series.
    pub fn curve(&self, plot: Rect, x: Scale, y: Scale, points: impl IntoIterator<Item = (f64, f64)>, stroke: Stroke) {
        let area = self.area.clone().shrink(point((plot.left, plot.top)), point((plot.width, plot.height)));
        let Ok(mut chart) = ChartBuilder::on(&area).build_cartesian_2d(x.low..x.high, y.low..y.high) else { return };
        let _ = chart.draw_series(LineSeries::new(points, self.style(stroke)));
    }

    /// The stroke of a series.
    pub fn pen(&self, pen: Pen) -> Stroke {
        Stroke::new(self.theme.series(pen.colour), if pen.is_thick { 2.25 } else { 1.5 }).dashed(pen.dash.pattern())
    }

    /// Even tiles of colours, row after row from the top; `None` stays open.
    pub fn tiles(&self, rect: Rect, columns: usize, colours: &[Option<Rgb>]) {
        let pixels: Vec<u8> =
            colours.iter().flat_map(|colour| colour.map_or([0, 0, 0, 0], |colour| [colour.r, colour.g, colour.b, 255])).collect();
        let rows = colours.len() / columns.max(1);
        if let (Ok(columns), Ok(rows)) = (u32::try_from(columns), u32::try_from(rows)) {
            let _ = self.surface.tiles(&pixels, columns, rows, (rect.left, rect.top, rect.width, rect.height));
        }
    }
}
