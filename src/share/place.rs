//! Places in a list that ascend: n int differences, each to the one before. FROZEN, part of what says so.

use crate::issue::Issue;
use crate::share::damaged;
use crate::share::v1::wire::{Reader, Writer};

/// Writes them.
pub(super) fn write(writer: &mut Writer<'_>, places: impl Iterator<Item = i64>) {
    let mut before = 0;
    for place in places {
        writer.signed(place - before);
        before = place;
    }
}

/// Reads so many.
///
/// # Errors
/// Places that do not ascend.
pub(super) fn read(reader: &mut Reader<'_>, count: usize) -> Result<Vec<usize>, Issue> {
    let mut places = Vec::with_capacity(count);
    let mut place = 0_i64;
    for _ in 0..count {
        let step = reader.signed()?;
        if step < 0 || (step == 0 && !places.is_empty()) {
            return Err(damaged());
        }
        place = place.checked_add(step).ok_or_else(damaged)?;
        places.push(usize::try_from(place).map_err(|_| damaged())?);
    }
    Ok(places)
}
