//! Parts of a whole as areas, group by group: squarified (Bruls, Huizing and van Wijk 2000, Squarified treemaps).
//!
//! Input: signed values in groups. Output: rectangles whose areas are in proportion to the sizes of the values. Invariant: nothing is
//! left out: parts too small to be seen are put together to one rectangle that says how many they are, and stand in the table.

use crate::view::chart::ChartDef;
use crate::view::chart::reading::{Line, Reading, Tone};
use crate::view::chart::scale::{LABEL, Rect, Tick, text_width};
use crate::view::chart::table::DataTable;
use crate::view::chart::text::{self, Measure};
use crate::view::format;
use serde::{Deserialize, Serialize};

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "treemap",
    label: "Treemap",
    doc: "One measure by two dimensions: the area is the size, the colour the sign and how much of the largest it is.",
};

/// A part of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name; empty where a group is its only part.
    pub name: String,
    /// Its value; the area is its size.
    pub value: f64,
    /// What else is known of it.
    pub note: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The sum of its parts.
    pub total: f64,
    /// Its parts, the largest first.
    pub items: Vec<Item>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Treemap {
    /// What is plotted.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Conventions, in one line.
    pub sub: String,
    /// The groups, the largest first; the size of a group is that of its parts.
    pub groups: Vec<Group>,
    /// How values are written.
    pub measure: Measure,
    /// The picture in words.
    pub summary: String,
    /// What is behind it.
    pub table: DataTable,
}

/// A part as the pointer and the keyboard name it: its place in its group and the group's. Beyond the last part of a group, or the last
/// group, it is what was put together there.
pub type Place = (usize, usize);

/// A rectangle.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What it shows; of parts that were put together the one beyond the last.
    pub place: Place,
    /// How many parts, or groups, were put together in it; 0 for a part.
    pub others: usize,
    /// The sum of what it shows.
    pub value: f64,
    /// Where it lies, CSS pixels.
    pub rect: Rect,
}

/// Where everything lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The whole.
    pub plot: Rect,
    /// The colour scale.
    pub scale: Rect,
    /// Groups and their rectangles.
    pub frames: Vec<(usize, Rect)>,
    /// Parts, and what was put together.
    pub blocks: Vec<Block>,
}

const TOP: f64 = 4.0;
const BOTTOM: f64 = 40.0;
/// Smallest rectangle of a part, and of a group, square pixels.
const LEAST: f64 = 40.0;
const LEAST_GROUP: f64 = 240.0;
/// From one line of a label to the next, CSS pixels.
const LINE: f64 = 14.0;

impl Group {
    /// The size of all of its parts.
    pub fn size(&self) -> f64 {
        self.items.iter().map(|item| item.value.abs()).sum()
    }
}

impl Treemap {
    /// The sizes of all parts.
    pub fn size(&self) -> f64 {
        self.groups.iter().map(Group::size).sum()
    }

    /// The value of the largest part, by its size.
    pub fn limit(&self) -> f64 {
        self.items().map(|item| item.value.abs()).fold(0.0, f64::max)
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.groups.iter().flat_map(|group| &group.items)
    }

    /// A part.
    pub fn item(&self, (item, group): Place) -> Option<&Item> {
        self.groups.get(group)?.items.get(item)
    }

    /// The place of a part among all, group after group; `None` for what was put together.
    pub fn order(&self, place: Place) -> Option<usize> {
        self.item(place)?;
        let before: usize = self.groups.iter().take(place.1).map(|group| group.items.len()).sum();
        Some(before + place.0)
    }

