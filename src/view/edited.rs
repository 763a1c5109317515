//! What was done to a book, in words.

use crate::view::format;

const UNDO: &str = "Undo takes it back.";

/// How many lots became how many positions.
pub fn netted([lots, left]: [u32; 2]) -> String {
    match (lots, left) {
        (0, _) => "No two lots share contract, account, venue and labels: there is nothing to net.".to_owned(),
        (lots, left) => {
            let (lots, left) = (format::grouped(lots as usize), format::count(left as usize, "position", "positions"));
            format!("{lots} lots became {left}; the value is the same. {UNDO}")
        }
    }
}

/// How many positions got other labels.
pub fn labelled(changed: u32) -> String {
    format!("{} other labels now. {UNDO}", format::count(changed as usize, "position has", "positions have"))
}
