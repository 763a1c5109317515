//! The cube of P&L over spot, vol and days, with its slices, and the grid over the spots of two underlyings.
//!
//! Input: a plan, its state and the ranges. Output: [`Cube`], [`PairGrid`]. Invariant: a cell is the P&L of the shock that it names, by the plan's fast path,
//! to the same bits as the grid's of that day.

use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::method::Method;
use crate::price::{Plan, State};
use crate::stress::{GridSpec, Move, Numeraire, Shock, axis};
use serde::{Deserialize, Serialize};

/// What is said of both.
pub const METHODS: [&Method; 2] = [&CUBE, &PAIR];

/// The cube.
const CUBE: Method = Method {
    id: "cube",
    label: "Cube over spot, vol and days",
    doc: "P&L for every triple of a spot move, a vol shift and a number of days, and its slices.",
    formula: "P&L(xᵢ, pⱼ, tₖ) in full revaluation; a slice holds one of the three still",
    unit: "US dollars",
    convention: "Spot, vol and days of the shock bar are replaced by those of the cell; its path stays.",
    source: "our rule",
    limits: "1 to 12 days; between two cells lies what was not computed.",
};

/// The grid over two spots.
const PAIR: Method = Method {
    id: "pair-grid",
    label: "Grid over two spots",
    doc: "P&L for every pair of moves of two underlyings.",
    formula: "P&L(xᵢ of one, yⱼ of the other) in full revaluation",
    unit: "US dollars",
    convention: "Every other underlying, all vols, the days and the path are those of the shock bar.",
    source: "our rule",
    limits: "Every pair counts alike; how likely it is, the correlation says.",
};

/// Most days of a cube.
pub const MOST_DAYS: usize = 12;

/// What a cube spans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CubeSpec {
    /// Spot moves and vol shifts.
    pub grid: GridSpec,
    /// Days forward, ascending.
    pub days: Vec<f64>,
}

impl CubeSpec {
    /// Checks the ranges.
    ///
    /// # Errors
    /// An `Invalid` issue naming the range.
    pub fn check(&self) -> Result<(), Issue> {
        self.grid.check()?;
        let ascends = self.days.iter().zip(self.days.iter().skip(1)).all(|(day, next)| day < next);
        if (1..=MOST_DAYS).contains(&self.days.len()) && ascends && self.days.iter().all(|days| (0.0..=3650.0).contains(days)) {
            return Ok(());
        }
        Err(Issue::rejected(IssueKind::Invalid, "a cube has 1 to 12 days from 0 to 3 650, each later than the one before"))
    }

    /// Computes every cell; the path is the shock's.
    pub fn cube(&self, plan: &Plan, base: &State, shock: &Shock, numeraire: &Numeraire) -> Cube {
        let slice = |days: &f64| -> Vec<f64> {
            let on_the_day = Shock { days: *days, path: shock.path, ..Shock::default() };
            (0..self.grid.vol_count).flat_map(|row| self.grid.row(plan, base, &on_the_day, numeraire, row)).collect()
        };
        let pnl = self.days.iter().map(slice).collect();
        Cube { spots: self.grid.spots(), vols: self.grid.vols(), days: self.days.clone(), underlying: self.grid.underlying.clone(), pnl }
    }
}

/// What a slice holds still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Still {
    /// The day: spot over vol.
    #[default]
    Days,
    /// The vol shift: spot over days.
    Vol,
    /// The spot move: vol over days.
    Spot,
}

/// A computed cube.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cube {
    /// Spot moves, fractions.
    pub spots: Vec<f64>,
    /// Vol shifts, 0.10 = ten points, lowest first.
    pub vols: Vec<f64>,
    /// Days forward.
    pub days: Vec<f64>,
    /// The underlying that moves; `None` is all.
    pub underlying: Option<String>,
    /// P&L in the numeraire by day: rows of vol, columns of spot.
    pub pnl: Vec<Vec<f64>>,
}

/// A cell of a cube.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Spot move, fraction.
    pub spot: f64,
    /// Vol shift, 0.10 = ten points.
    pub vol: f64,
    /// Days forward.
    pub days: f64,
    /// P&L in the numeraire.
    pub pnl: f64,
}

/// A plane through a cube.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CubeSlice {
    /// What its columns are: spot moves, or vol shifts where spot stands still.
    pub columns: Vec<f64>,
    /// What its rows are: vol shifts, or days.
    pub rows: Vec<f64>,
    /// Row after row.
    pub pnl: Vec<f64>,
}

