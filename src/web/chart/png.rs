//! A chart as a picture file: title, conventions, the chart with its key, book and time; at least two device pixels to each.

use crate::view::chart::scale::{Rect, text_width};
use crate::web::browser::canvas::{Surface, density};
use crate::web::browser::css_tokens::ChartTheme;
use crate::web::browser::download;
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::legend::{LegendItem, Sign};
use crate::web::chart::stage::{Frame, Marks, Picture};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// What is printed around the chart.
pub struct Sheet {
    /// Quantity and unit.
    pub title: String,
    /// Conventions.
    pub sub: String,
    /// Book and time.
    pub stamp: String,
    /// Name of the file.
    pub file: String,
}

const WIDTH: f64 = 880.0;
const MARGIN: f64 = 24.0;
const HEADER: f64 = 70.0;
const LINE: f64 = 20.0;
const SUB_LINE: f64 = 17.0;

/// Draws the chart anew and offers it as a file.
pub fn save_png(picture: &dyn Picture, marks: Marks, sheet: &Sheet) {
    let Some(surface) = draw(picture, marks, sheet) else { return };
    let file = sheet.file.clone();
    let save = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            download::save_blob(&file, &blob);
        }
    });
    // Refused only for a canvas that holds foreign pictures; ours holds none.
    let _ = surface.canvas.to_blob(save.unchecked_ref());
}

fn draw(picture: &dyn Picture, marks: Marks, sheet: &Sheet) -> Option<Surface> {
    let theme = ChartTheme::of(&web_sys::window()?.document()?.document_element()?);
    let density = density().max(2.0);
    let inner = WIDTH - 2.0 * MARGIN;
    let sub = lines(&sheet.sub, inner);
    let header = HEADER + sub.len().saturating_sub(1) as f64 * SUB_LINE;
    let frame = Frame { width: inner, height: picture.height(inner).round(), density };
    let legend = picture.legend();
    let rows = rows(&legend, inner);
    let below = header + frame.height + 8.0;
    let height = below + rows as f64 * LINE + 34.0;
    let surface = Surface::detached(WIDTH, height, density)?;
    let ink = Ink::new(&surface, &theme)?;
    let kind = |size, colour| Type { size, colour, is_bold: false };
    ink.fill(Rect { left: 0.0, top: 0.0, width: WIDTH, height }, theme.ink_1, 1.0);
    ink.text(&sheet.title, (MARGIN, 30.0), Anchor::Left, Type { size: 16.0, colour: theme.text, is_bold: true });
    for (index, line) in sub.iter().enumerate() {
        ink.text(line, (MARGIN, 51.0 + index as f64 * SUB_LINE), Anchor::Left, kind(12.0, theme.text_2));
    }
    ink.text(&sheet.stamp, (MARGIN, height - 18.0), Anchor::Left, kind(11.0, theme.text_2));
    ink.text("Plimsoll", (WIDTH - MARGIN, height - 18.0), Anchor::Right, kind(11.0, theme.text_2));
    key(&ink, &legend, inner, (MARGIN, below));
    surface.shift(MARGIN, header);
    picture.paint(&ink, frame);
    picture.paint_marks(&ink, frame, marks, None);
    Some(surface)
}

/// Words laid out in lines.
fn lines(text: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if text_width(line, 12.0) + text_width(word, 12.0) * 1.1 < width * 1.15 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn item_width(item: &LegendItem) -> f64 {
    text_width(&item.label, 12.0) + 42.0
}

/// Upper left corner of each item, and how many lines they take.
fn places(legend: &[LegendItem], width: f64) -> Vec<(f64, usize)> {
    let (mut x, mut row) = (0.0, 0);
    let place = |item: &LegendItem| {
        let wide = item_width(item);
        if x > 0.0 && x + wide > width {
            (x, row) = (0.0, row + 1);
        }
        let place = (x, row);
        x += wide;
        place
    };
    legend.iter().map(place).collect()
}

fn rows(legend: &[LegendItem], width: f64) -> usize {
    places(legend, width).last().map_or(0, |(_, row)| row + 1)
}

fn key(ink: &Ink, legend: &[LegendItem], width: f64, (left, top): (f64, f64)) {
    for (item, (x, row)) in legend.iter().zip(places(legend, width)) {
        let (x, y) = (left + x, top + (row as f64 + 0.5) * LINE);
        sign(ink, item.sign, x, y);
        ink.text(&item.label, (x + 26.0, y), Anchor::Left, Type { size: 12.0, colour: ink.theme.text_2, is_bold: false });
    }
}

fn sign(ink: &Ink, sign: Sign, x: f64, y: f64) {
    let theme = ink.theme;
    let block = Rect { left: x + 2.0, top: y - 4.0, width: 16.0, height: 8.0 };
    match sign {
        Sign::Series(pen) => ink.path([(x, y), (x + 20.0, y)], ink.pen(pen)),
        Sign::Dot(pen) => ink.dot((x + 10.0, y), 3.0, theme.series(pen.colour)),
        Sign::Zero => ink.path([(x, y), (x + 20.0, y)], Stroke::new(theme.text, 1.25)),
        Sign::Worst => worst_mark(ink, (x + 10.0, y)),
        Sign::Shock => ink.outline(Rect { left: x + 5.0, top: y - 5.0, width: 10.0, height: 10.0 }, Stroke::new(theme.accent, 2.0)),
        Sign::Band => ink.fill(block, theme.text_3, 0.3),
        Sign::Base => ink.fill(block, theme.gain, 1.0),
        Sign::Shocked => ink.outline(block, Stroke::new(theme.accent, 1.5)),
    }
}

/// The mark of the worst place: a ring that stands on every shade.
pub fn worst_mark(ink: &Ink, at: (f64, f64)) {
    let (x, y) = at;
    let triangle = |size: f64| [(x - size, y - size * 0.75), (x + size, y - size * 0.75), (x, y + size)];
    ink.shape(triangle(6.0), ink.theme.ink_0, 1.0);
    ink.shape(triangle(4.0), ink.theme.text, 1.0);
}
