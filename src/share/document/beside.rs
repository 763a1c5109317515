//! What a packed book holds that the content of a link has no word for: dividends, a history, the venues' own Greeks, bids and asks.
//! FROZEN, part of the saved book, which describes it.

use crate::engine::Inputs;
use crate::issue::Issue;
use crate::share::document::source;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::{bid_ask, damaged, dividend, history, stated};

/// What a packed book starts with, before flags that are 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing: it starts with its flags.
    Nothing,
    /// A byte 2: dividends and nothing else.
    Dividends,
    /// A byte 3: what there is, is said by bits.
    Bits,
    /// A byte 4: the same, and bids and asks are among it.
    BidAsks,
}

impl Mark {
    /// The mark of a packed book, and what follows it.
    pub(super) fn split(packed: &[u8]) -> (Mark, &[u8]) {
        match packed.split_first() {
            Some((2, framed)) => (Mark::Dividends, framed),
            Some((3, framed)) => (Mark::Bits, framed),
            Some((4, framed)) => (Mark::BidAsks, framed),
            _ => (Mark::Nothing, packed),
        }
    }

    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Mark::Nothing => &[],
            Mark::Dividends => &[2],
            Mark::Bits => &[3],
            Mark::BidAsks => &[4],
        }
    }

    /// The oldest schema that knows of it.
    pub(super) fn schema(self) -> u16 {
        match self {
            Mark::Nothing => 1,
            Mark::Dividends => 2,
            Mark::Bits => 3,
            Mark::BidAsks => 4,
        }
    }
}

const DIVIDENDS: u8 = 1;
const HISTORY: u8 = 2;
const GREEKS: u8 = 4;
const BID_ASKS: u8 = 8;

fn bits(inputs: &Inputs) -> u8 {
    let of = |is_there: bool, bit: u8| if is_there { bit } else { 0 };
    of(dividend::count(inputs) > 0, DIVIDENDS)
        | of(!inputs.history.is_empty(), HISTORY)
        | of(stated::is_needed(inputs), GREEKS)
        | of(bid_ask::is_needed(inputs), BID_ASKS)
}

/// The mark of these.
pub(super) fn mark(inputs: &Inputs) -> Mark {
    match bits(inputs) {
        0 => Mark::Nothing,
        DIVIDENDS => Mark::Dividends,
        bits if bits & BID_ASKS == 0 => Mark::Bits,
        _ => Mark::BidAsks,
    }
}

/// Writes what there is.
pub(super) fn write<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    let bits = bits(inputs);
    if matches!(mark(inputs), Mark::Bits | Mark::BidAsks) {
        writer.byte(bits);
    }
    if bits & DIVIDENDS != 0 {
        dividend::write(writer, inputs);
        source::write_dividends(writer, inputs);
    }
    if bits & HISTORY != 0 {
        history::write(writer, &inputs.history);
        source::write_history(writer, inputs);
    }
    if bits & GREEKS != 0 {
        stated::write(writer, inputs);
    }
    if bits & BID_ASKS != 0 {
        bid_ask::write(writer, inputs);
    }
}

/// Reads it into inputs that were written without.
pub(super) fn read(reader: &mut Reader<'_>, mark: Mark, inputs: &mut Inputs) -> Result<(), Issue> {
    let expected = match mark {
        Mark::Nothing => 0,
        Mark::Dividends => DIVIDENDS,
        Mark::Bits | Mark::BidAsks => reader.byte()?,
    };
    if expected & DIVIDENDS != 0 {
        dividend::read(reader, inputs)?;
        source::read_dividends(reader, inputs)?;
    }
    if expected & HISTORY != 0 {
        inputs.history = history::read(reader)?;
        source::read_history(reader, inputs)?;
    }
    if expected & GREEKS != 0 {
        stated::read(reader, inputs)?;
    }
    if expected & BID_ASKS != 0 {
        bid_ask::read(reader, inputs)?;
    }
    // What is said to be there is there, and the mark is the one that it wants.
    if bits(inputs) == expected && self::mark(inputs) == mark { Ok(()) } else { Err(damaged()) }
}
