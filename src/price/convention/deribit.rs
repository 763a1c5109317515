//! Deribit, inverse and linear: Black (1976) with rate 0 on the expiry's own forward, in dollars of one coin; the account's delta
//! is net of the premium.

use crate::instrument::Settlement;
use crate::math::black::BlackInput;
use crate::method::Method;
use crate::price::convention::{ConventionDef, Figure, Measure, OptionState, Unit, method};

/// The convention.
pub(super) const DEF: ConventionDef = ConventionDef {
    id: "deribit",
    label: "Deribit",
    venue: "Deribit",
    doc: "Black on the expiry's own forward without a rate. Delta N(±d1), not net of the premium; gamma per dollar; vega in dollars \
          per vol point; theta in dollars per day, θ/365 times the days left if less than one and never more than the premium; rho \
          in dollars per percentage point. The account's delta of an inverse option is net of the premium: delta less the mark in \
          coins",
    figures,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    formula: "Black with r = 0 on F;  θ_venue = max(θ/365 · min(1, days left), −price);  ρ/100\n\
              net transaction delta = Δ − mark in coins",
    unit: "Δ coins, Γ per dollar, vega US dollars per point, θ US dollars per day, ρ US dollars per percentage point; of one coin",
    source: "Deribit API documentation and knowledge base, Greeks; compared with 668 options of its chain of 2026-01-16",
    limits: "Largest differences on that chain: 4.0·10⁻⁵ in Δ, 5.0·10⁻⁶ in Γ, 0.037 in vega, 0.023 in ρ, 0.057 in θ, which is what \
              it prints.",
    ..method(&DEF)
};

fn figures(state: &OptionState) -> Vec<Figure> {
    if !state.is_live() {
        return Vec::new();
    }
    let theirs = deribit_greeks(&state.black);
    let mut figures = vec![
        state.delta(theirs.delta),
        state.gamma(theirs.gamma),
        state.vega(theirs.vega),
        state.theta(theirs.theta),
        state.figure(Measure::Rho, Unit::DollarsPerPercent, state.measures.rho_1bp * 100.0, theirs.rho),
    ];
    if state.settlement == Settlement::Inverse {
        figures.push(state.figure(Measure::NetDelta, Unit::Coins, state.coin.delta, theirs.delta - theirs.coin_price));
        figures.push(state.figure(Measure::MarkPrice, Unit::Coins, state.coin.value, theirs.coin_price));
    }
    figures
}

/// Greeks as Deribit publishes them for one coin of an option, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeribitGreeks {
    /// N(±d1) on the expiry's own forward, not premium-adjusted.
    pub delta: f64,
    /// Per dollar of the forward.
    pub gamma: f64,
    /// Per vol point.
    pub vega: f64,
    /// Per day: θ/365 times the days left if less than one, and never more than the premium.
    pub theta: f64,
    /// Per percentage point of rate.
    pub rho: f64,
    /// Mark price in coins.
    pub coin_price: f64,
}

/// Deribit's figures from Black (1976) with rate 0 on the expiry's forward. The rule for theta was recovered from the exchange's
/// published chain of 2026-01-16: the daily decay is capped by the life that is left and by the premium.
pub fn deribit_greeks(input: &BlackInput) -> DeribitGreeks {
    let greeks = input.greeks();
    let days = input.years * 365.0;
    DeribitGreeks {
        delta: greeks.delta,
        gamma: greeks.gamma,
        vega: greeks.vega / 100.0,
        theta: -(-greeks.theta / 365.0 * days.min(1.0)).min(greeks.price),
        rho: input.kind.sign() * input.strike * input.years * greeks.exercise_probability / 100.0,
        coin_price: if input.forward > 0.0 { greeks.price / input.forward } else { 0.0 },
    }
}
