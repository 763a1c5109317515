//! Parts of a whole as areas, as [`crate::view::chart::treemap`] lays them out.

use crate::view::chart::reading::Reading;
use crate::view::chart::scale::{LABEL, Rect};
use crate::view::chart::treemap::{Layout, Treemap};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::laid_out::{Drawn, told};
use crate::web::chart::stage::{Frame, Marks, Place};

/// From the upper left corner of a rectangle to the middle of the first line in it, and from line to line, CSS pixels.
const INSET: (f64, f64) = (5.0, 10.0);
const LINE: f64 = 14.0;

impl Drawn for Treemap {
    type Layout = Layout;

    told!();

    fn placed(&self, frame: Frame) -> Layout {
        self.layout(frame.width, frame.height, frame.density)
    }

    fn draw(&self, ink: &Ink, layout: &Layout) {
        let limit = self.limit();
        for block in &layout.blocks {
            let shade = ink.theme.diverging.at(if limit > 0.0 { block.value / limit } else { 0.0 });
            ink.fill(block.rect, shade, 1.0);
            ink.outline(block.rect, ink.hair(ink.theme.ink_1).faint(0.7));
            let colour = shade.legible(ink.theme.text, ink.theme.ink_0);
            let mut y = block.rect.top + INSET.1;
            for (text, is_bold) in self.label(block) {
                ink.text(&text, (block.rect.left + INSET.0, y), Anchor::Left, Type { size: LABEL, colour, is_bold });
                y += LINE;
            }
        }
        for (_, frame) in &layout.frames {
            ink.outline(*frame, Stroke::new(ink.theme.ink_1, 3.0));
        }
        paint_scale(self, ink, layout);
    }

    fn draw_marks(&self, ink: &Ink, layout: &Layout, (item, group): Marks, pointed: Option<Place>) {
        let framed = |rect: Rect, halo: Stroke, line: Stroke| {
            ink.outline(rect, halo);
            ink.outline(rect, line);
        };
        if (group as usize) < self.groups.len() {
            let of_group = layout.frames.iter().find(|(place, _)| *place == group as usize).map(|(_, rect)| *rect);
            let of_item = || self.block(layout, (item as usize, group as usize)).map(|block| block.rect);
            let chosen = if item.is_finite() {
                of_item()
            } else {
                of_group.or_else(|| self.block(layout, (0, group as usize)).map(|block| block.rect))
            };
            if let Some(rect) = chosen {
                framed(rect, Stroke::new(ink.theme.ink_0, 5.0), Stroke::new(ink.theme.accent, 2.5));
            }
        }
        if let Some(block) = pointed.and_then(|place| self.block(layout, place)) {
            framed(block.rect, Stroke::new(ink.theme.ink_0, 3.0), Stroke::new(ink.theme.text, 1.5));
        }
    }

    fn at(&self, layout: &Layout, x: f64, y: f64) -> Option<Place> {
        self.hit(layout, x, y)
    }

    fn walk(&self, from: Option<Place>, (item, group): Marks, key: &str) -> Option<Place> {
        match from {
            Some(from) => self.step(from, key),
            // A key that means nothing here leads nowhere from anywhere.
            None => {
                self.step((0, 0), key)?;
                let chosen = (if item.is_finite() { item as usize } else { 0 }, if group.is_finite() { group as usize } else { 0 });
                Some(if self.item(chosen).is_some() { chosen } else { (0, 0) })
            }
        }
    }

    fn read(&self, layout: &Layout, place: Place) -> Option<Reading> {
        self.reading(layout, place)
    }
}

fn paint_scale(model: &Treemap, ink: &Ink, layout: &Layout) {
    let scale = layout.scale;
    let shades: Vec<_> = (0..=96).map(|step| Some(ink.theme.diverging.at(f64::from(step) / 48.0 - 1.0))).collect();
    ink.tiles(scale, shades.len(), &shades);
    let label = Type { size: LABEL, colour: ink.theme.text_2, is_bold: false };
    for tick in model.scale_ticks(layout) {
        ink.upright(tick.at, (scale.bottom(), scale.bottom() + 4.0), ink.hair(ink.theme.line_strong));
        ink.text(&tick.label, (tick.at, scale.bottom() + 6.0), Anchor::Top, label);
    }
}
