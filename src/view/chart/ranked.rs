//! Names with bars along one axis of amounts, one below the other: what such a chart arrives as, wherever it was laid out.
//!
//! Invariant: every bar has its name at the left and its amount at its end, whole and with its sign, so that nothing has to be looked up
//! and nothing rests on the colour. A name that has no room is shortened between two letters and says so.

use crate::view::chart::reading::{Line, Reading, Tone};
use crate::view::chart::scale::{LABEL, Rect, Scale, text_width};
use crate::view::chart::table::DataTable;
use crate::view::format;
use serde::{Deserialize, Serialize};

/// A bar.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Whose it is among the bars of its row; empty where there is one.
    pub label: String,
    /// A sign that stands for the label before the amount; may be empty.
    pub sign: String,
    /// Where it begins, US dollars.
    pub from: f64,
    /// Where it ends, US dollars.
    pub to: f64,
    /// What stands at its end and how grave it is, where it is no gain or loss in US dollars.
    pub written: Option<(String, Tone)>,
}

/// A name and its bars.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The name.
    pub name: String,
    /// What else is known of it; may be empty.
    pub note: String,
    /// One bar, or one for each side.
    pub bars: Vec<Bar>,
    /// Whether it is what the others add up to.
    pub is_sum: bool,
}

/// A chart of amounts, in US dollars where nothing else is written of a bar.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// What is plotted.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Conventions, in one line.
    pub sub: String,
    /// From the top.
    pub rows: Vec<Row>,
    /// How many more there are in the table.
    pub more: usize,
    /// Whether each row begins where the one before ends.
    pub is_running: bool,
    /// The picture in words.
    pub summary: String,
    /// What is behind it.
    pub table: DataTable,
}

/// Where everything lies, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Amounts, from left to right.
    pub value: Scale,
    /// Width of the whole.
    pub width: f64,
    /// Height of a row.
    pub step: f64,
    /// Width that a name may take.
    pub name: f64,
    /// Height of a line of its own for the name, above the bars; 0 where it stands beside them.
    pub head: f64,
}

/// The name of a row and the amounts, CSS pixels.
pub const TEXT: f64 = LABEL + 1.0;
/// Rows that are drawn at most.
pub const MOST: usize = 40;
/// Room above the first row, and of the line that says how many more there are, CSS pixels.
const TOP: f64 = 2.0;
const FOOT: f64 = 24.0;
/// Height of the bars of a row: of one, of two beside each other, and of two that would hide each other, CSS pixels.
const ONE: f64 = 26.0;
const TWO: f64 = 36.0;
/// Height of a name that stands above its bars, CSS pixels.
const HEAD: f64 = 16.0;
/// Below this width names that leave the bars less than that room stand above them, CSS pixels.
const NARROW: f64 = 520.0;
const LEAST: f64 = 100.0;
/// Between a name and what stands beside it, CSS pixels.
const BESIDE: f64 = 12.0;
/// Between a bar and its amount, CSS pixels.
pub const GAP: f64 = 5.0;

impl Bar {
    /// A bar from 0.
    pub fn of(value: f64) -> Bar {
        Bar { to: value, ..Bar::default() }
    }

    /// The amount.
    pub fn value(&self) -> f64 {
        self.to - self.from
    }

    fn amount(&self) -> String {
        self.written.as_ref().map_or_else(|| format::signed_money(self.value()), |(text, _)| text.clone())
    }

    /// How grave it is.
    pub fn tone(&self) -> Tone {
        self.written.as_ref().map_or_else(|| Tone::of(self.value()), |(_, tone)| *tone)
    }

    /// The amount as it stands at the end of the bar.
    pub fn text(&self) -> String {
        let amount = self.amount();
        if self.sign.is_empty() { amount } else { format!("{}\u{a0}{amount}", self.sign) }
    }
}

impl Row {
    /// Whether its bars would hide each other.
    fn is_split(&self) -> bool {
        let is_loss = |bar: &Bar| bar.value() < 0.0;
        self.bars.len() > 1 && (self.bars.iter().all(is_loss) || !self.bars.iter().any(is_loss))
    }
}

