//! The texts of charts, all through [`crate::view::format`]; one small function per place where a number is read.

use crate::math::exp;
use crate::stress::{Curve, CurveKind};
use crate::view::format;
use serde::{Deserialize, Serialize};

/// A spot move: `−15 %`.
pub fn spot_move(fraction: f64) -> String {
    format::axis_percent(fraction)
}

/// A vol shift: `+10 pts`.
pub fn vol_shift(shift: f64) -> String {
    format!("{}\u{a0}pts", format::axis_points(shift))
}

/// A vol shift on an axis whose title names the unit: `+10`.
pub fn vol_tick(shift: f64) -> String {
    format::axis_points(shift)
}

/// An amount in full: `−$912 345`.
pub fn amount(value: f64, unit: &str) -> String {
    format::exact_pnl(value, unit)
}

/// An amount where room is scarce: `−$912 k`, `−9.55 BTC`.
pub fn short_amount(value: f64, unit: &str) -> String {
    if unit == "USD" { format::signed_money(value) } else { format::signed_coin(value, unit) }
}

/// An amount on an axis whose title names the unit: `−400 k`.
pub fn amount_tick(value: f64) -> String {
    format::axis_pnl(value)
}

/// An amount as a share of equity: `−18.9 % of equity`.
pub fn of_equity(value: f64, equity: Option<f64>) -> Option<String> {
    let equity = equity.filter(|equity| *equity > 0.0)?;
    Some(format!("{} of equity", format::signed_percent(value / equity)))
}

/// A price level: `95 540`.
pub fn price(value: f64) -> String {
    format::level(value)
}

/// A curve's name: `today`, `shocked, +7 d`, `30 Jan 26`.
pub fn curve(curve: &Curve) -> String {
    match curve.kind {
        CurveKind::Today => "today".to_owned(),
        CurveKind::Chosen if curve.days == 0.0 => "shocked vol".to_owned(),
        CurveKind::Chosen => format::days(curve.days),
        CurveKind::Expiry(at) => format::short_date(at),
    }
}

/// What the values of a chart are that was laid out elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// US dollars.
    Price,
    /// ln(K/F).
    LogMoneyness,
    /// N(−d1), 0 to 1.
    Delta,
    /// The logarithm of days.
    Days,
    /// Days before an end that lies at 0, as negative numbers: time runs to the right.
    DaysLeft,
    /// A volatility, a decimal.
    Vol,
    /// A difference of volatilities, a decimal.
    Residual,
    /// A rate a year, a decimal.
    Rate,
    /// Vol² × years.
    Variance,
    /// US dollars of a size.
    Money,
    /// US dollars with their sign.
    Change,
    /// A part of a whole, a decimal.
    Part,
    /// −1 to 1.
    Correlation,
    /// A number without a unit.
    Number,
}

/// A value, with its unit where its name does not say it.
pub fn value(measure: Measure, value: f64) -> String {
    match measure {
        Measure::Price => format::price(value, "USD"),
        Measure::LogMoneyness => format::log_moneyness(value),
        Measure::Delta => format::delta(value),
        Measure::Days => format::life(exp(value)),
        Measure::DaysLeft => format::life(-value),
        Measure::Vol => format!("{}\u{a0}%", format::vol(value)),
        Measure::Residual => format!("{}\u{a0}pts", format::signed_vol_error(value)),
        Measure::Rate => format!("{}\u{a0}%", format::signed_rate(value)),
        Measure::Variance => format::variance(value),
        Measure::Money => format::money(value),
        Measure::Change => format::signed_money(value),
        Measure::Part => format::percent(value),
        Measure::Correlation => format::correlation(value),
        Measure::Number => format::figure(value),
    }
}

/// The unit of a measure where room is scarce; empty where there is none or the values say it.
pub fn short_unit(measure: Measure) -> &'static str {
    match measure {
        Measure::Vol | Measure::Rate | Measure::Part => "%",
        Measure::Residual => "pts",
        Measure::Price | Measure::Money | Measure::Change => "USD",
        Measure::LogMoneyness
        | Measure::Delta
        | Measure::Days
        | Measure::DaysLeft
        | Measure::Variance
        | Measure::Correlation
        | Measure::Number => "",
    }
}

/// The ticks of one axis, whose title names the unit; they share their number of decimals.
pub fn ticks(measure: Measure, at: &[f64]) -> Vec<String> {
    let times = |factor: f64| at.iter().map(|value| value * factor).collect::<Vec<_>>();
    match measure {
        Measure::Price | Measure::LogMoneyness | Measure::Variance | Measure::Number => format::axis_numbers(at),
        Measure::Vol | Measure::Part => format::axis_numbers(&times(100.0)),
        Measure::Residual | Measure::Rate => format::axis_signed(&times(100.0)),
        Measure::Correlation => format::axis_signed(at),
        Measure::DaysLeft => format::axis_numbers(&times(-1.0)),
        Measure::Delta | Measure::Days => at.iter().map(|at| value(measure, *at)).collect(),
        Measure::Money | Measure::Change => at.iter().map(|at| amount_tick(*at)).collect(),
    }
}
