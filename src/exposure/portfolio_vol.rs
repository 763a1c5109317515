//! What the book's deltas come to under vols and correlations: its own vol, and what each underlying has to do with it.
//!
//! σ_p = √(w'Σw) with w the net dollar delta of each underlying; marginal (Σw)ᵢ/σ_p, component wᵢ·marginalᵢ, which adds up to σ_p.
//! Curvature plays no part: that is what the stress tests and tails are for.

use crate::market::history::Estimate;
use crate::math::spectrum::{absorption, bets, effective_number};
use crate::method::Method;

/// How it is computed.
pub const METHODS: &[&Method] = &[&PORTFOLIO, &FRAGILITY];

/// The book's own vol.
const PORTFOLIO: Method = Method {
    id: "portfolio-vol",
    label: "The book's own vol",
    doc: "One standard deviation of the book's value, and the part of each underlying in it.",
    formula: "σ_p = √(wᵀΣw),  w the net dollar delta by underlying\n\
              marginal (Σw)ᵢ/σ_p,  component wᵢ·(Σw)ᵢ/σ_p, which add up to σ_p\n\
              diversification Σ|wᵢ|σᵢ/σ_p",
    unit: "US dollars a year and a day; marginal: dollars of vol for a dollar of delta",
    convention: "Deltas as they stand; currencies have none. A day is a year over √N.",
    source: "Litterman 1996, Hot spots and hedges",
    limits: "Gamma and vega play no part. What has neither closes nor a built-in vol is left out and named.",
};

/// What makes a market and a book fragile.
const FRAGILITY: Method = Method {
    id: "fragility",
    label: "Fragility",
    doc: "Signs that a book or its market would break rather than bend, each from 0 to 1 and shown by itself.",
    formula: "absorption  the part of all variance along the strongest fifth of the directions\n\
              concentration  Σ sᵢ², sᵢ = |wᵢ|/Σ|w|\n\
              leverage  1 − 1/L, L = gross notional/equity, 0 up to L = 1\n\
              one bet  1/exp(−Σ p·ln p), pₖ = (wᵀeₖ)²λₖ/σ_p²",
    unit: "0 to 1",
    convention: "No sum and no mean: an index that hides its parts hides what to do.",
    source: "Kritzman, Li, Page and Rigobon 2011, Principal components as a measure of systemic risk; Meucci 2009, Managing diversification",
    limits: "What a venue lends, and how near liquidation is, stands on its own sheet.",
};

/// The part of one underlying.
#[derive(Clone, Debug, PartialEq)]
pub struct VolPart {
    /// Its code.
    pub symbol: String,
    /// Net dollar delta, US dollars.
    pub delta: f64,
    /// Yearly vol, a decimal.
    pub vol: f64,
    /// Alone: |delta|·vol, US dollars a year.
    pub alone: f64,
    /// By how many dollars the book's vol grows with a dollar more of delta.
    pub marginal: f64,
    /// Its part of the book's vol, US dollars a year; below 0 where it hedges the rest.
    pub component: f64,
}

/// The vol of a book.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioVol {
    /// One standard deviation of a year, US dollars.
    pub yearly: f64,
    /// By underlying, in the order of the estimate.
    pub parts: Vec<VolPart>,
    /// Sum of the parts alone over the whole: 1 where nothing diversifies; `None` of a book that does not move.
    pub diversification: Option<f64>,
    /// The part of all variance that the strongest fifth of the directions absorbs, and how many those are.
    pub absorption: Option<(f64, usize)>,
    /// How many independent bets the book is; `None` of a book that does not move.
    pub bets: Option<f64>,
}

impl PortfolioVol {
    /// Of net dollar deltas in the order of the estimate.
    pub fn of(estimate: &Estimate, deltas: &[f64]) -> PortfolioVol {
        let covariance = estimate.covariance();
        let pull = covariance.times(deltas);
        let yearly = covariance.quadratic(deltas).max(0.0).sqrt();
        let parts: Vec<VolPart> = estimate
            .symbols
            .iter()
            .zip(&estimate.vols)
            .zip(deltas)
            .zip(&pull)
            .map(|(((symbol, vol), delta), pull)| {
                let marginal = if yearly > 0.0 { pull / yearly } else { 0.0 };
                VolPart {
                    symbol: symbol.clone(),
                    delta: *delta,
                    vol: *vol,
                    alone: delta.abs() * vol,
                    marginal,
                    component: delta * marginal,
                }
            })
            .collect();
        let alone: f64 = parts.iter().map(|part| part.alone).sum();
        // What moves in itself says how concentrated the market is, whatever the book holds of it.
        PortfolioVol {
            yearly,
            diversification: (yearly > 0.0).then(|| alone / yearly),
            absorption: absorption(&covariance),
            bets: effective_number(&bets(&covariance, deltas)),
            parts,
        }
    }

    /// One standard deviation of a day, the year counted in so many.
    pub fn daily(&self, per_year: f64) -> f64 {
        self.yearly / per_year.sqrt()
    }
}
