//! European options, Black-Scholes-Merton on a spot and Black (1976) on a future: price and Greeks.

use crate::math::black::MertonInput;
use crate::oracle::{Judgement, OracleDef, Row, verdict};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "european",
    label: "European options",
    doc: "Price and Greeks of one European option, from its spot or future, strike, time, rates and volatility.",
    columns: &["model", "flag", "S", "K", "T", "r", "q", "sigma", "quantity"],
    answer,
    judgement: Judgement { asked: "quantity", expected: "expected", allowed: verdict::stated, doubted: &[] },
};

fn answer(row: &Row) -> Option<f64> {
    let (spot, rate) = (row.number("S")?, row.number("r")?);
    let is_future = match row.text("model")? {
        "bsm" => false,
        "black76" => true,
        _ => return None,
    };
    // A future costs nothing to hold, so it yields what money costs.
    let dividend_yield = if is_future { rate } else { row.number("q")? };
    let greeks = MertonInput {
        spot,
        strike: row.number("K")?,
        years: row.number("T")?,
        vol: row.number("sigma")?,
        rate,
        dividend_yield,
        kind: row.kind("flag")?,
    }
    .greeks();
    Some(match row.text("quantity")? {
        "price" => greeks.price,
        "delta" => greeks.delta,
        "gamma" => greeks.gamma,
        "vega" => greeks.vega,
        "theta" => greeks.theta,
        "theta_per_day365" => greeks.theta / 365.0,
        // The future stands still when the rate moves: its yield moves along.
        "rho" if is_future => greeks.rho + greeks.dividend_rho,
        "rho" => greeks.rho,
        "div_rho" => greeks.dividend_rho,
        "vanna" => greeks.vanna,
        "volga" => greeks.volga,
        "charm" => greeks.charm,
        "speed" => greeks.speed,
        "zomma" => greeks.zomma,
        "color" => greeks.color,
        "strike_delta" => greeks.strike_delta,
        "strike_gamma" => greeks.strike_gamma,
        "elasticity" => greeks.delta * spot / greeks.price,
        _ => return None,
    })
}
