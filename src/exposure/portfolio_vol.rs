//! What the book's deltas come to under vols and correlations: its own vol, and what each underlying has to do with it.
//!
//! σ_p = √(w'Σw) with w the net dollar delta of each underlying; marginal (Σw)ᵢ/σ_p, component wᵢ·marginalᵢ, which adds up to σ_p.
//! Curvature plays no part: that is what the stress tests and tails are for.

use crate::market::history::Estimate;
use crate::math::spectrum::{absorption, bets, effective_number};

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
