//! The spot × vol grid of P&L, one row of constant vol at a time.

use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::price::{Plan, State};
use crate::stress::{Move, Numeraire, Shock, VolShift, axis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the grid spans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridSpec {
    /// Lowest and highest spot move, fractions.
    pub spot: (f64, f64),
    /// Columns.
    pub spot_count: u32,
    /// Lowest and highest vol shift, 0.50 = 50 points.
    pub vol: (f64, f64),
    /// Rows.
    pub vol_count: u32,
    /// The underlying that moves while the others stand still; `None` moves all alike.
    pub underlying: Option<String>,
}

impl Default for GridSpec {
    fn default() -> GridSpec {
        GridSpec { spot: (-0.5, 0.5), spot_count: 21, vol: (-0.5, 0.5), vol_count: 21, underlying: None }
    }
}

/// Largest number of rows or columns.
const MAX_COUNT: u32 = 101;

impl GridSpec {
    /// Checks the ranges.
    ///
    /// # Errors
    /// An `Invalid` issue naming the range.
    pub fn check(&self) -> Result<(), Issue> {
        let refuse = |message: &str| Err(Issue::rejected(IssueKind::Invalid, message.to_owned()));
        if !(self.spot.0 > -1.0 && self.spot.1 <= 100.0 && self.spot.0 < self.spot.1) {
            return refuse("the grid's spot range must lie above -100 % and at most at +10 000 %, lower end first");
        }
        if !(self.vol.0 >= -10.0 && self.vol.1 <= 10.0 && self.vol.0 < self.vol.1) {
            return refuse("the grid's vol range must lie within ±1 000 points, lower end first");
        }
        if !((2..=MAX_COUNT).contains(&self.spot_count) && (2..=MAX_COUNT).contains(&self.vol_count)) {
            return refuse("the grid must have 2 to 101 rows and columns");
        }
        Ok(())
    }

    /// The spot moves of the columns, fractions.
    pub fn spots(&self) -> Vec<f64> {
        axis(self.spot.0, self.spot.1, self.spot_count)
    }

    /// The vol shifts of the rows, lowest first.
    pub fn vols(&self) -> Vec<f64> {
        axis(self.vol.0, self.vol.1, self.vol_count)
    }

    /// P&L along one row: every spot move at the row's vol shift, `shock.days` on by `shock.path`.
    pub fn row(&self, plan: &Plan, base: &State, shock: &Shock, numeraire: &Numeraire, row: u32) -> Vec<f64> {
        let before = numeraire.total(plan, base);
        let mut boundaries = Boundaries::default();
        self.shocks(shock, row)
            .into_iter()
            .map(|cell| numeraire.total_among(plan, &cell.apply(plan, base), &mut boundaries) - before)
            .collect()
    }

    /// The shock of each cell of a row, with the days and the path of another; none beyond the last row.
    pub(crate) fn shocks(&self, shock: &Shock, row: u32) -> Vec<Shock> {
        let Some(vol) = self.vols().get(row as usize).copied() else { return Vec::new() };
        let cell = |spot| only(self.underlying.as_deref(), Move { spot, vol: VolShift::Points(vol) }, shock);
        self.spots().into_iter().map(cell).collect()
    }
}

/// A shock that moves one underlying, or all, and keeps the days and the path of another.
pub(crate) fn only(underlying: Option<&str>, each: Move, shock: &Shock) -> Shock {
    let (all, per_underlying) = match underlying {
        Some(name) => (Move::NONE, BTreeMap::from([(name.to_owned(), each)])),
        None => (each, BTreeMap::new()),
    };
    Shock { all, per_underlying, days: shock.days, path: shock.path }
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridCell {
    /// Spot move, fraction.
    pub spot: f64,
    /// Vol shift, 0.10 = 10 points.
    pub vol: f64,
    /// P&L in the numeraire.
    pub pnl: f64,
}

/// The computed grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Spot moves of the columns, fractions.
    pub spots: Vec<f64>,
    /// Vol shifts of the rows, 0.10 = 10 points, lowest first.
    pub vols: Vec<f64>,
    /// Days forward.
    pub days: f64,
    /// The underlying that moves; `None` is all.
    pub underlying: Option<String>,
    /// P&L in the numeraire, row after row.
    pub pnl: Vec<f64>,
    /// The worst cell; of equals the first.
    pub worst: Option<GridCell>,
}

impl Grid {
    /// Puts rows together, in row order.
    pub fn assemble(spec: &GridSpec, days: f64, rows: Vec<Vec<f64>>) -> Grid {
        let (spots, vols) = (spec.spots(), spec.vols());
        let pnl: Vec<f64> = rows.into_iter().flatten().collect();
        let mut worst: Option<GridCell> = None;
        for (index, value) in pnl.iter().enumerate() {
            let (Some(vol), Some(spot)) = (vols.get(index / spots.len()), spots.get(index % spots.len())) else { continue };
            if worst.is_none_or(|cell| *value < cell.pnl) {
                worst = Some(GridCell { spot: *spot, vol: *vol, pnl: *value });
            }
        }
        Grid { spots, vols, days, underlying: spec.underlying.clone(), pnl, worst }
    }
}
