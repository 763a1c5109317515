//! Sums of one measure by one or two dimensions, and the positions behind each.
//!
//! Input: [`Columns`] and a [`Query`]. Output: a [`Pivot`]. Invariant: cells add up to the totals of their rows and columns, and these
//! to the total, exactly and in whatever order (see `exact`); what has no number is counted, never summed as 0.

pub mod columns;
pub mod dimension;
mod exact;
mod key;
pub mod measure;
pub mod property;

use crate::exposure::pivot::columns::{Column, Columns, Sources, Under};
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::measure::MeasureDef;
use crate::method::Method;
use crate::order;
use std::ops::AddAssign;

pub use crate::exposure::pivot::key::Key;

/// What the methods page says of sums by two dimensions.
pub const METHODS: &[&Method] = &[&Method {
    id: "totals",
    label: "Totals that always add up",
    doc: "Cells add up to the totals of their rows and columns and these to the total, to the last bit and in whatever order.",
    formula: "q = 2^(e−52), 2^e ≥ Σ|v| over the book\n\
              v′ = q·round(v/q);  |v′ − v| ≤ q/2 < 2^(−52)·Σ|v|·(1 + n·2^(−29))\n\
              |Σ v′| ≤ 2^53·q, so that every partial sum is a double and no addition rounds",
    unit: "US dollars",
    convention: "Each position's number is rounded once, by a quantum that all positions share and that does not depend on their order. \
                 What has no number is counted and named, never summed as 0; what has expired counts for nothing.",
    source: "Rump, Ogita and Oishi 2008, Accurate floating-point summation; Demmel and Nguyen 2015, Parallel reproducible summation",
    limits: "A total of k positions is off its real value by at most k·2^(−52) of the gross, of 100 000 positions by 2·10⁻¹¹ of it.",
}];

/// A step of a drill-down: only positions with this key.
pub type Step = (Dimension, Key);

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// What the rows are.
    pub rows: &'a Dimension,
    /// What the columns are; one column of everything without.
    pub columns: Option<&'a Dimension>,
    /// What is summed.
    pub measure: &'static MeasureDef,
    /// Before the shock, under it, or the difference.
    pub under: Under,
    /// Only positions that have all of these keys.
    pub within: &'a [Step],
}

/// A sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// The sum over the positions that have a number; 0 where none has.
    pub sum: f64,
    /// Positions.
    pub positions: u32,
    /// Those that have a number.
    pub summed: u32,
    /// Those that have none though they are alive.
    pub left_out: u32,
}

impl Sum {
    /// The sum; `None` where no position has a number.
    pub fn value(&self) -> Option<f64> {
        (self.summed > 0).then_some(self.sum)
    }

    /// Positions that had expired before the book's time.
    pub fn expired(&self) -> u32 {
        self.positions.saturating_sub(self.summed).saturating_sub(self.left_out)
    }

    fn add(&mut self, value: f64, is_expired: bool) {
        self.positions += 1;
        if value.is_nan() {
            self.left_out += u32::from(!is_expired);
        } else {
            self.sum += value;
            self.summed += 1;
        }
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Sum) {
        self.sum += other.sum;
        self.positions += other.positions;
        self.summed += other.summed;
        self.left_out += other.left_out;
    }
}

/// Where rows and columns meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Place of the row.
    pub row: u32,
    /// Place of the column.
    pub column: u32,
    /// What is there.
    pub sum: Sum,
}

/// Sums by row and column.
#[derive(Clone, Debug, PartialEq)]
pub struct Pivot {
    /// What the rows are.
    pub rows_by: Dimension,
    /// What the columns are; `None` for one column of everything.
    pub columns_by: Option<Dimension>,
    /// What is summed.
    pub measure: &'static MeasureDef,
    /// Before the shock, under it, or the difference.
    pub under: Under,
    /// Keys of the rows, in their order.
    pub rows: Vec<Key>,
    /// Keys of the columns, in their order.
    pub columns: Vec<Key>,
    /// What holds a position, row after row; where nothing is held there is no cell.
    pub cells: Vec<Cell>,
    /// Sums of the rows.
    pub row_totals: Vec<Sum>,
    /// Sums of the columns.
    pub column_totals: Vec<Sum>,
    /// The sum of all.
    pub total: Sum,
}

