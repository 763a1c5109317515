//! Bybit: Black (1976) with rate 0 on the expiry's own forward, in dollars of one coin.

use crate::method::Method;
use crate::price::convention::{ConventionDef, Figure, OptionState, method};

/// The convention.
pub(super) const DEF: ConventionDef = ConventionDef {
    id: "bybit",
    label: "Bybit",
    venue: "Bybit",
    doc: "Black on the expiry's own forward (underlyingPrice) without a rate. Delta N(±d1); gamma per dollar; vega in dollars per vol \
          point; theta in dollars per day, θ/365 times the days left if less than one. The rule for theta was recovered from one \
          published row of an option with three hours to live",
    figures,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    formula: "Black with r = 0 on F;  θ_venue = θ/365 · min(1, days left)",
    source: "Bybit v5 tickers; recovered from published rows",
    limits: "The rule for θ rests on one published row.",
    ..method(&DEF)
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let greeks = state.black.greeks();
    let days = state.black.years * 365.0;
    vec![
        state.delta(greeks.delta),
        state.gamma(greeks.gamma),
        state.vega(greeks.vega / 100.0),
        state.theta(greeks.theta / 365.0 * days.min(1.0)),
    ]
}
