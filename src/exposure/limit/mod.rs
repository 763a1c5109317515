//! Limits: how much of a measure a slice of the book may hold, and how much of it is used.
//!
//! Input: [`Limit`]s and the sums of the other files of this stage. Output: [`Reading`]s, the worst first. Invariant: a limit whose measure
//! has no number is said to be unknown, never within; a slice that no position is in is said to be empty.

mod evaluate;
mod file;
mod measure;

use crate::exposure::pivot::Key;
use crate::exposure::pivot::dimension::Dimension;
use crate::issue::{Issue, IssueKind};
use crate::method::Method;
use crate::units::exact_text;
use serde::{Deserialize, Serialize};

pub use crate::exposure::limit::evaluate::{EMPTY, Facts, Reading, Status, evaluate};
pub use crate::exposure::limit::file::{MOST_LIMITS, read, write};
pub use crate::exposure::limit::measure::{EQUITY, EquityDef, LimitMeasure, LimitUnit};

/// How it is computed.
pub const METHODS: &[&Method] = &[&LIMIT];

const LIMIT: Method = Method {
    id: "limit",
    label: "Limits",
    doc: "How much of a measure the book, or a slice of it, may hold, and how much of that is used.",
    formula: "utilization = counted / hard;  counted = |value|, or its positive or negative part\n\
              breached where counted > hard, to be looked at where counted > soft",
    unit: "that of the measure: US dollars, times the equity, or a part of 1",
    convention: "A dimension without a key limits each key of it, and the worst is told. Breaches come first, then what has no number.",
    source: "the user's own limits",
    limits: "As the market stands. Positions that cannot be valued are counted beside the value, not in it.",
};

/// The part of the book that a limit is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Slice {
    /// Everything.
    Whole,
    /// The positions with this key of a dimension.
    Of(Dimension, String),
    /// Each key of a dimension by itself: the worst of them counts.
    Each(Dimension),
}

/// Which sign of a measure uses a limit up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Either.
    #[default]
    Absolute,
    /// What is above nothing.
    Long,
    /// What is below nothing.
    Short,
}

impl Direction {
    /// All of them.
    pub const ALL: [Direction; 3] = [Direction::Absolute, Direction::Long, Direction::Short];

    /// As it is written in files.
    pub fn id(self) -> &'static str {
        match self {
            Direction::Absolute => "absolute",
            Direction::Long => "long",
            Direction::Short => "short",
        }
    }

    /// How much of a value counts, ≥ 0.
    pub fn counted(self, value: f64) -> f64 {
        match self {
            Direction::Absolute => value.abs(),
            Direction::Long => value.max(0.0),
            Direction::Short => (-value).max(0.0),
        }
    }
}

/// One limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// What is limited.
    pub measure: LimitMeasure,
    /// Of what.
    pub slice: Slice,
    /// From where on it is to be looked at, in the measure's unit; at most `hard`.
    pub soft: Option<f64>,
    /// What may not be passed, in the measure's unit, > 0.
    pub hard: f64,
    /// Which sign counts.
    pub direction: Direction,
}

impl Limit {
    /// Checks the numbers, and that the measure exists of such a slice.
    ///
    /// # Errors
    /// An `Invalid` issue that says what would be accepted.
    pub fn check(&self) -> Result<(), Issue> {
        let refuse = |column: &str, message: String, value: f64| {
            Err(Issue::rejected(IssueKind::Invalid, message).in_column(column).with_value(&exact_text(value)))
        };
        if !(self.hard > 0.0 && self.hard.is_finite()) {
            return refuse("hard", "a hard limit must be a number above 0".to_owned(), self.hard);
        }
        if let Some(soft) = self.soft.filter(|soft| !(*soft > 0.0 && *soft <= self.hard)) {
            return refuse("soft", "a soft limit must be above 0 and at most the hard one".to_owned(), soft);
        }
        self.measure.check_slice(&self.slice)
    }
}

/// The text of a key in files: names as they are, instants in ISO 8601, buckets and what is missing by their labels.
pub fn key_text(dimension: &Dimension, key: &Key) -> String {
    match key {
        Key::All => String::new(),
        Key::Bucket(place) => match dimension {
            Dimension::Known(def) => def.buckets.get(usize::from(*place)).copied().unwrap_or_default().to_owned(),
            Dimension::Tag(_) => String::new(),
        },
        Key::Instant(at) => at.to_string(),
        Key::Level(level) => exact_text(*level),
        Key::Name(name) => name.to_string(),
        Key::Missing => dimension.missing(),
    }
}
