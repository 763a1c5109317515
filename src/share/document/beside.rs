//! What a saved book holds for which the content of a v2 link has no word: dividends, histories, the Greeks that venues state. FROZEN,
//! part of the document, which describes it.

use crate::engine::Inputs;
use crate::issue::Issue;
use crate::share::document::source;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::{dividend, history, stated};

pub(super) const PLAIN: u16 = 1;
pub(super) const WITH_SECTIONS: u16 = 2;
const WITH_HISTORY: u16 = 3;
const WITH_GREEKS: u16 = 4;
/// The newest schema.
pub(super) const NEWEST: u16 = WITH_GREEKS;

/// The most that stands beside: a byte before the flags of a packed book, which are 0 or 1 themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    Dividends,
    /// With dividends or without.
    History,
    /// With either or without.
    Greeks,
}

impl Beside {
    /// What these inputs need.
    pub(super) fn of(inputs: &Inputs) -> Beside {
        match (stated::is_needed(inputs), inputs.history.is_empty(), dividend::count(inputs)) {
            (true, _, _) => Beside::Greeks,
            (false, false, _) => Beside::History,
            (false, true, 0) => Beside::Nothing,
            (false, true, _) => Beside::Dividends,
        }
    }

    /// What a packed book starts with.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Beside::Nothing => &[],
            Beside::Dividends => &[2],
            Beside::History => &[3],
            Beside::Greeks => &[4],
        }
    }

    /// The mark of a packed book, and what follows it.
    pub(super) fn split(packed: &[u8]) -> (Beside, &[u8]) {
        match packed.split_first() {
            Some((2, framed)) => (Beside::Dividends, framed),
            Some((3, framed)) => (Beside::History, framed),
            Some((4, framed)) => (Beside::Greeks, framed),
            _ => (Beside::Nothing, packed),
        }
    }

    /// The oldest schema that knows of it.
    pub(super) fn schema(self) -> u16 {
        match self {
            Beside::Nothing => PLAIN,
            Beside::Dividends => WITH_SECTIONS,
            Beside::History => WITH_HISTORY,
            Beside::Greeks => WITH_GREEKS,
        }
    }

    /// Writes it, with the sources of what has some.
    pub(super) fn write<'a>(self, writer: &mut Writer<'a>, inputs: &'a Inputs) {
        let (has_dividends, has_history) = (dividend::count(inputs) > 0, !inputs.history.is_empty());
        if matches!(self, Beside::History | Beside::Greeks) {
            writer.byte(u8::from(has_dividends));
        }
        if has_dividends {
            dividend::write(writer, inputs);
            source::write_dividends(writer, inputs);
        }
        if self == Beside::Greeks {
            writer.byte(u8::from(has_history));
        }
        if has_history {
            history::write(writer, &inputs.history);
            source::write_history(writer, inputs);
        }
        if self == Beside::Greeks {
            stated::write(writer, inputs);
        }
    }

    /// Reads it into the inputs that were written without.
    ///
    /// # Errors
    /// Bytes that [`Beside::write`] does not write, or a value that no book may hold.
    pub(super) fn read(self, reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
        let is_told = matches!(self, Beside::History | Beside::Greeks);
        if self == Beside::Dividends || (is_told && reader.flag()?) {
            dividend::read(reader, inputs)?;
            source::read_dividends(reader, inputs)?;
        }
        if self == Beside::History || (self == Beside::Greeks && reader.flag()?) {
            inputs.history = history::read(reader)?;
            source::read_history(reader, inputs)?;
        }
        if self == Beside::Greeks {
            stated::read(reader, inputs)?;
        }
        Ok(())
    }
}
