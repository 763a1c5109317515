//! What is said of ladders.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&LADDER, &PIN, &TENOR, &SMILE];

/// By expiry and strike.
const LADDER: Method = Method {
    id: "ladder",
    label: "Greeks by expiry and strike",
    doc: "Where the options of one underlying stand: gamma, vega and open premium at each expiry and strike.",
    formula: "gamma = Σ Γ·S²/100;  vega = Σ ν/100;  premium = Σ V, over the options of one expiry and strike",
    unit: "US dollars of delta per 1 % of spot; US dollars per vol point; US dollars",
    convention: "Calls and puts together, linear and inverse alike in dollars. Only options that are alive.",
    source: "by definition",
    limits: "Strikes of two underlyings are never in one ladder. Options that are left out are in none.",
};

/// Pin risk.
const PIN: Method = Method {
    id: "pin",
    label: "Pin risk",
    doc: "A strike so near the spot so shortly before expiry that it is open whether the option ends in the money, and with it how much delta is \
          there.",
    formula: "flagged where T ≤ 7 days, |S − K| < k·S·σ·√T with k = 1, and calls and puts do not cancel\n\
              swing = (q_calls + q_puts)·c·S",
    unit: "US dollars",
    convention: "σ is the largest vol of the strike's own options. The swing is the cash delta just above the strike at expiry less that just \
                 below it: a call goes from 0 to 1, a put from −1 to 0.",
    source: "our rule; k = 1 and seven days are our choice",
    limits: "At spot, without the averaging by which many venues settle, which makes the step a slope in the last half hour.",
};

/// Vega by tenor.
const TENOR: Method = Method {
    id: "vega-by-tenor",
    label: "Vega by tenor, raw and √-weighted",
    doc: "Dollars per vol point at each expiry, as they are and in moves of a 30-day vol.",
    formula: "raw = Σ ν/100;  weighted = Σ ν·√(30/days)/100",
    unit: "US dollars per vol point; US dollars per point of 30-day vol",
    convention: "Days with their fraction, no floor, as in the pivot's measure; tenors are the pivot's times to expiry.",
    source: "Taleb 1997, Dynamic Hedging, chapter 9",
    limits: "Short vols move more than long ones by about this rule, not exactly so. Skew stays as it is.",
};

/// Vega on the smile.
const SMILE: Method = Method {
    id: "vega-by-delta",
    label: "Vega by delta bucket, risk reversal and butterfly",
    doc: "Which way the book is exposed to the level, the tilt and the curvature of the smile.",
    formula: "place by N(−d₁) = N(ln(K/F)/(σ√T) − σ√T/2): below 0.175, 0.375, up to 0.625, 0.825, above\n\
              risk reversal = vega(25Δ calls) − vega(25Δ puts)\n\
              butterfly = vega(25Δ calls) + vega(25Δ puts) − vega(middle)",
    unit: "US dollars per vol point",
    convention: "A call and a put of one strike stand at one place, since they share one vol. One point more of risk reversal, with half of it on \
                 either side, is worth half its vega.",
    source: "our rule; the quotes as in Wystup 2006, FX Options and Structured Products",
    limits: "Five places: what moves the far wings alone is in the 10Δ places and in neither sum.",
};
