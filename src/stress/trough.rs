//! The trough of a profile: the worst P&L along its spots, and where.
//!
//! Input: a plan under each curve of a [`ProfileSpec`]. Output: [`Trough`]. Invariant: only the profile's own points are looked at; what lies between two of them was
//! not computed.

use crate::price::{Plan, State};
use crate::stress::{CurveKind, Numeraire, ProfileSpec, Shock};
use serde::{Deserialize, Serialize};

/// The worst point of one curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trough {
    /// The curve.
    pub kind: CurveKind,
    /// Days forward of the curve.
    pub days: f64,
    /// Where, as a move of spot, a fraction.
    pub spot: f64,
    /// P&L there in the numeraire.
    pub pnl: f64,
}

/// The trough of each curve; of equals the one nearest to today's spot.
pub fn troughs(plan: &Plan, base: &State, spec: &ProfileSpec, shock: &Shock, numeraire: &Numeraire, curves: &[CurveKind]) -> Vec<Trough> {
    let spots = spec.spots();
    let trough = |kind: &CurveKind| {
        let days = kind.days(base.as_of, shock);
        let points = spots.iter().zip(spec.curve(plan, base, shock, numeraire, *kind));
        let points = points.map(|(spot, pnl)| Trough { kind: *kind, days, spot: *spot, pnl });
        points.reduce(|worst, next| {
            let is_worse = next.pnl < worst.pnl || (next.pnl == worst.pnl && next.spot.abs() < worst.spot.abs());
            if is_worse { next } else { worst }
        })
    };
    curves.iter().filter_map(trough).collect()
}
