//! What is said of counterparties.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&EXPOSURE, &LOSS, &FAILURE, &HIDDEN];

/// Exposure at default.
const EXPOSURE: Method = Method {
    id: "exposure-at-default",
    label: "Exposure at default",
    doc: "What one counterparty holds of the book: lost if it fails and nothing is recovered.",
    formula: "EAD = max(0, balances + unrealized gains + options + staked, lent and pledged − owed)",
    unit: "US dollars",
    convention: "By counterparty: the label of that name, else the venue. Accounts of one counterparty are netted.",
    source: "replacement cost of a netting set (Basel Framework, CRE52), without the part for what may be added",
    limits: "What prices may add before it fails is not in it. Sub-accounts that the law would not net are netted. Positions whose file names no \
             venue are nobody's.",
};

/// Expected loss.
const LOSS: Method = Method {
    id: "expected-loss",
    label: "Expected loss",
    doc: "Exposure times the probability that it fails within a year times what is then not recovered.",
    formula: "EL = EAD·PD·LGD",
    unit: "US dollars a year",
    convention: "Where the user states no rates: exchanges 3 % and 60 %, protocols 2 % and 80 %, brokers 0.2 % and 45 %, chosen by Plimsoll on \
                 2026-11-21 as orders of magnitude; a counterparty of no known kind has none.",
    source: "by definition (Basel Framework, CRE35); the broker's loss CRE32.6; the other rates are our choice, with no statistics behind them",
    limits: "One failure at a time: failures that come together, as they do, are not in it.",
};

/// The failure test.
const FAILURE: Method = Method {
    id: "failure",
    label: "Failure of a venue, chain, protocol or stablecoin",
    doc: "The book without everything that is held there: the equity lost, and the delta, gamma and vega of the rest.",
    formula: "equity lost = max(0, Σ V of what fails)\n\
              after = before − Σ of what fails, by underlying",
    unit: "US dollars",
    convention: "Nothing is recovered. Chains and protocols by the labels of those names. A stablecoin takes its balances, lent less borrowed, the \
                 pools that hold it and the contracts that settle in it: their gains would be paid in nothing.",
    source: "our rule",
    limits: "Prices stay where they are, though a failure of size moves them.",
};

/// Hidden concentration.
const HIDDEN: Method = Method {
    id: "hidden-concentration",
    label: "Hidden concentration",
    doc: "A failure that leaves more delta, gamma or vega than the whole book has: the hedges of the rest stand there.",
    formula: "told where |after| − |before| > 10 % of Σ |net by holder and underlying|",
    unit: "US dollars",
    convention: "Looked for in every venue, chain, protocol and stablecoin, for the whole book and by underlying; what has no holder counts as one.",
    source: "our rule; 10 % is our choice",
    limits: "Nets at the present market. A holder of several underlyings that offset each other shows by underlying only.",
};
