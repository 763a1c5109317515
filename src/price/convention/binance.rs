//! Binance: Black and Scholes (1973) on the index with the venue's own rate, in dollars of one coin.

use crate::method::Method;
use crate::price::convention::{ConventionDef, Figure, OptionState, method, on_spot};

/// The convention.
pub(super) const DEF: ConventionDef = ConventionDef {
    id: "binance",
    label: "Binance",
    venue: "Binance",
    doc: "Black–Scholes on the index with the venue's rate (riskFreeInterest). Delta N(±d1); gamma per dollar; vega in dollars per vol \
          point; theta in dollars per day, taken as θ/365: a published row of an option far out of the money has a fourth more, by a \
          rule that is not documented",
    figures,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    formula: "Black–Scholes on S with the venue's r;  Δ = ±N(±d₁),  vega/100,  θ/365",
    source: "Binance options API, riskFreeInterest; recovered from published rows",
    limits: "Θ far out of the money differs by a rule that is not documented.",
    ..method(&DEF)
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let [delta, gamma, vega, theta] = on_spot(state, state.rate);
    vec![state.delta(delta), state.gamma(gamma), state.vega(vega), state.theta(theta)]
}
