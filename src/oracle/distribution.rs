//! The normal distribution and Student's t: tails, quantiles, and what the tail measures of a book are made of.

use crate::math::normal;
use crate::math::student::StudentT;
use crate::oracle::{Judgement, OracleDef, Question, Row, verdict};
use serde::{Deserialize, Serialize};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "distributions",
    label: "Distributions",
    doc: "Normal distribution and quantile, Student's t quantile, and value at risk and expected shortfall of a t of unit variance.",
    columns: &["kind", "x", "nu", "rel_tol"],
    samples: None,
    question,
    judgement: Judgement { asked: "kind", expected: "expected", allowed: verdict::stated, doubted: &[] },
    by_annex: false,
};

/// One number of one distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    x: f64,
    /// Degrees of freedom; 0 of a normal one.
    freedom: f64,
    quantity: Quantity,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Quantity {
    NormalDistribution,
    NormalQuantile,
    StudentQuantile,
    /// Loss that is exceeded with the probability, in standard deviations.
    StudentLoss,
    /// Mean of the losses beyond it, in standard deviations.
    StudentShortfall,
}

fn question(row: &Row) -> Option<Question> {
    let quantity = match row.text("kind")? {
        "normal_cdf" => Quantity::NormalDistribution,
        "normal_quantile" => Quantity::NormalQuantile,
        "t_quantile" => Quantity::StudentQuantile,
        "t_var_factor_unit_variance" => Quantity::StudentLoss,
        "t_es_factor_unit_variance" => Quantity::StudentShortfall,
        _ => return None,
    };
    let is_normal = matches!(quantity, Quantity::NormalDistribution | Quantity::NormalQuantile);
    let freedom = if is_normal { 0.0 } else { row.number("nu")? };
    Some(Question::Distribution(Asked { x: row.number("x")?, freedom, quantity }))
}

impl Asked {
    pub(super) fn answer(self) -> f64 {
        let Asked { x, freedom, quantity } = self;
        let student = StudentT { freedom };
        match quantity {
            Quantity::NormalDistribution => normal::cdf(x),
            Quantity::NormalQuantile => normal::quantile(x),
            Quantity::StudentQuantile => student.quantile(x),
            Quantity::StudentLoss => -student.quantile(x) / student.deviation(),
            Quantity::StudentShortfall => -student.tail_mean(x) / student.deviation(),
        }
    }
}
