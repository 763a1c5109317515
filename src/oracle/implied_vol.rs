//! Implied volatility of a discounted price; no answer where no volatility gives that price.

use crate::math::implied_vol::ImpliedVolInput;
use crate::oracle::{Judgement, OracleDef, Row, verdict};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "implied-vol",
    label: "Implied volatility",
    doc: "The volatility at which Black (1976) gives a discounted price, or none.",
    columns: &["flag", "F", "K", "T", "df", "price", "status"],
    answer,
    judgement: Judgement { asked: "status", expected: "expected_sigma", allowed: verdict::stated, doubted: &[] },
};

fn answer(row: &Row) -> Option<f64> {
    let input = ImpliedVolInput {
        forward: row.number("F")?,
        strike: row.number("K")?,
        years: row.number("T")?,
        price: row.number("price")? / row.number("df")?,
        kind: row.kind("flag")?,
    };
    input.solve().ok()
}
