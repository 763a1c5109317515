//! What is said of the numbers of a market: which statement is believed, and what stands in where there is none.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&FACTS, &SPOT, &PERPETUAL, &FORWARD, &RATE, &VOL, &IMPLIED, &SMILE];

/// Which statement is believed.
const FACTS: Method = Method {
    id: "facts",
    label: "Statements of the files",
    doc: "Which of two statements about one number is believed.",
    formula: "a market file before a position's own row, then the later time, then the later row",
    unit: "of the number",
    convention: "Two statements of one file that stand equal and differ are noted.",
    source: "our rule",
    limits: "A statement without a time counts as older than any with one.",
};

/// Spot.
const SPOT: Method = Method {
    id: "spot",
    label: "Spot",
    doc: "The price at which a coin or share is held now.",
    formula: "S = the spot of the files, else the perpetual's mark, else the nearest forward",
    unit: "US dollars for one",
    convention: "What stands in is noted under every number that it enters.",
    source: "our rule",
    limits: "Without any of these the positions are left out and counted.",
};

/// Mark of the perpetual.
const PERPETUAL: Method = Method {
    id: "perpetual-mark",
    label: "Mark of a perpetual",
    doc: "The price that a perpetual is valued at.",
    formula: "M = the mark of the files, linear and inverse apart, else S",
    unit: "US dollars for one",
    convention: "The venue's mark, not its last trade.",
    source: "our rule",
    limits: "One mark for each underlying and settlement, whatever the venue: venues that differ are shown by the check across \
              venues.",
};

/// Forward.
const FORWARD: Method = Method {
    id: "forward",
    label: "Forward",
    doc: "The price for delivery at an expiry, on which everything of that expiry is valued.",
    formula: "quoted: F\n\
              else F = S·e^(b(T)·T), b linear between ln(Fᵢ/S)/Tᵢ of the quoted expiries, held beyond them\n\
              else F = S·e^(rT), else F = S",
    unit: "US dollars for one; T in years of 365 days; b a year, continuous",
    convention: "A quoted forward with less than a day to live says nothing of the basis. What stands in is noted.",
    source: "our rule",
    limits: "b between two expiries is as smooth as a straight line is; a dividend day between them is not seen.",
};

/// Rate.
const RATE: Method = Method {
    id: "rate",
    label: "Rate and dollars",
    doc: "What discounts linear options, and what a unit of a quote currency is worth.",
    formula: "r = the rate of the files, else 0\n\
              USD = 1, a dollar coin = 1",
    unit: "per year, continuous; US dollars",
    convention: "0 is the convention of the crypto venues, whose forwards carry the rate. That a dollar coin counts as a dollar is \
              noted.",
    source: "our rule",
    limits: "One rate for all expiries of an underlying. A quote currency that is no dollar is refused, not converted.",
};

/// Volatility of a position.
const VOL: Method = Method {
    id: "vol",
    label: "Volatility of a position",
    doc: "The vol that an option is valued at, by the first of these that there is.",
    formula: "1  its mark vol\n\
              2  implied from its mark price in the market files\n\
              3  the smile of its expiry\n\
              4  implied from the mark of its own row\n\
              5  smiles of other expiries: σ²T linear in T at equal ln(K/F)",
    unit: "a year, as a decimal: 0.65 is 65 %",
    convention: "A position is never valued by the fitted surface, so that a quoted option has its quote. All but the first are noted.",
    source: "our rule",
    limits: "Where a mark price is at or below intrinsic value the vol is 0, which is said; above its upper bound there is none, \
              and the position is left out.",
};

/// Implied volatility.
const IMPLIED: Method = Method {
    id: "implied-vol",
    label: "Implied volatility",
    doc: "The vol at which the model gives a price.",
    formula: "f(σ) = V(σ) − price = 0\n\
              European: Newton on ln(−ln(time value/bound)) in ln(σ√T)\n\
              American: bracketed from the European one above, inverse quadratic with bisection on ln(time value) in ln σ",
    unit: "a year, as a decimal",
    convention: "The option out of the money is solved; a linear price is undiscounted first, an inverse one multiplied by F.",
    source: "Jäckel 2015, Let's be rational, eq. 2.4 (normalization); Chandrupatla 1997 (American)",
    limits: "No answer where no vol gives the price; near the bounds the price has too few digits to tell one vol from another, and \
              the tolerance of the accuracy set follows that.",
};

/// The smile that stands in.
const SMILE: Method = Method {
    id: "smile",
    label: "Smile of an expiry",
    doc: "The vol of a strike that no file quotes, between those that are quoted.",
    formula: "w(k) = σ²T linear in k = ln(K/F) between quotes, held beyond them",
    unit: "σ a year, as a decimal",
    convention: "Of call and put at one strike the one out of the money counts. A quoted strike answers its own quote to the bit.",
    source: "our rule; total variance as in Gatheral 2006, The volatility surface",
    limits: "It has corners at the quotes and says nothing of the wings.",
};
