//! What is said of sums.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&COVERAGE, &HEALTH, &COMPARISON];

/// What totals leave out.
const COVERAGE: Method = Method {
    id: "coverage",
    label: "What totals leave out",
    doc: "How many positions a total counts, and the size of those that it does not.",
    formula: "positions = valued + expired + left out;  gross left out = Σ |q·c·S| where S is known",
    unit: "positions; US dollars",
    convention: "A missing number is named and counted, never taken as 0. What stands at its mark is counted apart.",
    source: "our rule",
    limits: "Where the spot of one that is left out is unknown, their gross notional is unknown as well.",
};

/// Health.
const HEALTH: Method = Method {
    id: "health",
    label: "Health of a lending account",
    doc: "How far a lending account is from liquidation, which comes below 1.",
    formula: "H = Σ collateral·price·threshold / Σ debt·price",
    unit: "a number",
    convention: "Over the legs of one account of one venue. Under a shock both sides are revalued.",
    source: "Aave documentation, health factor",
    limits: "Thresholds as the file states them; modes and caps of a protocol that change them are not known here.",
};

/// Two books.
const COMPARISON: Method = Method {
    id: "comparison",
    label: "Change since an earlier book",
    doc: "What prices, trades and expiries made of an earlier book.",
    formula: "price = V(q₀, market₁) − V(q₀, market₀)\n\
              trade = V(q₁, market₁) − V(q₀, market₁)\n\
              expiry = settlement − V(q₀, market₀), of what expired in between\n\
              unexplained = change − price − trade − expiry",
    unit: "US dollars",
    convention: "Per contract, venue, account and labels. The passing of time is a part of the price effect.",
    source: "our rule",
    limits: "What can be valued on one side only is unexplained, not an effect. Settlement is the later files' price of that expiry, else their \
             spot, and noted.",
};
