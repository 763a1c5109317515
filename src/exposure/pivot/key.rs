//! The keys of groups, ordered as they are shown.

use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::cmp::Ordering;

/// What positions of one group share. Keys of one dimension are ordered as they are shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Key {
    /// Everything: the one group of a pivot that is cut one way only.
    All,
    /// A place in the dimension's list of buckets.
    Bucket(u8),
    /// An instant.
    Instant(Timestamp),
    /// A price level, US dollars.
    Level(f64),
    /// A name.
    Name(SmolStr),
    /// The position lacks the property.
    Missing,
}

impl Key {
    fn rank(&self) -> u8 {
        match self {
            Key::All => 0,
            Key::Bucket(_) => 1,
            Key::Instant(_) => 2,
            Key::Level(_) => 3,
            Key::Name(_) => 4,
            Key::Missing => 5,
        }
    }

    /// A name; [`Key::Missing`] where it is empty.
    pub(super) fn name(text: &str) -> Key {
        if text.is_empty() { Key::Missing } else { Key::Name(SmolStr::new(text)) }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Bucket(one), Key::Bucket(other)) => one.cmp(other),
            (Key::Instant(one), Key::Instant(other)) => one.cmp(other),
            (Key::Level(one), Key::Level(other)) => one.total_cmp(other),
            (Key::Name(one), Key::Name(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}
