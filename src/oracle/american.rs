//! American options on a spot: price, and how much of it the right to exercise early is.

use crate::math::american::AmericanInput;
use crate::oracle::{Judgement, OracleDef, Question, Row, SpotOption};
use serde::{Deserialize, Serialize};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "american",
    label: "American options",
    doc: "Price of one American option, or its premium over the European one, from its spot, strike, time, rates and volatility.",
    columns: &["flag", "S", "K", "T", "r", "q", "sigma", "quantity", "method"],
    samples: None,
    question,
    // The other columns are what other methods give; this one judges them too.
    judgement: Judgement {
        asked: "quantity",
        expected: "exact",
        allowed: |_, right| 1e-6 * right.max(1.0),
        doubted: &[("AM0623", "the set's figure comes from a boundary of ten nodes; with forty the same program gives 1.913 508 70")],
    },
    by_annex: false,
};

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    option: SpotOption,
    /// Whether the premium over the European option is asked for, not the price.
    is_premium: bool,
}

fn question(row: &Row) -> Option<Question> {
    let is_premium = match row.text("quantity")? {
        "price" => false,
        "early_exercise_premium" => true,
        _ => return None,
    };
    Some(Question::American(Asked { option: SpotOption::of(row, |row, _| row.number("q"))?, is_premium }))
}

impl Asked {
    pub(super) fn answer(self) -> f64 {
        let SpotOption { spot, strike, years, vol, rate, carry_yield, kind } = self.option;
        let price = AmericanInput { spot, strike, years, vol, rate, carry_yield, kind }.price();
        if self.is_premium { price - self.option.european().greeks().price } else { price }
    }
}
