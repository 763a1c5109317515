//! Binance: Black and Scholes (1973) on the index with the venue's own rate, in dollars of one coin.

use crate::method::Method;
use crate::price::convention::{ConventionDef, Figure, OptionState, on_spot};

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
    id: DEF.id,
    label: DEF.label,
    doc: "How the venue's own Greeks of an option follow from the market that it is valued in, so that a published number can be \
              met and a difference has a name.",
    formula: "Black–Scholes on S with the venue's r;  Δ = ±N(±d₁),  vega/100,  θ/365",
    unit: "Δ coins, Γ per dollar, vega US dollars per point, θ US dollars per day; of one coin",
    convention: DEF.doc,
    source: "Binance options API, riskFreeInterest; recovered from published rows",
    limits: "Θ far out of the money differs by a rule that is not documented.",
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let [delta, gamma, vega, theta] = on_spot(state, state.rate);
    vec![state.delta(delta), state.gamma(gamma), state.vega(vega), state.theta(theta)]
}
