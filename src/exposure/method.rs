//! What is said of sums.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&COVERAGE, &HEALTH, &COMPARISON, &BASIS, &FUNDING, &CARRY_BOOK, &FORWARD_VOL, &OVERHANG, &TOKEN_UNLOCK];

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
    doc: "What prices, trades and expiries made of an earlier book: of its value, net delta, gross notional, gamma, vega or theta.",
    formula: "price = V(q₀, market₁) − V(q₀, market₀)\n\
              trade = V(q₁, market₁) − V(q₀, market₁)\n\
              expiry = settlement − V(q₀, market₀), of what expired in between\n\
              unexplained = change − price − trade − expiry;  V the value, or the exposure",
    unit: "US dollars; gamma for a move of 1 %, vega for a vol point, theta for a day",
    convention: "Per contract, venue, account and labels. The passing of time is a part of the price effect.",
    source: "our rule",
    limits: "What can be valued on one side only is unexplained, not an effect. Settlement is the later files' price of that expiry, else their \
             spot, and noted.",
};

/// Basis.
const BASIS: Method = Method {
    id: "basis",
    label: "Annualized basis",
    doc: "What a forward stands above spot, as a rate a year, for every expiry that the files or the book know.",
    formula: "basis = F/S − 1;  a year: (F/S − 1) · 365/days\n\
              between two expiries: ln(F₂/F₁)/(T₂ − T₁),  the first from spot",
    unit: "fractions of spot, shown in percent; days of 24 hours",
    convention: "Simple against spot, continuous between expiries. A forward that no file gives is derived, and marked so.",
    source: "by definition; cost of carry: Hull 2018, ch. 5",
    limits: "Not annualized within the last day. Of a share it holds dividends to come.",
};

/// Funding.
const FUNDING: Method = Method {
    id: "funding-carry",
    label: "Funding carry",
    doc: "What the perpetuals of a venue earn or pay if their funding stays as it is.",
    formula: "a year = −f · N;  a day = a year / 365\n\
              N = q·c·M (linear), q·c·S/M (inverse)",
    unit: "US dollars, + the book earns; f a fraction a year, + longs pay; N US dollars, + long",
    convention: "The rate stays, and is simple: nothing is compounded.",
    source: "contract specifications of the venues",
    limits: "One rate for each underlying, that of the file which states it: venues are not told apart. Without a rate there is no number.",
};

/// Carry books.
const CARRY_BOOK: Method = Method {
    id: "carry-book",
    label: "Carry book",
    doc: "A long and a short leg of one underlying that hedge each other: what holding both earns, and what is left over.",
    formula: "a year = n·S·(y_short − y_long);  up to the first expiry T: times T\n\
              y: 0 of coins, f of a perpetual, (F/S − 1)·365/days of a future",
    unit: "US dollars; n coins on each side, an inverse contract q·c/F of them",
    convention: "Legs are netted over the whole book, then matched in this order: coins and shares, perpetuals, futures by expiry. Locked in \
                 where no perpetual is a leg. At the prices of now, whatever was paid.",
    source: "our rule; basis trade: Hull 2018, ch. 5",
    limits: "Options and pool shares are no legs. Borrowing, margin and fees are not in it, nor is the gain of collateral. Within the last \
             day of a future its yield is not known.",
};

/// Volatility between two expiries.
const FORWARD_VOL: Method = Method {
    id: "forward-vol",
    label: "Forward volatility",
    doc: "The volatility that two neighboring expiries leave for the time between them, at the money.",
    formula: "σ² = (σ₂²·T₂ − σ₁²·T₁)/(T₂ − T₁)",
    unit: "decimals, shown in percent a year; T years of 365 days",
    convention: "Each expiry at its own forward, by its fitted smile. Below 0 the later expiry costs less than the earlier one and is marked.",
    source: "by definition; Gatheral 2006, The volatility surface, ch. 3",
    limits: "At the money only; calendar spreads at other strikes stand under Arbitrage on the Market page.",
};

/// Fully diluted value.
const OVERHANG: Method = Method {
    id: "overhang",
    label: "Fully diluted overhang",
    doc: "How much more a coin would be worth in all if every token to come were traded at the price of now.",
    formula: "overhang = (FDV − MC)/MC = total/circulating − 1;  MC = P·circulating,  FDV = P·total",
    unit: "a fraction, shown in percent; US dollars",
    convention: "Supplies are the user's own table, never built in.",
    source: "by definition",
    limits: "As old as the table.",
};

/// Unlock.
const TOKEN_UNLOCK: Method = Method {
    id: "token-unlock",
    label: "Token unlock",
    doc: "What the next unlock takes from the coins that are held, staked or lent.",
    formula: "P′ = P·(circulating/(circulating + unlock))^ε;  loss = n·(P − P′)",
    unit: "US dollars; n coins; ε 0 to 5",
    convention: "ε = 1 keeps the value of all that is traded, 0 the price; without an ε there is no number. Coins that are borrowed count \
                 against those that are held.",
    source: "our rule: constant elasticity of the price by the supply",
    limits: "No word on when the market prices it in: it may have done so already. Derivatives of the coin are not in it.",
};
