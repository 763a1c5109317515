//! OKX, the fields that end in BS: Black and Scholes (1973) on the index, at the rate that the forward implies, in dollars of one
//! coin.

use crate::math::log_ratio;
use crate::method::Method;
use crate::price::convention::{ConventionDef, Figure, OptionState, method, on_spot};

/// The convention.
pub(super) const DEF: ConventionDef = ConventionDef {
    id: "okx-black-scholes",
    label: "OKX, Black–Scholes (BS)",
    venue: "OKX",
    doc: "deltaBS, gammaBS, vegaBS, thetaBS: Black–Scholes on the index with the rate ln(F/S)/T that forward and index imply. Delta \
          N(±d1); gamma per dollar; vega in dollars per vol point; theta in dollars per day, θ/365",
    figures,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    formula: "Black–Scholes on S with r = ln(F/S)/T;  Δ = ±N(±d₁),  vega/100,  θ/365",
    source: "OKX API, opt-summary, fields that end in BS; recovered from published rows",
    limits: "The rate is implied, since the venue publishes none.",
    ..method(&DEF)
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let [delta, gamma, vega, theta] = on_spot(state, log_ratio(state.black.forward, state.spot) / state.black.years);
    vec![state.delta(delta), state.gamma(gamma), state.vega(vega), state.theta(theta)]
}
