//! What a chart says of one point: a head and lines with values, for the tooltip and for a screen reader.

use serde::{Deserialize, Serialize};

/// Which way a value counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// Above 0.
    Gain,
    /// Below 0.
    Loss,
    /// What the user has set.
    Shock,
}

impl Tone {
    /// The tone of an amount.
    pub fn of(value: f64) -> Tone {
        if value > 0.0 {
            Tone::Gain
        } else if value < 0.0 {
            Tone::Loss
        } else {
            Tone::Plain
        }
    }
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The series it belongs to, where there are several.
    pub pen: Option<Pen>,
    /// Whose value; empty where the head says it.
    pub label: String,
    /// The value, with its unit.
    pub value: String,
    /// Which way it counts.
    pub tone: Tone,
}

/// Where the point is and what holds there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Where: `−15 %, +10 pts`.
    pub head: String,
    /// A second line of where: the price level.
    pub note: String,
    /// What holds.
    pub lines: Vec<Line>,
    /// The point, CSS pixels.
    pub at: (f64, f64),
}

impl Reading {
    /// As one sentence.
    pub fn spoken(&self) -> String {
        let mut head = self.head.clone();
        if !self.note.is_empty() {
            head.push_str(", ");
            head.push_str(&self.note);
        }
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| if line.label.is_empty() { line.value.clone() } else { format!("{} {}", line.label, line.value) })
            .collect();
        format!("{head}: {}.", lines.join(", "))
    }
}

/// How a series is drawn: a colour token and a dash, so that neither stands alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pen {
    /// Number of the series token, 0 for `--series-1`.
    pub colour: usize,
    /// Solid, dashed or dotted.
    pub dash: Dash,
    /// Stands out.
    pub is_thick: bool,
}

/// The dash of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dash {
    /// One stroke.
    #[default]
    Solid,
    /// Long strokes.
    Dashed,
    /// Dots.
    Dotted,
}

impl Dash {
    /// Stroke and gap, CSS pixels; none is solid.
    pub fn pattern(self) -> &'static [f64] {
        match self {
            Dash::Solid => &[],
            Dash::Dashed => &[7.0, 4.0],
            Dash::Dotted => &[2.0, 3.0],
        }
    }
}
