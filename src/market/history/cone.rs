//! How wide realized vol has been over each length of time: the vol cone (Burghardt and Lane 1990).

use crate::market::history::{Matched, Spacing};
use crate::math::moments::quantile;

/// Lengths, calendar days.
pub const WINDOWS: [f64; 5] = [7.0, 30.0, 90.0, 180.0, 365.0];
/// Parts of the stretches below which a row of the cone lies: the least, a tenth, …, the most.
pub const LEVELS: [f64; 7] = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0];

/// Realized vol of all stretches of one length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cone {
    /// Length, calendar days.
    pub days: f64,
    /// The same in returns.
    pub returns: usize,
    /// Stretches; they overlap.
    pub stretches: usize,
    /// Yearly vols at [`LEVELS`].
    pub vols: [f64; LEVELS.len()],
    /// Yearly vol of the last stretch.
    pub now: f64,
    /// The part of the stretches that were calmer than the last one.
    pub rank: f64,
}

impl Cone {
    /// One for each of [`WINDOWS`] that the first asset has at least two stretches of.
    pub fn all(matched: &Matched) -> Vec<Cone> {
        let Some(returns) = matched.returns.first() else { return Vec::new() };
        WINDOWS.iter().filter_map(|days| Cone::of(returns, matched.spacing, *days)).collect()
    }

    fn of(returns: &[f64], spacing: Spacing, days: f64) -> Option<Cone> {
        let length = spacing.returns_in(days);
        let squares: Vec<f64> = returns.iter().map(|number| number * number).collect();
        let yearly = spacing.per_year() / length as f64;
        let mut vols: Vec<f64> = squares.windows(length).map(|stretch| (stretch.iter().sum::<f64>() * yearly).sqrt()).collect();
        let now = *vols.last().filter(|_| vols.len() > 1)?;
        let calmer = vols.iter().filter(|vol| **vol < now).count();
        let stretches = vols.len();
        vols.sort_by(f64::total_cmp);
        let at = |level: f64| quantile(&vols, level).unwrap_or(now);
        Some(Cone { days, returns: length, stretches, vols: LEVELS.map(at), now, rank: calmer as f64 / stretches as f64 })
    }
}
