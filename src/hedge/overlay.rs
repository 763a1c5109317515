//! A second book at a scale on one's own: what mirroring it would make of the own one.
//!
//! Input: positions and facts of both. Output: positions and facts of the two together. Invariant: what the own book was valued from stays as it
//! is to the bit, so that every difference comes of the second book; with a scale of 0 nothing is added.

use crate::book::{Position, netting};
use crate::issue::{Issue, IssueKind};
use crate::market::{Fact, FactValue};
use crate::method::Method;
use crate::units::Price;
use std::collections::{BTreeMap, BTreeSet};

/// What is said of it.
pub const METHOD: Method = Method {
    id: "overlay",
    label: "Overlay of a second book",
    doc: "A second book, of a link, at a scale on the open one: every headline number before, after, and the difference.",
    formula: "q = q_own, and α·q_second beside it, netted where instrument, venue and account are the same;  difference = measure(both) − measure(own)",
    unit: "that of each measure; α a number, 0.1 is a tenth",
    convention: "The open book's market and time are used; what it knows nothing of, the second book's link says, forwards and marks of perpetuals as parts of spot. A position without an entry price gains from \
                 the market at load. Of a future or perpetual that is netted the gain is paid out. What venues say of the second book's accounts is left out.",
    source: "by definition",
    limits: "α from −1 000 to 1 000; quantities are not rounded to lots, and nothing is paid for the trades.",
};

/// The label that tells positions of the second book from the own ones, and its value.
pub const LABEL: (&str, &str) = ("book", "overlay");

/// Largest size of a scale.
pub const MOST: f64 = 1000.0;

/// The own positions, then those of the second book at the scale, labelled.
///
/// # Errors
/// `Invalid` where the scale is no number from −1 000 to 1 000, or a scaled quantity is more than a number holds.
pub fn positions(own: &[Position], second: &[Position], scale: f64) -> Result<Vec<Position>, Issue> {
    if !(-MOST..=MOST).contains(&scale) {
        let message = "the scale of a second book must be a number from -1 000 to 1 000";
        return Err(Issue::rejected(IssueKind::Invalid, message).with_value(&scale.to_string()));
    }
    let mut both = own.to_vec();
    if scale == 0.0 {
        return Ok(both);
    }
    for position in second {
        let mut scaled = netting::sized(position, position.quantity.get() * scale)?;
        scaled.tags.insert(LABEL.0.to_owned(), LABEL.1.to_owned());
        both.push(scaled);
    }
    Ok(both)
}

/// What the own book was valued from, then the vols, forwards and marks of perpetuals that are typed beside trades, then what else the own
/// files say and what only the trades know, as [`facts`] has it. So a typed vol is used here as in a link, which leaves unheld quotes at home.
pub fn typed_facts(valued_from: Vec<Fact>, own: &[Fact], typed: &[Fact]) -> Vec<Fact> {
    let is_first = |fact: &&Fact| match fact.value {
        FactValue::Option { mark_vol, .. } => mark_vol.is_some(),
        FactValue::Forward { .. } | FactValue::Perpetual { .. } => true,
        _ => false,
    };
    let first: Vec<Fact> = Fact::beyond(typed, &valued_from).filter(is_first).cloned().collect();
    let rest: Vec<Fact> = Fact::beyond(own, &first).cloned().collect();
    facts(valued_from, &rest, typed)
}

/// What the own book was valued from, what else its files say, and what only the second book knows: of an underlying that the own
/// book is valued in, options and forwards that it says nothing of, the forwards so much over the own spot as they are over the second's;
/// of every other, all.
pub fn facts(valued_from: Vec<Fact>, own: &[Fact], second: &[Fact]) -> Vec<Fact> {
    let mut facts = valued_from;
    let further: Vec<Fact> = Fact::beyond(own, &facts).cloned().collect();
    facts.extend(further);
    let known: BTreeSet<&str> = facts.iter().map(|fact| fact.value.underlying()).collect();
    let is_taken = |fact: &&Fact| match fact.value {
        FactValue::Option { .. } | FactValue::Forward { .. } | FactValue::Perpetual { .. } => true,
        // A rate or a dividend that only the second book knows would move the own one; one of US dollars every underlying without one.
        FactValue::Rate { ref underlying, .. } => underlying != "USD" && !known.contains(underlying.as_str()),
        _ => !known.contains(fact.value.underlying()),
    };
    let (own_spots, second_spots) = (spots(&facts), spots(second));
    // Its level is of the second book's spot, as which it stands over the own one.
    let moved = |underlying: &str, price: Price| {
        let over = own_spots.get(underlying).zip(second_spots.get(underlying)).map_or(1.0, |(own, second)| own / second);
        Price::new(price.get() * over).unwrap_or(price)
    };
    let taken = Fact::beyond(second, &facts).filter(is_taken).cloned().map(|mut fact| {
        match &mut fact.value {
            FactValue::Forward { underlying, price, .. } | FactValue::Perpetual { underlying, price, .. } => {
                *price = moved(underlying, *price)
            }
            _ => {}
        }
        fact
    });
    let taken: Vec<Fact> = taken.collect();
    facts.extend(taken);
    facts
}

/// Spots by underlying, of several the one that is believed.
fn spots(facts: &[Fact]) -> BTreeMap<String, f64> {
    let of = |fact: &Fact| match &fact.value {
        FactValue::Spot { underlying, price } if price.get() > 0.0 => Some((underlying.clone(), price.get())),
        _ => None,
    };
    Fact::believed(facts).into_iter().filter_map(of).collect()
}
