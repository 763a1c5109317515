//! Names with bars, one below the other, as [`crate::view::chart::ranked`] lays them out.

use crate::view::chart::ranked::{GAP, Layout, Ranked, TEXT};
use crate::view::chart::reading::{Reading, Tone};
use crate::web::chart::ink::{Anchor, Ink, Stroke, Type};
use crate::web::chart::laid_out::{Drawn, told};
use crate::web::chart::stage::{Frame, Marks, Place, down};

impl Drawn for Ranked {
    type Layout = Layout;

    told!();

    fn placed(&self, frame: Frame) -> Layout {
        self.layout(frame.width, frame.height)
    }

    fn draw(&self, ink: &Ink, layout: &Layout) {
        let kind = Type { size: TEXT, colour: ink.theme.text, is_bold: false };
        let zero = layout.value.at(0.0);
        for (place, row) in self.rows.iter().enumerate() {
            let slot = self.slot(layout, place);
            if place > 0 {
                ink.level(slot.top, (0.0, layout.width), ink.hair(ink.theme.line).faint(0.6));
            }
            ink.upright(zero, (slot.top + layout.head, slot.bottom()), Stroke::new(ink.theme.text_3, 1.0));
            let middle = if layout.head > 0.0 { layout.head / 2.0 + 2.0 } else { slot.height / 2.0 };
            ink.text(&self.name(layout, place), (2.0, slot.top + middle), Anchor::Left, kind);
            for (index, bar) in row.bars.iter().enumerate() {
                let Some(rect) = self.bar(layout, place, index) else { continue };
                let is_loss = bar.value() < 0.0;
                let toned = match bar.tone() {
                    Tone::Loss => ink.theme.loss,
                    // Nothing gained or lost by itself.
                    Tone::Plain if bar.written.is_some() => ink.theme.text_2,
                    Tone::Plain | Tone::Gain | Tone::Shock => ink.theme.gain,
                };
                ink.fill(rect, if row.is_sum { ink.theme.text_2 } else { toned }, 1.0);
                let middle = rect.top + rect.height / 2.0;
                let (x, anchor) = if is_loss { (rect.left - GAP, Anchor::Right) } else { (rect.right() + GAP, Anchor::Left) };
                ink.text(&bar.text(), (x, middle), anchor, kind);
                // From bar to bar, but not through a name.
                if self.is_running && place + 1 < self.rows.len() {
                    let (x, hair) = (layout.value.at(bar.to), ink.hair(ink.theme.text_3));
                    ink.upright(x, (middle, slot.bottom()), hair);
                    ink.upright(x, (slot.bottom() + layout.head, middle + layout.step), hair);
                }
            }
        }
        let bottom = self.slot(layout, self.rows.len()).top + 12.0;
        ink.text(&self.foot(), (2.0, bottom), Anchor::Left, Type { colour: ink.theme.text_2, ..kind });
    }

    fn draw_marks(&self, ink: &Ink, layout: &Layout, (_, chosen): Marks, pointed: Option<Place>) {
        if (chosen as usize) < self.rows.len() {
            ink.outline(self.slot(layout, chosen as usize), Stroke::new(ink.theme.accent, 2.0));
        }
        if let Some((_, row)) = pointed.filter(|(_, row)| *row < self.rows.len()) {
            ink.fill(self.slot(layout, row), ink.theme.text, 0.06);
        }
    }

    fn at(&self, layout: &Layout, _: f64, y: f64) -> Option<Place> {
        Some((0, self.hit(layout, y)?))
    }

    fn walk(&self, from: Option<Place>, (_, chosen): Marks, key: &str) -> Option<Place> {
        let begin = if chosen.is_finite() { chosen as usize } else { 0 };
        Some((0, down(key, from.map(|(_, row)| row), self.rows.len(), begin)?))
    }

    fn read(&self, layout: &Layout, (_, row): Place) -> Option<Reading> {
        self.reading(layout, row)
    }
}
