//! What is said of a fitted surface.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&SVI, &FORWARDS, &TERM, &DYNAMICS, &ARBITRAGE];

/// The fit.
const SVI: Method = Method {
    id: "svi",
    label: "Fitted smile (SVI)",
    doc: "The smile of an expiry as a curve of five parameters, beside what every quote misses it by.",
    formula: "w(k) = a + b·[ρ·(k − m) + √((k − m)² + s²)],  k = ln(K/F),  w = σ²T\n\
              minimize Σ vegaᵢ·(w(kᵢ) − wᵢ)²·spread/spreadᵢ,  b·(1 + |ρ|) ≤ 2,  min w ≥ a hundredth of the least wᵢ",
    unit: "w total variance; residuals in vol points",
    convention: "Weights are vegas, over what is asked less what is bid as a volatility, against the median of the expiry and within a tenth \
              and ten times; where nothing is bid the bid is 0, and without an ask the spread is taken as the median. The fit is taken where it predicts a quote that is left out no worse than a \
              straight line between its neighbors, to a tenth of a vol point; else the line is kept and said.",
    source: "Gatheral 2004, A parsimonious arbitrage-free implied volatility parameterization; Zeliade Systems 2009, Quasi-explicit \
              calibration; left out by leverage: Cook and Weisberg 1982",
    limits: "From five quotes on. Positions are not valued by it.",
};

/// The forward of a chain.
const FORWARDS: Method = Method {
    id: "chain-forward",
    label: "Forward of a chain",
    doc: "Every way to come by the forward of an expiry, side by side, and the one that is used.",
    formula: "stated: future or chain\n\
              parity: F = K + (C − P)·e^(rT), inverse F = K/(1 − (c − p)); median over the seven strikes nearest the money\n\
              basis: S·e^(b(T)·T)",
    unit: "US dollars for one",
    convention: "A price that a file states comes first, then parity, then the basis.",
    source: "Stoll 1969, The relationship between put and call option prices",
    limits: "Parity is not taken of American options.",
};

/// Between expiries.
const TERM: Method = Method {
    id: "term",
    label: "Between and beyond expiries",
    doc: "The vol at a time that no expiry of the chain has.",
    formula: "w(k, T) linear in T between T₁ and T₂ at equal k;  before and after: σ(k) of the nearest, held",
    unit: "a year, as a decimal",
    convention: "k is taken to each expiry's own forward. Beyond the expiries the answer is named an extrapolation.",
    source: "Gatheral 2006, The volatility surface, chapter 3",
    limits: "Days of events between two expiries are not told apart.",
};

/// When the forward moves.
const DYNAMICS: Method = Method {
    id: "skew-stickiness",
    label: "Smile when the forward moves (skew stickiness)",
    doc: "What becomes of the smile of a surface after a move of the forward.",
    formula: "dσ_ATM = R·(∂σ/∂k)·d ln F\n\
              σ′(k) = σ(k + R·x),  x = ln(F′/F)",
    unit: "R a number: 0 sticky moneyness, 1 sticky strike",
    convention: "Every R is one slide of the present smile. The shock bar keeps each contract's own vol, which is R = 1 for what is \
              quoted.",
    source: "Bergomi 2009, Smile dynamics IV",
    limits: "Local volatility models are near 2 for short expiries; jumps of the level are a vol shock of their own.",
};

/// Arbitrage.
const ARBITRAGE: Method = Method {
    id: "arbitrage",
    label: "Arbitrage in a surface",
    doc: "Quotes or curves from which a position that costs less than nothing can be built, and by how many vol points.",
    formula: "butterfly of quotes: price above the chord of its neighbors\n\
              butterfly of a curve: Durrleman's g(k) = (1 − k·w′/2w)² − (w′²/4)·(1/w + 1/4) + w″/2 < 0\n\
              calendar: w(k, T₂) < w(k, T₁) for T₁ < T₂",
    unit: "vol points by which the vol in the middle stands too high, or the later one too low",
    convention: "What rounding explains is left out: a venue states hundredths of a point.",
    source: "Gatheral and Jacquier 2014, Arbitrage-free SVI volatility surfaces, eq. 2.1; Fengler 2009, proposition 2.1",
    limits: "Mark vols have no bid and ask, so that what is found may not be tradable. Nothing is repaired.",
};
