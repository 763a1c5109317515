//! What a packed book holds beside the content of a link. FROZEN, part of `document`, which describes it.

use crate::engine::Inputs;
use crate::share::dividend;
use crate::share::document::{PLAIN, WITH_HISTORY, WITH_SECTIONS};

/// What a packed book holds that flags and content have no word for: a byte before them, which are 0 or 1 themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    Dividends,
    History,
}

impl Beside {
    pub(super) fn of(inputs: &Inputs) -> Beside {
        match (inputs.history.is_empty(), dividend::count(inputs)) {
            (false, _) => Beside::History,
            (true, 0) => Beside::Nothing,
            (true, _) => Beside::Dividends,
        }
    }

    /// What a packed book starts with.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Beside::Nothing => &[],
            Beside::Dividends => &[2],
            Beside::History => &[3],
        }
    }

    /// The mark of a packed book, and what follows it.
    pub(super) fn split(packed: &[u8]) -> (Beside, &[u8]) {
        match packed.split_first() {
            Some((2, framed)) => (Beside::Dividends, framed),
            Some((3, framed)) => (Beside::History, framed),
            _ => (Beside::Nothing, packed),
        }
    }

    /// The oldest schema that knows of it.
    pub(super) fn schema(self) -> u16 {
        match self {
            Beside::Nothing => PLAIN,
            Beside::Dividends => WITH_SECTIONS,
            Beside::History => WITH_HISTORY,
        }
    }
}