impl Cube {
    /// The P&L at a place on each axis.
    pub fn at(&self, spot: usize, vol: usize, day: usize) -> Option<f64> {
        if spot >= self.spots.len() {
            return None;
        }
        self.pnl.get(day)?.get(vol * self.spots.len() + spot).copied()
    }

    /// Values of the axis that stands still.
    pub fn axis(&self, still: Still) -> &[f64] {
        match still {
            Still::Days => &self.days,
            Still::Vol => &self.vols,
            Still::Spot => &self.spots,
        }
    }

    /// The plane at a place of the axis that stands still; `None` beyond its end.
    pub fn slice(&self, still: Still, place: usize) -> Option<CubeSlice> {
        self.axis(still).get(place)?;
        let (columns, rows) = match still {
            Still::Days => (&self.spots, &self.vols),
            Still::Vol => (&self.spots, &self.days),
            Still::Spot => (&self.vols, &self.days),
        };
        let cell = |row: usize, column: usize| match still {
            Still::Days => self.at(column, row, place),
            Still::Vol => self.at(column, place, row),
            Still::Spot => self.at(place, column, row),
        };
        let pnl: Option<Vec<f64>> = (0..rows.len())
            .flat_map(|row| (0..columns.len()).map(move |column| (row, column)))
            .map(|(row, column)| cell(row, column))
            .collect();
        Some(CubeSlice { columns: columns.clone(), rows: rows.clone(), pnl: pnl? })
    }

    /// The worst and the best cell of a day; of equals the first.
    pub fn ends(&self, day: usize) -> Option<(Cell, Cell)> {
        let days = *self.days.get(day)?;
        let cells = self.pnl.get(day)?.iter().enumerate().filter_map(|(index, pnl)| {
            let (vol, spot) = (self.vols.get(index / self.spots.len())?, self.spots.get(index % self.spots.len())?);
            Some(Cell { spot: *spot, vol: *vol, days, pnl: *pnl })
        });
        let mut ends: Option<(Cell, Cell)> = None;
        for cell in cells {
            let (worst, best) = ends.get_or_insert((cell, cell));
            if cell.pnl < worst.pnl {
                *worst = cell;
            }
            if cell.pnl > best.pnl {
                *best = cell;
            }
        }
        ends
    }
}

/// What a grid over two spots spans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairSpec {
    /// The underlying of the columns, and that of the rows.
    pub underlyings: (String, String),
    /// Lowest and highest move of both, fractions.
    pub spot: (f64, f64),
    /// Columns, and rows.
    pub count: u32,
}

impl PairSpec {
    /// Checks the ranges.
    ///
    /// # Errors
    /// An `Invalid` issue naming the range.
    pub fn check(&self) -> Result<(), Issue> {
        if self.underlyings.0 == self.underlyings.1 {
            return Err(Issue::rejected(IssueKind::Invalid, "a grid over two spots needs two underlyings").with_value(&self.underlyings.0));
        }
        GridSpec { spot: self.spot, spot_count: self.count, ..GridSpec::default() }.check()
    }

    /// Computes the grid: both spots by their moves, every other as the shock has it; vols, days and path are the shock's.
    pub fn grid(&self, plan: &Plan, base: &State, shock: &Shock, numeraire: &Numeraire) -> PairGrid {
        let moves = axis(self.spot.0, self.spot.1, self.count);
        let before = numeraire.total(plan, base);
        let mut boundaries = Boundaries::default();
        let mut pnl = Vec::with_capacity(moves.len() * moves.len());
        let mut both = shock.clone();
        let (column, row) = &self.underlyings;
        for row_move in &moves {
            both.per_underlying.insert(row.clone(), Move { spot: *row_move, ..*shock.of(row) });
            for column_move in &moves {
                both.per_underlying.insert(column.clone(), Move { spot: *column_move, ..*shock.of(column) });
                pnl.push(numeraire.total_among(plan, &both.apply(plan, base), &mut boundaries) - before);
            }
        }
        PairGrid { underlyings: self.underlyings.clone(), moves, pnl }
    }
}

/// A computed grid over two spots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairGrid {
    /// The underlying of the columns, and that of the rows.
    pub underlyings: (String, String),
    /// Moves of both, fractions.
    pub moves: Vec<f64>,
    /// P&L in the numeraire, row after row.
    pub pnl: Vec<f64>,
}
