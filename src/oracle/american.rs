//! American options on a spot: price, and how much of it the right to exercise early is.

use crate::math::american::AmericanInput;
use crate::math::black::{MertonInput, OptionKind};
use crate::oracle::{Judgement, OracleDef, Question, Row};
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
};

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    spot: f64,
    strike: f64,
    years: f64,
    vol: f64,
    rate: f64,
    carry_yield: f64,
    kind: OptionKind,
    /// Whether the premium over the European option is asked for, not the price.
    is_premium: bool,
}

fn question(row: &Row) -> Option<Question> {
    let is_premium = match row.text("quantity")? {
        "price" => false,
        "early_exercise_premium" => true,
        _ => return None,
    };
    Some(Question::American(Asked {
        spot: row.number("S")?,
        strike: row.number("K")?,
        years: row.number("T")?,
        vol: row.number("sigma")?,
        rate: row.number("r")?,
        carry_yield: row.number("q")?,
        kind: row.kind("flag")?,
        is_premium,
    }))
}

impl Asked {
    pub(super) fn answer(self) -> f64 {
        let Asked { spot, strike, years, vol, rate, carry_yield, kind, is_premium } = self;
        let price = AmericanInput { spot, strike, years, vol, rate, carry_yield, kind }.price();
        if is_premium {
            return price - MertonInput { spot, strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price;
        }
        price
    }
}
