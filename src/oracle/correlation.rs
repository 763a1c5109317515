//! Correlation matrices: of a sample, and repaired where none can be so.

use crate::math::association::{covariance, pearson};
use crate::math::matrix::Symmetric;
use crate::oracle::{Judgement, OracleDef, Question, Row, verdict};
use serde::{Deserialize, Serialize};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "correlation",
    label: "Correlation matrices",
    doc: "Correlations of small samples, and the repair of matrices that no sample can have.",
    columns: &["case", "inputs", "quantity", "abs_tol"],
    samples: None,
    question,
    judgement: Judgement { asked: "case", expected: "expected", allowed: verdict::stated, doubted: &[] },
    by_annex: true,
};

/// One number of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Rows of a matrix, or observations.
    rows: Vec<Vec<f64>>,
    of: Of,
    quantity: Quantity,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Of {
    /// Observations, a column for each variable.
    Sample,
    /// A matrix whose eigenvalues below zero are set to zero.
    Spectral,
    /// A matrix whose nearest possible one is looked for.
    Nearest,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Quantity {
    Correlation(usize, usize),
    Covariance(usize, usize),
    SmallestEigenvalue,
}

fn question(row: &Row) -> Option<Question> {
    let (case, quantity) = (row.text("case")?, row.text("quantity")?);
    let of = match case {
        _ if case.contains("higham") || case.contains("nearest") => Of::Nearest,
        _ if case.contains("repair") || case.contains("spectral") => Of::Spectral,
        _ => Of::Sample,
    };
    let place = |name: &str| {
        let (one, other) = quantity.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?.split_once("][")?;
        Some((one.parse::<usize>().ok()?, other.parse::<usize>().ok()?))
    };
    let quantity = match (place("corr"), place("cov")) {
        (Some((one, other)), _) => Quantity::Correlation(one, other),
        (_, Some((one, other))) => Quantity::Covariance(one, other),
        _ if quantity.contains("eigen") => Quantity::SmallestEigenvalue,
        _ => return None,
    };
    Some(Question::Correlation(Asked { rows: rows(row.text("inputs")?)?, of, quantity }))
}

/// `[[1,.9],[.9,1]]`; numbers may lack the zero before their point, which JSON does not allow.
fn rows(text: &str) -> Option<Vec<Vec<f64>>> {
    let inside = text.trim().strip_prefix("[[")?.strip_suffix("]]")?;
    let row = |row: &str| row.split(',').map(|cell| cell.trim().parse::<f64>().ok().filter(|number| number.is_finite())).collect();
    inside.split("],").map(|part| row(part.trim().trim_start_matches('['))).collect()
}

impl Asked {
    pub(super) fn answer(&self) -> Option<f64> {
        let entry = |row: usize, column: usize| self.rows.get(row)?.get(column).copied();
        let column = |place: usize| (0..self.rows.len()).map(|row| entry(row, place)).collect::<Option<Vec<f64>>>();
        if self.of == Of::Sample {
            return match self.quantity {
                Quantity::Correlation(one, other) => pearson(&column(one)?, &column(other)?),
                Quantity::Covariance(one, other) => covariance(&column(one)?, &column(other)?),
                Quantity::SmallestEigenvalue => None,
            };
        }
        let is_symmetric = (0..self.rows.len())
            .all(|row| (0..=row).all(|column| entry(row, column).is_some() && entry(row, column) == entry(column, row)));
        if !is_symmetric {
            return None;
        }
        let matrix = Symmetric::from_fn(self.rows.len(), |row, column| entry(row, column).unwrap_or(f64::NAN));
        let repaired = if self.of == Of::Nearest { matrix.nearest_repair() } else { matrix.spectral_repair() }.matrix;
        match self.quantity {
            Quantity::Correlation(one, other) => Some(repaired.get(one, other)),
            Quantity::Covariance(..) => None,
            Quantity::SmallestEigenvalue => repaired.eigen().values.last().copied(),
        }
    }
}
