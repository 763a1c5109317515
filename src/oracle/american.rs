//! American options on a spot: price, and how much of it the right to exercise early is.

use crate::math::american::AmericanInput;
use crate::math::black::MertonInput;
use crate::oracle::{Judgement, OracleDef, Row};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "american",
    label: "American options",
    doc: "Price of one American option, or its premium over the European one, from its spot, strike, time, rates and volatility.",
    columns: &["flag", "S", "K", "T", "r", "q", "sigma", "quantity", "method"],
    answer,
    // The other columns are what other methods give; this one judges them too.
    judgement: Judgement {
        asked: "quantity",
        expected: "exact",
        allowed: |_, right| 1e-6 * right.max(1.0),
        doubted: &[("AM0623", "the set's figure comes from a boundary of ten nodes; with forty the same program gives 1.913 508 70")],
    },
};

fn answer(row: &Row) -> Option<f64> {
    let (spot, strike, years, vol) = (row.number("S")?, row.number("K")?, row.number("T")?, row.number("sigma")?);
    let (rate, carry_yield, kind) = (row.number("r")?, row.number("q")?, row.kind("flag")?);
    let price = AmericanInput { spot, strike, years, vol, rate, carry_yield, kind }.price();
    match row.text("quantity")? {
        "price" => Some(price),
        "early_exercise_premium" => {
            Some(price - MertonInput { spot, strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price)
        }
        _ => None,
    }
}
