//! The venues' own Greeks of the positions: written behind what is written without them, in a saved book and as a section of a link.
//!
//! ```text
//! greeks      varint n, n int differences of the place among the positions to the one before, n varints k ≥ 1 of rules each, then over
//!             all of them together: texts rule; some and nums of each of delta, gamma, vega, theta
//! ```
//!
//! FROZEN as part of schema 3 of the saved book and of v3 of the link.

use crate::book::{Position, StatedGreeks};
use crate::engine::Inputs;
use crate::issue::Issue;
use crate::share::v1::column;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::{damaged, place};
use crate::units::Quantity;

fn greeks(position: &Position) -> &[StatedGreeks] {
    position.stated.as_ref().map_or(&[], |stated| &stated.greeks)
}

/// Whether a position has any.
pub(super) fn is_needed(inputs: &Inputs) -> bool {
    inputs.positions.iter().any(|position| !greeks(position).is_empty())
}

/// Writes those of the positions.
pub(super) fn write<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    let stating = || (0_i64..).zip(&inputs.positions).filter(|(_, position)| !greeks(position).is_empty());
    let all = || stating().flat_map(|(_, position)| greeks(position));
    writer.count(stating().count());
    place::write(writer, stating().map(|(place, _)| place));
    stating().for_each(|(_, position)| writer.count(greeks(position).len()));
    all().for_each(|greeks| writer.text(&greeks.rule));
    let mut column =
        |of: fn(&StatedGreeks) -> Option<Quantity>| column::write_some(writer, all().map(|greeks| of(greeks).map(Quantity::get)));
    column(|greeks| greeks.delta);
    column(|greeks| greeks.gamma);
    column(|greeks| greeks.vega);
    column(|greeks| greeks.theta);
}

/// Reads them into the positions that were written without.
///
/// # Errors
/// Bytes that [`write`] does not write, or a value that no book may hold.
pub(super) fn read(reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
    let count = limited(reader.count(1)?, inputs.positions.len(), "positions with Greeks")?;
    let places = place::read(reader, count)?;
    let mut counts = Vec::with_capacity(count);
    for _ in 0..count {
        counts.push(Some(reader.count(1)?).filter(|count| *count > 0).ok_or_else(damaged)?);
    }
    let total = counts.iter().try_fold(0_usize, |sum, count| sum.checked_add(*count)).ok_or_else(damaged)?;
    let total = limited(total, reader.limits.facts, "Greeks of venues")?;
    let mut all = Vec::with_capacity(total);
    for rule in reader.texts(total)? {
        all.push(StatedGreeks { rule: rule.into(), ..StatedGreeks::default() });
    }
    for of in [
        (|greeks| &mut greeks.delta) as fn(&mut StatedGreeks) -> &mut Option<Quantity>,
        |greeks| &mut greeks.gamma,
        |greeks| &mut greeks.vega,
        |greeks| &mut greeks.theta,
    ] {
        for (greeks, figure) in all.iter_mut().zip(column::read_some(reader, total, Quantity::new)?) {
            *of(greeks) = figure;
        }
    }
    let mut all = all.into_iter();
    for (place, count) in places.into_iter().zip(counts) {
        let stated = inputs.positions.get_mut(place).and_then(|position| position.stated.as_mut()).ok_or_else(damaged)?;
        stated.greeks = all.by_ref().take(count).collect();
    }
    Ok(())
}
