//! What is said of what is held.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&NETTING, &STRATEGIES];

/// Netting.
const NETTING: Method = Method {
    id: "netting",
    label: "Netting of lots",
    doc: "Lots of one contract, account, venue and labels as one position, on request.",
    formula: "q = Σ qᵢ\n\
              linear: E = Σ qᵢ·Eᵢ / q;  inverse: 1/E = Σ (qᵢ/Eᵢ) / q",
    unit: "the contract's own quantity and price",
    convention: "The entry at which the one position gains what the lots gain, at every price.",
    source: "contract specifications of the venues",
    limits: "Where no one entry price gains what the lots gain, as of lots that cancel, the gain that no longer depends on the price is paid into the \
             account's balance.",
};

/// Structures.
const STRATEGIES: Method = Method {
    id: "strategies",
    label: "Structures",
    doc: "Spreads, straddles, condors, collars and carries that positions add up to.",
    formula: "more legs before fewer; equal sizes before the common part of unequal ones; near strikes before far ones",
    unit: "contracts",
    convention: "Per venue, account and underlying, options of one settlement among themselves. A coin that is sold forward covers no \
              call.",
    source: "our rule",
    limits: "Greedy: a book that can be read in two ways is read in one. Signs and sums of every position are kept.",
};
