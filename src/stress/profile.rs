//! P&L over spot: today, on a chosen day, and at every expiry in the book.

use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::price::{Plan, State};
use crate::stress::grid::only;
use crate::stress::{Move, Numeraire, Shock, VolShift, axis};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};

/// What the profile spans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileSpec {
    /// Lowest and highest spot move, fractions.
    pub spot: (f64, f64),
    /// Points along the axis.
    pub count: u32,
    /// The underlying that moves while the others stand still; `None` moves all alike.
    pub underlying: Option<String>,
}

impl Default for ProfileSpec {
    fn default() -> ProfileSpec {
        ProfileSpec { spot: (-0.5, 0.5), count: 101, underlying: None }
    }
}

impl ProfileSpec {
    /// Checks the ranges.
    ///
    /// # Errors
    /// An `Invalid` issue naming the range.
    pub fn check(&self) -> Result<(), Issue> {
        if self.spot.0 > -1.0 && self.spot.1 <= 100.0 && self.spot.0 < self.spot.1 && (2..=1001).contains(&self.count) {
            return Ok(());
        }
        Err(Issue::rejected(
            IssueKind::Invalid,
            "the profile's spot range must lie above -100 % and at most at +10 000 %, with 2 to 1 001 points",
        ))
    }

    /// The spot moves, fractions.
    pub fn spots(&self) -> Vec<f64> {
        axis(self.spot.0, self.spot.1, self.count)
    }

    /// P&L along one curve.
    pub fn curve(&self, plan: &Plan, base: &State, shock: &Shock, numeraire: &Numeraire, kind: CurveKind) -> Vec<f64> {
        let vol = match kind {
            CurveKind::Today => VolShift::Points(0.0),
            CurveKind::Chosen | CurveKind::Expiry(_) => shock.all.vol,
        };
        let days = kind.days(base.as_of, shock);
        let before = numeraire.total(plan, base);
        let mut boundaries = Boundaries::default();
        self.spots()
            .into_iter()
            .map(|spot| {
                let state = Shock { days, ..only(self.underlying.as_deref(), Move { spot, vol }, shock) }.apply(plan, base);
                numeraire.total_among(plan, &state, &mut boundaries) - before
            })
            .collect()
    }
}

/// Which curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurveKind {
    /// Now, without the shock's vol.
    Today,
    /// On the day, and with the vol, of the shock.
    Chosen,
    /// At this expiry, with the vol of the shock.
    Expiry(Timestamp),
}

impl CurveKind {
    /// Every curve of a plan: today, the shock's day if it has one, and each expiry.
    pub fn all(plan: &Plan, shock: &Shock) -> Vec<CurveKind> {
        let chosen = (!shock.is_none()).then_some(CurveKind::Chosen);
        std::iter::once(CurveKind::Today).chain(chosen).chain(plan.expiries().into_iter().map(CurveKind::Expiry)).collect()
    }

    /// Days forward of the curve.
    pub fn days(self, as_of: Timestamp, shock: &Shock) -> f64 {
        match self {
            CurveKind::Today => 0.0,
            CurveKind::Chosen => shock.days,
            CurveKind::Expiry(at) => as_of.days_to(at),
        }
    }
}

/// One curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Which.
    pub kind: CurveKind,
    /// Days forward.
    pub days: f64,
    /// P&L in the numeraire, along the profile's spot moves.
    pub pnl: Vec<f64>,
}

/// The computed profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Spot moves, fractions.
    pub spots: Vec<f64>,
    /// The underlying that moves; `None` is all.
    pub underlying: Option<String>,
    /// Its spot now, US dollars; `None` when several move.
    pub spot: Option<f64>,
    /// The curves.
    pub curves: Vec<Curve>,
}
