//! OKX, the fields without an ending or with PA: the coin price c = V/F and its derivatives, in coins of one coin.

use crate::method::Method;
use crate::price::convention::{ConventionDef, Figure, Measure, OptionState, Unit, method};

/// The convention.
pub(super) const DEF: ConventionDef = ConventionDef {
    id: "okx-coin",
    label: "OKX, in coin (PA)",
    venue: "OKX",
    doc: "delta, gamma, vega, theta and those that end in PA: derivatives of the coin price c = V/F by relative moves of the forward. \
          Delta N(±d1) − c, net of the premium; gamma F·Γ − 2·delta per move of 100 %; vega in coins per vol point; theta in coins \
          per day, θ/365",
    figures,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    formula: "c = V(F)/F\n\
              Δ = ±N(±d₁) − c,  Γ = F·Γ_F − 2·Δ,  vega/(100·F),  θ/(365·F)",
    unit: "Δ coins, Γ coins per move of 100 %, vega coins per point, θ coins per day; of one coin",
    source: "OKX API, opt-summary, fields without an ending or with PA; recovered from published rows",
    limits: "Derivatives by relative moves of the forward, not of the index.",
    ..method(&DEF)
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let (greeks, forward) = (state.black.greeks(), state.black.forward);
    let delta = greeks.delta - greeks.price / forward;
    vec![
        state.figure(Measure::Delta, Unit::Coins, state.coin.delta, delta),
        state.figure(Measure::Gamma, Unit::CoinsPerWholeMove, state.coin.gamma_1pct * 100.0, forward * greeks.gamma - 2.0 * delta),
        state.figure(Measure::Vega, Unit::CoinsPerPoint, state.coin.vega_1pt, greeks.vega / 100.0 / forward),
        state.figure(Measure::Theta, Unit::CoinsPerDay, state.coin.theta_1d, greeks.theta / 365.0 / forward),
    ]
}
