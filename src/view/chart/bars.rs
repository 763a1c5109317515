//! Signed bars of one measure by key, base and shocked side by side.

use crate::view::chart::ChartDef;
use crate::view::chart::reading::{Line, Reading, Tone};
use crate::view::chart::scale::{LABEL, Rect, Scale, text_width};
use crate::view::chart::table::{Cell, DataTable};

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "bars", label: "Bars", doc: "One measure by underlying or by expiry, as the market stands and under the shock." };

/// One key.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Underlying or expiry, as text.
    pub label: String,
    /// As the market stands.
    pub base: f64,
    /// Under the shock; absent without one.
    pub shocked: Option<f64>,
}

/// Which way bars grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// Sideways, a row for each key.
    #[default]
    Horizontal,
    /// Up and down, a column for each key, for time.
    Vertical,
}

/// Bars and what their reader needs.
#[derive(Clone, Debug)]
pub struct BarChart {
    /// In the order shown.
    pub bars: Vec<Bar>,
    /// Head of the keys.
    pub key_name: String,
    /// Unit of the measure.
    pub unit: String,
    /// Text of a value, signed, with its unit.
    pub format: fn(f64) -> String,
    /// Which way they grow.
    pub orientation: Orientation,
    /// Ends of the value axis; they hold 0.
    pub range: (f64, f64),
}

/// Where everything lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The bars.
    pub plot: Rect,
    /// Values, along the bars.
    pub value: Scale,
    /// Room of one key, across the bars.
    pub step: f64,
    /// Right edge of the printed base values; 0 where values stand elsewhere.
    pub base_edge: f64,
    /// Right edge of the printed shocked values.
    pub shocked_edge: f64,
    /// Whether printed values take a line of their own above the bars.
    pub is_narrow: bool,
}

impl BarChart {
    /// Lays bars out; `None` where there is none.
    pub fn new(bars: Vec<Bar>, key_name: String, unit: String, format: fn(f64) -> String, orientation: Orientation) -> Option<BarChart> {
        let values = || bars.iter().flat_map(|bar| [Some(bar.base), bar.shocked]).flatten().filter(|value| value.is_finite());
        let (low, high) = values().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let range = if high > low { (low, high) } else { (0.0, 1.0) };
        (!bars.is_empty()).then_some(BarChart { bars, key_name, unit, format, orientation, range })
    }

    /// Whether a shock is on.
    pub fn is_shocked(&self) -> bool {
        self.bars.iter().any(|bar| bar.shocked.is_some())
    }

    /// Height that the chart wants.
    pub fn height(&self, width: f64) -> f64 {
        match self.orientation {
            Orientation::Horizontal => self.row_height(width) * self.bars.len() as f64 + 8.0,
            Orientation::Vertical => 220.0,
        }
    }

    fn row_height(&self, width: f64) -> f64 {
        let bars = if self.is_shocked() { 32.0 } else { 26.0 };
        if self.is_narrow(width) { bars + 12.0 } else { bars }
    }

    fn is_narrow(&self, width: f64) -> bool {
        self.label_width() + self.base_width() + self.shocked_width() + 120.0 > width
    }

    fn widest(&self, texts: impl Iterator<Item = String>) -> f64 {
        texts.map(|text| text_width(&text, LABEL + 1.0)).fold(0.0, f64::max)
    }

    fn label_width(&self) -> f64 {
        self.widest(self.bars.iter().map(|bar| bar.label.clone())).min(140.0) + 12.0
    }

    fn base_width(&self) -> f64 {
        self.widest(self.bars.iter().map(|bar| (self.format)(bar.base))) + 14.0
    }

    fn shocked_width(&self) -> f64 {
        if self.is_shocked() {
            self.widest(self.bars.iter().filter_map(|bar| bar.shocked).map(|value| format!("→ {}", (self.format)(value)))) + 12.0
        } else {
            0.0
        }
    }

    /// Where everything lies.
    pub fn layout(&self, width: f64, height: f64) -> Layout {
        let count = self.bars.len() as f64;
        match self.orientation {
            Orientation::Horizontal => {
                let is_narrow = self.is_narrow(width);
                let (left, right) = if is_narrow { (2.0, 2.0) } else { (self.label_width(), self.base_width() + self.shocked_width()) };
                let plot = Rect { left, top: 4.0, width: (width - left - right).max(40.0), height: height - 8.0 };
                let value = Scale { low: self.range.0, high: self.range.1, from: plot.left, to: plot.right() };
                let shocked_edge = width - 2.0;
                Layout { plot, value, step: plot.height / count, base_edge: shocked_edge - self.shocked_width(), shocked_edge, is_narrow }
            }
            Orientation::Vertical => {
                let plot = Rect { left: 4.0, top: 20.0, width: (width - 8.0).max(40.0), height: (height - 20.0 - 42.0).max(40.0) };
                let value = Scale { low: self.range.0, high: self.range.1, from: plot.bottom(), to: plot.top };
                Layout { plot, value, step: plot.width / count, base_edge: 0.0, shocked_edge: 0.0, is_narrow: false }
            }
        }
    }

    /// The room of a key: its row or its column.
    pub fn slot(&self, layout: &Layout, index: usize) -> Rect {
        let Rect { left, top, width, height } = layout.plot;
        let at = index as f64 * layout.step;
        match self.orientation {
            Orientation::Horizontal => Rect { left, top: top + at, width, height: layout.step },
            Orientation::Vertical => Rect { left: left + at, top, width: layout.step, height },
        }
    }