impl Ranked {
    /// The first rows of these and how many more there are; `None` where there is none.
    pub fn new(rows: Vec<Row>) -> Option<Ranked> {
        let more = rows.len().saturating_sub(MOST);
        let rows: Vec<Row> = rows.into_iter().take(MOST).collect();
        (!rows.is_empty()).then(|| Ranked { unit: "USD".to_owned(), rows, more, ..Ranked::default() })
    }

    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.rows.iter().flat_map(|row| &row.bars)
    }

    /// Room for the amounts beyond the longest bar of either side.
    fn sides(&self) -> (f64, f64) {
        self.bars().fold((4.0, 4.0), |(before, beyond), bar| {
            let text = text_width(&bar.text(), TEXT) + GAP;
            if bar.value() < 0.0 { (text.max(before), beyond) } else { (before, text.max(beyond)) }
        })
    }

    fn names(&self) -> f64 {
        self.rows.iter().map(|row| text_width(&row.name, TEXT)).fold(0.0, f64::max)
    }

    fn head(&self, width: f64) -> f64 {
        let (before, beyond) = self.sides();
        let is_narrow = width < NARROW && self.names() + BESIDE + before + beyond + LEAST > width;
        if is_narrow { HEAD } else { 0.0 }
    }

    fn foot_height(&self) -> f64 {
        if self.more > 0 { FOOT } else { 4.0 }
    }

    /// Height that the chart wants.
    pub fn height(&self, width: f64) -> f64 {
        let bars = if self.rows.iter().any(Row::is_split) { TWO } else { ONE };
        TOP + (self.head(width) + bars) * self.rows.len() as f64 + self.foot_height()
    }

    /// Where everything lies.
    pub fn layout(&self, width: f64, height: f64) -> Layout {
        let head = self.head(width);
        let beside = self.names().min(width * 0.34);
        let (name, left) = if head > 0.0 { (width - 4.0, 2.0) } else { (beside, beside + BESIDE) };
        let (before, beyond) = self.sides();
        let ends = self.bars().flat_map(|bar| [bar.from, bar.to]).filter(|end| end.is_finite());
        let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
        let from = left + before;
        let value = Scale { low, high: if high > low { high } else { low + 1.0 }, from, to: (width - beyond).max(from + 24.0) };
        let step = (height - TOP - self.foot_height()) / self.rows.len() as f64;
        Layout { value, width, step, name, head }
    }

    /// The room of a row, over the whole width.
    pub fn slot(&self, layout: &Layout, row: usize) -> Rect {
        Rect { left: 0.0, top: TOP + row as f64 * layout.step, width: layout.width, height: layout.step }
    }

    /// The name of a row as far as there is room for it.
    pub fn name(&self, layout: &Layout, row: usize) -> String {
        self.rows.get(row).map_or_else(String::new, |row| shortened(&row.name, layout.name))
    }

    /// The rectangle of a bar.
    pub fn bar(&self, layout: &Layout, row: usize, bar: usize) -> Option<Rect> {
        let of = self.rows.get(row)?;
        let Bar { from, to, .. } = of.bars.get(bar)?;
        let slot = self.slot(layout, row);
        let (top, room) = (slot.top + layout.head, slot.height - layout.head);
        let (from, to) = (layout.value.at(*from), layout.value.at(*to));
        let (top, height) = if of.is_split() {
            let half = room / of.bars.len() as f64;
            (top + half * bar as f64 + 2.0, half - 3.0)
        } else if layout.head > 0.0 {
            (top + 3.0, room - 9.0)
        } else {
            (top + 5.0, room - 10.0)
        };
        Some(Rect { left: from.min(to), top, width: (to - from).abs(), height })
    }

    /// The row under a pixel; it reaches over its name and its amounts.
    pub fn hit(&self, layout: &Layout, y: f64) -> Option<usize> {
        let share = (y - TOP) / layout.step;
        (0.0..self.rows.len() as f64).contains(&share).then_some(share as usize)
    }

    /// What a row says.
    pub fn reading(&self, layout: &Layout, row: usize) -> Option<Reading> {
        let Row { name, note, bars, .. } = self.rows.get(row)?;
        let line = |bar: &Bar| Line { label: bar.label.clone(), value: bar.amount(), tone: bar.tone(), pen: None };
        let slot = self.slot(layout, row);
        let at = (layout.value.at(0.0), slot.top + slot.height / 2.0);
        Some(Reading { head: name.clone(), note: note.clone(), lines: bars.iter().map(line).collect(), at })
    }

    /// What stands below the rows; empty where all are drawn.
    pub fn foot(&self) -> String {
        if self.more > 0 { format!("and {} more in the table", format::grouped(self.more)) } else { String::new() }
    }
}

/// A text with as many of its letters as there is room for, an ellipsis in place of the others.
pub fn shortened(text: &str, room: f64) -> String {
    if text_width(text, TEXT) <= room {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while !kept.is_empty() && text_width(&kept, TEXT) + TEXT > room {
        kept.pop();
    }
    format!("{}…", kept.trim_end())
}