impl Pivot {
    /// What stands in a row and column; `None` where nothing is held.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Sum> {
        let at = self.cells.binary_search_by(|cell| (cell.row as usize, cell.column as usize).cmp(&(row, column))).ok()?;
        self.cells.get(at).map(|cell| &cell.sum)
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> &[Cell] {
        let from = self.cells.partition_point(|cell| (cell.row as usize) < row);
        let until = self.cells.partition_point(|cell| cell.row as usize <= row);
        self.cells.get(from..until).unwrap_or_default()
    }

    /// The steps that lead from `within` to the positions of a row, or of one of its cells.
    pub fn steps(&self, within: &[Step], row: usize, column: Option<usize>) -> Vec<Step> {
        let mut steps = within.to_vec();
        steps.extend(self.rows.get(row).map(|key| (self.rows_by.clone(), key.clone())));
        let column = column.and_then(|column| self.columns.get(column));
        steps.extend(self.columns_by.clone().zip(column.cloned()));
        steps
    }
}

/// Cells up to which all of them are laid out side by side, besides one for each position: more are gathered row by row.
const SIDE_BY_SIDE: usize = 1 << 16;

impl Columns {
    /// Sums one measure. Costs a pass over the positions once the columns are there.
    pub fn pivot(&mut self, sources: &Sources<'_>, query: &Query<'_>) -> Pivot {
        let Query { rows: rows_by, columns: columns_by, measure, under, within } = *query;
        let asked = [Some(rows_by), columns_by].into_iter().flatten().chain(within.iter().map(|(dimension, _)| dimension));
        asked.for_each(|dimension| self.build(sources, dimension));
        self.build_measure(sources, measure, under);
        let selected = (!within.is_empty()).then(|| self.select(within));
        let none = Column::default();
        let everything = Column { keys: vec![Key::All], codes: Vec::new() };
        let rows = self.dimension(rows_by).unwrap_or(&none);
        let columns = columns_by.map_or(&everything, |dimension| self.dimension(dimension).unwrap_or(&none));
        let values = self.measure(measure, under).unwrap_or_default();
        let table = Table { rows, columns, values, expired: self.expired(), selected: selected.as_deref() };
        let size = rows.keys.len().saturating_mul(columns.keys.len());
        let cells = if size <= SIDE_BY_SIDE.saturating_add(values.len()) { table.side_by_side(size) } else { table.row_by_row() };
        assemble(query, rows, columns, cells)
    }

    /// The places in the book of the positions that have all of these keys.
    pub fn positions(&mut self, sources: &Sources<'_>, within: &[Step]) -> Vec<u32> {
        within.iter().for_each(|(dimension, _)| self.build(sources, dimension));
        if within.is_empty() { (0..).take(sources.count()).collect() } else { self.select(within) }
    }

    /// Of at least one step.
    fn select(&self, within: &[Step]) -> Vec<u32> {
        let mut selected: Option<Vec<u32>> = None;
        for (dimension, key) in within {
            let Some(column) = self.dimension(dimension) else { return Vec::new() };
            // A key that no position has leads nowhere.
            let Ok(code) = column.keys.binary_search(key) else { return Vec::new() };
            let is_in = |index: &u32| column.codes.get(*index as usize).is_some_and(|found| *found as usize == code);
            selected = Some(match selected {
                Some(selected) => selected.into_iter().filter(is_in).collect(),
                None => (0..).take(column.codes.len()).filter(is_in).collect(),
            });
        }
        selected.unwrap_or_default()
    }
}

/// What a pivot is made from.
struct Table<'a> {
    rows: &'a Column,
    /// Without codes it is one column.
    columns: &'a Column,
    values: &'a [f64],
    expired: &'a [bool],
    /// `None` for all.
    selected: Option<&'a [u32]>,
}

