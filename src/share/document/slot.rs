//! Where the next copy of a saved book goes: each book has two slots, and a save takes the one that does not hold the newest copy,
//! so that a save that is cut off leaves the copy before it.
//!
//! Invariant: the newest copy, a copy that cannot be read and a copy that someone else wrote are never written over.

use crate::issue::Issue;
use crate::share::document::Head;

/// One of the two slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    /// Both.
    pub const BOTH: [Slot; 2] = [Slot::A, Slot::B];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Slot {
        match self {
            Slot::A => Slot::B,
            Slot::B => Slot::A,
        }
    }

    /// Its letter, part of the key under which the copy is stored.
    pub fn letter(self) -> &'static str {
        match self {
            Slot::A => "a",
            Slot::B => "b",
        }
    }
}

/// What a slot holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// A copy.
    Copy(Head),
    /// Something that is no copy, or none that this version reads.
    Unreadable(Issue),
}

/// Why a copy must not be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// A slot holds what cannot be read; it is kept for its owner.
    Unreadable(Issue),
    /// Someone else has saved the book since.
    Changed,
    /// Someone has deleted the book since.
    Gone,
}

/// The slot of the newest copy, and its head.
pub fn newest(slots: &[Held; 2]) -> Option<(Slot, &Head)> {
    let copies = Slot::BOTH.into_iter().zip(slots).filter_map(|(slot, held)| match held {
        Held::Copy(head) => Some((slot, head)),
        Held::Nothing | Held::Unreadable(_) => None,
    });
    copies.max_by_key(|(_, head)| head.sequence)
}

/// The slot for the copy that follows `last`, the sequence that was last read or written here; 0 for a book that never was.
///
/// # Errors
/// What stands in the way.
pub fn next(slots: &[Held; 2], last: u64) -> Result<Slot, Obstacle> {
    for held in slots {
        if let Held::Unreadable(issue) = held {
            return Err(Obstacle::Unreadable(issue.clone()));
        }
    }
    match newest(slots) {
        None if last == 0 => Ok(Slot::A),
        None => Err(Obstacle::Gone),
        Some((slot, head)) if head.sequence == last => Ok(slot.other()),
        Some(_) => Err(Obstacle::Changed),
    }
}
