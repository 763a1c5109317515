//! What a further position closes of a held one: lots of one instrument in one account whose signs differ.
//!
//! Input: held positions and further ones. Output: how much of which closes which. Invariant: of no position more is closed than there is of it,
//! and what is left of it keeps its sign.

use crate::book::Position;
use crate::issue::Issue;
use crate::order;
use crate::units::Quantity;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What is left of a position is flat where it is no more than this part of it: it is rounding.
const FLAT: f64 = 1e-12;

/// A held position that a further one closes, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Place of the held one.
    pub held: usize,
    /// Place of the further one.
    pub further: usize,
    /// How much of each, > 0, in the unit of their quantities.
    pub quantity: f64,
}

/// What further positions close of held ones of the same instrument, venue and account, in the order of both.
pub fn cuts(held: &[Position], further: &[Position]) -> Vec<Cut> {
    let mut sorted: Vec<(usize, &Position)> = held.iter().enumerate().collect();
    order::sort_by(&mut sorted, |(_, one), (_, other)| compare(one, other));
    let mut left: Vec<f64> = held.iter().map(|position| position.quantity.get()).collect();
    let mut found = Vec::new();
    for (place, position) in further.iter().enumerate() {
        let mut rest = position.quantity.get();
        let first = sorted.partition_point(|(_, held)| compare(held, position) == Ordering::Less);
        let same = sorted.iter().skip(first).take_while(|(_, held)| compare(held, position) == Ordering::Equal);
        for (index, held) in same.filter(|(_, held)| held.instrument == position.instrument) {
            let Some(lot) = left.get_mut(*index).filter(|lot| **lot * rest < 0.0) else { continue };
            let quantity = lot.abs().min(rest.abs());
            found.push(Cut { held: *index, further: place, quantity });
            *lot = less(*lot, quantity, held.quantity.get());
            rest = less(rest, quantity, position.quantity.get());
        }
    }
    found
}

/// What is left of positions after such quantities of them are gone; `None` where that is nothing.
///
/// # Errors
/// As [`sized`] has them: what is left of a finite quantity is finite.
pub fn left(positions: &[Position], gone: impl Iterator<Item = (usize, f64)>) -> Result<Vec<Option<Position>>, Issue> {
    let mut rest: Vec<f64> = positions.iter().map(|position| position.quantity.get()).collect();
    for (index, quantity) in gone {
        if let (Some(rest), Some(position)) = (rest.get_mut(index), positions.get(index)) {
            *rest = less(*rest, quantity, position.quantity.get());
        }
    }
    let of = |(position, rest): (&Position, f64)| {
        if rest == position.quantity.get() { Ok(Some(position.clone())) } else { (rest != 0.0).then(|| sized(position, rest)).transpose() }
    };
    positions.iter().zip(rest).map(of).collect()
}

/// The position at another quantity; what its venue states of the whole is left out.
///
/// # Errors
/// `Invalid` where the quantity is no finite number.
pub fn sized(position: &Position, quantity: f64) -> Result<Position, Issue> {
    let quantity = Quantity::new(quantity).map_err(|issue| issue.about(&position.name))?;
    Ok(Position { quantity, stated: None, ..position.clone() })
}

/// Venues and accounts that hold the instrument of a position, of those that the names that it gives leave open.
pub fn holders<'a>(held: &'a [Position], position: &Position) -> BTreeSet<(&'a str, &'a str)> {
    let is_open = |given: &str, name: &str| given.is_empty() || given.eq_ignore_ascii_case(name);
    held.iter()
        .filter(|held| held.instrument == position.instrument)
        .filter(|held| is_open(&position.venue, &held.venue) && is_open(&position.account, &held.account))
        .map(|held| (held.venue.as_str(), held.account.as_str()))
        .collect()
}

/// The position in the one account that holds its instrument, where it names no other; as it stands where several do, or none.
pub fn placed(held: &[Position], position: &Position) -> Position {
    let holders = holders(held, position);
    let named = holders.get(&(position.venue.as_str(), position.account.as_str()));
    match (named, holders.first()) {
        (None, Some((venue, account))) if holders.len() == 1 => {
            Position { venue: (*venue).to_owned(), account: (*account).to_owned(), ..position.clone() }
        }
        _ => position.clone(),
    }
}

fn compare(one: &Position, other: &Position) -> Ordering {
    one.instrument.compare(&other.instrument).then_with(|| (&one.venue, &one.account).cmp(&(&other.venue, &other.account)))
}

/// A signed rest by so much nearer to nothing.
fn less(rest: f64, quantity: f64, whole: f64) -> f64 {
    let after = rest - quantity.copysign(rest);
    if after.abs() <= FLAT * whole.abs() { 0.0 } else { after }
}
