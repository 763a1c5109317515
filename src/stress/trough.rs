//! The trough of a profile: the worst P&L along its spots, and where.
//!
//! Input: a plan under each curve of a [`ProfileSpec`]. Output: [`Trough`]. Invariant: only the profile's own points are looked at; what lies between two of them was
//! not computed.

use crate::method::Method;
use crate::price::{Plan, State};
use crate::stress::{CurveKind, Numeraire, ProfileSpec, Shock};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub const METHOD: Method = Method {
    id: "trough",
    label: "Trough of the profile",
    doc: "The worst P&L along a curve of the profile, and the spot move at which it is.",
    formula: "min P&L(xᵢ, t) over the profile's spot moves; of equals the one nearest to today's spot",
    unit: "US dollars, at a part of spot",
    convention: "P&L counts from the value of the book at hand, before an edit as after it.",
    source: "our rule",
    limits: "Only the profile's own points: a trough at its end may go on beyond it.",
};

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
