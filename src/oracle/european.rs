//! European options, Black-Scholes-Merton on a spot and Black (1976) on a future: price and Greeks.

use crate::oracle::{Judgement, OracleDef, Question, Row, SpotOption, verdict};
use serde::{Deserialize, Serialize};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "european",
    label: "European options",
    doc: "Price and Greeks of one European option, from its spot or future, strike, time, rates and volatility.",
    columns: &["model", "flag", "S", "K", "T", "r", "q", "sigma", "quantity"],
    samples: None,
    question,
    judgement: Judgement { asked: "quantity", expected: "expected", allowed: verdict::stated, doubted: &[] },
    by_annex: false,
};

/// One number of one option.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    option: SpotOption,
    quantity: Quantity,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Quantity {
    Price,
    Delta,
    Gamma,
    Vega,
    Theta,
    ThetaPerDay,
    /// Of a spot, whose yield stands still when the rate moves.
    Rho,
    /// Of a future, whose yield moves along.
    RhoOfFuture,
    DividendRho,
    Vanna,
    Volga,
    Charm,
    Speed,
    Zomma,
    Color,
    StrikeDelta,
    StrikeGamma,
    Elasticity,
}

fn question(row: &Row) -> Option<Question> {
    let is_future = match row.text("model")? {
        "bsm" => false,
        "black76" => true,
        _ => return None,
    };
    let quantity = match row.text("quantity")? {
        "price" => Quantity::Price,
        "delta" => Quantity::Delta,
        "gamma" => Quantity::Gamma,
        "vega" => Quantity::Vega,
        "theta" => Quantity::Theta,
        "theta_per_day365" => Quantity::ThetaPerDay,
        "rho" if is_future => Quantity::RhoOfFuture,
        "rho" => Quantity::Rho,
        "div_rho" => Quantity::DividendRho,
        "vanna" => Quantity::Vanna,
        "volga" => Quantity::Volga,
        "charm" => Quantity::Charm,
        "speed" => Quantity::Speed,
        "zomma" => Quantity::Zomma,
        "color" => Quantity::Color,
        "strike_delta" => Quantity::StrikeDelta,
        "strike_gamma" => Quantity::StrikeGamma,
        "elasticity" => Quantity::Elasticity,
        _ => return None,
    };
    // A future costs nothing to hold, so it yields what money costs.
    let option = SpotOption::of(row, |row, rate| if is_future { Some(rate) } else { row.number("q") })?;
    Some(Question::European(Asked { option, quantity }))
}

impl Asked {
    pub(super) fn answer(self) -> f64 {
        let greeks = self.option.european().greeks();
        match self.quantity {
            Quantity::Price => greeks.price,
            Quantity::Delta => greeks.delta,
            Quantity::Gamma => greeks.gamma,
            Quantity::Vega => greeks.vega,
            Quantity::Theta => greeks.theta,
            Quantity::ThetaPerDay => greeks.theta / 365.0,
            Quantity::Rho => greeks.rho,
            Quantity::RhoOfFuture => greeks.rho + greeks.dividend_rho,
            Quantity::DividendRho => greeks.dividend_rho,
            Quantity::Vanna => greeks.vanna,
            Quantity::Volga => greeks.volga,
            Quantity::Charm => greeks.charm,
            Quantity::Speed => greeks.speed,
            Quantity::Zomma => greeks.zomma,
            Quantity::Color => greeks.color,
            Quantity::StrikeDelta => greeks.strike_delta,
            Quantity::StrikeGamma => greeks.strike_gamma,
            Quantity::Elasticity => greeks.delta * self.option.spot / greeks.price,
        }
    }
}
