//! Dividends among the facts, which no link up to v2 has a word for: taken out before v1 or v2 writes the facts, written beside them, and
//! put back in their places.
//!
//! ```text
//! dividends   varint n, n int differences of the place among the facts to the one before, n texts underlying, times(n) ex-date, nums(n)
//!             amount, n bytes origin (0 a position's row, 1 assumed, 2 quoted), some(n) and times
//! ```
//!
//! FROZEN as part of schema 2 of the saved book and of v3 of the link.

use crate::engine::Inputs;
use crate::issue::{Issue, Source};
use crate::market::{Fact, FactValue, Origin};
use crate::share::damaged;
use crate::share::v1::column;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::units::{Price, Timestamp};
use std::borrow::Cow;

/// How many of the facts are dividends.
pub(super) fn count(inputs: &Inputs) -> usize {
    inputs.facts.iter().filter(|fact| is_dividend(fact)).count()
}

/// Whether a fact is one.
pub(super) fn is_dividend(fact: &Fact) -> bool {
    matches!(fact.value, FactValue::Dividend { .. })
}

/// The inputs as v1 and v2 know them.
pub(super) fn without(inputs: &Inputs) -> Cow<'_, Inputs> {
    if count(inputs) == 0 {
        return Cow::Borrowed(inputs);
    }
    let mut plain = inputs.clone();
    plain.facts.retain(|fact| !is_dividend(fact));
    Cow::Owned(plain)
}

/// Writes the dividends of the inputs.
pub(super) fn write<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    let mut places: Vec<i64> = Vec::new();
    let (mut underlyings, mut ex_dates, mut amounts, mut facts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, fact) in (0..).zip(&inputs.facts) {
        if let FactValue::Dividend { underlying, ex_date, amount } = &fact.value {
            places.push(place);
            underlyings.push(underlying);
            ex_dates.push(*ex_date);
            amounts.push(amount.get());
            facts.push(fact);
        }
    }
    writer.count(places.len());
    let mut before = 0;
    for place in places {
        writer.signed(place - before);
        before = place;
    }
    underlyings.into_iter().for_each(|underlying| writer.text(underlying));
    writer.times(&ex_dates);
    column::write(writer, &amounts);
    for fact in &facts {
        writer.byte(match fact.origin {
            Origin::Position => 0,
            Origin::Assumed => 1,
            Origin::Quote => 2,
        });
    }
    writer.presence(&facts.iter().map(|fact| fact.time.is_some()).collect::<Vec<bool>>());
    writer.times(&facts.iter().filter_map(|fact| fact.time).collect::<Vec<Timestamp>>());
}

/// Reads them into the inputs that were written without.
///
/// # Errors
/// Bytes that [`write`] does not write, or a value that no book may hold.
pub(super) fn read(reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
    let count = reader.count(1)?;
    limited(inputs.facts.len() + count, reader.limits.facts, "market figures")?;
    let mut places = Vec::with_capacity(count);
    let mut place = 0_i64;
    for _ in 0..count {
        place = place.checked_add(reader.signed()?).ok_or_else(damaged)?;
        places.push(usize::try_from(place).map_err(|_| damaged())?);
    }
    let underlyings = reader.texts(count)?;
    let ex_dates = reader.times(count)?;
    let amounts = column::read(reader, count)?;
    let mut origins = Vec::with_capacity(count);
    for _ in 0..count {
        origins.push(match reader.byte()? {
            0 => Origin::Position,
            1 => Origin::Assumed,
            2 => Origin::Quote,
            _ => return Err(damaged()),
        });
    }
    let has_time = reader.presence(count)?;
    let times = column::read_where(&has_time, |count| reader.times(count))?;
    let mut kept = std::mem::take(&mut inputs.facts).into_iter();
    let terms = underlyings.into_iter().zip(ex_dates).zip(amounts);
    for (((place, origin), time), ((underlying, ex_date), amount)) in places.into_iter().zip(origins).zip(times).zip(terms) {
        // Places ascend: each stands behind the one before and at most at the end.
        let missing = place.checked_sub(inputs.facts.len()).filter(|missing| *missing <= kept.len()).ok_or_else(damaged)?;
        inputs.facts.extend(kept.by_ref().take(missing));
        let amount = Price::new(amount)?;
        inputs.facts.push(Fact { value: FactValue::Dividend { underlying, ex_date, amount }, time, origin, source: Source::default() });
    }
    inputs.facts.extend(kept);
    Ok(())
}
