//! Stage: a book and what could be done to it → the book that would follow.
//!
//! Invariant: nothing here is done: every output is a book of its own beside the open one, to be valued in its turn.

pub mod overlay;

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&overlay::METHOD, &WHAT_IF];

/// A position closed in part, and trades.
const WHAT_IF: Method = Method {
    id: "what-if",
    label: "What if a leg is closed, or traded",
    doc: "The headline numbers, the P&L under the shock and the trough of the profile, as they are and with a part of one position closed and further \
          trades done.",
    formula: "measure(book with (1 − f)·q, the trades, and what they pay or cost as cash) − measure(book)",
    unit: "that of each measure; f a part of the position",
    convention: "Closed and traded at the prices that they are valued at, so that equity does not move; of a future or perpetual the gain is paid out. \
                 A trade against a held lot of the same instrument in the same account closes it; one that names no account is taken to be in the one \
                 that holds the instrument.",
    source: "our rule",
    limits: "No fee, spread or impact. The open book is not changed.",
};