impl Table<'_> {
    /// Row, column, value and whether it had expired, of every position that is selected.
    fn each(&self, mut take: impl FnMut(u32, u32, f64, bool)) {
        let positions = self.rows.codes.iter().zip(self.values).zip(self.expired);
        match (self.selected, self.columns.codes.is_empty()) {
            (None, true) => positions.for_each(|((row, value), expired)| take(*row, 0, *value, *expired)),
            (None, false) => {
                positions.zip(&self.columns.codes).for_each(|(((row, value), expired), column)| take(*row, *column, *value, *expired));
            }
            (Some(selected), _) => {
                for index in selected.iter().map(|index| *index as usize) {
                    let column = self.columns.codes.get(index).copied().unwrap_or(0);
                    if let (Some(row), Some(value), Some(expired)) =
                        (self.rows.codes.get(index), self.values.get(index), self.expired.get(index))
                    {
                        take(*row, column, *value, *expired);
                    }
                }
            }
        }
    }

    fn side_by_side(&self, size: usize) -> Vec<Cell> {
        let width = self.columns.keys.len();
        let mut sums = vec![Sum::default(); size];
        self.each(|row, column, value, is_expired| {
            if let Some(sum) = sums.get_mut(row as usize * width + column as usize) {
                sum.add(value, is_expired);
            }
        });
        let place = |at: usize| Cell { row: (at / width) as u32, column: (at % width) as u32, sum: Sum::default() };
        sums.into_iter().enumerate().filter(|(_, sum)| sum.positions > 0).map(|(at, sum)| Cell { sum, ..place(at) }).collect()
    }

    /// The same where most cells would be empty: positions are put in the order of their rows by counting, and each row is summed in
    /// one line of cells.
    fn row_by_row(&self) -> Vec<Cell> {
        let mut ends = vec![0_usize; self.rows.keys.len()];
        self.each(|row, _, _, _| {
            if let Some(count) = ends.get_mut(row as usize) {
                *count += 1;
            }
        });
        let mut count = 0;
        for end in &mut ends {
            let start = count;
            count += *end;
            *end = start;
        }
        let mut parts = vec![(0_u32, 0.0, false); count];
        self.each(|row, column, value, is_expired| {
            let Some(end) = ends.get_mut(row as usize) else { return };
            if let Some(part) = parts.get_mut(*end) {
                *part = (column, value, is_expired);
            }
            *end += 1;
        });
        let mut line = vec![Sum::default(); self.columns.keys.len()];
        let (mut cells, mut start) = (Vec::new(), 0);
        for (row, end) in (0..).zip(ends) {
            let mut met = Vec::new();
            for (column, value, is_expired) in parts.get(start..end).unwrap_or_default() {
                let Some(sum) = line.get_mut(*column as usize) else { continue };
                if sum.positions == 0 {
                    met.push(*column);
                }
                sum.add(*value, *is_expired);
            }
            order::sort_by(&mut met, Ord::cmp);
            let taken = met.into_iter().filter_map(|column| Some((column, std::mem::take(line.get_mut(column as usize)?))));
            cells.extend(taken.map(|(column, sum)| Cell { row, column, sum }));
            start = end;
        }
        cells
    }
}

/// Totals, and only those rows and columns that hold a position.
fn assemble(query: &Query<'_>, rows: &Column, columns: &Column, mut cells: Vec<Cell>) -> Pivot {
    let mut row_totals = vec![Sum::default(); rows.keys.len()];
    let mut column_totals = vec![Sum::default(); columns.keys.len()];
    let mut total = Sum::default();
    for Cell { row, column, sum } in &cells {
        if let (Some(of_row), Some(of_column)) = (row_totals.get_mut(*row as usize), column_totals.get_mut(*column as usize)) {
            *of_row += *sum;
            *of_column += *sum;
            total += *sum;
        }
    }
    let (rows, row_totals, row_places) = held(&rows.keys, row_totals);
    let (columns, column_totals, column_places) = held(&columns.keys, column_totals);
    for cell in &mut cells {
        let place = |places: &[u32], of: u32| places.get(of as usize).copied().unwrap_or(of);
        (cell.row, cell.column) = (place(&row_places, cell.row), place(&column_places, cell.column));
    }
    let Query { rows: rows_by, columns: columns_by, measure, under, .. } = *query;
    let (rows_by, columns_by) = (rows_by.clone(), columns_by.cloned());
    Pivot { rows_by, columns_by, measure, under, rows, columns, cells, row_totals, column_totals, total }
}

/// The keys that hold a position with their sums, and for every key the place that it then has.
fn held(keys: &[Key], totals: Vec<Sum>) -> (Vec<Key>, Vec<Sum>, Vec<u32>) {
    let mut places = Vec::with_capacity(keys.len());
    let (mut kept, mut sums) = (Vec::new(), Vec::new());
    for (key, sum) in keys.iter().zip(totals) {
        places.push(kept.len() as u32);
        if sum.positions > 0 {
            kept.push(key.clone());
            sums.push(sum);
        }
    }
    (kept, sums, places)
}
