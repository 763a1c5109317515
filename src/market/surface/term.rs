//! Between the expiries: total variance in straight lines over time along constant log-moneyness of each expiry's own forward
//! (Gatheral 2006, "The Volatility Surface", chapter 3); before the first and after the last one the volatility of that
//! moneyness is held.

use crate::market::surface::{Chain, ExpirySmile, forward};
use crate::math::exp;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an instant lies among the quoted expiries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermPlace {
    /// It is one of them.
    Quoted,
    /// Total variance is interpolated between two.
    Between(Timestamp, Timestamp),
    /// Extrapolated: the volatility of the first one is held.
    BeforeFirst(Timestamp),
    /// Extrapolated: the volatility of the last one is held.
    AfterLast(Timestamp),
}

/// Where a strike lies among the quoted ones of the expiries that answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrikePlace {
    /// Between them.
    Inside,
    /// Extrapolated: below the lowest of at least one expiry.
    Below,
    /// Extrapolated: above the highest of at least one expiry.
    Above,
}

/// A volatility of the surface and how it was come by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurfaceVol {
    /// The volatility, a decimal.
    pub vol: f64,
    /// ln(K/F) that it was read at.
    pub log_moneyness: f64,
    /// Where the instant lies.
    pub term: TermPlace,
    /// Where the strike lies.
    pub strike: StrikePlace,
}

impl Chain {
    /// Volatility of an expiry, listed or not, at a strike > 0 and the expiry's own `forward`; `as_of` is the surface's instant.
    /// `None` for an instant that has passed.
    pub fn vol(&self, as_of: Timestamp, expiry: Timestamp, forward: f64, strike: f64) -> Option<SurfaceVol> {
        let years = as_of.years_to(expiry);
        if years <= 0.0 {
            return None;
        }
        let k = forward::log_moneyness(strike, forward);
        let above = self.smiles.partition_point(|smile| smile.expiry < expiry);
        let before = above.checked_sub(1).and_then(|place| self.smiles.get(place));
        let at_or_after = self.smiles.get(above);
        let (vol, term, place) = match (before, at_or_after) {
            (_, Some(smile)) if smile.expiry == expiry => (smile.curve.vol(k, smile.years), TermPlace::Quoted, place(smile, k)),
            (Some(early), Some(late)) => {
                let (first, second) = (early.curve.total_variance(k), late.curve.total_variance(k));
                let variance = first + (second - first) * ((years - early.years) / (late.years - early.years));
                let worse = if place(early, k) == StrikePlace::Inside { place(late, k) } else { place(early, k) };
                ((variance.max(0.0) / years).sqrt(), TermPlace::Between(early.expiry, late.expiry), worse)
            }
            (None, Some(first)) => (first.curve.vol(k, first.years), TermPlace::BeforeFirst(first.expiry), place(first, k)),
            (Some(last), None) => (last.curve.vol(k, last.years), TermPlace::AfterLast(last.expiry), place(last, k)),
            (None, None) => return None,
        };
        Some(SurfaceVol { vol, log_moneyness: k, term, strike: place })
    }

    /// The forward at an instant between or beyond the expiries: the annualized basis of the neighbors, linear over time; `None`
    /// without a spot.
    pub fn forward(&self, as_of: Timestamp, expiry: Timestamp) -> Option<f64> {
        let spot = self.spot.filter(|spot| *spot > 0.0)?;
        if let Some(smile) = self.smiles.iter().find(|smile| smile.expiry == expiry) {
            return Some(smile.forward.value);
        }
        let carries: Vec<(f64, f64)> =
            self.smiles.iter().map(|smile| (smile.years, forward::log_moneyness(smile.forward.value, spot) / smile.years)).collect();
        let years = as_of.years_to(expiry);
        Some(spot * exp(crate::math::interpolate::linear_flat(&carries, years)? * years))
    }
}

fn place(smile: &ExpirySmile, k: f64) -> StrikePlace {
    match smile.quoted_range() {
        Some((low, _)) if k < low => StrikePlace::Below,
        Some((_, high)) if k > high => StrikePlace::Above,
        _ => StrikePlace::Inside,
    }
}