    /// The rectangle of a value: `from` and `to` are shares of the room across.
    pub fn bar(&self, layout: &Layout, index: usize, value: f64, from: f64, to: f64) -> Rect {
        let slot = self.slot(layout, index);
        let (zero, end) = (layout.value.at(0.0), layout.value.at(value));
        let (low, high) = (zero.min(end), zero.max(end));
        match self.orientation {
            Orientation::Horizontal => {
                Rect { left: low, top: slot.top + slot.height * from, width: high - low, height: slot.height * (to - from) }
            }
            Orientation::Vertical => {
                Rect { left: slot.left + slot.width * from, top: low, width: slot.width * (to - from), height: high - low }
            }
        }
    }

    /// The key under a pixel; a row reaches over its label and its printed value.
    pub fn hit(&self, layout: &Layout, x: f64, y: f64) -> Option<usize> {
        let share = match self.orientation {
            Orientation::Horizontal => (y - layout.plot.top) / layout.step,
            Orientation::Vertical => (x - layout.plot.left) / layout.step,
        };
        (0.0..self.bars.len() as f64).contains(&share).then_some(share as usize)
    }

    /// What a key says.
    pub fn reading(&self, layout: &Layout, index: usize) -> Option<Reading> {
        let bar = self.bars.get(index)?;
        let line = |label: &str, value: f64, tone: Tone| Line { label: label.to_owned(), value: (self.format)(value), tone, pen: None };
        let mut lines = vec![line("now", bar.base, Tone::of(bar.base))];
        if let Some(shocked) = bar.shocked {
            lines.push(line("shocked", shocked, Tone::Shock));
            lines.push(line("change", shocked - bar.base, Tone::of(shocked - bar.base)));
        }
        let slot = self.slot(layout, index);
        Some(Reading {
            head: bar.label.clone(),
            note: String::new(),
            lines,
            at: (slot.left + slot.width / 2.0, slot.top + slot.height / 2.0),
        })
    }

    /// The picture in words.
    pub fn summary(&self) -> String {
        let by_base = |one: &&Bar, other: &&Bar| one.base.total_cmp(&other.base);
        let say = |bar: &Bar| format!("{} {}", bar.label, (self.format)(bar.base));
        match (self.bars.iter().min_by(by_base), self.bars.iter().max_by(by_base)) {
            (Some(low), Some(high)) if low.label != high.label => {
                format!("{} bars; lowest {}, highest {}.", self.bars.len(), say(low), say(high))
            }
            (Some(only), _) => format!("{}.", say(only)),
            _ => String::new(),
        }
    }

    /// The bars as a table and as a file.
    pub fn table(&self) -> DataTable {
        let is_shocked = self.is_shocked();
        let mut heads = vec![self.key_name.clone(), format!("Now ({})", self.unit)];
        heads.extend(is_shocked.then(|| format!("Shocked ({})", self.unit)));
        let number = |value: Option<f64>| Cell::Number(value, value.map_or_else(|| "–".to_owned(), self.format));
        let row = |bar: &Bar| {
            let mut row = vec![Cell::Text(bar.label.clone()), number(Some(bar.base))];
            row.extend(is_shocked.then(|| number(bar.shocked)));
            row
        };
        DataTable { heads, rows: self.bars.iter().map(row).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::format;

    fn chart(orientation: Orientation) -> BarChart {
        let bar = |label: &str, base: f64, shocked: f64| Bar { label: label.to_owned(), base, shocked: Some(shocked) };
        let bars = vec![bar("BTC", -1_150_000.0, 2_000_000.0), bar("ETH", 12_300.0, -22_300.0), bar("SOL", 0.0, 0.0)];
        BarChart::new(bars, "Underlying".to_owned(), "USD".to_owned(), format::signed_money, orientation).unwrap()
    }

    #[test]
    fn bars_grow_from_zero_to_their_side() {
        for orientation in [Orientation::Horizontal, Orientation::Vertical] {
            let chart = chart(orientation);
            let layout = chart.layout(500.0, chart.height(500.0));
            let zero = layout.value.at(0.0);
            let (loss, gain) = (chart.bar(&layout, 0, -1_150_000.0, 0.1, 0.5), chart.bar(&layout, 0, 2_000_000.0, 0.5, 0.9));
            match orientation {
                Orientation::Horizontal => assert!((loss.right() - zero).abs() < 1e-9 && (gain.left - zero).abs() < 1e-9),
                Orientation::Vertical => assert!((loss.top - zero).abs() < 1e-9 && (gain.bottom() - zero).abs() < 1e-9),
            }
            for index in 0..3 {
                let slot = chart.slot(&layout, index);
                assert_eq!(chart.hit(&layout, slot.left + slot.width / 2.0, slot.top + slot.height / 2.0), Some(index));
            }
            assert_eq!(chart.hit(&layout, -50.0, -50.0), None);
        }
    }

    #[test]
    fn a_key_says_now_shocked_and_change() {
        let chart = chart(Orientation::Horizontal);
        let reading = chart.reading(&chart.layout(500.0, 120.0), 0).unwrap();
        assert_eq!(reading.spoken(), "BTC: now −$1.15\u{a0}M, shocked +$2.00\u{a0}M, change +$3.15\u{a0}M.");
        assert_eq!(chart.table().csv().lines().nth(1), Some("BTC,-1150000,2000000"));
        assert_eq!(chart.summary(), "3 bars; lowest BTC −$1.15\u{a0}M, highest ETH +$12.3\u{a0}k.");
    }

    #[test]
    fn no_bars_is_no_chart() {
        assert!(BarChart::new(Vec::new(), String::new(), String::new(), format::signed_money, Orientation::Horizontal).is_none());
    }
}
