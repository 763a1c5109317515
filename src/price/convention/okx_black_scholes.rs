//! OKX, the fields that end in BS: Black and Scholes (1973) on the index, at the rate that the forward implies, in dollars of one
//! coin.

use crate::math::log_ratio;
use crate::price::convention::{ConventionDef, Figure, OptionState, on_spot};

/// The convention.
pub(super) const DEF: ConventionDef = ConventionDef {
    id: "okx-black-scholes",
    label: "OKX, Black–Scholes (BS)",
    venue: "OKX",
    doc: "deltaBS, gammaBS, vegaBS, thetaBS: Black–Scholes on the index with the rate ln(F/S)/T that forward and index imply. Delta \
          N(±d1); gamma per dollar; vega in dollars per vol point; theta in dollars per day, θ/365",
    figures,
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let [delta, gamma, vega, theta] = on_spot(state, log_ratio(state.black.forward, state.spot) / state.black.years);
    vec![state.delta(delta), state.gamma(gamma), state.vega(vega), state.theta(theta)]
}
