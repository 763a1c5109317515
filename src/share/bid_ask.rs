//! What is bid and asked for the options among the facts: written behind what is written without it, in a saved book and as a section of a
//! link.
//!
//! ```text
//! bids        varint n, n int differences of the place among the facts to the one before; some and nums of each of volatility of the bid,
//!             volatility of the ask, bid, ask
//! ```
//!
//! FROZEN as part of schema 4 of the saved book and of v3 of the link.

use crate::engine::Inputs;
use crate::issue::Issue;
use crate::market::{BidAsk, Fact, FactValue};
use crate::share::v1::column;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::{damaged, place};
use crate::units::{Price, Vol};

fn of(fact: &Fact) -> Option<&BidAsk> {
    match &fact.value {
        FactValue::Option { bid_ask, .. } if *bid_ask != BidAsk::default() => Some(bid_ask),
        _ => None,
    }
}

/// Whether a fact has any.
pub(super) fn is_needed(inputs: &Inputs) -> bool {
    inputs.facts.iter().any(|fact| of(fact).is_some())
}

/// Writes those of the facts.
pub(super) fn write<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    let all = || (0_i64..).zip(&inputs.facts).filter_map(|(place, fact)| Some((place, of(fact)?)));
    writer.count(all().count());
    place::write(writer, all().map(|(place, _)| place));
    column::write_some(writer, all().map(|(_, quoted)| quoted.bid_vol.map(Vol::get)));
    column::write_some(writer, all().map(|(_, quoted)| quoted.ask_vol.map(Vol::get)));
    column::write_some(writer, all().map(|(_, quoted)| quoted.bid.map(Price::get)));
    column::write_some(writer, all().map(|(_, quoted)| quoted.ask.map(Price::get)));
}

/// Reads them into the facts that were written without.
///
/// # Errors
/// Bytes that [`write`] does not write, or a value that no book may hold.
pub(super) fn read(reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
    let count = limited(reader.count(1)?, inputs.facts.len(), "options with a bid or an ask")?;
    let places = place::read(reader, count)?;
    let vols = [column::read_some(reader, count, Vol::new)?, column::read_some(reader, count, Vol::new)?];
    let prices = [column::read_some(reader, count, Price::new)?, column::read_some(reader, count, Price::new)?];
    let ([bid_vols, ask_vols], [bids, asks]) = (vols, prices);
    for (((place, bid_vol), ask_vol), (bid, ask)) in places.into_iter().zip(bid_vols).zip(ask_vols).zip(bids.into_iter().zip(asks)) {
        let quoted = BidAsk { bid_vol, ask_vol, bid, ask };
        match inputs.facts.get_mut(place).map(|fact| &mut fact.value) {
            Some(FactValue::Option { bid_ask, .. }) if quoted != BidAsk::default() => *bid_ask = quoted,
            _ => return Err(damaged()),
        }
    }
    Ok(())
}