    /// A value as a share of the largest, −1 to 1.
    pub fn lean(&self, value: f64) -> f64 {
        let limit = self.limit();
        if limit > 0.0 { (value / limit).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// Height that the chart wants.
    pub fn height(&self, width: f64) -> f64 {
        TOP + (width * 0.6).clamp(220.0, 420.0) + BOTTOM
    }

    /// Where everything lies.
    pub fn layout(&self, width: f64, height: f64, density: f64) -> Layout {
        let snap = |edge: f64| (edge * density).round() / density;
        let plot = Rect { left: 0.0, top: TOP, width: snap(width.max(40.0)), height: snap((height - TOP - BOTTOM).max(40.0)) };
        let scale = Rect { left: 44.0, top: plot.bottom() + 10.0, width: (plot.width - 88.0).clamp(40.0, 220.0), height: 8.0 };
        let mut layout = Layout { plot, scale, ..Layout::default() };
        let total = self.size();
        if !(total > 0.0 && total.is_finite()) {
            return layout;
        }
        let per_pixel = total / (plot.width * plot.height);
        let sizes: Vec<f64> = self.groups.iter().map(Group::size).collect();
        let (seen, others) = seen(&sizes, LEAST_GROUP * per_pixel);
        for (place, rect) in squarified(&with_others(seen, others), plot).into_iter().enumerate() {
            match self.groups.get(place).filter(|_| place < seen.len()) {
                Some(group) => {
                    layout.frames.push((place, rect));
                    layout.blocks.extend(blocks(group, place, rect, per_pixel));
                }
                None => layout.blocks.push(Block {
                    place: (0, self.groups.len()),
                    others: others.len(),
                    value: self.groups.iter().skip(place).map(|group| group.total).sum(),
                    rect,
                }),
            }
        }
        layout
    }

    /// The block that shows a place: its own, or the one that it was put into.
    pub fn block<'a>(&self, layout: &'a Layout, place: Place) -> Option<&'a Block> {
        let own = |wanted: Place| layout.blocks.iter().find(move |block| block.place == wanted);
        let of_group = || self.groups.get(place.1).and_then(|group| own((group.items.len(), place.1)));
        own(place).or_else(of_group).or_else(|| own((0, self.groups.len())))
    }

    /// The place under a pixel.
    pub fn hit(&self, layout: &Layout, x: f64, y: f64) -> Option<Place> {
        layout.blocks.iter().find(|block| block.rect.holds(x, y)).map(|block| block.place)
    }

    /// The place that a key leads to: sideways from part to part through all groups, up and down from group to group.
    pub fn step(&self, (item, group): Place, key: &str) -> Option<Place> {
        let count = |group: usize| self.groups.get(group).map_or(0, |group| group.items.len());
        let last = self.groups.len().checked_sub(1)?;
        let group = group.min(last);
        let item = item.min(count(group).saturating_sub(1));
        Some(match key {
            "ArrowRight" if item + 1 < count(group) => (item + 1, group),
            "ArrowRight" if group < last => (0, group + 1),
            "ArrowLeft" if item > 0 => (item - 1, group),
            "ArrowLeft" if group > 0 => (count(group - 1).saturating_sub(1), group - 1),
            "ArrowDown" => (0, (group + 1).min(last)),
            "ArrowUp" => (0, group.saturating_sub(1)),
            "Home" => (0, 0),
            "End" => (count(last).saturating_sub(1), last),
            "ArrowRight" | "ArrowLeft" => (item, group),
            _ => return None,
        })
    }

    /// What a place says.
    pub fn reading(&self, layout: &Layout, place: Place) -> Option<Reading> {
        let rect = self.block(layout, place)?.rect;
        let at = (rect.left + rect.width / 2.0, rect.top + rect.height / 2.0);
        let whole = self.size();
        let lines = |value: f64, size: f64| {
            let share = Line { label: "share of all sizes".to_owned(), value: format::percent(size / whole), ..Line::default() };
            vec![Line { value: text::value(self.measure, value), tone: Tone::of(value), ..Line::default() }, share]
        };
        if let Some(item) = self.item(place) {
            let group = self.groups.get(place.1)?;
            let head = if item.name.is_empty() { group.name.clone() } else { format!("{}, {}", group.name, item.name) };
            return Some(Reading { head, note: item.note.clone(), lines: lines(item.value, item.value.abs()), at });
        }
        let block = self.block(layout, place)?;
        let (head, size) = match self.groups.get(place.1) {
            Some(group) => {
                let folded = group.items.iter().skip(group.items.len() - block.others);
                let size = folded.map(|item| item.value.abs()).sum();
                (format!("{}, {}", group.name, others(block.others)), size)
            }
            None => {
                let folded = self.groups.iter().skip(self.groups.len() - block.others);
                (others(block.others), folded.map(Group::size).sum())
            }
        };
        Some(Reading { head, note: "in the table one by one".to_owned(), lines: lines(block.value, size), at })
    }

    /// The lines that are written in a block: the group in bold on its largest part, then the part and its value; what has no room is
    /// left out, so that no value stands without its name and none is cut.
    pub fn label(&self, block: &Block) -> Vec<(String, bool)> {
        let name = match (self.groups.get(block.place.1), self.item(block.place)) {
            (Some(group), Some(item)) => {
                let mut lines = Vec::new();
                if block.place.0 == 0 {
                    lines.push((group.name.clone(), true));
                }
                if !item.name.is_empty() {
                    lines.push((item.name.clone(), false));
                }
                lines
            }
            _ => vec![(others(block.others), false)],
        };
        let value = (text::value(self.measure, block.value), false);
        let fits = |lines: &[(String, bool)]| {
            let widest =
                lines.iter().map(|(text, is_bold)| text_width(text, LABEL) * if *is_bold { 1.08 } else { 1.0 }).fold(0.0, f64::max);
            block.rect.width >= widest + 10.0 && block.rect.height >= LINE * lines.len() as f64 + 6.0
        };
        let full: Vec<(String, bool)> = name.iter().cloned().chain([value]).collect();
        let candidates = [full, name.clone(), name.into_iter().take(1).collect()];
        candidates.into_iter().find(|lines| !lines.is_empty() && fits(lines)).unwrap_or_default()
    }

