//! Implied volatility of a discounted price; no answer where no volatility gives that price.

use crate::math::black::OptionKind;
use crate::math::implied_vol::ImpliedVolInput;
use crate::oracle::{Judgement, OracleDef, Question, Row, verdict};
use serde::{Deserialize, Serialize};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "implied-vol",
    label: "Implied volatility",
    doc: "The volatility at which Black (1976) gives a discounted price, or none.",
    columns: &["flag", "F", "K", "T", "df", "price", "status"],
    samples: None,
    question,
    judgement: Judgement { asked: "status", expected: "expected_sigma", allowed: verdict::stated, doubted: &[] },
    by_annex: false,
};

/// One price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    forward: f64,
    strike: f64,
    years: f64,
    price: f64,
    discount: f64,
    kind: OptionKind,
}

fn question(row: &Row) -> Option<Question> {
    Some(Question::ImpliedVol(Asked {
        forward: row.number("F")?,
        strike: row.number("K")?,
        years: row.number("T")?,
        price: row.number("price")?,
        discount: row.number("df")?,
        kind: row.kind("flag")?,
    }))
}

impl Asked {
    pub(super) fn answer(self) -> Option<f64> {
        let Asked { forward, strike, years, price, discount, kind } = self;
        ImpliedVolInput { forward, strike, years, price: price / discount, kind }.solve().ok()
    }
}
