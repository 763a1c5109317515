//! Scenarios that come with the program: what has happened, what may, and the risk arrays of venues; and what a history replays.
//!
//! Input: nothing, or the closes of a file. Output: packs, written in the format that users write theirs in, so that each can be taken
//! over and edited. Invariant: the source of every scenario says what in it is measured and what is assumed.

mod array;
mod method;
mod replay;

use crate::stress::scenario::{Pack, Scenario, read};

pub use crate::stress::library::method::METHODS;
pub use crate::stress::library::replay::{MAX_REPLAY_DAYS, Replays, Window};

/// A group of the library.
pub struct GroupDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// For a reader.
    pub label: &'static str,
    /// What is in it, one sentence.
    pub doc: &'static str,
    /// Its scenarios.
    pub pack: fn() -> Pack,
}

/// Every group.
pub const ALL: &[GroupDef] = &[
    GroupDef {
        id: "historical",
        label: "Historical",
        doc: "Days and weeks that happened; spots from daily closes, what else is in them as their sources say.",
        pack: || built_in(HISTORICAL),
    },
    GroupDef {
        id: "hypothetical",
        label: "Hypothetical",
        doc: "What may happen; every figure is assumed.",
        pack: || built_in(HYPOTHETICAL),
    },
    GroupDef { id: "deribit", label: "Deribit array", doc: "The risk array of Deribit's portfolio margin.", pack: array::deribit },
    GroupDef { id: "okx", label: "OKX array", doc: "The moves of OKX's portfolio margin, MR1, MR4 and MR6.", pack: array::okx },
    GroupDef { id: "span", label: "SPAN-like array", doc: "Sixteen scenarios as SPAN lays them out.", pack: array::span },
];

/// The historical scenarios as they are kept.
const HISTORICAL: &str = include_str!("historical.json");
/// The hypothetical ones.
const HYPOTHETICAL: &str = include_str!("hypothetical.json");

/// A pack that comes with the program; a test reads each without an issue.
fn built_in(text: &str) -> Pack {
    read(text).value
}

/// The group of this id.
pub fn group(id: &str) -> Option<&'static GroupDef> {
    ALL.iter().find(|group| group.id == id)
}

/// The texts of the packs that are kept as such.
pub fn texts() -> [&'static str; 2] {
    [HISTORICAL, HYPOTHETICAL]
}

/// A scenario with this id, name and source.
fn named(id: String, name: String, source: &str) -> Scenario {
    Scenario { id, name, source: source.to_owned(), ..Scenario::default() }
}