    /// Ticks of the colour scale.
    pub fn scale_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let limit = self.limit();
        let shares = [-1.0, 0.0, 1.0];
        let labels = text::ticks(self.measure, &shares.map(|share| limit * share));
        let at = |share: f64| layout.scale.left + layout.scale.width * (share + 1.0) / 2.0;
        shares.into_iter().zip(labels).map(|(share, label)| Tick { at: at(share), label, level: String::new() }).collect()
    }
}

fn others(count: usize) -> String {
    format::count(count, "other", "others")
}

/// The sizes, which fall, down to one that is too small, and the rest, unless the rest is a single one.
fn seen(sizes: &[f64], least: f64) -> (&[f64], &[f64]) {
    let first = sizes.iter().position(|size| *size < least).unwrap_or(sizes.len());
    let (seen, rest) = sizes.split_at(first);
    // Nothing in place of one is gained.
    if rest.len() == 1 { (sizes, &[]) } else { (seen, rest) }
}

fn with_others(seen: &[f64], rest: &[f64]) -> Vec<f64> {
    let rest: Option<f64> = (!rest.is_empty()).then(|| rest.iter().sum());
    seen.iter().copied().chain(rest).collect()
}

/// The parts of a group within its rectangle.
fn blocks(group: &Group, at: usize, frame: Rect, per_pixel: f64) -> Vec<Block> {
    let sizes: Vec<f64> = group.items.iter().map(|item| item.value.abs()).collect();
    let (seen, rest) = seen(&sizes, LEAST * per_pixel);
    let rects = squarified(&with_others(seen, rest), frame).into_iter().enumerate();
    rects
        .map(|(place, rect)| match group.items.get(place).filter(|_| place < seen.len()) {
            Some(item) => Block { place: (place, at), others: 0, value: item.value, rect },
            None => {
                let value = group.items.iter().skip(place).map(|item| item.value).sum();
                Block { place: (group.items.len(), at), others: rest.len(), value, rect }
            }
        })
        .collect()
}

/// Rectangles of these sizes, falling but for the last, that fill a rectangle: rows along its shorter side, each as long as that makes its
/// rectangles squarer.
pub fn squarified(sizes: &[f64], within: Rect) -> Vec<Rect> {
    let mut rects = Vec::with_capacity(sizes.len());
    let (mut rest, mut left) = (sizes, within);
    let mut sum: f64 = sizes.iter().sum();
    while !rest.is_empty() && sum > 0.0 {
        let area = left.width * left.height;
        let side = left.width.min(left.height);
        let (mut count, mut row, mut largest, mut smallest, mut best) = (0, 0.0, 0.0_f64, f64::INFINITY, f64::INFINITY);
        for size in rest {
            let (next, most, least) = (row + size, largest.max(*size), smallest.min(*size));
            // Areas in the unit of sizes: a side of s pixels is s²/area·sum of them squared.
            let square = side * side / area * sum;
            let worst = (square * most / (next * next)).max(next * next / (square * least));
            if count > 0 && worst > best {
                break;
            }
            (count, row, largest, smallest, best) = (count + 1, next, most, least, worst);
        }
        let (taken, remaining) = rest.split_at(count);
        // What is left over by rounding goes to the last row.
        let share = if remaining.is_empty() { 1.0 } else { row / sum };
        let is_upright = left.width >= left.height;
        let mut along = 0.0;
        for size in taken {
            let (from, to) = (along / row, (along + size) / row);
            along += size;
            rects.push(if is_upright {
                Rect { top: left.top + from * left.height, height: (to - from) * left.height, width: share * left.width, ..left }
            } else {
                Rect { left: left.left + from * left.width, width: (to - from) * left.width, height: share * left.height, ..left }
            });
        }
        if is_upright {
            left = Rect { left: left.left + share * left.width, width: (1.0 - share) * left.width, ..left };
        } else {
            left = Rect { top: left.top + share * left.height, height: (1.0 - share) * left.height, ..left };
        }
        (rest, sum) = (remaining, sum - row);
    }
    rects.resize(sizes.len(), Rect { left: left.left, top: left.top, width: 0.0, height: 0.0 });
    rects
}
