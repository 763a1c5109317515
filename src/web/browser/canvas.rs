//! A canvas in device pixels, and the plotters backend that draws on it.
//!
//! plotters counts in whole pixels, which makes curves step at a density of 1. The backend therefore counts in [`FINE`]ths of a CSS
//! pixel and lets the canvas scale down: curves lie where they belong, and no drawing code knows the density.

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData};

/// Units of the backend per CSS pixel.
pub const FINE: f64 = 32.0;

/// Largest width or height of a canvas, device pixels: beyond, some browsers show nothing.
const MAX_SIDE: f64 = 8192.0;

/// Device pixels per CSS pixel.
pub fn density() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(0.5, 8.0)
}

/// A canvas of a size in CSS pixels at a density, cleared.
pub struct Surface {
    /// The canvas.
    pub canvas: HtmlCanvasElement,
    /// Its context.
    pub context: CanvasRenderingContext2d,
    /// Width, CSS pixels.
    pub width: f64,
    /// Height, CSS pixels.
    pub height: f64,
    /// Device pixels per CSS pixel.
    pub density: f64,
}

impl Surface {
    /// Fits a canvas of the page to a size. The backing store is made anew only when its size changes.
    pub fn fit(canvas: &HtmlCanvasElement, width: f64, height: f64, density: f64) -> Option<Surface> {
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let side = |length: f64| (length * density).round().clamp(1.0, MAX_SIDE) as u32;
        if (canvas.width(), canvas.height()) != (side(width), side(height)) {
            canvas.set_width(side(width));
            canvas.set_height(side(height));
            // `HtmlElement::style` by name: tachys has a trait method of the same name.
            let style = HtmlElement::style(canvas);
            for (name, side) in [("width", side(width)), ("height", side(height))] {
                // A valid property with a valid value is never refused.
                let _ = style.set_property(name, &format!("{}px", f64::from(side) / density));
            }
        }
        let surface = Surface { canvas: canvas.clone(), context, width, height, density };
        surface.clear();
        surface.shift(0.0, 0.0);
        Some(surface)
    }

    /// A canvas outside of the page.
    pub fn detached(width: f64, height: f64, density: f64) -> Option<Surface> {
        Surface::fit(&detached_canvas()?, width, height, density)
    }

    /// Moves the origin, CSS pixels from the upper left corner.
    pub fn shift(&self, x: f64, y: f64) {
        let scale = self.density / FINE;
        // Fails only for numbers that are not finite.
        let _ = self.context.set_transform(scale, 0.0, 0.0, scale, (x * self.density).round(), (y * self.density).round());
    }

    fn clear(&self) {
        // Resetting to device pixels cannot fail.
        let _ = self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, f64::from(self.canvas.width()), f64::from(self.canvas.height()));
    }

    /// The plotters backend of this surface.
    pub fn backend(&self) -> Option<FineBackend> {
        let inner = CanvasBackend::with_canvas_object(self.canvas.clone())?;
        let size = ((self.width * FINE) as u32, (self.height * FINE) as u32);
        Some(FineBackend { inner, context: self.context.clone(), size })
    }

    /// Paints pixels, four bytes each, into a rectangle of CSS pixels; each becomes an even tile.
    pub fn tiles(&self, pixels: &[u8], columns: u32, rows: u32, (left, top, width, height): (f64, f64, f64, f64)) -> Option<()> {
        let canvas = detached_canvas()?;
        canvas.set_width(columns);
        canvas.set_height(rows);
        let small: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), columns, rows).ok()?;
        small.put_image_data(&image, 0.0, 0.0).ok()?;
        self.context.set_image_smoothing_enabled(false);
        let [left, top, width, height] = [left, top, width, height].map(|length| length * FINE);
        self.context.draw_image_with_html_canvas_element_and_dw_and_dh(&canvas, left, top, width, height).ok()
    }
}

fn detached_canvas() -> Option<HtmlCanvasElement> {
    web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()
}

/// plotters on a [`Surface`]. The text size comes from the canvas; plotters-canvas would insert a styled element into the page,
/// which the page's content security policy forbids.
pub struct FineBackend {
    inner: CanvasBackend,
    context: CanvasRenderingContext2d,
    size: (u32, u32),
}

type Outcome<T> = Result<T, DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;

impl DrawingBackend for FineBackend {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome<()> {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Outcome<()> {
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome<()> {
        self.inner.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome<()> {
        self.inner.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Outcome<()> {
        self.inner.draw_rect(from, to, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome<()> {
        self.inner.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Outcome<()> {
        self.inner.draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome<()> {
        self.inner.fill_polygon(path, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome<()> {
        self.inner.draw_text(text, style, at)
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, text: &str, style: &S) -> Outcome<(u32, u32)> {
        self.context.set_font(&format!("{} {}px {}", style.style().as_str(), style.size(), style.family().as_str()));
        match self.context.measure_text(text) {
            Ok(measured) => {
                let height = measured.font_bounding_box_ascent() + measured.font_bounding_box_descent();
                Ok((measured.width().ceil() as u32, height.ceil() as u32))
            }
            Err(_) => self.inner.estimate_text_size(text, style),
        }
    }
}
